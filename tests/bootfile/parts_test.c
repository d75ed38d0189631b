/* The parts of bootfile that need no packet: what an admin writes, hosts, memory, names, the hash.
 */
#include <stdlib.h>

#include "suite.h"

#include "../../providers/bootfile/arch.h"
#include "../../providers/bootfile/hosts.h"
#include "../../providers/bootfile/keyed_hash.h"
#include "../../providers/bootfile/memory.h"
#include "../../providers/bootfile/name.h"
#include "../../providers/bootfile/pattern.h"

/* ---- the hash -------------------------------------------------------------------------------- */

static const struct {
	const char *text;
} hashes[] = {
	{ "" }, { "a" }, { "12345678" }, { "123456789" }, { "hello, world of many octets" }
};

static unsigned bits_apart(uint64_t a, uint64_t b)
{
	return (unsigned)__builtin_popcountll(a ^ b);
}

/* Any bit that changes, of the octets, the kind or the secret, changes about half of the hash; 12
 * bits of 64 or fewer would be less than a chance in ten million. */
START_TEST(hash_mixes_all)
{
	struct hash_secret one = { 0x0123456789abcdefu, 0xfedcba9876543210u }, other;
	struct octets text = octets_text(hashes[_i].text);
	uint64_t hash = hash_keyed(&one, 0, text);
	uint8_t changed[64];

	ck_assert_uint_eq(hash_keyed(&one, 0, text), hash);
	for (unsigned bit = 0; bit < 8 * text.len; bit++) {
		memcpy(changed, text.at, text.len);
		changed[bit / 8] ^= (uint8_t)(1 << bit % 8);
		ck_assert_uint_gt(
			bits_apart(hash_keyed(&one, 0, octets_of(changed, text.len)), hash), 12);
	}
	for (unsigned bit = 0; bit < 8; bit++)
		ck_assert_uint_gt(bits_apart(hash_keyed(&one, (uint8_t)(1 << bit), text), hash),
				  12);
	for (unsigned bit = 1; bit < 64; bit++) {
		other = (struct hash_secret){ one.k0 ^ 1ull << bit, one.k1 };
		ck_assert_uint_gt(bits_apart(hash_keyed(&other, 0, text), hash), 12);
		other = (struct hash_secret){ one.k0, one.k1 ^ 1ull << bit };
		ck_assert_uint_gt(bits_apart(hash_keyed(&other, 0, text), hash), 12);
	}
	/* A zero more is another text. */
	memset(changed, 0, sizeof(changed));
	memcpy(changed, text.at, text.len);
	ck_assert_uint_gt(bits_apart(hash_keyed(&one, 0, octets_of(changed, text.len + 1)), hash),
			  12);
}
END_TEST

/* S1: a word that equals a word of the secret is a factor of 0, and must not make the hash forget
 * what came before it. */
START_TEST(hash_forgets_nothing_at_a_word_of_the_secret)
{
	struct hash_secret secret = { 0x0123456789abcdefu, 0xfedcba9876543210u };
	uint64_t words[4] = { 0 }, first;

	words[_i] = secret.k1;
	first = hash_keyed(&secret, 0, octets_of(words, sizeof words));
	words[0] = 1;
	ck_assert(first != hash_keyed(&secret, 0, octets_of(words, sizeof words)));
}
END_TEST

/* ---- patterns -------------------------------------------------------------------------------- */

static const struct {
	const char *text;
	int octets; /* -1: refused */
} macs[] = {
	{ "52:54:00:77:00:01", 6 },
	{ "52-54-00-77-00-01", 6 },
	{ "AA:bb:*", 2 },
	{ "*", 0 },
	{ "", -1 },
	{ "52:54:00:77:00", -1 },
	{ "52:54", -1 },
	{ "52:54:**", -1 },
	{ "5254.0077.0001", -1 },
	{ "52:5x:*", -1 },
	{ "52*", -1 },
};

START_TEST(mac_is_read)
{
	struct mac_pattern mac;

	ck_assert_int_eq(mac_parse(macs[_i].text, &mac) ? mac.n : -1, macs[_i].octets);
}
END_TEST

static const struct {
	const char *subnet, *address;
	bool holds;
} subnets[] = {
	{ "10.0.0.0/8", "10.255.1.2", true },     { "10.0.0.0/8", "11.0.0.1", false },
	{ "10.0.0.128/25", "10.0.0.127", false }, { "10.0.0.77/25", "10.0.0.1", true },
	{ "0.0.0.0/0", "1.2.3.4", true },         { "0.0.0.0/0", "fd77::1", false },
	{ "10.0.0.1", "10.0.0.1", true },         { "10.0.0.1", "10.0.0.2", false },
	{ "fd77::/64", "fd77::ffff:1", true },    { "fd77::/64", "fd77:0:0:1::1", false },
	{ "fd77::/15", "fd76::1", true },         { "::/0", "fe80::1", true },
};

