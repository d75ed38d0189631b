"""The servers that stand beside the daemon: addresses, router advertisements, boot files.

None of them knows anything of booting, except where `same_host` says so: then the DHCP server
answers PXE clients with the class "PXEClient" alone, which sends them to port 4011 of its host.
"""

import ipaddress
import os
import shutil
import sys

from .process import until


def _write(folder, name, text):
    path = os.path.join(folder, name)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path


def _dhcpd(host, family, configuration, interfaces):
    folder = host.net.private("dhcpd")
    # A copy of the program: AppArmor's profile, where there is one, ties the path in /usr/sbin
    # to the system's own configuration and leases.
    program = shutil.copy(shutil.which("dhcpd", path="/usr/sbin:/usr/bin"), folder)
    process = host.start([program, f"-{family}", "-f", "-d", "--no-pid",
                          "-cf", _write(folder, "dhcpd.conf", configuration),
                          "-lf", _write(folder, "leases", ""), *interfaces], f"dhcpd{family}")
    process.wait_line("Server starting service", 10)
    return process


def dhcp4(host, network="10.77.0.0/24", first=100, last=199, router=None, same_host=False,
          extra=""):
    """Starts ISC dhcpd on this host for IPv4: addresses only. Returns the Process.

    `extra` is put into the configuration as it is (a second subnet, options)."""
    net = ipaddress.ip_network(network)
    lines = ["authoritative;", "default-lease-time 600;", "ping-check false;"]
    if same_host:
        lines += ['class "pxe" {',
                  '  match if substring(option vendor-class-identifier, 0, 9) = "PXEClient";',
                  '  option vendor-class-identifier "PXEClient";', "}"]
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
    for name in os.listdir(folder):
        os.chmod(os.path.join(folder, name), 0o644)  # it reads as nobody
    os.chmod(folder, 0o755)
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


def dnsmasq_proxy(host, *lines):
    """Starts dnsmasq as a proxy: the yardstick, and the stand-in that proves the lab itself."""
    folder = host.net.private("dnsmasq")
    path = _write(folder, "dnsmasq.conf", "\n".join(
        ["port=0", "log-dhcp", f"dhcp-leasefile={folder}/leases", "user=root", "group=root",
         *lines]))
    process = host.start(["dnsmasq", "--keep-in-foreground", "--log-facility=-",
                          f"--conf-file={path}", "--pid-file="], "dnsmasq")
    process.wait_line("DHCP, proxy on subnet|DHCP, sockets bound", 10)
    return process
