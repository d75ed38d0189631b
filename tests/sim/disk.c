/* The seams of the machine: the clock, chance, files and modules. A file is a row of a table, a
 * module is the provider in provider.c, and what fails does so by chance.
 */
#include <errno.h>

#include "libwdspxe/reg_store.h"
#include "provider/image.h"
#include "registry/provider_list.h"
#include "site/interfaces.h"
#include "site/mistake.h"
#include "sim/sim.h"

struct disk_state disk;

/* ---- clock and chance ---- */

uint64_t __wrap_clock_us(void);
uint64_t __wrap_clock_ms(void);
void __wrap_hash_key_random(struct hash_key *key);

uint64_t __wrap_clock_us(void)
{
	return sim.now_us;
}

uint64_t __wrap_clock_ms(void)
{
	return sim_ms();
}

void __wrap_hash_key_random(struct hash_key *key)
{
	for (size_t i = 0; i < ARRAY_LEN(key->word); i++) {
		key->word[i] = (uint64_t)sim_below(UINT32_MAX) << 32;
		key->word[i] |= sim_below(UINT32_MAX);
	}
}

/* ---- memory ---- */

void *__real_calloc(size_t n, size_t size);
void *__real_malloc(size_t size);
char *__real_strdup(const char *text);
void *__real_aligned_alloc(size_t alignment, size_t size);
void *__real_pool_get(struct pool *pool);
int __real_host_set_limits(struct host *host, const struct host_limits *limits);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_malloc(size_t size);
char *__wrap_strdup(const char *text);
void *__wrap_aligned_alloc(size_t alignment, size_t size);
void *__wrap_pool_get(struct pool *pool);
int __wrap_host_set_limits(struct host *host, const struct host_limits *limits);

enum { SHORT_OF_MEMORY = 150, SHORT_OF_PACKETS = 40 }; /* one in so many */

void *__wrap_calloc(size_t n, size_t size)
{
	return sim_fault(SHORT_OF_MEMORY) ? NULL : __real_calloc(n, size);
}

void *__wrap_malloc(size_t size)
{
	return sim_fault(SHORT_OF_MEMORY) ? NULL : __real_malloc(size);
}

char *__wrap_strdup(const char *text)
{
	return sim_fault(SHORT_OF_MEMORY) ? NULL : __real_strdup(text);
}

void *__wrap_aligned_alloc(size_t alignment, size_t size)
{
	return sim_fault(SHORT_OF_MEMORY) ? NULL : __real_aligned_alloc(alignment, size);
}

void *__wrap_pool_get(struct pool *pool)
{
	fiber_point();
	return sim_fault(SHORT_OF_PACKETS) ? NULL : __real_pool_get(pool);
}

/* For want of memory the limits may stay as they were, which the log says. */
int __wrap_host_set_limits(struct host *host, const struct host_limits *limits)
{
	int r = __real_host_set_limits(host, limits);

	disk.limits_stayed = r < 0;
	return r;
}

/* ---- what is on the disk ---- */

static bool has_name(const struct disk *d, unsigned name)
{
	for (unsigned i = 0; i < d->n; i++)
		if (d->row[i].name == name)
			return true;
	return false;
}

static int threads_new(void)
{
	return sim_on(KIND_THREADS) ? (int)sim_below(4) - 1 : 0;
}

/* One after the other: in an initialiser chance would be asked in any order. */
static struct row entry_new(void)
{
	struct row entry = { .settings = ++disk.last, .build = 1 };

	entry.threads = threads_new();
	entry.critical = sim_below(6) == 0;
	entry.timeout = sim_below(3) ? -1.0 : 0.5;
	do
		entry.name = sim_below(NAMES);
	while (has_name(&disk.now, entry.name));
	return entry;
}

