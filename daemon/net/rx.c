/* no allocation · no lock · no log */
#include "net/rx.h"

#include <errno.h>
#include <string.h>

void rx_init(struct rx *rx)
{
	rx->count = 0;
	rx->full = false;
	for (unsigned i = 0; i < RX_BATCH; i++) {
		rx->vector[i] = (struct iovec){ rx->slot[i], RX_SIZE };
		rx->header[i].msg_hdr = (struct msghdr){
			.msg_name = &rx->name[i],
			.msg_namelen = sizeof(rx->name[i]),
			.msg_iov = &rx->vector[i],
			.msg_iovlen = 1,
			.msg_control = rx->control[i],
			.msg_controllen = RX_CONTROL,
		};
	}
}

/* The kernel's counter is 32 bits wide and wraps; it only ever grows. */
static void drops_note(struct net_socket *socket, uint32_t overflow)
{
	if ((int32_t)(overflow - socket->overflow) > 0) {
		socket->kernel_drops += overflow - socket->overflow;
		socket->overflow = overflow;
	}
}

static void v4_info(const struct in_pktinfo *info, struct rx_datagram *out)
{
	const uint8_t *addr = (const uint8_t *)&info->ipi_addr;

	out->source.ifindex = (unsigned)info->ipi_ifindex;
	out->to = ip_v4(addr);
	/* ipi_spec_dst is the local address for this datagram: the destination itself, if that is
	 * one of ours. A subnet's broadcast address cannot be told from it by its bits. */
	if (info->ipi_addr.s_addr == info->ipi_spec_dst.s_addr)
		out->cast = RX_UNICAST;
	else
		out->cast = (addr[0] & 0xf0) == 0xe0 ? RX_MULTICAST : RX_BROADCAST;
}

static void v6_info(const struct in6_pktinfo *info, struct rx_datagram *out)
{
	out->source.ifindex = info->ipi6_ifindex;
	out->to = ip_v6(&info->ipi6_addr);
	out->cast = info->ipi6_addr.s6_addr[0] == 0xff ? RX_MULTICAST : RX_UNICAST;
}

/* Reads what the kernel says about one datagram. False: it does not say where it came in, as when
 * an adopted socket took it before IP_PKTINFO was set. */
static bool control_read(struct msghdr *header, struct net_socket *socket, struct rx_datagram *out)
{
	bool known = false;

	for (struct cmsghdr *c = CMSG_FIRSTHDR(header); c; c = CMSG_NXTHDR(header, c)) {
		const void *data = CMSG_DATA(c);
		uint32_t overflow;

		if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO) {
			v4_info(data, out);
			known = out->source.ifindex != 0;
		} else if (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_PKTINFO) {
			v6_info(data, out);
			known = out->source.ifindex != 0;
		} else if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SO_RXQ_OVFL) {
			memcpy(&overflow, data, sizeof(overflow));
			drops_note(socket, overflow);
		}
	}
	return known;
}

/* Fills one datagram from slot i. False: not one to hand up. */
static bool datagram_read(struct rx *rx, unsigned i, struct net_socket *socket,
			  struct rx_datagram *out)
{
	struct msghdr *header = &rx->header[i].msg_hdr;

	if (!control_read(header, socket, out))
		return false;
	if (header->msg_flags & MSG_TRUNC) {
		socket->truncated++;
		return false;
	}
	out->at = rx->slot[i];
	out->len = rx->header[i].msg_len;
	out->port = socket->port;
	if (socket->family == IP_V4) {
		out->source.ip = ip_v4(&rx->name[i].in.sin_addr);
		out->source.port = ntohs(rx->name[i].in.sin_port);
	} else {
		out->source.ip = ip_v6(&rx->name[i].in6.sin6_addr);
		out->source.port = ntohs(rx->name[i].in6.sin6_port);
	}
	return true;
}

int rx_receive(struct rx *rx, struct net_socket *socket)
{
	int n;

	rx->count = 0;
	rx->full = false;
	do
		n = recvmmsg(socket->fd, rx->header, RX_BATCH, MSG_DONTWAIT, NULL);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return errno == EAGAIN ? 0 : -errno;

	for (unsigned i = 0; i < (unsigned)n; i++) {
		struct msghdr *header = &rx->header[i].msg_hdr;

		if (datagram_read(rx, i, socket, &rx->datagram[rx->count]))
			rx->count++;
		/* The kernel wrote these; the next call reads them. */
		header->msg_namelen = sizeof(rx->name[i]);
		header->msg_controllen = RX_CONTROL;
	}
	rx->full = n == RX_BATCH;
	return 0;
}
