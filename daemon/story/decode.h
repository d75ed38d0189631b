/* A DHCP packet taken apart into named fields: one walk for both families, for whoever shows one.
 *
 * Names are those of RFC 2131 and of IANA's registries of options. Nothing is judged: what does not
 * fit is a fault, told where it is, and the walk goes on behind it where that makes sense. Any
 * octets may be given. Nothing is allocated or copied: values are borrowed from the packet.
 */
#pragma once

#include "base/span.h"

/* How a value is read. What does not have a kind's length is shown as octets. */
enum field_kind {
	FIELD_OCTETS,
	FIELD_NUMBER, /* of 1, 2 or 4 octets */
	FIELD_HEX,    /* the same, in hexadecimal */
	FIELD_TEXT,
	FIELD_ADDRESSES4,
	FIELD_ADDRESSES6,
	FIELD_HARDWARE, /* a hardware address */
	FIELD_UUID,
	FIELD_ARCHES, /* architectures, 2 octets each */
	FIELD_CODES8, /* option codes */
	FIELD_CODES16,
	FIELD_OP,
	FIELD_TYPE4, /* message types */
	FIELD_TYPE6,
	FIELD_MENU, /* PXE's, in option 43: types and texts */
	FIELD_BOOT_SERVERS,
	FIELD_PROMPT,
	FIELD_ITEM,
	FIELD_GROUP, /* fields follow, until close() */
};

enum { FIELD_NO_CODE = -1, FIELD_TEXT_MAX = 1400 };

struct field {
	const char *name; /* static; "" for an option that has none here */
	int code;         /* of an option; FIELD_NO_CODE: it is none */
	enum field_kind kind;
	struct span value;
};

/* Who is shown the fields. */
struct decode_visitor {
	void *context;
	void (*field)(void *context, const struct field *field);
	void (*open)(void *context, const struct field *group); /* kind FIELD_GROUP */
	void (*close)(void *context);
	/* `what` is a sentence without a full stop, static; `at` counts from the packet's first
	 * octet. */
	void (*fault)(void *context, const char *what, size_t at);
};

/** Walks a packet of DHCPv4 (`family` IP_V4) or DHCPv6 (IP_V6). */
void decode_walk(struct span packet, uint8_t family, const struct decode_visitor *visitor);

/** The value in words: "DISCOVER", "10.0.0.1, 10.0.0.2", "x64-uefi". What a client says is made
 * plain (base/plain.h). Returns `out`. */
const char *field_text(const struct field *field, char out[static FIELD_TEXT_MAX]);
