#include "net/links.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/if_addr.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "base/clock.h"
#include "base/cleanup.h"
#include "net/links_dump.h"
#include "net/links_make.h"
#include "net/links_parse.h"
#include "net/links_tell.h"
#include "net/netlink.h"

enum {
	READS_MAX = 16, /* receives a call: each notification may move all routes by one place */
	REST = 20,      /* a new view is made after REST times as long as the last one took */
	EVENTS_BUFFER = 1 << 20, /* notifications that may wait */
	DELETED_MAX = 64,
};

/* A reader's claim on a view, on a cache line of its own. */
struct reader {
	_Alignas(64) _Atomic(const struct links_view *) view; /* NULL: the place is free */
};

struct links {
	struct reader reader[LINKS_READERS];
	struct mnl_socket *events;
	struct links_asker asker;
	struct links_owner owner;
	struct links_raw raw;
	struct links_making making;
	struct links_view *now;     /* [loop] what `shared` points to */
	struct links_view *retired; /* [loop] replaced, and perhaps still read */
	_Atomic(struct links_view *) shared;
	uint64_t born;    /* the last number given */
	uint64_t serial;  /* of the last view */
	size_t n_deleted; /* ifindexes whose link went since the last view */
	unsigned deleted[DELETED_MAX];
	unsigned dirty;               /* LINKS_ASK_*: what has to be asked for */
	unsigned changed;             /* LINKS_ASK_*: what the view does not show yet */
	uint64_t next_us;             /* not sooner, CLOCK_MONOTONIC, is a new view made */
	uint64_t spent_us;            /* on the one that is being made */
	bool busy;                    /* an answer is being taken, or a view made */
	bool more;                    /* notifications are left to take */
	bool deleted_any;             /* more than fit */
	bool routes_left[N_FAMILIES]; /* the route notifications were unsubscribed */
};

/* ---- views on other threads: hazard pointers ---------------------------------------------- */

struct links_loan links_enter(struct links *links)
{
	/* Threads begin at different places, so that they seldom meet. */
	unsigned start = (unsigned)((uintptr_t)&start >> 12) * 2654435761u >> 16;

	for (unsigned i = 0;; i++) {
		struct reader *reader = &links->reader[(start + i) % LINKS_READERS];
		const struct links_view *none = NULL, *view = atomic_load(&links->shared);

		if (i > 0 && i % LINKS_READERS == 0)
			sched_yield();
		if (!atomic_compare_exchange_strong(&reader->view, &none, view))
			continue;
		/* The claim holds once the view is still the shared one after it was made: the
		 * loop first replaces it, then looks at the claims. */
		for (;;) {
			const struct links_view *again = atomic_load(&links->shared);

			if (again == view)
				return (struct links_loan){ view, (start + i) % LINKS_READERS };
			view = again;
			atomic_store(&reader->view, view);
		}
	}
}

void links_leave(struct links *links, struct links_loan loan)
{
	atomic_store_explicit(&links->reader[loan.reader].view, NULL, memory_order_release);
}

static bool view_is_read(struct links *links, const struct links_view *view)
{
	for (unsigned i = 0; i < LINKS_READERS; i++)
		if (atomic_load(&links->reader[i].view) == view)
			return true;
	return false;
}

/* Frees the retired views that nobody reads. What stays is bounded by the readers. */
static void retired_free(struct links *links)
{
	struct links_view **at = &links->retired;

	while (*at) {
		struct links_view *view = *at;

		if (view_is_read(links, view)) {
			at = &view->next;
			continue;
		}
		*at = view->next;
		links_view_free(view);
	}
}

/* ---- bringing up to date ------------------------------------------------------------------ */

static bool was_deleted(const struct links *links, unsigned ifindex)
{
	for (size_t i = 0; i < links->n_deleted; i++)
		if (links->deleted[i] == ifindex)
			return true;
	return links->deleted_any;
}

