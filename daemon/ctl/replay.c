/* wdspxectl replay: the requests of a capture, each as a trial, in a table.
 *
 * The daemon's own code answers: that of the daemon that runs, or, for a configuration that does
 * not run, that of a wdspxed which serves nobody. It loads the providers as `wdspxed -t` does; this
 * program loads none.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "ctl/ask.h"
#include "ctl/commands.h"
#include "ctl/explain.h"
#include "ctl/oracle.h"
#include "ctl/print.h"

enum { TEXT_MAX = 1024, INDENT = 7, SAID = 256 };

struct replay {
	const struct call *call;
	struct oracle now, before; /* `before`: --against */
	bool compares;
	json_t *rows; /* NULL: for people */
	/* What clients said of themselves when they asked first; the oldest goes. */
	struct {
		json_t *request; /* NULL: none */
		unsigned frame;
	} said[SAID];
	unsigned next;
	unsigned n, silent, different;
};

/* ---- what an answer says ----------------------------------------------------------------------
 */

/* The last word of the last provider: what decided, or what came near. */
static const json_t *last_reason(const json_t *answer)
{
	const json_t *last = NULL;
	json_t *provider, *reason;
	size_t i, j;

	json_array_foreach(json_object_get(answer, "providers"), i, provider)
		json_array_foreach(json_object_get(provider, "reasons"), j,
				   reason) if (strcmp(text_of(reason, "kind"), "passed") != 0)
			last = reason;
	return last;
}

/* Who would have been asked. Is anybody? */
static bool paused_text(const json_t *answer, char *out, size_t size)
{
	const json_t *paused = json_object_get(answer, "paused"), *name;
	size_t i, len = 0;

	for (i = 0; i < json_array_size(paused) && len < size; i++) {
		name = json_array_get(paused, i);
		len += (size_t)snprintf(out + len, size - len, "%s%s", i ? ", " : "",
					json_string_value(name));
	}
	return i > 0;
}

static void why_text(const json_t *answer, char *out, size_t size)
{
	const json_t *reason = last_reason(answer);
	const char *file = json_string_value(json_object_get(reason, "file"));
	const char *text = json_string_value(json_object_get(reason, "text"));
	const char *fault = json_string_value(json_object_get(answer, "fault"));
	char names[TEXT_MAX / 4];

	out[0] = '\0';
	if (fault)
		snprintf(out, size, " (%s)", fault);
	else if (file && number_of(reason, "line") > 0)
		snprintf(out, size, " (%s:%lld%s%s)", path_base(file), number_of(reason, "line"),
			 text ? ": " : "", text ? text : "");
	else if (text)
		snprintf(out, size, " (%s)", text);
	else if (explain_is_silence(answer) && paused_text(answer, names, sizeof(names)))
		snprintf(out, size, " (%s; paused: %s)", text_of(answer, "meaning"), names);
	else if (explain_is_silence(answer))
		snprintf(out, size, " (%s)", text_of(answer, "meaning"));
}

static const char *got_text(const json_t *answer, char out[static TEXT_MAX])
{
	const char *server = json_string_value(json_object_get(answer, "server"));
	const char *file = json_string_value(json_object_get(answer, "boot-file"));
	long long items = json_integer_value(json_object_get(answer, "items"));
	char why[TEXT_MAX / 2], menu[40] = "";

	why_text(answer, why, sizeof(why));
	if (items > 0)
		snprintf(menu, sizeof(menu), ", menu with %lld item%s", items,
			 items == 1 ? "" : "s");
	if (explain_is_silence(answer))
		snprintf(out, TEXT_MAX, "nothing: %s%s", text_of(answer, "outcome"), why);
	else
		snprintf(out, TEXT_MAX, "%s%s%s%s%s%s%s", text_of(answer, "message"),
			 server ? " from " : "", server ? server : "", file ? ", boot file " : "",
			 file ? file : "", menu, why);
	return out;
}

/* Would the client notice? */
static bool is_same(const json_t *a, const json_t *b)
{
	const json_t *replies = json_object_get(a, "replies");

	return json_equal(replies, json_object_get(b, "replies")) &&
	       (json_array_size(replies) > 0 ||
		strcmp(text_of(a, "outcome"), text_of(b, "outcome")) == 0);
}

/* ---- what was said before ---------------------------------------------------------------------
 */

static const char *who_of(const json_t *request)
{
	const char *who = json_string_value(json_object_get(request, "mac"));

	return who ? who : json_string_value(json_object_get(request, "id"));
}

