/* Sets of octets: what lists of thousands are looked up in.
 *
 * A member is a whole value, the beginning of one, or octets under a mask. Whole values are found
 * by a hash; beginnings by a look at each, where they are few, by a hash for each length, where few
 * lengths are in use, else by one search in their order, for they lie within each other like
 * subnets; those under a mask by a hash for each mask that is in use. Members and values have a
 * space, which keeps apart what must not be compared: addresses of the two families, options of
 * other codes.
 *
 * A set does not change once it is sealed; then any thread may look into it.
 */
#pragma once

#include "octets.h"

enum member_form { MEMBER_WHOLE, MEMBER_BEGINNING, MEMBER_MASKED };

struct member {
	enum member_form form;
	uint8_t space;
	uint16_t bits; /* MEMBER_BEGINNING: how many of the octets' count */
	PXE_BOOT_OCTETS octets;
	/* MEMBER_MASKED: of as many octets, which are no more. Others: room for octets that no list
	 * has; it is not to be copied then. */
	uint8_t mask[16];
};

/* What is looked up: what a client says; or, with a part of it known, what an entry says of many
 * clients. */
struct value {
	PXE_BOOT_OCTETS octets;
	const uint8_t *mask; /* the bits that are known; NULL: the first `bits` */
	uint32_t bits;       /* known from the first on */
	uint8_t space;
	uint8_t own[16]; /* room for octets, or a mask, that are nobody else's */
};

enum {
	SET_LENGTHS = 4, /* of beginnings, that are looked for each */
	SET_EACH = 4     /* beginnings of one space, that are looked at each */
};

/* The beginnings of one space. */
struct set_space {
	uint32_t first, n; /* in their order */
	uint8_t space;
	uint8_t n_lengths; /* more than SET_LENGTHS: too many to look for each */
	/* The lengths in use, each at most 64: in bits, and the bits themselves; and the kind of
	 * their nodes. */
	uint8_t bits[SET_LENGTHS];
	uint64_t mask[SET_LENGTHS];
	uint32_t kind[SET_LENGTHS];
};

struct set_node;
struct set_nested;

struct set {
	PXE_BOOT_SECRET secret;
	struct set_node *nodes; /* a member each, by its number */
	uint32_t n_nodes, n_whole;
	uint32_t *buckets; /* 1 + number of the first node; 0: empty */
	uint32_t n_buckets;
	uint8_t *heap; /* the nodes' octets */
	uint32_t heap_len;
	uint8_t *masks; /* one after the other, each with its length and space before it */
	uint32_t masks_len, n_masks;
	struct set_nested *nested; /* beginnings, in their order; NULL where nobody goes by it */
	uint64_t *highs;
	uint32_t n_nested;
	bool deep;                /* some have more than 64 bits */
	struct set_space *spaces; /* of the beginnings */
	uint32_t n_spaces;
};

/* What somebody who is asked for one value after the other says. */
enum more {
	VALUE_NONE, /* there are no more, and *out is not filled in */
	VALUE_LAST,
	VALUE_MORE
};

static inline struct value value_of(uint8_t space, PXE_BOOT_OCTETS octets)
{
	return (struct value){ .octets = octets,
			       .bits = (uint32_t)(8 * octets.cbData),
			       .space = space };
}

/** What a member says of the clients that it means. *out points to the octets of its list, and
 * where it has a mask, or octets that no list has, into itself: it is not to be copied. The member
 * itself may go. */
void value_of_member(const struct member *member, struct value *out);

void set_init(const PXE_BOOT_SECRET *secret, struct set *out);
/** Adds a member; *number is its number, from 0, the same for the same member. 0 or -ENOMEM. */
int set_add(struct set *set, const struct member *member, uint32_t *number);
/** Puts beginnings in order, after the last member. 0 or -ENOMEM. */
int set_seal(struct set *set);
void set_done(struct set *set);

/** The numbers of the members that hold for the value, at most `room` of them; returns how many,
 * more than `room` where there was no room for all. */
unsigned set_find(const struct set *set, const struct value *value, uint32_t *out, unsigned room);
/** Does any member hold for the value? */
bool set_has(const struct set *set, const struct value *value);
