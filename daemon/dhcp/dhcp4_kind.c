/* no allocation · no lock · no log */
#include "dhcp/dhcp4_kind.h"

/* The header up to chaddr: op, htype, hlen, hops; flags; yiaddr, siaddr. */
enum { NUMBERS_END = DHCP4_SNAME };

/* ---- making one ----
 * From the front to the back of the packet: `from` is where the run that is open began.
 */

struct maker {
	struct dhcp4_kind *kind;
	size_t from;
	bool whole; /* false: there are more runs than it has room for */
};

static void run_end(struct maker *maker, size_t at)
{
	struct dhcp4_kind *kind = maker->kind;

	if (at == maker->from)
		return;
	if (kind->n_runs == DHCP4_KIND_RUNS) {
		maker->whole = false;
		return;
	}
	kind->run[kind->n_runs++] =
		(struct dhcp4_kind_run){ (uint16_t)maker->from, (uint16_t)(at - maker->from) };
}

static void own(struct maker *maker, size_t at, size_t len)
{
	run_end(maker, at);
	maker->from = at + len;
}

/* Where a client is plugged in: nothing here reads it. */
static bool is_place(uint8_t code)
{
	return code == DHCP4_RELAY_CIRCUIT || code == DHCP4_RELAY_REMOTE ||
	       code == DHCP4_RELAY_SUBSCRIBER;
}

/* Up to what some read as padding, and others as a sub-option. */
static void places_are_own(struct maker *maker, struct span packet, struct span relay)
{
	while (relay.len >= 2 && relay.at[1] <= relay.len - 2 && relay.at[0] != DHCP4_OPT_PAD &&
	       relay.at[0] != DHCP4_OPT_END) {
		if (is_place(relay.at[0]))
			own(maker, span_offset(packet, relay) + 2, relay.at[1]);
		relay = span_drop(relay, 2u + relay.at[1]);
	}
}

static void option_is_own(struct maker *maker, struct span packet,
			  const struct dhcp4_option *option)
{
	enum { TYPE = 1, UUID = 16 };
	size_t at = span_offset(packet, option->value);

	switch (option->code) {
	case DHCP4_OPT_REQUESTED_ADDRESS:
	case DHCP4_OPT_CLIENT_ID:
		own(maker, at, option->value.len);
		break;
	case DHCP4_OPT_UUID:
		if (option->value.len == TYPE + UUID)
			own(maker, at + TYPE, UUID);
		break;
	case DHCP4_OPT_RELAY:
		places_are_own(maker, packet, option->value);
		break;
	default:
		break;
	}
}

bool dhcp4_kind_of(struct span packet, const struct dhcp4_index *index, struct dhcp4_kind *out)
{
	struct span cursor = dhcp4_options(packet);
	struct maker maker = { out, NUMBERS_END, true };
	struct dhcp4_option option;

	out->len = 0;
	out->n_runs = 0;
	if (packet.len > DHCP4_KIND_LEN)
		return false;
	while (dhcp4_option_next(&cursor, &option) == 0)
		if (!dhcp4_index_repeats(index, option.code))
			option_is_own(&maker, packet, &option);
	run_end(&maker, packet.len);
	if (!maker.whole)
		return false;
	memcpy(out->octets, packet.at, packet.len);
	out->has_ciaddr = dhcp4_has_addr(packet.at, DHCP4_CIADDR);
	out->has_giaddr = dhcp4_has_addr(packet.at, DHCP4_GIADDR);
	out->len = (uint32_t)packet.len;
	return true;
}

/* ---- finding it again ---- */

static inline bool is_same(const uint8_t *a, const uint8_t *b, size_t at, size_t len)
{
	return memcmp(a + at, b + at, len) == 0;
}

static bool numbers_are_same(const uint8_t *a, const uint8_t *b)
{
	return is_same(a, b, DHCP4_OP, 4) && is_same(a, b, DHCP4_FLAGS, 2) &&
	       is_same(a, b, DHCP4_YIADDR, 8);
}

bool dhcp4_kind_has(const struct dhcp4_kind *kind, struct span packet)
{
	if (packet.len != kind->len || !numbers_are_same(kind->octets, packet.at))
		return false;
	for (unsigned i = kind->n_runs; i-- > 0;) /* from the end: there, kinds differ */
		if (!is_same(kind->octets, packet.at, kind->run[i].at, kind->run[i].len))
			return false;
	return dhcp4_has_addr(packet.at, DHCP4_CIADDR) == kind->has_ciaddr &&
	       dhcp4_has_addr(packet.at, DHCP4_GIADDR) == kind->has_giaddr;
}
