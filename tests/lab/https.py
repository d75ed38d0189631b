"""Web servers with TLS, as firmware takes it: an authority of the test's own, its certificates, and the list
that makes OVMF trust it (`Machine(..., trusts=authority.trusted())`)."""

import os
import ssl
import struct
import sys
import uuid

from .process import PATIENCE, run

# URLs that somebody may want to make nicer, and that firmware is given as they are.
AS_THEY_ARE = ("https://10.77.0.2/a.efi", "https://10.77.0.2:8443/a.efi", "https://boot.example/a.efi",
               "HTTPS://Boot.Example:00443/%7Ea/../b//c%2F%2f?x=1&y=%20+%00&z=#end",
               "https://[FD77:0:0::2]/a.efi", "https://[fd77::2]:443/", "https://user:word@10.77.0.2/a.efi",
               "https://10.77.0.2/" + 200 * "x")
BOTH = "IP:10.77.0.2,IP:fd77::2"    # the boot host's addresses, as a certificate names them

# What OVMF and iPXE have in common with OpenSSL: RSA without elliptic curves, and with.
SUITES = "AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384"

PROGRAM = """
import functools, http.server, socket, ssl, sys
folder, certificate, key, suites = sys.argv[1:]
class Server(http.server.ThreadingHTTPServer):
    address_family = socket.AF_INET6
class Handler(http.server.SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.maximum_version = ssl.TLSVersion.TLSv1_2
context.set_ciphers(suites)
context.load_cert_chain(certificate, key)
server = Server(("::", 443), functools.partial(Handler, directory=folder))
server.socket = context.wrap_socket(server.socket, server_side=True)
print("HTTPS is served", flush=True)
server.serve_forever()
"""


def openssl(*words):
    run("openssl", *words, timeout=PATIENCE)


class Authority:
    """Makes certificates for web servers. `root` is its own, `other` that of another authority."""

    def __init__(self, net):
        self.folder = net.private("certificates")
        self.root = self.file("ca.crt")
        self._authority("ca", "Lab boot CA")
        self._authority("other", "Another CA")
        self.other = self.file("other.crt")

    def file(self, name):
        return os.path.join(self.folder, name)

    def _authority(self, name, common):
        openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", self.file(f"{name}.key"), "-out",
                self.file(f"{name}.crt"), "-days", "30", "-subj", f"/CN={common}")

    def certificate(self, name, alternative=None, common="boot server", key=("rsa:2048",), days="30", by="ca",
                    authority=False):
        openssl("req", "-newkey", *key, "-nodes", "-keyout", self.file(f"{name}.key"), "-out",
                self.file(f"{name}.csr"), "-subj", f"/CN={common}")
        with open(self.file("extensions"), "w", encoding="ascii") as file:
            file.write(f"basicConstraints=CA:{str(authority).upper()}\n" +
                       (f"subjectAltName={alternative}\n" if alternative else ""))
        openssl("x509", "-req", "-in", self.file(f"{name}.csr"), "-CA", self.file(f"{by}.crt"), "-CAkey",
                self.file(f"{by}.key"), "-CAcreateserial", "-out", self.file(f"{name}.crt"), "-extfile",
                self.file("extensions"), "-days", days)

    def trusted(self, certificate=None):
        """A file with this certificate, by default its own, as UEFI keeps what it trusts: EFI_SIGNATURE_LIST
        of one EFI_CERT_X509_GUID."""
        with open(certificate or self.root, encoding="ascii") as file:
            der = ssl.PEM_cert_to_DER_cert(file.read())
        kind = uuid.UUID("a5c059a1-94e4-4aa7-87b5-ab155c2bf072").bytes_le
        path = (certificate or self.root) + ".esl"
        with open(path, "wb") as file:
            file.write(kind + struct.pack("<III", 28 + 16 + len(der), 0, 16 + len(der)) + bytes(16) + der)
        return path

    def serve(self, host, folder, name="right", alternative=BOTH, suites=SUITES):
        """Starts an HTTPS server on this host, both families, for the files of `folder`. Its log has a line for
        each request."""
        self.certificate(name, alternative)
        process = host.start([sys.executable, "-u", "-c", PROGRAM, folder, self.file(f"{name}.crt"),
                              self.file(f"{name}.key"), suites], "https")
        process.wait_line("HTTPS is served", 10)
        return process
