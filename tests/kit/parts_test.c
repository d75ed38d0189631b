/* The parts of the kit that need no packet: architectures, addresses, names, the hash. */
#include <stdlib.h>

#include "suite.h"

#include "boot/arch.h"
#include "boot/name.h"
#include "boot/option4.h"
#include "boot/server.h"

/* ---- the hash -------------------------------------------------------------------------------- */

static const struct {
	const char *text;
} hashes[] = {
	{ "" }, { "a" }, { "12345678" }, { "123456789" }, { "hello, world of many octets" }
};

static uint64_t hash_of(const PXE_BOOT_SECRET *secret, uint8_t kind, PXE_BOOT_OCTETS octets)
{
	return PxeBootHash(secret, kind, octets.pData, octets.cbData);
}

static unsigned bits_apart(uint64_t a, uint64_t b)
{
	return (unsigned)__builtin_popcountll(a ^ b);
}

/* Any bit that changes, of the octets, the kind or the secret, changes about half of the hash; 12
 * bits of 64 or fewer would be less than a chance in ten million. */
START_TEST(hash_mixes_all)
{
	PXE_BOOT_SECRET one = { { 0x0123456789abcdefu, 0xfedcba9876543210u } }, other;
	PXE_BOOT_OCTETS text = octets_text(hashes[_i].text);
	uint64_t hash = hash_of(&one, 0, text);
	uint8_t changed[64];

	ck_assert_uint_eq(hash_of(&one, 0, text), hash);
	for (unsigned bit = 0; bit < 8 * text.cbData; bit++) {
		memcpy(changed, text.pData, text.cbData);
		changed[bit / 8] ^= (uint8_t)(1 << bit % 8);
		ck_assert_uint_gt(
			bits_apart(hash_of(&one, 0, octets_of(changed, text.cbData)), hash), 12);
	}
	for (unsigned bit = 0; bit < 8; bit++)
		ck_assert_uint_gt(bits_apart(hash_of(&one, (uint8_t)(1 << bit), text), hash), 12);
	for (unsigned bit = 1; bit < 64; bit++) {
		other = (PXE_BOOT_SECRET){ { one.uWords[0] ^ 1ull << bit, one.uWords[1] } };
		ck_assert_uint_gt(bits_apart(hash_of(&other, 0, text), hash), 12);
		other = (PXE_BOOT_SECRET){ { one.uWords[0], one.uWords[1] ^ 1ull << bit } };
		ck_assert_uint_gt(bits_apart(hash_of(&other, 0, text), hash), 12);
	}
	/* A zero more is another text. */
	memset(changed, 0, sizeof(changed));
	memcpy(changed, text.pData, text.cbData);
	ck_assert_uint_gt(bits_apart(hash_of(&one, 0, octets_of(changed, text.cbData + 1)), hash),
			  12);
}
END_TEST

/* S1: a word that equals a word of the secret is a factor of 0, and must not make the hash forget
 * what came before it. */
START_TEST(hash_forgets_nothing_at_a_word_of_the_secret)
{
	PXE_BOOT_SECRET secret = { { 0x0123456789abcdefu, 0xfedcba9876543210u } };
	uint64_t words[4] = { 0 }, first;

	words[_i] = secret.uWords[1];
	first = hash_of(&secret, 0, octets_of(words, sizeof words));
	words[0] = 1;
	ck_assert(first != hash_of(&secret, 0, octets_of(words, sizeof words)));
}
END_TEST

/* ---- architectures --------------------------------------------------------------------------- */

/* W16: PXE and HTTP Boot are two codes of one machine. */
START_TEST(architectures_come_in_pairs)
{
	static const char http[] = "-http";

	for (uint16_t i = 0; i <= 41; i++) {
		const char *name = PxeBootArchName(i),
			   *end = name + strlen(name) - (sizeof http - 1);
		bool is_http = end > name && strcmp(end, http) == 0;
		uint16_t other = arch_by_class(i, !is_http);

		ck_assert_int_eq(PxeBootArchIsHttp(i), is_http);

		ck_assert_uint_eq(arch_by_class(i, is_http), i);
		if (other == i)
			continue; /* has no other half */
		ck_assert_uint_eq(arch_by_class(other, is_http), i);
		ck_assert_msg(
			is_http ? strncmp(name, PxeBootArchName(other), (size_t)(end - name)) == 0
				: strncmp(name, PxeBootArchName(other), strlen(name)) == 0,
			"%s, %s", name, PxeBootArchName(other));
	}
	ck_assert_uint_eq(arch_by_class(7, true), 16);
	ck_assert_uint_eq(arch_by_class(16, false), 7);
	ck_assert_uint_eq(arch_by_class(12, true), 12);
	ck_assert_uint_eq(arch_by_class(999, true), 999);
}
END_TEST

