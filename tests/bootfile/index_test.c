/* The index of bootfile's entries: whoever it finds, a walk over all entries finds, and nobody
 * else; by random settings and random clients, made of so few values that they meet. */
#include <stdio.h>
#include <stdlib.h>

#include <wdspxe-host.h>

#include "scratch.h"
#include "suite.h"

#include "../../providers/bootfile/condition.h"
#include "../../providers/bootfile/machines.h"
#include "../../providers/bootfile/match.h"

enum { TEXT_SIZE = 1 << 20, CLIENTS = 60 };

static uint64_t state = 1;

/* A number below n: the same ones in each run. */
static unsigned any(unsigned n)
{
	state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (unsigned)((state >> 33) % n);
}

/* How many different values there are: few of them are shared by many entries. */
static unsigned wealth;

/* In place of the kit's: the interface is that of the address. */
BOOL PXEAPI PxeBootInterface(PXE_BOOT *pBoot, const PXE_BOOT_CLIENT *pClient,
			     CHAR szInterface[PXE_BOOT_INTERFACE_SIZE])
{
	(void)pBoot;
	snprintf(szInterface, PXE_BOOT_INTERFACE_SIZE, "eth%u", pClient->Local.bAddress[3] % 4u);
	return pClient->Local.uAddrLen != 0;
}

/* In place of the kit's: what the client's test put there, in each option alike. */
BOOL PXEAPI PxeBootClientOption(const PXE_BOOT_CLIENT *pClient, ULONG uCode, ULONG uSubCode,
				PXE_BOOT_OCTETS *pValue)
{
	const BYTE *at = pClient->Kit.bOctets;

	(void)uCode, (void)uSubCode;
	*pValue = octets_of(at + 1, at[0]);
	return at[0] > 0;
}

/* ---- settings -------------------------------------------------------------------------------- */

static void mac_text(char *out)
{
	if (any(4) > 0)
		sprintf(out, "\"02:00:00:00:%02x:%02x\"", any(wealth) / 7, any(7));
	else if (any(4) == 0)
		sprintf(out, "\"0%u:*:00:00:*:%02x\"", any(2) ? 2 : 4, any(7));
	else if (any(2))
		sprintf(out, "\"02:00:00:00:%02x:*\"", any(wealth) / 7);
	else
		sprintf(out, "\"%s\"", any(2) ? "02:00:*" : "04:*");
}

static void uuid_text(char *out)
{
	static const char *const beginnings[] = { "3b6c*", "526c1a3b-*", "*", "3b6c1a52-7f0e-*",
						  "3b6c1a52-7f0f-*" };

	if (any(6) == 0) {
		sprintf(out, "\"%s\"", beginnings[any(5)]);
		return;
	}
	sprintf(out, "\"3b6c1a52-7f0e-4d8b-9a41-5254007700%02x\"", any(wealth));
}

static void arch_text(char *out)
{
	sprintf(out, "%u", any(3) + 7 * any(2));
}

static void user_class_text(char *out)
{
	sprintf(out, "\"class%u\"", any(wealth) % 5);
}

static void vendor_class_text(char *out)
{
	static const char *const classes[] = { "P", "PXEClient", "PXEClient:Arch:00007:UNDI",
					       "HTTPClient", "PXEClient:Arch:0000" };

	sprintf(out, "\"%s\"", classes[any(5)]);
}

static void subnet_text(char *out)
{
	if (any(8) == 0)
		sprintf(out, "\"fd77:0:0:%x::/%u\"", any(wealth), 48 + 4 * any(5));
	else
		sprintf(out, "\"10.%u.%u.0/%u\"", any(2), any(wealth) % 200, 8 + 4 * any(5));
}

static void interface_text(char *out)
{
	sprintf(out, "\"eth%u\"", any(4));
}

static void family_text(char *out)
{
	sprintf(out, "%u", any(2) ? 4 : 6);
}

static void duid_text(char *out)
{
	sprintf(out, "\"000301%02x\"", any(wealth));
}

static void id_text(char *out)
{
	static const char *const forms[] = { "\"p%u\"", "\"p%u*\"", "\"0x703%u\"",
					     "\"text:\\x01p%u\"" };
	unsigned form = any(5);

	if (form == 4)
		strcpy(out, "\"00:70:*\"");
	else
		sprintf(out, forms[form], any(8));
}

