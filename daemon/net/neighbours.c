#include "net/neighbours.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/filter.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/cleanup.h"
#include "base/hash.h"
#include "net/netlink.h"
#include "net/refused.h"

enum {
	BATCH = 32,          /* messages of the kernel a call */
	BATCHES = 16,        /* at most that are taken before others have their turn */
	BUFFER = 8192,       /* of one; the kernel cuts its answers to what is read with */
	ROOM_TOLD = 1 << 20, /* octets that wait to be read; what does not fit is lost */
	WAYS = 8,            /* places that a neighbour may take */
	ASK_AGAIN_MS = 1000, /* not sooner: losses under a flood must not make us ask without end */
	ASK_LOST_MS = 5000,  /* an answer that has not ended by then never will */
};

/* One that the kernel can send to. */
struct known {
	struct ip ip; /* no address: a free place */
	uint8_t round;
	unsigned ifindex;
};

/* One that is waited for. */
struct absent {
	uint64_t hash; /* of ip and ifindex */
	struct ip ip;
	unsigned ifindex, came_by;
	unsigned count; /* datagrams that wait; 0: a free place */
	size_t octets;
	bool on_link_only;
	uint64_t since_ms; /* when the first was sent */
};

struct neighbours {
	struct mnl_socket *socket;
	struct hash_key key;
	size_t room, waiting; /* octets */
	unsigned waited_for;  /* neighbours */
	uint32_t seq, victim;
	uint8_t round;  /* of the answer that is being read, or was read last */
	bool ask;       /* all are to be asked for */
	bool asking;    /* the answer has not ended */
	bool asked_any; /* asked_ms holds */
	uint64_t asked_ms;
	struct absent absent[NEIGHBOURS_ABSENT];
	struct known known[NEIGHBOURS_KNOWN_MAX];
	struct refused refused;
	struct mmsghdr header[BATCH];
	struct sockaddr_nl from[BATCH];
	struct iovec vector[BATCH];
	_Alignas(NLMSG_ALIGNTO) uint8_t buffer[BATCH][BUFFER];
};

/* ---- the tables --------------------------------------------------------------------------- */

static uint64_t hash_of(const struct neighbours *n, unsigned ifindex, const struct ip *ip)
{
	uint8_t name[sizeof(ip->octet) + sizeof(ifindex)];

	memcpy(name, ip->octet, sizeof(ip->octet));
	memcpy(name + sizeof(ip->octet), &ifindex, sizeof(ifindex));
	return hash_octets(&n->key, span_of(name, sizeof(name)));
}

/* The places that a neighbour may take: WAYS of them. */
static struct known *ways(struct neighbours *n, unsigned ifindex, const struct ip *ip)
{
	uint64_t hash = hash_of(n, ifindex, ip);

	return &n->known[(hash >> 32) % (NEIGHBOURS_KNOWN_MAX / WAYS) * WAYS];
}

static struct known *known_find(struct neighbours *n, unsigned ifindex, const struct ip *ip)
{
	struct known *way = ways(n, ifindex, ip);

	for (int i = 0; i < WAYS; i++)
		if (way[i].ifindex == ifindex && ip_equal(&way[i].ip, ip))
			return &way[i];
	return NULL;
}

/* A newcomer takes a free place, else an older one's. */
static void known_add(struct neighbours *n, unsigned ifindex, const struct ip *ip)
{
	struct known *way = ways(n, ifindex, ip), *place = known_find(n, ifindex, ip);

	for (int i = 0; i < WAYS && !place; i++)
		if (way[i].ip.family == IP_NONE)
			place = &way[i];
	if (!place)
		place = &way[n->victim++ % WAYS];
	*place = (struct known){ .ip = *ip, .round = n->round, .ifindex = ifindex };
}

static struct absent *absent_find(struct neighbours *n, unsigned ifindex, const struct ip *ip)
{
	uint64_t hash = hash_of(n, ifindex, ip);

	for (int i = 0; i < NEIGHBOURS_ABSENT; i++)
		if (n->absent[i].count > 0 && n->absent[i].hash == hash &&
		    n->absent[i].ifindex == ifindex && ip_equal(&n->absent[i].ip, ip))
			return &n->absent[i];
	return NULL;
}

