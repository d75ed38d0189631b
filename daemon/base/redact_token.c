#include "base/redact_token.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/ip.h"

#define UUID_LEN ((size_t)16)

/* A DUID is the longest that is written so (RFC 8415, 11.1). */
enum { OCTETS_MAX = 130, MAC_LEN = 6, DUID_LL = 10, DUID_LLT = 14, CLIENT_ID = 7 };

bool redact_is_word(char c)
{
	return isalnum((unsigned char)c) || c == ':' || c == '.' || c == '-' || c == '_';
}

static uint64_t hash_of(const struct hash_key *key, char kind, const uint8_t *at, size_t len)
{
	uint8_t octets[OCTETS_MAX + 1] = { (uint8_t)kind };

	memcpy(octets + 1, at, len);
	return hash_octets(key, span_of(octets, len + 1));
}

/* ---- octets in hexadecimal ---- */

/* Another octet for each, by what stands before it: four rounds of Feistel over its halves. */
static uint8_t turn_octet(const struct hash_key *key, const uint8_t *octets, uint8_t at)
{
	uint8_t high = octets[at] >> 4, low = octets[at] & 15;
	uint8_t seed[UUID_LEN + 3] = { 0 };

	memcpy(seed + 3, octets, at);
	for (uint8_t round = 0; round < 4; round++) {
		uint8_t next;

		seed[0] = at;
		seed[1] = round;
		seed[2] = low;
		next = (uint8_t)(high ^ (hash_of(key, 'm', seed, sizeof(seed)) & 15));
		high = low;
		low = next;
	}
	return (uint8_t)(high << 4 | low);
}

/* A MAC address, a UUID, or the beginning of one, which may be of both: what begins alike begins
 * alike afterwards, so that a pattern matches whom it did. A MAC says that it is made up. */
static void hash_beginning(const struct hash_key *key, uint8_t *octets, size_t len)
{
	uint8_t from[UUID_LEN] = { 0 };

	memcpy(from, octets, len);
	for (size_t i = 0; i < len; i++)
		octets[i] = turn_octet(key, from, (uint8_t)i);
	octets[0] = (uint8_t)((octets[0] & 0xfc) | 2);
}

static void hash_any(const struct hash_key *key, uint8_t *octets, size_t len)
{
	uint8_t whole[OCTETS_MAX];

	memcpy(whole, octets, len);
	for (size_t i = 0; i < len; i++)
		octets[i] = (uint8_t)(hash_of(key, 'o', whole, len) >> i % 8 * 8 ^ i * 29);
}

/* What ends in a MAC address ends in the same one. */
static void hash_octets_of(const struct hash_key *key, uint8_t *octets, size_t len)
{
	static const uint8_t ll[] = { 0, 3, 0, 1 }, llt[] = { 0, 1, 0, 1 };

	if (len == MAC_LEN || (len == CLIENT_ID && octets[0] == 1) ||
	    (len == DUID_LL && memcmp(octets, ll, sizeof(ll)) == 0) ||
	    (len == DUID_LLT && memcmp(octets, llt, sizeof(llt)) == 0))
		hash_beginning(key, octets + len - MAC_LEN, MAC_LEN);
	else
		hash_any(key, octets, len);
	if (len == DUID_LLT)
		memset(octets + 4, 0, 4); /* when it was made */
}

static bool is_digit(uint8_t c)
{
	return isxdigit(c) != 0;
}

static uint8_t digit(uint8_t c)
{
	return (uint8_t)(isdigit(c) ? c - '0' : (c | 0x20) - 'a' + 10);
}

/* Up to `most` octets, `group` of them without a sign between, then one of ":-.". Returns how many,
 * and *used of the word. */
static size_t read_octets(struct span word, size_t group, size_t most,
			  uint8_t out[static OCTETS_MAX], size_t *used)
{
	size_t n = 0, at = 0;
	uint8_t sign = 0;

	while (n < most && at + 1 < word.len && is_digit(word.at[at]) &&
	       is_digit(word.at[at + 1])) {
		out[n++] = (uint8_t)(digit(word.at[at]) << 4 | digit(word.at[at + 1]));
		*used = at += 2;
		if (n % group || at >= word.len)
			continue;
		if (!strchr(":-.", word.at[at]) || (sign && word.at[at] != sign))
			break;
		sign = word.at[at++];
	}
	return n;
}

/* Is the word over, but for a sign behind it? */
static bool ends_at(struct span word, size_t at)
{
	return at >= word.len || (strchr(":.-", word.at[at]) && at + 1 == word.len) ||
	       (word.at[at] == ':' && at + 1 < word.len && word.at[at + 1] == ' ');
}

