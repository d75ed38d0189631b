"""What the manual and the READMEs print for a reader to type: each block has a test that runs it as it
stands. Those that need systemd are in tests/service/printed.py.
"""

import os
import re
import shutil

from lab import Network, dhcp, printed, servers, timeout
from lab.daemon import TREE, Daemon, build

OUTPUT = "what a program prints"
ADMIN = "tests/service/printed.py:test_an_admins_commands"
AUTHOR = "tests/service/printed.py:test_an_authors_commands"
EAR = "tests/service/ear.py:test_the_ear_is_installed_and_waits_to_be_enabled"
EXAMPLES = "tests/man-examples.sh:"
TAKEN = "tests/lan/mistakes.py:test_every_example_of_the_manual_is_taken"
PACKAGES = "tests/long/packages.py:commands"
README = "tests/long/readme.py:goes_the_readmes_way"
SERVERS = "tests/lan/printed.py:test_lease_servers_take_the_manuals_lines"

# Source and section, how the block begins, and what runs it: FILE:FUNCTION.
RULES = [
    (r"\S+\.3 EXAMPLES", r"", EXAMPLES),
    (r"CreateThread.3 DESC", r"SetEvent", "tests/windows/threads.c:"),
    (r"CreateThreadpoolWork.3 DESC", r"InitializeThreadpool|SetThreadpoolTimer", "tests/windows-cases/pool_test.c:"),
    (r"PxeCommandWrite.3 DESC", r"wdspxectl provider", "a synopsis, of what tests/lan/commands.py runs"),
    (r"PxeFakeNew.3 DESC", r'"greeting', "tests/fake/fake_test.c:"),
    (r"wdspxe-provider.7 EXAMPLES", r"#include", EXAMPLES),
    (r"wdspxe-provider.7 BUILDING", r"cmake_|project\(", "tests/template.sh:"),
    (r"wdspxe-provider.7 VERSIONS", r"extern", "tests/api-note.sh:"),
    (r"wdspxe-registry.7 ", r"registry = ", ADMIN),
    (r"wdspxe-registry.7 ", r"# wdspxed-registry",
     "tests/lan/printed.py:test_what_programs_wrote_is_read_as_printed"),
    (r"wdspxe.7 ", r"cc |gdb |/usr/lib|LD_PRELOAD=", AUTHOR),
    (r"wdspxe.7 DEBUGGING", r"coredumpctl",
     "kernel.core_pattern is of no namespace, and systemd-coredump would take all core dumps of the machine; "
     "tests/lan/modules.py has gdb read a core dump"),
    (r"wdspxe.7 DEBUGGING", r"systemctl stop",
     "tests/lan/modules.py:test_address_sanitizer_in_the_daemon_names_the_line"),
    (r"wdspxectl.8 DESC", r"reg export", "a command of Windows"),
    (r"wdspxectl.8 EXAMPLES", r"[#$] wdspxectl (?!probe|try)", ADMIN),
    (r"wdspxectl.8 EXAMPLES", r"\$ wdspxectl try", "tests/lan/try_module.py:test_the_manuals_commands_as_they_stand"),
    (r"wdspxectl.8 EXAMPLES", r"# wdspxectl probe", "tests/lan/probe.py:test_the_manuals_command_as_it_stands"),
    (r"wdspxectl.8 EXAMPLES", r"Sent ", OUTPUT),
    (r"wdspxectl.8 EXAMPLES", r"# usermod", ADMIN),
    (r"wdspxectl.8 ", r"\d\d:\d\d:\d\d", OUTPUT),
    (r"wdspxectl.8 EXAMPLES", r"# tcpdump", "tests/lan/decode.py:test_the_manuals_commands_as_they_stand"),
    (r"wdspxed-bootfile.5 REFERENCE", r"\{|(bcd|options|server|windows) = ", TAKEN),
    (r"wdspxed-bootfile.5 TASKS", r"name = |boot = ", TAKEN),
    (r"wdspxed-bootfile.5 TASKS", r"mac,name", TAKEN),
    (r"wdspxed-bootfile.5 QUIRKS", r"server = ", TAKEN),
    (r"wdspxed-bootfile.5 QUIRKS", r"# ISC dhcpd", SERVERS),
    (r"wdspxed-bootfiles.7 ", r"# systemctl enable", PACKAGES),
    (r"wdspxed-bootfiles.7 ", r"TFTP_OPTIONS|rg ",
     "tests/lan/bootfiles.py:test_tftpd_hpa_takes_the_manuals_rules"),
    (r"wdspxed-bootfiles.7 ", r"server \{",
     "tests/lan/examples.py:test_the_manual_has_the_examples_lines"),
    (r"wdspxed-bootfiles.7 ", r"# firewall-cmd",
     "firewall-cmd would open this host; the file of its service is read by tests/lan/examples.py"),
    (r"wdspxed.8 DESC", r"# systemctl enable --now wdspxed-ear", EAR),
    (r"wdspxed-diagnoses.7 DESC", r"\$ journalctl", EAR),
    (r"wdspxed-ear.8 ", r"# systemctl|\$ journalctl", EAR),
    (r"wdspxed.8 DESC", r"# apt install", "tests/lan/printed.py:test_boot_files_come_as_readme_says"),
    (r"wdspxed.8 SYSTEMD", r"\[Service\]", "tests/service/systemd.py:test_the_manuals_drop_ins_as_they_stand"),
    (r"wdspxed.8 LOG", r"52:54", OUTPUT),
    (r"wdspxed-diagnoses.7 DESC", r"/etc/wdspxed", OUTPUT),
    (r"wdspxed.8 EXAMPLES", r"# wdspxed -t --files", "tests/lan/files.py:check"),
    (r"wdspxed.8 EXAMPLES", r"[#$] (?!wdspxed -t --files)", ADMIN),
    (r"wdspxed-from-wds.7 ", r"wdsutil |Get-WdsClient", "commands of Windows"),
    (r"wdspxed-from-wds.7 ", r"wdspxectl device",
     "tests/lan/device.py:test_the_page_for_admins_of_wds_as_it_stands"),
    (r"wdspxed-inventory.5 TASKS", r"name = |mac,name",
     "tests/lan/inventory.py:test_what_the_manual_and_the_sample_show_is_taken"),
    (r"wdspxed-inventory.5 TASKS", r"#!ipxe",
     "tests/long/devices.py:test_ipxe_asks_again_until_it_is_approved"),
    (r"wdspxed.conf.5 EXAMPLES", r"listen:", TAKEN),
    (r"README.md wdspxed", r"PC ", OUTPUT),
    (r"README.md From the tree", r"sudo make run", README),
    (r"README.md The first boot", r"\d\d:\d\d:\d\d", OUTPUT),
    (r"README.md The first boot", r"bootfile |Offer |1  52:54", OUTPUT),
    (r"README.md Installing", r"sudo make deb", PACKAGES),
    (r"README.md Installing", r"sudo (?!make deb)", README),
    (r"README.md The first boot", r"boot = ", TAKEN),
    (r"README.md The first boot", r"wdspxed -t", ADMIN),
    (r"providers/template/README.md ", r"", AUTHOR),
    (r"conf/examples/\S+ Set up", r"", "tests/lan/examples.py:follow"),
    (r"conf/examples/\S+ On the screen", r"", OUTPUT),
    (r"conf/examples/relay/README.md A relay on Linux", r"dhcrelay",
     "a relay runs on another host, until it is stopped"),
]


