/* story/diag: what is found out from the requests that pass, with the clock in our hand. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>

#include "dhcp/dhcp4.h"
#include "dhcp/dhcp6.h"
#include "request/intake.h"
#include "story/diag.h"
#include "story/log.h"
#include "story/log_stderr.h"
#include "suite.h"

static struct diag *diag;
static struct request *req;
static const char *interface = "eth0";
static uint8_t giaddr; /* its last octet; 0: not relayed */
static struct finding found[DIAG_FINDINGS];
static unsigned n_found;

/* What a client sends. */
struct packet {
	uint8_t client; /* the last octet of its MAC, or with InfiniBand of its client id */
	bool infiniband;
	uint8_t type;       /* option 53; 0: DISCOVER */
	const char *class;  /* NULL: PXEClient */
	const char *server; /* option 54, four octets */
	const char *ciaddr, *source;
	uint16_t port; /* 0: 67 */
	uint8_t arch;
	const char *user_class; /* NULL: none */
};

static size_t option(uint8_t *at, uint8_t code, const void *value, size_t len)
{
	at[0] = code;
	at[1] = (uint8_t)len;
	memcpy(at + 2, value, len);
	return 2 + len;
}

static void make(const struct packet *packet)
{
	static const struct intake intake;
	static uint8_t octets[600];
	uint8_t *at = octets + DHCP4_HEADER, type = packet->type ? packet->type : DHCP4_DISCOVER;
	uint8_t id[] = { 255, 0, 0, 0, 0, 0, 2, 0, 0, 2, 0xc9, 0, packet->client };
	const char *class = packet->class ? packet->class : "PXEClient";
	struct arrival in = { .octets = octets, .len = 400, .interface = interface };

	memset(octets, 0, sizeof(octets));
	octets[DHCP4_OP] = 1;
	octets[DHCP4_HTYPE] = packet->infiniband ? 32 : 1;
	octets[DHCP4_HLEN] = packet->infiniband ? 0 : 6;
	if (!packet->infiniband)
		memcpy(octets + DHCP4_CHADDR, (uint8_t[]){ 0x52, 0x54, 0, 0, 0, packet->client },
		       6);
	if (packet->ciaddr)
		memcpy(octets + DHCP4_CIADDR, packet->ciaddr, 4);
	octets[DHCP4_GIADDR + 3] = giaddr;
	memcpy(octets + DHCP4_COOKIE, "\x63\x82\x53\x63", 4);
	at += option(at, DHCP4_OPT_TYPE, &type, 1);
	at += option(at, DHCP4_OPT_VENDOR_CLASS, class, strlen(class));
	at += option(at, 93, (uint8_t[]){ 0, packet->arch }, 2);
	if (packet->user_class)
		at += option(at, 77, packet->user_class, strlen(packet->user_class));
	if (packet->infiniband)
		at += option(at, DHCP4_OPT_CLIENT_ID, id, sizeof(id));
	if (packet->server)
		at += option(at, DHCP4_OPT_SERVER_ID, packet->server, 4);
	*at = DHCP4_OPT_END;
	in.port = packet->port ? packet->port : DHCP4_PORT_SERVER;
	in.from.ip = ip_v4(packet->source ? packet->source : "\0\0\0\0");
	in.own = ip_v4("\x0a\x4d\0\x02");
	memset(req, 0, sizeof(*req));
	ck_assert_int_eq(request_read(req, &in, &intake), -1);
}

static void end(uint64_t now_ms)
{
	bool answered = atomic_load(&req->reply_noted) == REPLY_NOTED;

	req->arrived_ms = now_ms;
	n_found = diag_ended(diag, req,
			     answered          ? OUTCOME_NBP
			     : req->may_answer ? OUTCOME_REJECTED
					       : OUTCOME_NOT_OURS,
			     NULL, now_ms, found);
}

/* A DISCOVER that gets an offer; "" sends the client to 4011. */
static void offered_to(const struct packet *packet, const char *file, uint64_t now_ms)
{
	make(packet);
	req->reply.type = DHCP4_OFFER;
	strcpy(req->reply.file, file);
	atomic_store(&req->reply_noted, REPLY_NOTED);
	end(now_ms);
}

