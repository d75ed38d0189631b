/* What WDS prints about its devices: a line for each property, "Name: value", and a device ends
 * where a property comes again that it has, or where a line of another kind stands between.
 *
 * Microsoft describes the commands and not what they print; so a property is known by its words,
 * whatever stands between them ("Device ID", "DeviceID : ", "Device id").
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "lists.h"
#include "lines.h"

enum property {
	NAME,
	ID,
	SERVER,
	PROGRAM,
	STATUS,
	OTHER, /* known, and nothing to us: an image, an unattend file, a user, rights */
	UNKNOWN
};

/* By the letters and digits of the words. */
static const struct {
	const char *words;
	enum property property;
} properties[] = {
	{ "name", NAME },
	{ "devicename", NAME },
	{ "computername", NAME },
	{ "samaccountname", NAME },
	{ "id", ID },
	{ "deviceid", ID },
	{ "guid", ID },
	{ "uuid", ID },
	{ "mac", ID },
	{ "macaddress", ID },
	{ "referralserver", SERVER },
	{ "referralservername", SERVER },
	{ "bootprogram", PROGRAM },
	{ "bootprogrampath", PROGRAM },
	{ "machinefilepath", PROGRAM },
	{ "status", STATUS },
	{ "devicestatus", STATUS },
	{ "devicetype", STATUS },
	{ "requestid", OTHER },
	{ "bootimage", OTHER },
	{ "bootimagepath", OTHER },
	{ "wdsclientunattend", OTHER },
	{ "wdsclientunattendfile", OTHER },
	{ "wdsclientunattendfilepath", OTHER },
	{ "unattendfile", OTHER },
	{ "user", OTHER },
	{ "username", OTHER },
	{ "owner", OTHER },
	{ "joinrights", OTHER },
	{ "joindomain", OTHER },
	{ "domain", OTHER },
	{ "group", OTHER },
	{ "groups", OTHER },
	{ "architecture", OTHER },
	{ "creationtime", OTHER },
	{ "timeofcreation", OTHER },
	{ "dn", OTHER },
	{ "distinguishedname", OTHER },
	{ "ou", OTHER },
	{ "pxepromptpolicy", OTHER },
};

static enum property property_of(const char *name, size_t len)
{
	char words[48];
	size_t n = 0;

	for (size_t i = 0; i < len; i++)
		if (isalnum((unsigned char)name[i]) && n < sizeof words - 1)
			words[n++] = (char)tolower((unsigned char)name[i]);
	words[n] = '\0';
	for (size_t i = 0; i < sizeof properties / sizeof *properties; i++)
		if (strcmp(properties[i].words, words) == 0)
			return properties[i].property;
	return UNKNOWN;
}

/* ---- a device ----------------------------------------------------------------------------------
 */

struct reading {
	const struct read_told *told;
	struct draft draft;
	unsigned line; /* where the device begins; 0: none has */
	bool has[OTHER];
	bool wrong, waits;
};

/* A MAC is right-aligned in a UUID whose other octets are 0. */
static void unfold_mac(struct id *id)
{
	static const uint8_t zeros[10];
	uint8_t wire[16];

	if (id->kind != ID_UUID)
		return;
	uuid_turn(id->at, wire);
	if (memcmp(wire, zeros, sizeof zeros) != 0)
		return;
	id->kind = ID_MAC;
	id->len = 6;
	memcpy(id->at, wire + 10, 6);
}

static bool take_id(struct reading *it, const char *text, char why[WHY_SIZE])
{
	struct id id;

	if (!id_parse(text, &id)) {
		snprintf(why, WHY_SIZE, "\"%.60s\" is neither a MAC address nor a UUID", text);
		return false;
	}
	unfold_mac(&id);
	return draft_add_id(&it->draft, &id, why);
}

