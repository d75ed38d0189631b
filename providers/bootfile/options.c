#include "options.h"

#include <errno.h>
#include <stdlib.h>
#include <strings.h>

#include "pattern.h"
#include "variables.h"

/* ---- what would break an answer ----------------------------------------------------------------
 */

enum { FOUR = 1, SIX = 2 };
enum { IPXE_MAX = OPTION4_MAX - 3 }; /* the kit's priority goes before */

#define EACH_ANSWER "every answer has its own"
#define A_LEASE     "it is about a lease, and this server gives none"
#define A_CLIENTS   "clients send it, not servers"
#define NO_OPTION   "there is no such option"

/* In the order of the codes. */
static const struct {
	uint8_t families;
	uint16_t first, last;
	const char *why, *write;
} refused[] = {
	{ FOUR, 0, 0, NO_OPTION, "" },
	{ FOUR, 50, 51, A_LEASE, "" },
	{ FOUR, 52, 53, EACH_ANSWER, "" },
	{ FOUR, 54, 54, EACH_ANSWER, ": write server-id = \"...\"" },
	{ FOUR, 55, 55, A_CLIENTS, "" },
	{ FOUR, 57, 57, A_CLIENTS, "" },
	{ FOUR, 58, 59, A_LEASE, "" },
	{ FOUR, 60, 60, EACH_ANSWER, ": write classes = [ \"...\" ] in settings" },
	{ FOUR, 61, 61, EACH_ANSWER, "" },
	{ FOUR, 66, 66, EACH_ANSWER, ": write server = \"...\"; options-66-67 = true" },
	{ FOUR, 67, 67, EACH_ANSWER, ": write file = \"...\"; options-66-67 = true" },
	{ FOUR, 77, 77, A_CLIENTS, "" },
	{ FOUR, 80, 80, A_LEASE, "" },
	{ FOUR, 82, 82, EACH_ANSWER, "" },
	{ FOUR, 90, 90, "a signature fits one message only", "" },
	{ FOUR, 93, 94, A_CLIENTS, "" },
	{ FOUR, 97, 97, EACH_ANSWER, "" },
	{ FOUR, 116, 116, A_LEASE, "" },
	{ FOUR, 118, 118, A_CLIENTS, "" },
	{ FOUR, 250, 250, EACH_ANSWER, ": write windows = { ... }" },
	{ FOUR, 252, 252, EACH_ANSWER, ": write bcd = \"...\"" },
	{ FOUR, 255, UINT16_MAX, NO_OPTION, "" },
	{ SIX, 0, 0, NO_OPTION, "" },
	{ SIX, 1, 2, EACH_ANSWER, "" },
	{ SIX, 3, 5, A_LEASE, "" },
	{ SIX, 6, 6, A_CLIENTS, "" },
	{ SIX, 8, 8, A_CLIENTS, "" },
	{ SIX, 9, 9, EACH_ANSWER, "" },
	{ SIX, 11, 11, "a signature fits one message only", "" },
	{ SIX, 12, 14, A_LEASE, "" },
	{ SIX, 16, 16, EACH_ANSWER, "" },
	{ SIX, 18, 18, EACH_ANSWER, "" },
	{ SIX, 19, 20, A_LEASE, "" },
	{ SIX, 25, 26, A_LEASE, "" },
	{ SIX, 59, 59, EACH_ANSWER, ": write url = \"...\"" },
	{ SIX, 60, 60, EACH_ANSWER, ": write params = \"...\"" },
	{ SIX, 61, 62, A_CLIENTS, "" },
	{ SIX, 79, 79, A_CLIENTS, "" },
	{ SIX, 135, 135, EACH_ANSWER, "" },
	{ SIX, 50014, 50014, EACH_ANSWER, ": write bcd = \"...\"" },
	{ SIX, 50001, 50018, EACH_ANSWER, ": write windows = { ... }" },
};

/* ---- one option --------------------------------------------------------------------------------
 */

/* A value that grows. */
struct value {
	uint8_t *at; /* owned */
	size_t len;
};