static void offered(uint8_t client, const char *file, uint64_t now_ms)
{
	offered_to(&(struct packet){ .client = client, .arch = 7 }, file, now_ms);
}

static void took_lease(uint8_t client, uint64_t now_ms)
{
	make(&(struct packet){
		.client = client, .arch = 7, .type = DHCP4_REQUEST, .server = "\x0a\x4d\0\x01" });
	end(now_ms);
}

static void came_to_4011(uint8_t client, uint64_t now_ms)
{
	make(&(struct packet){ .client = client,
			       .arch = 7,
			       .type = DHCP4_REQUEST,
			       .port = 4011,
			       .ciaddr = "\x0a\x4d\0\x05",
			       .source = "\x0a\x4d\0\x05" });
	end(now_ms);
}

static unsigned turn(uint64_t now_ms)
{
	struct finding finding;
	unsigned n = 0;

	while (diag_turn(diag, now_ms, &finding))
		found[n++ % DIAG_FINDINGS] = finding;
	return n;
}

static const char *text_of(const struct finding *finding)
{
	static char text[1024];

	return finding_text(finding, text, sizeof(text));
}

static void set_up(void)
{
	log_init(LOG_EMERG, log_stderr_write);
	diag = diag_new();
	req = calloc(1, sizeof(*req));
	ck_assert(diag && req);
}

static void tear_down(void)
{
	diag_free(diag);
	free(req);
}

/* W6: one attempt is enough where the lease was heard and nothing follows; it says what is known,
 * and who it is (C3). */
START_TEST(a_lease_and_nothing_on_4011_is_told_at_the_first_attempt)
{
	offered(1, "", 1000);
	took_lease(1, 2000);
	ck_assert_uint_eq(turn(2000 + DIAG_LEASE_MS - 1), 0);
	ck_assert_uint_eq(turn(2000 + DIAG_LEASE_MS), 1);
	ck_assert_str_eq(
		text_of(&found[0]),
		"52:54:00:00:00:01 x64-uefi on eth0 took its lease from 10.77.0.1, and then "
		"asked nothing on port 4011 of this host: does 10.77.0.1 send option 60 "
		"(\"PXEClient\")? Is UDP 4011 blocked on the way, did it accept another boot "
		"server's offer, or does it need shape = \"direct\"? [W0201]");
	ck_assert(found[0].client.has_mac);
	ck_assert_uint_eq(turn(2000 + 2 * DIAG_LEASE_MS), 0);
}
END_TEST

enum step { NONE, OFFER, OFFER_FILE, LEASE, PXE };

/* W6: what is told after the steps of one client, and when; counts belong to one attempt. */
static const struct {
	const char *name;
	struct {
		enum step step;
		uint64_t s;
	} steps[6];
	uint64_t at_s;
	unsigned told;
} rows[] = {
	{ "one offer alone is no reason", { { OFFER, 1 } }, 120, 0 },
	{ "two offers and no lease", { { OFFER, 1 }, { OFFER, 5 } }, 35, 1 },
	{ "not before 30 s", { { OFFER, 1 }, { OFFER, 5 } }, 34, 0 },
	{ "one in March and one in May", { { OFFER, 1 }, { OFFER, 62 } }, 92, 0 },
	{ "it came to 4011", { { OFFER, 1 }, { LEASE, 2 }, { PXE, 3 } }, 60, 0 },
	{ "it came to 4011 late", { { OFFER, 1 }, { LEASE, 2 }, { PXE, 16 } }, 60, 0 },
	{ "it came, and fails at the next try",
	  { { OFFER, 1 }, { LEASE, 2 }, { PXE, 3 }, { OFFER, 30 }, { LEASE, 31 } },
	  46,
	  1 },
	{ "a lease without an offer of ours", { { LEASE, 2 } }, 60, 0 },
	{ "a lease long after the offer", { { OFFER, 1 }, { LEASE, 70 } }, 90, 0 },
	{ "the offer named a file", { { OFFER_FILE, 1 }, { LEASE, 2 } }, 60, 0 },
	{ "the lease is renewed", { { OFFER, 1 }, { LEASE, 2 }, { LEASE, 16 } }, 17, 1 },
};

