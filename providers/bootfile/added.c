#include "added.h"

#include <errno.h>
#include <stdlib.h>

struct added *added_of(struct added **out)
{
	if (!*out)
		*out = calloc(1, sizeof **out);
	return *out;
}

int added_keep_networks(const struct subnets *subnets, struct added *out)
{
	out->networks = calloc(subnets->n + 1, sizeof *out->networks);
	if (!out->networks)
		return -ENOMEM;
	for (size_t i = 0; i < subnets->n; i++)
		out->networks[i] = (PXE_BOOT_NETWORK){ subnets->at[i].base, subnets->at[i].bits };
	out->n_networks = (ULONG)subnets->n;
	return 0;
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
	answer->pNetworks = added->networks;
	answer->nNetworks = added->n_networks;
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
	free(added->networks);
	free(added);
}
