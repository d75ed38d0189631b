"""wdspxectl probe: a made-up client on the wire, beside real servers."""

import concurrent.futures
import json
import os
import shutil

from lab import Network, Skip, printed, servers
from lab.daemon import Daemon, build
from lab.process import PATIENCE, ended, run

DHCP, BOOT, PROXY, CLIENT = "10.77.0.1", "10.77.0.2", "10.77.0.3", "10.77.0.9"
ENTRIES = [
    {"user-class": "iPXE", "url": "http://${server}/boot.ipxe"},
    {"arch": "x86-bios", "file": "boot.bin"},
    {"arch": ["x64-uefi", "ebc"], "file": "boot.efi"},
    {"arch": "x64-uefi-http", "url": "http://${server}/boot.efi"},
]


class Lan:
    """A segment with a host for the probe."""

    def __init__(self, net):
        self.net = net
        self.segment = net.segment("lan")
        self.client = net.host("client", f"{CLIENT}/24", "fd77::9/64", on=self.segment)

    def lease(self, **more):
        host = self.net.host("dhcp", f"{DHCP}/24", "fd77::1/64", on=self.segment)
        return servers.dhcp4(host, **more)

    def ours(self, entries=None, **more):
        host = self.net.host("boot", f"{BOOT}/24", "fd77::2/64", on=self.segment)
        return Daemon(host, boot=entries or ENTRIES, **more).start()

    def dnsmasq(self):
        host = self.net.host("proxy", f"{PROXY}/24", on=self.segment)
        servers.dnsmasq_proxy(host, "dhcp-range=10.77.0.0,proxy",
                              "pxe-service=x86PC,PXE,bios", "pxe-service=X86-64_EFI,PXE,x64.efi",
                              "pxe-service=BC_EFI,PXE,x64.efi")
        return host

    def probe(self, *words, host=None):
        """Returns its exit status, its answer and what it said to people."""
        host = host or self.client
        argv = ["ip", "netns", "exec", host.namespace, os.path.join(build(), "wdspxectl"), "probe"]
        done = ended([*argv, *words, "--json"], capture_output=True, text=True, timeout=60)
        answer = json.loads(done.stdout) if done.stdout else {}
        print(done.stdout, done.stderr)
        return done.returncode, answer, done.stderr


    def probes(self, *calls):
        """Several at once, each a machine of its own; their results in order."""
        with concurrent.futures.ThreadPoolExecutor(len(calls)) as pool:
            return list(pool.map(lambda words: self.probe(*words), calls))


def said(answer):
    """Its verdict and why, and the URL."""
    return answer["verdict"], answer["why"], answer.get("url")


def ids(answer):
    """The findings about the network and the file."""
    found = answer["findings"] + answer.get("file", {}).get("findings", [])
    for each in found:
        assert each["text"].endswith(f"[{each['id']}]"), each
    return [each["id"] for each in found]


def fates(answer):
    """What became of whose offer."""
    return {offer["from"]: offer["fate"] for offer in answer["offers"]}


IPXE = ("--arch", "x86-bios", "--user-class", "iPXE")


def test_our_own_daemon_boots_each_kind():
    with Network() as net:
        lan = Lan(net)
        dhcpd = lan.lease()
        daemon = lan.ours()
        rows = [
            ((), "the answer on port 4011 names the boot file", f"tftp://{BOOT}/boot.efi"),
            (("--arch", "x86-bios"), "the offer names the boot file", f"tftp://{BOOT}/boot.bin"),
            (IPXE, "the offer names the boot file", f"http://{BOOT}/boot.ipxe"),
            (("--http",), "the offer names the URL", f"http://{BOOT}/boot.efi"),
            (("--arch", "16"), "the offer names the URL", f"http://{BOOT}/boot.efi"),
        ]
        results = lan.probes(*(("--mac", f"52:54:00:00:01:0{i}", *row[0]) for i, row in enumerate(rows)),
                             ("--arch", "arm64-uefi"))
        for (words, why, url), (status, answer, errors) in zip(rows, results):
            assert (status, said(answer), errors) == (0, ("would-boot", why, url), ""), words
            assert fates(answer) == {DHCP: "the client takes this address", BOOT: "the client boots by it"}
            assert answer["client"]["discovers"] == 1 and ids(answer) == [], answer
        status, answer, _ = results[-1]
        assert (status, said(answer)) == (1, ("would-not-boot", "nobody offers to boot this client", None))
        assert ids(answer) == ["W0503"], answer
        assert answer["client"]["discovers"] == 2   # a server may wait for the second
        assert len(answer["offers"]) == 1, answer
        daemon.stop()
        assert "DHCPREQUEST" not in dhcpd.text()    # it takes no lease


