/* base/: addresses, the pool, the ring, the mailbox and the hash. */
#include <check.h>
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/hash.h"
#include "base/ip.h"
#include "base/mailbox.h"
#include "base/pool.h"
#include "base/ring.h"
#include "suite.h"

static const struct {
	const char *ip, *net;
	unsigned bits;
	bool inside;
} prefixes[] = {
	{ "10.1.2.3", "10.0.0.0", 8, true },      { "11.1.2.3", "10.0.0.0", 8, false },
	{ "10.0.0.130", "10.0.0.128", 25, true }, { "10.0.0.127", "10.0.0.128", 25, false },
	{ "10.0.0.1", "0.0.0.0", 0, true },       { "10.0.0.1", "10.0.0.1", 33, false },
	{ "fd77::5", "fd77::", 64, true },        { "fd78::5", "fd77::", 64, false },
	{ "10.0.0.1", "::", 0, false },
};

START_TEST(prefix_holds_its_addresses)
{
	struct ip ip, net;

	ck_assert(ip_parse(prefixes[_i].ip, &ip) && ip_parse(prefixes[_i].net, &net));
	ck_assert_msg(ip_in_prefix(&ip, &net, prefixes[_i].bits) == prefixes[_i].inside,
		      "%s in %s/%u", prefixes[_i].ip, prefixes[_i].net, prefixes[_i].bits);
}
END_TEST

static const struct {
	const char *text, *net; /* as it is, or ought to be */
	unsigned bits;
	int r;
} networks[] = {
	{ "10.1.0.0/16", "10.1.0.0", 16, 0 },
	{ "10.1.2.3", "10.1.2.3", 32, 0 },
	{ "0.0.0.0/0", "0.0.0.0", 0, 0 },
	{ "fd77::/64", "fd77::", 64, 0 },
	{ "fd77::1", "fd77::1", 128, 0 },
	{ "10.1.2.3/16", "10.1.0.0", 16, IP_PREFIX_HOST_BITS },
	{ "10.1.2.3/31", "10.1.2.2", 31, IP_PREFIX_HOST_BITS },
	{ "fd77::1/64", "fd77::", 64, IP_PREFIX_HOST_BITS },
	{ "10.1.0.0/33", NULL, 0, IP_PREFIX_MALFORMED },
	{ "10.1.0.0/", NULL, 0, IP_PREFIX_MALFORMED },
	{ "10.1.0.0/-1", NULL, 0, IP_PREFIX_MALFORMED },
	{ "10.1.0.0/8x", NULL, 0, IP_PREFIX_MALFORMED },
	{ "10.1/16", NULL, 0, IP_PREFIX_MALFORMED },
	{ "", NULL, 0, IP_PREFIX_MALFORMED },
};

START_TEST(a_network_is_read)
{
	struct ip_prefix prefix = { .bits = 7 };
	struct ip net;

	ck_assert_msg(ip_prefix_parse(networks[_i].text, &prefix) == networks[_i].r, "%s",
		      networks[_i].text);
	if (!networks[_i].net) {
		ck_assert_uint_eq(prefix.bits, 7);
		return;
	}
	ck_assert(ip_parse(networks[_i].net, &net));
	ck_assert_msg(ip_equal(&prefix.net, &net) && prefix.bits == networks[_i].bits, "%s",
		      networks[_i].text);
}
END_TEST

START_TEST(text_that_is_no_address_is_refused)
{
	struct ip ip = ip_broadcast();

	ck_assert(!ip_parse("10.0.0", &ip) && !ip_parse("fe80::1%eth0", &ip) && !ip_parse("", &ip));
	ck_assert(ip_is_limited_broadcast(&ip));
}
END_TEST

START_TEST(pool_gives_each_block_once)
{
	struct pool pool;
	void *block[3];

	ck_assert_int_eq(pool_init(&pool, 3, 20), 0);
	for (int i = 0; i < 3; i++)
		ck_assert_ptr_nonnull(block[i] = pool_get(&pool));
	ck_assert_ptr_null(pool_get(&pool));
	pool_put(&pool, block[1]);
	ck_assert_ptr_eq(pool_get(&pool), block[1]);
	pool_done(&pool);
}
END_TEST

