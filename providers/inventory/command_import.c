/* device import: a list that was sent along becomes devices, all of it or nothing. */
#include "lists.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "lines.h"

enum { TOLD_MOST = 100 };

/* ---- the text ----------------------------------------------------------------------------------
 */

static size_t put_character(char *out, uint32_t c)
{
	static const uint8_t first[] = { 0, 0, 0xc0, 0xe0, 0xf0 };
	size_t len = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;

	for (size_t i = len - 1; i > 0; i--, c >>= 6)
		out[i] = (char)(0x80 | (c & 0x3f));
	out[0] = (char)(first[len == 1 ? 0 : len] | c);
	return len;
}

static uint32_t unit_at(const uint8_t *from, size_t len, size_t i, bool big)
{
	if (i + 1 >= len)
		return 0;
	return big ? (uint32_t)(from[i] << 8 | from[i + 1])
		   : (uint32_t)(from[i + 1] << 8 | from[i]);
}

/* PowerShell writes UTF-16 behind FF FE. Half of a pair is U+FFFD. */
static size_t narrow(const uint8_t *from, size_t len, char *out)
{
	bool big = from[0] == 0xfe;
	size_t used = 0;

	for (size_t i = 2; i + 1 < len; i += 2) {
		uint32_t c = unit_at(from, len, i, big), low = unit_at(from, len, i + 2, big);

		if ((c & 0xfc00) == 0xd800 && (low & 0xfc00) == 0xdc00) {
			c = 0x10000 + ((c & 0x3ff) << 10 | (low & 0x3ff));
			i += 2;
		} else if ((c & 0xf800) == 0xd800) {
			c = 0xfffd;
		}
		used += put_character(out + used, c);
	}
	return used;
}

/* A copy that may be changed, in UTF-8, with NUL behind it; NULL: no memory. */
static char *text_of(const PXE_COMMAND *command, size_t *len)
{
	const uint8_t *octets = command->pInput;
	size_t n = command->cbInput;
	char *text = malloc(n / 2 * 3 + n + 1);

	if (!text)
		return NULL;
	if (n >= 2 && (octets[0] ^ octets[1]) == 1 && octets[0] >= 0xfe) {
		*len = narrow(octets, n, text);
	} else {
		if (n > 0)
			memcpy(text, octets, n);
		*len = n;
	}
	text[*len] = '\0';
	return text;
}

/* ---- whose format it is ------------------------------------------------------------------------
 */

enum format { FORMAT_CSV, FORMAT_WDS, FORMAT_DNSMASQ, FORMATS };

static const char *const formats[FORMATS] = { "csv", "wds", "dnsmasq" };

/* The first line that says something, of at most `size` octets. */
static void first_line(const char *text, char *out, size_t size)
{
	size_t len;

	if (strncmp(text, "\xef\xbb\xbf", 3) == 0)
		text += 3;
	do {
		text += strspn(text, " \t\r\n");
		len = strcspn(text, "\r\n");
		snprintf(out, size, "%.*s", (int)(len < size ? len : size - 1), text);
		text += len;
	} while (*text && out[0] == '#');
}

static bool is_property(const char *line)
{
	size_t words = strcspn(line, ":");

	return words < 32 && line[words] == ':' && strcspn(line, ",;=") > words &&
	       strncasecmp(line, "set:", 4) != 0;
}

/* What its tools print before anything else, in each language. */
static bool is_microsofts(const char *text)
{
	char head[512];

	snprintf(head, sizeof head, "%s", text);
	return strstr(head, "Copyright") && strstr(head, "Microsoft");
}

static enum format format_guess(const char *text)
{
	char line[256], first[64];
	struct id id;

	first_line(text, line, sizeof line);
	if (strstr(line, "Windows Deployment Services") || line[0] == '[' || is_microsofts(text))
		return FORMAT_WDS;
	if (strncmp(line, "dhcp-", 5) == 0 || strncmp(line, "--dhcp-", 7) == 0)
		return FORMAT_DNSMASQ;
	snprintf(first, sizeof first, "%.*s", (int)(strcspn(line, ",") % sizeof first), line);
	if (strchr(line, ',') && id_parse_kind(ID_MAC, lines_trimmed(first), &id))
		return FORMAT_DNSMASQ;
	return is_property(line) ? FORMAT_WDS : FORMAT_CSV;
}

