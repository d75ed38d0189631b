"""wdspxed-bootfiles, its TFTP server as the unit starts it, and tftpd-hpa with the manual's rules."""

import os
import re
import subprocess

from lab import Network, printed, tftp
from lab.daemon import TREE
from lab.process import run

SCRIPT = os.path.join(TREE, "conf", "bootfiles.sh")


class Copies:
    """A folder of a TFTP server, and the script with a state of the test's own."""

    def __init__(self, net, name="tftp"):
        self.folder = os.path.join(net.private("srv"), name)
        self.state = os.path.join(net.private("state"), "copied")

    def try_run(self, *arguments):
        environment = {**os.environ, "STATE": self.state, "HERE": os.path.join(TREE, "conf")}
        return subprocess.run(["sh", SCRIPT, *arguments], env=environment, capture_output=True,
                              text=True, check=False)

    def run(self, action):
        """Returns what it printed: names in the folder."""
        done = self.try_run(action, self.folder)
        assert done.returncode == 0, done
        return [os.path.relpath(line, self.folder) for line in done.stdout.splitlines()]

    def path(self, name):
        return os.path.join(self.folder, name)


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="ascii") as file:
        file.write(text)


def read(path):
    with open(path, "rb") as file:
        return file.read()


def tftp_read(client, name):
    return tftp.first_of(client, "10.77.0.2", name)


def lan(net):
    segment = net.segment("lan")
    return (net.host("boot", "10.77.0.2/24", on=segment), net.host("client", "10.77.0.9/24", on=segment))


def start_tftp(host, folder, argv, config):
    """The command, where /etc/wdspxed is a folder with that file, and /srv is the folder's parent."""
    name, text = config
    write(os.path.join(folder, "etc", name), text)
    os.chmod(folder, 0o755)     # it is read by a user of the server's
    within = ('mount -t tmpfs none /etc/wdspxed 2>/dev/null || { mount -t tmpfs none /mnt && '
              'mkdir /mnt/up /mnt/work && mount -t overlay -o lowerdir=/etc,upperdir=/mnt/up,'
              'workdir=/mnt/work none /etc; }; mkdir -p /etc/wdspxed; cp "$0"/etc/* /etc/wdspxed/; '
              'mount --bind "$0" /srv; exec "$@"')
    return host.start(["unshare", "-m", "sh", "-c", within, folder, *argv], "tftp")


def test_what_is_there_is_the_admins():
    with Network() as net:
        copies = Copies(net)
        write(copies.path("undionly.kpxe"), "mine")
        copied = copies.run("install")
        assert "ipxe.efi" in copied and "undionly.kpxe" not in copied, copied
        assert read(copies.path("ipxe.efi")) == read("/usr/lib/ipxe/ipxe.efi")
        assert read(copies.path("debian/shimx64.efi")) == read("/usr/lib/shim/shimx64.efi.signed")
        assert not copies.run("install"), "a second time nothing is to do"

        write(copies.path("boot.ipxe"), "#!ipxe\n")        # changed by the admin
        os.unlink(copies.path("snponly.efi"))              # taken away by him
        assert copies.run("install") == ["snponly.efi"]
        write(copies.path("own/file"), "mine")
        copies.run("remove")
        left = sorted(os.path.relpath(path, copies.folder)
                      for path in run("find", copies.folder, "-type", "f").split())
        assert left == ["boot.ipxe", "own/file", "undionly.kpxe"], left
        assert read(copies.path("undionly.kpxe")) == b"mine"


def test_a_newer_package_renews_its_copies():
    with Network() as net:
        copies = Copies(net)
        copies.run("install")
        write(copies.path("ipxe.efi"), "older")             # as if the package had been an older one
        older = run("sha256sum", copies.path("ipxe.efi")).split()[0]
        write(copies.state, re.sub(r"^\S+ (?=\S*/ipxe\.efi$)", older + " ", read(copies.state).decode(),
                                   flags=re.MULTILINE))
        assert copies.run("install") == ["ipxe.efi"]
        copies.run("remove")
        assert not os.path.exists(copies.folder) and not os.path.exists(copies.state)


