#include "locals.h"

#include <errno.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>

/* False for what is neither IPv4 nor IPv6. */
static bool local_of(const struct ifaddrs *from, struct local *out)
{
	struct sockaddr_in in;
	struct sockaddr_in6 in6;

	memset(out, 0, sizeof *out);
	strncpy(out->name, from->ifa_name, sizeof out->name - 1);
	if (!from->ifa_addr)
		return false;
	if (from->ifa_addr->sa_family == AF_INET) {
		memcpy(&in, from->ifa_addr, sizeof in);
		memcpy(out->address.at, &in.sin_addr, 4);
		out->address.len = 4;
	} else if (from->ifa_addr->sa_family == AF_INET6) {
		memcpy(&in6, from->ifa_addr, sizeof in6);
		memcpy(out->address.at, &in6.sin6_addr, 16);
		out->address.len = 16;
	}
	return out->address.len > 0;
}

int locals_read(struct locals *out)
{
	struct ifaddrs *list = NULL;
	size_t n = 0;

	*out = (struct locals){ NULL, 0 };
	if (getifaddrs(&list) < 0)
		return -errno;
	for (const struct ifaddrs *at = list; at; at = at->ifa_next)
		n++;
	out->at = calloc(n + 1, sizeof *out->at);
	for (const struct ifaddrs *at = list; at && out->at; at = at->ifa_next)
		out->n += local_of(at, &out->at[out->n]);
	freeifaddrs(list);
	return out->at ? 0 : -ENOMEM;
}

void locals_done(struct locals *locals)
{
	free(locals->at);
	*locals = (struct locals){ NULL, 0 };
}

const char *locals_name(const struct locals *locals, const struct address *address)
{
	for (size_t i = 0; i < locals->n; i++)
		if (locals->at[i].address.len == address->len &&
		    memcmp(locals->at[i].address.at, address->at, address->len) == 0)
			return locals->at[i].name;
	return NULL;
}
