"""Programs signed for Secure Boot with Debian's key for tests, which OVMF_OWN of qemu.py trusts."""

import os
import shutil

from .process import Skip, run

KEY, CERTIFICATE = ("/usr/share/ovmf/PkKek-1-snakeoil.key", "/usr/share/ovmf/PkKek-1-snakeoil.pem")


def sign(program, signed, key=KEY, certificate=CERTIFICATE, password="snakeoil"):
    """Writes the program, which has no signature yet, signed."""
    if not shutil.which("osslsigncode") or not os.path.exists(key):
        raise Skip("osslsigncode, or OVMF's key for tests, is not installed")
    if os.path.exists(signed):
        os.unlink(signed)       # osslsigncode writes over nothing
    run("osslsigncode", "sign", "-certs", certificate, "-key", key, "-pass", password, "-h", "sha256",
        "-in", program, "-out", signed, timeout=60)
