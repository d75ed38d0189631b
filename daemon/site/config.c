#include "site/config.h"

#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <syslog.h>
#include <unistd.h>

#include <wdspxe.h>

#include "base/cleanup.h"
#include "base/nearest.h"
#include "base/trust.h"
#include "registry/dropin.h"
#include "registry/hint.h"
#include "registry/notes.h"
#include "site/config_keys.h"

enum { TEXT_MAX = 1 << 20 };

void config_free(struct config *config)
{
	if (!config)
		return;
	config_strings_free(config->interfaces);
	config_strings_free(config->multicast);
	config_strings_free(config->classes);
	config_strings_free(config->relays);
	config_strings_free(config->ignore_findings);
	free(config->providers_dir);
	free(config->control_socket);
	free(config->status_socket);
	free(config->ear_socket);
	free(config->state_dir);
	free(config->path);
	free(config);
}

void config_freep(struct config **config)
{
	config_free(*config);
}

static struct config *config_new(const char *path)
{
	_cleanup_(config_freep) struct config *config = calloc(1, sizeof(*config));

	if (!config)
		return NULL;
	config->limits = HOST_LIMITS_DEFAULT;
	config->dhcp = config->pxe = config->dhcpv6 = true;
	config->log_level = LOG_INFO;
	config->trace_mask = PXE_TRACE_INFO | PXE_TRACE_WARNING | PXE_TRACE_ERROR | PXE_TRACE_FATAL;
	config->stop_grace = 5.0;
	config->path = strdup(path);
	config->interfaces = calloc(1, sizeof(char *));
	config->multicast = calloc(1, sizeof(char *));
	config->classes = calloc(1, sizeof(char *));
	config->relays = calloc(1, sizeof(char *));
	config->ignore_findings = calloc(1, sizeof(char *));
	config->providers_dir = strdup("/etc/wdspxed/providers.d");
	config->control_socket = strdup("/run/wdspxed/control");
	config->status_socket = strdup("/run/wdspxed/status");
	config->ear_socket = strdup("/run/wdspxed/ear");
	config->state_dir = strdup("/var/lib/wdspxed");
	if (!config->path || !config->interfaces || !config->multicast || !config->classes ||
	    !config->relays || !config->ignore_findings || !config->providers_dir ||
	    !config->control_socket || !config->status_socket || !config->ear_socket ||
	    !config->state_dir)
		return NULL;
	return TAKE(config);
}

static const struct config_key *key_find(const char *group, const char *name)
{
	for (size_t i = 0; i < config_n_keys; i++) {
		const struct config_key *key = &config_keys[i];
		bool here = group ? key->group && !strcmp(key->group, group) : !key->group;

		if (here && !strcasecmp(key->name, name))
			return key;
	}
	return NULL;
}

/* Where a key stands. */
static const char *place_of(const char *name)
{
	for (size_t i = 0; i < config_n_keys; i++)
		if (!strcasecmp(config_keys[i].name, name))
			return config_keys[i].group ? config_keys[i].group : "the file itself";
	return "";
}

/* The name of a key that was meant, in the group, or anywhere; or NULL. */
static const char *meant(const char *group, bool anywhere, const char *name)
{
	const char *names[64] = { NULL };
	size_t n = 0;

	for (size_t i = 0; i < config_n_keys && n < ARRAY_LEN(names) - 1; i++) {
		const struct config_key *key = &config_keys[i];

		if (anywhere || (group ? key->group && !strcmp(key->group, group) : !key->group))
			names[n++] = key->name;
	}
	return nearest(name, names);
}

/* A key that stands in a provider's file, and not here under a name like it. */
static bool is_key_of_dropin(const char *name)
{
	return dropin_is_key(name) || (hint_place(name) && strcasecmp(name, "interface") != 0);
}

static int refuse_key(const struct setting *s, const char *group, const char *file,
		      struct registry_error *error)
{
	const char *near = meant(group, false, s->name);
	const char *far = meant(group, true, s->name), *dot = group ? "." : "";
	char foreign[HINT_MAX];

