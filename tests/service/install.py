"""make install and make uninstall: all of it, and no more; bash completion."""

import os
import re
import shutil
import subprocess

from lab import Network, Skip
from lab.daemon import TREE, build
from lab.guest import Guest
from lab.make import make
from lab.process import run

WANTED = [
    "etc/wdspxed/providers.d/40-inventory.conf", "etc/wdspxed/providers.d/50-bootfile.conf", "etc/wdspxed/wdspxed.conf",
    "usr/include/wdspxe.h", "usr/include/wdsbp.h", "usr/lib/systemd/system/wdspxed.service",
    "usr/lib/systemd/system/wdspxed-ear.service", "usr/lib/wdspxed/wdspxed-ear",
    "usr/share/man/man8/wdspxed-ear.8",
    "usr/lib/sysctl.d/50-wdspxed.conf", "usr/lib/sysusers.d/wdspxed.conf",
    "usr/lib/wdspxed/providers/bootfile.so", "usr/lib/wdspxed/providers/inventory.so", "usr/lib/wdspxed/wdspxed-provider",
    "usr/lib/wdspxed/wdspxed-fetch", "usr/sbin/wdspxectl", "usr/sbin/wdspxed", "usr/share/bash-completion/completions/wdspxectl",
    "usr/share/bash-completion/completions/wdspxed", "usr/share/man/man3/PxeSendReply.3",
    "usr/share/man/man5/wdspxed.conf.5", "usr/share/man/man5/wdspxed-bootfile.5", "usr/share/man/man5/wdspxed-inventory.5",
    "usr/share/man/man7/wdspxe.7", "usr/share/man/man7/wdspxed-from-wds.7", "usr/share/man/man8/wdspxectl.8",
    "usr/share/man/man8/wdspxed.8",
]


def entries(root):
    """Every file, link and folder, with what it holds."""
    found = {}
    for folder, folders, files in os.walk(root):
        for name in folders + files:
            path = os.path.join(folder, name)
            if os.path.islink(path):
                held = os.readlink(path)
            elif os.path.isfile(path):
                with open(path, "rb") as file:
                    held = file.read()
            else:
                held = None
            found[os.path.relpath(path, root)] = held
    return found


def plain_build_only():
    needed = subprocess.run(["readelf", "-d", os.path.join(build(), "wdspxed")],
                            capture_output=True, text=True, check=True).stdout
    if re.search(r"lib[atu]b?san", needed):
        raise Skip("what is installed has no sanitizer")


def test_uninstall_takes_away_exactly_what_install_put():
    plain_build_only()
    with Network() as net:
        root = net.private("root")
        # S25: the lock that our programs make goes too; S4: so do the socket units of old.
        made = ["etc/wdspxed/providers.d/.lock", "usr/lib/systemd/system/wdspxed-dhcp.socket"]
        others = ["etc/hosts", "usr/sbin/other", "usr/lib/wdspxed/providers/mine.so",
                  "usr/include/other.h", "etc/wdspxed/providers.d/10-mine.conf"]
        for name in others:
            os.makedirs(os.path.dirname(os.path.join(root, name)), exist_ok=True)
            with open(os.path.join(root, name), "w", encoding="ascii") as file:
                file.write(name)
        before = entries(root)
        for name in made:
            os.makedirs(os.path.dirname(os.path.join(root, name)), exist_ok=True)
            with open(os.path.join(root, name), "w", encoding="ascii") as file:
                file.write("")
        make("install", root)
        installed = entries(root)
        assert made[1] not in installed, "the unit of an earlier version"
        missing = [name for name in WANTED if name not in installed]
        assert not missing, missing
        for name, mode in (("usr/sbin/wdspxed", 0o755), ("etc/wdspxed/wdspxed.conf", 0o644)):
            assert os.stat(os.path.join(root, name)).st_mode & 0o7777 == mode, name
        dynamic = subprocess.run(["readelf", "-d", os.path.join(root, "usr/sbin/wdspxed")],
                                 capture_output=True, text=True, check=True).stdout
        assert "RUNPATH" not in dynamic and "RPATH" not in dynamic, dynamic
        make("uninstall", root)
        after = entries(root)
        assert {k: v for k, v in after.items() if v is not None} == \
            {k: v for k, v in before.items() if v is not None}
        assert not any("wdspx" in name for name in set(after) - set(before)), after.keys()