def rules_of(block):
    where = f"{block.source} {block.section}"
    return [rule for rule in RULES if re.match(rule[0], where) and re.match(rule[1], block.text)]


def test_each_block_has_a_test_that_runs_it():
    blocks = list(printed.blocks())
    assert len(blocks) > 50, len(blocks)
    for block in blocks:
        assert len(rules_of(block)) == 1, f"no rule, or several, for {block}"
    for rule in RULES:
        assert any(rule in rules_of(block) for block in blocks), f"a rule for nothing: {rule}"
        file, colon, function = rule[2].partition(":")
        if not colon:
            continue        # no test, but the reason
        with open(os.path.join(TREE, file), encoding="utf-8") as source:
            assert not function or f"def {function}(" in source.read(), rule


def test_each_task_of_bootfile_is_in_its_list_and_has_a_file():
    with open(os.path.join(TREE, "man/wdspxed-bootfile.5"), encoding="utf-8") as file:
        tasks = file.read().split("\n.Sh TASKS\n")[1].split("\n.Sh ")[0]
    first, *bodies = tasks.split("\n.Ss ")
    listed = re.findall(r"^\.It Sx (.*?) Ta ", first, re.M)
    assert [body.splitlines()[0] for body in bodies] == listed, listed
    for body in bodies:
        assert re.search(r"^\.Bd -literal.*\nname = ", body, re.M), body


