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

/* `no` differs from `yes` in nothing but what the condition is about. */
static const struct {
	const char *name, *value;
	PXE_BOOT_CLIENT yes, no;
} rows[] = {
	{ "arch", "7", { .uArch = 7 }, { .uArch = 6 } },
	{ "mac", "\"02:00:*\"", { .Mac = TEXT("\2\0\0\0\0\1") }, { .Mac = TEXT("\2\1\0\0\0\1") } },
	{ "uuid",
	  "\"3b6c1a52-7f0e-4d8b-9a41-525400770001\"",
	  { .Uuid = { uuid, 16 } },
	  { .uFamily = 4 } },
	{ "user-class",
	  "\"iPXE\"",
	  { .UserClasses = { TEXT("a"), TEXT("iPXE") }, .nUserClasses = 2 },
	  { .UserClasses = { TEXT("iPXE2") }, .nUserClasses = 1 } },
	{ "vendor-class",
	  "\"PXEClient\"",
	  { .VendorClasses = { TEXT("PXEClient:Arch") }, .nVendorClasses = 1 },
	  { .VendorClasses = { TEXT("aPXEClient") }, .nVendorClasses = 1 } },
	{ "subnet",
	  "\"10.1.0.0/16\"",
	  { .Network = { { 10, 1, 2, 3 }, 4 } },
	  { .Network = { { 10, 2, 2, 3 }, 4 } } },
	{ "interface",
	  "\"eth7\"",
	  { .Local = { { 10, 0, 0, 7 }, 4 } },
	  { .Local = { { 10, 0, 0, 8 }, 4 } } },
	{ "group", "\"lab\"", { .Mac = TEXT("\2\0\0\0\0\1") }, { .Mac = TEXT("\2\0\0\0\0\2") } },
	{ "family", "6", { .uFamily = 6 }, { .uFamily = 4 } },
	{ "duid", "\"0001ff\"", { .Duid = TEXT("\0\1\377") }, { .Duid = TEXT("\0\1\376") } },
};

/* In place of the kit's: this host has one address. */
BOOL PXEAPI PxeBootInterface(PXE_BOOT *pBoot, const PXE_BOOT_CLIENT *pClient,
			     CHAR szInterface[PXE_BOOT_INTERFACE_SIZE])
{
	(void)pBoot;
	strcpy(szInterface, "eth7");
	return memcmp(pClient->Local.bAddress, "\12\0\0\7", 4) == 0;
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

	ck_assert_int_eq(machines_read(NULL, &told, &sources, &secret, &machines), 0);
	return machines;
}

/* H4: a condition that is a row, and is not read or asked by what its own row says. One that this
 * table does not know fails too. */
START_TEST(each_condition_holds_for_its_own_clients_only)
{
	const struct condition *condition = &conditions[_i];
	struct settings settings;
	struct whose whose;
	struct machines *machines = listed();
	struct surroundings around = { &settings, NULL, &whose };
	size_t row = 0;

	while (row < sizeof rows / sizeof *rows && strcmp(rows[row].name, condition->name) != 0)
		row++;
	ck_assert_msg(row < sizeof rows / sizeof *rows, "%s has no row here", condition->name);
	settings = compiled(rows[row].name, rows[row].value);
	ck_assert_uint_eq(settings.n_entries, 1);
	ck_assert_uint_eq(settings.entries[0].conditions, 1u << _i);
	machines_find(machines, &rows[row].yes, &whose);
	ck_assert(condition_holds((size_t)_i, &around, &settings.entries[0], &rows[row].yes));
	machines_find(machines, &rows[row].no, &whose);
	ck_assert(!condition_holds((size_t)_i, &around, &settings.entries[0], &rows[row].no));
	machines_free(machines);
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

	tcase_add_loop_test(tcase, each_condition_holds_for_its_own_clients_only, 0,
			    (int)n_conditions);
	tcase_add_loop_test(tcase, each_condition_is_in_the_manual, 0, (int)n_conditions);
	return suite_run("bootfile/conditions", tcase);
}
