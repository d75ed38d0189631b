/* no allocation · no lock · no log */
#include "net/tx.h"

#include <errno.h>
#include <string.h>

void tx_init(struct tx *tx, struct net_socket *socket, const struct tx_owner *owner)
{
	tx->socket = socket;
	tx->owner = *owner;
	tx->when_full = TX_FULL_WAIT;
	tx->head = tx->count = 0;
}

static struct tx_datagram *queue_at(struct tx *tx, unsigned i)
{
	return &tx->queue[(tx->head + i) % TX_QUEUE];
}

int tx_put(struct tx *tx, const struct tx_datagram *datagram)
{
	if (datagram->to.ip.family != tx->socket->family ||
	    (datagram->from.family != IP_NONE && datagram->from.family != tx->socket->family))
		return -EAFNOSUPPORT;
	if (datagram->to.port == 0)
		return -EINVAL;
	if (tx->count == TX_QUEUE)
		return -ENOBUFS;
	*queue_at(tx, tx->count++) = *datagram;
	return 0;
}

/* Takes the first datagram off the queue and tells its owner. The queue is in order before the
 * call, so that the callback may put. */
static void head_done(struct tx *tx, int error)
{
	struct tx_datagram datagram = *queue_at(tx, 0);

	tx->head = (tx->head + 1) % TX_QUEUE;
	tx->count--;
	tx->owner.done(tx->owner.arg, &datagram, error);
}

/* Where it goes, and from where: the destination and the packet info of batch place i. */
static void v4_address(struct tx *tx, unsigned i, const struct tx_datagram *datagram)
{
	struct msghdr *header = &tx->header[i].msg_hdr;
	struct cmsghdr *c = (struct cmsghdr *)(void *)tx->control[i];
	struct in_pktinfo info = { .ipi_ifindex = (int)datagram->to.ifindex };

	tx->name[i].in =
		(struct sockaddr_in){ .sin_family = AF_INET, .sin_port = htons(datagram->to.port) };
	memcpy(&tx->name[i].in.sin_addr, datagram->to.ip.octet, 4);
	memcpy(&info.ipi_spec_dst, datagram->from.octet, 4); /* zero: none */

	*c = (struct cmsghdr){ .cmsg_level = IPPROTO_IP,
			       .cmsg_type = IP_PKTINFO,
			       .cmsg_len = CMSG_LEN(sizeof(info)) };
	memcpy(CMSG_DATA(c), &info, sizeof(info));
	header->msg_namelen = sizeof(tx->name[i].in);
	header->msg_controllen = CMSG_SPACE(sizeof(info));
}

static void v6_address(struct tx *tx, unsigned i, const struct tx_datagram *datagram)
{
	struct msghdr *header = &tx->header[i].msg_hdr;
	struct cmsghdr *c = (struct cmsghdr *)(void *)tx->control[i];
	struct in6_pktinfo info = { .ipi6_ifindex = datagram->to.ifindex };

	tx->name[i].in6 = (struct sockaddr_in6){ .sin6_family = AF_INET6,
						 .sin6_port = htons(datagram->to.port) };
	memcpy(&tx->name[i].in6.sin6_addr, datagram->to.ip.octet, 16);
	if (ip_is_linklocal(&datagram->to.ip) || ip_is_multicast(&datagram->to.ip))
		tx->name[i].in6.sin6_scope_id = datagram->to.ifindex;
	memcpy(&info.ipi6_addr, datagram->from.octet, 16);

	*c = (struct cmsghdr){ .cmsg_level = IPPROTO_IPV6,
			       .cmsg_type = IPV6_PKTINFO,
			       .cmsg_len = CMSG_LEN(sizeof(info)) };
	memcpy(CMSG_DATA(c), &info, sizeof(info));
	header->msg_namelen = sizeof(tx->name[i].in6);
	header->msg_controllen = CMSG_SPACE(sizeof(info));
}

/* Writes batch place i for the i-th datagram of the queue. */
static void header_write(struct tx *tx, unsigned i)
{
	const struct tx_datagram *datagram = queue_at(tx, i);
	struct msghdr *header = &tx->header[i].msg_hdr;

	tx->vector[i] = (struct iovec){ (void *)(uintptr_t)datagram->at, datagram->len };
	*header = (struct msghdr){ .msg_name = &tx->name[i],
				   .msg_iov = &tx->vector[i],
				   .msg_iovlen = 1,
				   .msg_control = tx->control[i] };
	if (tx->socket->family == IP_V4)
		v4_address(tx, i, datagram);
	else
		v6_address(tx, i, datagram);
}

static bool head_gives_way(struct tx *tx)
{
	const struct ip *to = &queue_at(tx, 0)->to.ip;

	return tx->when_full == TX_FULL_DROP && !ip_is_limited_broadcast(to) &&
	       !ip_is_multicast(to);
}

int tx_flush(struct tx *tx)
{
	unsigned left = tx->count; /* what the callback puts meanwhile is for the next flush */

	while (left > 0) {
		unsigned batch = left < TX_BATCH ? left : TX_BATCH;
		int n;

		for (unsigned i = 0; i < batch; i++)
			header_write(tx, i);
		n = sendmmsg(tx->socket->fd, tx->header, batch, MSG_DONTWAIT);
		if (n > 0) {
			left -= (unsigned)n;
			for (int i = 0; i < n; i++)
				head_done(tx, 0);
		} else if (n < 0 && errno == EAGAIN) {
			if (!head_gives_way(tx))
				return TX_E_WAIT;
			left--;
			head_done(tx, -EAGAIN);
		} else if (n < 0 && errno != EINTR) {
			/* The kernel names the first datagram's error, and has sent none. */
			left--;
			head_done(tx, -errno);
		}
	}
	return tx->count > 0 ? TX_E_WAIT : 0;
}

void tx_drop_oldest(struct tx *tx, int error)
{
	if (tx->count > 0)
		head_done(tx, error);
}

void tx_cancel(struct tx *tx)
{
	for (unsigned left = tx->count; left > 0; left--)
		head_done(tx, -ECANCELED);
}
