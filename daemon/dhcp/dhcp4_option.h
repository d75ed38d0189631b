/* The DHCPv4 option field: a cursor that reads it option by option, and an index of a whole packet
 * that answers "where is option N" at once.
 *
 * RFC 2131 §4.1 (field, END, PAD), RFC 2132 §2 (code, length, value) and §9.3 (overload), RFC 3396
 * (values in several parts). Nothing here allocates, logs or copies, but for the function that
 * joins into the caller's buffer: every span points into the caller's packet.
 */
#pragma once

#include <wdspxe-numbers.h>

#include "dhcp/dhcp4.h"

#define DHCP4_OPT(code, name) DHCP4_OPT_##name = (code),
enum { PXE_DHCP4_OPTIONS(DHCP4_OPT) };
#undef DHCP4_OPT

/* Sub-options of option 82. */
enum {
	DHCP4_RELAY_CIRCUIT = 1,    /* RFC 3046 */
	DHCP4_RELAY_REMOTE = 2,     /* RFC 3046 */
	DHCP4_RELAY_LINK = 5,       /* RFC 3527 */
	DHCP4_RELAY_SUBSCRIBER = 6, /* RFC 3993 */
	DHCP4_RELAY_SERVER_ID = 11, /* RFC 5107 */
	DHCP4_RELAY_PORT = 19       /* RFC 8357 */
};

struct dhcp4_option {
	uint8_t code;
	struct span value; /* borrowed from the packet */
};

/**
 * Reads the option at the cursor and moves past it; PAD is skipped.
 *
 * Returns 0 and fills *out, or leaves both as they were and returns DHCP4_E_END
 * at END or after the last octet, DHCP4_E_MALFORMED when a length runs past the field.
 */
int dhcp4_option_next(struct span *cursor, struct dhcp4_option *out);

/** A cursor at the first option of the main area; empty when there is no whole header. */
static inline struct span dhcp4_options(struct span packet)
{
	return span_drop(packet, DHCP4_HEADER);
}

/* Header fields that option 52 gives to options: bits of its value, in reading order. */
enum dhcp4_field { DHCP4_IN_FILE = 1, DHCP4_IN_SNAME = 2 };

/** The bits of an option 52; 0 where it is not one octet of 1 to 3, which counts as none. */
uint8_t dhcp4_overload(struct span value);

/**
 * Moves a cursor that is at the end of an area to the next one that option 52 gives to options.
 * *left is the value of option 52, from which the field that is entered is taken away. False: there
 * is no further area.
 */
bool dhcp4_next_area(struct span packet, uint8_t *left, struct span *cursor);

/**
 * Finds the `instance`th (from 1) option `code` of any memory, without an index: main area, then
 * what option 52 gives to options (file, then sname); no joining. PAD and END are never found.
 *
 * Returns 0, DHCP4_E_ABSENT, or DHCP4_E_MALFORMED when there is no header with a cookie or an
 * option overruns before the match.
 */
int dhcp4_option_find(struct span packet, uint8_t code, unsigned instance, struct span *out);

/** The value of sub-option `code` of an option 82 (RFC 3046 §2.0: no PAD, no END). False, *out
 * untouched, when there is none before the first that overruns. */
bool dhcp4_relay_get(struct span relay, uint8_t code, struct span *out);

/* The options that one area of a packet may have; a client sends some 10 to 30. */
enum { DHCP4_OPTIONS_MAX = 128 };

/* How the main area ended. */
enum dhcp4_stop {
	DHCP4_STOP_END,     /* at END */
	DHCP4_STOP_OCTETS,  /* after the last octet, without END: tolerated */
	DHCP4_STOP_OVERRUN, /* at an option that does not fit */
};

/* Where each option of one packet is. Offsets count from the packet's first octet, so that an
 * index stays true when the packet is moved; one in a header field (< DHCP4_HEADER) lies in an
 * overloaded `file` or `sname`. first[] is set only where the code's bit in has[] is: a reset is
 * two bitmaps. Use the functions below rather than the members. The library knows the daemon's
 * index by its size alone: what changes the meaning of a member must change that too. */
struct dhcp4_index {
	uint64_t kind;     /* what all packets of its kind have (dhcp4_kind.h); 0: none is known */
	uint64_t has[4];   /* codes that occur */
	uint64_t again[4]; /* codes that occur more than once, over all areas */
	uint16_t first[256]; /* offset of the code octet: main area, else file, else sname */
	uint16_t end;        /* main area: offset of END, or where it ought to be */
	uint16_t count;      /* options in the main area, PAD and END not counted */
	uint8_t stop;        /* enum dhcp4_stop */
	uint8_t overload;    /* value of a good option 52: bits of enum dhcp4_field; else 0 */
	uint8_t type;        /* enum dhcp4_type: a main-area option 53 of one octet, else 0 */
	struct {
		uint8_t stop; /* enum dhcp4_stop */
		uint16_t end; /* as above, of that field */
	} field[2];           /* file, sname: set where overload has their bit */
};

/**
 * Reads a packet of at most DHCP4_PACKET_MAX + 1 octets once, and no more than DHCP4_OPTIONS_MAX
 * options of an area: what a packet costs must not be its sender's choice.
 *
 * Returns 0; or DHCP4_E_MALFORMED, *out undefined, when the packet is too short or too long, has
 * no cookie, hlen above 16, an option that overruns its area (the overloaded ones too), too many
 * options, or a first option 53 that is not one octet. A missing END is tolerated, a missing 53
 * gives type 0.
 */
int dhcp4_index_build(struct span packet, struct dhcp4_index *out);

/** dhcp4_index_build(), but overruns are told by out->stop and out->field[].stop, not refused. */
int dhcp4_index_scan(struct span packet, struct dhcp4_index *out);

/** True when an option overruns its area, main or overloaded. */
bool dhcp4_index_overruns(const struct dhcp4_index *index);

static inline bool dhcp4_index_has(const struct dhcp4_index *index, uint8_t code)
{
	return index->has[code >> 6] >> (code & 63) & 1;
}

static inline bool dhcp4_index_repeats(const struct dhcp4_index *index, uint8_t code)
{
	return index->again[code >> 6] >> (code & 63) & 1;
}

/** True when the main area has the option: where the message type has to be. */
static inline bool dhcp4_index_has_main(const struct dhcp4_index *index, uint8_t code)
{
	return dhcp4_index_has(index, code) && index->first[code] >= DHCP4_HEADER;
}

/** The value of the first occurrence in any area; SPAN_NONE (at NULL) when there is none. */
static inline struct span dhcp4_index_get(const struct dhcp4_index *index, struct span packet,
					  uint8_t code)
{
	const uint8_t *option;

	if (!dhcp4_index_has(index, code))
		return SPAN_NONE;
	option = packet.at + index->first[code];
	return span_of(option + 2, option[1]);
}

/** dhcp4_option_find() with an index of just this packet. Returns 0 or DHCP4_E_ABSENT. */
int dhcp4_index_find(const struct dhcp4_index *index, struct span packet, uint8_t code,
		     unsigned instance, struct span *out);

/**
 * The whole value of an option that may come in parts (RFC 3396): main area, then file, then sname.
 *
 * One part: *out borrows it from the packet, nothing is copied. More: they are joined in `buffer`.
 * Returns 0, DHCP4_E_ABSENT, or DHCP4_E_TOO_BIG when the joined value exceeds `cap`.
 */
int dhcp4_index_join(const struct dhcp4_index *index, struct span packet, uint8_t code,
		     uint8_t *buffer, size_t cap, struct span *out);
