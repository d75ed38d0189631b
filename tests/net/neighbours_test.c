/* net/neighbours.h: who is there, by the kernel's own table, and how much waits for who is not. */
#include <check.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <time.h>

#include "net/neighbours.h"
#include "net/netns.h"
#include "suite.h"

enum {
	ROOM = 8 << 20,
	LEN = 300,
	AGAIN = NEIGHBOURS_SHARE / 4,
	FIRST_TIME = NEIGHBOURS_SHARE - AGAIN
};

static struct neighbours *neighbours;
static unsigned left;
static uint64_t now_ms = 1000;

/* left is a cable to fleft, which answers for 10.1.0.9 and fd01::9. */
static void cable_setup(void)
{
	netns_setup_two();
	run("far=/proc/%d/fd/%d; ip link add left type veth peer name fleft netns $far;"
	    "ip link set left up; ip addr add 10.1.0.1/16 dev left; ip addr add fd01::1/64 dev "
	    "left",
	    getpid(), netns_peer);
	netns_go(netns_peer);
	run("ip link set fleft up; ip addr add 10.1.0.9/16 dev fleft;"
	    "ip addr add fd01::9/64 dev fleft");
	netns_go(netns_own);
	left = if_nametoindex("left");
}

static void opened_setup(void)
{
	cable_setup();
	ck_assert_int_eq(neighbours_new(ROOM, &neighbours), 0);
	ck_assert_int_eq(neighbours_read(neighbours, now_ms), 0);
}

static void teardown(void)
{
	neighbours_free(neighbours);
}

/* Takes what is told until nothing has come for a moment. */
static void settle(void)
{
	while (ready(neighbours_fd(neighbours), POLLIN, 50))
		ck_assert_int_eq(neighbours_read(neighbours, ++now_ms), 0);
}

/* May a datagram go to one on the link `left`, whose request came by a link? */
static bool let_by(unsigned came_by, const char *text)
{
	struct endpoint to = { .ip = ip_from(text), .ifindex = left };

	return neighbours_let(neighbours, &to, came_by, LEN, now_ms);
}

static bool let(const char *text)
{
	return let_by(left, text);
}

/* How many of 20 datagrams may go: all to one who is there, NEIGHBOUR_WAITING to one who is not. */
static int let_of_20(const char *text)
{
	int n = 0;

	for (int i = 0; i < 20; i++)
		n += let(text);
	return n;
}

/* One datagram, so that the kernel looks for the neighbour. */
static void send_to(const char *text)
{
	struct ip ip = ip_from(text);
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons(9) };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6, .sin6_port = htons(9) };
	int fd = socket(ip.family == IP_V4 ? AF_INET : AF_INET6, SOCK_DGRAM, 0);

	memcpy(&in.sin_addr, ip.octet, 4);
	memcpy(&in6.sin6_addr, ip.octet, 16);
	if (ip.family == IP_V4)
		ck_assert_int_eq(sendto(fd, "x", 1, 0, (void *)&in, sizeof(in)), 1);
	else
		ck_assert_int_eq(sendto(fd, "x", 1, 0, (void *)&in6, sizeof(in6)), 1);
	close(fd);
}

/* Waits until the kernel has found the neighbour, and told us. */
static void meet(const char *text)
{
	for (int i = 0; i < 200; i++) {
		send_to(text);
		settle();
		if (let_of_20(text) == 20)
			return;
	}
	ck_abort_msg("%s was not found", text);
}

static const struct {
	const char *name, *there, *absent;
} families[] = {
	{ "IPv4", "10.1.0.9", "10.1.7.7" },
	{ "IPv6", "fd01::9", "fd01::77" },
};

