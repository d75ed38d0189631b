/* ear/filter: what the kernel's own interpreter lets through, of packets in a datagram socket. */
#include <check.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/span.h"
#include "ear/filter.h"
#include "story/heard_record.h"
#include "suite.h"

enum { ROOM = 2000 };

static uint8_t packet[ROOM];

/* Sent through a socket that has the filter: how many octets come out; -1: none. */
static ssize_t through(int protocol, size_t len)
{
	int pair[2];
	ssize_t n;

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0, pair), 0);
	ck_assert_int_eq(filter_attach(pair[1], protocol), 0);
	(void)!send(pair[0], packet, len, 0);
	n = recv(pair[1], (uint8_t[ROOM]){ 0 }, ROOM, 0);
	close(pair[0]);
	close(pair[1]);
	return n;
}

static void make4(void)
{
	memset(packet, 0, sizeof(packet));
	packet[0] = 0x45;
	packet[9] = 17;
	store_be16(packet + 20, 67);
	store_be16(packet + 22, 68);
}

static void make6(void)
{
	memset(packet, 0, sizeof(packet));
	packet[0] = 0x60;
	packet[6] = 17;
	store_be16(packet + 40, 547);
	store_be16(packet + 42, 546);
}

/* One octet that is another one. */
struct row {
	size_t at;
	uint8_t octet;
	bool taken;
};

static const struct row rows4[] = {
	{ 0, 0x45, true },  { 0, 0x65, false }, /* not this version */
	{ 0, 0x46, false },                     /* the header is longer, and the port elsewhere */
	{ 9, 6, false },                        /* TCP */
	{ 6, 0x40, true },                      /* not to be fragmented */
	{ 6, 0x20, false },                     /* more follow */
	{ 7, 1, false },                        /* not the first */
	{ 6, 0x1f, false }, { 23, 67, false },
	{ 22, 1, false },   { 21, 1, true }, /* from any port */
};

START_TEST(ipv4)
{
	make4();
	packet[rows4[_i].at] = rows4[_i].octet;
	ck_assert_int_eq(through(ETH_P_IP, 300), rows4[_i].taken ? 300 : -1);
}
END_TEST

static const struct row rows6[] = {
	{ 0, 0x6f, true }, { 0, 0x40, false }, { 6, 6, false },
	{ 6, 0, false },  /* hop-by-hop options */
	{ 6, 44, false }, /* a fragment */
	{ 43, 0, false },  { 42, 0, false },   { 41, 1, true },
};

START_TEST(ipv6)
{
	make6();
	packet[rows6[_i].at] = rows6[_i].octet;
	ck_assert_int_eq(through(ETH_P_IPV6, 300), rows6[_i].taken ? 300 : -1);
}
END_TEST

/* The port is behind the options. */
START_TEST(ipv4_with_options)
{
	for (unsigned words = 6; words <= 15; words++) {
		make4();
		memset(packet + 20, 0, 4);
		packet[0] = (uint8_t)(0x40 | words);
		ck_assert_int_eq(through(ETH_P_IP, 300), -1);
		store_be16(packet + 4 * words + 2, 68);
		ck_assert_int_eq(through(ETH_P_IP, 300), 300);
	}
}
END_TEST

START_TEST(what_is_cut_short_does_not_come)
{
	make4();
	for (size_t len = 1; len < 24; len++)
		ck_assert_int_eq(through(ETH_P_IP, len), -1);
	ck_assert_int_eq(through(ETH_P_IP, 24), 24);
	make6();
	for (size_t len = 1; len < 44; len++)
		ck_assert_int_eq(through(ETH_P_IPV6, len), -1);
	ck_assert_int_eq(through(ETH_P_IPV6, 44), 44);
}
END_TEST

START_TEST(no_more_than_a_record_holds_comes)
{
	make4();
	ck_assert_int_eq(through(ETH_P_IP, 1900), HEARD_OCTETS_MAX);
}
END_TEST

/* Whoever has the process later cannot take it off. */
START_TEST(the_filter_is_there_to_stay)
{
	struct sock_filter all = BPF_STMT(BPF_RET | BPF_K, UINT32_MAX);
	struct sock_fprog program = { 1, &all };
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0), none = 0;

	ck_assert_int_eq(filter_attach(fd, ETH_P_IP), 0);
	ck_assert_int_eq(setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program)),
			 -1);
	ck_assert_int_eq(setsockopt(fd, SOL_SOCKET, SO_DETACH_FILTER, &none, sizeof(none)), -1);
	close(fd);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("filter");

	TEST_ROWS(tcase, ipv4, rows4);
	TEST_ROWS(tcase, ipv6, rows6);
	tcase_add_test(tcase, ipv4_with_options);
	tcase_add_test(tcase, what_is_cut_short_does_not_come);
	tcase_add_test(tcase, no_more_than_a_record_holds_comes);
	tcase_add_test(tcase, the_filter_is_there_to_stay);
	return suite_run("ear/filter", tcase);
}
