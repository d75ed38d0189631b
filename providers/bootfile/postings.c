/* Who names what a dimension has, as it is put together: the fewer octets, the better. */
#include <errno.h>

#include "dimension.h"
#include "room.h"

void postings_done(struct postings *postings)
{
	room_free(postings->of);
	room_free(postings->items);
	room_free(postings->words);
	*postings = (struct postings){ .of = NULL };
}

/* Long ones become bits. */
static int postings_thicken(struct postings *postings, uint32_t n_members, uint32_t n_words)
{
	size_t words = 0;

	for (uint32_t i = 0; i < n_members; i++)
		words += postings->of[i].n > n_words ? n_words : 0;
	postings->words = room_new((words + 1) * sizeof *postings->words);
	if (!postings->words || words > UINT32_MAX)
		return -ENOMEM;
	words = 0;
	for (uint32_t i = 0; i < n_members; i++) {
		struct posting *of = &postings->of[i];

		if (of->n <= n_words)
			continue;
		for (uint32_t j = 0; j < of->n; j++)
			postings->words[words + postings->items[of->at + j] / WORD_BITS] |=
				UINT64_C(1) << postings->items[of->at + j] % WORD_BITS;
		of->at = (uint32_t)words;
		words += n_words;
	}
	return 0;
}

uint32_t postings_divide(struct postings *postings, uint32_t n_members)
{
	uint32_t at = 0;

	for (uint32_t i = 0; i < n_members; i++) {
		uint32_t n = postings->of[i].n;

		postings->of[i] = (struct posting){ at, 0 };
		at += n;
	}
	return at;
}

/* Has each member one item, as where an entry is for one machine? */
static bool are_single(const struct postings *postings, uint32_t n_members)
{
	for (uint32_t i = 0; i < n_members; i++)
		if (postings->of[i].at != i || postings->of[i].n != 1)
			return false;
	return true;
}

/* Nothing is said of each member, and where all are one entry's, it is said once. */
static int postings_thin(struct postings *postings, uint32_t n_members)
{
	uint32_t *items;

	room_free(postings->of);
	postings->of = NULL;
	postings->own = UINT32_MAX;
	for (uint32_t i = 1; i < n_members; i++)
		if (postings->items[i] != postings->items[0])
			return 0;
	items = room_resize(postings->items, sizeof *items);
	if (!items)
		return -ENOMEM;
	postings->items = items;
	postings->own = 0;
	return 0;
}

int postings_close(struct postings *postings, uint32_t n_members, uint32_t n_words)
{
	if (are_single(postings, n_members))
		return postings_thin(postings, n_members);
	return n_words == 0 ? 0 : postings_thicken(postings, n_members, n_words);
}
