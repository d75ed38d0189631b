#include "libwdspxe/places.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <wdspxe-host.h>

#include "base/cleanup.h"
#include "registry/setting.h"
#include "registry/store.h"

#define CONFIGURATION "/etc/wdspxed/wdspxed.conf"

/* One of them. */
struct place {
	const char *variable, *key, *standard;
	char *host; /* what the host has set */
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct place providers = { .variable = "WDSPXE_PROVIDERS_DIR",
				  .key = "providers-dir",
				  .standard = "/etc/wdspxed/providers.d" };
static struct place state = { .variable = "WDSPXE_STATE_DIR",
			      .key = "state-dir",
			      .standard = "/var/lib/wdspxed" };
static bool leaves_nothing;

/* What the configuration says; NULL where it cannot be read or does not say. */
static char *configured(const char *key)
{
	_cleanup_(freep) char *text = NULL;
	_cleanup_(setting_freep) struct setting *root = NULL;
	const char *dir;
	size_t len;

	if (store_read(AT_FDCWD, CONFIGURATION, CONFIGURATION, &text, &len, NULL) != 0 ||
	    setting_parse(span_of(text, len), CONFIGURATION, &root, NULL) != 0 ||
	    setting_get_string(root, key, CONFIGURATION, &dir, NULL) != 0 || dir[0] != '/')
		return NULL;
	return strdup(dir);
}

static char *get(const struct place *place)
{
	const char *environment;
	char *dir;

	pthread_mutex_lock(&lock);
	dir = place->host ? strdup(place->host) : NULL;
	pthread_mutex_unlock(&lock);
	if (dir)
		return dir;
	environment = secure_getenv(place->variable);
	if (environment && environment[0] == '/')
		return strdup(environment);
	dir = configured(place->key);
	return dir ? dir : strdup(place->standard);
}

static DWORD set(struct place *place, const char *path)
{
	_cleanup_(freep) char *copy = path ? strdup(path) : NULL;
	char *old;

	if (path && !copy)
		return ERROR_NOT_ENOUGH_MEMORY;
	pthread_mutex_lock(&lock);
	old = place->host;
	place->host = TAKE(copy);
	pthread_mutex_unlock(&lock);
	free(old);
	return ERROR_SUCCESS;
}

char *providers_dir(void)
{
	return get(&providers);
}

char *state_dir(void)
{
	return get(&state);
}

bool state_lasts(void)
{
	bool lasts;

	pthread_mutex_lock(&lock);
	lasts = !leaves_nothing;
	pthread_mutex_unlock(&lock);
	return lasts;
}

DWORD PxeHostSetProvidersDir(const char *path)
{
	return path && path[0] != '/' ? ERROR_BAD_PATHNAME : set(&providers, path);
}

DWORD PxeHostSetStateDir(const char *path, BOOL lasting)
{
	DWORD r = path && path[0] && path[0] != '/' ? ERROR_BAD_PATHNAME : set(&state, path);

	if (r)
		return r;
	pthread_mutex_lock(&lock);
	leaves_nothing = !lasting;
	pthread_mutex_unlock(&lock);
	return ERROR_SUCCESS;
}