def test_boot_files_come_as_readme_says():
    # tests/long/readme.py runs README's, on a bare Debian.
    manual = printed.block("wdspxed.8", "# apt install dnsmasq").commands()
    readme = printed.block("README.md", "sudo apt install dnsmasq").commands()
    assert manual == readme, (manual, readme)


def test_the_fake_host_is_tried_with_the_manuals_settings():
    text = printed.block("PxeFakeNew.3", '"greeting').text.strip()
    with open(os.path.join(TREE, "tests/fake/fake_test.c"), encoding="utf-8") as file:
        assert text in file.read(), text


def test_what_programs_wrote_is_read_as_printed():
    text = printed.block("wdspxe-registry.7", "# wdspxed-registry").text
    with Network() as net:
        boot = net.host("boot", "10.77.0.2/24", on=net.segment("lan"))
        scripted = os.path.join(build(), "tests", "providers", "scripted.so")
        daemon = Daemon(boot, providers={})
        module = daemon.module("scripted", scripted)
        daemon.write_provider("50-x.conf", f'name = "bootfile";\nmodule = "{module}";\n')
        os.makedirs(os.path.join(daemon.state_dir, "registry"), exist_ok=True)
        path = os.path.join(daemon.state_dir, "registry", "bootfile.conf")
        for what, status in ((text, 0), (text.replace("wdspxed-registry 1", "wdspxed-registry 2"), 78),
                             (text.replace("changes = (", "changes = {"), 78)):
            with open(path, "w", encoding="utf-8") as file:
                file.write(what)
            check = boot.start([daemon.program, "-c", daemon.conf, "-t"], "wdspxed-t")
            assert check.wait() == status, check.text()


@timeout(200)
def test_lease_servers_take_the_manuals_lines():
    # systemd-networkd's: tests/service/printed.py:test_networkd_takes_the_manuals_line.
    tried = []
    for name, start in servers.LEASE4.items():
        if not shutil.which({"kea": "kea-dhcp4"}.get(name, name), path="/usr/sbin:/usr/bin"):
            continue
        with Network() as net:
            segment = net.segment("lan")
            client = net.host("client", on=segment)
            start(net.host("lease", "10.77.0.1/24", on=segment), same_host=True,
                  next_server="10.77.0.2")
            with client.udp(68) as socket:
                socket.send(dhcp.discover(client.mac(), 7).encode())
                offer = dhcp.V4.parse(socket.receive().payload)
            assert offer.get(60) == b"PXEClient" and offer.get(43) is None, (name, offer)
            assert (offer.siaddr, offer.file) == ("10.77.0.2", ""), (name, offer)
        tried.append(name)
    assert {"dhcpd", "dnsmasq"} <= set(tried), tried


def test_the_readme_is_two_screens():
    with open(os.path.join(TREE, "README.md"), encoding="utf-8") as file:
        lines = file.read().splitlines()
    assert len(lines) <= 116, f"{len(lines)} lines: a full screen has 58"
    assert all(len(line) <= 100 for line in lines), [line for line in lines if len(line) > 100]
