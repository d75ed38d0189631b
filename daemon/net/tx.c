/* no allocation · no lock · no log */
#include "net/tx.h"

#include <errno.h>
#include <netinet/udp.h>
#include <string.h>

void tx_init(struct tx *tx, struct net_socket *socket, const struct tx_owner *owner)
{
	tx->socket = socket;
	tx->owner = *owner;
	tx->when_full = TX_FULL_WAIT;
	tx->head = tx->count = tx->singly = 0;
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
	tx->singly -= tx->singly > 0;
	tx->owner.done(tx->owner.arg, &datagram, error);
}

/* Where it goes, and from where: the destination and the packet info of message i. */
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

/* The kernel is to cut message i into datagrams of this length. */
static void run_mark(struct tx *tx, unsigned i, size_t len)
{
	struct msghdr *header = &tx->header[i].msg_hdr;
	struct cmsghdr *c = (struct cmsghdr *)(void *)(tx->control[i] + header->msg_controllen);
	uint16_t each = (uint16_t)len;

	*c = (struct cmsghdr){ .cmsg_level = SOL_UDP,
			       .cmsg_type = UDP_SEGMENT,
			       .cmsg_len = CMSG_LEN(sizeof(each)) };
	memcpy(CMSG_DATA(c), &each, sizeof(each));
	header->msg_controllen += CMSG_SPACE(sizeof(each));
}

/* Writes message i, which is the `n` datagrams of the queue from `first` on. */
static void message_write(struct tx *tx, unsigned i, unsigned first, unsigned n)
{
	const struct tx_datagram *datagram = queue_at(tx, first);
	struct msghdr *header = &tx->header[i].msg_hdr;

	for (unsigned k = 0; k < n; k++) {
		const struct tx_datagram *each = queue_at(tx, first + k);

		tx->vector[first + k] = (struct iovec){ (void *)(uintptr_t)each->at, each->len };
	}
	*header = (struct msghdr){ .msg_name = &tx->name[i],
				   .msg_iov = &tx->vector[first],
				   .msg_iovlen = n,
				   .msg_control = tx->control[i] };
	if (tx->socket->family == IP_V4)
		v4_address(tx, i, datagram);
	else
		v6_address(tx, i, datagram);
	if (n > 1)
		run_mark(tx, i, datagram->len);
	tx->run[i] = n;
}

static bool goes_the_same_way(const struct tx_datagram *a, const struct tx_datagram *b)
{
	return a->len == b->len && a->to.port == b->to.port && a->to.ifindex == b->to.ifindex &&
	       ip_equal(&a->to.ip, &b->to.ip) && ip_equal(&a->from, &b->from);
}

/* How many of the queue's datagrams from `first` on, which end before `end`, are one message. */
static unsigned run_length(struct tx *tx, unsigned first, unsigned end)
{
	const struct tx_datagram *datagram = queue_at(tx, first);
	unsigned n = 1;

	if (first < tx->singly || !datagram->may_join || datagram->len == 0)
		return 1;
	while (first + n < end && (n + 1) * datagram->len <= TX_RUN_SIZE &&
	       queue_at(tx, first + n)->may_join &&
	       goes_the_same_way(datagram, queue_at(tx, first + n)))
		n++;
	return n >= TX_RUN_MIN ? n : 1;
}

/* Writes the next `batch` datagrams. Returns how many messages they are. */
static unsigned batch_write(struct tx *tx, unsigned batch)
{
	unsigned messages = 0;

	for (unsigned first = 0; first < batch; messages++) {
		unsigned n = run_length(tx, first, batch);

		message_write(tx, messages, first, n);
		first += n;
	}
	return messages;
}

/* The first `n` messages have gone. Returns how many datagrams that were. */
static unsigned batch_done(struct tx *tx, unsigned n)
{
	unsigned datagrams = 0;

	for (unsigned i = 0; i < n; i++)
		datagrams += tx->run[i];
	for (unsigned i = 0; i < datagrams; i++)
		head_done(tx, 0);
	return datagrams;
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
		unsigned messages = batch_write(tx, left < TX_BATCH ? left : TX_BATCH);
		int n = sendmmsg(tx->socket->fd, tx->header, messages, MSG_DONTWAIT);

		if (n > 0) {
			left -= batch_done(tx, (unsigned)n);
		} else if (n < 0 && errno == EAGAIN) {
			if (!head_gives_way(tx))
				return TX_E_WAIT;
			left--;
			head_done(tx, -EAGAIN);
		} else if (n < 0 && errno != EINTR) {
			/* The kernel names the first message's error, and has sent none. */
			if (tx->run[0] > 1) {
				tx->singly = tx->run[0];
				continue;
			}
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
