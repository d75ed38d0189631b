/* dhcp/dhcp4_longest: what takes the most room in a packet. */
#include <check.h>

#include "dhcp/dhcp4.h"
#include "dhcp/dhcp4_longest.h"
#include "suite.h"

static uint8_t octets[2000];
static size_t used;

static void begin(void)
{
	memset(octets, 0, sizeof(octets));
	used = DHCP4_HEADER;
}

static void put(uint8_t code, uint8_t len)
{
	octets[used] = code;
	octets[used + 1] = len;
	used += 2u + len;
}

static const char *text(void)
{
	static char out[DHCP4_LONGEST_TEXT];
	struct dhcp4_longest longest;

	octets[used] = 255;
	dhcp4_longest_find(span_of(octets, used + 1), &longest);
	return dhcp4_longest_text(&longest, out);
}

START_TEST(the_longest_come_first)
{
	begin();
	put(53, 1);
	put(60, 20);
	put(67, 90);
	put(43, 204);
	put(66, 30);
	put(175, 80);
	ck_assert_str_eq(text(), ", of which option 43 takes 204, option 67 90, option 175 80");
}
END_TEST

START_TEST(parts_of_one_count_together)
{
	begin();
	put(43, 255);
	put(67, 200);
	put(43, 45);
	ck_assert_str_eq(text(), ", of which option 43 takes 300, option 67 200");
}
END_TEST

/* What is shorter than its name in a sentence is worth nothing; and it is long by other things. */
START_TEST(where_none_is_long)
{
	begin();
	put(53, 1);
	put(60, DHCP4_LONG - 1);
	ck_assert_str_eq(text(), "");
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("dhcp4_longest");

	tcase_add_test(tcase, the_longest_come_first);
	tcase_add_test(tcase, parts_of_one_count_together);
	tcase_add_test(tcase, where_none_is_long);
	return suite_run("dhcp4_longest", tcase);
}
