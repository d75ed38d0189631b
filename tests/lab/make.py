"""`make install` and `make uninstall` of a build as it is: with the variables that it was made with,
so that nothing is compiled again under the tests that run it.
"""

import os
import subprocess

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
