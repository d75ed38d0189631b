/* Where a reply goes. */
#pragma once

#include <wdspxe.h>

#include "dhcp/dhcp4_route.h"
#include "request/request.h"

enum { WAYS_MAX = 2 };

/* One way, or two (R5). */
struct ways {
	unsigned n;
	struct endpoint to[WAYS_MAX];
	struct ip from;
	uint16_t from_port;
	bool by_rules;
	struct dhcp4_route route4; /* where by_rules and IPv4 */
};

/** By the rules of DHCP, or as the provider's address says (NULL: to where the request came from).
 * ERROR_INVALID_PARAMETER: an address that no reply can go to. ERROR_NETWORK_UNREACHABLE: the
 * request names nobody's, which is *out. ERROR_INVALID_DATA: the request is not DHCP. */
DWORD ways_find(const struct request *req, const PXE_ADDRESS *address, struct ways *out);
/** To the address that the provider names, or to the client's source where it names none. */
DWORD ways_to_address(const struct request *req, const PXE_ADDRESS *address, struct ways *out);
