/* One entry of `boot`: its conditions, all of which must hold, and its outcome. */
#pragma once

#include "added.h"
#include "lists.h"

/* Rows of condition.c that have a name, for files that look at their lists. */
enum {
	CONDITION_ARCH,
	CONDITION_MAC,
	CONDITION_UUID,
	CONDITION_USER_CLASS,
	CONDITION_VENDOR_CLASS,
	CONDITION_SUBNET,
	CONDITION_INTERFACE,
	CONDITION_FAMILY,
	CONDITION_DUID,
	CONDITION_GROUP,
	CONDITION_IPXE,
	CONDITION_CLIENT_ID,
	CONDITION_SENT_TO,
	CONDITION_NOT,
	CONDITIONS_MAX = 24 /* rows with and without a name */
};

struct menu; /* menu.h */

enum outcome {
	OUTCOME_NONE,
	OUTCOME_FILE,    /* a path on the server, for TFTP */
	OUTCOME_URL,     /* as it is, with ${server} replaced */
	OUTCOME_MENU,    /* the client chooses */
	OUTCOME_MACHINE, /* what the machine's line in a list says */
	OUTCOME_IGNORE,  /* nobody shall answer */
	OUTCOME_REJECT   /* let the next provider decide */
};

/* The set of a long list. */
struct long_list {
	unsigned row;
	struct set set;
};

struct entry {
	unsigned index;   /* in the list, from 0 */
	unsigned line;    /* where it is written */
	const char *file; /* the settings' own text; NULL: in their file, which includes no other */

	uint32_t conditions;             /* that it has: a bit for each row of condition.c */
	union list list[CONDITIONS_MAX]; /* what they compare with, by row */
	struct long_list *long_lists;    /* conditions_gather() */
	unsigned n_long;

	enum outcome outcome;
	struct menu *menu; /* OUTCOME_MENU: owned; else NULL */
	char *text; /* OUTCOME_FILE, OUTCOME_URL: at most TEXT_MAX octets; "" for a Raspberry Pi */
	PXE_BOOT_SERVER server;
	struct servers *several;    /* of which that is one; owned, or NULL */
	bool has_server;            /* else the provider's */
	struct added *added;        /* owned, or NULL */
	struct texts params;        /* DHCPv6 option 60 */
	unsigned response_delay_s;  /* answer only clients that have waited so long */
	bool has_response_delay;    /* else the provider's */
	bool answer_lease_requests; /* also a REQUEST on 67, that was meant for the lease server */
	PXE_BOOT_ANSWER answer;     /* what a client is given: complete after entry_settle() */
};

/** What it has in a row or, if `negated`, in the first group of its not; NULL: it has no such
 * condition. */
static inline const union list *entry_list(const struct entry *entry, size_t row, bool negated)
{
	const struct nots *nots = &entry->list[CONDITION_NOT].nots;
	const struct entry *in = !negated ? entry : nots->n > 0 ? nots->at : NULL;

	return in && in->conditions >> row & 1 ? &in->list[row] : NULL;
}

/* What it has for a condition that other files look at; an empty list: nothing. */

static inline const struct archs *entry_archs(const struct entry *entry)
{
	return &entry->list[CONDITION_ARCH].archs;
}

static inline const struct macs *entry_macs(const struct entry *entry)
{
	return &entry->list[CONDITION_MAC].macs;
}

static inline const struct uuids *entry_uuids(const struct entry *entry)
{
	return &entry->list[CONDITION_UUID].uuids;
}

/** Of the user class, the vendor class or the interface. */
static inline const struct texts *entry_texts(const struct entry *entry, unsigned condition)
{
	return &entry->list[condition].texts;
}

/** Where it is written, for messages: its own file, or the settings'. */
static inline const char *entry_file_of(const struct entry *entry, const char *settings_file)
{
	return entry->file ? entry->file : settings_file;
}

/** Does it have the condition? */
static inline bool entry_has(const struct entry *entry, unsigned condition)
{
	return (entry->conditions >> condition & 1) != 0;
}

/** May firmware itself be among its clients, and not only iPXE? */
static inline bool entry_may_be_firmware(const struct entry *entry)
{
	return !entry_has(entry, CONDITION_USER_CLASS) &&
	       !(entry_has(entry, CONDITION_IPXE) && entry->list[CONDITION_IPXE].features.ipxe);
}

/** FAMILY_4, FAMILY_6; 0: both. */
static inline unsigned entry_families(const struct entry *entry)
{
	return entry->list[CONDITION_FAMILY].families.bits;
}

/** Does it give the client something to boot? */
static inline bool entry_serves(const struct entry *entry)
{
	return entry->outcome == OUTCOME_FILE || entry->outcome == OUTCOME_URL ||
	       entry->outcome == OUTCOME_MENU || entry->outcome == OUTCOME_MACHINE;
}

/** Compiles the condition of that name into the entry. 0; 1: no condition has that name; or as
 * entry_compile(). */
int entry_condition(const struct keys *keys, const char *name, struct entry *out);
/**
 * Compiles the entry in a key, which is number `index` of the list. 0 and *out is the caller's
 * (entry_done()), -ENOMEM, -EINVAL with a trace that says which line is wrong and why, or what
 * keys_failed() does.
 */
int entry_compile(const struct keys *keys, unsigned index, struct entry *out);
/** Is there a key of that name in entries? */
bool entry_has_key(const char *name);
/** Completes the answer, when the entry has its final place and server. `file`: that of the
 * settings. */
void entry_settle(struct entry *entry, const char *file);
void entry_done(struct entry *entry);
