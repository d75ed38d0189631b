/* no allocation · no lock · no log */
#include "story/decode.h"

#include "base/ip.h"
#include "dhcp/dhcp4_option.h"
#include "dhcp/dhcp6_option.h"
#include "dhcp/dhcp6_relay.h"
#include "story/decode_names.h"

/* Deep enough for every relay that may be, each a message in an option. */
enum { DEPTH_MAX = 2 * DHCP6_RELAY_LIMIT + 8 };

struct walk {
	const struct decode_visitor *visitor;
	const uint8_t *begin; /* the packet's first octet */
	unsigned depth;       /* of groups */
};

static void tell_field(const struct walk *walk, const char *name, int code, enum field_kind kind,
		       struct span value)
{
	struct field field = { name, code, kind, value };

	walk->visitor->field(walk->visitor->context, &field);
}

static void tell_fault(const struct walk *walk, const char *what, struct span where)
{
	walk->visitor->fault(walk->visitor->context, what, (size_t)(where.at - walk->begin));
}

static void open_group(struct walk *walk, const char *name, int code, struct span value)
{
	struct field field = { name, code, FIELD_GROUP, value };

	walk->depth++;
	walk->visitor->open(walk->visitor->context, &field);
}

static void close_group(struct walk *walk)
{
	walk->depth--;
	walk->visitor->close(walk->visitor->context);
}

/* ---- values with a shape ---- */

static void walk_message6(struct walk *walk, struct span message);
static void walk_options6(struct walk *walk, struct span area);

static void walk_items(const struct walk *walk, struct span cursor)
{
	struct span item;
	int r;

	while ((r = dhcp6_item_next(&cursor, &item)) == 0)
		tell_field(walk, "item", FIELD_NO_CODE, FIELD_TEXT, item);
	if (r != DHCP6_E_END)
		tell_fault(walk, "an item does not fit into its option", cursor);
}

/* A tag without PAD and END (RFC 3046 §2.0). */
static int tag_next(struct span *cursor, struct dhcp4_option *out)
{
	if (cursor->len == 0)
		return DHCP4_E_END;
	if (cursor->len < 2 || cursor->at[1] > cursor->len - 2)
		return DHCP4_E_MALFORMED;
	*out = (struct dhcp4_option){ cursor->at[0], span_of(cursor->at + 2, cursor->at[1]) };
	*cursor = span_drop(*cursor, 2u + cursor->at[1]);
	return 0;
}

static int shape_tag_next(const struct decode_shape *shape, struct span *cursor,
			  struct dhcp4_option *out)
{
	return shape->rest == REST_TAGS ? dhcp4_option_next(cursor, out) : tag_next(cursor, out);
}

static void walk_tags(const struct walk *walk, const struct decode_shape *shape, struct span cursor)
{
	struct dhcp4_option tag;
	int r;

	while ((r = shape_tag_next(shape, &cursor, &tag)) == 0) {
		const struct decode_row *row = decode_row(shape->tags, tag.code);

		tell_field(walk, row->name, tag.code, row->kind, tag.value);
	}
	if (r != DHCP4_E_END)
		tell_fault(walk, "a sub-option does not fit into its option", cursor);
}

static void walk_rest(struct walk *walk, const struct decode_row *row, struct span rest)
{
	switch (row->shape->rest) {
	case REST_NONE:
		if (rest.len > 0)
			tell_field(walk, "more", FIELD_NO_CODE, FIELD_OCTETS, rest);
		break;
	case REST_VALUE:
		tell_field(walk, "value", FIELD_NO_CODE, row->kind, rest);
		break;
	case REST_OPTIONS6:
		walk_options6(walk, rest);
		break;
	case REST_ITEMS:
		walk_items(walk, rest);
		break;
	case REST_MESSAGE:
		walk_message6(walk, rest);
		break;
	case REST_TAGS:
	case REST_TAGS_ONLY:
		walk_tags(walk, row->shape, rest);
		break;
	}
}

static void walk_shape(struct walk *walk, const struct decode_row *row, struct span value)
{
	const struct decode_shape *shape = row->shape;
	struct span left = value;

	for (int i = 0; i < PARTS_MAX && shape->part[i].name; i++) {
		if (left.len < shape->part[i].len) {
			tell_fault(walk, "the option is too short", left);
			return;
		}
		tell_field(walk, shape->part[i].name, FIELD_NO_CODE, shape->part[i].kind,
			   span_take(left, shape->part[i].len));
		left = span_drop(left, shape->part[i].len);
	}
	walk_rest(walk, row, left);
}

/* May the value be shown as its shape says? Option 43 is the vendor's own: what is not laid out in
 * tags to its end is not PXE's. */
static bool takes_shape(const struct walk *walk, const struct decode_row *row, struct span value)
{
	struct dhcp4_option tag;
	int r;

	if (!row->shape || walk->depth >= DEPTH_MAX)
		return false;
	if (row->shape->rest != REST_TAGS)
		return true;
	while ((r = dhcp4_option_next(&value, &tag)) == 0)
		;
	return r == DHCP4_E_END;
}

static void walk_option(struct walk *walk, const struct decode_row *row, uint16_t code,
			struct span value)
{
	if (!takes_shape(walk, row, value)) {
		tell_field(walk, row->name, code, row->kind, value);
		return;
	}
	open_group(walk, row->name, code, value);
	walk_shape(walk, row, value);
	close_group(walk);
}

/* ---- DHCPv4 ---- */

