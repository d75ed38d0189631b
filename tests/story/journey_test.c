/* story/journey: who wants a record gets it by the log's thread, and is told what it lost. */
#include <check.h>
#include <poll.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/clock.h"
#include "control/stream.h"
#include "dhcp/dhcp4.h"
#include "request/intake.h"
#include "story/journey.h"
#include "story/watcher.h"
#include "suite.h"

static struct stream *stream; /* the taker's reference */
static sem_t woken;
static struct request *req;
static char out[STREAM_RECORD_MAX];

static void wake(void *context)
{
	(void)context;
	sem_post(&woken);
}

static void no_line(const struct log_record *record)
{
	(void)record;
}

static void set_up(void)
{
	sem_init(&woken, 0, 0);
	log_init(LOG_ERR, no_line);
	ck_assert_int_eq(log_start(), 0);
	stream = stream_new(wake, NULL);
	req = calloc(1, sizeof(*req));
	ck_assert(stream && req);
}

static void over(void)
{
	journey_end(stream);
	ck_assert(!journey_is_watched());
	ck_assert(log_stop());
	stream_unref(stream);
	free(req);
}

/* Asks as a PXE client (`boots`) or another one, whose MAC ends so. */
static void ask(uint8_t client, bool boots, enum outcome outcome)
{
	static const struct intake intake;
	uint8_t octets[400] = { 1, 1, 6, 0 };
	struct arrival in = { .octets = octets, .len = sizeof(octets), .interface = "eth0" };
	uint8_t *at = octets + DHCP4_HEADER;

	memcpy(octets + DHCP4_CHADDR, (uint8_t[]){ 0x52, 0x54, 0, 0, 0, client }, 6);
	memcpy(octets + DHCP4_COOKIE, (uint8_t[]){ 0x63, 0x82, 0x53, 0x63 }, 4);
	memcpy(at, (uint8_t[]){ 53, 1, 1, 93, 2, 0, 7, 60, 9 }, 9);
	memcpy(at + 9, boots ? "PXEClient" : "something", 9);
	at[18] = 255;
	in.from.ip = (struct ip){ .family = IP_V4 };
	in.port = 67;
	ck_assert_int_eq(request_read(req, &in, &intake), -1);
	req->arrived_us = req->ended_us = clock_us();
	req->number++;
	if (journey_is_watched())
		journey_request(req, outcome, NULL);
}

/* The next record: "MAC outcome", or "lost N". */
static const char *next(void)
{
	static char text[64];
	json_t *record;

	while (!stream_take(stream, out))
		sem_wait(&woken);
	record = json_loads(out, 0, NULL);
	ck_assert_msg(json_is_object(record), "%s", out);
	if (json_object_get(record, "lost"))
		snprintf(text, sizeof(text), "lost %lld",
			 json_integer_value(json_object_get(record, "lost")));
	else
		snprintf(text, sizeof(text), "%s %s",
			 json_string_value(
				 json_object_get(json_object_get(record, "client"), "mac")) +
				 15,
			 json_string_value(json_object_get(record, "outcome")));
	json_decref(record);
	return text;
}

static void watch(const struct journey_want *want)
{
	ck_assert_int_eq(journey_watch(stream, want), 0);
	ck_assert(journey_is_watched());
}

START_TEST(watcher_gets_the_requests_of_boot_clients)
{
	watch(&(struct journey_want){ .has_arch = false });
	ask(1, true, OUTCOME_NBP);
	ask(2, false, OUTCOME_NOT_OURS);
	ask(3, true, OUTCOME_REJECTED);
	ck_assert_str_eq(next(), "01 answered");
	ck_assert_ptr_null(strstr(out, "\"octets\""));
	ck_assert_str_eq(next(), "03 rejected");
	over();
}
END_TEST

START_TEST(watcher_of_one_machine_gets_all_of_it_and_no_other)
{
	watch(&(struct journey_want){ .has_mac = true, .mac = { 0x52, 0x54, 0, 0, 0, 2 } });
	ask(1, true, OUTCOME_NBP);
	ask(2, false, OUTCOME_NOT_OURS);
	ask(2, true, OUTCOME_NBP);
	ck_assert_str_eq(next(), "02 not-ours");
	ck_assert_str_eq(next(), "02 answered");
	over();
}
END_TEST

