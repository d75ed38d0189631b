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

/* They look for their next file beside themselves, and know / alone between folders. Microsoft's
 * programs want the other one. */
void chain_doubt_file(const struct keys *keys, const char *file)
{
	const char *last = strrchr(file, '\\');
	const char *program = last && chain_is_ipxe(last)        ? "iPXE"
			      : last && strcasestr(last, "shim") ? "shim"
								 : NULL;

	if (program)
		keys_warn(keys, "file",
			  "%s looks for its next file in its own folder, and does not find it by a "
			  "name with \\: write / in \"%s\" [W0197]",
			  program, file);
}
