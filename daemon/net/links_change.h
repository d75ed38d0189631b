/* What becomes different from one view of the links to the next. */
#pragma once

#include "net/links_lookup.h"

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