def test_it_is_the_client_that_it_is_told_to_be():
    with Network() as net:
        lan = Lan(net)
        lan.lease()
        daemon = lan.ours([{"mac": "52:54:00:12:34:56", "file": "by-mac"},
                           {"uuid": "4c4c4544-0042-3510-8054-b7c04f4d4e32", "file": "by-uuid"},
                           {"user-class": "lab", "file": "by-class"}])
        rows = [("--mac", "52:54:00:12:34:56", "by-mac"),
                ("--uuid", "4c4c4544-0042-3510-8054-b7c04f4d4e32", "by-uuid"),
                ("--user-class", "lab", "by-class")]
        results = lan.probes(*(row[:2] for row in rows))
        for (_, _, file), (status, answer, _) in zip(rows, results):
            assert (status, answer["url"]) == (0, f"tftp://{BOOT}/{file}"), answer
        daemon.stop()


def test_dnsmasq_as_a_proxy():
    with Network() as net:
        lan = Lan(net)
        lan.lease()
        lan.dnsmasq()
        uefi, ipxe, rom, http = lan.probes((), IPXE, ("--arch", "x86-bios"), ("--http",))
        status, answer, _ = uefi
        assert (status, answer["url"]) == (0, f"tftp://{PROXY}/x64.efi"), answer
        status, answer, _ = ipxe                    # the one item of a menu
        assert (status, answer["url"]) == (0, f"tftp://{PROXY}/bios.0"), answer
        assert answer["asked"][0]["item"] is True
        status, answer, _ = rom                     # it takes no offer without siaddr
        assert status == 1 and "siaddr is 0" in fates(answer)[PROXY] and ids(answer) == ["W0509"], answer
        status, answer, _ = http
        assert (status, answer["why"]) == (1, "nobody offers to boot this client"), answer


def test_both_and_who_wins():
    with Network() as net:
        lan = Lan(net)
        lan.lease()
        lan.dnsmasq()
        daemon = lan.ours()
        status, answer, _ = lan.probe(*IPXE)        # our priority, if ours came before the lease
        assert status == 0 and answer["url"] in (f"http://{BOOT}/boot.ipxe", f"tftp://{PROXY}/bios.0")
        status, answer, _ = lan.probe()             # both redirect: the first is asked
        assert status == 0 and len(answer["asked"]) == 1, answer
        first = [offer["from"] for offer in answer["offers"] if offer["from"] != DHCP][0]
        assert answer["asked"][0]["to"] == first and answer["url"].startswith(f"tftp://{first}/"), answer
        assert ids(answer) == ["W0506"], answer
        daemon.stop()


def silent_4011(lease, *words):
    with Network() as net:
        lan = Lan(net)
        host = net.host("dhcp", f"{DHCP}/24", on=lan.segment)
        servers.LEASE4[lease](host, same_host=True)
        daemon = lan.ours()
        status, answer, _ = lan.probe(*words)
        daemon.stop()
        return status, answer


def test_a_lease_server_that_says_pxeclient():
    for lease in "dhcpd", "dnsmasq":
        status, answer = silent_4011(lease)
        assert status == 1 and "the DHCP server says PXEClient" in answer["why"], answer
        assert answer["asked"][0]["to"] == DHCP and answer["asked"][0]["sent"] == 4, answer
        assert "says itself that it boots" in fates(answer)[BOOT] and ids(answer) == ["W0505"], answer


