/* no allocation · no lock · no log */
#include "dhcp/dhcp4_row.h"

static const struct {
	const char *name;
	enum dhcp4_rule rule;
} rows[] = {
	[0] = { "unknown", DHCP4_RULE_SILENT },
	[DHCP4_ROW_MALFORMED] = { "malformed", DHCP4_RULE_DROP },
	[DHCP4_ROW_BOOTP] = { "bootp", DHCP4_RULE_SILENT },
	[DHCP4_ROW_PXE_DISCOVER] = { "pxe-discover", DHCP4_RULE_CANDIDATE },
	[DHCP4_ROW_HTTP_DISCOVER] = { "http-discover", DHCP4_RULE_CANDIDATE },
	[DHCP4_ROW_DISCOVER] = { "discover-not-pxe", DHCP4_RULE_SILENT },
	[DHCP4_ROW_BOOT_ITEM] = { "boot-item", DHCP4_RULE_CANDIDATE },
	[DHCP4_ROW_LEASE_REQUEST] = { "lease-request", DHCP4_RULE_SILENT },
	[DHCP4_ROW_INFORM_ITEM] = { "inform-boot-item", DHCP4_RULE_CANDIDATE },
	[DHCP4_ROW_INFORM_PXE] = { "inform-pxe", DHCP4_RULE_CLAIM },
	[DHCP4_ROW_INFORM_SERVER] = { "inform-pxe-server", DHCP4_RULE_CLAIM },
	[DHCP4_ROW_INFORM_APPLE] = { "inform-apple", DHCP4_RULE_CLAIM },
	[DHCP4_ROW_OTHER] = { "other-type", DHCP4_RULE_SILENT },
	[DHCP4_ROW_PXE_REQUEST] = { "pxe-request", DHCP4_RULE_CANDIDATE },
	[DHCP4_ROW_PXE_ITEM] = { "pxe-boot-item", DHCP4_RULE_CANDIDATE },
	[DHCP4_ROW_PXE_INFORM] = { "pxe-inform", DHCP4_RULE_CANDIDATE },
	[DHCP4_ROW_PXE_LATE_DISCOVER] = { "pxe-discover-4011", DHCP4_RULE_CANDIDATE },
	[DHCP4_ROW_NOT_PXE] = { "not-pxe", DHCP4_RULE_SILENT },
	[DHCP4_ROW_HOPS] = { "too-many-hops", DHCP4_RULE_SILENT },
	[DHCP4_ROW_CREDENTIALS] = { "wants-credentials", DHCP4_RULE_SILENT },
};

static bool row_exists(enum dhcp4_row row)
{
	return row >= DHCP4_ROW_MALFORMED && row <= DHCP4_ROW_CREDENTIALS;
}

enum dhcp4_rule dhcp4_row_rule(enum dhcp4_row row)
{
	return rows[row_exists(row) ? row : 0].rule;
}

const char *dhcp4_row_name(enum dhcp4_row row)
{
	return rows[row_exists(row) ? row : 0].name;
}

/* Rows 8 to 12: INFORM on 67. */
static enum dhcp4_row row_of_inform(const uint8_t *packet, const struct pxe_client *client)
{
	if (pxe_client_is_pxe(client) && client->has_boot_item)
		return DHCP4_ROW_INFORM_ITEM;
	if (pxe_client_is_pxe(client) && dhcp4_has_addr(packet, DHCP4_CIADDR))
		return DHCP4_ROW_INFORM_PXE;
	if (client->class == PXE_CLASS_SERVER)
		return DHCP4_ROW_INFORM_SERVER;
	if (client->class == PXE_CLASS_APPLE)
		return DHCP4_ROW_INFORM_APPLE;
	return DHCP4_ROW_OTHER;
}

/* Rows 3 to 12. */
static enum dhcp4_row row_on_67(const uint8_t *packet, const struct pxe_client *client)
{
	bool pxe = pxe_client_is_pxe(client);

	switch ((unsigned)client->type) { /* any number: the wire's */
	case DHCP4_DISCOVER:
		if (client->class == PXE_CLASS_HTTP)
			return DHCP4_ROW_HTTP_DISCOVER;
		return pxe ? DHCP4_ROW_PXE_DISCOVER : DHCP4_ROW_DISCOVER;
	case DHCP4_REQUEST:
		if (pxe && client->has_boot_item && dhcp4_has_addr(packet, DHCP4_CIADDR))
			return DHCP4_ROW_BOOT_ITEM;
		return DHCP4_ROW_LEASE_REQUEST;
	case DHCP4_INFORM:
		return row_of_inform(packet, client);
	default:
		return DHCP4_ROW_OTHER;
	}
}

/* Rows 13 to 17. */
static enum dhcp4_row row_on_4011(const struct pxe_client *client)
{
	if (!pxe_client_is_pxe(client))
		return DHCP4_ROW_NOT_PXE;
	switch ((unsigned)client->type) { /* any number: the wire's */
	case DHCP4_REQUEST:
		return client->has_boot_item ? DHCP4_ROW_PXE_ITEM : DHCP4_ROW_PXE_REQUEST;
	case DHCP4_INFORM:
		return DHCP4_ROW_PXE_INFORM;
	case DHCP4_DISCOVER:
		return DHCP4_ROW_PXE_LATE_DISCOVER;
	default:
		return DHCP4_ROW_OTHER;
	}
}

static bool wants_credentials(enum dhcp4_row row, const struct pxe_client *client)
{
	if (row != DHCP4_ROW_BOOT_ITEM && row != DHCP4_ROW_INFORM_ITEM &&
	    row != DHCP4_ROW_PXE_ITEM && row != DHCP4_ROW_PXE_INFORM)
		return false;
	return client->has_boot_item && client->boot_item.layer & PXE43_LAYER_CREDENTIALS;
}

enum dhcp4_row dhcp4_row_of(uint16_t port, struct span packet, const struct pxe_client *client)
{
	enum dhcp4_row row;

	if (dhcp4_op(packet.at) != DHCP4_BOOTREQUEST)
		return DHCP4_ROW_MALFORMED;
	if (client->type == DHCP4_NO_TYPE)
		return DHCP4_ROW_BOOTP;
	if (dhcp4_hops(packet.at) > DHCP4_HOPS_MAX)
		return DHCP4_ROW_HOPS;
	row = port == DHCP4_PORT_PXE ? row_on_4011(client) : row_on_67(packet.at, client);
	return wants_credentials(row, client) ? DHCP4_ROW_CREDENTIALS : row;
}
