/* What a DHCPv4 request says about the client that sent it.
 *
 * RFC 4578 (93, 94, 97), PXE 2.1 (60, 43), RFC 3004 (77), RFC 3527 (82.5), RFC 3011 (118),
 * RFC 8357 (82.19), and what firmware really sends.
 */
#pragma once

#include "dhcp/dhcp4_option.h"
#include "dhcp/pxe43.h"
#include "dhcp/pxe_arch.h"
#include "dhcp/pxe_uuid.h"

/* By the start of option 60. */
enum pxe_class {
	PXE_CLASS_NONE,   /* absent or any other */
	PXE_CLASS_PXE,    /* PXEClient */
	PXE_CLASS_HTTP,   /* HTTPClient */
	PXE_CLASS_ALIAS,  /* one of the caller's prefixes: treated as PXEClient everywhere */
	PXE_CLASS_SERVER, /* PXEServer: another boot server */
	PXE_CLASS_APPLE   /* AAPLBSDPC */
};

/* The caller's other names for PXEClient, in order of preference. */
struct pxe_aliases {
	const struct span *prefix;
	size_t count;
};

struct pxe_client {
	enum pxe_class class;
	struct span class_echo; /* what a reply's option 60 says: the family, or the alias matched;
				 * static, or the caller's alias; empty for no class */
	struct span vendor_class; /* all of option 60 */
	enum dhcp4_type type;

	uint16_t arch; /* first known code of 93, else its first; else Arch: of 60; else 0; one of
			* HTTP Boot where the class is HTTPClient, and only there */
	struct span arch_list; /* all of 93, two octets each; empty: absent or of odd length */
	bool has_arch;         /* 93 or 60 said it, or it was assumed */
	bool arch_assumed;     /* PXEClient that says nothing: x86-bios */
	bool arch_mismatch;    /* 60 names a code that is not in 93: 93 was taken */

	bool has_uuid; /* 17 octets, type 0, neither zeros nor ones */
	uint8_t uuid[PXE_UUID_LEN];

	struct span chaddr; /* hlen octets */
	bool has_mac;       /* chaddr is an Ethernet address of 6 octets */

	struct span user_class; /* option 77 as sent */
	bool is_ipxe;           /* user class iPXE, or option 175 */

	uint16_t max_size; /* option 57 as sent, IP and UDP headers included; 0: absent */

	bool has_boot_item; /* 43.71 of 4 octets or more */
	struct pxe43_boot_item boot_item;

	struct ip
		network; /* the client's network: 82.5, 118 or giaddr; IP_NONE: where it came in */
	bool relay_port; /* 82.19: the relay wants its answer at its source port */
};

/**
 * Reads the client out of a packet that dhcp4_mend() or dhcp4_index_build() took.
 *
 * `scratch` receives the options that came in parts, joined; it must live as long as *out is used,
 * as must the packet. 1024 octets hold all that a sane client sends; what does not fit (NULL and 0
 * are allowed) is read from its first part.
 */
void pxe_client_read(struct span packet, const struct dhcp4_index *index,
		     const struct pxe_aliases *aliases, uint8_t *scratch, size_t scratch_len,
		     struct pxe_client *out);

/**
 * Reads again what is each machine's own, and where the rest is, of a packet of the same kind
 * (dhcp4_kind.h) as that which *out was read from. No option comes twice in them.
 */
void pxe_client_read_own(struct span packet, const struct dhcp4_index *index,
			 struct pxe_client *out);

/** True for PXEClient and its aliases. */
static inline bool pxe_client_is_pxe(const struct pxe_client *client)
{
	return client->class == PXE_CLASS_PXE || client->class == PXE_CLASS_ALIAS;
}

/** The class of a vendor class text; *echo (may be NULL) as in struct pxe_client. */
enum pxe_class pxe_class_of(struct span vendor_class, const struct pxe_aliases *aliases,
			    struct span *echo);

/** The five digits behind "Arch:" in a vendor class. False, *out untouched, when there are none. */
bool pxe_class_arch(struct span vendor_class, uint16_t *out);