def test_a_lease_server_that_names_a_file():
    with Network() as net:
        lan = Lan(net)
        lan.lease(extra='filename "other.0"; next-server 10.77.0.8;')
        daemon = lan.ours()
        status, answer, _ = lan.probe()             # UEFI firmware does not mind
        assert (status, answer["url"], ids(answer)) == (0, f"tftp://{BOOT}/boot.efi", ["W0507"]), answer
        status, answer, _ = lan.probe(*IPXE)        # nor iPXE, to which ours has a priority
        assert (status, answer["url"]) == (0, f"http://{BOOT}/boot.ipxe"), answer
        daemon.stop()
        status, answer, _ = lan.probe(*IPXE)
        assert (status, answer["url"]) == (0, "tftp://10.77.0.8/other.0"), answer
        assert answer["why"] == "the DHCP server's own offer names the boot file", answer


def test_port_4011_behind_a_firewall():
    if not shutil.which("nft", path="/usr/sbin:/sbin:/usr/bin"):
        raise Skip("nftables is not installed")
    with Network() as net:
        lan = Lan(net)
        lan.lease()
        daemon = lan.ours()
        daemon.host.run("nft", "add table inet t; add chain inet t in { type filter hook input priority 0; }; "
                        "add rule inet t in udp dport 4011 drop")
        status, answer, _ = lan.probe()
        assert (status, ids(answer)) == (1, ["W0504"]) and "PXE-E16" in answer["why"], answer
        assert answer["asked"][0]["sent"] == 4, answer
        daemon.stop()


def test_a_file_in_the_offer_to_uefi():
    with Network() as net:
        lan = Lan(net)
        lan.lease()
        daemon = lan.ours([{"arch": "x64-uefi", "file": "boot.efi", "shape": "direct"},
                           {"arch": "x64-uefi-http", "url": "http://boot.lab.test/boot.efi"}])
        (status, answer, _), (bad, name, _) = lan.probes((), ("--http",))
        assert (status, ids(answer)) == (0, ["W0510"]), answer
        assert (bad, ids(name)) == (1, ["W0509"]) and "no DNS server" in fates(name)[BOOT], name
        daemon.stop()


def test_an_answer_that_boots_nothing():
    with Network() as net:
        lan = Lan(net)
        lan.lease(extra='filename "http://10.77.0.8/boot.0"; next-server 10.77.0.8;')
        status, answer, _ = lan.probe("--arch", "x86-bios")
        assert (status, ids(answer)) == (1, ["W0508"]) and "fetches by TFTP only" in answer["why"], answer


def test_the_file_is_asked_for():
    with Network() as net:
        lan = Lan(net)
        lan.lease()
        daemon = lan.ours([{"mac": "52:54:00:00:00:01", "file": "ipxe.efi"},
                           {"mac": "52:54:00:00:00:02", "file": "nothere.efi"},
                           {"mac": "52:54:00:00:00:03", "file": "undionly.kpxe"},
                           {"mac": "52:54:00:00:00:04", "url": "http://${server}/ipxe.efi"},
                           {"mac": "52:54:00:00:00:05", "url": "http://${server}:81/ipxe.efi"}])
        folder = net.private("files")
        for file in "ipxe.efi", "undionly.kpxe":
            shutil.copyfile(f"/usr/lib/ipxe/{file}", f"{folder}/{file}")
        servers.tftp(daemon.host, folder)
        servers.http(daemon.host, folder)
        rows = [("01", (), 0, []), ("02", (), 1, ["W0401"]), ("03", (), 1, ["W0410"]),
                ("04", ("--http",), 0, []), ("05", ("--http",), 1, ["W0402"])]
        results = lan.probes(*(("--fetch", "--mac", f"52:54:00:00:00:{row[0]}", *row[1]) for row in rows))
        for (mac, words, exits, wrong), (status, answer, errors) in zip(rows, results):
            errors_of_file = [each["id"] for each in answer["file"]["findings"] if each["level"] == "error"]
            assert (status, errors_of_file) == (exits, wrong), (mac, answer, errors)
            assert answer["why"] == "the boot file is no good" if wrong else answer["file"]["kind"] == "ipxe"
        text = lan.client.run(os.path.join(build(), "wdspxectl"), "probe", "--fetch", "--mac",
                              "52:54:00:00:00:01")
        assert all(len(line) <= 80 for line in text.splitlines()) and "iPXE for x64-uefi" in text, text
        daemon.stop()


