"""The servers that stand beside the daemon: addresses, router advertisements, boot files.

None of them knows anything of booting, except where `file` and `next_server` name something, as
routers and older installations do, or where `same_host` says so: then the DHCP server answers PXE
clients with the class "PXEClient" alone, which sends them to port 4011 of its host. What they are
configured with for that, and for a next-server, are the lines of wdspxed-bootfile(5).
"""

import ipaddress
import json
import os
import shutil
import sys

from . import printed
from .process import LabError, until


def _write(folder, name, text):
    path = os.path.join(folder, name)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path


def _for_4011(server):
    """The manual's lines that send PXE clients to port 4011 of the server's own host."""
    return printed.for_server(server, "PXEClient")


def _naming(server, next_server):
    """The manual's lines that name a next-server."""
    return printed.for_server(server, "next-server").replace("10.77.0.2", next_server)


def _program(name):
    path = shutil.which(name, path="/usr/sbin:/usr/bin")
    if not path:
        raise LabError(f"{name} is not installed")
    return path


def _dhcpd(host, family, configuration, interfaces):
    folder = host.net.private("dhcpd")
    # A copy of the program: AppArmor's profile, where there is one, ties the path in /usr/sbin
    # to the system's own configuration and leases.
    program = shutil.copy(_program("dhcpd"), folder)
    process = host.start([program, f"-{family}", "-f", "-d", "--no-pid",
                          "-cf", _write(folder, "dhcpd.conf", configuration),
                          "-lf", _write(folder, "leases", ""), *interfaces], f"dhcpd{family}")
    process.wait_line("Server starting service", 10)
    return process


def dhcp4(host, network="10.77.0.0/24", first=100, last=199, router=None, same_host=False,
          ping_check=False, extra=""):
    """Starts ISC dhcpd on this host for IPv4: addresses only. Returns the Process.

    `extra` is put into the configuration as it is (a second subnet, options). With ping_check its
    offer comes a second late."""
    net = ipaddress.ip_network(network)
    lines = ["authoritative;", "default-lease-time 600;", f"ping-check {str(ping_check).lower()};"]
    if same_host:
        lines.append(_for_4011("ISC dhcpd"))
    lines += [f"subnet {net.network_address} netmask {net.netmask} {{",
              f"  range {net[first]} {net[last]};",
              *([f"  option routers {router};"] if router else []), "}", extra]
    return _dhcpd(host, 4, "\n".join(lines) + "\n", host.interfaces)


def dhcp6(host, network="fd77::/64", same_host=False, extra=""):
    """Starts ISC dhcpd on this host for IPv6: addresses only. Returns the Process."""
    net = ipaddress.ip_network(network)
    lines = ["authoritative;", "default-lease-time 600;"]
    if same_host:
        # Vendor class (16): enterprise 343, one string "PXEClient" of 9 octets.
        octets = ":".join(f"{octet:x}" for octet in
                          (343).to_bytes(4, "big") + (9).to_bytes(2, "big") + b"PXEClient")
        lines += ["option dhcp6.vendor-class-octets code 16 = string;",
                  f"option dhcp6.vendor-class-octets {octets};"]
    lines += [f"subnet6 {net} {{ range6 {net[0x1000]} {net[0x1fff]}; }}", extra]
    return _dhcpd(host, 6, "\n".join(lines) + "\n", host.interfaces)


def kea4(host, network="10.77.0.0/24", file=None, next_server=None, same_host=False):
    """Starts Kea on this host for IPv4: addresses, and what the rest names. Returns the Process."""
    net = ipaddress.ip_network(network)
    subnet = {"id": 1, "subnet": network, "pools": [{"pool": f"{net[100]} - {net[199]}"}]}
    if file:
        subnet["boot-file-name"] = file
    if next_server:
        subnet.update(json.loads("{" + _naming("Kea", next_server) + "}"))
    settings = {"interfaces-config": {"interfaces": host.interfaces, "dhcp-socket-type": "raw"},
                "lease-database": {"type": "memfile", "persist": False},
                "valid-lifetime": 600, "subnet4": [subnet]}
    if same_host:
        settings.update(json.loads("{" + _for_4011("Kea") + "}"))
    folder = host.net.private("kea")
    # Copied for the same reason as dhcpd.
    program = shutil.copy(_program("kea-dhcp4"), folder)
    process = host.start([program, "-c", _write(folder, "kea.conf",
                                                json.dumps({"Dhcp4": settings}))], "kea",
                         {**os.environ, "KEA_PIDFILE_DIR": folder, "KEA_LOCKFILE_DIR": folder,
                          "KEA_LOGGER_DESTINATION": "stdout"})
    process.wait_line("DHCP4_STARTED", 10)
    return process


def udhcpd(host, network="10.77.0.0/24", file=None, next_server=None, same_host=False):
    """Starts udhcpd on this host for IPv4: addresses, and what the rest names. Returns the Process.
    """
    net = ipaddress.ip_network(network)
    folder = host.net.private("udhcpd")
    lines = [f"start {net[100]}", f"end {net[199]}", f"interface {host.interfaces[0]}",
             f"lease_file {_write(folder, 'leases', '')}", f"pidfile {folder}/pid",
             f"option subnet {net.netmask}", "option lease 600"]
    if file:
        lines.append(f"boot_file {file}")
    if next_server:
        lines.append(_naming("udhcpd", next_server))
    if same_host:
        lines.append(_for_4011("udhcpd"))
    process = host.start(["udhcpd", "-f", _write(folder, "udhcpd.conf", "\n".join(lines) + "\n")],
                         "udhcpd")
    process.wait_line("started", 10)
    return process


