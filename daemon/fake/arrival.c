#include "fake/arrival.h"

#include "dhcp/dhcp4.h"
#include "dhcp/dhcp6.h"

bool arrival_make(const PXE_FAKE_REQUEST *request, struct arrival *out)
{
	bool v6;

	*out = (struct arrival){ .len = request->uPacketLen, .on_link = true };
	if (!ip_parse(request->pszLocal ? request->pszLocal : "192.0.2.1", &out->own))
		return false;
	v6 = out->own.family == IP_V6;
	if (!ip_parse(request->pszFrom ? request->pszFrom
		      : v6             ? "fe80::1"
				       : "0.0.0.0",
		      &out->from.ip) ||
	    out->from.ip.family != out->own.family)
		return false;
	out->from.port = request->uFromPort ? request->uFromPort
			 : v6               ? DHCP6_PORT_CLIENT
					    : DHCP4_PORT_CLIENT;
	out->from.ifindex = 2;
	out->port = request->uPort ? request->uPort : v6 ? DHCP6_PORT_SERVER : DHCP4_PORT_SERVER;
	out->to = request->bUnicast ? out->own : (struct ip){ .family = IP_NONE };
	out->interface = request->pszInterface ? request->pszInterface : "fake0";
	return true;
}
