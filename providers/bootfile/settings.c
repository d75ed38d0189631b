#include "settings.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "arch.h"
#include "doubts.h"
#include "nearest.h"

#define NOT_A_LIST "must be a list of entries: ( { ... }, { ... } )"

/* Room for one entry more. */
static int entries_grow(struct settings *settings)
{
	struct entry *at;

	if ((settings->n_entries & (settings->n_entries - 1)) != 0)
		return 0; /* grows at 0 and at powers of two */
	at = realloc(settings->entries, (2 * (size_t)settings->n_entries + 1) * sizeof *at);
	if (!at)
		return -ENOMEM;
	settings->entries = at;
	return 0;
}

static int entry_add(const struct keys *keys, DWORD index, struct settings *out)
{
	int r = entries_grow(out);

	if (r == 0)
		r = entry_compile(keys, index, &out->entries[out->n_entries]);
	out->n_entries += r == 0;
	return r;
}

/* Entry number `index` of the list, of which the registry says that it is there. */
static int boot_entry(const struct keys *boot, DWORD index, struct settings *out)
{
	char number[16], name[32];
	struct keys keys = { boot->provider, NULL, name, boot->told };
	LSTATUS status;
	int r;

	snprintf(number, sizeof number, "%u", (unsigned)index);
	snprintf(name, sizeof name, "boot[%u]", (unsigned)index);
	status = RegOpenKeyExA(boot->key, number, 0, KEY_READ, &keys.key);
	if (status == ERROR_FILE_NOT_FOUND && index == 0) /* it has a name: this is a group */
		return keys_error(boot, NULL, NOT_A_LIST);
	if (status != ERROR_SUCCESS)
		return keys_failed(boot, number, status);
	r = entry_add(&keys, index, out);
	RegCloseKey(keys.key);
	return r;
}

static int boot_entries(const struct keys *boot, struct settings *out)
{
	DWORD entries = 0, values = 0;
	LSTATUS status = RegQueryInfoKeyA(boot->key, NULL, NULL, NULL, &entries, NULL, NULL,
					  &values, NULL, NULL, NULL, NULL);
	int r = 0, wrong = 0;

	if (status != ERROR_SUCCESS)
		return keys_failed(boot, NULL, status);
	if (values > 0)
		return keys_error(boot, NULL, NOT_A_LIST);
	for (DWORD i = 0; i < entries && (r == 0 || r == -EINVAL); i++) {
		r = boot_entry(boot, i, out);
		wrong = wrong ? wrong : r;
	}
	return r != 0 && r != -EINVAL ? r : wrong;
}

static int boot_compile(const struct keys *keys, const char *name, struct settings *out)
{
	struct keys boot = { keys->provider, NULL, "settings.boot", keys->told };
	LSTATUS status = RegOpenKeyExA(keys->key, name, 0, KEY_READ, &boot.key);
	int r;

	if (status == ERROR_FILE_NOT_FOUND) /* keys_each() saw the name: it is a value */
		return keys_error(keys, name, NOT_A_LIST);
	if (status != ERROR_SUCCESS)
		return keys_failed(keys, name, status);
	r = boot_entries(&boot, out);
	RegCloseKey(boot.key);
	return r;
}

struct work {
	const struct keys *keys;
	struct settings settings;
};

static int no_such_key(const struct keys *keys, const char *name)
{
	static const char *const known[] = { "boot",         "server",         "classes",
					     "banned-uuids", "response-delay", NULL };
	static const char *const in_entries[] = { "arch",  "mac",    "uuid",   "user-class",
						  "file",  "url",    "action", "vendor-class",
						  "shape", "subnet", NULL };
	const char *meant = nearest(name, known);

	for (size_t i = 0; in_entries[i]; i++)
		if (strcasecmp(in_entries[i], name) == 0)
			return keys_error(
				keys, name,
				"unknown setting: it belongs in an entry of boot = ( { ... } )");
	if (strcasecmp(name, "next-server") == 0 || strncasecmp(name, "tftp", 4) == 0)
		meant = "server";
	if (meant)
		return keys_error(keys, name, "unknown setting: did you mean \"%s\"?", meant);
	return keys_error(keys, name, "unknown setting: see wdspxed-bootfile(5)");
}

static int value_compile(struct work *work, const char *name, const struct scalars *scalars)
{
	const struct keys *keys = work->keys;

	if (strcasecmp(name, "server") == 0)
		return server_compile(keys, name, scalars, &work->settings.server);
	if (strcasecmp(name, "classes") == 0)
		return scalars->n == 0
			       ? 0
			       : texts_compile(keys, name, scalars, &work->settings.classes);
	if (strcasecmp(name, "banned-uuids") == 0)
		return scalars->n == 0 ? 0
				       : uuids_compile(keys, name, scalars, &work->settings.banned);
	if (strcasecmp(name, "response-delay") == 0)
		return keys_want_number(keys, name, scalars, UINT16_MAX,
					&work->settings.response_delay_s);
	return no_such_key(keys, name);
}

