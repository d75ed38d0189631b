#include "server.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "pattern.h"

static struct servers *servers_new(unsigned n)
{
	struct servers *several = calloc(1, sizeof *several);

	if (!several)
		return NULL;
	several->texts = calloc(n, sizeof *several->texts);
	several->each = calloc(n, sizeof *several->each);
	if (several->texts && several->each)
		return several;
	servers_done(several);
	return NULL;
}

void servers_done(struct servers *several)
{
	if (!several)
		return;
	for (unsigned i = 0; i < several->n; i++)
		free(several->texts[i]);
	free(several->texts);
	free(several->each);
	free(several);
}

/* One more, and what it is now. */
static int servers_add(const struct keys *keys, const char *name, const struct scalars *scalars,
		       struct servers *several)
{
	const char *text = scalars->at[several->n].text, *comma = strchr(text, ',');
	unsigned i = several->n;
	char why[400];

	if (comma)
		return keys_error_member(keys, name, i,
					 "\"%s\" is one text: write each in its own: [ \"%.*s\", "
					 "\"%s\" ] [W0139]",
					 text, (int)(comma - text), text,
					 comma + 1 + strspn(comma + 1, " "));
	several->each[i] = (PXE_BOOT_SERVER){ .cbSize = sizeof *several->each };
	if (PxeBootServerAdd(&several->each[i], text, why, sizeof why) != ERROR_SUCCESS)
		return keys_error_member(keys, name, i, "%s [W0139]", why);
	several->texts[i] = strdup(text);
	several->n += several->texts[i] != NULL;
	return several->texts[i] ? 0 : -ENOMEM;
}

/* The first of each family. True: there are others, or names. */
static bool servers_first(const struct servers *several, PXE_BOOT_SERVER *out)
{
	bool more = false;

	*out = (PXE_BOOT_SERVER){ .cbSize = sizeof *out };
	for (unsigned i = 0; i < several->n; i++) {
		const PXE_BOOT_SERVER *each = &several->each[i];
		PXE_BOOT_IP ip;

		out->bAutomatic |= each->bAutomatic;
		more |= !each->bAutomatic && !address_parse(several->texts[i], &ip);
		more |= each->V4.uAddrLen > 0 && out->V4.uAddrLen > 0;
		more |= each->V6.uAddrLen > 0 && out->V6.uAddrLen > 0;
		if (out->V4.uAddrLen == 0)
			out->V4 = each->V4;
		if (out->V6.uAddrLen == 0)
			out->V6 = each->V6;
	}
	return more;
}

static int servers_read(const struct keys *keys, const char *name, const struct scalars *scalars,
			struct servers *several)
{
	int r = 0;

	for (size_t i = 0; i < scalars->n && r == 0; i++)
		r = servers_add(keys, name, scalars, several);
	for (unsigned i = 0; i < several->n && r == 0; i++)
		if (several->each[i].bAutomatic && scalars->n > 1)
			r = keys_error(keys, name, "\"auto\" must be the only value [W0139]");
	return r;
}

int server_compile(const struct keys *keys, const char *name, const struct scalars *scalars,
		   PXE_BOOT_SERVER *out, struct servers **several)
{
	struct servers *all;
	int r = keys_want_texts(keys, name, scalars);

	*several = NULL;
	if (r == 0 && scalars->n > SERVERS_MAX)
		r = keys_error(keys, name, "has more than %d servers [W0125]", SERVERS_MAX);
	if (r < 0)
		return r;
	all = servers_new((unsigned)scalars->n);
	r = all ? servers_read(keys, name, scalars, all) : -ENOMEM;
	if (r == 0 && servers_first(all, out)) {
		*several = all;
		return 0;
	}
	servers_done(all);
	return r;
}

int servers_settle(const struct servers *several, PXE_BOOT *boot, unsigned look_up_s,
		   PXE_BOOT_SERVER *out)
{
	DWORD status = PxeBootServerTurn(boot, (const LPCSTR *)several->texts, several->each,
					 several->n, look_up_s, out);

	return status == ERROR_SUCCESS ? 0 : -ENOMEM;
}

/* Has this host the address now? Where addresses of others may be bound, as beside keepalived, it
 * counts as such. */
static bool is_ours(const PXE_BOOT_IP *ip)
{
	union {
		struct sockaddr any;
		struct sockaddr_in in;
		struct sockaddr_in6 in6;
	} to = { .any = { 0 } };
	int fd = socket(ip->uAddrLen == 4 ? AF_INET : AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool ours = true;

	if (ip->uAddrLen == 4) {
		to.in.sin_family = AF_INET;
		memcpy(&to.in.sin_addr, ip->bAddress, 4);
	} else {
		to.in6.sin6_family = AF_INET6;
		memcpy(&to.in6.sin6_addr, ip->bAddress, 16);
	}
	if (fd < 0)
		return true; /* not known */
	if (bind(fd, &to.any, sizeof to) < 0)
		ours = errno != EADDRNOTAVAIL;
	close(fd);
	return ours;
}

int identity_compile(const struct keys *keys, const char *name, const struct scalars *scalars,
		     PXE_BOOT_SERVER *out)
{
	int r = keys_want_texts(keys, name, scalars);

	*out = (PXE_BOOT_SERVER){ .cbSize = sizeof *out };
	for (size_t i = 0; i < scalars->n && r == 0; i++) {
		const char *text = scalars->at[i].text;
		PXE_BOOT_IP ip, *place;
		char why[400];

		if (!address_parse(text, &ip) ||
		    PxeBootServerAdd(out, text, why, sizeof why) != ERROR_SUCCESS)
			return keys_error_member(keys, name, i,
						 "\"%s\" is not an address of a host: write one "
						 "that this host has [W0139]",
						 text);
		place = ip.uAddrLen == 4 ? &out->V4 : &out->V6;
		if (memcmp(place->bAddress, ip.bAddress, ip.uAddrLen) != 0)
			r = keys_error_member(keys, name, i,
					      "one address of each family names this host [W0139]");
		else if (!is_ours(&ip))
			keys_warn_member(keys, name, i,
					 "this host does not have %s now: clients ask whoever has "
					 "it on port 4011 [W0179]",
					 text);
	}
	return r;
}

const PXE_BOOT_IP *server_address(const PXE_BOOT_SERVER *server, const PXE_BOOT_IP *local)
{
	const PXE_BOOT_IP *fixed = local->uAddrLen == 4 ? &server->V4 : &server->V6;

	if (server->bAutomatic)
		return local;
	return fixed->uAddrLen > 0 ? fixed : NULL;
}
