/* File names as fractions: the digits at some offset of a name are the digits behind "0.", and
 * between two different fractions there is always a third. Where the digits are equal, the two
 * names differ further on, and the same is done there, behind what they share.
 */
#include "registry/place.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define SUFFIX ".conf"

enum { SLUG_MAX = 40, DIGITS_MAX = 128 };

/* Part of a file name that says whose it is. */
static void slug_of(const char *name, char slug[static SLUG_MAX + 1])
{
	size_t n = 0;

	for (; *name && n < SLUG_MAX; name++) {
		unsigned char c = (unsigned char)*name;

		if (c < 0x80 && isalnum(c))
			slug[n++] = (char)tolower(c);
		else if (n > 0 && slug[n - 1] != '-')
			slug[n++] = '-';
	}
	while (n > 0 && slug[n - 1] == '-')
		n--;
	slug[n] = '\0';
	if (n == 0)
		strcpy(slug, "provider");
}

static size_t digits_at(const char *text)
{
	return text ? strspn(text, "0123456789") : 0;
}

/* The digit of a fraction at a place; what is not there is 0. */
static int digit(const char *digits, size_t len, size_t at)
{
	return at < len ? digits[at] - '0' : 0;
}

/* Half of (low + high), to one place more than either has. High NULL is 1. */
static size_t halfway(const char *low, size_t low_len, const char *high, size_t high_len,
		      char out[static DIGITS_MAX])
{
	size_t len = (low_len > high_len ? low_len : high_len) + 1;
	int sum[DIGITS_MAX] = { 0 }, carry = 0, rest;

	for (size_t i = len; i-- > 0;) {
		sum[i] = digit(low, low_len, i) + (high ? digit(high, high_len, i) : 0) + carry;
		carry = sum[i] / 10;
		sum[i] %= 10;
	}
	rest = carry + (high ? 0 : 1);
	for (size_t i = 0; i < len; i++) {
		out[i] = (char)('0' + (rest * 10 + sum[i]) / 2);
		rest = sum[i] % 2;
	}
	return len;
}

/* Compares fractions; `b` NULL is 1. */
static int compare(const char *a, size_t a_len, const char *b, size_t b_len)
{
	if (!b)
		return -1;
	for (size_t i = 0; i < a_len || i < b_len; i++)
		if (digit(a, a_len, i) != digit(b, b_len, i))
			return digit(a, a_len, i) - digit(b, b_len, i);
	return 0;
}

/* At an open end, names should not halve what is left: count on by tens, then by the last digit. */
static size_t step(const char *low, size_t low_len, const char *high, size_t high_len,
		   char out[static DIGITS_MAX])
{
	size_t n = high ? high_len : low_len;

	if ((low_len > 0 && high) || n < 2 || n >= DIGITS_MAX)
		return 0;
	memcpy(out, high ? high : low, n);
	if (n == 2 && (high ? out[0] > '1' : out[0] < '9')) {
		out[0] = (char)(out[0] + (high ? -1 : 1));
		return n;
	}
	if (high ? out[n - 1] <= '1' : out[n - 1] == '9')
		return 0;
	out[n - 1] = (char)(out[n - 1] + (high ? -1 : 1));
	return n;
}

/* The shortest digits strictly between two fractions; 0 when they are equal. */
static size_t between(const char *low, size_t low_len, const char *high, size_t high_len,
		      char out[static DIGITS_MAX])
{
	size_t len = low_len > high_len ? low_len : high_len;

	if (len + 2 > DIGITS_MAX || compare(low, low_len, high, high_len) >= 0)
		return 0;
	len = halfway(low, low_len, high, high_len, out);
	for (size_t n = 1; n < len; n++)
		if (compare(low, low_len, out, n) < 0 && compare(out, n, high, high_len) < 0)
			return n;
	return len;
}

/* Where a name is written: before every offset of a neighbour's name, as long as it fits. */
struct place {
	const char *below, *above, *slug;
	char best[PLACE_ROOM];
};

static bool fits(const struct place *p, const char *candidate)
{
	return candidate[0] != '.' && (!p->below || strcmp(p->below, candidate) < 0) &&
	       (!p->above || strcmp(candidate, p->above) < 0);
}

/* Keeps shared text + digits + -slug.conf when it is in its place and the shortest so far. */
static void offer(struct place *p, const char *shared, size_t shared_len, const char *digits,
		  size_t n)
{
	const char *dash = p->slug[0] ? "-" : "";
	char candidate[PLACE_ROOM];
	int len = snprintf(candidate, sizeof(candidate), "%.*s%.*s%s%s" SUFFIX, (int)shared_len,
			   shared, (int)n, digits, dash, p->slug);

	if (len < 0 || len >= PLACE_ROOM || (p->best[0] && (size_t)len >= strlen(p->best)))
		return;
	if (fits(p, candidate))
		strcpy(p->best, candidate);
}

static void try_offset(struct place *p, const char *shared, size_t k)
{
	bool in_below = p->below && strncmp(p->below, shared, k) == 0;
	bool in_above = p->above && strncmp(p->above, shared, k) == 0;
	const char *low = in_below ? p->below + k : NULL, *high = in_above ? p->above + k : NULL;
	size_t low_len = digits_at(low), high_len = digits_at(high), n;
	char digits[DIGITS_MAX] = "";

	if (high_len == 0)
		high = NULL;
	n = k == 0 ? step(low, low_len, high, high_len, digits) : 0;
	if (n > 0)
		offer(p, shared, k, digits, n);
	if (p->best[0] && k == 0)
		return;
	n = between(low, low_len, high, high_len, digits);
	if (n == 0)
		return;
	if (k == 0 && n == 1) /* 50- is what admins write, not 5- */
		digits[n++] = '0';
	offer(p, shared, k, digits, n);
}

/* Between any two names ending in .conf is one of these: the upper one's stem with a '-' behind it,
 * which is less than '.', or the lower one's stem with a digit behind it, which is more. */
static void try_stems(struct place *p)
{
	if (p->below)
		offer(p, p->below, strlen(p->below) - strlen(SUFFIX), "0", 1);
	if (p->above)
		offer(p, p->above, strlen(p->above) - strlen(SUFFIX), "-5", 2);
}

static bool search(struct place *p)
{
	try_offset(p, "", 0);
	if (p->best[0])
		return true;
	for (size_t k = 1; p->below && k < strlen(p->below); k++)
		try_offset(p, p->below, k);
	for (size_t k = 1; p->above && k < strlen(p->above); k++)
		try_offset(p, p->above, k);
	if (!p->best[0])
		try_stems(p);
	return p->best[0];
}

int place_between(const char *below, const char *above, const char *name,
		  char out[static PLACE_ROOM])
{
	char slug[SLUG_MAX + 1];
	struct place p = { .below = below, .above = above, .slug = slug };

	slug_of(name, slug);
	if (!search(&p)) {
		p.slug = ""; /* better a name that says nothing than none */
		if (!search(&p))
			return -ENAMETOOLONG;
	}
	strcpy(out, p.best);
	return 0;
}
