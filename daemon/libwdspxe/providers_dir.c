#include "libwdspxe/providers_dir.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <wdspxe-host.h>

#include "base/cleanup.h"
#include "registry/setting.h"
#include "registry/store.h"

#define CONFIGURATION "/etc/wdspxed/wdspxed.conf"
#define DEFAULT_DIR   "/etc/wdspxed/providers.d"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char *host_dir; /* what the host has set */

/* providers-dir of the configuration; NULL where that cannot be read or does not say. */
static char *configured_dir(void)
{
	_cleanup_(freep) char *text = NULL;
	_cleanup_(setting_freep) struct setting *root = NULL;
	const char *dir;
	size_t len;

	if (store_read(AT_FDCWD, CONFIGURATION, CONFIGURATION, &text, &len, NULL) != 0 ||
	    setting_parse(span_of(text, len), CONFIGURATION, &root, NULL) != 0 ||
	    setting_get_string(root, "providers-dir", CONFIGURATION, &dir, NULL) != 0 ||
	    dir[0] != '/')
		return NULL;
	return strdup(dir);
}

char *providers_dir(void)
{
	const char *environment;
	char *dir;

	pthread_mutex_lock(&lock);
	dir = host_dir ? strdup(host_dir) : NULL;
	pthread_mutex_unlock(&lock);
	if (dir)
		return dir;
	environment = secure_getenv("WDSPXE_PROVIDERS_DIR");
	if (environment && environment[0] == '/')
		return strdup(environment);
	dir = configured_dir();
	return dir ? dir : strdup(DEFAULT_DIR);
}

DWORD PxeHostSetProvidersDir(const char *path)
{
	_cleanup_(freep) char *copy = NULL;
	char *old;

	if (path && path[0] != '/')
		return ERROR_BAD_PATHNAME;
	if (path) {
		copy = strdup(path);
		if (!copy)
			return ERROR_NOT_ENOUGH_MEMORY;
	}
	pthread_mutex_lock(&lock);
	old = host_dir;
	host_dir = TAKE(copy);
	pthread_mutex_unlock(&lock);
	free(old);
	return ERROR_SUCCESS;
}