/* Nothing waits for it any more. */
static void absent_free(struct neighbours *n, struct absent *absent)
{
	if (!absent)
		return;
	n->waiting -= absent->octets;
	n->waited_for--;
	*absent = (struct absent){ .count = 0 };
}

/* What waits in one share. */
struct share {
	unsigned neighbours;
	size_t octets;
};

static bool is_on_link_only(const struct ip *ip)
{
	return ip->family == IP_V6 && ip_is_linklocal(ip);
}

/* Counts the share of a neighbour whose request came by that link, without what is over. */
static struct share share_of(struct neighbours *n, const struct ip *ip, unsigned came_by,
			     uint64_t now_ms)
{
	bool on_link_only = is_on_link_only(ip);
	struct share share = { 0 };

	for (int i = 0; i < NEIGHBOURS_ABSENT; i++) {
		struct absent *absent = &n->absent[i];

		if (absent->count > 0 && now_ms - absent->since_ms >= NEIGHBOUR_WAIT_MS)
			absent_free(n, absent);
		if (absent->count == 0 || absent->came_by != came_by ||
		    absent->on_link_only != on_link_only)
			continue;
		share.neighbours++;
		share.octets += absent->octets;
	}
	return share;
}

/* How far a share may grow: to its own bound, and to no more than is free beside all shares. So
 * those that are full leave one more as much as each of them has. */
static struct share share_bound(const struct neighbours *n, const struct ip *ip)
{
	unsigned places = NEIGHBOURS_ABSENT - n->waited_for;
	size_t own = is_on_link_only(ip) ? n->room / 2 : n->room / 4, free = n->room - n->waiting;

	return (struct share){ .neighbours = places < NEIGHBOURS_SHARE ? places : NEIGHBOURS_SHARE,
			       .octets = own < free ? own : free };
}

/* A place for a neighbour that nothing waits for yet; NULL: there is none. */
static struct absent *absent_new(struct neighbours *n, const struct endpoint *to, unsigned came_by,
				 uint64_t now_ms)
{
	for (int i = 0; i < NEIGHBOURS_ABSENT; i++) {
		if (n->absent[i].count > 0)
			continue;
		n->absent[i] = (struct absent){ .hash = hash_of(n, to->ifindex, &to->ip),
						.ip = to->ip,
						.ifindex = to->ifindex,
						.came_by = came_by,
						.on_link_only = is_on_link_only(&to->ip),
						.since_ms = now_ms };
		n->waited_for++;
		return &n->absent[i];
	}
	return NULL;
}

/* What the kernel charges a socket for a datagram: its buffer, rounded up, and the buffer's head.
 */
static size_t charge(size_t len)
{
	size_t size = 512;

	while (size < len + 512)
		size *= 2;
	return size + 256;
}

/* Has the share, with one more neighbour in it, room enough? The last quarter is for those who ask
 * again: made-up ones fill the rest without end, and each keeps its place for seconds, while one
 * who is there leaves it at once. */
static bool has_place(struct neighbours *n, struct share with, struct share bound,
		      const struct endpoint *to, unsigned came_by, uint64_t now_ms)
{
	uint64_t hash = hash_of(n, to->ifindex, &to->ip);

	if (with.neighbours <= bound.neighbours / 4 * 3 && with.octets <= bound.octets / 4 * 3)
		return true;
	if (with.neighbours <= bound.neighbours &&
	    refused_before(&n->refused, came_by, hash, now_ms))
		return true;
	refused_note(&n->refused, came_by, hash, now_ms);
	return false;
}

/* Lets one more wait, if it may. */
static bool wait_for(struct neighbours *n, const struct endpoint *to, unsigned came_by, size_t len,
		     uint64_t now_ms)
{
	struct share with = share_of(n, &to->ip, came_by, now_ms);
	struct share bound = share_bound(n, &to->ip);
	struct absent *absent = absent_find(n, to->ifindex, &to->ip);
	size_t octets = charge(len);

	with.neighbours++;
	with.octets += octets;
	if (with.octets > bound.octets)
		return false;
	if (!absent && has_place(n, with, bound, to, came_by, now_ms))
		absent = absent_new(n, to, came_by, now_ms);
	if (!absent || absent->count >= NEIGHBOUR_WAITING)
		return false;
	absent->count++;
	absent->octets += octets;
	n->waiting += octets;
	return true;
}

