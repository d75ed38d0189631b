"""README.md, literally, on a bare Debian 12 and 13, by a user who may sudo: from the clone to uninstall."""

import json
import os
import re
import signal
import time

from lab import dhcp, printed, servers, until
from lab.daemon import TREE
from lab.debian import CLIENT, Machine, ask, on_each_suite, tftp_reads
from lab.flood import Flood, receive_buffers

RATE, TIMES, BATCH = 1000, 5, 64
PORTS = {(4, 67), (4, 4011), (6, 4011), (6, 547)}


def readme():
    """The commands of README's blocks, without their comments, in order."""
    with open(os.path.join(TREE, "README.md"), encoding="utf-8") as file:
        return re.findall(r"^    ((?:sudo|systemctl|wdspxed|wdspxectl) .*?) *(?:#.*)?$", file.read(),
                          re.MULTILINE)


def said_by_readme(command):
    """The command, which README has to have as it stands here."""
    assert command in readme(), f"README.md has no line '{command}': {readme()}"
    return command


def serves_from_the_tree(machine, boot, client):
    """C15: `sudo make run` brings what it needs, serves, and leaves the tree the user's."""
    refused = machine.shell("IFACE=eth1 sudo make run")
    assert refused.returncode != 0, "C4: it would serve every interface"
    assert "Use: sudo make run IFACE=eth1" in refused.stderr, refused.stdout + refused.stderr
    first = (refused.stdout + refused.stderr).splitlines()[:10]
    assert not any(re.search("not found|No such file", line) for line in first), first

    run = machine.terminal(said_by_readme("sudo make run"))
    run.wait_line("press Ctrl-C to stop", 600)
    assert ask(client, 1) == "undionly.kpxe" and tftp_reads(client, "undionly.kpxe")
    run.type("\x03")
    run.wait(30)
    until(lambda: not (PORTS | {(4, 69)}) & boot.udp_ports(), 10, "the ports are closed")
    others = machine.works("find . ! -user \"$(id -un)\"")
    assert not others.strip(), f"not the user's: {others}"
    machine.works("make", 300)


def takes_the_place_of_an_earlier_version(machine, boot, client):
    """S4: its socket units go, with their links and what they hold; no port is left to them."""
    machine.works("printf '[Socket]\\nService=wdspxed.service\\nListenDatagram=0.0.0.0:67\\n"
                  "PassPacketInfo=yes\\nBroadcast=yes\\n[Install]\\nWantedBy=sockets.target\\n' | "
                  "sudo tee /usr/lib/systemd/system/wdspxed-dhcp.socket")
    machine.works("sudo systemctl stop wdspxed && sudo systemctl enable --now wdspxed-dhcp.socket && "
                  "sudo systemctl start wdspxed")
    said = machine.works("sudo make install", 900)
    assert "systemctl restart wdspxed" in said, said
    assert machine.show("ActiveState", "wdspxed-dhcp.socket") == "inactive"
    assert "wdspxed-dhcp.socket" not in machine.works("sudo find /etc/systemd /usr/lib/systemd")
    machine.works("sudo systemctl restart wdspxed")
    assert ask(client, 5) == "undionly.kpxe"
    machine.works("sudo systemctl stop wdspxed")
    until(lambda: not PORTS & boot.udp_ports(), 5, "the ports are closed")
    machine.works("sudo systemctl start wdspxed")


def loses_nothing(machine, client):
    """S4: what comes while it restarts or crashes waits in the ports."""
    flood = Flood(client, RATE)
    for _ in range(TIMES):
        time.sleep(0.3)
        machine.works("sudo systemctl restart wdspxed")
    time.sleep(0.3)
    restarted = machine.pid()
    for _ in range(TIMES):
        time.sleep(0.3)
        before = machine.pid()
        os.kill(before, signal.SIGKILL)
        until(lambda: machine.pid() not in (0, before) and machine.show("ActiveState") == "active",
              15, "systemd starts it again", 0.05)
    counts = flood.finish()
    print(counts)
    assert counts["own-drops"] == 0, "the client's own socket was too slow: no verdict"
    assert restarted and counts["sent"] > 3 * RATE and counts["twice"] == 0, counts
    assert counts["lost"] <= TIMES * BATCH, counts
    status = json.loads(machine.works("sudo wdspxectl status --json"))
    assert all(port["kernel-drops"] == 0 for port in status["ports"]), status


