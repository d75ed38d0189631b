"""wdspxed-fetch against real file servers: it says what the file is, and what firmware would say."""

import contextlib
import json
import os
import socket
import struct
import threading
import time

from lab import Network, servers, timeout
from lab.daemon import TREE, Daemon, build
from lab.https import BOTH, Authority, openssl
from lab.netns import inside
from lab.process import PATIENCE, until

IPXE, UNDIONLY = "/usr/lib/ipxe/ipxe.efi", "/usr/lib/ipxe/undionly.kpxe"
SHIM, GRUB = "/usr/lib/shim/shimx64.efi.signed", "/usr/lib/grub/x86_64-efi-signed/grubnetx64.efi.signed"


class Lab:
    """A file server and a client, and a folder with boot files."""

    def __init__(self, net):
        lan = net.segment("lan")
        self.net = net
        self.server = net.host("server", "10.77.0.2/24", "fd77::2/64", on=lan)
        self.client = net.host("client", "10.77.0.9/24", "fd77::9/64", on=lan)
        self.folder = net.private("files")
        self.within = []
        for source, name in ((IPXE, "ipxe.efi"), (UNDIONLY, "undionly.kpxe"), (SHIM, "alone/shimx64.efi"),
                             (SHIM, "debian/shimx64.efi"), (GRUB, "debian/grubx64.efi"),
                             (SHIM, "wrong/shimx64.efi"), (UNDIONLY, "wrong/grubx64.efi"),
                             (SHIM, "unsigned/shimx64.efi"), (IPXE, "unsigned/grubx64.efi"),
                             (os.path.join(TREE, "conf/boot.ipxe"), "boot.ipxe")):
            self.put(name, read(source))
        self.put("empty.efi", b"")
        self.put("short.efi", read(IPXE)[:100000])

    def put(self, name, octets):
        path = os.path.join(self.folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(octets)
        os.chmod(path, 0o644)
        folder = os.path.dirname(path)
        while folder != os.path.dirname(self.folder):
            os.chmod(folder, 0o755)
            folder = os.path.dirname(folder)

    def name(self, name):
        """From now on the client knows the server by a name, over IPv4."""
        hosts = os.path.join(self.net.private("hosts"), "hosts")
        with open(hosts, "w", encoding="ascii") as file:
            file.write(f"10.77.0.2 {name}\n")
        self.within = ["unshare", "-m", "sh", "-c", 'mount --bind "$0" /etc/hosts && exec "$@"', hosts]

    def fetch(self, url, *options):
        """The object about one URL."""
        text = self.client.run(*self.within, os.path.join(build(), "wdspxed-fetch"), *options, url,
                               timeout=PATIENCE)
        lines = text.splitlines()
        assert len(lines) == 1, text
        return json.loads(lines[0])


def read(path):
    with open(path, "rb") as file:
        return file.read()


def ids(answer):
    found = [each["id"] for each in answer["findings"]]
    for each in answer["findings"]:
        assert each["text"].endswith(f"[{each['id']}]"), each
    assert answer["boots"] == (not any(each["level"] == "error" for each in answer["findings"])), answer
    return found


def expect(lab, url, wrong, *options, **keys):
    """It is asked for; the ids of what is wrong with it, and keys of the object."""
    answer = lab.fetch(url, *options)
    assert ids(answer) == wrong, (url, options, answer)
    for key, value in keys.items():
        assert answer.get(key.replace("_", "-")) == value, (url, key, answer)
    return answer


# ---- TFTP ----

def dnsmasq_tftp(host, folder):
    process = host.start(["dnsmasq", "--keep-in-foreground", "--log-facility=-", "--conf-file=/dev/null",
                          "--port=0", "--enable-tftp", f"--tftp-root={folder}", "--user=root", "--pid-file="],
                         "dnsmasq")
    process.wait_line("TFTP root is", PATIENCE)
    return process


def check_tftp(lab, at):
    expect(lab, f"{at}/ipxe.efi", [], "--arch", "x64-uefi", kind="ipxe", architecture="x64-uefi",
           fetched=True, size=os.path.getsize(IPXE), signed_by=[])
    expect(lab, f"{at}/undionly.kpxe", [], "--arch", "x86-bios", kind="ipxe-bios", architecture="x86-bios")
    expect(lab, f"{at}/undionly.kpxe", ["W0410"], "--arch", "7")
    expect(lab, f"{at}/ipxe.efi", ["W0409"], "--arch", "x86-bios")
    wrong = expect(lab, f"{at}/ipxe.efi", ["W0411"], "--arch", "x64-uefi", "--arch", "arm64-uefi")
    assert "iPXE for x64-uefi, asked for by arm64-uefi" in wrong["findings"][0]["text"], wrong
    expect(lab, f"{at}/absent.efi", ["W0401"], fetched=False, status=1)
    expect(lab, f"{at}/empty.efi", ["W0407"], kind="empty", size=0)
    expect(lab, f"{at}/short.efi", ["W0417"], "--arch", "x64-uefi")
    expect(lab, f"{at}/boot.ipxe", ["W0413"], "--arch", "x64-uefi", kind="ipxe-script")
    expect(lab, f"{at}/boot.ipxe", [], "--ipxe")


def check_shim(lab, at):
    signed = ["Microsoft Corporation UEFI CA 2011", "Microsoft UEFI CA 2023"]
    whole = expect(lab, f"{at}/debian/shimx64.efi", [], "--arch", "x64-uefi", kind="shim", signed_by=signed)
    assert whole["second"]["url"] == f"{at}/debian/grubx64.efi", whole
    assert whole["second"]["kind"] == "grub", whole
    assert whole["second"]["signed-by"] == ["Debian Secure Boot CA"], whole
    assert whole["what"] == f"shim for x64-uefi, signed by {signed[0]} and {signed[1]}", whole
    alone = expect(lab, f"{at}/alone/shimx64.efi", ["W0416"], "--arch", "x64-uefi")
    assert not alone["second"]["fetched"] and "grubx64.efi" in alone["findings"][0]["text"], alone
    expect(lab, f"{at}/wrong/shimx64.efi", ["W0425"], "--arch", "x64-uefi")
    unsigned = expect(lab, f"{at}/unsigned/shimx64.efi", ["W0427"], "--arch", "x64-uefi", boots=True)
    assert unsigned["second"]["signed-by"] == [], unsigned


@timeout(120)
def test_files_of_tftpd_hpa_are_told():
    with Network() as net:
        lab = Lab(net)
        servers.tftp(lab.server, lab.folder)
        check_tftp(lab, "tftp://10.77.0.2")
        check_shim(lab, "tftp://10.77.0.2")
        expect(lab, "tftp://[fd77::2]/ipxe.efi", [], "--arch", "x64-uefi", kind="ipxe")


@timeout(120)
def test_files_of_dnsmasqs_tftp_are_told():
    with Network() as net:
        lab = Lab(net)
        lab.put("boot/x64/a b.efi", read(IPXE))
        dnsmasq_tftp(lab.server, lab.folder)
        check_tftp(lab, "tftp://10.77.0.2")
        check_tftp(lab, "tftp://[fd77::2]")
        expect(lab, "tftp://10.77.0.2/boot%2fx64/a%20b.efi", [], kind="ipxe")


def test_enough_is_read_of_a_large_file_and_the_server_is_told():
    with Network() as net:
        lab = Lab(net)
        lab.put("large.bin", b"\xea\0\0\0" + bytes(3 << 20))
        served = dnsmasq_tftp(lab.server, lab.folder)
        answer = expect(lab, "tftp://10.77.0.2/large.bin", ["W0415"], "--arch", "x86-bios",
                        size=(3 << 20) + 4)
        assert answer["read"] < 100000, answer
        served.wait_line("error .* received from 10.77.0.9|failed sending .*large.bin", PATIENCE)


def test_who_does_not_answer_is_told_in_time():
    with Network() as net:
        lab = Lab(net)
        for url in ("tftp://10.77.0.2/x", "tftp://[fd77::2]/x", "http://10.77.0.2/x", "https://[fd77::2]/x"):
            answer = expect(lab, url, ["W0402"], "--seconds", "60", fetched=False)
            assert answer["error"] == "the connection is refused", answer
        lab.server.ip("link", "set", "eth0", "down")
        for url in ("tftp://10.77.0.2/x", "http://10.77.0.2/x"):
            expect(lab, url, ["W0402"], "--seconds", "2", fetched=False)
        expect(lab, "http://nowhere.invalid/x", ["W0422"], "--seconds", "2")
        expect(lab, "nfs://10.77.0.2/x", ["W0423"])


def header_without_end(listening):
    connection, _ = listening.accept()
    with connection, contextlib.suppress(OSError):
        connection.recv(4096)
        connection.sendall(b"HTTP/1.1 200 OK\r\nX: ")
        while True:
            connection.sendall(b"x" * 65536)


def test_a_header_without_an_end_is_one_files_misfortune():
    with Network() as net:
        lab = Lab(net)
        with inside(lab.server.namespace):
            listening = socket.create_server(("10.77.0.2", 80))
        with listening:
            threading.Thread(target=header_without_end, args=(listening,), daemon=True).start()
            text = lab.client.run(os.path.join(build(), "wdspxed-fetch"), "http://10.77.0.2/x", "nfs://10.77.0.2/x",
                                  timeout=PATIENCE)
        first, second = map(json.loads, text.splitlines())
        assert (ids(first), ids(second)) == (["W0402"], ["W0423"]), text
        assert "header" in first["error"], text


def refuses_late(tftp, seconds):
    """The first request is refused in a way that has it asked once more; that one is heard by nobody."""
    _request, client = tftp.recvfrom(2048)
    time.sleep(seconds)
    tftp.sendto(b"\0\5\0\4no\0", client)


def test_being_asked_once_more_gives_a_server_no_more_time():
    with Network() as net:
        lab = Lab(net)
        with inside(lab.server.namespace):
            tftp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            tftp.bind(("10.77.0.2", 69))
        with tftp:
            threading.Thread(target=refuses_late, args=(tftp, 5), daemon=True).start()
            began = time.monotonic()
            expect(lab, "tftp://10.77.0.2/x", ["W0402"], "--seconds", "6", error="no answer in time")
            assert time.monotonic() - began < 9


def test_it_is_called_rightly_or_not_at_all():
    with Network() as net:
        host = net.host("alone", on=net.segment("lan"))
        for words in ([], ["--arch", "x65", "http://[::1]/"], ["--seconds", "0", "http://[::1]/"],
                      ["--cacert", "/nowhere", "http://[::1]/"], ["--what"]):
            process = host.start([os.path.join(build(), "wdspxed-fetch"), *words], "wdspxed-fetch")
            assert process.wait() == 2, words


# ---- HTTP ----

def nginx(lab, text):
    """nginx with these servers; `text` has FOLDER where the files are."""
    folder = lab.net.private("nginx")
    for name in ("body", "proxy", "fastcgi", "uwsgi", "scgi"):
        os.mkdir(os.path.join(folder, name))
    temporary = "".join(f"{name}_temp_path {folder}/{path};\n" for name, path in (
        ("client_body", "body"), ("proxy", "proxy"), ("fastcgi", "fastcgi"), ("uwsgi", "uwsgi"), ("scgi", "scgi")))
    path = os.path.join(folder, "nginx.conf")
    with open(path, "w", encoding="ascii") as file:
        file.write(f"user root; daemon off; pid {folder}/pid; error_log stderr;\nevents {{ }}\n"
                   f"http {{ access_log {folder}/access; {temporary}\n"
                   f"root {lab.folder};\n{text}\n}}\n")
    process = lab.server.start(["nginx", "-c", path, "-e", "stderr"], "nginx")
    until(lambda: "LISTEN" in lab.server.run("ss", "-Htln", "sport = :80") or process.returncode is not None,
          PATIENCE, "nginx listens")
    return os.path.join(folder, "access")


HTTP = """
server {
    listen 80; listen [::]:80;
    location /old/ { return 301 https://boot.example$request_uri; }
    location /round/ { return 302 http://10.77.0.2$request_uri; }
    location /secret/ { deny all; }
    location /list/ { autoindex on; }
    location /get-only/ { limit_except GET { deny all; } if ($request_method = HEAD) { return 405; } alias FOLDER/; }
    location /page/ { default_type text/html; return 200 "<!DOCTYPE html>\\n<html><title>404</title></html>"; }
    location /broken/ { return 500; }
}
"""


@timeout(120)
def test_http_is_asked_as_firmware_asks():
    with Network() as net:
        lab = Lab(net)
        log = nginx(lab, HTTP.replace("FOLDER", lab.folder))
        lab.put("list/x.efi", b"x")
        for at in ("http://10.77.0.2", "http://[fd77::2]"):
            expect(lab, f"{at}/ipxe.efi", [], "--arch", "x64-uefi-http", kind="ipxe", status=200)
            expect(lab, f"{at}/absent", ["W0401"], fetched=False, status=404)
            expect(lab, f"{at}/old/x.efi", ["W0404"], fetched=False, status=301,
                   location="https://boot.example/old/x.efi")
            expect(lab, f"{at}/secret/x.efi", ["W0403"], fetched=False, status=403)
            expect(lab, f"{at}/list/", ["W0408"], kind="directory")
            expect(lab, f"{at}/page/x.efi", ["W0408"], kind="html")
            expect(lab, f"{at}/get-only/ipxe.efi", ["W0405"], "--arch", "x64-uefi-http", kind="ipxe")
            expect(lab, f"{at}/broken/x.efi", ["W0406"], status=500)
            check_shim(lab, at)
        lines = read(log).decode().splitlines()
        first = [line for line in lines if "/ipxe.efi " in line][:2]
        assert '"HEAD /ipxe.efi ' in first[0] and '"GET /ipxe.efi ' in first[1], first
        # Newer ones of Debian's iPXE ask for a script by themselves.
        assert all(('"UefiHttpBoot/1.0"' in line) != ("/autoexec.ipxe " in line and '"iPXE/' in line)
                   for line in lines), lines


def with_signatures_far_behind(program, at):
    """The program, with its table of signatures moved to that offset."""
    header = struct.unpack_from("<I", program, 60)[0]
    entry = header + 24 + 112 + 4 * 8
    begin, length = struct.unpack_from("<II", program, entry)
    out = bytearray(program[:begin]) + bytes(at - begin) + program[begin:begin + length]
    struct.pack_into("<I", out, entry, at)
    return bytes(out)


def test_signatures_at_the_end_of_a_large_file_are_seen_over_http():
    with Network() as net:
        lab = Lab(net)
        lab.put("large.efi", with_signatures_far_behind(read(GRUB), 20 << 20))
        nginx(lab, HTTP.replace("FOLDER", lab.folder))
        dnsmasq_tftp(lab.server, lab.folder)
        answer = expect(lab, "http://10.77.0.2/large.efi", [], "--arch", "x64-uefi-http",
                        signed_by=["Debian Secure Boot CA"])
        assert answer["read"] < 200000, answer
        answer = expect(lab, "tftp://10.77.0.2/large.efi", [], "--arch", "x64-uefi", kind="grub")
        assert "signed-by" not in answer, answer


def test_ipxe_follows_where_firmware_does_not():
    with Network() as net:
        lab = Lab(net)
        nginx(lab, HTTP.replace("https://boot.example", "http://10.77.0.2/moved"))
        lab.put("moved/old/boot.ipxe", b"#!ipxe\n")
        expect(lab, "http://10.77.0.2/old/boot.ipxe", [], "--ipxe", kind="ipxe-script")
        expect(lab, "http://10.77.0.2/old/boot.ipxe", ["W0404"], kind=None)
        expect(lab, "http://10.77.0.2/round/x", ["W0404"], "--ipxe", fetched=False,
               error="it redirects again and again")


def with_autoexec(program):
    """An iPXE that looks for that script: since 2021 all for UEFI do."""
    assert b"initialising devices" in program
    return program.replace(b"initialising devices", b"autoexec.ipxe\0devices", 1)


@timeout(120)
def test_a_script_beside_ipxe_that_runs_before_it_asks_again():
    with Network() as net:
        lab = Lab(net)
        for name in ("auto/ipxe.efi", "plain/ipxe.efi", "sb/grubx64.efi"):
            lab.put(name, with_autoexec(read(IPXE)))
        for name in ("auto/autoexec.ipxe", "sb/autoexec.ipxe", "debian/autoexec.ipxe"):
            lab.put(name, b"#!ipxe\n")
        lab.put("sb/shimx64.efi", read(SHIM))
        nginx(lab, HTTP.replace("FOLDER", lab.folder))
        dnsmasq_tftp(lab.server, lab.folder)
        uefi = ("--arch", "x64-uefi")
        for at in ("http://10.77.0.2", "http://[fd77::2]"):
            found = expect(lab, f"{at}/auto/ipxe.efi", ["W0428"], *uefi, boots=True)["findings"][0]
            assert f"runs {at}/auto/autoexec.ipxe, which is there" in found["text"], found
            assert found["level"] == "info", found
            expect(lab, f"{at}/plain/ipxe.efi", [], *uefi)
            expect(lab, f"{at}/debian/shimx64.efi", [], *uefi)
            expect(lab, f"{at}/sb/shimx64.efi", ["W0427", "W0428"], *uefi)
        # Over TFTP iPXE does not know its own folder.
        expect(lab, "tftp://10.77.0.2/auto/ipxe.efi", [], *uefi)
        lab.put("autoexec.ipxe", b"#!ipxe\n")
        found = expect(lab, "tftp://10.77.0.2/auto/ipxe.efi", ["W0428"], *uefi)["findings"][0]
        assert "runs tftp://10.77.0.2/autoexec.ipxe, which is there" in found["text"], found
        expect(lab, "tftp://[fd77::2]/auto/ipxe.efi", [], *uefi)    # over IPv6 it asks for none


# ---- HTTPS ----

def tls(made, port, name, more=""):
    """A server of nginx with a certificate of this authority's."""
    return (f"server {{ listen {port} ssl; listen [::]:{port} ssl; ssl_certificate {made.file(name)}.crt; "
            f"ssl_certificate_key {made.file(name)}.key; {more} }}\n")


EC = ("ec", "-pkeyopt", "ec_paramgen_curve:P-256")
INTERMEDIATE = ("ssl_protocols TLSv1.2 TLSv1.3; ssl_ciphers ECDHE-RSA-AES256-GCM-SHA384:"
                "DHE-RSA-AES256-GCM-SHA384;")


@timeout(180)
def test_https_is_judged_as_firmware_judges():
    with Network() as net:
        lab, made = Lab(net), Authority(net)
        made.certificate("right", BOTH)
        made.certificate("ecdsa", BOTH, key=EC)
        made.certificate("dns", "DNS:boot.lab.test,DNS:10.77.0.2")
        made.certificate("plain", common="10.77.0.2")
        made.certificate("old", BOTH, days="0")
        nginx(lab, "server { listen 80; }\n" + "".join((
            tls(made, 443, "right"), tls(made, 4431, "ecdsa"),
            tls(made, 4432, "right", "ssl_protocols TLSv1.3;"), tls(made, 4433, "right", INTERMEDIATE),
            tls(made, 4434, "dns"), tls(made, 4435, "plain"), tls(made, 4436, "old"))))
        trust, uefi = ("--cacert", made.root), ("--arch", "x64-uefi-http")
        for host in ("10.77.0.2", "[fd77::2]"):
            expect(lab, f"https://{host}/ipxe.efi", [], *trust, *uefi, kind="ipxe", status=200)
            expect(lab, f"https://{host}/absent.efi", ["W0401"], *trust, *uefi, status=404)
            expect(lab, f"https://{host}/ipxe.efi", [], *uefi, kind="ipxe")
            expect(lab, f"https://{host}/ipxe.efi", ["W0420"], "--cacert", made.other, *uefi)
            curves = expect(lab, f"https://{host}:4431/ipxe.efi", ["W0418"], *trust, *uefi, fetched=False)
            assert "its certificate has no RSA key" in curves["findings"][0]["text"], curves
            assert "Remote boot cancelled" in curves["findings"][0]["text"], curves
            expect(lab, f"https://{host}:4432/ipxe.efi", ["W0419"], *trust, *uefi)
            suites = expect(lab, f"https://{host}:4433/ipxe.efi", ["W0418"], *trust, *uefi)
            assert "its suites, not its certificate" in suites["findings"][0]["text"], suites
            expect(lab, f"https://{host}:4434/ipxe.efi", ["W0421"], *trust, *uefi)
            expect(lab, f"https://{host}:4436/ipxe.efi", [], *trust, *uefi)    # EDK2 looks at no date
            expect(lab, f"https://{host}:80/ipxe.efi", ["W0424" if host[0] == "1" else "W0402"], *uefi)
        expect(lab, "https://10.77.0.2:4435/ipxe.efi", ["W0421"], *trust, *uefi)   # the common name alone
        expect(lab, "https://10.77.0.2:4433/ipxe.efi", [], *trust, "--ipxe")        # which knows ECDHE


@timeout(180)
def test_whose_certificate_it_is_is_judged_as_edk2_does():
    # The table of what OVMF took and refused: address or name, chain, and who is trusted.
    with Network() as net:
        lab, made = Lab(net), Authority(net)
        made.certificate("middle", common="Between", authority=True)
        made.certificate("alone", BOTH, by="middle")
        made.certificate("chain", BOTH, by="middle")
        with open(made.file("chain.crt"), "ab") as file:
            file.write(read(made.file("middle.crt")))
        made.certificate("named", "DNS:boot.lab.test")
        made.certificate("wild", "DNS:*.lab.test")
        made.certificate("common", common="boot.lab.test")
        made.certificate("address", BOTH)
        openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", made.file("self.key"), "-out",
                made.file("self.crt"), "-days", "30", "-subj", "/CN=self", "-addext", f"subjectAltName={BOTH}")
        rows = (("chain", "10.77.0.2", "ca", []), ("alone", "10.77.0.2", "ca", ["W0420"]),
                ("alone", "10.77.0.2", "middle", []), ("self", "10.77.0.2", "self", []),
                ("self", "10.77.0.2", "ca", ["W0420"]), ("named", "boot.lab.test", "ca", []),
                ("wild", "boot.lab.test", "ca", []), ("common", "boot.lab.test", "ca", []),
                ("address", "boot.lab.test", "ca", ["W0421"]), ("named", "10.77.0.2", "ca", ["W0421"]))
        nginx(lab, "server { listen 80; }\n" + "".join(
            tls(made, 4400 + number, row[0]) for number, row in enumerate(rows)))
        lab.name("boot.lab.test")
        for number, (_name, host, trusted, wrong) in enumerate(rows):
            expect(lab, f"https://{host}:{4400 + number}/ipxe.efi", wrong, "--cacert",
                   made.file(f"{trusted}.crt"), "--arch", "x64-uefi-http")


