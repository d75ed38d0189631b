"""An admin who has the manual and a keyboard: its examples are right, his mistakes are explained."""

import json
import os
import re
import shutil
import socket
import struct
import time

from lab import LabError, Network, timeout
from lab.daemon import TREE, Daemon, build
from lab.process import ended, run


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
            f'status-socket = "{daemon.status}";\near-socket = "{daemon.ear_socket}";\n'
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
    """Writes an example to where it belongs; False: it is no configuration.
    C16: an example of a provider's file is a whole one."""
    if re.match(r"(listen|limits)\b", block):
        write(daemon.conf, paths(daemon) + block)
    elif re.match(r"name *=", block):
        write(daemon.dropin, re.sub(r'"/usr/lib[^"]*/', f'"{daemon.modules}/', block))
    elif block.startswith("settings"):
        write(daemon.dropin, head(daemon) + block)
    elif re.match(r"(boot|server|classes|banned-uuids|response-delay) *=", block):
        more = "" if re.search(r"^boot *=", block, re.M) else 'boot = ({ file = "a"; });'
        write(daemon.dropin, f"{head(daemon)}settings:\n{{\n{block}{more}}};\n")
    elif re.match(r"(bcd|options|windows) *=", block):     # keys of an entry
        write(daemon.dropin, f'{head(daemon)}settings:\n{{\nboot = ( {{ file = "a";\n{block}}} );\n}};\n')
    elif block.startswith("{"):
        write(daemon.dropin, f"{head(daemon)}settings:\n{{\nboot = (\n{block});\n}};\n")
    else:
        return False
    return True


LIST = "/etc/wdspxed/lab.csv"


def test_every_example_of_the_manual_is_taken():
    with Network() as net:
        daemon = setup(net)
        daemon.host.join(net.segment("other"), "10.78.0.2/24", name="eth1")
        os.mkdir(os.path.join(daemon.providers_dir, "bootfile.d"))
        taken = {}
        for source, blocks in (("README.md", readme_blocks()),
                               *((page, manual_blocks(page)) for page in (
                                   "wdspxed.conf.5", "wdspxed-bootfile.5", "wdspxed.8"))):
            for block in blocks:
                daemon.write_config({"classes": ["U-Boot"]})    # as the example of that says
                write(daemon.dropin,
                      head(daemon) + 'settings: { boot = ({ file = "a"; }); };\n')
                if not place(daemon, block):
                    continue
                if LIST in block:
                    path = os.path.join(daemon.folder, "lab.csv")
                    write(path, next(text for text in blocks if text.startswith("mac,name")))
                    place(daemon, block.replace(LIST, path))
                if 'server = "wds.example.net"' in block:  # the lab has no such name
                    place(daemon, block.replace("wds.example.net", "10.0.0.9"))
                status, said = check(daemon)
                assert (status, told(daemon, said)) == (0, []), f"{source}: {said}\n{block}"
                taken[source] = taken.get(source, 0) + 1
        assert taken["README.md"] >= 1 and taken["wdspxed-bootfile.5"] >= 4, taken
        assert taken["wdspxed.conf.5"] >= 1, taken


def test_every_default_of_the_manual_is_taken_as_it_is_printed():
    text = run("mandoc", "-T", "ascii", os.path.join(TREE, "man/wdspxed.conf.5"))
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
                           ("control-socket", daemon.control), ("status-socket", daemon.status),
                           ("ear-socket", daemon.ear_socket), ("state-dir", daemon.state_dir)):
            lines = re.sub(rf"^{name} = .*$", f'{name} = "{path}";', lines, flags=re.M)
        write(daemon.conf, lines)
        status, said = check(daemon)
        assert status == 0, said


# ---- mistakes: what is typed, and every line that is told of it: "LINE: what" (0: the file) ----

OK, WRONG = 0, 78       # taken, and told as a warning or a notice; refused

