/* no allocation · no lock · no log */
#include "dhcp/dhcp6_reply.h"

uint8_t dhcp6_reply_type(uint8_t request_type)
{
	switch (request_type) {
	case DHCP6_SOLICIT:
		return DHCP6_ADVERTISE;
	case DHCP6_REQUEST:
	case DHCP6_CONFIRM:
	case DHCP6_RENEW:
	case DHCP6_REBIND:
	case DHCP6_RELEASE:
	case DHCP6_DECLINE:
	case DHCP6_INFORMATION_REQUEST:
		return DHCP6_REPLY;
	case DHCP6_RELAY_FORW:
		return DHCP6_RELAY_REPL;
	default:
		return 0;
	}
}

/* Goes down through relay messages of that one type to what they carry, and counts them. */
static int unwrap(struct span message, uint8_t relay_type, struct span *inner, unsigned *n_levels)
{
	struct span options;

	*n_levels = 0;
	while (dhcp6_type_of(message) == relay_type) {
		if (++*n_levels > DHCP6_RELAY_LIMIT || dhcp6_options_of(message, &options) ||
		    !dhcp6_option_area_ok(options) ||
		    dhcp6_option_find(options, DHCP6_OPT_RELAY_MSG, 1, &message))
			return DHCP6_E_MALFORMED;
	}
	*inner = message;
	return 0;
}

/* What the check wants to know of one message, by one pass over it. */
struct message_facts {
	uint8_t type;
	uint32_t xid;
	struct span client_id, server_id; /* at NULL: absent */
	bool has_class, leases;
};

/* A boot client's class, or a boot server's: of Intel's enterprise number. */
static bool is_boot_class(struct span value)
{
	struct span items = span_drop(value, 4), item;

	if (value.len < 4 || load_be32(value.at) != DHCP6_ENTERPRISE_INTEL)
		return false;
	while (!dhcp6_item_next(&items, &item))
		if (span_starts(item, span_str("PXEClient")) ||
		    span_starts(item, span_str("HTTPClient")))
			return true;
	return false;
}

static int facts_read(struct span message, struct message_facts *out)
{
	struct dhcp6_option option;
	struct span options;
	int r;

	if (dhcp6_options_of(message, &options))
		return DHCP6_E_MALFORMED;
	*out = (struct message_facts){ .type = dhcp6_type_of(message),
				       .xid = dhcp6_xid_of(message) };
	while (!(r = dhcp6_option_next(&options, &option))) {
		switch (option.code) {
		case DHCP6_OPT_CLIENTID:
			out->client_id = option.value;
			break;
		case DHCP6_OPT_SERVERID:
			out->server_id = option.value;
			break;
		case DHCP6_OPT_VENDOR_CLASS:
			out->has_class = is_boot_class(option.value);
			break;
		case DHCP6_OPT_IA_NA:
		case DHCP6_OPT_IA_TA:
		case DHCP6_OPT_IA_PD:
		case DHCP6_OPT_PREFERENCE:
			out->leases = true;
			break;
		default:
			break;
		}
	}
	return r == DHCP6_E_END ? 0 : r;
}

unsigned dhcp6_reply_check(struct span request, struct span reply)
{
	unsigned facts = 0, request_levels, reply_levels;
	struct message_facts ask, answer;
	struct span ask_span, answer_span;

	if (unwrap(request, DHCP6_RELAY_FORW, &ask_span, &request_levels) ||
	    unwrap(reply, DHCP6_RELAY_REPL, &answer_span, &reply_levels) ||
	    facts_read(ask_span, &ask) || facts_read(answer_span, &answer))
		return DHCP6_REPLY_MALFORMED;

	if (answer.type == 0 || answer.type != dhcp6_reply_type(ask.type))
		facts |= DHCP6_REPLY_WRONG_TYPE;
	if (answer.xid != ask.xid)
		facts |= DHCP6_REPLY_WRONG_XID;
	if (!answer.server_id.at)
		facts |= DHCP6_REPLY_NO_SERVER_ID;
	else if (ask.server_id.at && !span_equal(ask.server_id, answer.server_id))
		facts |= DHCP6_REPLY_WRONG_SERVER;
	if (ask.has_class && !answer.has_class)
		facts |= DHCP6_REPLY_NO_CLASS;
	if (ask.client_id.at && !span_equal(ask.client_id, answer.client_id))
		facts |= DHCP6_REPLY_NO_CLIENT_ID;
	if (reply.len > DHCP6_ROAD_MAX)
		facts |= DHCP6_REPLY_LARGE;
	if (answer.leases)
		facts |= DHCP6_REPLY_LEASES;
	if (request_levels != reply_levels)
		facts |= DHCP6_REPLY_RELAY_CHAIN;
	return facts;
}

const char *dhcp6_reply_fact_text(unsigned facts)
{
	static const struct {
		unsigned fact;
		const char *text;
	} texts[] = {
		{ DHCP6_REPLY_MALFORMED, "it is not a complete DHCPv6 message" },
		{ DHCP6_REPLY_WRONG_TYPE,
		  "its message type does not answer the type of the request" },
		{ DHCP6_REPLY_WRONG_XID, "its transaction id differs from the request" },
		{ DHCP6_REPLY_NO_SERVER_ID, "it has no server id" },
		{ DHCP6_REPLY_NO_CLIENT_ID, "it does not repeat the client id" },
		{ DHCP6_REPLY_LARGE, "it is too large to pass every network unfragmented" },
		{ DHCP6_REPLY_LEASES, "it claims to come from a server that assigns addresses" },
		{ DHCP6_REPLY_WRONG_SERVER, "its server id is not the one that the client asked" },
		{ DHCP6_REPLY_NO_CLASS,
		  "it has no class (option 16) that begins with PXEClient or HTTPClient" },
		{ DHCP6_REPLY_RELAY_CHAIN, "it does not return through the relays of the request" },
	};

	for (unsigned i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (facts & texts[i].fact)
			return texts[i].text;
	return "";
}

struct span dhcp6_reply_message(struct span reply)
{
	unsigned n_levels;
	struct span inner;

	return unwrap(reply, DHCP6_RELAY_REPL, &inner, &n_levels) ? SPAN_NONE : inner;
}

struct span dhcp6_reply_url(struct span reply)
{
	struct span options, url;

	if (dhcp6_options_of(dhcp6_reply_message(reply), &options) ||
	    dhcp6_option_find(options, DHCP6_OPT_BOOTFILE_URL, 1, &url))
		return SPAN_NONE;
	return url;
}
