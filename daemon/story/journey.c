#include "story/journey.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/ring.h"
#include "control/stream.h"
#include "dhcp/dhcp4.h"
#include "provider/reason.h"
#include "request/intake.h"
#include "story/journey_json.h"
#include "story/log.h"
#include "story/watcher.h"

enum { RING_RECORDS = 256, EACH_PER_SECOND = 100, ORIGINALS = 8 };

static struct watchers watchers;
static struct journey_want wants[WATCHERS_MAX]; /* the loop's */
static uint8_t watching;                        /* the loop's: a bit for each place */
static atomic_uint packets; /* of those, who wants octets; the log's thread reads */

static struct ring ring;
static atomic_bool ready; /* the ring: made for the first who watches, and kept */
/* Datagrams that were mended, as they came; the loop's. */
static struct original {
	uint64_t number;
	uint32_t len;
	uint8_t octets[REQUEST_PACKET_MAX];
} originals[ORIGINALS];

static struct journey scratch; /* the loop's */

/* ---- the log's thread -------------------------------------------------------------------------
 */

static bool is_waiting(void)
{
	return ring_level(&ring) || watchers_untold(&watchers);
}

/* In a record's room: what does not have it comes without what led to no decision. */
static char *text_of(struct journey *journey, bool octets)
{
	char *text = journey_json(journey, octets);

	if (!text || strlen(text) < STREAM_RECORD_MAX)
		return text;
	free(text);
	journey->request.remarks_left_out += journey->request.n_remarks;
	journey->request.n_remarks = 0;
	return journey_json(journey, octets);
}

/* Made once for all who want it with octets, and once for the others. */
static void show(struct journey *journey)
{
	_cleanup_(freep) char *plain = NULL, *whole = NULL;

	for (int i = 0; i < WATCHERS_MAX; i++) {
		bool octets = atomic_load(&packets) >> i & 1;
		char **text = octets ? &whole : &plain;
		bool has_room;

		if (!(journey->watchers >> i & 1) || !watchers_has(&watchers, i))
			continue;
		has_room = watchers_ready(&watchers, i);
		if (has_room && !*text)
			*text = text_of(journey, octets);
		watchers_put(&watchers, i, has_room ? *text : NULL);
	}
}

static void turn(void)
{
	static struct journey journey;

	watchers_note_gone(&watchers);
	while (ring_take(&ring, &journey))
		show(&journey);
	watchers_turn(&watchers);
}

static const struct log_guest guest = { is_waiting, turn };

/* ---- coming and going -------------------------------------------------------------------------
 */

bool journey_is_full(void)
{
	return watchers_place(&watchers) < 0;
}

bool journey_is_watched(void)
{
	return watching != 0;
}

int journey_watch(struct stream *stream, const struct journey_want *want)
{
	int place = watchers_place(&watchers), r;
	uint8_t bit = (uint8_t)(1u << place);

	if (!ready) {
		r = ring_init(&ring, RING_RECORDS, sizeof(struct journey));
		if (r < 0)
			return r;
		ready = true;
		log_invite(&guest);
	}
	wants[place] = *want;
	if (want->packets)
		atomic_fetch_or(&packets, bit);
	else
		atomic_fetch_and(&packets, (unsigned)~bit);
	watchers_add(&watchers, place, stream);
	watching |= bit;
	return 0;
}

void journey_end(const struct stream *stream)
{
	int place = watchers_end(&watchers, stream);

	if (place < 0)
		return;
	watching &= (uint8_t) ~(1u << place);
	log_nudge();
}

/* ---- who wants it -----------------------------------------------------------------------------
 */

/* What a record is about, as far as somebody may want it or not. */
struct about {
	const struct log_client *client;
	bool boots;    /* a network boot client's */
	bool heard;    /* on an interface that is served */
	bool answered; /* all went well: nothing for who wants the rest */
	bool packet;   /* there are octets */
	bool no_news;  /* but for who wants them */
};

static bool is_for(const struct journey_want *want, const struct log_client *client)
{
	if (want->has_mac && !(client->has_mac && memcmp(want->mac, client->mac, 6) == 0))
		return false;
	return !want->has_arch || (client->has_arch && client->arch == want->arch);
}

static bool matches(const struct journey_want *want, const struct about *about)
{
	if (about->client->family == IP_NONE ? want->has_mac || want->has_arch
					     : !is_for(want, about->client))
		return false;
	if (want->packets)
		return about->packet;
	if (about->no_news || (want->only_unanswered && about->answered))
		return false;
	return want->has_mac || (about->boots && about->heard);
}

