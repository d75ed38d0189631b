/* wdspxectl explain. */
#include "ctl/explain.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "ctl/ask.h"
#include "ctl/commands.h"
#include "ctl/print.h"
#include "dhcp/dhcp4.h"

/* ---- a packet as words ------------------------------------------------------------------------
 */

static void put(struct explain_words *words, const char *option, const char *value)
{
	words->word[words->n++] = option;
	words->word[words->n++] = value;
}

static char *hex_of(struct span octets)
{
	char *text = malloc(2 * octets.len + 1);

	for (size_t i = 0; text && i < octets.len; i++)
		snprintf(text + 2 * i, 3, "%02x", octets.at[i]);
	return text;
}

int explain_words_make(const struct capture_datagram *d, const char *const *others, size_t n,
		       struct explain_words *out)
{
	*out = (struct explain_words){ .word = calloc(n + EXPLAIN_OWN_WORDS, sizeof(*out->word)) };
	out->octets = hex_of(d->payload);
	if (!out->word || !out->octets)
		return -ENOMEM;
	for (; out->n < n; out->n++)
		out->word[out->n] = others[out->n];
	put(out, "--octets", out->octets);
	if (d->from.ip.family == IP_NONE)
		return 0;
	snprintf(out->port, sizeof(out->port), "%u", d->to.port);
	snprintf(out->from_port, sizeof(out->from_port), "%u", d->from.port);
	put(out, "--address", ip_text(&d->from.ip, out->from));
	put(out, "--from-port", out->from_port);
	put(out, "--to", ip_text(&d->to.ip, out->to));
	put(out, "--port", out->port);
	return 0;
}

void explain_words_done(struct explain_words *words)
{
	free(words->word);
	free(words->octets);
}

/* ---- for people -------------------------------------------------------------------------------
 */

bool explain_is_silence(const json_t *answer)
{
	return json_is_true(json_object_get(answer, "silence"));
}

__attribute__((format(printf, 3, 4))) static void print_line(const char *title, enum colour colour,
							     const char *format, ...)
{
	_cleanup_(freep) char *words = NULL;
	va_list args;
	int n;

	va_start(args, format);
	n = vasprintf(&words, format, args);
	va_end(args);
	if (n < 0)
		words = NULL;
	print_titled(title, colour, words ? words : "");
}

static void print_some(const json_t *object, const char *key, const char *title)
{
	if (json_object_get(object, key))
		print_titled(title, PLAIN, text_of(object, key));
}

static void print_request(const json_t *request)
{
	bool has_mac = json_object_get(request, "mac") != NULL;

	print_line("client", PLAIN, "%s%s%s%s",
		   has_mac ? text_of(request, "mac") : "no MAC address",
		   json_object_get(request, "arch") ? ", " : "",
		   json_object_get(request, "arch") ? text_of(request, "arch") : "",
		   json_is_true(json_object_get(request, "ipxe")) ? ", iPXE" : "");
	print_some(request, "uuid", "UUID");
	print_some(request, "duid", "DUID");
	print_some(request, "vendor-class", "vendor class");
	print_some(request, "user-class", "user class");
	print_some(request, "network", "network");
	print_line("asks", PLAIN, "%s, from %s port %lld to port %lld, on %s",
		   text_of(request, "row"), text_of(request, "from"),
		   number_of(request, "from-port"), number_of(request, "port"),
		   text_of(request, "interface"));
}

static const char *verdict_words(const json_t *provider)
{
	const char *verdict = text_of(provider, "verdict");

	if (strcmp(verdict, "not-asked") == 0)
		return "not asked: does not know trial requests (see --assume and --ask-all)";
	if (strcmp(verdict, "ignore") == 0)
		return "decides that nobody answers";
	if (strcmp(verdict, "rejected") == 0)
		return "hands on to the next provider";
	if (strcmp(verdict, "busy") == 0)
		return "could not be asked: it has its share of requests already";
	if (strcmp(verdict, "timeout") == 0)
		return "did not decide in time";
	if (strcmp(verdict, "error") == 0)
		return "failed";
	return verdict;
}

