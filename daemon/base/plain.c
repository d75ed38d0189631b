/* no allocation · no lock · no log */
#include "base/plain.h"

#include "base/utf.h"

enum { LIKE_LESS = 0x2039 };

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

char *plain_text(struct span text, char *out, size_t size)
{
	size_t used = 0;

	while (text.len > 0) {
		char character[UTF8_CHAR_MAX] = { (char)text.at[0] };
		size_t n = 1;

		if (is_fit_ascii(text.at[0])) /* most are */
			text = span_drop(text, 1);
		else
			n = utf8_put(plain_char(utf8_next(&text)), character);
		if (used + n >= size)
			break;
		memcpy(out + used, character, n);
		used += n;
	}
	out[used] = '\0';
	return out;
}
