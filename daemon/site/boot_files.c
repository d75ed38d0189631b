#include "site/boot_files.h"

#include <ctype.h>
#include <stdio.h>
#include <strings.h>

/* One entry, while its files are made out. */
struct entry {
	const struct dropin *dropin;
	const struct boot_files_hooks *hooks;
	const struct setting *group, *item; /* item: of its menu; NULL: it is the entry's own */
	const struct setting *outcome;      /* of `file` or `url` */
	bool is_url;
	char archs[BOOT_FILE_ARCHS_MAX];
	bool ipxe;
	const char *interface; /* or NULL */
	bool family[2];        /* is it for IPv4, for IPv6 */
};

bool boot_files_has(const struct dropin *dropin)
{
	const char *module = strrchr(dropin->module, '/');

	return module && strcmp(module, "/bootfile.so") == 0;
}

/* ---- values: one, or a list of them ---- */

static const struct setting *value_at(const struct setting *s, unsigned index)
{
	if (s && setting_is_aggregate(s))
		return setting_at(s, index);
	return index == 0 ? s : NULL;
}

static const char *text_at(const struct setting *s, unsigned index)
{
	const struct setting *value = value_at(s, index);

	return value && value->type == SETTING_STRING ? value->string : NULL;
}

static bool has_text(const struct setting *s, const char *text)
{
	const char *each;

	for (unsigned i = 0; (each = text_at(s, i)); i++)
		if (strcasecmp(each, text) == 0)
			return true;
	return false;
}

/* ---- conditions ---- */

/* What the item says, else the entry. */
static const struct setting *said(const struct entry *e, const char *name)
{
	const struct setting *of_item = setting_child(e->item, name);

	return of_item ? of_item : setting_child(e->group, name);
}

static void take_archs(struct entry *e)
{
	const struct setting *archs = said(e, "arch"), *value;
	size_t used = 0;

	e->archs[0] = '\0';
	for (unsigned i = 0; (value = value_at(archs, i)) && used < sizeof(e->archs); i++) {
		const char *comma = used ? "," : "";

		if (value->type == SETTING_STRING)
			used += (size_t)snprintf(e->archs + used, sizeof(e->archs) - used, "%s%s",
						 comma, value->string);
		else
			used += (size_t)snprintf(e->archs + used, sizeof(e->archs) - used, "%s%lld",
						 comma, (long long)value->integer);
	}
}

static void take_families(struct entry *e)
{
	const struct setting *families = said(e, "family"), *value;

	e->family[0] = e->family[1] = !families;
	for (unsigned i = 0; (value = value_at(families, i)); i++)
		if (value->type == SETTING_INT)
			e->family[value->integer == 6] = true;
}

/* By its user class, or by the condition `ipxe`: true, or what it must be able to do. */
static bool is_for_ipxe(const struct entry *e)
{
	const struct setting *ipxe = said(e, "ipxe");

	return has_text(said(e, "user-class"), "iPXE") || text_at(ipxe, 0) ||
	       (ipxe && ipxe->type == SETTING_BOOL && ipxe->boolean);
}

static bool entry_read(struct entry *e)
{
	const struct setting *place = e->item ? e->item : e->group;
	const struct setting *file = setting_child(place, "file"),
			     *url = setting_child(place, "url");

	e->outcome = url ? url : file;
	e->is_url = url;
	if (!e->outcome || e->outcome->type != SETTING_STRING)
		return false;
	take_archs(e);
	take_families(e);
	e->ipxe = is_for_ipxe(e);
	e->interface = text_at(said(e, "interface"), 0);
	return true;
}

/* ---- URLs ---- */

/* An address in brackets, if it needs them. */
static void host_text(const struct ip *ip, char out[static IP_TEXT_MAX + 2])
{
	char text[IP_TEXT_MAX];

	ip_text(ip, text);
	snprintf(out, IP_TEXT_MAX + 2, ip->family == IP_V6 ? "[%s]" : "%s", text);
}

static bool is_plain(unsigned char c)
{
	return isalnum(c) || strchr("-._~/", c);
}

