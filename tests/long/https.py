"""The chain of 2026: HTTPS Boot with an authority of the test's own, what firmware says where it refuses, a
unified kernel image by URL, and iPXE, which looks for autoexec.ipxe before it asks us again."""

import glob
import gzip
import os
import re
import shutil

import lab
from lab import Network, debian, examples, servers, until
from lab.daemon import TREE, Daemon
from lab.https import BOTH, Authority
from lab.process import Skip, run
from lab.qemu import OVMF_FOLDER
from lab.site import BOOT4, BOOT6, DHCP4, DHCP6, Site

URL = "https://${server}/boot.efi"
NAME = "boot.lab.test"
CANCELLED, NETWORK = "Remote boot cancelled.", "Unexpected network error."
SCRIPT = "#!ipxe\necho The script speaks, from ${cwduri}.\n"


def with_https(net, url=URL, alternative=BOTH, suites=None, **more):
    """A Site whose boot host has HTTPS too, and one entry; the authority, and the server's log."""
    site, made = Site(net, **more), Authority(net)
    served = made.serve(site.boot, site.folder, alternative=alternative, **({"suites": suites} if suites else {}))
    site.serve([{"arch": "x64-uefi-http", "url": url}])
    return site, made, served


def is_asked_as_firmware_asks(served, name="boot.efi"):
    asked = re.findall(r'"(\w+) /(\S+) HTTP', served.text())
    assert asked == [("HEAD", name), ("GET", name)], served.text()


def ovmf_of(suite):
    if debian.own_suite() == suite:
        return OVMF_FOLDER
    return os.path.join(debian.package(suite, "ovmf"), "usr/share/OVMF")


def newer_ipxe():
    """Debian 13's: it has https, and looks for autoexec.ipxe."""
    return os.path.join(debian.package("trixie", "ipxe"), "usr/lib/ipxe/ipxe-amd64.efi")


# ---- it boots ----

def boots(way, host, **more):
    with Network() as net:
        site, made, served = with_https(net, families=(4,) if way == "http4" else (6,))
        said = site.machine(way, trusts=made.trusted(), **more).boots()
        assert said["LoadedFrom"] == f"https://{host}/boot.efi", said
        is_asked_as_firmware_asks(served)
        site.done()


@lab.timeout(240)
def test_over_ipv6():
    boots("http6", f"[{BOOT6}]")


@lab.timeout(240)
def test_over_ipv4_with_the_firmware_of_debian_13():
    boots("http4", BOOT4, ovmf=ovmf_of("trixie"))


@lab.timeout(240)
def test_over_ipv6_with_the_firmware_of_debian_13():
    boots("http6", f"[{BOOT6}]", ovmf=ovmf_of("trixie"))


def by_name(way, **more):
    """The name is the certificate's; the firmware asks the DNS server that the lease server names."""
    with Network() as net:
        site, made, _ = with_https(net, f"https://{NAME}:443/boot.efi?a=%41", f"DNS:{NAME}", **more)
        servers.dns(site.dhcp, f"/{NAME}/{BOOT4}", f"/{NAME}/{BOOT6}", at=(DHCP4, DHCP6))
        said = site.machine(way, trusts=made.trusted()).boots()
        assert said["LoadedFrom"] == f"https://{NAME}:443/boot.efi?a=%41", said
        site.done()


@lab.timeout(240)
def test_a_name_over_ipv4():
    by_name("http4", names={"dns": DHCP4})


@lab.timeout(240)
def test_a_name_over_ipv6():
    by_name("http6", families=(6,), dhcp6_extra=f"option dhcp6.name-servers {DHCP6};")


# ---- it refuses: what the manual's table says of the console ----

def refuses(says, trusts, reached=True, suite="bookworm", **more):
    """The message on the console; did it come as far as TCP? Then the firmware's next way to boot shows us
    that it has not loaded what it was told. The firmware is that of this suite."""
    with Network() as net:
        site, made, _ = with_https(net, **more)
        pc = site.machine("http4", trusts=trusts(made), ovmf=ovmf_of(suite))
        said = pc.gives_up()
        assert "Could not retrieve NBP file size from HTTP server." in said and says in said, said
        assert (CANCELLED in said) != (NETWORK in said), said
        site.daemon.wait_log(rf"was told to boot https://{BOOT4}/boot\.efi, took its lease, .*"
                             r"does the firmware have its certificate authority\?.*\[W0218\]", 60)
        pc.stop()
        site.done()
        came = site.capture.rows(["ip.src"], "tcp.dstport == 443 && tcp.flags.syn == 1")
        assert bool(came) == reached, came


@lab.timeout(240)
def test_no_authority_is_no_connection():
    refuses(CANCELLED, lambda made: None, reached=False)


@lab.timeout(240)
def test_no_authority_and_the_firmware_of_debian_13():
    """It connects, and refuses the certificate."""
    refuses(NETWORK, lambda made: None, suite="trixie")


@lab.timeout(240)
def test_another_authority():
    refuses(NETWORK, lambda made: made.trusted(made.other))


