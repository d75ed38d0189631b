/* story/hearing: what follows from what others answered, with the clock in our hand. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "dhcp/dhcp4_option.h"
#include "dhcp/dhcp6_option.h"
#include "story/hearing.h"
#include "story/heard.h"
#include "story/log_stderr.h"
#include "suite.h"

#define LEASE4 "\x0a\x4d\0\x01"
#define PROXY4 "\x0a\x4d\0\x03"
#define LEASE6 "\xfe\x80\0\0\0\0\0\0\0\0\0\0\0\0\0\x01"

enum { X64 = 7, BIOS = 0, EAR = 1, OTHER_EAR = 2 };

static struct hearing *hearing;
static struct request *req;
static struct finding found[HEARING_FINDINGS];
static unsigned n_found;
static const char *url = ""; /* what we answer with */
static bool is_ipxe, is_http;
static unsigned on_link = LINK;

static void set_up(void)
{
	log_init(LOG_EMERG, log_stderr_write);
	hearing = hearing_new();
	req = calloc(1, sizeof(*req));
	ck_assert(hearing && req);
	hearing_record(hearing, EAR, heard_word(HEARD_HELLO, 0), NULL, 1000, found);
}

static void tear_down(void)
{
	hearing_free(hearing);
	free(req);
}

/* ---- what happens ---- */

static void reply(uint8_t family, uint8_t type, uint16_t port, uint16_t arch, uint64_t now_ms)
{
	req->family = family;
	req->port = port;
	req->from.ifindex = on_link;
	req->ended_us = now_ms * 1000;
	snprintf(req->interface, sizeof(req->interface), "eth%u", on_link);
	snprintf(req->reply.file, sizeof(req->reply.file), "%s", url);
	req->reply.type = type;
	atomic_store(&req->reply_noted, REPLY_NOTED);
	if (family == IP_V4) {
		req->v4.client.arch = arch;
		req->v4.client.has_arch = true;
	}
	n_found = hearing_ended(hearing, req, now_ms, found);
}

static void ours(uint8_t client, uint32_t xid, uint16_t arch, uint64_t now_ms)
{
	memset(req, 0, sizeof(*req));
	req->octets[DHCP4_HLEN] = 6;
	store_be32(req->octets + DHCP4_XID, xid);
	memcpy(req->octets + DHCP4_CHADDR, (uint8_t[]){ 0x52, 0x54, 0, 0, 0, client }, 6);
	req->v4.client.chaddr = span_of(req->octets + DHCP4_CHADDR, 6);
	req->v4.client.has_mac = true;
	req->v4.client.is_ipxe = is_ipxe;
	req->v4.client.class = is_http ? PXE_CLASS_HTTP : PXE_CLASS_PXE;
	reply(IP_V4, DHCP4_OFFER, DHCP4_PORT_SERVER, arch, now_ms);
}

static void ours6(uint8_t client, uint32_t xid, uint64_t now_ms)
{
	static uint8_t duid[10];

	memset(req, 0, sizeof(*req));
	memcpy(duid, (uint8_t[]){ 0, 3, 0, 1, 0x52, 0x54, 0, 0, 0, client }, 10);
	req->v6.client.duid = span_of(duid, sizeof(duid));
	req->v6.client.xid = xid;
	req->v6.client.class = PXE6_CLASS_PXE;
	reply(IP_V6, DHCP6_ADVERTISE, DHCP6_PORT_SERVER, X64, now_ms);
}

static void heard4(const char *from, uint64_t now_ms)
{
	n_found = hearing_record(hearing, EAR, heard_of(IP_V4, from, answered4(), now_ms * 1000),
				 NULL, now_ms, found);
}

static void heard6(const char *from, uint64_t now_ms)
{
	n_found = hearing_record(hearing, EAR, heard_of(IP_V6, from, answered6(), now_ms * 1000),
				 NULL, now_ms, found);
}

static void lease4(uint8_t client, uint32_t xid)
{
	answer4(DHCP4_OFFER, client, 1, xid);
	field4(DHCP4_YIADDR, 100);
}

static void proxy4(uint8_t client, uint32_t xid)
{
	answer4(DHCP4_OFFER, client, 3, xid);
	option4(DHCP4_OPT_VENDOR_CLASS, "PXEClient", 9);
}

static void expect(enum finding_kind kind, const char *begins)
{
	char text[LOG_LINE_MAX];

	ck_assert_uint_eq(n_found, 1);
	ck_assert(!found[0].quiet);
	finding_text(&found[0], text, sizeof(text));
	ck_assert_msg(found[0].kind == kind, "%s", text);
	ck_assert_msg(strncmp(text, begins, strlen(begins)) == 0, "%s", text);
}