START_TEST(every_architecture_has_its_own_name)
{
	uint16_t arch;

	for (uint16_t i = 0; i <= 41; i++)
		ck_assert_uint_eq(PxeBootArchParse(PxeBootArchName(i)), i);
	ck_assert_ptr_null(PxeBootArchName(42));
	ck_assert_uint_eq(PxeBootArchParse("x64"), PXE_BOOT_ARCH_NONE);
	ck_assert_uint_eq(PxeBootArchParse(""), PXE_BOOT_ARCH_NONE);
	ck_assert(arch_of_class(octets_text("PXEClient:Arch:00011:UNDI:003000"), &arch));
	ck_assert_uint_eq(arch, 11);
	ck_assert(!arch_of_class(octets_text("PXEClient:Arch:0001"), &arch));
	ck_assert(!arch_of_class(octets_text("PXEClient:Arch:99999"), &arch));
	ck_assert(!arch_of_class(octets_text("PXEClient"), &arch));
}
END_TEST

/* ---- our addresses --------------------------------------------------------------------------- */

static const struct {
	const char *a, *b;
	bool one;
} wires[] = {
	{ "10.55.0.7", "10.55.255.1", true },  /* both in eth1's first network, of 16 bits */
	{ "10.55.0.2", "10.77.0.5", true },    /* in its two networks */
	{ "10.55.0.2", "10.88.0.5", false },   /* eth2 */
	{ "10.55.0.2", "192.0.2.5", false },   /* behind some relay */
	{ "10.88.0.130", "10.88.0.5", false }, /* eth2's network ends at .127 */
	{ "192.0.2.1", "192.0.2.200", true },  /* behind a relay */
	{ "192.0.2.1", "192.0.3.1", false },   { "fd77::1", "fd77::2", true },
	{ "fd77::1", "fd88::2", true },        { "fd99::1", "fd99:0:0:1::1", false },
	{ "10.55.0.2", "fd77::2", false },
};

START_TEST(one_wire_or_not)
{
	struct local at[] = {
		{ { { 10, 55, 0, 2 }, 4 }, 16, "eth1" },
		{ { { 10, 77, 0, 2 }, 4 }, 24, "eth1" },
		{ { { 10, 88, 0, 2 }, 4 }, 25, "eth2" },
		{ { { 0xfd, 0x77, [15] = 2 }, 16 }, 64, "eth1" },
		{ { { 0xfd, 0x88, [15] = 2 }, 16 }, 64, "eth1" },
	};
	struct locals locals = { at, sizeof at / sizeof *at };
	PXE_BOOT_IP a, b;

	ck_assert(ip_parse(wires[_i].a, &a) && ip_parse(wires[_i].b, &b));
	ck_assert_msg(locals_one_wire(&locals, &a, &b) == wires[_i].one, "%s %s", wires[_i].a,
		      wires[_i].b);
	ck_assert(locals_one_wire(&locals, &b, &a) == wires[_i].one);
}
END_TEST

/* W4: a server that is ours on the client's link is how we are named; any other is not. */
static const struct {
	const char *server, *local, *named;
} named[] = {
	{ "auto", "10.55.0.2", "10.55.0.2" },      { "10.77.0.2", "10.55.0.2", "10.77.0.2" },
	{ "10.77.0.2", "10.77.0.2", "10.77.0.2" }, { "10.88.0.2", "10.55.0.2", "10.55.0.2" },
	{ "10.0.0.9", "10.55.0.2", "10.55.0.2" },  { "fd88::2", "fd77::2", "fd88::2" },
	{ "fd88::2", "10.55.0.2", "10.55.0.2" },
};

