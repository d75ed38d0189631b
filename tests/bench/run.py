#!/usr/bin/python3
"""make bench: what a request costs and how long it takes: a bare echo, dnsmasq as a ProxyDHCP server, and
wdspxed, side by side in one run, on a cable between two private networks. See README.md.

    run.py BUILD    COUNT (requests a round, 6000), ROUNDS (3) and GSO ("on", or "off") by environment
"""

import collections
import os
import re
import signal
import statistics
import subprocess
import sys
import time

sys.dont_write_bytecode = True      # under sudo it would be root's, in the caller's tree

import plot     # noqa: E402

NAMES = ("echo", "dnsmasq", "wdspxed")
WAYS = ("broadcast", "relay", "4011")
WINDOWS = (1, 4, 16, 64, 256)       # requests in flight
BACK_TO_BACK = 20000
ROUTES = 10000      # that come and go
WATCHED = 80000     # requests, with somebody who watches
# All of it ends in five minutes: after so many seconds a table gets no further round, and none is begun.
ENOUGH, LATE = 20, 220
PATIENCE_MS = {"dnsmasq": 200}      # it loses what comes at once, and has no more to say then
STEPPED = 64        # requests that are counted step by step
DIR = "/run/bench"
BOOT = ('{ mac = "00:11:22:*"; action = "ignore"; },\n{ user-class = "iPXE"; file = "boot.ipxe"; },\n'
        '{ arch = "x86-bios"; file = "undionly.kpxe"; },\n'
        '{ arch = [ "x64-uefi", "ebc" ]; file = "ipxe.efi"; }\n')

# Processor time for an answer; ticks in user mode, and of all; answers a second; load's two times; lost ones.
Round = collections.namedtuple("Round", "cpu_us user rate median_us p99_us lost")


def sh(*argv, **more):
    return subprocess.run([str(word) for word in argv], check=True, text=True, stdout=subprocess.PIPE, **more).stdout


def text(path):
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read()