/* Writes n octets in the form that they had in `used` octets of the word. */
static size_t write_octets(const struct hash_key *key, struct span word, size_t group,
			   uint8_t *octets, size_t n, size_t used, FILE *out)
{
	size_t next = 0;

	hash_octets_of(key, octets, n);
	for (size_t at = 0; at < used; at += 2) {
		fprintf(out, "%02x", octets[next++]);
		if (at + 2 < used && next % group == 0)
			fputc(word.at[at++ + 2], out);
	}
	return used;
}

static size_t put_octets(const struct hash_key *key, struct span word, size_t group, FILE *out)
{
	uint8_t octets[OCTETS_MAX];
	size_t used = 0, n = read_octets(word, group, OCTETS_MAX, octets, &used);

	if (n < MAC_LEN || !ends_at(word, used))
		return 0;
	return write_octets(key, word, group, octets, n, used, out);
}

/* 8-4-4-4-12, or 32 digits in a row. */
static size_t put_uuid(const struct hash_key *key, struct span word,
		       bool (*ends)(struct span word, size_t at), FILE *out)
{
	static const char form[] = "........-....-....-....-............";
	bool dashes = word.len >= sizeof(form) - 1 && word.at[8] == '-';
	size_t len = dashes ? sizeof(form) - 1 : 2 * UUID_LEN, n = 0;
	uint8_t uuid[UUID_LEN] = { 0 };

	if (word.len < len || !ends(word, len))
		return 0;
	for (size_t i = 0; i < len; i++) {
		if (dashes && form[i] == '-' && word.at[i] == '-')
			continue;
		if (!is_digit(word.at[i]) || n == 2 * UUID_LEN)
			return 0;
		uuid[n / 2] = (uint8_t)(uuid[n / 2] << 4 | digit(word.at[i]));
		n++;
	}
	if (n != 2 * UUID_LEN)
		return 0;
	hash_beginning(key, uuid, UUID_LEN);
	for (size_t i = 0; i < UUID_LEN; i++)
		fprintf(out, "%s%02x", dashes && (i == 4 || i == 6 || i == 8 || i == 10) ? "-" : "",
			uuid[i]);
	return len;
}

/* ---- addresses ---- */

/* Bits of an address that name nobody: they stay. All of them: the address says nothing. */
static unsigned known_bits(const struct ip *ip)
{
	const uint8_t *o = ip->octet;
	static const uint8_t loopback[16] = { [15] = 1 };

	if (ip->family == IP_V6)
		return ip_is_any(ip) || o[0] == 0xff || memcmp(o, loopback, 16) == 0 ? 128
		       : o[0] == 0xfe && (o[1] & 0xc0) == 0x80                       ? 64
		       : (o[0] & 0xfe) == 0xfc                                       ? 8
										     : 3;
	return o[0] == 0 || o[0] == 127 || o[0] >= 224                        ? 32
	       : (o[0] == 169 && o[1] == 254) || (o[0] == 192 && o[1] == 168) ? 16
	       : o[0] == 172 && o[1] >> 4 == 1                                ? 12
	       : o[0] == 10                                                   ? 8
									      : 1;
}

/* Bit by bit, each turned over or not by all that are before it: so networks stay networks. */
static void hash_ip(const struct hash_key *key, struct ip *ip)
{
	struct ip from = *ip;
	unsigned bits = ip->family == IP_V4 ? 32 : 128;
	uint8_t before[17] = { 0 };

	for (unsigned i = 0; i < bits; i++) {
		uint8_t bit = (uint8_t)(0x80 >> i % 8);

		before[16] = (uint8_t)i;
		if (i >= known_bits(&from) && hash_of(key, 'i', before, sizeof(before)) & 1)
			ip->octet[i / 8] ^= bit;
		before[i / 8] |= from.octet[i / 8] & bit;
	}
}

static size_t put_ip(const struct hash_key *key, struct span word, FILE *out)
{
	char text[IP_TEXT_MAX];
	struct ip ip;

	/* The longest beginning that is an address: "10.0.0.1:67", "fd77::1:" */
	for (size_t len = word.len < IP_TEXT_MAX ? word.len : IP_TEXT_MAX - 1; len >= 2; len--) {
		if (len < word.len && word.at[len] != ':' && word.at[len] != '.')
			continue;
		snprintf(text, sizeof(text), "%.*s", (int)len, (const char *)word.at);
		if (!ip_parse(text, &ip) || (len < word.len && word.at[len] == '.' &&
					     isdigit(word.at[len + 1 < word.len ? len + 1 : len])))
			continue;
		hash_ip(key, &ip);
		fputs(ip_text(&ip, text), out);
		return len;
	}
	return 0;
}

