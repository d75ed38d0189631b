"""conf/examples: each drop-in is taken, and after a README's commands all that it names is there."""

import os
import re
import shutil
import socket
import ssl
import xml.etree.ElementTree as xml

from lab import Network, dhcp, examples, printed, servers, tftp, timeout, until
from lab.daemon import TREE, Daemon
from lab.netns import inside
from lab.process import Skip

# What else has to be there for an example's menus.
BEFORE = {"ipxe": "debian-installer", "secure-boot": "debian-installer"}
# What the README says in words, for another machine or by a second image.
ELSEWHERE = {"debian-installer/arm64/bootnetaa64.efi", "esxi-arm/mboot.efi", "fedora/shimaa64.efi"}
# edk2's, in its order (seen with 2022.11 and 2025.02): no elliptic curves.
FIRMWARE = "DHE-RSA-AES256-GCM-SHA384:DHE-RSA-AES128-GCM-SHA256:AES256-GCM-SHA384:AES128-GCM-SHA256"


def lan(net):
    segment = net.segment("lan")
    return (net.host("boot", "10.77.0.2/24", "fd77::2/64", on=segment),
            net.host("client", "10.77.0.9/24", "fd77::9/64", on=segment))


def test_each_drop_in_is_taken():
    with Network() as net:
        boot, _client = lan(net)
        daemon = Daemon(boot, providers={}, config={"classes": ["U-Boot"]})    # as u-boot's README says
        module = daemon.module("bootfile")
        for name in examples.names():
            found = examples.drop_ins(name)
            assert found, f"{name} has no drop-in"
            for file, text in found:
                daemon.write_provider("50-bootfile.conf", text.replace(
                    "/usr/lib/wdspxed/providers/bootfile.so", module))
                check = boot.start([daemon.program, "-c", daemon.conf, "-t"], "wdspxed-t")
                assert check.wait() == 0, f"{name}/{file}: {check.text()}"
                for line in check.text().splitlines():
                    assert "configuration OK: 1 provider" in line, f"{name}/{file}: {line}"


def menus(name):
    """The scripts and menus of an example, which boot programs read: name and text."""
    for file in os.listdir(os.path.join(examples.FOLDER, name)):
        if re.search(r"\.ipxe$|^grub\.cfg$|^pxelinux\.cfg$", file):
            yield file, examples.read(name, file)


def loaded(name):
    """The files that menus load, as paths on the server."""
    for _file, text in menus(name):
        for path in re.findall(r"^\s*(?:kernel|initrd|linux|shim)\s+(\S+)", text,
                               re.MULTILINE | re.IGNORECASE):
            yield path.lstrip("/")


def sections(name):
    found = [block.section for block in printed.readme(f"conf/examples/{name}/README.md")]
    return [section for section in dict.fromkeys(found) if section.startswith("Set up")]


def follow(stage, name):
    """Runs all commands of an example's README; what it names is then on the server."""
    parts = [(name, section) for section in sections(name)]
    if name in BEFORE:
        parts.insert(0, (BEFORE[name], "Set up"))
    said = stage.run(*parts)
    wanted = {path for _file, text in examples.drop_ins(name) for path in examples.served(text)}
    if name == "firewall":      # its drop-in only shows what needs the ports
        wanted = set()
    else:
        assert "configuration OK" in said, f"{name}: {said}"
    assert not re.search(r"\.conf:\d+: ", said), f"{name}: {said}"
    wanted.update(loaded(name))
    missing = sorted(path for path in wanted - ELSEWHERE if not stage.has(path))
    assert not missing, f"{name}: {missing} are not there:\n{said}"
    there = stage.texts()
    for file, text in menus(name):
        assert text in there, f"{name}: {file} is not there:\n{said}"


def _add(name):
    @timeout(60)
    def test():
        with Network() as net:
            follow(examples.Stage(lan(net)[0]), name)
    test.__name__ = f"test_{name.replace('-', '_')}_as_printed"
    test.__module__ = __name__
    globals()[test.__name__] = test


for _name in examples.names():
    _add(_name)


def test_names_for_windows_are_small():
    with Network() as net:
        stage = examples.Stage(lan(net)[0])
        stage.run(("windows-bootmgr", "Set up"))
        assert stage.has("boot/fonts/wgl4_boot.ttf") and stage.has("boot/bcd")
        assert not [path for _top, folders, files in os.walk(f"{stage.srv}/tftp")
                    for path in folders + files if path != path.lower()]


def test_esxi_finds_its_modules():
    with Network() as net:
        stage = examples.Stage(lan(net)[0])
        stage.run(("esxi", "Set up"))
        with open(f"{stage.srv}/tftp/esxi/boot.cfg", encoding="ascii") as file:
            assert file.read() == "kernel=b.b00\nmodules=s.v00 --- b.b00\nprefix=esxi\n"
        assert stage.has("esxi/b.b00") and stage.has("esxi/crypto64.efi")


