/* The boot file of wdspxectl probe, asked for as its firmware asks: by wdspxed-fetch. */
#include <stdio.h>

#include "ctl/probe.h"
#include "dhcp/pxe_arch.h"
#include "story/fetched.h"

enum { SECONDS = 15 };

void probe_fetch(struct probe *probe, const char *cacert)
{
	const char *name = pxe_arch_name(probe->client.arch);
	char number[16];
	struct fetched_wish wish = { .url = probe->url,
				     .archs = name ? name : number,
				     .cacert = cacert,
				     .ipxe = probe->client.firmware == MADE_IPXE,
				     .seconds = SECONDS };

	if (!probe_boots(probe) || !probe->url[0])
		return;
	snprintf(number, sizeof(number), "%u", probe->client.arch);
	probe->fetched = fetched_ask(&wish, probe->fetch_error, sizeof(probe->fetch_error));
	if (!probe->fetched)
		probe->untried = PROBE_NOT_FETCHED;
}