# wdspxed.conf, whole.
MAIN = [
    ('threads = 4;\nthread = 4;', WRONG,
     '2: unknown key "thread": did you mean "threads"? [W0110]'),
    ('listen:\n{\n    interface = [];\n};', WRONG,
     '3: unknown key "listen.interface": did you mean "interfaces"? [W0110]'),
    ('interfaces = [ "eth0" ];', WRONG,
     '1: unknown key "interfaces": did you mean "interfaces" in listen? [W0111]'),
    ('interface = [ "eth0" ];', WRONG,
     '1: unknown key "interface": did you mean "interfaces" in listen? [W0111]'),
    ('dhcp = false;', WRONG,
     '1: unknown key "dhcp": did you mean "dhcp" in listen? [W0111]'),
    ('threads = "4";', WRONG,
     '1: threads must be a whole number, not a string [W0114]'),
    ('threads = 0;\nlog-level = "verbose";\nstop-grace = 900.0;', WRONG,
     '1: threads must be from 1 to 64 [W0115]',
     '2: log-level must be error, warning, notice, info or debug, not "verbose" [W0117]',
     '3: stop-grace must be from 0 to 600 [W0115]'),
    ('listen = { dhcp = yes; };', WRONG,
     '1: write true, not yes [W0114]'),
    ('log-level = debug;', WRONG,
     '1: strings must be in quotes: "debug" [W0107]'),
    ('listen:\n{\n    dhcp = 1;\n};', WRONG,
     '3: listen.dhcp must be true or false, not an integer [W0114]'),
    # Port 67 told UEFI firmware to ask on a port that is not served.
    ('listen:\n{\n    pxe = false;\n};', OK,
     '1: listen.pxe = false: UEFI PXE firmware asks for its file on port 4011, and nobody '
     'answers there; it boots only by an entry with shape = "direct" [W0131]'),
    ('listen: {\n    dhcp = false;\n    pxe = false;\n    dhcpv6 = false;\n};', WRONG,
     '1: listen disables every port: nothing is left to serve [W0130]'),
    ('stop-grace = 5.0;\nstop-grace = 6.0;', WRONG,
     '2: stop-grace is already set on line 1 (case is ignored) [W0112]'),
    ('listen = { interfaces = "eth0"; };', WRONG,
     '1: listen.interfaces must be an array of strings: [ "eth0" ] [W0114]'),
    ('listen = { interfaces = eth0; };', WRONG,
     '1: strings must be in quotes: "eth0" [W0107]'),
    ('listen = { interfaces = [ "eth0:0" ]; };', OK,
     '1: eth0:0 is a label of eth0: write "eth0" in listen.interfaces [W0132]'),
    ('listen = { interfaces = [ "eht0", "eth1" ]; };', OK,
     '1: no interface of listen.interfaces exists: eht0, eth1 (this host has eth0) [W0134]'),
    ('listen = { interfaces = [ "eth*", "!virbr*" ]; };', OK),
    ('listen = { interfaces = [ "!virbr*" ]; };', OK),
    ('listen = { interfaces = [ "wlan*", "eth0" ]; };', OK,
     '1: some interfaces of listen.interfaces do not exist: wlan* (this host has eth0) [W0134]'),
    ('interface=eth0', WRONG,
     '1: strings must be in quotes: "eth0" [W0107]'),
    ('# a comment\ndhcp-boot=undionly.kpxe', WRONG,
     "2: dhcp-boot is a dnsmasq key: here, use file = \"undionly.kpxe\" in an entry of boot in "
     'providers.d/50-bootfile.conf [W0109]'),
    ('enable-tftp\ntftp-root=/srv/tftp', WRONG,
     "1: enable-tftp is a dnsmasq key: here, files are served by a separate TFTP server [W0109]",
     "2: tftp-root is a dnsmasq key: here, files are served by a separate TFTP server [W0109]"),
    ('dhcp-range=10.77.0.0,proxy', WRONG,
     "1: dhcp-range is a dnsmasq key: here, addresses are left to the DHCP server [W0109]"),
    ('settings: { boot = (); };', WRONG,
     '1: unknown key "settings": it belongs in a provider\'s file, '
     'providers.d/50-bootfile.conf [W0111]'),
    ('@include "other.conf"', WRONG,
     '1: @include is not supported: write include = "bootfile.d/*.conf"; beside settings [W0113]'),
    # The case of a key does not matter, in any section.
    ('Log-Level = "x";\nLISTEN: { Dhcp = 1; };', WRONG,
     '1: log-level must be error, warning, notice, info or debug, not "x" [W0117]',
     '2: listen.dhcp must be true or false, not an integer [W0114]'),
    # Other formats, pasted in.
    ('[listen]\ndhcp = true', WRONG,
     '1: [listen] is a section as in an INI file: write listen: { ... }; [W0108]'),
    ('listen:\n  dhcp: true', WRONG,
     '1: listen has no value; write listen: { dhcp = ...; } for a group [W0106]'),
    ('listen: {\n  interfaces:\n    - eth0\n}', WRONG,
     "3: a list is not written with '-' as in YAML: write ( { ... }, { ... } ) or "
     '[ "...", "..." ] [W0108]'),
    ('---\nthreads: 4', WRONG,
     '1: "---" begins a YAML file: here, write name = value; [W0108]'),
    ('{\n  "threads": 4\n}', WRONG,
     '1: this is JSON: write name = value; with no quotes around the name and no braces around '
     'the whole file [W0108]'),
    ('log-level = “debug”;', WRONG,
     '1: a typographic quote: strings must be in plain "" [W0107]'),
    ("log-level = 'debug';", WRONG,
     '1: strings must be in "", not in \'\' [W0107]'),
    ('log-level = "debug;\nthreads = 4;', WRONG,
     '1: the string that begins here has no closing quote on its line [W0106]'),
    ('trace-mask = [ "all" ];', WRONG,
     '1: trace-mask must be verbose, info, warning, error or fatal [W0117]'),
    ('trace-mask = [ "info", 5 ];', WRONG,
     '1: values of different types must be in ( ), not in [ ] [W0121]'),
    ('limits = { rate = -1; };', WRONG,
     '1: limits.rate must be from 0 to 10000000 [W0115]'),
    ('\ufeffthread = 4;', WRONG,
     '1: unknown key "thread": did you mean "threads"? [W0110]'),
    # Each of a list's mistakes, and nothing that only follows from them.
    ('limits:\n{\n    relays = [ "relay1", "10.1.0.1",\n        "10.2.3.4/16" ];\n};', WRONG,
     '3: limits.relays must be addresses and networks, such as "10.1.0.1" or "10.1.0.0/16", not '
     '"relay1" [W0126]',
     '4: limits.relays: "10.2.3.4/16" has bits set after its prefix length: write "10.2.0.0/16" '
     'for the network [W0126]'),
    ('limits: { tabel = 4096; };', WRONG,
     '1: unknown key "limits.tabel": did you mean "table"? [W0110]'),
    ('listen: { pxe = false; };\nignore-findings = [ "W0131" ];', OK),
    ('listen: { pxe = false; };\nignore-findings = [ "W0131",\n "W9999", "W0114" ];', WRONG,
     '3: ignore-findings: "W9999" is no id of a finding: see wdspxed-diagnoses(7) [W0164]',
     '3: ignore-findings: "W0114" is an error that must be corrected, and cannot be ignored '
     '[W0164]',
     '1: listen.pxe = false: UEFI PXE firmware asks for its file on port 4011, and nobody '
     'answers there; it boots only by an entry with shape = "direct" [W0131]'),
    ('classes = [ "" ];', WRONG,
     '1: classes contains an empty string [W0119]'),
]

# 50-bootfile.conf, whole.
DROPIN = [
    ('Name = "b";\nMODULE = "/nowhere/b.so";\nCritical = false;\nCriticl = 1;', WRONG,
     '4: unknown key Criticl: did you mean critical? [W0110]',
     '2: provider "b": cannot load module /nowhere/b.so: No such file or directory; '
     'provider disabled [W0136]'),
    ('Name = "b";\nModule = "/x.so";\nBoot = ();', WRONG,
     '3: unknown key Boot: it belongs inside settings: { ... } [W0111]',
     '2: provider "b": cannot load module /x.so: No such file or directory; provider disabled '
     '[W0136]'),
    ('name = "b";', WRONG,
     '0: module is not set [W0118]'),
    ('module = "/x.so";', WRONG,
     '0: name is not set [W0118]',
     '1: provider "50-bootfile.conf": cannot load module /x.so: No such file or directory; '
     'provider disabled [W0136]'),
    ('name = "b";\nmodule = "bootfile.so";', WRONG,
     '2: module must be an absolute path [W0123]'),
    ('name = "b";\nmodule = "/nowhere/b.so";', WRONG,
     '2: provider "b": cannot load module /nowhere/b.so: No such file or directory; '
     'provider disabled [W0136]'),
    ('name = "b";\nmodule = "/usr/lib";', WRONG,
     '2: provider "b": cannot load module /usr/lib: not a regular file; provider disabled [W0136]'),
    ('name = "b";\nmodul = "/x.so";\npriority = 1;\ncritical = "yes";', WRONG,
     '2: unknown key modul: did you mean module? [W0110]',
     '3: unknown key priority [W0110]',
     '0: module is not set [W0118]',
     '4: critical must be true or false, not a string [W0114]'),
    ('name = "a/b";\nmodule = "/x.so";', WRONG,
     '1: name must have 1 to 255 UTF-8 characters, without /, \\ and control characters [W0122]',
     '2: provider "50-bootfile.conf": cannot load module /x.so: No such file or directory; '
     'provider disabled [W0136]'),
    ('name = "b";\0', WRONG,
     '1: a zero byte: this is not a text file [W0104]'),
    ('x = ' + 40 * '( ' + 40 * ') ' + ';', WRONG,
     '1: more than 32 levels of brackets [W0125]'),
    ('name = "b";\nmodule = "/x.so";\nsettings: { registry = ( { name = "x"; } ); };', WRONG,
     '3: in the list registry: an entry must be { name = "…"; type = "…"; data = …; } [W0127]'),
    ('name = "b";\nmodule = "/x.so";\nsettings = 1;', WRONG,
     '3: settings must be a group { }, not an integer [W0114]'),
]

# Behind name and module, which are lines 1 and 2.
BELOW = [
    ('boot = ( { file = "a"; } );', WRONG,
     '3: unknown key boot: it belongs inside settings: { ... } [W0111]',
     '1: settings: boot has no entry: no client will be answered [W0140]'),
    ('critcal = true;\nsettings: {\n boot = ( { fille = "a"; } );\n};', WRONG,
     '3: unknown key critcal: did you mean critical? [W0110]',
     '5: boot[0].fille: unknown setting in an entry of boot: did you mean "file"? [W0110]'),
    ('settings: { boot = ( { file = "a"; } );', WRONG,
     "3: the '{' that begins here is never closed [W0106]"),
]

