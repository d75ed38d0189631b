"""wdspxectl clients: which machine is where on its way, and what is wrong with it."""

import json
import os
import re

from lab import Network, dhcp, servers
from lab.daemon import Daemon, build
from lab.process import run, until

MAC = "52:54:00:77:00:%02x"
ENTRIES = [{"user-class": "iPXE", "url": "http://${server}/boot.ipxe"},
           {"arch": "x86-bios", "file": "undionly.kpxe"},
           {"arch": "x64-uefi", "file": "ipxe.efi"}]


def lan(net, **more):
    segment = net.segment("lan")
    boot = net.host("boot", "10.77.0.2/24", "fd77::2/64", on=segment)
    client = net.host("client", "10.77.0.5/24", "fd77::5/64", on=segment)
    return net, segment, boot, client, Daemon(boot, boot=ENTRIES, **more)


def clients(daemon, *arguments):
    return json.loads(daemon.ctl("clients", "--json", *arguments))


def the_one(daemon, number):
    found = clients(daemon, "--mac", MAC % number)["clients"]
    assert len(found) == 1, found
    return found[0]


def ask(udp, packet, to="255.255.255.255", port=67):
    udp.send(packet.encode(), to, port)
    return dhcp.V4.parse(udp.receive().payload)


def test_a_machine_is_followed_on_its_way():
    """With a real DHCP server beside: its lease is in the story, and iPXE after the firmware."""
    with Network() as net:
        _, segment, _, client, daemon = lan(net)
        lease = net.host("lease", "10.77.0.1/24", on=segment)
        servers.dhcp4(lease)
        daemon.start()
        assert clients(daemon) == {"ok": True, "clients": [], "more": 0}
        assert daemon.ctl("clients") == "no such client was heard since the daemon's start\n"
        with client.udp(68) as udp, client.udp(4011) as pxe:
            discover = dhcp.discover(MAC % 1, 7)
            udp.send(discover.encode())
            offers = [dhcp.V4.parse(udp.receive().payload) for _ in range(2)]
            address, = [one.yiaddr for one in offers if one.yiaddr != "0.0.0.0"]
            one = the_one(daemon, 1)
            assert one["state"] == "redirected" and one["outcome"] == "answered", one
            assert re.fullmatch(r"50-bootfile\.conf:\d+", one["entry"]), one
            assert one["provider"] == "bootfile" and one["architecture"] == "x64-uefi", one
            assert one["uuid"] == dhcp.UUID and one["mac"] == MAC % 1 and one["family"] == 4, one
            ack = ask(udp, dhcp.request_lease(MAC % 1, "10.77.0.1", address, 7, xid=discover.xid,
                                             flags=dhcp.BROADCAST))
            assert ack.type == dhcp.ACK, ack
            until(lambda: the_one(daemon, 1)["state"] == "leased-4011", 10, "the lease was heard")
            one = the_one(daemon, 1)
            assert one["lease-server"] == "10.77.0.1" and one["last"] >= one["first"], one
            ask(pxe, dhcp.request_pxe(MAC % 1, "10.77.0.5", 7), "10.77.0.2", 4011)
            one = the_one(daemon, 1)
            assert one["state"] == "answered" and one["file"] == "ipxe.efi", one
            assert not one["ipxe"] and not one["chained"], one
            said = " ".join(daemon.ctl("clients").split())  # not "to boot from" the DHCP server
            assert "was told on port 4011 what to boot; its lease is from 10.77.0.1 answered: " in said, said
            assert daemon.ctl("clients", "--newest", "0") == "1 more: --newest N shows up to 250\n"
            udp.send(dhcp.discover(MAC % 1, 7, user_class="iPXE").encode())
            until(lambda: the_one(daemon, 1)["state"] == "offered", 10, "iPXE was heard")
            one = the_one(daemon, 1)
            assert one["ipxe"] and one["chained"], one
            assert one["file"] == "http://10.77.0.2/boot.ipxe", one
        said = daemon.ctl("clients")
        assert re.match(rf"\d\d:\d\d:\d\d  {MAC % 1} x64-uefi iPXE on eth0\n", said), said
        assert all(len(line) <= 80 for line in said.splitlines()), said
        daemon.stop()


def test_why_it_was_not_answered_is_said_where_no_provider_says_it():
    with Network() as net:
        _, _, _, client, daemon = lan(net)
        daemon.start()
        daemon.ctl("control", "bootfile", "pause")
        with client.udp(68) as udp:
            udp.send(dhcp.discover(MAC % 1, 7).encode())
            until(lambda: clients(daemon)["clients"], 10, "it was heard")
        one = the_one(daemon, 1)
        assert one["outcome"] == "no-provider", one
        assert one["reason"] == "no provider that is running takes such requests", one
        assert "no-provider: no provider that is running takes such requests" in \
            " ".join(daemon.ctl("clients").split())
        daemon.stop()


def test_both_families_are_one_machine():
    with Network() as net:
        _, _, _, client, daemon = lan(net)
        daemon.start()
        with client.udp(68) as four, client.udp(546, family=6) as six:
            ask(four, dhcp.discover(MAC % 1, 7))
            six.send(dhcp.solicit6(MAC % 1, 7).encode(), "ff02::1:2", 547)
            six.receive()
        found = clients(daemon)["clients"]
        assert len(found) == 1 and found[0]["family"] == 6, found
        assert found[0]["mac"] == MAC % 1, found
        daemon.stop()


def test_more_than_fit_are_counted_and_the_newest_shown():
    with Network() as net:
        _, _, _, client, daemon = lan(net)
        daemon.start()
        with client.udp(68) as udp:
            for number in range(60):
                ask(udp, dhcp.discover(MAC % number, 0))
        answer = clients(daemon)
        assert len(answer["clients"]) == 50 and answer["more"] == 10, answer["more"]
        answer = clients(daemon, "--newest", "3")
        assert [one["mac"] for one in answer["clients"]] == [MAC % n for n in (59, 58, 57)], answer
        assert answer["more"] == 57, answer
        assert daemon.ctl("clients", "--newest", "1").endswith("59 more: --newest N shows up to 250\n")
        assert len(clients(daemon, "--newest", "4000000000")["clients"]) == 60
        daemon.ctl("reload")
        assert len(clients(daemon, "--newest", "250")["clients"]) == 60
        daemon.stop()


def test_the_status_socket_takes_it():
    with Network() as net:
        _, _, boot, client, daemon = lan(net)
        daemon.start()
        with client.udp(68) as udp:
            ask(udp, dhcp.discover(MAC % 1, 0))
        said = run("ip", "netns", "exec", boot.namespace, os.path.join(build(), "wdspxectl"),
                   "-s", daemon.status, "clients", "--json")
        assert json.loads(said)["clients"][0]["mac"] == MAC % 1, said
        daemon.stop()


def test_what_clients_say_is_made_plain():
    """Escapes in a class or a reason do not reach the terminal."""
    with Network() as net:
        _, _, _, client, daemon = lan(net)
        daemon.start()
        with client.udp(68) as udp:
            udp.send(dhcp.discover(MAC % 1, 7, vendor_class="PXEClient:\x1b[31m</script>\u202e").encode())
            ask(udp, dhcp.discover(MAC % 2, 0))
        for said in (daemon.ctl("clients"), daemon.ctl("clients", "--json")):
            assert "\x1b" not in said and "</script>" not in said and "\u202e" not in said, said
        daemon.stop()
