/* The parts of bootfile that need no packet: what an admin writes, hosts, memory, names, the hash.
 */
#include <stdlib.h>

#include "suite.h"

#include "../../providers/bootfile/arch.h"
#include "../../providers/bootfile/facts.h"
#include "../../providers/bootfile/hosts.h"
#include "../../providers/bootfile/keyed_hash.h"
#include "../../providers/bootfile/memory.h"
#include "../../providers/bootfile/name.h"
#include "../../providers/bootfile/pattern.h"
#include "../../providers/bootfile/server.h"

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
	{ "5254.0077.0001", 6 },
	{ "525400770001", 6 },
	{ "52:54:00:*:*:*", 3 },
	{ "52-*-*-*-*-*", 1 },
	{ "52:54:00:*:*", -1 },
	{ "52:54:00:*:*:*:*", -1 },
	{ "52:*:00:77:00:01", -1 },
	{ "5254.00770001", -1 },
	{ "52540077.0001", -1 },
	{ "5254007700", -1 },
	{ "52540077000102", -1 },
	{ "01-52-54-00-77-00-01", -1 },
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

/* W16: PXE and HTTP Boot are two codes of one machine. */
START_TEST(architectures_come_in_pairs)
{
	static const char http[] = "-http";

	for (uint16_t i = 0; i <= 41; i++) {
		const char *name = arch_name(i), *end = name + strlen(name) - (sizeof http - 1);
		bool is_http = end > name && strcmp(end, http) == 0;
		uint16_t other = arch_by_class(i, !is_http);

		ck_assert_uint_eq(arch_by_class(i, is_http), i);
		if (other == i)
			continue; /* has no other half */
		ck_assert_uint_eq(arch_by_class(other, is_http), i);
		ck_assert_msg(is_http ? strncmp(name, arch_name(other), (size_t)(end - name)) == 0
				      : strncmp(name, arch_name(other), strlen(name)) == 0,
			      "%s, %s", name, arch_name(other));
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

static const struct locals no_locals;

/* A client of IPv4 with a MAC. */
static struct client a_client(const uint8_t mac[6])
{
	struct client client = { .family = FAMILY_4,
				 .key = octets_of(mac, 6),
				 .mac = octets_of(mac, 6),
				 .network = { { 10, 0, 0, 2 }, 4 } };

	return client;
}

/* The architecture that is remembered of a client, or -1. */
static int recalled(const struct memory *memory, const struct client *client, uint32_t now_s)
{
	const struct facts *facts = memory_find(memory, &no_locals, client, now_s);

	return facts && facts->has_arch ? facts->arch : -1;
}

static void note(struct memory *memory, struct client *client, uint16_t arch, uint32_t now_s)
{
	client->has_arch = true;
	client->arch = arch;
	memory_note(memory, &no_locals, client, now_s);
}

START_TEST(memory_lasts_two_minutes)
{
	static const uint8_t mac[6] = { 2, 0, 0, 0, 0, 1 }, other[6] = { 2, 0, 0, 0, 0, 2 };
	struct client one = a_client(mac), two = a_client(other);
	struct memory memory;

	ck_assert_int_eq(memory_init(&memory), 0);
	ck_assert_int_eq(recalled(&memory, &one, 1000), -1);
	note(&memory, &one, 7, 1000);
	ck_assert_int_eq(recalled(&memory, &one, 1000), 7);
	ck_assert_int_eq(recalled(&memory, &one, 1119), 7);
	ck_assert_int_eq(recalled(&memory, &one, 1120), -1);
	ck_assert_int_eq(recalled(&memory, &two, 1000), -1);
	note(&memory, &one, 8, 1001);
	ck_assert_int_eq(recalled(&memory, &one, 1001), 8);
	memory_forget(&memory, &no_locals, &one);
	ck_assert_int_eq(recalled(&memory, &one, 1001), -1);
	memory_done(&memory);
}
END_TEST

START_TEST(memory_is_bounded_and_forgets_the_oldest)
{
	enum { CLIENTS = 65536 };
	struct memory memory;
	int kept = 0, kept_of_last = 0;

	ck_assert_int_eq(memory_init(&memory), 0);
	for (uint32_t i = 0; i < CLIENTS; i++) {
		uint8_t mac[6] = { 2, 0, 0, (uint8_t)(i >> 16), (uint8_t)(i >> 8), (uint8_t)i };
		struct client client = a_client(mac);

		note(&memory, &client, (uint16_t)i, 1000 + i / 1000);
	}
	for (uint32_t i = 0; i < CLIENTS; i++) {
		uint8_t mac[6] = { 2, 0, 0, (uint8_t)(i >> 16), (uint8_t)(i >> 8), (uint8_t)i };
		struct client client = a_client(mac);
		int arch = recalled(&memory, &client, 1100);

		ck_assert(arch == -1 || arch == (int)i);
		kept += arch == (int)i;
		kept_of_last += arch == (int)i && i >= CLIENTS - 1000;
	}
	ck_assert_int_le(kept, MEMORY_SETS * MEMORY_WAYS);
	ck_assert_int_ge(kept, MEMORY_SETS * MEMORY_WAYS * 9 / 10);
	ck_assert_int_ge(kept_of_last, 990);
	memory_done(&memory);
}
END_TEST

/* W1: a record serves one machine: MAC (or DUID), UUID and network agree, as far as both say them.
 */
#define MAC_1  "\2\0\0\0\0\1"
#define MAC_2  "\2\0\0\0\0\2"
#define UUID_1 "0123456789abcdef"
#define UUID_2 "0123456789abcdeF"

static const struct {
	const char *name;
	struct {
		const char *mac, *uuid, *network;
	} first, then;
	bool same;
} identities[] = {
	{ "nothing differs", { MAC_1, UUID_1, "10.0.0.2" }, { MAC_1, UUID_1, "10.0.0.2" }, true },
	{ "one UUID, two MACs",
	  { MAC_1, UUID_1, "10.0.0.2" },
	  { MAC_2, UUID_1, "10.0.0.2" },
	  false },
	{ "one MAC, two UUIDs",
	  { MAC_1, UUID_1, "10.0.0.2" },
	  { MAC_1, UUID_2, "10.0.0.2" },
	  false },
	{ "the UUID is left out",
	  { MAC_1, UUID_1, "10.0.0.2" },
	  { MAC_1, NULL, "10.0.0.2" },
	  true },
	{ "the UUID is new", { MAC_1, NULL, "10.0.0.2" }, { MAC_1, UUID_1, "10.0.0.2" }, true },
	{ "the MAC is left out",
	  { MAC_1, UUID_1, "10.0.0.2" },
	  { NULL, UUID_1, "10.0.0.2" },
	  true },
	{ "the MAC is left out, another UUID",
	  { MAC_1, UUID_1, "10.0.0.2" },
	  { NULL, UUID_2, "10.0.0.2" },
	  false },
	{ "another host of the network",
	  { MAC_1, NULL, "10.0.0.1" },
	  { MAC_1, NULL, "10.0.0.99" },
	  true },
	{ "another network", { MAC_1, UUID_1, "10.0.0.1" }, { MAC_1, UUID_1, "10.0.1.99" }, false },
	{ "another network of IPv6",
	  { MAC_1, NULL, "fd77::1" },
	  { MAC_1, NULL, "fd78::1" },
	  false },
	{ "one network of IPv6", { MAC_1, NULL, "fd77::1" }, { MAC_1, NULL, "fd77::5:1" }, true },
};

static struct client identity(const char *mac, const char *uuid, const char *network)
{
	struct client client = { .family = strchr(network, ':') ? FAMILY_6 : FAMILY_4,
				 .uuid = (const uint8_t *)uuid };

	if (mac)
		client.key = client.mac = octets_of(mac, 6);
	ck_assert(address_parse(network, &client.network));
	return client;
}

START_TEST(memory_serves_one_machine)
{
	struct client first = identity(identities[_i].first.mac, identities[_i].first.uuid,
				       identities[_i].first.network);
	struct client then = identity(identities[_i].then.mac, identities[_i].then.uuid,
				      identities[_i].then.network);
	struct memory memory;

	ck_assert_int_eq(memory_init(&memory), 0);
	note(&memory, &first, 7, 1000);
	memory_forget(&memory, &no_locals, &then); /* no more than it would be served by it */
	ck_assert_msg((recalled(&memory, &first, 1000) == -1) == identities[_i].same, "%s: forget",
		      identities[_i].name);
	note(&memory, &first, 7, 1000);
	ck_assert_msg((recalled(&memory, &then, 1000) == 7) == identities[_i].same, "%s",
		      identities[_i].name);
	memory_done(&memory);
}
END_TEST

/* The newer of two records that both can be meant. */
START_TEST(memory_serves_the_newest)
{
	struct client one = identity(MAC_1, UUID_1, "10.0.0.2");
	struct client two = identity(MAC_1, UUID_2, "10.0.0.2");
	struct client any = identity(MAC_1, NULL, "10.0.0.2");
	struct memory memory;

	ck_assert_int_eq(memory_init(&memory), 0);
	note(&memory, &one, 1, 1000);
	note(&memory, &two, 2, 1001);
	ck_assert_int_eq(recalled(&memory, &any, 1001), 2);
	note(&memory, &one, 3, 1002);
	ck_assert_int_eq(recalled(&memory, &any, 1002), 3);
	ck_assert_int_eq(recalled(&memory, &two, 1002), 2);
	memory_done(&memory);
}
END_TEST

START_TEST(facts_fill_what_is_left_out)
{
	struct octets class = octets_text("PXEClient:Arch:00007:UNDI:003016");
	struct octets classes[] = { octets_text("iPXE"), octets_text("lab") };
	struct client first = identity(MAC_1, UUID_1, "10.0.0.2"), bare = { .family = FAMILY_4 };
	struct client full = { .family = FAMILY_4, .arch_said = true, .has_arch = true, .arch = 9 };
	struct facts facts;

	first.has_arch = first.ipxe = true;
	first.arch = 7;
	first.vendor_classes[first.n_vendor_classes++] = class;
	memcpy(first.user_classes, classes, sizeof classes);
	first.n_user_classes = 2;
	facts_take(&facts, &first);

	bare.vendor_classes[bare.n_vendor_classes++] = octets_text("PXEClient");
	facts_fill(&facts, &bare);
	ck_assert(bare.has_arch && bare.arch == 7 && bare.ipxe && bare.n_user_classes == 2);
	ck_assert(octets_equal(bare.vendor_classes[0], class));
	ck_assert(octets_equal(bare.user_classes[1], classes[1]));
	ck_assert_int_eq(memcmp(bare.uuid, UUID_1, 16), 0);
	ck_assert(octets_equal(bare.mac, first.mac));

	full.vendor_classes[full.n_vendor_classes++] = octets_text("PXEClient:other");
	full.user_classes[full.n_user_classes++] = octets_text("mine");
	facts_fill(&facts, &full);
	ck_assert_int_eq(full.arch, 9);
	ck_assert(octets_equal(full.vendor_classes[0], octets_text("PXEClient:other")));
	ck_assert(full.n_user_classes == 1 &&
		  octets_equal(full.user_classes[0], octets_text("mine")));
}
END_TEST

/* What does not fit is left out, and the rest is as it was. */
START_TEST(facts_are_bounded)
{
	static uint8_t text[255];
	struct client first = { .family = FAMILY_6 }, then = { .family = FAMILY_6 };
	struct facts facts;

	first.vendor_classes[first.n_vendor_classes++] = octets_of(text, 255);
	for (int i = 0; i < CLIENT_LIST_MAX; i++)
		first.user_classes[first.n_user_classes++] = octets_of(text, 20);
	facts_take(&facts, &first);
	facts_fill(&facts, &then);
	ck_assert_uint_eq(then.n_vendor_classes, 0);
	ck_assert_uint_eq(then.n_user_classes, FACTS_TEXTS / 21);
	ck_assert_uint_eq(then.user_classes[5].len, 20);
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
		{ { { { 10, 55, 0, 2 }, 4 }, 16 }, "eth1" },
		{ { { { 10, 77, 0, 2 }, 4 }, 24 }, "eth1" },
		{ { { { 10, 88, 0, 2 }, 4 }, 25 }, "eth2" },
		{ { { { 0xfd, 0x77, [15] = 2 }, 16 }, 64 }, "eth1" },
		{ { { { 0xfd, 0x88, [15] = 2 }, 16 }, 64 }, "eth1" },
	};
	struct locals locals = { at, sizeof at / sizeof *at };
	struct address a, b;

	ck_assert(address_parse(wires[_i].a, &a) && address_parse(wires[_i].b, &b));
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
		{ { { { 10, 55, 0, 2 }, 4 }, 24 }, "eth1" },
		{ { { { 10, 77, 0, 2 }, 4 }, 24 }, "eth1" },
		{ { { { 10, 88, 0, 2 }, 4 }, 24 }, "eth2" },
		{ { { { 0xfd, 0x77, [15] = 2 }, 16 }, 64 }, "eth1" },
		{ { { { 0xfd, 0x88, [15] = 2 }, 16 }, 64 }, "eth1" },
	};
	struct locals locals = { at, sizeof at / sizeof *at };
	struct server server = { .automatic = strcmp(named[_i].server, "auto") == 0 };
	struct address address, local, wanted;

	if (!server.automatic) {
		ck_assert(address_parse(named[_i].server, &address));
		*(address.len == 4 ? &server.four : &server.sixteen) = address;
	}
	ck_assert(address_parse(named[_i].local, &local));
	ck_assert(address_parse(named[_i].named, &wanted));
	ck_assert_int_eq(memcmp(server_identity(&server, &locals, &local), &wanted, wanted.len), 0);
}
END_TEST

START_TEST(locals_are_those_of_this_host)
{
	struct address loopback, nobodys;
	struct locals locals;

	ck_assert(address_parse("127.0.0.1", &loopback) && address_parse("192.0.2.77", &nobodys));
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
	tcase_add_test(tcase, architectures_come_in_pairs);
	tcase_add_test(tcase, every_architecture_has_its_own_name);
	tcase_add_test(tcase, candidates_come_in_the_settings_order);
	tcase_add_test(tcase, memory_lasts_two_minutes);
	tcase_add_test(tcase, memory_is_bounded_and_forgets_the_oldest);
	TEST_ROWS(tcase, memory_serves_one_machine, identities);
	tcase_add_test(tcase, memory_serves_the_newest);
	tcase_add_test(tcase, facts_fill_what_is_left_out);
	tcase_add_test(tcase, facts_are_bounded);
	TEST_ROWS(tcase, one_wire_or_not, wires);
	TEST_ROWS(tcase, we_are_named_by_our_address_that_the_server_says, named);
	tcase_add_test(tcase, locals_are_those_of_this_host);
	tcase_add_test(tcase, names_are_made);
	return suite_run("bootfile/parts", tcase);
}