# In boot = ( ... ), from line 6.
BOOT = [
    ('{ arch = "amd64"; file = "a"; }', WRONG,
     '6: boot[0].arch: unknown architecture "amd64": did you mean "x64-uefi"? [W0141]'),
    ('{ macc = "00:11:22:33:44:55"; file = "a"; ignore = true; }', WRONG,
     '6: boot[0].macc: unknown setting in an entry of boot: did you mean "mac"? [W0110]',
     '6: boot[0].ignore: unknown setting in an entry of boot: write action = "ignore" [W0109]'),
    ('{ arch = "x64"; file = "a"; }', WRONG,
     '6: boot[0].arch: unknown architecture "x64": did you mean "x64-uefi"? [W0141]'),
    ('{ arch = "x86-64_EFI"; file = "a"; }', WRONG,
     '6: boot[0].arch: unknown architecture "x86-64_EFI": did you mean "x64-uefi"? [W0141]'),
    # What x64 is called elsewhere is nearer, by its letters, to the name of another architecture.
    ('{ arch = [ "x86_64-uefi", "amd64-uefi", "aarch64-efi" ]; file = "a"; }', WRONG,
     '6: boot[0].arch: unknown architecture "x86_64-uefi": did you mean "x64-uefi"? [W0141]',
     '6: boot[0].arch: unknown architecture "amd64-uefi": did you mean "x64-uefi"? [W0141]',
     '6: boot[0].arch: unknown architecture "aarch64-efi": did you mean "arm64-uefi"? [W0141]'),
    ('{ arch = "x86PC"; file = "a"; }', WRONG,
     '6: boot[0].arch: unknown architecture "x86PC": did you mean "x86-bios"? [W0141]'),
    ('{ arch = "x64-ufei"; file = "a"; }', WRONG,
     '6: boot[0].arch: unknown architecture "x64-ufei": did you mean "x64-uefi"? [W0141]'),
    ('{ arch = "7"; file = "a"; }', WRONG,
     '6: boot[0].arch: "7" is in quotes, and so no number: write arch = 7; without them [W0141]'),
    ('{ arch = [ "00:07", "0x000b" ]; file = "a"; }', WRONG,
     '6: boot[0].arch: "00:07" is a number as dhcpd or Kea writes it: write arch = 7; [W0141]',
     '6: boot[0].arch: "0x000b" is a number as dhcpd or Kea writes it: write arch = 11; [W0141]'),
    ('{ user-class = "tag:!ipxe"; file = "a"; }', WRONG,
     '6: boot[0].user-class: "tag:!ipxe" is a tag of dnsmasq: here, what sets it is a condition in '
     'the entry itself, in not = { ... } [W0193]'),
    ('{ file = "tag:efi"; }', WRONG,
     '6: boot[0].file: "tag:efi" is a tag of dnsmasq: here, what sets it is a condition in the '
     'entry itself, such as arch or user-class [W0193]'),
    ('{ user-class = "!iPXE"; group = [ "lab", "!phones" ]; file = "a"; not-ipxe = true; prompt = "x"; }', WRONG,
     '6: boot[0].user-class: "!iPXE": for what must not hold write not = { user-class = "iPXE"; } [W0109]',
     '6: boot[0].group: "!phones": for what must not hold write not = { group = "phones"; } [W0109]',
     '6: boot[0].not-ipxe: unknown setting in an entry of boot: write not = { ipxe = ...; } [W0109]',
     '6: boot[0].prompt: unknown setting in an entry of boot: write menu = { prompt = "..."; items = ( ... ); } '
     '[W0109]'),
    ('{ file = "a"; server = "10.0.0.1, 10.0.0.2"; }', WRONG,
     '6: boot[0].server: "10.0.0.1, 10.0.0.2" is one text: write each in its own: [ "10.0.0.1", "10.0.0.2" ] '
     '[W0139]'),
    ('{ mac = [ "001122*", "00:*:22:33:44:55", "001122-334455" ]; file = "a"; }', OK),
    ('{ arch = x86-bios; file = "a"; }', WRONG,
     '6: strings must be in quotes: "x86-bios" [W0107]'),
    ('{ arch = 93000; file = "a"; }', WRONG,
     '6: boot[0].arch: 93000 is not an architecture: write a number from 0 to 65535 [W0141]'),
    ('{ arch = -1; file = "a"; }', WRONG,
     '6: boot[0].arch: -1 is not an architecture: write a number from 0 to 65535 [W0141]'),
    ('{ arch = [ "x64-uefi", 9 ]; file = "a"; }', WRONG,
     '6: values of different types must be in ( ), not in [ ] [W0121]'),
    ('{ fille = "a"; }', WRONG,
     '6: boot[0].fille: unknown setting in an entry of boot: did you mean "file"? [W0110]'),
    ('{ filename = "a"; next-server = "10.0.0.9"; }', WRONG,
     '6: boot[0].filename: unknown setting in an entry of boot: write file = "..." [W0109]',
     '6: boot[0].next-server: unknown setting in an entry of boot: write server = "..." [W0109]'),
    ('{ filename "a"; }', WRONG,
     '6: filename is an ISC dhcpd key: here, use file = "a" in an entry of boot in '
     'providers.d/50-bootfile.conf [W0109]'),
    ('{ arch = "x64-uefi"; }', WRONG,
     '6: boot[0]: has no outcome: file, url, menu, machine or action [W0149]'),
    ('{ file = "a"; url = "http://h/a"; }', WRONG,
     '6: boot[0].url: only one of file, url, menu, machine and action is allowed [W0147]'),
    ('{ file = "http://10.0.0.9/a"; }', WRONG,
     '6: boot[0].file: "http://10.0.0.9/a" is a URL: write url = [W0148]'),
    ('{ url = "10.0.0.9/a"; }', WRONG,
     '6: boot[0].url: "10.0.0.9/a" is not a URL: write http://${server}/..., or file = for TFTP '
     '[W0148]'),
    ('{ file = " a"; },\n{ arch = 0; file = "b "; }', OK,
     '6: boot[0].file: " a" begins or ends with a blank, which is part of the name: remove it '
     '[W0151]',
     '7: boot[1].file: "b " begins or ends with a blank, which is part of the name: remove it '
     '[W0151]',
     '7: boot[1]: is never used: boot[0] (line 6) matches all its clients [W0161]'),
    # Many servers take a leading slash for their folder; the folder itself is below none.
    ('{ file = "/boot/a b.efi"; }', OK),
    ('{ file = "/srv/tftp/boot/a.efi"; }', OK,
     '6: boot[0].file: a TFTP server seeks "/srv/tftp/boot/a.efi" below the folder that it '
     'serves: write "boot/a.efi" [W0152]'),
    ('{ user-class = "iPXE"; url = "http://${server}/a b.ipxe"; }', OK,
     '6: boot[0].url: "http://${server}/a b.ipxe" contains a blank, which a URL must write as '
     '%20 [W0157]'),
    ('{ user-class = "iPXE "; file = "a"; }', OK,
     '6: boot[0].user-class: "iPXE " begins or ends with a blank: remove it [W0151]'),
    ('{ interface = [ "eth0",\n"eht0" ]; file = "a"; }', OK,
     '7: boot[0].interface: this host has no interface "eht0": no client matches until it has '
     'one [W0160]'),
    ('{ interface = "eth0:1"; file = "a"; }', OK,
     '6: boot[0].interface: "eth0:1" never matches, because it is another name or a label of '
     'eth0: write "eth0" [W0132]'),
    ('{ file = ""; }', WRONG,
     '6: boot[0].file: must not be empty [W0119]'),
    ('{ file = 7; }', WRONG,
     '6: boot[0].file: must be a string, not 7: write it in quotes [W0114]'),
    ('{ file = [ "a", "b" ]; }', WRONG,
     '6: boot[0].file: must be one string, not a list [W0114]'),
    ('{ file = "a" }, { file = "b"; },', WRONG,
     "6: an extra comma before the closing ')' [W0106]"),
    ('{ file = "a"; } { arch = 0; file = "b"; }', WRONG,
     "6: a ',' is missing between the members of a list [W0106]"),
    ('{ file = "a"; }; { arch = 0; file = "b"; }', WRONG,
     "6: the members of a list are separated by ',', not by ';' [W0106]"),
    ('{ mac = "00:11:22"; file = "a"; }', WRONG,
     '6: boot[0].mac: "00:11:22" is not a MAC address: it must have 6 bytes; write '
     '00:11:22:* to match a prefix [W0142]'),
    ('{ mac = 00:11:22:33:44:55; file = "a"; }', WRONG,
     '6: strings must be in quotes: "00:11:22:33:44:55" [W0107]'),
    ('{ mac = "00:11:2*:33:44:55"; file = "a"; }', WRONG,
     '6: boot[0].mac: "00:11:2*:33:44:55" is not a MAC address: a * stands for whole bytes: '
     '00:11:22:* or 00:*:22:33:44:55 [W0142]'),
    ('{ mac = "01-00-11-22-33-44-55"; file = "a"; }', WRONG,
     '6: boot[0].mac: "01-00-11-22-33-44-55" is not a MAC address: remove the leading '
     '01, which is the hardware type [W0142]'),
    ('{ mac = "00:11:22:33:44:5G"; file = "a"; }', WRONG,
     '6: boot[0].mac: "00:11:22:33:44:5G" is not a MAC address: its digits must be 0 to 9 and a '
     'to f [W0142]'),
    ('{ mac = "0:1:2:3:4:5"; file = "a"; }', WRONG,
     '6: boot[0].mac: "0:1:2:3:4:5" is not a MAC address: each of its bytes must have two digits: '
     '00:01:02:03:04:05 [W0142]'),
    ('{ mac = [ "00:11:22:33:44:55",\n "00:11:22:33:44:55" ]; file = "a"; }', OK,
     '7: boot[0].mac: this machine is listed twice (line 6) [W0163]'),
    ('{ mac = "00:11:22:33:44:55"; file = "a"; },\n{ mac = "0011.2233.4455"; file = "b"; }', OK,
     '7: boot[1].mac: is never used: boot[0] (line 6) already matches this machine [W0161]'),
    ('{ uuid = "4C4C454*"; file = "a"; }', WRONG,
     '6: boot[0].uuid: "4C4C454*" is not a UUID such as 3b6c1a52-7f0e-4d8b-9a41-525400770001, or '
     'its beginning such as 3b6c1a52-* [W0143]'),
    ('{ uuid = [ "52506934-*", "4C4C4544*" ]; file = "a"; }', OK),
    ('{ circuit-id = "*/7"; file = "a"; }', WRONG,
     '6: boot[0].circuit-id: "*/7" is no circuit-id: a * must come last [W0170]'),
    ('{ ipxe = [ "http", "htps" ]; file = "a"; }', WRONG,
     '6: boot[0].ipxe: iPXE has no feature "htps": did you mean "https"? [W0171]'),
    ('{ request-option = { value = "lab*"; }; file = "a"; }', WRONG,
     '6: boot[0].request-option: has no code: write code = 94; [W0172]'),
    ('{ client-id = "node7"; family = 6; file = "a"; }', OK,
     "6: boot[0].client-id: never matches beside family: the one is IPv4's, the other IPv6's "
     '[W0173]'),
    ('{ not = { mac = "00:11:22:*"; file = "a"; }; file = "b"; }', WRONG,
     '6: boot[0].not.file: only conditions are allowed in not [W0174]'),
    ('{ duid = "0001"; file = "a"; }', WRONG,
     '6: boot[0].duid: "0001" is not a DUID such as 00:03:00:01:52:54:00:77:00:01 [W0144]'),
    ('{ subnet = "10.1.0.0"; file = "a"; }', WRONG,
     '6: boot[0].subnet: "10.1.0.0" is not a subnet: its prefix length is missing: 10.0.0.0/24 '
     '[W0146]'),
    ('{ subnet = "10.1.0.0/255.255.0.0"; file = "a"; }', WRONG,
     '6: boot[0].subnet: "10.1.0.0/255.255.0.0" is not a subnet: write the prefix length '
     'instead of the mask: 10.0.0.0/24 [W0146]'),
    ('{ subnet = "10.1.*"; file = "a"; }', WRONG,
     '6: boot[0].subnet: "10.1.*" is not a subnet: wildcards are not supported, write its prefix '
     'length: 10.0.0.0/24 [W0146]'),
    ('{ subnet = "10.1.2.3/16"; file = "a"; }', OK,
     '6: boot[0].subnet: "10.1.2.3/16" has bits set after its prefix length: taken as '
     '10.1.0.0/16 [W0145]'),
    ('{ family = 5; file = "a"; }', WRONG,
     '6: boot[0].family: must be 4 or 6 [W0117]'),
    ('{ action = "drop"; }', WRONG,
     '6: boot[0].action: must be "ignore" or "reject", not "drop" [W0117]'),
    ('{ action = "ignore"; server = "10.0.0.9"; }', WRONG,
     '6: boot[0].action: only conditions are allowed beside action [W0147]'),
    ('{ file = "a"; shape = "straight"; }', WRONG,
     '6: boot[0].shape: must be "direct" or "redirect", not "straight" [W0117]'),
    ('{ file = "a"; server = "http://10.0.0.9/"; }', WRONG,
     '6: boot[0].server: "http://10.0.0.9/" is not a server: write an address or a name, '
     'without scheme and path [W0139]'),
    ('{ file = "a"; server = "10.0.0.9:69"; }', WRONG,
     '6: boot[0].server: "10.0.0.9:69" is not a server: write an address or a name, without a '
     'port [W0139]'),
    ('{ file = "a"; server = "10.0.0.300"; }', WRONG,
     '6: boot[0].server: "10.0.0.300" is not an address [W0139]'),
    ('{ file = "a"; delay = 20000; }', WRONG,
     '6: boot[0].delay: must be a number from 0 to 10000 [W0115]'),
    ('{ file = "a"; answer-lease-requests = true; }', WRONG,
     '6: boot[0].answer-lease-requests: is only allowed in an entry with a mac condition [W0150]'),
    ('{ raspberry-pi = true; shape = "redirect"; }', WRONG,
     '6: boot[0].shape: a Raspberry Pi is always answered directly [W0150]'),
    ('{ file = "boot\\x64\\wdsmgfw.efi"; }', OK,
     '6: "boot\\x64\\wdsmgfw.efi" is read as "bootd\\wdsmgfw.efi": write \\\\ for each backslash '
     '[W0120]'),
    ('{ file = "boot\\x86\\wdsnbp.com"; }', OK,
     '6: "boot\\x86\\wdsnbp.com" is read as "boot<86>\\wdsnbp.com": write \\\\ for each '
     'backslash [W0120]'),
    ('{ file = "C:\\\\RemoteInstall\\\\boot\\\\x64\\\\wdsmgfw.efi"; }', OK,
     '6: boot[0].file: a TFTP path has no drive letter: remove "C:" [W0155]'),
    ('{ arch = "x64-uefi"; file = "boot\\\\x64\\\\ipxe.efi"; }', OK,
     '6: boot[0].file: iPXE looks for its next file in its own folder, and does not find it by a name with \\: write '
     '/ in "boot\\x64\\ipxe.efi" [W0197]'),
    ('{ file = "boot/${mac}/shimx64.efi"; }', OK),
    ('{ file = "boot/${mca}/shimx64.efi"; }', WRONG,
     '6: boot[0].file: there is no variable "${mca}": did you mean ${mac}? [W0178]'),
    ('{ file = "f"; options = ( { code = 54; addresses = "10.0.0.1"; } ); }', WRONG,
     '6: boot[0].options[0].code: 54 is not allowed: every answer has its own: write server-id = "..." [W0175]'),
    ('{ file = "f"; options = ( { code = 209; text = "a"; }, { code = 209; text = "b"; } ); }', WRONG,
     '6: boot[0].options[1].code: 209 is there twice [W0176]'),
    ('{ file = "f"; options = ( { code = 224; hex = "0x0a"; } ); }', WRONG,
     '6: boot[0].options[0].hex: "0x0a" is not octets in hexadecimal digits, such as "06:01:08" [W0177]'),
    ('{ file = "f"; server-id = "192.0.2.77"; }', OK,
     '6: boot[0].server-id: this host does not have 192.0.2.77 now: clients ask whoever has it on port 4011 '
     '[W0179]'),
    ('{ file = "f"; windows = { message = "K\xc3\xa4se"; }; }'.encode("latin-1").decode(), WRONG,
     '6: boot[0].windows.message: "K\xe4se" is shown by a boot program that knows ASCII only [W0180]'),
    ('{ arch = "x64-uefi"; url = "tftp://${server}/${net0/mac}/grub.efi"; }', OK,
     '6: boot[0].url: only iPXE replaces "${net0/mac}", firmware requests it unchanged; '
     'add user-class = "iPXE" to match iPXE only [W0154]'),
    ('{ arch = "x64-uefi-http"; file = "ipxe.efi"; }', OK,
     '6: boot[0].arch: x64-uefi-http is HTTP Boot, which cannot take a file: write url '
     '= "..." in an entry for it [W0153]'),
    ('{ arch = "x86-bios"; url = "http://${server}/undionly.kpxe"; }', OK,
     '6: boot[0].arch: a PXE ROM (x86-bios) does not accept a URL over IPv4: write '
     'file =, or add user-class = "iPXE" to match iPXE only [W0158]'),
    ('{ arch = "x86-bios"; url = "https://${server}/undionly.kpxe"; }', OK,
     '6: boot[0].arch: a PXE ROM (x86-bios) does not accept a URL over IPv4: write '
     'file =, or add user-class = "iPXE" to match iPXE only [W0158]'),
    # A scheme that no firmware has; iPXE alone may.
    ('{ arch = "x64-uefi-http"; url = "htp://${server}/ipxe.efi"; }', OK,
     '6: boot[0].url: firmware loads from http, https and tftp, not from "htp"; for iPXE alone '
     'add user-class = "iPXE" [W0156]'),
    ('{ user-class = "iPXE"; url = "nfs://${server}/boot.ipxe"; }', OK),
    # Other ways to write a variable, which nobody replaces; a part of a URL with $ alone is its own.
    ('{ arch = "x64-uefi-http"; url = "http://$server/ipxe.efi"; }', OK,
     '6: boot[0].url: "$server" is sent unchanged: write ${server} [W0154]'),
    ('{ arch = "x64-uefi-http"; url = "http://$(server)/ipxe.efi"; }', OK,
     '6: boot[0].url: "$(server)" is sent unchanged: write ${server} [W0154]'),
    ('{ arch = "x64-uefi-http"; url = "http://{server}/ipxe.efi"; }', OK,
     '6: boot[0].url: "{server}" is sent unchanged: write ${server} [W0154]'),
    ('{ arch = "x64-uefi-http"; url = "http://${server}/$servers/{server}.efi"; }', OK),
    ('{ vendor-class = "*Arch:00007*"; file = "a"; }', OK,
     '6: boot[0].vendor-class: "*Arch:00007*" never matches, because wildcards are not supported here: write '
     'how the class begins, such as "PXEClient:Arch:00007" [W0159]'),
    ('{ user-class = "iPX*"; file = "a"; }', OK,
     '6: boot[0].user-class: "iPX*" never matches, because wildcards are not supported here: '
     'write the whole class [W0159]'),
    ('{ interface = "virbr*"; file = "a"; }', OK,
     '6: boot[0].interface: this host has no interface "virbr*": no client matches until it has '
     'one [W0160]'),
    ('{ interface = "eth?"; file = "a"; }', OK,
     '6: boot[0].interface: "eth?" never matches, because a * at the end is the only wildcard '
     '[W0159]'),
    # iPXE that firmware has loaded is of the same architecture, and would load itself forever.
    ('{ arch = "x86-bios"; file = "undionly.kpxe"; },\n'
     '{ user-class = "iPXE"; url = "http://${server}/boot.ipxe"; }', OK,
     '7: boot[1]: iPXE that boot[0] (line 6) loads asks again and gets itself: put this entry '
     'before that one [W0162]'),
    ('{ mac = "00:11:22:33:44:55"; file = "snponly.efi"; },\n'
     '{ arch = "x86-bios"; file = "pxelinux.0"; },\n'
     '{ user-class = "iPXE"; file = "boot.ipxe"; },\n'
     '{ arch = "x64-uefi"; file = "ipxe.efi"; }', OK),
    ('{ file = "a"; },\n{ arch = "x86-bios"; file = "b"; },\n{ mac = "00:11:22:*"; file = "c"; }',
     OK,
     '7: boot[1]: is never used: boot[0] (line 6) matches all its clients [W0161]',
     '8: boot[2]: is never used: boot[0] (line 6) matches all its clients [W0161]'),
]

