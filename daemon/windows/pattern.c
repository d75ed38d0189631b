#include "windows/pattern.h"

#include <string.h>

#include "windows/fold.h"
#include "windows/utf.h"

/* What a wildcard means depends on what is behind it. */
enum {
	ANY = 0x110000, /* not a character any more */
	ANY_BUT_LAST_DOT,
	ONE,
	DOT
};

static uint32_t meaning(const uint32_t *unit, bool is_last)
{
	uint32_t behind = is_last ? 0 : unit[1];

	switch (unit[0]) {
	case '*':
		return behind == '.' ? ANY_BUT_LAST_DOT : ANY;
	case '?':
		return ONE;
	case '.':
		return behind == '*' || behind == '?' ? DOT : '.';
	default:
		return unit[0];
	}
}

bool pattern_read(struct pattern *pattern, const char *text)
{
	size_t left = strlen(text), taken;
	bool bad;

	pattern->n = 0;
	if (left > NAME_MAX)
		return false;
	if (strcmp(text, "*.*") == 0)
		left = 1;
	for (; left > 0; text += taken, left -= taken)
		pattern->units[pattern->n++] = fold(utf8_get(text, left, &taken, &bad));
	for (size_t i = 0; i < pattern->n; i++)
		pattern->units[i] = meaning(&pattern->units[i], i + 1 == pattern->n);
	if (pattern->n > 1 && pattern->units[pattern->n - 2] == ANY_BUT_LAST_DOT)
		pattern->n--; /* the dot at the end was for the wildcard only */
	return true;
}

/* Can what is expected be nothing, where the name goes on with c, or ends (0)? */
static bool may_be_nothing(uint32_t unit, uint32_t c)
{
	return unit == ANY || unit == ANY_BUT_LAST_DOT || (unit == ONE && (c == 0 || c == '.')) ||
	       (unit == DOT && c == 0);
}

/* Each place in the pattern that the name may have come to. */
static void pass_over(const struct pattern *pattern, bool *places, uint32_t c)
{
	for (size_t i = 0; i < pattern->n; i++)
		if (places[i] && may_be_nothing(pattern->units[i], c))
			places[i + 1] = true;
}

static void take(const struct pattern *pattern, bool *places, uint32_t c, bool is_last_dot)
{
	bool moves = false; /* from the place before */

	for (size_t i = 0; i < pattern->n; i++) {
		uint32_t unit = pattern->units[i];
		bool was = places[i], stays = unit == ANY;

		stays = stays || (unit == ANY_BUT_LAST_DOT && !is_last_dot);
		places[i] = moves || (was && stays);
		moves = was &&
			(unit == c || (unit == ONE && c != '.') || (unit == DOT && c == '.'));
	}
	places[pattern->n] = moves;
}

bool pattern_matches(const struct pattern *pattern, const char *name)
{
	const char *last_dot = strrchr(name, '.');
	bool places[NAME_MAX + 1] = { true }, bad;
	size_t left = strlen(name), taken;

	for (; left > 0; name += taken, left -= taken) {
		uint32_t c = fold(utf8_get(name, left, &taken, &bad));

		pass_over(pattern, places, c);
		take(pattern, places, c, name == last_dot);
	}
	pass_over(pattern, places, 0);
	return places[pattern->n];
}