def test_a_check_of_all_files_takes_what_firmware_trusts():
    with Network() as net:
        lab, made = Lab(net), Authority(net)
        made.certificate("right", BOTH)
        nginx(lab, "server { listen 80; }\n" + tls(made, 443, "right"))
        daemon = Daemon(lab.server, boot=[{"arch": "x64-uefi-http", "url": "https://10.77.0.2/ipxe.efi"}])
        for trusted, wanted in ((made.root, 0), (made.other, 78), ("/nowhere", 1)):
            process = lab.server.start([daemon.program, "-c", daemon.conf, "-t", "--files", "--cacert", trusted],
                                       "wdspxed-t")
            assert process.wait(PATIENCE) == wanted, process.text()
            assert ("[W0420]" in process.text()) == (trusted == made.other), process.text()


def test_strangers_are_heard_by_nobody():
    with Network() as net:
        lab = Lab(net)
        lab.server.ip("link", "set", "eth0", "down")
        process = lab.client.start([os.path.join(build(), "wdspxed-fetch"), "--seconds", "60",
                                    "http://10.77.0.2/x"], "wdspxed-fetch")
        status = f"/proc/{process.pid}/status"
        until(lambda: "Uid:\t65534\t65534\t65534\t65534" in read(status).decode(), PATIENCE, "it is nobody")
        until(lambda: "CapEff:\t0000000000000000" in read(status).decode(), PATIENCE, "it has no right")
        process.kill()