static void print_reason(const json_t *reason)
{
	const char *file = json_string_value(json_object_get(reason, "file"));
	const char *text = json_string_value(json_object_get(reason, "text"));
	const char *kind = text_of(reason, "kind");
	long long line = number_of(reason, "line");
	char where[300] = "", words[1024];

	if (file && line > 0)
		snprintf(where, sizeof(where), "%s:%lld: ", path_base(file), line);
	else if (file)
		snprintf(where, sizeof(where), "%s: ", path_base(file));
	snprintf(words, sizeof(words), "%s%s%s%s", where,
		 strcmp(kind, "decided") == 0 ? "decides"
		 : text                       ? text
					      : kind,
		 strcmp(kind, "decided") == 0 && text ? ": " : "",
		 strcmp(kind, "decided") == 0 && text ? text : "");
	pad(0, LABEL + 2);
	print_words(LABEL + 2, words);
}

static void print_provider(const json_t *provider)
{
	json_t *reason;
	size_t i;

	if (json_object_get(provider, "microseconds"))
		print_line(text_of(provider, "name"), PLAIN, "%s (after %lld us)",
			   verdict_words(provider), number_of(provider, "microseconds"));
	else
		print_titled(text_of(provider, "name"), YELLOW, verdict_words(provider));
	json_array_foreach(json_object_get(provider, "reasons"), i, reason) print_reason(reason);
}

void explain_print_fields(const json_t *fields, int indent)
{
	const json_t *inner;
	json_t *field;
	size_t i;

	json_array_foreach(fields, i, field)
	{
		char title[80] = "", number[24] = "";

		pad(0, indent);
		if (json_object_get(field, "code"))
			snprintf(number, sizeof(number), "%lld ", number_of(field, "code"));
		if (json_object_get(field, "fault"))
			snprintf(title, sizeof(title), "%s at %lld", text_of(field, "fault"),
				 number_of(field, "at"));
		else
			snprintf(title, sizeof(title), "%s%s", number, text_of(field, "name"));
		fputs(title, stdout);
		inner = json_object_get(field, "fields");
		if (json_object_get(field, "value")) {
			pad(width_of(title) + indent, 2 * LABEL + 2);
			putchar(' ');
			print_words(2 * LABEL + 3, text_of(field, "value"));
		} else {
			putchar('\n');
		}
		if (inner)
			explain_print_fields(inner, indent + 2);
	}
}

static void print_reply(const json_t *reply)
{
	const char *from = json_string_value(json_object_get(reply, "from"));

	print_line("reply", GREEN, "to %s port %lld, from %s%sport %lld%s%s", text_of(reply, "to"),
		   number_of(reply, "to-port"), from ? from : "", from ? " " : "",
		   number_of(reply, "from-port"), text_of(reply, "interface")[0] ? " by " : "",
		   text_of(reply, "interface"));
	explain_print_fields(json_object_get(reply, "fields"), LABEL);
}

/* The boot file, a menu, or where to ask for either. */
static void boot_text(const json_t *answer, char *out, size_t size)
{
	const json_t *request = json_object_get(answer, "request");
	const char *file = json_string_value(json_object_get(answer, "boot-file"));
	long long items = number_of(answer, "items");

	if (file)
		snprintf(out, size, ", boot file %s", file);
	else if (items > 0)
		snprintf(out, size, ", menu with %lld item%s", items, items == 1 ? "" : "s");
	else if (number_of(request, "port") == DHCP4_PORT_SERVER)
		snprintf(out, size, ", which it asks on port 4011 for its boot file");
	else
		snprintf(out, size, ", without a boot file");
}

static void print_got(const json_t *answer)
{
	bool has_server = json_object_get(answer, "server") != NULL;
	char boot[512];

	boot_text(answer, boot, sizeof(boot));
	print_line("gets", GREEN, "%s%s%s%s", text_of(answer, "message"),
		   has_server ? " from server " : "", has_server ? text_of(answer, "server") : "",
		   boot);
}

