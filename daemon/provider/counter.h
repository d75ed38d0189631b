/* Counters of a provider's own: registered while it initialises, added to by any thread, read by
 * the statistics.
 *
 * Names, kinds and totals belong to the provider's name, and live as long as the host: a reload
 * takes nothing away. A level is one instance's.
 */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <wdspxe-host.h>

struct host;
struct provider;

struct counter {
	char name[PXE_COUNTER_NAME_MAX + 1];
	char help[PXE_COUNTER_HELP_MAX + 1];
	ULONG kind;
	_Atomic int64_t total;
};

/* Those of a name; `n` is raised when the one before it is whole. */
struct counter_table {
	_Atomic uint32_t n;
	struct counter at[PXE_COUNTERS_MAX];
};

DWORD counter_register(HANDLE provider, const char *name, const char *help, ULONG kind,
		       ULONG *counter);
DWORD counter_add(HANDLE provider, ULONG counter, LONGLONG value, int set);

/* One for the statistics; the texts live as long as the host. */
struct counter_view {
	const char *name, *help;
	bool is_level;
	int64_t value;
};

/** The counters of a provider's name, with the levels of `p`; NULL: no instance runs, and they are
 * 0. Returns how many. [any] */
size_t counters_read(struct host *host, const char *name, const struct provider *p,
		     struct counter_view out[static PXE_COUNTERS_MAX]);