def test_what_is_tested_is_what_is_installed():
    # Whatever the build was made with, nothing of it is built again under the tests that run it.
    def written():
        return {name: os.stat(os.path.join(build(), name)).st_mtime_ns
                for name in ("flags", "wdspxed", "libwdspxe.so.1", "providers/bootfile.so")}

    plain_build_only()
    with Network() as net:
        before = written()
        make("install", net.private("root"))
        assert written() == before


def test_a_configuration_that_was_changed_is_kept():
    plain_build_only()
    with Network() as net:
        root = net.private("root")
        make("install", root)
        path = os.path.join(root, "etc/wdspxed/wdspxed.conf")
        with open(path, "a", encoding="ascii") as file:
            file.write("# mine\n")
        make("install", root)
        with open(path, encoding="utf-8") as file:
            assert file.read().endswith("# mine\n")
        assert "kept: " in make("uninstall", root)
        left = [name for name, held in entries(root).items() if held is not None]
        assert left == ["etc/wdspxed/wdspxed.conf"], left


def test_the_configuration_of_a_removed_package_is_kept():
    # dpkg takes a configuration file that is missing for one that the administrator has deleted.
    with Network() as net:
        root, tools = net.private("root"), net.private("tools")
        folder = os.path.join(root, "etc/wdspxed")
        os.makedirs(folder)
        for name in ("wdspxed.conf", "tftp.conf"):
            shutil.copy(os.path.join(TREE, "conf", name), folder)
        query = os.path.join(tools, "dpkg-query")
        with open(query, "w", encoding="utf-8") as file:
            file.write('#!/bin/sh\n[ "$1 $2" = "-S %s/wdspxed.conf" ]\n' % folder)
        os.chmod(query, 0o755)
        said = run("env", f"PATH={tools}:/usr/bin:/bin", "INSTALL_LIST=" + "\n".join(
            f"conf {TREE}/conf/{name} /etc/wdspxed/{name}" for name in ("wdspxed.conf", "tftp.conf")),
                   "sh", os.path.join(TREE, "conf/install.sh"), "uninstall", root)
        assert said == f"kept: {folder}/wdspxed.conf\n", said
        assert os.listdir(folder) == ["wdspxed.conf"]


def test_the_machine_is_told_and_asked():
    # S2: an installation makes the user; S25: under a running service nothing is taken away. The
    # script as `make` calls it, but for the files.
    with Network() as net:
        boot = net.host("boot", "10.77.0.2/24", on=net.segment("lan"))
        guest = Guest(boot, [{"arch": "x86-bios", "file": "boot.0"}])
        shutil.copy(os.path.join(TREE, "conf/install.sh"), os.path.join(guest.usr, "share/wdspxed"))
        guest.boot()

        def script(action, *environment):
            return guest.try_run("env", "INSTALL_LIST=", *environment, "sh",
                                 "/usr/share/wdspxed/install.sh", action, "")

        # What packages have brought is theirs: files, configuration and user.
        query = os.path.join(guest.usr, "share/wdspxed/dpkg-query")
        with open(query, "w", encoding="utf-8") as file:
            file.write("#!/bin/sh\nprintf 'installed %s\\n' wdspxed libwdspxe1\n"
                       "printf 'config-files %s\\n' wdspxed-bootfiles\n")
        os.chmod(query, 0o755)
        for action in ("install", "uninstall"):
            refused = script(action, "PATH=/usr/share/wdspxed:/usr/bin:/bin")
            assert refused.returncode == 1 and refused.stderr == (
                "Debian packages have these files; first: apt remove wdspxed libwdspxe1\n"), refused
        assert guest.show("ActiveState") == "active"
        refused = script("uninstall")
        assert refused.returncode == 1, refused
        assert "first: systemctl disable --now wdspxed" in refused.stderr, refused
        assert guest.show("ActiveState") == "active"
        assert "systemctl restart wdspxed" in script("install").stdout
        guest.systemctl("stop", "wdspxed")
        done = script("uninstall")
        assert done.returncode == 0, done
        assert guest.try_run("getent", "passwd", "wdspxe").returncode != 0
        assert guest.try_run("test", "-e", "/var/lib/wdspxed").returncode != 0
        assert "systemctl enable --now wdspxed" in script("install").stdout
        guest.systemctl("start", "wdspxed")
        assert guest.run("id", "-un", "wdspxe").strip() == "wdspxe"