/* W2: only so many wait for one who is not there; who is there is never counted. */
START_TEST(few_wait_for_one_who_is_absent)
{
	ck_assert_int_eq(let_of_20(families[_i].there), NEIGHBOUR_WAITING);
	meet(families[_i].there);
	ck_assert_msg(let_of_20(families[_i].there) == 20, "%s", families[_i].name);
	ck_assert_int_eq(let_of_20(families[_i].absent), NEIGHBOUR_WAITING);
	now_ms += NEIGHBOUR_WAIT_MS - 1;
	ck_assert_int_eq(let_of_20(families[_i].absent), 0);
	now_ms++;
	ck_assert_int_eq(let_of_20(families[_i].absent), NEIGHBOUR_WAITING);
	ck_assert_int_eq(let_of_20(families[_i].there), 20);
}
END_TEST

START_TEST(one_who_is_found_while_it_is_asked_for_is_known)
{
	int n = 0;

	ck_assert_int_eq(let_of_20("10.1.0.9"), NEIGHBOUR_WAITING);
	send_to("10.1.0.9");
	for (int i = 0; i < 200 && n < 20;
	     i++) { /* what is told is read in time, without the loop */
		ready(neighbours_fd(neighbours), POLLIN, 50);
		now_ms++;
		n = let_of_20("10.1.0.9");
	}
	ck_assert_int_eq(n, 20);
}
END_TEST

/* W2: what the kernel has told before the packet of one who is there came, it has told: also in the
 * same millisecond as the last reading, and behind much of others. */
START_TEST(one_who_is_told_of_behind_many_is_known)
{
	ck_assert_int_eq(let_of_20("10.1.7.7"), NEIGHBOUR_WAITING);
	run("for i in $(seq 1 200); do echo neigh add 10.1.50.$i lladdr 02:00:00:00:00:50 dev left "
	    "nud stale; done | ip -b -");
	ck_assert_int_eq(let_of_20("10.1.50.200"), 20);
}
END_TEST

START_TEST(one_who_goes_is_absent)
{
	meet("10.1.0.9");
	run("ip neigh del 10.1.0.9 dev left");
	settle();
	ck_assert_int_eq(let_of_20("10.1.0.9"), NEIGHBOUR_WAITING);
}
END_TEST

START_TEST(who_was_there_before_us_is_known)
{
	run("ip neigh add 10.1.0.50 lladdr 02:00:00:00:00:50 dev left nud stale;"
	    "ip neigh add fd01::50 lladdr 02:00:00:00:00:50 dev left nud permanent");
	ck_assert_int_eq(neighbours_new(ROOM, &neighbours), 0);
	ck_assert_int_eq(neighbours_read(neighbours, now_ms), 0);
	settle();
	ck_assert_int_eq(let_of_20("10.1.0.50"), 20);
	ck_assert_int_eq(let_of_20("fd01::50"), 20);
	ck_assert_int_eq(let_of_20("10.1.0.51"), NEIGHBOUR_WAITING);
}
END_TEST

/* W2: absent ones without number take what is set aside for them, and nothing of who is there. */
START_TEST(absent_ones_without_number_have_a_bound)
{
	char text[32];
	int n = 0;

	meet("10.1.0.9");
	for (int i = 0; i < 2000; i++) {
		snprintf(text, sizeof(text), "10.1.%d.%d", 16 + i / 200, 1 + i % 200);
		n += let_of_20(text);
	}
	ck_assert_int_eq(n, FIRST_TIME * NEIGHBOUR_WAITING);
	ck_assert_int_eq(let_of_20("10.1.0.9"), 20);
	now_ms += NEIGHBOUR_WAIT_MS;
	ck_assert_int_eq(let_of_20("10.1.200.1"), NEIGHBOUR_WAITING);
}
END_TEST

/* How many datagrams may go to 2,000 absent neighbours whose addresses begin so, and whose requests
 * came by this link. */
static int let_of_a_crowd(const char *prefix, unsigned link)
{
	int n = 0;

	for (int i = 0; i < 2000; i++) {
		char text[48];

		snprintf(text, sizeof(text), "%s%x", prefix, 0x1000 + i);
		for (int j = 0; j < 20; j++)
			n += let_by(link, text);
	}
	return n;
}

