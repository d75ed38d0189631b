/* Words and brackets of other configurations, and how the same is written here. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "registry/hint.h"
#include "registry/token.h"

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

#define TEXT(token)                                                                                \
	(int)((token)->text.len < 60 ? (token)->text.len : 60), (const char *)(token)->text.at

static bool begins(const struct token *token, const char *mark)
{
	size_t len = strlen(mark);

	return token->text.len >= len && memcmp(token->text.at, mark, len) == 0;
}

bool hint_format(const struct token *token, const struct token *next, char out[HINT_MAX])
{
	bool is_word = token->kind == 'w';

	if (token->kind == '{' && next->kind == '"')
		snprintf(out, HINT_MAX,
			 "this is JSON: write name = value; with no quotes around the name and no "
			 "braces around the whole file");
	else if (token->kind == '[' && next->kind == 'w')
		snprintf(out, HINT_MAX,
			 "[%.*s] is a section as in an INI file: write %.*s: { ... };", TEXT(next),
			 TEXT(next));
	else if (is_word && begins(token, "---"))
		snprintf(out, HINT_MAX, "\"---\" begins a YAML file: here, write name = value;");
	else if (is_word && token->text.len == 1 && begins(token, "-"))
		snprintf(out, HINT_MAX,
			 "a list is not written with '-' as in YAML: write ( { ... }, { ... } ) or "
			 "[ \"...\", \"...\" ]");
	else if (is_word && begins(token, "<"))
		snprintf(out, HINT_MAX, "this looks like XML: here, write name = value;");
	else
		return false;
	return true;
}
