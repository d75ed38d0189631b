#include "fake/journey.h"

#include <stdlib.h>

PXE_FAKE_JOURNEY *journey_new(PXE_FAKE *fake)
{
	PXE_FAKE_JOURNEY *journey = calloc(1, sizeof(*journey));

	if (!journey)
		return NULL;
	journey->fake = fake;
	journey->verdict = (PXE_FAKE_VERDICT){
		.pszOutcome = "pending", .pszProvider = "", .pszReason = "", .pszFile = ""
	};
	journey->next = fake->journeys;
	fake->journeys = journey;
	return journey;
}

void journey_free(PXE_FAKE_JOURNEY *journey)
{
	PXE_FAKE_JOURNEY **at = &journey->fake->journeys;

	while (*at != journey)
		at = &(*at)->next;
	*at = journey->next;
	while (journey->n_replies > 0)
		free((void *)(uintptr_t)journey->reply[--journey->n_replies].pPacket);
	free(journey);
}

PXE_FAKE_JOURNEY *journey_find(const PXE_FAKE *fake, uint64_t number)
{
	PXE_FAKE_JOURNEY *journey = fake->journeys;

	while (journey && (journey->number == 0 || journey->number != number))
		journey = journey->next;
	return journey;
}

void journeys_sweep(PXE_FAKE *fake)
{
	PXE_FAKE_JOURNEY *journey, *next;

	for (journey = fake->journeys; journey; journey = next) {
		next = journey->next;
		if (journey->has_ended && journey->is_given_back)
			journey_free(journey);
	}
}

void journeys_end(PXE_FAKE *fake)
{
	while (fake->journeys)
		journey_free(fake->journeys);
}

DWORD PxeFakeVerdict(const PXE_FAKE_JOURNEY *journey, PXE_FAKE_VERDICT *out)
{
	if (!journey || !out)
		return ERROR_INVALID_PARAMETER;
	*out = journey->verdict;
	out->uReplies = journey->n_replies;
	return journey->has_ended ? ERROR_SUCCESS : ERROR_IO_PENDING;
}

const PXE_FAKE_REPLY *PxeFakeReplyTo(const PXE_FAKE_JOURNEY *journey, ULONG index)
{
	return journey && index < journey->n_replies ? &journey->reply[index] : NULL;
}

const PXE_FAKE_REPLY *PxeFakeReply(const PXE_FAKE *fake, ULONG index)
{
	return PxeFakeReplyTo(fake->simple, index);
}

void PxeFakeEnd(PXE_FAKE_JOURNEY *journey)
{
	if (!journey)
		return;
	if (journey->has_ended)
		journey_free(journey);
	else
		journey->is_given_back = true;
}