START_TEST(attempt_by_row)
{
	for (unsigned i = 0; i < 6; i++) {
		uint64_t ms = rows[_i].steps[i].s * 1000;

		switch (rows[_i].steps[i].step) {
		case OFFER:
			offered(1, "", ms);
			break;
		case OFFER_FILE:
			offered(1, "x.0", ms);
			break;
		case LEASE:
			took_lease(1, ms);
			break;
		case PXE:
			came_to_4011(1, ms);
			break;
		case NONE:
			break;
		}
	}
	ck_assert_msg(turn(rows[_i].at_s * 1000) == rows[_i].told, "%s", rows[_i].name);
}
END_TEST

START_TEST(a_client_is_told_of_once_in_a_while)
{
	for (uint64_t s = 0; s < 3; s++) {
		offered(1, "", 1000 + s * 100000);
		took_lease(1, 2000 + s * 100000);
		ck_assert_uint_eq(turn(20000 + s * 100000), s == 0);
	}
	offered(1, "", 20000 + DIAG_AGAIN_MS);
	took_lease(1, 21000 + DIAG_AGAIN_MS);
	ck_assert_uint_eq(turn(40000 + DIAG_AGAIN_MS), 1);
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
	offered(1, "", 1000);
	offered(1, "", 5000);
	giaddr = 0;
	interface = places[_i].interface;
	came_to_4011(1, 6000);
	interface = "eth0";
	ck_assert_uint_eq(turn(5000 + DIAG_WAIT_MS), places[_i].told);
}
END_TEST

/* A request on 4011 that a limit dropped has come. */
START_TEST(what_a_limit_dropped_was_heard)
{
	offered(1, "", 1000);
	took_lease(1, 2000);
	make(&(struct packet){ .client = 1, .type = DHCP4_REQUEST, .port = 4011 });
	ck_assert(!diag_dropped(diag, req, OUTCOME_DUPLICATE, 3000, &found[0]));
	ck_assert_uint_eq(turn(60000), 0);
}
END_TEST

/* W8: adapters without a hardware address are known by their client id: counted each by itself,
 * named, and the request of one says nothing of the others. */
START_TEST(infiniband_is_known_by_its_client_id)
{
	for (uint8_t i = 1; i <= 6; i++) {
		make(&(struct packet){ .client = 1 + i % 3, .infiniband = true, .arch = 7 });
		req->reply.type = DHCP4_OFFER;
		atomic_store(&req->reply_noted, REPLY_NOTED);
		end(1000u * i);
	}
	make(&(struct packet){
		.client = 2, .infiniband = true, .type = DHCP4_REQUEST, .port = 4011 });
	end(7000);
	ck_assert_uint_eq(turn(40000), 2);
	for (unsigned i = 0; i < 2; i++) {
		ck_assert_uint_eq(found[i].n, 2);
		ck_assert_msg(strstr(text_of(&found[i]), "ff:00:00:00:00:00:02:00:00:02:c9:00:0") ==
				      text_of(&found[i]),
			      "%s", text_of(&found[i]));
	}
	ck_assert_int_ne(found[0].client.id[12], found[1].client.id[12]);
}
END_TEST

/* A Raspberry Pi is given a menu and no file (Q8): it goes for its files at once. */
START_TEST(an_offer_with_a_menu_is_no_redirection)
{
	for (uint64_t now_ms = 1000; now_ms < 9000; now_ms += 1000) {
		make(&(struct packet){ .client = 1 });
		req->reply.type = DHCP4_OFFER;
		req->reply.menu = true;
		atomic_store(&req->reply_noted, REPLY_NOTED);
		end(now_ms);
	}
	took_lease(1, 9000);
	ck_assert_uint_eq(turn(60000), 0);
}
END_TEST