def readelf(*arguments):
    return subprocess.run(["readelf", "-W", *arguments], capture_output=True, text=True,
                          check=True).stdout


def test_what_is_installed_is_hardened():
    # S26: sizes are checked (_FORTIFY_SOURCE), addresses are random (PIE), relocations read-only at
    # once, no stack is executable, stacks have canaries.
    plain_build_only()
    with Network() as net:
        root = net.private("root")
        make("install", root)
        installed = entries(root)
        programs = ["usr/sbin/wdspxed", "usr/sbin/wdspxectl", "usr/lib/wdspxed/wdspxed-provider",
                    "usr/lib/wdspxed/wdspxed-fetch"]
        libraries = [name for name in installed if re.search(r"\.so(\.1)?$", name) and
                     not os.path.islink(os.path.join(root, name))]
        assert len(libraries) >= 3, libraries
        for name in programs + libraries:
            path = os.path.join(root, name)
            dynamic, segments = readelf("-d", path), readelf("-l", path)
            assert re.search(r"^ *Type: +DYN", readelf("-h", path), re.M), name
            assert re.search(r"FLAGS_1.*\bNOW\b", dynamic), (name, dynamic)
            assert (name not in programs) or re.search(r"FLAGS_1.*\bPIE\b", dynamic), name
            assert "GNU_RELRO" in segments, name
            assert re.search(r"GNU_STACK.* RW +0x", segments), (name, segments)
            symbols = readelf("--dyn-syms", path)
            assert re.search(r"UND __(sn|vsn|f)printf_chk", symbols), (name, symbols)
            assert "__stack_chk_fail" in symbols, name


BASH = ("source {0}.bash; COMP_WORDS=(\"$@\"); COMP_CWORD=$(($# - 1)); _$1; "
        "printf '%s\\n' \"${{COMPREPLY[@]}}\"")
# What zsh has in a completion: the words, and the functions that take what is said of them.
ZSH = ("compadd() {{ print -rl -- ${{(P)2}} }}; _files() {{ print -- $words[CURRENT]* }}; "
       "setopt glob_subst; words=(\"$@\") CURRENT=$#; source {0}.zsh")
FISH = "source {0}.fish; complete -C \"$argv\""


def complete(shell, *words):
    """What a shell offers for the last word."""
    script = {"bash": BASH, "zsh": ZSH, "fish": FISH}[shell].format(
        os.path.join(TREE, "conf/completion", words[0]))
    argv = {"bash": ["bash", "-c", script, "bash"], "zsh": ["zsh", "-fc", script, "zsh"],
            "fish": ["fish", "--no-config", "-c", script]}[shell]
    environment = {**os.environ, "PATH": os.path.abspath(build()) + ":" + os.environ["PATH"]}
    said = subprocess.run([*argv, *words], capture_output=True, text=True, check=True,
                          env=environment).stdout
    return [line.split("\t")[0] for line in said.splitlines() if line]


def test_completion():
    # C13; zsh's and fish's own machinery sorts, so only the words count.
    commands = re.findall(r"^  ([a-z]+)", run(os.path.join(build(), "wdspxectl"), "--help"), re.M)
    file = os.path.join(TREE, "conf/wdspxed.conf")
    for shell in ("bash", "zsh", "fish"):
        for words, offered in (
                (("wdspxectl", "re"), [each for each in commands if each.startswith("re")]),
                (("wdspxectl", ""), commands),
                (("wdspxectl", "register", "a", file[:-3]), [file]),
                (("wdspxectl", "register", "--index", ""), []),
                (("wdspxectl", "-s", "/x", "st"), ["status"]),
                (("wdspxectl", "register", "-"), ["--index", "--critical", "--set", "--json", "--help"]),
                (("wdspxectl", "control", "bootfile", "p"), ["pause"]),
                (("wdspxectl", "status", "-"), ["--json", "--help"])):
            assert sorted(complete(shell, *words)) == sorted(offered), (shell, words)
    for shell in ("bash", "fish"):      # zsh's is a table that only zsh's own functions read
        assert sorted(complete(shell, "wdspxed", "--")) == [
            "--answer", "--cacert", "--files", "--help", "--json", "--version"], shell