/* A link keeps its number for as long as the kernel has not said that it went. */
static void give_born(struct links *links)
{
	for (size_t i = 0; i < links->raw.n_links; i++) {
		struct link *link = &links->raw.link[i];
		const struct link *was =
			links->now ? links_by_index(links->now, link->ifindex) : NULL;

		if (link->born == 0)
			link->born = was && !was_deleted(links, link->ifindex) ? was->born
									       : ++links->born;
	}
}

/* A routing table too long to keep: its notifications would only wake us. */
static void leave_routes(struct links *links)
{
	static const int groups[] = { RTNLGRP_IPV4_ROUTE, RTNLGRP_IPV6_ROUTE };

	for (int f = 0; f < N_FAMILIES; f++) {
		if (!links->raw.too_many[f] || links->routes_left[f])
			continue;
		(void)mnl_socket_setsockopt(links->events, NETLINK_DROP_MEMBERSHIP,
					    (void *)(uintptr_t)&groups[f], sizeof(groups[f]));
		links->routes_left[f] = true;
	}
}

static void publish(struct links *links, struct links_view *new)
{
	struct links_view *old = links->now;

	new->serial = ++links->serial;
	links->n_deleted = 0;
	links->deleted_any = false;
	links->now = new;
	atomic_store(&links->shared, new);
	if (links->changed & (LINKS_ASK_LINKS | LINKS_ASK_ADDRESSES))
		links_tell(&links->owner, old, new);
	links->changed = 0;
	if (old) {
		old->next = links->retired;
		links->retired = old;
	}
	retired_free(links);
}

/* A slice of asking, then of making a view. 0: it is in force; LINKS_E_MORE; -errno. */
static int refresh(struct links *links)
{
	struct links_view *new;
	int r;

	links->changed |= links->dirty;
	if (links->dirty) {
		r = links_ask(&links->asker, &links->dirty, &links->raw);
		return r < 0 ? r : LINKS_E_MORE;
	}
	if (!links->making.view) {
		leave_routes(links);
		give_born(links);
		r = links_make_begin(&links->making, &links->raw);
		if (r < 0)
			return r;
	}
	r = links_make_more(&links->making, &links->raw, LINKS_SLICE, &new);
	if (r == 0)
		publish(links, new);
	return r;
}

/* ---- notifications ------------------------------------------------------------------------ */

static void note_link_gone(struct links *links, const struct nlmsghdr *message)
{
	const struct ifinfomsg *info = mnl_nlmsg_get_payload(message);

	if (!message_holds(message, sizeof(*info)) ||
	    info->ifi_family != AF_UNSPEC) /* it only left a bridge */
		return;
	if (links->n_deleted < DELETED_MAX)
		links->deleted[links->n_deleted++] = (unsigned)info->ifi_index;
	else
		links->deleted_any = true;
}

static void note(struct links *links, const struct nlmsghdr *message)
{
	if (message->nlmsg_type == RTM_DELLINK)
		note_link_gone(links, message);
	links->dirty |= links_apply(&links->raw, message, &links->changed);
}

/* Takes the notifications that wait. 0 or -errno. */
static int drain(struct links *links)
{
	_Alignas(NLMSG_ALIGNTO) uint8_t buffer[NETLINK_BUFFER];

	links->more = false;
	for (int i = 0; i < READS_MAX; i++) {
		ssize_t n = netlink_receive(links->events, buffer, sizeof(buffer));
		const struct nlmsghdr *message = (const void *)buffer;
		int left = (int)n;

		if (n == -EAGAIN)
			return 0;
		if (n == -EINTR)
			continue;
		if (n == -ENOBUFS || n == -ENOSPC) {
			/* Some were lost, or one was longer than the buffer. A link that was
			 * deleted and made again meanwhile may be among them. */
			links->dirty = LINKS_ASK_ALL;
			links->deleted_any = true;
			continue;
		}
		if (n < 0)
			return (int)n;
		for (; mnl_nlmsg_ok(message, left); message = mnl_nlmsg_next(message, &left))
			note(links, message);
	}
	links->more = true;
	return 0;
}

