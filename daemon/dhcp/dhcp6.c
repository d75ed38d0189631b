#include "dhcp/dhcp6.h"

#include "base/cleanup.h"

int dhcp6_options_of(struct span message, struct span *out)
{
	if (message.len == 0 || message.len < dhcp6_header_len(message.at[0]))
		return DHCP6_E_MALFORMED;
	*out = span_drop(message, dhcp6_header_len(message.at[0]));
	return 0;
}

const char *dhcp6_type_name(uint8_t type)
{
	static const char *const names[] = {
		[DHCP6_SOLICIT] = "SOLICIT",
		[DHCP6_ADVERTISE] = "ADVERTISE",
		[DHCP6_REQUEST] = "REQUEST",
		[DHCP6_CONFIRM] = "CONFIRM",
		[DHCP6_RENEW] = "RENEW",
		[DHCP6_REBIND] = "REBIND",
		[DHCP6_REPLY] = "REPLY",
		[DHCP6_RELEASE] = "RELEASE",
		[DHCP6_DECLINE] = "DECLINE",
		[DHCP6_RECONFIGURE] = "RECONFIGURE",
		[DHCP6_INFORMATION_REQUEST] = "INFORMATION-REQUEST",
		[DHCP6_RELAY_FORW] = "RELAY-FORW",
		[DHCP6_RELAY_REPL] = "RELAY-REPL",
	};

	return type < ARRAY_LEN(names) && names[type] ? names[type] : "unknown";
}