static void *churn(void *arg)
{
	struct pool *pool = arg;

	for (int i = 0; i < 20000; i++) {
		_Atomic int *block = pool_get(pool);

		if (!block)
			continue;
		if (atomic_fetch_add(block, 1) != 0)
			return "two holders of one block";
		atomic_fetch_sub(block, 1);
		pool_put(pool, (void *)block);
	}
	return NULL;
}

START_TEST(pool_holds_under_threads)
{
	struct pool pool;
	pthread_t thread[4];
	void *wrong;

	ck_assert_int_eq(pool_init(&pool, 3, 16), 0);
	for (int i = 0; i < 4; i++)
		pthread_create(&thread[i], NULL, churn, &pool);
	for (int i = 0; i < 4; i++) {
		pthread_join(thread[i], &wrong);
		ck_assert_msg(!wrong, "%s", (char *)wrong);
	}
	ck_assert_uint_eq(atomic_load(&pool.used), 0);
	pool_done(&pool);
}
END_TEST

START_TEST(ring_keeps_order_and_refuses_when_full)
{
	struct ring ring;
	int got, i;

	ck_assert_int_eq(ring_init(&ring, 3, sizeof(int)), -EINVAL);
	ck_assert_int_eq(ring_init(&ring, 4, sizeof(int)), 0);
	for (i = 0; i < 4; i++)
		ck_assert(ring_put(&ring, &i));
	ck_assert(!ring_put(&ring, &i));
	for (i = 0; i < 4; i++) {
		ck_assert(ring_take(&ring, &got));
		ck_assert_int_eq(got, i);
	}
	ck_assert(!ring_take(&ring, &got));
	ring_done(&ring);
}
END_TEST

enum { EACH = 50000 };

static void *ring_fill(void *arg)
{
	for (int i = 1; i <= EACH; i++)
		while (!ring_put(arg, &i))
			sched_yield();
	return NULL;
}

START_TEST(ring_loses_nothing_between_threads)
{
	struct ring ring;
	pthread_t thread[2];
	long long sum = 0;
	int got, n = 0;

	ck_assert_int_eq(ring_init(&ring, 64, sizeof(int)), 0);
	for (int i = 0; i < 2; i++)
		pthread_create(&thread[i], NULL, ring_fill, &ring);
	while (n < 2 * EACH) {
		if (!ring_take(&ring, &got)) {
			sched_yield();
			continue;
		}
		sum += got;
		n++;
	}
	for (int i = 0; i < 2; i++)
		pthread_join(thread[i], NULL);
	ck_assert_int_eq(sum, (long long)EACH * (EACH + 1));
	ring_done(&ring);
}
END_TEST

/* Pages of it that the kernel has had to give. */
__attribute__((unused)) static unsigned touched(const void *at, size_t len)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE), first = (uintptr_t)at / page;
	size_t n = ((uintptr_t)at + len - 1) / page - first + 1;
	unsigned char here[4096];
	unsigned count = 0;

	ck_assert_uint_le(n, sizeof(here));
	ck_assert_int_eq(mincore((void *)(first * page), n * page, here), 0);
	for (size_t i = 0; i < n; i++)
		count += here[i] & 1;
	return count;
}

/* P2: 20 MB of stores were written at start. */
START_TEST(what_is_not_used_of_a_store_costs_nothing)
{
	enum { COUNT = 4096, BLOCK = 2560 };
	uint8_t record[BLOCK - 16] = { 7 };
	struct pool pool;
	struct ring ring;

	ck_assert_int_eq(pool_init(&pool, COUNT, BLOCK), 0);
	ck_assert_int_eq(ring_init(&ring, COUNT, sizeof(record)), 0);
	for (unsigned i = 0; i < 3 * COUNT; i++) { /* one after the other is one block */
		uint8_t *block = pool_get(&pool);

		block[BLOCK - 1] = 1;
		pool_put(&pool, block);
	}
	ck_assert(ring_put(&ring, record) && ring_take(&ring, record));
#ifndef __SANITIZE_THREAD__ /* whose calloc() writes everything */
	ck_assert_uint_le(touched(pool.memory, (size_t)COUNT * BLOCK), 3);
	ck_assert_uint_le(touched(ring.memory, (size_t)COUNT * BLOCK), 3);
#endif
	pool_done(&pool);
	ring_done(&ring);
}
END_TEST

