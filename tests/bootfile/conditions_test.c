/* Every condition of bootfile, one by one: it is read into its own bit, holds for the client that
 * it means, and for no other. */
#include <stdio.h>

#include <wdspxe-host.h>

#include "scratch.h"
#include "page.h"
#include "suite.h"

#include "../../providers/bootfile/condition.h"
#include "../../providers/bootfile/machines.h"

#define TEXT(text)                                                                                 \
	{                                                                                          \
		(const uint8_t *)(text), sizeof(text) - 1                                          \
	}

static const uint8_t uuid[UUID_LEN] = { 0x3b, 0x6c, 0x1a, 0x52, 0x7f, 0x0e, 0x4d, 0x8b,
					0x9a, 0x41, 0x52, 0x54, 0x00, 0x77, 0x00, 0x01 };

static const uint8_t turned[UUID_LEN] = { 0x52, 0x1a, 0x6c, 0x3c, 0x0e, 0x7f, 0x8b, 0x4d,
					  0x9a, 0x41, 0x52, 0x54, 0x00, 0x77, 0x00, 0x01 };
static const uint8_t other[UUID_LEN] = { 0x52, 0x1a, 0x6c, 0x3b, 0x0f, 0x7f, 0x8b, 0x4d,
					 0x9a, 0x41, 0x52, 0x54, 0x00, 0x77, 0x00, 0x01 };

/* An option of the request. */
struct option_said {
	ULONG code, sub;
	PXE_BOOT_OCTETS value;
};

#define SILENT                                                                                     \
	{                                                                                          \
		0, 0,                                                                              \
		{                                                                                  \
			NULL, 0                                                                    \
		}                                                                                  \
	}

/* `no` differs from `yes` in nothing but what the condition is about. A condition may have several
 * rows. */
