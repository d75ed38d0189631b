#include "registry/registry_error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int registry_fail(struct registry_error *error, const char *file, int line, int r,
		  const char *format, ...)
{
	va_list args;
	size_t len;

	if (!error)
		return r;
	va_start(args, format);
	(void)vsnprintf(error->text, sizeof(error->text), format, args);
	va_end(args);
	file = file ? file : "";
	len = strlen(file);
	if (len >= sizeof(error->file))
		file += len - (sizeof(error->file) - 1);
	(void)snprintf(error->file, sizeof(error->file), "%s", file);
	error->line = line;
	return r;
}

int registry_fail_errno(struct registry_error *error, const char *file, int r, const char *what)
{
	char buffer[128];

	return registry_fail(error, file, 0, r, "%s: %s", what,
			     strerror_r(-r, buffer, sizeof(buffer)));
}