enum { GROUPS = 8, MACS_OF_GROUP = 2 };

static void group_text(char *out)
{
	if (any(6) == 0)
		strcpy(out, "\"*\"");
	else
		sprintf(out, "\"g%u\"", any(GROUPS));
}

static const struct {
	const char *name;
	void (*text)(char *out);
	unsigned rarity;
} rows[] = {
	{ "mac", mac_text, 3 },
	{ "uuid", uuid_text, 6 },
	{ "arch", arch_text, 2 },
	{ "user-class", user_class_text, 4 },
	{ "vendor-class", vendor_class_text, 4 },
	{ "subnet", subnet_text, 3 },
	{ "interface", interface_text, 6 },
	{ "circuit-id", id_text, 5 },
	{ "client-id", id_text, 9 },
	{ "group", group_text, 4 },
	{ "family", family_text, 8 },
	{ "duid", duid_text, 12 },
};

enum { N_ROWS = sizeof rows / sizeof *rows };

static char *condition_write(size_t row, char *out)
{
	unsigned members = any(12) == 0 ? 5 + any(20) : 1 + any(2);

	out += sprintf(out, " %s = [ ", rows[row].name);
	for (unsigned i = 0; i < members; i++) {
		char text[80];

		rows[row].text(text);
		out += sprintf(out, "%s%s", i ? ", " : "", text);
	}
	return out + sprintf(out, " ];");
}

/* Groups of conditions, none of which may hold. */
static char *not_write(char *out)
{
	unsigned groups = any(3) == 0 ? 2 : 1;

	out += sprintf(out, " not = (");
	for (unsigned i = 0; i < groups; i++) {
		out += sprintf(out, "%s {", i ? "," : "");
		out = condition_write(any(N_ROWS - 2), out);
		out += sprintf(out, " }");
	}
	return out + sprintf(out, " );");
}

static struct settings settings_made(unsigned entries)
{
	static char text[TEXT_SIZE];
	char *out = text + sprintf(text, "name = \"b\";\nmodule = \"/b.so\";\n"
					 "settings = { boot = (\n");
	struct settings settings;
	HKEY key;

	for (unsigned i = 0; i < entries; i++) {
		out += sprintf(out, "%s{", i ? ",\n" : "");
		/* The last one is a DUID, which IPv4 has not. */
		for (size_t row = 0, n = 0; row < N_ROWS; row++)
			if (any(rows[row].rarity) == 0 && (row < N_ROWS - 1 || n < N_ROWS - 1)) {
				out = condition_write(row, out);
				n = row == N_ROWS - 2 ? N_ROWS : n;
			}
		if (any(3) == 0)
			out = not_write(out);
		out += sprintf(out, any(4) ? " action = \"reject\"; }" : " file = \"a\"; }");
		ck_assert_int_lt(out - text, TEXT_SIZE - 8192);
	}
	sprintf(out, " ); };\n");
	scratch_make();
	ck_assert_uint_eq(PxeHostKeyOpen(scratch_write("b.conf", text), &key), ERROR_SUCCESS);
	ck_assert_int_eq(settings_compile(NULL, key, &settings), 0);
	PxeHostKeyClose(key);
	scratch_remove();
	settings_settle(&settings);
	return settings;
}

/* Who is in the groups: a machine may be in several, and most are in one. */
static struct machines *machines_made(const struct settings *settings)
{
	static char names[GROUPS][8];
	static struct mac_pattern macs[GROUPS + 1][MACS_OF_GROUP];
	struct source of[GROUPS + 1] = { { .path = NULL } };
	const struct sources sources = { of, GROUPS + 1, "settings" };
	struct told told = { 0, 0 };
	struct machines *machines;
	char text[80];

	for (unsigned i = 0; i <= GROUPS; i++) {
		of[i] = (struct source){ .macs = { macs[i], MACS_OF_GROUP } };
		if (i < GROUPS) { /* the last ones are listed, and in no group */
			snprintf(names[i], sizeof names[i], "g%u", i);
			of[i].group = names[i];
		}
		for (unsigned j = 0; j < MACS_OF_GROUP; j++) {
			mac_text(text);
			text[strlen(text) - 1] = '\0';
			ck_assert(mac_parse(text + 1, &macs[i][j]));
		}
	}
	ck_assert_int_eq(
		machines_read(NULL, &told, &sources, NULL, &settings->index.secret, &machines), 0);
	return machines;
}