static const struct {
	const char *name, *value;
	PXE_BOOT_CLIENT yes, no;
	struct option_said yes_said, no_said;
} rows[] = {
	{ "arch", "7", { .uArch = 7 }, { .uArch = 6 }, SILENT, SILENT },
	{ "mac",
	  "\"02:00:*\"",
	  { .Mac = TEXT("\2\0\0\0\0\1") },
	  { .Mac = TEXT("\2\1\0\0\0\1") },
	  SILENT,
	  SILENT },
	{ "uuid",
	  "\"3b6c1a52-7f0e-4d8b-9a41-525400770001\"",
	  { .Uuid = { uuid, 16 } },
	  { .uFamily = 4 },
	  SILENT,
	  SILENT },
	{ "user-class",
	  "\"iPXE\"",
	  { .UserClasses = { TEXT("a"), TEXT("iPXE") }, .nUserClasses = 2 },
	  { .UserClasses = { TEXT("iPXE2") }, .nUserClasses = 1 },
	  SILENT,
	  SILENT },
	{ "vendor-class",
	  "\"PXEClient\"",
	  { .VendorClasses = { TEXT("PXEClient:Arch") }, .nVendorClasses = 1 },
	  { .VendorClasses = { TEXT("aPXEClient") }, .nVendorClasses = 1 },
	  SILENT,
	  SILENT },
	{ "subnet",
	  "\"10.1.0.0/16\"",
	  { .Network = { { 10, 1, 2, 3 }, 4 } },
	  { .Network = { { 10, 2, 2, 3 }, 4 } },
	  SILENT,
	  SILENT },
	{ "interface",
	  "\"eth7\"",
	  { .Local = { { 10, 0, 0, 7 }, 4 } },
	  { .Local = { { 10, 0, 0, 8 }, 4 } },
	  SILENT,
	  SILENT },
	{ "group",
	  "\"lab\"",
	  { .Mac = TEXT("\2\0\0\0\0\1") },
	  { .Mac = TEXT("\2\0\0\0\0\2") },
	  SILENT,
	  SILENT },
	{ "family", "6", { .uFamily = 6 }, { .uFamily = 4 }, SILENT, SILENT },
	{ "duid",
	  "\"0001ff\"",
	  { .Duid = TEXT("\0\1\377") },
	  { .Duid = TEXT("\0\1\376") },
	  SILENT,
	  SILENT },
	{ "mac",
	  "\"02:*:00:*:00:01\"",
	  { .Mac = TEXT("\2\7\0\7\0\1") },
	  { .Mac = TEXT("\2\7\0\7\0\2") },
	  SILENT,
	  SILENT },
	{ "uuid",
	  "\"3b6c*\"",
	  { .Uuid = { uuid, 16 } },
	  { .Uuid = { turned, 16 } },
	  SILENT,
	  SILENT },
	{ "uuid",
	  "\"521a6c3c-0e7f-*\"",
	  { .Uuid = { turned, 16 } },
	  { .Uuid = { other, 16 } },
	  SILENT,
	  SILENT },
	{ "interface",
	  "\"eth*\"",
	  { .Local = { { 10, 0, 0, 7 }, 4 } },
	  { .Local = { { 10, 0, 0, 8 }, 4 } },
	  SILENT,
	  SILENT },
	{ "ipxe", "true", { .bIpxe = TRUE }, { .bIpxe = FALSE }, SILENT, SILENT },
	{ "ipxe", "false", { .bIpxe = FALSE }, { .bIpxe = TRUE }, SILENT, SILENT },
	{ "ipxe",
	  "[ \"http\", \"menu\" ]",
	  { .uFamily = 4, .bIpxe = TRUE },
	  { .uFamily = 4, .bIpxe = TRUE },
	  { 175, 0, TEXT("\xb1\5\x27\x27\x27\x27\x27\0\x27\1\1\x13\1\1") },
	  { 175, 0, TEXT("\xb1\5\x27\x27\x27\x27\x27\x13\1\1") } },
	{ "ipxe",
	  "\"efi\"",
	  { .uFamily = 4, .bIpxe = TRUE },
	  { .uFamily = 6, .bIpxe = TRUE },
	  { 175, 0, TEXT("\x24\1\1") },
	  { 175, 0, TEXT("\x24\1\1") } },
	{ "client-id",
	  "[ \"x\", \"ff:00:*\" ]",
	  { .uFamily = 4 },
	  { .uFamily = 4 },
	  { 61, 0, TEXT("\xff\0\1") },
	  { 61, 0, TEXT("\xff\1\1") } },
	{ "client-id",
	  "\"node*\"",
	  { .uFamily = 4 },
	  { .uFamily = 4 },
	  { 61, 0, TEXT("\0node7") },
	  { 61, 0, TEXT("\1node7") } },
	{ "client-id",
	  "\"node7\"",
	  { .uFamily = 4 },
	  { .uFamily = 4 },
	  { 61, 0, TEXT("node7") },
	  { 61, 0, TEXT("node77") } },
	{ "circuit-id",
	  "\"eth0/1\"",
	  { .uFamily = 4 },
	  { .uFamily = 4 },
	  { 82, 1, TEXT("eth0/1") },
	  { 82, 1, TEXT("eth0/10") } },
	{ "circuit-id",
	  "\"0x0004*\"",
	  { .uFamily = 6 },
	  { .uFamily = 6 },
	  { 18, 0, TEXT("\0\4\1") },
	  { 82, 1, TEXT("\0\4\1") } },
	{ "remote-id",
	  "\"00:06:*\"",
	  { .uFamily = 4 },
	  { .uFamily = 4 },
	  { 82, 2, TEXT("\0\6\1") },
	  { 82, 1, TEXT("\0\6\1") } },
	{ "remote-id",
	  "\"switch7\"",
	  { .uFamily = 6 },
	  { .uFamily = 6 },
	  { 37, 0, TEXT("\0\0\0\11switch7") },
	  { 37, 0, TEXT("switch7") } },
	{ "subscriber-id",
	  "\"text:00:06:*\"",
	  { .uFamily = 4 },
	  { .uFamily = 4 },
	  { 82, 6, TEXT("00:06:1") },
	  { 82, 6, TEXT("\0\6\1") } },
	{ "subscriber-id",
	  "\"*\"",
	  { .uFamily = 6 },
	  { .uFamily = 6 },
	  { 38, 0, TEXT("a") },
	  { 39, 0, TEXT("a") } },
	{ "undi",
	  "[ \"2.1\", \"3.16\" ]",
	  { .uFamily = 4 },
	  { .uFamily = 4 },
	  { 94, 0, TEXT("\1\3\20") },
	  { 94, 0, TEXT("\1\3\17") } },
	{ "undi",
	  "\"3.*\"",
	  { .uFamily = 6,
	    .VendorClasses = { TEXT("PXEClient:Arch:00007:UNDI:003016") },
	    .nVendorClasses = 1 },
	  { .uFamily = 6,
	    .VendorClasses = { TEXT("PXEClient:Arch:00007:UNDI:0030x6") },
	    .nVendorClasses = 1 },
	  SILENT,
	  SILENT },
	{ "sent-to",
	  "\"10.0.0.7\"",
	  { .Local = { { 10, 0, 0, 7 }, 4 } },
	  { .Local = { { 10, 0, 0, 8 }, 4 } },
	  SILENT,
	  SILENT },
	{ "not",
	  "{ mac = \"02:*\"; arch = [ 6, 7 ]; }",
	  { .uArch = 8, .Mac = TEXT("\3\0\0\0\0\1") },
	  { .uArch = 7, .Mac = TEXT("\3\0\0\0\0\1") },
	  SILENT,
	  SILENT },
	{ "not",
	  "( { family = 6; }, { client-id = \"x\"; } )",
	  { .uFamily = 4 },
	  { .uFamily = 4 },
	  { 61, 0, TEXT("y") },
	  { 61, 0, TEXT("x") } },
	{ "request-option",
	  "{ code = 12; value = [ \"lab*\", \"pc*7\" ]; }",
	  { .uFamily = 4 },
	  { .uFamily = 4 },
	  { 12, 0, TEXT("pc07") },
	  { 12, 0, TEXT("pc08") } },
	{ "request-option",
	  "( { code = 43; hex = \"01:03:*\"; }, { code = 94; hex = [ \"010310\", \"0x0102\" ]; } )",
	  { .uFamily = 4 },
	  { .uFamily = 4 },
	  { 94, 0, TEXT("\1\3\20") },
	  { 94, 0, TEXT("\1\3\21") } },
	{ "request-option",
	  "{ code = 1000; family = 6; }",
	  { .uFamily = 6 },
	  { .uFamily = 4 },
	  { 1000, 0, TEXT("") },
	  { 1000, 0, TEXT("") } },
	{ "sent-to", /* a * at the end is the only wildcard */
	  "[ \"e*7\", \"10.0.0.8\" ]",
	  { .Local = { { 10, 0, 0, 8 }, 4 } },
	  { .Local = { { 10, 0, 0, 7 }, 4 } },
	  SILENT,
	  SILENT },
	{ "sent-to",
	  "[ \"fd77::/64\", \"eth*\" ]",
	  { .Local = { { 10, 0, 0, 7 }, 4 } },
	  { .Local = { { 10, 0, 0, 8 }, 4 } },
	  SILENT,
	  SILENT },
};

