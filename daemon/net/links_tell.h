/* What differs between two views: the inside of links only. */
#pragma once

#include "net/links_change.h"
#include "net/links_view.h"

/** Calls the owner for each difference, in the order that links.h promises. `old` may be NULL:
 * everything is new. */
void links_tell(const struct links_owner *owner, const struct links_view *old,
		const struct links_view *new);
