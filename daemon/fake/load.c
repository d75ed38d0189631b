/* PxeFakeLoad, PxeFakeLoadFile: a provider is loaded as the daemon does it, from a drop-in. */
#include "fake/load.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "fake/instance.h"
#include "fake/settings.h"

enum { WHY_MAX = 1024 };

DWORD load_code(int r)
{
	switch (r) {
	case 0:
		return ERROR_SUCCESS;
	case SETTINGS_E_WRONG:
		return ERROR_INVALID_DATA;
	case PROVIDER_E_UNTRUSTED:
		return ERROR_ACCESS_DENIED;
	case PROVIDER_E_UNLOADABLE:
		return ERROR_BAD_FORMAT;
	case PROVIDER_E_NO_ENTRY:
		return ERROR_PROC_NOT_FOUND;
	case -ENOENT:
		return ERROR_FILE_NOT_FOUND;
	case -EACCES:
		return ERROR_ACCESS_DENIED;
	default:
		return r < 0 ? ERROR_NOT_ENOUGH_MEMORY : ERROR_DLL_INIT_FAILED;
	}
}

void load_say(const char *reason, char *why, size_t size)
{
	if (why)
		snprintf(why, size, "%s", reason);
}

static void place_done(struct place *place)
{
	if (!place->is_callers && place->file)
		unlink(place->file);
	free(place->file);
	free(place->module);
	*place = (struct place){ .now = NULL };
}

/* The place behind the last one has its file: it is loaded by it. */
static int start(PXE_FAKE *fake, char *why, size_t size)
{
	_cleanup_(dropin_freep) struct dropin *dropin = NULL;
	struct place *place = &fake->place[fake->n_places];
	int r = settings_read(place, &dropin, why, size);

	if (r == 0 && access(dropin->module, F_OK) != 0) {
		snprintf(why, size, "%s: %s", dropin->module, strerror(errno));
		return PROVIDER_E_UNLOADABLE;
	}
	if (r == 0)
		r = instance_start(fake, fake->n_places, dropin, &place->now, why, size);
	if (r != 0)
		return r;
	(void)TAKE(dropin);
	place->n_instances = 1;
	fake->n_places++;
	return instances_to_chain(fake);
}

static DWORD load(PXE_FAKE *fake, char *why, size_t size)
{
	struct place *place = &fake->place[fake->n_places];
	uint32_t before = fake->n_places;
	char reason[WHY_MAX] = "";
	int r = start(fake, reason, sizeof(reason));

	load_say(reason, why, size);
	if (fake->n_places == before)
		place_done(place);
	return load_code(r);
}

static DWORD no_module(const char *module, char *why, size_t size)
{
	char reason[WHY_MAX];

	snprintf(reason, sizeof(reason), "%s: %s", module, strerror(errno));
	load_say(reason, why, size);
	return ERROR_MOD_NOT_FOUND;
}

DWORD PxeFakeLoad(PXE_FAKE *fake, const char *module, const char *settings, char *why, size_t size)
{
	_cleanup_(freep) char *path = NULL;
	struct place *place;

	if (!fake || !module || fake->n_places == PROVIDERS_MAX)
		return ERROR_INVALID_PARAMETER;
	path = realpath(module, NULL);
	if (!path)
		return no_module(module, why, size);
	place = &fake->place[fake->n_places];
	place->file = settings_write(path, settings);
	if (!place->file)
		return ERROR_NOT_ENOUGH_MEMORY;
	return load(fake, why, size);
}

DWORD PxeFakeLoadFile(PXE_FAKE *fake, const char *file, const char *module, char *why, size_t size)
{
	_cleanup_(freep) char *whole = NULL;
	_cleanup_(freep) char *path = NULL;
	char reason[WHY_MAX];
	struct place *place;

	if (!fake || !file || fake->n_places == PROVIDERS_MAX)
		return ERROR_INVALID_PARAMETER;
	whole = realpath(file, NULL);
	if (!whole) {
		snprintf(reason, sizeof(reason), "%s: %s", file, strerror(errno));
		load_say(reason, why, size);
		return ERROR_FILE_NOT_FOUND;
	}
	path = module ? realpath(module, NULL) : NULL;
	if (module && !path)
		return no_module(module, why, size);
	place = &fake->place[fake->n_places];
	*place = (struct place){ .file = TAKE(whole), .module = TAKE(path), .is_callers = true };
	return load(fake, why, size);
}

void load_stop(PXE_FAKE *fake)
{
	instances_end(fake);
	while (fake->n_places > 0)
		place_done(&fake->place[--fake->n_places]);
}
