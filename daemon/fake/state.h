/* What a host without a daemon has: for the files of this folder. */
#pragma once

#include <pthread.h>
#include <wdspxe-fake.h>

#include "provider/host.h"

enum { REPLIES_MAX = 64, TRACES_MAX = 256 };

struct PXE_FAKE {
	struct host *host;
	struct provider *provider[PROVIDERS_MAX];
	char *dropin[PROVIDERS_MAX];
	uint32_t n_providers;

	pthread_mutex_t lock; /* of what other threads write: woken, trace */
	pthread_cond_t wake;
	bool woken;
	char *trace[TRACES_MAX];
	uint32_t n_traces;

	PXE_FAKE_REPLY reply[REPLIES_MAX];
	char to[REPLIES_MAX][IP_TEXT_MAX];
	uint32_t n_replies;
	PXE_FAKE_VERDICT verdict;
	struct request_reason reason; /* the verdict's strings */
};
