#include "id.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { MAC_LEN = 6, UUID_LEN = 16, DUID_LEAST = 3, DUID_MOST = 130 };

static int nibble(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Two digits. */
static bool octet(const char *text, uint8_t *out)
{
	int high = nibble(text[0]), low = high < 0 ? -1 : nibble(text[1]);

	if (low < 0)
		return false;
	*out = (uint8_t)(high << 4 | low);
	return true;
}

static bool put_octet(const char *text, struct id *out)
{
	if (out->len == ID_MAX || !octet(text, &out->at[out->len]))
		return false;
	out->len++;
	return true;
}

/* Octets in groups of one size, with one sign between; without a sign, one group. */
static bool octets_in_groups(const char *text, const char *signs, struct id *out)
{
	size_t first = strcspn(text, signs), len = strlen(text);
	char sign = text[first];

	out->len = 0;
	for (size_t at = 0; at < len;) {
		size_t group = strcspn(text + at, signs);

		if (group == 0 || group % 2 != 0 || group != first)
			return false;
		for (size_t end = at + group; at < end; at += 2)
			if (!put_octet(text + at, out))
				return false;
		if (at < len && (text[at] != sign || text[++at] == '\0'))
			return false;
	}
	return out->len > 0;
}

/* 00:11:22:33:44:55, 00-11-22-33-44-55, 0011.2233.4455, 001122-334455, 001122334455. */
static bool mac_parse(const char *text, struct id *out)
{
	return octets_in_groups(text, ":-.", out) && out->len == MAC_LEN &&
	       strcspn(text, ":-.") != 8 && strcspn(text, ":-.") != 10;
}

static const uint8_t turned_from[UUID_LEN] = {
	3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15
};

void uuid_turn(const uint8_t in[UUID_LEN], uint8_t out[UUID_LEN])
{
	for (int i = 0; i < UUID_LEN; i++)
		out[i] = in[turned_from[i]];
}

static bool is_dash_before(int octet_number)
{
	return octet_number == 4 || octet_number == 6 || octet_number == 8 || octet_number == 10;
}

/* With dashes, perhaps in braces; or 32 digits, which are in the order on the wire. */
static bool uuid_parse(const char *text, struct id *out)
{
	bool braces = *text == '{', dashes;
	uint8_t at[UUID_LEN];

	text += braces;
	dashes = strlen(text) > 8 && text[8] == '-';
	for (int i = 0; i < UUID_LEN; i++, text += 2) {
		if (dashes && is_dash_before(i) && *text++ != '-')
			return false;
		if (!octet(text, &at[i]))
			return false;
	}
	if (strcmp(text, braces ? "}" : "") != 0)
		return false;
	out->len = UUID_LEN;
	if (dashes)
		memcpy(out->at, at, UUID_LEN);
	else
		uuid_turn(at, out->at);
	return true;
}

static bool duid_parse(const char *text, struct id *out)
{
	return octets_in_groups(text, ":-", out) && out->len >= DUID_LEAST && out->len <= DUID_MOST;
}

static bool text_parse(const char *text, struct id *out)
{
	size_t len = strlen(text);

	if (len == 0 || len > ID_MAX)
		return false;
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)text[i] < ' ' || text[i] == 0x7f)
			return false;
	out->len = (uint8_t)len;
	memcpy(out->at, text, len);
	return true;
}

/* Octets as 01:52:54:00 or 0x01525400, or any other text; behind "text:" always a text. */
static bool client_parse(const char *text, struct id *out)
{
	if (strncmp(text, "text:", 5) == 0)
		return text_parse(text + 5, out);
	if (strncasecmp(text, "0x", 2) == 0 && octets_in_groups(text + 2, "", out))
		return true;
	if (strpbrk(text, ":-") == text + 2 && octets_in_groups(text, ":-", out))
		return true;
	return text_parse(text, out);
}

static const struct {
	const char *word;
	bool (*parse)(const char *text, struct id *out);
} kinds[ID_KINDS] = {
	[ID_UUID] = { "uuid", uuid_parse },
	[ID_MAC] = { "mac", mac_parse },
	[ID_DUID] = { "duid", duid_parse },
	[ID_CLIENT] = { "id", client_parse },
};

const char *id_word(enum id_kind kind)
{
	return kinds[kind].word;
}

bool id_parse_kind(enum id_kind kind, const char *text, struct id *out)
{
	out->kind = (uint8_t)kind;
	out->len = 0;
	return kinds[kind].parse(text, out);
}

bool id_parse(const char *text, struct id *out)
{
	for (unsigned kind = 0; kind < ID_KINDS; kind++) {
		size_t len = strlen(kinds[kind].word);

		if (strncasecmp(text, kinds[kind].word, len) == 0 && text[len] == ':')
			return id_parse_kind(kind, text + len + 1, out);
	}
	return id_parse_kind(ID_MAC, text, out) || id_parse_kind(ID_UUID, text, out);
}

/* ---- as text -----------------------------------------------------------------------------------
 */

static char *put_hex(char *to, const uint8_t *at, size_t len, char sign)
{
	for (size_t i = 0; i < len; i++)
		to += sprintf(to, "%s%02x", i > 0 && sign ? (char[]){ sign, '\0' } : "", at[i]);
	return to;
}

/* A text that is read as itself: without what divides words. */
static bool is_plain(const uint8_t *at, size_t len)
{
	char text[ID_MAX + 1];
	struct id again;

	for (size_t i = 0; i < len; i++)
		if (at[i] <= ' ' || at[i] >= 0x7f || at[i] == '|' || at[i] == ',' || at[i] == '"')
			return false;
	memcpy(text, at, len);
	text[len] = '\0';
	return id_parse_kind(ID_CLIENT, text, &again) && id_is(&again, ID_CLIENT, at, len);
}

static void client_text(const uint8_t *at, size_t len, char *to)
{
	if (len > 0 && is_plain(at, len)) {
		memcpy(to, at, len);
		to[len] = '\0';
		return;
	}
	if (len == 1)
		to += sprintf(to, "0x");
	put_hex(to, at, len, ':');
}

void id_text_bare(enum id_kind kind, const uint8_t *at, size_t len, char out[ID_TEXT_SIZE])
{
	out[0] = '\0';
	if (kind == ID_CLIENT) {
		client_text(at, len, out);
	} else if (kind == ID_UUID) {
		for (int i = 0; i < UUID_LEN; i++) {
			if (is_dash_before(i))
				*out++ = '-';
			out = put_hex(out, at + i, 1, '\0');
		}
	} else {
		put_hex(out, at, len, ':');
	}
}

void id_text(enum id_kind kind, const uint8_t *at, size_t len, char out[ID_TEXT_SIZE])
{
	int used = sprintf(out, "%s:", kinds[kind].word);
	char bare[ID_TEXT_SIZE];

	id_text_bare(kind, at, len, bare);
	memcpy(out + used, bare, strlen(bare) + 1);
}