#define WHO "52:54:00:00:00:05 x64-uefi on eth3"

/* ---- a DHCP server ---- */

START_TEST(an_address_alone_is_as_it_ought_to_be)
{
	ours(5, 1, X64, 2000);
	lease4(5, 1);
	field4(DHCP4_SIADDR, 1); /* itself, as dnsmasq says */
	heard4(LEASE4, 2001);
	ck_assert_uint_eq(n_found, 0);
	ours6(5, 1, 2000);
	answer6(DHCP6_ADVERTISE, 5, 1);
	address6(true);
	heard6(LEASE6, 2001);
	ck_assert_uint_eq(n_found, 0);
}
END_TEST

/* W0301, whichever comes first. */
START_TEST(the_class_and_nothing_to_boot)
{
	static const char line[] =
		WHO ": the DHCP server 10.77.0.1 sends the class \"PXEClient\" itself, and nothing "
		    "to boot: UEFI then asks 10.77.0.1 on port 4011 and no other boot server";

	lease4(5, 1);
	option4(DHCP4_OPT_VENDOR_CLASS, "PXEClient", 9);
	if (_i)
		heard4(LEASE4, 1999);
	ours(5, 1, X64, 2000);
	if (!_i)
		heard4(LEASE4, 2001);
	expect(FINDING_LEASE_CLASS, line);
}
END_TEST

/* W0302. */
START_TEST(the_class_and_something_to_boot)
{
	ours(5, 1, X64, 2000);
	lease4(5, 1);
	option4(DHCP4_OPT_VENDOR_CLASS, "PXEClient", 9);
	if (_i)
		option4(DHCP4_OPT_VENDOR, (uint8_t[]){ 6, 1, 8, 255 }, 4);
	else
		strcpy((char *)answer + DHCP4_FILE, "x");
	heard4(LEASE4, 2001);
	expect(FINDING_LEASE_BOOTS, WHO ": the DHCP server 10.77.0.1 is a boot server too: it "
					"sends the class \"PXEClient\"");
}
END_TEST

/* W0304. */
START_TEST(a_file)
{
	ours(5, 1, X64, 2000);
	lease4(5, 1);
	strcpy((char *)answer + DHCP4_FILE, "a<\x1b.efi");
	heard4(LEASE4, 2001);
	expect(FINDING_LEASE_FILE,
	       WHO ": the DHCP server 10.77.0.1 names a boot file: a\u2039?.efi: ");
}
END_TEST

/* W0305: neither the server itself nor we, and no file. */
START_TEST(a_next_server)
{
	ours(5, 1, X64, 2000);
	lease4(5, 1);
	field4(DHCP4_SIADDR, 9);
	heard4(LEASE4, 2001);
	expect(FINDING_LEASE_NEXT_SERVER,
	       WHO ": the DHCP server 10.77.0.1 names 10.77.0.9 as boot server (next-server): ");
}
END_TEST

START_TEST(http_boot_reads_no_file)
{
	is_http = true;
	ours(5, 1, X64, 2000);
	lease4(5, 1);
	strcpy((char *)answer + DHCP4_FILE, "a.efi");
	heard4(LEASE4, 2001);
	ck_assert_uint_eq(n_found, 0);
	option4(DHCP4_OPT_VENDOR_CLASS, "PXEClient", 9); /* nor what is said to others */
	heard4(LEASE4, 2002);
	ck_assert_uint_eq(n_found, 0);
}
END_TEST

static const struct {
	const char *url;
	bool dns, told;
} names[] = {
	{ "http://boot.example/x", false, true },
	{ "http://boot.example/x", true, false },
	{ "http://10.77.0.2/x", false, false },
	{ "http://[fd77::2]:80/x", false, false },
	{ "https://boot:8443/x", false, true },
	{ "http://10.77.0.2:80", false, false },
	{ "boot.example/x", false, false },
	{ "", false, false },
	{ "http://", false, false },
};

/* W0306. */
START_TEST(a_name_and_no_dns)
{
	url = names[_i].url;
	is_http = true;
	ours(5, 1, X64, 2000);
	lease4(5, 1);
	if (names[_i].dns)
		option4(6, LEASE4, 4);
	heard4(LEASE4, 2001);
	ck_assert_uint_eq(n_found, names[_i].told);
	if (names[_i].told)
		ck_assert_int_eq(found[0].kind, FINDING_NO_DNS);
}
END_TEST

