/* Sets, as they are filled. */
#include "set_node.h"

#include <errno.h>
#include <stdlib.h>

#include "room.h"

void value_of_member(const struct member *member, struct value *out)
{
	*out = value_of(member->space, member->octets);
	if (member->form == MEMBER_BEGINNING)
		out->bits = member->bits;
	if (member->octets.pData == member->mask) {
		memcpy(out->own, member->mask, member->octets.cbData);
		out->octets.pData = out->own;
	}
	if (member->form != MEMBER_MASKED)
		return;
	memcpy(out->own, member->mask, member->octets.cbData);
	out->mask = out->own;
	out->bits = 0;
	while (out->bits < 8 * member->octets.cbData && member->mask[out->bits / 8] == 0xff)
		out->bits += 8;
}

void set_init(const PXE_BOOT_SECRET *secret, struct set *out)
{
	*out = (struct set){ .secret = *secret };
	out->secret.uWords[1] |= 1; /* mixed() multiplies by it */
}

void set_done(struct set *set)
{
	room_free(set->nodes);
	room_free(set->buckets);
	room_free(set->heap);
	room_free(set->masks);
	room_free(set->nested);
	room_free(set->highs);
	free(set->spaces);
	*set = (struct set){ .n_nodes = 0 };
}

/* ---- adding ------------------------------------------------------------------------------------
 */

static void chain(struct set *set, uint32_t number)
{
	struct set_node *node = &set->nodes[number];
	uint32_t *bucket = &set->buckets[node->hash & (set->n_buckets - 1)];

	node->next = *bucket;
	*bucket = number + 1;
}

static int rehash(struct set *set)
{
	uint32_t n = set->n_buckets ? 2 * set->n_buckets : LEAST_BUCKETS;
	uint32_t *buckets = room_new(n * sizeof *buckets);

	if (!buckets)
		return -ENOMEM;
	room_free(set->buckets);
	set->buckets = buckets;
	set->n_buckets = n;
	for (uint32_t i = 0; i < set->n_nodes; i++)
		chain(set, i);
	return 0;
}

/* The mask's number, -ENOMEM, or -E2BIG. */
static int mask_add(struct set *set, const struct member *member)
{
	uint8_t *at = set->masks;
	int r;

	for (uint32_t i = 0; i < set->n_masks; i++, at += 2 + mask_len(at))
		if (mask_len(at) == member->octets.cbData && at[1] == member->space &&
		    memcmp(at + 2, member->mask, mask_len(at)) == 0)
			return (int)i;
	r = room_make(&set->masks, 1, set->masks_len, (uint32_t)(2 + member->octets.cbData));
	if (r < 0 || set->n_masks == UINT16_MAX)
		return r < 0 ? r : -E2BIG;
	at = set->masks + set->masks_len;
	at[0] = (uint8_t)member->octets.cbData;
	at[1] = member->space;
	memcpy(at + 2, member->mask, member->octets.cbData);
	set->masks_len += 2u + at[0];
	return (int)set->n_masks++;
}

/* The octets that count, the rest 0. */
static void octets_reduce(const struct member *member, uint8_t *out, size_t len)
{
	memcpy(out, member->octets.pData, len);
	if (member->form == MEMBER_BEGINNING && member->bits % 8 != 0)
		out[len - 1] &= (uint8_t)(0xff00u >> member->bits % 8);
	for (size_t i = 0; member->form == MEMBER_MASKED && i < len; i++)
		out[i] &= member->mask[i];
}

static int kind_of(struct set *set, const struct member *member, uint32_t *out)
{
	int mask;

	if (member->form != MEMBER_MASKED) {
		*out = kind_make(member->form == MEMBER_WHOLE ? member->octets.cbData
							      : member->bits,
				 member->form, member->space);
		return 0;
	}
	mask = mask_add(set, member);
	if (mask < 0)
		return mask;
	*out = kind_masked(member->octets.cbData, member->space, (uint16_t)mask);
	return 0;
}

static int node_append(struct set *set, uint32_t kind, uint64_t hash, const uint8_t *octets)
{
	const struct set_node node = { .hash = hash, .kind = kind, .at = set->heap_len };
	uint16_t kept = has_octets(&node) ? node_len(&node) : 0;
	int r = room_make(&set->nodes, sizeof *set->nodes, set->n_nodes, 1);

	if (r == 0)
		r = room_make(&set->heap, 1, set->heap_len, kept);
	if (r == 0 && set->n_nodes >= set->n_buckets / 2) /* so that most chains are of one */
		r = rehash(set);
	if (r < 0)
		return r;
	if (kept > 0)
		memcpy(set->heap + set->heap_len, octets, kept);
	set->heap_len += kept;
	set->nodes[set->n_nodes] = node;
	chain(set, set->n_nodes++);
	set->n_whole += node_form(&node) == MEMBER_WHOLE;
	set->n_nested += node_form(&node) == MEMBER_BEGINNING;
	return 0;
}

