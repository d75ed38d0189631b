/* Entries that give the same: thousands of hosts, each with an entry of its own, boot a few files.
 */
#include "alike.h"

#include <errno.h>
#include <stdlib.h>

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

/* The place of the first entry like this one in a table with room for all; an empty place: none. */
static uint32_t place_find(const struct settings *settings, const PXE_BOOT_SECRET *secret,
			   const uint32_t *first, uint32_t mask, const struct entry *entry)
{
	uint64_t at = PxeBootHash(secret, 0, entry->text, strlen(entry->text)) & mask;

	while (first[at] != 0 && !is_alike(&settings->entries[first[at] - 1], entry))
		at = (at + 1) & mask;
	return (uint32_t)at;
}

int alike_join(struct settings *settings)
{
	PXE_BOOT_SECRET secret;
	uint32_t mask = 15, *first; /* 1 + number of an entry; 0: empty */

	if (PxeBootSecret(&secret) != ERROR_SUCCESS)
		return -EIO;
	while (mask / 2 < settings->n_entries)
		mask = 2 * mask + 1;
	first = calloc((size_t)mask + 1, sizeof *first);
	if (!first)
		return -ENOMEM;
	for (uint32_t i = 0; i < settings->n_entries; i++) {
		struct entry *entry = &settings->entries[i];
		uint32_t *place;

		if (!is_plain(entry))
			continue;
		place = &first[place_find(settings, &secret, first, mask, entry)];
		if (*place != 0)
			entry->answer.pOriginal = &settings->entries[*place - 1].answer;
		else
			*place = i + 1;
	}
	free(first);
	return 0;
}