/* Everything begins again with the next call. */
static int give_up(struct links *links, int error)
{
	links_asker_reset(&links->asker);
	links_make_done(&links->making);
	links->dirty = LINKS_ASK_ALL;
	links->busy = false;
	return error;
}

int links_read(struct links *links)
{
	uint64_t begin = clock_us();
	int r = 0;

	/* What is told while an answer is taken, or a view made, comes after it: it waits. */
	if (!links->busy)
		r = drain(links);
	if (r < 0)
		return give_up(links, r);
	if ((!links->dirty && !links->changed) || begin < links->next_us)
		return 0;
	r = refresh(links);
	links->spent_us += clock_us() - begin;
	links->busy = r == LINKS_E_MORE;
	if (links->busy)
		return 0;
	links->next_us = clock_us() + links->spent_us * REST;
	links->spent_us = 0;
	return r < 0 ? give_up(links, r) : 0;
}

int links_delay_ms(const struct links *links)
{
	uint64_t now = clock_us();

	if (links->more || links->busy)
		return 0;
	if (!links->dirty && !links->changed)
		return -1;
	return now < links->next_us ? (int)((links->next_us - now) / 1000 + 1) : 0;
}

/* ---- life --------------------------------------------------------------------------------- */

static int events_open(struct links *links)
{
	static const int groups[] = {
		RTNLGRP_LINK,       RTNLGRP_IPV4_IFADDR, RTNLGRP_IPV6_IFADDR, RTNLGRP_IPV4_ROUTE,
		RTNLGRP_IPV6_ROUTE, RTNLGRP_IPV4_RULE,   RTNLGRP_IPV6_RULE,
	};

	int size = EVENTS_BUFFER;

	links->events = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (!links->events || mnl_socket_bind(links->events, 0, MNL_SOCKET_AUTOPID) < 0)
		return -errno;
	/* What does not fit is lost, and all is asked for again then. */
	if (setsockopt(mnl_socket_get_fd(links->events), SOL_SOCKET, SO_RCVBUFFORCE, &size,
		       sizeof(size)) < 0)
		(void)setsockopt(mnl_socket_get_fd(links->events), SOL_SOCKET, SO_RCVBUF, &size,
				 sizeof(size));
	for (size_t i = 0; i < ARRAY_LEN(groups); i++)
		if (mnl_socket_setsockopt(links->events, NETLINK_ADD_MEMBERSHIP,
					  (void *)(uintptr_t)&groups[i], sizeof(groups[i])) < 0)
			return -errno;
	return 0;
}

static void links_freep(struct links **links)
{
	links_free(*links);
}

int links_new(const struct links_owner *owner, struct links **out)
{
	_cleanup_(links_freep) struct links *links = aligned_alloc(64, sizeof(*links));
	int r;

	if (!links)
		return -ENOMEM;
	memset(links, 0, sizeof(*links));
	for (unsigned i = 0; i < LINKS_READERS; i++)
		atomic_init(&links->reader[i].view, NULL);
	atomic_init(&links->shared, NULL);
	links->owner = *owner;
	/* Subscribe first: what changes while we ask is then notified. */
	r = events_open(links);
	if (r < 0)
		return r;
	links->dirty = LINKS_ASK_ALL;
	do
		r = refresh(links);
	while (r == LINKS_E_MORE);
	if (r < 0)
		return r;
	*out = TAKE(links);
	return 0;
}

void links_free(struct links *links)
{
	if (!links)
		return;
	while (links->retired) {
		struct links_view *view = links->retired;

		links->retired = view->next;
		links_view_free(view);
	}
	links_view_free(links->now);
	links_raw_done(&links->raw);
	links_asker_done(&links->asker);
	links_make_done(&links->making);
	if (links->events)
		mnl_socket_close(links->events);
	free(links);
}

int links_fd(const struct links *links)
{
	return mnl_socket_get_fd(links->events);
}

const struct links_view *links_now(const struct links *links)
{
	return links->now;
}
