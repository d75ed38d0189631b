/* One entry of `boot`: its conditions, all of which must hold, and its outcome. */
#pragma once

#include "added.h"
#include "lists.h"
#include "pool.h"

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

struct dimension;

/* What a long list is looked up in: a set of its own; or, where the index finds the entry by it,
 * that of all entries, in which there is who names a member. */
struct long_list {
	unsigned row;
	uint32_t entry;
	const struct dimension *dimension; /* of the index; NULL: the set is its own */
	struct set set;
};

/* The sets of an entry. */
struct long_lists {
	unsigned n;
	struct long_list at[];
};

/* What entries give, beside the text: entries that differ in their conditions and in that alone
 * share it, for where there is one for each machine there are thousands. */
struct gives {
	struct gives *next; /* of the settings, the newest first */
	const char *file;   /* of its entries, the settings' own text; NULL: the settings' file */
	uint32_t users;     /* entries */
	uint8_t plain;      /* what gives_alike() compares first; 0: it is like no other */
	bool settled;
	struct menu *menu; /* OUTCOME_MENU: owned; else NULL */
	PXE_BOOT_SERVER server;
	struct servers *several;    /* of which that is one; owned, or NULL */
	bool has_server;            /* else the provider's */
	bool has_response_delay;    /* else the provider's */
	bool answer_lease_requests; /* also a REQUEST on 67, that was meant for the lease server */
	unsigned response_delay_s;  /* answer only clients that have waited so long */
	struct added *added;        /* owned, or NULL */
	struct texts params;        /* DHCPv6 option 60 */
	/* What a client is given, complete after entry_settle(); where it is shared, by the first
	 * of its entries: entry_answer(). */
	PXE_BOOT_ANSWER answer;
};

enum { POOLED_TEXT = 1u << 27, POOLED_LISTS = 1u << 26, POOLED_BITS = (1u << 28) - 1 };

/* There are hundreds of thousands: the fewer octets, the better. */
struct entry {
	unsigned index;       /* in the list, from 0 */
	unsigned line;        /* where it is written */
	uint32_t conditions;  /* that it has: a bit for each row of condition.c */
	uint32_t pooled : 28; /* rows whose members, and POOLED_..., are the settings' pool's */
	enum outcome outcome : 4;
	union {                   /* what they compare with, in the order of the rows */
		union list one;   /* it has one condition at most */
		union list *many; /* owned */
	} lists;
	struct long_lists *longs; /* conditions_gather(); owned, or NULL */
	char *text; /* OUTCOME_FILE, OUTCOME_URL: at most TEXT_MAX octets; "" for a Raspberry Pi */
	struct gives *gives; /* the settings' own; NULL: it has conditions alone */
};

static inline const union list *entry_lists(const struct entry *entry)
{
	return (entry->conditions & (entry->conditions - 1)) != 0 ? entry->lists.many
								  : &entry->lists.one;
}

/** What it has in a row; an empty list: it has no such condition. */
static inline const union list *entry_own(const struct entry *entry, size_t row)
{
	uint32_t before = entry->conditions & ((UINT32_C(1) << row) - 1);

	if ((entry->conditions >> row & 1) == 0)
		return &list_none;
	return entry_lists(entry) + (before == 0 ? 0 : __builtin_popcount(before));
}

static inline const struct nots *entry_nots(const struct entry *entry)
{
	return &entry_own(entry, CONDITION_NOT)->nots;
}

/** What it has in a row or, if `negated`, in the first group of its not; NULL: it has no such
 * condition. */
static inline const union list *entry_list(const struct entry *entry, size_t row, bool negated)
{
	const struct nots *nots = negated ? entry_nots(entry) : NULL;
	const struct entry *in = !nots ? entry : nots->n > 0 ? nots->at : NULL;

	return in && in->conditions >> row & 1 ? entry_own(in, row) : NULL;
}

/* What it has for a condition that other files look at; an empty list: nothing. */

static inline const struct archs *entry_archs(const struct entry *entry)
{
	return &entry_own(entry, CONDITION_ARCH)->archs;
}

static inline const struct macs *entry_macs(const struct entry *entry)
{
	return &entry_own(entry, CONDITION_MAC)->macs;
}

static inline const struct uuids *entry_uuids(const struct entry *entry)
{
	return &entry_own(entry, CONDITION_UUID)->uuids;
}

/** Of the user class, the vendor class or the interface. */
static inline const struct texts *entry_texts(const struct entry *entry, unsigned condition)
{
	return &entry_own(entry, condition)->texts;
}

/** NULL: it has none. */
static inline const struct menu *entry_menu(const struct entry *entry)
{
	return entry->gives ? entry->gives->menu : NULL;
}

/** Where it is written, for messages: its own file, or the settings'. */
static inline const char *entry_file_of(const struct entry *entry, const char *settings_file)
{
	return entry->gives && entry->gives->file ? entry->gives->file : settings_file;
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
	       !entry_own(entry, CONDITION_IPXE)->features.ipxe;
}

/** FAMILY_4, FAMILY_6; 0: both. */
static inline unsigned entry_families(const struct entry *entry)
{
	return entry_own(entry, CONDITION_FAMILY)->families.bits;
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
 * keys_failed() does. `gives`, which is empty, becomes what it gives, and out->gives points to it;
 * it is the caller's too (gives_done()), whatever is returned.
 */
int entry_compile(const struct keys *keys, unsigned index, struct gives *gives, struct entry *out);
/** Is there a key of that name in entries? */
bool entry_has_key(const char *name);
/** Has the pool keep text and small lists, which are pieces of heap until then. 0 or -ENOMEM. */
int entry_pool(struct entry *entry, struct pool *pool);
/** Are they the same but for text and conditions of their entries? */
bool gives_alike(const struct gives *a, const struct gives *b);
/** Completes the answer, when what the entry gives has its final place and server; the first entry
 * that has it does. `file`: that of the settings. */
void entry_settle(struct entry *entry, const char *file);
/** The answer of an entry that shares what it gives; that of another stands there complete. */
void entry_answer(const struct entry *entry, const char *settings_file, PXE_BOOT_ANSWER *out);
void entry_done(struct entry *entry);
void gives_done(struct gives *gives);
