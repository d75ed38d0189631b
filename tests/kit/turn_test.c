/* Servers in turn: whose is which, and names that are looked up again beside requests. */
#include <arpa/inet.h>
#include <netdb.h>
#include <semaphore.h>
#include <stdlib.h>
#include <time.h>

#include "suite.h"

#include "boot/server.h"
#include "boot/turn.h"

/* ---- the system's look-up, as a test says -----------------------------------------------------
 */

static atomic_int answer; /* which of `answers` */
static atomic_int asked;
static atomic_bool stuck;
static sem_t go;

static const char *const answers[][2] = {
	{ "10.0.0.1", "10.0.0.2" }, { "10.0.0.2", "10.0.0.1" },
	{ "10.0.0.2", NULL },       { NULL, NULL },
	{ "0.0.0.0", NULL },        { "239.1.2.3", "10.0.0.3" },
	{ "fd77::1", "10.0.0.4" },
};

static struct addrinfo *info_new(int family, size_t size)
{
	struct addrinfo *info = calloc(1, sizeof *info + size);

	ck_assert_ptr_nonnull(info);
	info->ai_family = family;
	info->ai_addr = (struct sockaddr *)(void *)(info + 1);
	info->ai_addrlen = (socklen_t)size;
	return info;
}

static struct addrinfo *info_four(const char *text)
{
	struct addrinfo *info = info_new(AF_INET, sizeof(struct sockaddr_in));
	struct sockaddr_in *in = (struct sockaddr_in *)(void *)info->ai_addr;

	in->sin_family = AF_INET;
	inet_pton(AF_INET, text, &in->sin_addr);
	return info;
}

static struct addrinfo *info_six(const char *text)
{
	struct addrinfo *info = info_new(AF_INET6, sizeof(struct sockaddr_in6));
	struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)(void *)info->ai_addr;

	in6->sin6_family = AF_INET6;
	inet_pton(AF_INET6, text, &in6->sin6_addr);
	return info;
}

int getaddrinfo(const char *name, const char *service, const struct addrinfo *hints,
		struct addrinfo **list)
{
	const char *const *texts = answers[atomic_load(&answer)];

	(void)name;
	(void)service;
	(void)hints;
	nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
	atomic_fetch_add(&asked, 1);
	if (atomic_load(&stuck))
		sem_wait(&go);
	*list = NULL;
	for (int i = 1; i >= 0; i--) {
		struct addrinfo *one;

		if (!texts[i])
			continue;
		one = strchr(texts[i], ':') ? info_six(texts[i]) : info_four(texts[i]);
		one->ai_next = *list;
		*list = one;
	}
	return *list ? 0 : EAI_AGAIN;
}

void freeaddrinfo(struct addrinfo *list)
{
	for (struct addrinfo *next; list; list = next) {
		next = list->ai_next;
		free(list);
	}
}

static void turn_to(int which)
{
	int before;

	atomic_store(&answer, which);
	before = atomic_load(&asked);
	/* One that began before may have the answer before; the second has it. */
	while (atomic_load(&asked) < before + 2)
		nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
}

static struct lookups *lookups;

static struct named *begin_stuck(const char *address, bool is_stuck)
{
	PXE_BOOT_SERVER server = { .cbSize = sizeof server };

	lookups = NULL;
	sem_init(&go, 0, 0);
	atomic_store(&stuck, is_stuck);
	atomic_store(&answer, 0);
	ck_assert(ip_parse(address, &server.V4));
	return turn_name(&lookups, NULL, "files.example", &server, 0);
}

static struct named *begin(const char *address)
{
	return begin_stuck(address, false);
}

static void is(const struct named *named, const char *address)
{
	char text[INET_ADDRSTRLEN];

	ck_assert_str_eq(inet_ntop(AF_INET, named->v4.bAddress, text, sizeof text), address);
}

