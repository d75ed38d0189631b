#include "server.h"

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

static void server_take(struct server *server, const struct address *address)
{
	struct address *place = address->len == 4 ? &server->four : &server->sixteen;

	if (place->len == 0)
		*place = *address;
}

static struct address address_of(const struct addrinfo *info)
{
	struct address address = { .len = 0 };
	struct sockaddr_in in;
	struct sockaddr_in6 in6;

	if (info->ai_family == AF_INET) {
		memcpy(&in, info->ai_addr, sizeof in);
		memcpy(address.at, &in.sin_addr, 4);
		address.len = 4;
	} else if (info->ai_family == AF_INET6) {
		memcpy(&in6, info->ai_addr, sizeof in6);
		memcpy(address.at, &in6.sin6_addr, 16);
		address.len = 16;
	}
	return address;
}

static int server_look_up(const struct keys *keys, const char *name, const char *host,
			  struct server *out)
{
	struct addrinfo hints = { .ai_socktype = SOCK_DGRAM }, *list = NULL;
	int r;

	if (strstr(host, "://") || strchr(host, '/'))
		return keys_error(keys, name,
				  "\"%s\" is not a server: write an address or a name, without "
				  "scheme and path",
				  host);
	if (strchr(host, ':'))
		return keys_error(
			keys, name,
			"\"%s\" is not a server: write an address or a name, without a port", host);
	if (host[strspn(host, "0123456789.")] == '\0')
		return keys_error(keys, name, "\"%s\" is not an address", host);
	r = getaddrinfo(host, NULL, &hints, &list);
	if (r != 0)
		return keys_error(keys, name, "cannot look up \"%s\": %s", host, gai_strerror(r));
	for (const struct addrinfo *info = list; info; info = info->ai_next) {
		struct address address = address_of(info);

		if (address.len > 0)
			server_take(out, &address);
	}
	freeaddrinfo(list);
	if (out->four.len == 0 && out->sixteen.len == 0)
		return keys_error(keys, name, "\"%s\" has no address", host);
	return 0;
}

int server_compile(const struct keys *keys, const char *name, const struct scalars *scalars,
		   struct server *out)
{
	struct server server = { .automatic = false };
	struct address address;
	int r = keys_want_texts(keys, name, scalars);

	for (size_t i = 0; i < scalars->n && r == 0; i++) {
		const char *text = scalars->at[i].text;

		if (strcmp(text, "auto") == 0)
			server.automatic = true;
		else if (address_parse(text, &address))
			server_take(&server, &address);
		else
			r = server_look_up(keys, name, text, &server);
	}
	if (r == 0 && server.automatic && scalars->n > 1)
		r = keys_error(keys, name, "\"auto\" must be the only value");
	if (r == 0)
		*out = server;
	return r;
}

const struct address *server_address(const struct server *server, const struct address *local)
{
	const struct address *fixed = local->len == 4 ? &server->four : &server->sixteen;

	if (server->automatic)
		return local;
	return fixed->len > 0 ? fixed : NULL;
}

const struct address *server_identity(const struct server *server, const struct locals *locals,
				      const struct address *local)
{
	const struct address *named = server_address(server, local);

	return named && named != local && locals_share_link(locals, local, named) ? named : local;
}
