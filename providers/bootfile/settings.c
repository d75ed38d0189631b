#include "settings.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "condition.h"
#include "doubts.h"
#include "menu.h"
#include "words.h"
#include "room.h"

/* Room for one entry more. */
static int entries_grow(struct settings *settings)
{
	struct entry *at;

	if ((settings->n_entries & (settings->n_entries - 1)) != 0)
		return 0; /* grows at 0 and at powers of two */
	at = room_resize(settings->entries, (2 * (size_t)settings->n_entries + 1) * sizeof *at);
	if (!at)
		return -ENOMEM;
	settings->entries = at;
	return 0;
}

/* No more come. */
static void entries_fit(struct settings *settings)
{
	struct entry *at = NULL;

	if (settings->n_entries > 0)
		at = room_resize(settings->entries, settings->n_entries * sizeof *at);
	if (at)
		settings->entries = at;
}

/* Notes the file of an entry, where it is another than that of the settings. Those of one file
 * follow one another. */
static int entry_file(const struct keys *keys, struct settings *settings, const char **out)
{
	struct texts *files = &settings->included;
	char file[4096], **more;
	DWORD line;

	if (PxeKeyLocationA(keys->key, NULL, file, sizeof file, &line) != ERROR_SUCCESS ||
	    strcmp(file, settings->file) == 0)
		return 0;
	if (files->n == 0 || strcmp(files->at[files->n - 1], file) != 0) {
		more = room_resize(files->at, (files->n + 1) * sizeof *more);
		if (!more)
			return -ENOMEM;
		files->at = more;
		more[files->n] = strdup(file);
		if (!more[files->n])
			return -ENOMEM;
		files->n++;
	}
	*out = files->at[files->n - 1];
	return 0;
}

enum { GIVES_LOOKED_AT = 16 };

/* One of another entry's that is the same: one of the newest, for such entries stand together. */
static struct gives *gives_find(const struct settings *settings, const struct gives *gives)
{
	unsigned left = GIVES_LOOKED_AT;

	for (struct gives *at = settings->gives; at && left > 0; at = at->next, left--)
		if (gives_alike(at, gives))
			return at;
	return NULL;
}

/* Keeps what an entry gives, which may be on the stack until then. 0 or -ENOMEM. */
static int gives_keep(struct settings *settings, struct entry *entry)
{
	struct gives *gives = gives_find(settings, entry->gives);

	if (gives) {
		gives_done(entry->gives);
	} else {
		gives = malloc(sizeof *gives);
		if (!gives)
			return -ENOMEM;
		*gives = *entry->gives;
		gives->next = settings->gives;
		settings->gives = gives;
	}
	gives->users++;
	entry->gives = gives;
	return 0;
}

static int boot_entry(void *context, const struct keys *keys, unsigned index)
{
	struct settings *out = context;
	struct gives gives = { .users = 0 };
	struct entry *entry;
	int r = entries_grow(out);

	if (r < 0)
		return r;
	entry = &out->entries[out->n_entries];
	r = entry_compile(keys, index, &gives, entry);
	if (r == 0) {
		out->n_entries++;
		r = entry_file(keys, out, &gives.file);
	}
	if (r == 0)
		r = gives_keep(out, entry);
	if (r < 0) {
		gives_done(&gives);
		return r;
	}
	return entry_pool(entry, &out->pool);
}

struct work {
	const struct keys *keys;
	struct settings settings;
};

static int no_such_key(const struct keys *keys, const char *name)
{
	static const char *const known[] = {
		"boot",          "server",         "classes",  "banned-uuids", "server-id",
		"look-up-every", "response-delay", "machines", "groups",       NULL
	};

	if (entry_has_key(name))
		return keys_error(keys, name,
				  "unknown setting: it belongs in an entry of boot = ( { ... } ) "
				  "[W0111]");
	return words_refuse(keys, name, WORDS_SETTINGS, "", known);
}

static int look_up_key(const struct keys *keys, const char *name, const struct scalars *scalars,
		       unsigned *out)
{
	int r = keys_want_number(keys, name, scalars, 86400, out);

	return r == 0 && *out == 0
		       ? keys_error(keys, name, "must be a number from 1 to 86400 [W0115]")
		       : r;
}

