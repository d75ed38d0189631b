#include "site/teller.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/utf.h"

enum { SENTENCE_MAX = 4096 };

void teller_say(const struct teller *teller, int level, const char *provider, const char *format,
		...)
{
	char text[SENTENCE_MAX];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	utf8_trim(text);
	teller->tell(teller->context, level, provider, text);
}
