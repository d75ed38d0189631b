#include "story/unserved.h"

#include <stdio.h>
#include <string.h>

#include "net/links.h"

enum { HEARD_MAX = 16, HEARD_AGAIN_MS = 600000 };

static struct heard {
	char interface[LINK_NAME_MAX];
	uint64_t told_ms; /* 0: free */
} heard[HEARD_MAX];

/* The interface's place, or the one that was told of longest ago. */
static struct heard *place_of(const char *interface)
{
	struct heard *oldest = &heard[0];

	for (struct heard *at = heard; at < heard + HEARD_MAX; at++) {
		if (strcmp(at->interface, interface) == 0)
			return at;
		if (at->told_ms < oldest->told_ms)
			oldest = at;
	}
	return oldest;
}

static bool boots(const struct arrival *in)
{
	return memmem(in->octets, in->len, "PXEClient", 9) ||
	       memmem(in->octets, in->len, "HTTPClient", 10);
}

bool unserved_heard(const struct arrival *in, uint64_t now_ms, struct finding *out)
{
	struct heard *at = place_of(in->interface);

	if (at->told_ms && now_ms - at->told_ms < HEARD_AGAIN_MS)
		return false; /* this one, or all places are young */
	if (!boots(in))
		return false;
	snprintf(at->interface, sizeof(at->interface), "%s", in->interface);
	at->told_ms = now_ms;
	*out = (struct finding){ .kind = FINDING_UNSERVED };
	log_client_of_arrival(in, &out->client);
	return true;
}
