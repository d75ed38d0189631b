"""What people configure with dnsmasq as a proxy and with ISC dhcpd, and the same with this daemon: the
old configuration runs with its own server, the new one with ours, the same scripted clients ask each,
and both come to the same decisions: which file, from which server, with which options, or silence.

A row of ROWS is one such configuration. Those of the field are G1 to G16; what cannot be said the same
way is in NOT_HERE, with the reason.
"""

import dataclasses
import re
import shutil
import struct

from lab import Network, dhcp, servers, timeout
from lab.daemon import Daemon
from lab.process import Skip

ME, RELAY = "10.77.0.2", "10.77.0.5"        # the server; who asks: client or relay
PROXY = ("dhcp-range=10.77.0.0,proxy,255.255.255.0",)
AT_ONCE = ('pxe-prompt="Network boot",0',)      # what makes it a PXE server, where nothing else does
IPXE = {"user_class": "iPXE"}

NOT_HERE = {
    "G16": "BSDP is Apple's own protocol (class AAPLBSDPC, lists in option 43 by INFORM and ACK): no "
           "PXE firmware speaks it, neither dnsmasq nor the kit does, and a provider may",
}


def mac(n):
    return f"52:54:00:77:00:{n:02x}"


def pc(n, arch=0, **more):
    """The DISCOVER of PC number n."""
    options = more.pop("options", {})
    packet = dhcp.discover(mac(n), arch, **more)
    for code, value in options.items():
        packet.set(code, value)
    return packet


def ipxe(n, arch=0, features=(), user_class="iPXE", **more):
    """The same of iPXE, whose option 175 has these features."""
    encapsulated = b"".join(bytes((code, 1, 1)) for code in (*features, 0xeb))
    options = {175: encapsulated, **more.pop("options", {})}
    return pc(n, arch, user_class=user_class, options=options, **more)


def relayed(packet, circuit=None, remote=None):
    option82 = dhcp.relay_agent(circuit=circuit, remote=remote)
    return dhcp.relay4(packet, RELAY, option82)


def octets(text):
    return bytes.fromhex(text.replace(":", ""))


def infiniband(guid):
    """The DISCOVER of a host on InfiniBand: its id stands for a hardware address."""
    packet = pc(9, options={61: octets(guid)})
    return dataclasses.replace(packet, htype=32, hlen=0, chaddr=b"")


GUID = "ff:00:00:00:00:00:02:00:00:02:c9:00:00:02:c9:03:00:0a:6f:81"
WANTS = {55: bytes((1, 3, 17, 43, 60, 66, 67, 150, 175, 209, 210, 252))}


@dataclasses.dataclass
class Row:
    """`old`: of dnsmasq its lines, of dhcpd its statements. `clients`: name -> packet; the first is
    one that is answered. `codes`: options that are a part of the decision. `also`: more addresses of
    the server."""
    old: str
    new: list
    clients: dict
    server: str = "dnsmasq"
    settings: dict = None
    daemon: dict = None
    codes: tuple = ()
    identity: bool = False      # option 54 is a part of the decision
    also: tuple = ()


# ---- one place, with one server ----