static bool format_read(const struct asked *asked, const char *text, enum format *out,
			char why[WHY_SIZE])
{
	const char *name = asked_option(asked, "format");

	*out = format_guess(text);
	if (!name || strcmp(name, "auto") == 0)
		return true;
	for (unsigned i = 0; i < FORMATS; i++)
		if (strcmp(formats[i], name) == 0) {
			*out = (enum format)i;
			return true;
		}
	snprintf(why, WHY_SIZE, "--format must be csv, wds or dnsmasq, not \"%.40s\"", name);
	return false;
}

/* ---- what is read ------------------------------------------------------------------------------
 */

/* Lines that are told at the end, with those that are too many only counted. */
struct notes {
	unsigned n, kept;
	struct {
		unsigned line;
		char what[WHY_SIZE];
	} at[TOLD_MOST];
};

struct reading {
	struct import *import;
	unsigned devices;
	struct notes wrong, left_out;
};

static void note(struct notes *notes, unsigned line, const char *what)
{
	if (notes->n++ >= TOLD_MOST)
		return;
	notes->at[notes->kept].line = line;
	snprintf(notes->at[notes->kept++].what, WHY_SIZE, "%s", what);
}

static bool on_device(void *context, const struct draft *draft, unsigned line)
{
	struct reading *it = context;
	char why[WHY_SIZE];

	it->devices++;
	if (!import_put(it->import, draft, why))
		note(&it->wrong, line, why);
	return true;
}

static void on_wrong(void *context, unsigned line, const char *what)
{
	note(&((struct reading *)context)->wrong, line, what);
}

static void on_left_out(void *context, unsigned line, const char *what)
{
	note(&((struct reading *)context)->left_out, line, what);
}

static void read_text(struct reading *it, enum format format, char *text, size_t len)
{
	const struct read_told told = { { it, on_device, on_wrong }, on_left_out };

	if (format == FORMAT_WDS)
		(void)wds_read(text, &told);
	else if (format == FORMAT_DNSMASQ)
		(void)dnsmasq_read(text, &told);
	else
		(void)csv_read(text, len, &told.csv);
}

/* ---- what is answered --------------------------------------------------------------------------
 */

static void say_notes(struct say *say, const char *key, const struct notes *notes)
{
	if (notes->n == 0)
		return;
	say_open(say, key, '[');
	for (unsigned i = 0; i < notes->kept; i++) {
		say_open(say, NULL, '{');
		say_number(say, "line", notes->at[i].line);
		say_text(say, "what", notes->at[i].what);
		say_close(say, '}');
	}
	say_close(say, ']');
	if (notes->n > notes->kept)
		say_number(say, "more", notes->n - notes->kept);
}

static void say_counts(struct asked *asked, const struct reading *it, enum format format,
		       const struct import_counts *counts, bool written, const char *why)
{
	struct say *say = asked->say;

	say_text(say, "format", formats[format]);
	say_number(say, "added", counts->added);
	say_number(say, "changed", counts->changed);
	say_number(say, "same", counts->same);
	say_number(say, "dropped", counts->dropped);
	if (counts->refused > 0)
		say_number(say, "refused", counts->refused);
	if (counts->refused > 0)
		say_text(say, "refused-last", why);
	if (written)
		say_text(say, "written", store_state_path(inventory_store(asked->inventory)));
	say_notes(say, "left-out", &it->left_out);
	say_notes(say, "wrong", &it->wrong);
}

/* It failed: the sentence, and what there is beside it. */
static DWORD fail_with(struct asked *asked, const struct reading *it, DWORD code, const char *why,
		       bool ask)
{
	struct say *say = asked->say;

	say_open(say, NULL, '{');
	say_text(say, "error", why);
	if (ask)
		say_yes(say, "ask");
	say_notes(say, "left-out", &it->left_out);
	say_notes(say, "wrong", &it->wrong);
	say_close(say, '}');
	(void)say_end(say);
	return code;
}

