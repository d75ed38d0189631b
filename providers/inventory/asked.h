/* A command's words, read: `VERB WORD ... --OPTION TEXT --FIELD TEXT ...`. */
#pragma once

#include "inventory.h"
#include "say.h"

enum { ASKED_WORDS = 60, ASKED_OPTIONS = 10 };

struct asked;

struct verb {
	const char *name;
	const char *usage;    /* behind the name, for people */
	unsigned least, most; /* words that stand by themselves */
	bool fields;          /* it takes --FIELD TEXT, of a device */
	/* "limit=" takes a text, "yes" none; those not used: NULL */
	const char *options[ASKED_OPTIONS];
	DWORD (*run)(struct asked *asked);
};

struct asked {
	struct inventory *inventory;
	const PXE_COMMAND *command;
	const struct verb *verb;
	struct say *say;
	const char *words[ASKED_WORDS];
	unsigned n_words;
	const char *options[ASKED_OPTIONS]; /* by their place in the verb; NULL: not given */
	struct draft *draft;                /* what the fields say */
	bool has_fields;
};

/** Reads the words behind the verb. False: `why` says what is wrong with them. */
bool asked_read(struct asked *asked, char why[WHY_SIZE]);
/** What was given for an option of the verb, "" for one without a text; NULL: it was not given. */
const char *asked_option(const struct asked *asked, const char *name);
/** The same as a number. False: it is none, and `why` says so. *out stays where it is not given. */
bool asked_number(const struct asked *asked, const char *name, uint32_t *out, char why[WHY_SIZE]);

/** Answers that it failed: a sentence, and returns the code that the command returns. */
DWORD asked_fail(struct asked *asked, DWORD code, const char *why);
/** The same for what the store has returned. */
DWORD asked_fail_store(struct asked *asked, int r, const char *why);
/** The device that somebody names, of a snapshot that is held. NULL: the answer says why. *status
 * is what the command returns then. */
const struct device *asked_device(struct asked *asked, const struct snapshot *snapshot,
				  const char *who, DWORD *status);
