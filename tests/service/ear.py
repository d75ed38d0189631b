"""wdspxed-ear under a real systemd: what it may do, and that it goes with the daemon."""

from lab import Network, dhcp, printed, servers
from lab.guest import Guest
from lab.process import until

UNIT = "wdspxed-ear.service"
PC = "52:54:00:77:0e:01"


def installed(net):
    """The guest on 10.77.0.2, running and listening; a PC's place, and a DHCP server with option 60."""
    lan = net.segment("lan")
    boot = net.host("boot", "10.77.0.2/24", on=lan)
    lease = net.host("lease", "10.77.0.1/24", on=lan)
    client = net.host("client", on=lan, mac=PC)
    servers.dhcp4(lease, same_host=True)
    guest = Guest(boot, [{"arch": "x64-uefi", "file": "boot.efi"}]).boot()
    return guest, client


def hearing(guest):
    return guest.run("wdspxectl", "status").split("\nhearing ")[1].split("\n")[0].strip()


def test_the_ear_is_installed_and_waits_to_be_enabled():
    with Network() as net:
        guest, client = installed(net)
        assert guest.show("ActiveState", UNIT) == "inactive"
        assert hearing(guest).startswith("no: wdspxed-ear does not run")
        for page in ("wdspxed.8", "wdspxed-ear.8"):
            command, = printed.block(page, "# systemctl enable --now wdspxed-ear").commands()
            guest.run("sh", "-c", command)
        until(lambda: hearing(guest) == "0 answers of others", 10, "the daemon hears")
        with client.udp(68) as socket:
            socket.send(dhcp.discover(PC, 7).encode())
            socket.receive()
        until(lambda: "the DHCP server 10.77.0.1 sends the class" in guest.journal(), 20,
              "what it heard is told")
        command, = printed.block("wdspxed-ear.8", "$ journalctl").commands()
        assert "[W0301]" in guest.run("sh", "-c", command)
        command, = printed.block("wdspxed-diagnoses.7", "$ journalctl").commands()
        found = guest.run("sh", "-c", command.replace("W0201", "W0301")).splitlines()
        assert len(found) == 1 and "[W0301]" in found[0], found

        # With the daemon it restarts, stops and starts.
        before = guest.show("MainPID", UNIT)
        guest.systemctl("restart", "wdspxed")
        until(lambda: guest.show("MainPID", UNIT) not in ("0", before), 20, "the ear restarts")
        until(lambda: hearing(guest) == "0 answers of others", 10, "the daemon hears again")
        guest.systemctl("stop", "wdspxed")
        assert guest.show("ActiveState", UNIT) == "inactive"
        assert guest.show("Result", UNIT) == "success"
        guest.systemctl("start", "wdspxed")
        until(lambda: hearing(guest) == "0 answers of others", 20, "the daemon hears as before")


def test_the_sandbox_of_the_ear_as_the_kernel_shows_it():
    with Network() as net:
        guest, _client = installed(net)
        guest.systemctl("start", "wdspxed-ear")
        until(lambda: hearing(guest) == "0 answers of others", 10, "the daemon hears")
        pid = guest.show("MainPID", UNIT)
        status = dict(line.split(":\t", 1) for line in
                      guest.run("cat", f"/proc/{pid}/status").splitlines() if ":\t" in line)
        raw_only = f"{1 << 13:016x}"
        for kind in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"):
            assert status[kind] == raw_only, (kind, status[kind])
        assert status["NoNewPrivs"] == "1" and status["Seccomp"] == "2", status
        assert set(status["Uid"].split()) == {guest.run("id", "-u", "wdspxed-ear").strip()}, status
        groups = guest.run("id", "-Gn", "wdspxed-ear").split()
        assert groups == ["wdspxed-ear"], groups
        path = f"/usr/lib/systemd/system/{UNIT}"
        guest.run("systemd-analyze", "verify", "--man=no", path)
        guest.run("systemd-analyze", "security", "--offline=true", "--threshold=15", path)
        # Its socket is for it alone, and the daemon's others are not for it.
        acl = guest.run("getfacl", "-cp", "/run/wdspxed/ear") if guest.try_run(
            "which", "getfacl").returncode == 0 else ""
        assert not acl or "group:wdspxed-ear:rw-" in acl, acl
        refused = guest.try_run("setpriv", "--reuid=wdspxed-ear", "--regid=wdspxed-ear",
                                "--clear-groups", "wdspxectl", "status")
        assert refused.returncode != 0, refused
