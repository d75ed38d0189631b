#include "windows/fold.h"

#include <locale.h>
#include <pthread.h>
#include <wctype.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;
static locale_t unicode; /* the C library's tables; 0: it has none */

static void find_tables(void)
{
	unicode = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
}

uint32_t fold(uint32_t c)
{
	if (c < 0x80)
		return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
	pthread_once(&once, find_tables);
	return unicode ? (uint32_t)towlower_l((wint_t)c, unicode) : c;
}