def stops_for_good(machine, boot, client):
    """S23: a stop frees the ports, and no packet starts it again."""
    machine.works("sudo systemctl stop wdspxed")
    until(lambda: not PORTS & boot.udp_ports(), 5, "the ports are closed")
    with client.udp(68) as socket:
        socket.send(dhcp.discover(CLIENT % 3).encode())
        assert socket.heard(1) is None and machine.show("ActiveState") == "inactive"
    assert not PORTS & boot.udp_ports()


def leaves_67_to_a_lease_server(machine, boot, client):
    """DESIGN, systemd: a port that `listen` switches off is never opened."""
    lease = servers.dhcp4(boot, same_host=True)
    machine.works(r"sudo sed -i 's/dhcp   = true/dhcp   = false/; s/dhcpv6 = true/dhcpv6 = false/' "
                  "/etc/wdspxed/wdspxed.conf")
    machine.works("sudo systemctl start wdspxed && sudo systemctl restart wdspxed")
    assert PORTS & boot.udp_ports() == {(4, 67), (4, 4011), (6, 4011)}, boot.udp_ports()
    with client.udp(68) as socket:
        socket.send(dhcp.discover(CLIENT % 4, 7).encode())
        offer = dhcp.V4.parse(socket.receive().payload)
    assert offer.yiaddr.startswith("10.77.0.1") and offer.get(60) == b"PXEClient", offer
    with client.udp(4011) as socket:
        socket.send(dhcp.request_pxe(CLIENT % 4, "10.77.0.9", 7).encode(), "10.77.0.2", 4011)
        assert dhcp.V4.parse(socket.receive().payload).file == "ipxe.efi"
    lease.stop()


def uninstalls(machine):
    """S25: not under a running service; then nothing of ours stays but what was changed."""
    refused = machine.shell("sudo make uninstall")
    assert refused.returncode != 0 and "systemctl disable --now wdspxed" in refused.stderr, refused
    assert os.path.exists(machine.root + "/usr/sbin/wdspxed")
    machine.works("sudo systemctl disable --now wdspxed")
    said = machine.works("sudo make uninstall")
    assert "kept: /etc/wdspxed/wdspxed.conf" in said, said
    left = machine.works("sudo find / -xdev -path /home -prune -o -path /proc -prune -o -path /tmp "
                         "-prune -o -path /run -prune -o -name '*wdspx*' -print").split()
    assert left == ["/etc/wdspxed", "/etc/wdspxed/wdspxed.conf"], left
    dangling = machine.works("sudo find /etc/systemd -xtype l")
    assert "wdspx" not in dangling, dangling
    # The folder is tftpd-hpa's, which `make run` brought.
    assert not os.listdir(machine.root + "/srv/tftp"), "the copies of boot programs"
    assert machine.try_run("getent", "passwd", "wdspxe").returncode != 0
    assert machine.try_run("getent", "group", "wdspxe").returncode != 0


@on_each_suite(3000)
def goes_the_readmes_way(net, suite):
    # S2, S4, S23, S25, C4, C15, C16: every step that README tells, as it stands there.
    segment = net.segment("lan")
    boot = net.host("boot", "10.77.0.2/24", "fd77::2/64", on=segment)
    client = net.host("client", "10.77.0.9/24", on=segment)
    receive_buffers(net)        # which a container may not raise
    machine = Machine(boot, suite)
    machine.copy_tree()
    machine.boot()

    serves_from_the_tree(machine, boot, client)
    said = machine.works(said_by_readme("sudo make install"), 900)
    assert "systemctl enable --now wdspxed" in said, said
    machine.works(said_by_readme("sudo systemctl enable --now wdspxed"))
    assert ask(client, 2) == "undionly.kpxe"
    for command in printed.block("README.md", "sudo apt install dnsmasq").commands():
        print(command, machine.works("sudo " + command, 300))
    until(lambda: (4, 69) in boot.udp_ports(), 20,
          f"TFTP is served:\n{machine.journal('-u', 'wdspxed-tftp')}")
    for name in ("undionly.kpxe", "ipxe.efi", "boot.ipxe"):
        assert tftp_reads(client, name), f"{name}:\n{machine.journal('-u', 'wdspxed-tftp')}"

    takes_the_place_of_an_earlier_version(machine, boot, client)
    loses_nothing(machine, client)
    stops_for_good(machine, boot, client)
    leaves_67_to_a_lease_server(machine, boot, client)
    uninstalls(machine)