class Place:
    def __init__(self, net, row):
        self.net, self.row = net, row
        self.lan = net.segment("lan")
        self.host = net.host("server", f"{ME}/24", on=self.lan)
        for address in row.also:
            self.host.address(f"{address}/24")
        self.client = net.host("client", f"{RELAY}/24", on=self.lan)
        self.s67, self.s68 = self.client.udp(67), self.client.udp(68)
        self.s4011 = self.client.udp(4011)

    def ask(self, packet):
        """Sends a DISCOVER, as the client or as its relay; the answer, or None: a right client that
        asks behind it is the first that is answered."""
        control = self.control(packet)
        socket = self.s67 if packet.giaddr != "0.0.0.0" else self.s68
        to = ME if packet.giaddr != "0.0.0.0" else "255.255.255.255"
        for each in (packet, control):
            socket.send(each.encode(), to, 67)
        answer = dhcp.V4.parse(socket.receive().payload)
        if answer.xid == control.xid:
            return None
        assert answer.xid == packet.xid, answer
        after = dhcp.V4.parse(socket.receive().payload)
        assert after.xid == control.xid, after
        return answer

    def control(self, packet):
        """The row's first client again, by the same way."""
        control = dataclasses.replace(next(iter(self.row.clients.values())), xid=dhcp.new_xid())
        if packet.giaddr != "0.0.0.0" and control.giaddr == "0.0.0.0":
            control = relayed(control)
        return control

    def boots(self, packet):
        """The decision: (server, file, options), or None."""
        packet = dataclasses.replace(packet, xid=dhcp.new_xid())
        answer = self.ask(packet)
        if answer is None:
            return None
        if not answer.file and not answer.get(67):      # redirected
            request = dataclasses.replace(packet, xid=dhcp.new_xid(), ciaddr=RELAY, flags=0, giaddr="0.0.0.0",
                                          hops=0, options=[each for each in packet.options if each[0] != 82])
            request.set(dhcp.OPT_TYPE, bytes((dhcp.REQUEST,)))
            self.s4011.send(request.encode(), answer.ip(dhcp.OPT_SERVER_ID), 4011)
            answer = dhcp.V4.parse(self.s4011.receive().payload)
        return decision(self.row, answer)


def decision(row, answer):
    file = answer.file or (answer.get(67) or b"").rstrip(b"\0").decode()
    server = answer.siaddr if answer.siaddr != "0.0.0.0" else answer.ip(dhcp.OPT_SERVER_ID)
    url = re.match(r"tftp://([^/]+)/(.*)", file)
    if url:         # iPXE gets a whole URL of ours
        server, file = url[1], url[2]
    elif "://" in file:
        server = None
    options = {code: (answer.get(code) or b"").rstrip(b"\0") for code in row.codes}
    if options.get(175):
        options[175] = sorted(dhcp.tlv_parse(options[175], "option 175")[0])
    return (server, file.lstrip("/"), options,
            answer.ip(dhcp.OPT_SERVER_ID) if row.identity else None)


def start_old(place):
    lines = place.row.old.strip("\n").splitlines()
    if place.row.server == "dnsmasq":
        prompt = () if "pxe-prompt" in place.row.old else AT_ONCE
        servers.dnsmasq_proxy(place.host, *PROXY, *prompt, *lines)
    else:
        servers.dhcp4(place.host, extra="\n".join(lines))


def start_new(place):
    row = place.row
    return Daemon(place.host, boot=row.new, settings=row.settings, **(row.daemon or {})).start()


def decisions(row, start):
    with Network() as net:
        place = Place(net, row)
        start(place)
        return {name: place.boots(packet) for name, packet in row.clients.items()}


def compare(row):
    if not shutil.which(row.server, path="/usr/sbin:/usr/bin"):
        raise Skip(f"{row.server} is not installed")
    old, new = decisions(row, start_old), decisions(row, start_new)
    assert old == new, "\n".join(f"{name}: {row.server} {old[name]}, ours {new[name]}"
                                 for name in row.clients if old[name] != new[name])
    assert len(set(map(repr, old.values()))) > 1, f"all clients get the same: {old}"


# ---- the rows ----