START_TEST(mailbox_gives_oldest_first_and_says_when_to_wake)
{
	struct mailbox box = { NULL };
	struct letter a, b;

	ck_assert(mailbox_post(&box, &a));
	ck_assert(!mailbox_post(&box, &b));
	ck_assert_ptr_eq(mailbox_take(&box), &a);
	ck_assert_ptr_eq(a.next, &b);
	ck_assert_ptr_null(b.next);
	ck_assert_ptr_null(mailbox_take(&box));
}
END_TEST

enum { LETTERS = 20000 };

struct numbered {
	struct letter letter; /* first, so that a letter is what it is in */
	int number;           /* plain: what the box hands over must be seen as it was posted */
};

struct writer {
	struct mailbox *box;
	struct numbered *letters;
};

static void *mailbox_fill(void *arg)
{
	const struct writer *writer = arg;

	for (int i = 0; i < LETTERS; i++) {
		writer->letters[i].number = i + 1;
		mailbox_post(writer->box, &writer->letters[i].letter);
	}
	return NULL;
}

START_TEST(mailbox_hands_over_between_threads)
{
	struct mailbox box = { NULL };
	struct writer writer[2];
	pthread_t thread[2];
	long long sum = 0;
	int n = 0;

	for (int i = 0; i < 2; i++) {
		writer[i] = (struct writer){ &box, calloc(LETTERS, sizeof(struct numbered)) };
		ck_assert_ptr_nonnull(writer[i].letters);
		pthread_create(&thread[i], NULL, mailbox_fill, &writer[i]);
	}
	while (n < 2 * LETTERS) {
		struct letter *left = mailbox_take(&box);

		if (!left)
			sched_yield();
		for (; left; left = left->next, n++)
			sum += ((const struct numbered *)left)->number;
	}
	ck_assert_int_eq(sum, (long long)LETTERS * (LETTERS + 1));
	for (int i = 0; i < 2; i++) {
		pthread_join(thread[i], NULL);
		free(writer[i].letters);
	}
}
END_TEST

START_TEST(hash_depends_on_key_and_every_octet)
{
	struct hash_key key = { { 1, 2 } }, other = { { 1, 3 } };
	uint8_t octets[33] = { 0 };
	uint64_t first = hash_octets(&key, span_of(octets, sizeof(octets)));

	ck_assert(first != hash_octets(&other, span_of(octets, sizeof(octets))));
	ck_assert(first != hash_octets(&key, span_of(octets, 32)));
	for (size_t i = 0; i < sizeof(octets); i++) {
		octets[i] = 1;
		ck_assert(first != hash_octets(&key, span_of(octets, sizeof(octets))));
		octets[i] = 0;
	}
}
END_TEST

/* S1: a word that equals a word of the key is a factor of 0, and must not make the hash forget what
 * came before it. */
START_TEST(hash_forgets_nothing_at_a_word_of_the_key)
{
	struct hash_key key = { { 0x6d6f64756c65, 1 } };
	uint64_t octets[8] = { 0 }, first;

	for (size_t at = 1; at < ARRAY_LEN(octets); at++) {
		memset(octets, 0, sizeof(octets));
		octets[at] = key.word[1];
		first = hash_octets(&key, span_of(octets, sizeof(octets)));
		octets[0] = 1;
		ck_assert_msg(first != hash_octets(&key, span_of(octets, sizeof(octets))),
			      "the key in word %zu", at);
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("base");
	TCase *tcase = tcase_create("base");

	tcase_add_loop_test(tcase, prefix_holds_its_addresses, 0,
			    sizeof(prefixes) / sizeof(prefixes[0]));
	TEST_ROWS(tcase, a_network_is_read, networks);
	tcase_add_test(tcase, text_that_is_no_address_is_refused);
	tcase_add_test(tcase, pool_gives_each_block_once);
	tcase_add_test(tcase, pool_holds_under_threads);
	tcase_add_test(tcase, ring_keeps_order_and_refuses_when_full);
	tcase_add_test(tcase, ring_loses_nothing_between_threads);
	tcase_add_test(tcase, what_is_not_used_of_a_store_costs_nothing);
	tcase_add_test(tcase, mailbox_gives_oldest_first_and_says_when_to_wake);
	tcase_add_test(tcase, mailbox_hands_over_between_threads);
	tcase_add_test(tcase, hash_depends_on_key_and_every_octet);
	tcase_add_test(tcase, hash_forgets_nothing_at_a_word_of_the_key);
	suite_add_tcase(suite, tcase);
	return suite_run_whole(suite);
}
