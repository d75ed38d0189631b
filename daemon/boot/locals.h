/* The addresses of this host, each with its link: the API tells a provider one of our addresses,
 * and neither the link that has it nor what else that link has.
 */
#pragma once

#include "boot/ip.h"

struct local {
	PXE_BOOT_IP ip;
	uint8_t bits;                       /* of its network */
	char link[PXE_BOOT_INTERFACE_SIZE]; /* never an address's label, such as eth0:1 */
};

struct locals {
	struct local *at; /* owned; in the kernel's order */
	size_t n;
};

/** Reads all addresses of this host. 0, or -errno and *out is empty; -EAGAIN: they keep changing.
 */
int locals_read(struct locals *out);
void locals_done(struct locals *locals);

/** The first link that has the address; NULL: none has. */
const char *locals_link(const struct locals *locals, const PXE_BOOT_IP *ip);
/** Is the address in a network of one of our links? */
bool locals_on_link(const struct locals *locals, const PXE_BOOT_IP *ip);
/** Does some link have both addresses? */
bool locals_share_link(const struct locals *locals, const PXE_BOOT_IP *a, const PXE_BOOT_IP *b);
/**
 * Can two addresses of machines be on one wire? Those in networks of one link of ours are. Of a
 * network behind a relay only addresses are known: one counts as such where the first 24 bits are
 * the same, 64 of IPv6.
 */
bool locals_one_wire(const struct locals *locals, const PXE_BOOT_IP *a, const PXE_BOOT_IP *b);
/**
 * Makes an address of a machine that of its network: by the prefix of a link of ours, else by that
 * of the smallest of these networks that has it, else as much of it as counts as one wire.
 */
void locals_network(const struct locals *locals, const PXE_BOOT_NETWORK *networks, ULONG n,
		    PXE_BOOT_IP *ip);