ROWS = {
    # One script for iPXE, by its user class, and a loader for each firmware.
    "chain loading": Row(
        old="""
dhcp-userclass=set:ipxe,iPXE
dhcp-match=set:efi64,option:client-arch,7
dhcp-match=set:efi64,option:client-arch,9
dhcp-boot=undionly.kpxe
dhcp-boot=tag:efi64,ipxe.efi
dhcp-boot=tag:ipxe,http://10.77.0.2/boot.ipxe
""",
        new=[{"user-class": "iPXE", "url": "http://10.77.0.2/boot.ipxe"},
             {"arch": "x64-uefi", "file": "ipxe.efi"},
             {"file": "undionly.kpxe"}],
        clients={"BIOS": pc(1), "UEFI": pc(2, 7), "UEFI that says 9": pc(3, 9),
                 "iPXE of BIOS": ipxe(1), "iPXE of UEFI": ipxe(2, 7)}),
    # The classes that dhcpd's users copy from each other.
    "classes of dhcpd": Row(
        server="dhcpd",
        old="""
option arch code 93 = unsigned integer 16;
class "pxe" {
  match if substring(option vendor-class-identifier, 0, 9) = "PXEClient";
  next-server 10.77.0.9;
  if exists user-class and option user-class = "iPXE" { filename "boot.ipxe"; }
  elsif option arch = 00:07 or option arch = 00:09 { filename "shimx64.efi"; }
  elsif option arch = 00:0b { filename "shimaa64.efi"; }
  else { filename "pxelinux.0"; }
}
""",
        new=[{"user-class": "iPXE", "file": "boot.ipxe"},
             {"arch": "x64-uefi", "file": "shimx64.efi"},
             {"arch": "arm64-uefi", "file": "shimaa64.efi"},
             {"file": "pxelinux.0"}],
        settings={"server": "10.77.0.9"},
        clients={"BIOS": pc(1), "x64": pc(2, 7), "x64 that says 9": pc(3, 9), "ARM": pc(4, 11),
                 "iPXE": ipxe(1)}),
    # Groups of hosts, each with its file for each architecture.
    "G8": Row(
        old=f"""
dhcp-match=set:bios,option:client-arch,0
dhcp-match=set:efi64,option:client-arch,7
dhcp-host={mac(1)},set:lab
dhcp-host={mac(2)},set:lab
dhcp-boot=tag:bios,pxelinux.0
dhcp-boot=tag:efi64,grubx64.efi
dhcp-boot=tag:bios,tag:lab,lab/pxelinux.0
dhcp-boot=tag:efi64,tag:lab,lab/grubx64.efi
""",
        new=[{"mac": [mac(1), mac(2)], "arch": "x86-bios", "file": "lab/pxelinux.0"},
             {"mac": [mac(1), mac(2)], "arch": "x64-uefi", "file": "lab/grubx64.efi"},
             {"arch": "x86-bios", "file": "pxelinux.0"},
             {"arch": "x64-uefi", "file": "grubx64.efi"}],
        clients={f"PC {n} of {arch}": pc(n, arch) for n in (1, 2, 3) for arch in (0, 7)}),
    # Any iPXE, whatever its user class: FlexBoot sends none.
    "G2": Row(
        old="""
dhcp-match=set:ipxe,175
dhcp-boot=ipxe.efi
dhcp-boot=tag:ipxe,http://10.77.0.2/boot.ipxe
""",
        new=[{"ipxe": True, "url": "http://10.77.0.2/boot.ipxe"}, {"file": "ipxe.efi"}],
        clients={"firmware": pc(1, 7), "iPXE": ipxe(2, 7), "FlexBoot": ipxe(3, 7, user_class=None),
                 "another class": ipxe(4, 7, user_class="xNBA")}),
    # The script only for an iPXE that can run it; an older one loads ours first.
    "G1": Row(
        old="""
dhcp-match=set:http,175,19
dhcp-match=set:menu,175,39
dhcp-boot=undionly.kpxe
dhcp-boot=tag:http,tag:menu,http://10.77.0.2/boot.ipxe
""",
        new=[{"ipxe": ["http", "menu"], "url": "http://10.77.0.2/boot.ipxe"}, {"file": "undionly.kpxe"}],
        clients={"firmware": pc(1), "iPXE with both": ipxe(2, features=(19, 39, 36)),
                 "iPXE without menu": ipxe(3, features=(19,)), "iPXE without any": ipxe(4)}),
    # Further options: pxelinux, root-path, TFTP servers, Windows' BCD, what iPXE is to do.
    "G4": Row(
        server="dhcpd",
        old=r"""
option config-file code 209 = text;
option path-prefix code 210 = text;
option tftp-servers code 150 = array of ip-address;
option bcd code 252 = text;
option space ipxe;
option ipxe-options code 175 = encapsulate ipxe;
option ipxe.priority code 1 = signed integer 8;
option ipxe.keep-san code 8 = unsigned integer 8;
option ipxe.no-pxedhcp code 176 = unsigned integer 8;
next-server 10.77.0.2;
if exists user-class {
  filename "boot.ipxe";
  option ipxe.priority 1;
  option ipxe.keep-san 1;
  option ipxe.no-pxedhcp 1;
} else {
  filename "pxelinux.0";
  option config-file "pxelinux.cfg/lab";
  option path-prefix "boot/";
  option root-path "nfs:10.0.0.9:/srv/root";
  option tftp-servers 10.0.0.9, 10.0.0.10;
  option bcd "boot\\BCD";
}
""",
        new=[{"user-class": "iPXE", "file": "boot.ipxe", "options": (
                 {"code": 175, "sub": ({"code": 8, "number8": 1}, {"code": 176, "number8": 1})},)},
             {"file": "pxelinux.0", "bcd": "boot\\BCD", "options": (
                 {"code": 209, "text": "pxelinux.cfg/lab"}, {"code": 210, "text": "boot/"},
                 {"code": 17, "text": "nfs:10.0.0.9:/srv/root"},
                 {"code": 150, "addresses": ["10.0.0.9", "10.0.0.10"]})}],
        codes=(17, 150, 175, 209, 210, 252),
        clients={"PC": pc(1, options=WANTS), "iPXE": ipxe(2, options=WANTS)}),
    "G4, an own 43": Row(
        server="dhcpd",
        old="""
option arch code 93 = unsigned integer 16;
if option arch = 00:07 {
  filename "x64.efi";
  option vendor-encapsulated-options 06:01:08:80:01:07:ff;
} else {
  filename "pxelinux.0";
  option vendor-encapsulated-options 06:01:08:ff;
}
""",
        new=[{"arch": "x64-uefi", "shape": "direct", "file": "x64.efi",
              "options": ({"code": 43, "hex": "06:01:08:80:01:07:ff"},)},
             {"file": "pxelinux.0", "options": ({"code": 43, "sub": ({"code": 6, "number8": 8},)},)}],
        codes=(43,), clients={"BIOS": pc(1), "UEFI": pc(2, 7)}),
    # By the relay's port and switch.
    "G5": Row(
        old="""
dhcp-circuitid=set:port7,ge-0/0/7
dhcp-remoteid=set:rack2,switch2
dhcp-boot=pxelinux.0
dhcp-boot=tag:rack2,rack2.0
dhcp-boot=tag:port7,port7.0
""",
        new=[{"circuit-id": "ge-0/0/7", "file": "port7.0"}, {"remote-id": "switch2", "file": "rack2.0"},
             {"file": "pxelinux.0"}],
        clients={"another port": relayed(pc(1), b"ge-0/0/8"), "its port": relayed(pc(2), b"ge-0/0/7"),
                 "its switch": relayed(pc(3), b"ge-0/0/8", b"switch2")}),
    "G5, of dhcpd": Row(
        server="dhcpd",
        old="""
if option agent.circuit-id = "ge-0/0/7" { filename "port7.0"; }
else { filename "pxelinux.0"; }
""",
        new=[{"circuit-id": "ge-0/0/7", "file": "port7.0"}, {"file": "pxelinux.0"}],
        clients={"another port": relayed(pc(1), b"ge-0/0/8"), "its port": relayed(pc(2), b"ge-0/0/7")}),
    # InfiniBand: no hardware address of 6 octets, but a client id.
    "G6": Row(
        server="dhcpd",
        old=f"""
filename "pxelinux.0";
host ib1 {{ option dhcp-client-identifier {GUID}; filename "ib1.0"; }}
""",
        new=[{"client-id": GUID, "file": "ib1.0"}, {"file": "pxelinux.0"}],
        clients={"another": pc(1, options={61: b"\x01" + dhcp.mac_octets(mac(1))}),
                 "its id": pc(2, options={61: octets(GUID)}),
                 "no hardware address": infiniband(GUID),
                 "another InfiniBand": infiniband(GUID[:-2] + "99")}),
    # A Raspberry Pi 4 says so at the beginning of its UUID.
    "G7": Row(
        old="""
dhcp-match=set:pi4,97,00:52:50:69:34
dhcp-boot=pxelinux.0
dhcp-boot=tag:pi4,pi4.0
""",
        new=[{"uuid": "52506934-*", "file": "pi4.0"}, {"file": "pxelinux.0"}],
        clients={"PC": pc(1), "Pi 4": pc(2, options={97: b"\0RPi4" + bytes(range(12))}),
                 "another Pi 4": pc(3, options={97: b"\0RPi4" + bytes(range(40, 52))})}),
    # The machine's address in the name of its file.
    "G9": Row(
        server="dhcpd",
        old="""
option arch code 93 = unsigned integer 16;
if option arch = 00:07 {
  filename = concat("boot/efi64/", binary-to-ascii(16, 8, ":", substring(hardware, 1, 6)), "/shim.efi");
} else {
  filename = concat("pxelinux.cfg/01-", binary-to-ascii(16, 8, "-", substring(hardware, 1, 6)));
}
""",
        new=[{"arch": "x64-uefi", "file": "boot/efi64/${mac}/shim.efi"},
             {"file": "pxelinux.cfg/01-${mac-dashes}"}],
        clients={f"PC {n} of {arch}": dhcp.discover(f"52:54:aa:77:bb:1{n}", arch)
                 for n in (1, 2) for arch in (0, 7)}),
    # A service's address, which another host may have tomorrow.
    "G10": Row(
        server="dhcpd", also=("10.77.0.100",), identity=True,
        old="""
server-identifier 10.77.0.100;
next-server 10.77.0.100;
option arch code 93 = unsigned integer 16;
if option arch = 00:07 { filename "shimx64.efi"; } else { filename "pxelinux.0"; }
""",
        new=[{"arch": "x64-uefi", "file": "shimx64.efi"}, {"file": "pxelinux.0"}],
        settings={"server": "10.77.0.100", "server-id": "10.77.0.100"},
        clients={"BIOS": pc(1), "UEFI": pc(2, 7)}),
    # By the version of the driver, and any other option.
    "G11": Row(
        old="""
dhcp-match=set:undi2,94,01:02
dhcp-match=set:lab,option:hostname,lab
dhcp-boot=pxelinux.0
dhcp-boot=tag:lab,lab.0
dhcp-boot=tag:undi2,old.0
""",
        new=[{"undi": "2.*", "file": "old.0"}, {"request-option": {"code": 12, "value": "lab*"}, "file": "lab.0"},
             {"file": "pxelinux.0"}],
        clients={"PC": pc(1), "old": pc(2, options={94: bytes((1, 2, 1))}),
                 "of the lab": pc(3, options={12: b"lab7"}), "of the office": pc(4, options={12: b"office"})}),
    "G12": Row(
        old="""
dhcp-mac=set:odd,52:54:00:*:*:01
dhcp-mac=set:maker,00:1c:42:*:*:*
dhcp-boot=pxelinux.0
dhcp-boot=tag:maker,maker.0
dhcp-boot=tag:odd,odd.0
""",
        new=[{"mac": "52:54:00:*:*:01", "file": "odd.0"}, {"mac": "00-1C-42-*-*-*", "file": "maker.0"},
             {"file": "pxelinux.0"}],
        clients={"odd": pc(1), "another": pc(2), "maker": dhcp.discover("00:1c:42:01:02:03")}),
    # Not iPXE; and machines that nobody knows.
    "G13": Row(
        old=f"""
dhcp-match=set:ipxe,175
dhcp-host={mac(1)}
dhcp-host={mac(2)}
dhcp-ignore=tag:!known
dhcp-boot=boot.ipxe
dhcp-boot=tag:!ipxe,undionly.kpxe
""",
        new=[{"not": {"mac": [mac(1), mac(2)]}, "action": "ignore"},
             {"not": {"ipxe": True}, "file": "undionly.kpxe"}, {"file": "boot.ipxe"}],
        clients={"known": pc(1), "its iPXE": ipxe(1), "known too": pc(2), "unknown": pc(3)}),
}


