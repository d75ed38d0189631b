/* What a device says of itself: texts, each of a field, under the same word in the header of the
 * CSV, in the state file and in commands. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum field {
	FIELD_NAME,
	FIELD_GROUP,
	FIELD_FILE, /* these three also by architecture */
	FIELD_URL,
	FIELD_SERVER,
	FIELD_REFERRAL,
	FIELD_BCD,
	FIELD_PROMPT, /* "opt-in", "opt-out", "no-prompt" */
	FIELD_STATE,  /* "approved" (as who says nothing), "rejected" */
	FIELD_ONCE,   /* "armed", or "used SECONDS", by the clock since 1970; not said: any time */
	FIELD_ONCE_FILE,
	FIELD_ONCE_URL,
	FIELD_ONCE_SERVER,
	FIELD_COMMENT,
	FIELDS
};

enum { ARCH_ANY = 0xff }; /* of a field that is not for one architecture; else IANA's code */
enum { FIELD_TEXT_MAX = 255, WHY_SIZE = 256 };

/* A field, perhaps for one architecture. */
struct word {
	uint8_t field, arch;
};

/** Reads "file" or "file.x64-uefi". False: there is no such field, and `why` says what was meant.
 */
bool field_parse(const char *text, struct word *out, char why[WHY_SIZE]);
/** The field's own word: "file". NULL: there are not so many. */
const char *field_word(enum field field);
/** "file.x64-uefi". */
void field_text(struct word word, char out[64]);
/** Reads what FIELD_ONCE says of one that was used up: "used SECONDS". */
bool field_once_used(const char *text, uint32_t *when);
/** May a device say that? `why` says what is wrong, with the field's word. */
bool field_check(struct word word, const char *text, char why[WHY_SIZE]);