	group = group ? group : "";
	if (near && !is_key_of_dropin(s->name))
		return registry_fail(error, file, s->line, REGISTRY_E_INVALID,
				     "unknown key \"%s%s%s\": did you mean \"%s\"? [W0110]", group,
				     dot, s->name, near);
	if (is_key_of_dropin(s->name))
		return registry_fail(error, file, s->line, REGISTRY_E_INVALID,
				     "unknown key \"%s%s%s\": it belongs in a provider's file, "
				     "providers.d/50-bootfile.conf [W0111]",
				     group, dot, s->name);
	if (hint_foreign(s->name, foreign))
		return registry_fail(error, file, s->line, REGISTRY_E_INVALID,
				     "unknown key \"%s%s%s\", %s [W0109]", group, dot, s->name,
				     foreign);
	if (far)
		return registry_fail(error, file, s->line, REGISTRY_E_INVALID,
				     "unknown key \"%s%s%s\": did you mean \"%s\" in %s? [W0111]",
				     group, dot, s->name, far, place_of(far));
	return registry_fail(error, file, s->line, REGISTRY_E_INVALID,
			     "unknown key \"%s%s%s\" [W0110]", group, dot, s->name);
}

static int store_group(const struct setting *group, const char *group_name, const char *file,
		       struct config *config, struct registry_error *error);

static int store_key(const struct setting *s, const char *group, const char *file,
		     struct config *config, struct registry_error *error)
{
	const struct config_key *key = key_find(group, s->name);

	if (!key)
		return refuse_key(s, group, file, error);
	config->line[key - config_keys] = s->line;
	if (key->kind == KEY_GROUP && s->type == SETTING_GROUP)
		return store_group(s, key->name, file, config, error);
	if (key->offset == offsetof(struct config, interfaces))
		config->interfaces_line = s->line;
	return config_key_store(key, s, file, config, error);
}

/* Returns the first mistake. */
static int store_group(const struct setting *group, const char *group_name, const char *file,
		       struct config *config, struct registry_error *error)
{
	int first = 0;

	for (unsigned i = 0; i < group->count; i++) {
		int r = store_key(group->child[i], group_name, file, config, error);

		first = first ? first : r;
		if (r && (r != REGISTRY_E_INVALID || !registry_wants_all(error)))
			return r;
	}
	return first;
}

/* What the ports say together. */
static int check_ports(const struct config *config, const struct setting *root, const char *path,
		       struct registry_error *error)
{
	const struct setting *listen = setting_child(root, "listen");

	if (!config->dhcp && !config->pxe && !config->dhcpv6)
		return registry_fail(
			error, path, listen->line, REGISTRY_E_INVALID,
			"listen disables every port: nothing is left to serve [W0130]");
	if (!config->pxe)
		registry_warn(
			error, path, listen->line,
			"listen.pxe = false: UEFI PXE firmware asks for its file on port "
			"4011, and nobody answers there; it boots only by an entry with shape "
			"= \"direct\" [W0131]");
	if (!config->pxe && config->multicast[0])
		registry_warn(error, path, listen->line,
			      "listen.multicast: nobody answers in the group, because listen.pxe = "
			      "false closes port 4011 [W0130]");
	return 0;
}

static int parse(struct span text, const char *path, struct config **out,
		 struct registry_error *error)
{
	_cleanup_(config_freep) struct config *config = config_new(path);
	_cleanup_(setting_freep) struct setting *root = NULL;
	int r;

	if (!config)
		return registry_fail_errno(error, path, -ENOMEM, "reading the configuration");
	r = setting_parse(text, path, &root, error);
	if (r)
		return r;
	r = store_group(root, NULL, path, config, error);
	if (!r || (r == REGISTRY_E_INVALID && registry_wants_all(error)))
		r = check_ports(config, root, path, error) ? REGISTRY_E_INVALID : r;
	if (r && (r != REGISTRY_E_INVALID || !registry_wants_all(error)))
		return r;
	config->limits.classes = (const char *const *)config->classes;
	config->limits.relays = (const char *const *)config->relays;
	*out = TAKE(config);
	return 0;
}

static struct config_findings findings;

void config_set_findings(const struct config_findings *who)
{
	findings = *who;
}

