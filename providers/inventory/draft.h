/* A device as it is described: by a line of the CSV, a record of the state file, or a command. */
#pragma once

#include "field.h"
#include "id.h"

enum { DRAFT_IDS = 8, DRAFT_TEXTS = 32, DRAFT_OCTETS = 3072 };

struct draft {
	unsigned n_ids, n_texts;
	size_t used;
	struct id ids[DRAFT_IDS]; /* the first is the key */
	struct {
		struct word word;
		uint16_t at; /* in the octets */
	} texts[DRAFT_TEXTS];
	char octets[DRAFT_OCTETS];
};

static inline void draft_begin(struct draft *draft)
{
	draft->n_ids = draft->n_texts = 0;
	draft->used = 0;
}

/**
 * Says one thing more: "mac", "uuid", "duid" or "id", of which there may be several (with blanks or
 * | between), or a field, where the last text counts. An empty text takes back what the layer below
 * says. False: `why` says what is wrong.
 */
bool draft_set(struct draft *draft, const char *word, const char *text, char why[WHY_SIZE]);
/** Is the word one for ids? */
bool draft_is_id(const char *word, enum id_kind *out);
/** The same, of what was read already. */
bool draft_put(struct draft *draft, struct word word, const char *text, char why[WHY_SIZE]);
/** Each word of a text is one id more; a client id may have blanks in it, and ends at |. */
bool draft_add_ids(struct draft *draft, enum id_kind kind, const char *text, char why[WHY_SIZE]);
bool draft_add_id(struct draft *draft, const struct id *id, char why[WHY_SIZE]);
/** No longer says anything of a field. */
void draft_forget(struct draft *draft, struct word word);
/** What it says; NULL: nothing, "" that nothing is to be so. */
const char *draft_text(const struct draft *draft, struct word word);
/** What is wrong with it as a whole; NULL: nothing. */
const char *draft_doubt(const struct draft *draft);