/* ---- clients --------------------------------------------------------------------------------- */

static const struct uuid_pattern *uuid_any(void)
{
	static struct uuid_pattern uuid;
	char text[80];

	do
		uuid_text(text);
	while (strchr(text, '*'));
	text[37] = '\0';
	ck_assert(uuid_parse(text + 1, &uuid));
	return &uuid;
}

static PXE_BOOT_IP network_any(void)
{
	PXE_BOOT_IP ip = { { 0xfd, 0x77, 0, 0, 0, 0, 0, (BYTE)any(wealth), 1 }, 16 };

	if (any(8))
		ip = (PXE_BOOT_IP){ { 10, (BYTE)any(2), (BYTE)(any(wealth) % 200), 9 }, 4 };
	if (any(30) == 0)
		ip.uAddrLen = 0;
	return ip;
}

struct machine_octets {
	uint8_t mac[6], duid[4], uuid[UUID_LEN];
	char classes[2][16];
};

static void client_make(PXE_BOOT_CLIENT *client, struct machine_octets *octets)
{
	static const char *const classes[] = { "PXEClient:Arch:00007:UNDI:003016", "PX", "",
					       "HTTPClient:Arch:00016", "PXEClient" };
	static const ULONG archs[] = { 0, 1, 2, 7, 8, 9, PXE_BOOT_ARCH_NONE };
	const struct uuid_pattern *uuid = uuid_any();
	char *id = (char *)client->Kit.bOctets + 1;

	memset(client, 0, sizeof *client);
	client->cbSize = sizeof *client;
	client->uFamily = any(4) ? 4 : 6;
	client->uArch = archs[any(7)];
	client->uClass = any(3) ? PXE_BOOT_CLASS_PXE : PXE_BOOT_CLASS_HTTP;
	memcpy(octets->mac,
	       (uint8_t[]){ any(8) ? 2 : 4, 0, 0, 0, (uint8_t)(any(wealth) / 7), (uint8_t)any(7) },
	       6);
	memcpy(octets->duid, (uint8_t[]){ 0, 3, 1, (uint8_t)any(wealth) }, 4);
	if (any(10))
		client->Mac = octets_of(octets->mac, 6);
	uuid_straight(uuid, octets->uuid);
	if (any(3))
		client->Uuid = octets_of(any(2) ? uuid->turned : octets->uuid, UUID_LEN);
	if (client->uFamily == 6)
		client->Duid = octets_of(octets->duid, 4);
	if (any(3)) /* "p7", or with the type of a client id before it */
		client->Kit.bOctets[0] = (BYTE)(any(2) ? sprintf(id, "p%u", any(8))
						       : sprintf(id, "%cp%u", any(2), any(8)));
	client->Local = (PXE_BOOT_IP){ { 10, 0, 0, (BYTE)any(8) }, any(20) ? 4 : 0 };
	client->Network = network_any();
	client->nVendorClasses = any(3);
	for (unsigned i = 0; i < client->nVendorClasses; i++)
		client->VendorClasses[i] = octets_text(classes[any(5)]);
	client->nUserClasses = any(3);
	for (unsigned i = 0; i < client->nUserClasses; i++) {
		snprintf(octets->classes[i], sizeof octets->classes[i], "class%u", any(6));
		client->UserClasses[i] = octets_text(octets->classes[i]);
	}
}

/* ---- the walk -------------------------------------------------------------------------------- */

/* By the lists themselves, and by none of the sets that an index makes of them. */
static bool any_excludes(const struct surroundings *around, const struct entry *entry,
			 const PXE_BOOT_CLIENT *client)
{
	const struct nots *nots = entry_nots(entry);

	for (size_t i = 0; i < nots->n; i++)
		for (size_t row = 0; row < n_conditions; row++) {
			const union list *list = entry_list(&nots->at[i], row, false);

			if (list && conditions[row].holds(around, list, client))
				return true;
		}
	return false;
}

