/* wdspxectl import: another server's configuration as ours. What there is: `registry`, a key of
 * Windows' registry, exported by regedit or `reg export`, as a provider's file. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "base/plain.h"
#include "ctl/commands.h"
#include "ctl/reg_file.h"
#include "libwdspxe/places.h"
#include "registry/provider_list.h"
#include "registry/reserved.h"
#include "registry/tree.h"
#include "registry/view.h"

enum { KIND, FILE_, NAME, MODULE, REGISTER, INDEX }; /* the words of the row in command.h */
enum { FILE_MAX = 2 * SETTING_TEXT_MAX };

#define MODULES "/usr/lib/wdspxed/providers/"

/* What becomes a drop-in. */
struct import {
	const char *file;
	char *name, *module;
	char *dll; /* what ProviderDLL said; NULL: nothing */
	bool critical;
	struct setting *settings; /* a group */
};

static void import_done(struct import *it)
{
	free(it->name);
	free(it->module);
	free(it->dll);
	setting_free(it->settings);
}

static int fail(const char *file, const char *what)
{
	fprintf(stderr, "wdspxectl: import registry: %s: %s\n", file, what);
	return CTL_FAILED;
}

static void closef(FILE **file)
{
	if (*file && *file != stdin)
		fclose(*file);
}

/* The octets of a file, or of standard input for "-"; the caller frees them. NULL with errno. */
static uint8_t *file_octets(const char *path, size_t *len)
{
	_cleanup_(closef) FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");
	_cleanup_(freep) uint8_t *octets = file ? malloc(FILE_MAX + 1) : NULL;

	if (!octets)
		return NULL;
	*len = fread(octets, 1, FILE_MAX + 1, file);
	if (ferror(file))
		return NULL;
	if (*len > FILE_MAX) {
		errno = EFBIG;
		return NULL;
	}
	return TAKE(octets);
}

/* ---- which provider ---- */

static int say_which(const char *file, const struct setting *providers)
{
	struct view_item item;

	fprintf(stderr,
		"wdspxectl: import registry: %s has several providers; say which, with --name:",
		file);
	for (unsigned i = 0; view_key_at(providers, i, &item); i++)
		fprintf(stderr, "%s %s", i > 0 ? "," : "", view_name(&item));
	fputc('\n', stderr);
	return CTL_USAGE;
}

static int choose(const char *file, const struct reg_file *read, const char *wanted,
		  struct view_item *out)
{
	if (wanted)
		return view_key_named(read->providers, wanted, out)
			       ? CTL_OK
			       : fail(file, "it has no provider of that name");
	if (view_key_count(read->providers) > 1)
		return say_which(file, read->providers);
	if (!view_key_at(read->providers, 0, out))
		return fail(file, "it has no key below "
				  "...\\WDSServer\\Providers\\WDSPXE\\Providers: export the key of "
				  "the provider that stands there");
	return dropin_name_valid(view_name(out)) ? CTL_OK
						 : fail(file, "the key's name cannot be a "
							      "provider's");
}

/* ---- what it becomes ---- */

/* "C:\Dir\Name.DLL" is looked for as MODULES "name.so"; without a DLL, by the provider's name. */
static char *module_of(const char *dll, const char *name)
{
	const char *base = dll ? strrchr(dll, '\\') : NULL;
	char *module = NULL, *at;

	base = base ? base + 1 : dll ? dll : name;
	if (asprintf(&module, MODULES "%.*s.so",
		     (int)(strlen(base) > 4 && strcasecmp(base + strlen(base) - 4, ".dll") == 0
				   ? strlen(base) - 4
				   : strlen(base)),
		     base) < 0)
		return NULL;
	for (at = module + strlen(MODULES); *at; at++)
		*at = (char)(*at == '/' ? '_' : tolower((unsigned char)*at));
	return module;
}

/* The key has two values that are no settings: our file has keys for them. */
static void take_own(struct import *it)
{
	struct view_item value;

	if (view_value_named(it->settings, "ProviderDLL", &value)) {
		if (value.node->type == SETTING_STRING)
			it->dll = strdup(value.node->string);
		view_remove(&value);
	}
	if (view_value_named(it->settings, "IsCritical", &value)) {
		it->critical = value.node->type == SETTING_INT && value.node->integer != 0;
		view_remove(&value);
	}
}

