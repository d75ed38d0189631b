/* The provider's settings, compiled: what an admin writes under `settings` in its file. */
#pragma once

#include "entry.h"
#include "hosts.h"

struct settings {
	struct server server;
	struct entry *entries;
	uint32_t n_entries;
	struct hosts hosts;
	struct texts classes; /* other names for PXEClient */
	struct uuids banned;  /* UUIDs that many machines share, known ones too: nobody's */
	unsigned response_delay_s;
	bool ebc_is_x64; /* no entry names ebc: a client that says ebc is taken for x64-uefi */
	bool has_delays; /* some entry answers late */
	bool answers_lease_requests; /* some entry does */
	uint64_t archs_named;        /* a bit for each architecture below 64 that an entry names */
};

/**
 * Reads and checks all of a provider's settings. May block, to look up the names of servers.
 *
 * 0 and *out is the caller's (settings_done()), -ENOMEM, -EINVAL: what is wrong was traced, with
 * file and line; or -EIO: something could not be read. They are taken whole or not at all.
 */
int settings_compile(HANDLE provider, HKEY key, struct settings *out);
void settings_done(struct settings *settings);
