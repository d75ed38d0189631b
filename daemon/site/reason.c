#include "site/reason.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include "base/finding_id.h"
#include "base/utf.h"

/* What the system may have again in a moment. */
static bool is_shortage(int r)
{
	return r == -ENOMEM || r == -EMFILE || r == -ENFILE || r == -EIO || r == -EINTR;
}

void reason_from(struct reason *reason, const struct registry_error *error, int r)
{
	char more[48] = "";
	const char *text = error->text, *id = text + finding_id_at(text);
	int len = (int)(id - text);

	if (error->told > 1)
		snprintf(more, sizeof(more), " (and %u more: see the log)", error->told - 1);
	if (error->file[0] && error->line > 0)
		reason_set(reason, "%s:%d: %.*s%s%s", error->file, error->line, len, text, more,
			   id);
	else if (error->file[0])
		reason_set(reason, "%s: %.*s%s%s", error->file, len, text, more, id);
	else
		reason_set(reason, "%.*s%s%s", len, text, more, id);
	reason->permanent = !is_shortage(r);
	reason->changed = false;
	reason->told = error->told > 0;
	if (reason->told)
		reason_set_log(reason, "see above");
}

static void put(char text[static REASON_MAX], const char *format, va_list args)
{
	vsnprintf(text, REASON_MAX, format, args);
	utf8_trim(text);
}

static void add(char text[static REASON_MAX], const char *more)
{
	size_t used = strlen(text);

	snprintf(text + used, REASON_MAX - used, "%s", more);
	utf8_trim(text);
}

void reason_set(struct reason *reason, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	put(reason->text, format, args);
	va_end(args);
	memcpy(reason->log, reason->text, sizeof(reason->log));
	reason->permanent = reason->changed = reason->told = false;
}

void reason_add_changed(struct reason *reason, const char *format, ...)
{
	char more[REASON_MAX];
	va_list args;

	va_start(args, format);
	put(more, format, args);
	va_end(args);
	add(reason->text, more);
	add(reason->log, more);
	reason->changed = true;
}

void reason_set_log(struct reason *reason, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	put(reason->log, format, args);
	va_end(args);
}
