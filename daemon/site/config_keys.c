#include "site/config_keys.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/finding_id.h"
#include "base/ip.h"
#include "base/level.h"

#define AT(member) offsetof(struct config, member)

const struct config_key config_keys[] = {
	{ NULL, "listen", 0, 0, 0, KEY_GROUP, false },
	{ "listen", "interfaces", AT(interfaces), 0, CONFIG_INTERFACES_MAX, KEY_STRINGS, false },
	{ "listen", "dhcp", AT(dhcp), 0, 0, KEY_BOOL, true },
	{ "listen", "pxe", AT(pxe), 0, 0, KEY_BOOL, true },
	{ "listen", "dhcpv6", AT(dhcpv6), 0, 0, KEY_BOOL, true },
	{ "listen", "multicast", AT(multicast), 0, CONFIG_MULTICAST_MAX, KEY_MULTICAST, true },
	{ NULL, "providers-dir", AT(providers_dir), 0, 0, KEY_PATH, false },
	{ NULL, "control-socket", AT(control_socket), 0, 100, KEY_PATH, true },
	{ NULL, "status-socket", AT(status_socket), 0, 100, KEY_PATH, true },
	{ NULL, "ear-socket", AT(ear_socket), 0, 100, KEY_PATH, true },
	{ NULL, "state-dir", AT(state_dir), 0, 0, KEY_PATH, true },
	{ NULL, "threads", AT(limits.threads), 1, 64, KEY_COUNT, true },
	{ NULL, "pending-timeout", AT(limits.pending_timeout), 0.1, 3600, KEY_SECONDS, false },
	{ NULL, "finish-replies", AT(limits.finish_replies), 0, 0, KEY_BOOL, false },
	{ NULL, "information-request", AT(limits.information_request), 0, 0, KEY_BOOL, false },
	{ NULL, "classes", AT(classes), 0, CONFIG_CLASSES_MAX, KEY_STRINGS, false },
	{ NULL, "gso", AT(gso), 0, 0, KEY_GSO, false },
	{ NULL, "log-level", AT(log_level), 0, 0, KEY_LEVEL, false },
	{ NULL, "trace-mask", AT(trace_mask), 0, 0, KEY_MASK, false },
	{ NULL, "ignore-findings", AT(ignore_findings), 0, CONFIG_FINDINGS_MAX, KEY_FINDINGS,
	  false },
	{ NULL, "stop-grace", AT(stop_grace), 0, 600, KEY_SECONDS, false },
	{ NULL, "limits", 0, 0, 0, KEY_GROUP, false },
	{ "limits", "table", AT(limits.table), 16, 65536, KEY_COUNT, true },
	{ "limits", "packets", AT(limits.packets), 16, 65536, KEY_COUNT, true },
	{ "limits", "per-client", AT(limits.per_client), 0, 1000000, KEY_COUNT, false },
	{ "limits", "rate", AT(limits.rate), 0, 10000000, KEY_COUNT, false },
	{ "limits", "per-destination", AT(limits.per_destination), 0, 10000000, KEY_COUNT, false },
	{ "limits", "relays", AT(relays), 0, CONFIG_RELAYS_MAX, KEY_PREFIXES, false },
};
const size_t config_n_keys = ARRAY_LEN(config_keys);

/* What a message calls the key. */
#define KEY_FORMAT    "%s%s%s"
#define KEY_NAME(key) (key)->group ? (key)->group : "", (key)->group ? "." : "", (key)->name

static int wrong_type(const struct config_key *key, const struct setting *value, const char *file,
		      const char *wanted, struct registry_error *error)
{
	return registry_fail(error, file, value->line, REGISTRY_E_INVALID,
			     KEY_FORMAT " must be %s, not %s [W0114]", KEY_NAME(key), wanted,
			     setting_type_name(value->type));
}

static int out_of_range(const struct config_key *key, const struct setting *value, const char *file,
			struct registry_error *error)
{
	return registry_fail(error, file, value->line, REGISTRY_E_INVALID,
			     KEY_FORMAT " must be from %.9g to %.9g [W0115]", KEY_NAME(key),
			     key->min, key->max);
}

static int store_bool(const struct config_key *key, const struct setting *value, const char *file,
		      void *at, struct registry_error *error)
{
	if (value->type != SETTING_BOOL)
		return wrong_type(key, value, file, "true or false", error);
	*(bool *)at = value->boolean;
	return 0;
}