def openssl(*words):
    run("openssl", *words, timeout=PATIENCE)


def test_the_web_servers_certificate():
    with Network() as net:
        lan = Lan(net)
        lan.lease()
        daemon = lan.ours([{"url": "https://${server}/ipxe.efi"}])
        folder = net.private("files")
        shutil.copyfile("/usr/lib/ipxe/ipxe.efi", f"{folder}/ipxe.efi")
        for name in "right", "other":
            openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", f"{folder}/{name}.key", "-out",
                    f"{folder}/{name}.crt", "-subj", f"/CN={name}", "-addext", f"subjectAltName=IP:{BOOT}")
        program = ("import http.server, os, ssl; os.chdir('%s'); c = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER); "
                   "c.set_ciphers('DEFAULT'); c.load_cert_chain('right.crt', 'right.key'); "
                   "s = http.server.ThreadingHTTPServer(('', 443), http.server.SimpleHTTPRequestHandler); "
                   "s.socket = c.wrap_socket(s.socket, server_side=True); print('serves', flush=True); "
                   "s.serve_forever()" % folder)
        daemon.host.start(["/usr/bin/python3", "-u", "-c", program], "https").wait_line("serves", 10)
        trusts, other = lan.probes(*(("--http", "--fetch", "--cacert", f"{folder}/{name}.crt")
                                     for name in ("right", "other")))
        assert trusts[0] == 0 and trusts[1]["file"]["boots"] is True, trusts
        assert other[0] == 1 and "W0420" in ids(other[1]), other
        daemon.stop()


def test_no_lease():
    with Network() as net:
        lan = Lan(net)
        daemon = lan.ours()
        status, answer, _ = lan.probe("--arch", "x86-bios")
        assert (status, answer["why"]) == (1, "no DHCP server offers an address"), answer
        assert ids(answer) == ["W0502"], answer
        daemon.stop()


def test_nobody_and_what_cannot_be_tried():
    with Network() as net:
        lan = Lan(net)
        status, answer, _ = lan.probe()
        assert (status, said(answer)) == (1, ("would-not-boot", "nobody answered", None)), answer
        assert ids(answer) == ["W0501"], answer
        status, _, errors = lan.probe("--interface", "eth7")
        assert status == 4 and "there is no interface eth7" in errors, errors
        status, _, errors = lan.probe("--interface", "lo")
        assert status == 4 and "lo is no Ethernet" in errors, errors
        argv = ["ip", "netns", "exec", lan.client.namespace, "setpriv", "--reuid=65534", "--clear-groups",
                os.path.join(build(), "wdspxectl"), "probe"]
        done = ended(argv, capture_output=True, text=True, timeout=60)
        assert done.returncode == 4 and "run it as root" in done.stderr, done
        lan.client.ip("link", "set", "eth0", "down")
        status, answer, errors = lan.probe("--interface", "eth0")
        assert status == 4 and "eth0 is down" in errors and answer["verdict"] == "not-tried", errors
        status, _, errors = lan.probe()
        assert status == 2 and "no interface is up" in errors, errors


def test_wrong_words():
    with Network() as net:
        lan = Lan(net)
        lan.client.join(net.segment("second"))
        rows = [((), "name one with --interface: eth0, eth1"),
                (("--interface", "eth0", "--arch", "vax"), "must be an architecture such as x64-uefi"),
                (("--interface", "eth0", "--http", "--user-class", "iPXE"), "leave --http out"),
                (("--interface", "eth0", "--cacert", "/x"), "--cacert is for --fetch"),
                (("--interface", "eth0", "--6", "--arch", "x86-bios"), "no PC BIOS boots over IPv6")]
        for words, why in rows:
            status, _, errors = lan.probe(*words)
            assert status == 2 and why in errors, (words, errors)