/* In place of the kit's: this host has one address. */
BOOL PXEAPI PxeBootInterface(PXE_BOOT *pBoot, const PXE_BOOT_CLIENT *pClient,
			     CHAR szInterface[PXE_BOOT_INTERFACE_SIZE])
{
	(void)pBoot;
	strcpy(szInterface, "eth7");
	return memcmp(pClient->Local.bAddress, "\12\0\0\7", 4) == 0;
}

/* In place of the kit's: the client says this one alone. */
static const struct option_said *said;

BOOL PXEAPI PxeBootClientOption(const PXE_BOOT_CLIENT *pClient, ULONG uCode, ULONG uSubCode,
				PXE_BOOT_OCTETS *pValue)
{
	(void)pClient;
	if (said->code != uCode || said->sub != uSubCode || !said->value.pData)
		return FALSE;
	*pValue = said->value;
	return TRUE;
}

static struct settings compiled(const char *name, const char *value)
{
	char text[512];
	struct settings settings;
	HKEY key;

	snprintf(text, sizeof text,
		 "name = \"b\";\nmodule = \"/b.so\";\n"
		 "settings = { boot = ( { %s = %s; action = \"reject\"; } ); };\n",
		 name, value);
	scratch_make();
	ck_assert_uint_eq(PxeHostKeyOpen(scratch_write("b.conf", text), &key), ERROR_SUCCESS);
	ck_assert_int_eq(settings_compile(NULL, key, &settings), 0);
	PxeHostKeyClose(key);
	scratch_remove();
	return settings;
}