bool neighbours_let(struct neighbours *n, const struct endpoint *to, unsigned came_by, size_t len,
		    uint64_t now_ms)
{
	if (known_find(n, to->ifindex, &to->ip))
		return true;
	/* A client that has just asked for our address is known by that: before its packet came,
	 * the kernel has told of it, however much of others it had to tell before. */
	if (neighbours_read(n, now_ms) == 0 && known_find(n, to->ifindex, &to->ip))
		return true;
	return wait_for(n, to, came_by, len, now_ms);
}

/* ---- what the kernel tells ---------------------------------------------------------------- */

enum {
	STATE_SENDS = NUD_REACHABLE | NUD_STALE | NUD_DELAY | NUD_PROBE | NUD_PERMANENT | NUD_NOARP
};

static struct ip address_of(const struct nlmsghdr *message, int family)
{
	const struct nlattr *attr;

	attr_for_each_of (attr, message, sizeof(struct ndmsg)) {
		uint16_t len = mnl_attr_get_payload_len(attr);

		if (mnl_attr_get_type(attr) != NDA_DST)
			continue;
		if (family == AF_INET && len >= 4)
			return ip_v4(mnl_attr_get_payload(attr));
		if (family == AF_INET6 && len >= 16)
			return ip_v6(mnl_attr_get_payload(attr));
	}
	return (struct ip){ 0 };
}

static void neighbour_take(struct neighbours *n, const struct nlmsghdr *message)
{
	const struct ndmsg *info = mnl_nlmsg_get_payload(message);
	unsigned ifindex = (unsigned)info->ndm_ifindex;
	struct ip ip = address_of(message, info->ndm_family);
	bool here = message->nlmsg_type == RTM_NEWNEIGH;
	struct known *known;

	if (ip.family == IP_NONE)
		return;
	if (here && info->ndm_state & STATE_SENDS) {
		known_add(n, ifindex, &ip);
		absent_free(n, absent_find(n, ifindex, &ip)); /* what waited has gone */
		return;
	}
	known = known_find(n, ifindex, &ip);
	if (known)
		*known = (struct known){ .ifindex = 0 };
	if (!here || info->ndm_state & NUD_FAILED)
		absent_free(n, absent_find(n, ifindex, &ip)); /* what waited was dropped */
}

/* The answer has ended: who was not in it, and not told of since, is not there. */
static void answer_end(struct neighbours *n, bool whole)
{
	n->asking = false;
	if (!whole) {
		n->ask = true;
		return;
	}
	for (int i = 0; i < NEIGHBOURS_KNOWN_MAX; i++)
		if (n->known[i].ip.family != IP_NONE && n->known[i].round != n->round)
			n->known[i] = (struct known){ .ifindex = 0 };
}

static void message_take(struct neighbours *n, const struct nlmsghdr *message)
{
	switch (message->nlmsg_type) {
	case RTM_NEWNEIGH:
	case RTM_DELNEIGH:
		if (message_holds(message, sizeof(struct ndmsg)))
			neighbour_take(n, message);
		break;
	case NLMSG_DONE:
	case NLMSG_ERROR:
		if (n->asking && message->nlmsg_seq == n->seq)
			answer_end(n, message->nlmsg_type == NLMSG_DONE);
		break;
	default:
		break;
	}
}

/* Asks for all of them; the answer comes with what is told. 0 or -errno. */
static int ask_all(struct neighbours *n, uint64_t now_ms)
{
	struct {
		struct nlmsghdr head;
		struct ndmsg body;
	} question = { .head = { .nlmsg_len = sizeof(question),
				 .nlmsg_type = RTM_GETNEIGH,
				 .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP,
				 .nlmsg_seq = ++n->seq },
		       .body = { .ndm_family = AF_UNSPEC } };

	n->asked_any = true;
	n->asked_ms = now_ms;
	if (mnl_socket_sendto(n->socket, &question, sizeof(question)) < 0)
		return -errno;
	n->ask = false;
	n->asking = true;
	n->round++;
	return 0;
}

