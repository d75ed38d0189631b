/* What clients that were offered something said, and how long it is known. */
#include <stdio.h>
#include <stdlib.h>

#include "suite.h"

#include "boot/facts.h"
#include "boot/memory.h"

/* ---- memory ---------------------------------------------------------------------------------- */

static const struct locals no_locals;

/* What a request came to, where a test does not say. */
#define OUR_ADDRESS(family) ((PXE_BOOT_IP){ { 10, 0, 0, 9 }, (family) == 6 ? 16 : 4 })

/* A client of IPv4 with a MAC. */
static PXE_BOOT_CLIENT a_client(const uint8_t mac[6])
{
	PXE_BOOT_CLIENT client = { .uFamily = 4,
				   .uArch = PXE_BOOT_ARCH_NONE,
				   .Mac = octets_of(mac, 6),
				   .Local = { { 10, 0, 0, 9 }, 4 },
				   .Network = { { 10, 0, 0, 2 }, 4 } };

	client_rest(&client)->key = client.Mac;
	return client;
}

/* The architecture that is remembered of a client, or -1. */
static int recalled(const struct memory *memory, PXE_BOOT_CLIENT *client, uint32_t now_s)
{
	const struct facts *facts;

	memory_identify(memory, client);
	facts = memory_find(memory, &no_locals, client, now_s);
	return facts && facts->has_arch ? facts->arch : -1;
}

static void note(struct memory *memory, PXE_BOOT_CLIENT *client, uint16_t arch, uint32_t now_s)
{
	client->uArch = arch;
	memory_identify(memory, client);
	memory_note(memory, &no_locals, client, now_s);
}

START_TEST(memory_lasts_two_minutes)
{
	static const uint8_t mac[6] = { 2, 0, 0, 0, 0, 1 }, other[6] = { 2, 0, 0, 0, 0, 2 };
	PXE_BOOT_CLIENT one = a_client(mac), two = a_client(other);
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
		PXE_BOOT_CLIENT client = a_client(mac);

		note(&memory, &client, (uint16_t)i, 1000 + i / 1000);
	}
	for (uint32_t i = 0; i < CLIENTS; i++) {
		uint8_t mac[6] = { 2, 0, 0, (uint8_t)(i >> 16), (uint8_t)(i >> 8), (uint8_t)i };
		PXE_BOOT_CLIENT client = a_client(mac);
		int arch = recalled(&memory, &client, 1100);

		ck_assert(arch == -1 || arch == (int)i);
		kept += arch == (int)i;
		kept_of_last += arch == (int)i && i >= CLIENTS - 1000;
	}
	ck_assert_int_le(kept, MEMORY_RECORDS);
	ck_assert_int_ge(kept, MEMORY_RECORDS * 9 / 10);
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

static PXE_BOOT_CLIENT identity(const char *mac, const char *uuid, const char *network)
{
	PXE_BOOT_CLIENT client = { .uFamily = strchr(network, ':') ? 6 : 4,
				   .uArch = PXE_BOOT_ARCH_NONE,
				   .Uuid = octets_of(uuid, uuid ? 16 : 0) };

	if (mac)
		client_rest(&client)->key = client.Mac = octets_of(mac, 6);
	client.Local = OUR_ADDRESS(client.uFamily);
	ck_assert(ip_parse(network, &client.Network));
	return client;
}

