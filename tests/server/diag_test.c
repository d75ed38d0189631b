/* server/diag: clients that were sent to 4011 and never came. */
#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>

#include "dhcp/dhcp4.h"
#include "dhcp/dhcp6.h"
#include "server/diag.h"
#include "server/log.h"
#include "suite.h"

static struct diag *diag;
static struct request *req;
static uint8_t mac[6];

static const char *interface = "eth0";
static uint8_t giaddr; /* its last octet; 0: not relayed */

/* A request of a client, answered as told. */
static void ended(uint8_t client, uint16_t port, uint8_t reply, const char *file, uint64_t now_ms)
{
	memset(req, 0, sizeof(*req));
	memcpy(mac, "\x52\x54\0\0\0", 5);
	mac[5] = client;
	req->family = IP_V4;
	req->may_answer = true;
	req->port = port;
	strcpy(req->interface, interface);
	req->octets[DHCP4_GIADDR + 3] = giaddr;
	req->v4.client.chaddr = span_of(mac, sizeof(mac));
	req->reply.type = reply;
	strcpy(req->reply.file, file);
	atomic_store(&req->reply_noted, reply ? REPLY_NOTED : REPLY_NOT_NOTED);
	diag_ended(diag, req, NULL, now_ms);
}

static void set_up(void)
{
	log_init(LOG_EMERG); /* what it tells is counted, not read */
	diag = diag_new();
	req = calloc(1, sizeof(*req));
	ck_assert(diag && req);
}

static void tear_down(void)
{
	diag_free(diag);
	free(req);
}

START_TEST(two_offers_and_no_request_are_told_once_an_hour)
{
	ended(1, 67, DHCP4_OFFER, "", 1000);
	ended(1, 67, DHCP4_OFFER, "", 5000);
	ck_assert_uint_eq(diag_turn(diag, 5000 + DIAG_WAIT_MS - 1), 0);
	ck_assert_uint_eq(diag_turn(diag, 5000 + DIAG_WAIT_MS), 1);
	ck_assert_uint_eq(diag_turn(diag, 6000 + DIAG_WAIT_MS), 0);
	ended(1, 67, DHCP4_OFFER, "", 60000);
	ended(1, 67, DHCP4_OFFER, "", 64000);
	ck_assert_uint_eq(diag_turn(diag, 64000 + DIAG_WAIT_MS), 0);
	ended(1, 67, DHCP4_OFFER, "", 3700000);
	ended(1, 67, DHCP4_OFFER, "", 3704000);
	ck_assert_uint_eq(diag_turn(diag, 3704000 + DIAG_WAIT_MS), 1);
}
END_TEST

static const struct {
	const char *name;
	uint16_t port; /* of what came after two offers; 0: nothing */
	uint8_t offer;
	const char *file; /* of the offers */
	unsigned told;
} rows[] = {
	{ "nothing came", 0, DHCP4_OFFER, "", 1 },
	{ "it came to 4011", 4011, DHCP4_OFFER, "", 0 },
	{ "the offers named a file", 0, DHCP4_OFFER, "x.0", 0 },
	{ "nothing was offered", 0, 0, "", 0 },
	{ "it asked on 67 again", 67, DHCP4_OFFER, "", 1 },
};

/* Q2, Q18. */
START_TEST(who_is_told_of)
{
	ended(1, 67, rows[_i].offer, rows[_i].file, 1000);
	ended(1, 67, rows[_i].offer, rows[_i].file, 2000);
	if (rows[_i].port)
		ended(1, rows[_i].port, DHCP4_ACK, "", 3000);
	ck_assert_msg(diag_turn(diag, 3000 + DIAG_WAIT_MS) == rows[_i].told, "%s", rows[_i].name);
}
END_TEST

/* W1: one MAC on two interfaces is two machines; a relayed client comes to 4011 by itself. */
static const struct {
	const char *interface; /* on which the request on 4011 came */
	uint8_t giaddr;        /* of the offers */
	unsigned told;
} places[] = { { "eth0", 0, 0 }, { "eth1", 0, 1 }, { "eth0", 1, 0 }, { "eth1", 1, 0 } };

START_TEST(a_namesake_elsewhere_does_not_count)
{
	giaddr = places[_i].giaddr;
	ended(1, 67, DHCP4_OFFER, "", 1000);
	ended(1, 67, DHCP4_OFFER, "", 5000);
	giaddr = 0;
	interface = places[_i].interface;
	ended(1, 4011, DHCP4_ACK, "x.0", 6000);
	interface = "eth0";
	ck_assert_uint_eq(diag_turn(diag, 5000 + DIAG_WAIT_MS), places[_i].told);
}
END_TEST

START_TEST(one_offer_is_no_reason)
{
	ended(1, 67, DHCP4_OFFER, "", 1000);
	ck_assert_uint_eq(diag_turn(diag, 2000 + DIAG_WAIT_MS), 0);
}
END_TEST

/* A Raspberry Pi is given a menu and no file (Q8): it goes for its files at once. */
START_TEST(an_offer_with_a_menu_is_no_redirection)
{
	for (uint64_t now_ms = 1000; now_ms < 9000; now_ms += 1000) {
		ended(1, 67, 0, "", now_ms);
		req->reply.type = DHCP4_OFFER;
		req->reply.menu = true;
		atomic_store(&req->reply_noted, REPLY_NOTED);
		diag_ended(diag, req, NULL, now_ms);
	}
	ck_assert_uint_eq(diag_turn(diag, 9000 + DIAG_WAIT_MS), 0);
}
END_TEST

/* The firmware is told of; iPXE, which does not take such answers, is not. */
START_TEST(advertise_to_a_pxe_client_counts)
{
	for (int i = 0; i < 4; i++) {
		memset(req, 0, sizeof(*req));
		req->family = IP_V6;
		req->port = 547;
		req->may_answer = true;
		req->v6.client.class = PXE6_CLASS_PXE;
		req->v6.client.is_ipxe = i >= 2;
		req->v6.client.duid = span_of(i >= 2 ? "\0\4xyz" : "\0\4abc", 5);
		req->reply.type = DHCP6_ADVERTISE;
		strcpy(req->reply.file, "tftp://[fd77::2]/x");
		atomic_store(&req->reply_noted, REPLY_NOTED);
		diag_ended(diag, req, NULL, 1000);
	}
	ck_assert_uint_eq(diag_turn(diag, 1000 + DIAG_WAIT_MS), 1);
}
END_TEST

START_TEST(a_crowd_displaces_but_never_grows)
{
	unsigned told;

	for (int round = 0; round < 2; round++)
		for (unsigned i = 0; i < 250; i++)
			ended((uint8_t)i, 67, DHCP4_OFFER, "", 1000);
	told = diag_turn(diag, 1000 + DIAG_WAIT_MS);
	ck_assert_uint_gt(told, 50);
	ck_assert_uint_le(told, DIAG_CLIENTS);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("diag");

	tcase_add_checked_fixture(tcase, set_up, tear_down);
	tcase_add_test(tcase, two_offers_and_no_request_are_told_once_an_hour);
	TEST_ROWS(tcase, who_is_told_of, rows);
	TEST_ROWS(tcase, a_namesake_elsewhere_does_not_count, places);
	tcase_add_test(tcase, one_offer_is_no_reason);
	tcase_add_test(tcase, an_offer_with_a_menu_is_no_redirection);
	tcase_add_test(tcase, advertise_to_a_pxe_client_counts);
	tcase_add_test(tcase, a_crowd_displaces_but_never_grows);
	return suite_run("server/diag", tcase);
}
