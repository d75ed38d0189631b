/* registry/place: there is always a file name between two others. */
#include <check.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "registry/place.h"
#include "suite.h"

static const struct {
	const char *below, *above, *name, *file;
} rows[] = {
	{ NULL, NULL, "bootfile", "50-bootfile.conf" },
	{ "50-a.conf", NULL, "b", "60-b.conf" },
	{ "90-a.conf", NULL, "b", "91-b.conf" },
	{ "99-a.conf", NULL, "b", "995-b.conf" },
	{ NULL, "50-a.conf", "b", "40-b.conf" },
	{ NULL, "10-a.conf", "b", "05-b.conf" },
	{ NULL, "01-a.conf", "b", "005-b.conf" },
	{ "50-a.conf", "51-b.conf", "x", "505-x.conf" },
	{ "10-a.conf", "20-b.conf", "x", "15-x.conf" },
	{ "50-a.conf", "50-c.conf", "b", "50-a5-b.conf" },
	{ "a.conf", NULL, "b", "a5-b.conf" },
	{ "a.conf", "a.conf.conf", "b", NULL },
	{ NULL, "00.conf", "b", NULL },
	{ NULL, "!.conf", "b", NULL },
	{ "\xff.conf", NULL, "b", NULL },
	{ "a\x01.conf", "a.conf", "b", NULL },
	{ "a-.conf", "a.conf", "b", NULL },
	{ NULL, NULL, "Straße & Co", "50-stra-e-co.conf" },
	{ NULL, NULL, "\xe6\xbc\xa2", "50-provider.conf" },
	{ NULL, NULL, "../../x", "50-x.conf" },
};

static bool between(const char *below, const char *file, const char *above)
{
	size_t len = strlen(file);

	return file[0] != '.' && !strchr(file, '/') && len > 5 && len <= 255 &&
	       strcmp(file + len - 5, ".conf") == 0 && (!below || strcmp(below, file) < 0) &&
	       (!above || strcmp(file, above) < 0);
}

START_TEST(name_sorts_between_its_neighbours)
{
	char file[PLACE_ROOM];

	ck_assert_int_eq(place_between(rows[_i].below, rows[_i].above, rows[_i].name, file), 0);
	ck_assert_msg(between(rows[_i].below, file, rows[_i].above), "%s", file);
	if (rows[_i].file)
		ck_assert_str_eq(file, rows[_i].file);
}
END_TEST

/* A list that grows to its limit, each new one at a place that a rule or chance chooses. */
static const struct {
	const char *name, *first;
	int rule; /* 0 top, 1 bottom, 2 behind the first, 3 before the last, 4 by chance, 5
		     alternating */
} growths[] = {
	{ "top", NULL, 0 },
	{ "bottom", NULL, 1 },
	{ "behind the first", NULL, 2 },
	{ "before the last", NULL, 3 },
	{ "by chance", NULL, 4 },
	{ "alternating", NULL, 5 },
	{ "top of a name without digits", "bootfile.conf", 0 },
	{ "top of zeros", "00-a.conf", 0 },
	{ "top of blanks", " .conf", 0 },
	{ "bottom of a high octet", "\xff\xff.conf", 1 },
	{ "bottom of nines", "9999999999-z.conf", 1 },
};

enum { LIST_SIZE = 257 };

static size_t choose(int rule, size_t n, size_t round, unsigned *seed)
{
	switch (rule) {
	case 0:
		return 0;
	case 1:
		return n;
	case 2:
		return n > 0;
	case 3:
		return n > 0 ? n - 1 : 0;
	case 4:
		return (size_t)rand_r(seed) % (n + 1);
	default:
		return n / 2 + (round & n & 1);
	}
}

START_TEST(list_grows_to_its_limit)
{
	char *list[LIST_SIZE];
	size_t n = 0, longest = 0;
	unsigned seed = 1;

	if (growths[_i].first)
		list[n++] = strdup(growths[_i].first);
	for (size_t round = 0; n < LIST_SIZE; round++) {
		size_t at = choose(growths[_i].rule, n, round, &seed);
		const char *below = at > 0 ? list[at - 1] : NULL, *above = at < n ? list[at] : NULL;
		char file[PLACE_ROOM];

		ck_assert_msg(
			place_between(below, above, "provider-with-quite-a-long-name", file) == 0,
			"%s: no room after %zu between %s and %s", growths[_i].name, n, below,
			above);
		ck_assert_msg(between(below, file, above), "%s: %s < %s < %s", growths[_i].name,
			      below, file, above);
		memmove(list + at + 1, list + at, (n - at) * sizeof(*list));
		list[at] = strdup(file);
		n++;
		longest = strlen(file) > longest ? strlen(file) : longest;
	}
	ck_assert_msg(longest <= 200, "%s: a name has %zu octets", growths[_i].name, longest);
	while (n > 0)
		free(list[--n]);
}
END_TEST

/* Any two names at all, from an alphabet of octets that are near '.', '-' and digits. */
START_TEST(any_two_names_have_room)
{
	static const char alphabet[] = "\x01 !+,-./0159:AZaz~\x7f\xff.conf.conf";
	unsigned seed = 7;

	for (int i = 0; i < 200000; i++) {
		char name[2][64], file[PLACE_ROOM];
		int order;

		for (int k = 0; k < 2; k++) {
			size_t len = 1 + (size_t)rand_r(&seed) % 6;

			if (k == 1 && (i & 1)) { /* often one begins with the other */
				strcpy(name[1], name[0]);
				name[1][strlen(name[1]) - 5] = '\0';
			} else {
				name[k][0] = '\0';
			}
			for (size_t j = 0; j < len; j++) {
				char c[2] = {
					alphabet[(size_t)rand_r(&seed) % (sizeof(alphabet) - 1)]
				};

				strcat(name[k], c[0] == '/' ? "+" : c);
			}
			strcat(name[k], ".conf");
			if (name[k][0] == '.')
				name[k][0] = 'x';
		}
		order = strcmp(name[0], name[1]);
		if (order == 0)
			continue;
		ck_assert_int_eq(place_between(name[order > 0], name[order < 0], "n", file), 0);
		ck_assert_msg(between(name[order > 0], file, name[order < 0]), "%s < %s < %s",
			      name[order > 0], file, name[order < 0]);
	}
}
END_TEST

START_TEST(no_room_is_said)
{
	char below[256], above[256], file[PLACE_ROOM] = "untouched";

	memset(below, 'a', sizeof(below)); /* 255 octets, and the very next name of 255 octets */
	strcpy(below + 250, ".conf");
	strcpy(above, below);
	above[249] = 'b';
	below[249] = 'a';
	ck_assert_int_eq(place_between(below, above, "n", file), -ENAMETOOLONG);
	ck_assert_str_eq(file, "untouched");
}
END_TEST

int main(void)
{
	TCase *t = tcase_create("place");

	TEST_ROWS(t, name_sorts_between_its_neighbours, rows);
	TEST_ROWS(t, list_grows_to_its_limit, growths);
	tcase_add_test(t, any_two_names_have_room);
	tcase_add_test(t, no_room_is_said);
	tcase_set_timeout(t, 60);
	return suite_run("registry/place", t);
}
