/* listen.interfaces beside the interfaces that are there. */
#pragma once

#include "net/links.h"
#include "site/config.h"
#include "site/teller.h"

/** Tells, as notices, which of the configured interfaces are not there, or are another name of one
 * that is. It is no mistake: they may come later. */
void interfaces_tell(const struct config *config, const struct links_view *view,
		     const struct teller *teller);
