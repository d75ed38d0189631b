/* What somebody meant who mistyped a word. */
#include <ctype.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

#include <wdspxe-boot.h>

enum { WORD_MAX = 32, FAR = 2 * WORD_MAX };

static unsigned least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

static bool same_letter(char a, char b)
{
	return tolower((unsigned char)a) == tolower((unsigned char)b);
}

/* Letters to insert, drop, exchange, or swap with their neighbour. */
static unsigned distance(const char *a, const char *b)
{
	unsigned rows[3][WORD_MAX + 1], *before = rows[0], *above = rows[1], *row = rows[2];
	size_t n = strlen(a), m = strlen(b);

	if (n > WORD_MAX || m > WORD_MAX)
		return FAR;
	for (unsigned j = 0; j <= m; j++)
		row[j] = j;
	for (unsigned i = 1; i <= n; i++) {
		unsigned *free = before;

		before = above;
		above = row;
		row = free;
		row[0] = i;
		for (unsigned j = 1; j <= m; j++) {
			row[j] = least(least(row[j - 1], above[j]) + 1,
				       above[j - 1] + !same_letter(a[i - 1], b[j - 1]));
			if (i > 1 && j > 1 && same_letter(a[i - 1], b[j - 2]) &&
			    same_letter(a[i - 2], b[j - 1]))
				row[j] = least(row[j], before[j - 2] + 1);
		}
	}
	return row[m];
}

LPCSTR PXEAPI PxeBootNearest(LPCSTR pszWord, const LPCSTR *ppszWords)
{
	size_t len = pszWord ? strlen(pszWord) : 0;
	unsigned best = len < 3 ? 1 : (unsigned)(len / 3);
	const char *found = NULL;

	for (; pszWord && ppszWords && *ppszWords; ppszWords++) {
		bool begins = len >= 3 && strncasecmp(*ppszWords, pszWord, len) == 0;
		unsigned far = begins ? 1 : distance(pszWord, *ppszWords);

		if (far > best || (found && far == best))
			continue;
		best = far;
		found = *ppszWords;
	}
	return found;
}
