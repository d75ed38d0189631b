#include "machine_line.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "pattern.h"

#define NO_MAC "\"%.*s\" is not a MAC address such as 00:11:22:33:44:55"

static char *skip_blanks(char *at)
{
	return at + strspn(at, " \t");
}

/* Without blanks at its ends. */
static char *trimmed(char *text)
{
	size_t len;

	text = skip_blanks(text);
	len = strlen(text);
	while (len > 0 && (text[len - 1] == ' ' || text[len - 1] == '\t'))
		text[--len] = '\0';
	return text;
}

/* ---- fields ------------------------------------------------------------------------------------
 */

/* The text of a quoted field, in place; "" is a quote. Returns what is behind it; NULL: it does not
 * end. */
static char *unquote(char *text)
{
	char *in = text + 1, *out = text;

	for (;; in++) {
		if (*in == '\0')
			return NULL;
		if (*in == '"' && *++in != '"')
			break;
		*out++ = *in;
	}
	*out = '\0';
	return in;
}

/* Cuts one field off, in place, with or without quotes; *at goes behind it, NULL where it was the
 * last. False: a quote is wrong. */
static bool field_cut(char **at, char separator, char **field)
{
	char *text = separator == '\t' ? *at : skip_blanks(*at), *end;

	*field = text;
	if (*text == '"') {
		end = unquote(text);
		end = end && separator != '\t' ? skip_blanks(end) : end;
		if (!end || (*end != separator && *end != '\0'))
			return false;
		*at = *end ? end + 1 : NULL;
		return true;
	}
	end = strchr(text, separator);
	*at = end ? end + 1 : NULL;
	if (end)
		*end = '\0';
	*field = trimmed(text);
	return true;
}

/* ---- CSV ---------------------------------------------------------------------------------------
 */

static const struct {
	const char *word;
	enum column column;
} words[] = {
	{ "mac", COLUMN_MAC },
	{ "macs", COLUMN_MAC },
	{ "mac-address", COLUMN_MAC },
	{ "mac_address", COLUMN_MAC },
	{ "mac address", COLUMN_MAC },
	{ "macaddress", COLUMN_MAC },
	{ "hwaddr", COLUMN_MAC },
	{ "ethernet", COLUMN_MAC },
	{ "uuid", COLUMN_UUID },
	{ "guid", COLUMN_UUID },
	{ "id", COLUMN_ID },
	{ "client-id", COLUMN_ID },
	{ "client_id", COLUMN_ID },
	{ "duid", COLUMN_ID },
	{ "name", COLUMN_NAME },
	{ "hostname", COLUMN_NAME },
	{ "host", COLUMN_NAME },
	{ "group", COLUMN_GROUP },
	{ "groups", COLUMN_GROUP },
	{ "tag", COLUMN_GROUP },
	{ "file", COLUMN_FILE },
	{ "filename", COLUMN_FILE },
	{ "bootfile", COLUMN_FILE },
	{ "boot-file", COLUMN_FILE },
	{ "url", COLUMN_URL },
	{ "server", COLUMN_SERVER },
	{ "next-server", COLUMN_SERVER },
	{ "comment", COLUMN_OTHER },
	{ "note", COLUMN_OTHER },
	{ "description", COLUMN_OTHER },
};

enum { N_WORDS = sizeof words / sizeof *words };

/* False: it is none of these words. */
static bool column_find(const char *word, enum column *out)
{
	*out = COLUMN_OTHER;
	for (size_t i = 0; i < N_WORDS; i++)
		if (strcasecmp(words[i].word, word) == 0) {
			*out = words[i].column;
			return true;
		}
	return false;
}

/* A word that is no column of ours, and near one. */
static const char *column_meant(const char *word)
{
	static const char *const known[] = { "mac",  "uuid", "client-id", "name",    "group",
					     "file", "url",  "server",    "comment", NULL };

	return PxeBootNearest(word, known);
}

static bool header_take(struct line_format *format, const char *word, char why[WHY_SIZE])
{
	enum column column;
	const char *meant = column_find(word, &column) ? NULL : column_meant(word);

	if (meant)
		snprintf(why, WHY_SIZE, "unknown column \"%.60s\": did you mean \"%s\"?", word,
			 meant);
	else if (format->n_columns == COLUMNS_MAX)
		snprintf(why, WHY_SIZE, "has more than %d columns", COLUMNS_MAX);
	for (size_t i = 0; i < format->n_columns && column != COLUMN_OTHER; i++)
		if (format->columns[i] == column)
			snprintf(why, WHY_SIZE, "has two columns for the same: \"%.60s\"", word);
	if (why[0] != '\0')
		return false;
	format->columns[format->n_columns++] = column;
	return true;
}

/* What divides the words of a header: a comma, a semicolon or a tab. */
static char separator_of(const char *line)
{
	size_t n = strcspn(line, ",;\t");

	return line[n] != '\0' ? line[n] : ',';
}

