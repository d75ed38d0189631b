/* RegisterEventSource, ReportEvent: entries of the journal under the source's name.
 *
 * They go by the journal's own socket and its plain protocol, one datagram for an entry, and not by
 * libsystemd; the daemon's log thread is not asked, so that no filter of traces holds one back. The
 * socket never waits: where the journal takes nothing, the entry is lost, and the caller goes on.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <wdspxe.h>
#include <windows/winbase.h>

#include "windows/handle.h"
#include "windows/text.h"
#include "windows/utf.h"

enum { PRIORITY_ERROR = 3, PRIORITY_WARNING, PRIORITY_NOTICE, PRIORITY_INFO };

struct source {
	struct object object;
	char *name; /* UTF-8 */
};

static void source_destroy(struct object *object)
{
	free(((struct source *)object)->name);
	free(object);
}

static const struct object_type source_type = { .destroy = source_destroy };

static BOOL fail(DWORD error)
{
	SetLastError(error);
	return FALSE;
}

/* ---- text ---- */

/* Appends a text of either kind as UTF-8; what is no character becomes U+FFFD. */
static void put_text(FILE *to, const void *text, bool wide)
{
	size_t len = text_len(text, wide, SIZE_MAX / sizeof(WCHAR)), taken = 1;

	for (size_t i = 0; i < len; i += taken) {
		char octets[UTF8_MAX];
		size_t n_octets;
		bool bad = false;
		uint32_t c = wide ? text_get(text, true, i)
				  : utf8_get((const char *)text + i, len - i, &taken, &bad);

		n_octets = utf8_put(c, octets);
		fwrite(octets, 1, n_octets, to);
	}
}

/* A copy in UTF-8; NULL: no memory. */
static char *copy_text(const void *text, bool wide)
{
	char *copy = NULL;
	size_t size;
	FILE *to = open_memstream(&copy, &size);

	if (!to)
		return NULL;
	put_text(to, text, wide);
	if (fclose(to) != 0) {
		free(copy);
		return NULL;
	}
	return copy;
}

/* ---- sources ---- */

static HANDLE source_register(const void *server, const void *name, bool wide)
{
	struct source *source;
	HANDLE handle = NULL;

	if (server && text_get(server, wide, 0) != 0) {
		fail(ERROR_NOT_SUPPORTED);
		return NULL;
	}
	if (!name || text_get(name, wide, 0) == 0) {
		fail(ERROR_INVALID_PARAMETER);
		return NULL;
	}
	source = calloc(1, sizeof(*source));
	if (source) {
		object_init(&source->object, &source_type);
		source->name = copy_text(name, wide);
		pthread_mutex_lock(&object_lock);
		handle = source->name ? handle_new(&source->object) : NULL;
		pthread_mutex_unlock(&object_lock);
		handle_put(&source->object);
	}
	if (!handle)
		fail(ERROR_NOT_ENOUGH_MEMORY);
	return handle;
}

HANDLE RegisterEventSourceW(LPCWSTR lpUNCServerName, LPCWSTR lpSourceName)
{
	return source_register(lpUNCServerName, lpSourceName, true);
}

HANDLE RegisterEventSourceA(LPCSTR lpUNCServerName, LPCSTR lpSourceName)
{
	return source_register(lpUNCServerName, lpSourceName, false);
}

BOOL DeregisterEventSource(HANDLE hEventLog)
{
	struct object *source = handle_get(hEventLog, &source_type), *dead;
	bool closed;

	if (!source)
		return FALSE;
	pthread_mutex_lock(&object_lock);
	dead = handle_close(hEventLog, &closed);
	pthread_mutex_unlock(&object_lock);
	object_destroy(dead);
	handle_put(source);
	return TRUE;
}

/* ---- the journal ---- */

static pthread_once_t once = PTHREAD_ONCE_INIT;
static int journal_fd = -1;

static void journal_open(void)
{
	journal_fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
}

/* False: there is no journal. One that takes nothing now is one. */
static bool journal_send(const char *entry, size_t len)
{
	static const struct sockaddr_un address = { .sun_family = AF_UNIX,
						    .sun_path = "/run/systemd/journal/socket" };

	pthread_once(&once, journal_open);
	return sendto(journal_fd, entry, len, MSG_NOSIGNAL | MSG_DONTWAIT,
		      (const struct sockaddr *)&address, sizeof(address)) >= 0 ||
	       errno == EAGAIN || errno == EMSGSIZE;
}