START_TEST(watcher_of_what_failed_and_of_an_architecture)
{
	watch(&(struct journey_want){ .only_unanswered = true, .has_arch = true, .arch = 7 });
	ask(1, true, OUTCOME_NBP);
	ask(2, true, OUTCOME_IGNORED);
	ck_assert_str_eq(next(), "02 ignored");
	journey_end(stream);
	while (journey_is_full() || journey_is_watched())
		poll(NULL, 0, 1);
	ck_assert(log_stop());
	stream_unref(stream);
	free(req);
}
END_TEST

START_TEST(packets_come_with_their_octets)
{
	uint8_t reply[] = { 2, 1, 6 };
	struct outgoing sent = { .number = 1, .octets = reply, .len = sizeof(reply) };
	struct arrival broken = { .octets = reply, .len = sizeof(reply), .interface = "eth0" };

	watch(&(struct journey_want){ .packets = true });
	ask(1, false, OUTCOME_NOT_OURS);
	ck_assert_str_eq(next(), "01 not-ours");
	ck_assert_ptr_nonnull(strstr(out, "\"octets\":\"01010600"));
	journey_sent(&sent, NULL);
	while (!stream_take(stream, out))
		sem_wait(&woken);
	ck_assert_ptr_nonnull(strstr(out, "\"octets\":\"020106\""));
	ck_assert_ptr_nonnull(strstr(out, "\"step\":\"reply\""));
	broken.from.ip.family = IP_V4;
	journey_dropped(&broken, NULL, OUTCOME_OWN); /* it was shown as it left */
	journey_dropped(&broken, NULL, OUTCOME_MALFORMED);
	while (!stream_take(stream, out))
		sem_wait(&woken);
	ck_assert_ptr_nonnull(strstr(out, "its length is 3, less than a DHCP header"));
	over();
}
END_TEST

START_TEST(what_was_mended_is_shown_as_it_came)
{
	uint8_t octets[DHCP4_HEADER + 3] = { 1, 1, 6, 0 };
	struct arrival in = { .octets = octets, .len = sizeof(octets), .interface = "eth0" };

	memcpy(octets + DHCP4_COOKIE, (uint8_t[]){ 0x63, 0x82, 0x53, 0x63, 53, 1, 1 }, 7);
	watch(&(struct journey_want){ .packets = true });
	ask(1, true, OUTCOME_NBP);
	ck_assert_str_eq(next(), "01 answered");
	ck_assert_ptr_null(strstr(out, "mended"));
	req->mended = true;
	journey_mended(&in, req);
	journey_request(req, OUTCOME_NBP, NULL);
	ck_assert_str_eq(next(), "01 answered");
	ck_assert_ptr_nonnull(strstr(out, "\"mended\":\"no END (255) behind the last option: it "
					  "was added\",\"mended-at\":243"));
	ck_assert_ptr_nonnull(strstr(out, "\"length\":243,"));
	req->number += 8; /* another one, whose octets are not known any more */
	journey_request(req, OUTCOME_NBP, NULL);
	ck_assert_str_eq(next(), "01 answered");
	ck_assert_ptr_nonnull(strstr(out, "\"length\":400,"));
	over();
}
END_TEST

/* A request with one visit, whose provider says so many things about entries. */
static json_t *record_of(unsigned n, const char *said, uint32_t kind)
{
	struct remark_books books;
	json_t *record;
	char text[300];

	ck_assert_int_eq(remark_books_init(&books), 0);
	req->remarks = remarks_open(&books);
	req->n_visits = 1;
	req->visit[0] = (struct visit){ .provider = "bootfile", .verdict = VERDICT_NBP };
	for (unsigned i = 0; i < n; i++) {
		snprintf(text, sizeof(text), "%u %s", i, said);
		remarks_add(&req->remarks,
			    &(struct remark){ req->visit[0].provider, kind, i + 1, text,
					      "/etc/wdspxed/providers.d/50-bootfile.conf" });
	}
	journey_request(req, OUTCOME_NBP, NULL);
	remarks_close(&req->remarks);
	remark_books_done(&books);
	req->remarks = (struct remarks){ NULL, 0 };
	while (!stream_take(stream, out))
		sem_wait(&woken);
	record = json_loads(out, 0, NULL);
	ck_assert_msg(json_is_object(record) && !json_object_get(record, "lost"), "%s", out);
	return record;
}