static bool all_hold(const struct surroundings *around, const struct entry *entry,
		     const PXE_BOOT_CLIENT *client)
{
	for (size_t row = 0; row < n_conditions; row++) {
		const union list *list = entry_list(entry, row, false);

		if (list && row != CONDITION_NOT && !conditions[row].holds(around, list, client))
			return false;
	}
	return !any_excludes(around, entry, client) &&
	       (!entry_serves(entry) || !PxeBootObstacle(client, &entry->gives->answer));
}

static const struct entry *walked(const struct surroundings *around, const PXE_BOOT_CLIENT *client)
{
	const struct settings *settings = around->settings;

	for (uint32_t i = 0; i < settings->n_entries; i++)
		if (all_hold(around, &settings->entries[i], client))
			return &settings->entries[i];
	return NULL;
}

static const struct {
	unsigned entries, wealth;
} sizes[] = { { 3, 4 },    { 9, 4 },     { 20, 3 },   { 64, 3 },    { 65, 200 },
	      { 100, 30 }, { 150, 256 }, { 300, 10 }, { 400, 250 }, { 500, 60 } };

START_TEST(the_index_finds_what_a_walk_finds)
{
	unsigned wrong = 0, matched = 0, grouped = 0;

	for (unsigned round = 0; round < 6; round++) {
		struct settings settings;
		struct machines *machines;
		struct whose whose;
		const struct surroundings around = { &settings, NULL, &whose };

		state = (uint64_t)_i * 100 + round + 1;
		wealth = sizes[_i].wealth;
		settings = settings_made(sizes[_i].entries);
		machines = machines_made(&settings);
		for (unsigned i = 0; i < 2 * CLIENTS; i++) {
			struct machine_octets octets;
			PXE_BOOT_CLIENT client;
			const struct entry *entry;

			client_make(&client, &octets);
			machines_find(machines, &client, &whose);
			entry = walked(&around, &client);
			settings.index.few = i < CLIENTS && sizes[_i].entries <= 8;
			wrong += match_find(&around, &client) != entry;
			matched += entry != NULL;
			grouped += entry && entry_has(entry, CONDITION_GROUP);
		}
		machines_free(machines);
		settings_done(&settings);
	}
	ck_assert_uint_eq(wrong, 0);
	ck_assert_uint_gt(matched, 20);
	if (sizes[_i].entries > 8) /* of fewer, no entry may be for a group */
		ck_assert_uint_gt(grouped, 0);
}
END_TEST

/* ---- who may have been meant ----------------------------------------------------------------- */

static struct settings compiled(const char *entries)
{
	char text[4096];
	struct settings settings;
	HKEY key;

	snprintf(text, sizeof text,
		 "name = \"b\";\nmodule = \"/b.so\";\nsettings = { boot = (\n%s\n); };\n", entries);
	scratch_make();
	ck_assert_uint_eq(PxeHostKeyOpen(scratch_write("b.conf", text), &key), ERROR_SUCCESS);
	ck_assert_int_eq(settings_compile(NULL, key, &settings), 0);
	PxeHostKeyClose(key);
	scratch_remove();
	return settings;
}

START_TEST(candidates_come_in_the_settings_order)
{
	static const uint8_t mac[] = { 2, 0, 0, 0, 0, 1 };
	static const int known[] = { 1, 2, 3, 4, 5, 6, -1 }, stranger[] = { 1, 5, -1 };
	struct settings settings =
		compiled("{ mac = \"02:00:00:00:00:02\"; file = \"a\"; },\n"
			 "{ arch = 0; file = \"a\"; },\n"
			 "{ mac = \"02:00:00:00:00:01\"; file = \"a\"; },\n"
			 "{ uuid = \"3b6c1a52-7f0e-4d8b-9a41-525400770001\"; file = \"a\"; },\n"
			 "{ mac = \"02:00:00:00:00:01\";\n"
			 "  uuid = \"3b6c1a52-7f0e-4d8b-9a41-525400770001\"; file = \"a\"; },\n"
			 "{ mac = [ \"02:00:00:00:00:01\", \"02:*\" ]; file = \"a\"; },\n"
			 "{ mac = \"02:00:00:00:00:01\"; arch = 7; file = \"a\"; }");
	PXE_BOOT_CLIENT client = { .Mac = octets_of(mac, 6) };
	const struct surroundings around = { &settings, NULL, NULL };
	uint8_t straight[UUID_LEN];
	struct uuid_pattern uuid;
	struct candidates candidates;

	ck_assert(uuid_parse("3b6c1a52-7f0e-4d8b-9a41-525400770001", &uuid));
	uuid_straight(&uuid, straight);
	client.Uuid = octets_of(straight, UUID_LEN);
	candidates = match_candidates(&around, &client);
	for (int i = 0; i < 7; i++)
		ck_assert_int_eq(index_next(&candidates), known[i]);
	client.Mac = client.Uuid = octets_of(NULL, 0);
	candidates = match_candidates(&around, &client);
	for (int i = 0; i < 3; i++)
		ck_assert_int_eq(index_next(&candidates), stranger[i]);
	settings_done(&settings);
}
END_TEST

