"""The Debian packages on a bare Debian 12 and 13: built as README says, installed, booted from,
upgraded under load, removed without a trace.

A suite's packages are built once for each state of the tree, and kept in BUILD/long.
"""

import glob
import hashlib
import json
import os
import re
import shutil

from lab import LabError, debian, printed, qemu, servers, until
from lab.daemon import TREE, build
from lab.debian import Machine, ask, on_each_suite, tftp_reads
from lab.flood import Flood, receive_buffers
from lab.process import run

RATE, BATCH = 1000, 64
PORTS = {(4, 67), (4, 4011), (6, 4011), (6, 547), (4, 69)}
OURS = "wdspxed wdspxed-bootfiles libwdspxe1 libwdspxe-boot1 libwdspxe-windows1"
PROGRAMS = {"wdspxed", "wdspxectl", "wdspxed-provider", "wdspxed-fetch", "wdspxed-ear", "bootfile.so", "inventory.so",
            "libwdspxe.so.1", "libwdspxe-boot.so.1", "libwdspxe-windows.so.1", "libwdspxe-fake.so.1"}
COPIED = ("undionly.kpxe", "ipxe.efi", "boot.ipxe", "debian/shimx64.efi", "debian/grubx64.efi",
          "grub/grub.cfg")
WDSPXED_CONF, BOOT_CONF = "/etc/wdspxed/wdspxed.conf", "/etc/wdspxed/providers.d/50-bootfile.conf"


def commands():
    """README's three, from a clone to a server: what builds, what installs, what starts."""
    text = printed.block("README.md", "sudo make deb").text
    three = [re.sub(r" +#.*", "", line) for line in text.splitlines() if line]
    assert len(three) == 3, three
    started = printed.block("wdspxed-bootfiles.7", "# systemctl enable").commands()[0].split()
    assert three[2].split()[1:3] == started[:2] and started[-1] in three[2].split(), (three, started)
    return three


# Of Debian 13's own C library, which diverts its loader: dpkg-shlibdeps says so wherever it is needed.
DIVERTED = "dpkg-shlibdeps: warning: diversions involved"


# ---- building ----

def state_of_tree():
    """A sum of what the packages are made of."""
    found = hashlib.sha256()
    for name in sorted(debian.tree_files()):
        path = os.path.join(TREE, name)
        if not name.startswith("tests/") and os.path.isfile(path):
            with open(path, "rb") as file:
                found.update(f"{name}\0{os.access(path, os.X_OK)}\0".encode() + file.read() + b"\0")
    return found.hexdigest()[:8]


def kept(suite):
    return os.path.join(build(), "long", f"deb-{suite}-{state_of_tree()}")


def built(net, suite):
    """A machine that has built the packages, which are then kept."""
    host = net.host("builder", "10.79.0.1/24", on=net.segment("builders"))
    machine = Machine(host, suite, "builder")
    machine.copy_tree()
    machine.boot(300)
    machine.works("sudo apt-get update", 600)
    refused = machine.shell("make deb")
    assert refused.returncode != 0 and "debhelper" in refused.stderr, refused
    machine.works("sudo make deps-deb", 2400)
    refused = machine.shell("cp VERSION said && echo 9.9 >VERSION && make deb; mv said VERSION")
    assert "give the changelog an entry for 9.9 (dch -v 9.9)" in refused.stderr, refused
    machine.works("make deb", 3000)
    for old in glob.glob(os.path.join(build(), "long", f"deb-{suite}-*")):
        shutil.rmtree(old)
    shutil.copytree(f"{machine.root}{machine.tree}/build/deb", kept(suite))
    return machine


def packages(net, suite):
    """The folder that `make deb` of this tree fills on that suite."""
    if not os.path.exists(kept(suite)):
        built(net, suite).stop()
    return kept(suite)


def sums(machine, folder):
    text = machine.works(f"cd {folder}/build/deb && sha256sum *.deb dev/*.deb")
    return dict(reversed(line.split()) for line in text.splitlines())


