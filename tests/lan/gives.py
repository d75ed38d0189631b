"""What an entry gives beside a file, on the wire: options, variables, servers in turn, names that are
looked up again, server-id. What each key comes to is tested on the bench (tests/bootfile)."""

import contextlib
import json
import os
import re

from lab import Network, dhcp, until
from lab.daemon import Daemon
from lab.process import ASKING

MAC = "52:54:00:77:00:%02x"
ALL = "255.255.255.255"


class Lab:
    def __init__(self, net, entries, settings=None, **daemon):
        self.net, self.lan = net, net.segment("lan")
        self.boot = net.host("boot", "10.77.0.2/24", on=self.lan)
        self.client = net.host("client", "10.77.0.5/24", on=self.lan)
        self.capture = net.capture(self.lan)
        self.daemon = Daemon(self.boot, boot=entries, settings=settings, **daemon)
        self.s68, self.s4011 = self.client.udp(68), self.client.udp(4011)

    def ask(self, packet, to=ALL, port=67, socket=None):
        socket = socket or self.s68
        socket.send(packet.encode(), to, port)
        came = socket.receive()
        answer = dhcp.V4.parse(came.payload)
        assert answer.xid == packet.xid, answer
        return answer, came

    def offer(self, number=1, arch=0, **more):
        return self.ask(dhcp.discover(MAC % number, arch=arch, **more))[0]

    def second(self, number=1, arch=7, to="10.77.0.2", **more):
        return self.ask(dhcp.request_pxe(MAC % number, "10.77.0.5", arch, **more), to, 4011, self.s4011)


@contextlib.contextmanager
def lab(entries, settings=None, started=True, **daemon):
    with Network() as net:
        made = Lab(net, entries, settings, **daemon)
        if started:
            made.daemon.start()
        yield made
        made.daemon.stop()
        made.capture.check(made.boot)


def test_options_reach_firmware_and_are_well_formed():
    options = (
        {"code": 209, "text": "pxelinux.cfg/01-${mac-dashes}"},
        {"code": 210, "text": "pxelinux/"},
        {"code": 17, "text": "nfs:10.77.0.9:/srv/root"},
        {"code": 150, "addresses": ["10.77.0.9", "10.77.0.10"]},
        {"code": 42, "addresses": "10.77.0.9"},
        {"code": 6, "addresses": ["10.77.0.9"]},
        {"code": 43, "sub": ({"code": 6, "number8": 8}, {"code": 10, "hex": "00505845"})},
        {"code": 175, "sub": ({"code": 8, "number8": 1},)},
    )
    entry = {"file": "boot/${arch}/${mac-bare}.efi", "options": options, "bcd": "boot\\BCD",
             "windows": {"prompt": "opt-in", "message": "Press F12"}}
    with lab([entry]) as it:
        bios = it.offer()
        assert bios.file == "boot/x86-bios/525400770001.efi", bios
        uefi = it.offer(arch=7)
        assert not {209, 210, 17, 150, 42, 6, 43, 252, 250} & set(uefi.codes()), uefi
        ack, _ = it.second()
        assert ack.file == "boot/x64-uefi/525400770001.efi", ack
        for answer in (bios, ack):
            assert answer.text(209) == "pxelinux.cfg/01-52-54-00-77-00-01", answer
            assert answer.text(210) == "pxelinux/" and answer.text(17) == "nfs:10.77.0.9:/srv/root", answer
            assert answer.get(150) == dhcp.ip4("10.77.0.9") + dhcp.ip4("10.77.0.10"), answer
            assert answer.ip(42) == answer.ip(6) == "10.77.0.9", answer
            assert answer.get(43) == b"\x06\x01\x08\x0a\x04\x00PXE\xff", answer
            assert answer.get(252) == b"boot\\BCD\x00", answer
            assert answer.get(250) == b"\x0b\x01\x01\x06\x09Press F12", answer
            assert answer.get(175) is None, answer
        ipxe = it.offer(number=2, user_class=b"iPXE")
        assert ipxe.get(175) == b"\x01\x01\x01\x08\x01\x01", ipxe
        assert ipxe.file == "tftp://10.77.0.2/boot/x86-bios/525400770002.efi", ipxe


def test_a_variable_without_a_value_sends_nothing_and_is_told():
    # The UUID is left out on 4011 too: nothing of the first answer goes out, and another server may answer.
    with lab([{"arch": 7, "file": "${uuid}.efi"}, {"file": "other.0"}]) as it:
        it.s68.send(dhcp.discover(MAC % 1, arch=7, uuid=None).encode(), ALL, 67)
        right = it.offer(number=2, arch=0)
        assert right.file == "other.0", right
        it.daemon.wait_log(r"52:54:00:77:00:01 .*rejected: nothing is sent, for \$\{uuid\} has no value: this "
                           r"client sends no UUID of its own.*50-bootfile\.conf:\d+")
        ended = json.loads(it.daemon.ctl("status", "--json"))["requests"]
        assert ended["provider-failed"] == 0 and ended["rejected"] == 1, ended
        said = it.daemon.ctl("clients", "--mac", MAC % 1)
        assert "W0231" not in said and "has no value" in said, said


