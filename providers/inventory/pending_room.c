#include "pending_room.h"

#include <stdlib.h>
#include <string.h>

enum { SHARE = 4 };  /* of the list, for one place */
enum { SIDES = 32 }; /* of relays */

bool room_init(struct room *room, const struct pending_view *at, uint32_t most)
{
	room->at = at;
	room->most = most;
	room->mask = 15;
	while (room->mask < 2 * most)
		room->mask = 2 * room->mask + 1;
	room->slots = calloc(room->mask + (size_t)1, sizeof *room->slots);
	return room->slots && PxeBootSecret(&room->secret) == ERROR_SUCCESS;
}

void room_done(struct room *room)
{
	free(room->slots);
}

uint8_t room_side(const struct room *room, const char *place)
{
	if (strncmp(place, PENDING_RELAY, sizeof PENDING_RELAY - 1) != 0)
		return 0;
	return (uint8_t)(1 + PxeBootHash(&room->secret, 1, place, strlen(place)) % SIDES);
}

uint32_t room_share(const struct room *room)
{
	return room->most / SHARE > 0 ? room->most / SHARE : 1;
}

uint32_t room_count(const struct room *room, uint32_t n, const char *place)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < n; i++)
		count += strcmp(room->at[i].place, place) == 0;
	return count;
}

/* ---- who has most ------------------------------------------------------------------------------
 */

/* What has its part of the list: an interface, or all relays. */
struct group {
	const char *place; /* NULL: all relays */
	uint32_t n;
};

static bool is_in(const struct pending_view *view, const char *place)
{
	return place ? view->side == 0 && strcmp(view->place, place) == 0 : view->side > 0;
}

static struct group group_at(const struct room *room, uint32_t n, const char *place)
{
	struct group group = { place, 0 };

	for (uint32_t i = 0; i < n; i++)
		group.n += is_in(&room->at[i], place);
	return group;
}

/* One more at its place: it is counted at the slot of its hash, or behind it. */
static uint32_t count_one(const struct room *room, uint32_t number)
{
	const char *at = room->at[number].place;
	uint32_t slot = (uint32_t)PxeBootHash(&room->secret, 0, at, strlen(at)) & room->mask;

	while (room->slots[slot].n > 0 && strcmp(room->at[room->slots[slot].first].place, at) != 0)
		slot = (slot + 1) & room->mask;
	if (room->slots[slot].n == 0)
		room->slots[slot].first = number;
	return ++room->slots[slot].n;
}

static struct group fullest(const struct room *room, uint32_t n)
{
	struct group fullest = group_at(room, n, NULL);

	memset(room->slots, 0, (room->mask + (size_t)1) * sizeof *room->slots);
	for (uint32_t i = 0; i < n; i++) {
		uint32_t count = room->at[i].side > 0 ? 0 : count_one(room, i);

		if (count > fullest.n)
			fullest = (struct group){ room->at[i].place, count };
	}
	return fullest;
}

/* The side that gives way for another machine of `side`. */
static uint8_t side_fullest(const struct room *room, uint32_t n, uint8_t side)
{
	uint32_t counts[1 + SIDES] = { 0 };
	uint8_t most = 1;

	for (uint32_t i = 0; i < n; i++)
		counts[room->at[i].side]++;
	for (unsigned i = 1; i <= SIDES; i++)
		if (counts[i] > counts[most])
			most = (uint8_t)i;
	if (side == 0 || counts[side] == 0)
		return most;
	return counts[side] + 1 >= counts[most] ? side : most;
}

/* ---- who goes ----------------------------------------------------------------------------------
 */

/* A flood makes up a machine for each packet: who asked again may be there, who came in a second
 * boot is. */
enum sure { ASKED_ONCE, ASKED_AGAIN, SEEN_TWICE };

static enum sure how_sure(const struct pending_view *view)
{
	if (view->boots > 1)
		return SEEN_TWICE;
	return view->last > view->first ? ASKED_AGAIN : ASKED_ONCE;
}

static bool goes_before(const struct pending_view *a, const struct pending_view *b)
{
	return how_sure(a) < how_sure(b) || (how_sure(a) == how_sure(b) && a->last < b->last);
}

/* Of whom. */
struct where {
	uint8_t side;      /* or 0: */
	bool exactly;      /* that place, or all of its group */
	const char *place; /* NULL: all relays */
};

static bool is_there(const struct pending_view *view, const struct where *where)
{
	if (where->side > 0)
		return view->side == where->side;
	return where->exactly ? strcmp(view->place, where->place) == 0 : is_in(view, where->place);
}

/* The oldest of those of whom least is sure, up to `most`. */
static struct pending_view *oldest(const struct room *room, uint32_t n, const struct where *where,
				   enum sure most)
{
	const struct pending_view *first = NULL;

	for (uint32_t i = 0; i < n; i++) {
		const struct pending_view *view = &room->at[i];

		if (how_sure(view) <= most && is_there(view, where) &&
		    (!first || goes_before(view, first)))
			first = view;
	}
	return (struct pending_view *)(uintptr_t)first;
}

/* Of the side that gives way, if it has one of whom so little is sure. */
static struct pending_view *oldest_relay(const struct room *room, uint32_t n, uint8_t side,
					 enum sure most)
{
	const struct where there = { .side = side_fullest(room, n, side) },
			   anywhere = { .side = 0 };
	struct pending_view *first = NULL;

	for (enum sure sure = ASKED_ONCE; !first && sure <= most; sure++) {
		first = oldest(room, n, &there, sure);
		if (!first)
			first = oldest(room, n, &anywhere, sure);
	}
	return first;
}

struct pending_view *room_oldest_there(const struct room *room, uint32_t n,
				       const struct pending_view *fresh)
{
	const struct where where = { .exactly = true, .place = fresh->place };

	return oldest(room, n, &where, ASKED_AGAIN);
}

/* That one was seen twice counts in its own group, and against relays, which may be made up; but
 * not against an interface that has less of the list. */
struct pending_view *room_oldest(const struct room *room, uint32_t n,
				 const struct pending_view *fresh)
{
	struct group own = group_at(room, n, fresh->side > 0 ? NULL : fresh->place);
	struct group most = fullest(room, n);
	bool is_own = own.n >= room_share(room) || (own.n > 0 && own.n + 1 >= most.n);
	struct where where = { .place = is_own ? own.place : most.place };
	enum sure sure = is_own || fresh->side > 0 ? ASKED_AGAIN : SEEN_TWICE;

	return where.place ? oldest(room, n, &where, sure)
			   : oldest_relay(room, n, fresh->side, sure);
}
