/* The condition `request-option`: any option of the request. */
#include "request_options.h"

#include <strings.h>

#include "list_type.h"
#include "room.h"

/* A group under construction. */
struct work {
	const struct keys *keys;
	struct option_pattern option;
	bool has_code;
};

/* ---- its keys -----------------------------------------------------------------------------------
 */

static int code_key(struct work *work, const char *name, const struct scalars *scalars)
{
	uint32_t code = 0;
	int r = keys_want_number(work->keys, name, scalars, UINT16_MAX, &code);

	work->has_code = true;
	if (r == 0 && code == 0)
		r = keys_error(work->keys, name, "0 is no option's code [W0172]");
	work->option.code = (uint16_t)code;
	return r;
}

static int family_key(struct work *work, const char *name, const struct scalars *scalars)
{
	uint32_t family = 0;
	int r = keys_want_number(work->keys, name, scalars, 6, &family);

	if (r == 0 && family != 4 && family != 6)
		r = keys_error(work->keys, name, "must be 4 or 6 [W0117]");
	work->option.family = (uint8_t)family;
	return r;
}

static int value_key(struct work *work, const char *name, const struct scalars *scalars)
{
	return texts_compile(work->keys, name, scalars, &work->option.texts);
}

static int octets_read(const struct keys *keys, const char *name, size_t i, const char *text,
		       struct id_pattern *out)
{
	if (octets_parse(text, out))
		return 0;
	return keys_error_member(
		keys, name, i, "\"%s\" must be octets such as 01:03:10, or 01:03:* [W0172]", text);
}

LIST_COMPILE(static, octets, ids, octets_read)

static int hex_key(struct work *work, const char *name, const struct scalars *scalars)
{
	return octets_compile(work->keys, name, scalars, &work->option.octets);
}

static const struct {
	const char *name;
	int (*compile)(struct work *work, const char *name, const struct scalars *scalars);
} rows[] = {
	{ "code", code_key }, { "value", value_key }, { "hex", hex_key }, { "family", family_key }
};

enum { N_ROWS = sizeof rows / sizeof *rows };

static int name_compile(void *context, const char *name)
{
	struct work *work = context;
	const char *known[N_ROWS + 1] = { NULL }, *meant;
	struct scalars scalars = { .n = 0 };
	size_t row = 0;
	int r;

	while (row < N_ROWS && strcasecmp(rows[row].name, name) != 0)
		row++;
	for (size_t i = 0; i < N_ROWS; i++)
		known[i] = rows[i].name;
	meant = PxeBootNearest(name, known);
	if (row == N_ROWS)
		return keys_error(
			work->keys, name, "unknown setting in request-option%s%s%s [W0110]",
			meant ? ": did you mean \"" : ": it has code, value, hex and family",
			meant ? meant : "", meant ? "\"?" : "");
	r = keys_read(work->keys, name, &scalars);
	if (r < 0)
		return r;
	r = rows[row].compile(work, name, &scalars);
	scalars_done(&scalars);
	return r;
}

/* ---- groups -------------------------------------------------------------------------------------
 */

static void option_done(struct option_pattern *option)
{
	texts_done(&option->texts);
	room_free(option->octets.at);
	*option = (struct option_pattern){ .code = 0 };
}

static int option_check(const struct work *work)
{
	const struct option_pattern *option = &work->option;

	if (!work->has_code)
		return keys_error(work->keys, NULL, "has no code: write code = 94; [W0172]");
	if (option->family == 4 && option->code >= PXE_DHCP4_OPT_END)
		return keys_error(
			work->keys, "code",
			"must be a number from 1 to 254; IPv6 has larger ones: add family "
			"= 6 [W0172]");
	if (option->texts.n > 0 && option->octets.n > 0)
		return keys_error(work->keys, "hex",
				  "only one of value and hex is allowed [W0172]");
	return 0;
}

static int option_compile(void *context, const struct keys *group, unsigned index)
{
	struct option_patterns *out = context;
	struct work work = { group, { .family = 4 }, false };
	struct option_pattern *at = realloc(out->at, (out->n + 1) * sizeof *at);
	int r;

	(void)index;
	if (!at)
		return -ENOMEM;
	out->at = at;
	r = keys_each(group, name_compile, &work);
	if (r == 0)
		r = option_check(&work);
	if (r == 0)
		at[out->n++] = work.option;
	else
		option_done(&work.option);
	return r;
}

static int requested_open(const struct keys *keys, const char *name, struct option_patterns *out)
{
	return keys_each_or_one(keys, name, "groups { code = 94; value = \"...\"; }",
				option_compile, out);
}

static void requested_done(struct option_patterns *options)
{
	for (size_t i = 0; i < options->n; i++)
		option_done(&options->at[i]);
	free(options->at);
	*options = (struct option_patterns){ NULL, 0 };
}

/* ---- what holds ---------------------------------------------------------------------------------
 */

static bool is_any(const struct option_pattern *option)
{
	return option->texts.n == 0 && option->octets.n == 0;
}

static bool value_matches(const struct option_pattern *option, PXE_BOOT_OCTETS value)
{
	for (size_t i = 0; i < option->texts.n; i++)
		if (glob_matches(option->texts.at[i], value))
			return true;
	for (size_t i = 0; i < option->octets.n; i++)
		if (id_matches(&option->octets.at[i], value))
			return true;
	return is_any(option);
}

bool request_option_holds(const struct surroundings *around, const union list *list,
			  const PXE_BOOT_CLIENT *client)
{
	PXE_BOOT_OCTETS value;

	(void)around;
	for (size_t i = 0; i < list->options.n; i++) {
		const struct option_pattern *option = &list->options.at[i];

		if (option->family == client->uFamily &&
		    PxeBootClientOption(client, option->code, 0, &value) &&
		    value_matches(option, value))
			return true;
	}
	return false;
}

unsigned request_option_families(const union list *list)
{
	unsigned families = 0;

	for (size_t i = 0; i < list->options.n; i++)
		families |= list->options.at[i].family == 4 ? FAMILY_4 : FAMILY_6;
	return families;
}

int request_option_wants(const union list *list, struct wanted *out)
{
	int r = 0;

	for (size_t i = 0; i < list->options.n && r == 0; i++)
		r = wanted_add(list->options.at[i].family, list->options.at[i].code, 0, out);
	return r;
}

/* ---- which of two holds wherever the other does -------------------------------------------------
 */

static bool value_glob_covers(char *const *a, char *const *b)
{
	return glob_matches(*a, octets_text(*b));
}

COVERS(values, texts, value_glob_covers)
COVERS(octets, ids, id_covers)

static bool option_covers(const struct option_pattern *a, const struct option_pattern *b)
{
	return a->family == b->family && a->code == b->code &&
	       (is_any(a) || (!is_any(b) && values_cover(&a->texts, &b->texts) &&
			      octets_cover(&a->octets, &b->octets)));
}

COVERS(requested, option_patterns, option_covers)
GROUPS_TYPE(requested)
