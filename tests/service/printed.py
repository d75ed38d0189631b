"""What the manual and the READMEs print for a reader to type, where it needs systemd or an installed
tree. tests/lan/printed.py says which test runs which block.
"""

import os
import re
import subprocess

from lab import Network, dhcp, printed, timeout, until
from lab.daemon import TREE, build
from lab.flood import Flood
from lab.guest import Guest
from lab.process import ASKING, Process

TEMPLATE = os.path.join(TREE, "providers", "template")
# In the folder of the provider, once there is one.
SHELL = "cd /root/hello 2>/dev/null || cd /root; export TERM=dumb PAGER=cat; "


def lan(net):
    segment = net.segment("lan")
    return (net.host("boot", "10.77.0.2/24", "fd77::2/64", on=segment),
            net.host("client", "10.77.0.9/24", on=segment))


def ask(client, mac, arch=0):
    """A DISCOVER; returns the OFFER's boot file."""
    with client.udp(68) as socket:
        socket.send(dhcp.discover(mac, arch).encode())
        return dhcp.V4.parse(socket.receive().payload).file


def typed(guest, command):
    """What a command prints that ends with 0."""
    return guest.run("sh", "-c", SHELL + "exec 2>&1; " + command, timeout=120)


def type_all(guest, block):
    return [typed(guest, command) for command in block.commands()]


def hello(net):
    """The template's provider, compiled; a path outside the guest."""
    out = os.path.join(net.private("hello"), "hello.so")
    subprocess.run(["gcc", "-std=gnu11", "-g", "-shared", "-fPIC", "-I" + os.path.join(TREE, "include"),
                    "-o", out, os.path.join(TEMPLATE, "hello.c"), "-L" + build(),
                    "-l:libwdspxe-boot.so.1", "-l:libwdspxe.so.1"], check=True)
    return out


@timeout(300)
def test_an_admins_commands():
    with Network() as net:
        boot, client = lan(net)
        guest = Guest(boot, [{"arch": "x86-bios", "file": "boot.0"}])
        guest.module("pxe", os.path.join(build(), "tests/providers/scripted.so"))
        guest.boot()
        assert ask(client, "52:54:00:77:00:01") and ask(client, "52:54:00:12:34:56")

        *commands, follow = printed.block("README.md", "wdspxed -t ").commands()
        checked, reloaded, status, clients, journal = [typed(guest, command) for command in commands]
        assert not reloaded and "50-bootfile.conf" not in checked, checked
        assert re.search(r"^answered +2\b|\banswered\b.*\b2\b", status, re.M), status
        assert re.search(r"52:54:00:77:00:01 .*answered: OFFER", journal), journal
        assert "52:54:00:77:00:01 x86-bios" in clients, clients
        guest.run("systemd-run", "--unit=follow", "sh", "-c", f"exec {follow} >/root/followed")
        until(lambda: ask(client, "52:54:00:77:00:01") and
              "52:54:00:77:00:01" in guest.try_run("cat", "/root/followed").stdout, 20,   # a moment after the unit
              "the machine's line is followed", ASKING)
        guest.systemctl("stop", "follow")
        type_all(guest, printed.block("wdspxed.8", "# wdspxed -t &&"))
        journal, = type_all(guest, printed.block("wdspxed.8", "$ journalctl"))
        assert "52:54:00:12:34:56" in journal and "52:54:00:77:00:01" not in journal, journal
        assert type_all(guest, printed.block("wdspxectl.8", "$ wdspxectl status")) == ["0\n"]
        guest.run("useradd", "--system", "--user-group", "exporter")
        type_all(guest, printed.block("wdspxectl.8", "# usermod"))
        assert "wdspxed_" in guest.run("cat", "/root/wdspxed.prom")
        assert "wdspxed_" in guest.run("setpriv", "--reuid=exporter", "--regid=exporter",
                                       "--init-groups", "wdspxectl", "metrics")

        guest.run("install", "-D", f"{guest.modules}/pxe.so", "/opt/stock/pxe.so")
        type_all(guest, printed.block("wdspxectl.8", "# wdspxectl register"))
        assert re.search(r"Stock.*bootfile", typed(guest, "wdspxectl list"), re.S)

        registry = printed.block("wdspxe-registry.7", "registry = ").text
        guest.write_provider("70-registry.conf", 'name = "registry";\n'
                             f'module = "{guest.modules}/pxe.so";\nsettings:\n{{\n{registry}}};\n')
        assert "70-registry" not in typed(guest, "wdspxed -t")
        guest.systemctl("reload", "wdspxed")


def meet_breakpoint(net, guest, client, command):
    """Runs gdb on the daemon, as printed, until a client's packet meets its breakpoint."""
    gdb = Process(guest.enter("sh", "-c", SHELL + "exec </dev/null; " + command),
                  os.path.join(net.private("gdb"), "log"), "gdb")

    def reached():
        with client.udp(68) as socket:
            socket.send(dhcp.discover("52:54:00:77:00:02", 7).encode())
        return gdb.returncode is not None

    until(reached, 60, f"gdb has met its breakpoint:\n{gdb.text()}", 0.3)
    place = re.escape(re.search(r"hello\.c:\d+", command).group())
    assert re.search(rf"hit Breakpoint 1, hello_request.*{place}", gdb.text(), re.S), gdb.text()


