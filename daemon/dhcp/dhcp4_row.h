/* What to do with each DHCPv4 packet that arrives: every packet is of exactly one row.
 *
 * A proxy may answer few of them. It owns no lease: what is meant for the lease server, or for
 * nobody, is met with silence, which is always safe.
 */
#pragma once

#include "dhcp/pxe_client.h"

/* In the order of the tests; a packet is of the first row that fits. "PXE" is the class PXEClient
 * or an alias. */
enum dhcp4_row {
	DHCP4_ROW_MALFORMED = 1,      /* header, cookie, lengths, or 53 wrong */
	DHCP4_ROW_BOOTP = 2,          /* no option 53 */
	DHCP4_ROW_PXE_DISCOVER = 3,   /* 67 DISCOVER, PXE */
	DHCP4_ROW_HTTP_DISCOVER = 4,  /* 67 DISCOVER, HTTPClient */
	DHCP4_ROW_DISCOVER = 5,       /* 67 DISCOVER, any other */
	DHCP4_ROW_BOOT_ITEM = 6,      /* 67 REQUEST, PXE, 43.71, ciaddr: boot-server discovery */
	DHCP4_ROW_LEASE_REQUEST = 7,  /* 67 REQUEST, any other: the lease server's */
	DHCP4_ROW_INFORM_ITEM = 8,    /* 67 INFORM, PXE, 43.71 */
	DHCP4_ROW_INFORM_PXE = 9,     /* 67 INFORM, PXE, no 43.71, ciaddr */
	DHCP4_ROW_INFORM_SERVER = 10, /* 67 INFORM, PXEServer */
	DHCP4_ROW_INFORM_APPLE = 11,  /* 67 INFORM, AAPLBSDPC */
	DHCP4_ROW_OTHER = 12,         /* either port: any other type, any other INFORM on 67 */
	DHCP4_ROW_PXE_REQUEST = 13,   /* 4011 REQUEST, PXE, no 43.71 */
	DHCP4_ROW_PXE_ITEM = 14,      /* 4011 REQUEST, PXE, 43.71 */
	DHCP4_ROW_PXE_INFORM = 15,    /* 4011 INFORM, PXE */
	DHCP4_ROW_PXE_LATE_DISCOVER = 16, /* 4011 DISCOVER, PXE */
	DHCP4_ROW_NOT_PXE = 17,           /* 4011, not PXE */
	DHCP4_ROW_HOPS = 18,              /* more than 16 relays (RFC 1542 §4.1.1) */
	DHCP4_ROW_CREDENTIALS = 19        /* 43.71 asks for BIS credentials: we have none */
};

enum dhcp4_rule {
	DHCP4_RULE_DROP,     /* count it as malformed; no provider sees it */
	DHCP4_RULE_SILENT,   /* providers may look, an answer is refused */
	DHCP4_RULE_CLAIM,    /* silent, unless a provider claims it by answering */
	DHCP4_RULE_CANDIDATE /* meant for us */
};

/**
 * The row of a packet that dhcp4_mend() or dhcp4_index_build() took, received on `port` (67 or
 * 4011). What they refused is DHCP4_ROW_MALFORMED, and the caller knows it.
 */
enum dhcp4_row dhcp4_row_of(uint16_t port, struct span packet, const struct pxe_client *client);

enum dhcp4_rule dhcp4_row_rule(enum dhcp4_row row);

/** True where PxeSendReply is allowed: a candidate, or a row that a provider may claim. */
static inline bool dhcp4_row_may_answer(enum dhcp4_row row)
{
	return dhcp4_row_rule(row) >= DHCP4_RULE_CLAIM;
}

/** A short lower-case reason, such as "lease-request", for logs and counters; never NULL. */
const char *dhcp4_row_name(enum dhcp4_row row);