@on_each_suite(9000)
def builds_twice_the_same_and_lintian_is_quiet(net, suite):
    machine = built(net, suite)
    others = machine.works("find . ! -user \"$(id -un)\"")
    assert not others.strip(), f"not the user's: {others}"
    with open(f"{kept(suite)}/log", encoding="utf-8") as log:
        warnings = [line for line in log if re.match(r"\S+: warning: ", line) and DIVERTED not in line]
    assert not warnings, "".join(warnings)
    first = sums(machine, ".")
    with open(os.path.join(TREE, "debian/control"), encoding="utf-8") as control:
        named = set(re.findall(r"^Package: (\S+)$", control.read(), re.MULTILINE))
    made = {os.path.basename(name).split("_")[0] for name in first}
    assert {name for name in made if not name.endswith("-dbgsym")} == named, made

    # Elsewhere, at another time, under another umask, and as README says it.
    machine.works("umask 077 && mkdir -p ../of/another && cp -r . ../of/another/tree && "
                  "cd ../of/another/tree && rm -rf build && "
                  "find . -exec touch -d 2020-02-02 {} + && " + commands()[0], 3000)
    second = sums(machine, "../of/another/tree")
    differ = [name for name in first if second.get(name) != first[name]]
    assert not differ, f"not the same octets: {differ}"

    # And as Debian builds it: from source, with the unit tests and nothing else that is tested here.
    said = machine.works("cp -r . ../plain && cd ../plain && rm -rf build && "
                         "sudo apt-get build-dep -y ./ && dpkg-buildpackage -us -uc -I.git", 3600)
    assert len(re.findall(r"^\d+ passed, 0 failed$", said, re.MULTILINE)) == 1, said[-3000:]

    machine.works("sudo apt-get install --no-install-recommends lintian", 1500)
    said = machine.works("lintian --fail-on error,warning build/deb/*.deb build/deb/dev/*.deb "
                         "../*.changes", 900)
    assert not re.search("^[EW]:", said, re.MULTILINE), said


@on_each_suite(6000)
def is_hardened(net, suite):
    unpacked = net.private("unpacked")
    folder = packages(net, suite)
    for path in glob.glob(f"{folder}/*.deb") + glob.glob(f"{folder}/dev/libwdspxe-dev_*"):
        run("dpkg-deb", "-x", path, unpacked)
    programs = [path for path in run("find", unpacked, "-type", "f").split()
                if re.search(r"/sbin/wdspxe(d|ctl)$|/wdspxed-(provider|fetch|ear)$|\.so(\.1)?$", path)]
    assert {os.path.basename(path) for path in programs} == PROGRAMS, programs
    for path in programs:
        said = run("readelf", "-W", "-h", "-l", "-d", path)
        assert re.search(r"Type: +DYN", said) and "GNU_RELRO" in said, (path, said)
        assert re.search(r"FLAGS_1.*NOW", said), (path, said)
        assert not re.search(r"RPATH|RUNPATH", said), (path, said)
        assert re.search(r"GNU_STACK.* RW ", said), (path, said)
        symbols = run("nm", "-D", path)
        assert "__stack_chk_fail" in symbols and re.search(r"__\w+_chk@", symbols), (path, symbols)
        if run("uname", "-m").strip() == "x86_64":
            assert "endbr64" in run("objdump", "-d", path, timeout=120), path


# ---- a machine that is given them ----

class Place:
    """A bare machine with the packages in its user's tree, on a network with a client."""

    def __init__(self, net, suite, **environment):
        folder = packages(net, suite)
        self.net, self.suite, self.folder = net, suite, folder
        self.lan = net.segment("lan")
        self.boot = net.host("boot", "10.77.0.2/24", "fd77::2/64", on=self.lan)
        self.client = net.host("client", "10.77.0.9/24", on=self.lan)
        receive_buffers(net)
        self.machine = Machine(self.boot, suite)
        self.works, self.shell = self.machine.works, self.machine.shell
        self.machine.put(folder, "build/deb")
        self.machine.boot(300, **environment)
        self.works("sudo apt-get update", 600)

    def installs(self, starts=True):
        _build, install, start = commands()
        self.works(install, 1500)
        if starts:
            self.works(start)

    def exists(self, path):
        return os.path.lexists(self.machine.root + path)

    def read(self, path):
        with open(self.machine.root + path, "rb") as file:
            return file.read()

    def append(self, path, text):
        with open(self.machine.root + path, "a", encoding="ascii") as file:
            file.write(text)

    def is_ours(self, left):
        """Paths with our name, that of our folder, or that of our user."""
        skipped = " ".join(f"-path {path} -prune -o" for path in ("/home", "/proc", "/tmp", "/run"))
        where = f"find / -xdev {skipped}"
        found = self.works(f"sudo {where} -name '*wdspx*' -print; sudo {where} -nouser -print; "
                           f"sudo {where} -nogroup -print; "
                           "sudo find /run -xdev -name '*wdspx*'").split()
        assert sorted(found) == sorted(left), found
        dangling = self.works("sudo find /etc/systemd -xtype l")
        assert "wdspx" not in dangling or left, dangling