/* W0307, with what the server says. */
START_TEST(a_refusal)
{
	ours(5, 1, X64, 2000);
	answer4(DHCP4_NAK, 5, 1, 1);
	option4(56, "wrong network", 13);
	heard4(LEASE4, 2001);
	expect(FINDING_LEASE_REFUSED, WHO ": the DHCP server 10.77.0.1 refuses it its address "
					  "(DHCPNAK): wrong network: two DHCP servers");
}
END_TEST

/* W0308: of one request. */
START_TEST(two_dhcp_servers)
{
	ours(5, 1, X64, 2000);
	lease4(5, 1);
	heard4(LEASE4, 2001);
	answer4(DHCP4_OFFER, 5, 8, 2);
	field4(DHCP4_YIADDR, 101);
	heard4("\x0a\x4d\0\x08", 2002);
	ck_assert_uint_eq(n_found, 0);
	store_be32(answer + DHCP4_XID, 1);
	heard4("\x0a\x4d\0\x08", 2003);
	expect(FINDING_TWO_LEASE_SERVERS,
	       WHO ": two DHCP servers offer it an address: 10.77.0.1 and 10.77.0.8: ");
}
END_TEST

/* ---- another boot server ---- */

static const struct {
	uint16_t arch;
	bool ipxe;
	unsigned theirs_ms; /* ours is sent at 2000 */
	uint8_t priority;   /* 0: no option 175 */
	const char *which;
} proxies[] = {
	{ X64, false, 2001, 0, "this client takes the one that comes first, which was ours: " },
	{ X64, false, 1999, 0, "this client takes the one that comes first, which was theirs: " },
	{ X64, false, 2000, 0,
	  "this client takes the one that comes first, and both came within a millisecond: " },
	{ BIOS, false, 2001, 0, "this client takes one of the two, as its boot ROM likes: " },
	{ X64, true, 2001, 0, "this client takes ours, for its priority (option 175): " },
	{ X64, true, 2001, 1, "this client takes the later one, for both have priority 1: " },
	{ X64, true, 2001, 9, "this client takes theirs, for its priority (option 175) is 9: " },
};

/* W0303. */
START_TEST(another_boot_server)
{
	char text[LOG_LINE_MAX];

	is_ipxe = proxies[_i].ipxe;
	proxy4(5, 1);
	if (proxies[_i].priority)
		option4(DHCP4_OPT_IPXE, (uint8_t[]){ 1, 1, proxies[_i].priority }, 3);
	if (proxies[_i].theirs_ms < 2000)
		heard4(PROXY4, proxies[_i].theirs_ms);
	ours(5, 1, proxies[_i].arch, 2000);
	if (proxies[_i].theirs_ms >= 2000)
		heard4(PROXY4, proxies[_i].theirs_ms);
	ck_assert_uint_eq(n_found, 1);
	ck_assert_int_eq(found[0].kind, FINDING_OTHER_PROXY);
	finding_text(&found[0], text, sizeof(text));
	ck_assert_msg(strstr(text, "another boot server, 10.77.0.3, answers it too: "), "%s", text);
	ck_assert_msg(strstr(text, proxies[_i].which), "%s", text);
}
END_TEST

/* Option 108 without an address: it is told to do without IPv4. */
START_TEST(no_boot_server)
{
	ours(5, 1, X64, 2000);
	proxy4(5, 1);
	option4(108, "\0\0\1\0", 4);
	heard4(PROXY4, 2001);
	answer4(DHCP4_OFFER, 5, 3, 1); /* no class */
	heard4(PROXY4, 2001);
	answer4(DHCP4_ACK, 5, 3, 1); /* no offer */
	option4(DHCP4_OPT_VENDOR_CLASS, "PXEClient", 9);
	heard4(PROXY4, 2001);
	answer4(DHCP4_OFFER, 5, 3, 1); /* for others */
	option4(DHCP4_OPT_VENDOR_CLASS, "HTTPClient", 10);
	heard4(PROXY4, 2001);
	ck_assert_uint_eq(n_found, 0);
	proxy4(5, 1);
	heard4(PROXY4, 2001);
	ck_assert_uint_eq(n_found, 1);
}
END_TEST

