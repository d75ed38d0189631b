/* no allocation · no lock · no log */
#include "dhcp/dhcp6_row.h"

static const struct {
	bool may_answer;
	const char *name;
} rows[DHCP6_ROW_COUNT] = {
#define X(symbol, may_answer_, name_) [DHCP6_ROW_##symbol] = { may_answer_, name_ },
	DHCP6_ROWS(X)
#undef X
};

/* RFC 8415 §16.2: a SOLICIT has a client id and no server id. */
static enum dhcp6_row solicit_row(const struct pxe_client6 *client)
{
	if (!client->duid.at || client->server_id != PXE6_SERVER_ID_ABSENT)
		return DHCP6_ROW_SOLICIT_BAD;
	return pxe_client6_boots(client) ? DHCP6_ROW_SOLICIT : DHCP6_ROW_SOLICIT_PLAIN;
}

/* RFC 8415 §16.12: a server id must be ours, and there is no IA. */
static enum dhcp6_row information_row(const struct pxe_client6 *client, bool switched_on)
{
	if (client->server_id == PXE6_SERVER_ID_FOREIGN || client->has_ia)
		return DHCP6_ROW_INFORMATION_BAD;
	if (client->class == PXE6_CLASS_NONE || !client->wants_url)
		return DHCP6_ROW_INFORMATION_PLAIN;
	return switched_on ? DHCP6_ROW_INFORMATION : DHCP6_ROW_INFORMATION_OFF;
}

static enum dhcp6_row pxe_port_row(const struct pxe_client6 *client)
{
	if (client->type != DHCP6_REQUEST || client->n_relays > 0)
		return DHCP6_ROW_PXE_OTHER;
	if (!client->duid.at)
		return DHCP6_ROW_PXE_ANONYMOUS;
	switch (client->server_id) {
	case PXE6_SERVER_ID_OURS:
		return DHCP6_ROW_PXE_REQUEST;
	case PXE6_SERVER_ID_ABSENT:
		return DHCP6_ROW_PXE_REQUEST_ANY;
	case PXE6_SERVER_ID_FOREIGN:
		break;
	}
	return DHCP6_ROW_PXE_FOREIGN;
}

enum dhcp6_row dhcp6_row_of(const struct pxe_client6 *client, uint16_t port,
			    bool information_request)
{
	switch (client->type) {
	case DHCP6_ADVERTISE:
	case DHCP6_REPLY:
	case DHCP6_RECONFIGURE:
	case DHCP6_RELAY_REPL:
		return DHCP6_ROW_SERVER_MESSAGE;
	case DHCP6_SOLICIT:
	case DHCP6_INFORMATION_REQUEST:
	case DHCP6_REQUEST:
	case DHCP6_CONFIRM:
	case DHCP6_RENEW:
	case DHCP6_REBIND:
	case DHCP6_RELEASE:
	case DHCP6_DECLINE:
		break;
	default:
		return DHCP6_ROW_UNKNOWN;
	}
	if (port == DHCP6_PORT_PXE)
		return pxe_port_row(client);
	if (client->type == DHCP6_SOLICIT)
		return solicit_row(client);
	if (client->type == DHCP6_INFORMATION_REQUEST)
		return information_row(client, information_request);
	return DHCP6_ROW_LEASE;
}

enum dhcp6_row dhcp6_row_read(struct span datagram, uint16_t port, bool information_request,
			      const struct pxe_client6_self *self, struct pxe_client6 *out)
{
	if (pxe_client6_read(datagram, self, out))
		return DHCP6_ROW_MALFORMED;
	return dhcp6_row_of(out, port, information_request);
}

bool dhcp6_row_may_answer(enum dhcp6_row row)
{
	return rows[row].may_answer;
}

const char *dhcp6_row_name(enum dhcp6_row row)
{
	return rows[row].name;
}