static unsigned flags_of(const struct asked *asked)
{
	return (asked_option(asked, "replace") ? IMPORT_REPLACE : 0u) |
	       (asked_option(asked, "dry-run") ? IMPORT_DRY : 0u) |
	       (asked_option(asked, "yes") ? IMPORT_SURE : 0u) |
	       (asked_option(asked, "skip-wrong") ? IMPORT_SKIP : 0u);
}

static DWORD commit(struct asked *asked, struct reading *it, enum format format)
{
	struct import_counts counts = { 0 };
	char why[WHY_SIZE] = "", text[WHY_SIZE + 96];
	unsigned flags = flags_of(asked);
	int r = import_commit(it->import, flags, &counts, why);

	if (r == -EAGAIN) {
		import_drop(it->import);
		snprintf(text, sizeof text, "%s: if that is meant, say --yes", why);
		return fail_with(asked, it, ERROR_CANCELLED, text, true);
	}
	if (r == -EEXIST) {
		snprintf(text, sizeof text,
			 "%s: nothing was imported; remove one of the two, or --skip-wrong leaves "
			 "the line out",
			 why);
		return fail_with(asked, it, ERROR_INVALID_DATA, text, false);
	}
	if (r < 0)
		return asked_fail_store(asked, r, why);
	say_open(asked->say, NULL, '{');
	say_counts(asked, it, format, &counts, !(flags & IMPORT_DRY), why);
	say_close(asked->say, '}');
	return say_end(asked->say);
}

/* A list with mistakes is not taken by half, unless that is wanted. */
static DWORD judge(struct asked *asked, struct reading *it, enum format format)
{
	char why[WHY_SIZE];

	if (it->wrong.n > 0 && !asked_option(asked, "skip-wrong")) {
		import_drop(it->import);
		snprintf(why, sizeof why,
			 "%u line%s wrong, the first is %.60s:%u: nothing was imported; "
			 "--skip-wrong leaves them out",
			 it->wrong.n, it->wrong.n == 1 ? " is" : "s are", asked->command->pszInput,
			 it->wrong.at[0].line);
		return fail_with(asked, it, ERROR_INVALID_DATA, why, false);
	}
	if (it->devices == 0) {
		import_drop(it->import);
		snprintf(why, sizeof why, "no machine was found in %.100s, read as %s%s",
			 asked->command->pszInput, formats[format],
			 format == FORMAT_WDS ? ": if it has some: wdsutil is read in English; "
						"Get-WdsClient has "
						"the same words in every language"
					      : "");
		return fail_with(asked, it, ERROR_INVALID_DATA, why, false);
	}
	return commit(asked, it, format);
}

static DWORD import_text(struct asked *asked, char *text, size_t len)
{
	struct reading *it = calloc(1, sizeof *it);
	enum format format;
	char why[WHY_SIZE];
	DWORD status = ERROR_NOT_ENOUGH_MEMORY;

	if (!format_read(asked, text, &format, why)) {
		free(it);
		return asked_fail(asked, ERROR_INVALID_PARAMETER, why);
	}
	if (it)
		it->import = import_begin(inventory_store(asked->inventory));
	if (it && it->import) {
		read_text(it, format, text, len);
		status = judge(asked, it, format);
	}
	free(it);
	return status;
}

DWORD command_import(struct asked *asked)
{
	size_t len = 0;
	char *text;
	DWORD status;

	if (!asked->command->pszInput)
		return asked_fail(asked, ERROR_INVALID_PARAMETER,
				  "import needs a file: wdspxectl device import FILE, or - for "
				  "standard input");
	text = text_of(asked->command, &len);
	if (!text)
		return asked_fail(asked, ERROR_NOT_ENOUGH_MEMORY, "out of memory");
	status = import_text(asked, text, len);
	free(text);
	return status;
}