static int store_count(const struct config_key *key, const struct setting *value, const char *file,
		       void *at, struct registry_error *error)
{
	if (value->type != SETTING_INT && value->type != SETTING_INT64)
		return wrong_type(key, value, file, "a whole number", error);
	if (value->integer < (int64_t)key->min || value->integer > (int64_t)key->max)
		return out_of_range(key, value, file, error);
	*(uint32_t *)at = (uint32_t)value->integer;
	return 0;
}

static int store_seconds(const struct config_key *key, const struct setting *value,
			 const char *file, void *at, struct registry_error *error)
{
	double seconds;

	if (value->type == SETTING_FLOAT)
		seconds = value->real;
	else if (value->type == SETTING_INT || value->type == SETTING_INT64)
		seconds = (double)value->integer;
	else
		return wrong_type(key, value, file, "a number of seconds", error);
	if (!(seconds >= key->min && seconds <= key->max)) /* so that NaN is refused */
		return out_of_range(key, value, file, error);
	*(double *)at = seconds;
	return 0;
}

static int store_path(const struct config_key *key, const struct setting *value, const char *file,
		      void *at, struct registry_error *error)
{
	char **string = at, *copy;

	if (value->type != SETTING_STRING)
		return wrong_type(key, value, file, "a path in quotes", error);
	if (value->string[0] != '/')
		return registry_fail(error, file, value->line, REGISTRY_E_INVALID,
				     "%s must be an absolute path, not \"%s\" [W0123]", key->name,
				     value->string);
	if (key->max > 0 && strlen(value->string) > (size_t)key->max)
		return registry_fail(error, file, value->line, REGISTRY_E_INVALID,
				     "%s is longer than %g bytes [W0125]", key->name, key->max);
	copy = strdup(value->string);
	if (!copy)
		return registry_fail_errno(error, file, -ENOMEM, key->name);
	free(*string);
	*string = copy;
	return 0;
}

void config_strings_free(char **strings)
{
	for (char **s = strings; s && *s; s++)
		free(*s);
	free(strings);
}

static void strings_freep(char ***strings)
{
	config_strings_free(*strings);
}

static int store_strings(const struct config_key *key, const struct setting *value,
			 const char *file, void *at, struct registry_error *error)
{
	_cleanup_(strings_freep) char **strings = NULL;
	char ***slot = at;
	size_t n = 0;

	if (value->type == SETTING_STRING)
		return registry_fail(error, file, value->line, REGISTRY_E_INVALID,
				     KEY_FORMAT " must be an array of strings: [ \"%s\" ] [W0114]",
				     KEY_NAME(key), value->string);
	if (value->type != SETTING_ARRAY && value->type != SETTING_LIST)
		return wrong_type(key, value, file, "an array of strings", error);
	if (value->count > (unsigned)key->max)
		return registry_fail(error, file, value->line, REGISTRY_E_INVALID,
				     KEY_FORMAT " takes %g strings at most [W0125]", KEY_NAME(key),
				     key->max);
	strings = calloc(value->count + 1, sizeof(*strings));
	if (!strings)
		return registry_fail_errno(error, file, -ENOMEM, key->name);
	for (; n < value->count; n++) {
		const struct setting *s = value->child[n];

		if (s->type != SETTING_STRING)
			return wrong_type(key, s, file, "an array of strings", error);
		if (!s->string[0])
			return registry_fail(error, file, s->line, REGISTRY_E_INVALID,
					     KEY_FORMAT " contains an empty string [W0119]",
					     KEY_NAME(key));
		strings[n] = strdup(s->string);
		if (!strings[n])
			return registry_fail_errno(error, file, -ENOMEM, key->name);
	}
	config_strings_free(*slot);
	*slot = TAKE(strings);
	return 0;
}

static int prefix_check(const struct config_key *key, const struct setting *s, const char *file,
			struct registry_error *error)
{
	char net[IP_TEXT_MAX];
	struct ip_prefix prefix;

