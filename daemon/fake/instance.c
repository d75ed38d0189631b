#include "fake/instance.h"

#include <errno.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "provider/chain.h"

/* What a chain holds, until the last request on it has ended. */
struct held {
	uint32_t n;
	struct instance *instance[];
};

struct provider_spec instance_spec_of(const struct place *place, const struct dropin *dropin)
{
	return (struct provider_spec){ .name = dropin->name,
				       .module = dropin->module,
				       .dropin = dropin->path,
				       .dropin_shown = place->is_callers ? NULL : "settings",
				       .critical = dropin->critical,
				       .threads = dropin->threads,
				       .pending_timeout = dropin->pending_timeout,
				       .answer_lease_requests = dropin->answer_lease_requests,
				       .information_request = true };
}

int instance_start(PXE_FAKE *fake, uint32_t place, struct dropin *dropin, struct instance **out,
		   char *why, size_t size)
{
	struct provider_spec spec = instance_spec_of(&fake->place[place], dropin);
	struct instance *instance = calloc(1, sizeof(*instance));
	int r;

	if (!instance)
		return -ENOMEM;
	r = provider_new(fake->host, &spec, &instance->provider);
	if (r == 0) {
		r = provider_start(instance->provider, why, size);
		if (r != 0)
			provider_free(instance->provider);
	}
	if (r != 0) {
		free(instance);
		return r;
	}
	instance->place = place;
	instance->dropin = dropin;
	instance->next = fake->instances;
	fake->instances = instance;
	*out = instance;
	return 0;
}

static void instance_free(struct instance *instance)
{
	provider_free(instance->provider);
	dropin_free(instance->dropin);
	free(instance);
}

static void unlink_instance(PXE_FAKE *fake, const struct instance *instance)
{
	struct instance **at = &fake->instances;

	while (*at != instance)
		at = &(*at)->next;
	*at = instance->next;
}

void instance_stop(PXE_FAKE *fake, struct instance *instance)
{
	unlink_instance(fake, instance);
	provider_stop(instance->provider);
	instance_free(instance);
}

static void on_released(void *context)
{
	struct held *held = context;

	for (uint32_t i = 0; i < held->n; i++)
		held->instance[i]->chains--;
	free(held);
}

int instances_to_chain(PXE_FAKE *fake)
{
	struct provider *provider[PROVIDERS_MAX];
	struct held *held = malloc(sizeof(*held) + fake->n_places * sizeof(struct instance *));
	struct chain *chain;
	int r = -ENOMEM;

	for (uint32_t i = 0; held && i < fake->n_places; i++) {
		held->instance[i] = fake->place[i].now;
		provider[i] = held->instance[i]->provider;
	}
	if (held)
		r = chain_new(provider, fake->n_places, on_released, held, &chain);
	if (r < 0) {
		free(held);
		return r;
	}
	held->n = fake->n_places;
	for (uint32_t i = 0; i < held->n; i++)
		held->instance[i]->chains++;
	host_set_chain(fake->host, chain);
	chain_unref(chain);
	return 0;
}

static bool is_over(const PXE_FAKE *fake, const struct instance *instance)
{
	return instance->chains == 0 && fake->place[instance->place].now != instance;
}

void instances_sweep(PXE_FAKE *fake)
{
	struct instance *instance, *next;

	for (instance = fake->instances; instance; instance = next) {
		next = instance->next;
		if (is_over(fake, instance))
			instance_stop(fake, instance);
	}
}

/* A request that one of them has kept may hold the chain of all, so they are freed together. */
void instances_end(PXE_FAKE *fake)
{
	struct instance *instance;

	host_set_chain(fake->host, NULL);
	for (instance = fake->instances; instance; instance = instance->next)
		if (fake->place[instance->place].now != instance)
			provider_stop(instance->provider);
	for (uint32_t i = fake->n_places; i-- > 0;)
		provider_stop(fake->place[i].now->provider);
	while ((instance = fake->instances)) {
		fake->instances = instance->next;
		instance_free(instance);
	}
}