static const uint8_t groups[] = { 1, 2, MAC_LEN };

size_t redact_token(const struct hash_key *key, struct span word, FILE *out)
{
	size_t used = put_uuid(key, word, ends_at, out);

	for (size_t i = 0; used == 0 && i < sizeof(groups); i++)
		used = put_octets(key, word, groups[i], out);
	return used ? used : put_ip(key, word, out);
}

/* ---- inside a word: a file's name ---- */

static bool is_sign(uint8_t c)
{
	return c == '-' || c == '_' || c == '.' || c == ':';
}

static bool ends_at_sign(struct span word, size_t at)
{
	return at >= word.len || is_sign(word.at[at]);
}

/* What stands behind may look like more of them: "52-54-00-12-34-56-efi". */
static size_t put_octets_before(const struct hash_key *key, struct span word, size_t group,
				FILE *out)
{
	uint8_t octets[OCTETS_MAX];
	size_t used = 0, n = read_octets(word, group, OCTETS_MAX, octets, &used);

	while (n >= MAC_LEN && (n % group || !ends_at_sign(word, used)))
		n = read_octets(word, group, n - 1, octets, &used);
	return n < MAC_LEN ? 0 : write_octets(key, word, group, octets, n, used, out);
}

/* What names something at the beginning of the rest of a word. */
static size_t put_part(const struct hash_key *key, struct span part, bool inside, FILE *out)
{
	size_t used = put_uuid(key, part, ends_at_sign, out);

	for (size_t i = 0; used == 0 && i < sizeof(groups); i++)
		used = put_octets_before(key, part, groups[i], out);
	return used || !inside || memchr(part.at, ':', part.len) ? used : put_ip(key, part, out);
}

/* ---- inside a word: grown together with other letters ---- */

static bool are_letters(const uint8_t *at, size_t len)
{
	while (len > 0 && isalpha(at[len - 1]))
		len--;
	return len == 0;
}

/* Digits in a row, twelve of which are an address: behind letters that are digits too (in
 * "pc5254…"), or before some. Where that is not to be seen all of them go. */
static size_t put_run(const struct hash_key *key, struct span part, size_t run, FILE *out)
{
	enum { DIGITS = 2 * MAC_LEN };
	size_t more = run - DIGITS, from = are_letters(part.at, more) ? more : 0;
	uint8_t octets[OCTETS_MAX];
	size_t used = 0;

	if (from == more || are_letters(part.at + DIGITS, more)) {
		fwrite(part.at, 1, from, out);
		part = span_drop(part, from);
		read_octets(part, MAC_LEN, MAC_LEN, octets, &used);
		return from + write_octets(key, part, MAC_LEN, octets, MAC_LEN, used, out);
	}
	for (size_t at = 0; at < run; at += DIGITS) {
		size_t len = run - at < DIGITS ? run - at : DIGITS;
		char digits[17];

		snprintf(digits, sizeof(digits), "%016" PRIx64,
			 hash_of(key, 'r', part.at + at, len));
		fwrite(digits, 1, len, out);
	}
	return run;
}

/* Six octets with signs between them, whatever stands behind. */
static size_t put_signed(const struct hash_key *key, struct span part, FILE *out)
{
	uint8_t octets[OCTETS_MAX];
	size_t used = 0;

	for (size_t group = 1; group <= 2; group++) {
		size_t n = put_octets_before(key, part, group, out);

		if (n > 0)
			return n;
		if (read_octets(part, group, MAC_LEN, octets, &used) == MAC_LEN)
			return write_octets(key, part, group, octets, MAC_LEN, used, out);
	}
	return 0;
}

/* An address that begins at `from`, and has a letter before or behind it. A row of digits that
 * stands alone is none: a checksum. */
static size_t put_glued(const struct hash_key *key, struct span word, size_t from, FILE *out)
{
	struct span part = span_drop(word, from);
	bool before = from > 0 && !is_sign(word.at[from - 1]);
	size_t run = 0;

	if (!before || !is_digit(word.at[from - 1])) {
		while (run < part.len && is_digit(part.at[run]))
			run++;
		if (run >= 2 * (size_t)MAC_LEN && (before || !ends_at_sign(part, run)))
			return put_run(key, part, run, out);
	}
	return put_signed(key, part, out);
}

/* ---- a whole word ---- */

