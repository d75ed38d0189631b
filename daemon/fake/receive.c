/* PxeFakeReceive, PxeFakeTry: a packet goes in, and its way is waited for. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "fake/state.h"
#include "fake/record.h"

static bool arrival_fill(const PXE_FAKE_REQUEST *request, struct arrival *out)
{
	bool v6;

	if (!ip_parse(request->pszLocal ? request->pszLocal : "192.0.2.1", &out->own))
		return false;
	v6 = out->own.family == IP_V6;
	if (!ip_parse(request->pszFrom ? request->pszFrom
		      : v6             ? "fe80::1"
				       : "0.0.0.0",
		      &out->from.ip) ||
	    out->from.ip.family != out->own.family)
		return false;
	out->from.port = request->uFromPort ? request->uFromPort : v6 ? 546 : 68;
	out->from.ifindex = 2;
	out->port = request->uPort ? request->uPort : v6 ? 547 : 67;
	out->to = request->bUnicast ? out->own : (struct ip){ .family = IP_NONE };
	out->on_link = true;
	out->interface = request->pszInterface ? request->pszInterface : "fake0";
	return true;
}

static void wait_woken(PXE_FAKE *fake)
{
	struct timespec until;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_nsec += 20000000;
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

static void wait_decided(PXE_FAKE *fake, uint64_t apart_ms)
{
	while (host_pending(fake->host) > 0) {
		wait_woken(fake);
		host_turn(fake->host, clock_ms() + apart_ms);
		host_tick(fake->host, clock_ms() + apart_ms);
	}
	host_turn(fake->host, clock_ms() + apart_ms); /* replies of the last moment */
}

static void pass_in(PXE_FAKE *fake, const struct arrival *in, bool trial)
{
	static uint64_t apart_ms; /* so that the same packet twice is not a duplicate */
	const struct host_trial asker = record_trial(fake);

	record_clear(fake);
	apart_ms += 1000;
	if (trial)
		host_try(fake->host, in, &asker, clock_ms() + apart_ms);
	else
		host_receive(fake->host, in, clock_ms() + apart_ms);
	wait_decided(fake, apart_ms);
	fake->verdict.uReplies = fake->n_replies;
}

static DWORD receive(PXE_FAKE *fake, const PXE_FAKE_REQUEST *request, bool trial,
		     PXE_FAKE_VERDICT *out)
{
	_cleanup_(freep) uint8_t *octets = NULL;
	struct arrival in = { 0 };

	if (!fake || !request || !request->pPacket || !arrival_fill(request, &in))
		return ERROR_INVALID_PARAMETER;
	octets = malloc(request->uPacketLen + 1u);
	if (!octets)
		return ERROR_NOT_ENOUGH_MEMORY;
	memcpy(octets, request->pPacket, request->uPacketLen);
	in.octets = octets;
	in.len = request->uPacketLen;
	pass_in(fake, &in, trial);
	if (out)
		*out = fake->verdict;
	return ERROR_SUCCESS;
}

DWORD PxeFakeReceive(PXE_FAKE *fake, const PXE_FAKE_REQUEST *request, PXE_FAKE_VERDICT *out)
{
	return receive(fake, request, false, out);
}

DWORD PxeFakeTry(PXE_FAKE *fake, const PXE_FAKE_REQUEST *request, PXE_FAKE_VERDICT *out)
{
	return receive(fake, request, true, out);
}