/* One MAC, and another program each time: firmware for UEFI, iPXE, firmware for BIOS. One
 * offer to each is no loop of offers; two to one of them are. */
START_TEST(another_firmware_begins_anew)
{
	static const struct packet firmware[] = {
		{ .client = 1, .arch = 7 },
		{ .client = 1, .arch = 7, .user_class = "iPXE" },
		{ .client = 1, .arch = 0 },
		{ .client = 1, .arch = 7 },
	};

	for (unsigned i = 0; i < 4; i++)
		offered_to(&firmware[i], "", 1000 + 2000 * i);
	ck_assert_uint_eq(turn(7000 + DIAG_WAIT_MS), 0);
	offered_to(&firmware[3], "", 100000);
	offered_to(&firmware[3], "", 104000);
	ck_assert_uint_eq(turn(104000 + DIAG_WAIT_MS), 1);
	ck_assert_uint_eq(found[0].n, 2);
}
END_TEST

/* A client of IPv6, which is offered something, or takes a lease. */
static void ended6(const char *duid, bool ipxe, bool lease, uint64_t now_ms)
{
	memset(req, 0, sizeof(*req));
	req->family = IP_V6;
	req->port = 547;
	strcpy(req->interface, "eth0");
	req->v6.client.duid = span_of(duid, 5);
	req->v6.client.class = PXE6_CLASS_PXE;
	req->v6.client.is_ipxe = ipxe;
	if (lease) {
		req->v6.row = DHCP6_ROW_LEASE;
		req->v6.client.type = DHCP6_REQUEST;
		req->v6.client.server_id = PXE6_SERVER_ID_FOREIGN;
	} else {
		req->may_answer = true;
		req->reply.type = DHCP6_ADVERTISE;
		strcpy(req->reply.file, "tftp://[fd77::2]/x");
		atomic_store(&req->reply_noted, REPLY_NOTED);
	}
	end(now_ms);
}

/* The firmware is told of, W6 at its first attempt; iPXE, which does not take such answers, is not.
 */
START_TEST(advertise_to_a_pxe_client_counts)
{
	ended6("\0\4xyz", true, false, 1000);
	ended6("\0\4xyz", true, true, 2000);
	ended6("\0\4abc", false, false, 1000);
	ended6("\0\4abc", false, true, 2000);
	ck_assert_uint_eq(turn(2000 + DIAG_LEASE_MS), 1);
	ck_assert_ptr_nonnull(strstr(text_of(&found[0]), "took its lease from another server"));
}
END_TEST

/* A DISCOVER of a made-up client that gets an offer. */
static void offered_made_up(uint32_t number, uint64_t now_ms)
{
	make(&(struct packet){ .client = 0, .arch = 7 });
	store_be32(req->octets + DHCP4_CHADDR, 0x02660000 + (number >> 16));
	store_be16(req->octets + DHCP4_CHADDR + 4, (uint16_t)number);
	req->reply.type = DHCP4_OFFER;
	atomic_store(&req->reply_noted, REPLY_NOTED);
	end(now_ms);
}

/* Q18, W6: a crowd of which none comes to 4011 is told of whole. */
START_TEST(a_crowd_is_watched)
{
	for (int round = 0; round < 2; round++)
		for (unsigned i = 0; i < 250; i++)
			offered((uint8_t)i, "", 1000);
	ck_assert_uint_eq(turn(1000 + DIAG_WAIT_MS), 250);
}
END_TEST

/* Q18, W6: whoever invents clients, one request each, does not keep the daemon from saying why an
 * honest one does not boot; and that others may have gone unseen is told, once in a while. */
