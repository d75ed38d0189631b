"""Lists of machines, and their reload: a list that changed is taken without a new instance of the provider
and without a lost request; a bad one leaves the old one in force, and is named.
"""

import os
import re
import threading

from lab import Network, dhcp
from lab.daemon import Daemon, build
from lab.process import ASKING, LabError, Skip, until

MAC = "52:54:00:77:00:01"


class Lab:
    def __init__(self, net, text):
        lan = net.segment("lan")
        boot = net.host("boot", "10.77.0.2/24", on=lan)
        self.client = net.host("client", on=lan)
        self.daemon = Daemon(boot, boot=[{"group": "lab", "file": "lab.0"}, {"file": "other.0"}],
                             settings={"machines": "LIST"})
        self.path = os.path.join(self.daemon.folder, "machines.csv")
        dropin = os.path.join(self.daemon.providers_dir, "50-bootfile.conf")
        with open(dropin, encoding="utf-8") as file:
            settings = file.read().replace('"LIST"', f'"{self.path}"')
        with open(dropin, "w", encoding="utf-8") as file:
            file.write(settings)
        self.write(text)
        self.daemon.start()
        self.socket = self.client.udp(68)

    def write(self, text):
        """As editors do: another file in its place."""
        with open(self.path + ".new", "w", encoding="utf-8") as file:
            file.write(text)
        os.rename(self.path + ".new", self.path)

    def offer(self, mac=MAC):
        self.socket.send(dhcp.discover(mac, 0).encode())
        return dhcp.V4.parse(self.socket.receive().payload)

    def file(self, mac=MAC):
        return self.offer(mac).file


def test_a_changed_list_is_taken_without_a_new_instance():
    with Network() as net:
        it = Lab(net, f"mac,name,group\n{MAC},pc1,lab\n")
        assert (it.file(), it.file("52:54:00:77:00:02")) == ("lab.0", "other.0")
        it.write("mac,name,group,file\n52:54:00:77:00:02,pc2,lab,\n52:54:00:77:00:03,pc3,,own.0\n")
        it.daemon.ctl("reload")
        it.daemon.wait_log("new lists of machines: 2 lines")
        files = [it.file(mac) for mac in (MAC, "52:54:00:77:00:02", "52:54:00:77:00:03")]
        assert files == ["other.0", "lab.0", "own.0"], files
        it.daemon.ctl("reload")     # nothing has changed
        assert it.daemon.log().count("new lists of machines") == 1
        assert "new settings" not in it.daemon.log() and "restarted" not in it.daemon.log()
        assert it.daemon.log().count("bootfile: running") == 1


def test_what_a_line_boots_changes_with_its_list():
    """What was prepared for one list's lines serves no other's."""
    macs = [f"52:54:00:77:00:0{n}" for n in (1, 2, 3)]

    def text(turn):
        """The first two boot the same, the third one elsewhere; and by the next list all something else."""
        return "mac,file,server\n" + "".join(
            f"{mac},boot.{turn + (n == 2)},{'10.77.0.8' if n == 2 else ''}\n" for n, mac in enumerate(macs))

    with Network() as net:
        it = Lab(net, text(0))
        for turn in range(6):
            for _ in range(2):
                for n, mac in enumerate(macs):
                    offer = it.offer(mac)
                    assert (offer.file, offer.siaddr) == (f"boot.{turn + (n == 2)}",
                                                          "10.77.0.8" if n == 2 else "10.77.0.2"), (turn, offer)
            it.write(text(turn + 1))
            it.daemon.ctl("reload")
        assert it.daemon.log().count("bootfile: running") == 1


def test_a_bad_list_leaves_the_old_one_in_force():
    with Network() as net:
        it = Lab(net, f"mac,name,group\n{MAC},pc1,lab\n")
        it.write(f"mac,name,group\n{MAC},pc1,lab\n52:54:00:77:00,pc2,lab\n")
        try:
            it.daemon.ctl("reload")
        except LabError as failure:
            assert f"{it.path}:3: " in str(failure) and "[W0165]" in str(failure), failure
            assert "error 13" not in str(failure), failure
        else:
            raise AssertionError("the reload went well")
        it.daemon.wait_log("the reload failed, nothing has changed: provider bootfile does not take its "
                           "files: see above")
        assert it.daemon.log().count(f"{it.path}:3: ") == 1, it.daemon.log()
        assert it.file() == "lab.0"
        os.unlink(it.path)
        try:
            it.daemon.ctl("reload")
        except LabError as failure:
            assert "[W0166]" in str(failure), failure
        else:
            raise AssertionError("the reload went well")
        assert it.file() == "lab.0"
        it.write(f"mac,group\n{MAC},other\n")
        it.daemon.ctl("reload")
        assert it.file() == "other.0"


