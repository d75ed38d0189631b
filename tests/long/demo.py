"""`make demo`, as README.md says it: four virtual PCs boot, and each step is shown."""

import os
import re
import subprocess

import lab
from lab.daemon import TREE, build


@lab.timeout(900)
def test_four_of_four_machines_boot():
    done = subprocess.run(["/usr/bin/python3", "tests/lab/demo.py"], cwd=TREE, capture_output=True,
                          text=True, timeout=800, check=False,
                          env={**os.environ, "BUILD": os.path.relpath(build(), TREE)})
    said = done.stdout + done.stderr
    assert done.returncode == 0 and "4 of 4 machines booted." in said, said
    assert re.search(r"52:54:00:77:00:01 x64-uefi on eth0 port 67 pxe-discover: answered: OFFER",
                     said), said
