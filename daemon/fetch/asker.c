#include "fetch/asker.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "dhcp/pxe_arch.h"

enum { NONE = PXE_ARCH_LAST + 1 };

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
	code = strtoul(word, &end, 10);
	return *end || code > PXE_ARCH_LAST ? NONE : (unsigned)code;
}

bool asker_add(struct asker *asker, const char *archs)
{
	for (;;) {
		size_t len = strcspn(archs, ",");
		unsigned code = code_of(archs, len);

		if (code == NONE)
			return false;
		asker->archs |= UINT64_C(1) << code;
		if (!archs[len])
			return true;
		archs += len + 1;
	}
}