static bool is_second(const json_t *request)
{
	return strcmp(text_of(request, "row"), "pxe-request") == 0;
}

static void remember(struct replay *it, unsigned frame, json_t *request)
{
	unsigned place = it->next % SAID;

	if (!who_of(request) || is_second(request))
		return;
	json_decref(it->said[place].request);
	it->said[place].request = json_incref(request);
	it->said[place].frame = frame;
	it->next++;
}

static void forget(struct replay *it)
{
	for (unsigned i = 0; i < SAID; i++)
		json_decref(it->said[i].request);
}

/* The first request of who asks on port 4011 now, the last of them. NULL: it is not in the file. */
static const json_t *first_of(const struct replay *it, const json_t *request, unsigned *frame)
{
	const char *who = who_of(request);

	for (unsigned i = 1; who && is_second(request) && i <= SAID && i <= it->next; i++) {
		unsigned place = (it->next - i) % SAID;

		if (strcmp(who_of(it->said[place].request), who) != 0)
			continue;
		*frame = it->said[place].frame;
		return it->said[place].request;
	}
	return NULL;
}

/* Firmware that says no architecture is taken for BIOS. */
static bool is_said(const json_t *request, const char *key)
{
	bool assumed = json_object_get(request, "arch-assumed") && strcmp(key, "arch") == 0;

	return json_object_get(request, key) && !assumed;
}

/* What a client has said of itself at first, and leaves out on port 4011: the daemon remembers it
 * of whom it has offered something, a trial is nobody. NULL: nothing. */
static json_t *left_out_of(const struct replay *it, const json_t *request, unsigned *frame)
{
	static const char *const keys[] = { "arch", "uuid", "vendor-class", "user-class" };
	const json_t *first = first_of(it, request, frame);
	json_t *names = first ? json_array() : NULL;

	for (size_t i = 0; first && i < ARRAY_LEN(keys); i++)
		if (is_said(first, keys[i]) && !is_said(request, keys[i]))
			json_array_append_new(names, json_string(keys[i]));
	if (json_array_size(names) > 0)
		return names;
	json_decref(names);
	return NULL;
}

/* ---- the table --------------------------------------------------------------------------------
 */

static void print_client(unsigned frame, const json_t *answer)
{
	const json_t *request = json_object_get(answer, "request");
	const char *who = who_of(request);

	printf("%5u  %-17s  %s", frame, who ? who : "?",
	       request ? text_of(request, "row") : "cannot be read");
	if (json_object_get(request, "arch"))
		printf(", %s", text_of(request, "arch"));
	if (json_is_true(json_object_get(request, "ipxe")))
		fputs(", iPXE", stdout);
	putchar('\n');
}

static void print_left_out(const json_t *names, unsigned frame)
{
	char text[TEXT_MAX];
	size_t used =
		(size_t)snprintf(text, sizeof(text), "(it leaves out what frame %u says:", frame);
	const json_t *name;
	size_t i;

	json_array_foreach((json_t *)names, i, name) used += (size_t)snprintf(
		text + used, sizeof(text) - used, "%s %s", i ? "," : "", json_string_value(name));
	snprintf(text + used, sizeof(text) - used,
		 "; of a client whom it has offered something the daemon remembers that)");
	pad(0, INDENT);
	print_words(INDENT, text);
}

static void print_got(const char *title, const json_t *answer)
{
	int indent = INDENT + (int)strlen(title);
	char text[TEXT_MAX];

	pad(0, INDENT);
	paint(explain_is_silence(answer) ? RED : GREEN, title);
	print_words(indent, got_text(answer, text));
}

static void add_row(struct replay *it, unsigned frame, json_t *now, json_t *before)
{
	unsigned first = 0;
	json_t *names = left_out_of(it, json_object_get(now, "request"), &first);
	json_t *row = json_pack("{s:i,s:O}", "frame", (int)frame, "answer", now);

	if (before)
		json_object_set(row, "before", before);
	if (names) {
		json_object_set_new(row, "left-out", names);
		json_object_set_new(row, "said-in", json_integer(first));
	}
	json_array_append_new(it->rows, row);
}

static void print_row(const struct replay *it, unsigned frame, const json_t *now,
		      const json_t *before)
{
	unsigned first = 0;
	json_t *names = left_out_of(it, json_object_get(now, "request"), &first);

	print_client(frame, now);
	if (names)
		print_left_out(names, first);
	json_decref(names);
	if (before)
		print_got("before: ", before);
	print_got(before ? "now:    " : "", now);
}

