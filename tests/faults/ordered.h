/* System calls that fail while a test wants it: the file that FAIL names says which.
 *
 * A line "CALL ERRNO COUNT": the next COUNT such calls fail. CALL is epoll_ctl (watching an
 * Internet socket), nested (watching another epoll), join (IPV6_JOIN_GROUP), ask (a question to
 * netlink) or send (sendmmsg). If the file is replaced by another, the count begins again.
 */
#pragma once

#include <stdbool.h>

enum ordered_call {
	ORDERED_EPOLL_CTL,
	ORDERED_NESTED,
	ORDERED_JOIN,
	ORDERED_ASK,
	ORDERED_SEND,
	ORDERED_CALLS
};

/** True, with errno, if this call is to fail. Its own calls are not to be counted. */
bool ordered_to_fail(enum ordered_call call);
