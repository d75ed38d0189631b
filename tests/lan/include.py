"""Entries of other files: include = "bootfile.d/*.conf". Each keeps its file and line, a reload takes what
was added, changed or removed, and what others may write is not trusted.
"""

import os

from lab import Network, dhcp
from lab.daemon import Daemon

MAC = "52:54:00:77:00:01"


class Lab:
    def __init__(self, net):
        lan = net.segment("lan")
        self.boot = net.host("boot", "10.77.0.2/24", on=lan)
        self.s68 = net.host("client", on=lan).udp(68)
        self.daemon = Daemon(self.boot, boot=[{"arch": "x86-bios", "file": "bios.0"}],
                             include="bootfile.d/*.conf")
        self.dropin = os.path.join(self.daemon.providers_dir, "50-bootfile.conf")
        self.folder = os.path.join(self.daemon.providers_dir, "bootfile.d")
        os.mkdir(self.folder, 0o755)

    def write(self, name, *entries):
        with open(os.path.join(self.folder, name), "w", encoding="utf-8") as file:
            file.write("boot = (\n" + ",\n".join(entries) + " );\n")
        return os.path.join(self.folder, name)

    def check(self, option="-t"):
        process = self.boot.start([self.daemon.program, "-c", self.daemon.conf, option], "wdspxed-t")
        return process.wait(20), process.text()

    def reload(self):
        return self.daemon.ctl("reload")

    def file_of(self, arch):
        """What a client of that architecture is offered at once; "": an answer that names no file."""
        self.s68.send(dhcp.discover(MAC, arch, vendor_class=f"PXEClient:Arch:{arch:05}:UNDI:003016").encode())
        return dhcp.V4.parse(self.s68.receive().payload).file

    def why(self, arch):
        """What explain says of it, which names the entry that decides."""
        return self.daemon.ctl("explain", "--mac", MAC, "--arch", str(arch), "--json")


def entry(arch, file):
    return f'{{ arch = {arch}; file = "{file}"; shape = "direct"; }}'


def test_a_reload_takes_files_that_come_change_and_go():
    with Network() as net:
        lab = Lab(net)
        lab.write("20-b.conf", entry(7, "b.efi"))
        lab.daemon.start()
        assert (lab.file_of(0), lab.file_of(7)) == ("bios.0", "b.efi")
        lab.write("10-a.conf", entry(7, "a.efi"))           # before it, in the order of names
        lab.reload()
        assert lab.file_of(7) == "a.efi"
        path = lab.write("10-a.conf", entry(6, "x86.efi"), entry(7, "a2.efi"))
        lab.reload()
        assert lab.file_of(7) == "a2.efi"
        assert path in lab.why(7), lab.why(7)
        lab.daemon.wait_log(r"10-a\.conf:3")
        os.rename(path, os.path.join(lab.folder, "15-c.conf"))      # nothing but the name
        lab.reload()
        assert "15-c.conf" in lab.why(7)
        os.unlink(os.path.join(lab.folder, "15-c.conf"))
        lab.reload()
        assert lab.file_of(7) == "b.efi"
        assert "new settings" not in lab.reload()           # nothing has changed


def test_a_mistake_keeps_the_old_entries_and_names_its_file():
    with Network() as net:
        lab = Lab(net)
        path = lab.write("20-b.conf", entry(7, "b.efi"))
        lab.daemon.start()
        lab.write("20-b.conf", entry(7, "b.efi"), '{ arch = "x64"; file = "c"; }',
                  '{ arch = "x86-bios"; file = "d"; }')
        status, said = lab.check()
        assert status == 78 and f"{path}:3: boot[2].arch: unknown architecture" in said, said
        assert f"{path}:4: boot[3]: is never used: boot[0] ({lab.dropin}:" in said, said
        lab.daemon.reload()
        lab.daemon.wait_log(r"20-b\.conf:3: boot\[2\]\.arch")
        assert lab.file_of(7) == "b.efi"


def test_what_is_said_of_all_entries_together_names_their_files():
    with Network() as net:
        lab = Lab(net)
        codes = ", ".join(f"{{ code = {code}; }}" for code in range(128, 145))
        path = lab.write("20-b.conf", entry(7, "b.efi"),
                         f'{{ arch = 6; request-option = ( {codes} ); file = "c"; }}')
        status, said = lab.check()
        assert status == 78 and f"boot[2] ({path}:3) and those before it look at more" in said, said
        path = lab.write("20-b.conf", '{ arch = 7; server = "10.77.0.9";\n'
                         'menu = { items = ( { text = "A";\nfile = "a.efi"; } ); }; }')
        status, said = lab.check()
        assert status == 0 and f'{path}:3: boot[1].menu: UEFI firmware loads the file of "A"' in said, said


def test_what_is_in_force_is_printed_with_its_files():
    with Network() as net:
        lab = Lab(net)
        path = lab.write("20-b.conf", entry(7, "b.efi"))
        status, said = lab.check("-T")
        assert status == 0 and f'# include: "{path}"' in said and f"{path}:2" in said, said
        status, said = lab.check()
        assert status == 0 and "1 provider, 2 entries" in said, said


def test_a_file_that_others_may_write_is_not_trusted():
    with Network() as net:
        lab = Lab(net)
        path = lab.write("20-b.conf", entry(7, "b.efi"))
        os.chmod(path, 0o666)
        status, said = lab.check()
        assert status == 78 and f"{path}: not trusted: " in said and "[W0102]" in said, said
        os.chmod(path, 0o644)
        os.chmod(lab.folder, 0o777)
        status, said = lab.check()
        assert status == 78 and "not trusted: " in said and lab.folder in said, said