@on_each_suite(9000)
def boots_machines_after_three_commands(net, suite):
    place = Place(net, suite)
    lease = net.host("dhcp", "10.77.0.1/24", "fd77::1/64", on=place.lan)
    # GRUB 2.06 believes the lease server only: wdspxed-bootfile(5), QUIRKS.
    servers.LEASE4["dhcpd"](lease, **({"next_server": "10.77.0.2"} if suite == "bookworm" else {}))
    servers.radvd(lease, managed=False)
    place.installs()
    for way in ("bios", "pxe4"):
        pc = qemu.Machine(place.lan, way, name=way)
        pc.wait(r"Replace boot\.ipxe with your own script", 600)
        pc.stop()

    # Secure Boot refuses what is not signed; then the sample's lines for it are switched on.
    pc = qemu.Machine(place.lan, "pxe4", name="unsigned", secure=True)
    until(lambda: re.search(r"Access Denied|Security Violation", pc.console()), 600,
          "the firmware refuses ipxe.efi")
    pc.stop()
    place.works(rf"sudo sed -i 's|# \({{ arch = .*debian/shim\)|\1|' {BOOT_CONF} && "
                "sudo systemctl reload wdspxed")
    assert len(re.findall(rb"^ +\{ arch.*debian/shim", place.read(BOOT_CONF), re.MULTILINE)) == 2
    pc = qemu.Machine(place.lan, "pxe4", name="signed", secure=True)
    pc.wait(r"Boot from the local disk", 600)
    pc.stop()


# ---- upgrade ----

def repacked(place, version, change=None):
    """Puts the packages into build/next, as if they were of another version."""
    target = place.net.private("next")
    for path in glob.glob(f"{place.folder}/*.deb"):
        stage = os.path.join(place.net.private("stage"), "deb")
        run("dpkg-deb", "-R", path, stage)
        control = os.path.join(stage, "DEBIAN", "control")
        with open(control, encoding="utf-8") as file:
            text = re.sub(r"^Version: .*", f"Version: {version}", file.read(), flags=re.MULTILINE)
        with open(control, "w", encoding="utf-8") as file:
            file.write(text)
        if change:
            change(stage)
        run("dpkg-deb", "--root-owner-group", "-b", stage, target, timeout=60)
    place.machine.put(target, "build/next")


def with_another_sample(stage):
    path = stage + WDSPXED_CONF
    if os.path.exists(path):
        with open(path, "a", encoding="ascii") as file:
            file.write("# of the next version\n")


def is_the_installed_one(place, before):
    """The daemon that runs is the file that is there now."""
    pid = place.machine.pid()
    return pid not in (0, before) and \
        os.path.samefile(f"/proc/{pid}/exe", place.machine.root + "/usr/sbin/wdspxed")


@on_each_suite(6000)
def upgrades_and_loses_nothing(net, suite):
    place = Place(net, suite)
    machine, works = place.machine, place.works
    place.installs()
    assert ask(place.client, 1) == "undionly.kpxe"
    place.append(WDSPXED_CONF, "# mine\n")
    works("sudo systemctl restart wdspxed")
    mine = place.read(WDSPXED_CONF)
    tftp = machine.show("MainPID", "wdspxed-tftp.service")

    repacked(place, "9.1")
    before = machine.pid()
    flood = Flood(place.client, RATE)
    works("sudo apt install ./build/next/*.deb", 600)
    until(lambda: machine.show("ActiveState") == "active", 60, "it is active again")
    counts = flood.finish()
    print(f"note: an upgrade under {RATE} requests a second, {suite}: {counts}")
    assert counts["own-drops"] == 0, "the client's own socket was too slow: no verdict"
    assert counts["sent"] > RATE and counts["twice"] == 0 and counts["lost"] <= BATCH, counts
    status = json.loads(works("sudo wdspxectl status --json"))
    assert all(port["kernel-drops"] == 0 for port in status["ports"]), status
    assert is_the_installed_one(place, before) and place.read(WDSPXED_CONF) == mine
    assert machine.show("MainPID", "wdspxed-tftp.service") not in ("0", tftp)
    assert tftp_reads(place.client, "undionly.kpxe")

    # What is stopped stays so, whether it is enabled or not; a changed file stays, whatever comes.
    for version, goal in (("9.2", "disable"), ("9.3", "enable")):
        works("sudo systemctl stop wdspxed wdspxed-tftp && "
              f"sudo systemctl {goal} wdspxed wdspxed-tftp")
        repacked(place, version, with_another_sample)
        works("sudo apt -o Dpkg::Options::=--force-confold install ./build/next/*.deb", 600)
        for unit in ("wdspxed.service", "wdspxed-tftp.service"):
            assert machine.show("ActiveState", unit) == "inactive", (unit, version)
            assert machine.show("UnitFileState", unit) == goal + "d", (unit, version)
        assert place.read(WDSPXED_CONF) == mine
    assert not PORTS & place.boot.udp_ports()
    works("sudo systemctl start wdspxed")
    assert ask(place.client, 2) == "undionly.kpxe"
    downgrade_is_refused_or_clean(place)


