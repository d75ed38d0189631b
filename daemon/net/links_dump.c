#include "net/links_dump.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/fib_rules.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <string.h>

#include "base/cleanup.h"
#include "net/netlink.h"

/* An answer is asked for again when the kernel says that it changed while it was given. */
enum { TRIES = 4 };

/* ---- the socket --------------------------------------------------------------------------- */

static int asker_open(struct links_asker *asker)
{
	int on = 1;

	asker->socket = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (!asker->socket || mnl_socket_bind(asker->socket, 0, MNL_SOCKET_AUTOPID) < 0)
		return -errno;
	/* Lets a route table be asked for by number; without it (before Linux 4.20) all come. */
	(void)mnl_socket_setsockopt(asker->socket, NETLINK_GET_STRICT_CHK, &on, sizeof(on));
	return 0;
}

static void asker_close(struct links_asker *asker)
{
	if (asker->socket)
		mnl_socket_close(asker->socket);
	asker->socket = NULL;
	asker->waiting = false;
}

void links_asker_reset(struct links_asker *asker)
{
	asker_close(asker);
	asker->what = 0;
}

void links_asker_done(struct links_asker *asker)
{
	links_asker_reset(asker);
	links_raw_done(&asker->fresh);
}

/* ---- questions ---------------------------------------------------------------------------- */

/* One question: its type, the family's own header, and a route table's number or 0. */
struct question {
	uint16_t type;
	union {
		struct ifinfomsg link;
		struct ifaddrmsg address;
		struct rtmsg route;
		struct fib_rule_hdr rule;
	};
	size_t header_len;
	uint32_t table;
};

static const uint32_t tables[] = { RT_TABLE_LOCAL, RT_TABLE_MAIN, RT_TABLE_DEFAULT };

static struct question route_question(uint8_t family, uint32_t table)
{
	return (struct question){ .type = RTM_GETROUTE,
				  .route = { .rtm_family = family, .rtm_table = (uint8_t)table },
				  .header_len = sizeof(struct rtmsg),
				  .table = table };
}

static struct question question_of(unsigned what, unsigned part)
{
	switch (what) {
	case LINKS_ASK_LINKS:
		return (struct question){ .type = RTM_GETLINK,
					  .link = { .ifi_family = AF_UNSPEC },
					  .header_len = sizeof(struct ifinfomsg) };
	case LINKS_ASK_ADDRESSES:
		return (struct question){ .type = RTM_GETADDR,
					  .address = { .ifa_family = AF_UNSPEC },
					  .header_len = sizeof(struct ifaddrmsg) };
	case LINKS_ASK_ROUTES_V4:
		return route_question(AF_INET, tables[part]);
	case LINKS_ASK_ROUTES_V6:
		return route_question(AF_INET6, tables[part]);
	default:
		return (struct question){ .type = RTM_GETRULE,
					  .rule = { .family = part ? AF_INET6 : AF_INET },
					  .header_len = sizeof(struct fib_rule_hdr) };
	}
}

static unsigned parts_of(unsigned what)
{
	if (what & (LINKS_ASK_ROUTES_V4 | LINKS_ASK_ROUTES_V6))
		return ARRAY_LEN(tables);
	return what == LINKS_ASK_RULES ? N_FAMILIES : 1;
}