/* ---- sets ------------------------------------------------------------------------------------ */

struct sample {
	struct member member;
	uint8_t octets[24];
};

static void sample_make(struct sample *sample)
{
	size_t len = any(3) ? 6 : 24;

	memset(sample, 0, sizeof *sample);
	for (size_t i = 0; i < len; i++)
		sample->octets[i] = (uint8_t)any(2);
	sample->member.form = (enum member_form)any(len == 6 ? 3 : 2);
	sample->member.space = (uint8_t)any(2);
	sample->member.bits = (uint16_t)any((unsigned)(8 * len + 1));
	sample->member.octets = octets_of(sample->octets, len);
	for (size_t i = 0; i < 6; i++)
		sample->member.mask[i] = any(3) ? 0xff : 0;
}

static bool sample_holds(const struct sample *sample, uint8_t space, PXE_BOOT_OCTETS value)
{
	const struct member *member = &sample->member;
	size_t len = member->octets.cbData;

	if (member->space != space)
		return false;
	if (member->form != MEMBER_BEGINNING && value.cbData != len)
		return false;
	for (size_t bit = 0; bit < 8 * len; bit++) {
		uint8_t at = (uint8_t)(0x80u >> bit % 8);

		if (member->form == MEMBER_BEGINNING && bit >= member->bits)
			return true;
		if (bit >= 8 * value.cbData)
			return false;
		if (member->form == MEMBER_MASKED && !(member->mask[bit / 8] & at))
			continue;
		if ((sample->octets[bit / 8] ^ value.pData[bit / 8]) & at)
			return false;
	}
	return true;
}

enum { SAMPLES = 120 };

static unsigned set_round(unsigned round)
{
	static struct sample samples[SAMPLES];
	static const PXE_BOOT_SECRET secret = { { 1, 2 } };
	uint32_t number[SAMPLES], found[SAMPLES];
	unsigned wrong = 0, n = 1 + any(SAMPLES);
	struct set set;

	state = round + 1;
	set_init(&secret, &set);
	for (unsigned i = 0; i < n; i++) {
		sample_make(&samples[i]);
		ck_assert_int_eq(set_add(&set, &samples[i].member, &number[i]), 0);
	}
	ck_assert_int_eq(set_seal(&set), 0);
	for (unsigned i = 0; i < 200; i++) {
		struct sample like;
		struct value value;
		unsigned many;

		sample_make(&like);
		like.member.octets.cbData -= any(3);
		value = value_of(like.member.space, like.member.octets);
		many = set_find(&set, &value, found, SAMPLES);
		for (unsigned j = 0; j < n; j++) {
			bool in = false;

			for (unsigned k = 0; k < many; k++)
				in |= found[k] == number[j];
			wrong += in !=
				 sample_holds(&samples[j], like.member.space, like.member.octets);
		}
		wrong += set_has(&set, &value) != (many > 0);
	}
	set_done(&set);
	return wrong;
}

START_TEST(a_set_has_what_its_members_hold_for)
{
	unsigned wrong = 0;

	for (unsigned round = 0; round < 100; round++)
		wrong += set_round(round);
	ck_assert_uint_eq(wrong, 0);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("bootfile's index");

	tcase_set_timeout(tcase, 120);
	TEST_ROWS(tcase, the_index_finds_what_a_walk_finds, sizes);
	tcase_add_test(tcase, candidates_come_in_the_settings_order);
	tcase_add_test(tcase, a_set_has_what_its_members_hold_for);
	return suite_run("bootfile/index", tcase);
}
