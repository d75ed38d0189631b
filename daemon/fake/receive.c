/* A packet goes in, and its way is followed, or waited for. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "fake/arrival.h"
#include "fake/clock.h"
#include "fake/instance.h"
#include "fake/journey.h"
#include "fake/record.h"

enum { LOOK_MS = 20 }; /* how often deadlines are looked at */

/* ---- the loop ---- */

static ULONG turn(PXE_FAKE *fake, uint64_t now_ms)
{
	host_turn(fake->host, now_ms);
	host_tick(fake->host, now_ms);
	journeys_sweep(fake);
	instances_sweep(fake);
	return host_pending(fake->host);
}

ULONG PxeFakeTurn(PXE_FAKE *fake)
{
	return fake ? turn(fake, fake_now_ms(fake)) : 0;
}

static void wait_woken(PXE_FAKE *fake, uint64_t most_ms)
{
	struct timespec until;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_nsec += (long)most_ms * 1000000;
	if (until.tv_nsec >= 1000000000) {
		until.tv_nsec -= 1000000000;
		until.tv_sec++;
	}
	pthread_mutex_lock(&fake->lock);
	while (!fake->woken && pthread_cond_timedwait(&fake->wake, &fake->lock, &until) == 0)
		;
	fake->woken = false;
	pthread_mutex_unlock(&fake->lock);
}

static bool is_over(const PXE_FAKE *fake, const PXE_FAKE_JOURNEY *journey)
{
	return journey ? journey->has_ended : host_pending(fake->host) == 0;
}

/* Until it has ended, by the host's clock, which a clock that stands is for this long. False: the
 * time is up before. */
static bool follow(PXE_FAKE *fake, const PXE_FAKE_JOURNEY *journey, uint64_t most_ms, bool passes)
{
	uint64_t since = clock_ms(), host_begin = fake_now_ms(fake), spent = 0;

	for (;;) {
		turn(fake, fake->clock.stands ? host_begin + (passes ? spent : 0) : clock_ms());
		if (is_over(fake, journey) || spent >= most_ms)
			break;
		wait_woken(fake, most_ms - spent < LOOK_MS ? most_ms - spent : LOOK_MS);
		spent = clock_ms() - since;
	}
	if (passes && journey && !strcmp(journey->verdict.pszOutcome, "timeout"))
		fake->clock.at_ms = host_begin + spent;
	turn(fake, fake_now_ms(fake)); /* replies of the last moment */
	return is_over(fake, journey);
}

DWORD PxeFakeWait(PXE_FAKE *fake, const PXE_FAKE_JOURNEY *journey, ULONG milliseconds)
{
	if (!fake)
		return ERROR_INVALID_PARAMETER;
	return follow(fake, journey, milliseconds, false) ? ERROR_SUCCESS : WAIT_TIMEOUT;
}

/* ---- a packet ---- */

/* The host numbers requests as they come. */
static uint64_t next_number(const PXE_FAKE *fake)
{
	struct host_counters counters;

	host_counters(fake->host, &counters);
	return counters.received + 1;
}

static DWORD pass_in(PXE_FAKE *fake, const struct arrival *in, bool trial,
		     PXE_FAKE_JOURNEY *journey)
{
	const struct host_trial asker = record_trial(journey);
	int r = 0;

	fake->coming = journey;
	if (trial)
		r = host_try(fake->host, in, &asker, fake_now_ms(fake));
	else
		journey->number = next_number(fake);
	if (!trial)
		host_receive(fake->host, in, fake_now_ms(fake));
	fake->coming = NULL;
	return r < 0 ? ERROR_BUSY : ERROR_SUCCESS;
}

static DWORD begin(PXE_FAKE *fake, const PXE_FAKE_REQUEST *request, bool trial,
		   PXE_FAKE_JOURNEY **out)
{
	_cleanup_(freep) uint8_t *octets = NULL;
	PXE_FAKE_JOURNEY *journey;
	struct arrival in;
	DWORD code;

	if (!fake || !request || !request->pPacket || !arrival_make(request, &in))
		return ERROR_INVALID_PARAMETER;
	octets = malloc(request->uPacketLen + 1u);
	journey = octets ? journey_new(fake) : NULL;
	if (!journey)
		return ERROR_NOT_ENOUGH_MEMORY;
	memcpy(octets, request->pPacket, request->uPacketLen);
	in.octets = octets;
	code = pass_in(fake, &in, trial, journey);
	if (code == ERROR_SUCCESS)
		*out = journey;
	else
		journey_free(journey);
	return code;
}

DWORD PxeFakeBegin(PXE_FAKE *fake, const PXE_FAKE_REQUEST *request, PXE_FAKE_JOURNEY **out)
{
	return out ? begin(fake, request, request && request->bTrial, out)
		   : ERROR_INVALID_PARAMETER;
}

/* ---- the simple form ---- */

static DWORD receive(PXE_FAKE *fake, const PXE_FAKE_REQUEST *request, bool trial,
		     PXE_FAKE_VERDICT *out)
{
	PXE_FAKE_JOURNEY *journey;
	DWORD code = begin(fake, request, trial, &journey);

	if (code != ERROR_SUCCESS)
		return code;
	PxeFakeEnd(fake->simple);
	fake->simple = journey;
	follow(fake, journey, UINT64_MAX, true);
	if (out)
		PxeFakeVerdict(journey, out);
	return ERROR_SUCCESS;
}

DWORD PxeFakeReceive(PXE_FAKE *fake, const PXE_FAKE_REQUEST *request, PXE_FAKE_VERDICT *out)
{
	return receive(fake, request, request && request->bTrial, out);
}

DWORD PxeFakeTry(PXE_FAKE *fake, const PXE_FAKE_REQUEST *request, PXE_FAKE_VERDICT *out)
{
	return receive(fake, request, true, out);
}
