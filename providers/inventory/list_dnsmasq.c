/* dnsmasq's hosts: dhcp-host=MAC,id:ID,set:TAG,ADDRESS,NAME,LEASE-TIME,ignore in any order, and the
 * same without the key in a dhcp-hostsfile. */
#include <arpa/inet.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "lists.h"
#include "lines.h"

struct host {
	struct draft draft;
	bool wild; /* a MAC with * in it: it is many machines */
};

static bool is_address(const char *part)
{
	uint8_t octets[16];
	char bare[64];
	size_t len = strlen(part);

	if (part[0] == '[' && len > 2 && len < sizeof bare)
		return true; /* of IPv6, perhaps a beginning */
	return inet_pton(AF_INET, part, octets) == 1;
}

/* 45m, 12h, 2d, 1w, 3600, infinite. */
static bool is_lease_time(const char *part)
{
	size_t digits = strspn(part, "0123456789");

	if (strcasecmp(part, "infinite") == 0)
		return true;
	return digits > 0 && (part[digits] == '\0' ||
			      (strchr("mMhHdDwW", part[digits]) && part[digits + 1] == '\0'));
}

/* Perhaps behind the type of hardware, "1-". */
static bool is_mac(const char *part, const char **mac)
{
	struct id id;

	*mac = part;
	if (isxdigit((unsigned char)part[0]) && part[1] == '-' && strchr(part + 2, ':'))
		*mac = part + 2;
	else if (isxdigit((unsigned char)part[0]) && isxdigit((unsigned char)part[1]) &&
		 part[2] == '-' && strchr(part + 3, ':'))
		*mac = part + 3;
	return strpbrk(*mac, ":-") && id_parse_kind(ID_MAC, *mac, &id);
}

static bool is_wild_mac(const char *part)
{
	return strchr(part, '*') && strspn(part, "0123456789abcdefABCDEF:*-") == strlen(part);
}

/* An id that begins like a DUID, with its type, is one of IPv6. */
static bool take_id(struct host *host, const char *text, char why[WHY_SIZE])
{
	struct id id;

	if (strcmp(text, "*") == 0)
		return true; /* the client's id is not looked at */
	if (strncmp(text, "00:0", 4) == 0 && strlen(text) >= 23 &&
	    id_parse_kind(ID_DUID, text, &id))
		return draft_add_id(&host->draft, &id, why);
	return draft_add_ids(&host->draft, ID_CLIENT, text, why);
}

static bool take_part(struct host *host, const char *part, char why[WHY_SIZE])
{
	static const struct word name = { FIELD_NAME, ARCH_ANY }, group = { FIELD_GROUP, ARCH_ANY };
	const char *mac;

	if (!*part || is_address(part) || is_lease_time(part) || strncmp(part, "tag:", 4) == 0)
		return true;
	if (strncmp(part, "id:", 3) == 0)
		return take_id(host, part + 3, why);
	if (strncmp(part, "set:", 4) == 0 || strncmp(part, "net:", 4) == 0)
		return draft_text(&host->draft, group) ||
		       draft_put(&host->draft, group, part + 4, why);
	if (strcmp(part, "ignore") == 0)
		return draft_set(&host->draft, "state", "rejected", why);
	if (is_mac(part, &mac))
		return draft_add_ids(&host->draft, ID_MAC, mac, why);
	if (is_wild_mac(part)) {
		host->wild = true;
		return true;
	}
	return draft_put(&host->draft, name, part, why);
}

static bool take_parts(struct host *host, char *line, char why[WHY_SIZE])
{
	char *rest, *part;

	for (part = strtok_r(line, ",", &rest); part; part = strtok_r(NULL, ",", &rest))
		if (!take_part(host, lines_trimmed(part), why))
			return false;
	return true;
}

/* What stands behind the key; NULL: it is a line of another key. */
static char *host_of(char *line)
{
	static const char key[] = "dhcp-host";
	char *value;

	line = lines_trimmed(line);
	if (!*line || *line == '#')
		return NULL;
	if (strncmp(line, "--", 2) == 0)
		line += 2;
	if (strncmp(line, key, strlen(key)) != 0)
		return strchr(line, '=') || !strchr(line, ',') ? NULL : line;
	value = line + strlen(key);
	value += strspn(value, " \t");
	return *value == '=' ? value + 1 : NULL;
}

static bool take_line(struct host *host, char *line, unsigned number, const struct read_told *told)
{
	char why[WHY_SIZE];

	line[strcspn(line, "#")] = '\0';
	draft_begin(&host->draft);
	host->wild = false;
	if (!take_parts(host, line, why))
		told->csv.wrong(told->csv.context, number, why);
	else if (host->draft.n_ids > 0)
		return told->csv.device(told->csv.context, &host->draft, number);
	else
		told->left_out(told->csv.context, number,
			       host->wild ? "an address with * is many machines: write an entry of "
					    "bootfile for them"
					  : "no MAC address and no client id: it is known by its "
					    "name alone");
	return true;
}

bool dnsmasq_read(char *text, const struct read_told *told)
{
	struct lines lines = { text, 0 };
	struct host host;
	char *line, *value;

	while ((line = lines_next(&lines))) {
		value = host_of(line);
		if (value && !take_line(&host, value, lines.number, told))
			return false;
	}
	return true;
}