static int value_add(struct value *value, const void *octets, size_t len)
{
	uint8_t *at = realloc(value->at, value->len + len + 1);

	if (!at)
		return -ENOMEM;
	if (len > 0)
		memcpy(at + value->len, octets, len);
	value->at = at;
	value->len += len;
	return 0;
}

struct option {
	const struct keys *keys;
	bool nested, has_code, has_value, has_sub;
	bool varies; /* it has variables, which the kit replaces */
	uint32_t code, family;
	struct value value;
};

static int code_key(struct option *option, const char *name, const struct scalars *scalars)
{
	option->has_code = true;
	if (scalars->n == 1 && scalars->at[0].text)
		return keys_error(option->keys, name,
				  "must be the number of an option, not \"%s\" [W0114]",
				  scalars->at[0].text);
	return keys_want_number(option->keys, name, scalars, UINT16_MAX, &option->code);
}

static int family_key(struct option *option, const char *name, const struct scalars *scalars)
{
	int r = keys_want_number(option->keys, name, scalars, UINT32_MAX, &option->family);

	if (r == 0 && option->family != 4 && option->family != 6)
		return keys_error(option->keys, name, "must be 4 or 6, not %u [W0117]",
				  option->family);
	return r;
}

static int text_key(struct option *option, const char *name, const struct scalars *scalars)
{
	const char *text = NULL;
	int r = keys_want_text(option->keys, name, scalars, &text);

	if (r < 0)
		return r;
	r = variables_check(option->keys, name, text, VARIABLES_FOR_FILES, &option->varies);
	if (r == 0 && option->varies && option->nested)
		r = keys_error(option->keys, name,
			       "variables are not replaced in an option within another [W0178]");
	return r < 0 ? r : value_add(&option->value, text, strlen(text));
}

/* Octets of two digits, with or without one of ":- " between. */
static int hex_key(struct option *option, const char *name, const struct scalars *scalars)
{
	const char *text = NULL, *at;
	int r = keys_want_text(option->keys, name, scalars, &text);

	for (at = text; r == 0 && *at;) {
		uint8_t octet;

		if (!octet_parse(at, &octet))
			return keys_error(option->keys, name,
					  "\"%s\" is not octets in hexadecimal digits, such as "
					  "\"06:01:08\" [W0177]",
					  text);
		r = value_add(&option->value, &octet, 1);
		at += 2;
		if (*at && strchr(":- ", *at) && at[1])
			at++;
	}
	return r;
}

static int addresses_key(struct option *option, const char *name, const struct scalars *scalars)
{
	int r = keys_want_texts(option->keys, name, scalars);

	for (size_t i = 0; i < scalars->n && r == 0; i++) {
		PXE_BOOT_IP ip;

		if (!address_parse(scalars->at[i].text, &ip) ||
		    ip.uAddrLen != (option->family == 6 ? 16 : 4))
			return keys_error_member(option->keys, name, i,
						 "\"%s\" is not an IPv%u address [W0177]",
						 scalars->at[i].text, option->family);
		r = value_add(&option->value, ip.bAddress, ip.uAddrLen);
	}
	return r;
}

static int number_key(struct option *option, const char *name, const struct scalars *scalars,
		      unsigned octets)
{
	uint32_t most = octets < 4 ? (UINT32_C(1) << 8 * octets) - 1 : UINT32_MAX, number = 0;
	uint8_t at[4];
	int r = keys_want_number(option->keys, name, scalars, most, &number);

	for (unsigned i = 0; i < octets; i++)
		at[i] = (uint8_t)(number >> 8 * (octets - 1 - i));
	return r < 0 ? r : value_add(&option->value, at, octets);
}

static int number8_key(struct option *option, const char *name, const struct scalars *scalars)
{
	return number_key(option, name, scalars, 1);
}

static int number16_key(struct option *option, const char *name, const struct scalars *scalars)
{
	return number_key(option, name, scalars, 2);
}

