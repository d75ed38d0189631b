"""The providers of the manual, as they stand there, in the daemon."""

import glob
import json
import os
import re
import subprocess

from lab import Network, dhcp, timeout
from lab.daemon import TREE, Daemon, build
from lab.flood import Flood
from lab.process import run, until

GUIDE = os.path.join(TREE, "man", "wdspxe-provider.7")
RELOADS = 25
RATE = 300


def examples():
    """(page, source) of each example that is a provider."""
    for page in [*sorted(glob.glob(os.path.join(TREE, "man", "*.3"))), GUIDE]:
        for n in range(1, 20):
            source = run(os.path.join(TREE, "tests", "man-extract.sh"), page, n)
            if not source.strip():
                break
            if re.search(r"PxeProviderInitialize\(HANDLE", source):
                yield os.path.basename(page), source


def guides(n):
    """The nth provider of wdspxe-provider(7)."""
    return [source for page, source in examples() if page == os.path.basename(GUIDE)][n]


def compiled(folder, name, source):
    path = os.path.join(folder, f"{name}.c")
    with open(path, "w", encoding="utf-8") as file:
        file.write(source)
    out = os.path.join(folder, f"{name}.so")
    subprocess.run(["gcc", "-std=gnu11", "-g", "-fPIC", "-shared", "-I" + os.path.join(TREE, "include"),
                    "-I" + os.path.join(TREE, "include", "windows"), "-o", out, path, "-L" + build(), "-Wl,--as-needed",
                    "-l:libwdspxe-windows.so.1", "-l:libwdspxe-boot.so.1", "-l:libwdspxe.so.1", "-pthread"], check=True)
    return out


def settings(module, n):
    return {"name": "example", "module": module, "settings": {"BootProgram": f"boot-{n}.efi"}}


@timeout(400)
def test_each_survives_reloads_under_load():
    # D2, D6: what an author copies must hold when its code is unloaded while it is at work.
    tried = 0
    for page, source in examples():
        with Network() as net:
            lan = net.segment("lan")
            boot = net.host("boot", "10.77.0.2/24", on=lan)
            client = net.host("client", on=lan)
            daemon = Daemon(boot, providers={})
            module = daemon.module("example", compiled(daemon.folder, "example", source))
            daemon.write_provider("50-example.conf", settings(module, 0))
            daemon.start()
            flood = Flood(client, RATE, linger=1)
            for n in range(1, RELOADS + 1):
                daemon.write_provider("50-example.conf", settings(module, n))
                daemon.ctl("reload", timeout=60)
            counts = flood.finish()
            assert counts["sent"] > RELOADS, (page, counts)
            log = daemon.stop()
            assert "crashed" not in log and "thread" not in log, (page, log)
        tried += 1
    assert tried >= 5, f"only {tried} examples are providers"


MAC = "52:54:00:77:00:01"
HTTP = {"arch": 16, "vendor_class": "HTTPClient"}


def test_the_guides_provider_answers_every_kind_of_firmware():
    # D8: PXE and HTTP Boot, IPv4 and IPv6, 67, 547 and 4011.
    with Network() as net:
        lan = net.segment("lan")
        boot = net.host("boot", "10.77.0.2/24", "fd77::2/64", on=lan)
        client = net.host("client", "10.77.0.9/24", "fd77::9/64", on=lan)
        capture = net.capture(lan)
        daemon = Daemon(boot, providers={})
        module = daemon.module("example", compiled(daemon.folder, "example", guides(0)))
        daemon.write_provider("50-example.conf", {"name": "example", "module": module,
                                                  "settings": {"BootProgram": "boot.efi"}})
        daemon.start()
        with client.udp(68) as socket, client.udp(4011) as at_4011:
            for arch, offered, file in ((0, "boot.0", "boot.0"), (7, "", "boot.efi")):
                socket.send(dhcp.discover(MAC, arch).encode())
                offer = dhcp.V4.parse(socket.receive().payload)
                assert (offer.file, offer.text(60)) == (offered, "PXEClient"), offer
                at_4011.send(dhcp.request_pxe(MAC, "10.77.0.9", arch).encode(), "10.77.0.2", 4011)
                ack = dhcp.V4.parse(at_4011.receive().payload)
                assert ack.file == file, ack
            socket.send(dhcp.discover(MAC, **HTTP).encode())
            offer = dhcp.V4.parse(socket.receive().payload)
            assert (offer.file, offer.text(60)) == ("http://10.77.0.2/boot.efi", "HTTPClient"), offer
        six(client)
        daemon.stop()
        capture.check(boot)