# In settings: { ... }, from line 5.
SETTINGS = [
    ('Server = "auto";\nBOOT = ( { Arch = "x64-uefi"; FILE = "a"; Shap = "direct"; } );', WRONG,
     '6: boot[0].Shap: unknown setting in an entry of boot: did you mean "shape"? [W0110]'),
    ('boot = ( arch = "x64-uefi"; file = "a" );', WRONG,
     '5: an entry of a list must be in { }: ( { arch = ...; } ) [W0106]'),
    ('boot = [ { file = "a"; } ];', WRONG,
     '5: a list of groups must be in ( ), not in [ ] [W0106]'),
    ('boot = { file = "a"; };', WRONG,
     '5: settings.boot: must be a list of entries: ( { ... }, { ... } ) [W0114]'),
    ('boot = ( "a" );', WRONG,
     '5: settings.boot: must be a list of entries: ( { ... }, { ... } ) [W0114]'),
    ('boot = (\n    { file = "a"; },\n);', WRONG,
     "6: an extra comma before the closing ')' [W0106]"),
    ('sever = "auto";', WRONG,
     '5: settings.sever: unknown setting: did you mean "server"? [W0110]'),
    ('next-server = "10.0.0.9";', WRONG,
     '5: settings.next-server: unknown setting: write server = "..." [W0109]'),
    ('file = "a";', WRONG,
     '5: settings.file: unknown setting: it belongs in an entry of boot = ( { ... } ) [W0111]'),
    ('boot = ();', OK,
     '3: settings: boot has no entry: no client will be answered [W0140]'),
    ('classes = [ "HW-Client" ];\nboot = ( { file = "a"; } );', OK,
     '5: the daemon drops clients of class "HW-Client": add it to classes in CONF [W0133]'),
    ('banned-uuids = [ "x" ];\nboot = ( { file = "a"; } );', WRONG,
     '5: settings.banned-uuids: "x" is not a UUID such as 3b6c1a52-7f0e-4d8b-9a41-525400770001, or '
     'its beginning such as 3b6c1a52-* [W0143]'),
]


