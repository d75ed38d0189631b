/* FormatMessage: a message with inserts. It is read three times: for the number of inserts, for its
 * length, and to be written. */
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <windows/heapapi.h>
#include <windows/winbase.h>

#include "windows/format.h"
#include "windows/system_text.h"
#include "windows/text.h"

enum { INSERTS = 99, SPEC_MAX = 32, SYSTEM_MAX = 120 };

struct message {
	const void *text;
	bool text_wide; /* what `text` is; the inserts are of the kind of `out` */
	DWORD flags;
	bool counts; /* only how many inserts there are */
	size_t n_inserts;
	uintptr_t inserts[INSERTS + 2]; /* a format may take two numbers more */
	struct format_out out;
	DWORD error;
};

static uint32_t at(const struct message *message, size_t i)
{
	return text_get(message->text, message->text_wide, i);
}

static void put(struct message *message, uint32_t c)
{
	struct format_out *out = &message->out;

	if (out->len < out->room)
		text_put(out->at, out->wide, out->len, c);
	out->len++;
}

static void put_ascii(struct message *message, const char *text)
{
	while (*text)
		put(message, (unsigned char)*text++);
}

/* A line break that is not the message's own decision. */
static void put_break(struct message *message)
{
	if (message->flags & FORMAT_MESSAGE_MAX_WIDTH_MASK)
		put(message, ' ');
	else
		put_ascii(message, "\r\n");
}

/* ---- inserts ---- */

/* The value behind up to two numbers (*), each as wide as a pointer. */
static void insert_by(struct message *message, const void *format, ...)
{
	va_list args;

	va_start(args, format);
	if (!format_text(&message->out, format, args))
		message->error = ERROR_NOT_ENOUGH_MEMORY;
	va_end(args);
}

static size_t stars(const char *spec)
{
	size_t n = 0;

	for (; *spec; spec++)
		n += *spec == '*';
	return n < 2 ? n : 2;
}

static void insert(struct message *message, size_t number, const char *spec)
{
	union {
		char narrow[SPEC_MAX + 2];
		WCHAR wide[SPEC_MAX + 2];
	} format;
	const uintptr_t *values = &message->inserts[number - 1];
	size_t last = number + stars(spec);

	if (message->counts) {
		message->n_inserts = last > message->n_inserts ? last : message->n_inserts;
		return;
	}
	text_put(&format, message->out.wide, 0, '%');
	for (size_t i = 0; i <= strlen(spec); i++)
		text_put(&format, message->out.wide, i + 1, (unsigned char)spec[i]);
	insert_by(message, &format, values[0], values[1], values[2]);
}

/* The format between the !s, if there is one; how many characters that was. */
static size_t spec_read(const struct message *message, size_t i, char spec[SPEC_MAX])
{
	size_t n = 0;

	strcpy(spec, "s");
	if (at(message, i) != '!')
		return 0;
	while (at(message, i + 1 + n) != '!') {
		if (at(message, i + 1 + n) == 0 || n + 1 >= SPEC_MAX)
			return 0;
		n++;
	}
	for (size_t k = 0; k < n; k++)
		spec[k] = (char)at(message, i + 1 + k);
	spec[n] = '\0';
	return n + 2;
}

static bool is_digit(uint32_t c)
{
	return c >= '0' && c <= '9';
}

/* %1 to %99; behind it. */
static size_t insert_read(struct message *message, size_t i)
{
	size_t number = at(message, i + 1) - '0', end = i + 2, begin = i;
	char spec[SPEC_MAX];

	if (is_digit(at(message, end)))
		number = number * 10 + (at(message, end++) - '0');
	end += spec_read(message, end, spec);
	if (!(message->flags & FORMAT_MESSAGE_IGNORE_INSERTS))
		insert(message, number, spec);
	else
		while (begin < end)
			put(message, at(message, begin++));
	return end;
}

/* ---- the text ---- */

/* What follows a %; behind it, or 0: that is the end of the message. */
static size_t escape_read(struct message *message, size_t i)
{
	uint32_t c = at(message, i + 1);

	if (c == '0')
		return 0;
	if (is_digit(c))
		return insert_read(message, i);
	if (c == 0) {
		message->error = ERROR_INVALID_PARAMETER;
		return 0;
	}
	if (c == 'n')
		put_ascii(message, "\r\n");
	else
		put(message, c == 'r' ? '\r' : c == 't' ? '\t' : c == 'b' ? ' ' : c);
	return i + 2;
}