/* A boot server's answer on 4011 may repeat the client's address: no lease. */
START_TEST(who_answers_on_4011_gives_no_lease)
{
	struct span whole;

	ours(5, 1, X64, 2000);
	answer4(DHCP4_ACK, 5, 3, 1);
	field4(DHCP4_YIADDR, 100);
	option4(DHCP4_OPT_VENDOR_CLASS, "PXEClient", 9);
	whole = heard_of(IP_V4, PROXY4, answered4(), 1);
	store_be16(record.octets + 20, 4011);
	ck_assert_uint_eq(hearing_record(hearing, EAR, whole, NULL, 2001, found), 0);
}
END_TEST

/* ---- IPv6 ---- */

START_TEST(over_ipv6)
{
	static const struct {
		bool address, class;
		const char *url;
		enum finding_kind kind;
	} rows[] = {
		{ true, true, NULL, FINDING_LEASE_CLASS },
		{ true, true, "tftp://[fd77::1]/x", FINDING_LEASE_BOOTS },
		{ true, false, "tftp://[fd77::1]/x", FINDING_OTHER_URL6 },
		{ false, true, "tftp://[fd77::3]/x", FINDING_OTHER_PROXY },
	};

	for (unsigned i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		hearing_free(hearing);
		hearing = hearing_new();
		hearing_record(hearing, EAR, heard_word(HEARD_HELLO, 0), NULL, 1000, found);
		ours6(5, 1, 2000);
		answer6(DHCP6_ADVERTISE, 5, 1);
		if (rows[i].address)
			address6(true);
		if (rows[i].class)
			class6("PXEClient");
		if (rows[i].url)
			option6(DHCP6_OPT_BOOTFILE_URL, rows[i].url, strlen(rows[i].url));
		heard6(LEASE6, 2001);
		ck_assert_uint_eq(n_found, 1);
		ck_assert_int_eq(found[0].kind, rows[i].kind);
		ck_assert(found[0].ip.family == IP_V6);
	}
}
END_TEST

/* ---- who is meant, and when ---- */

/* Of a client that we do not answer nothing is told, nor of one on another link. */
START_TEST(nothing_of_other_clients)
{
	lease4(5, 1);
	option4(DHCP4_OPT_VENDOR_CLASS, "PXEClient", 9);
	heard4(LEASE4, 2001);
	ck_assert_uint_eq(n_found, 0);
	ours(6, 1, X64, 2002);
	ck_assert_uint_eq(n_found, 0);
	on_link = LINK + 1;
	ours(5, 1, X64, 2002);
	ck_assert_uint_eq(n_found, 0);
}
END_TEST

/* What was heard a minute before belongs to another boot. */
START_TEST(nothing_of_another_boot)
{
	lease4(5, 1);
	option4(DHCP4_OPT_VENDOR_CLASS, "PXEClient", 9);
	heard4(LEASE4, 2000);
	hearing_record(hearing, EAR, heard_word(HEARD_HELLO, 0), NULL, 50000, found);
	ours(5, 1, X64, 2000 + HEARING_ATTEMPT_MS);
	ck_assert_uint_eq(n_found, 0);
}
END_TEST

/* Of a server the same is told again after ten minutes, whoever it answers. */
START_TEST(once_in_a_while)
{
	uint64_t now_ms = 2000;

	for (uint8_t client = 1; client < 30; client++, now_ms += HEARING_AGAIN_MS / 20) {
		hearing_record(hearing, EAR, heard_word(HEARD_HELLO, 0), NULL, now_ms, found);
		ours(client, 1, X64, now_ms);
		lease4(client, 1);
		strcpy((char *)answer + DHCP4_FILE, "x");
		heard4(LEASE4, now_ms + 1);
		ck_assert_uint_eq(n_found, 1); /* it is noted of each, and */
		ck_assert(found[0].quiet == (client != 1 && client != 21));
	}
}
END_TEST

/* Made-up servers do not fill the log: eight, and then one a second. */
START_TEST(a_flood_of_servers)
{
	unsigned told = 0;

	for (unsigned i = 0; i < 5000; i++) {
		uint64_t now_ms = 2000 + i;
		char from[4] = { 10, 78, (char)(i >> 8), (char)i };

		ours(5, i, X64, now_ms);
		for (unsigned n = 0; n < n_found; n++)
			told += !found[n].quiet;
		answer4(DHCP4_OFFER, 5, 0, i);
		memcpy(answer + DHCP4_HEADER + 5, from, 4);
		option4(DHCP4_OPT_VENDOR_CLASS, "PXEClient", 9);
		heard4(from, now_ms);
		for (unsigned n = 0; n < n_found; n++)
			told += !found[n].quiet;
	}
	ck_assert_uint_ge(told, 8);
	ck_assert_uint_le(told, 8 + 5);
}
END_TEST