	switch (ip_prefix_parse(s->string, &prefix)) {
	case IP_PREFIX_MALFORMED:
		return registry_fail(error, file, s->line, REGISTRY_E_INVALID,
				     KEY_FORMAT
				     " must be addresses and networks, such as "
				     "\"10.1.0.1\" or \"10.1.0.0/16\", not \"%s\" [W0126]",
				     KEY_NAME(key), s->string);
	case IP_PREFIX_HOST_BITS:
		return registry_fail(error, file, s->line, REGISTRY_E_INVALID,
				     KEY_FORMAT ": \"%s\" has bits set after its prefix "
						"length: write \"%s/%u\" for the network [W0126]",
				     KEY_NAME(key), s->string, ip_text(&prefix.net, net),
				     prefix.bits);
	default:
		return 0;
	}
}

/* Of those that any program may use; 224.0.0.0/24 never leaves its link, and has its owners. */
static int multicast_check(const struct config_key *key, const struct setting *s, const char *file,
			   struct registry_error *error)
{
	static const uint8_t taken[3] = { 224, 0, 0 };
	struct ip group;

	if (ip_parse(s->string, &group) && group.family == IP_V4 && ip_is_multicast(&group) &&
	    memcmp(group.octet, taken, sizeof(taken)) != 0)
		return 0;
	return registry_fail(error, file, s->line, REGISTRY_E_INVALID,
			     KEY_FORMAT " must be a multicast group of IPv4, such as "
					"\"239.255.43.71\", not \"%s\" [W0126]",
			     KEY_NAME(key), s->string);
}

static int finding_check(const struct config_key *key, const struct setting *s, const char *file,
			 struct registry_error *error)
{
	const char *why = finding_id_valid(s->string) ? config_why_not_ignored(s->string)
						      : "is no id of a finding, such as \"W0131\"";

	return why ? registry_fail(error, file, s->line, REGISTRY_E_INVALID,
				   KEY_FORMAT ": \"%s\" %s [W0164]", KEY_NAME(key), s->string, why)
		   : 0;
}

/* All mistakes in the list are told, and nothing of a list with one is kept: a check goes on with
 * the default. */
static int store_checked(const struct config_key *key, const struct setting *value,
			 const char *file, void *at, struct registry_error *error)
{
	int (*check)(const struct config_key *key, const struct setting *s, const char *file,
		     struct registry_error *error) = key->kind == KEY_PREFIXES    ? prefix_check
						     : key->kind == KEY_MULTICAST ? multicast_check
										  : finding_check;
	bool list = value->type == SETTING_ARRAY || value->type == SETTING_LIST;
	int r = 0;

	for (unsigned i = 0; list && i < value->count; i++) {
		const struct setting *s = value->child[i];
		int wrong =
			s->type == SETTING_STRING && s->string[0] ? check(key, s, file, error) : 0;

		r = r ? r : wrong;
	}
	return r ? r : store_strings(key, value, file, at, error);
}

/* One text is a list of one. */
static int store_multicast(const struct config_key *key, const struct setting *value,
			   const char *file, void *at, struct registry_error *error)
{
	struct setting *only = (struct setting *)(uintptr_t)value;
	const struct setting list = {
		.type = SETTING_ARRAY, .line = value->line, .count = 1, .child = &only
	};

	return store_checked(key, value->type == SETTING_STRING ? &list : value, file, at, error);
}

const char *const config_gso_words[] = {
	[CONFIG_GSO_AUTO] = "auto", [CONFIG_GSO_ON] = "on", [CONFIG_GSO_OFF] = "off", NULL
};

static int store_gso(const struct config_key *key, const struct setting *value, const char *file,
		     void *at, struct registry_error *error)
{
	int i = 0;

	if (value->type != SETTING_STRING)
		return wrong_type(key, value, file, "\"auto\", \"on\" or \"off\"", error);
	while (config_gso_words[i] && strcmp(config_gso_words[i], value->string) != 0)
		i++;
	if (!config_gso_words[i])
		return registry_fail(error, file, value->line, REGISTRY_E_INVALID,
				     "%s must be auto, on or off, not \"%s\" [W0117]", key->name,
				     value->string);
	*(int *)at = i;
	return 0;
}

static int store_level(const struct config_key *key, const struct setting *value, const char *file,
		       void *at, struct registry_error *error)
{
	int level;

	if (value->type != SETTING_STRING)
		return wrong_type(key, value, file, "the name of a level", error);
	level = level_of(value->string);
	if (level < 0)
		return registry_fail(
			error, file, value->line, REGISTRY_E_INVALID,
			"%s must be error, warning, notice, info or debug, not \"%s\" [W0117]",
			key->name, value->string);
	*(int *)at = level;
	return 0;
}