def _add(name, row):
    @timeout(60)
    def test():
        compare(row)
    test.__name__ = "test_" + re.sub(r"\W+", "_", name.lower())
    test.__module__ = __name__
    globals()[test.__name__] = test


for _name, _row in ROWS.items():
    _add(_name, _row)


# ---- interfaces ----

def served(start):
    """Is it one answer on eth0 of the server's host, and is there one on virbr0?"""
    with Network() as net:
        lan, other = net.segment("lan"), net.segment("other")
        host = net.host("server", f"{ME}/24", on=lan)
        host.join(other, "10.78.0.2/24", name="virbr0")
        asks = [net.host("client", on=lan).udp(68), net.host("guest", on=other).udp(68)]
        start(host)
        for socket in reversed(asks):       # the one that is to be silent first
            socket.send(pc(1).encode())
        asks[0].receive()
        return [asks[0].heard() is None, asks[1].heard() is not None]


@timeout(60)
def test_g15():
    old = served(lambda host: servers.dnsmasq_proxy(
        host, *PROXY, *AT_ONCE, "dhcp-range=10.78.0.0,proxy,255.255.255.0",
        "except-interface=virbr0", "dhcp-boot=pxelinux.0"))
    new = served(lambda host: Daemon(host, boot=[{"file": "pxelinux.0"}],
                                     listen={"interfaces": ["!virbr*"]}).start())
    assert old == new == [True, False], (old, new)


