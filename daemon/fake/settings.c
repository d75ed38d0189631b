#include "fake/settings.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/path.h"

static const char shown[] = "settings"; /* what our file is called: its path says nothing */

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
static int put_text(int fd, const char *module, const char *settings)
{
	settings = settings ? settings : "";
	return dprintf(fd, "name = \"%s\"; module = \"%s\"; settings: { %s\n%s", path_base(module),
		       module, settings, closes_group(settings) ? "" : "};\n") < 0
		       ? -errno
		       : 0;
}

char *settings_write(const char *module, const char *settings)
{
	const char *folder = getenv("TMPDIR");
	_cleanup_(freep) char *path = NULL;
	_cleanup_(closep) int fd = -1;

	if (asprintf(&path, "%s/wdspxe-fake-XXXXXX", folder ? folder : "/tmp") < 0) {
		path = NULL;
		return NULL;
	}
	fd = mkostemp(path, O_CLOEXEC);
	if (fd < 0 || put_text(fd, module, settings) < 0)
		return NULL;
	return TAKE(path);
}

int settings_rewrite(const char *file, const char *module, const char *settings)
{
	_cleanup_(closep) int fd = open(file, O_WRONLY | O_TRUNC | O_CLOEXEC);

	return fd < 0 ? -errno : put_text(fd, module, settings);
}

static int say_wrong(const struct place *place, const struct registry_error *error, char *why,
		     size_t size)
{
	const char *file = place->is_callers ? error->file : shown;

	if (error->line > 0)
		snprintf(why, size, "%s:%d: %s", file, error->line, error->text);
	else
		snprintf(why, size, "%s: %s", file, error->text);
	return SETTINGS_E_WRONG;
}

int settings_read(const struct place *place, struct dropin **out, char *why, size_t size)
{
	_cleanup_(dropin_freep) struct dropin *dropin = NULL;
	struct registry_error error = { .line = 0 };
	int r = dropin_read(place->file, &dropin, &error);

	if (r == 0)
		r = dropin_include(dropin, &error);
	if (r > 0)
		return say_wrong(place, &error, why, size);
	if (r < 0) {
		snprintf(why, size, "%s: %s", place->is_callers ? place->file : shown,
			 strerror(-r));
		return r;
	}
	if (place->module) {
		free(dropin->module);
		dropin->module = strdup(place->module);
		if (!dropin->module)
			return -ENOMEM;
	}
	*out = TAKE(dropin);
	return 0;
}
