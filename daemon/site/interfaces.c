#include "site/interfaces.h"

#include <fnmatch.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>

#include "base/cleanup.h"

enum { NAMES_SIZE = 512 };

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

static void tell_other_name(const struct teller *teller, const struct config *config,
			    const char *name, const char *real)
{
	teller_say(teller, LOG_NOTICE, "",
		   "%s:%d: %s is %s of %s: write \"%s\" in listen.interfaces [W0132]", config->path,
		   config->interfaces_line, name, strchr(name, ':') ? "a label" : "another name",
		   real, real);
}

static void names_of_links(const struct links_view *view, struct names *out)
{
	size_t n;
	const struct link *link = links_all(view, &n);

	for (size_t i = 0; i < n; i++)
		if (!link[i].loopback)
			names_add(out, link[i].name);
}

static void tell_absent(const struct teller *teller, const struct config *config, bool all,
			const char *absent, const struct links_view *view)
{
	struct names there = { .len = 0 };

	names_of_links(view, &there);
	teller_say(teller, LOG_NOTICE, "", "%s:%d: %s: %s (this host has %s) [W0134]", config->path,
		   config->interfaces_line,
		   all ? "no interface of listen.interfaces exists"
		       : "some interfaces of listen.interfaces do not exist",
		   absent, there.len ? there.text : "none");
}

static bool is_there(const struct links_view *view, const char *name)
{
	size_t n;
	const struct link *link = links_all(view, &n);

	for (size_t i = 0; i < n; i++)
		if (fnmatch(name, link[i].name, 0) == 0)
			return true;
	return false;
}

void interfaces_tell(const struct config *config, const struct links_view *view,
		     const struct teller *teller)
{
	struct names absent = { .len = 0 };
	char real[IF_NAMESIZE];
	unsigned found = 0;

	for (char **name = config->interfaces; *name; name++) {
		if (**name == '!')
			continue;
		if (is_there(view, *name))
			found++;
		else if (is_other_name(*name, real))
			tell_other_name(teller, config, *name, real);
		else
			names_add(&absent, *name);
	}
	if (absent.len)
		tell_absent(teller, config, found == 0, absent.text, view);
}