static int name_compile(void *context, const char *name)
{
	struct work *work = context;
	struct scalars scalars = { .n = 0 };
	int r;

	if (strcasecmp(name, "boot") == 0)
		return boot_compile(work->keys, name, &work->settings);
	r = keys_read(work->keys, name, &scalars);
	if (r < 0)
		return r;
	r = value_compile(work, name, &scalars);
	scalars_done(&scalars);
	return r;
}

/* ---- UUIDs that boards come with ----------------------------------------------------------------
 * Their makers left in what the firmware's own maker had written there. Those of one octet
 * repeated are nobody's without a list. */

static const char *const boards[] = {
	"03000200-0400-0500-0006-000700080009",
	"12345678-1234-5678-90ab-cddeefaabbcc",
	"00010203-0405-0607-0809-0a0b0c0d0e0f",
};

static bool entry_names(const struct settings *settings, const struct uuid_pattern *uuid)
{
	for (uint32_t i = 0; i < settings->n_entries; i++)
		for (size_t j = 0; j < settings->entries[i].uuids.n; j++)
			if (uuid_matches(uuid, settings->entries[i].uuids.at[j].turned))
				return true;
	return false;
}

/* Bans them, but for those that an entry names: that admin has one such machine. */
static int banned_complete(struct settings *settings)
{
	enum { N_BOARDS = sizeof boards / sizeof *boards };
	struct uuids *banned = &settings->banned;
	struct uuid_pattern *at = realloc(banned->at, (banned->n + N_BOARDS) * sizeof *banned->at),
			    uuid;

	if (!at)
		return -ENOMEM;
	banned->at = at;
	for (size_t i = 0; i < N_BOARDS; i++)
		if (uuid_parse(boards[i], &uuid) && !entry_names(settings, &uuid))
			banned->at[banned->n++] = uuid;
	return 0;
}

/* What follows from all entries together. */
static void settings_derive(struct settings *settings)
{
	settings->ebc_is_x64 = true;
	for (uint32_t i = 0; i < settings->n_entries; i++) {
		struct entry *entry = &settings->entries[i];

		if (!entry->has_server)
			entry->server = settings->server;
		if (!entry->has_response_delay)
			entry->response_delay_s = settings->response_delay_s;
		settings->has_delays |= entry->delay_ms > 0;
		settings->answers_lease_requests |= entry->answer_lease_requests;
		for (size_t j = 0; j < entry->archs.n; j++) {
			settings->ebc_is_x64 &= entry->archs.at[j] != ARCH_EBC;
			if (entry->archs.at[j] < 64)
				settings->archs_named |= UINT64_C(1) << entry->archs.at[j];
		}
	}
	if (settings->ebc_is_x64 && settings->archs_named >> ARCH_X64_UEFI & 1)
		settings->archs_named |= UINT64_C(1) << ARCH_EBC;
}

/* Tells which entries others take. */
static int settings_doubt(const struct keys *keys, const struct settings *settings)
{
	struct keys boot = { keys->provider, NULL, "boot", keys->told };
	LSTATUS status;
	int r;

	if (settings->n_entries == 0) {
		if (keys->told->mistakes == 0)
			keys_warn(keys, NULL, "boot has no entry: no client will be answered");
		return 0;
	}
	status = RegOpenKeyExA(keys->key, "boot", 0, KEY_READ, &boot.key);
	if (status != ERROR_SUCCESS)
		return keys_failed(keys, "boot", status);
	r = doubts_settings(&boot, settings);
	RegCloseKey(boot.key);
	return r;
}

static int settings_finish(const struct keys *keys, struct settings *settings)
{
	int r = banned_complete(settings);

	if (r < 0)
		return r;
	settings_derive(settings);
	r = hosts_init(settings->entries, settings->n_entries, &settings->hosts);
	return r < 0 ? r : settings_doubt(keys, settings);
}

int settings_compile(HANDLE provider, HKEY key, struct settings *out)
{
	struct told told = { 0, 0 };
	struct keys keys = { provider, key, "settings", &told };
	struct work work = { &keys, { .server = { .automatic = true } } };
	int wrong = keys_each(&keys, name_compile, &work), r = 0;

	if (wrong == 0 || wrong == -EINVAL) /* what is right may be doubtful */
		r = settings_finish(&keys, &work.settings);
	keys_tell_rest(&keys);
	if (wrong == 0 && r == 0) {
		*out = work.settings;
		return 0;
	}
	settings_done(&work.settings);
	return wrong ? wrong : r;
}

void settings_done(struct settings *settings)
{
	for (uint32_t i = 0; i < settings->n_entries; i++)
		entry_done(&settings->entries[i]);
	free(settings->entries);
	free(settings->banned.at);
	texts_done(&settings->classes);
	hosts_done(&settings->hosts);
	*settings = (struct settings){ .n_entries = 0 };
}