/* The name as firmware sends it: nothing of it means anything to a URL. */
static bool url_of_file(const char *host, const char *file, char out[static BOOT_FILE_URL_MAX])
{
	size_t used = (size_t)snprintf(out, BOOT_FILE_URL_MAX, "tftp://%s/", host);

	for (; *file && used < BOOT_FILE_URL_MAX; file++) {
		unsigned char c = (unsigned char)*file;

		used += (size_t)snprintf(out + used, BOOT_FILE_URL_MAX - used,
					 is_plain(c) ? "%c" : "%%%02X", c);
	}
	return used < BOOT_FILE_URL_MAX;
}

#define SERVER "${server}"

static bool url_filled(const char *host, const char *url, char out[static BOOT_FILE_URL_MAX])
{
	size_t used = 0;

	out[0] = '\0';
	while (*url && used < BOOT_FILE_URL_MAX) {
		const char *server = strstr(url, SERVER);
		size_t len = server ? (size_t)(server - url) : strlen(url);

		used += (size_t)snprintf(out + used, BOOT_FILE_URL_MAX - used, "%.*s%s", (int)len,
					 url, server ? host : "");
		url += len + (server ? strlen(SERVER) : 0);
	}
	return used < BOOT_FILE_URL_MAX;
}

/* What is to be replaced is shown as it is written. */
static bool url_of_pattern(const char *host, const char *file, char out[static BOOT_FILE_URL_MAX])
{
	return snprintf(out, BOOT_FILE_URL_MAX, "tftp://%s/%s", host, file) < BOOT_FILE_URL_MAX;
}

static bool url_make(const struct entry *e, const char *host, char out[static BOOT_FILE_URL_MAX])
{
	const char *text = e->outcome->string;

	if (e->is_url)
		return url_filled(host, text, out);
	return (strstr(text, "${") ? url_of_pattern : url_of_file)(host, text, out);
}

static void tell(const struct entry *e, const char *host)
{
	char url[BOOT_FILE_URL_MAX];
	struct boot_file file = { .path = dropin_file_of(e->dropin, e->outcome),
				  .line = e->outcome->line,
				  .url = url,
				  .archs = e->archs,
				  .ipxe = e->ipxe };

	if (!url_make(e, host, url))
		return;
	file.open = strstr(url, "${");
	e->hooks->found(e->hooks->context, &file);
}

/* ---- servers ---- */

static bool own_address(const struct entry *e, struct ip *out)
{
	return (e->family[0] && e->hooks->own(e->hooks->context, e->interface, IP_V4, out)) ||
	       (e->family[1] && e->hooks->own(e->hooks->context, e->interface, IP_V6, out)) ||
	       ip_parse(e->family[0] ? "127.0.0.1" : "::1", out);
}

/* This host: over IPv4, if the entry's clients come that way. The folder is the same over both. */
static void tell_own(const struct entry *e)
{
	char host[IP_TEXT_MAX + 2];
	struct ip own;

	if (!own_address(e, &own))
		return;
	host_text(&own, host);
	tell(e, host);
}

static void tell_on(const struct entry *e, const char *server)
{
	char host[IP_TEXT_MAX + 2];
	struct ip ip;

	if (!ip_parse(server, &ip)) {
		tell(e, server); /* a name */
	} else if (e->family[ip.family == IP_V6]) {
		host_text(&ip, host);
		tell(e, host);
	}
}

static void entry_tell(const struct entry *e)
{
	const struct setting *servers = said(e, "server");
	const char *server;

	if (!servers)
		servers = setting_child(e->dropin->settings, "server");
	if (e->is_url && !strstr(e->outcome->string, SERVER)) {
		tell(e, "");
		return;
	}
	if (!servers || has_text(servers, "auto")) {
		tell_own(e);
		return;
	}
	for (unsigned i = 0; (server = text_at(servers, i)); i++)
		tell_on(e, server);
}

static void menu_tell(const struct entry *entry)
{
	const struct setting *items = setting_child(setting_child(entry->group, "menu"), "items");
	struct entry e = *entry;

	for (unsigned i = 0; items && (e.item = setting_at(items, i)); i++)
		if (entry_read(&e))
			entry_tell(&e);
}

void boot_files_walk(const struct dropin *dropin, const struct boot_files_hooks *hooks)
{
	const struct setting *boot = setting_child(dropin->settings, "boot"), *group;

	if (!boot_files_has(dropin))
		return;
	for (unsigned i = 0; (group = setting_at(boot, i)); i++) {
		struct entry e = { .dropin = dropin, .hooks = hooks, .group = group };

		if (entry_read(&e))
			entry_tell(&e);
		else
			menu_tell(&e);
	}
}
