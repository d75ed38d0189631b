#include "provider/chain.h"

#include <errno.h>
#include <stdlib.h>

#include "base/must.h"
#include "provider/state.h"

int chain_new(struct provider *const providers[], uint32_t n, void (*released)(void *context),
	      void *context, struct chain **out)
{
	struct chain *chain = malloc(sizeof(*chain) + n * sizeof(struct provider *));

	if (!chain)
		return -ENOMEM;
	chain->refs = 1;
	chain->n = n;
	chain->released = released;
	chain->context = context;
	for (uint32_t i = 0; i < n; i++)
		chain->provider[i] = providers[i];
	*out = chain;
	return 0;
}

struct chain *chain_ref(struct chain *chain)
{
	chain->refs++;
	return chain;
}

void chain_unref(struct chain *chain)
{
	if (!chain)
		return;
	MUST(chain->refs > 0);
	if (--chain->refs > 0)
		return;
	if (chain->released)
		chain->released(chain->context);
	free(chain);
}
