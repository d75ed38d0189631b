"""A variable store for OVMF that names the one boot option to try first.

OVMF would try its network boot options in its own order, and each that nobody answers costs a
minute; with BootOrder set it begins with ours. The store is a copy of one that comes with OVMF;
variables are appended to it as edk2 lays them out (authenticated format).
"""

import struct

STORE_GUID = bytes.fromhex("782cf3aa7b949a43a1802e144ec37792")
GLOBAL_VARIABLE = bytes.fromhex("61dfe48bca93d211aa0d00e098032b8c")
STORE_AT = 0x48          # after the firmware volume's header
STORE_HEADER = 28
VARIABLE_HEADER = 60
VALID = 0x3F
NV_BS_RT = 7             # kept, and seen before and after the system starts
ACTIVE = 1
OPTION = 0x77            # the number of our boot option: Boot0077
NAMES = {"pxe4": "PXE over IPv4", "pxe6": "PXE over IPv6",
         "http4": "HTTP Boot over IPv4", "http6": "HTTP Boot over IPv6"}


def _variable(name, data):
    wide = (name + "\0").encode("utf-16-le")
    record = struct.pack("<HBBIQ16sIII16s", 0x55AA, VALID, 0, NV_BS_RT, 0, bytes(16), 0,
                         len(wide), len(data), GLOBAL_VARIABLE) + wide + data
    return record + b"\xff" * (-len(record) % 4)


def _node(kind, subtype, data=b""):
    return struct.pack("<BBH", kind, subtype, 4 + len(data)) + data


def device_path(way, mac, slot):
    """The path of a network boot option: way is pxe4, pxe6, http4 or http6."""
    path = _node(2, 1, struct.pack("<II", 0x0A0341D0, 0))            # PciRoot(0)
    path += _node(1, 1, bytes([0, slot]))                            # Pci(slot, 0)
    path += _node(3, 11, bytes.fromhex(mac.replace(":", "")).ljust(32, b"\0") + b"\1")
    if way.endswith("4"):
        path += _node(3, 12, bytes(23))                              # IPv4, by DHCP
    else:
        path += _node(3, 13, bytes(39) + b"\x40" + bytes(16))        # IPv6, prefix length 64
    if way.startswith("http"):
        path += _node(3, 24)                                         # Uri()
    return path + _node(0x7F, 0xFF)


def _free(store, at):
    """Where the store's variables end."""
    while store[at:at + 2] == b"\xaa\x55":
        name, data = struct.unpack_from("<II", store, at + 36)
        at += VARIABLE_HEADER + name + data
        at += -(at - STORE_AT) % 4
    return at


def prepare(template, out, way, mac, slot):
    """Copies the store `template` to `out`, with a boot option for `way` put first. The template is
    empty, or has keys for Secure Boot and no boot option."""
    with open(template, "rb") as file:
        store = bytearray(file.read())
    if store[STORE_AT:STORE_AT + 16] != STORE_GUID:
        raise ValueError(f"{template}: not a store of authenticated variables")
    path = device_path(way, mac, slot)
    option = struct.pack("<IH", ACTIVE, len(path)) + (NAMES[way] + "\0").encode("utf-16-le") + path
    at = _free(store, STORE_AT + STORE_HEADER)
    for name, data in ((f"Boot{OPTION:04X}", option), ("BootOrder", struct.pack("<H", OPTION))):
        record = _variable(name, data)
        if set(store[at:at + len(record)]) != {0xFF}:
            raise ValueError(f"{template}: no room")
        store[at:at + len(record)] = record
        at += len(record)
    with open(out, "wb") as file:
        file.write(store)
    return out
