/* What the kit reads out of a request, where it must not believe all of it. */
#include <wdspxe-fake.h>

#include "libwdspxe/api_cases.h"

#include "boot/client4.h"
#include "boot/facts.h"

/* Two links of ours. */
static struct local two_links[] = {
	{ { { 10, 1, 0, 1 }, 4 }, 16, "eth1" },
	{ { { 10, 2, 0, 2 }, 4 }, 16, "eth2" },
};

#define LINK(...)                                                                                  \
	{                                                                                          \
		82, 6, 5, 4, __VA_ARGS__                                                           \
	}
#define SUBNET(...)                                                                                \
	{                                                                                          \
		118, 4, __VA_ARGS__                                                                \
	}

/* A request that came in on eth1. */
static const struct {
	const char *name;
	uint8_t option[8], giaddr[4];
	const char *network;
} rows[] = {
	{ "nothing is said", { 0 }, { 0 }, "10.1.0.1" },
	{ "82.5 names its own link", LINK(10, 1, 9, 0), { 0 }, "10.1.9.0" },
	{ "82.5 names another link of ours", LINK(10, 2, 9, 0), { 0 }, "10.1.0.1" },
	{ "82.5 names a network of others", LINK(172, 16, 0, 0), { 172, 17, 0, 1 }, "172.16.0.0" },
	{ "82.5 of a relay names another link of ours",
	  LINK(10, 2, 9, 0),
	  { 172, 17, 0, 1 },
	  "172.17.0.1" },
	{ "118 names its own link", SUBNET(10, 1, 9, 0), { 0 }, "10.1.9.0" },
	{ "118 names another link of ours", SUBNET(10, 2, 9, 0), { 0 }, "10.1.0.1" },
	{ "118 names a network of others", SUBNET(172, 16, 0, 0), { 0 }, "172.16.0.0" },
};

/* 82.5 and 118 that name a link of ours were believed from another one: subnet conditions held for
 * who wrote them, and what others had said was overwritten. */
START_TEST(a_network_of_ours_is_believed_on_its_own_link)
{
	struct home home = { .users = 1, .lock = PTHREAD_MUTEX_INITIALIZER };
	PXE_BOOT boot = { .home = &home, .locals = { two_links, 2 } };
	PXE_ADDRESS local = { .uAddrLen = 4, .uPort = 67, .bAddress = { 10, 1, 0, 1 } };
	PXE_ADDRESS remote = { .uAddrLen = 4, .uPort = 68 };
	uint8_t packet[600];
	ULONG len = PxeFakeDiscover(packet, sizeof packet, "52:54:00:00:00:01", 7) - 1;
	PXE_BOOT_CLIENT client = { .cbSize = sizeof client };
	PXE_BOOT_IP network;

	memcpy(packet + 24, rows[_i].giaddr, 4);
	if (rows[_i].option[0] != 0)
		ck_assert_uint_eq(PxeDhcpAppendOption(packet, sizeof packet, &len,
						      rows[_i].option[0], rows[_i].option[1],
						      (PVOID)(rows[_i].option + 2)),
				  ERROR_SUCCESS);
	ck_assert_uint_eq(PxeDhcpAppendOption(packet, sizeof packet, &len, 255, 0, NULL), 0);
	ck_assert(client4_read(&boot, &(struct request){ NULL, packet, len, &local, &remote },
			       &client));
	ck_assert(ip_parse(rows[_i].network, &network));
	ck_assert_msg(ip_equal(&client.Network, &network), "%s: %u.%u.%u.%u", rows[_i].name,
		      client.Network.bAddress[0], client.Network.bAddress[1],
		      client.Network.bAddress[2], client.Network.bAddress[3]);
}
END_TEST

/* ---- options that the provider looks at -------------------------------------------------------
 */

#define VALUE(text) text, sizeof(text) - 1