def test_a_folder_may_have_any_name():
    with Network() as net:
        copies = Copies(net, "boot  files\\n of\tmine ")
        assert "ipxe.efi" in copies.run("install")
        assert not copies.run("install"), "its own copies are known"
        copies.run("remove")
        assert not os.path.exists(copies.folder) and not os.path.exists(copies.state)
        # But for one that would be two lines of the list of what was copied.
        refused = copies.try_run("install", copies.folder + "two\nlines")
        assert refused.returncode == 1 and "line break" in refused.stderr, refused
        assert not os.path.exists(copies.state)


def test_a_wrong_command_is_told_so():
    with Network() as net:
        copies = Copies(net)
        for arguments, why in ((("frob",), "there is no command 'frob'"), ((), "no command is given"),
                               (("install", "my", "files"), "'files' is one more than")):
            done = copies.try_run(*arguments)
            assert done.returncode == 2 and why in done.stderr and "usage: " in done.stderr, done


def test_the_units_tftp_server_takes_backslashes():
    with Network() as net:
        boot, client = lan(net)
        folder = net.private("srv")
        write(f"{folder}/tftp/boot/x64/wdsnbp.com", "it is here")
        with open(os.path.join(TREE, "systemd", "wdspxed-tftp.service"), encoding="utf-8") as file:
            argv = re.search(r"^ExecStart=(.*)$", file.read(), re.MULTILINE)[1].split()
        served = start_tftp(boot, folder, argv,
                            ("tftp.conf", read(os.path.join(TREE, "conf", "tftp.conf")).decode()))
        served.wait_line("TFTP root is /srv/tftp")
        for name in ("boot/x64/wdsnbp.com", "\\boot\\x64\\wdsnbp.com", "/boot/x64/wdsnbp.com"):
            assert tftp_read(client, name) == b"\0\3\0\1it is here", name
        assert tftp_read(client, "../../etc/passwd")[:2] == b"\0\5"
        assert tftp_read(client, "absent")[:2] == b"\0\5"
        assert served.stop() == 0


def test_the_units_tftp_server_ignores_case_if_told():
    with Network() as net:
        boot, client = lan(net)
        folder = net.private("srv")
        write(f"{folder}/tftp/boot/bcd", "it is here")
        text = read(os.path.join(TREE, "conf", "tftp.conf")).decode()
        start_tftp(boot, folder, ["dnsmasq", "-k", "-8", "-", "-x", "", "-C", "/etc/wdspxed/tftp.conf"],
                   ("tftp.conf", text.replace("#tftp-lowercase", "tftp-lowercase"))
                   ).wait_line("TFTP root is /srv/tftp")
        assert tftp_read(client, "\\Boot\\BCD") == b"\0\3\0\1it is here"


def test_tftpd_hpa_takes_the_manuals_rules():
    with Network() as net:
        boot, client = lan(net)
        folder = net.private("srv")
        write(f"{folder}/tftp/boot/bcd", "it is here")
        options = re.search(r'TFTP_OPTIONS="(.*)"',
                            printed.block("wdspxed-bootfiles.7", "TFTP_OPTIONS").text)[1].split()
        rules = printed.block("wdspxed-bootfiles.7", r"rg \\").text
        start_tftp(boot, folder, ["in.tftpd", "--foreground", "--user", "nobody", "--address", ":69",
                                  *options, "/srv/tftp"], ("tftpd.map", rules))
        boot.run("sh", "-c", "for i in $(seq 100); do ss -Huln 'sport = :69' | grep -q . && exit; "
                 "sleep 0.1; done; exit 1")
        assert tftp_read(client, "\\Boot\\BCD") == b"\0\3\0\1it is here"