def test_servers_are_used_in_turn_and_both_ports_agree():
    with lab([{"file": "f"}], {"server": ["10.77.0.9", "10.77.0.10"]}) as it:
        given = {}
        for number in range(1, 25):
            given[number] = it.offer(number).siaddr
            assert it.second(number, arch=0)[0].siaddr == given[number], number
            assert it.offer(number, arch=7).siaddr == "10.77.0.2", number
            ack, _ = it.second(number)
            assert ack.siaddr == ack.sname == given[number], number
        counts = [list(given.values()).count(address) for address in ("10.77.0.9", "10.77.0.10")]
        assert sum(counts) == 24 and min(counts) >= 5, counts


def within(daemon, hosts):
    """The daemon sees that file as /etc/hosts."""
    wrapper = os.path.join(daemon.folder, "with-hosts")
    with open(wrapper, "w", encoding="ascii") as file:
        file.write(f'#!/bin/sh\nexec unshare -m sh -c \'mount --bind "$0" /etc/hosts && exec "$@"\' '
                   f'{hosts} {daemon.program} "$@"\n')
    os.chmod(wrapper, 0o755)
    daemon.program = wrapper


def test_names_are_looked_up_again():
    with lab([{"file": "f"}], {"server": "files.example", "look-up-every": 1}, started=False) as it:
        hosts = os.path.join(it.daemon.folder, "hosts")

        def name(*addresses):
            with open(hosts, "w", encoding="ascii") as file: # in place: it is mounted
                file.write("".join(f"{address} files.example\n" for address in addresses))

        name("10.77.0.9", "10.77.0.10")
        within(it.daemon, hosts)
        it.daemon.start()
        assert it.offer().siaddr == "10.77.0.9"
        # Another order is no change: a DNS server gives its addresses in turn.
        name("10.77.0.10", "10.77.0.9")
        name("10.77.0.10")
        until(lambda: it.offer().siaddr == "10.77.0.10", 10, "the name's new address is given", ASKING)
        assert it.second(arch=7)[0].siaddr == "10.77.0.10"
        name()
        it.daemon.wait_log(r'server "files\.example": cannot look up .*clients get the address that it had '
                           r"before \[W0181\]")
        assert it.offer().siaddr == "10.77.0.10"
        name("10.77.0.11")
        it.daemon.wait_log(r'server "files\.example" can be looked up again')
        until(lambda: it.offer().siaddr == "10.77.0.11", 10, "it is given again", ASKING)


def test_server_id_names_a_virtual_address_and_an_anycast_one():
    entries = [
        {"mac": MAC % 1, "file": "vip.efi"},
        {"mac": MAC % 2, "arch": 7, "file": "any.efi", "server-id": "10.255.255.254"},
    ]
    settings = {"server-id": "10.77.0.100", "server": "10.77.0.100"}
    with lab(entries, settings, started=False) as it:
        it.boot.ip("addr", "add", "10.77.0.100/24", "dev", "eth0")
        it.boot.ip("addr", "add", "10.255.255.254/32", "dev", "lo")
        it.client.route("10.255.255.254/32", "10.77.0.2")
        it.daemon.start()
        for number, own, file in ((1, "10.77.0.100", "vip.efi"), (2, "10.255.255.254", "any.efi")):
            offer = it.offer(number, arch=7)
            assert offer.siaddr == offer.ip(54) == own and offer.file == "", offer
            # What it says no more there, it said to the OFFER's link.
            ask = dhcp.request_pxe(MAC % number, "10.77.0.5", None)
            ack, came = it.ask(ask, own, 4011, it.s4011)
            assert came.source == (own, 4011), came
            assert ack.ip(54) == own and ack.siaddr == "10.77.0.100" and ack.file == file, ack
        assert it.offer(1).ip(54) == "10.77.0.100"
        assert "W0179" not in it.daemon.log()


def test_a_list_of_machines_names_files_and_no_folders():
    # Criterion 4: what a list says of a machine becomes one segment of a path, or the list is refused.
    with Network() as net:
        it = Lab(net, [])
        path = os.path.join(it.daemon.folder, "lab.csv")

        def write(*lines):
            with open(path + ".new", "w", encoding="utf-8") as file:
                file.write("\n".join(("mac,name,group", *lines)) + "\n")
            os.rename(path + ".new", path)

        def settings(number):
            it.daemon.write_provider("50-bootfile.conf", {
                "name": "bootfile", "module": module, "critical": True,
                "settings": {"machines": path, "look-up-every": 300 + number,
                             "boot": ({"file": "${group}/${name}.0"},)}})

        module = it.daemon.module("bootfile")
        write(f"{MAC % 1},pc01,lab", f"{MAC % 2},pc 02,lab")
        settings(0)
        it.daemon.start()
        assert it.offer(1).file == "lab/pc01.0"
        assert it.offer(2).file == "lab/pc 02.0"
        # Who is on no list has no name: nothing is sent, and the log says of whom.
        it.s68.send(dhcp.discover(MAC % 9).encode(), ALL, 67)
        assert it.offer(1).file == "lab/pc01.0"
        it.daemon.wait_log(r"52:54:00:77:00:09 .*nothing is sent, for \$\{group\} has no value for this machine")
        for number, bad in enumerate(("../pc01,lab", "pc01,..", "a/b,lab", "a%2fb,lab", "a\\b,lab", "a\x07b,lab")):
            write(f"{MAC % 1},{bad}")
            settings(1 + number)
            it.daemon.reload()
            until(lambda: len(re.findall(rf"{path}:2: .* must not contain", it.daemon.log())) == number + 1, 20,
                  "the list is refused")
            assert it.offer(1).file == "lab/pc01.0", bad
        it.daemon.stop()
        it.capture.check(it.boot)
