/* wdspxectl register and unregister: the provider list on disk, changed in this process as
 * PxeProviderRegister does it; but a failure has more to say than a number. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "ctl/assigned.h"
#include "ctl/commands.h"
#include "libwdspxe/places.h"
#include "registry/provider_list.h"
#include "registry/tree.h"

int report_registry(int r, const char *what, const char *name, const struct registry_error *error)
{
	bool denied = (r == -EACCES || r == -EPERM) && geteuid() != 0;
	char line[16] = "";

	if (r == 0)
		return CTL_OK;
	if (error->line > 0)
		snprintf(line, sizeof(line), ":%d", error->line);
	fprintf(stderr, "wdspxectl: %s %s: %s%s%s%s%s\n", what, name, error->file, line,
		error->file[0] ? ": " : "", error->text,
		denied ? ": only root may change the list of providers" : "");
	return CTL_FAILED;
}

static int no_memory(const char *what, const char *name)
{
	fprintf(stderr, "wdspxectl: %s %s: %s\n", what, name, strerror(ENOMEM));
	return CTL_FAILED;
}

static int add(const struct call *call, const char *path, struct setting *settings)
{
	const char *const *word = call->arguments.word;
	struct registry_error error = { .line = 0 };
	struct registration it = { .name = word[0],
				   .module = path,
				   .index = word[2] ? word_count(word[2]) : UINT32_MAX,
				   .critical = word[3] != NULL,
				   .settings = settings };
	_cleanup_(freep) char *dir = providers_dir(), *state = state_dir();
	int r;

	if (!dir || !state || !settings)
		return no_memory("register", it.name);
	r = assigned_take(call, settings);
	return r ? r
		 : report_registry(provider_list_register(dir, state, &it, NULL, &error),
				   "register", it.name, &error);
}

static int add_module(const struct call *call)
{
	const char *module = call->arguments.word[1];
	_cleanup_(setting_freep) struct setting *settings = setting_new(SETTING_GROUP, "settings");
	/* A symbolic link is registered by its own name: its target may change. */
	_cleanup_(freep) char *path = module[0] == '/' ? strdup(module) : realpath(module, NULL);

	if (path && access(path, F_OK) == 0)
		return add(call, path, settings);
	fprintf(stderr, "wdspxectl: module %s: %s\n", module, strerror(errno));
	return CTL_FAILED;
}

static int remove_it(const char *name)
{
	struct registry_error error = { .line = 0 };
	_cleanup_(freep) char *dir = providers_dir(), *state = state_dir();

	if (!dir || !state)
		return no_memory("unregister", name);
	return report_registry(provider_list_unregister(dir, state, name, &error), "unregister",
			       name, &error);
}

static int done(const struct call *call, int r)
{
	if (r == CTL_OK && call->json)
		puts("{\n  \"ok\": true\n}");
	return r;
}

int run_register(const struct call *call)
{
	return done(call, add_module(call));
}

int run_unregister(const struct call *call)
{
	return done(call, remove_it(call->arguments.word[0]));
}
