/* wdspxectl register and unregister: the provider list on disk, changed in this process as
 * PxeProviderRegister does it; but a failure has more to say than a number. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "ctl/commands.h"
#include "libwdspxe/providers_dir.h"
#include "registry/provider_list.h"

/* Prints why it failed; the registry's words have the system's in them, the file and the line. */
static int report(int r, const char *what, const char *name, const struct registry_error *error)
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

static int add(const char *name, const char *module, uint32_t index, bool critical)
{
	struct registry_error error = { .line = 0 };
	_cleanup_(freep) char *dir = providers_dir();
	/* A symbolic link is registered by its own name: its target may change. */
	_cleanup_(freep) char *whole = module[0] == '/' ? strdup(module) : realpath(module, NULL);

	if (!whole || access(whole, F_OK) < 0) {
		fprintf(stderr, "wdspxectl: module %s: %s\n", module, strerror(errno));
		return CTL_FAILED;
	}
	if (!dir)
		return no_memory("register", name);
	return report(provider_list_register(dir, name, whole, index, critical, NULL, &error),
		      "register", name, &error);
}

static int remove_it(const char *name)
{
	struct registry_error error = { .line = 0 };
	_cleanup_(freep) char *dir = providers_dir();

	if (!dir)
		return no_memory("unregister", name);
	return report(provider_list_unregister(dir, name, &error), "unregister", name, &error);
}

static int done(const struct call *call, int r)
{
	if (r == CTL_OK && call->json)
		puts("{\n  \"ok\": true\n}");
	return r;
}

int run_register(const struct call *call)
{
	const char *const *word = call->arguments.word;

	return done(call, add(word[0], word[1], word[2] ? word_count(word[2]) : UINT32_MAX,
			      word[3] != NULL));
}

int run_unregister(const struct call *call)
{
	return done(call, remove_it(call->arguments.word[0]));
}
