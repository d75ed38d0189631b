#include "base/json_line.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf.h"

/* The text that is left, and which brackets are open: true for those of an object. */
struct reader {
	char *at, *end;
	const char *wrong; /* NULL: nothing yet */
	bool object[JSON_LINE_DEPTH_MAX];
	size_t depth;
};

static bool fail(struct reader *it, const char *wrong)
{
	it->wrong = wrong;
	return false;
}

/* The next octet; 0 at the end, which stands nowhere in JSON. */
static char peek(const struct reader *it)
{
	return it->at < it->end ? *it->at : '\0';
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static void skip_blanks(struct reader *it)
{
	for (; is_blank(peek(it)); it->at++)
		*it->at = ' ';
}

/* ---- strings ---- */

/* Four digits behind "\u"; -1: they are none. */
static int32_t take_hex(struct reader *it)
{
	int32_t value = 0;

	for (int i = 0; i < 4; i++, it->at++) {
		const char *digits = "0123456789abcdef0123456789ABCDEF";
		const char *digit = peek(it) ? strchr(digits, peek(it)) : NULL;

		if (!digit)
			return -1;
		value = value << 4 | ((digit - digits) & 15);
	}
	return value;
}

/* Behind "\u": a character, or both halves of one. */
static bool take_unicode(struct reader *it)
{
	int32_t first = take_hex(it), second;

	if (first < 0)
		return fail(it, "\\u needs four hexadecimal digits");
	if (first == 0)
		return fail(it, "\\u0000 is not taken");
	if (first < 0xd800 || first > 0xdfff)
		return true;
	if (first > 0xdbff || it->end - it->at < 2 || it->at[0] != '\\' || it->at[1] != 'u')
		return fail(it, "half of a character");
	it->at += 2;
	second = take_hex(it);
	if (second < 0xdc00 || second > 0xdfff)
		return fail(it, "half of a character");
	return true;
}

static bool take_escape(struct reader *it)
{
	char c = peek(it);

	if (!c || !strchr("\"\\/bfnrtu", c))
		return fail(it, "no such escape");
	it->at++;
	return c != 'u' || take_unicode(it);
}

static bool take_string(struct reader *it)
{
	for (it->at++; it->at < it->end; it->at++) {
		unsigned char c = (unsigned char)*it->at;

		if (c < ' ')
			return fail(it, "a control octet in a string");
		if (c == '"') {
			it->at++;
			return true;
		}
		if (c != '\\')
			continue;
		it->at++;
		if (!take_escape(it))
			return false;
		it->at--;
	}
	return fail(it, "a string without its end");
}

/* ---- numbers and words ---- */

static size_t take_digits(struct reader *it)
{
	size_t n = 0;

	for (; peek(it) >= '0' && peek(it) <= '9'; it->at++)
		n++;
	return n;
}

/* As a machine reads it: an integer of 64 bits, or a double. */
static bool is_in_range(const char *from, size_t len, bool real)
{
	char text[64];

	if (len >= sizeof(text))
		return false;
	memcpy(text, from, len);
	text[len] = '\0';
	errno = 0;
	if (real)
		return fabs(strtod(text, NULL)) != HUGE_VAL;
	(void)strtoll(text, NULL, 10);
	return errno != ERANGE;
}

/* No zero before other digits. */
static bool take_whole(struct reader *it)
{
	if (peek(it) != '0')
		return take_digits(it) > 0;
	it->at++;
	return true;
}

static bool take_number(struct reader *it)
{
	const char *from = it->at;
	bool real = false;

	it->at += peek(it) == '-';
	if (!take_whole(it))
		return fail(it, "not a number");
	if (peek(it) == '.') {
		it->at++;
		real = true;
		if (take_digits(it) == 0)
			return fail(it, "no digit behind the point");
	}
	if (peek(it) == 'e' || peek(it) == 'E') {
		it->at++;
		real = true;
		it->at += peek(it) == '+' || peek(it) == '-';
		if (take_digits(it) == 0)
			return fail(it, "no digit in the exponent");
	}
	if (!is_in_range(from, (size_t)(it->at - from), real))
		return fail(it, "a number that is too large or too long");
	return true;
}

static bool take_word(struct reader *it)
{
	static const char *const words[] = { "true", "false", "null" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		size_t len = strlen(words[i]);

		if ((size_t)(it->end - it->at) < len || memcmp(it->at, words[i], len) != 0)
			continue;
		it->at += len;
		return true;
	}
	return fail(it, it->at < it->end ? "no value begins so" : "a value is missing");
}

/* ---- arrays and objects ---- */

static bool is_object(const struct reader *it)
{
	return it->depth > 0 && it->object[it->depth - 1];
}

static bool take_key(struct reader *it)
{
	skip_blanks(it);
	if (peek(it) != '"')
		return fail(it, "a name in quotes is missing");
	if (!take_string(it))
		return false;
	skip_blanks(it);
	if (peek(it) != ':')
		return fail(it, "a colon is missing");
	it->at++;
	return true;
}

/* Opens a bracket. *empty: and closes it. */
static bool open(struct reader *it, bool *empty)
{
	bool object = peek(it) == '{';

	if (it->depth == JSON_LINE_DEPTH_MAX)
		return fail(it, "too deep");
	it->object[it->depth++] = object;
	it->at++;
	skip_blanks(it);
	*empty = peek(it) == (object ? '}' : ']');
	if (*empty) {
		it->at++;
		it->depth--;
		return true;
	}
	return !object || take_key(it);
}

/* Behind a value: closes what ends there. *more: another value follows. */
static bool go_on(struct reader *it, bool *more)
{
	*more = false;
	for (; it->depth > 0; it->depth--) {
		skip_blanks(it);
		*more = peek(it) == ',';
		if (*more) {
			it->at++;
			return !is_object(it) || take_key(it);
		}
		if (peek(it) != (is_object(it) ? '}' : ']'))
			return fail(it, is_object(it) ? "a comma or } is missing"
						      : "a comma or ] is missing");
		it->at++;
	}
	return true;
}

/* One value, or how it begins: *whole says which. */
static bool take_value(struct reader *it, bool *whole)
{
	char c;

	skip_blanks(it);
	c = peek(it);
	*whole = true;
	if (c == '{' || c == '[')
		return open(it, whole);
	if (c == '"')
		return take_string(it);
	if (c == '-' || (c >= '0' && c <= '9'))
		return take_number(it);
	return take_word(it);
}

static bool take_all(struct reader *it)
{
	bool more = true, whole;

	while (more) {
		if (!take_value(it, &whole))
			return false;
		if (whole && !go_on(it, &more))
			return false;
	}
	skip_blanks(it);
	return it->at == it->end || fail(it, "more than one value");
}

/* The first octet that is no UTF-8; the length where all are. */
static size_t broken_at(const char *text, size_t len)
{
	struct span left = span_of(text, len);

	while (left.len > 0) {
		size_t before = left.len;

		if (utf8_next(&left) == 0xfffd && before - left.len == 1)
			return len - before;
	}
	return len;
}

const char *json_line(char *text, size_t len, size_t *at)
{
	struct reader it = { .at = text, .end = text + len };

	*at = broken_at(text, len);
	if (*at < len)
		return "not UTF-8";
	if (take_all(&it))
		return NULL;
	*at = (size_t)(it.at - text);
	return it.wrong;
}