def test_the_guides_provider_without_the_kit_serves_http_boot():
    with Network() as net:
        lan = net.segment("lan")
        boot = net.host("boot", "10.77.0.2/24", "fd77::2/64", on=lan)
        client = net.host("client", "10.77.0.9/24", "fd77::9/64", on=lan)
        capture = net.capture(lan)
        daemon = Daemon(boot, providers={})
        module = daemon.module("example", compiled(daemon.folder, "example", guides(1)))
        daemon.write_provider("50-example.conf", {"name": "example", "module": module})
        daemon.start()
        with client.udp(68) as socket:
            socket.send(dhcp.discover(MAC).encode())        # PXE: it is not answered
            socket.send(dhcp.discover(MAC, **HTTP).encode())
            offer = dhcp.V4.parse(socket.receive().payload)
            assert (offer.text(67), offer.text(60)) == ("http://10.77.0.2/boot.efi", "HTTPClient"), offer
        with client.udp(546, interface="eth0", family=6) as socket:
            socket.send(dhcp.solicit6(MAC).encode(), "ff02::1:2", 547)
            socket.send(dhcp.solicit6(MAC, **HTTP).encode(), "ff02::1:2", 547)
            told = dhcp.parse6(socket.receive().payload)
            assert told.url == "http://[fd77::2]/boot.efi" and not told.get(3), told
        daemon.stop()
        capture.check(boot)


def test_what_a_provider_counts_is_in_the_statistics():
    with Network() as net:
        lan = net.segment("lan")
        boot = net.host("boot", "10.77.0.2/24", on=lan)
        client = net.host("client", on=lan)
        daemon = Daemon(boot, providers={})
        source = dict(examples())["PxeCounterRegister.3"]
        module = daemon.module("example", compiled(daemon.folder, "example", source))
        daemon.write_provider("50-example.conf", settings(module, 0))
        daemon.start()

        def counted():
            found = re.findall(r'^wdspxed_provider_(\w+){provider="example"} (\S+)$', daemon.ctl("metrics"), re.M)
            return {name: value for name, value in found
                    if name in ("counter_passed_total", "level_machines", "decision_seconds_count")}

        with client.udp(68) as socket:
            for n in (1, 2):
                socket.send(dhcp.discover(f"52:54:00:77:00:0{n}").encode())
            until(lambda: counted().get("counter_passed_total") == "2", 10, "both were passed on")
            assert counted() == {"counter_passed_total": "2", "level_machines": "12", "decision_seconds_count": "2"}
            daemon.write_provider("50-example.conf", settings(module, 1))
            daemon.ctl("reload", timeout=60)                # a new instance: it takes no PARAMCHANGE
            socket.send(dhcp.discover("52:54:00:77:00:03").encode())
            until(lambda: counted().get("counter_passed_total") == "3", 10, "a reload takes nothing away")
        it = json.loads(daemon.ctl("--json", "list"))["providers"][0]
        assert it["counters"] == {"passed": 3, "machines": 12}, it
        assert it["requests"]["asked"] == 3 and it["requests"]["microseconds"] > 0, it
        daemon.stop()


def six(client):
    """The same over IPv6; the last one names another server, and gets nothing."""
    with client.udp(546, interface="eth0", family=6) as socket, client.udp(4011, family=6) as at_4011:
        socket.send(dhcp.solicit6(MAC).encode(), "ff02::1:2", 547)
        told = dhcp.parse6(socket.receive().payload)
        assert told.url == "tftp://[fd77::2]/boot.efi" and not told.get(3), told
        socket.send(dhcp.solicit6(MAC, **HTTP).encode(), "ff02::1:2", 547)
        assert dhcp.parse6(socket.receive().payload).url == "http://[fd77::2]/boot.efi"
        at_4011.send(dhcp.request_pxe6(MAC, dhcp.duid_ll("52:54:00:00:00:99")).encode(), "fd77::2", 4011)
        ask = dhcp.request_pxe6(MAC, told.get(2))
        at_4011.send(ask.encode(), "fd77::2", 4011)
        ack = dhcp.parse6(at_4011.receive().payload)
        assert ack.xid == ask.xid, "a request for another server was answered"
        assert ack.url == "tftp://[fd77::2]/boot.efi", ack