/* Of two boot servers each is told, and a server that comes back in the same attempt is not again.
 */
START_TEST(each_server_is_told)
{
	ours(5, 1, X64, 2000);
	proxy4(5, 1);
	heard4(PROXY4, 2001);
	ck_assert_uint_eq(n_found, 1);
	heard4(PROXY4, 2002);
	ck_assert_uint_eq(n_found, 0);
	answer[DHCP4_HEADER + 8] = 4;
	heard4("\x0a\x4d\0\x04", 2003);
	ck_assert_uint_eq(n_found, 1);
	ck_assert_uint_eq(found[0].ip.octet[3], 4);
}
END_TEST

/* Answers to clients that nobody asked for do not push out one that we have answered. */
START_TEST(a_flood_of_clients)
{
	ours(5, 1, X64, 2000);
	for (unsigned i = 0; i < 10 * HEARING_CLIENTS; i++) {
		lease4(6, 1);
		store_be32(answer + DHCP4_CHADDR + 2, i);
		heard4(LEASE4, 2001);
	}
	lease4(5, 1);
	option4(DHCP4_OPT_VENDOR_CLASS, "PXEClient", 9);
	heard4(LEASE4, 2002);
	ck_assert_uint_eq(n_found, 1);
}
END_TEST

/* A relay's client is not on our link, and what is sent on 4011 is no offer. */
START_TEST(what_is_no_offer_of_ours)
{
	lease4(5, 1);
	option4(DHCP4_OPT_VENDOR_CLASS, "PXEClient", 9);
	heard4(LEASE4, 1999);
	ours(5, 1, X64, 2000);
	ck_assert_uint_eq(n_found, 1);
	hearing_free(hearing);
	hearing = hearing_new();
	hearing_record(hearing, EAR, heard_word(HEARD_HELLO, 0), NULL, 1000, found);
	heard4(LEASE4, 1999);
	req->octets[DHCP4_GIADDR] = 10;
	ck_assert_uint_eq(hearing_ended(hearing, req, 2000, found), 0);
	req->octets[DHCP4_GIADDR] = 0;
	req->port = DHCP4_PORT_PXE;
	ck_assert_uint_eq(hearing_ended(hearing, req, 2000, found), 0);
	req->reply.type = DHCP4_ACK; /* routed, from another network */
	ck_assert_uint_eq(hearing_ended(hearing, req, 2000, found), 0);
	req->reply.type = DHCP4_OFFER;
	req->port = DHCP4_PORT_SERVER;
	req->trial = 1;
	ck_assert_uint_eq(hearing_ended(hearing, req, 2000, found), 0);
	req->trial = 0;
	ck_assert_uint_eq(hearing_ended(hearing, req, 2000, found), 1);
}
END_TEST

/* Beside a DHCP server on this host it is on 4011 that a client is answered. */
START_TEST(a_client_that_asks_on_4011_alone)
{
	proxy4(5, 1);
	heard4(PROXY4, 1999);
	ours(5, 1, X64, 2000);
	hearing_free(hearing);
	hearing = hearing_new();
	hearing_record(hearing, EAR, heard_word(HEARD_HELLO, 0), NULL, 1000, found);
	heard4(PROXY4, 1999);
	req->port = DHCP4_PORT_PXE;
	req->reply.type = DHCP4_ACK;
	req->on_link = true;
	ck_assert_uint_eq(hearing_ended(hearing, req, 2000, found), 1);
	ck_assert_int_eq(found[0].kind, FINDING_OTHER_PROXY);
}
END_TEST

/* Its URL and the time of its offer are what counts, not those of what came later on 4011. */
START_TEST(what_is_said_on_4011_changes_no_offer)
{
	url = "http://boot.example/x";
	ours(5, 1, X64, 2000);
	url = "boot.efi";
	req->port = DHCP4_PORT_PXE;
	req->reply.type = DHCP4_ACK;
	req->on_link = true;
	snprintf(req->reply.file, sizeof(req->reply.file), "boot.efi");
	ck_assert_uint_eq(hearing_ended(hearing, req, 2500, found), 0);
	lease4(5, 1);
	heard4(LEASE4, 2501);
	ck_assert_uint_eq(n_found, 1);
	ck_assert_int_eq(found[0].kind, FINDING_NO_DNS);
}
END_TEST

/* ---- the ear ---- */

static struct hearing_state state_at(uint64_t now_ms)
{
	struct hearing_state state;

