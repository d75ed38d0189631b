#include "story/log_ignore.h"

#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/finding_id.h"

enum { IDS = 10000, WORD_BITS = 64, WORDS = (IDS + WORD_BITS - 1) / WORD_BITS };

static _Atomic uint64_t ignored[WORDS];

static unsigned number_of(const char *id)
{
	return (unsigned)strtoul(id + 1, NULL, 10) % IDS;
}

void log_ignore(const char *const *ids)
{
	uint64_t next[WORDS] = { 0 };

	for (; *ids; ids++)
		if (finding_id_valid(*ids))
			next[number_of(*ids) / WORD_BITS] |= UINT64_C(1)
							     << number_of(*ids) % WORD_BITS;
	for (unsigned i = 0; i < WORDS; i++)
		atomic_store_explicit(&ignored[i], next[i], memory_order_relaxed);
}

bool log_ignores(const char *id)
{
	unsigned n = number_of(id);

	return atomic_load_explicit(&ignored[n / WORD_BITS], memory_order_relaxed) >>
		       n % WORD_BITS &
	       1;
}
