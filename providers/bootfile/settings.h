/* The provider's settings, compiled: what an admin writes under `settings` in its file. */
#pragma once

#include "entry.h"
#include "groups.h"
#include "index.h"

struct settings {
	char file[256];        /* where they are, for messages; "": not known */
	struct texts included; /* the other files that have entries */
	PXE_BOOT_SERVER server;
	struct servers *several;  /* of which that is one; owned, or NULL */
	PXE_BOOT_SERVER identity; /* of all entries that have none of their own */
	bool has_identity;
	unsigned look_up_s; /* names of servers are looked up again so often; 0: as the kit likes */
	struct entry *entries;
	uint32_t n_entries;
	struct gives *gives; /* owned: of all entries, the newest first */
	struct pool pool;    /* what entries have */
	struct index index;
	struct texts classes;   /* other names for PXEClient */
	struct sources sources; /* of lists of machines */
	struct uuids banned;    /* UUIDs that many machines share, known ones too: nobody's */
	unsigned response_delay_s;
	bool ebc_is_x64; /* no entry names ebc: a client that says ebc is taken for x64-uefi */
	bool answers_lease_requests; /* some entry does */
};

/**
 * Reads and checks all of a provider's settings. May block, to look up the names of servers.
 *
 * 0 and *out is the caller's (settings_done()), -ENOMEM, -EINVAL: what is wrong was traced, with
 * file and line; or -EIO: something could not be read. They are taken whole or not at all.
 */
int settings_compile(HANDLE provider, HKEY key, struct settings *out);
/** Reads the lists of machines that they name, again where they were read `before`: *out is NULL
 * where there are none. 0, -ENOMEM, or -EINVAL: what is wrong was traced. Blocks. */
int settings_machines(HANDLE provider, const struct settings *settings,
		      const struct machines *before, struct machines **out);
void settings_done(struct settings *settings);
struct wanted; /* condition.h */
/** What lists of machines, and the conditions of all entries, look at. 0; or -ENOSPC, and *late is
 * the entry that looks at more than the kit tells. */
int settings_wants(const struct settings *settings, struct wanted *out, const struct entry **late);
/** Tells the kit what the settings say of clients. 0, -ENOMEM or -ENOSPC. */
int settings_configure(const struct settings *settings, PXE_BOOT *boot);
/** Has the kit choose among servers in turn, and look names up again. 0 or -ENOMEM. */
int settings_turn(struct settings *settings, PXE_BOOT *boot);
/** Completes the answers of all entries: when the settings have their final place. */
void settings_settle(struct settings *settings);