class Bench:
    def __init__(self, build):
        self.build = os.path.realpath(build)
        self.count, self.rounds = int(os.environ.get("COUNT", 6000)), int(os.environ.get("ROUNDS", 3))
        self.gso = os.environ.get("GSO", "on")
        self.first = 1      # every request is a client of its own
        self.lost, self.began = 0, time.monotonic()
        self.pid, self.server, self.way, self.here = None, None, None, None

    # ---- the cable ----

    def network(self):
        """The server's end is `srv`; the other one, in another network, is `cli`."""
        sh("mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", "/run")
        os.makedirs(DIR + "/providers.d")
        os.mkdir(DIR + "/state")
        for command in ("ip link set lo up", "ip netns add far",
                        "ip link add srv type veth peer name cli netns far", "ip addr add 10.44.0.1/24 dev srv",
                        "ip link set srv up", "ip -n far link set lo up", "ip -n far link set cli up"):
            sh(*command.split())

    def take_way(self, way):
        """A client that broadcasts has no address; a relay, and who asks on 4011, has."""
        self.way = way
        sh("ip", "-n", "far", "addr", "flush", "dev", "cli")
        for last in () if way == "broadcast" else (2, *range(16, 24)):
            sh("ip", "-n", "far", "addr", "add", f"10.44.0.{last}/24", "dev", "cli")

    # ---- the servers ----

    def configure(self, entries="", settings="", provider="", main=""):
        with open(DIR + "/wdspxed.conf", "w", encoding="ascii") as file:
            file.write(f'listen: {{ interfaces = [ "srv" ]; }};\nproviders-dir = "{DIR}/providers.d";\n'
                       f'control-socket = "{DIR}/control";\nstatus-socket = "{DIR}/status";\n'
                       f'ear-socket = "{DIR}/ear";\nstate-dir = "{DIR}/state";\ngso = "{self.gso}";\n'
                       f"limits: {{ per-destination = 0; }};\n{main}")
        with open(DIR + "/providers.d/50-bootfile.conf", "w", encoding="ascii") as file:
            file.write(f'name = "bootfile";\nmodule = "{self.build}/providers/bootfile.so";\ncritical = true;\n'
                       f'{provider}settings: {{ server = "auto"; {settings}boot = (\n{entries}{BOOT}); }};\n')

    def command(self, name):
        return {
            "echo": [f"{self.build}/bench/echo", "srv", self.way],
            "dnsmasq": ["dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", "--pid-file=", "--user=root",
                        "--port=0", "--interface=srv", "--quiet-dhcp", f"--log-facility={DIR}/dnsmasq.log",
                        f"--dhcp-leasefile={DIR}/leases", "--dhcp-range=10.44.0.0,proxy",
                        "--pxe-service=x86PC,boot,undionly", "--pxe-service=x86-64_EFI,boot,ipxe.efi"],
            "wdspxed": [f"{self.build}/wdspxed", "-c", DIR + "/wdspxed.conf"],
        }[name]

    def start(self, name):
        port = "4011" if self.way == "4011" else "67"
        with open(f"{DIR}/{name}.log", "wb") as log:
            self.server = subprocess.Popen(["taskset", "-c", "0", *self.command(name)], stdout=log, stderr=log)
        self.pid, self.here = self.server.pid, name
        for _ in range(600):
            if re.search(rf"pid={self.pid},", sh("ss", "-Hulnp", f"sport = :{port}")):
                return
            if self.server.poll() is not None:
                break
            time.sleep(0.05)
        said = text(f"{DIR}/{name}.log")
        sys.exit(f"bench: {name} does not serve:\n{said}")

    def stop(self):
        self.server.terminate()
        self.server.wait()

    # ---- measuring ----

    def load(self, window, count, prefix=(), patience=None):
        """Has so many clients ask; returns what load prints: sent, answered, lost, seconds, median, p99, longest."""
        first, self.first = self.first, self.first + count
        done = subprocess.run(
            [*prefix, "ip", "netns", "exec", "far", "taskset", "-c", "1" if os.cpu_count() > 1 else "0",
             f"{self.build}/bench/load", "cli", str(count), str(window), str(first), self.here, self.way],
            text=True, stdout=subprocess.PIPE, check=False,
            env={**os.environ, "LOAD_PATIENCE_MS": str(patience or PATIENCE_MS.get(self.here, 1000))})
        return done.stdout

    def spent(self):
        """Nanoseconds of processor time of all threads; ticks of it in user mode, and in all."""
        ns = sum(int(text(f"/proc/{self.pid}/task/{thread}/schedstat").split()[0])
                 for thread in os.listdir(f"/proc/{self.pid}/task"))
        ticks = text(f"/proc/{self.pid}/stat").rpartition(")")[2].split()
        return ns, int(ticks[11]), int(ticks[11]) + int(ticks[12])

    def fitting(self, window):
        """So many requests as the server answers in a second or two, and no more than were asked for."""
        some = max(window, 100)
        words = self.load(window, some).split()
        return max(2 * some, min(self.count, int(1.5 * some / max(float(words[3]), 0.001))))

    def measure(self, window, count=None):
        count = count or self.fitting(window)
        before = self.spent()
        words = self.load(window, count).split()
        ns, user, ticks = (b - a for a, b in zip(before, self.spent()))
        answered, lost, seconds = int(words[1]), int(words[2]), float(words[3])
        return Round(ns / max(answered, 1) / 1e3, (user, ticks), answered / seconds, *map(float, words[4:6]), lost)

    def resident(self):
        return int(re.search(r"VmRSS:\s+(\d+)", text(f"/proc/{self.pid}/status"))[1]) / 1024

    def calls(self, window, count=512):
        """System calls for a request, of all threads."""
        with subprocess.Popen(["strace", "-f", "-c", "-p", str(self.pid), "-o", DIR + "/strace"],
                              stderr=subprocess.PIPE, text=True) as tracer:
            tracer.stderr.readline()    # attached
            self.load(window, count)
            tracer.send_signal(signal.SIGINT)
        return int(re.search(r"^.*total$", text(DIR + "/strace"), re.MULTILINE)[0].split()[3]) / count

    def instructions(self, window):
        """For a request, in user mode, of the main thread; None where requests were lost meanwhile."""
        step = ("timeout", "12", "taskset", "-c", "0", f"{self.build}/bench/steps", str(self.pid))
        lines = self.load(window, STEPPED, step, patience=20000).split("\n")
        whole = len(lines) == 3 and lines[0].split()[2] == "0"      # else the count would be too low
        return int(lines[1]) / STEPPED if whole else None

    # ---- the run ----

    def late(self, what):
        """Whether there is no time left for that, which is told."""
        late = time.monotonic() - self.began > LATE
        if late:
            print(f"\n{what}: left out, for this host is too busy")
        return late

    def turns(self, windows, named=NAMES, before=lambda name: None):
        """{(name, window): [Round, ...]}, {name: MiB}: in turns, so that what disturbs one disturbs all."""
        found, memory, began = collections.defaultdict(list), {}, time.monotonic()
        for number in range(self.rounds):
            if number > 0 and time.monotonic() - began > ENOUGH:
                break
            for name in named:
                before(name)
                self.start("wdspxed" if name not in NAMES else name)
                for window in windows:
                    found[name, window].append(self.measure(window))
                memory[name] = self.resident()
                self.stop()
        return found, memory

    def ways(self):
        """The table of each way, and the curves of the first."""
        curves = None
        for way in WAYS:
            if self.late(way):
                continue
            self.take_way(way)
            self.configure()
            found, memory = self.turns(WINDOWS)
            rows(found, self.counted((1, 64)), memory, f"{way}, one server after the other")
            self.lost += sum(each.lost for (name, _), all_of in found.items() for each in all_of if name == "wdspxed")
            curves = curves or found
        return curves

    def counted(self, windows):
        """{(name, window): (system calls, instructions)}."""
        counts = {}
        for name in NAMES:
            self.start(name)
            for window in windows:
                counts[name, window] = self.calls(window), self.instructions(window) if window > 1 else None
            self.stop()
        return counts

    def variants(self):
        """wdspxed with hosts, with a list of them, and with a provider on threads."""
        if self.late("hosts, lists and threads"):
            return
        macs = [f"52:54:00:00:{n >> 8:02x}:{n & 255:02x}" for n in range(10000)]
        with open(DIR + "/machines", "w", encoding="ascii") as file:
            file.write("mac,name,group\n" + "".join(f"{mac},pc,lab\n" for mac in macs))
        kinds = {
            "as it is": {},
            "10,000 entries": {"entries": "".join(f'{{ mac = "{mac}"; file = "a.0"; }},\n' for mac in macs)},
            "a list of 10,000": {"settings": f'machines = "{DIR}/machines"; ',
                                 "entries": '{ group = "lab"; file = "a.0"; },\n'},
            "on one thread": {"provider": "threads = 1;\n"},
            "on four threads": {"provider": "threads = 4;\n"},
        }
        self.take_way("broadcast")
        found, memory = self.turns((64,), ("echo", *kinds),
                                   lambda name: self.configure(**kinds[name]) if name in kinds else None)
        rows(found, {}, memory, "wdspxed, broadcast, otherwise set up")
        self.configure()

    def watched(self):
        """What it costs that an operator watches all clients. Some hundred a second are shown, so it takes seconds."""
        if self.late("somebody who watches"):
            return
        self.take_way("broadcast")
        self.start("wdspxed")
        alone = [self.measure(64, WATCHED) for _ in range(2)]
        watcher = subprocess.Popen(["taskset", "-c", "1" if os.cpu_count() > 1 else "0", f"{self.build}/wdspxectl",
                                    "-s", DIR + "/control", "watch"], stdout=subprocess.DEVNULL)
        time.sleep(0.5)
        seen = [self.measure(64, WATCHED) for _ in range(2)]
        watcher.terminate()
        watcher.wait()
        self.stop()
        self.lost += sum(each.lost for each in alone + seen)
        cost, more = middle(alone, "cpu_us"), middle(seen, "cpu_us")
        print(f"\nCPU us with somebody who watches, {WATCHED} requests: {more:.2f}; without: {cost:.2f}; {more / cost:.2f}")

    def storm(self):
        """The longest time that one waits for an answer while routes come and go."""
        if self.late(f"{ROUTES} routes that come and go"):
            return
        for what in ("add", "del"):
            with open(f"{DIR}/routes-{what}", "w", encoding="ascii") as file:
                file.writelines(f"route {what} 100.{64 + (n >> 14)}.{n >> 6 & 255}.{(n & 63) << 2}/30 dev srv\n"
                                for n in range(ROUTES))
        print(f"\nthe longest time to an answer, ms, one request at a time: quiet, and while {ROUTES} routes come and go")
        self.take_way("broadcast")
        for name in NAMES:
            self.start(name)
            quiet = float(self.load(1, 6000).split()[6])
            flapping = subprocess.Popen(["taskset", "-c", "1" if os.cpu_count() > 1 else "0", "nice", "sh", "-c",
                                         f"while :; do ip -batch {DIR}/routes-add; ip -batch {DIR}/routes-del; done"],
                                        stderr=subprocess.DEVNULL, start_new_session=True)
            time.sleep(0.2)
            words = self.load(1, 6000).split()
            os.killpg(flapping.pid, signal.SIGKILL)
            flapping.wait()
            subprocess.run(["ip", "-force", "-batch", f"{DIR}/routes-del"], stderr=subprocess.DEVNULL, check=False)
            print(f"{name:10} {quiet / 1e3:8.1f} {float(words[6]) / 1e3:8.1f}   lost {words[2]}")
            self.lost += int(words[2]) if name == "wdspxed" else 0
            self.stop()

    def back_to_back(self):
        if self.late(f"{BACK_TO_BACK} requests back to back"):
            return
        print(f"\n{BACK_TO_BACK} requests back to back: lost")
        for way in WAYS:
            self.take_way(way)
            for name in NAMES:
                self.start(name)
                lost = self.measure(BACK_TO_BACK, BACK_TO_BACK).lost
                print(f"{way:10} {name:10} {lost:6}")
                self.lost += lost if name == "wdspxed" else 0
                self.stop()


