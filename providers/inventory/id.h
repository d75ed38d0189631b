/* What a device is known by: octets of one of four kinds. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <wdspxe-boot.h>

/* In the order in which a request is looked up. */
enum id_kind { ID_UUID, ID_MAC, ID_DUID, ID_CLIENT, ID_KINDS };

enum { ID_MAX = 255, ID_TEXT_SIZE = 3 * ID_MAX + 16 /* of a text, with its word */ };

/* A UUID is in the order of its text; on the wire firmware turns its first three fields. */
struct id {
	uint8_t kind, len;
	uint8_t at[ID_MAX];
};

/** Reads "mac:52:54:00:77:00:01", "uuid:...", "duid:..." or "id:..." (octets, or any text); without
 * the word, a MAC or a UUID in any usual notation. False: it is none. */
bool id_parse(const char *text, struct id *out);
/** The same for a kind that is known, without the word. */
bool id_parse_kind(enum id_kind kind, const char *text, struct id *out);
/** As id_parse reads it, with the word. */
void id_text(enum id_kind kind, const uint8_t *at, size_t len, char out[ID_TEXT_SIZE]);
/** The same without the word. */
void id_text_bare(enum id_kind kind, const uint8_t *at, size_t len, char out[ID_TEXT_SIZE]);
/** From the order on the wire into that of a text, or back. */
void uuid_turn(const uint8_t in[16], uint8_t out[16]);
/** The word of a kind: "uuid", "mac", "duid", "id". */
const char *id_word(enum id_kind kind);

static inline bool id_is(const struct id *id, enum id_kind kind, const uint8_t *at, size_t len)
{
	return id->kind == kind && id->len == len && __builtin_memcmp(id->at, at, len) == 0;
}
