/* request/packet: the packets of one request, found by their address. */
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "request/packet.h"
#include "suite.h"

enum { COUNT = 64, ROUNDS = 2000000 };

static struct packet_store store;
static struct request *req;

static void set_up(void)
{
	ck_assert_int_eq(packet_store_init(&store, COUNT, PACKET_SMALL + PACKET_AROUND), 0);
	req = calloc(1, sizeof(*req));
	ck_assert_ptr_nonnull(req);
}

static void tear_down(void)
{
	packet_store_done(&store);
	free(req);
}

static uint8_t *allocate(uint32_t size)
{
	void *packet;

	ck_assert_int_eq(packet_allocate(&store, req, size, &packet), 0);
	return packet;
}

/* D3: what is written around a packet is found, by whom ever it is looked at, and told once. */
static const struct {
	const char *name;
	uint32_t size;
	int at;      /* one octet is changed there: behind the end, or < 0: in front */
	uint32_t by; /* is told */
} overruns[] = {
	{ "nothing", 300, 0, 0 },
	{ "the octet behind the end", 300, 1, 1 },
	{ "in the middle of the room", 300, 40, 40 },
	{ "the last octet of the room", 300, PACKET_ROOM, PACKET_ROOM },
	{ "an odd size", 301, 3, 3 },
	{ "the largest of a block", PACKET_SMALL, 8, 8 },
	{ "on the heap", PACKET_SMALL + 1, 1, 1 },
	{ "the largest of all", PACKET_MAX, 17, 17 },
	{ "the octet in front", 300, -1, 1 },
	{ "as far in front as is looked", 300, -PACKET_FRONT, PACKET_FRONT },
	{ "in front, on the heap", PACKET_SMALL + 1, -9, 9 },
};

static uint8_t *allocate_and_write(int row)
{
	uint8_t *packet = allocate(overruns[row].size);

	ck_assert_uint_eq((uintptr_t)packet % 16, 0);
	memset(packet, 0xff, overruns[row].size);
	if (overruns[row].at > 0)
		packet[overruns[row].size + (uint32_t)overruns[row].at - 1] ^= 0x10;
	if (overruns[row].at < 0)
		packet[overruns[row].at] ^= 0x10;
	return packet;
}

static void check_found(const struct packet_overrun *found, int row)
{
	bool front = overruns[row].at < 0;

	ck_assert_msg(found->by == (front ? 0 : overruns[row].by) &&
			      found->before == (front ? overruns[row].by : 0) &&
			      found->found == (overruns[row].by > 0),
		      "%s: %u, %u", overruns[row].name, found->by, found->before);
}

START_TEST(overrun_is_found_when_it_is_freed)
{
	struct packet_overrun found;
	uint8_t *packet;

	if (store.exact && overruns[_i].at != 0)
		return; /* the sanitizer says it, and ends us */
	packet = allocate_and_write(_i);
	ck_assert_int_eq(packet_free(&store, req, packet, &found), 0);
	check_found(&found, _i);
	ck_assert_uint_eq(found.size, overruns[_i].size);
	ck_assert(!found.told);
	ck_assert_int_eq(packet_free(&store, req, packet, &found), -ENOENT);
	ck_assert_uint_eq(packet_store_used(&store), 0);
}
END_TEST

START_TEST(overrun_is_found_when_it_is_sent_and_told_once)
{
	struct packet_overrun found;
	uint8_t *packet;
	int place;

	if (store.exact && overruns[_i].at != 0)
		return;
	packet = allocate_and_write(_i);
	place = packet_hold(&store, req, packet, 1);
	ck_assert_int_ge(place, 0);
	ck_assert_int_eq(packet_overrun(&store, req, place, &found), overruns[_i].by > 0);
	check_found(&found, _i);
	ck_assert(!found.told);
	packet_unhold(&store, req, place);
	ck_assert_int_eq(packet_free(&store, req, packet, &found), 0);
	check_found(&found, _i);
	ck_assert(found.told == (overruns[_i].by > 0));
}
END_TEST

START_TEST(overrun_is_found_at_the_end)
{
	struct packet_overrun found;

	if (store.exact && overruns[_i].at != 0)
		return;
	allocate(100);
	allocate_and_write(_i);
	allocate(100);
	ck_assert_uint_eq(packet_release_all(&store, req, &found), 3);
	check_found(&found, _i);
	ck_assert_uint_eq(packet_store_used(&store), 0);
}
END_TEST

