/* An answer on its way to one client: what the provider gives, and what the kit made out of it. */
#pragma once

#include <stddef.h>

#include "boot/octets.h"

enum { SAID_MAX = 200 }; /* what PxeRequestReason takes */

struct given {
	const PXE_BOOT_ANSWER *answer;
	const void *key;    /* by which its prepared packet is kept; NULL: it is not */
	uint64_t outcome;   /* ... and which of those that have this key it is */
	uint8_t turn;       /* which of its servers is the client's, from 1; 0: there is but one */
	PXE_BOOT_IP picked; /* that one's address; no length: it has none of the client's family */
	PXE_BOOT_OCTETS vendor; /* option 43 in place of the form's, if it is not empty */
	bool failed;            /* it cannot be sent, and `said` says why */
	char said[SAID_MAX];    /* or what it lacks; "": nothing */
};

/* Does the caller know the member? Structures grow at their ends. */
#define GIVEN_HAS(answer, member)                                                                  \
	((answer)->cbSize >= offsetof(PXE_BOOT_ANSWER, member) + sizeof((answer)->member))

/** What its prepared packet is kept by. */
static inline const void *given_key(const PXE_BOOT_ANSWER *answer)
{
	if ((answer->uFlags & PXE_BOOT_ANSWER_STATIC) == 0)
		return NULL;
	return GIVEN_HAS(answer, pOriginal) && answer->pOriginal ? answer->pOriginal : answer;
}

/** The address by which it is to name this host; NULL: the kit chooses. */
static inline const PXE_BOOT_SERVER *given_identity(const PXE_BOOT_ANSWER *answer)
{
	return GIVEN_HAS(answer, pIdentity) ? answer->pIdentity : NULL;
}

/** Windows' options over IPv6. */
static inline PXE_BOOT_OCTETS given_nbp6(const PXE_BOOT_ANSWER *answer)
{
	return GIVEN_HAS(answer, WdsNbp6) ? answer->WdsNbp6 : octets_of(NULL, 0);
}

static inline bool given_varies(const PXE_BOOT_ANSWER *answer)
{
	return (answer->uFlags & PXE_BOOT_ANSWER_VARIABLES) != 0;
}

/** Of an option: its family, without flags. */
static inline ULONG option_family(const PXE_BOOT_OPTION *option)
{
	return option->uFamily & ~(ULONG)PXE_BOOT_OPTION_VARIABLES;
}

static inline bool option_varies(const PXE_BOOT_ANSWER *answer, const PXE_BOOT_OPTION *option)
{
	return given_varies(answer) && (option->uFamily & PXE_BOOT_OPTION_VARIABLES) != 0;
}

/** Puts a sentence behind those that are there. */
static inline void given_say(struct given *given, const char *sentence)
{
	size_t used = strlen(given->said), len = strlen(sentence);

	if (used > 0 && used < SAID_MAX - 2) {
		memcpy(given->said + used, "; ", 2);
		used += 2;
	}
	len = len < SAID_MAX - 1 - used ? len : SAID_MAX - 1 - used;
	memcpy(given->said + used, sentence, len);
	given->said[used + len] = '\0';
}

/** `said`: what is to be said of it anyway, behind the caller's reason. */
static inline void given_begin(const PXE_BOOT_ANSWER *answer, const char *said, struct given *out)
{
	out->answer = answer;
	out->key = given_key(answer);
	out->outcome = GIVEN_HAS(answer, ullOutcome) ? answer->ullOutcome : 0;
	out->turn = 0;
	out->vendor = octets_of(NULL, 0);
	out->failed = false;
	out->said[0] = '\0';
	if (GIVEN_HAS(answer, pszReason) && answer->pszReason)
		given_say(out, answer->pszReason);
	if (*said)
		given_say(out, said);
}
