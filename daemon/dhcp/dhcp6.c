/* no allocation · no lock · no log */
#include "dhcp/dhcp6.h"

#include "base/cleanup.h"

int dhcp6_options_of(struct span message, struct span *out)
{
	if (message.len == 0 || message.len < dhcp6_header_len(message.at[0]))
		return DHCP6_E_MALFORMED;
	*out = span_drop(message, dhcp6_header_len(message.at[0]));
	return 0;
}
