/* What all instances of a provider's name did: provider.h. */
#include "provider/name.h"
#include "provider/provider.h"
#include "provider/state.h"

static void count_read(const struct provider_count *count, struct provider_counters *out)
{
	*out = (struct provider_counters){
		.asked = atomic_load(&count->asked),
		.replies = atomic_load(&count->replies),
		.leaked = atomic_load(&count->leaked),
		.latency_us_sum = atomic_load(&count->latency.us_sum),
	};
	for (size_t i = 0; i < LATENCY_BUCKETS; i++)
		out->latency[i] = atomic_load(&count->latency.bucket[i]);
	for (size_t i = 0; i < OUTCOME_COUNT; i++)
		out->outcome[i] = atomic_load(&count->outcome[i]);
}

void provider_counters(const struct provider *p, struct provider_counters *out)
{
	count_read(p->count, out);
	out->pending = atomic_load(&p->pending);
	out->quarantined = atomic_load(&p->quarantined);
}

void provider_name_counters(struct host *host, const char *name, struct provider_counters *out)
{
	count_read(&host_name_find(host, name)->count, out);
}

uint64_t provider_leaked(const struct provider *p)
{
	return atomic_load(&p->leaked);
}
