"""A hundred thousand hosts, in each form in which they may be written: what is resident, and a reload that
changes all of them: how much processor time it takes, and what is resident then."""

import glob
import os
import time

from lab import Network, timeout, until
from lab.counted import STORM, Crowd, mac, must_be_countable, resident, small_pages, uuid

HOSTS = 100000
KNOWN, UNKNOWN, NEIGHBOURS = 1, 0x40000000, 0x50000000      # the first number of each
CEILING, CEILING_AFTER, CEILING_SECONDS = 1.05, 1.2, 2
NUMBERS = range(1, HOSTS + 1)


# ---- the forms: `change` makes another file, or other machines --------------------------------------------

def one_entry(key, values, change):
    return "{ %s = [\n%s ]; file = \"host.%d\"; }" % (key, ",\n".join(f'"{value}"' for value in values), change)


def entries(_path, change):
    return ",\n".join(f'{{ mac = "{mac(n)}"; file = "host.{change}"; }}' for n in NUMBERS)


def files(_path, change):
    """As many files as there are hosts."""
    return ",\n".join(f'{{ mac = "{mac(n)}"; file = "pc{n}.{change}"; }}' for n in NUMBERS)


def beginnings(_path, change):
    return one_entry("mac", ["52:54:00:00:*", *(f"aa:{n >> 16:02x}:{n >> 8 & 255:02x}:{n & 255:02x}:"
                                                + ("07:*" if n % 2 else "*") for n in NUMBERS)], change)


def subnets(_path, change):
    return one_entry("subnet", [f"172.{16 + (n >> 12)}.{n >> 4 & 255}.{(n & 15) << 4}/28" for n in NUMBERS], change)


def a_list(path, change):
    with open(path + ".new", "w", encoding="ascii") as file:
        file.write("mac,name,group\n" + "".join(f"{mac(n)},pc{n}-{change},lab\n" for n in NUMBERS))
    os.rename(path + ".new", path)
    return '{ group = "lab"; file = "host.0"; }'


def write(daemon, form, path, change):
    machines = f'machines = "{path}"; ' if form is a_list else ""
    daemon.write_provider("50-bootfile.conf", f"""name = "bootfile";
module = "{os.path.join(daemon.modules, "bootfile.so")}";
settings = {{ {machines}boot = (
{form(path, change)},
{{ arch = "x86-bios"; file = "other.{change}"; }}, {{ arch = "x64-uefi"; file = "other.efi"; }} ); }};
""")


def seconds(daemon):
    """Of processor time, that all its threads have had."""
    with open(f"/proc/{daemon.process.pid}/stat", encoding="ascii") as file:
        return sum(map(int, file.read().rpartition(")")[2].split()[11:13])) / os.sysconf("SC_CLK_TCK")


def ask(crowd, daemon, first):
    for n, way in enumerate(("broadcast", "relay", "4011")):
        crowd.storm(daemon, way, first + n * STORM)


def sleeps(daemon):
    """Whether none of its threads works, or waits for a processor."""
    for path in glob.glob(f"/proc/{daemon.process.pid}/task/*/stat"):
        with open(path, encoding="ascii", errors="replace") as file:
            if file.read().rpartition(")")[2].split()[0] != "S":
                return False
    return True


def settled(daemon):
    """KiB that are resident, when the old instance has gone: nothing is done any more, for a second."""
    last = []

    def stands():
        last.append((resident(daemon), seconds(daemon)) if sleeps(daemon) else None)
        time.sleep(0.5)
        return last[-1] and len(last) > 2 and last[-1] == last[-2] == last[-3]

    until(stands, 60, "what is resident stands")
    return last[-1][0]


def judge(what, found, known, ceiling):
    print(f"note: {what}: {found} KiB, where {known} is usual")
    return [] if found <= ceiling * known else [f"{what}: {found} KiB, where {known} is usual"]


def measure(crowd, name, form, known):
    """`known`: the KiB that the daemon has in memory then."""
    daemon = crowd.daemon(config={"log-level": "warning"})
    path = os.path.join(crowd.net.private("list"), "machines")
    write(daemon, form, path, 0)
    daemon.start(ready=120)
    crowd.meet(NEIGHBOURS)
    ask(crowd, daemon, UNKNOWN)
    before = settled(daemon)
    dear = judge(name, before, known, CEILING)
    for change in (1, 2):
        write(daemon, form, path, change)
        began = seconds(daemon)
        daemon.ctl("reload")
        after, took = settled(daemon), seconds(daemon) - began
        ask(crowd, daemon, UNKNOWN + 10000 * change)
        dear += judge(f"{name}, reload {change}, in {took:.1f} s of processor time", after, before, CEILING_AFTER)
        dear += [f"{name}: a reload took {took:.1f} s"] if took > CEILING_SECONDS else []
    assert crowd.one("broadcast", KNOWN) == {a_list: "host.0", files: "pc1.2"}.get(form, "host.2") \
        or form is subnets
    daemon.stop()
    return dear


def all_is_cheap(name, form, known):
    must_be_countable()
    small_pages()
    with Network() as net:
        dear = measure(Crowd(net), name, form, known)
    assert not dear, "\n".join(dear)


# ---- each is a test: one that is cut short by time leaves those before it judged --------------------------

@timeout(200)
def test_an_entry_for_each_mac():
    all_is_cheap("an entry for each MAC", entries, 17700)


@timeout(200)
def test_an_entry_and_a_file_for_each_mac():
    all_is_cheap("an entry and a file for each MAC", files, 19450)


@timeout(200)
def test_macs_in_one_entry():
    all_is_cheap("MACs in one entry", lambda _path, change: one_entry("mac", map(mac, NUMBERS), change), 11400)


@timeout(200)
def test_beginnings_of_macs():
    all_is_cheap("beginnings of MACs", beginnings, 12200)


@timeout(200)
def test_uuids():
    all_is_cheap("UUIDs", lambda _path, change: one_entry("uuid", map(uuid, NUMBERS), change), 18400)


@timeout(200)
def test_subnets():
    all_is_cheap("subnets", subnets, 13500)


@timeout(200)
def test_a_group_of_a_list():
    all_is_cheap("a group of a list", a_list, 14950)
