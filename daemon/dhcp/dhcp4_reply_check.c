/* What firmware finds missing or wrong in a reply, without a word about it. */
#include "dhcp/dhcp4_option.h"
#include "dhcp/dhcp4_reply.h"

enum { OPT_LEASE_TIME = 51 };

/* What a reply says, by one pass over its main options. */
struct said {
	struct span type, server_id, class, file; /* at NULL: absent */
	bool has_lease_time, has_vendor, has_tftp_server, overloaded, has_end;
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

static struct said said_by(struct span reply)
{
	struct span cursor = dhcp4_options(reply);
	struct said out = { .file = { 0 } };
	struct dhcp4_option option;

	while (dhcp4_option_next(&cursor, &option) == 0)
		said_option(&option, &out);
	while (cursor.len > 0 && cursor.at[0] == DHCP4_OPT_PAD)
		cursor = span_drop(cursor, 1);
	out.has_end = cursor.len > 0 && cursor.at[0] == DHCP4_OPT_END;
	if (!out.file.at)
		out.file = dhcp4_file(reply.at);
	return out;
}

static bool is_class(const struct said *said, const char *class)
{
	size_t len = strlen(class);

	return said->class.len >= len && memcmp(said->class.at, class, len) == 0;
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

/* An OFFER with an address is a lease, and one without a lease time is none (RFC 2131 table 3). An
 * ACK must name what to load, or how to choose it. iPXE and BIOS ROMs fetch from siaddr alone. */
static unsigned check_boot(struct span reply, const struct said *said)
{
	bool offer = said->type.len == 1 && said->type.at[0] == DHCP4_OFFER;
	bool ack = said->type.len == 1 && said->type.at[0] == DHCP4_ACK;
	unsigned facts = 0;

	if (offer && dhcp4_has_addr(reply.at, DHCP4_YIADDR) && !said->has_lease_time)
		facts |= DHCP4_REPLY_LEASES;
	if (said->overloaded)
		return facts; /* names may be in fields that were given to options */
	if (is_class(said, "HTTPClient") && !is_url(said->file))
		facts |= DHCP4_REPLY_NO_URL;
	if (!is_class(said, "PXEClient"))
		return facts;
	if (ack && said->file.len == 0 && !said->has_vendor)
		facts |= DHCP4_REPLY_NO_FILE;
	if (said->file.len > 0 && !is_url(said->file) && !said->has_tftp_server &&
	    !dhcp4_has_addr(reply.at, DHCP4_SIADDR))
		facts |= DHCP4_REPLY_NO_NEXT_SERVER;
	return facts;
}

unsigned dhcp4_reply_check(struct span reply)
{
	struct said said;

	if (!dhcp4_has_cookie(reply) || dhcp4_op(reply.at) != DHCP4_BOOTREPLY)
		return DHCP4_REPLY_NO_DHCP;
	said = said_by(reply);
	return check_head(&said) | check_boot(reply, &said);
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
