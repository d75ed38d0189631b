/* Sets, as they are looked into. */
#include "set_node.h"

/* ---- looking up --------------------------------------------------------------------------------
 */

/* Does a beginning of more than 64 bits, of which the first are the value's, stand behind it? */
static bool is_behind(const struct set *set, const struct set_nested *nested,
		      const struct place *place, size_t len)
{
	const struct set_node *node;
	size_t rest;

	if (nested->low != place->low || nested->bits <= 128 || len <= NESTED_OCTETS)
		return nested->low > place->low;
	node = &set->nodes[nested->number];
	rest = (node_len(node) < len ? node_len(node) : len) - NESTED_OCTETS;
	return memcmp(set->heap + node->at + NESTED_OCTETS, place->octets + NESTED_OCTETS, rest) >
	       0;
}

/* How many of `n` numbers, which rise, are not above a number. */
static uint32_t count_upto(const uint64_t *numbers, uint32_t n, uint64_t number)
{
	const uint64_t *at = numbers;

	while (n > 0) {
		uint32_t half = n / 2;
		bool up = at[half] <= number;

		at = up ? at + half + 1 : at;
		n = up ? n - half - 1 : half;
	}
	return (uint32_t)(at - numbers);
}

/* Of the beginnings up to `end`, of which the last ones have the value's first 64 bits: how many
 * are not behind it. */
static __attribute__((noinline)) uint32_t deep_before(const struct set *set,
						      const struct set_space *space, uint32_t end,
						      const struct place *place, size_t len)
{
	uint32_t first =
		place->high > 0 ? count_upto(set->highs + space->first, end, place->high - 1) : 0;

	for (uint32_t n = end - first; n > 0;) {
		uint32_t half = n / 2;

		if (is_behind(set, &set->nested[space->first + first + half], place, len)) {
			n = half;
		} else {
			first += half + 1;
			n -= half + 1;
		}
	}
	return first;
}

/* 1 + place of the longest beginning of the value; 0: it has none. All others lie around that. */
static uint32_t nested_find(const struct set *set, const struct set_space *space,
			    const struct place *place, size_t len)
{
	uint32_t at = count_upto(set->highs + space->first, space->n, place->high);

	if (set->deep && at > 0 && set->highs[space->first + at - 1] == place->high)
		at = deep_before(set, space, at, place, len);
	at += space->first;
	while (at > space->first && !begins(set, &set->nested[at - 1], place))
		at = set->nested[at - 1].parent;
	return at > space->first ? at : 0;
}

/* The bits of an octet that are known. */
static uint8_t known_bits(const struct value *value, uint32_t i)
{
	if (value->mask)
		return value->mask[i];
	if (value->bits >= 8 * i + 8)
		return 0xff;
	if (value->bits <= 8 * i)
		return 0;
	return (uint8_t)(0xff00u >> value->bits % 8);
}

/* Are all bits of a mask known of the value? */
static bool is_known(const struct value *value, const uint8_t *mask)
{
	for (uint32_t i = 0; i < value->octets.cbData; i++)
		if ((mask[i] & ~known_bits(value, i)) != 0)
			return false;
	return true;
}

static uint32_t find_masked(const struct set *set, const struct value *value, uint32_t number,
			    const uint8_t *mask)
{
	uint8_t octets[UINT8_MAX];
	size_t len = mask_len(mask);

	if (mask[1] != value->space || value->octets.cbData != len || !is_known(value, mask + 2))
		return UINT32_MAX;
	for (size_t i = 0; i < len; i++)
		octets[i] = value->octets.pData[i] & mask[2 + i];
	return node_find(set, kind_masked(len, value->space, (uint16_t)number),
			 hash_of(set, octets_of(octets, len)), octets);
}

/* A number found: it has its place where there is room. */
static unsigned found(uint32_t number, uint32_t *out, unsigned n, unsigned room)
{
	if (number == UINT32_MAX || n > room)
		return n;
	if (n < room)
		out[n] = number;
	return n + 1;
}