START_TEST(made_up_clients_do_not_hide_an_honest_one)
{
	static const char crowd[] = "more clients boot at once than are watched: for ";
	unsigned told;

	offered(1, "", 1000);
	took_lease(1, 1001);
	offered(2, "", 1001);
	offered(2, "", 1002);
	for (uint32_t i = 0; i < 50000; i++)
		offered_made_up(i, 1003 + i / 5);
	told = turn(1000 + 2 * DIAG_WAIT_MS);
	ck_assert_uint_eq(told, 3);
	ck_assert_str_eq(finding_row(found[2].kind)->name, "more-than-watched");
	ck_assert_msg(strncmp(text_of(&found[2]), crowd, strlen(crowd)) == 0, "%s",
		      text_of(&found[2]));
	ck_assert_uint_ne(found[0].kind, found[1].kind);
	for (uint32_t i = 0; i < 50000; i++)
		offered_made_up(i, 100000 + i / 5);
	ck_assert_uint_eq(turn(100000 + DIAG_WAIT_MS), 0);
}
END_TEST

/* Nor do made-up ones that ask twice make it grow. */
START_TEST(what_is_watched_has_a_bound)
{
	unsigned told;

	for (uint32_t i = 0; i < 100000; i++)
		offered_made_up(i / 2, 1000);
	told = turn(1000 + DIAG_WAIT_MS);
	ck_assert_uint_gt(told, CONVERSATIONS / 2);
	ck_assert_uint_le(told, CONVERSATIONS + 1);
}
END_TEST

/* What one request shows by itself, with the client's fields (C3). */
static const struct {
	const char *name;
	struct packet packet;
	const char *text; /* how the line begins; NULL: nothing is told */
} shown[] = {
	{ "a plain client", { .client = 1, .arch = 7 }, NULL },
	{ "an architecture without a name",
	  { .client = 1, .arch = 99 },
	  "52:54:00:00:00:01 arch-99 on eth0: client of unknown architecture 99: match it with "
	  "arch "
	  "= 99" },
	/* W10: a class that only `classes` would let in. */
	{ "a class that is not served",
	  { .client = 1, .class = "U-Boot.armv8", .arch = 22 },
	  "52:54:00:00:00:01 arm64-uboot on eth0: a client of class U-Boot.armv8 sends boot "
	  "options, "
	  "and that class is not served: see classes in wdspxed.conf(5)" },
	{ "control characters in a class",
	  { .client = 1, .class = "a\x1b[31m", .arch = 22 },
	  "52:54:00:00:00:01 arm64-uboot on eth0: a client of class a?[31m sends" },
	{ "two architectures",
	  { .client = 1, .class = "PXEClient:Arch:00000:UNDI:002001", .arch = 7 },
	  "52:54:00:00:00:01 x64-uefi on eth0 gives architecture 7 in option 93" },
	{ "two addresses",
	  { .client = 1,
	    .arch = 7,
	    .type = DHCP4_REQUEST,
	    .port = 4011,
	    .ciaddr = "\x0a\x4d\0\x05",
	    .source = "\x0a\x4d\0\x06" },
	  "52:54:00:00:00:01 x64-uefi on eth0 sends from 10.77.0.6 but gives its address as "
	  "10.77.0.5" },
};

START_TEST(shown_by_row)
{
	make(&shown[_i].packet);
	end(1000);
	ck_assert_msg(n_found == (shown[_i].text ? 1 : 0), "%s: %u", shown[_i].name, n_found);
	if (shown[_i].text)
		ck_assert_msg(strncmp(text_of(&found[0]), shown[_i].text, strlen(shown[_i].text)) ==
				      0,
			      "%s: %s", shown[_i].name, text_of(&found[0]));
	end(2500); /* once for each architecture and class, or for each client */
	ck_assert_msg(n_found == 0, "%s: again", shown[_i].name);
}
END_TEST

/* One client after the other, within the same second: the second one was not told. */
static const struct {
	const char *name;
	struct packet packet[2];
} seconds[] = {
	{ "architectures", { { .client = 1, .arch = 99 }, { .client = 2, .arch = 98 } } },
	{ "an architecture and a class",
	  { { .client = 1, .arch = 99 }, { .client = 2, .class = "U-Boot.armv8", .arch = 22 } } },
	{ "contradictions",
	  { { .client = 1, .class = "PXEClient:Arch:00000:UNDI:002001", .arch = 7 },
	    { .client = 2, .class = "PXEClient:Arch:00000:UNDI:002001", .arch = 7 } } },
};

