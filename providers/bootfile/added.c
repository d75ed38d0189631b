#include "added.h"

#include <stdlib.h>

struct added *added_of(struct added **out)
{
	if (!*out)
		*out = calloc(1, sizeof **out);
	return *out;
}

void added_settle(const struct added *added, PXE_BOOT_ANSWER *answer)
{
	if (!added)
		return;
	answer->pOptions = added->options.at;
	answer->nOptions = added->options.n;
	answer->pszBcd = added->bcd;
	answer->WdsNbp = added->windows.nbp4;
	answer->WdsNbp6 = added->windows.nbp6;
	if (added->has_identity)
		answer->pIdentity = &added->identity;
	if (added->varies)
		answer->uFlags |= PXE_BOOT_ANSWER_VARIABLES;
}

void added_done(struct added *added)
{
	if (!added)
		return;
	options_done(&added->options);
	windows_done(&added->windows);
	free(added->bcd);
	free(added);
}
