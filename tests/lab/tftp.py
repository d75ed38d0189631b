"""A client of TFTP (RFC 1350, RFC 2347). As firmware does, it asks again until it is answered: a server that has
just begun may miss a request, and that of Debian 13's tftpd-hpa always misses its first one.

    with tftp.transfer(client, "10.77.0.2", "ipxe.efi") as (socket, first):
        socket.send(b"\\0\\4\\0\\1", *first.source)
"""

import contextlib

from .process import until


@contextlib.contextmanager
def transfer(host, server, name, *options):
    """A socket, and the first datagram of the answer. Each try has a port of its own, where nothing of another
    one comes. Options are texts: a name, a value, a name..."""
    request = b"\0\1" + b"".join(word.encode() + b"\0" for word in (name, "octet", *options))

    def ask():
        with contextlib.ExitStack() as stack:
            socket = stack.enter_context(host.udp(0))
            socket.send(request, server, 69)
            first = socket.heard(2)
            return first and (stack.pop_all(), socket, first)

    stack, socket, first = until(ask, 20, f"an answer by TFTP about {name}")
    with stack:
        yield socket, first


def first_of(host, server, name):
    """What the answer's first datagram has in it."""
    with transfer(host, server, name) as (_socket, first):
        return first.payload
