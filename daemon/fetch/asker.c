#include "fetch/asker.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "dhcp/pxe_arch.h"

enum { NONE = UINT16_MAX + 1 };

static unsigned code_of(const char *text, size_t len)
{
	char word[32], *end;
	unsigned long code;

	if (len == 0 || len >= sizeof(word))
		return NONE;
	memcpy(word, text, len);
	word[len] = '\0';
	for (unsigned i = 0; i <= PXE_ARCH_LAST; i++)
		if (strcasecmp(pxe_arch_name((uint16_t)i), word) == 0)
			return i;
	code = word[0] >= '0' && word[0] <= '9' ? strtoul(word, &end, 10) : NONE;
	return code == NONE || *end || code > UINT16_MAX ? NONE : (unsigned)code;
}

bool asker_add(struct asker *asker, const char *archs)
{
	for (;;) {
		size_t len = strcspn(archs, ",");
		unsigned code = code_of(archs, len);

		if (code == NONE)
			return false;
		if (code <= PXE_ARCH_LAST)
			asker->archs |= UINT64_C(1) << code;
		else
			asker->unnamed = true;
		if (!archs[len])
			return true;
		archs += len + 1;
	}
}
