/* Which octets of a packet of a kind are each machine's own. */
#pragma once

#include "dhcp/dhcp4_kind.h"

static inline bool kind_is_own(const struct dhcp4_kind *kind, size_t at)
{
	if (at < DHCP4_SNAME)
		return !(at < DHCP4_XID || (at >= DHCP4_FLAGS && at < DHCP4_CIADDR) ||
			 (at >= DHCP4_YIADDR && at < DHCP4_GIADDR));
	for (unsigned i = 0; i < kind->n_runs; i++)
		if (at >= kind->run[i].at && at < (size_t)kind->run[i].at + kind->run[i].len)
			return false;
	return true;
}
