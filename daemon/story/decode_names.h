/* The names of options, and how their values are laid out. Internal to the decoder. */
#pragma once

#include "story/decode.h"

/* Fixed parts at the beginning of a value, and what the rest of it is. */
enum decode_rest {
	REST_NONE,      /* nothing may follow */
	REST_OPTIONS6,  /* DHCPv6 options */
	REST_ITEMS,     /* items with their length before them */
	REST_MESSAGE,   /* a DHCPv6 message */
	REST_TAGS,      /* tag, length, value, named by `tags`; PAD and END as in an option field */
	REST_TAGS_ONLY, /* the same without PAD and END */
	REST_VALUE,     /* a value of the row's kind */
};

enum { PARTS_MAX = 3 };

struct decode_shape {
	struct {
		const char *name; /* NULL: no more */
		uint8_t len;
		enum field_kind kind;
	} part[PARTS_MAX];
	enum decode_rest rest;
	const struct decode_row *tags;
};

struct decode_row {
	uint16_t code;
	const char *name; /* NULL: the end of a table */
	enum field_kind kind;
	const struct decode_shape *shape; /* NULL: a plain value */
};

extern const struct decode_row decode_options4[], decode_options6[];

/** The row of a code; one without a name where the table has none. */
const struct decode_row *decode_row(const struct decode_row *table, uint16_t code);