void disk_begin(void)
{
	memset(&disk, 0, sizeof(disk));
	disk.now.per_client = sim_on(KIND_RATES) ? 3 : 0;
	for (unsigned n = 1 + sim_below(3); disk.now.n < n;) {
		struct row entry = entry_new();

		disk.now.row[disk.now.n++] = entry;
	}
}

static void entry_edit(struct row *entry)
{
	switch (sim_below(6)) {
	case 0:
		entry->threads = threads_new();
		break;
	case 1:
		entry->build++;
		entry->unloadable = sim_happens(KIND_REFUSE, 3);
		break;
	case 2:
		entry->timeout = sim_below(2) ? -1.0 : 0.2;
		entry->critical = !entry->critical;
		break;
	default:
		entry->settings = ++disk.last;
		entry->broken = sim_happens(KIND_REFUSE, 3);
		break;
	}
}

void disk_edit(void)
{
	struct disk *d = &disk.now;
	unsigned at = d->n ? sim_below(d->n) : 0;

	d->edition++;
	switch (sim_below(5)) {
	case 0:
		if (d->n < ROWS_MAX) {
			struct row entry = entry_new();

			entry.broken = sim_happens(KIND_REFUSE, 3);
			d->row[d->n++] = entry;
		}
		break;
	case 1:
		if (d->n > 1)
			d->row[at] = d->row[--d->n];
		break;
	case 2:
		d->per_client = sim_on(KIND_RATES) ? 2 + sim_below(4) : 0;
		break;
	default:
		if (d->n)
			entry_edit(&d->row[at]);
		break;
	}
}

/* ---- as a reload reads it ---- */

int __wrap_config_read(const char *path, struct config **out, struct registry_error *error);
int __wrap_provider_list_read(const char *dir, const char *state_dir, struct provider_list *out,
			      struct registry_error *error);

/* What the daemon's parsers do without memory is another test's. */
static bool calm_begin(void)
{
	bool before = sim.calm;

	sim.calm = true;
	return before;
}

struct config *disk_config(void)
{
	struct registry_error error = { .line = 0 };
	bool calm = calm_begin();
	struct config *config;
	char text[256];
	int len = snprintf(text, sizeof(text),
			   "log-level = \"error\"; pending-timeout = 2.0; threads = 2;\n"
			   "limits: { table = 16; packets = 16; per-client = %u; };",
			   disk.now.per_client);

	HOLDS(config_parse(span_of(text, (size_t)len), "/sim/wdspxed.conf", &config, &error) == 0,
	      "the configuration is not taken: %s", error.text);
	sim.calm = calm;
	return config;
}

int __wrap_config_read(const char *path, struct config **out, struct registry_error *error)
{
	(void)path;
	disk.seen = disk.now.edition;
	if (sim_fault(10)) {
		error->line = 1;
		strcpy(error->text, "by chance");
		return -ENOMEM;
	}
	*out = disk_config();
	disk.read.per_client = disk.now.per_client;
	return 0;
}

static struct dropin *dropin_of(const struct row *entry)
{
	struct registry_error error = { .line = 0 };
	char text[512], path[64];
	struct dropin *dropin;
	int len = snprintf(text, sizeof(text),
			   "name = \"p%u\"; module = \"/sim/p%u.so\"; critical = %s;\n"
			   "settings: { number = %u; };\n",
			   entry->name, entry->name, entry->critical ? "true" : "false",
			   entry->settings);

	if (entry->threads >= 0)
		len += snprintf(text + len, sizeof(text) - (size_t)len, "threads = %d;\n",
				entry->threads);
	if (entry->timeout > 0)
		len += snprintf(text + len, sizeof(text) - (size_t)len, "pending-timeout = %g;\n",
				entry->timeout);
	snprintf(path, sizeof(path), "/sim/p%u.conf", entry->name);
	HOLDS(dropin_parse(span_of(text, (size_t)len), path, &dropin, &error) == 0,
	      "a drop-in is not taken: %s", error.text);
	return dropin;
}

