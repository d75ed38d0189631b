#include "boot/server.h"

#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>

/* No client can fetch a file from there: 0.0.0.0 and ::, the broadcast, multicast. */
static bool is_no_host(const PXE_BOOT_IP *ip)
{
	static const BYTE none[16], all[4] = { 255, 255, 255, 255 };
	bool four = ip->uAddrLen == 4;

	return memcmp(ip->bAddress, none, ip->uAddrLen) == 0 ||
	       (four && memcmp(ip->bAddress, all, sizeof all) == 0) ||
	       (four ? ip->bAddress[0] >> 4 == 0xe : ip->bAddress[0] == 0xff);
}

/* The first counts; of a name's, what it was before, if that is there. */
static void server_take(PXE_BOOT_SERVER *server, const PXE_BOOT_IP *ip,
			const PXE_BOOT_SERVER *before)
{
	PXE_BOOT_IP *place = ip->uAddrLen == 4 ? &server->V4 : &server->V6;

	if (place->uAddrLen == 0 ||
	    (before && ip_equal(ip, ip->uAddrLen == 4 ? &before->V4 : &before->V6)))
		*place = *ip;
}

static PXE_BOOT_IP ip_of_info(const struct addrinfo *info)
{
	PXE_BOOT_IP ip = { .uAddrLen = 0 };
	struct sockaddr_in in;
	struct sockaddr_in6 in6;

	if (info->ai_family == AF_INET) {
		memcpy(&in, info->ai_addr, sizeof in);
		memcpy(ip.bAddress, &in.sin_addr, 4);
		ip.uAddrLen = 4;
	} else if (info->ai_family == AF_INET6) {
		memcpy(&in6, info->ai_addr, sizeof in6);
		memcpy(ip.bAddress, &in6.sin6_addr, 16);
		ip.uAddrLen = 16;
	}
	return ip;
}

/* Is the text no host name at all? Then why says so. */
static bool is_no_name(const char *host, char *why, size_t size)
{
	if (strstr(host, "://") || strchr(host, '/'))
		snprintf(why, size,
			 "\"%s\" is not a server: write an address or a name, without scheme and "
			 "path",
			 host);
	else if (strpbrk(host, ",;"))
		snprintf(why, size,
			 "\"%s\" is not a server: write several as a list, [ \"10.0.0.9\", "
			 "\"10.0.0.10\" ]",
			 host);
	else if (strchr(host, ':'))
		snprintf(why, size,
			 "\"%s\" is not a server: write an address or a name, without a port",
			 host);
	else if (host[strspn(host, "0123456789.")] == '\0')
		snprintf(why, size, "\"%s\" is not an address", host);
	else
		return false;
	return true;
}

/* Takes those of a host. False: there is none, and why says so. */
static bool take_found(PXE_BOOT_SERVER *server, const char *host, const struct addrinfo *list,
		       const PXE_BOOT_SERVER *before, char *why, size_t size)
{
	bool found = false, wrong = false;

	for (const struct addrinfo *info = list; info; info = info->ai_next) {
		PXE_BOOT_IP ip = ip_of_info(info);

		if (ip.uAddrLen == 0)
			continue;
		if (is_no_host(&ip)) {
			wrong = true;
			continue;
		}
		found = true;
		server_take(server, &ip, before);
	}
	if (!found)
		snprintf(
			why, size,
			wrong ? "\"%s\" stands for no host's address, such as 0.0.0.0: look at the "
				"DNS server and at /etc/hosts"
			      : "\"%s\" has no address",
			host);
	return found;
}

DWORD server_look_up(PXE_BOOT_SERVER *server, const char *host, const PXE_BOOT_SERVER *before,
		     char *why, size_t size)
{
	struct addrinfo hints = { .ai_socktype = SOCK_DGRAM }, *list = NULL;
	bool found;
	int r;

	if (is_no_name(host, why, size))
		return ERROR_INVALID_DATA;
	r = getaddrinfo(host, NULL, &hints, &list);
	if (r != 0) {
		snprintf(why, size, "cannot look up \"%s\": %s", host, gai_strerror(r));
		return ERROR_INVALID_DATA;
	}
	found = take_found(server, host, list, before, why, size);
	freeaddrinfo(list);
	return found ? ERROR_SUCCESS : ERROR_INVALID_DATA;
}

static DWORD server_add(PXE_BOOT_SERVER *server, const PXE_BOOT_IP *ip, const char *text, char *why,
			size_t size)
{
	if (is_no_host(ip)) {
		snprintf(
			why, size,
			"\"%s\" is no host's address: write \"auto\" for this host, or the address "
			"of another",
			text);
		return ERROR_INVALID_DATA;
	}
	server_take(server, ip, NULL);
	return ERROR_SUCCESS;
}

DWORD PXEAPI PxeBootServerAdd(PXE_BOOT_SERVER *pServer, LPCSTR pszText, LPSTR pszWhy, DWORD cbWhy)
{
	PXE_BOOT_IP ip;

	if (!server_valid(pServer) || !pszText || !pszWhy)
		return ERROR_INVALID_PARAMETER;
	if (strcmp(pszText, "auto") == 0)
		pServer->bAutomatic = TRUE;
	else if (ip_parse(pszText, &ip))
		return server_add(pServer, &ip, pszText, pszWhy, cbWhy);
	else
		return server_look_up(pServer, pszText, NULL, pszWhy, cbWhy);
	return ERROR_SUCCESS;
}

const PXE_BOOT_IP *server_address(const PXE_BOOT_SERVER *server, const PXE_BOOT_IP *local)
{
	const PXE_BOOT_IP *fixed;

	if (!server || server->bAutomatic)
		return local;
	fixed = local->uAddrLen == 4 ? &server->V4 : &server->V6;
	return fixed->uAddrLen > 0 ? fixed : NULL;
}

const PXE_BOOT_IP *server_of(const struct given *given, const PXE_BOOT_CLIENT *client)
{
	if (given->turn == 0)
		return server_address(given->answer->pServer, &client->Local);
	return given->picked.uAddrLen > 0 ? &given->picked : NULL;
}

const PXE_BOOT_IP *server_identity(const PXE_BOOT_SERVER *identity, const PXE_BOOT_IP *server,
				   const struct locals *locals, const PXE_BOOT_IP *local)
{
	const PXE_BOOT_IP *own = identity ? server_address(identity, local) : NULL;

	if (own && own != local)
		return own;
	return server && server != local && locals_share_link(locals, local, server) ? server
										     : local;
}
