#include "boot/locals.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

/* ---- reading, by RTM_GETADDR -------------------------------------------------------------------
 * getifaddrs() will not do: for IPv4 it gives the address's label instead of the link. */

enum { ANSWER_SIZE = 32768 }; /* what the kernel fills at most in one turn of a dump */

static int dump_ask(int fd)
{
	const struct {
		struct nlmsghdr head;
		struct ifaddrmsg what;
	} question = {
		.head = { .nlmsg_len = NLMSG_LENGTH(sizeof(struct ifaddrmsg)),
			  .nlmsg_type = RTM_GETADDR,
			  .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP },
		.what = { .ifa_family = AF_UNSPEC },
	};

	return send(fd, &question, question.head.nlmsg_len, 0) < 0 ? -errno : 0;
}

/* Room for one more. */
static int locals_grow(struct locals *locals)
{
	struct local *at;

	if ((locals->n & (locals->n - 1)) != 0)
		return 0; /* grows at 0 and at powers of two */
	at = realloc(locals->at, (2 * locals->n + 1) * sizeof *at);
	if (!at)
		return -ENOMEM;
	locals->at = at;
	return 0;
}

/* The address of ours in a message: IFA_ADDRESS is the other end's where the link has one. */
static bool address_in(const struct nlmsghdr *message, PXE_BOOT_IP *out)
{
	const struct ifaddrmsg *what = NLMSG_DATA(message);
	struct rtattr *at = IFA_RTA(NLMSG_DATA(message));
	size_t left = message->nlmsg_len - NLMSG_LENGTH(sizeof *what);

	out->uAddrLen = 0;
	for (; RTA_OK(at, left); at = RTA_NEXT(at, left)) {
		bool own = at->rta_type == IFA_LOCAL;

		if ((!own && (at->rta_type != IFA_ADDRESS || out->uAddrLen > 0)) ||
		    RTA_PAYLOAD(at) != (what->ifa_family == AF_INET ? 4 : 16))
			continue;
		out->uAddrLen = (ULONG)RTA_PAYLOAD(at);
		memcpy(out->bAddress, RTA_DATA(at), out->uAddrLen);
	}
	return out->uAddrLen > 0;
}

static int locals_take(struct locals *locals, const struct nlmsghdr *message)
{
	const struct ifaddrmsg *what = NLMSG_DATA(message);
	struct local local = { .bits = what->ifa_prefixlen };
	int r;

	if (what->ifa_family != AF_INET && what->ifa_family != AF_INET6)
		return 0;
	if (!address_in(message, &local.ip) || !if_indextoname(what->ifa_index, local.link))
		return 0; /* the link went meanwhile */
	r = locals_grow(locals);
	if (r == 0)
		locals->at[locals->n++] = local;
	return r;
}

/* Takes one turn of the dump; 1: it was the last. */
static int dump_take(int fd, void *buffer, struct locals *out)
{
	ssize_t got = recv(fd, buffer, ANSWER_SIZE, 0);
	size_t left = (size_t)got;
	int r = 0;

	if (got <= 0)
		return got < 0 ? -errno : -EIO;
	for (struct nlmsghdr *at = buffer; NLMSG_OK(at, left) && r == 0;
	     at = NLMSG_NEXT(at, left)) {
		if (at->nlmsg_type == NLMSG_DONE)
			r = 1;
		else if (at->nlmsg_type == NLMSG_ERROR)
			r = -EIO;
		else if (at->nlmsg_flags & NLM_F_DUMP_INTR)
			r = -EAGAIN; /* addresses changed under the dump */
		else if (at->nlmsg_type == RTM_NEWADDR)
			r = locals_take(out, at);
	}
	return r;
}

static int dump(int fd, struct locals *out)
{
	void *buffer = malloc(ANSWER_SIZE);
	int r = buffer ? dump_ask(fd) : -ENOMEM;

	while (r == 0)
		r = dump_take(fd, buffer, out);
	free(buffer);
	return r < 0 ? r : 0;
}