def told(daemon, said):
    """The lines about mistakes, without the path; what else -t says is not about one."""
    lines = []
    for line in said.splitlines():
        line = re.sub(r"^bootfile: (?=/)", "", line)
        line = line.replace(daemon.conf, "CONF").replace(daemon.dropin, "DROPIN")
        if re.match(r"provider bootfile is disabled: see above$|1 of 1 providers did not start$"
                    r"|CONF: (configuration OK: 1 provider[;,]|the configuration is not valid$)", line):
            continue
        place = re.match(r"(CONF|DROPIN)(:\d+)?: ", line)
        lines.append(f"{(place[2] or ':0')[1:]}: {line[place.end():]}" if place else line)
    return lines


def expect_told(daemon, status, typed, expected):
    got, said = check(daemon)
    assert (got, told(daemon, said)) == (status, expected), \
        f"typed:\n{typed}\nexpected {status}: {expected}\ntold {got}:\n{said}"


@timeout(300)
def test_each_mistake_is_told_with_file_and_line_and_how_it_should_be():
    # C1, C2, C5, C6, W10: each is told once, with what to write instead, and all of a file at once.
    with Network() as net:
        daemon = setup(net)
        for typed, status, *lines in MAIN:
            whole = re.search(r"[;}]$", typed) and "no closing quote" not in "".join(lines)
            write(daemon.conf, f"{typed}\n{paths(daemon) if whole else ''}")
            expect_told(daemon, status, typed, lines)
        daemon.write_config()
        for typed, status, *lines in DROPIN:
            write(daemon.dropin, typed + "\n")
            expect_told(daemon, status, typed, lines)
        for typed, status, *lines in BELOW:
            write(daemon.dropin, f"{head(daemon)}{typed}\n")
            expect_told(daemon, status, typed, lines)
        for typed, status, *lines in BOOT:
            write(daemon.dropin, f"{head(daemon)}settings:\n{{\n    boot = (\n{typed}\n);\n}};\n")
            expect_told(daemon, status, typed, lines)
        for typed, status, *lines in SETTINGS:
            write(daemon.dropin, f"{head(daemon)}settings:\n{{\n{typed}\n}};\n")
            expect_told(daemon, status, typed, lines)


