/* What clients that were offered something said, and how long it is known. */
#include <stdlib.h>

#include "suite.h"

#include "boot/client.h"

/* ---- memory ---------------------------------------------------------------------------------- */

static const struct locals no_locals;

/* A client of IPv4 with a MAC. */
static PXE_BOOT_CLIENT a_client(const uint8_t mac[6])
{
	PXE_BOOT_CLIENT client = { .uFamily = 4,
				   .uArch = PXE_BOOT_ARCH_NONE,
				   .Mac = octets_of(mac, 6),
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

static PXE_BOOT_CLIENT identity(const char *mac, const char *uuid, const char *network)
{
	PXE_BOOT_CLIENT client = { .uFamily = strchr(network, ':') ? 6 : 4,
				   .uArch = PXE_BOOT_ARCH_NONE,
				   .Uuid = octets_of(uuid, uuid ? 16 : 0) };

	if (mac)
		client_rest(&client)->key = client.Mac = octets_of(mac, 6);
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
	tcase_add_test(tcase, facts_fill_what_is_left_out);
	tcase_add_test(tcase, facts_are_bounded);
	return suite_run("kit/memory", tcase);
}
