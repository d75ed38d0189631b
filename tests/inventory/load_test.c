/* What devices take: the memory of 100,000, the time to read them, and to change one. */
#include <malloc.h>
#include <stdio.h>
#include <time.h>

#include "scratch.h"
#include "suite.h"

#include "../../providers/inventory/store_read.h"

enum { DEVICES = 100000 };
enum { OCTETS_MOST = 100 }; /* of a device, beside its strings */

/* ---- the devices --------------------------------------------------------------------------------
 */

static size_t strings; /* in all of them: their texts, with the NULs */

static void write_devices(uint32_t n)
{
	FILE *file = fopen(scratch_path("devices.csv"), "w");
	int len;

	ck_assert_ptr_nonnull(file);
	fprintf(file, "mac,name,group,file\n");
	strings = 0;
	for (uint32_t i = 1; i <= n; i++) {
		len = fprintf(file, "5254%08x,pc%u,lab,host.0\n", i, i);
		strings += (size_t)len - 12 - 1; /* the MAC, the line's end */
	}
	ck_assert_int_eq(fclose(file), 0);
}

static void tell(void *context, bool wrong, const char *where, uint32_t line, const char *what)
{
	(void)context, (void)wrong;
	ck_abort_msg("%s:%u: %s", where, line, what);
}

static double cpu_s(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static struct store *opened(void)
{
	static const struct store_told told = { NULL, tell };
	struct store *store = NULL;
	char why[WHY_SIZE] = "";

	ck_assert_msg(store_open(scratch_path("devices.csv"), false, scratch_path("devices"), &told,
				 &store, why) == 0,
		      "%s", why);
	return store;
}

static size_t in_use(void)
{
	struct mallinfo2 info = mallinfo2();

	return info.uordblks + info.hblkhd;
}

START_TEST(a_device_takes_100_octets_beside_its_strings)
{
	size_t before, octets;
	struct store *store;

	write_devices(DEVICES);
	before = in_use();
	store = opened();
	octets = (in_use() - before - strings) / DEVICES;
	printf("%zu octets a device, and %zu of strings\n", octets, strings / DEVICES);
	ck_assert_uint_le(octets, OCTETS_MOST);
	store_close(store);
}
END_TEST

START_TEST(many_are_read_within_a_second)
{
	struct store *store;
	double began;

	write_devices(DEVICES);
	began = cpu_s();
	store = opened();
	began = cpu_s() - began;
	printf("%d devices read in %.3f s\n", DEVICES, began);
	ck_assert(began < 1);
	store_close(store);
}
END_TEST

/* One more is in force at once. */
START_TEST(a_change_among_many_takes_a_tenth_of_a_second)
{
	struct store *store;
	struct draft draft;
	char why[WHY_SIZE], mac[32];
	double began;

	write_devices(DEVICES);
	store = opened();
	began = cpu_s();
	for (unsigned i = 0; i < 20; i++) {
		draft_begin(&draft);
		snprintf(mac, sizeof mac, "525401%06x", i);
		ck_assert(draft_set(&draft, "mac", mac, why));
		ck_assert_msg(store_add(store, &draft, why) == 0, "%s", why);
	}
	began = (cpu_s() - began) / 20;
	printf("a change takes %.4f s\n", began);
	ck_assert(began < 0.1);
	store_close(store);
}
END_TEST

int main(void)
{
	TCase *tcase;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
	printf("inventory/load_test: SKIPPED measuring: a sanitizer's memory and time are not "
	       "ours\n");
	return EXIT_SKIPPED;
#endif
	tcase = tcase_create("what devices take");
	tcase_set_timeout(tcase, 120);
	tcase_add_checked_fixture(tcase, scratch_make, scratch_remove);
	tcase_add_test(tcase, a_device_takes_100_octets_beside_its_strings);
	tcase_add_test(tcase, many_are_read_within_a_second);
	tcase_add_test(tcase, a_change_among_many_takes_a_tenth_of_a_second);
	return suite_run("inventory/load", tcase);
}
