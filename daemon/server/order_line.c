#include "server/order_line.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/cleanup.h"
#include "base/json_line.h"
#include "control/plain_json.h"
#include "provider/error_name.h"

enum { WHY_MAX = 512, SENTENCE_SEARCHED = 64 << 10, NAME_SHOWN = 100 };

/* ---- what is wrong ---- */

/* The member "error" of a short answer. NULL: it has none. */
static json_t *own_sentence(const char *text, size_t len)
{
	json_t *answer = len <= SENTENCE_SEARCHED ? json_loadb(text, len, 0, NULL) : NULL;
	const char *error = json_string_value(json_object_get(answer, "error"));
	json_t *sentence = error ? plain_json(error) : NULL;

	json_decref(answer);
	return sentence;
}

__attribute__((format(printf, 2, 3))) static json_t *say(const char *provider, const char *format,
							 ...)
{
	char text[WHY_MAX];
	int used = snprintf(text, sizeof(text), "provider \"%.*s\" ", NAME_SHOWN, provider);
	va_list args;

	va_start(args, format);
	vsnprintf(text + used, sizeof(text) - (size_t)used, format, args);
	va_end(args);
	return plain_json(text);
}

/* NULL: nothing is, and the text is JSON or empty. Else it is dropped, unless it is JSON. */
static json_t *what_is_wrong(struct order *order, const char *provider)
{
	const char *wrong = NULL;
	json_t *sentence = NULL;
	char code[ERROR_TEXT_MAX];
	size_t at = 0;

	switch (order->end) {
	case ORDER_NO_TURN:
		return say(provider, "was kept by a reload for %d s: it did not get the command",
			   PXE_COMMAND_SECONDS);
	case ORDER_GONE:
		return say(provider, "was shut down before it got the command");
	case ORDER_TOO_LONG:
		return say(provider, "answered with more than %u MiB, and that was dropped",
			   PXE_COMMAND_ANSWER_MAX >> 20);
	case ORDER_NO_MEMORY:
		return say(provider, "answered, but there was no memory for what it wrote");
	case ORDER_ABORTED:
		return say(provider, "was stopped while it answered");
	case ORDER_DONE:
		break;
	}
	wrong = order->len > 0 ? json_line(order->text, order->len, &at) : NULL;
	if (wrong)
		order->len = 0;
	if (order->status == ERROR_SUCCESS)
		return wrong ? say(provider, "answered with what is no JSON: octet %zu: %s", at,
				   wrong)
			     : NULL;
	sentence = own_sentence(order->text, order->len);
	return sentence ? sentence : say(provider, "returned %s", error_text(order->status, code));
}

/* ---- the line ---- */

/* A command that was not called, or did not come to its end, has no status of its own. */
static char *head_of(const struct order *order, json_t *error)
{
	json_t *head = json_pack("{s:b}", "ok", error == NULL);
	char *text;

	if (error)
		json_object_set(head, "error", error);
	if (order->end == ORDER_DONE)
		json_object_set_new(head, "status", json_integer(order->status));
	text = json_dumps(head, JSON_COMPACT);
	json_decref(head);
	return text;
}

/* Behind the head's members, instead of its bracket. */
static char *join(const char *head, const char *text, size_t len, size_t *line_len)
{
	static const char key[] = ",\"answer\":", nothing[] = "null", end[] = "}\n";
	size_t head_len = strlen(head) - 1;
	char *line, *at;

	if (len == 0) {
		text = nothing;
		len = strlen(nothing);
	}
	*line_len = head_len + strlen(key) + len + strlen(end);
	line = malloc(*line_len);
	if (!line)
		return NULL;
	at = mempcpy(line, head, head_len);
	at = mempcpy(at, key, strlen(key));
	at = mempcpy(at, text, len);
	memcpy(at, end, strlen(end));
	return line;
}

char *order_line(struct order *order, const char *provider, size_t *len)
{
	_cleanup_(freep) char *text = NULL;
	_cleanup_(freep) char *head = NULL;
	json_t *error = what_is_wrong(order, provider);

	text = TAKE(order->text);
	if (order->end != ORDER_DONE)
		order->len = 0;
	head = head_of(order, error);
	json_decref(error);
	return head ? join(head, text, order->len, len) : NULL;
}
