"""An admin who has the manual and a keyboard: its examples are right, his mistakes are explained."""

import os
import re

from lab import Network
from lab.daemon import TREE, Daemon
from lab.process import run


def setup(net):
    host = net.host("boot", "10.77.0.2/24", on=net.segment("lan"))
    daemon = Daemon(host, boot=[{"arch": "x86-bios", "file": "a"}])
    daemon.dropin = os.path.join(daemon.providers_dir, "50-bootfile.conf")
    return daemon


def check(daemon):
    """wdspxed -t; returns its exit status and what it said."""
    process = daemon.host.start([daemon.program, "-c", daemon.conf, "-t"], "wdspxed-t")
    return process.wait(20), process.text()


def write(path, text):
    with open(path, "wb") as file:
        file.write(text if isinstance(text, bytes) else text.encode())


def paths(daemon):
    """What the main file needs beside an example that says nothing of it."""
    return (f'providers-dir = "{daemon.providers_dir}";\ncontrol-socket = "{daemon.control}";\n'
            f'state-dir = "{daemon.state_dir}";\n')


def head(daemon):
    return f'name = "bootfile";\nmodule = "{daemon.modules}/bootfile.so";\n'


# ---- examples ----

def manual_blocks(page):
    """The literal blocks of a page, as a reader sees them."""
    with open(os.path.join(TREE, "man", page), encoding="utf-8") as file:
        found = re.findall(r"^\.Bd -literal.*?\n(.*?)^\.Ed", file.read(), re.M | re.S)
    return [block.replace(r"\(dq", '"').replace(r"\&", "").replace("\\e", "\\") for block in found]


def readme_blocks():
    with open(os.path.join(TREE, "README.md"), encoding="utf-8") as file:
        found = re.findall(r"(?:^\n)((?:^    .*\n|^\n(?=    ))+)", file.read(), re.M)
    return [re.sub(r"^    ", "", block, flags=re.M) for block in found]


def place(daemon, block):
    """Writes an example to where it belongs; False: it is no configuration."""
    if re.match(r"(listen|limits)\b", block):
        write(daemon.conf, paths(daemon) + block)
    elif re.match(r"name *=", block):
        write(daemon.dropin, re.sub(r'"/usr/lib[^"]*/', f'"{daemon.modules}/', block))
    elif block.startswith("settings"):
        write(daemon.dropin, head(daemon) + block)
    elif re.match(r"(boot|server|classes|banned-uuids|response-delay) *=", block):
        more = "" if re.search(r"^boot *=", block, re.M) else 'boot = ({ file = "a"; });'
        write(daemon.dropin, f"{head(daemon)}settings:\n{{\n{block}{more}}};\n")
    elif block.startswith("{"):
        write(daemon.dropin, f"{head(daemon)}settings:\n{{\nboot = (\n{block});\n}};\n")
    else:
        return False
    return True


def test_every_example_of_the_manual_is_taken():
    with Network() as net:
        daemon = setup(net)
        taken = {}
        for source, blocks in (("README.md", readme_blocks()),
                               *((page, manual_blocks(page)) for page in (
                                   "wdspxed.conf.5", "wdspxed-bootfile.5", "wdspxed.8"))):
            for block in blocks:
                daemon.write_config()
                write(daemon.dropin, head(daemon))
                if not place(daemon, block):
                    continue
                status, said = check(daemon)
                assert status == 0, f"{source}: {said}\n{block}"
                taken[source] = taken.get(source, 0) + 1
        assert taken["README.md"] >= 2 and taken["wdspxed-bootfile.5"] >= 4, taken
        assert taken["wdspxed.conf.5"] >= 1, taken


def test_every_default_of_the_manual_is_taken_as_it_is_printed():
    text = run("man", "-P", "cat", os.path.join(TREE, "man/wdspxed.conf.5"))
    text = re.sub(r".\x08", "", text)
    found = re.findall(r"^ {5}([a-z][a-z-]*(?:\.[a-z-]+)?) = (.+)$",
                       text[:text.index("PROVIDERS\n")], re.M)
    assert len(found) >= 18, found
    groups = {}
    for key, value in found:
        group, _, name = key.rpartition(".")
        groups.setdefault(group, []).append(f"{name} = {value};\n")
    lines = "".join(groups.pop("")) + "".join(
        f"{group}:\n{{\n{''.join(keys)}}};\n" for group, keys in groups.items())
    with Network() as net:
        daemon = setup(net)
        for name, path in (("providers-dir", daemon.providers_dir),
                           ("control-socket", daemon.control), ("state-dir", daemon.state_dir)):
            lines = re.sub(rf"^{name} = .*$", f'{name} = "{path}";', lines, flags=re.M)
        write(daemon.conf, lines)
        status, said = check(daemon)
        assert status == 0, said


# ---- mistakes: what is typed, and the line and words that he is told ----