/* Whole UUIDs: how they begin bans nobody. */
static int banned_compile(const struct keys *keys, const char *name, const struct scalars *scalars,
			  struct settings *out)
{
	int r = uuids_compile(keys, name, scalars, &out->banned);

	for (size_t i = 0; i < out->banned.n && r == 0; i++)
		if (out->banned.at[i].open > 0)
			r = keys_error(keys, name, "must have whole UUIDs, without * [W0143]");
	return r;
}

static int value_compile(struct work *work, const char *name, const struct scalars *scalars)
{
	const struct keys *keys = work->keys;

	if (strcasecmp(name, "server") == 0)
		return server_compile(keys, name, scalars, &work->settings.server,
				      &work->settings.several);
	if (strcasecmp(name, "server-id") == 0) {
		work->settings.has_identity = true;
		return identity_compile(keys, name, scalars, &work->settings.identity);
	}
	if (strcasecmp(name, "look-up-every") == 0)
		return look_up_key(keys, name, scalars, &work->settings.look_up_s);
	if (strcasecmp(name, "classes") == 0)
		return scalars->n == 0
			       ? 0
			       : texts_compile(keys, name, scalars, &work->settings.classes);
	if (strcasecmp(name, "banned-uuids") == 0)
		return scalars->n == 0 ? 0 : banned_compile(keys, name, scalars, &work->settings);
	if (strcasecmp(name, "machines") == 0)
		return machines_compile(keys, name, scalars, &work->settings.sources);
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

	if (strcasecmp(name, "groups") == 0)
		return groups_compile(work->keys, &work->settings.sources);
	if (strcasecmp(name, "boot") == 0)
		return keys_each_group(work->keys, "boot", "entries", boot_entry, &work->settings);
	r = keys_read(work->keys, name, &scalars);
	if (r < 0)
		return r;
	r = value_compile(work, name, &scalars);
	scalars_done(&scalars);
	return r;
}

/* In an entry, in its not, or in an item of its menu. */
static bool entry_names_arch(const struct entry *entry, uint16_t arch)
{
	const struct entry *part;

	for (unsigned i = 0; (part = entry_part(entry, i)) != NULL; i++)
		for (size_t j = 0; j < entry_archs(part)->n; j++)
			if (entry_archs(part)->at[j] == arch)
				return true;
	return false;
}

/* What follows from all entries together. */
static void settings_derive(struct settings *settings)
{
	settings->ebc_is_x64 = true;
	for (struct gives *gives = settings->gives; gives; gives = gives->next) {
		if (!gives->has_server)
			gives->server = settings->server;
		if (!gives->has_response_delay)
			gives->response_delay_s = settings->response_delay_s;
		settings->answers_lease_requests |= gives->answer_lease_requests;
	}
	for (uint32_t i = 0; i < settings->n_entries; i++)
		settings->ebc_is_x64 &= !entry_names_arch(&settings->entries[i], PXE_ARCH_EBC);
}

/* Tells which entries others take. */
static int settings_doubt(const struct keys *keys, const struct settings *settings)
{
	struct keys boot = { keys->provider, NULL, "boot", keys->told };
	LSTATUS status;
	int r;

	if (settings->n_entries == 0) {
		if (keys->told->mistakes == 0)
			keys_warn(keys, NULL,
				  "boot has no entry: no client will be answered [W0140]");
		return 0;
	}
	status = RegOpenKeyExA(keys->key, "boot", 0, KEY_READ, &boot.key);
	if (status == ERROR_FILE_NOT_FOUND) /* lists of machines alone */
		return 0;
	if (status != ERROR_SUCCESS)
		return keys_failed(keys, "boot", status);
	r = doubts_settings(&boot, settings);
	RegCloseKey(boot.key);
	return r;
}