def test_from_the_boot_servers_own_host():
    """What is broadcast reaches a server of this host; what goes to its port 4011 does not."""
    with Network() as net:
        lan = Lan(net)
        lan.lease()
        daemon = lan.ours()
        status, answer, _ = lan.probe("--arch", "x86-bios", host=daemon.host)
        assert (status, answer["url"]) == (0, f"tftp://{BOOT}/boot.bin"), answer
        assert sorted(fates(answer)) == [DHCP, BOOT], answer
        status, answer, _ = lan.probe(host=daemon.host)
        assert status == 4 and "answers no question of its own host" in answer["why"], answer
        status, answer, _ = lan.probe("--6", host=daemon.host)
        assert status == 4 and "ask wdspxectl explain --family 6" in answer["why"], answer
        daemon.stop()
        other = lan.dnsmasq()                       # which answers itself, too
        status, answer, _ = lan.probe(host=other)
        assert (status, answer["url"]) == (0, f"tftp://{PROXY}/x64.efi"), answer


def test_where_the_ports_are_taken():
    with Network() as net:
        lan = Lan(net)
        lan.lease()
        daemon = lan.ours()
        taken = [lan.client.udp(68), lan.client.udp(4011), lan.client.udp(546, family=6)]
        for words in (), ("--arch", "x86-bios"):
            status, answer, _ = lan.probe(*words)
            assert status == 0, answer
        assert len(taken) == 3
        daemon.stop()


def test_without_an_address_of_its_own():
    with Network() as net:
        lan = Lan(net)
        bare = net.host("bare", on=lan.segment)
        lan.lease()
        daemon = lan.ours()
        status, answer, _ = lan.probe("--arch", "x86-bios", host=bare)
        assert status == 0, answer
        status, answer, _ = lan.probe(host=bare)
        assert status == 4 and "has no address on the interface" in answer["why"], answer
        daemon.stop()


def test_over_ipv6():
    with Network() as net:
        lan = Lan(net)
        host = lan.net.host("dhcp", f"{DHCP}/24", "fd77::1/64", on=lan.segment)
        servers.dhcp6(host)
        daemon = lan.ours()
        rows = [(("--6",), "the answer on port 4011 names the boot file", "tftp://[fd77::2]/boot.efi"),
                (("--6", "--http"), "the offer names the URL", "http://[fd77::2]/boot.efi")]
        for words, why, url in rows:
            status, answer, _ = lan.probe(*words)
            assert (status, said(answer)) == (0, ("would-boot", why, url)), answer
        status, answer, _ = lan.probe("--6", "--user-class", "iPXE")    # it knows no boot servers
        assert (status, answer["why"]) == (1, "nobody offers to boot this client"), answer
        daemon.stop()


def test_the_manuals_command_as_it_stands():
    command, = printed.block("wdspxectl.8", "# wdspxectl probe").commands()
    with Network() as net:
        lan = Lan(net)
        lan.lease()
        daemon = lan.ours()
        text = lan.client.run("env", f"PATH={os.path.abspath(build())}:{os.environ['PATH']}", "sh", "-c", command)
        assert "x86-bios (iPXE)" in text and "would boot" in text, text
        daemon.stop()


def test_in_words():
    with Network() as net:
        lan = Lan(net)
        lan.lease()
        daemon = lan.ours()
        text = lan.client.run(os.path.join(build(), "wdspxectl"), "probe")
        for line in text.splitlines():
            assert len(line) <= 80, line
        text = " ".join(text.split())
        for words in ("x64-uefi (EDK2)", f"asked {BOOT} from port 4011: {BOOT} after", 'file "boot.efi"',
                      "-> the client boots by it", f"tftp://{BOOT}/boot.efi", "would boot: the answer on"):
            assert words in text, text
        daemon.stop()
