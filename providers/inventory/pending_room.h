/* Who makes room on the list of machines that wait. An interface, or a relay, has a part of the
 * list. Where all of it is full, the one that has most gives way: an interface, or all relays
 * together, of which anybody can make up any number. */
#pragma once

#include "pending.h"

struct room {
	const struct pending_view *at; /* the list, which is not ours */
	uint32_t most;
	PXE_BOOT_SECRET secret;
	struct slot {
		uint32_t n, first;
	} * slots;
	uint32_t mask;
};

/** False: no memory, or no secret. */
bool room_init(struct room *room, const struct pending_view *at, uint32_t most);
void room_done(struct room *room);

/** What pending_view.side is: 0 for an interface. Relays are counted by sides, on which a hash that
 * nobody knows puts them: if each were counted by itself, those that are there would have more than
 * any that is made up. */
uint8_t room_side(const struct room *room, const char *place);
/** How many one place may have. */
uint32_t room_share(const struct room *room);

/* Of the first `n` of the list. */

/** How many are of that place. */
uint32_t room_count(const struct room *room, uint32_t n, const char *place);
/** Who goes for another one of the same place; NULL: nobody. */
struct pending_view *room_oldest_there(const struct room *room, uint32_t n,
				       const struct pending_view *fresh);
/** Who goes for another one where the list is full; NULL: nobody. */
struct pending_view *room_oldest(const struct room *room, uint32_t n,
				 const struct pending_view *fresh);