/* W2: absent ones whose addresses may be named from afar take nothing of the link-local ones, whom
 * the clients of IPv6 are, and those of one link take nothing of another's. */
START_TEST(absent_ones_elsewhere_leave_link_local_ones_their_share)
{
	const int share = FIRST_TIME * NEIGHBOUR_WAITING;

	ck_assert_int_eq(let_of_a_crowd("fd01::", left), share);
	ck_assert_int_eq(let_of_a_crowd("fd02::", left), 0);
	ck_assert_int_eq(let_of_20("10.1.7.7"), 0);
	ck_assert_int_eq(let_of_20("fe80::1"), NEIGHBOUR_WAITING);
	ck_assert_int_eq(let_of_a_crowd("fe80::", left + 1), share);
	ck_assert_int_eq(let_of_20("fe80::2"), NEIGHBOUR_WAITING);
	now_ms += NEIGHBOUR_WAIT_MS;
	ck_assert_int_eq(let_of_a_crowd("fd03::", left), share);
}
END_TEST

/* W2: what is named by requests of one link takes nothing of another link's share, although all
 * lie on a third. */
START_TEST(absent_ones_that_one_link_names_leave_another_its_share)
{
	const int share = FIRST_TIME * NEIGHBOUR_WAITING;

	ck_assert_int_eq(let_of_a_crowd("fd01::", left + 1), share);
	ck_assert_int_eq(let_of_a_crowd("fd01::1:", left + 1), 0);
	ck_assert_int_eq(let_of_a_crowd("fd01::2:", left + 2), share);
	ck_assert_int_eq(let_of_20("10.1.7.7"), NEIGHBOUR_WAITING);
}
END_TEST

/* Every link of so many is flooded with made-up addresses, for some seconds. */
static void flood_links(unsigned links, int seconds)
{
	static unsigned made_up;

	for (int turn = 0; turn < seconds * 10; turn++, now_ms += 100)
		for (unsigned i = 0; i < links * 50; i++) {
			char text[48];

			snprintf(text, sizeof(text), "fe80::1:%x:%x", made_up >> 16,
				 made_up & 0xffff);
			made_up++;
			let_by(left + i % links, text);
		}
}

enum { CLIENTS = 4 };

/* Has one of the clients of that link a place? They ask one after the other until one has. */
static bool let_one_by(unsigned came_by)
{
	char text[48];

	for (unsigned i = 0; i < CLIENTS; i++) {
		snprintf(text, sizeof(text), "fe80::2:%x:%x", came_by, i);
		if (let_by(came_by, text))
			return true;
	}
	return false;
}

/* W2: where many links are flooded, one who asks again on any of them has a place, and one who asks
 * on another link has it at once. Which of REFUSED_PLACES the flood makes the link forget is up to
 * a random key: 500 in a second, so one client in 33, and four of four as good as never. */
START_TEST(links_that_are_flooded_share_what_there_is)
{
	const unsigned links = 12;

	flood_links(links, 8);
	ck_assert(let_by(left + links, "fe80::3"));
	for (unsigned i = 0; i < links; i++)
		ck_assert(!let_one_by(left + i));
	flood_links(links, 1);
	for (unsigned i = 0; i < links; i++)
		ck_assert(let_one_by(left + i));
}
END_TEST

/* W2: on a link where absent ones take all that is set aside for them, one who asks again has a
 * place: once, and not at once. */
START_TEST(one_who_asks_again_has_a_place_beside_a_crowd)
{
	const int share = FIRST_TIME * NEIGHBOUR_WAITING;

	ck_assert_int_eq(let_of_a_crowd("fe80::", left), share);
	ck_assert_int_eq(let_of_20("fe80::1"), 0);
	now_ms += 1000;
	ck_assert_int_eq(let_of_20("fe80::1"), NEIGHBOUR_WAITING);
	ck_assert_int_eq(let_of_a_crowd("fe80::1:", left), 0);
	now_ms += NEIGHBOUR_WAIT_MS; /* it did not come */
	ck_assert_int_eq(let_of_a_crowd("fe80::2:", left), share);
	ck_assert_int_eq(let_of_20("fe80::1"), 0);
}
END_TEST

