#include "field.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <wdspxe-boot.h>

static const char *const words[FIELDS] = {
	[FIELD_NAME] = "name",
	[FIELD_GROUP] = "group",
	[FIELD_FILE] = "file",
	[FIELD_URL] = "url",
	[FIELD_SERVER] = "server",
	[FIELD_REFERRAL] = "referral",
	[FIELD_BCD] = "bcd",
	[FIELD_PROMPT] = "prompt",
	[FIELD_STATE] = "state",
	[FIELD_ONCE] = "once",
	[FIELD_ONCE_FILE] = "once-file",
	[FIELD_ONCE_URL] = "once-url",
	[FIELD_ONCE_SERVER] = "once-server",
	[FIELD_COMMENT] = "comment",
};

/* What inventories and other servers call them. */
static const struct {
	const char *word;
	enum field field;
} others[] = {
	{ "hostname", FIELD_NAME },      { "host", FIELD_NAME },
	{ "device", FIELD_NAME },        { "groups", FIELD_GROUP },
	{ "tag", FIELD_GROUP },          { "filename", FIELD_FILE },
	{ "bootfile", FIELD_FILE },      { "boot-file", FIELD_FILE },
	{ "bootprogram", FIELD_FILE },   { "boot-program", FIELD_FILE },
	{ "next-server", FIELD_SERVER }, { "boot-server", FIELD_SERVER },
	{ "note", FIELD_COMMENT },       { "description", FIELD_COMMENT },
};

const char *field_word(enum field field)
{
	return (unsigned)field < FIELDS ? words[field] : NULL;
}

static bool has_archs(enum field field)
{
	return field == FIELD_FILE || field == FIELD_URL || field == FIELD_SERVER;
}

static bool field_find(const char *word, size_t len, uint8_t *out)
{
	for (unsigned i = 0; i < FIELDS; i++)
		if (strlen(words[i]) == len && strncasecmp(words[i], word, len) == 0) {
			*out = (uint8_t)i;
			return true;
		}
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		if (strlen(others[i].word) == len && strncasecmp(others[i].word, word, len) == 0) {
			*out = (uint8_t)others[i].field;
			return true;
		}
	return false;
}

static const char *field_meant(const char *word)
{
	const char *known[FIELDS + 5];
	unsigned n = 0;

	for (; n < FIELDS; n++)
		known[n] = words[n];
	known[n++] = "mac";
	known[n++] = "uuid";
	known[n++] = "duid";
	known[n++] = "client-id";
	known[n] = NULL;
	return PxeBootNearest(word, known);
}

static bool arch_parse(const char *text, uint8_t *out, char why[WHY_SIZE])
{
	ULONG arch = PxeBootArchParse(text);
	const char *meant;

	if (arch < ARCH_ANY) {
		*out = (uint8_t)arch;
		return true;
	}
	meant = PxeBootArchMeant(text);
	snprintf(why, WHY_SIZE, "\"%.40s\" is no architecture%s%s%s", text,
		 meant ? ": did you mean \"" : "", meant ? meant : "", meant ? "\"?" : "");
	return false;
}

bool field_parse(const char *text, struct word *out, char why[WHY_SIZE])
{
	size_t len = strcspn(text, ".");
	const char *meant;

	out->arch = ARCH_ANY;
	if (!field_find(text, len, &out->field)) {
		meant = field_meant(text);
		snprintf(why, WHY_SIZE, "unknown field \"%.60s\"%s%s%s", text,
			 meant ? ": did you mean \"" : "", meant ? meant : "", meant ? "\"?" : "");
		return false;
	}
	if (text[len] == '\0')
		return true;
	if (has_archs(out->field))
		return arch_parse(text + len + 1, &out->arch, why);
	snprintf(why, WHY_SIZE,
		 "\"%s\" is the same for all architectures: write it without \"%.40s\"",
		 words[out->field], text + len);
	return false;
}

void field_text(struct word word, char out[64])
{
	const char *arch = word.arch == ARCH_ANY ? NULL : PxeBootArchName(word.arch);

	snprintf(out, 64, "%s%s%s", words[word.field], arch ? "." : "", arch ? arch : "");
}

