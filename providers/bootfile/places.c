/* The list of where a request came to: addresses of this host, networks of them, interfaces. */
#include "list_type.h"

static int target_read(const struct keys *keys, const char *name, size_t i, const char *text,
		       struct target *out)
{
	if (!target_parse(text, out))
		return keys_error_member(keys, name, i,
					 "must be an address of this host, a subnet or an "
					 "interface, not \"%s\" [W0117]",
					 text);
	if (out->interface[0] == '\0')
		doubt_host_bits(keys, name, i, text, &out->subnet);
	return 0;
}

LIST_COMPILE(static, targets, targets, target_read)
LIST_DONE(targets, targets)
COVERS(targets, targets, target_covers)
LIST_TYPE_WITHOUT_SETS(targets, targets)