def middle(rounds, member):
    return statistics.median(getattr(each, member) for each in rounds)


def rows(found, counts, memory, heading):
    """Prints a table: a row for each server and window."""
    print(f"\n{heading}\n{'':18} {'in flight':>9} {'CPU us':>8} {'ratio':>6} {'user':>5} {'answered/s':>10} "
          f"{'median us':>9} {'p99 us':>8} {'lost':>6} {'calls':>6} {'instr.':>7} {'MiB':>6}")
    for (name, window), rounds in sorted(found.items(), key=lambda item: item[0][1]):
        cpu, base = middle(rounds, "cpu_us"), middle(found["echo", window], "cpu_us")
        user, ticks = (sum(each.user[n] for each in rounds) for n in (0, 1))
        calls, instructions = counts.get((name, window), (None, None))
        print(f"{name:18} {window:9} {cpu:8.2f} {cpu / base:6.2f} {100 * user / (ticks or 1):4.0f}% "
              f"{middle(rounds, 'rate'):10.0f} {middle(rounds, 'median_us'):9.0f} {middle(rounds, 'p99_us'):8.0f} "
              f"{sum(each.lost for each in rounds):6} {'-' if calls is None else f'{calls:.2f}':>6} "
              f"{'-' if instructions is None else f'{instructions:.0f}':>7} {memory[name]:6.1f}")
    sys.stdout.flush()


