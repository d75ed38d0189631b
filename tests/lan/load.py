"""Nothing is lost: reloads, good and broken, under a load of clients."""

import json
import os
import re
import time

from lab import LabError, Network
from lab.daemon import Daemon, build
from lab.flood import RATE, Flood

PAUSE = 0.08  # between two reloads, so that many batches meet each chain


def entries(file):
    return [{"mac": "02:46:*", "file": file}]


def bootfile(daemon, file, **more):
    return {"name": "bootfile", "module": os.path.join(daemon.modules, "bootfile.so"),
            "settings": {"boot": entries(file)}, **more}


def scripted(daemon, **settings):
    return {"name": "scripted", "module": os.path.join(daemon.modules, "scripted.so"),
            "settings": {"nonblocking": 1, **settings}}


def site(net, **config):
    lan = net.segment("lan")
    boot = net.host("boot", "10.77.0.2/24", on=lan)
    client = net.host("client", "10.77.0.9/24", on=lan)
    daemon = Daemon(boot, boot=entries("first"), config=config)
    daemon.module("scripted", os.path.join(build(), "tests/providers/scripted.so"))
    return client, daemon


def reload_fails(daemon, expected):
    """A reload that must fail, and say this."""
    try:
        daemon.ctl("reload", timeout=60)
    except LabError as error:
        assert re.search(expected, str(error)), error
        return
    raise AssertionError(f"the reload went well; expected: {expected}")


def judge(daemon, flood):
    """Every request was answered once, the kernel dropped none, and the reasons add up."""
    counts = flood.finish()
    status = json.loads(daemon.ctl("status", "--json"))
    print(counts)
    print(daemon.ctl("status"))
    assert counts["own-drops"] == 0, "the client's own socket was too slow: no verdict"
    assert counts["sent"] > RATE * 3 and counts["lost"] == 0 and counts["twice"] == 0, counts
    assert all(port["kernel-drops"] == 0 and port["unsent"] == 0 for port in status["ports"])
    assert status["received"] == counts["sent"], (status["received"], counts)
    assert sum(status["requests"].values()) == counts["sent"], status["requests"]
    assert status["requests"]["answered"] == counts["answered"]
    return status


def test_reloads_with_changes_lose_nothing():
    """100 reloads: settings, order, an added and a removed provider, limits, in turn."""
    with Network() as net:
        client, daemon = site(net)
        daemon.start()
        flood = Flood(client)
        for n in range(100):
            if n % 4 == 0:
                daemon.write_provider("50-bootfile.conf", bootfile(daemon, f"file-{n}"))
            elif n % 4 == 1:
                daemon.write_provider("10-scripted.conf", scripted(daemon, action="reject"))
            elif n % 4 == 2:
                daemon.write_provider("10-scripted.conf",
                                      scripted(daemon, action="reject", control=n // 4 % 2))
                daemon.write_config({"pending-timeout": 5.0 + n, "limits": {"per-client": n}})
            else:
                os.unlink(os.path.join(daemon.providers_dir, "10-scripted.conf"))
            daemon.ctl("reload", timeout=60)
            time.sleep(PAUSE)
        status = judge(daemon, flood)
        assert status["reloads"] == 100 and status["reloads-failed"] == 0, status
        daemon.stop()


def test_broken_reloads_change_nothing():
    """50 reloads with something broken; each says what, and none is felt."""
    with Network() as net:
        client, daemon = site(net)
        daemon.start()
        dropin = os.path.join(daemon.providers_dir, "60-broken.conf")
        no_file = os.path.join(daemon.modules, "absent.so")
        not_elf = os.path.join(daemon.modules, "text.so")
        with open(not_elf, "w", encoding="utf-8") as file:
            file.write("this is no module\n")
        os.chmod(not_elf, 0o644)
        broken = [
            ("name = \"x\"\nmodule =;\n", r"60-broken.conf:2: "),
            ("name = \"x\"; module = \"/x.so\"; what = 1;", r"60-broken.conf:1: .*what"),
            (f'name = "x"; module = "{no_file}";', r"absent\.so"),
            (f'name = "x"; module = "{not_elf}";', r"text\.so"),
            ({"name": "bootFILE", "module": daemon.modules + "/bootfile.so"}, r"60-broken.conf:\d"),
            (scripted(daemon, initialize=1234), r"1234"),
            (scripted(daemon, callbacks=0), r"callback|register"),
            ({"name": "b2", "module": daemon.modules + "/bootfile.so",
              "settings": {"boot": [{"arch": "x86-bios"}]}}, r"60-broken.conf:\d+: "),
        ]
        flood = Flood(client)
        for n in range(48):
            content, expected = broken[n % len(broken)]
            daemon.write_provider("60-broken.conf", content)
            reload_fails(daemon, expected)
            time.sleep(PAUSE)
        os.unlink(dropin)
        daemon.write_config({"threads": "four"})
        reload_fails(daemon, r"wdspxed.conf:\d+: threads must be")
        daemon.write_config({"threadz": 4})
        reload_fails(daemon, r"wdspxed.conf:\d+: .*threadz")
        status = judge(daemon, flood)
        assert status["reloads-failed"] == 50, status["reloads-failed"]
        assert "threadz" in status["last-reload-error"]
        daemon.write_config({})
        daemon.ctl("reload")
        assert "last-reload-error" not in json.loads(daemon.ctl("status", "--json"))
        daemon.stop()


def test_a_provider_on_the_pool_keeps_its_parked_requests_over_a_reload():
    """Requests that are parked when the provider is replaced finish with the old instance."""
    with Network() as net:
        client, daemon = site(net)
        os.unlink(os.path.join(daemon.providers_dir, "50-bootfile.conf"))
        slow = {"action": "pending", "when": "other-thread", "complete": "nbp", "reply": 1,
                "delay-ms": 300, "nonblocking": 0}
        daemon.write_provider("10-scripted.conf", scripted(daemon, **slow, file="old"))
        daemon.start()
        flood = Flood(client, rate=20)
        for n in range(5):
            daemon.write_provider("10-scripted.conf", scripted(daemon, **slow, file=f"new-{n}"))
            time.sleep(0.25)
            daemon.ctl("reload", timeout=60)
        counts = flood.finish()
        print(counts)
        assert counts["sent"] > 5 and counts["lost"] == 0 and counts["twice"] == 0, counts
        daemon.stop()
