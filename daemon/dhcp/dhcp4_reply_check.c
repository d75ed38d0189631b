/* What firmware finds missing or wrong in a reply, without a word about it. */
#include "dhcp/dhcp4_option.h"
#include "dhcp/dhcp4_reply.h"

enum { OPT_LEASE_TIME = 51 };

/* What a message says, by one pass over its main options. */
struct said {
	struct span type, server_id, class, uuid, file; /* at NULL: absent */
	bool has_uuid, has_lease_time, has_vendor, has_tftp_server, overloaded, has_end;
};

static void said_option(const struct dhcp4_option *option, struct said *out)
{
	switch (option->code) {
	case DHCP4_OPT_TYPE:
		out->type = option->value;
		break;
	case DHCP4_OPT_SERVER_ID:
		out->server_id = option->value;
		break;
	case DHCP4_OPT_VENDOR_CLASS:
		out->class = option->value;
		break;
	case DHCP4_OPT_UUID:
		out->uuid = out->has_uuid ? SPAN_NONE : option->value; /* of two, neither */
		out->has_uuid = true;
		break;
	case DHCP4_OPT_BOOT_FILE:
		out->file = option->value;
		break;
	case OPT_LEASE_TIME:
		out->has_lease_time = true;
		break;
	case DHCP4_OPT_VENDOR:
		out->has_vendor = true;
		break;
	case DHCP4_OPT_TFTP_SERVER:
		out->has_tftp_server = true;
		break;
	case DHCP4_OPT_OVERLOAD:
		out->overloaded = true;
		break;
	default:
		break;
	}
}

static struct said said_by(struct span message)
{
	struct span cursor = dhcp4_options(message);
	struct said out = { .file = { 0 } };
	struct dhcp4_option option;

	while (dhcp4_option_next(&cursor, &option) == 0)
		said_option(&option, &out);
	while (cursor.len > 0 && cursor.at[0] == DHCP4_OPT_PAD)
		cursor = span_drop(cursor, 1);
	out.has_end = cursor.len > 0 && cursor.at[0] == DHCP4_OPT_END;
	if (!out.file.at)
		out.file = dhcp4_file(message.at);
	return out;
}

static bool is_class(const struct said *said, const char *class)
{
	size_t len = strlen(class);

	return said->class.len >= len && memcmp(said->class.at, class, len) == 0;
}

static bool is_type(const struct said *said, uint8_t type)
{
	return said->type.len == 1 && said->type.at[0] == type;
}

/* Of the two classes that there are, is it the other one? An alias of PXEClient is neither. */
static bool is_other_class(const struct said *asked, const struct said *said)
{
	return (is_class(asked, "PXEClient") && is_class(said, "HTTPClient")) ||
	       (is_class(asked, "HTTPClient") && is_class(said, "PXEClient"));
}

/* Does it answer this message? */
static unsigned check_answer(const struct said *asked, const struct said *said)
{
	bool offers = is_type(said, DHCP4_OFFER), acks = is_type(said, DHCP4_ACK);
	unsigned facts = 0;

	if (asked->type.len == 1 && (is_type(asked, DHCP4_DISCOVER) ? acks : offers))
		facts |= DHCP4_REPLY_WRONG_TYPE;
	if (is_other_class(asked, said))
		facts |= DHCP4_REPLY_WRONG_CLASS;
	if (asked->uuid.at && said->uuid.at && !span_equal(asked->uuid, said->uuid))
		facts |= DHCP4_REPLY_WRONG_UUID;
	return facts;
}

/* What a client compares before it reads on, and a relay before it passes it on. */
static unsigned check_header(const uint8_t *request, const uint8_t *reply)
{
	unsigned facts = 0;

	if (dhcp4_xid(request) != dhcp4_xid(reply))
		facts |= DHCP4_REPLY_WRONG_XID;
	if (dhcp4_htype(request) != dhcp4_htype(reply) ||
	    dhcp4_hlen(request) != dhcp4_hlen(reply) ||
	    !span_equal(dhcp4_chaddr(request), dhcp4_chaddr(reply)))
		facts |= DHCP4_REPLY_WRONG_CLIENT;
	if (memcmp(request + DHCP4_GIADDR, reply + DHCP4_GIADDR, 4) != 0)
		facts |= DHCP4_REPLY_WRONG_RELAY;
	return facts;
}

