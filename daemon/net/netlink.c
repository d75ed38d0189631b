#include "net/netlink.h"

#include <errno.h>
#include <linux/netlink.h>
#include <sys/socket.h>

ssize_t netlink_receive(struct mnl_socket *socket, void *buffer, size_t size)
{
	struct sockaddr_nl from = { .nl_family = AF_NETLINK };
	struct iovec octets = { buffer, size };
	struct msghdr message = {
		.msg_name = &from, .msg_namelen = sizeof(from), .msg_iov = &octets, .msg_iovlen = 1
	};
	ssize_t n = recvmsg(mnl_socket_get_fd(socket), &message, 0);

	if (n < 0)
		return -errno;
	if (message.msg_flags & MSG_TRUNC)
		return -ENOSPC;
	return from.nl_pid == 0 ? n : 0;
}