MAIN = [
    ("threads = 4;\nthread = 4;\n", 2, r'no key "thread"'),
    ("listen:\n{\n    interface = [];\n};\n", 3, r'no key "listen\.interface"'),
    ("threads = \"4\";\n", 1, r"threads.*(integer|number)"),
    ("threads = 0;\n", 1, r"threads.*1.*64"),
    ("listen = { dhcp = yes; };\n", 1, r"write true, not yes"),
    ("log-level = debug;\n", 1, r'text stands in quotes: "debug"'),
    ("listen:\n{\n    dhcp = 1;\n};\n", 3, r"dhcp.*(true|boolean)"),
    ("threads = 4\npending-timeout = 1.0\nlisten: {\n", None, r"."),
    ("pending-timeout = 0;\n", 1, r"pending-timeout.*0\.1"),
    ("log-level = \"verbose\";\n", 1, r"log-level.*debug"),
    ("stop-grace = 5.0;\nstop-grace = 6.0;\n", 2, r"stop-grace"),
    ("listen = { interfaces = \"eth0\"; };\n", 1, r"interfaces.*(array|list|\[)"),
    ("@include \"other.conf\"\n", 1, r"@include"),
    ("settings: { boot = (); };\n", 1, r'no key "settings"'),
    ("name = \"b\\\n", 1, r"."),
]

DROPIN = [
    ('name = "b";\n', None, r"module"),
    ('module = "/x.so";\n', None, r"name"),
    ('name = "b";\nmodule = "bootfile.so";\n', 2, r"absolute"),
    ('name = "b\xff";\nmodule = "/x.so";\n'.encode("latin-1"), 1, r"UTF-8"),
    ('name = "";\nmodule = "/x.so";\n', 1, r"1 to 255"),
    ('name = "b";\nmodule = "/nowhere/b.so";\n', None, r"b\.so: No such file"),
    ('name = "b";\nmodule = "/usr/lib";\n', None, r"/usr/lib.* no file"),
    ('name = "b";\nmodule = "/x.so";\npriority = 1;\n', 3, r"unknown key priority"),
    ('name = "b";\nmodule = "/x.so";\ncritical = "yes";\n', 3, r"critical.*(true|boolean)"),
    ('name = "b";\nmodule = "/x.so";\nsettings = 1;\n', 3, r"settings must be a group"),
]

BOOT = [
    ('{ arch = "x86_64"; file = "a"; }', r"boot\[0\]\.arch.*x86_64"),
    ('{ arch = "x64-uefi"; }', r"boot\[0\].*file.*url.*action"),
    ('{ arch = "x64-uefi"; file = "a"; url = "http://h/a"; }', r"boot\[0\].*(file|url)"),
    ('{ mac = "00:11:22"; file = "a"; }', r"boot\[0\]\.mac"),
    ('{ mac = "00-11-22-33-44"; file = "a"; }', r"boot\[0\]\.mac"),
    ('{ uuid = "123"; file = "a"; }', r"boot\[0\]\.uuid"),
    ('{ subnet = "10.1.0.0"; file = "a"; }', r"boot\[0\]\.subnet"),
    ('{ subnet = "10.1.0.0/33"; file = "a"; }', r"boot\[0\]\.subnet"),
    ('{ family = 5; file = "a"; }', r"boot\[0\]\.family"),
    ('{ action = "drop"; }', r"boot\[0\]\.action.*ignore"),
    ('{ file = "a"; shape = "straight"; }', r"boot\[0\]\.shape.*direct"),
    ('{ filename = "a"; }', r"boot\[0\]\.filename"),
    ('{ file = "a"; server = "10.0.0.300"; }', r"boot\[0\]\.server"),
    ('{ file = ""; }', r"boot\[0\]\.file"),
    ('{ file = 7; }', r"boot\[0\]\.file.*(string|text)"),
    ('{ file = "a"; delay = 20000; }', r"boot\[0\]\.delay.*10000"),
    ('{ url = "ipxe.efi"; }', r"boot\[0\]\.url"),
]


def expect(daemon, path, line, words, typed):
    status, said = check(daemon)
    where = re.escape(path) + (f":{line}: " if line else r"(:\d+)?: ")
    assert status == 78 and re.search(where + ".*" + words, said), \
        f"typed:\n{typed}\nexpected {where}.*{words}, told:\n{said}"


def test_each_mistake_is_told_with_file_and_line_and_how_it_should_be():
    with Network() as net:
        daemon = setup(net)
        for typed, line, words in MAIN:
            write(daemon.conf, typed + (paths(daemon) if typed.endswith(";\n") else ""))
            expect(daemon, daemon.conf, line, words, typed)
        daemon.write_config()
        for typed, line, words in DROPIN:
            write(daemon.dropin, typed)
            expect(daemon, daemon.dropin, line, words, typed)
        for typed, words in BOOT:
            write(daemon.dropin, f"{head(daemon)}settings:\n{{\n    boot = (\n        {typed}\n"
                                 "    );\n};\n")
            expect(daemon, daemon.dropin, 6, words, typed)


def test_what_is_no_file_is_no_configuration():
    with Network() as net:
        daemon = setup(net)
        os.unlink(daemon.conf)
        os.mkfifo(daemon.conf)
        expect(daemon, daemon.conf, None, "no file", "a FIFO")
        os.unlink(daemon.conf)
        os.mkdir(daemon.conf)
        expect(daemon, daemon.conf, None, "no file", "a directory")
        os.rmdir(daemon.conf)
        write(daemon.conf, b"# " + b"a" * (2 << 20))
        expect(daemon, daemon.conf, None, "larger than", "2 MiB")
        daemon.write_config()
        fifo = os.path.join(daemon.modules, "fifo.so")
        os.mkfifo(fifo)
        write(daemon.dropin, f'name = "b";\nmodule = "{fifo}";\n')
        expect(daemon, daemon.dropin, None, "fifo.so.* no file", "a FIFO as module")