/* One machine of a group. */
static struct machines *listed(void)
{
	static char group[] = "lab";
	static struct mac_pattern mac = { .at = { 2, 0, 0, 0, 0, 1 }, .n = MAC_LEN };
	struct source source = { .group = group, .macs = { &mac, 1 } };
	const struct sources sources = { &source, 1, "settings" };
	const PXE_BOOT_SECRET secret = { { 1, 2 } };
	struct told told = { 0, 0 };
	struct machines *machines;

	ck_assert_int_eq(machines_read(NULL, &told, &sources, NULL, &secret, &machines), 0);
	return machines;
}

static size_t number_of(const char *name)
{
	size_t i = 0;

	while (i < n_conditions && strcmp(conditions[i].name, name) != 0)
		i++;
	ck_assert_uint_lt(i, n_conditions);
	return i;
}

/* H4: a condition that is a row, and is not read or asked by what its own row says. */
START_TEST(a_condition_holds_for_its_own_clients_only)
{
	size_t number = number_of(rows[_i].name);
	struct settings settings = compiled(rows[_i].name, rows[_i].value);
	struct machines *machines = listed();
	struct whose whose;
	struct surroundings around = { &settings, NULL, &whose };

	ck_assert_uint_eq(settings.n_entries, 1);
	ck_assert_uint_eq(settings.entries[0].conditions, 1u << number);
	said = &rows[_i].yes_said;
	machines_find(machines, &rows[_i].yes, &whose);
	ck_assert(condition_holds(number, &around, &settings.entries[0], &rows[_i].yes));
	said = &rows[_i].no_said;
	machines_find(machines, &rows[_i].no, &whose);
	ck_assert(!condition_holds(number, &around, &settings.entries[0], &rows[_i].no));
	ck_assert(condition_covers(number, &settings.entries[0], &settings.entries[0]));
	machines_free(machines);
	settings_done(&settings);
}
END_TEST

/* One that this table does not know. */
START_TEST(each_condition_has_a_row)
{
	size_t row = 0;

	while (row < sizeof rows / sizeof *rows && strcmp(rows[row].name, conditions[_i].name) != 0)
		row++;
	ck_assert_msg(row < sizeof rows / sizeof *rows, "%s has no row here", conditions[_i].name);
}
END_TEST

/* What the kit is told to look at is what the condition asks for. */
START_TEST(what_a_condition_looks_at_is_told_to_the_kit)
{
	struct settings settings = compiled(rows[_i].name, rows[_i].value);
	struct wanted wanted = { .n = 0 };
	const struct entry *late;
	bool found = rows[_i].yes_said.code == 0;

	ck_assert_int_eq(settings_wants(&settings, &wanted, &late), 0);
	for (ULONG i = 0; i < wanted.n; i++)
		found |= wanted.at[i].uFamily == rows[_i].yes.uFamily &&
			 wanted.at[i].uCode == rows[_i].yes_said.code &&
			 wanted.at[i].uSubCode == rows[_i].yes_said.sub;
	ck_assert_msg(found, "%s", rows[_i].name);
	settings_done(&settings);
}
END_TEST

START_TEST(each_condition_is_in_the_manual)
{
	char item[48];

	snprintf(item, sizeof item, "\n.It Ic %s\n", conditions[_i].name);
	ck_assert_msg(page_has("man/wdspxed-bootfile.5", item), "%s", conditions[_i].name);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("bootfile's conditions");

	TEST_ROWS(tcase, a_condition_holds_for_its_own_clients_only, rows);
	TEST_ROWS(tcase, what_a_condition_looks_at_is_told_to_the_kit, rows);
	tcase_add_loop_test(tcase, each_condition_has_a_row, 0, (int)n_conditions);
	tcase_add_loop_test(tcase, each_condition_is_in_the_manual, 0, (int)n_conditions);
	return suite_run("bootfile/conditions", tcase);
}