START_TEST(subnet_holds_its_addresses)
{
	struct subnet_pattern subnet;
	struct address address;

	ck_assert(subnet_parse(subnets[_i].subnet, &subnet));
	ck_assert(address_parse(subnets[_i].address, &address));
	ck_assert_msg(subnet_holds(&subnet, &address) == subnets[_i].holds, "%s %s",
		      subnets[_i].subnet, subnets[_i].address);
}
END_TEST

START_TEST(what_is_no_pattern_is_refused)
{
	struct subnet_pattern subnet;
	struct uuid_pattern uuid;
	struct duid_pattern duid;
	char text[600] = "";

	ck_assert(!subnet_parse("10.0.0.0/", &subnet) && !subnet_parse("10.0.0.0/+8", &subnet));
	ck_assert(!subnet_parse("10.1.0.0", &subnet) && !subnet_parse("fd77::", &subnet));
	ck_assert(!subnet_parse("10.0.0.0/8x", &subnet) && !subnet_parse("fd77::/129", &subnet));
	ck_assert(!uuid_parse("3b6c1a52-7f0e-4d8b-9a41-52540077000", &uuid));
	ck_assert(!uuid_parse("3b6c1a52-7f0e-4d8b-9a41-5254007700011", &uuid));
	ck_assert(!uuid_parse("{3b6c1a52-7f0e-4d8b-9a41-525400770001", &uuid));
	ck_assert(!uuid_parse("3b6c1a527f0e-4d8b-9a41-525400770001", &uuid));
	ck_assert(!duid_parse("00:03", &duid) && !duid_parse("000301:", &duid));
	memset(text, '0', 260);
	ck_assert(duid_parse(text, &duid) && duid.len == 130);
	memset(text, '0', 262);
	ck_assert(!duid_parse(text, &duid));
}
END_TEST

START_TEST(every_architecture_has_its_own_name)
{
	uint16_t arch;

	for (uint16_t i = 0; i <= 41; i++) {
		ck_assert(arch_parse(arch_name(i), &arch));
		ck_assert_uint_eq(arch, i);
	}
	ck_assert_ptr_null(arch_name(42));
	ck_assert(!arch_parse("x64", &arch) && !arch_parse("", &arch));
	ck_assert(arch_of_class(octets_text("PXEClient:Arch:00011:UNDI:003000"), &arch));
	ck_assert_uint_eq(arch, 11);
	ck_assert(!arch_of_class(octets_text("PXEClient:Arch:0001"), &arch));
	ck_assert(!arch_of_class(octets_text("PXEClient:Arch:99999"), &arch));
	ck_assert(!arch_of_class(octets_text("PXEClient"), &arch));
}
END_TEST

/* ---- hosts ----------------------------------------------------------------------------------- */

START_TEST(candidates_come_in_the_settings_order)
{
	static struct mac_pattern whole = { { 2, 0, 0, 0, 0, 1 }, 6 },
				  other = { { 2, 0, 0, 0, 0, 2 }, 6 };
	static struct mac_pattern both[] = { { { 2, 0, 0, 0, 0, 1 }, 6 }, { { 2 }, 1 } };
	static struct uuid_pattern uuid = { { 1, 2, 3 }, { 3, 2, 1 } };
	struct entry entries[] = {
		{ .macs = { &other, 1 } },                        /* 0: another host */
		{ .line = 1 },                                    /* 1: general */
		{ .macs = { &whole, 1 } },                        /* 2: by MAC */
		{ .uuids = { &uuid, 1 } },                        /* 3: by UUID */
		{ .macs = { &whole, 1 }, .uuids = { &uuid, 1 } }, /* 4: by MAC */
		{ .macs = { both, 2 } },                          /* 5: a beginning too: general */
		{ .macs = { &whole, 1 } },                        /* 6 */
	};
	static const int known[] = { 1, 2, 3, 4, 5, 6, -1 }, stranger[] = { 1, 5, -1 };
	struct hosts hosts;
	struct host_walk walk;

	ck_assert_int_eq(hosts_init(entries, 7, &hosts), 0);
	walk = hosts_begin(&hosts, octets_of(whole.at, 6), uuid.straight);
	for (int i = 0; i < 7; i++)
		ck_assert_int_eq(hosts_next(&walk), known[i]);
	walk = hosts_begin(&hosts, octets_of(NULL, 0), NULL);
	for (int i = 0; i < 3; i++)
		ck_assert_int_eq(hosts_next(&walk), stranger[i]);
	hosts_done(&hosts);
}
END_TEST

/* ---- memory ---------------------------------------------------------------------------------- */

static struct client a_client(const uint8_t mac[6])
{
	return (struct client){ .family = FAMILY_4, .key = octets_of(mac, 6) };
}

/* The entry that a client was offered, or -1. */
static int64_t offered(const struct memory *memory, const struct client *client, uint32_t now_s)
{
	const struct memory_slot *slot = memory_find(memory, client, now_s);

	return slot ? (int64_t)slot->entry : -1;
}