static int ask_if_due(struct neighbours *n, uint64_t now_ms)
{
	if (n->asking && now_ms - n->asked_ms >= ASK_LOST_MS)
		answer_end(n, false);
	if (!n->ask || n->asking || (n->asked_any && now_ms - n->asked_ms < ASK_AGAIN_MS))
		return 0;
	return ask_all(n, now_ms);
}

/* Takes one batch. How many messages there were, 0 where some were lost, or -errno. */
static int batch_take(struct neighbours *n)
{
	int got = recvmmsg(mnl_socket_get_fd(n->socket), n->header, BATCH, MSG_DONTWAIT, NULL);

	if (got < 0 && errno == ENOBUFS) {
		n->ask = true;
		return 0;
	}
	if (got < 0)
		return -errno;
	for (int i = 0; i < got; i++) {
		const struct nlmsghdr *message = (const void *)n->buffer[i];
		int left = n->from[i].nl_pid == 0 ? (int)n->header[i].msg_len : 0;

		for (; mnl_nlmsg_ok(message, left); message = mnl_nlmsg_next(message, &left))
			message_take(n, message);
	}
	return got;
}

int neighbours_read(struct neighbours *n, uint64_t now_ms)
{
	int got = BATCH;

	for (int i = 0; i < BATCHES && (got == BATCH || got == 0); i++)
		got = batch_take(n);
	if (got < 0 && got != -EAGAIN && got != -EINTR)
		return got;
	return ask_if_due(n, now_ms);
}

/* ---- life --------------------------------------------------------------------------------- */

/* A bridge's forwarding table comes by the same way: it is none of ours, and long. */
static int filter_set(int fd)
{
	static struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, NLMSG_HDRLEN), /* ndm_family */
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AF_BRIDGE, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, 0),
		BPF_STMT(BPF_RET | BPF_K, UINT32_MAX),
	};
	struct sock_fprog program = { ARRAY_LEN(code), code };

	return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program)) < 0 ? -errno
											   : 0;
}

static int socket_open(struct neighbours *n)
{
	int group = RTNLGRP_NEIGH, size = ROOM_TOLD, r;

	n->socket = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (!n->socket)
		return -errno;
	if (setsockopt(mnl_socket_get_fd(n->socket), SOL_SOCKET, SO_RCVBUFFORCE, &size,
		       sizeof(size)) < 0)
		(void)setsockopt(mnl_socket_get_fd(n->socket), SOL_SOCKET, SO_RCVBUF, &size,
				 sizeof(size));
	r = filter_set(mnl_socket_get_fd(n->socket));
	if (r < 0)
		return r;
	if (mnl_socket_bind(n->socket, 0, MNL_SOCKET_AUTOPID) < 0 ||
	    mnl_socket_setsockopt(n->socket, NETLINK_ADD_MEMBERSHIP, &group, sizeof(group)) < 0)
		return -errno;
	return 0;
}

static void neighbours_freep(struct neighbours **n)
{
	neighbours_free(*n);
}

int neighbours_new(size_t room, struct neighbours **out)
{
	_cleanup_(neighbours_freep) struct neighbours *n = calloc(1, sizeof(*n));
	int r;

	if (!n)
		return -ENOMEM;
	hash_key_random(&n->key);
	n->room = room;
	for (int i = 0; i < BATCH; i++) {
		n->vector[i] = (struct iovec){ n->buffer[i], BUFFER };
		n->header[i].msg_hdr = (struct msghdr){ .msg_name = &n->from[i],
							.msg_namelen = sizeof(n->from[i]),
							.msg_iov = &n->vector[i],
							.msg_iovlen = 1 };
	}
	r = socket_open(n);
	if (r < 0)
		return r;
	n->ask = true;
	*out = TAKE(n);
	return 0;
}

void neighbours_free(struct neighbours *n)
{
	if (!n)
		return;
	if (n->socket)
		mnl_socket_close(n->socket);
	free(n);
}

int neighbours_fd(const struct neighbours *n)
{
	return mnl_socket_get_fd(n->socket);
}
