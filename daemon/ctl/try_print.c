#include "ctl/try_print.h"

#include <stdio.h>
#include <string.h>

#include "base/path.h"
#include "ctl/explain.h"
#include "ctl/print.h"

enum { TEXT_MAX = 1024 };

/* Of the innermost message, where it came through relays. */
static const char *message_name(const json_t *fields)
{
	const char *name = NULL;
	json_t *field;
	size_t i;

	json_array_foreach((json_t *)(uintptr_t)fields, i, field)
	{
		const json_t *inner = json_object_get(field, "fields");
		const char *inside = inner ? message_name(inner) : NULL;

		if (inside)
			return inside;
		if (strcmp(text_of(field, "name"), "msg-type") == 0 ||
		    strcmp(text_of(field, "name"), "DHCP Msg Type") == 0)
			name = text_of(field, "value");
	}
	return name;
}

static void print_request(const json_t *request)
{
	const char *message = message_name(json_object_get(request, "fields"));
	char text[TEXT_MAX];

	snprintf(text, sizeof(text), "%s, from %s port %lld to %s port %lld",
		 message ? message : "a packet", text_of(request, "from"),
		 number_of(request, "from-port"),
		 json_is_true(json_object_get(request, "unicast")) ? text_of(request, "to")
								   : "all, on",
		 number_of(request, "port"));
	print_titled("asks", PLAIN, text);
}

static void print_reason(const json_t *reason)
{
	char text[TEXT_MAX], place[300] = "";

	if (text_of(reason, "file")[0] && number_of(reason, "line") > 0)
		snprintf(place, sizeof(place), "%s:%lld: ", path_base(text_of(reason, "file")),
			 number_of(reason, "line"));
	snprintf(text, sizeof(text), "%s%s%s%s", place, text_of(reason, "kind"),
		 text_of(reason, "text")[0] ? ": " : "", text_of(reason, "text"));
	print_titled("reason", PLAIN, text);
}

static void print_judge(const json_t *judge)
{
	const char *result = text_of(judge, "result"), *server = text_of(judge, "server");
	bool is_good = strcmp(result, "boots") == 0 || strcmp(result, "asks") == 0;
	char text[TEXT_MAX];

	print_titled("firmware",
		     is_good                    ? GREEN
		     : strcmp(result, "nobody") ? RED
						: YELLOW,
		     text_of(judge, "word"));
	if (!text_of(judge, "file")[0])
		return;
	snprintf(text, sizeof(text), "%s%s%s", text_of(judge, "file"), server[0] ? ", from " : "",
		 server);
	print_titled("file", PLAIN, text);
}

static void print_reply(const json_t *reply)
{
	char text[TEXT_MAX];

	snprintf(text, sizeof(text), "to %s port %lld, from port %lld", text_of(reply, "to"),
		 number_of(reply, "to-port"), number_of(reply, "from-port"));
	print_titled("reply", PLAIN, text);
	explain_print_fields(json_object_get(reply, "fields"), LABEL);
	if (json_is_object(json_object_get(reply, "judge")))
		print_judge(json_object_get(reply, "judge"));
}

static void print_outcome(const json_t *row)
{
	const char *provider = text_of(row, "provider");
	bool is_replied = json_array_size(json_object_get(row, "replies")) > 0;
	char text[TEXT_MAX];

	snprintf(text, sizeof(text), "%s: %s", text_of(row, "outcome"), text_of(row, "meaning"));
	print_titled("outcome", is_replied ? GREEN : YELLOW, text);
	if (number_of(row, "error")) {
		snprintf(text, sizeof(text), "%s returned %lld", provider, number_of(row, "error"));
		print_titled("error", RED, text);
	}
}

void try_print(const json_t *row)
{
	json_t *item;
	size_t i;

	if (json_object_get(row, "frame")) {
		char frame[32];

		snprintf(frame, sizeof(frame), "%lld", number_of(row, "frame"));
		print_titled("frame", PLAIN, frame);
	}
	if (json_object_get(row, "request"))
		print_request(json_object_get(row, "request"));
	json_array_foreach(json_object_get(row, "traces"), i, item)
		print_titled(i ? "" : "traces", PLAIN, json_string_value(item));
	if (json_object_get(row, "outcome"))
		print_outcome(row);
	if (json_object_get(row, "reason"))
		print_reason(json_object_get(row, "reason"));
	json_array_foreach(json_object_get(row, "replies"), i, item) print_reply(item);
	putchar('\n');
}
