#include "provider/fault.h"

#include <stdio.h>

#include "dhcp/dhcp4.h"
#include "dhcp/dhcp6.h"
#include "provider/error_name.h"

static const char *to_text(const struct endpoint *to, char *out, size_t size)
{
	bool relay = to->port == DHCP4_PORT_SERVER || to->port == DHCP6_PORT_SERVER;
	char ip[IP_TEXT_MAX];

	snprintf(out, size, to->ip.family == IP_V6 ? "%s[%s]:%u" : "%s%s:%u",
		 relay ? "the relay " : "", ip_text(&to->ip, ip), to->port);
	return out;
}

static void put_error(const struct request_fault *fault, char *out, size_t size)
{
	char error[ERROR_TEXT_MAX];

	if (fault->call && fault->code == 0)
		snprintf(out, size, "ended its thread in %s, by pthread_exit or pthread_cancel",
			 fault->call);
	else
		snprintf(out, size, "%s%s%s",
			 fault->call ? fault->call : "called PxeRequestFail with ",
			 fault->call ? " returned " : "", error_text(fault->code, error));
}

/* A reply that is short enough has no room for what the daemon adds to it: the relay's option. */
static void put_too_long(const struct request_fault *fault, char *out, size_t size)
{
	char longest[DHCP4_LONGEST_TEXT];

	if (fault->len > fault->most)
		snprintf(out, size,
			 "the reply has %u bytes%s, but the client accepts only %u (option 57): "
			 "send a shorter reply",
			 fault->len, dhcp4_longest_text(&fault->longest, longest), fault->most);
	else
		snprintf(out, size,
			 "the reply has %u bytes, and the relay's option 82 does not fit after it: "
			 "the relay's option 82 is too long",
			 fault->len);
}

const char *fault_text(const struct request_fault *fault, char *out, size_t size)
{
	char to[IP_TEXT_MAX + 32];

	to_text(&fault->to, to, sizeof(to));
	switch ((int)fault->outcome) {
	case OUTCOME_NO_ROUTE:
		snprintf(out, size, "%s %s", fault->why, to);
		break;
	case OUTCOME_TIMEOUT:
		snprintf(out, size, "a provider %s", fault->why);
		break;
	case OUTCOME_TOO_LONG:
		put_too_long(fault, out, size);
		break;
	case OUTCOME_NO_ROOM:
		snprintf(out, size, "no room for the reply to %s: raise limits.packets", to);
		break;
	default:
		put_error(fault, out, size);
	}
	return out;
}