static int question_send(struct links_asker *asker, const struct question *question)
{
	uint8_t buffer[128] = { 0 };
	struct nlmsghdr *message = mnl_nlmsg_put_header(buffer);

	message->nlmsg_type = question->type;
	message->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	message->nlmsg_seq = ++asker->seq;
	memcpy(mnl_nlmsg_put_extra_header(message, question->header_len), &question->link,
	       question->header_len);
	if (question->table)
		mnl_attr_put_u32(message, RTA_TABLE, question->table);
	if (question->type == RTM_GETLINK)
		mnl_attr_put_u32(message, IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
	return mnl_socket_sendto(asker->socket, message, message->nlmsg_len) < 0 ? -errno : 0;
}

/* ---- answers ------------------------------------------------------------------------------ */

/* What the end of an answer, or an error in its place, says. A family or a table that the kernel
 * does not have is an empty answer; an error that names none is no end. */
static int answer_end(const struct nlmsghdr *message)
{
	int error = 0;

	if (message->nlmsg_len >= NLMSG_LENGTH(sizeof(error)))
		memcpy(&error, mnl_nlmsg_get_payload(message), sizeof(error));
	if (error == -ENOENT || error == -EOPNOTSUPP || error == -EAFNOSUPPORT)
		return 0;
	if (error > 0 || (error == 0 && message->nlmsg_type == NLMSG_ERROR))
		return -EBADMSG;
	return error;
}

static int answer_take(struct links_asker *asker, const struct nlmsghdr *message)
{
	if (message->nlmsg_seq != asker->seq)
		return 0;
	if (message->nlmsg_flags & NLM_F_DUMP_INTR)
		asker->changed = true;
	if (message->nlmsg_type == NLMSG_ERROR || message->nlmsg_type == NLMSG_DONE) {
		asker->waiting = false;
		return answer_end(message);
	}
	return links_take(&asker->fresh, message);
}

/* Takes one datagram of the answer. The kernel makes the next one when it is asked for it, so that
 * none is waited for. */
static int answer_read(struct links_asker *asker)
{
	_Alignas(NLMSG_ALIGNTO) uint8_t buffer[NETLINK_BUFFER];
	ssize_t n = netlink_receive(asker->socket, buffer, sizeof(buffer));
	const struct nlmsghdr *message = (const void *)buffer;
	int left = (int)n, r = 0;

	if (n < 0)
		return n == -EINTR ? 0 : (int)n;
	for (; r == 0 && mnl_nlmsg_ok(message, left); message = mnl_nlmsg_next(message, &left))
		r = answer_take(asker, message);
	return r;
}

/* ---- in slices ---------------------------------------------------------------------------- */

/* The family whose routes are asked for; -1: something else is. */
static int routes_asked(unsigned what)
{
	return what == LINKS_ASK_ROUTES_V4   ? FAMILY_V4
	       : what == LINKS_ASK_ROUTES_V6 ? FAMILY_V6
					     : -1;
}

static void answer_begin(struct links_asker *asker)
{
	links_raw_empty(&asker->fresh, asker->what);
	asker->part = 0;
	asker->changed = false;
}

static void ask_next(struct links_asker *asker, unsigned what, const struct links_raw *raw)
{
	int family;

	asker->what = what & -what;
	asker->tries = 0;
	answer_begin(asker);
	family = routes_asked(asker->what);
	if (family >= 0 && raw->too_many[family])
		asker->fresh.too_many[family] = true; /* not again */
}

/* Is the present question answered, and the one after it to be asked? */
static bool parts_left(const struct links_asker *asker)
{
	int family = routes_asked(asker->what);

	return asker->part < parts_of(asker->what) &&
	       !(family >= 0 && asker->fresh.too_many[family]);
}

/* Asks a question or takes a datagram of its answer. */
static int part_slice(struct links_asker *asker)
{
	int r;

	if (!asker->waiting) {
		struct question question = question_of(asker->what, asker->part);

		r = asker->socket ? 0 : asker_open(asker);
		if (r >= 0)
			r = question_send(asker, &question);
		asker->waiting = r >= 0;
		return r;
	}
	r = answer_read(asker);
	if (!asker->waiting)
		asker->part++;
	return r;
}

/* The whole answer has come. */
static int whole_slice(struct links_asker *asker, unsigned *what, struct links_raw *raw)
{
	int family = routes_asked(asker->what);

	if (asker->waiting)
		asker_close(asker); /* too many: the rest of the answer comes to nobody */
	/* The change that spoils the last try too is notified, and applied then. */
	if (asker->changed && asker->tries + 1 < TRIES) {
		asker->tries++;
		answer_begin(asker);
		return 0;
	}
	if (family >= 0 && asker->fresh.too_many[family])
		asker->fresh.n_routes[family] = asker->fresh.unsorted[family] = 0;
	if (family >= 0 && links_routes_sort(&asker->fresh, family, LINKS_SLICE) == LINKS_E_MORE)
		return 0;
	links_raw_swap(raw, &asker->fresh, asker->what);
	*what &= ~asker->what;
	asker->what = 0;
	return 0;
}

int links_ask(struct links_asker *asker, unsigned *what, struct links_raw *raw)
{
	int r;

	if (*what == 0)
		return 0;
	if (asker->what == 0)
		ask_next(asker, *what, raw);
	r = parts_left(asker) ? part_slice(asker) : whole_slice(asker, what, raw);
	if (r < 0)
		links_asker_reset(asker);
	return r < 0 ? r : *what ? LINKS_E_MORE : 0;
}