int __wrap_provider_list_read(const char *dir, const char *state_dir, struct provider_list *out,
			      struct registry_error *error)
{
	unsigned per_client = disk.read.per_client;
	bool calm = calm_begin();

	(void)dir;
	(void)state_dir;
	(void)error;
	*out = (struct provider_list){ .n = disk.now.n };
	out->entry = calloc(disk.now.n + 1, sizeof(*out->entry));
	for (unsigned i = 0; i < disk.now.n; i++)
		out->entry[i] = dropin_of(&disk.now.row[i]);
	sim.calm = calm;
	disk.read = disk.now;
	disk.read.per_client = per_client;
	fiber_point();
	return 0;
}

/* What the reload under way has read; before the first one, what is there. */
static const struct row *entry_of(unsigned name, const struct disk *d)
{
	for (unsigned i = 0; i < d->n; i++)
		if (d->row[i].name == name)
			return &d->row[i];
	return NULL;
}

/* ---- keys: the settings of a provider, a number ---- */

struct sim_key {
	unsigned name, settings, before;
	bool refreshed;
};

DWORD __wrap_PxeHostKeyOpen(const char *path, HKEY *out);
DWORD __wrap_PxeHostKeyRefresh(HKEY key);
DWORD __wrap_PxeHostKeySettle(HKEY key, BOOL keep);
DWORD __wrap_PxeHostKeyClose(HKEY key);
DWORD __wrap_PxeHostKeyName(HKEY key, const char *name);

static struct sim_key *key_of(HKEY key)
{
	return (struct sim_key *)(void *)key;
}

unsigned key_settings(HKEY key)
{
	return key_of(key)->settings;
}

unsigned key_name(HKEY key)
{
	return key_of(key)->name;
}

static unsigned name_of(const char *path)
{
	unsigned name = 0;

	HOLDS(sscanf(path, "/sim/p%u.", &name) == 1, "no such file: %s", path);
	return name;
}

DWORD __wrap_PxeHostKeyOpen(const char *path, HKEY *out)
{
	struct sim_key *key = __real_calloc(1, sizeof(*key));
	const struct row *entry = entry_of(name_of(path), &disk.read);

	HOLDS(entry != NULL, "settings are opened that nobody has read: %s", path);
	key->name = entry->name;
	key->settings = key->before = entry->settings;
	*out = (HKEY)(void *)key;
	return ERROR_SUCCESS;
}

DWORD __wrap_PxeHostKeyRefresh(HKEY handle)
{
	struct sim_key *key = key_of(handle);
	const struct row *entry = entry_of(key->name, &disk.read);

	if (!entry || sim_fault(6))
		return ERROR_KEY_DELETED;
	key->before = key->settings;
	key->settings = entry->settings;
	key->refreshed = true;
	return ERROR_SUCCESS;
}

DWORD __wrap_PxeHostKeySettle(HKEY handle, BOOL keep)
{
	struct sim_key *key = key_of(handle);

	if (!keep && key->refreshed)
		key->settings = key->before;
	key->refreshed = false;
	return ERROR_SUCCESS;
}

DWORD __wrap_PxeHostKeyClose(HKEY key)
{
	free(key_of(key));
	return ERROR_SUCCESS;
}

DWORD __wrap_PxeHostKeyName(HKEY key, const char *name)
{
	(void)key;
	(void)name;
	return ERROR_SUCCESS;
}

/* ---- modules ---- */

int __wrap_module_load(const char *path, const struct module_id *tried, struct shelf *shelf,
		       struct module *out, char *why, size_t size);
void __wrap_module_unload(struct module *module);
void *__wrap_module_find(const struct module *module, const struct entry *entry);
enum module_change __wrap_module_change(const struct module *module, const char *path);
int __wrap_module_identify(const char *path, struct module_id *out);
void __wrap_image_note(void *handle, const char *path, const char *provider);
void __wrap_image_forget(void *handle);
void __wrap_thrown_ready(void);
struct shelf *__wrap_host_shelf(struct host *host);

