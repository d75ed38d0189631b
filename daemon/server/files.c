#include "server/files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>

#include "base/cleanup.h"
#include "site/boot_files.h"
#include "story/fetched.h"
#include "story/log_ignore.h"

enum {
	SECONDS = 5,     /* for each file */
	ASKED_MAX = 256, /* files; many entries may name the same */
	KEY_MAX = BOOT_FILE_URL_MAX + BOOT_FILE_ARCHS_MAX + 8,
};

/* One question, and what came of it. */
struct asked {
	char *key;      /* owned: URL, architectures, and whether iPXE asks */
	json_t *answer; /* owned; NULL: none came */
};

struct check {
	const struct config *config;
	const struct links_view *links;
	const char *cacert;
	const struct teller *teller;
	struct asked asked[ASKED_MAX];
	unsigned n, mistakes, left_out;
	char why[256]; /* wdspxed-fetch does not run: said once */
};

/* ---- this host ---- */

/* As the condition `interface` does: a "*" at the end is any end of the name. */
static bool is_named(const struct link *link, const char *wanted)
{
	size_t len = strlen(wanted);

	return len > 0 && wanted[len - 1] == '*' ? strncmp(link->name, wanted, len - 1) == 0
						 : strcmp(link->name, wanted) == 0;
}

static bool link_serves(const struct check *check, const struct link *link, const char *wanted)
{
	return link->up && !link->loopback && (!wanted || is_named(link, wanted)) &&
	       config_serves(check->config, link->name, link->loopback);
}

/* As clients there see it. */
static bool own_address(void *context, const char *interface, uint8_t family, struct ip *out)
{
	const struct check *check = context;
	size_t n;
	const struct link *link = links_all(check->links, &n);

	for (size_t i = 0; i < n; i++)
		if (link_serves(check, &link[i], interface) &&
		    links_own_address(check->links, link[i].ifindex, family, NULL, out) &&
		    !ip_is_linklocal(out))
			return true;
	return false;
}

/* ---- asking ---- */

static const struct asked *find(const struct check *check, const char *key)
{
	for (unsigned i = 0; i < check->n; i++)
		if (strcmp(check->asked[i].key, key) == 0)
			return &check->asked[i];
	return NULL;
}

/* Does a finding say that there is no server? Then its other files are not waited for. */
static bool is_silent(const json_t *answer)
{
	const json_t *finding = json_array_get(json_object_get(answer, "findings"), 0);
	const char *id = json_string_value(json_object_get(finding, "id"));

	return id && (strcmp(id, "W0402") == 0 || strcmp(id, "W0422") == 0);
}

static size_t server_len(const char *url)
{
	const char *host = strstr(url, "://");

	return host ? (size_t)(host - url) + 3 + strcspn(host + 3, "/") : strlen(url);
}

static json_t *silent_before(const struct check *check, const char *url)
{
	size_t len = server_len(url);

	for (unsigned i = 0; i < check->n; i++)
		if (is_silent(check->asked[i].answer) && server_len(check->asked[i].key) == len &&
		    strncmp(check->asked[i].key, url, len) == 0)
			return json_incref(check->asked[i].answer);
	return NULL;
}

static json_t *ask(struct check *check, const struct boot_file *file)
{
	json_t *answer = silent_before(check, file->url);

	if (answer)
		return answer;
	return fetched_ask(&(struct fetched_wish){ .url = file->url,
						   .archs = file->archs,
						   .cacert = check->cacert,
						   .ipxe = file->ipxe,
						   .seconds = SECONDS },
			   check->why, sizeof(check->why));
}

/* NULL: there are too many, or no memory. */
static const struct asked *ask_once(struct check *check, const struct boot_file *file)
{
	char key[KEY_MAX];
	const struct asked *known;
	struct asked *asked;

	snprintf(key, sizeof(key), "%s %s %s", file->url, file->archs, file->ipxe ? "ipxe" : "");
	known = find(check, key);
	if (known || check->n == ASKED_MAX)
		return known;
	asked = &check->asked[check->n];
	asked->key = strdup(key);
	if (!asked->key)
		return NULL;
	asked->answer = ask(check, file);
	check->n++;
	return asked;
}

/* ---- telling ---- */

static void tell_finding(struct check *check, const struct boot_file *file, const json_t *finding)
{
	const char *text = json_string_value(json_object_get(finding, "text"));
	const char *level = json_string_value(json_object_get(finding, "level"));
	bool is_error = level && strcmp(level, "error") == 0;
	bool is_hint = level && strcmp(level, "info") == 0;

	teller_say(check->teller,
		   is_error  ? LOG_ERR
		   : is_hint ? LOG_NOTICE
			     : LOG_WARNING,
		   "", "%s:%d: %s: %s", file->path, file->line, file->url, text ? text : "");
	check->mistakes += is_error;
}

/* What nobody wants to be told is no mistake either. */
static bool is_ignored(const json_t *finding)
{
	const char *id = json_string_value(json_object_get(finding, "id"));

	return id && log_ignores(id);
}

static void tell(struct check *check, const struct boot_file *file, const json_t *answer)
{
	const json_t *findings = json_object_get(answer, "findings"), *finding;
	const char *what = json_string_value(json_object_get(answer, "what"));
	unsigned told = 0;

	for (size_t i = 0; (finding = json_array_get(findings, i)); i++)
		if (!is_ignored(finding)) {
			tell_finding(check, file, finding);
			told++;
		}
	if (told == 0 && what)
		teller_say(check->teller, LOG_NOTICE, "", "%s:%d: %s: %s", file->path, file->line,
			   file->url, what);
}

static void on_file(void *context, const struct boot_file *file)
{
	struct check *check = context;
	const struct asked *asked;

	if (check->why[0])
		return;
	if (file->open) {
		teller_say(check->teller, LOG_NOTICE, "",
			   "%s:%d: %s: not asked for: what stands for ${...} is known only when a "
			   "machine asks [W0426]",
			   file->path, file->line, file->url);
		return;
	}
	asked = ask_once(check, file);
	if (!asked)
		check->left_out++;
	else if (asked->answer)
		tell(check, file, asked->answer);
}

static void tell_rest(const struct check *check)
{
	if (check->why[0])
		teller_say(check->teller, LOG_ERR, "", "boot files: not asked for: %s", check->why);
	if (check->left_out)
		teller_say(check->teller, LOG_WARNING, "",
			   "boot files: %u more were not asked for: there are more than %d",
			   check->left_out, ASKED_MAX);
}

static void check_done(struct check *check)
{
	for (unsigned i = 0; i < check->n; i++) {
		free(check->asked[i].key);
		json_decref(check->asked[i].answer);
	}
	free(check);
}

int files_check(const struct config *config, const struct roster *roster,
		const struct links_view *links, const char *cacert, const struct teller *teller)
{
	struct check *check = calloc(1, sizeof(*check));
	struct boot_files_hooks hooks = { check, on_file, own_address };
	int mistakes;

	if (!check) {
		teller_say(teller, LOG_ERR, "", "boot files: not asked for: no memory");
		return -1;
	}
	check->config = config;
	check->links = links;
	check->cacert = cacert;
	check->teller = teller;
	for (size_t i = 0; i < roster->n; i++)
		boot_files_walk(roster->at[i]->dropin, &hooks);
	tell_rest(check);
	mistakes = check->why[0] && check->mistakes == 0 ? -1 : (int)check->mistakes;
	check_done(check);
	return mistakes;
}