def machine():
    model = re.search(r"^model name\s*: (.*)$", text("/proc/cpuinfo"), re.MULTILINE)
    name = model[1] if model else os.uname().machine
    version = re.match(r"\d+\.\d+", os.uname().release)[0]
    return f"{os.uname().sysname} {version}, {name}, {os.cpu_count()} processors"


def draw(bench, curves):
    path = os.path.join(bench.build, "bench", "plot.svg")
    plot.write(path, f"One request by broadcast; {machine()}", [
        (heading, {name: [(window, middle(curves[name, window], member)) for window in WINDOWS] for name in NAMES})
        for heading, member in (("processor time, us", "cpu_us"), ("time to a burst's answers, us", "median_us"))])
    print(f"\nthe plot: {path}")


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: run.py BUILD")
    if os.geteuid() != 0:
        sys.exit("bench: needs root, for private networks")
    if "BENCH_INSIDE" not in os.environ:
        # All of it lives in namespaces that end with it: processes, networks, mounts.
        os.environ["BENCH_INSIDE"] = "1"
        os.execvp("unshare", ["unshare", "--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc",
                              sys.executable, *sys.argv])
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    bench = Bench(sys.argv[1])
    bench.network()
    version = re.search(r"version (\S+)", sh("dnsmasq", "--version"))[1]
    print(f"What a request costs the server: medians of up to {bench.rounds} rounds, in turns; {machine()}; "
          f"dnsmasq {version} --quiet-dhcp")
    curves = bench.ways()
    bench.variants()
    bench.back_to_back()
    bench.watched()
    bench.storm()
    draw(bench, curves)
    if bench.lost:
        sys.exit(f"bench: wdspxed lost {bench.lost} requests")


if __name__ == "__main__":
    main()
