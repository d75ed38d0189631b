/* no allocation · no lock · no log */
#include "dhcp/dhcp4_option.h"

/* Marks one option; the first occurrence in reading order keeps its place. */
static inline void index_note(struct dhcp4_index *index, uint8_t code, size_t offset)
{
	uint64_t bit = UINT64_C(1) << (code & 63);

	if (index->has[code >> 6] & bit) {
		index->again[code >> 6] |= bit;
		return;
	}
	index->has[code >> 6] |= bit;
	index->first[code] = (uint16_t)offset;
}

/* How an area ends that has more options than anybody sends. */
enum { STOP_TOO_MANY = DHCP4_STOP_OVERRUN + 1 };

/* Notes the options in [at, end) of the packet; *stopped is where END is or belongs. Returns how
 * it ended: enum dhcp4_stop, or STOP_TOO_MANY. */
static int index_area(struct dhcp4_index *index, const uint8_t *packet, size_t at, size_t end,
		      size_t *stopped)
{
	size_t behind = at; /* the last option */
	unsigned left = DHCP4_OPTIONS_MAX;

	while (at < end) {
		uint8_t code = packet[at];

		if (code == DHCP4_OPT_PAD) {
			at++;
			continue;
		}
		if (code == DHCP4_OPT_END || end - at < 2 || packet[at + 1] > end - at - 2) {
			*stopped = at;
			return code == DHCP4_OPT_END ? DHCP4_STOP_END : DHCP4_STOP_OVERRUN;
		}
		if (left-- == 0)
			return STOP_TOO_MANY;
		index_note(index, code, at);
		index->count++;
		at += 2u + packet[at + 1];
		behind = at;
	}
	*stopped = behind;
	return DHCP4_STOP_OCTETS;
}

/* The overloaded header fields, in the order of RFC 2131 §4.1. */
static void index_overload(struct dhcp4_index *index, struct span packet)
{
	static const struct {
		uint16_t at, end;
	} fields[] = { { DHCP4_FILE, DHCP4_COOKIE }, { DHCP4_SNAME, DHCP4_FILE } };
	uint16_t count = index->count;

	index->overload = dhcp4_overload(dhcp4_index_get(index, packet, DHCP4_OPT_OVERLOAD));
	for (unsigned i = 0; i < 2; i++) {
		size_t stopped = 0;

		if (!(index->overload >> i & 1))
			continue;
		index->field[i].stop = (uint8_t)index_area(index, packet.at, fields[i].at,
							   fields[i].end, &stopped);
		index->field[i].end = (uint16_t)stopped;
	}
	index->count = count;
}

int dhcp4_index_scan(struct span packet, struct dhcp4_index *out)
{
	size_t stopped = 0;
	int stop;

	if (!dhcp4_has_cookie(packet) || packet.len > DHCP4_PACKET_MAX + 1 ||
	    dhcp4_hlen(packet.at) > DHCP4_CHADDR_LEN)
		return DHCP4_E_MALFORMED;

	for (size_t i = 0; i < 4; i++)
		out->has[i] = out->again[i] = 0;
	out->kind = 0;
	out->count = 0;
	out->overload = 0;
	out->type = DHCP4_NO_TYPE;
	stop = index_area(out, packet.at, DHCP4_HEADER, packet.len, &stopped);
	if (stop == STOP_TOO_MANY)
		return DHCP4_E_MALFORMED;
	out->stop = (uint8_t)stop;
	out->end = (uint16_t)stopped;

	if (dhcp4_index_has(out, DHCP4_OPT_TYPE)) {
		struct span type = dhcp4_index_get(out, packet, DHCP4_OPT_TYPE);

		if (type.len != 1)
			return DHCP4_E_MALFORMED;
		out->type = type.at[0];
	}
	if (dhcp4_index_has(out, DHCP4_OPT_OVERLOAD))
		index_overload(out, packet);
	return 0;
}

bool dhcp4_index_overruns(const struct dhcp4_index *index)
{
	return index->stop == DHCP4_STOP_OVERRUN ||
	       (index->overload & DHCP4_IN_FILE && index->field[0].stop == DHCP4_STOP_OVERRUN) ||
	       (index->overload & DHCP4_IN_SNAME && index->field[1].stop == DHCP4_STOP_OVERRUN);
}

int dhcp4_index_build(struct span packet, struct dhcp4_index *out)
{
	int r = dhcp4_index_scan(packet, out);

	if (r != 0)
		return r;
	return dhcp4_index_overruns(out) ? DHCP4_E_MALFORMED : 0;
}

/* The part of the main area from the first occurrence of a code on. */
static struct span index_main_from(const struct dhcp4_index *index, struct span packet,
				   uint8_t code)
{
	size_t first = index->first[code];

	return span_of(packet.at + first, (size_t)index->end - first);
}

int dhcp4_index_find(const struct dhcp4_index *index, struct span packet, uint8_t code,
		     unsigned instance, struct span *out)
{
	uint8_t left = index->overload;
	struct dhcp4_option option;
	struct span cursor = SPAN_NONE;

	if (!dhcp4_index_has(index, code))
		return DHCP4_E_ABSENT;
	if (instance == 1) {
		*out = dhcp4_index_get(index, packet, code);
		return 0;
	}
	if (!dhcp4_index_repeats(index, code))
		return DHCP4_E_ABSENT;
	if (dhcp4_index_has_main(index, code))
		cursor = index_main_from(index, packet, code);
	do {
		while (dhcp4_option_next(&cursor, &option) == 0) {
			if (option.code != code || instance-- != 1)
				continue;
			*out = option.value;
			return 0;
		}
	} while (dhcp4_next_area(packet, &left, &cursor));
	return DHCP4_E_ABSENT;
}

/* Appends every part in one area to the `len` octets in buffer. */
static int join_area(struct span area, uint8_t code, uint8_t *buffer, size_t cap, size_t *len)
{
	struct dhcp4_option option;

	while (dhcp4_option_next(&area, &option) == 0) {
		if (option.code != code || option.value.len == 0)
			continue;
		if (option.value.len > cap - *len)
			return DHCP4_E_TOO_BIG;
		memcpy(buffer + *len, option.value.at, option.value.len);
		*len += option.value.len;
	}
	return 0;
}

int dhcp4_index_join(const struct dhcp4_index *index, struct span packet, uint8_t code,
		     uint8_t *buffer, size_t cap, struct span *out)
{
	uint8_t left = index->overload;
	struct span area = SPAN_NONE;
	size_t len = 0;
	int r = 0;

	if (!dhcp4_index_has(index, code))
		return DHCP4_E_ABSENT;
	if (!dhcp4_index_repeats(index, code)) {
		*out = dhcp4_index_get(index, packet, code);
		return 0;
	}
	if (dhcp4_index_has_main(index, code))
		r = join_area(index_main_from(index, packet, code), code, buffer, cap, &len);
	while (r == 0 && dhcp4_next_area(packet, &left, &area))
		r = join_area(area, code, buffer, cap, &len);
	if (r != 0)
		return r;
	*out = span_of(buffer, len);
	return 0;
}