@lab.timeout(240)
def test_a_certificate_without_the_address():
    refuses(NETWORK, lambda made: made.trusted(), alternative=f"DNS:{NAME},DNS:{BOOT4}")


@lab.timeout(240)
def test_a_server_with_elliptic_curves_alone():
    refuses(CANCELLED, lambda made: made.trusted(), suites="ECDHE-RSA-AES256-GCM-SHA384")


# ---- a unified kernel image ----

def kernel():
    """A kernel of this machine's, or of its Debian's package."""
    found = glob.glob("/boot/vmlinuz-*")
    if not found:
        package = re.search(r"Depends: (linux-image-\S+)", run("apt-cache", "depends", "linux-image-cloud-amd64"))
        found = package and glob.glob(f"{debian.package(debian.own_suite(), package[1])}/boot/vmlinuz-*")
    if not found:
        raise Skip("there is no kernel")
    return found[0]


def kernel_boots(scheme, trusts):
    if not os.path.exists("/usr/lib/systemd/boot/efi/linuxx64.efi.stub"):
        raise Skip("systemd-boot-efi is not installed")
    linux = kernel()
    with Network() as net:
        site, made = Site(net, record="udp"), Authority(net)
        initrd = os.path.join(net.private("initrd"), "initrd")
        with open(initrd, "wb") as file:
            file.write(gzip.compress(b""))
        run("sh", os.path.join(TREE, "conf/examples/uki-http/make-uki.sh"), linux, initrd,
            "console=ttyS0,115200 wdspxed.chain=2026", f"{site.folder}/uki.efi", timeout=60)
        made.serve(site.boot, site.folder)
        site.serve([{"arch": "x64-uefi-http", "url": scheme + "://${server}/uki.efi"}])
        pc = site.machine("http4", trusts=made.trusted() if trusts else None)
        pc.wait(r"Linux version \S+", 180)
        pc.wait(r"Command line: .*wdspxed\.chain=2026", 60)
        pc.stop()
        site.done()


@lab.timeout(300)
def test_a_unified_kernel_image_by_http():
    kernel_boots("http", False)


@lab.timeout(300)
def test_a_unified_kernel_image_by_https():
    kernel_boots("https", True)


# ---- iPXE ----

def with_ipxe(net, program, script, families=(4,), **files):
    """A Site in which firmware loads this iPXE, and iPXE the script at https, by entries."""
    site, made = Site(net, families=families), Authority(net)
    shutil.copyfile(program, f"{site.folder}/ipxe.efi")
    os.mkdir(f"{site.folder}/auto")
    shutil.copyfile(program, f"{site.folder}/auto/ipxe.efi")
    site.write("boot.ipxe", script)
    for name, text in files.items():
        site.write(name.replace("__", "/").replace("_", "."), text)
    served = made.serve(site.boot, site.folder)
    return site, made, served


ENTRIES = [{"user-class": "iPXE", "url": "https://${server}/boot.ipxe"},
           {"arch": "x64-uefi", "file": "ipxe.efi"},
           {"arch": "x64-uefi-http", "url": "http://${server}/auto/ipxe.efi"}]
CHAIN = SCRIPT + f"chain https://{BOOT4}/boot.efi\n"


@lab.timeout(300)
def test_debian_13s_ipxe_has_https_and_trusts_whom_the_firmware_trusts():
    with Network() as net:
        site, made, _ = with_ipxe(net, newer_ipxe(), CHAIN)
        site.serve(ENTRIES)
        pc = site.machine("pxe4", trusts=made.trusted())
        pc.boots(180)
        assert f"The script speaks, from https://{BOOT4}/." in pc.console(), pc.console()
        site.done()


@lab.timeout(300)
def test_debian_13s_ipxe_without_the_authority():
    with Network() as net:
        site, _made, _ = with_ipxe(net, newer_ipxe(), CHAIN)
        site.serve(ENTRIES)
        pc = site.machine("pxe4")
        pc.wait(r"boot\.ipxe\.+ Permission denied", 180)
        pc.stop()
        site.done()


@lab.timeout(300)
def test_debian_12s_ipxe_has_no_https():
    program = os.path.join(debian.package("bookworm", "ipxe"), "boot/ipxe.efi")
    with Network() as net:
        site, made, _ = with_ipxe(net, program, CHAIN)
        site.serve(ENTRIES)
        pc = site.machine("pxe4", trusts=made.trusted())
        pc.wait(r"Operation not supported", 180)
        pc.stop()
        site.done()


# ---- autoexec.ipxe ----

def ipxes_requests(site):
    """The DISCOVERs in which iPXE says that it is iPXE."""
    return site.capture.rows(["dhcp.id"], "dhcp.option.dhcp == 1 && dhcp.option.type == 77")