static size_t n_reasons(const json_t *record)
{
	const json_t *visits = json_object_get(record, "visits");

	return json_array_size(json_object_get(json_array_get(visits, 0), "reasons"));
}

START_TEST(all_that_was_said_is_shown_as_far_as_there_is_room)
{
	static char line[190], quotes[190];
	json_t *record;

	memset(line, 'x', sizeof(line) - 1);
	memset(quotes, '"', sizeof(quotes) - 1); /* JSON doubles them */
	watch(&(struct journey_want){ .packets = true });
	ask(1, true, OUTCOME_NBP);
	ck_assert_str_eq(next(), "01 answered");
	record = record_of(3, "does not match", REASON_PASSED);
	ck_assert_uint_eq(n_reasons(record), 3);
	ck_assert_ptr_null(json_object_get(record, "reasons-left-out"));
	ck_assert_ptr_nonnull(strstr(out, "{\"kind\":\"passed\",\"text\":\"2 does not match\","
					  "\"file\":\"/etc/wdspxed/providers.d/50-bootfile.conf\""
					  ",\"line\":3}"));
	json_decref(record);
	record = record_of(200, line, REASON_PASSED);
	ck_assert_uint_eq(n_reasons(record) +
				  json_integer_value(json_object_get(record, "reasons-left-out")),
			  200);
	ck_assert_uint_gt(n_reasons(record), 10);
	json_decref(record);
	req->len = REQUEST_PACKET_MAX; /* with its octets it is more than a record has room for */
	record = record_of(200, quotes, REASON_PASSED);
	ck_assert_uint_eq(n_reasons(record), 0);
	ck_assert_int_eq(json_integer_value(json_object_get(record, "reasons-left-out")), 200);
	json_decref(record);
	over();
}
END_TEST

START_TEST(flood_is_bounded_and_every_loss_is_told)
{
	unsigned got = 0, lost = 0;

	watch(&(struct journey_want){ .has_arch = false });
	for (unsigned i = 0; i < 3 * WATCHED_PER_SECOND; i++)
		ask(1, true, OUTCOME_NBP);
	log_turn(); /* as once a second: what was lost last is told too */
	while (got + lost < 3 * WATCHED_PER_SECOND) {
		const char *text = next();

		if (strncmp(text, "lost ", 5) == 0)
			lost += (unsigned)atoi(text + 5);
		else
			got++;
	}
	ck_assert_uint_eq(got + lost, 3 * WATCHED_PER_SECOND);
	ck_assert_uint_gt(got, 0);
	ck_assert_uint_le(got, 2 * WATCHED_PER_SECOND); /* it may be two seconds */
	over();
}
END_TEST

START_TEST(places_are_bounded_and_come_back)
{
	struct stream *one[WATCHERS_MAX];

	for (int round = 0; round < 3; round++) {
		for (int i = 0; i < WATCHERS_MAX; i++) {
			while (journey_is_full())
				poll(NULL, 0, 1); /* the log's thread has not seen the last go */
			one[i] = stream_new(wake, NULL);
			ck_assert_int_eq(
				journey_watch(one[i], &(struct journey_want){ .packets = true }),
				0);
		}
		ck_assert(journey_is_full());
		ask(1, true, OUTCOME_NBP);
		for (int i = 0; i < WATCHERS_MAX; i++) {
			journey_end(one[i]);
			stream_unref(one[i]);
		}
	}
	ck_assert(!journey_is_watched());
	stream_unref(stream); /* never watched: both references are ours */
	over();
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("journey");

	tcase_add_checked_fixture(tcase, set_up, NULL);
	tcase_add_test(tcase, watcher_gets_the_requests_of_boot_clients);
	tcase_add_test(tcase, watcher_of_one_machine_gets_all_of_it_and_no_other);
	tcase_add_test(tcase, watcher_of_what_failed_and_of_an_architecture);
	tcase_add_test(tcase, packets_come_with_their_octets);
	tcase_add_test(tcase, what_was_mended_is_shown_as_it_came);
	tcase_add_test(tcase, all_that_was_said_is_shown_as_far_as_there_is_room);
	tcase_add_test(tcase, flood_is_bounded_and_every_loss_is_told);
	tcase_add_test(tcase, places_are_bounded_and_come_back);
	suite_apart(); /* the log is told once who reads it */
	return suite_run("story/journey", tcase);
}
