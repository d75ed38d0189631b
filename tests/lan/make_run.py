"""make run: conf/serve.sh with the sample configuration as it stands."""

import json
import os
import re
import shutil
import signal

from lab import Network, dhcp, servers, tftp, until
from lab.daemon import TREE, build
from lab.process import run

CTRL_C = "press Ctrl-C to stop"


def serve(host, run_folder=None, **settings):
    """Starts serve.sh on the host, as `make run` does; with a folder of its own as /run, if wanted."""
    environment = {**os.environ, **settings}
    own_run = ["unshare", "-m", "sh", "-c", 'mount --bind "$0" /run && exec "$@"', run_folder]
    return host.start([*(own_run if run_folder else []),
                       "sh", os.path.join(TREE, "conf", "serve.sh"), os.path.abspath(build())],
                      "serve.sh", environment)


def test_serves_until_ctrl_c():
    with Network() as net:
        lan = net.segment("lan")
        boot = net.host("boot", "10.77.0.2/24", "fd77::2/64", on=lan)
        client = net.host("client", "10.77.0.5/24", on=lan)
        capture = net.capture(lan)
        served = serve(boot, IFACE="eth0")
        served.wait_line(CTRL_C, 20)
        # C15: said when it is true; with the own addresses, and the file to edit.
        assert {(4, 67), (4, 69), (4, 4011)} <= boot.udp_ports(), "its ports are open"
        served.wait_line(r"^  eth0: 10\.77\.0\.2/24 fd77::2/64 ", 5)
        served.wait_line(rf"^Boot entries: {TREE}/conf/providers\.d/50-bootfile\.conf; ", 5)
        served.wait_line(rf"{TREE}/conf/wdspxed\.conf\)$", 5)

        for arch, file in ((0, "undionly.kpxe"), (7, "ipxe.efi")):
            with client.udp(68) as socket:
                socket.send(dhcp.discover(client.mac(), arch).encode())
                offer = dhcp.V4.parse(socket.receive().payload)
            if arch == 7:  # UEFI is told the file on port 4011
                with client.udp(4011) as socket:
                    socket.send(dhcp.request_pxe(client.mac(), "10.77.0.5", arch).encode(),
                                offer.siaddr, 4011)
                    offer = dhcp.V4.parse(socket.receive().payload)
            assert (offer.siaddr, offer.file) == ("10.77.0.2", file), offer
            assert tftp.first_of(client, offer.siaddr, offer.file)[:4] == b"\0\3\0\1"
        assert b"#!ipxe" in tftp.first_of(client, "10.77.0.2", "boot.ipxe")
        served.wait_line(client.mac(), 5)  # a readable line for an answered client

        ask = re.search(r"Status: (.*)", served.text())[1].split()
        assert "answered" in run(*ask), "the operator's socket is told as it is"
        folder = re.search(r"/run/wdspxed-run\.\w+", " ".join(ask))[0]
        assert os.path.isdir(folder), folder

        os.killpg(served.pid, signal.SIGINT)
        assert served.wait(20) == 0, served.text()
        until(lambda: not {(4, 67), (4, 69), (4, 4011)} & boot.udp_ports(), 5, "ports are closed")
        assert not os.path.exists(folder), "it left its private folder behind"
        capture.check(boot, at_least=3)


def test_port_69_taken():
    with Network() as net:
        boot = net.host("boot", "10.77.0.2/24", on=net.segment("lan"))
        servers.tftp(boot, net.private("files"))
        run_folder = net.private("run")
        served = serve(boot, run_folder)
        assert served.wait(20) == 1, served.text()
        assert "port 69 is in use" in served.text() and "in.tftpd" in served.text(), served.text()
        assert not os.listdir(run_folder), "it left its private folder behind"


def test_wrong_configuration_is_named_with_its_line():
    with Network() as net:
        boot = net.host("boot", "10.77.0.2/24", on=net.segment("lan"))
        conf = net.private("conf")
        os.mkdir(os.path.join(conf, "providers.d"))
        with open(os.path.join(conf, "wdspxed.conf"), "w", encoding="utf-8") as file:
            file.write("listen:\n{\n    dchp = true;\n};\n")
        served = serve(boot, CONF=conf)
        assert served.wait(20) == 1, served.text()
        assert f"{conf}/wdspxed.conf:3: " in served.text() and "dchp" in served.text(), \
            served.text()
        assert (4, 69) not in boot.udp_ports()


