/* no allocation · no lock · no log */
#include "base/plain.h"

#include <stdbool.h>

#include "base/utf.h"

enum { LIKE_LESS = 0x2039 };

#define ONES  UINT64_C(0x0101010101010101)
#define HIGHS UINT64_C(0x8080808080808080)

static bool is_fit_ascii(uint32_t c)
{
	return c >= 0x20 && c < 0x7f && c != '<';
}

/* Unicode's controls of direction, its line ends, and what takes no room. */
static bool is_unseen(uint32_t c)
{
	return (c >= 0x7f && c < 0xa0) || c == 0x061c || (c >= 0x200b && c <= 0x200f) ||
	       (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) || c == 0xfeff ||
	       (c >= 0xfff9 && c <= 0xfffb) || (c >= 0xe0000 && c <= 0xe007f);
}

uint32_t plain_char(uint32_t c)
{
	if (is_fit_ascii(c))
		return c;
	if (c == '<')
		return LIKE_LESS;
	if (c == '\t' || c == '\n' || c == '\r')
		return ' ';
	return c < 0x20 || is_unseen(c) ? '?' : c;
}

static bool has_octet(uint64_t word, uint64_t eight)
{
	uint64_t turned = word ^ eight;

	return ((turned - ONES) & ~turned & HIGHS) != 0;
}

/* All eight at once: none below a blank, none that is `<`, DEL or beyond ASCII. */
static bool are_fit_ascii(const uint8_t *at)
{
	uint64_t word;

	memcpy(&word, at, sizeof(word));
	return ((word | (word + ONES)) & HIGHS) == 0 && ((word - ONES * ' ') & HIGHS) == 0 &&
	       !has_octet(word, ONES * '<');
}

/* How many octets, most often all, go as they are. */
static size_t fit_len(struct span text)
{
	size_t n = 0;

	while (text.len - n >= sizeof(uint64_t) && are_fit_ascii(text.at + n))
		n += sizeof(uint64_t);
	while (n < text.len && is_fit_ascii(text.at[n]))
		n++;
	return n;
}

static char *make_plain(struct span text, bool keeps_less, char *out, size_t size)
{
	size_t used = 0, n;
	uint32_t c;
	char character[UTF8_CHAR_MAX];

	while (text.len > 0) {
		n = fit_len(span_take(text, size - 1 - used));
		if (n > 0)
			memcpy(out + used, text.at, n);
		used += n;
		text = span_drop(text, n);
		if (text.len == 0 || used + 1 >= size)
			break;
		c = utf8_next(&text);
		n = utf8_put(keeps_less && c == '<' ? c : plain_char(c), character);
		if (used + n >= size)
			break;
		memcpy(out + used, character, n);
		used += n;
	}
	out[used] = '\0';
	return out;
}

char *plain_text(struct span text, char *out, size_t size)
{
	return make_plain(text, false, out, size);
}

char *plain_words(struct span text, char *out, size_t size)
{
	return make_plain(text, true, out, size);
}
