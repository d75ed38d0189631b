"""Providers of tests/windows, built as their authors do: against an installed tree, by what pkg-config
says of wdspxe-windows and nothing else.
"""

import fcntl
import hashlib
import os
import subprocess

from .daemon import TREE, build
from .make import installed
from .process import LabError

SOURCES = os.path.join(TREE, "tests", "windows")
C, CXX = ("gcc", "clang"), ("g++", "clang++")
# What the projects of these sources define; tchar.cc is built for either kind of text.
WIDE = ("-DUNICODE", "-D_UNICODE")
SWITCHES = {"inifile.cc": WIDE, "tchar.cc": ("-DWDSPXE_SAL1",)}


def plain_build():
    """The build under test or, where that is a sanitizer's, the one beside it: authors get no other,
    and their modules run in either daemon."""
    with open(os.path.join(build(), "libwdspxe.so.1"), "rb") as file:
        library = file.read()
    sanitizer = b"__asan_init" in library or b"__tsan_init" in library
    return os.path.join(TREE, "build") if sanitizer else build()


class Sdk:
    """What a package for authors holds, installed below a folder; compiles with that. What it has
    compiled it keeps for the other tests of the run."""

    def __init__(self, net):
        self.root, self.out = installed(plain_build()), net.private("out")
        found = subprocess.run(["find", self.root, "-name", "wdspxe-windows.pc"], check=True,
                               capture_output=True, text=True).stdout.split()
        assert len(found) == 1, found
        self.libdir = os.path.dirname(os.path.dirname(found[0]))
        self.environment = {**os.environ, "PKG_CONFIG_LIBDIR": os.path.dirname(found[0]),
                            "PKG_CONFIG_SYSROOT_DIR": self.root,
                            "PKG_CONFIG_ALLOW_SYSTEM_CFLAGS": "1",
                            "PKG_CONFIG_ALLOW_SYSTEM_LIBS": "1"}

    def flags(self, *arguments):
        text = subprocess.run(["pkg-config", *arguments], check=True, capture_output=True,
                              text=True, env=self.environment).stdout.split()
        own = [flag for flag in text if flag.startswith(("-I", "-L"))]
        assert own and all(flag[2:].startswith(self.root) for flag in own), text
        return text

    def compile(self, compiler, source, *more):
        """Builds tests/windows/SOURCE; the path of what came out."""
        path = os.path.join(SOURCES, source)
        argv = [compiler, "-Wall", "-Wextra", "-Werror", *self.flags("--cflags", "wdspxe-windows"),
                *SWITCHES.get(os.path.basename(source), ()), *more, path, "-Wl,-z,defs", "-pthread",
                *self.flags("--libs", "wdspxe-windows")]
        with open(path, "rb") as file:
            key = hashlib.sha256("\0".join(argv).encode() + file.read()).hexdigest()[:16]
        made = os.path.join(os.environ["LAB_SHARED"], key)
        with open(made + ".lock", "w", encoding="ascii") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not os.path.exists(made):
                done = subprocess.run([*argv, "-o", made + ".new"], capture_output=True, text=True,
                                      check=False)
                if done.returncode:
                    raise LabError(f"{compiler} {source}:\n{done.stderr}")
                os.rename(made + ".new", made)
        return made

    def provider(self, compiler, source, *more):
        return self.compile(compiler, source, "-shared", "-fPIC", *more)
