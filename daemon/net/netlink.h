/* Messages of the kernel, received and read with care: what libmnl leaves to its caller. The inside
 * of net/ only.
 */
#pragma once

#include <libmnl/libmnl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/types.h>

enum { NETLINK_BUFFER = 32768 }; /* what the kernel fills at most with one datagram */

/**
 * Receives one datagram, without waiting where the socket does not. Its length; 0 where it came
 * from another process and not from the kernel, which is to be skipped; -errno: -ENOSPC for one
 * that was longer than the buffer, -EAGAIN where there is none.
 */
ssize_t netlink_receive(struct mnl_socket *socket, void *buffer, size_t size);

/** Is a message long enough for its own header of `header_len` octets? */
static inline bool message_holds(const struct nlmsghdr *message, size_t header_len)
{
	return message->nlmsg_len >= NLMSG_HDRLEN + header_len;
}

/**
 * Walks the attributes from `first` on. One that runs past `end` ends it: libmnl's own loop rounds
 * the end of a message up, and would read behind one that is no whole number of words long.
 */
#define attr_for_each(attr, first, end)                                                            \
	for ((attr) = (first);                                                                     \
	     mnl_attr_ok((attr), (int)((const char *)(end) - (const char *)(attr)));               \
	     (attr) = mnl_attr_next(attr))

/** Walks those behind a message's own header of `header_len` octets, which it holds. */
#define attr_for_each_of(attr, message, header_len)                                                \
	attr_for_each (attr, mnl_nlmsg_get_payload_offset((message), (header_len)),                \
		       (const char *)(message) + (message)->nlmsg_len)

/** A number of 32 bits; 0 where the attribute is too short for one. */
static inline uint32_t attr_u32(const struct nlattr *attr)
{
	uint32_t number = 0;

	if (mnl_attr_get_payload_len(attr) >= sizeof(number))
		memcpy(&number, mnl_attr_get_payload(attr), sizeof(number));
	return number;
}