/* sAMAccountName ends with a dollar; a domain may stand before it. */
static bool take_name(struct reading *it, char *text, char why[WHY_SIZE])
{
	char *slash = strrchr(text, '\\');
	size_t len;

	text = slash ? slash + 1 : text;
	len = strlen(text);
	if (len > 0 && text[len - 1] == '$')
		text[len - 1] = '\0';
	return draft_set(&it->draft, "name", text, why);
}

/* Its path is relative to the root of the TFTP server, and divided by backslashes. */
static bool take_program(struct reading *it, char *text, char why[WHY_SIZE])
{
	text += strspn(text, "\\");
	return draft_set(&it->draft, "file", text, why);
}

static bool take_status(struct reading *it, const char *text, char why[WHY_SIZE])
{
	if (strncasecmp(text, "pending", 7) == 0)
		it->waits = true;
	if (strncasecmp(text, "rejected", 8) == 0)
		return draft_set(&it->draft, "state", "rejected", why);
	return true;
}

/* A server that is no address is looked up by nobody here. */
static bool take_server(struct reading *it, const char *text, char why[WHY_SIZE])
{
	if (draft_set(&it->draft, "referral", text, why))
		return true;
	snprintf(why, WHY_SIZE,
		 "the referral server \"%.60s\" is a name: write its address here (PXE firmware "
		 "looks "
		 "up no names)",
		 text);
	return false;
}

static bool take(struct reading *it, enum property property, char *text, char why[WHY_SIZE])
{
	switch (property) {
	case NAME:
		return take_name(it, text, why);
	case ID:
		return take_id(it, text, why);
	case SERVER:
		return take_server(it, text, why);
	case PROGRAM:
		return take_program(it, text, why);
	case STATUS:
		return take_status(it, text, why);
	case OTHER:
	case UNKNOWN:
		break;
	}
	return true;
}

static void begin_device(struct reading *it, unsigned line)
{
	draft_begin(&it->draft);
	memset(it->has, 0, sizeof it->has);
	it->line = line;
	it->wrong = it->waits = false;
}

/* The device that was read so far, if there is one. False: `device` said so. */
static bool end_device(struct reading *it)
{
	const struct read_told *told = it->told;
	unsigned line = it->line;

	it->line = 0;
	if (line == 0 || it->wrong || (it->draft.n_ids == 0 && it->draft.n_texts == 0))
		return true;
	if (it->draft.n_ids > 0 && !it->waits)
		return told->csv.device(told->csv.context, &it->draft, line);
	told->left_out(told->csv.context, line,
		       it->waits ? "it waits for approval, and will wait here when it asks again"
				 : "it has no MAC address and no UUID");
	return true;
}

/* ---- the text ----------------------------------------------------------------------------------
 */

static bool take_line(struct reading *it, unsigned number, enum property property, char *value)
{
	char why[WHY_SIZE];

	if (it->line > 0 && property < OTHER && it->has[property] && !end_device(it))
		return false;
	if (it->line == 0)
		begin_device(it, number);
	if (property < OTHER)
		it->has[property] = true;
	if (!*value || strcmp(value, "<Not Defined>") == 0 || take(it, property, value, why))
		return true;
	it->wrong = true;
	it->told->csv.wrong(it->told->csv.context, number, why);
	return true;
}

/* A property that is nobody's: lines of another kind end a device. */
static bool is_between(const char *line)
{
	return *line == '\0' || *line == '[' || *line == '-' || *line == '=';
}

bool wds_read(char *text, const struct read_told *told)
{
	struct lines lines = { text, 0 };
	struct reading it = { .told = told };
	bool goes = true;
	char *line;

	while (goes && (line = lines_next(&lines))) {
		char *colon;

		line = lines_trimmed(line);
		colon = strchr(line, ':');
		if (colon && property_of(line, (size_t)(colon - line)) != UNKNOWN)
			goes = take_line(&it, lines.number,
					 property_of(line, (size_t)(colon - line)),
					 lines_trimmed(colon + 1));
		else if (is_between(line) && it.has[ID])
			goes = end_device(&it);
	}
	return goes && end_device(&it);
}
