/* The instances of providers, and the chains that hold them. An instance that no chain holds any
 * more is stopped, but not while the host is calling us: see instances_sweep(). */
#pragma once

#include "fake/state.h"
#include "provider/provider.h"
#include "registry/dropin.h"

struct instance {
	struct provider *provider;
	struct dropin *dropin; /* by which it runs; owned */
	uint32_t place;
	uint32_t chains; /* that hold it */
	struct instance *next;
};

/** What a provider is told to be by its file. */
struct provider_spec instance_spec_of(const struct place *place, const struct dropin *dropin);
/** Loads and initialises one for a place; takes the drop-in over if it succeeds. 0, PROVIDER_E_* or
 * -errno, with the reason in `why`. */
int instance_start(PXE_FAKE *fake, uint32_t place, struct dropin *dropin, struct instance **out,
		   char *why, size_t size);
/** Shuts one down that no chain holds, and frees it. */
void instance_stop(PXE_FAKE *fake, struct instance *instance);
/** The chain becomes what stands in the places. 0, -ENOMEM: nothing has changed. */
int instances_to_chain(PXE_FAKE *fake);
/** Stops those that stand in no place and that no request needs. */
void instances_sweep(PXE_FAKE *fake);
/** Stops all: those of old first, then the places', last one first. */
void instances_end(PXE_FAKE *fake);