def head_by_tls(client, authority, ciphers):
    """What the web server answers to HEAD, and the cipher; None while nothing listens."""
    context = ssl.create_default_context(cafile=authority)
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(ciphers)
    with inside(client.namespace):
        tcp = socket.socket()
    tcp.settimeout(10)
    with tcp:
        try:
            tcp.connect(("10.77.0.2", 443))
            tls = context.wrap_socket(tcp, server_hostname="10.77.0.2")
        except (ConnectionRefusedError, ConnectionResetError):  # the latter: it ends, to begin anew
            return None
        with tls:
            tls.sendall(b"HEAD /debian/shimx64.efi HTTP/1.1\r\nHost: 10.77.0.2\r\nConnection: close\r\n\r\n")
            return tls.cipher()[0], b"".join(iter(lambda: tls.recv(4096), b"")).decode()


@timeout(60)
def test_firmware_and_nginx_agree_on_tls():
    if not shutil.which("nginx", path="/usr/sbin"):
        raise Skip("nginx is not installed")
    with Network() as net:
        boot, client = lan(net)
        stage = examples.Stage(boot)
        nginx = stage.start(("http-boot", "Set up"), ("http-boot", "Set up, with HTTPS"),
                            then="exec nginx -g 'daemon off;'")
        nginx.wait_line("configuration file /etc/nginx/nginx.conf test is successful[^$]*"
                        "configuration file /etc/nginx/nginx.conf test is successful", 120)
        authority = f"{stage.folder}/examples/http-boot/ca.crt"
        for offered, chosen in ((FIRMWARE, "DHE-RSA-AES256-GCM-SHA384"),
                                ("AES256-GCM-SHA384", "AES256-GCM-SHA384")):
            cipher, answer = until(lambda words=offered: head_by_tls(client, authority, words), 20,
                                   "nginx listens")
            assert cipher == chosen and answer.startswith("HTTP/1.1 200 "), (cipher, answer)
            assert re.search(r"^Content-Length: \d+", answer, re.MULTILINE), answer


def test_the_manual_has_the_examples_lines():
    text = printed.block("wdspxed-bootfiles.7", "server {").text.strip()
    assert text in examples.read("http-boot", "nginx.conf"), text


def read_by_tftp(client, name):
    """Reads a file of more than one block, which comes from another port of the server."""
    with tftp.transfer(client, "10.77.0.2", name) as (socket, first):
        assert first.payload[:4] == b"\0\3\0\1", first
        socket.send(b"\0\4\0\1", *first.source)
        assert socket.receive().payload[:4] == b"\0\3\0\2"


def test_nftables_lets_network_boot_through():
    if not shutil.which("nft", path="/usr/sbin"):
        raise Skip("nftables is not installed")
    with Network() as net:
        boot, client = lan(net)
        boot.run("nft", "-f", os.path.join(examples.FOLDER, "firewall", "nftables.conf"))
        folder = net.private("tftp")
        with open(f"{folder}/file", "wb") as file:
            file.write(bytes(2000))
        servers.tftp(boot, folder)
        Daemon(boot, boot=[{"arch": "x64-uefi", "file": "file"}]).start()
        mac = client.mac()
        with client.udp(68) as at_68, client.udp(4011) as at_4011:
            at_68.send(dhcp.discover(mac, 7).encode())
            at_68.receive()
            at_4011.send(dhcp.request_pxe(mac, "10.77.0.9", 7).encode(), "10.77.0.2", 4011)
            assert dhcp.V4.parse(at_4011.receive().payload).file == "file"
        with client.udp(546, family=6) as at_546:
            at_546.send(dhcp.solicit6(mac).encode(), "ff02::1:2", 547)
            told = dhcp.parse6(at_546.receive().payload)
        with client.udp(4011, family=6) as at_4011:
            at_4011.send(dhcp.request_pxe6(mac, told.get(2)).encode(), "fd77::2", 4011)
            at_4011.receive()
        read_by_tftp(client, "file")
        # The rules are in force: what they do not name is dropped.
        boot.run("nft", "add", "rule", "inet", "filter", "input", "udp", "dport", "9999", "counter")
        with client.udp(9999) as other:
            other.send(b"", "10.77.0.2", 9999)
            until(lambda: re.search("9999 counter packets 1 ", boot.run("nft", "list", "ruleset")), 5,
                  "the packet has come")
            assert other.heard() is None


def test_firewalld_is_told_our_ports():
    root = xml.parse(os.path.join(TREE, "conf", "wdspxed.xml")).getroot()
    assert root.tag == "service" and root.findtext("short") == "wdspxed"
    ports = {(port.get("protocol"), port.get("port")) for port in root.findall("port")}
    assert ports == {("udp", "67"), ("udp", "4011"), ("udp", "547")}, ports


def test_every_readme_says_what_was_booted():
    index = examples.read("", "README.md")
    for name in examples.names():
        text = examples.read(name, "README.md")
        headings = re.findall(r"^## (.*)$", text, re.MULTILINE)
        assert headings[0] == "Set up" and headings[-2:] == ["On the screen", "Booted by us"], name
        assert len(text) < 4096, name       # Debian compresses what is longer
        assert f"`{name}/`" in index, name