static void show(struct replay *it, unsigned frame, json_t *now, json_t *before)
{
	if (it->rows)
		add_row(it, frame, now, before);
	else
		print_row(it, frame, now, before);
}

static void count(struct replay *it, const json_t *now, const json_t *before)
{
	it->n++;
	it->silent += explain_is_silence(now);
	it->different += before && !is_same(now, before);
}

/* ---- one request ------------------------------------------------------------------------------
 */

/* The options that explain has too. */
static size_t shared_words(const struct arguments *arguments, const char *words[static 8])
{
	static const char *const shared[] = { "--interface", "--assume", "--ask-all" };
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_LEN(shared); i++) {
		const char *value = arguments_option(arguments, shared[i]);

		if (!value)
			continue;
		words[n++] = shared[i];
		if (value[0])
			words[n++] = value;
	}
	return n;
}

static int ask_both(struct replay *it, const struct explain_words *words, json_t **now,
		    json_t **before)
{
	int r = oracle_ask(&it->now, words->word, words->n, now);

	*before = NULL;
	if (r == CTL_OK && it->compares)
		r = oracle_ask(&it->before, words->word, words->n, before);
	if (r && *now) {
		json_decref(*now);
		*now = NULL;
	}
	return r;
}

static int replay_one(struct replay *it, unsigned frame, const struct capture_datagram *d)
{
	const char *shared[8];
	size_t n = shared_words(&it->call->arguments, shared);
	json_t *now = NULL, *before = NULL;
	struct explain_words words;
	int r = explain_words_make(d, shared, n, &words) < 0 ? CTL_FAILED
							     : ask_both(it, &words, &now, &before);

	explain_words_done(&words);
	if (r)
		return r;
	count(it, now, before);
	if (!before || !is_same(now, before))
		show(it, frame, now, before);
	remember(it, frame, json_object_get(now, "request"));
	json_decref(now);
	json_decref(before);
	return CTL_OK;
}

static int replay_all(struct replay *it, struct capture *capture)
{
	struct capture_datagram d;
	int r = CTL_OK;

	while (r == CTL_OK && capture_next(capture, &d))
		if (packet_is_request(&d))
			r = replay_one(it, capture->frame, &d);
	return r;
}

/* ---- the command ------------------------------------------------------------------------------
 */

static void print_json_rows(const struct replay *it)
{
	json_t *all = json_pack("{s:b,s:i,s:i,s:O}", "ok", 1, "requests", (int)it->n, "silent",
				(int)it->silent, "rows", it->rows);

	if (it->compares)
		json_object_set_new(all, "different", json_integer(it->different));
	print_json(all);
	json_decref(all);
}

static int tell(const struct replay *it, const char *path)
{
	if (it->n == 0)
		return packet_file_fail(path, "no request of a client is in it");
	if (it->rows)
		print_json_rows(it);
	else if (it->compares)
		printf("%u request%s, %u answered otherwise than before\n", it->n,
		       it->n == 1 ? "" : "s", it->different);
	else
		printf("%u request%s, %u would get an answer\n", it->n, it->n == 1 ? "" : "s",
		       it->n - it->silent);
	return it->different > 0 ? CTL_FAILED : CTL_OK;
}

static int open_oracles(struct replay *it)
{
	const char *new = arguments_option(&it->call->arguments, "-c");
	const char *old = arguments_option(&it->call->arguments, "--against");
	int r = oracle_open(&it->now, it->call, new);

	it->compares = old != NULL;
	if (r == CTL_OK && old)
		r = oracle_open(&it->before, it->call, old);
	return r;
}

static int replay_capture(const struct call *call, const char *path, struct capture *capture)
{
	struct replay it = { .call = call, .rows = call->json ? json_array() : NULL };
	int r = open_oracles(&it);

	if (r == CTL_OK)
		r = replay_all(&it, capture);
	oracle_close(&it.now);
	oracle_close(&it.before);
	if (r == CTL_OK)
		r = tell(&it, path);
	json_decref(it.rows);
	forget(&it);
	return r;
}

int run_replay(const struct call *call)
{
	const char *path = call->arguments.word[0];
	_cleanup_(freep) uint8_t *octets = NULL;
	struct capture capture = { 0 };
	const char *why = packet_file_open(path, &octets, &capture);

	return why ? packet_file_fail(path, why) : replay_capture(call, path, &capture);
}