/* NAME=value, or by its length where it has line breaks. */
static void put_field(FILE *to, const char *name, const char *value)
{
	uint64_t len = strlen(value);

	if (!strchr(value, '\n')) {
		fprintf(to, "%s=%s\n", name, value);
		return;
	}
	fprintf(to, "%s\n", name);
	for (int i = 0; i < 8; i++)
		fputc((int)(len >> 8 * i & 0xff), to);
	fprintf(to, "%s\n", value);
}

/* ---- an event ---- */

struct event {
	WORD type, category;
	DWORD id;
	char *text;
};

static int priority_of(WORD type)
{
	switch (type) {
	case EVENTLOG_ERROR_TYPE:
		return PRIORITY_ERROR;
	case EVENTLOG_WARNING_TYPE:
		return PRIORITY_WARNING;
	case EVENTLOG_AUDIT_FAILURE:
		return PRIORITY_NOTICE;
	default:
		return PRIORITY_INFO;
	}
}

static bool is_type(WORD type)
{
	return type <= EVENTLOG_AUDIT_FAILURE && (type & (type - 1)) == 0;
}

/* The strings, one after the other; without any, the number. */
static char *event_text(DWORD id, WORD n, const void *const *strings, bool wide)
{
	char *text = NULL;
	size_t size;
	FILE *to = open_memstream(&text, &size);

	if (!to)
		return NULL;
	if (n == 0)
		fprintf(to, "event %u", id);
	for (WORD i = 0; i < n; i++) {
		if (i > 0)
			fputc(' ', to);
		put_text(to, strings[i] ? strings[i] : L"", strings[i] ? wide : true);
	}
	if (fclose(to) != 0) {
		free(text);
		return NULL;
	}
	return text;
}

static void event_trace(const struct source *source, const struct event *event)
{
	static const PXE_SEVERITY severities[] = { [PRIORITY_ERROR] = PXE_TRACE_ERROR,
						   [PRIORITY_WARNING] = PXE_TRACE_WARNING,
						   [PRIORITY_NOTICE] = PXE_TRACE_INFO,
						   [PRIORITY_INFO] = PXE_TRACE_INFO };
	char *line;

	if (asprintf(&line, "%s: %s", source->name, event->text) < 0)
		return;
	PxeTraceA(NULL, severities[priority_of(event->type)], line);
	free(line);
}

static DWORD event_report(const struct source *source, const struct event *event)
{
	char *entry = NULL;
	size_t len;
	FILE *to = open_memstream(&entry, &len);

	if (!to)
		return ERROR_NOT_ENOUGH_MEMORY;
	put_field(to, "MESSAGE", event->text);
	put_field(to, "SYSLOG_IDENTIFIER", source->name);
	fprintf(to, "PRIORITY=%d\nEVENT_ID=%u\nEVENT_CATEGORY=%u\n", priority_of(event->type),
		event->id, event->category);
	if (fclose(to) != 0) {
		free(entry);
		return ERROR_NOT_ENOUGH_MEMORY;
	}
	if (!journal_send(entry, len))
		event_trace(source, event);
	free(entry);
	return ERROR_SUCCESS;
}

static BOOL report(HANDLE handle, struct event event, WORD n, const void *const *strings, bool wide)
{
	struct source *source = (struct source *)handle_get(handle, &source_type);
	DWORD error;

	if (!source)
		return FALSE;
	error = is_type(event.type) && (n == 0 || strings) ? ERROR_SUCCESS
							   : ERROR_INVALID_PARAMETER;
	if (error == ERROR_SUCCESS) {
		event.text = event_text(event.id, n, strings, wide);
		error = event.text ? event_report(source, &event) : ERROR_NOT_ENOUGH_MEMORY;
		free(event.text);
	}
	handle_put(&source->object);
	return error == ERROR_SUCCESS ? TRUE : fail(error);
}

BOOL ReportEventW(HANDLE hEventLog, WORD wType, WORD wCategory, DWORD dwEventID, PSID lpUserSid,
		  WORD wNumStrings, DWORD dwDataSize, LPCWSTR *lpStrings, LPVOID lpRawData)
{
	(void)lpUserSid, (void)dwDataSize, (void)lpRawData;
	return report(hEventLog, (struct event){ wType, wCategory, dwEventID, NULL }, wNumStrings,
		      (const void *const *)lpStrings, true);
}

BOOL ReportEventA(HANDLE hEventLog, WORD wType, WORD wCategory, DWORD dwEventID, PSID lpUserSid,
		  WORD wNumStrings, DWORD dwDataSize, LPCSTR *lpStrings, LPVOID lpRawData)
{
	(void)lpUserSid, (void)dwDataSize, (void)lpRawData;
	return report(hEventLog, (struct event){ wType, wCategory, dwEventID, NULL }, wNumStrings,
		      (const void *const *)lpStrings, false);
}