def downgrade_is_refused_or_clean(place):
    """DESIGN 5: what a later version wrote is refused by name, and left as it is."""
    state = "/var/lib/wdspxed/registry/bootfile.conf"
    place.works(f"sudo mkdir -p $(dirname {state}) && echo '# wdspxed-registry 2' | "
                f"sudo tee {state} && sudo chown -R wdspxe: $(dirname {state})")
    place.works("sudo apt -o Dpkg::Options::=--force-confold --allow-downgrades install "
                "./build/deb/*.deb", 600)
    # Of the whole journal: what a process says just before it ends may be there without its unit.
    until(lambda: re.search(f"{state}.*its format is wdspxed-registry 2",
                            place.machine.journal("-b")), 60, "it says why")
    until(lambda: place.machine.show("ActiveState") == "failed", 60, "it does not run")
    assert place.machine.show("ExecMainStatus") == "78"
    assert place.read(state) == b"# wdspxed-registry 2\n"
    place.works(f"sudo rm {state} && sudo systemctl start wdspxed")
    assert ask(place.client, 3) == "undionly.kpxe"


# ---- removal ----

@on_each_suite(6000)
def goes_without_a_trace(net, suite):
    place = Place(net, suite)
    machine, works = place.machine, place.works
    place.is_ours([])
    place.installs()
    assert ask(place.client, 1) == "undionly.kpxe"
    for name in COPIED:
        assert tftp_reads(place.client, name), name
    works("echo mine | sudo tee /srv/tftp/mine && echo '#!ipxe' | sudo tee /srv/tftp/boot.ipxe")
    place.append(BOOT_CONF, "# mine\n")

    works(f"sudo apt remove {OURS}", 600)
    until(lambda: not PORTS & place.boot.udp_ports(), 10, "the ports are free")
    assert not place.exists("/usr/sbin/wdspxed")
    assert place.read(BOOT_CONF).endswith(b"# mine\n") and place.exists(WDSPXED_CONF)
    assert sorted(os.listdir(machine.root + "/srv/tftp")) == ["boot.ipxe", "mine"]

    # Again, with the configuration that was kept: it is started as before.
    place.installs(starts=False)
    assert place.read(BOOT_CONF).endswith(b"# mine\n")
    works("sudo systemctl start wdspxed")
    assert ask(place.client, 3) == "undionly.kpxe"
    works(f"sudo rm /srv/tftp/boot.ipxe && sudo apt purge {OURS}", 600)
    assert os.listdir(machine.root + "/srv/tftp") == ["mine"]
    place.is_ours([])
    assert not PORTS & place.boot.udp_ports()
    for what in (("passwd", "wdspxe"), ("group", "wdspxe"), ("group", "wdspxe-status")):
        assert machine.try_run("getent", *what).returncode != 0, what

    # The folder goes where nobody else has anything in it.
    works("sudo rm -r /srv/tftp")
    place.installs()
    works(f"sudo apt purge {OURS}", 600)
    assert not place.exists("/srv/tftp")
    place.is_ours([])

    # A folder that nothing can be put into holds up no package; it is told.
    works("echo a file | sudo tee /srv/tftp")
    said = works(commands()[1], 1500)
    assert "wdspxed-bootfiles install" in said, said
    works(f"sudo apt purge {OURS}", 600)
    assert place.read("/srv/tftp") == b"a file\n"
    place.is_ours([])