def dnsmasq4(host, network="10.77.0.0/24", file=None, next_server=None, same_host=False):
    """Starts dnsmasq on this host as the DHCP server for IPv4: addresses, and what the rest names.
    Where a file is named without a server, its answers say that it is the server itself."""
    net = ipaddress.ip_network(network)
    lines = [f"dhcp-range={net[100]},{net[199]}", "dhcp-authoritative"]
    if next_server:
        lines.append(_naming("dnsmasq", next_server).replace("=,", f"={file or ''},"))
    elif file:
        lines.append(f"dhcp-boot={file}")
    if same_host:
        lines.append(_for_4011("dnsmasq"))
    return _dnsmasq(host, "DHCP, IP range", *lines)


def _dhcpd_that_names(host, file=None, next_server=None, same_host=False, ping_check=False, dns=None):
    return dhcp4(host, same_host=same_host, ping_check=ping_check, extra="\n".join(
        [*([f'filename "{file}";'] if file else []),
         *([f"option domain-name-servers {dns};"] if dns else []),
         *([_naming("ISC dhcpd", next_server)] if next_server else [])]))


# The DHCP servers of the field, each started by name on a host: LEASE4[name](host, file=…,
# next_server=…, same_host=…).
LEASE4 = {"dhcpd": _dhcpd_that_names, "kea": kea4, "dnsmasq": dnsmasq4, "udhcpd": udhcpd}


def radvd(host, network="fd77::/64", interface="eth0", managed=True):
    """Starts router advertisements that say "ask DHCPv6" (managed), or nothing at all, and give
    no address either way."""
    folder = host.net.private("radvd")
    flag = "on" if managed else "off"
    path = _write(folder, "radvd.conf", f"""interface {interface} {{
    AdvSendAdvert on;
    AdvManagedFlag {flag};
    AdvOtherConfigFlag {flag};
    MinRtrAdvInterval 3;
    MaxRtrAdvInterval 4;
    prefix {network} {{ AdvOnLink on; AdvAutonomous off; }};
}};
""")
    host.forward()
    process = host.start(["radvd", "-n", "-C", path, "-p", os.path.join(folder, "pid"),
                          "-m", "stderr", "-d", "1"], "radvd")
    process.wait_line("version .* started", 10)
    return process


def tftp(host, folder):
    """Starts in.tftpd on this host, both families; `folder` is its root."""
    for path, _folders, files in os.walk(folder):  # it reads as nobody
        os.chmod(path, 0o755)
        for name in files:
            os.chmod(os.path.join(path, name), 0o644)
    process = host.start(["in.tftpd", "--foreground", "--user", "nobody", "--address", ":69",
                          "--secure", folder], "in.tftpd")
    until(lambda: (4, 69) in host.udp_ports() or process.returncode is not None, 5,
          "in.tftpd listens on port 69")
    return process


def http(host, folder, port=80):
    """Starts an HTTP server on this host, both families, for the files of `folder`."""
    process = host.start([sys.executable, "-u", "-m", "http.server", "--bind", "::",
                          "--directory", folder, str(port)], "http.server")
    process.wait_line("Serving HTTP", 10)
    return process


def dns(host, *names, at):
    """Starts dnsmasq as the DNS server of these names, each "/NAME/ADDRESS", at addresses of this host."""
    process = host.start(["dnsmasq", "--keep-in-foreground", "--log-facility=-", "--conf-file=/dev/null",
                          "--no-resolv", "--no-hosts", "--log-queries", "--user=root", "--pid-file=",
                          f"--listen-address={','.join(at)}", "--bind-interfaces",
                          *(f"--address={name}" for name in names)], "dns")
    process.wait_line("started", 10)
    return process


def dnsmasq_proxy(host, *lines):
    """Starts dnsmasq as a proxy: the yardstick, and the stand-in that proves the lab itself."""
    return _dnsmasq(host, "DHCP, proxy on subnet|DHCP, sockets bound", *lines)


def dnsmasq_relay(host, address, server):
    """Starts dnsmasq as a DHCP relay: what it hears on the network of `address`, its own there, goes
    to `server`."""
    return _dnsmasq(host, "DHCP relay", f"dhcp-relay={address},{server}")


def _dnsmasq(host, ready, *lines):
    folder = host.net.private("dnsmasq")
    path = _write(folder, "dnsmasq.conf", "\n".join(
        [*(() if any(line.startswith("port=") for line in lines) else ("port=0",)), "log-dhcp",
         f"dhcp-leasefile={folder}/leases", "user=root", "group=root", *lines]))
    process = host.start(["dnsmasq", "--keep-in-foreground", "--log-facility=-",
                          f"--conf-file={path}", "--pid-file="], "dnsmasq")
    process.wait_line(ready, 10)
    return process
