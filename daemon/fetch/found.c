#include "fetch/found.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>

#include "base/plain.h"

void found_add(struct found *found, enum finding_kind kind, unsigned n, const char *format, ...)
{
	struct finding *finding;
	char text[FINDING_TEXT_MAX];
	va_list args;

	if (found->n == FOUND_MAX)
		return;
	finding = &found->at[found->n++];
	memset(finding, 0, sizeof(*finding));
	finding->kind = kind;
	finding->n = n;
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	plain_text(span_str(text), finding->text, sizeof(finding->text));
}

bool found_error(const struct found *found)
{
	for (unsigned i = 0; i < found->n; i++)
		if (finding_level(found->at[i].kind) <= LOG_ERR)
			return true;
	return false;
}