int set_add(struct set *set, const struct member *member, uint32_t *number)
{
	uint8_t octets[UINT8_MAX + 1];
	uint64_t hash;
	uint32_t kind;
	int r;

	if (member->octets.cbData > UINT8_MAX)
		return -E2BIG;
	r = kind_of(set, member, &kind);
	if (r < 0)
		return r;
	octets_reduce(member, octets, kind_len(kind));
	hash = member->form == MEMBER_BEGINNING && member->bits <= 64
		       ? mixed(set, number_of(octets, kind_len(kind)))
		       : hash_of(set, octets_of(octets, kind_len(kind)));
	*number = set->n_nodes > 0 ? node_find(set, kind, hash, octets) : UINT32_MAX;
	if (*number != UINT32_MAX)
		return 0;
	*number = set->n_nodes;
	return node_append(set, kind, hash, octets);
}

/* ---- beginnings --------------------------------------------------------------------------------
 */

static int order(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

/* What lies behind the numbers. */
static int by_rest(const struct set *set, const struct set_nested *a, const struct set_nested *b)
{
	const struct set_node *x = &set->nodes[a->number], *y = &set->nodes[b->number];
	size_t len = node_len(x) < node_len(y) ? node_len(x) : node_len(y);
	int least = 0;

	if (len > NESTED_OCTETS)
		least = memcmp(set->heap + x->at + NESTED_OCTETS, set->heap + y->at + NESTED_OCTETS,
			       len - NESTED_OCTETS);
	return least ? least : order(a->bits, b->bits);
}

static int by_place(const void *one, const void *other, void *set)
{
	const struct set_nested *a = one, *b = other;
	int least = order(a->space, b->space);

	if (least == 0)
		least = order(a->high, b->high);
	if (least == 0)
		least = order(a->low, b->low);
	return least ? least : by_rest(set, a, b);
}

/* Each lies in the one before it, or in one that that lies in, or in none. */
static void nested_link(struct set *set)
{
	for (uint32_t i = 1; i < set->n_nested; i++) {
		const struct set_nested *at = &set->nested[i];
		const struct set_node *node = &set->nodes[at->number];
		struct place place =
			place_of(octets_of(set->heap + node->at, node_len(node)), at->bits);
		uint32_t parent = i;

		while (parent != 0 && (set->nested[parent - 1].space != at->space ||
				       !begins(set, &set->nested[parent - 1], &place)))
			parent = set->nested[parent - 1].parent;
		set->nested[i].parent = parent;
	}
}

static int nested_fill(struct set *set)
{
	uint32_t n = 0;

	set->nested = room_new(set->n_nested * sizeof *set->nested);
	set->highs = room_new(set->n_nested * sizeof *set->highs);
	set->spaces = calloc(UINT8_MAX + 1, sizeof *set->spaces);
	if (!set->nested || !set->highs || !set->spaces)
		return -ENOMEM;
	for (uint32_t i = 0; i < set->n_nodes; i++) {
		const struct set_node *node = &set->nodes[i];
		struct place place;

		if (node_form(node) != MEMBER_BEGINNING)
			continue;
		place = place_of(octets_of(set->heap + node->at, node_len(node)), 0);
		set->nested[n++] =
			(struct set_nested){ .high = place.high,
					     .low = place.low,
					     .mask = first_bits(UINT64_MAX, node_bits(node)),
					     .number = i,
					     .bits = node_bits(node),
					     .space = node_space(node) };
		set->deep |= node_bits(node) > 64;
	}
	return 0;
}

/* Notes a length that is in use. */
static void length_note(struct set_space *space, unsigned bits)
{
	for (unsigned i = 0; i < space->n_lengths && i < SET_LENGTHS; i++)
		if (space->bits[i] == bits)
			return;
	if (bits > 64)
		space->n_lengths = SET_LENGTHS;
	if (space->n_lengths < SET_LENGTHS) {
		space->bits[space->n_lengths] = (uint8_t)bits;
		space->mask[space->n_lengths] = first_bits(UINT64_MAX, bits);
		space->kind[space->n_lengths] = kind_make(bits, MEMBER_BEGINNING, space->space);
	}
	if (space->n_lengths <= SET_LENGTHS)
		space->n_lengths++;
}

/* The order, where all are looked for by their lengths. */
static void order_forget(struct set *set)
{
	for (uint32_t i = 0; i < set->n_spaces; i++)
		if (set->spaces[i].n <= SET_EACH || set->spaces[i].n_lengths > SET_LENGTHS)
			return;
	room_free(set->nested);
	room_free(set->highs);
	set->nested = NULL;
	set->highs = NULL;
}

int set_seal(struct set *set)
{
	int r = set->n_nested > 0 ? nested_fill(set) : 0;

	if (r < 0 || set->n_nested == 0)
		return r;
	qsort_r(set->nested, set->n_nested, sizeof *set->nested, by_place, set);
	nested_link(set);
	for (uint32_t i = 0; i < set->n_nested; i++) {
		const struct set_nested *nested = &set->nested[i];

		set->highs[i] = nested->high;
		if (i == 0 || nested->space != set->nested[i - 1].space)
			set->spaces[set->n_spaces++] =
				(struct set_space){ .first = i, .space = nested->space };
		set->spaces[set->n_spaces - 1].n++;
		length_note(&set->spaces[set->n_spaces - 1], nested->bits);
	}
	order_forget(set);
	return 0;
}