/* Where lists may say what a machine boots, and no entry says when, it comes first. */
static int settings_put_machines(const struct keys *keys, struct settings *settings)
{
	struct gives gives = { .users = 0 };
	struct entry first = { .index = UINT32_MAX,
			       .line = keys_line(keys, "machines", 0),
			       .outcome = OUTCOME_MACHINE,
			       .gives = &gives };
	int r;

	for (uint32_t i = 0; i < settings->n_entries; i++)
		if (settings->entries[i].outcome == OUTCOME_MACHINE)
			return 0;
	r = settings->sources.n > 0 ? entries_grow(settings) : 0;
	if (r < 0 || settings->sources.n == 0)
		return r;
	r = gives_keep(settings, &first);
	if (r < 0)
		return r;
	memmove(settings->entries + 1, settings->entries,
		settings->n_entries * sizeof *settings->entries);
	settings->entries[0] = first;
	settings->n_entries++;
	return 0;
}

/* The kit tells no more options than it has room for. */
static int options_count(const struct keys *keys, const struct settings *settings)
{
	struct wanted wanted = { .n = 0 };
	const struct entry *late;

	if (settings_wants(settings, &wanted, &late) == 0)
		return 0;
	return keys_error(keys, "boot",
			  "the conditions of boot[%u] (%s:%u) and those before it look at more "
			  "than %d different options%s: let several entries look at one [W0172]",
			  late->index, entry_file_of(late, settings->file), late->line,
			  PXE_BOOT_WANTED_MAX,
			  settings->sources.n > 0 ? ", with the client id (61) of lists" : "");
}

static int settings_finish(const struct keys *keys, struct settings *settings)
{
	int r = options_count(keys, settings);

	if (r == 0)
		r = settings_put_machines(keys, settings);
	if (r < 0)
		return r;
	pool_seal(&settings->pool);
	entries_fit(settings);
	settings_derive(settings);
	r = index_init(settings->entries, settings->n_entries, &settings->index);
	return r < 0 ? r : settings_doubt(keys, settings);
}

static void file_read(HKEY key, char file[256])
{
	DWORD line;

	if (PxeKeyLocationA(key, NULL, file, 256, &line) != ERROR_SUCCESS)
		file[0] = '\0';
}

int settings_compile(HANDLE provider, HKEY key, struct settings *out)
{
	struct told told = { 0, 0 };
	struct keys keys = { provider, key, "settings", &told };
	struct work work = {
		&keys, { .server = { .cbSize = sizeof(PXE_BOOT_SERVER), .bAutomatic = TRUE } }
	};
	int wrong, r = 0;

	file_read(key, work.settings.file);
	wrong = keys_each(&keys, name_compile, &work);
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

int settings_machines(HANDLE provider, const struct settings *settings,
		      const struct machines *before, struct machines **out)
{
	struct told told = { 0, 0 };
	struct keys keys = { provider, NULL, "machines", &told };
	struct sources sources = settings->sources;
	int r = 0;

	*out = NULL;
	sources.file = settings->file;
	if (sources.n > 0)
		r = machines_read(provider, &told, &sources, before, &settings->index.secret, out);
	keys_tell_rest(&keys);
	return r;
}

void settings_done(struct settings *settings)
{
	for (uint32_t i = 0; i < settings->n_entries; i++)
		entry_done(&settings->entries[i]);
	room_free(settings->entries);
	while (settings->gives) {
		struct gives *next = settings->gives->next;

		gives_done(settings->gives);
		free(settings->gives);
		settings->gives = next;
	}
	pool_done(&settings->pool);
	room_free(settings->banned.at);
	texts_done(&settings->classes);
	texts_done(&settings->included);
	sources_done(&settings->sources);
	index_done(&settings->index);
	servers_done(settings->several);
	*settings = (struct settings){ .n_entries = 0 };
}

void settings_settle(struct settings *settings)
{
	for (struct gives *gives = settings->gives; gives; gives = gives->next)
		if (settings->has_identity)
			gives->answer.pIdentity = &settings->identity;
	for (uint32_t i = 0; i < settings->n_entries; i++)
		entry_settle(&settings->entries[i], settings->file);
}

int settings_turn(struct settings *settings, PXE_BOOT *boot)
{
	int r = 0;

	if (settings->several)
		r = servers_settle(settings->several, boot, settings->look_up_s, &settings->server);
	for (struct gives *gives = settings->gives; gives && r == 0; gives = gives->next)
		if (!gives->has_server)
			gives->server = settings->server;
		else if (gives->several)
			r = servers_settle(gives->several, boot, settings->look_up_s,
					   &gives->server);
	return r;
}