START_TEST(a_name_is_looked_up_again)
{
	struct named *named = begin("10.0.0.1");

	ck_assert_ptr_eq(turn_name(&lookups, NULL, "files.example",
				   &(PXE_BOOT_SERVER){ .cbSize = sizeof(PXE_BOOT_SERVER) }, 1),
			 named);
	/* The order is a DNS server's whim. */
	turn_to(1);
	ck_assert(!turn_settle(lookups));
	is(named, "10.0.0.1");
	turn_to(2);
	ck_assert(turn_settle(lookups));
	is(named, "10.0.0.2");
	ck_assert(!turn_settle(lookups));
	/* What cannot be looked up stays; what is back stays too. */
	turn_to(3);
	ck_assert(!turn_settle(lookups));
	is(named, "10.0.0.2");
	turn_to(0);
	ck_assert(!turn_settle(lookups));
	is(named, "10.0.0.2");
	/* A DNS server that blocks names says 0.0.0.0, where nobody can fetch anything. */
	turn_to(4);
	ck_assert(!turn_settle(lookups));
	is(named, "10.0.0.2");
	turn_to(5);
	ck_assert(turn_settle(lookups));
	is(named, "10.0.0.3");
	/* Which families there are stays. */
	turn_to(6);
	ck_assert(turn_settle(lookups));
	is(named, "10.0.0.4");
	ck_assert_uint_eq(named->v6.uAddrLen, 0);
	turn_stop(lookups);
}
END_TEST

START_TEST(a_name_of_no_host_is_refused)
{
	PXE_BOOT_SERVER server = { .cbSize = sizeof server };
	char why[200] = "";

	atomic_store(&answer, 4);
	ck_assert_uint_eq(server_look_up(&server, "files.example", NULL, why, sizeof why),
			  ERROR_INVALID_DATA);
	ck_assert_ptr_nonnull(strstr(why, "stands for no host's address"));
	ck_assert_uint_eq(server.V4.uAddrLen, 0);
}
END_TEST

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* A DNS server that never answers holds up no reload: what is under way ends by itself. */
START_TEST(a_look_up_that_hangs_holds_up_nobody)
{
	struct named *named = begin_stuck("10.0.0.1", true); /* the first look-up of all */
	double before, took;

	while (atomic_load(&asked) == 0)
		nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
	ck_assert(!turn_settle(lookups));
	is(named, "10.0.0.1");
	before = seconds();
	turn_stop(lookups);
	took = seconds() - before;
	ck_assert(took >= 0.9 && took < 2.5); /* it is waited for, a second */
	sem_post(&go);
	/* The thread frees what it had; a leak would be told by the sanitizer's build. */
	nanosleep(&(struct timespec){ .tv_nsec = 200000000 }, NULL);
}
END_TEST

/* ---- whose is which ---------------------------------------------------------------------------
 */

enum { CLIENTS = 3000 };

START_TEST(clients_are_spread_and_stay)
{
	PXE_BOOT_SERVERS *servers = calloc(1, sizeof *servers + 4 * sizeof *servers->at);
	unsigned count[4] = { 0 };
	uint8_t mac[6] = { 0x52, 0x54, 0, 0x77 }, place, again;

	ck_assert_ptr_nonnull(servers);
	servers->n = 4;
	ck_assert(ip_parse("10.0.0.1", &servers->at[0].v4));
	ck_assert(ip_parse("fd77::1", &servers->at[1].v6));
	ck_assert(ip_parse("10.0.0.2", &servers->at[2].v4));
	ck_assert(ip_parse("10.0.0.3", &servers->at[3].v4));
	for (unsigned i = 0; i < CLIENTS; i++) {
		mac[4] = (uint8_t)(i >> 8);
		mac[5] = (uint8_t)i;
		ck_assert_ptr_eq(turn_pick(servers, false, octets_of(mac, sizeof mac), &place),
				 &servers->at[place].v4);
		turn_pick(servers, false, octets_of(mac, sizeof mac), &again);
		ck_assert(place == again && place < 4);
		count[place]++;
		ck_assert_ptr_eq(turn_pick(servers, true, octets_of(mac, sizeof mac), &again),
				 &servers->at[1].v6);
	}
	ck_assert_uint_eq(count[1], 0);
	for (int i = 0; i < 4; i++)
		if (i != 1)
			ck_assert(count[i] > CLIENTS / 4 && count[i] < CLIENTS * 5 / 12);
	servers->n = 1;
	ck_assert_ptr_null(turn_pick(servers, true, octets_of(mac, sizeof mac), &place));
	free(servers);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("turn");

	tcase_add_test(tcase, a_name_is_looked_up_again);
	tcase_add_test(tcase, a_name_of_no_host_is_refused);
	tcase_add_test(tcase, a_look_up_that_hangs_holds_up_nobody);
	tcase_add_test(tcase, clients_are_spread_and_stay);
	suite_apart(); /* who hangs in a look-up stays there */
	return suite_run("kit/turn", tcase);
}