/* Of the places that were used, those that are empty again hide none behind them. */
START_TEST(packet_is_found_behind_empty_places)
{
	struct packet_overrun found;

	for (int visit = 0; visit < 3; visit++) {
		uint8_t *packet[REQUEST_PACKETS_MAX];

		for (int i = 0; i < REQUEST_PACKETS_MAX; i++)
			packet[i] = allocate(100);
		for (int i = 0; i < REQUEST_PACKETS_MAX - 1; i++)
			ck_assert_int_eq(packet_free(&store, req, packet[i], &found), 0);
		ck_assert_uint_eq(packet_release_all(&store, req, &found), 1);
		ck_assert_uint_eq(packet_store_used(&store), 0);
		ck_assert_uint_eq(packet_release_all(&store, req, &found), 0);
	}
}
END_TEST

/* D3: a small overrun is the provider's own affair, and not its neighbour's. */
START_TEST(overrun_of_the_room_harms_no_neighbour)
{
	uint8_t *packet[REQUEST_PACKETS_MAX];
	struct packet_overrun found;

	if (store.exact)
		return;
	for (int i = 0; i < REQUEST_PACKETS_MAX; i++)
		packet[i] = allocate(PACKET_SMALL);
	for (int i = 0; i < REQUEST_PACKETS_MAX; i++) {
		uint8_t *last = packet[i] + PACKET_SMALL + PACKET_ROOM - 1, was = *last;

		memset(packet[i], i, PACKET_SMALL + PACKET_ROOM);
		*last = (uint8_t)~was; /* what lies behind a packet is random, and may be i */
	}
	for (int i = 0; i < REQUEST_PACKETS_MAX; i++) {
		for (int at = 0; at < PACKET_SMALL; at++)
			ck_assert_int_eq(packet[i][at], i);
		ck_assert_int_eq(packet_free(&store, req, packet[i], &found), 0);
		ck_assert_uint_eq(found.by, PACKET_ROOM);
	}
}
END_TEST

#ifdef __SANITIZE_ADDRESS__
/* D3: under AddressSanitizer the write itself is seen, not what it left. */
START_TEST(sanitizer_sees_the_write)
{
	volatile uint8_t *packet = allocate(300);
	struct packet_overrun found;
	pid_t child = fork();
	int status;

	if (child == 0) {
		close(STDERR_FILENO); /* what it says about us is not for the test's log */
		packet[300] = 1;
		_exit(0);
	}
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert(!WIFEXITED(status) || WEXITSTATUS(status) != 0);
	packet_release_all(&store, req, &found);
}
END_TEST
#endif

/* ---- two threads ---- */

static _Atomic(void *) shown;
static atomic_bool over;

/* At one address now a short packet, now a long one. */
static void *change(void *unused)
{
	struct packet_overrun found;

	for (int i = 0; i < ROUNDS; i++) {
		void *packet;

		if (packet_allocate(&store, req, i % 2 ? 100 : 1000, &packet) != 0)
			continue;
		atomic_store(&shown, packet);
		packet_free(&store, req, packet, &found);
	}
	atomic_store(&over, true);
	return unused;
}

/* A13: who holds a packet of so many octets has one of so many, whatever another thread frees and
 * allocates at that moment at the same address. */
START_TEST(held_packet_is_as_long_as_it_was_asked_for)
{
	pthread_t thread;
	unsigned held = 0, shorter = 0;
	struct packet_overrun found;

	ck_assert_int_eq(pthread_create(&thread, NULL, change, NULL), 0);
	while (!atomic_load(&over)) {
		int place = packet_hold(&store, req, atomic_load(&shown), 1000);

		if (place < 0)
			continue;
		held++;
		packet_overrun(&store, req, place, &found);
		shorter += found.size < 1000;
		packet_unhold(&store, req, place);
	}
	pthread_join(thread, NULL);
	ck_assert_msg(shorter == 0, "%u of %u", shorter, held);
	ck_assert_uint_eq(packet_store_used(&store), 0);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("packet");

	tcase_set_timeout(tcase, 60);
	tcase_add_checked_fixture(tcase, set_up, tear_down);
	TEST_ROWS(tcase, overrun_is_found_when_it_is_freed, overruns);
	TEST_ROWS(tcase, overrun_is_found_when_it_is_sent_and_told_once, overruns);
	TEST_ROWS(tcase, overrun_is_found_at_the_end, overruns);
	tcase_add_test(tcase, packet_is_found_behind_empty_places);
	tcase_add_test(tcase, overrun_of_the_room_harms_no_neighbour);
#ifdef __SANITIZE_ADDRESS__
	tcase_add_test(tcase, sanitizer_sees_the_write);
#endif
	tcase_add_test(tcase, held_packet_is_as_long_as_it_was_asked_for);
	return suite_run("packet", tcase);
}
