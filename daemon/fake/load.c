/* PxeFakeLoad: a provider is loaded as the daemon does it, from a drop-in. */
#include "fake/load.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "provider/chain.h"
#include "provider/provider.h"
#include "registry/dropin.h"

static const char shown[] = "settings"; /* what the file is called: its path says nothing */

/* Does the text close the group that it stands in, so that it may go on behind it? */
static bool closes_group(const char *text)
{
	bool quoted = false;
	int depth = 0;

	for (; *text && depth >= 0; text++) {
		if (*text == '"')
			quoted = !quoted;
		else if (quoted && *text == '\\' && text[1])
			text++;
		else if (!quoted && *text == '{')
			depth++;
		else if (!quoted && *text == '}')
			depth--;
	}
	return depth < 0;
}

/* All that is ours stands before the caller's first line, so that lines are counted as he wrote
 * them. */
static char *dropin_write(const char *module, const char *settings)
{
	const char *folder = getenv("TMPDIR");
	_cleanup_(freep) char *path = NULL;
	_cleanup_(closep) int fd = -1;

	if (asprintf(&path, "%s/wdspxe-fake-XXXXXX", folder ? folder : "/tmp") < 0) {
		path = NULL;
		return NULL;
	}
	fd = mkstemp(path);
	settings = settings ? settings : "";
	if (fd < 0 || dprintf(fd, "name = \"%s\"; module = \"%s\"; settings: { %s\n%s",
			      strrchr(module, '/') + 1, module, settings,
			      closes_group(settings) ? "" : "};\n") < 0)
		return NULL;
	return TAKE(path);
}

static DWORD code_of(int r)
{
	switch (r) {
	case 0:
		return ERROR_SUCCESS;
	case PROVIDER_E_UNTRUSTED:
		return ERROR_ACCESS_DENIED;
	case PROVIDER_E_UNLOADABLE:
		return ERROR_BAD_FORMAT;
	case PROVIDER_E_NO_ENTRY:
		return ERROR_PROC_NOT_FOUND;
	default:
		return ERROR_DLL_INIT_FAILED;
	}
}

static int chain_rebuild(PXE_FAKE *fake)
{
	struct chain *chain;
	int r = chain_new(fake->provider, fake->n_providers, NULL, NULL, &chain);

	if (r < 0)
		return r;
	host_set_chain(fake->host, chain);
	chain_unref(chain);
	return 0;
}

static int provider_add(PXE_FAKE *fake, const struct dropin *dropin, char *why, size_t size)
{
	struct provider_spec spec = { .name = dropin->name,
				      .module = dropin->module,
				      .dropin = dropin->path,
				      .dropin_shown = shown,
				      .threads = dropin->threads,
				      .pending_timeout = dropin->pending_timeout,
				      .answer_lease_requests = dropin->answer_lease_requests,
				      .information_request = true };
	struct provider *p;
	int r = provider_new(fake->host, &spec, &p);

	if (r < 0)
		return r;
	r = provider_start(p, why, size);
	if (r != 0) {
		provider_free(p);
		return r;
	}
	fake->provider[fake->n_providers] = p;
	return 0;
}

enum { SETTINGS_E_WRONG = 100 }; /* beside PROVIDER_E_* */

static int settings_read(const char *file, struct dropin **out, char *why, size_t size)
{
	struct registry_error error = { .line = 0 };
	int r = dropin_read(file, out, &error);

	if (r <= 0)
		return r;
	snprintf(why, size, "%s:%d: %s", shown, error.line, error.text);
	return SETTINGS_E_WRONG;
}

DWORD PxeFakeLoad(PXE_FAKE *fake, const char *module, const char *settings, char *why, size_t size)
{
	_cleanup_(dropin_freep) struct dropin *dropin = NULL;
	_cleanup_(freep) char *path = NULL;
	_cleanup_(freep) char *file = NULL;
	char reason[1024] = "";
	int r;

	if (!fake || !module || fake->n_providers == PROVIDERS_MAX)
		return ERROR_INVALID_PARAMETER;
	path = realpath(module, NULL);
	if (!path) {
		if (why)
			snprintf(why, size, "%s: %s", module, strerror(errno));
		return ERROR_MOD_NOT_FOUND;
	}
	file = dropin_write(path, settings);
	if (!file)
		return ERROR_NOT_ENOUGH_MEMORY;
	r = settings_read(file, &dropin, reason, sizeof(reason));
	if (r == 0)
		r = provider_add(fake, dropin, reason, sizeof(reason));
	if (why)
		snprintf(why, size, "%s", reason);
	if (r != 0) {
		unlink(file);
		return r == SETTINGS_E_WRONG ? ERROR_INVALID_DATA
		       : r < 0               ? ERROR_NOT_ENOUGH_MEMORY
					     : code_of(r);
	}
	fake->dropin[fake->n_providers++] = TAKE(file);
	return chain_rebuild(fake) == 0 ? ERROR_SUCCESS : ERROR_NOT_ENOUGH_MEMORY;
}

void PxeFakeControl(PXE_FAKE *fake, DWORD code)
{
	bool called;

	for (uint32_t i = 0; i < fake->n_providers; i++)
		provider_control(fake->provider[i], code, &called);
}

void load_stop(PXE_FAKE *fake)
{
	host_set_chain(fake->host, NULL);
	while (fake->n_providers > 0) {
		uint32_t n = --fake->n_providers;

		provider_stop(fake->provider[n]);
		provider_free(fake->provider[n]);
		unlink(fake->dropin[n]);
		free(fake->dropin[n]);
	}
}
