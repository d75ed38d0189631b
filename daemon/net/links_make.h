/* A view out of what netlink told, in slices: the inside of links only. */
#pragma once

#include "net/links_raw.h"

struct links_making {
	struct links_view *view; /* NULL: none is being made */
	int family;              /* of the routes that are being copied */
	uint32_t inside;         /* the prefix that is open: the last one, or one around it */
};

/** Begins a view of *raw, which must stay as it is until the last slice. Addresses of links that
 * are not there are left out. 0, or -ENOMEM. */
int links_make_begin(struct links_making *making, const struct links_raw *raw);

/** Copies at most `slice` routes. LINKS_E_MORE while some are left; 0: *out is the whole view. */
int links_make_more(struct links_making *making, const struct links_raw *raw, size_t slice,
		    struct links_view **out);

/** Gives up a view that is being made, if one is. */
void links_make_done(struct links_making *making);