	hearing_read_state(hearing, now_ms, &state);
	return state;
}

START_TEST(the_ear_lives_while_it_speaks)
{
	ck_assert(state_at(1000 + HEARING_SILENCE_MS - 1).hears);
	ck_assert(!state_at(1000 + HEARING_SILENCE_MS).hears);
	hearing_record(hearing, EAR, heard_word(HEARD_BYE, 0), NULL, 2000, found);
	ck_assert(!state_at(2000).hears);
}
END_TEST

/* It counts from its own start: what was lost before ours, and before its next, is not twice there.
 */
START_TEST(what_is_lost_is_counted)
{
	hearing_free(hearing);
	hearing = hearing_new();
	hearing_record(hearing, EAR, heard_word(HEARD_HELLO, 40), NULL, 1000, found);
	ck_assert_uint_eq(state_at(1000).lost, 0);
	hearing_record(hearing, EAR, heard_word(HEARD_HELLO, 45), NULL, 2000, found);
	ck_assert_uint_eq(state_at(2000).lost, 5);
	hearing_record(hearing, EAR, heard_word(HEARD_HELLO, 2), NULL, 3000, found);
	ck_assert_uint_eq(state_at(3000).lost, 7);
	hearing_record(hearing, EAR, span_str("no record"), NULL, 4000, found);
	ck_assert_uint_eq(state_at(4000).unread, 1);
	ck_assert_uint_eq(state_at(4000).heard, 0);
}
END_TEST

/* One follows the other, as at an upgrade, and both are heard for a while: that the first ends says
 * nothing of the second, and each counts for itself. */
START_TEST(two_ears)
{
	hearing_record(hearing, OTHER_EAR, heard_word(HEARD_HELLO, 7), NULL, 2000, found);
	hearing_record(hearing, EAR, heard_word(HEARD_HELLO, 3), NULL, 3000, found);
	hearing_record(hearing, OTHER_EAR, heard_word(HEARD_HELLO, 8), NULL, 3000, found);
	ck_assert_uint_eq(state_at(3000).lost, 4);
	hearing_record(hearing, EAR, heard_word(HEARD_BYE, 3), NULL, 3500, found);
	ck_assert(state_at(3500).hears);
	hearing_record(hearing, OTHER_EAR, heard_word(HEARD_BYE, 8), NULL, 4000, found);
	ck_assert(!state_at(4000).hears);
	for (uint32_t i = 0; i < 3 * HEARING_EARS; i++)
		hearing_record(hearing, 10 + i, heard_word(HEARD_HELLO, 0), NULL, 5000 + i, found);
	ck_assert(state_at(6000).hears);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("hearing");

	tcase_add_checked_fixture(tcase, set_up, tear_down);
	tcase_add_test(tcase, an_address_alone_is_as_it_ought_to_be);
	tcase_add_loop_test(tcase, the_class_and_nothing_to_boot, 0, 2);
	tcase_add_loop_test(tcase, the_class_and_something_to_boot, 0, 2);
	tcase_add_test(tcase, a_file);
	tcase_add_test(tcase, a_next_server);
	tcase_add_test(tcase, http_boot_reads_no_file);
	TEST_ROWS(tcase, a_name_and_no_dns, names);
	tcase_add_test(tcase, a_refusal);
	tcase_add_test(tcase, two_dhcp_servers);
	TEST_ROWS(tcase, another_boot_server, proxies);
	tcase_add_test(tcase, no_boot_server);
	tcase_add_test(tcase, who_answers_on_4011_gives_no_lease);
	tcase_add_test(tcase, over_ipv6);
	tcase_add_test(tcase, nothing_of_other_clients);
	tcase_add_test(tcase, nothing_of_another_boot);
	tcase_add_test(tcase, once_in_a_while);
	tcase_add_test(tcase, a_flood_of_servers);
	tcase_add_test(tcase, each_server_is_told);
	tcase_add_test(tcase, a_flood_of_clients);
	tcase_add_test(tcase, what_is_no_offer_of_ours);
	tcase_add_test(tcase, a_client_that_asks_on_4011_alone);
	tcase_add_test(tcase, what_is_said_on_4011_changes_no_offer);
	tcase_add_test(tcase, the_ear_lives_while_it_speaks);
	tcase_add_test(tcase, what_is_lost_is_counted);
	tcase_add_test(tcase, two_ears);
	suite_apart(); /* what is found is counted from nothing */
	return suite_run("story/hearing", tcase);
}