START_TEST(the_second_of_a_second_is_told_too)
{
	for (int i = 0; i < 2; i++) {
		make(&seconds[_i].packet[i]);
		end(1000 + (uint64_t)i);
		ck_assert_msg(n_found == 1, "%s: %d: %u", seconds[_i].name, i, n_found);
	}
}
END_TEST

/* Nor do made-up clients fill the log. */
START_TEST(made_up_architectures_are_told_one_a_second)
{
	unsigned told = 0;

	for (unsigned i = 0; i < 100; i++) {
		make(&(struct packet){ .client = 1, .arch = (uint8_t)(100 + i) });
		end(1000 + i * 100);
		told += n_found;
	}
	ck_assert_uint_ge(told, 10);
	ck_assert_uint_le(told, 18);
}
END_TEST

/* W11: an interface with a link-local address only, once. */
/* W10: classes that somebody makes up do not hide the next one for good. */
START_TEST(made_up_classes_do_not_hide_another_for_good)
{
	char class[16];
	unsigned told = 0;

	for (unsigned i = 0; i < 50; i++) {
		snprintf(class, sizeof(class), "made-up-%u", i);
		make(&(struct packet){ .client = 1, .class = class, .arch = 7 });
		end(1000 + i * 2000);
		told += n_found;
	}
	ck_assert_uint_lt(told, 20);
	make(&(struct packet){ .client = 1, .class = "U-Boot.armv8", .arch = 22 });
	end(1000 + DIAG_AGAIN_MS);
	ck_assert_uint_eq(n_found, 1);
	end(3000 + DIAG_AGAIN_MS);
	ck_assert_uint_eq(n_found, 0);
}
END_TEST

START_TEST(a_link_local_server_is_told_once)
{
	for (int round = 0; round < 3; round++) {
		make(&(struct packet){ .client = 1, .arch = 7 });
		req->local = ip_v4("\xa9\xfe\7\7");
		req->reply.type = DHCP4_OFFER;
		strcpy(req->reply.file, "f");
		atomic_store(&req->reply_noted, REPLY_NOTED);
		end(1000);
		ck_assert_uint_eq(n_found, round == 0);
	}
	ck_assert_str_eq(
		text_of(&found[0]),
		"52:54:00:00:00:01 x64-uefi on eth0: clients are told to boot from 169.254.7.7, "
		"because eth0 has no other address: did this host get no lease "
		"there? [W0209]");
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("diag");

	tcase_add_checked_fixture(tcase, set_up, tear_down);
	tcase_add_test(tcase, a_lease_and_nothing_on_4011_is_told_at_the_first_attempt);
	TEST_ROWS(tcase, attempt_by_row, rows);
	tcase_add_test(tcase, a_client_is_told_of_once_in_a_while);
	TEST_ROWS(tcase, a_namesake_elsewhere_does_not_count, places);
	tcase_add_test(tcase, what_a_limit_dropped_was_heard);
	tcase_add_test(tcase, infiniband_is_known_by_its_client_id);
	tcase_add_test(tcase, an_offer_with_a_menu_is_no_redirection);
	tcase_add_test(tcase, another_firmware_begins_anew);
	tcase_add_test(tcase, advertise_to_a_pxe_client_counts);
	tcase_add_test(tcase, a_crowd_is_watched);
	tcase_add_test(tcase, made_up_clients_do_not_hide_an_honest_one);
	tcase_add_test(tcase, what_is_watched_has_a_bound);
	TEST_ROWS(tcase, shown_by_row, shown);
	TEST_ROWS(tcase, the_second_of_a_second_is_told_too, seconds);
	tcase_add_test(tcase, made_up_architectures_are_told_one_a_second);
	tcase_add_test(tcase, made_up_classes_do_not_hide_another_for_good);
	tcase_add_test(tcase, a_link_local_server_is_told_once);
	return suite_run("story/diag", tcase);
}