# ---- lists of hosts ----

def write_hosts(place, known):
    path = place.net.private("hosts") + "/hosts"
    with open(path, "w", encoding="ascii") as file:
        file.write("# its group, its name\n" + "".join(f"{mac(n)},set:lab,pc{n}\n" for n in range(1, known + 1)))
    return path


def all_of(place):
    return {name: place.boots(packet) for name, packet in place.row.clients.items()}


def dnsmasq_with(place, path):
    place.row = dataclasses.replace(place.row, old=f"{place.row.old}\ndhcp-hostsfile={path}")
    start_old(place)


def ours_with(place, path):
    place.row = dataclasses.replace(place.row, settings={"machines": path})
    start_new(place)


@timeout(60)
def test_g8_by_a_file_of_hosts():
    """The file is dnsmasq's own, and ours takes it as it is."""
    row = Row(old="\n".join(line for line in ROWS["G8"].old.splitlines() if not line.startswith("dhcp-host=")),
              new=[{"group": "lab", "arch": "x86-bios", "file": "lab/pxelinux.0"},
                   {"group": "lab", "arch": "x64-uefi", "file": "lab/grubx64.efi"},
                   {"arch": "x86-bios", "file": "pxelinux.0"}, {"arch": "x64-uefi", "file": "grubx64.efi"}],
              clients=ROWS["G8"].clients)
    for known in (2, 3):
        told = []
        for start in (dnsmasq_with, ours_with):
            with Network() as net:
                place = Place(net, row)
                start(place, write_hosts(place, known))
                told.append(all_of(place))
        old, new = told
        assert old == new, f"dnsmasq: {old}\nours: {new}"
        assert ("lab/" in old["PC 3 of 0"][1]) == (known == 3), old
    with Network() as net:      # a machine more is taken by a reload
        place = Place(net, row)
        path = write_hosts(place, 2)
        with Daemon(place.host, boot=row.new, settings={"machines": path}) as daemon:
            with open(path, "a", encoding="ascii") as file:
                file.write(f"{mac(3)},set:lab,pc3\n")
            daemon.ctl("reload")
            assert all_of(place) == old


