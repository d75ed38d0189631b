/* dhcp/pxe43.h: PXE's options inside option 43. */
#include <check.h>

#include "dhcp/packet4.h"
#include "dhcp/pxe43.h"
#include "suite.h"

static const struct {
	const char *name;
	struct span value; /* of option 43 */
	int r;
	uint16_t type, layer;
} rows[] = {
	{ "alone", OCTETS(71, 4, 0x80, 1, 0, 2, 255), 0, 0x8001, 2 },
	{ "without END", OCTETS(71, 4, 0x80, 1, 0, 2), 0, 0x8001, 2 },
	{ "behind PAD and another tag", OCTETS(0, 0, 6, 1, 8, 71, 4, 0, 7, 0, 0, 255), 0, 7, 0 },
	{ "longer", OCTETS(71, 5, 0, 7, 0, 1, 9, 255), 0, 7, 1 },
	{ "the first counts", OCTETS(71, 4, 0, 1, 0, 0, 71, 4, 0, 2, 0, 0), 0, 1, 0 },
	{ "shorter", OCTETS(71, 3, 0, 7, 0, 255), DHCP4_E_ABSENT, 0, 0 },
	{ "another tag", OCTETS(6, 1, 8, 255), DHCP4_E_ABSENT, 0, 0 },
	{ "behind END", OCTETS(255, 71, 4, 0, 7, 0, 0), DHCP4_E_ABSENT, 0, 0 },
	{ "nothing", { NULL, 0 }, DHCP4_E_ABSENT, 0, 0 },
	{ "broken behind it", OCTETS(71, 4, 0, 7, 0, 0, 9, 9), 0, 7, 0 },
	{ "broken before it", OCTETS(9, 9, 71, 4, 0, 7, 0, 0), DHCP4_E_MALFORMED, 0, 0 },
	{ "its own length is too much", OCTETS(71, 5, 0, 7, 0, 0), DHCP4_E_MALFORMED, 0, 0 },
};

START_TEST(boot_item_is_read_by_each_row)
{
	struct pxe43_boot_item item = { 99, 99 };
	int r = pxe43_boot_item(rows[_i].value, &item);

	ck_assert_msg(r == rows[_i].r, "%s: %d", rows[_i].name, r);
	ck_assert_msg(r ? item.type == 99
			: item.type == rows[_i].type && item.layer == rows[_i].layer,
		      "%s", rows[_i].name);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("pxe43");

	TEST_ROWS(tcase, boot_item_is_read_by_each_row, rows);
	return suite_run("pxe43", tcase);
}
