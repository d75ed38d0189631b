#include "site/pauses.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"

char *pauses_path(const char *control_socket)
{
	const char *slash = strrchr(control_socket, '/');
	char *path;

	if (!slash ||
	    asprintf(&path, "%.*s/paused", (int)(slash - control_socket), control_socket) < 0)
		return NULL;
	return path;
}

/* One name a line: it has no control characters. */
static int write_names(FILE *file, const struct roster *roster)
{
	struct provider *running[PROVIDERS_MAX];
	unsigned n = roster_running(roster, running);

	for (unsigned i = 0; i < n; i++)
		if (provider_paused(running[i]))
			fprintf(file, "%s\n", provider_name_kept(running[i]));
	return fflush(file) == 0 ? 0 : -errno;
}

static int write_file(const char *path, const struct roster *roster)
{
	FILE *file = fopen(path, "we");
	int r = file ? write_names(file, roster) : -errno;

	if (file && fclose(file) != 0 && r == 0)
		r = -errno;
	return r;
}

int pauses_save(const char *path, const struct roster *roster)
{
	_cleanup_(freep) char *fresh = NULL;
	int r;

	if (roster_paused(roster) == 0)
		return unlink(path) == 0 || errno == ENOENT ? 0 : -errno;
	if (asprintf(&fresh, "%s.new", path) < 0) {
		fresh = NULL;
		return -ENOMEM;
	}
	r = write_file(fresh, roster);
	return r == 0 && rename(fresh, path) < 0 ? -errno : r;
}

bool pauses_has(const char *path, const char *name)
{
	char line[4 * DROPIN_NAME_MAX + 2];
	FILE *file = fopen(path, "re");
	bool found = false;

	while (file && !found && fgets(line, sizeof(line), file)) {
		line[strcspn(line, "\n")] = '\0';
		found = strcmp(line, name) == 0;
	}
	if (file)
		fclose(file);
	return found;
}
