#include "chain.h"

#include <string.h>
#include <strings.h>

bool chain_is_ipxe(const char *text)
{
	static const char *const parts[] = { "ipxe", "undionly", "snponly" };
	size_t len = strlen(text);

	if (len >= 5 && strcasecmp(text + len - 5, ".ipxe") == 0)
		return false; /* a script */
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		if (strcasestr(text, parts[i]))
			return true;
	return false;
}