/* Of a request with the options, where those of `wanted` are named. */
static const struct {
	const char *name;
	const char *options;
	size_t len;
	uint16_t code;
	uint8_t sub;
	const char *value; /* NULL: there is none */
	size_t value_len;
} option_rows[] = {
	{ "a client id", VALUE("\x3d\4\0abc"), 61, 0, VALUE("\0abc") },
	{ "one that is empty", VALUE("\x3d\0"), 61, 0, VALUE("") },
	{ "none", VALUE("\x52\3\1\1a"), 61, 0, NULL, 0 },
	{ "one that was not named", VALUE("\x0c\1a"), 12, 0, NULL, 0 },
	{ "no number of an option", VALUE("\x0c\1a"), 0, 0, NULL, 0 },
	{ "a circuit-id", VALUE("\x52\7\2\1b\1\2ac"), 82, 1, VALUE("ac") },
	{ "a remote-id", VALUE("\x52\7\2\1b\1\2ac"), 82, 2, VALUE("b") },
	{ "a circuit-id that runs on", VALUE("\x52\3\1\2a"), 82, 1, NULL, 0 },
	{ "a value in two parts", VALUE("\x52\3\1\4a\x52\3bcd"), 82, 1, VALUE("abcd") },
	{ "a value behind empty parts", VALUE("\x52\0\x52\3\1\4a\x52\0\x52\3bcd"), 82, 1,
	  VALUE("abcd") },
	{ "43 in two parts, and user classes too",
	  VALUE("\x2b\3\x80\4a\x2b\3bcd\x4d\2\1x\x4d\2\1y"), 43, 0x80, VALUE("abcd") },
	{ "the whole value", VALUE("\x52\3\1\1a"), 82, 0, VALUE("\1\1a") },
	{ "a feature of iPXE behind padding", VALUE("\xaf\7\0\x13\1\1\xff\1\1"), 175, 19,
	  VALUE("\1") },
	{ "nothing behind its end", VALUE("\xaf\7\x13\1\1\xff\1\1\1"), 175, 1, NULL, 0 },
};
API_CASES(PxeBootClientOption, option_rows);

static const struct wanted looked_at = {
	{ { 61, 0 }, { 82, 1 }, { 82, 2 }, { 82, 0 }, { 175, 19 }, { 175, 1 }, { 43, 0x80 } }, 7
};

enum { PACKET = 1000 };

/* Reads a request that has the options besides; the packet is the caller's, as long as *out. */
static void read_with(const char *options, size_t n, uint8_t packet[static PACKET],
		      PXE_BOOT_CLIENT *out)
{
	static struct home home = { .users = 1, .lock = PTHREAD_MUTEX_INITIALIZER };
	static PXE_BOOT boot = { .home = &home, .locals = { two_links, 2 } };
	static const PXE_ADDRESS local = { .uAddrLen = 4,
					   .uPort = 67,
					   .bAddress = { 10, 1, 0, 1 } };
	static const PXE_ADDRESS remote = { .uAddrLen = 4, .uPort = 68 };
	ULONG len = PxeFakeDiscover(packet, PACKET, "52:54:00:00:00:01", 7) - 1;

	boot.options.wanted4 = looked_at;
	memcpy(packet + len, options, n);
	packet[len + n] = 255;
	memset(out, 0, sizeof *out);
	out->cbSize = sizeof *out;
	client_rest(out)->packet = packet;
	ck_assert(client4_read(
		&boot, &(struct request){ NULL, packet, len + (ULONG)n + 1, &local, &remote },
		out));
}

static void check_option(const PXE_BOOT_CLIENT *client, int row)
{
	PXE_BOOT_OCTETS value = octets_text("x");
	BOOL found =
		PxeBootClientOption(client, option_rows[row].code, option_rows[row].sub, &value);

	ck_assert_msg(found == (option_rows[row].value != NULL), "%s", option_rows[row].name);
	ck_assert_msg(
		octets_equal(value, octets_of(option_rows[row].value, option_rows[row].value_len)),
		"%s: %zu octets", option_rows[row].name, value.cbData);
}