static uint8_t take(const struct about *about, uint64_t now_ms)
{
	uint8_t mask = 0;

	for (int i = 0; i < WATCHERS_MAX; i++)
		if ((watching >> i & 1) && matches(&wants[i], about) &&
		    watchers_take(&watchers, i, now_ms))
			mask |= (uint8_t)(1u << i);
	return mask;
}

bool journey_wants_each(const struct request *req)
{
	static struct log_rate rate;
	struct log_client client;

	if (!watching)
		return false;
	log_client_of(req, &client);
	for (int i = 0; i < WATCHERS_MAX; i++)
		if ((watching >> i & 1) && wants[i].has_mac && is_for(&wants[i], &client))
			return true;
	return log_rate_take(&rate, EACH_PER_SECOND, req->arrived_ms);
}

bool journey_wants(const struct request *req)
{
	static struct log_rate rate;
	bool boots = log_request_boots(req), any = false;
	struct log_client client;

	if (!watching)
		return false;
	log_client_of(req, &client);
	for (int i = 0; i < WATCHERS_MAX; i++) {
		if (!(watching >> i & 1) || !is_for(&wants[i], &client))
			continue;
		if (wants[i].has_mac)
			return true;
		any = any || boots || wants[i].packets;
	}
	return any && log_rate_take(&rate, WATCHED_PER_SECOND, req->arrived_ms);
}

/* ---- records ----------------------------------------------------------------------------------
 */

/* The wall clock at that moment, which was not long ago. */
static uint64_t wall_us(uint64_t at_us)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000 - (clock_us() - at_us);
}

/* Of a record, what is used of it: the octets are its end. */
static void put(struct journey *journey)
{
	if (!ring_put(&ring, journey))
		watchers_lose(&watchers, journey->watchers);
	log_nudge();
}

static void put_octets(struct journey *journey, const uint8_t *octets, size_t len)
{
	journey->len = (uint32_t)len;
	journey->kept = (uint32_t)(len < sizeof(journey->octets) ? len : sizeof(journey->octets));
	memcpy(journey->octets, octets, journey->kept);
}

static void put_visits(const struct request *req, struct journey *journey)
{
	journey->request.n_visits = req->n_visits;
	journey->request.n = request_visits_kept(req);
	for (uint32_t i = 0; i < journey->request.n; i++) {
		const struct visit *from = &req->visit[i];
		const struct request_reason *reason = req->wanted ? reason_of_visit(from) : NULL;
		struct journey_visit *to = &journey->request.visit[i];

		to->provider = from->provider;
		to->seat = from->seat;
		to->verdict = from->verdict;
		to->outcome = from->outcome;
		to->us = from->us;
		to->replies = from->replies;
		to->explained = reason != NULL;
		if (reason)
			to->reason = *reason;
	}
}

/* A text among those that are kept, once where it comes twice in a row; false: it has no room. */
static bool keep(struct journey *journey, const char *text, uint32_t *used, uint16_t *at)
{
	size_t len = strlen(text) + 1;

	if (*at < *used && strcmp(journey->request.said + *at, text) == 0)
		return true;
	if (*used + len > JOURNEY_SAID)
		return false;
	memcpy(journey->request.said + *used, text, len);
	*at = (uint16_t)*used;
	*used += (uint32_t)len;
	return true;
}

/* All that was said; entries' files are mostly one. */
static void put_remarks(const struct request *req, struct journey *journey)
{
	uint32_t left_out, used = 0, n = remarks_count(&req->remarks, &left_out), kept = 0;
	uint16_t text = 0, file = 0;
	struct remark remark;

	for (uint32_t i = 0; i < n; i++) {
		if (!remarks_read(&req->remarks, i, &remark))
			continue;
		if (kept == JOURNEY_REMARKS || !keep(journey, remark.file, &used, &file) ||
		    !keep(journey, remark.text, &used, &text)) {
			left_out++;
			continue;
		}
		journey->request.remark[kept++] =
			(struct journey_remark){ remark.provider, remark.line, text, file,
						 (uint8_t)remark.kind };
	}
	journey->request.n_remarks = kept;
	journey->request.remarks_left_out = left_out;
}

static struct ip relay_of(const struct request *req)
{
	if (req->foreign)
		return (struct ip){ 0 };
	if (req->family == IP_V6)
		return req->v6.client.n_relays > 0 ? req->from.ip : (struct ip){ 0 };
	if (dhcp4_has_addr(req->octets, DHCP4_GIADDR))
		return ip_v4(req->octets + DHCP4_GIADDR);
	return (struct ip){ 0 };
}