int __wrap_module_load(const char *path, const struct module_id *tried, struct shelf *shelf,
		       struct module *out, char *why, size_t size)
{
	const struct row *entry = entry_of(name_of(path), &disk.read);

	(void)tried;
	(void)shelf;
	fiber_point();
	if (!entry || entry->unloadable || sim_fault(12)) {
		snprintf(why, size, "%s: by chance", path);
		return MODULE_E_UNLOADABLE;
	}
	memset(out, 0, sizeof(*out));
	out->image = (void *)(uintptr_t)entry->build;
	out->entries.initialize.state = ENTRY_FUNCTION;
	return 0;
}

void __wrap_module_unload(struct module *module)
{
	HOLDS(module->image != NULL, "a module is unloaded twice");
	module->image = NULL;
	fiber_point();
}

void *__wrap_module_find(const struct module *module, const struct entry *entry)
{
	const void *initialize = &module->entries.initialize;

	return (const void *)entry == initialize ? (void *)unit_initialize : NULL;
}

enum module_change __wrap_module_change(const struct module *module, const char *path)
{
	const struct row *entry = entry_of(name_of(path), &disk.read);

	return entry && entry->build == (uintptr_t)module->image ? MODULE_SAME : MODULE_OTHER;
}

int __wrap_module_identify(const char *path, struct module_id *out)
{
	(void)path;
	memset(out, 0, sizeof(*out));
	return 0;
}

void __wrap_image_note(void *handle, const char *path, const char *provider)
{
	(void)handle;
	(void)path;
	(void)provider;
}

void __wrap_image_forget(void *handle)
{
	(void)handle;
}

void __wrap_thrown_ready(void)
{
}

struct shelf *__wrap_host_shelf(struct host *host)
{
	(void)host;
	return NULL;
}

/* ---- what else has a file, or a service, behind it ---- */

int __wrap_trust_check(const char *path, char *why, size_t size);
int __wrap_dropin_prune(const struct dropin *dropin, const char *state_dir,
			struct registry_error *error);
void __wrap_ports_join_all(struct ports *ports, const struct config *config,
			   const struct links_view *view);
const struct links_view *__wrap_links_now(const struct links *links);
void __wrap_interfaces_tell(const struct config *config, const struct links_view *view,
			    const struct teller *teller);
void __wrap_notify_ready(struct server *s);
void __wrap_notify_reloading(void);
void __wrap_server_keep_pauses(struct server *s, const struct roster *roster);
DWORD __wrap_PxeHostSetProvidersDir(const char *path);
void __wrap_log_ignore(const char *const *ids);

int __wrap_trust_check(const char *path, char *why, size_t size)
{
	(void)path;
	(void)why;
	(void)size;
	return 0;
}

int __wrap_dropin_prune(const struct dropin *dropin, const char *state_dir,
			struct registry_error *error)
{
	(void)dropin;
	(void)state_dir;
	(void)error;
	return 0;
}

void __wrap_ports_join_all(struct ports *ports, const struct config *config,
			   const struct links_view *view)
{
	(void)ports;
	(void)config;
	(void)view;
}

const struct links_view *__wrap_links_now(const struct links *links)
{
	(void)links;
	return NULL;
}

void __wrap_interfaces_tell(const struct config *config, const struct links_view *view,
			    const struct teller *teller)
{
	(void)config;
	(void)view;
	(void)teller;
}

void __wrap_notify_ready(struct server *s)
{
	(void)s;
}

void __wrap_notify_reloading(void)
{
}

void __wrap_server_keep_pauses(struct server *s, const struct roster *roster)
{
	(void)s;
	(void)roster;
}

DWORD __wrap_PxeHostSetProvidersDir(const char *path)
{
	(void)path;
	return ERROR_SUCCESS;
}

void __wrap_log_ignore(const char *const *ids)
{
	(void)ids;
}
