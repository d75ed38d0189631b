/* Words of another server's configuration, and how they are written here. */
#include <strings.h>

#include "base/cleanup.h"
#include "registry/hint.h"

#define ENTRY " use file = \"...\" in an entry of boot in providers.d/50-bootfile.conf"

static const char *const dnsmasq[][2] = {
	{ "dhcp-boot", ENTRY },
	{ "pxe-service", ENTRY },
	{ "dhcp-match", " use arch = \"...\" in an entry of boot" },
	{ "dhcp-vendorclass", " use vendor-class = \"...\" in an entry of boot" },
	{ "dhcp-userclass", " use user-class = \"...\" in an entry of boot" },
	{ "dhcp-host", " use mac = \"...\" in an entry of boot" },
	{ "dhcp-mac", " use mac = \"...\" in an entry of boot" },
	{ "dhcp-range", " addresses are left to the DHCP server" },
	{ "dhcp-option", " options cannot be set one by one" },
	{ "dhcp-option-force", " options cannot be set one by one" },
	{ "pxe-prompt", " there are no menus" },
	{ "enable-tftp", " files are served by a separate TFTP server" },
	{ "tftp-root", " files are served by a separate TFTP server" },
	{ "except-interface", " use listen.interfaces to name the interfaces to serve" },
	{ "no-dhcp-interface", " use listen.interfaces to name the interfaces to serve" },
	{ "listen-address", " use listen.interfaces to name the interfaces to serve" },
	{ "bind-interfaces", " use listen.interfaces to name the interfaces to serve" },
	{ "bind-dynamic", " use listen.interfaces to name the interfaces to serve" },
	{ "log-dhcp", " use log-level = \"debug\"" },
	{ "conf-dir", " use providers-dir to name the directory" },
};

const char *hint_dnsmasq(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(dnsmasq); i++)
		if (strcasecmp(dnsmasq[i][0], name) == 0)
			return dnsmasq[i][1];
	return NULL;
}