static int number32_key(struct option *option, const char *name, const struct scalars *scalars)
{
	return number_key(option, name, scalars, 4);
}

/* `value`: it is one of the forms of the value. */
static const struct {
	const char *name;
	int (*compile)(struct option *option, const char *name, const struct scalars *scalars);
	bool value;
} option_keys[] = {
	{ "code", code_key, false },
	{ "family", family_key, false },
	{ "text", text_key, true },
	{ "hex", hex_key, true },
	{ "addresses", addresses_key, true },
	{ "number8", number8_key, true },
	{ "number16", number16_key, true },
	{ "number32", number32_key, true },
	{ "sub", NULL, true },
};

enum { N_KEYS = sizeof option_keys / sizeof *option_keys };

#define FORMS "text, hex, addresses, number8, number16, number32 or sub"

static int no_such_key(const struct keys *keys, const char *name)
{
	const char *known[N_KEYS + 1] = { NULL }, *meant;

	for (size_t i = 0; i < N_KEYS; i++)
		known[i] = option_keys[i].name;
	meant = PxeBootNearest(name, known);
	if (meant)
		return keys_error(keys, name, "unknown setting: did you mean \"%s\"? [W0110]",
				  meant);
	return keys_error(keys, name,
			  "unknown setting: an option has code, family, and " FORMS " [W0110]");
}

static int option_read(const struct keys *keys, struct option *option);

/* An option within an option. */
static int sub_each(void *context, const struct keys *group, unsigned index)
{
	struct option *whole = context;
	struct option part = { .nested = true, .family = whole->family };
	uint8_t head[2];
	int r = option_read(group, &part);

	(void)index;
	if (r == 0 && (part.code == 0 || part.code > 254 || part.value.len > UINT8_MAX))
		r = keys_error(group, NULL,
			       "an option within another has a code from 1 to 254, and at most 255 "
			       "octets [W0175]");
	head[0] = (uint8_t)part.code;
	head[1] = (uint8_t)part.value.len;
	if (r == 0)
		r = value_add(&whole->value, head, sizeof head);
	if (r == 0)
		r = value_add(&whole->value, part.value.at, part.value.len);
	free(part.value.at);
	return r;
}

static int sub_open(struct option *option, const char *name)
{
	if (option->nested)
		return keys_error(option->keys, name,
				  "an option within another has no such of its own [W0175]");
	if (option->family == 6)
		return keys_error(
			option->keys, name,
			"options within another are for IPv4 alone: write the value as hex "
			"[W0175]");
	option->has_sub = true;
	return keys_each_group(option->keys, name, "options", sub_each, option);
}

static int value_key(struct option *option, const char *name, size_t i)
{
	struct scalars scalars = { .n = 0 };
	int r;

	if (option_keys[i].value && option->has_value)
		return keys_error(option->keys, name, "an option has one of " FORMS " [W0150]");
	option->has_value |= option_keys[i].value;
	if (!option_keys[i].compile)
		return sub_open(option, name);
	r = keys_read(option->keys, name, &scalars);
	if (r == 0)
		r = option_keys[i].compile(option, name, &scalars);
	scalars_done(&scalars);
	return r;
}

/* The family says how addresses are read: it comes first, in whatever order they are written. */
static int first_key(void *context, const char *name)
{
	struct option *option = context;

	return strcasecmp(name, "family") == 0 ? value_key(option, name, 1) : 0;
}

static int each_key(void *context, const char *name)
{
	struct option *option = context;

	if (strcasecmp(name, "family") == 0)
		return option->nested ? keys_error(option->keys, name,
						   "an option within another has the family of "
						   "the whole [W0175]")
				      : 0; /* it was first */
	for (size_t i = 0; i < N_KEYS; i++)
		if (strcasecmp(option_keys[i].name, name) == 0)
			return value_key(option, name, i);
	return no_such_key(option->keys, name);
}