# ---- menus ----

def menu_of(place, packet):
    """What a PC BIOS shows, and what each choice gives: ((seconds, prompt), [(text, choice)])."""
    tags = dhcp.pxe43_parse(place.ask(packet).get(dhcp.OPT_VENDOR))
    items, at = [], 0
    while at < len(tags[dhcp.PXE_MENU]):
        kind, size = struct.unpack_from("!HB", tags[dhcp.PXE_MENU], at)
        text = tags[dhcp.PXE_MENU][at + 3:at + 3 + size].decode()
        items.append((text, choice(place, packet, kind) if kind else "local"))
        at += 3 + size
    prompt = tags[dhcp.PXE_PROMPT]
    return (prompt[0], prompt[1:].decode()), items


def choice(place, packet, kind):
    request = dhcp.request_pxe(packet.mac, RELAY, 0, item=(kind, 0))
    place.s4011.send(request.encode(), ME, 4011)
    return decision(place.row, dhcp.V4.parse(place.s4011.receive().payload))


G3 = Row(
    old="""
pxe-prompt="Press F8 for the menu",10
pxe-service=x86PC,"Install Debian",debian/pxelinux.0
pxe-service=x86PC,"Rescue",rescue.0,10.77.0.9
pxe-service=x86PC,"Boot from disk",0
""",
    new=[{"arch": "x86-bios", "menu": {"prompt": "Press F8 for the menu", "timeout": 10, "items": (
        {"text": "Install Debian", "file": "debian/pxelinux.0"},
        {"text": "Rescue", "file": "rescue.0", "server": "10.77.0.9"},
        {"text": "Boot from disk", "local": True})}}],
    clients={"PC": pc(1)})