/* W2: those who ask again have a bound, too. */
START_TEST(crowd_that_asks_again_has_a_bound)
{
	let_of_a_crowd("fe80::", left);
	let_of_a_crowd("fe80::1:", left);
	now_ms += 1000;
	ck_assert_int_eq(let_of_a_crowd("fe80::1:", left), AGAIN * NEIGHBOUR_WAITING);
}
END_TEST

START_TEST(the_room_is_a_bound_too)
{
	int n = 0;

	ck_assert_int_eq(neighbours_new(4 * 10 * 1280, &neighbours), 0);
	for (int i = 0; i < 9; i++) {
		char text[32];

		snprintf(text, sizeof(text), "10.1.16.%d", 1 + i);
		n += let_of_20(text);
	}
	ck_assert_int_eq(n, 8); /* a newcomer finds three quarters of a quarter; two took it */
	ck_assert_int_eq(let_of_a_crowd("fe80::", left), 16);
	ck_assert_int_eq(let_of_a_crowd("fe80::", left + 1), 8); /* not all: others may come */
}
END_TEST

/* Notifications that were lost: all are asked for again, who came and who went. */
START_TEST(what_was_lost_is_asked_for_again)
{
	int small = 1;

	run("ip neigh add 10.1.0.40 lladdr 02:00:00:00:00:40 dev left nud stale");
	settle();
	ck_assert_int_eq(let_of_20("10.1.0.40"), 20);
	ck_assert_int_eq(
		setsockopt(neighbours_fd(neighbours), SOL_SOCKET, SO_RCVBUF, &small, sizeof(small)),
		0);
	run("for i in $(seq 1 100); do echo neigh add 10.1.50.$i lladdr 02:00:00:00:00:50 dev left "
	    "nud stale; done | ip -b -; ip neigh del 10.1.0.40 dev left");
	now_ms += 10000;
	settle();
	ck_assert_int_eq(let_of_20("10.1.50.100"), 20);
	ck_assert_int_eq(let_of_20("10.1.0.40"), NEIGHBOUR_WAITING);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("net neighbours");
	TCase *opened = tcase_create("opened"), *plain = tcase_create("plain");

	tcase_add_checked_fixture(opened, opened_setup, teardown);
	tcase_set_timeout(opened, 20);
	TEST_ROWS(opened, few_wait_for_one_who_is_absent, families);
	tcase_add_test(opened, one_who_is_found_while_it_is_asked_for_is_known);
	tcase_add_test(opened, one_who_is_told_of_behind_many_is_known);
	tcase_add_test(opened, one_who_goes_is_absent);
	tcase_add_test(opened, absent_ones_without_number_have_a_bound);
	tcase_add_test(opened, absent_ones_elsewhere_leave_link_local_ones_their_share);
	tcase_add_test(opened, absent_ones_that_one_link_names_leave_another_its_share);
	tcase_add_test(opened, links_that_are_flooded_share_what_there_is);
	tcase_add_test(opened, one_who_asks_again_has_a_place_beside_a_crowd);
	tcase_add_test(opened, crowd_that_asks_again_has_a_bound);
	tcase_add_test(opened, what_was_lost_is_asked_for_again);
	tcase_add_checked_fixture(plain, cable_setup, teardown);
	tcase_set_timeout(plain, 20);
	tcase_add_test(plain, who_was_there_before_us_is_known);
	tcase_add_test(plain, the_room_is_a_bound_too);
	if (netns_possible("net/neighbours_test")) {
		suite_add_tcase(suite, opened);
		suite_add_tcase(suite, plain);
	}
	return suite_run_whole(suite);
}