static bool header_read(char *line, struct line_format *format, char why[WHY_SIZE])
{
	char *at = line, *field;

	format->form = LINES_CSV;
	format->separator = separator_of(line);
	while (at) {
		if (!field_cut(&at, format->separator, &field)) {
			snprintf(why, WHY_SIZE, "a quote does not end its field");
			return false;
		}
		if (!header_take(format, field, why))
			return false;
	}
	return true;
}

static bool csv_read(const struct line_format *format, char *line, struct row *out,
		     char why[WHY_SIZE])
{
	char *at = line, *field;

	for (size_t i = 0; at; i++) {
		if (!field_cut(&at, format->separator, &field)) {
			snprintf(why, WHY_SIZE, "a quote does not end its field");
			return false;
		}
		if (i >= format->n_columns && *field) {
			snprintf(why, WHY_SIZE, "has more fields than the header: \"%.60s\"",
				 field);
			return false;
		}
		if (i < format->n_columns && format->columns[i] != COLUMN_OTHER && *field)
			out->text[format->columns[i]] = field;
	}
	return true;
}

/* ---- ethers(5) ---------------------------------------------------------------------------------
 */

static bool is_address(const char *text)
{
	PXE_BOOT_IP ip;

	return address_parse(text, &ip);
}

enum { WIDE_SIZE = sizeof "00:11:22:33:44:55" };

/* A MAC in the form of ethers(5), where an octet may have one digit: with two. False: it is
 * none. Elsewhere a digit less is a slip. */
static bool widened(const char *text, char room[WIDE_SIZE])
{
	char *at = room;

	for (unsigned n = 0; n < 6; n++) {
		size_t digits = strspn(text, "0123456789abcdefABCDEF");
		char end = text[digits];

		if (digits == 0 || digits > 2 || (n < 5 ? end != ':' && end != '-' : end != '\0'))
			return false;
		*at++ = digits == 2 ? text[0] : '0';
		*at++ = text[digits - 1];
		*at++ = n < 5 ? ':' : '\0';
		text += digits + (n < 5);
	}
	return true;
}

static bool ethers_read(char *line, struct row *out, char why[WHY_SIZE])
{
	char *name;

	line[strcspn(line, "#")] = '\0';
	line = trimmed(line);
	name = line + strcspn(line, " \t");
	if (*name)
		*name++ = '\0';
	name = skip_blanks(name);
	if (strpbrk(name, " \t")) {
		snprintf(why, WHY_SIZE, "has something behind the name: \"%.60s\"", name);
		return false;
	}
	out->text[COLUMN_MAC] = widened(line, out->macs) ? out->macs : line;
	if (*name && !is_address(name)) /* an address is the lease server's */
		out->text[COLUMN_NAME] = name;
	return true;
}

/* ---- dnsmasq -----------------------------------------------------------------------------------
 */

static bool is_lease_time(const char *text)
{
	size_t digits = strspn(text, "0123456789");

	return strcasecmp(text, "infinite") == 0 ||
	       (digits > 0 && (text[digits] == '\0' ||
			       (strchr("smhdwSMHDW", text[digits]) && text[digits + 1] == '\0')));
}

/* IPv6 addresses stand in [ ]. */
static bool is_bracketed(const char *text)
{
	return text[0] == '[';
}

/* An address of hardware that has no MAC, behind its type: 20-80:00:00:48:fe:80 and so on. Types 1
 * and 6 have MACs. */
static bool is_of_other_hardware(const char *text)
{
	static const char digits[] = "0123456789abcdefABCDEF:*";

	return isxdigit((unsigned char)text[0]) && isxdigit((unsigned char)text[1]) &&
	       text[2] == '-' && strncmp(text, "01", 2) != 0 && strncmp(text, "06", 2) != 0 &&
	       text[3 + strspn(text + 3, digits)] == '\0';
}

/* A MAC, also behind a hardware type: 06-00:20:e0:3b:13:af. A * alone names nobody. */
static const char *mac_in(const char *text)
{
	struct mac_pattern mac;

	if (strcmp(text, "*") == 0)
		return NULL;
	if (mac_parse(text, &mac))
		return text;
	if (strlen(text) > 3 && text[2] == '-' && mac_parse(text + 3, &mac))
		return text + 3;
	return NULL;
}

/* Puts a word behind those of its kind; false: there are too many. */
static bool word_join(char room[512], const char *word, const char **out)
{
	size_t used = strlen(room), len = strlen(word);

	if (used + len + 2 > 512)
		return false;
	if (used > 0)
		room[used++] = ' ';
	memcpy(room + used, word, len + 1);
	*out = room;
	return true;
}

/* What is the lease server's: an address, a lease time, tag:, or that it looks at no client id. */
static bool is_for_leases(const char *word)
{
	return strncasecmp(word, "tag:", 4) == 0 || strcasecmp(word, "id:*") == 0 ||
	       is_bracketed(word) || is_address(word) || is_lease_time(word) ||
	       is_of_other_hardware(word) || strcmp(word, "*") == 0;
}

/* What names the machine in another way; a : is in no name. */
static bool mac_want(const char *word, char why[WHY_SIZE])
{
	bool is_name = !strchr(word, ':');

	if (!is_name)
		snprintf(why, WHY_SIZE, NO_MAC, 60, word);
	return is_name;
}