static int make(const struct view_item *key, const char *module, struct import *out)
{
	out->name = strdup(view_name(key));
	out->settings = setting_copy(key->node, "settings");
	if (out->settings)
		take_own(out);
	out->module = module ? strdup(module) : module_of(out->dll, view_name(key));
	return out->name && out->settings && out->module ? CTL_OK
							 : fail(out->file, strerror(ENOMEM));
}

/* ---- where it goes ---- */

static bool fill(struct setting *root, const struct import *it)
{
	struct setting *critical = setting_new(SETTING_BOOL, "critical");

	if (critical)
		critical->boolean = it->critical;
	return setting_add(root, setting_new_string("name", it->name)) == 0 &&
	       setting_add(root, setting_new_string("module", it->module)) == 0 &&
	       setting_add(root, critical) == 0 &&
	       setting_add(root, setting_copy(it->settings, "settings")) == 0;
}

/* What others wrote must not end the comment's line. */
static void put_comment(const char *before, const char *text, const char *after)
{
	char plain[512];

	printf("%s%s%s", before, plain_words(span_str(text), plain, sizeof(plain)), after);
}

static int print(const struct import *it)
{
	_cleanup_(setting_freep) struct setting *root = setting_new(SETTING_GROUP, NULL);
	_cleanup_(freep) char *text = NULL;
	size_t len;

	if (!root || !fill(root, it) || setting_write(root, "", &text, &len) != 0)
		return fail(it->file, "it cannot be written as a provider's file");
	put_comment("# The registry's key ", it->name, ", from ");
	put_comment("", strcmp(it->file, "-") == 0 ? "standard input" : it->file, ".\n");
	if (it->dll)
		put_comment("# ProviderDLL was ", it->dll,
			    ": build the provider for Linux, and put it there.\n");
	fputs(text, stdout);
	return CTL_OK;
}

static int add(const struct import *it, const char *index)
{
	struct registry_error error = { .line = 0 };
	const struct registration wanted = { .name = it->name,
					     .module = it->module,
					     .index = index ? word_count(index) : UINT32_MAX,
					     .critical = it->critical,
					     .settings = it->settings };
	_cleanup_(freep) char *dir = providers_dir(), *state = state_dir();

	if (!dir || !state)
		return fail(it->file, strerror(ENOMEM));
	return report_registry(provider_list_register(dir, state, &wanted, NULL, &error),
			       "import registry", it->name, &error);
}

static void tell_left_out(const char *file, const struct reg_file *read)
{
	if (read->foreign > 0)
		fprintf(stderr,
			"wdspxectl: import registry: %s: %u keys are no provider's, and were left "
			"out\n",
			file, read->foreign);
	if (read->deleted > 0)
		fprintf(stderr, "wdspxectl: import registry: %s: %u deletions were left out\n",
			file, read->deleted);
}

static int import_read(const struct call *call, const struct reg_file *read)
{
	const char *const *word = call->arguments.word;
	_cleanup_(import_done) struct import it = { .file = word[FILE_] };
	struct view_item key = { 0 };
	int r = choose(word[FILE_], read, word[NAME], &key);

	if (r == CTL_OK)
		r = make(&key, word[MODULE], &it);
	if (r == CTL_OK)
		r = word[REGISTER] ? add(&it, word[INDEX]) : print(&it);
	if (r == CTL_OK && word[REGISTER] && call->json)
		puts("{\n  \"ok\": true\n}");
	return r;
}

static int import_registry(const struct call *call)
{
	const char *file = call->arguments.word[FILE_];
	size_t len;
	_cleanup_(freep) uint8_t *octets = file_octets(file, &len);
	struct reg_text text = { .at = NULL };
	struct reg_file read = { .providers = NULL };
	int r;

	if (!octets)
		return fail(file, strerror(errno));
	if (reg_file_read(span_of(octets, len), &read, &text)) {
		tell_left_out(file, &read);
		r = import_read(call, &read);
	} else {
		char place[32] = "";

		if (text.line > 0)
			snprintf(place, sizeof(place), ":%d", text.line);
		fprintf(stderr, "wdspxectl: import registry: %s%s: %s\n", file, place, text.wrong);
		r = CTL_FAILED;
	}
	reg_file_done(&read);
	return r;
}

int run_import(const struct call *call)
{
	const char *kind = call->arguments.word[KIND];

	if (strcmp(kind, "registry") == 0)
		return import_registry(call);
	fprintf(stderr, "wdspxectl: import %s: what can be imported is: registry\n", kind);
	return CTL_USAGE;
}
