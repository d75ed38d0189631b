/* What an operator does to a provider, and what he sees of it. */
#include <string.h>

#include "fake/instance.h"
#include "fake/settings.h"
#include "provider/counter.h"
#include "provider/visit.h"

static DWORD control(struct instance *instance, DWORD code, bool *called)
{
	return provider_control(instance->provider, code, called);
}

DWORD PxeFakeControl(PXE_FAKE *fake, DWORD code)
{
	DWORD first = ERROR_SUCCESS;
	bool any = false;

	if (!fake)
		return ERROR_INVALID_PARAMETER;
	for (uint32_t i = 0; i < fake->n_places; i++) {
		bool called = false;
		DWORD r = control(fake->place[i].now, code, &called);

		any = any || called;
		if (called && first == ERROR_SUCCESS)
			first = r;
	}
	return any ? first : ERROR_CALL_NOT_IMPLEMENTED;
}

DWORD PxeFakeControlOne(PXE_FAKE *fake, ULONG provider, DWORD code)
{
	bool called;

	if (!fake)
		return ERROR_INVALID_PARAMETER;
	if (provider >= fake->n_places)
		return ERROR_NOT_FOUND;
	return control(fake->place[provider].now, code, &called);
}

static ULONG count_old(const PXE_FAKE *fake, ULONG place)
{
	ULONG n = 0;

	for (const struct instance *it = fake->instances; it; it = it->next)
		n += it->place == place && fake->place[place].now != it;
	return n;
}

DWORD PxeFakeProvider(const PXE_FAKE *fake, ULONG provider, PXE_FAKE_PROVIDER *out)
{
	struct provider_counters counters;
	const struct place *place;

	if (!fake || !out)
		return ERROR_INVALID_PARAMETER;
	if (provider >= fake->n_places)
		return ERROR_NOT_FOUND;
	place = &fake->place[provider];
	provider_counters(place->now->provider, &counters);
	*out = (PXE_FAKE_PROVIDER){ .pszName = provider_name_kept(place->now->provider),
				    .pszState = provider_state_text(place->now->provider),
				    .uInstance = place->n_instances,
				    .uOld = count_old(fake, provider),
				    .uPending = counters.pending,
				    .uLate = counters.quarantined,
				    .uLeaked = (ULONG)counters.leaked,
				    .uTimeout = (ULONG)visit_patience_ms(place->now->provider) };
	return ERROR_SUCCESS;
}

DWORD PxeFakeCounter(const PXE_FAKE *fake, ULONG provider, const char *name, LONGLONG *out)
{
	struct counter_view view[PXE_COUNTERS_MAX];
	const struct provider *p;
	size_t n;

	if (!fake || !name || !out)
		return ERROR_INVALID_PARAMETER;
	if (provider >= fake->n_places)
		return ERROR_NOT_FOUND;
	p = fake->place[provider].now->provider;
	n = counters_read(fake->host, provider_name(p), p, view);
	for (size_t i = 0; i < n; i++)
		if (strcmp(view[i].name, name) == 0) {
			*out = view[i].value;
			return ERROR_SUCCESS;
		}
	return ERROR_NOT_FOUND;
}

DWORD PxeFakeChange(PXE_FAKE *fake, ULONG provider, const char *settings)
{
	const struct place *place;

	if (!fake)
		return ERROR_INVALID_PARAMETER;
	if (provider >= fake->n_places)
		return ERROR_NOT_FOUND;
	place = &fake->place[provider];
	if (place->is_callers)
		return ERROR_ACCESS_DENIED;
	return settings_rewrite(place->file, place->now->dropin->module, settings) == 0
		       ? ERROR_SUCCESS
		       : ERROR_WRITE_FAULT;
}