def profile(net, guest, client, command):
    """Runs perf on the daemon, as printed, until Ctrl-C, while clients ask: the samples have the names
    of functions."""
    perf = Process(guest.enter("sh", "-c", f"{SHELL} exec timeout -s INT 3 {command}"),
                   os.path.join(net.private("perf"), "log"), "perf")
    Flood(client, rate=3000, seconds=3).wait()
    perf.wait()
    assert "Captured and wrote" in perf.text(), perf.text()
    report = typed(guest, "perf script -F ip,sym,dso | sort | uniq -c | sort -rn")
    assert re.search(r" (server|host)_\w+ \(\S+/wdspxed\)$", report, re.M), report[:6000]


@timeout(400)
def test_an_authors_commands():
    with Network() as net:
        boot, client = lan(net)
        guest = Guest(boot, [{"arch": "x86-bios", "file": "boot.0"}],
                      nspawn=["--system-call-filter=perf_event_open"])
        guest.module("hello", hello(net))
        guest.drop_in("wdspxed.service", "[Service]\nWatchdogSec=0\n")     # as the manual says
        guest.boot()
        readme = "providers/template/README.md"

        guest.run("mkdir", "/etc/alternatives")
        guest.run("ln", "-s", "/usr/bin/gcc", "/etc/alternatives/cc")   # its /etc began empty
        typed(guest, " && ".join(printed.block(readme, "cp -r").commands()))
        assert "all tests passed" in type_all(guest, printed.block(readme, "make test"))[0]
        for command in printed.block(readme, "sudo make install").commands():
            if "sudoedit" in command:
                path = typed(guest, command.replace("sudoedit", "ls")).strip()
                typed(guest, f"sed -i '/^settings/,$d' {path}; echo 'settings: {{ uefi = \"boot/hello.efi\"; }};' >>{path}")
            elif command == "make install":     # /usr is read-only here: tests/template.sh
                continue
            else:
                listed = typed(guest, command)
        assert re.search(r"hello.*bootfile", listed, re.S), listed
        ask(client, "52:54:00:77:00:02", 7)

        said, valgrind = type_all(guest, printed.block("wdspxe.7", "gdb -ex"))
        assert "Breakpoint 1, hello_request" in said, said
        assert "ERROR SUMMARY: 0 errors" in valgrind, valgrind
        typed(guest, "cp /etc/wdspxed/providers.d/*hello.conf /root/50-hello.conf")
        guest.run("mv", "/root/50-hello.conf", "/etc/wdspxed/providers.d/50-hello.conf.new")
        guest.run("sh", "-c", "cd /etc/wdspxed/providers.d && rm -f *hello.conf && "
                  "mv 50-hello.conf.new 50-hello.conf")
        type_all(guest, printed.block("wdspxe.7", "/usr/lib/wdspxed/wdspxed-provider"))
        type_all(guest, printed.block("wdspxe.7", "LD_PRELOAD=$(gcc -print-file-name=libasan.so) ./"))
        type_all(guest, printed.block("wdspxe.7", "cc -shared"))
        attach, record = printed.block("wdspxe.7", "gdb -p").commands()
        meet_breakpoint(net, guest, client, attach)
        profile(net, guest, client, record)


@timeout(120)
def test_networkd_takes_the_manuals_line():
    """Beside no wdspxed: what is printed for systemd-networkd's DHCP server makes it send the class."""
    with Network() as net:
        segment = net.segment("lan")
        boot, client = net.host("boot", on=segment), net.host("client", on=segment)
        guest = Guest(boot, enable=(), nspawn=["--capability=CAP_NET_ADMIN"])
        folder = os.path.join(guest.usr, "lib/systemd/network")
        os.makedirs(folder)
        line = printed.for_server("systemd-networkd, [DHCPServer]", "SendOption=")
        with open(os.path.join(folder, "10-lan.network"), "w", encoding="utf-8") as file:
            file.write("[Match]\nName=eth0\n[Network]\nAddress=10.77.0.2/24\nDHCPServer=yes\n"
                       f"[DHCPServer]\nPoolOffset=100\nPoolSize=50\n{line}")
        guest.boot()
        guest.run("systemd-run", "--unit=networkd", "/lib/systemd/systemd-networkd")

        def offered():
            with client.udp(68) as socket:
                socket.send(dhcp.discover("52:54:00:77:00:03").encode())
                return socket.heard(1)

        offer = dhcp.V4.parse(until(offered, 30, "networkd offers an address").payload)
        assert offer.get(60) == b"PXEClient" and offer.yiaddr.startswith("10.77.0.1"), offer
