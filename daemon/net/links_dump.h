/* Asking netlink what there is: the inside of links only. */
#pragma once

#include <linux/netlink.h>
#include <string.h>

#include "net/links_view.h"

struct mnl_socket;

/* The attributes of a netlink message that are still to read. */
struct attrs {
	const uint8_t *at;
	size_t left;
};

/** Those behind a message's own header of `header_len` octets. */
static inline struct attrs attrs_of(const struct nlmsghdr *message, size_t header_len)
{
	size_t skip = NLMSG_HDRLEN + NLMSG_ALIGN(header_len);

	if (message->nlmsg_len < skip)
		return (struct attrs){ NULL, 0 };
	return (struct attrs){ (const uint8_t *)message + skip, message->nlmsg_len - skip };
}

/** The next one, or NULL after the last; one that runs past the message ends it. */
static inline const struct nlattr *attrs_next(struct attrs *attrs)
{
	const struct nlattr *attr = (const void *)attrs->at;
	size_t step;

	if (attrs->left < sizeof(*attr) || attr->nla_len < sizeof(*attr) ||
	    attr->nla_len > attrs->left)
		return NULL;
	step = NLA_ALIGN(attr->nla_len);
	if (step > attrs->left)
		step = attrs->left;
	attrs->at += step;
	attrs->left -= step;
	return attr;
}

/* A number of 32 bits; 0 where the attribute is too short for one. */
static inline uint32_t attr_u32(const struct nlattr *attr)
{
	uint32_t number = 0;

	if (attr->nla_len >= sizeof(*attr) + sizeof(number))
		memcpy(&number, attr + 1, sizeof(number));
	return number;
}

enum {
	LINKS_ASK_LINKS = 1,
	LINKS_ASK_ADDRESSES = 2,
	LINKS_ASK_ROUTES_V4 = 4,
	LINKS_ASK_ROUTES_V6 = 8,
	LINKS_ASK_RULES = 16,
	LINKS_ASK_ALL = 31,
};

/* The socket that asks; it receives no notifications, so that answers come alone. */
struct links_asker {
	struct mnl_socket *socket;
	uint32_t seq;
};

/** Opens it. 0 or -errno. */
int links_asker_open(struct links_asker *asker);
void links_asker_close(struct links_asker *asker);

/**
 * Asks for what `*what` names (LINKS_ASK_*) and puts it in *raw in place of what was there; each
 * bit is cleared when its answer is in. A route table of more than LINKS_ROUTES_MAX is given up
 * (raw->too_many), and never asked for again.
 *
 * Blocks only as the kernel does to answer. 0, or -errno: the bits that are left were not answered.
 */
int links_ask(struct links_asker *asker, unsigned *what, struct links_raw *raw);

/* Is a message long enough for its own header? */
static inline bool message_holds(const struct nlmsghdr *message, size_t header_len)
{
	return message->nlmsg_len >= NLMSG_HDRLEN + header_len;
}

/* One message as what it tells of. False, *out undefined: nothing that is kept, or no such message:
 * too short, or with a prefix that is longer than an address. */
bool links_parse_link(const struct nlmsghdr *message, struct link *out);
bool links_parse_address(const struct nlmsghdr *message, struct link_address *out);
/** `*multipath` not NULL: its next hops are there, and not in *route. */
bool links_parse_route(const struct nlmsghdr *message, int *family, struct route *route,
		       const struct nlattr **multipath);

/**
 * Applies a notification to the raw tables; adds to *changed what it changed (LINKS_ASK_*).
 *
 * Returns what has to be asked for again (LINKS_ASK_*): where the kernel does not tell enough, as
 * of routes with several next hops, or routes that go with a link; or where memory was wanting.
 */
unsigned links_apply(struct links_raw *raw, const struct nlmsghdr *message, unsigned *changed);

/** Makes room for one more element, zeroed; NULL when there is no memory. `array` is the address
 * of the array's pointer. */
void *links_array_more(void *array, size_t size, size_t *count, size_t *room);

/** The place of a route table by its number, or -1 for one that the standard rules do not ask. */
int links_table(uint32_t number);
