#include "alike.h"

#include <errno.h>
#include <stdlib.h>

/* ---- entries -----------------------------------------------------------------------------------
 */

/* Nothing beside a file or a URL on one server: what has more is as a rule one of a kind. */
static bool is_plain(const struct entry *entry)
{
	return (entry->outcome == OUTCOME_FILE || entry->outcome == OUTCOME_URL) &&
	       !entry->several && !entry->added && entry->params.n == 0;
}

static bool is_alike(const struct entry *a, const struct entry *b)
{
	return a->outcome == b->outcome && a->answer.uFlags == b->answer.uFlags &&
	       a->answer.uShape == b->answer.uShape && a->answer.uDelay == b->answer.uDelay &&
	       a->answer.pIdentity == b->answer.pIdentity &&
	       memcmp(&a->server, &b->server, sizeof a->server) == 0 &&
	       strcmp(a->text, b->text) == 0;
}

static const char *entry_text(const struct alikes *alikes, uint32_t i)
{
	const struct entry *entries = alikes->of;

	return is_plain(&entries[i]) ? entries[i].text : NULL;
}

static bool entries_same(const struct alikes *alikes, uint32_t a, uint32_t b)
{
	const struct entry *entries = alikes->of;

	return is_alike(&entries[a], &entries[b]);
}

static void entry_join(const struct alikes *alikes, uint32_t i, uint32_t first)
{
	struct entry *entries = alikes->of;

	if (i != first)
		entries[i].answer.pOriginal = &entries[first].answer;
}

int alike_join(struct settings *settings)
{
	const struct alikes alikes = { settings->entries, settings->n_entries, entry_text,
				       entries_same, entry_join };

	return alikes_join(&alikes, &settings->index.secret);
}

/* ---- of any kind -------------------------------------------------------------------------------
 */

/* The place of the first one like this in a table with room for all; an empty place: none. */
static uint32_t *place_find(const struct alikes *alikes, const PXE_BOOT_SECRET *secret,
			    uint32_t *table, uint32_t mask, uint32_t i, const char *text)
{
	uint64_t at = PxeBootHash(secret, 0, text, strlen(text)) & mask;

	while (table[at] != 0 && !alikes->same(alikes, table[at] - 1, i))
		at = (at + 1) & mask;
	return &table[at];
}

int alikes_join(const struct alikes *alikes, const PXE_BOOT_SECRET *secret)
{
	uint32_t mask = 15, *table; /* 1 + number of one; 0: empty */

	while (mask / 2 < alikes->n)
		mask = 2 * mask + 1;
	table = calloc((size_t)mask + 1, sizeof *table);
	if (!table)
		return -ENOMEM;
	for (uint32_t i = 0; i < alikes->n; i++) {
		const char *text = alikes->text(alikes, i);
		uint32_t *place;

		if (!text)
			continue;
		place = place_find(alikes, secret, table, mask, i, text);
		if (*place == 0)
			*place = i + 1;
		alikes->join(alikes, i, *place - 1);
	}
	free(table);
	return 0;
}