/* A second name is none: dnsmasq has one, and a CSV without its header looks like this. */
static bool name_take(const char *word, struct row *out, char why[WHY_SIZE])
{
	const char *name = out->text[COLUMN_NAME];

	if (name)
		snprintf(why, WHY_SIZE,
			 "has two names, \"%.60s\" and \"%.60s\": columns need a first line that "
			 "says what they are, such as mac,name,group",
			 name, word);
	out->text[COLUMN_NAME] = word;
	return !name;
}

static bool joined(bool fits, char why[WHY_SIZE])
{
	if (!fits)
		snprintf(why, WHY_SIZE, "has too many addresses or groups");
	return fits;
}

static bool dnsmasq_word(char *word, struct row *out, char why[WHY_SIZE])
{
	const char *mac = *word ? mac_in(word) : NULL;

	if (mac)
		return joined(word_join(out->macs, mac, &out->text[COLUMN_MAC]), why);
	/* net: is the old name of set: */
	if (strncasecmp(word, "set:", 4) == 0 || strncasecmp(word, "net:", 4) == 0)
		return joined(word_join(out->groups, word + 4, &out->text[COLUMN_GROUP]), why);
	if (strncasecmp(word, "id:", 3) == 0 && strcasecmp(word, "id:*") != 0)
		out->text[COLUMN_ID] = word + 3;
	else if (strcasecmp(word, "ignore") == 0)
		out->doubt =
			"\"ignore\" is the lease server's: for no answer here, put the machine "
			"into a group, and write { group = \"...\"; action = \"ignore\"; }";
	else if (*word && !is_for_leases(word))
		return mac_want(word, why) && name_take(word, out, why);
	return true;
}

/* Behind the word that such a line has in dnsmasq's own file. */
static char *behind_keyword(char *line)
{
	static const char keyword[] = "dhcp-host=";

	line = skip_blanks(line);
	return strncmp(line, keyword, strlen(keyword)) == 0 ? line + strlen(keyword) : line;
}

static bool dnsmasq_read(char *line, struct row *out, char why[WHY_SIZE])
{
	char *at = behind_keyword(line), *word;

	line[strcspn(line, "#")] = '\0';
	while (at) {
		if (!field_cut(&at, ',', &word)) {
			snprintf(why, WHY_SIZE, "a quote does not end its field");
			return false;
		}
		if (!dnsmasq_word(word, out, why))
			return false;
	}
	return true;
}

/* ---- which of them -----------------------------------------------------------------------------
 */

/* Does the line begin with a machine, up to the sign? As ethers(5) has it, if that is asked. */
static bool begins_with_machine(const char *line, const char *signs, bool ethers)
{
	char word[64], room[WIDE_SIZE];
	size_t len = strcspn(line, signs);

	if (len >= sizeof word)
		return false;
	memcpy(word, line, len);
	word[len] = '\0';
	return mac_in(trimmed(word)) || (ethers && widened(trimmed(word), room));
}

/* Was a machine meant where the line begins, and not the word of a column? */
static bool begins_with_octets(const char *line)
{
	size_t digits = strspn(line, "0123456789abcdefABCDEF");

	return digits > 0 && digits <= 2 && line[digits] == ':';
}

static int word_len(const char *at)
{
	size_t len = strcspn(at, " \t#,;");

	return len < 60 ? (int)len : 60;
}

bool line_format_find(char *line, struct line_format *out, char why[WHY_SIZE])
{
	char *at = skip_blanks(line); /* but in a header a tab may end a column without a name */

	*out = (struct line_format){ .form = LINES_UNKNOWN };
	if (begins_with_machine(at, " \t#", true))
		out->form = LINES_ETHERS;
	else if (behind_keyword(at) != at || begins_with_machine(at, ",", false) ||
		 strncasecmp(at, "id:", 3) == 0 || strncasecmp(at, "set:", 4) == 0)
		out->form = LINES_DNSMASQ;
	if (out->form != LINES_UNKNOWN)
		return false;
	if (begins_with_octets(at)) {
		snprintf(why, WHY_SIZE, NO_MAC, word_len(at), at);
		return false;
	}
	if (!header_read(line, out, why))
		return false;
	for (size_t i = 0; i < out->n_columns; i++)
		if (out->columns[i] <= COLUMN_ID)
			return true;
	snprintf(why, WHY_SIZE,
		 "is no header with a column mac, uuid or client-id, and no line of ethers(5) or "
		 "of dnsmasq's hosts file");
	return false;
}

bool line_read(const struct line_format *format, char *line, struct row *out, char why[WHY_SIZE])
{
	memset(out->text, 0, sizeof out->text);
	out->macs[0] = out->groups[0] = '\0';
	out->doubt = NULL;
	switch (format->form) {
	case LINES_ETHERS:
		return ethers_read(line, out, why);
	case LINES_DNSMASQ:
		return dnsmasq_read(line, out, why);
	case LINES_CSV:
	case LINES_UNKNOWN:
		break;
	}
	return csv_read(format, line, out, why);
}