def test_a_bad_list_behind_a_good_one_is_told_with_what_is_in_force():
    with Network() as net:
        it = Lab(net, f"mac,group\n{MAC},lab\n")
        second = os.path.join(it.daemon.folder, "second.csv")
        with open(second, "w", encoding="ascii") as file:
            file.write("mac,group\n")
        with open(os.path.join(it.daemon.providers_dir, "50-bootfile.conf"), encoding="utf-8") as file:
            settings = file.read()
        for name in ("60-second", "70-third"):
            it.daemon.write_provider(f"{name}.conf", settings.replace(it.path, second)
                                     .replace('"bootfile"', f'"{name}"', 1))
        it.daemon.ctl("reload")
        it.write(f"mac,group\n{MAC},other\n")
        with open(second, "a", encoding="ascii") as file:
            file.write("52:54:00:77:00,lab\n")
        told = '; provider "bootfile" has read its files again, and goes by what they say now'
        try:
            it.daemon.ctl("reload")
        except LabError as failure:
            assert f"{second}:2: " in str(failure) and told in str(failure), failure
        else:
            raise AssertionError("the reload went well")
        it.daemon.wait_log("the reload failed: .*; provider \"bootfile\" has read its files again")
        log = it.daemon.log()
        assert "nothing has changed" not in log and '"60-second" has read' not in log, log
        assert it.file() == "other.0"
        it.write("mac,group\n52:54:00:77,lab\n")     # none before it, none is named
        try:
            it.daemon.ctl("reload")
        except LabError as failure:
            assert f"{it.path}:2: " in str(failure) and "has read" not in str(failure), failure
        else:
            raise AssertionError("the reload went well")
        it.daemon.wait_log("the reload failed, nothing has changed: ")
        assert it.file() == "other.0"


def _refused(it, word):
    """The reload fails and says so; what was read before stays in force."""
    try:
        it.daemon.ctl("reload")
    except LabError as failure:
        assert word in str(failure) and "[W0166]" in str(failure), failure
    else:
        raise AssertionError("the reload went well")
    assert it.file() == "lab.0"


def test_a_list_that_was_emptied_drops_no_machine():
    with Network() as net:
        it = Lab(net, f"mac,group\n{MAC},lab\n")
        os.truncate(it.path, 0)     # as by a program that is about to write, or on a full disk
        _refused(it, "it is empty")
        it.write("# none at this time\n")
        it.daemon.ctl("reload")
        assert it.file() == "other.0"


def test_a_list_is_not_taken_while_it_is_written():
    text = f"mac,group\n{MAC},lab\n" + "".join(f"5254{n:08x},lab\n" for n in range(200000))
    with Network() as net:
        it = Lab(net, text)
        ended = threading.Event()

        def write():
            with open(it.path, "r+b", buffering=0) as file:
                while not ended.is_set():
                    file.seek(0)
                    file.write(b"mac")

        writer = threading.Thread(target=write)
        writer.start()
        try:
            _refused(it, "it was written meanwhile")
        finally:
            ended.set()
            writer.join()
        it.daemon.ctl("reload")
        it.daemon.wait_log("new lists of machines: 200001 lines")


def test_reloads_of_a_long_list_need_no_more_each_time():
    """What is replaced goes back to the system, and does not lie between what is small."""
    if "asan" in build() or "tsan" in build():
        raise Skip("a sanitizer keeps what is freed")

    def resident(it):
        with open(f"/proc/{it.daemon.process.pid}/status", encoding="ascii") as file:
            return int(re.search(r"VmRSS:\s+(\d+)", file.read())[1])

    def take(it, lines, turn):
        it.write("mac,name,group\n" + "".join(f"0246{n + turn:08x},n{n},lab\n" for n in range(lines)))
        it.daemon.ctl("reload")
        return resident(it)

    with Network() as net:
        it = Lab(net, f"mac,group\n{MAC},lab\n")
        few, first = resident(it), take(it, 400000, 0)
        later = [take(it, 400000, turn) for turn in range(1, 7)]
        assert first > few + 20000 and max(later) < 1.2 * first, (few, first, later)
        last = take(it, 10, 7)
        assert last < few + 4000, (few, first, later, last)


def test_no_request_is_lost_while_lists_are_reloaded():
    with Network() as net:
        it = Lab(net, f"mac,group\n{MAC},lab\n")
        for turn in range(6):
            group = ("lab", "other")[turn % 2]
            it.write("mac,group\n" + "".join(f"5254{n:08x},{group}\n" for n in range(20000)) +
                     f"{MAC},{group}\n")
            it.daemon.reload()
            for n in range(10):     # by one of the two tables, and by nothing between
                assert it.file(f"52:54:00:88:{turn:02x}:{n:02x}") == "other.0"
                assert it.file() in ("lab.0", "other.0")
            file = f"{group}.0"
            until(lambda file=file: it.file() == file, 10, f"{file} by the new list", ASKING)
        it.daemon.wait_log("new lists of machines: 20001 lines")