static int locals_read_once(struct locals *out)
{
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE), r;

	*out = (struct locals){ NULL, 0 };
	if (fd < 0)
		return -errno;
	r = dump(fd, out);
	close(fd);
	if (r < 0)
		locals_done(out);
	return r;
}

int locals_read(struct locals *out)
{
	enum { TRIES = 5 };
	int r = -EAGAIN;

	for (int i = 0; i < TRIES && r == -EAGAIN; i++)
		r = locals_read_once(out);
	return r;
}

void locals_done(struct locals *locals)
{
	free(locals->at);
	*locals = (struct locals){ NULL, 0 };
}

/* ---- asking ------------------------------------------------------------------------------------
 */

static bool has(const struct local *local, const PXE_BOOT_IP *ip)
{
	return ip_equal(&local->ip, ip);
}

static bool holds(const struct local *local, const PXE_BOOT_IP *ip)
{
	return ip_begins(&local->ip, ip, local->bits);
}

const char *locals_link(const struct locals *locals, const PXE_BOOT_IP *ip)
{
	for (size_t i = 0; i < locals->n; i++)
		if (has(&locals->at[i], ip))
			return locals->at[i].link;
	return NULL;
}

bool locals_on_link(const struct locals *locals, const PXE_BOOT_IP *ip)
{
	for (size_t i = 0; i < locals->n; i++)
		if (holds(&locals->at[i], ip))
			return true;
	return false;
}

/* Does the link have the address, or (network) a network with the address in it? */
static bool link_has(const struct locals *locals, const char *link, const PXE_BOOT_IP *ip,
		     bool network)
{
	for (size_t i = 0; i < locals->n; i++) {
		const struct local *local = &locals->at[i];

		if (strcmp(local->link, link) == 0 && (network ? holds(local, ip) : has(local, ip)))
			return true;
	}
	return false;
}

bool locals_share_link(const struct locals *locals, const PXE_BOOT_IP *a, const PXE_BOOT_IP *b)
{
	for (size_t i = 0; i < locals->n; i++)
		if (has(&locals->at[i], a) && link_has(locals, locals->at[i].link, b, false))
			return true;
	return false;
}

/* Of a network behind a relay. */
static unsigned one_wire_bits(const PXE_BOOT_IP *ip)
{
	return ip->uAddrLen == 4 ? 24 : 64;
}

bool locals_one_wire(const struct locals *locals, const PXE_BOOT_IP *a, const PXE_BOOT_IP *b)
{
	bool ours = false;

	if (a->uAddrLen != b->uAddrLen || ip_equal(a, b))
		return a->uAddrLen == b->uAddrLen;
	for (size_t i = 0; i < locals->n; i++) {
		const struct local *local = &locals->at[i];
		bool has_a = holds(local, a);

		if (has_a && link_has(locals, local->link, b, true))
			return true;
		ours |= has_a || holds(local, b);
	}
	return !ours && ip_begins(a, b, one_wire_bits(a));
}

/* Of the smallest network that has the address. */
static unsigned bits_among(const PXE_BOOT_NETWORK *networks, ULONG n, const PXE_BOOT_IP *ip)
{
	const PXE_BOOT_NETWORK *found = NULL;

	for (ULONG i = 0; i < n; i++)
		if (ip_begins(&networks[i].Address, ip, (unsigned)networks[i].uBits) &&
		    (!found || found->uBits < networks[i].uBits))
			found = &networks[i];
	return found ? (unsigned)found->uBits : one_wire_bits(ip);
}

void locals_network(const struct locals *locals, const PXE_BOOT_NETWORK *networks, ULONG n,
		    PXE_BOOT_IP *ip)
{
	unsigned bits = bits_among(networks, n, ip);

	for (size_t i = 0; i < locals->n; i++)
		if (holds(&locals->at[i], ip)) {
			bits = locals->at[i].bits;
			break;
		}
	for (unsigned i = 0; i<ip->uAddrLen; i++, bits = bits> 8 ? bits - 8 : 0)
		if (bits < 8)
			ip->bAddress[i] &= (uint8_t)(0xff00 >> bits);
}
