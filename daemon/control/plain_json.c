#include "control/plain_json.h"

#include "base/cleanup.h"
#include "base/plain.h"
#include "base/utf.h"

/* No octet becomes more than a character of three: U+FFFD, or U+2039 for `<`. */
enum { GROWS = 3 };

json_t *plain_json(const char *text)
{
	size_t size = GROWS * strlen(text) + 1;
	_cleanup_(freep) char *plain = malloc(size);

	return plain ? json_string(plain_text(span_str(text), plain, size)) : NULL;
}
