#include "server/reason.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include "base/utf.h"

/* What the system may have again in a moment. */
static bool is_shortage(int r)
{
	return r == -ENOMEM || r == -EMFILE || r == -ENFILE || r == -EIO || r == -EINTR;
}

void reason_from(struct reason *reason, const struct registry_error *error, int r)
{
	if (error->file[0] && error->line > 0)
		reason_set(reason, "%s:%d: %s", error->file, error->line, error->text);
	else if (error->file[0])
		reason_set(reason, "%s: %s", error->file, error->text);
	else
		reason_set(reason, "%s", error->text);
	reason->permanent = !is_shortage(r);
	reason->changed = false;
}

void reason_set(struct reason *reason, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(reason->text, sizeof(reason->text), format, args);
	va_end(args);
	reason->permanent = reason->changed = false;
}

void reason_add_changed(struct reason *reason, const char *format, ...)
{
	size_t used = strlen(reason->text);
	va_list args;

	va_start(args, format);
	vsnprintf(reason->text + used, sizeof(reason->text) - used, format, args);
	va_end(args);
	reason->changed = true;
}