/* Few beginnings: each is compared. */
static unsigned find_each(const struct set *set, const struct set_space *space,
			  const struct value *value, uint32_t *out, unsigned n, unsigned room)
{
	const struct set_nested *at = set->nested + space->first, *end = at + space->n;
	uint64_t high = number_of(value->octets.pData, value->octets.cbData);

	for (; at != end; at++) {
		if (at->bits > value->bits || ((at->high ^ high) & at->mask) != 0)
			continue;
		if (n < room)
			out[n] = at->number;
		n++;
	}
	return n;
}

/* Beginnings by a hash for each length that is in use. */
static __attribute__((noinline)) unsigned find_by_length(const struct set *set,
							 const struct set_space *space,
							 const struct value *value, uint32_t *out,
							 unsigned n, unsigned room)
{
	uint64_t high = number_of(value->octets.pData, value->octets.cbData);

	for (unsigned i = 0; i < space->n_lengths; i++) {
		uint32_t number;

		if (space->bits[i] > value->bits)
			continue;
		number = node_find_short(set, space->kind[i], mixed(set, high & space->mask[i]));
		if (number == UINT32_MAX)
			continue;
		if (n < room)
			out[n] = number;
		n++;
	}
	return n;
}

/* Beginnings by their order. */
static __attribute__((noinline)) unsigned find_by_order(const struct set *set,
							const struct set_space *space,
							const struct value *value, uint32_t *out,
							unsigned n, unsigned room)
{
	struct place place = place_of(value->octets, value->bits);

	for (uint32_t at = nested_find(set, space, &place, value->octets.cbData);
	     at != 0 && n <= room; at = set->nested[at - 1].parent)
		n = found(set->nested[at - 1].number, out, n, room);
	return n;
}

static __attribute__((noinline)) unsigned find_beginnings(const struct set *set,
							  const struct value *value, uint32_t *out,
							  unsigned n, unsigned room)
{
	const struct set_space *space = set->spaces, *end = space + set->n_spaces;

	while (space->space != value->space)
		if (++space == end)
			return n;
	if (space->n_lengths > SET_LENGTHS)
		return find_by_order(set, space, value, out, n, room);
	return space->n <= SET_EACH ? find_each(set, space, value, out, n, room)
				    : find_by_length(set, space, value, out, n, room);
}

/* The same, and what a value is under masks; n are found already. */
static __attribute__((noinline)) unsigned find_under_masks(const struct set *set,
							   const struct value *value, uint32_t *out,
							   unsigned n, unsigned room)
{
	const uint8_t *mask = set->masks;

	for (uint32_t i = 0; i < set->n_masks; i++, mask += 2 + mask_len(mask))
		n = found(find_masked(set, value, i, mask), out, n, room);
	return set->n_nested > 0 ? find_beginnings(set, value, out, n, room) : n;
}

/* By what is no whole value; n are found already. */
static inline unsigned find_parts(const struct set *set, const struct value *value, uint32_t *out,
				  unsigned n, unsigned room)
{
	if (set->n_masks > 0)
		return find_under_masks(set, value, out, n, room);
	return set->n_nested > 0 ? find_beginnings(set, value, out, n, room) : n;
}

/* A whole value of more than eight octets. */
static __attribute__((noinline)) unsigned
find_long(const struct set *set, const struct value *value, uint32_t *out, unsigned room)
{
	size_t len = value->octets.cbData;
	uint32_t number = UINT32_MAX;

	if (len <= UINT8_MAX)
		number = node_find(set, kind_make(len, MEMBER_WHOLE, value->space),
				   hash_of(set, value->octets), value->octets.pData);
	return find_parts(set, value, out, found(number, out, 0, room), room);
}

/* This is on the path of every request: nothing is kept over a call, so that nothing is saved. */
unsigned set_find(const struct set *set, const struct value *value, uint32_t *out, unsigned room)
{
	size_t len = value->octets.cbData;
	uint32_t number;

	if (set->n_whole == 0 || value->mask || value->bits != 8 * len)
		return find_parts(set, value, out, 0, room);
	if (len > 8)
		return find_long(set, value, out, room);
	number = node_find_short(set, kind_make(len, MEMBER_WHOLE, value->space),
				 mixed(set, word_of(value->octets.pData, len)));
	return find_parts(set, value, out, found(number, out, 0, room), room);
}

bool set_has(const struct set *set, const struct value *value)
{
	return set_find(set, value, NULL, 0) > 0;
}