def test_a_check_tells_no_step_of_the_daemon():
    # With log-level = "debug" it said that it was shutting down.
    with Network() as net:
        daemon = setup(net)
        daemon.write_config({"log-level": "debug"})
        status, said = check(daemon)
        assert status == 0 and re.fullmatch(r"\S+: configuration OK: .*\n", said), said


def service(net):
    """A folder for /etc with the service's configuration and unit, and what checks it as root."""
    daemon, etc = setup(net), net.private("etc")
    folder = os.path.join(etc, "wdspxed")
    for path in ("wdspxed/providers.d", "systemd/system"):
        os.makedirs(os.path.join(etc, path))
    shutil.copy(os.path.join(daemon.modules, "bootfile.so"), folder)
    write(os.path.join(etc, "passwd"), "root:x:0:0::/:/bin/sh\nwdspxe:x:4242:4242::/:/bin/sh\n")
    write(os.path.join(etc, "group"), "root:x:0:\nwdspxe:x:4242:\n")
    write(os.path.join(folder, "wdspxed.conf"), f'state-dir = "{daemon.state_dir}";\n')
    write(os.path.join(folder, "providers.d/50-bootfile.conf"),
          'name = "bootfile";\nmodule = "/etc/wdspxed/bootfile.so";\n'
          'settings: { boot = ({ file = "a"; }); };\n')
    run("chmod", "-R", "u=rwX,go=rX", etc)

    def check_it():
        # The unit of a package, where it is installed, is hidden.
        process = daemon.host.start([
            "unshare", "-m", "sh", "-c", 'mount --bind "$0" /etc && for local in "" /local; do '
            'units=/usr$local/lib/systemd/system; [ ! -d $units ] || mount -t tmpfs none $units; done && '
            'exec "$1" -t', etc, daemon.program], "wdspxed-t")
        return process.wait(20), process.text()
    return etc, check_it


def test_root_is_told_what_the_user_of_the_service_cannot_read():
    # -t as root said that all was well, and the service did not start.
    with Network() as net:
        etc, check_it = service(net)
        unit = os.path.join(etc, "systemd/system/wdspxed.service")
        dropin = os.path.join(etc, "wdspxed/providers.d/50-bootfile.conf")
        os.chmod(dropin, 0o600)
        assert check_it()[0] == OK      # no service
        write(unit, "[Service]\nUser=root\n")
        assert check_it()[0] == OK
        os.mkdir(unit + ".d")
        write(os.path.join(unit + ".d", "user.conf"), "[Service]\nUser=wdspxe\n")
        whose = "the service's user wdspxe cannot read it"
        advice = "allow that with chmod o+r, or with chgrp wdspxe and chmod g+r"
        for path, mode, told_of in (
                ("providers.d/50-bootfile.conf", 0o600,
                 f"/etc/wdspxed/providers.d/50-bootfile.conf: {whose}: {advice} [W0105]\n"),
                ("bootfile.so", 0o700, f"/etc/wdspxed/bootfile.so: {whose}: {advice} [W0105]\n"),
                ("wdspxed.conf", 0o640, f"/etc/wdspxed/wdspxed.conf: {whose}: {advice} [W0105]\n"),
                ("providers.d", 0o700,
                 f"/etc/wdspxed/providers.d/50-bootfile.conf: {whose}, because "
                 "/etc/wdspxed/providers.d is closed to others: open that with chmod o+x [W0105]\n")):
            path = os.path.join(etc, "wdspxed", path)
            before = os.stat(path).st_mode
            os.chmod(path, mode)
            status, said = check_it()
            assert status == WRONG and told_of in said and "not valid" in said, said
            os.chmod(path, before if path != dropin else 0o640)
        assert check_it()[0] == WRONG
        os.chown(dropin, 0, 4242)       # its group may
        status, said = check_it()
        assert status == OK and "configuration OK" in said, said


def refused_reload(daemon):
    """What wdspxectl says of a reload that fails."""
    try:
        daemon.ctl("reload")
    except LabError as error:
        return str(error)
    raise AssertionError(f"the reload went well; the log:\n{daemon.log()}")


def test_a_mistake_is_told_once_at_start_and_at_a_reload():
    # C6, C7: what bootfile finds was printed twice at a start, and three times at a reload.
    with Network() as net:
        daemon = setup(net)
        right = head(daemon) + 'settings: { boot = ( { file = "a"; } ); };\n'
        wrong = head(daemon) + 'settings: { boot = ( { fille = "a"; },\n{ mac = "x"; } ); };\n'
        other = right.replace('"bootfile"', '"other"')
        write(daemon.dropin, wrong)
        write(os.path.join(daemon.providers_dir, "60-other.conf"), other)
        daemon.start()
        log = daemon.stop()
        for words in (r"boot\[0\]\.fille: unknown setting", r"boot\[1\]\.mac: ",
                      r"is disabled: see above"):
            assert len(re.findall(words, log)) == 1, log
        assert "Initialize returned" not in log, log

        write(daemon.dropin, right)
        daemon.start()
        write(daemon.dropin, wrong)
        said = refused_reload(daemon)
        assert re.search(rf"{daemon.dropin}:3: boot\[0\]\.fille: unknown setting", said), said
        write(daemon.dropin, right.replace('"a"', '"b"'))
        daemon.ctl("reload")
        daemon.wait_log(r"reloaded ")
        write(daemon.conf, "thread = 1;\nlog-level = \"x\";\n" + paths(daemon))
        said = refused_reload(daemon)
        assert re.search(r'1: unknown key "thread".* \(and 1 more: see the log\)', said), said
        log = daemon.stop()
        for words in (r"boot\[0\]\.fille: unknown setting", r"boot\[1\]\.mac: ",
                      r"did not start: see above",
                      r"unknown key \"thread\"", r"log-level must be"):
            assert len(re.findall(words, log)) == 1, log
        assert log.count("the reload failed, nothing has changed: ") == 2, log
        assert log.count("see above") == 2 and "Initialize returned" not in log, log


