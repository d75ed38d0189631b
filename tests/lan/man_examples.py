"""The providers of the manual's section 3, as they stand there, in the daemon: reloads under load."""

import glob
import os
import re
import subprocess

from lab import Network, timeout
from lab.daemon import TREE, Daemon, build
from lab.flood import Flood
from lab.process import run

RELOADS = 25
RATE = 300


def examples():
    """(page, source) of each example that is a provider."""
    for page in sorted(glob.glob(os.path.join(TREE, "man", "*.3"))):
        for n in range(1, 20):
            source = run(os.path.join(TREE, "tests", "man-extract.sh"), page, n)
            if not source.strip():
                break
            if re.search(r"PxeProviderInitialize\(HANDLE", source):
                yield os.path.basename(page), source


def compiled(folder, name, source):
    path = os.path.join(folder, f"{name}.c")
    with open(path, "w", encoding="utf-8") as file:
        file.write(source)
    out = os.path.join(folder, f"{name}.so")
    subprocess.run(["gcc", "-std=gnu11", "-g", "-fPIC", "-shared", "-I" + os.path.join(TREE, "include"), "-o", out,
                    path, "-L" + build(), "-l:libwdspxe.so.1", "-pthread"], check=True)
    return out


def settings(module, n):
    return {"name": "example", "module": module, "settings": {"BootProgram": f"boot-{n}.efi"}}


@timeout(400)
def test_each_survives_reloads_under_load():
    # D2, D6: what an author copies must hold when its code is unloaded while it is at work.
    tried = 0
    for page, source in examples():
        with Network() as net:
            lan = net.segment("lan")
            boot = net.host("boot", "10.77.0.2/24", on=lan)
            client = net.host("client", on=lan)
            daemon = Daemon(boot, providers={})
            module = daemon.module("example", compiled(daemon.folder, "example", source))
            daemon.write_provider("50-example.conf", settings(module, 0))
            daemon.start()
            flood = Flood(client, RATE, linger=1)
            for n in range(1, RELOADS + 1):
                daemon.write_provider("50-example.conf", settings(module, n))
                daemon.ctl("reload", timeout=60)
            counts = flood.finish()
            assert counts["sent"] > RELOADS, (page, counts)
            log = daemon.stop()
            assert "crashed" not in log and "thread" not in log, (page, log)
        tried += 1
    assert tried >= 5, f"only {tried} examples are providers"
