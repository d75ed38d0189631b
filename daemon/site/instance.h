/* One provider that runs, or that did not start: with the drop-in file that it came from, and a
 * count of the rosters that hold it. */
#pragma once

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#include "provider/module.h"
#include "provider/provider.h"
#include "registry/dropin.h"
#include "site/teller.h"

enum { INSTANCE_WHY_ROOM = 640, INSTANCE_PLACE_ROOM = PATH_MAX + 16 };

struct instance {
	struct provider *provider; /* NULL: it did not start, and `why` says why */
	struct dropin *dropin;     /* owned: as the running instance knows it */
	unsigned rosters;          /* that hold it */
	bool permanent;            /* it did not start, and will not before a file is mended */
	char why[512];
	size_t why_said;   /* octets at its end that the provider has put into the log itself */
	bool module_wrong; /* it cannot be loaded */
	int line;          /* of the file that `why` is about; 0: the whole */
};

/** What the drop-in file says, as a provider takes it. The pointers are the file's. */
struct provider_spec instance_spec(const struct dropin *dropin);
/**
 * Starts a new instance of a drop-in file, which it takes over; one roster holds it. `tried` is the
 * module's file that was tried, NULL: none. NULL: no memory. A provider that did not start leaves
 * its reason in `why`.
 */
struct instance *instance_start(struct host *host, struct dropin *dropin,
				const struct module_id *tried);
/** One roster less holds it; without any it is stopped and freed. */
void instance_unref(struct instance *instance, const struct teller *teller);

/** Why it did not start, for the log: what it said there itself is not said again. */
const char *instance_why_for_log(const struct instance *instance,
				 char out[static INSTANCE_WHY_ROOM]);
/** The provider's own words at the end of `why`, `said_len` octets that are in the log, from where
 * they name the place: in its file, or in one that its settings name, with the id of a mistake.
 * Then they are all that an admin needs. NULL: they do not. */
const char *instance_mistake(const struct instance *instance, const char *why, size_t said_len);
/** The same of why it did not start. */
const char *instance_own_words(const struct instance *instance);
/** The id of the finding: its module cannot be loaded, or its Initialize failed. */
const char *instance_finding(const struct instance *instance);
/** "FILE", or "FILE:LINE". */
const char *instance_place(const struct instance *instance, char out[static INSTANCE_PLACE_ROOM]);