def expect(daemon, path, words):
    status, said = check(daemon)
    assert status == WRONG and re.search(re.escape(path) + r"(:\d+)?: .*" + words, said), said


def test_what_is_no_file_is_no_configuration():
    with Network() as net:
        daemon = setup(net)
        os.unlink(daemon.conf)
        os.mkfifo(daemon.conf)
        expect(daemon, daemon.conf, "not a regular file")
        os.unlink(daemon.conf)
        os.mkdir(daemon.conf)
        expect(daemon, daemon.conf, "not a regular file")
        os.rmdir(daemon.conf)
        write(daemon.conf, b"# " + b"a" * (2 << 20))
        expect(daemon, daemon.conf, "larger than")
        daemon.write_config()
        fifo = os.path.join(daemon.modules, "fifo.so")
        os.mkfifo(fifo)
        write(daemon.dropin, f'name = "b";\nmodule = "{fifo}";\n')
        expect(daemon, daemon.dropin, "fifo.so.* not a regular file")


def checked_json(daemon):
    """wdspxed -t --json: its status, the objects, and what else it said."""
    done = run_in(daemon, "-t", "--json")
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr


def run_in(daemon, *arguments):
    return ended(["ip", "netns", "exec", daemon.host.namespace, daemon.program, "-c", daemon.conf, *arguments],
                 capture_output=True, text=True, timeout=20)


def test_a_check_tells_all_and_as_objects():
    # Names twice, a number that does not fit, two lists, no name: each ended the reading of its file.
    with Network() as net:
        daemon = setup(net)
        write(daemon.conf, paths(daemon) + 'log-level = "x";\nlisten: { pxe = false; };\n')
        write(daemon.dropin, f'module = "{daemon.modules}/bootfile.so";\nthreads = 2;\nThreads = 3;\nTRY = 5;\n'
              'settings: { boot = ( { file = "a"; File = "b"; mac = "1"; } ); Boot = 4; };\n')
        line = paths(daemon).count("\n")
        other = os.path.join(daemon.providers_dir, "60-b.conf")
        write(other, 'name = "b";\nthreads = 99999999999;\npending-timeout = 99999999999;\n')
        status, found, rest = checked_json(daemon)
        assert status == WRONG and all(set(f) <= {"id", "level", "file", "line", "provider", "sentence", "remedy"}
                                       for f in found), (status, found, rest)
        places = [(f["id"], os.path.basename(f["file"]), f.get("line")) for f in found]
        for one in (("W0117", "wdspxed.conf", line + 1), ("W0131", "wdspxed.conf", line + 2),
                    ("W0112", "50-bootfile.conf", 3), ("W0118", "50-bootfile.conf", None),
                    ("W0114", "50-bootfile.conf", 4), ("W0112", "50-bootfile.conf", 5),
                    ("W0142", "50-bootfile.conf", 5), ("W0116", "60-b.conf", 2), ("W0116", "60-b.conf", 3)):
            assert one in places, (one, places, rest)
        assert places.count(("W0112", "50-bootfile.conf", 5)) == 2, places
        assert places.count(("W0142", "50-bootfile.conf", 5)) == 1, places   # nothing follows from a name that is there twice
        first = found[0]
        assert first == {"id": "W0117", "level": "error", "file": daemon.conf, "line": line + 1,
                         "sentence": 'log-level must be error, warning, notice, info or debug, not "x"',
                         "remedy": "write one of the words that the line names"}, first
        # What is found out about a file that is named, too: the remedy is said once.
        os.unlink(other)
        write(daemon.conf, paths(daemon))
        write(daemon.dropin, head(daemon) + 'settings: { boot = ( { file = "a"; server = "127.0.0.1"; } ); };\n')
        done = run_in(daemon, "-t", "--json", "--files")
        silent, = [json.loads(line) for line in done.stdout.splitlines()]
        assert silent["id"] == "W0402" and silent["line"] == 3 and silent["file"] == daemon.dropin, silent
        assert silent["sentence"].startswith("tftp://127.0.0.1/a: the file server does not answer ("), silent
        assert silent["sentence"][-1] == ")" and silent["remedy"].startswith("is it running"), silent
        write(other, 'name = "b";\nthreads = 99999999999;\n')
        write(daemon.dropin, f'module = "{daemon.modules}/bootfile.so";\n')
        # The main file cannot be read: the files beside it are looked at all the same.
        write(daemon.conf, "threads = ;\n")
        os.rename(daemon.providers_dir, os.path.join(os.path.dirname(daemon.conf), "providers.d"))
        status, found, rest = checked_json(daemon)
        ids = [f["id"] for f in found]
        assert status == WRONG and ids[0] == "W0106" and "W0116" in ids and "W0118" in ids, (found, rest)
        for arguments, why in (("--json", "--json goes with -t"), ("foo", '"foo" is no option'),
                               ("-tT", "-t and -T do not go together")):
            done = run_in(daemon, arguments)
            assert done.returncode == 2 and done.stderr.startswith(f"wdspxed: {why}\nusage: "), done.stderr


def ids(said):
    return re.findall(r"\[(W\d{4})\]$", said, re.M)


def test_what_is_wrong_with_files_and_not_in_them_has_an_id_too():
    with Network() as net:
        daemon = setup(net)
        assert ids(check(daemon)[1]) == []
        twin = os.path.join(daemon.providers_dir, "60-b.conf")
        shutil.copy(daemon.dropin, twin)
        assert ids(check(daemon)[1]) == ["W0124"]
        os.unlink(twin)
        os.chmod(daemon.dropin, 0o666)
        assert "W0102" in ids(check(daemon)[1])
        os.chmod(daemon.dropin, 0o644)
        overlay = os.path.join(daemon.state_dir, "registry", "bootfile.conf")
        os.makedirs(os.path.dirname(overlay), exist_ok=True)
        write(overlay, "by hand = 1;\n")
        assert "W0129" in ids(check(daemon)[1])
        # What it was set over is another by now: the administrator's is used, and a start says so.
        write(overlay, '# wdspxed-registry 1\nchanges = ( { path = "";\n  name = "response-delay"; '
              'type = "REG_DWORD"; data = 70; over = "0123456789abcdef"; } );\n')
        daemon.start()
        assert ids(daemon.log()) == ["W0128"], daemon.log()
        daemon.stop()
        os.rename(daemon.dropin, daemon.dropin + ".off")
        assert ids(check(daemon)[1]) == ["W0135"]
        os.unlink(daemon.conf)
        assert ids(check(daemon)[1]) == ["W0101"]


