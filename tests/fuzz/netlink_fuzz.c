/* Anything at all as notifications of the kernel: the tables of links stay in order and make a
 * view, and what waits for neighbours is counted right.
 *
 * Input: messages one after the other, each an octet for its type, one for its flags, one for its
 * length, and so many octets behind the header.
 */
#include <linux/rtnetlink.h>

#include "../../daemon/net/neighbours.c" /* its parser is behind a socket of the kernel's */
#include "fuzz/holds.h"
#include "net/links_make.h"

static const uint16_t types[] = { RTM_NEWLINK,  RTM_DELLINK,  RTM_NEWADDR,  RTM_DELADDR,
				  RTM_NEWROUTE, RTM_DELROUTE, RTM_NEWNEIGH, RTM_DELNEIGH,
				  RTM_NEWRULE,  NLMSG_DONE,   NLMSG_ERROR };

static void check_routes(const struct links_raw *raw, int family)
{
	HOLDS(raw->n_routes[family] <= raw->routes_room[family]);
	for (size_t i = 0; i < raw->n_routes[family]; i++) {
		const struct route *route = &raw->route[family][i];
		struct ip masked = links_mask(&route->net, route->bits);

		HOLDS(route->bits <= (family == FAMILY_V4 ? 32 : 128));
		HOLDS(route->table < N_TABLES && ip_equal(&route->net, &masked));
		HOLDS(links_family(&route->net) == family);
		HOLDS(i == 0 || links_route_compare(route - 1, route) <= 0);
	}
}

static void check_links(const struct links_raw *raw)
{
	HOLDS(raw->n_links <= raw->links_room && raw->n_addresses <= raw->addresses_room);
	for (size_t i = 0; i < raw->n_links; i++) {
		HOLDS(memchr(raw->link[i].name, 0, sizeof(raw->link[i].name)));
		HOLDS(raw->link[i].mac_len <= LINK_MAC_MAX);
		for (size_t j = 0; j < i; j++)
			HOLDS(raw->link[i].ifindex != raw->link[j].ifindex);
	}
	for (size_t i = 0; i < raw->n_addresses; i++) {
		HOLDS(links_family(&raw->address[i].ip) >= 0);
		HOLDS(raw->address[i].bits <= (raw->address[i].ip.family == IP_V4 ? 32 : 128));
	}
	check_routes(raw, FAMILY_V4);
	check_routes(raw, FAMILY_V6);
}

static void check_view(const struct links_raw *raw)
{
	struct links_making making;
	struct links_view *view;
	int r;

	HOLDS(links_make_begin(&making, raw) == 0);
	while ((r = links_make_more(&making, raw, 3, &view)) == LINKS_E_MORE)
		;
	HOLDS(r == 0);
	HOLDS(view->n_links == raw->n_links && view->n_addresses <= raw->n_addresses);
	links_view_free(view);
}

/* What is told twice changes nothing the second time. */
static void links_feed(struct links_raw *raw, const struct nlmsghdr *message)
{
	unsigned changed = 0;
	size_t links, addresses;

	HOLDS((links_apply(raw, message, &changed) & ~(unsigned)LINKS_ASK_ALL) == 0);
	HOLDS((changed & ~(unsigned)LINKS_ASK_ALL) == 0);
	links = raw->n_links;
	addresses = raw->n_addresses;
	links_apply(raw, message, &changed);
	HOLDS(raw->n_links == links && raw->n_addresses == addresses);
	check_links(raw);
}

static void check_neighbours(const struct neighbours *n)
{
	size_t waiting = 0;
	unsigned waited_for = 0;

	for (int i = 0; i < NEIGHBOURS_ABSENT; i++) {
		HOLDS(n->absent[i].count <= NEIGHBOUR_WAITING);
		HOLDS((n->absent[i].count == 0) == (n->absent[i].octets == 0));
		waiting += n->absent[i].octets;
		waited_for += n->absent[i].count > 0;
	}
	HOLDS(n->waiting == waiting && waiting <= n->room && n->waited_for == waited_for);
}

static void neighbour_feed(struct neighbours *n, const struct nlmsghdr *message)
{
	const struct ndmsg *info = mnl_nlmsg_get_payload(message);
	struct ip ip;

	message_take(n, message);
	if (!message_holds(message, sizeof(*info)) ||
	    (message->nlmsg_type != RTM_NEWNEIGH && message->nlmsg_type != RTM_DELNEIGH))
		return;
	ip = address_of(message, info->ndm_family);
	if (ip.family == IP_NONE)
		return;
	HOLDS((known_find(n, (unsigned)info->ndm_ifindex, &ip) != NULL) ==
	      (message->nlmsg_type == RTM_NEWNEIGH && info->ndm_state & STATE_SENDS));
	wait_for(n, &(struct endpoint){ .ip = ip, .ifindex = (unsigned)info->ndm_ifindex },
		 info->ndm_state % 3, 300, info->ndm_flags);
	check_neighbours(n);
}

/* Takes the next message out of the input, in memory of just its length. */
static struct nlmsghdr *message_next(struct span *input)
{
	struct nlmsghdr *message;
	struct span payload;

	if (input->len < 3)
		return NULL;
	payload = span_take(span_drop(*input, 3), input->at[2]);
	message = (void *)copy_of(SPAN_NONE, sizeof(*message) + payload.len);
	*message = (struct nlmsghdr){ .nlmsg_len = (uint32_t)(sizeof(*message) + payload.len),
				      .nlmsg_type = types[input->at[0] % ARRAY_LEN(types)],
				      .nlmsg_flags = input->at[1] & 1 ? NLM_F_REPLACE : 0 };
	if (payload.len > 0)
		memcpy(message + 1, payload.at, payload.len);
	*input = span_drop(*input, 3 + payload.len);
	return message;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct neighbours n;
	struct span input = span_of(data, size);
	struct links_raw raw = { 0 };
	struct nlmsghdr *message;

	memset(n.known, 0, sizeof(n.known));
	memset(n.absent, 0, sizeof(n.absent));
	n.waiting = n.waited_for = 0;
	n.asking = true;
	n.room = 20000;
	while ((message = message_next(&input))) {
		links_feed(&raw, message);
		neighbour_feed(&n, message);
		free(message);
	}
	check_view(&raw);
	links_raw_done(&raw);
	return 0;
}