# ---- beside others ----

def oldest(host, name):
    """The first process of that name on the host: its children may be there, too."""
    found = []
    for pid in run("ip", "netns", "pids", host.namespace).split():
        try:
            with open(f"/proc/{pid}/comm", encoding="utf-8") as comm:
                if comm.read().strip() == name:
                    found.append(int(pid))
        except FileNotFoundError:
            pass
    return min(found)


@on_each_suite(6000)
def leaves_a_running_tftp_server_alone(net, suite):
    place = Place(net, suite)
    machine, works = place.machine, place.works
    works("sudo apt install tftpd-hpa", 900)
    # Debian 13's answers nobody on a socket for both families ("Address family not supported").
    works("sudo sed -i 's/--secure/--secure --ipv4/' /etc/default/tftpd-hpa && "
          "sudo systemctl enable tftpd-hpa && sudo systemctl restart tftpd-hpa && "
          "echo theirs | sudo tee /srv/tftp/theirs")
    until(lambda: (4, 69) in place.boot.udp_ports(), 60, "tftpd-hpa is there")
    assert tftp_reads(place.client, "theirs")
    before = oldest(place.boot, "in.tftpd")
    place.installs(starts=False)
    works("sudo systemctl enable --now wdspxed")
    for name in COPIED:
        assert tftp_reads(place.client, name), f"{name}:\n{machine.journal('-u', 'tftpd-hpa')}"
    refused = machine.try_run("systemctl", "start", "wdspxed-tftp")
    until(lambda: machine.show("ActiveState", "wdspxed-tftp.service") == "failed", 30,
          f"the other server is told of: {refused}")
    assert "Address already in use" in machine.journal("-u", "wdspxed-tftp")
    works(f"sudo apt purge {OURS}", 600)
    assert oldest(place.boot, "in.tftpd") == before
    assert os.listdir(machine.root + "/srv/tftp") == ["theirs"]
    assert tftp_reads(place.client, "theirs")
    place.is_ours([])


def autopkgtest(place, name, seconds, *options):
    """Runs a test of debian/tests/ with the packages, in a tree without a build; returns what it said."""
    machine = place.machine
    machine.works("cd .. && mv wdspxed packages")
    machine.copy_tree()
    machine.works("sudo apt install --no-install-recommends autopkgtest", 1200)
    words = " ".join(("sudo autopkgtest -B", f"--test-name={name}", *options))
    done = machine.shell(f"{words} ../packages/build/deb/*.deb "
                         "../packages/build/deb/dev/libwdspxe-dev_*.deb ./ -- null", seconds)
    said = done.stdout + done.stderr
    if done.returncode != 0 or not re.search(rf"^{name} +PASS", said, re.MULTILINE):
        raise LabError(said)
    return said


@on_each_suite(6000)
def an_author_starts_from_a_template(net, suite):
    """debian/tests/template, as autopkgtest runs it; then a provider of one's own serves."""
    place = Place(net, suite)
    machine, works = place.machine, place.works
    place.installs()
    autopkgtest(place, "template", 2400)
    conf = "/etc/wdspxed/providers.d/*hello.conf"
    works("cp -r /usr/share/wdspxed/template ../hello && cd ../hello && make test && "
          "sudo make install && sudo wdspxectl register hello "
          "\"$(pkg-config --variable=providersdir wdspxe)/hello.so\" --index 0 && "
          f"sudo sed -i '/^settings/,$c settings: {{ bios = \"hello.0\"; }};' {conf} && "
          "sudo wdspxectl reload", 300)
    assert ask(place.client, 4) == "hello.0", works(f"cat {conf}; sudo wdspxectl list")


@on_each_suite(9000)
def passes_the_trees_own_tests(net, suite):
    """debian/tests/lan: tests/run lan, where the programs are the installed ones. The machine is one of
    its own, though autopkgtest is not told so: root may set what concerns networks."""
    place = Place(net, suite, SYSTEMD_NSPAWN_API_VFS_WRITABLE="network")
    said = autopkgtest(place, "lan", 7200, "--ignore-restrictions=isolation-machine")
    passed = re.search(r"^(\d+) passed, 0 failed", said, re.MULTILINE)
    assert passed and int(passed[1]) > 300, said[-3000:]
