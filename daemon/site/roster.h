/* Which providers run: the instances of one chain, each with the drop-in file that it came from.
 *
 * A reload makes a new roster; an instance that did not change is in both. An instance is stopped
 * when the last chain that held it has been released. All of this runs on one thread at a time: the
 * main thread before we serve, then the life-cycle thread.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "provider/chain.h"
#include "site/config.h"
#include "site/instance.h"
#include "site/plan.h"
#include "site/reason.h"

/* What a roster needs of the program that it runs in; that keeps it, and outlives the roster. */
struct roster_env {
	struct host *host;
	const struct teller *teller;
	const char *state_dir; /* where programs' changes of settings are */
	const char *pauses;    /* the file of pauses.h that a start goes by; NULL: none */
	/** Runs new code in a process of its own first. 0: it came through; else the reason says
	 * why the code must not be loaded. NULL: nothing is tried. */
	int (*try_module)(const struct dropin *dropin, const char *providers_dir,
			  const char *state_dir, struct reason *reason);
};

struct roster {
	const struct roster_env *env;
	struct instance *at[PROVIDERS_MAX];
	struct dropin
		*fresh[PROVIDERS_MAX]; /* owned: becomes the instance's when the roster does */
	/* Instances of the running roster whose settings were read again, until roster_settle(). */
	struct instance *told[PROVIDERS_MAX];
	bool took[PROVIDERS_MAX];        /* PARAMCHANGE returned 0 */
	const char *news[PROVIDERS_MAX]; /* what was done about it, to be told; NULL: nothing */
	size_t n;
};

/* How much a provider that does not start matters. One must run in the end, always. */
enum roster_mode {
	ROSTER_START,  /* it is told and left out, unless it is critical */
	ROSTER_CHECK,  /* each failure is told, and in the end the check fails */
	ROSTER_RELOAD, /* if a new or changed provider does not start, the reload fails */
};

/**
 * Makes the roster of the drop-in files in config->providers_dir. `old` is the running one, NULL
 * but on a reload. Returns 0, or -1 with the reason: then no new instance is left running, and
 * the providers that got new settings have got the old ones back. After 0: roster_settle().
 */
int roster_make(const struct roster_env *env, const struct config *config, enum roster_mode mode,
		struct roster *old, struct roster **out, struct reason *reason);

/** The providers that run, in order; returns how many: none where roster is NULL. */
unsigned roster_running(const struct roster *roster, struct provider *out[PROVIDERS_MAX]);
/** How many of those are paused. */
unsigned roster_paused(const struct roster *roster);
/** The roster becomes the running one, in the place of `old` (NULL: of none): changed keys that
 * need no new instance are handed to the providers, and the teller says what became of each. [loop]
 */
void roster_adopt(struct roster *roster, const struct roster *old);
/** The entries of all settings: dropin_entries(). */
unsigned roster_entries(const struct roster *roster);
/** Was any provider told PARAMCHANGE, and not settled yet? */
bool roster_has_told(const struct roster *roster);
/** After a start or a reload, whether it was kept or not: the new settings of those that were told
 * stay, or they are told to go back, last one first. A provider that does not go back is named at
 * the end of `reason`. If it was kept, programs' changes that the administrator's override are
 * dropped. Blocks in providers' code, and for the disk. */
void roster_settle(struct roster *roster, bool keep, struct reason *reason);
/** Lets go of a roster: stops, last one first, every instance that no other roster holds. */
void roster_release(struct roster *roster);
/** The instance of a name, or NULL. */
struct instance *roster_find(const struct roster *roster, const char *name);
