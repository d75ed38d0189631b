"""make run: conf/serve.sh with the sample configuration as it stands."""

import glob
import os
import re
import signal

from lab import Network, dhcp, servers, until
from lab.daemon import TREE, build
from lab.process import run

CTRL_C = "Ctrl-C ends it"


def serve(host, **settings):
    """Starts serve.sh on the host, as `make run` does."""
    environment = {**os.environ, **settings}
    return host.start(["sh", os.path.join(TREE, "conf", "serve.sh"), os.path.abspath(build())],
                      "serve.sh", environment)


def tftp_first_block(host, server, name):
    """Asks for a file and returns the first packet of the answer."""
    with host.udp(2000) as socket:
        socket.send(b"\0\1" + name.encode() + b"\0octet\0", server, 69)
        answer = socket.receive(5)
        assert answer, f"no answer to a TFTP read of {name}"
        return answer.payload


def private_folders():
    return set(glob.glob("/run/wdspxed-run.*"))


def test_serves_until_ctrl_c():
    before = private_folders()
    with Network() as net:
        lan = net.segment("lan")
        boot = net.host("boot", "10.77.0.2/24", "fd77::2/64", on=lan)
        client = net.host("client", "10.77.0.5/24", on=lan)
        capture = net.capture(lan)
        served = serve(boot, IFACE="eth0")
        served.wait_line(CTRL_C, 20)
        until(lambda: {(4, 67), (4, 69), (4, 4011)} <= boot.udp_ports(), 10, "its ports are open")

        for arch, file in ((0, "undionly.kpxe"), (7, "ipxe.efi")):
            with client.udp(68) as socket:
                socket.send(dhcp.discover(client.mac(), arch).encode())
                offer = dhcp.V4.parse(socket.receive(5).payload)
            if arch == 7:  # UEFI is told the file on port 4011
                with client.udp(4011) as socket:
                    socket.send(dhcp.request_pxe(client.mac(), "10.77.0.5", arch).encode(),
                                offer.siaddr, 4011)
                    offer = dhcp.V4.parse(socket.receive(5).payload)
            assert (offer.siaddr, offer.file) == ("10.77.0.2", file), offer
            assert tftp_first_block(client, offer.siaddr, offer.file)[:4] == b"\0\3\0\1"
        assert b"#!ipxe" in tftp_first_block(client, "10.77.0.2", "boot.ipxe")
        served.wait_line(client.mac(), 5)  # a readable line for an answered client

        ask = re.search(r"Ask it: (.*)", served.text())[1].split()
        assert "answered" in run(*ask), "the operator's socket is told as it is"

        os.killpg(served.pid, signal.SIGINT)
        assert served.wait(20) == 0, served.text()
        until(lambda: not {(4, 67), (4, 69), (4, 4011)} & boot.udp_ports(), 5, "ports are closed")
        capture.check(boot, at_least=3)
    assert private_folders() == before, "it left its private folder behind"


def test_port_69_taken():
    before = private_folders()
    with Network() as net:
        boot = net.host("boot", "10.77.0.2/24", on=net.segment("lan"))
        servers.tftp(boot, net.private("files"))
        served = serve(boot)
        assert served.wait(20) == 1, served.text()
        assert "port 69 is taken" in served.text() and "in.tftpd" in served.text(), served.text()
    assert private_folders() == before


def test_wrong_configuration_is_named_with_its_line():
    with Network() as net:
        boot = net.host("boot", "10.77.0.2/24", on=net.segment("lan"))
        conf = net.private("conf")
        os.mkdir(os.path.join(conf, "providers.d"))
        with open(os.path.join(conf, "wdspxed.conf"), "w", encoding="utf-8") as file:
            file.write("listen:\n{\n    dchp = true;\n};\n")
        served = serve(boot, CONF=conf)
        assert served.wait(20) == 1, served.text()
        assert "wdspxed.conf:3" in served.text() and "dchp" in served.text(), served.text()
        assert (4, 69) not in boot.udp_ports()