START_TEST(we_are_named_by_our_address_that_the_server_says)
{
	struct local at[] = {
		{ { { 10, 55, 0, 2 }, 4 }, 24, "eth1" },
		{ { { 10, 77, 0, 2 }, 4 }, 24, "eth1" },
		{ { { 10, 88, 0, 2 }, 4 }, 24, "eth2" },
		{ { { 0xfd, 0x77, [15] = 2 }, 16 }, 64, "eth1" },
		{ { { 0xfd, 0x88, [15] = 2 }, 16 }, 64, "eth1" },
	};
	struct locals locals = { at, sizeof at / sizeof *at };
	PXE_BOOT_SERVER server = { .cbSize = sizeof server,
				   .bAutomatic = strcmp(named[_i].server, "auto") == 0 };
	PXE_BOOT_IP address, local, wanted;

	if (!server.bAutomatic) {
		ck_assert(ip_parse(named[_i].server, &address));
		*(address.uAddrLen == 4 ? &server.V4 : &server.V6) = address;
	}
	ck_assert(ip_parse(named[_i].local, &local));
	ck_assert(ip_parse(named[_i].named, &wanted));
	ck_assert_int_eq(
		memcmp(server_identity(NULL, server_address(&server, &local), &locals, &local),
		       &wanted, wanted.uAddrLen),
		0);
}
END_TEST

START_TEST(locals_are_those_of_this_host)
{
	PXE_BOOT_IP loopback, nobodys;
	struct locals locals;

	ck_assert(ip_parse("127.0.0.1", &loopback) && ip_parse("192.0.2.77", &nobodys));
	ck_assert_int_eq(locals_read(&locals), 0);
	ck_assert_str_eq(locals_link(&locals, &loopback), "lo");
	ck_assert_ptr_null(locals_link(&locals, &nobodys));
	ck_assert(locals_share_link(&locals, &loopback, &loopback));
	ck_assert(!locals_share_link(&locals, &loopback, &nobodys));
	locals_done(&locals);
}
END_TEST

/* ---- names ----------------------------------------------------------------------------------- */

START_TEST(names_are_made)
{
	PXE_BOOT_IP four, six, server;
	char out[NAME_MAX_LEN + 1], text[64], longest[NAME_MAX_LEN + 1];
	const char *path = NULL;

	ck_assert(ip_parse("10.0.0.9", &four) && ip_parse("fd77::9", &six));
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
	ck_assert_int_eq(name_tftp_same("http://host:80/a%20b/c", &six, out), 24);
	ck_assert_str_eq(out, "tftp://[fd77::9]/a%20b/c");
	ck_assert_int_eq(name_tftp_same("http://[fd77::1]", &four, out), 16);
	ck_assert_str_eq(out, "tftp://10.0.0.9/");
}
END_TEST

/* ---- lists in options --------------------------------------------------------------------------
 */

static const struct {
	const char *name;
	uint8_t list[8], len;
	int value; /* the first octet of the one with code 1; -1: there is none */
} sub_rows[] = {
	{ "the first", { 1, 1, 7 }, 3, 7 },
	{ "behind another", { 8, 2, 1, 1, 1, 1, 7 }, 7, 7 },
	{ "behind zeros", { 0, 0, 0, 1, 1, 7 }, 6, 7 },
	{ "in another", { 8, 3, 1, 1, 7 }, 5, -1 },
	{ "behind the end", { 255, 1, 1, 7 }, 4, -1 },
	{ "longer than the list", { 1, 2, 7 }, 3, -1 },
	{ "without length", { 1 }, 1, -1 },
	{ "nothing", { 0 }, 0, -1 },
};

START_TEST(a_list_in_an_option_is_searched)
{
	PXE_BOOT_OCTETS found = option4_sub(octets_of(sub_rows[_i].list, sub_rows[_i].len), 1);
	int value = found.pData ? found.pData[0] : -1;

	ck_assert_msg(value == sub_rows[_i].value, "%s: %d", sub_rows[_i].name, value);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("the kit's parts");

	TEST_ROWS(tcase, hash_mixes_all, hashes);
	tcase_add_loop_test(tcase, hash_forgets_nothing_at_a_word_of_the_secret, 1, 4);
	tcase_add_test(tcase, architectures_come_in_pairs);
	tcase_add_test(tcase, every_architecture_has_its_own_name);
	TEST_ROWS(tcase, one_wire_or_not, wires);
	TEST_ROWS(tcase, we_are_named_by_our_address_that_the_server_says, named);
	tcase_add_test(tcase, locals_are_those_of_this_host);
	tcase_add_test(tcase, names_are_made);
	TEST_ROWS(tcase, a_list_in_an_option_is_searched, sub_rows);
	return suite_run("kit/parts", tcase);
}
