/* Words of another server's configuration, and how they are written here. */
#include <strings.h>

#include "base/cleanup.h"
#include "registry/hint.h"

#define ENTRY " an entry of boot in providers.d/50-bootfile.conf has file = \"...\""

static const char *const dnsmasq[][2] = {
	{ "dhcp-boot", ENTRY },
	{ "pxe-service", ENTRY },
	{ "dhcp-match", " an entry of boot has arch = \"...\"" },
	{ "dhcp-vendorclass", " an entry of boot has vendor-class = \"...\"" },
	{ "dhcp-userclass", " an entry of boot has user-class = \"...\"" },
	{ "dhcp-host", " an entry of boot has mac = \"...\"" },
	{ "dhcp-mac", " an entry of boot has mac = \"...\"" },
	{ "dhcp-range", " addresses are the DHCP server's, nothing stands for it" },
	{ "dhcp-option", " options are not set one by one" },
	{ "dhcp-option-force", " options are not set one by one" },
	{ "pxe-prompt", " there are no menus" },
	{ "enable-tftp", " files are served by a TFTP server of its own" },
	{ "tftp-root", " files are served by a TFTP server of its own" },
	{ "except-interface", " listen.interfaces has the interfaces to serve" },
	{ "no-dhcp-interface", " listen.interfaces has the interfaces to serve" },
	{ "listen-address", " listen.interfaces has the interfaces to serve" },
	{ "bind-interfaces", " listen.interfaces has the interfaces to serve" },
	{ "bind-dynamic", " listen.interfaces has the interfaces to serve" },
	{ "log-dhcp", " log-level = \"debug\"" },
	{ "conf-dir", " providers-dir has the directory" },
};

const char *hint_dnsmasq(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(dnsmasq); i++)
		if (strcasecmp(dnsmasq[i][0], name) == 0)
			return dnsmasq[i][1];
	return NULL;
}