def test_what_a_program_has_set_wrong_is_told_with_its_own_file():
    with Network() as net:
        daemon = setup(net)
        overlay = os.path.join(daemon.state_dir, "registry", "bootfile.conf")
        os.makedirs(os.path.dirname(overlay), exist_ok=True)
        write(overlay, '# wdspxed-registry 1\nchanges = ( { path = "";\n  name = "response-delay"; '
              'type = "REG_DWORD"; data = 70000; } );\n')
        write(daemon.dropin, head(daemon) + 'settings: { boot = ({ file = "a"; }); };\n')
        status, said = check(daemon)
        assert status == WRONG and f"bootfile: {overlay}:3: settings.response-delay: must be a number" in said, said
        assert "provider bootfile is disabled: see above" in said, said
        assert re.search(rf"^    response-delay = 70000; +# {overlay}:3$", run_in(daemon, "-T").stdout, re.M)


def test_a_mistake_in_a_list_ends_as_one_of_the_settings_does():
    with Network() as net:
        daemon = setup(net)
        listed = os.path.join(daemon.folder, "list.csv")
        write(listed, "mac,name\n52:54:00:77:00,pc1\n")
        write(daemon.dropin, head(daemon) +
              f'settings: {{ machines = "{listed}"; boot = ( {{ file = "a"; }} ); }};\n')
        for mistake in (f"{listed}:2: ", f"{listed}: the list is not read"):
            status, said = check(daemon)
            assert status == WRONG and f"bootfile: {mistake}" in said, said
            assert "provider bootfile is disabled: see above" in said and "error 13" not in said, said
            if os.path.exists(listed):
                os.unlink(listed)


def test_the_configuration_in_force_can_be_read_back():
    with Network() as net:
        daemon = setup(net)
        write(daemon.conf, paths(daemon) + 'stop-grace = 0.1;\nlimits: { rate = 9; };\ntrace-mask = 0x1f0001;\n')
        write(daemon.dropin, head(daemon) + 'threads = 0;\nsettings:\n{\n  boot = (\n    { arch = [ 7, 9 ]; '
              'file = "a\\\\b \\"q\\" \u00e9"; }\n  );\n  big = 3000000000L; half = 0.5; no = false;\n};\n')
        line = paths(daemon).count("\n")
        done = run_in(daemon, "-T")
        assert (done.returncode, done.stderr) == (0, ""), done
        assert re.search(rf"^stop-grace = 0\.1; +# {daemon.conf}:{line + 1}$", done.stdout, re.M), done.stdout
        assert re.search(r"^threads = 4; +# default$", done.stdout, re.M), done.stdout
        assert re.search(rf"^    rate = 9; +# {daemon.conf}:{line + 2}$", done.stdout, re.M), done.stdout
        assert re.search(rf"^            arch = \[ 7, 9 \]; +# {daemon.dropin}:7$", done.stdout, re.M), done.stdout
        # Every key of the manual is there.
        with open(os.path.join(TREE, "conf/wdspxed.conf"), encoding="utf-8") as file:
            for key in re.findall(r"^ *([a-z][a-z-]*) *=", file.read(), re.M):
                assert re.search(rf"^ *{key} = ", done.stdout, re.M), key
        files = re.split(r"^# configuration file (.*):\n", done.stdout, flags=re.M)[1:]
        for path, text in zip(files[::2], files[1::2]):
            write(path, text)
        again = run_in(daemon, "-T")
        bare = [re.sub(r" *# .*", "", text) for text in (done.stdout, again.stdout)]
        assert again.returncode == 0 and bare[0] == bare[1], again.stdout
        # Mistakes are told, and the rest is printed.
        write(daemon.conf, paths(daemon) + "threads = 0;\nstop-grace = 2.0;\n")
        done = run_in(daemon, "-T")
        assert done.returncode == WRONG and "[W0115]" in done.stderr and "stop-grace = 2.0;" in done.stdout, done


def test_a_finding_that_is_ignored_is_not_told():
    # One of the file itself, one of a provider, one of the daemon; each is told without the key.
    with Network() as net:
        daemon = setup(net)
        write(daemon.dropin, head(daemon) + 'settings: { boot = ({ file = "a"; }, { file = "b"; }); };\n')
        main = paths(daemon) + 'listen: { interfaces = [ "eth0", "eht1" ]; pxe = false; };\n'
        write(daemon.conf, main)
        status, said = check(daemon)
        assert status == OK and all(f"[{id}]" in said for id in ("W0131", "W0134", "W0161")), said
        write(daemon.conf, main + 'ignore-findings = [ "W0131", "W0161", "W0134" ];\n')
        status, said = check(daemon)
        assert (status, told(daemon, said)) == (OK, []), said
        # A reload takes the key, and gives it back.
        daemon.start()
        assert "[W0" not in daemon.log(), daemon.log()
        write(daemon.conf, main)
        daemon.reload()
        daemon.wait_log(r"\[W0134\]")
        assert "[W0131]" in daemon.log(), daemon.log()
        daemon.stop()


def why(*arguments, program="why"):
    done = ended([os.path.join(build(), "wdspxectl"), program, *arguments], capture_output=True, timeout=20)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def test_an_id_is_explained_without_a_daemon():
    status, words, errors = why("W0201")
    assert (status, errors) == (0, "") and words.startswith("W0201  lease-but-not-4011 (notice)\n\n"), words
    assert "CLIENT took its lease from ADDRESS, and then asked nothing on port 4011" in words, words
    assert all(len(line) <= 80 for line in words.splitlines()), words
    # As it is copied from a line, in small letters, or by its name.
    for word in ("[W0201]", "w0201", "lease-but-not-4011"):
        assert why(word) == (0, words, ""), word
    status, text, _ = why("W0114", "--json")
    row, = json.loads(text)["findings"]
    assert status == 0 and row["id"] == "W0114" and row["level"] == "error" and "page" in row, row
    status, text, _ = why()
    assert status == 0 and "\nW0114  wrong-type\n" in text, text
    assert len(json.loads(why("--json")[1])["findings"]) == len(text.splitlines())
    assert why("W0999") == (1, "", 'wdspxectl: there is no finding "W0999"; wdspxectl why lists all\n')
    assert 'did you mean "wrong-type"?' in why("wrong-tpye")[2]
    assert why("why", "W011", program="--complete")[1].splitlines() == [f"W011{n}" for n in range(10)]


SO_TIMESTAMPNS = 35


def test_who_ends_with_a_mistake_gives_journald_time():
    """journald asks the process to which unit its line belongs, once it has read it: the last line and
    the end are half a second apart. A journald of ours, and the kernel's time of each line."""
    with Network() as net:
        daemon = setup(net)
        write(daemon.dropin, 'name = "bootfile";\nmodul = "x";\n')
        folder = net.private("journal")
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as journald:
            journald.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
            journald.bind(f"{folder}/socket")
            journald.setblocking(False)
            process = daemon.host.start(["unshare", "-m", "sh", "-c", (
                'mount -t tmpfs none /run; mkdir -p /run/systemd/journal; mount --bind "$0" '
                '/run/systemd/journal; export JOURNAL_STREAM="$(stat -Lc %d:%i /proc/self/fd/2)"; '
                'exec "$@"'), folder, daemon.program, "-c", daemon.conf], "wdspxed")
            status, end = process.wait(20), time.time()
            lines, last = [], 0
            while True:
                try:
                    line, more, _flags, _from = journald.recvmsg(65536, 64)
                except BlockingIOError:
                    break
                lines.append(line.decode())
                seconds, nanoseconds = struct.unpack("@ll", more[0][2])
                last = seconds + nanoseconds / 1e9
        assert status == 78 and any("50-bootfile.conf" in line for line in lines), (status, lines)
        assert end - last >= 0.5, f"{end - last:.3f} s"