const char *config_why_not_ignored(const char *id)
{
	return findings.why_not ? findings.why_not(id) : NULL;
}

int config_parse(struct span text, const char *path, struct config **out,
		 struct registry_error *error)
{
	_cleanup_(notes_done) struct notes notes = { NULL, 0 };
	_cleanup_(config_freep) struct config *config = NULL;
	struct registry_error noted;
	int r;

	if (!registry_wants_all(error))
		return parse(text, path, out, error);
	if (notes_take(&notes, &noted))
		return registry_fail_errno(error, path, -ENOMEM, "reading the configuration");
	r = parse(text, path, &config, &noted);
	if (r == 0 && config && findings.ignore)
		findings.ignore((const char *const *)config->ignore_findings);
	notes_tell(&notes, error);
	if (r == 0)
		*out = TAKE(config);
	return r;
}

static int read_text(int fd, char **out, size_t *len)
{
	_cleanup_(freep) char *text = NULL;
	size_t used = 0, room = 0;

	for (;;) {
		ssize_t n;

		if (used == room) {
			char *more;

			if (room >= TEXT_MAX)
				return -EFBIG;
			room = room ? room * 2 : 8192;
			more = realloc(text, room);
			if (!more)
				return -ENOMEM;
			text = more;
		}
		n = read(fd, text + used, room - used);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (n == 0)
			break;
		used += (size_t)n;
	}
	*out = TAKE(text);
	*len = used;
	return 0;
}

/* Symbolic links are kept, so that a reload follows them again. */
static char *path_absolute(const char *path)
{
	_cleanup_(freep) char *folder = path[0] == '/' ? strdup("") : getcwd(NULL, 0);
	char *whole;

	if (!folder || asprintf(&whole, "%s%s%s", folder, path[0] == '/' ? "" : "/", path) < 0)
		return NULL;
	return whole;
}

int config_read(const char *path, struct config **out, struct registry_error *error)
{
	_cleanup_(freep) char *text = NULL, *whole = path_absolute(path);
	_cleanup_(closep) int fd = -1;
	struct stat st;
	char why[256];
	size_t len = 0;
	int r;

	if (!whole)
		return registry_fail_errno(error, path, -errno, "the configuration");
	fd = open(whole, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0)
		return registry_fail_errno(error, path, -errno, "cannot read it");
	r = trust_check_fd(fd, whole, why, sizeof(why));
	if (r)
		return registry_fail(error, path, 0, r, "not trusted: %s [W0102]",
				     trust_why(whole, why));
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		return registry_fail(error, path, 0, REGISTRY_E_INVALID,
				     "not a regular file [W0103]");
	r = read_text(fd, &text, &len);
	if (r == -EFBIG)
		return registry_fail(error, path, 0, REGISTRY_E_INVALID,
				     "larger than %d bytes [W0103]", TEXT_MAX);
	if (r)
		return registry_fail_errno(error, path, r, "the configuration");
	return config_parse(span_of(text, len), whole, out, error);
}

bool config_serves(const struct config *config, const char *interface, bool loopback)
{
	bool all = true, named = false;

	for (char **name = config->interfaces; *name; name++) {
		bool except = **name == '!';
		bool is = fnmatch(*name + except, interface, 0) == 0;

		if (except && is)
			return false;
		all &= except;
		named |= is && !except && (!loopback || !strpbrk(*name, "*?["));
	}
	return all ? !loopback : named;
}

const char *config_needs_restart(const struct config *a, const struct config *b, char *text,
				 size_t size)
{
	size_t used = 0;

	text[0] = '\0';
	for (size_t i = 0; i < config_n_keys && used < size; i++) {
		const struct config_key *key = &config_keys[i];

		if (key->restart && !config_key_equal(key, a, b))
			used += (size_t)snprintf(text + used, size - used, "%s%s%s%s",
						 used ? ", " : "", key->group ? key->group : "",
						 key->group ? "." : "", key->name);
	}
	return text;
}

void config_keep_running(struct config *running, struct config *next)
{
	for (size_t i = 0; i < config_n_keys; i++)
		if (config_keys[i].restart)
			config_key_swap(&config_keys[i], running, next);
}
