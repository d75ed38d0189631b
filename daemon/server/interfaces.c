#include "server/interfaces.h"

#include <net/if.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "server/log.h"
#include "server/log_format.h"

enum { NAMES_SIZE = 512, HEARD_MAX = 16, HEARD_AGAIN_MS = 600000 };

/* Names with commas between. */
struct names {
	char text[NAMES_SIZE];
	size_t len;
};

static void names_add(struct names *names, const char *name)
{
	if (names->len < sizeof(names->text))
		names->len +=
			(size_t)snprintf(names->text + names->len, sizeof(names->text) - names->len,
					 "%s%s", names->len ? ", " : "", name);
}

/* An interface of another name that this one means too: an address's label, or an alternative name.
 * The kernel finds it by either. */
static bool is_other_name(const char *name, char out[IF_NAMESIZE])
{
	unsigned index = if_nametoindex(name);

	return index != 0 && if_indextoname(index, out) && strcmp(out, name) != 0;
}

static void tell_other_name(const struct config *config, const char *name, const char *real)
{
	log_line(LOG_NOTICE, "%s:%d: %s is %s of %s: write \"%s\" in listen.interfaces",
		 config->path, config->interfaces_line, name,
		 strchr(name, ':') ? "a label" : "another name", real, real);
}

static void names_of_links(const struct links_view *view, struct names *out)
{
	size_t n;
	const struct link *link = links_all(view, &n);

	for (size_t i = 0; i < n; i++)
		if (!link[i].loopback)
			names_add(out, link[i].name);
}

static void tell_absent(const struct config *config, bool all, const char *absent,
			const struct links_view *view)
{
	struct names there = { .len = 0 };

	names_of_links(view, &there);
	log_line(LOG_NOTICE, "%s:%d: %s: %s (this host has %s)", config->path,
		 config->interfaces_line,
		 all ? "no interface of listen.interfaces exists"
		     : "some interfaces of listen.interfaces do not exist",
		 absent, there.len ? there.text : "none");
}

void interfaces_tell(const struct config *config, const struct links_view *view)
{
	struct names absent = { .len = 0 };
	char real[IF_NAMESIZE];
	unsigned found = 0;

	for (char **name = config->interfaces; *name; name++) {
		if (links_by_name(view, *name))
			found++;
		else if (is_other_name(*name, real))
			tell_other_name(config, *name, real);
		else
			names_add(&absent, *name);
	}
	if (absent.len)
		tell_absent(config, found == 0, absent.text, view);
}

/* ---- clients on other interfaces ---------------------------------------------------------------
 */

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

void interfaces_heard(const struct arrival *in, uint64_t now_ms)
{
	struct heard *at = place_of(in->interface);
	struct log_client client;
	char who[LOG_WHO_MAX];

	if (at->told_ms && now_ms - at->told_ms < HEARD_AGAIN_MS)
		return; /* this one, or all places are young */
	if (!boots(in))
		return;
	snprintf(at->interface, sizeof(at->interface), "%s", in->interface);
	at->told_ms = now_ms;
	log_client_of_arrival(in, &client);
	log_format_who(&client, who, sizeof(who));
	log_client_line(LOG_NOTICE, "", &client,
			"%s: PXE clients are heard on %s, which is not served: see "
			"listen.interfaces",
			who, in->interface);
}
