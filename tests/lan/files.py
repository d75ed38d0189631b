"""wdspxed -t --files: every file that the entries name is asked for, and told with file and line."""

import json
import os
import re

from lab import Network, printed, servers, timeout
from lab.daemon import TREE, Daemon
from lab.process import PATIENCE

IPXE, UNDIONLY = "/usr/lib/ipxe/ipxe.efi", "/usr/lib/ipxe/undionly.kpxe"


def place(net, **files):
    """A folder with these files: NAME=source."""
    folder = net.private("tftp")
    for source, names in files.items():
        for name in names:
            path = os.path.join(folder, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open({"ipxe": IPXE, "undionly": UNDIONLY,
                       "script": os.path.join(TREE, "conf/boot.ipxe")}[source], "rb") as octets, \
                    open(path, "wb") as file:
                file.write(octets.read())
    return folder


def check(daemon):
    """wdspxed -t --files, as the manual prints it; its exit status and what it said."""
    command, = printed.block("wdspxed.8", "# wdspxed -t --files").commands()
    process = daemon.host.start([daemon.program, "-c", daemon.conf, *command.split()[1:]], "wdspxed-t")
    return process.wait(PATIENCE), process.text()


def line_of(daemon, text):
    with open(os.path.join(daemon.providers_dir, "50-bootfile.conf"), encoding="utf-8") as file:
        return next(number for number, line in enumerate(file, 1) if text in line)


def expect(daemon, said, name, url, words):
    """A line about that URL, with the line of the file where `name` stands."""
    begin = f"{daemon.providers_dir}/50-bootfile.conf:{line_of(daemon, name)}: {url}: "
    assert re.search(re.escape(begin) + words, said), (begin + words, said)


def boot_host(net):
    return net.host("boot", "10.77.0.2/24", "fd77::2/64", on=net.segment("lan"))


@timeout(120)
def test_each_file_of_the_configuration_is_asked_for():
    with Network() as net:
        host = boot_host(net)
        servers.tftp(host, place(net, ipxe=["ipxe.efi", "arm/x.efi"], undionly=["undionly.kpxe", "a b.efi"],
                                 script=["boot.ipxe"]))
        daemon = Daemon(host, boot=[
            {"user-class": "iPXE", "file": "boot.ipxe"},
            {"arch": "x86-bios", "file": "undionly.kpxe"},
            {"arch": ["x64-uefi", "ebc"], "file": "/ipxe.efi"},
            {"arch": "x64-uefi-http", "url": "http://${server}/nowhere.efi"},
            {"arch": 11, "file": "arm/x.efi"},
            {"mac": "52:54:00:00:00:01", "file": "absent.efi"},
            {"family": 6, "arch": "x64-uefi", "mac": "52:54:00:00:00:02", "file": "a b.efi"},
            {"user-class": "iPXE", "mac": "52:54:00:00:00:03", "url": "http://${server}/${net0/mac}"},
            {"mac": "52:54:00:00:00:04", "action": "ignore"}])
        status, said = check(daemon)
        assert status == 78, (status, said)
        expect(daemon, said, '"boot.ipxe"', "tftp://10.77.0.2/boot.ipxe", r"a script for iPXE\n")
        expect(daemon, said, '"undionly.kpxe"', "tftp://10.77.0.2/undionly.kpxe", "iPXE for PC BIOS")
        expect(daemon, said, '"/ipxe.efi"', "tftp://10.77.0.2//ipxe.efi", "iPXE for x64-uefi, not signed")
        expect(daemon, said, "nowhere.efi", "http://10.77.0.2/nowhere.efi", r"the file server .*\[W0402\]")
        expect(daemon, said, "arm/x.efi", "tftp://10.77.0.2/arm/x.efi",
               r"the file is for another machine: iPXE for x64-uefi, asked for by arm64-uefi.*\[W0411\]")
        expect(daemon, said, "absent.efi", "tftp://10.77.0.2/absent.efi", r"the server has no such file.*\[W0401\]")
        expect(daemon, said, "a b.efi", "tftp://[fd77::2]/a%20b.efi", r"the file is iPXE for PC BIOS.*\[W0410\]")
        expect(daemon, said, "net0/mac", "http://10.77.0.2/${net0/mac}", r"not asked for: .*\[W0426\]")
        assert "the configuration is not valid" in said, said


def test_right_files_are_no_mistake():
    with Network() as net:
        host = boot_host(net)
        servers.tftp(host, place(net, ipxe=["ipxe.efi"], undionly=["undionly.kpxe"], script=["boot.ipxe"]))
        daemon = Daemon(host, boot=[{"user-class": "iPXE", "file": "boot.ipxe"},
                                    {"arch": "x86-bios", "file": "undionly.kpxe"},
                                    {"arch": "x64-uefi", "file": "ipxe.efi"}])
        status, said = check(daemon)
        assert status == 0 and "configuration OK" in said, (status, said)


def test_this_host_is_asked_where_the_interface_of_an_entry_serves():
    with Network() as net:
        host = boot_host(net)
        servers.tftp(host, place(net, undionly=["undionly.kpxe"]))
        daemon = Daemon(host, boot=[
            {"interface": interface, "arch": 0, "file": file} for interface, file in
            (("eth0", "undionly.kpxe"), ("eth*", "./undionly.kpxe"), ("*", ".//undionly.kpxe"),
             ("eth", "x/../undionly.kpxe"), ("wan*", "y/../undionly.kpxe"))])
        _, said = check(daemon)
        for file in ("undionly.kpxe", "./undionly.kpxe", ".//undionly.kpxe"):
            expect(daemon, said, f'"{file}"', f"tftp://10.77.0.2/{file}", "iPXE for PC BIOS")
        for file in ("x/../undionly.kpxe", "y/../undionly.kpxe"):    # the host has no such interface
            assert f"//10.77.0.2/{file}" not in said, said


@timeout(120)
def test_a_server_that_is_not_there_is_waited_for_once():
    with Network() as net:
        host = boot_host(net)
        daemon = Daemon(host, settings={"server": ["10.77.0.99", "fd77::99"]}, boot=[
            {"family": 4, "mac": f"52:54:00:00:00:{each:02x}", "file": f"{each}.efi"} for each in range(20)])
        status, said = check(daemon)        # the test's own time would be over otherwise
        assert status == 78 and said.count("[W0402]") == 20, (status, said)
        assert "fd77::99" not in said, said


def test_a_host_without_ipv4_is_asked_over_ipv6():
    with Network() as net:
        host = net.host("boot", "fd77::2/64", on=net.segment("lan"))
        servers.tftp(host, place(net, ipxe=["x.efi"]))
        daemon = Daemon(host, boot=[{"arch": "x64-uefi", "file": "x.efi"}])
        status, said = check(daemon)
        assert status == 0, (status, said)
        expect(daemon, said, "x.efi", "tftp://[fd77::2]/x.efi", "iPXE for x64-uefi")


def test_a_program_reads_what_is_wrong():
    with Network() as net:
        host = boot_host(net)
        servers.tftp(host, place(net, undionly=["x.efi"]))
        daemon = Daemon(host, boot=[{"arch": "x64-uefi", "file": "x.efi"}])
        process = host.start(["sh", "-c", 'exec "$@" 2>/dev/null', "sh", daemon.program, "-c", daemon.conf, "-t",
                              "--files", "--json"], "wdspxed-t")
        assert process.wait(PATIENCE) == 78
        finding = json.loads(process.text())
        assert finding["id"] == "W0410" and finding["file"].endswith("/50-bootfile.conf"), finding
        assert finding["line"] == line_of(daemon, "x.efi"), finding
        assert finding["sentence"].startswith("tftp://10.77.0.2/x.efi: the file is iPXE for PC BIOS"), finding


def test_what_is_ignored_is_no_mistake():
    with Network() as net:
        host = boot_host(net)
        servers.tftp(host, place(net, ipxe=["ipxe.efi"]))
        daemon = Daemon(host, config={"ignore-findings": ["W0401", "W0409"]}, boot=[
            {"arch": "x86-bios", "file": "ipxe.efi"}, {"file": "absent.efi"}])
        status, said = check(daemon)
        assert status == 0 and "[W0" not in said, (status, said)
        expect(daemon, said, "ipxe.efi", "tftp://10.77.0.2/ipxe.efi", "iPXE for x64-uefi, not signed")


def test_a_hint_is_no_mistake():
    """iPXE's own script, which keeps it from asking for another, is told with file and line."""
    with Network() as net:
        host = boot_host(net)
        folder = place(net, ipxe=["auto/ipxe.efi"], script=["auto/autoexec.ipxe"])
        with open(f"{folder}/auto/ipxe.efi", "r+b") as file:
            octets = file.read()
            file.seek(octets.index(b"initialising devices"))
            file.write(b"autoexec.ipxe\0")
        servers.http(host, folder)
        daemon = Daemon(host, boot=[{"user-class": "iPXE", "url": "https://boot.example/${net0/mac}"},
                                    {"arch": "x64-uefi-http", "url": "http://${server}/auto/ipxe.efi"}])
        status, said = check(daemon)
        assert status == 0 and "configuration OK" in said, (status, said)
        expect(daemon, said, "auto/ipxe.efi", "http://10.77.0.2/auto/ipxe.efi",
               r"this iPXE runs http://10.77.0.2/auto/autoexec.ipxe, which is there.*\[W0428\]")


def test_files_need_a_check():
    with Network() as net:
        daemon = Daemon(boot_host(net), boot=[{"file": "a"}])
        for words in (["--files"], ["-t", "--cacert", daemon.conf]):
            process = daemon.host.start([daemon.program, "-c", daemon.conf, *words], "wdspxed")
            assert process.wait(PATIENCE) == 2, words


def test_certificates_that_cannot_be_read_are_named_once():
    with Network() as net:
        daemon = Daemon(boot_host(net), boot=[{"file": "a"}])
        process = daemon.host.start([daemon.program, "-c", daemon.conf, "-t", "--files", "--cacert", "/nowhere"],
                                    "wdspxed-t")
        assert process.wait(PATIENCE) == 1, process.text()
        assert process.text().count("/nowhere") == 1, process.text()
        assert "boot files: not asked for: /nowhere: No such file or directory\n" in process.text(), process.text()
        assert "configuration OK" in process.text(), process.text()     # of which it says nothing
