"""`make install` and `make uninstall` of a build as it is: with the variables that it was made with,
so that nothing is compiled again under the tests that run it.
"""

import fcntl
import hashlib
import os

from .daemon import TREE, build
from .process import LabError, ended


def variables(folder):
    """NAME=VALUE, for make, of each variable that the build in the folder was made with."""
    with open(os.path.join(folder, "variables"), encoding="utf-8") as file:
        return [line.strip().replace("$", "$$") for line in file if line.strip()]


def make(goal, root, folder=None, timeout=300):
    """Runs the goal with DESTDIR, as a packager does, for the build under test or that of a folder.
    Tests may run side by side: one at a time. Returns what it printed."""
    folder = folder or build()
    environment = {key: value for key, value in os.environ.items()
                   if not key.startswith("MAKE") and key != "MFLAGS"}
    done = ended(["flock", os.path.join(folder, "install.lock"), "make", "-s", "-C", TREE,
                  f"BUILD={os.path.relpath(folder, TREE)}", *variables(folder), goal,
                  f"DESTDIR={root}"], capture_output=True, text=True,
                 timeout=timeout, env=environment, check=False)
    if done.returncode != 0:
        raise LabError(f"make {goal}: {done.stderr}")
    return done.stdout


def installed(folder=None):
    """A root as `make install` fills it, to be read or copied: made once in a run of the tests, in the
    folder LAB_SHARED that tests/run has for them."""
    folder = os.path.abspath(folder or build())
    root = os.path.join(os.environ["LAB_SHARED"], hashlib.sha256(folder.encode()).hexdigest()[:16])
    with open(root + ".lock", "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not os.path.exists(root):
            make("install", root + ".new", folder)
            os.rename(root + ".new", root)
    return root