static void print_outcome(const json_t *answer)
{
	bool silence = explain_is_silence(answer);

	print_line("outcome", silence ? RED : GREEN, "%s: %s%s%s%s", text_of(answer, "outcome"),
		   text_of(answer, "meaning"), json_object_get(answer, "remedy") ? " (" : "",
		   json_object_get(answer, "remedy") ? text_of(answer, "remedy") : "",
		   json_object_get(answer, "remedy") ? ")" : "");
	if (json_object_get(answer, "fault"))
		print_line("fault", RED, "%s: %s", text_of(answer, "fault-of"),
			   text_of(answer, "fault"));
	if (silence)
		print_titled("gets", RED, "nothing: silence");
	else
		print_got(answer);
}

void explain_print(const json_t *answer)
{
	const json_t *request = json_object_get(answer, "request");
	json_t *item;
	size_t i;

	if (request)
		print_request(request);
	json_array_foreach(json_object_get(answer, "providers"), i, item) print_provider(item);
	json_array_foreach(json_object_get(answer, "paused"), i, item)
		print_titled(json_string_value(item), YELLOW, "not asked: it is paused");
	if (json_object_get(answer, "reasons-left-out"))
		print_line("", PLAIN, "and %lld more reasons, which had no room",
			   number_of(answer, "reasons-left-out"));
	print_outcome(answer);
	json_array_foreach(json_object_get(answer, "replies"), i, item) print_reply(item);
}

/* ---- the command ------------------------------------------------------------------------------
 */

static int status_of(const json_t *answer)
{
	return explain_is_silence(answer) ? CTL_FAILED : CTL_OK;
}

static int explain(const struct call *call)
{
	return ask_and_tell(call, explain_print, status_of);
}

/* An option that is for us alone, with its value: how many words it is. */
static size_t is_own(const char *word)
{
	static const char *const own[] = { "--packet", "--frame" };

	for (size_t i = 0; i < ARRAY_LEN(own); i++) {
		size_t len = strlen(own[i]);

		if (strncmp(word, own[i], len) == 0 && (!word[len] || word[len] == '='))
			return word[len] ? 1 : 2;
	}
	return 0;
}

/* The same question with the packet in place of the file. */
static int explain_packet(const struct call *call, const struct capture_datagram *d)
{
	_cleanup_(freep) const char **others = calloc(call->n_words + 1, sizeof(*others));
	struct call whole = *call;
	struct explain_words words;
	size_t n = 0;
	int r;

	if (!others)
		return CTL_FAILED;
	for (size_t i = 0; i < call->n_words;) {
		size_t own = is_own(call->words[i]);

		if (own == 0)
			others[n++] = call->words[i];
		i += own ? own : 1;
	}
	r = explain_words_make(d, others, n, &words);
	whole.words = words.word;
	whole.n_words = words.n;
	r = r == 0 ? explain(&whole) : CTL_FAILED;
	explain_words_done(&words);
	return r;
}

static int explain_file(const struct call *call, const char *path, const char *frame)
{
	_cleanup_(freep) uint8_t *octets = NULL;
	struct capture_datagram d;
	size_t len;
	const char *why = packet_file_read(path, &octets, &len);

	if (!why)
		why = packet_file_one(octets, len, frame ? word_count(frame) : 0, &d);
	return why ? packet_file_fail(path, why) : explain_packet(call, &d);
}

int run_explain(const struct call *call)
{
	enum { MAC, ARCH };
	const struct arguments *arguments = &call->arguments;
	const char *path = arguments_option(arguments, "--packet");

	if (path)
		return explain_file(call, path, arguments_option(arguments, "--frame"));
	if ((arguments->word[MAC] && arguments->word[ARCH]) ||
	    arguments_option(arguments, "--octets"))
		return explain(call);
	fputs("wdspxectl: explain: --mac and --arch are needed, or --packet\n", stderr);
	return CTL_USAGE;
}