@timeout(60)
def test_g3():
    shown = []
    for start in (start_old, start_new):
        with Network() as net:
            place = Place(net, G3)
            start(place)
            shown.append(menu_of(place, pc(1)))
    old, new = shown
    assert old == new and len(old[1]) == 3, f"dnsmasq: {old}\nours: {new}"


# ---- servers in turn ----

def servers_given(place):
    given = {}
    for n in range(32):
        answer = place.boots(pc(n))
        given.setdefault(answer[0], []).append(answer[1])
    return given


@timeout(60)
def test_g14():
    addresses = ["10.77.0.11", "10.77.0.12", "10.77.0.13"]
    row = Row(old="", new=[{"file": "pxelinux.0"}], settings={"server": addresses},
              clients={"PC": pc(99)})
    with Network() as net:
        place = Place(net, row)
        hosts = place.host.net.private("hosts") + "/hosts"
        with open(hosts, "w", encoding="ascii") as file:
            file.write("".join(f"{address} boot.lab\n" for address in addresses))
        row.old = f"port=5353\nno-resolv\naddn-hosts={hosts}\nno-hosts\ndhcp-boot=pxelinux.0,,boot.lab"
        start_old(place)
        old = servers_given(place)
    with Network() as net:
        place = Place(net, row)
        start_new(place)
        new = servers_given(place)
    assert set(old) == set(new) == set(addresses), (old, new)
    assert {file for given in (old, new) for files in given.values() for file in files} == {"pxelinux.0"}


def test_each_row_of_the_field_is_here_or_has_a_reason():
    tests = {name.removeprefix("test_").split("_")[0].upper() for name in globals() if name.startswith("test_g")}
    assert tests | set(NOT_HERE) == {f"G{n}" for n in range(1, 17)} and not tests & set(NOT_HERE), tests
