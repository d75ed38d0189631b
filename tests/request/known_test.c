/* request/known, and how a client of IPv6 gets its MAC: C12. */
#include "base/ip.h"
#include "request/known.h"
#include "suite.h"

static struct known known;
static const struct known_name name = { .uuid = { 1, 2, 3 }, .ifindex = 2 },
			       other = { .uuid = { 9 }, .ifindex = 2 };
static const uint8_t mac[6] = { 0x52, 0x54, 0, 0x77, 0, 1 },
		     twin[6] = { 0x52, 0x54, 0, 0x77, 0, 2 };

/* C12: the UUID that was seen over IPv4 names the same machine over IPv6. */
START_TEST(a_uuid_has_the_mac_it_was_seen_with)
{
	uint8_t out[6] = { 0 };

	known_init(&known);
	ck_assert(!known_mac(&known, &name, 1, out));
	known_note(&known, &name, mac, 1);
	known_note(&known, &name, mac, 2);
	ck_assert(known_mac(&known, &name, 3, out));
	ck_assert_mem_eq(out, mac, 6);
	ck_assert(!known_mac(&known, &other, 3, out));
	ck_assert(!known_mac(&known, &name, 2 + KNOWN_KEPT_MS, out));
}
END_TEST

/* C12: boards share UUIDs; one that came with two MACs names nobody, until one of them is heard
 * alone for long enough. */
START_TEST(a_shared_uuid_names_nobody)
{
	uint64_t last = 3000;
	uint8_t out[6];

	known_init(&known);
	known_note(&known, &name, mac, 1000);
	known_note(&known, &name, twin, 2000);
	known_note(&known, &name, mac, last);
	ck_assert(!known_mac(&known, &name, last, out));
	known_note(&known, &name, mac, last + KNOWN_DOUBT_MS - 1);
	ck_assert(!known_mac(&known, &name, last + KNOWN_DOUBT_MS - 1, out));
	ck_assert(known_mac(&known, &name, last + KNOWN_DOUBT_MS, out));
	ck_assert_mem_eq(out, mac, 6);
}
END_TEST

/* C12: the same UUID on another wire is another machine's. */
START_TEST(a_uuid_counts_on_its_wire)
{
	struct known_name elsewhere = name, relayed = name;
	uint8_t out[6];

	elsewhere.ifindex = 3;
	relayed.relayed = true;
	known_init(&known);
	known_note(&known, &name, mac, 1);
	ck_assert(!known_mac(&known, &elsewhere, 2, out));
	ck_assert(!known_mac(&known, &relayed, 2, out));
	known_note(&known, &elsewhere, twin, 2);
	ck_assert(known_mac(&known, &name, 3, out));
	ck_assert_mem_eq(out, mac, 6);
	ck_assert(known_mac(&known, &elsewhere, 3, out));
	ck_assert_mem_eq(out, twin, 6);
}
END_TEST

static const struct {
	const char *ip, *mac; /* NULL: none */
} rows[] = {
	{ "fe80::5054:ff:fe77:1", "\x52\x54\0\x77\0\1" },
	{ "fe80::254:ff:fe77:1", "\0\x54\0\x77\0\1" },
	{ "fe80::1", NULL },
	{ "fd77::5054:ff:fe77:1", NULL }, /* no link-local one: routers make such too */
	{ "10.77.0.1", NULL },
};

/* C12: the link-local address that firmware makes of its MAC. */
START_TEST(mac_in_a_link_local_address)
{
	uint8_t out[6] = { 0 };
	struct ip ip;

	ck_assert(ip_parse(rows[_i].ip, &ip));
	ck_assert_msg(ip_eui64_mac(&ip, out) == (rows[_i].mac != NULL), "%s", rows[_i].ip);
	if (rows[_i].mac)
		ck_assert_mem_eq(out, rows[_i].mac, 6);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("known");

	tcase_add_test(tcase, a_uuid_has_the_mac_it_was_seen_with);
	tcase_add_test(tcase, a_shared_uuid_names_nobody);
	tcase_add_test(tcase, a_uuid_counts_on_its_wire);
	TEST_ROWS(tcase, mac_in_a_link_local_address, rows);
	return suite_run("request/known", tcase);
}