static int store_mask(const struct config_key *key, const struct setting *value, const char *file,
		      void *at, struct registry_error *error)
{
	uint32_t mask = 0;

	if (value->type == SETTING_INT || value->type == SETTING_INT64) {
		if (value->integer < 0 || value->integer > UINT32_MAX)
			return registry_fail(error, file, value->line, REGISTRY_E_INVALID,
					     "%s must be from 0 to 0xffffffff [W0115]", key->name);
		*(uint32_t *)at = (uint32_t)value->integer;
		return 0;
	}
	if (value->type != SETTING_ARRAY)
		return wrong_type(key, value, file, "a number or an array of names", error);
	for (unsigned n = 0; n < value->count; n++) {
		const struct setting *s = value->child[n];
		uint32_t bit = s->type == SETTING_STRING ? severity_of(s->string) : 0;

		if (!bit)
			return registry_fail(
				error, file, s->line, REGISTRY_E_INVALID,
				"%s must be verbose, info, warning, error or fatal [W0117]",
				key->name);
		mask |= bit;
	}
	*(uint32_t *)at = mask;
	return 0;
}

int config_key_store(const struct config_key *key, const struct setting *value, const char *file,
		     struct config *config, struct registry_error *error)
{
	void *at = (char *)config + key->offset;

	switch (key->kind) {
	case KEY_BOOL:
		return store_bool(key, value, file, at, error);
	case KEY_COUNT:
		return store_count(key, value, file, at, error);
	case KEY_SECONDS:
		return store_seconds(key, value, file, at, error);
	case KEY_PATH:
		return store_path(key, value, file, at, error);
	case KEY_STRINGS:
		return store_strings(key, value, file, at, error);
	case KEY_PREFIXES:
	case KEY_FINDINGS:
		return store_checked(key, value, file, at, error);
	case KEY_MULTICAST:
		return store_multicast(key, value, file, at, error);
	case KEY_GSO:
		return store_gso(key, value, file, at, error);
	case KEY_LEVEL:
		return store_level(key, value, file, at, error);
	case KEY_MASK:
		return store_mask(key, value, file, at, error);
	case KEY_GROUP:
		break; /* its members are stored one by one */
	}
	return wrong_type(key, value, file, "a group", error);
}

static bool strings_equal(char *const *a, char *const *b)
{
	while (*a && *b && !strcmp(*a, *b))
		a++, b++;
	return !*a && !*b;
}

static size_t size_of(enum config_kind kind)
{
	switch (kind) {
	case KEY_BOOL:
		return sizeof(bool);
	case KEY_SECONDS:
		return sizeof(double);
	case KEY_PATH:
		return sizeof(char *);
	case KEY_STRINGS:
	case KEY_PREFIXES:
	case KEY_MULTICAST:
	case KEY_FINDINGS:
		return sizeof(char **);
	case KEY_COUNT:
	case KEY_MASK:
	case KEY_GSO:
	case KEY_LEVEL:
		return sizeof(uint32_t);
	case KEY_GROUP:
		break;
	}
	return 0;
}

void config_key_swap(const struct config_key *key, struct config *a, struct config *b)
{
	unsigned char *x = (unsigned char *)a + key->offset, *y = (unsigned char *)b + key->offset;

	for (size_t i = 0; i < size_of(key->kind); i++) {
		unsigned char octet = x[i];

		x[i] = y[i];
		y[i] = octet;
	}
}

bool config_key_equal(const struct config_key *key, const struct config *a, const struct config *b)
{
	const void *x = (const char *)a + key->offset, *y = (const char *)b + key->offset;

	switch (key->kind) {
	case KEY_BOOL:
		return *(const bool *)x == *(const bool *)y;
	case KEY_SECONDS:
		return memcmp(x, y, sizeof(double)) == 0;
	case KEY_PATH:
		return !strcmp(*(char *const *)x, *(char *const *)y);
	case KEY_STRINGS:
	case KEY_PREFIXES:
	case KEY_MULTICAST:
	case KEY_FINDINGS:
		return strings_equal(*(char **const *)x, *(char **const *)y);
	case KEY_COUNT:
	case KEY_MASK:
	case KEY_GSO:
	case KEY_LEVEL:
		return memcmp(x, y, sizeof(uint32_t)) == 0;
	case KEY_GROUP:
		break;
	}
	return true;
}