START_TEST(memory_lasts_two_minutes)
{
	static const uint8_t mac[6] = { 2, 0, 0, 0, 0, 1 }, other[6] = { 2, 0, 0, 0, 0, 2 };
	struct client one = a_client(mac), two = a_client(other);
	struct memory memory;

	ck_assert_int_eq(memory_init(&memory), 0);
	ck_assert_int_eq(offered(&memory, &one, 1000), -1);
	memory_note(&memory, &one, 7, 1000);
	ck_assert_int_eq(offered(&memory, &one, 1000), 7);
	ck_assert_int_eq(offered(&memory, &one, 1119), 7);
	ck_assert_int_eq(offered(&memory, &one, 1120), -1);
	ck_assert_int_eq(offered(&memory, &two, 1000), -1);
	memory_note(&memory, &one, 8, 1001);
	ck_assert_int_eq(offered(&memory, &one, 1001), 8);
	memory_forget(&memory, &one);
	ck_assert_int_eq(offered(&memory, &one, 1001), -1);
	memory_done(&memory);
}
END_TEST

START_TEST(memory_is_bounded_and_forgets_the_oldest)
{
	enum { CLIENTS = 100000 };
	struct memory memory;
	int kept = 0, kept_of_last = 0;

	ck_assert_int_eq(memory_init(&memory), 0);
	for (uint32_t i = 0; i < CLIENTS; i++) {
		uint8_t mac[6] = { 2, 0, 0, (uint8_t)(i >> 16), (uint8_t)(i >> 8), (uint8_t)i };
		struct client client = a_client(mac);

		memory_note(&memory, &client, i, 1000 + i / 1000);
	}
	for (uint32_t i = 0; i < CLIENTS; i++) {
		uint8_t mac[6] = { 2, 0, 0, (uint8_t)(i >> 16), (uint8_t)(i >> 8), (uint8_t)i };
		struct client client = a_client(mac);
		int64_t entry = offered(&memory, &client, 1100);

		ck_assert(entry == -1 || entry == i);
		kept += entry == i;
		kept_of_last += entry == i && i >= CLIENTS - 1000;
	}
	ck_assert_int_le(kept, MEMORY_SETS * MEMORY_WAYS);
	ck_assert_int_ge(kept, MEMORY_SETS * MEMORY_WAYS * 9 / 10);
	ck_assert_int_ge(kept_of_last, 990);
	memory_done(&memory);
}
END_TEST

/* ---- names ----------------------------------------------------------------------------------- */

START_TEST(names_are_made)
{
	struct address four, six, server;
	char out[NAME_MAX_LEN + 1], text[64], longest[NAME_MAX_LEN + 1];
	const char *path = NULL;

	ck_assert(address_parse("10.0.0.9", &four) && address_parse("fd77::9", &six));
	ck_assert_uint_eq(name_address(&six, text), 9);
	ck_assert_str_eq(text, "[fd77::9]");
	ck_assert_int_eq(name_expand("http://${server}/${server}${x}", &six, out), 30);
	ck_assert_str_eq(out, "http://[fd77::9]/[fd77::9]${x}");
	ck_assert_int_eq(name_expand("http://x/", NULL, out), 9);
	ck_assert_int_eq(name_tftp_url("//a b/100%/\xc3\xa9", &four, out), 35);
	ck_assert_str_eq(out, "tftp://10.0.0.9/a%20b/100%25/%C3%A9");
	memset(longest, 'a', NAME_MAX_LEN);
	longest[NAME_MAX_LEN] = '\0';
	ck_assert_int_eq(name_expand(longest, NULL, out), NAME_MAX_LEN);
	ck_assert_int_eq(name_tftp_url(longest, &four, out), -1);
	ck_assert(name_split_tftp("tftp://10.0.0.9/a/b", &server, &path));
	ck_assert_str_eq(path, "a/b");
	ck_assert(!name_split_tftp("tftp://host/a", &server, &path));
	ck_assert(!name_split_tftp("http://10.0.0.9/a", &server, &path));
	ck_assert(!name_split_tftp("tftp://10.0.0.9", &server, &path));
	ck_assert(!name_split_tftp("tftp://[fd77::9]/a", &server, &path));
	ck_assert_str_eq(name_path("http://[fd77::9]:80/a/b"), "a/b");
	ck_assert_str_eq(name_path("http://host"), "");
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("bootfile's parts");

	TEST_ROWS(tcase, hash_mixes_all, hashes);
	tcase_add_loop_test(tcase, hash_forgets_nothing_at_a_word_of_the_secret, 1, 4);
	TEST_ROWS(tcase, mac_is_read, macs);
	TEST_ROWS(tcase, subnet_holds_its_addresses, subnets);
	tcase_add_test(tcase, what_is_no_pattern_is_refused);
	tcase_add_test(tcase, every_architecture_has_its_own_name);
	tcase_add_test(tcase, candidates_come_in_the_settings_order);
	tcase_add_test(tcase, memory_lasts_two_minutes);
	tcase_add_test(tcase, memory_is_bounded_and_forgets_the_oldest);
	tcase_add_test(tcase, names_are_made);
	return suite_run("bootfile/parts", tcase);
}