static bool is_answered(enum outcome outcome)
{
	return outcome == OUTCOME_NBP || outcome == OUTCOME_CUSTOM;
}

/* Was it for somebody to answer at all? What a lease server is asked is no failure of ours. */
static bool is_well(const struct request *req, enum outcome outcome)
{
	return is_answered(outcome) || !req->may_answer;
}

static struct original *original_place(const struct request *req)
{
	return &originals[req->number % ORIGINALS];
}

void journey_mended(const struct arrival *in, const struct request *req)
{
	struct original *original = original_place(req);

	if (!watching || in->len > sizeof(original->octets))
		return;
	original->number = req->number;
	original->len = in->len;
	memcpy(original->octets, in->octets, in->len);
}

/* As they came, where that is known. */
static void put_request_octets(struct journey *journey, const struct request *req)
{
	const struct original *original = original_place(req);

	journey->request.mended = req->mended && original->number == req->number;
	if (journey->request.mended)
		put_octets(journey, original->octets, original->len);
	else
		put_octets(journey, req->octets, req->len);
}

void journey_request(const struct request *req, enum outcome outcome, const char *paused)
{
	struct journey *journey = &scratch;
	struct about about = { .client = &journey->client,
			       .boots = log_request_boots(req),
			       .heard = true,
			       .answered = is_well(req, outcome),
			       .packet = true };

	log_client_of(req, &journey->client);
	journey->watchers = take(&about, req->ended_us / 1000);
	if (!journey->watchers)
		return;
	journey->kind = JOURNEY_REQUEST;
	journey->number = req->number;
	journey->time_us = wall_us(req->arrived_us);
	log_step_of(req, outcome, paused, &journey->request.step);
	journey->request.relay = relay_of(req);
	journey->request.local = req->local;
	journey->request.to = req->sent_to;
	put_visits(req, journey);
	put_remarks(req, journey);
	put_request_octets(journey, req);
	put(journey);
}

void journey_dropped(const struct arrival *in, const struct request *req, enum outcome outcome)
{
	struct journey *journey = &scratch;
	struct about about = { .client = &journey->client,
			       .boots = req && log_request_boots(req),
			       .heard = outcome != OUTCOME_INTERFACE,
			       .answered = !req,
			       .packet = in->octets != NULL };

	if (outcome == OUTCOME_OWN || !about.packet)
		return;
	if (req)
		log_client_of(req, &journey->client);
	else
		log_client_of_arrival(in, &journey->client);
	journey->watchers = take(&about, clock_ms());
	if (!journey->watchers)
		return;
	journey->kind = JOURNEY_REQUEST;
	journey->number = 0;
	journey->time_us = wall_us(clock_us());
	log_step_of_dropped(in, req, outcome, &journey->request.step);
	journey->request.relay = req ? relay_of(req) : (struct ip){ 0 };
	journey->request.local = in->own;
	journey->request.to = in->to;
	journey->request.mended = false;
	journey->request.n = journey->request.n_visits = 0;
	journey->request.n_remarks = journey->request.remarks_left_out = 0;
	put_octets(journey, in->octets, in->len);
	put(journey);
}

void journey_sent(const struct outgoing *out, const char *why)
{
	struct journey *journey = &scratch;
	struct about about = { .client = &journey->client,
			       .boots = true,
			       .heard = true,
			       .packet = true,
			       .no_news = why == NULL };

	journey->client = out->client;
	journey->watchers = take(&about, clock_ms());
	if (!journey->watchers)
		return;
	journey->kind = JOURNEY_SENT;
	journey->number = out->number;
	journey->time_us = wall_us(clock_us());
	journey->sent.to = out->to;
	journey->sent.from = out->from;
	journey->sent.from_port = out->from_port;
	snprintf(journey->sent.why, sizeof(journey->sent.why), "%s", why ? why : "");
	put_octets(journey, out->octets, out->len);
	put(journey);
}

void journey_finding(const struct finding *finding)
{
	struct journey *journey = &scratch;
	struct about about = { .client = &journey->client, .boots = true, .heard = true };

	journey->client = finding->client;
	journey->watchers = take(&about, clock_ms());
	if (!journey->watchers)
		return;
	journey->kind = JOURNEY_FINDING;
	journey->number = 0;
	journey->time_us = wall_us(clock_us());
	journey->finding = *finding;
	journey->len = journey->kept = 0;
	put(journey);
}