static int option_read(const struct keys *keys, struct option *option)
{
	int r = 0;

	option->keys = keys;
	if (!option->nested)
		r = keys_each(keys, first_key, option);
	if (r == 0)
		r = keys_each(keys, each_key, option);
	if (r == 0 && !option->has_code)
		return keys_error(keys, NULL, "has no code: write code = 209 [W0118]");
	if (r == 0 && !option->has_value)
		return keys_error(keys, NULL, "has no value: write one of " FORMS " [W0118]");
	return r;
}

/* ---- all of them -------------------------------------------------------------------------------
 */

/* Octets that firmware reads as codes, each with a length. */
static bool is_encapsulated(const struct option *option)
{
	const uint8_t *at = option->value.at, *end = at + option->value.len;

	while (at < end && *at != 255) {
		if (*at == 0)
			at++;
		else if (end - at < 2 || at[1] > end - at - 2)
			return false;
		else
			at += 2 + at[1];
	}
	return true;
}

/* Of options that are lists. */
static int list_check(const struct option *option)
{
	if (option->family != 4 || (option->code != 43 && option->code != 175))
		return 0;
	if (option->varies)
		return keys_error(
			option->keys, NULL,
			"variables are not replaced in option %u, for it has lengths in it: "
			"write what they stand for [W0178]",
			option->code);
	if (!is_encapsulated(option))
		return keys_error(option->keys, NULL,
				  "option %u must be a list of code, length and value [W0175]",
				  option->code);
	return 0;
}

static int option_check(const struct options *before, const struct option *option)
{
	uint8_t bit = option->family == 6 ? SIX : FOUR;
	size_t most = option->family == 6 ? 1024 : option->code == 175 ? IPXE_MAX : OPTION4_MAX;

	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
		if ((refused[i].families & bit) && refused[i].first <= option->code &&
		    option->code <= refused[i].last)
			return keys_error(option->keys, "code", "%u is not allowed: %s%s [W0175]",
					  option->code, refused[i].why, refused[i].write);
	if (options_have(before, option->family, option->code))
		return keys_error(option->keys, "code", "%u is there twice [W0176]", option->code);
	if (option->value.len > most)
		return keys_error(option->keys, NULL, "option %u is longer than %zu octets [W0175]",
				  option->code, most);
	return list_check(option);
}

/* Takes over the value. */
static int option_take(struct options *out, const struct option *option)
{
	PXE_BOOT_OPTION *at = realloc(out->at, (out->n + 1) * sizeof *at);

	if (!at)
		return -ENOMEM;
	out->at = at;
	at[out->n++] =
		(PXE_BOOT_OPTION){ option->family |
					   (option->varies ? PXE_BOOT_OPTION_VARIABLES : 0u),
				   option->code, octets_of(option->value.at, option->value.len) };
	out->varies |= option->varies;
	return 0;
}

/* PXE's own list ends so. */
static int option_end(struct option *option)
{
	static const uint8_t end = 255;

	if (!option->has_sub || option->family != 4 || option->code != 43)
		return 0;
	return value_add(&option->value, &end, 1);
}

static int option_each(void *context, const struct keys *group, unsigned index)
{
	struct options *out = context;
	struct option option = { .family = 4 };
	int r = option_read(group, &option);

	(void)index;
	if (r == 0)
		r = option_end(&option);
	if (r == 0)
		r = option_check(out, &option);
	if (r == 0)
		r = option_take(out, &option);
	if (r < 0)
		free(option.value.at);
	return r;
}

int options_open(const struct keys *keys, const char *name, struct options *out)
{
	return keys_each_group(keys, name, "options", option_each, out);
}

void options_done(struct options *options)
{
	for (uint32_t i = 0; i < options->n; i++)
		free((void *)(uintptr_t)options->at[i].Value.pData);
	free(options->at);
	*options = (struct options){ .n = 0 };
}

bool options_have(const struct options *options, unsigned family, unsigned code)
{
	for (uint32_t i = 0; i < options->n; i++)
		if ((options->at[i].uFamily & 0xff) == family && options->at[i].uCode == code)
			return true;
	return false;
}