def test_what_sudo_does_not_pass_on_is_told():
    # C4: "IFACE=eth1 sudo make run" must not serve every interface.
    with Network() as net:
        boot = net.host("boot", "10.77.0.2/24", on=net.segment("lan"))
        sudo = os.path.join(net.private("bin"), "sudo")
        with open(sudo, "w", encoding="ascii") as file:
            file.write("#!/bin/sh\nenv -i PATH=\"$PATH\" \"$@\"\n")
        os.chmod(sudo, 0o755)
        script = [sudo, "sh", os.path.join(TREE, "conf", "serve.sh"), os.path.abspath(build())]
        for name, value in (("IFACE", "eth1"), ("CONF", "/srv/conf"), ("TFTP", "none")):
            served = boot.start(script, "sudo", {**os.environ, name: value})
            assert served.wait(20) == 1, served.text()
            assert f"Use: sudo make run {name}={value}" in served.text(), served.text()
        assert not boot.udp_ports()


def test_one_interface_whatever_the_configuration_says_of_it():
    # C4: a CONF without the lines that serve.sh knows would have been served as it is.
    with Network() as net:
        boot = net.host("boot", "10.77.0.2/24", on=net.segment("lan"))
        boot.join(net.segment("other"), "10.78.0.2/24")
        providers = net.private("conf")
        os.mkdir(os.path.join(providers, "providers.d"))
        with open(os.path.join(TREE, "conf/providers.d/50-bootfile.conf"), "rb") as sample, \
                open(os.path.join(providers, "providers.d/50-bootfile.conf"), "wb") as copy:
            copy.write(sample.read())
        conf = os.path.join(providers, "wdspxed.conf")
        for text in ("", "listen: {\n  interfaces = [];\n};\n"):
            with open(conf, "w", encoding="ascii") as file:
                file.write(text)
            served = serve(boot, IFACE="eth1", CONF=providers, TFTP="none")
            served.wait_line(CTRL_C, 20)
            ask = re.search(r"Status: (.*)", served.text())[1].split()
            status = json.loads(run(*ask, "--json"))
            assert status["interfaces"] == ["eth1"], status
            os.killpg(served.pid, signal.SIGINT)
            assert served.wait(20) == 0, served.text()
        with open(conf, "w", encoding="ascii") as file:
            file.write("listen: { dhcp = true; };\n")
        served = serve(boot, IFACE="eth1", CONF=providers, TFTP="none")
        assert served.wait(20) == 1 and "IFACE cannot be set" in served.text(), served.text()


def test_who_holds_port_67_is_named():
    # C15: the daemon can guess that it is a DHCP server; the system knows.
    with Network() as net:
        boot = net.host("boot", "10.77.0.2/24", on=net.segment("lan"))
        holder = boot.udp(67)
        served = serve(boot, TFTP="none")
        assert served.wait(20) == 1, served.text()
        assert "UDP port 67 is in use, perhaps by" in served.text(), served.text()
        assert re.search(rf":67\b.*pid={os.getpid()}\b", served.text()), served.text()
        assert CTRL_C not in served.text(), "nothing was served"
        holder.close()


def test_what_sudo_built_becomes_the_callers():
    # C15: after `sudo make run` or `sudo make check` the user builds in his tree again.
    with Network() as net:
        for owner, expected in ((1, 1), (0, 0)):    # of the tree; of what root made in it
            tree = net.private("tree")
            os.makedirs(os.path.join(tree, "conf"))
            os.makedirs(os.path.join(tree, "build/obj"))
            script = os.path.join(tree, "conf/give-back.sh")
            shutil.copy(os.path.join(TREE, "conf/give-back.sh"), script)
            made = os.path.join(tree, "build/obj/made.o")
            with open(made, "wb"):
                pass
            os.symlink("/etc/passwd", os.path.join(tree, "build/link"))
            for path in (os.path.join(tree, "conf"), script):
                os.chown(path, owner, owner)
            run("env", "SUDO_UID=1", "SUDO_GID=1", script, os.path.join(tree, "build"))
            assert os.stat(made).st_uid == expected and os.stat("/etc/passwd").st_uid == 0
            assert os.stat(os.path.join(tree, "build")).st_uid == expected