/* ---- what they may be --------------------------------------------------------------------------
 */

static const char *control_octet(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < ' ' || *text == 0x7f)
			return "has a control character";
	return NULL;
}

/* ${name} and ${group} are one part of a path, or nothing is sent. */
static const char *segment(const char *text)
{
	if (strlen(text) > 63)
		return "is longer than 63 octets";
	if (strpbrk(text, "/\\%") || strstr(text, ".."))
		return "cannot have / \\ % or .. in it: it may become a part of a path";
	return NULL;
}

static const char *url(const char *text)
{
	size_t len = strspn(text, "abcdefghijklmnopqrstuvwxyz");

	if (strncmp(text + len, "://", 3) != 0 || len == 0 || !text[len + 3])
		return "is no URL such as http://${server}/ipxe.efi";
	if (strpbrk(text, " \t"))
		return "has a blank in it";
	return NULL;
}

static const char *file(const char *text)
{
	return strstr(text, "://") && !strpbrk(text, " \t") ? "is a URL: write it as url" : NULL;
}

static const char *addresses(const char *text)
{
	bool four = false, six = false;

	while (*(text += strspn(text, " |"))) {
		size_t len = strcspn(text, " |");
		char one[INET6_ADDRSTRLEN];
		uint8_t octets[16];
		bool *has = memchr(text, ':', len) ? &six : &four;

		if (len >= sizeof one || *has)
			return "is not an address of IPv4, of IPv6, or one of each";
		memcpy(one, text, len);
		one[len] = '\0';
		*has = true;
		if (inet_pton(has == &six ? AF_INET6 : AF_INET, one, octets) != 1)
			return "is not an address of IPv4, of IPv6, or one of each";
		text += len;
	}
	return four || six ? NULL : "is no address";
}

static const char *server(const char *text)
{
	return strcmp(text, "auto") == 0 ? NULL : addresses(text);
}

static const char *prompt(const char *text)
{
	if (strcmp(text, "opt-in") == 0 || strcmp(text, "opt-out") == 0 ||
	    strcmp(text, "no-prompt") == 0)
		return NULL;
	return "must be \"opt-in\", \"opt-out\" or \"no-prompt\"";
}

static const char *state(const char *text)
{
	if (strcmp(text, "approved") == 0 || strcmp(text, "rejected") == 0)
		return NULL;
	return "must be \"approved\" or \"rejected\"";
}

static const char *once(const char *text)
{
	uint32_t used;

	if (strcmp(text, "armed") == 0 || field_once_used(text, &used))
		return NULL;
	return "must be \"armed\", or nothing";
}

static const char *(*const checks[FIELDS])(const char *text) = {
	[FIELD_NAME] = segment,       [FIELD_GROUP] = segment,
	[FIELD_FILE] = file,          [FIELD_URL] = url,
	[FIELD_SERVER] = server,      [FIELD_REFERRAL] = addresses,
	[FIELD_BCD] = NULL,           [FIELD_PROMPT] = prompt,
	[FIELD_STATE] = state,        [FIELD_ONCE] = once,
	[FIELD_ONCE_FILE] = file,     [FIELD_ONCE_URL] = url,
	[FIELD_ONCE_SERVER] = server, [FIELD_COMMENT] = NULL,
};

bool field_once_used(const char *text, uint32_t *when)
{
	unsigned long long seconds;
	char *end;

	if (strncmp(text, "used ", 5) != 0 || text[5] < '0' || text[5] > '9')
		return false;
	seconds = strtoull(text + 5, &end, 10);
	*when = seconds > UINT32_MAX ? UINT32_MAX : (uint32_t)seconds;
	return *end == '\0';
}

bool field_check(struct word word, const char *text, char why[WHY_SIZE])
{
	const char *wrong = control_octet(text);
	char name[64];

	if (!wrong && strlen(text) > FIELD_TEXT_MAX)
		wrong = "is longer than 255 octets";
	if (!wrong && checks[word.field])
		wrong = checks[word.field](text);
	if (!wrong)
		return true;
	field_text(word, name);
	snprintf(why, WHY_SIZE, "%s \"%.80s\" %s", name, text, wrong);
	return false;
}