START_TEST(memory_serves_one_machine)
{
	PXE_BOOT_CLIENT first = identity(identities[_i].first.mac, identities[_i].first.uuid,
					 identities[_i].first.network);
	PXE_BOOT_CLIENT then = identity(identities[_i].then.mac, identities[_i].then.uuid,
					identities[_i].then.network);
	struct memory memory;

	ck_assert_int_eq(memory_init(&memory), 0);
	note(&memory, &first, 7, 1000);
	memory_identify(&memory, &then);
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
	PXE_BOOT_CLIENT one = identity(MAC_1, UUID_1, "10.0.0.2");
	PXE_BOOT_CLIENT two = identity(MAC_1, UUID_2, "10.0.0.2");
	PXE_BOOT_CLIENT any = identity(MAC_1, NULL, "10.0.0.2");
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

/* ---- floods, and strangers --------------------------------------------------------------------
 */

/* Two links of ours, and our addresses there. */
static struct local two_links[] = {
	{ { { 10, 1, 0, 1 }, 4 }, 16, "eth1" },
	{ { { 10, 2, 0, 2 }, 4 }, 16, "eth2" },
};
static const struct locals links = { two_links, 2 };

/* From where a client comes: our address on the link, and what it says of its network. */
struct origin {
	const char *local, *network;
	bool relayed;
};

static PXE_BOOT_CLIENT client_from(const struct origin *from, uint32_t number, uint8_t uuid[16])
{
	static uint8_t macs[2][6];
	uint8_t *mac = macs[number & 1];
	PXE_BOOT_CLIENT client = { .uFamily = 4,
				   .uArch = number & 0xffff,
				   .bRelayed = from->relayed };

	mac[0] = 2;
	memcpy(mac + 2, &number, 4);
	memset(uuid, 7, 16);
	memcpy(uuid, &number, 4);
	client_rest(&client)->key = client.Mac = octets_of(mac, 6);
	client.Uuid = octets_of(uuid, 16);
	ck_assert(ip_parse(from->local, &client.Local));
	ck_assert(ip_parse(from->network, &client.Network));
	return client;
}

static void offer(struct memory *memory, const struct origin *from, uint32_t number, uint32_t now_s)
{
	uint8_t uuid[16];
	PXE_BOOT_CLIENT client = client_from(from, number, uuid);

	memory_identify(memory, &client);
	memory_note(memory, &links, &client, now_s);
}

static bool known(const struct memory *memory, const struct origin *from, uint32_t number,
		  uint32_t now_s)
{
	uint8_t uuid[16];
	PXE_BOOT_CLIENT client = client_from(from, number, uuid);
	const struct facts *facts;

	memory_identify(memory, &client);
	facts = memory_find(memory, &links, &client, now_s);
	return facts && facts->arch == (number & 0xffff);
}

#define ETH1                                                                                       \
	{                                                                                          \
		"10.1.0.1", "10.1.0.1", false                                                      \
	}
#define ETH2                                                                                       \
	{                                                                                          \
		"10.2.0.2", "10.2.0.2", false                                                      \
	}
#define RELAY                                                                                      \
	{                                                                                          \
		"10.1.0.1", "172.16.5.1", true                                                     \
	}

static const struct {
	const char *name;
	struct origin honest, flood;
	bool before, amid; /* is a client known that was offered something before it, amid it? */
} floods[] = {
	{ "on another link", ETH1, ETH2, true, true },
	{ "on its own link", ETH1, ETH1, true, false },
	{ "by a relay", ETH1, RELAY, true, true },
	{ "by many relays", ETH1, { "10.1.0.1", NULL, true }, true, true },
	{ "by many relays, against one", RELAY, { "10.1.0.1", NULL, true }, true, false },
};

/* 40,000 made-up DISCOVERs in 8 s, each of a machine of its own, flushed what honest clients had
 * said: their requests to 4011 without options 93 and 97 were given another file. */
START_TEST(a_flood_flushes_no_honest_client)
{
	enum { FLOOD = 40000, SECONDS = 8, BEFORE = 1, AMID = 2 };
	struct origin flood = floods[_i].flood;
	struct memory memory;
	char relay[16];

	ck_assert_int_eq(memory_init(&memory), 0);
	offer(&memory, &floods[_i].honest, BEFORE, 1000);
	for (uint32_t i = 0; i < FLOOD; i++) {
		if (!floods[_i].flood.network) {
			snprintf(relay, sizeof relay, "172.%u.%u.1", 16 + i / 256 % 16, i % 256);
			flood.network = relay;
		}
		offer(&memory, &flood, 1000 + i, 1000 + i * SECONDS / FLOOD);
		if (i == 3 * FLOOD / 4)
			offer(&memory, &floods[_i].honest, AMID, 1006);
	}
	ck_assert_msg(known(&memory, &floods[_i].honest, BEFORE, 1008) == floods[_i].before,
		      "%s: before", floods[_i].name);
	ck_assert_msg(known(&memory, &floods[_i].honest, AMID, 1008) >= floods[_i].amid, "%s: amid",
		      floods[_i].name);
	memory_done(&memory);
}
END_TEST

/* What a request costs does not grow with those that have its name: the newest are looked at, and
 * it is one of them. */
START_TEST(of_one_name_the_newest_are_looked_at)
{
	enum { NETWORKS = 5000, MACHINE = 7 };
	struct origin from = { "10.1.0.1", NULL, true };
	struct memory memory;
	char relay[16];

	ck_assert_int_eq(memory_init(&memory), 0);
	for (int i = 0; i < NETWORKS; i++) {
		snprintf(relay, sizeof relay, "172.%d.%d.1", 16 + i / 256, i % 256);
		from.network = relay;
		offer(&memory, &from, MACHINE, 1000);
	}
	ck_assert(known(&memory, &from, MACHINE, 1001));
	from.network = "172.16.0.1";
	ck_assert(!known(&memory, &from, MACHINE, 1001));
	offer(&memory, &from, MACHINE, 1001);
	ck_assert(known(&memory, &from, MACHINE, 1001));
	memory_done(&memory);
}
END_TEST

/* Who says that it is in a network of ours, and came in on another link, is not believed: neither
 * by a relay's word (giaddr, option 82.5) nor by its own (option 118). */
static const struct {
	const char *name;
	struct origin first, then;
	bool same;
} strangers[] = {
	{ "another link", { "10.1.0.1", "10.2.0.7", false }, ETH2, false },
	{ "another link, as a relay", { "10.1.0.1", "10.2.0.7", true }, ETH2, false },
	{ "its own link", { "10.2.0.2", "10.2.0.7", false }, ETH2, true },
	{ "a network of no link", RELAY, { "10.1.0.1", "172.16.5.77", false }, true },
	{ "a network of no link, by another one",
	  { "10.2.0.2", "172.16.5.1", true },
	  { "10.1.0.1", "172.16.5.77", false },
	  true },
};

START_TEST(strangers_speak_for_nobody_else)
{
	struct memory memory;
	uint8_t uuid[16];
	PXE_BOOT_CLIENT first;

	ck_assert_int_eq(memory_init(&memory), 0);
	offer(&memory, &strangers[_i].first, 7, 1000);
	ck_assert_msg(known(&memory, &strangers[_i].then, 7, 1000) == strangers[_i].same, "%s",
		      strangers[_i].name);
	/* Nor do they make it forgotten. */
	offer(&memory, &strangers[_i].then, 7, 1000);
	first = client_from(&strangers[_i].first, 7, uuid);
	memory_identify(&memory, &first);
	memory_forget(&memory, &links, &first);
	ck_assert_msg(known(&memory, &strangers[_i].then, 7, 1000) != strangers[_i].same,
		      "%s: forget", strangers[_i].name);
	memory_done(&memory);
}
END_TEST

START_TEST(facts_fill_what_is_left_out)
{
	PXE_BOOT_OCTETS class = octets_text("PXEClient:Arch:00007:UNDI:003016");
	PXE_BOOT_OCTETS classes[] = { octets_text("iPXE"), octets_text("lab") };
	PXE_BOOT_CLIENT first = identity(MAC_1, UUID_1, "10.0.0.2"),
			bare = { .uFamily = 4, .uArch = PXE_BOOT_ARCH_NONE };
	PXE_BOOT_CLIENT full = { .uFamily = 4, .uArch = 9 };
	struct facts facts;

	client_rest(&full)->arch_said = true;
	first.bIpxe = TRUE;
	first.uArch = 7;
	first.VendorClasses[first.nVendorClasses++] = class;
	memcpy(first.UserClasses, classes, sizeof classes);
	first.nUserClasses = 2;
	facts_take(&facts, &first);

	bare.VendorClasses[bare.nVendorClasses++] = octets_text("PXEClient");
	facts_fill(&facts, &bare);
	ck_assert(bare.uArch == 7 && bare.bIpxe && bare.nUserClasses == 2);
	ck_assert(octets_equal(bare.VendorClasses[0], class));
	ck_assert(octets_equal(bare.UserClasses[1], classes[1]));
	ck_assert_int_eq(memcmp(bare.Uuid.pData, UUID_1, 16), 0);
	ck_assert(octets_equal(bare.Mac, first.Mac));

	full.VendorClasses[full.nVendorClasses++] = octets_text("PXEClient:other");
	full.UserClasses[full.nUserClasses++] = octets_text("mine");
	facts_fill(&facts, &full);
	ck_assert_int_eq(full.uArch, 9);
	ck_assert(octets_equal(full.VendorClasses[0], octets_text("PXEClient:other")));
	ck_assert(full.nUserClasses == 1 && octets_equal(full.UserClasses[0], octets_text("mine")));
}
END_TEST

/* What does not fit is left out, and the rest is as it was. */
START_TEST(facts_are_bounded)
{
	static uint8_t text[255];
	PXE_BOOT_CLIENT first = { .uFamily = 6 }, then = { .uFamily = 6 };
	struct facts facts;

	first.VendorClasses[first.nVendorClasses++] = octets_of(text, 255);
	for (int i = 0; i < PXE_BOOT_LIST_MAX; i++)
		first.UserClasses[first.nUserClasses++] = octets_of(text, 20);
	facts_take(&facts, &first);
	facts_fill(&facts, &then);
	ck_assert_uint_eq(then.nVendorClasses, 0);
	ck_assert_uint_eq(then.nUserClasses, FACTS_TEXTS / 21);
	ck_assert_uint_eq(then.UserClasses[5].cbData, 20);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("the kit's memory");

	tcase_add_test(tcase, memory_lasts_two_minutes);
	tcase_add_test(tcase, memory_is_bounded_and_forgets_the_oldest);
	TEST_ROWS(tcase, memory_serves_one_machine, identities);
	tcase_add_test(tcase, memory_serves_the_newest);
	TEST_ROWS(tcase, a_flood_flushes_no_honest_client, floods);
	TEST_ROWS(tcase, strangers_speak_for_nobody_else, strangers);
	tcase_add_test(tcase, of_one_name_the_newest_are_looked_at);
	tcase_add_test(tcase, facts_fill_what_is_left_out);
	tcase_add_test(tcase, facts_are_bounded);
	return suite_run("kit/memory", tcase);
}