def runs_its_own_script(way, at, entries, asks=(), families=(4,), **files):
    """iPXE runs autoexec.ipxe, and asks nobody by DHCP; `wdspxed -t --files` has said so."""
    with Network() as net:
        site, made, served = with_ipxe(net, newer_ipxe(), CHAIN, families, **files)
        site.serve(entries)
        check = site.boot.start([site.daemon.program, "-c", site.daemon.conf, "-t", "--files", "--cacert",
                                 made.root], "wdspxed-t")
        check.wait(20)
        assert re.search(r"this iPXE runs \S*autoexec\.ipxe, which is there.*\[W0428\]", check.text()), check.text()
        before = served.text()
        pc = site.machine(way, trusts=made.trusted())
        pc.wait(rf"The script speaks, from {re.escape(at)}\.", 180)
        pc.wait(r"It ends\.", 60)
        pc.stop()
        site.done()
        assert not ipxes_requests(site)
        for line in asks:
            assert line in served.text()[len(before):], served.text()


ENDS = SCRIPT + "echo It ends.\nsleep 5\n"


@lab.timeout(300)
def test_its_own_script_beside_it_over_http():
    runs_its_own_script("http4", f"http://{BOOT4}/auto/", ENTRIES, auto__autoexec_ipxe=ENDS)


@lab.timeout(300)
def test_its_own_script_beside_it_over_https():
    entries = [ENTRIES[0], {"arch": "x64-uefi-http", "url": "https://${server}/auto/ipxe.efi"}]
    runs_its_own_script("http4", f"https://{BOOT4}/auto/", entries, ["GET /auto/autoexec.ipxe"],
                        auto__autoexec_ipxe=ENDS)


@lab.timeout(300)
def test_its_own_script_beside_it_over_https_and_ipv6():
    entries = [{"arch": "x64-uefi-http", "url": f"https://[{BOOT6}]/auto/ipxe.efi"}]
    runs_its_own_script("http6", f"https://[{BOOT6}]/auto/", entries, ["GET /auto/autoexec.ipxe"], (6,),
                        auto__autoexec_ipxe=ENDS)


@lab.timeout(400)
def test_over_tftp_and_ipv6_it_asks_for_no_script():
    with Network() as net:
        site, _made, _ = with_ipxe(net, newer_ipxe(), CHAIN, (6,), autoexec_ipxe=ENDS, auto__autoexec_ipxe=ENDS)
        site.serve([{"arch": "x64-uefi", "file": "auto/ipxe.efi"}])
        pc = site.machine("pxe6")
        pc.wait(r"Nothing to boot", 240)
        pc.stop()
        site.done()
        asked = {row["tftp.source_file"] for row in site.capture.rows(["tftp.source_file"], "tftp.opcode == 1")}
        assert asked == {"auto/ipxe.efi"}, asked


@lab.timeout(300)
def test_its_own_script_over_tftp_in_the_top_folder():
    entries = [ENTRIES[0], {"arch": "x64-uefi", "file": "auto/ipxe.efi"}]
    runs_its_own_script("pxe4", f"tftp://{BOOT4}/", entries, autoexec_ipxe=ENDS)


@lab.timeout(300)
def test_beside_it_over_tftp_it_does_not_find_it():
    """It asks in the top folder, and then us, by DHCP."""
    with Network() as net:
        site, made, _ = with_ipxe(net, newer_ipxe(), CHAIN, auto__autoexec_ipxe=ENDS)
        site.serve([ENTRIES[0], {"arch": "x64-uefi", "file": "auto/ipxe.efi"}])
        pc = site.machine("pxe4", trusts=made.trusted())
        pc.boots(180)
        assert "It ends." not in pc.console(), pc.console()
        site.done()
        assert ipxes_requests(site)


@lab.timeout(300)
def test_its_own_script_may_ask_us():
    """`autoboot` in it: then the entries for iPXE decide all the same."""
    with Network() as net:
        site, made, _ = with_ipxe(net, newer_ipxe(), CHAIN, auto__autoexec_ipxe="#!ipxe\nautoboot\n")
        site.serve(ENTRIES)
        pc = site.machine("http4", trusts=made.trusted())
        pc.boots(180)
        assert f"The script speaks, from https://{BOOT4}/." in pc.console(), pc.console()
        site.done()
        assert ipxes_requests(site)


# ---- nginx, as the example has it ----

@lab.timeout(300)
def test_nginx_with_the_examples_commands():
    if not shutil.which("nginx", path="/usr/sbin"):
        raise Skip("nginx is not installed")
    with Network() as net:
        site, made = Site(net), Authority(net)
        stage = examples.Stage(site.boot)
        nginx = stage.start(("http-boot", "Set up"), ("http-boot", "Set up, with HTTPS"),
                            then="exec nginx -g 'daemon off;'")
        until(lambda: ":443" in site.boot.run("ss", "-Htln"), 120, f"nginx listens: {nginx.text()}")
        shutil.copyfile(f"{site.folder}/boot.efi", f"{stage.srv}/tftp/boot.efi")
        os.chmod(f"{stage.srv}/tftp/boot.efi", 0o644)
        site.folder = f"{stage.srv}/tftp"
        site.daemon = Daemon(site.boot, boot=[{"arch": "x64-uefi-http", "url": URL}]).start()
        pc = site.machine("http4", trusts=made.trusted(f"{stage.folder}/examples/http-boot/ca.crt"))
        assert pc.boots()["LoadedFrom"] == f"https://{BOOT4}/boot.efi"
        site.done()
