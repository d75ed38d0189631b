/* Until a table of links is up to date. */
#pragma once

#include "net/links.h"
#include "net/netns.h"

/* Takes what is told until nothing is left to do and nothing has come for a moment. */
static inline void settle(struct links *links)
{
	int delay;

	while ((delay = links_delay_ms(links)) >= 0 || ready(links_fd(links), POLLIN, 30)) {
		if (delay > 0)
			ready(links_fd(links), POLLIN, delay);
		ck_assert_int_eq(links_read(links), 0);
	}
}
