/* A host without a daemon, made and ended: provider/host.h with a network that only remembers. */
#include "fake/state.h"

#include <stdlib.h>
#include <wdspxe-host.h>

#include "fake/journey.h"
#include "fake/load.h"
#include "fake/record.h"
#include "provider/crash.h"
#include "provider/shelving.h"

PXE_FAKE *PxeFakeNew(void)
{
	static const uint8_t duid[18] = { 0,   4,   'w', 'd', 's', 'p', 'x',
					  'e', '-', 'f', 'a', 'k', 'e' };
	PXE_FAKE *fake = calloc(1, sizeof(*fake));
	struct host_limits limits = HOST_LIMITS_DEFAULT;
	struct host_hooks hooks = record_hooks(fake);

	if (!fake)
		return NULL;
	limits.table = limits.packets = TABLE;
	limits.per_client = limits.per_destination = 0;
	limits.pending_timeout = 2.0;
	limits.information_request = limits.take_duplicates = true;
	pthread_mutex_init(&fake->lock, NULL);
	pthread_cond_init(&fake->wake, NULL);
	if (host_new(&limits, &hooks, &fake->host) < 0) {
		PxeFakeFree(fake);
		return NULL;
	}
	host_set_duid(fake->host, span_of(duid, sizeof(duid)));
	host_keep_modules(fake->host, false);
	PxeHostSetStateDir("", TRUE); /* what a provider writes stays in memory */
	crash_install_guest();
	return fake;
}

void PxeFakeFree(PXE_FAKE *fake)
{
	if (!fake)
		return;
	if (fake->host) {
		host_abort(fake->host);
		load_stop(fake);
		host_free(fake->host);
	}
	PxeHostSetStateDir(NULL, TRUE);
	journeys_end(fake);
	PxeFakeForgetTraces(fake);
	free(fake->answer);
	pthread_cond_destroy(&fake->wake);
	pthread_mutex_destroy(&fake->lock);
	free(fake);
}

void PxeFakeKeepModules(PXE_FAKE *fake)
{
	if (fake)
		host_keep_modules(fake->host, true);
}