START_TEST(an_option_is_told_now_and_on_4011)
{
	uint8_t first[PACKET], later[PACKET];
	PXE_BOOT_CLIENT client, second;
	PXE_BOOT_OCTETS value;

	read_with(option_rows[_i].options, option_rows[_i].len, first, &client);
	check_option(&client, _i);
	read_with("", 0, later, &second);
	ck_assert(!PxeBootClientOption(&second, option_rows[_i].code, option_rows[_i].sub, &value));
	facts_take(&client_rest(&second)->recalled, &client);
	facts_fill(&client_rest(&second)->recalled, &second);
	check_option(&second, _i);
	ck_assert(!PxeBootClientOption(NULL, 61, 0, &value));
	ck_assert(!PxeBootClientOption(&client, 61, 0, NULL));
	ck_assert(!PxeBootClientOption(&client, 61 + 0x10000, 0, &value));
	ck_assert(!PxeBootClientOption(&client, 61, 256, &value));
}
END_TEST

/* What is said again counts, and what does not fit is left out, whatever comes behind it. */
START_TEST(what_is_remembered_of_options_is_bounded)
{
	char options[2 + 200 + 5];
	uint8_t first[PACKET], later[PACKET];
	PXE_BOOT_CLIENT client, second;
	PXE_BOOT_OCTETS value;

	memcpy(options, "\x3d\xc8", 2);
	memset(options + 2, 'x', 200);
	memcpy(options + 202, "\x52\3\1\1a", 5);
	read_with(options, sizeof options, first, &client);
	read_with(VALUE("\x52\3\1\1b"), later, &second);
	facts_take(&client_rest(&second)->recalled, &client);
	facts_fill(&client_rest(&second)->recalled, &second);
	ck_assert(!PxeBootClientOption(&second, 61, 0, &value));
	ck_assert(PxeBootClientOption(&second, 82, 1, &value));
	ck_assert(octets_equal(value, octets_text("b")));
}
END_TEST

/* Relays may add more than one option holds, and several entries may look into it. */
START_TEST(an_option_in_parts_is_whole_for_all_who_look)
{
	enum { EACH = 240, WHOLE = 2 * (2 + EACH), FIRST = 255 };
	uint8_t whole[WHOLE] = { 1, EACH }, packet[PACKET];
	char options[WHOLE + 4] = { 82, (char)FIRST };
	PXE_BOOT_CLIENT client;
	PXE_BOOT_OCTETS value;

	memset(whole + 2, 'a', EACH);
	whole[2 + EACH] = 2;
	whole[3 + EACH] = EACH;
	memset(whole + 4 + EACH, 'b', EACH);
	memcpy(options + 2, whole, FIRST);
	options[2 + FIRST] = 82;
	options[3 + FIRST] = (char)(WHOLE - FIRST);
	memcpy(options + 4 + FIRST, whole + FIRST, WHOLE - FIRST);
	read_with(options, sizeof options, packet, &client);
	ck_assert(PxeBootClientOption(&client, 82, 1, &value));
	ck_assert(octets_equal(value, octets_of(whole + 2, EACH)));
	ck_assert(PxeBootClientOption(&client, 82, 2, &value));
	ck_assert(octets_equal(value, octets_of(whole + 4 + EACH, EACH)));
	ck_assert(PxeBootClientOption(&client, 82, 0, &value));
	ck_assert(octets_equal(value, octets_of(whole, WHOLE)));
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("the kit's reading");

	TEST_ROWS(tcase, a_network_of_ours_is_believed_on_its_own_link, rows);
	TEST_ROWS(tcase, an_option_is_told_now_and_on_4011, option_rows);
	tcase_add_test(tcase, what_is_remembered_of_options_is_bounded);
	tcase_add_test(tcase, an_option_in_parts_is_whole_for_all_who_look);
	return suite_run("kit/client", tcase);
}