static void text_read(struct message *message)
{
	for (size_t i = 0; message->error == ERROR_SUCCESS && at(message, i) != 0;) {
		uint32_t c = at(message, i);

		if (c == '%') {
			i = escape_read(message, i);
			if (i == 0)
				break;
			continue;
		}
		if (c == '\n' || c == '\r') {
			i += c == '\r' && at(message, i + 1) == '\n' ? 2 : 1;
			put_break(message);
			continue;
		}
		put(message, c);
		i++;
	}
}

/* ---- what it is called with ---- */

/* The caller began the list, which the analyser does not see. */
static void list_read(struct message *message, va_list arguments)
{
	for (size_t i = 0; i < message->n_inserts; i++)
		message->inserts[i] =
			va_arg(arguments, uintptr_t); /* NOLINT(clang-analyzer-valist.*) */
}

/* As many as the text wants: there may be no more of them. */
static void inserts_read(struct message *message, va_list *arguments)
{
	message->counts = true;
	text_read(message);
	message->counts = false;
	message->out.len = 0;
	if (message->n_inserts == 0 || message->error != ERROR_SUCCESS)
		return;
	if (!arguments)
		message->error = ERROR_INVALID_PARAMETER;
	else if (message->flags & FORMAT_MESSAGE_ARGUMENT_ARRAY)
		memcpy(message->inserts, (const void *)arguments,
		       message->n_inserts * sizeof(message->inserts[0]));
	else
		list_read(message, *arguments);
}

/* The text that is meant, or the error. */
static DWORD text_find(struct message *message, LPCVOID source, DWORD id, char system[SYSTEM_MAX])
{
	const char *known = system_text(id);

	if (message->flags & FORMAT_MESSAGE_FROM_STRING) {
		message->text = source;
		message->text_wide = message->out.wide;
		return source ? ERROR_SUCCESS : ERROR_INVALID_PARAMETER;
	}
	if (!(message->flags & (FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_FROM_HMODULE)))
		return ERROR_INVALID_PARAMETER;
	if (!(message->flags & FORMAT_MESSAGE_FROM_SYSTEM) || !known)
		return ERROR_MR_MID_NOT_FOUND; /* modules have no messages here */
	snprintf(system, SYSTEM_MAX, "%s\r\n", known);
	message->text = system;
	message->text_wide = false;
	return ERROR_SUCCESS;
}

static void *room_make(size_t len, DWORD least, bool wide)
{
	size_t n = len + 1 > least ? len + 1 : least;

	return LocalAlloc(LMEM_FIXED, n * text_unit(wide));
}

/* Writes the text, whose length is known, where it is wanted. */
static DWORD write(struct message *message, void *buffer, DWORD size)
{
	size_t len = message->out.len;
	bool wide = message->out.wide;
	void *to = buffer;

	if (message->flags & FORMAT_MESSAGE_ALLOCATE_BUFFER)
		to = room_make(len, size, wide);
	else if (len >= size)
		return ERROR_INSUFFICIENT_BUFFER;
	if (!to)
		return ERROR_NOT_ENOUGH_MEMORY;
	message->out = (struct format_out){ .at = to, .room = len, .wide = wide };
	text_read(message);
	text_put(to, wide, len, 0);
	if (message->flags & FORMAT_MESSAGE_ALLOCATE_BUFFER)
		memcpy(buffer, &to, sizeof(to));
	return message->error;
}

static DWORD format_message(bool wide, DWORD flags, LPCVOID source, DWORD id, void *buffer,
			    DWORD size, va_list *arguments)
{
	struct message message = { .flags = flags, .out = { .wide = wide } };
	char system[SYSTEM_MAX];

	message.error = buffer ? text_find(&message, source, id, system) : ERROR_INVALID_PARAMETER;
	if (message.error == ERROR_SUCCESS)
		inserts_read(&message, arguments);
	if (message.error == ERROR_SUCCESS)
		text_read(&message);
	if (message.error == ERROR_SUCCESS)
		message.error = write(&message, buffer, size);
	if (message.error == ERROR_SUCCESS)
		return (DWORD)message.out.len;
	SetLastError(message.error);
	return 0;
}

DWORD FormatMessageW(DWORD dwFlags, LPCVOID lpSource, DWORD dwMessageId, DWORD dwLanguageId,
		     LPWSTR lpBuffer, DWORD nSize, va_list *Arguments)
{
	(void)dwLanguageId;
	return format_message(true, dwFlags, lpSource, dwMessageId, lpBuffer, nSize, Arguments);
}

DWORD FormatMessageA(DWORD dwFlags, LPCVOID lpSource, DWORD dwMessageId, DWORD dwLanguageId,
		     LPSTR lpBuffer, DWORD nSize, va_list *Arguments)
{
	(void)dwLanguageId;
	return format_message(false, dwFlags, lpSource, dwMessageId, lpBuffer, nSize, Arguments);
}