static const struct {
	const char *name;
	uint8_t at, len;
	enum field_kind kind;
} header4[] = {
	{ "op", DHCP4_OP, 1, FIELD_OP },
	{ "htype", DHCP4_HTYPE, 1, FIELD_NUMBER },
	{ "hlen", DHCP4_HLEN, 1, FIELD_NUMBER },
	{ "hops", DHCP4_HOPS, 1, FIELD_NUMBER },
	{ "xid", DHCP4_XID, 4, FIELD_HEX },
	{ "secs", DHCP4_SECS, 2, FIELD_NUMBER },
	{ "flags", DHCP4_FLAGS, 2, FIELD_HEX },
	{ "ciaddr", DHCP4_CIADDR, 4, FIELD_ADDRESSES4 },
	{ "yiaddr", DHCP4_YIADDR, 4, FIELD_ADDRESSES4 },
	{ "siaddr", DHCP4_SIADDR, 4, FIELD_ADDRESSES4 },
	{ "giaddr", DHCP4_GIADDR, 4, FIELD_ADDRESSES4 },
};

static void walk_header4(const struct walk *walk, struct span packet)
{
	for (size_t i = 0; i < sizeof(header4) / sizeof(*header4); i++)
		tell_field(walk, header4[i].name, FIELD_NO_CODE, header4[i].kind,
			   span_of(packet.at + header4[i].at, header4[i].len));
	tell_field(walk, "chaddr", FIELD_NO_CODE, FIELD_HARDWARE, dhcp4_chaddr(packet.at));
}

/* Returns the last value of option 52. */
static uint8_t walk_area4(struct walk *walk, struct span cursor)
{
	struct dhcp4_option option;
	uint8_t overload = 0;
	int r;

	while ((r = dhcp4_option_next(&cursor, &option)) == 0) {
		walk_option(walk, decode_row(decode_options4, option.code), option.code,
			    option.value);
		if (option.code == DHCP4_OPT_OVERLOAD)
			overload = dhcp4_overload(option.value);
	}
	if (r != DHCP4_E_END)
		tell_fault(walk, "an option does not fit", cursor);
	return overload;
}

static void walk_text4(const struct walk *walk, const char *name, struct span field)
{
	field.len = strnlen((const char *)field.at, field.len);
	if (field.len > 0)
		tell_field(walk, name, FIELD_NO_CODE, FIELD_TEXT, field);
}

/* sname and file: texts, unless option 52 gives them to options. */
static void walk_fields4(struct walk *walk, struct span packet, uint8_t overload)
{
	static const struct {
		const char *name;
		uint8_t at, len, bit;
	} fields[] = { { "file", DHCP4_FILE, DHCP4_FILE_LEN, DHCP4_IN_FILE },
		       { "sname", DHCP4_SNAME, DHCP4_SNAME_LEN, DHCP4_IN_SNAME } };

	for (int i = 0; i < 2; i++) {
		struct span field = span_of(packet.at + fields[i].at, fields[i].len);

		if (!(overload & fields[i].bit)) {
			walk_text4(walk, fields[i].name, field);
			continue;
		}
		open_group(walk, fields[i].name, FIELD_NO_CODE, field);
		(void)walk_area4(walk, field);
		close_group(walk);
	}
}

static void walk_packet4(struct walk *walk, struct span packet)
{
	if (packet.len < DHCP4_HEADER) {
		tell_fault(walk, "shorter than a DHCP header", packet);
		return;
	}
	walk_header4(walk, packet);
	if (!dhcp4_has_cookie(packet)) {
		tell_fault(walk, "no DHCP cookie", span_drop(packet, DHCP4_COOKIE));
		return;
	}
	walk_fields4(walk, packet, walk_area4(walk, dhcp4_options(packet)));
}

/* ---- DHCPv6 ---- */

static void walk_options6(struct walk *walk, struct span area)
{
	struct dhcp6_option option;
	int r;

	while ((r = dhcp6_option_next(&area, &option)) == 0)
		walk_option(walk, decode_row(decode_options6, option.code), option.code,
			    option.value);
	if (r != DHCP6_E_END)
		tell_fault(walk, "an option does not fit", area);
}

static void walk_relay_header(const struct walk *walk, struct span message)
{
	tell_field(walk, "hop-count", FIELD_NO_CODE, FIELD_NUMBER, span_of(message.at + 1, 1));
	tell_field(walk, "link-address", FIELD_NO_CODE, FIELD_ADDRESSES6,
		   span_of(message.at + 2, 16));
	tell_field(walk, "peer-address", FIELD_NO_CODE, FIELD_ADDRESSES6,
		   span_of(message.at + 18, 16));
}

static void walk_message6(struct walk *walk, struct span message)
{
	struct span options;

	if (message.len == 0 || dhcp6_options_of(message, &options) != 0) {
		tell_fault(walk, "shorter than a DHCPv6 header", message);
		return;
	}
	tell_field(walk, "msg-type", FIELD_NO_CODE, FIELD_TYPE6, span_take(message, 1));
	if (dhcp6_is_relay(message.at[0]))
		walk_relay_header(walk, message);
	else
		tell_field(walk, "transaction-id", FIELD_NO_CODE, FIELD_OCTETS,
			   span_of(message.at + 1, 3));
	walk_options6(walk, options);
}

void decode_walk(struct span packet, uint8_t family, const struct decode_visitor *visitor)
{
	struct walk walk = { .visitor = visitor, .begin = packet.at };

	if (family == IP_V6)
		walk_message6(&walk, packet);
	else
		walk_packet4(&walk, packet);
}
