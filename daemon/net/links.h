/* Interfaces, addresses and routes of this host, from a table that netlink keeps fresh, so that no
 * packet costs a system call to ask.
 *
 * The table is a view: made in one piece, never changed, replaced as a whole. The loop reads its
 * own pointer (links_now); any other thread borrows the view (links_enter, links_leave) without
 * ever making the loop wait.
 *
 * Notifications are applied one by one. What they do not tell is asked for: everything, where some
 * were lost (ENOBUFS); the routes, where the kernel takes some away without telling. A new view is
 * then compared with the old one. However many changes come, they take a twentieth of the time at
 * most: a view is made, and routes are asked for, only some time after the last. Nor does a turn of
 * the loop do it all: links_read() takes a slice of an answer, or makes a slice of a view, and the
 * old view is in force until the new one is whole.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/ip.h"

enum { LINK_NAME_MAX = 16, LINK_MAC_MAX = 32 };
enum { LINKS_ROUTES_MAX = 16384 }; /* above: routes are not kept, and all is called reachable */
enum { LINKS_READERS = 64 };       /* threads that borrow a view at one moment; more wait */

struct links;      /* the table [loop] */
struct links_view; /* one state of it: immutable */

struct link {
	unsigned ifindex;
	char name[LINK_NAME_MAX];
	uint8_t mac[LINK_MAC_MAX];
	uint8_t mac_len;
	bool up;      /* the admin's wish (IFF_UP) */
	bool running; /* there is a carrier */
	bool loopback;
	bool multicast;
	bool noarp; /* it has no neighbours that are to be found: a tunnel, loopback */
	unsigned mtu;
	unsigned master; /* ifindex of its bridge, bond or VRF; 0: none */
	uint64_t born;   /* another link that took this ifindex has another number */
	unsigned first_address, n_addresses; /* in the view's order */
};

struct link_address {
	unsigned ifindex;
	struct ip ip;
	struct ip net;   /* an address of the prefix: the peer's on a point-to-point link */
	uint8_t bits;    /* prefix length */
	uint8_t scope;   /* RT_SCOPE_* */
	bool secondary;  /* IPv4: not the first of its subnet */
	bool tentative;  /* not yet, or never, ours (DAD): never chosen */
	bool deprecated; /* its preferred lifetime is over */
	bool temporary;  /* RFC 8981 */
};

enum links_event {
	LINKS_LINK_NEW,     /* an interface came */
	LINKS_LINK_GONE,    /* `link` is from the old view */
	LINKS_LINK_RENAMED, /* `old` has the former name */
	LINKS_LINK_CHANGED, /* up, running, MAC, MTU or master; `old` as it was */
	LINKS_ADDRESS_NEW,  /* usable now: it came, or has left the tentative state */
	LINKS_ADDRESS_GONE, /* `address` is from the old view */
};

/* One difference between two views. The pointers live during the call only. */
struct links_change {
	enum links_event event;
	const struct link *link, *old;
	const struct link_address *address; /* the two address events only */
};

/* Called on the loop from links_read, when the new view is already links_now. Addresses go before
 * their link goes, and come after it came. At start everything is told as new. */
struct links_owner {
	void (*changed)(void *arg, const struct links_change *change);
	void *arg;
};

/**
 * Opens netlink, subscribes and reads everything once; `changed` (it may be NULL) is told of all
 * that is there. 0, or -errno.
 */
int links_new(const struct links_owner *owner, struct links **out);
/** Frees it. No reader may be inside. */
void links_free(struct links *links);
/** The descriptor to watch for reading. */
int links_fd(const struct links *links);

/**
 * Takes notifications that wait, some of them, without blocking, or does a slice of the work that
 * brings the view up to date, if something changed and the last time is long enough ago: so much
 * as the kernel gives in one datagram, or some hundred routes. Call it again after
 * links_delay_ms(). Returns 0, or -errno: the old view stays, and the next call asks for everything
 * again; -ENOMEM, or a netlink socket that fails.
 */