static bool is_url(struct span file)
{
	return file.len > 3 && memmem(file.at, file.len, "://", 3);
}

/* RFC 2132 §9.7: EDK2 drops an OFFER whose server identifier is missing or 0. */
static unsigned check_head(const struct said *said)
{
	static const uint8_t none[4];
	unsigned facts = 0;

	if (!said->type.at)
		facts |= DHCP4_REPLY_NO_TYPE;
	else if (said->type.len != 1 ||
		 (said->type.at[0] != DHCP4_OFFER && said->type.at[0] != DHCP4_ACK &&
		  said->type.at[0] != DHCP4_NAK))
		facts |= DHCP4_REPLY_NOT_A_REPLY;
	if (!said->server_id.at)
		facts |= DHCP4_REPLY_NO_SERVER_ID;
	else if (said->server_id.len != 4 || memcmp(said->server_id.at, none, 4) == 0)
		facts |= DHCP4_REPLY_ZERO_SERVER_ID;
	if (!said->class.at)
		facts |= DHCP4_REPLY_NO_CLASS;
	if (!said->has_end)
		facts |= DHCP4_REPLY_NO_END;
	return facts;
}

/* Which host is asked on port 4011? EDK2 takes siaddr where it is not 0, iPXE option 54, and drops
 * an ACK of another. */
static bool is_split(const uint8_t *reply, const struct said *said)
{
	return said->file.len == 0 && !said->has_vendor && dhcp4_has_addr(reply, DHCP4_SIADDR) &&
	       said->server_id.len == 4 && memcmp(said->server_id.at, reply + DHCP4_SIADDR, 4) != 0;
}

/* An OFFER with an address is a lease, and one without a lease time is none (RFC 2131 table 3). An
 * ACK must name what to load, or how to choose it. iPXE and BIOS ROMs fetch from siaddr alone. */
static unsigned check_boot(struct span reply, const struct said *said)
{
	bool offer = is_type(said, DHCP4_OFFER), ack = is_type(said, DHCP4_ACK);
	unsigned facts = 0;

	if (offer && dhcp4_has_addr(reply.at, DHCP4_YIADDR) && !said->has_lease_time)
		facts |= DHCP4_REPLY_LEASES;
	if (said->overloaded)
		return facts; /* names may be in fields that were given to options */
	if (is_class(said, "HTTPClient") && !is_url(said->file))
		facts |= DHCP4_REPLY_NO_URL;
	if (!is_class(said, "PXEClient"))
		return facts;
	if (offer && is_split(reply.at, said))
		facts |= DHCP4_REPLY_TWO_SERVERS;
	if (ack && said->file.len == 0 && !said->has_vendor)
		facts |= DHCP4_REPLY_NO_FILE;
	if (said->file.len > 0 && !is_url(said->file) && !said->has_tftp_server &&
	    !dhcp4_has_addr(reply.at, DHCP4_SIADDR))
		facts |= DHCP4_REPLY_NO_NEXT_SERVER;
	return facts;
}

unsigned dhcp4_reply_check(struct span request, struct span reply)
{
	struct said asked = said_by(request), said;

	if (!dhcp4_has_cookie(reply) || dhcp4_op(reply.at) != DHCP4_BOOTREPLY)
		return DHCP4_REPLY_NO_DHCP;
	said = said_by(reply);
	return check_header(request.at, reply.at) | check_head(&said) |
	       check_answer(&asked, &said) | check_boot(reply, &said);
}

const char *dhcp4_reply_fact_text(unsigned facts)
{
	static const char *const texts[] = {
#define X(symbol, text) [DHCP4_REPLY_BIT_##symbol] = (text),
		DHCP4_REPLY_FACTS(X)
#undef X
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (facts >> i & 1)
			return texts[i];
	return "";
}