static bool is_of_pattern(uint8_t c)
{
	return is_digit(c) || c == '*' || c == ':' || c == '-' || c == '.';
}

/* Its digits, of which those before the first "*" are read. False: it names nobody. */
static bool read_pattern(struct span word, uint8_t octets[static UUID_LEN], size_t *before)
{
	size_t digits = 0, signs = 0;
	bool star = false;

	*before = 0;
	for (size_t i = 0; i < word.len; i++) {
		star |= word.at[i] == '*';
		signs += word.at[i] == ':' || word.at[i] == '-';
		if (!is_digit(word.at[i]))
			continue;
		digits++;
		if (star || *before == 2 * UUID_LEN)
			continue;
		octets[*before / 2] |= (uint8_t)(digit(word.at[i]) << (*before % 2 ? 0 : 4));
		++*before;
	}
	/* "*:67" is any address, with a port */
	return star && digits >= (signs ? 2 : 4) && (*before > 0 || signs != 1);
}

/* "10.0.0.1:*" is an address, with any port. */
static bool begins_with_ipv4(struct span word)
{
	char text[IP_TEXT_MAX];
	size_t len = 0;
	struct ip ip;

	while (len < word.len && (isdigit(word.at[len]) || word.at[len] == '.'))
		len++;
	if (len >= sizeof(text))
		return false;
	memcpy(text, word.at, len);
	text[len] = '\0';
	return ip_parse(text, &ip) && ip.family == IP_V4;
}

size_t redact_pattern(const struct hash_key *key, struct span text, FILE *out)
{
	struct span word = span_of(text.at, 0);
	uint8_t octets[UUID_LEN] = { 0 };
	size_t before, n = 0;
	uint64_t rest;

	while (word.len < text.len && word.len < OCTETS_MAX && is_of_pattern(text.at[word.len]))
		word.len++;
	if ((word.len < text.len && redact_is_word((char)text.at[word.len])) ||
	    !read_pattern(word, octets, &before) || begins_with_ipv4(word))
		return 0;
	if (before > 0)
		hash_beginning(key, octets, (before + 1) / 2);
	rest = hash_of(key, 'p', word.at, word.len);
	for (size_t i = 0; i < word.len; i++) {
		if (!is_digit(word.at[i]))
			fputc(word.at[i], out);
		else if (n < before)
			fprintf(out, "%x", octets[n / 2] >> (n % 2 ? 0 : 4) & 15);
		else
			fprintf(out, "%x", (unsigned)(rest >> n % 16 * 4) & 15);
		n += is_digit(word.at[i]);
	}
	return word.len;
}

size_t redact_hex_ip(const struct hash_key *key, struct span word, bool beginning, FILE *out)
{
	struct ip ip = { .family = IP_V4 };
	bool letter = false;
	size_t n = 0;

	for (; n < word.len && isxdigit(word.at[n]) && !islower(word.at[n]); n++) {
		if (n == 8)
			return 0;
		ip.octet[n / 2] |= (uint8_t)(digit(word.at[n]) << (n % 2 ? 0 : 4));
		letter = letter || isalpha(word.at[n]);
	}
	if (n == 0 || (n < word.len && word.at[n] != '.') || (!beginning && (n < 8 || !letter)))
		return 0;
	hash_ip(key, &ip);
	for (size_t i = 0; i < n; i++)
		fprintf(out, "%X", ip.octet[i / 2] >> (i % 2 ? 0 : 4) & 15);
	return n;
}

size_t redact_inside(const struct hash_key *key, struct span word, FILE *out)
{
	char *text = NULL;
	size_t len = 0, used = 0, from = 0;
	FILE *part = open_memstream(&text, &len);

	while (part && used == 0 && from < word.len) {
		if (from == 0 || is_sign(word.at[from - 1]))
			used = put_part(key, span_drop(word, from), from > 0, part);
		if (used == 0)
			used = put_glued(key, word, from, part);
		from += used == 0;
	}
	if (part)
		fclose(part);
	if (used > 0) {
		fwrite(word.at, 1, from, out);
		fwrite(text, 1, len, out);
	}
	free(text);
	return used ? from + used : 0;
}

void redact_host(const struct hash_key *key, struct span name, FILE *out)
{
	uint8_t lower[OCTETS_MAX * 8];
	size_t len = name.len < sizeof(lower) ? name.len : sizeof(lower);

	for (size_t i = 0; i < len; i++)
		lower[i] = (uint8_t)tolower(name.at[i]);
	fprintf(out, "host-%08x", (unsigned)(hash_octets(key, span_of(lower, len)) >> 32));
}