int links_read(struct links *links);
/** In how many milliseconds links_read() is to be called again though the descriptor be silent; -1:
 * nothing is left to do. After an error, 0: it is for the caller to wait a while. */
int links_delay_ms(const struct links *links);

/** The view as it is now. Valid until the next links_read. [loop] */
const struct links_view *links_now(const struct links *links);

/** A borrowed view. */
struct links_loan {
	const struct links_view *view;
	unsigned reader;
};

/**
 * Borrows the present view on any thread; for the time of some look-ups: no blocking call in
 * between. Waits only where LINKS_READERS threads are inside.
 */
struct links_loan links_enter(struct links *links);
/** Gives it back, on the same thread or another. */
void links_leave(struct links *links, struct links_loan loan);

/* ---- look-ups: on any thread that has a view. Nothing allocates or calls the kernel. ---- */

/** All links, by ifindex. */
const struct link *links_all(const struct links_view *view, size_t *count);
/** All addresses of one link: IPv4 before IPv6, the kernel's order within. */
const struct link_address *links_addresses(const struct links_view *view, const struct link *link,
					   size_t *count);
/** The link with this index, or NULL. Constant time. */
const struct link *links_by_index(const struct links_view *view, unsigned ifindex);
/** The link with this name, or NULL. */
const struct link *links_by_name(const struct links_view *view, const char *name);

/** True when `ip` is an address of this host, on whatever interface. Constant time. */
bool links_is_own(const struct links_view *view, const struct ip *ip);

/**
 * The interface's own unicast address towards a client. What decides, in this order: never a
 * tentative one; deprecated and temporary ones only where there is no other; IPv6: global or ULA
 * before link-local, whatever the hint; the longest prefix that holds `hint`; IPv4: scope global
 * before link; primary before secondary; the kernel's order.
 *
 * `hint` may be NULL or no address. False, *out untouched: the interface has none.
 */
bool links_own_address(const struct links_view *view, unsigned ifindex, uint8_t family,
		       const struct ip *hint, struct ip *out);

/**
 * True unless the kernel would surely refuse to send to `ip` for want of a route
 * (ERROR_NETWORK_UNREACHABLE to a provider). `ifindex` not 0 pins the datagram to that interface.
 *
 * Longest prefix first, then the lowest metric, through the tables local, main and default;
 * unreachable, blackhole and prohibit routes count as no route. Where policy rules beyond the
 * standard ones exist, or there are more than LINKS_ROUTES_MAX routes, everything is reachable:
 * only the kernel can know. Pinned: IPv4 needs just the interface to be up, as the kernel then
 * takes any destination as on-link; so do link-local and multicast IPv6 destinations, which without
 * `ifindex` are not reachable. Nor is 255.255.255.255 without one, and 0.0.0.0 and :: never are.
 */
bool links_reachable(const struct links_view *view, const struct ip *ip, unsigned ifindex);

/** True when `ip` is the broadcast address of a network of ours, or lies in a broadcast route;
 * 255.255.255.255 is not asked about. */
bool links_is_broadcast(const struct links_view *view, const struct ip *ip);

/** True when `ip` is a neighbour on that interface: the best route there has no gateway. */
bool links_on_link(const struct links_view *view, const struct ip *ip, unsigned ifindex);

/**
 * The neighbour that a datagram to a single host is handed to: `to` itself, or the gateway of its
 * route; out->ifindex is its interface, out->port is to->port. False, *out untouched: none that
 * would have to be found first (this host itself, a tunnel, a broadcast), or only the kernel knows.
 */
bool links_neighbour(const struct links_view *view, const struct endpoint *to,
		     struct endpoint *out);

/** A number that no other view of these links has, and that is never 0. */
uint64_t links_serial(const struct links_view *view);

/**
 * The address that the kernel would send from to `ip` (pinned to `ifindex` where not 0): the
 * route's preferred source, else by interface (IPv4) or RFC 6724 §5 (IPv6). With policy rules it
 * is what the main tables say. False, *out untouched: no route or no address.
 */
bool links_source(const struct links_view *view, const struct ip *ip, unsigned ifindex,
		  struct ip *out);
