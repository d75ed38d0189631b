/* Requests that ended: from the request to a record. On the loop: copies, no formatting. */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "dhcp/dhcp4.h"
#include "dhcp/dhcp_fault.h"
#include "request/intake.h"
#include "story/log.h"
#include "story/log_format.h"
#include "story/log_rate.h"
#include "story/log_recent.h"
#include "story/log_watch.h"

static struct log_rate rates[OUTCOME_COUNT];
static struct log_recent recent[OUTCOME_COUNT];

bool log_request_boots(const struct request *req)
{
	if (req->family == IP_V6)
		return pxe_client6_boots(&req->v6.client);
	return pxe_client_is_pxe(&req->v4.client) || req->v4.client.class == PXE_CLASS_HTTP;
}

/* Does this one have a line, or is it only counted? */
static bool may_tell(const struct request *req, enum outcome outcome, uint64_t now_ms)
{
	uint32_t most = LOG_RATE_PER_SECOND;
	uint8_t key[64];

	switch (outcome_lines(outcome)) {
	case OUTCOME_LINES_EACH:
		break;
	case OUTCOME_LINES_PER_SECOND:
		most = 1;
		break;
	case OUTCOME_LINES_PER_CLIENT:
		if (req && !log_recent_take(&recent[outcome], request_client_key(req, key), now_ms))
			most = 0;
		break;
	}
	return log_rate_take(&rates[outcome], most, now_ms);
}

/* *logged: by the log itself. What a watcher may want has to be made before it can be asked. */
static bool is_wanted(const struct request *req, enum outcome outcome, int level, uint64_t now_ms,
		      bool *logged)
{
	*logged = log_takes(level) && may_tell(req, outcome, now_ms);
	return *logged || level <= log_watch_level();
}

static const char *row_of(const struct request *req)
{
	return req->family == IP_V6 ? dhcp6_row_name(req->v6.row) : dhcp4_row_name(req->v4.row);
}

void log_step_of(const struct request *req, enum outcome outcome, const char *paused,
		 struct log_step *step)
{
	size_t at;

	step->row = row_of(req);
	step->chosen = req->family == IP_V4 && req->v4.client.has_boot_item;
	step->xid = request_xid(req);
	step->outcome = outcome;
	step->took_us = (uint32_t)(req->ended_us - req->arrived_us);
	step->provider = req->provider;
	step->fault = req->fault;
	step->paused = paused;
	step->detail[0] = '\0';
	if (outcome == OUTCOME_MALFORMED)
		dhcp_fault(req->family, request_packet(req), step->detail, &at);
	step->explained = req->reason != NULL;
	if (req->reason)
		step->reason = *req->reason;
	if (atomic_load(&req->reply_noted) == REPLY_NOTED)
		step->reply = req->reply;
	else
		step->reply = (struct request_reply){ 0 };
}

void log_step_of_dropped(const struct arrival *in, const struct request *req, enum outcome outcome,
			 struct log_step *step)
{
	size_t at;

	*step = (struct log_step){ .outcome = outcome };
	if (req) {
		step->row = row_of(req);
		step->xid = request_xid(req);
	}
	if (outcome == OUTCOME_MALFORMED)
		dhcp_fault(in->from.ip.family, span_of(in->octets, in->len), step->detail, &at);
}

void log_request(const struct request *req, enum outcome outcome, const char *paused,
		 uint64_t now_ms)
{
	int level = log_outcome_level(outcome, req->may_answer && log_request_boots(req));
	struct log_record record;
	bool logged;

	if (!is_wanted(req, outcome, level, now_ms, &logged))
		return;
	record.kind = LOG_KIND_STEP;
	record.level = (uint8_t)level;
	log_client_of(req, &record.client);
	if (!log_address(&record, logged, now_ms))
		return;
	log_step_of(req, outcome, paused, &record.step);
	log_put(&record);
}

void log_client_of_arrival(const struct arrival *in, struct log_client *out)
{
	*out = (struct log_client){ .family = in->from.ip.family,
				    .port = in->port,
				    .from = in->from };
	snprintf(out->interface, sizeof(out->interface), "%s", in->interface ? in->interface : "");
	if (in->from.ip.family != IP_V4 || in->len < DHCP4_HEADER ||
	    in->octets[DHCP4_HTYPE] != DHCP4_HTYPE_ETHERNET || in->octets[DHCP4_HLEN] != 6)
		return;
	out->has_mac = true;
	memcpy(out->mac, in->octets + DHCP4_CHADDR, sizeof(out->mac));
}

void log_dropped(const struct arrival *in, const struct request *req, enum outcome outcome,
		 uint64_t now_ms)
{
	int level = log_outcome_level(outcome, !req || log_request_boots(req));
	struct log_record record;
	bool logged;

	if (!is_wanted(req, outcome, level, now_ms, &logged))
		return;
	record.kind = LOG_KIND_STEP;
	record.level = (uint8_t)level;
	if (req)
		log_client_of(req, &record.client);
	else
		log_client_of_arrival(in, &record.client);
	if (!log_address(&record, logged, now_ms))
		return;
	log_step_of_dropped(in, req, outcome, &record.step);
	log_put(&record);
}

void log_turn(void)
{
	if (log_watch_is_untold())
		log_watchers_changed();
	log_nudge();
	for (unsigned i = 0; i < OUTCOME_COUNT; i++) {
		uint64_t n = log_rate_withheld(&rates[i]);
		struct log_record record = { .kind = LOG_KIND_COUNT, .level = LOG_NOTICE };

		if (!n)
			continue;
		record.count.outcome = (enum outcome)i;
		record.count.n = n;
		(void)log_address(&record, true, clock_ms());
		log_put(&record);
	}
}
