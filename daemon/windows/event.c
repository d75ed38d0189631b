/* Events: CreateEvent, SetEvent, ResetEvent, PulseEvent. */
#include <stdlib.h>

#include "windows/handle.h"
#include "windows/named.h"
#include "windows/wait.h"

struct event {
	struct object object;
	bool manual, set;
};

static bool event_ready(const struct object *object, const struct thread *thread)
{
	(void)thread;
	return ((const struct event *)object)->set;
}

static bool event_take(struct object *object, struct thread *thread)
{
	struct event *event = (struct event *)object;

	(void)thread;
	event->set = event->manual;
	return false;
}

static DWORD event_signal(struct object *object, struct thread *thread)
{
	(void)thread;
	((struct event *)object)->set = true;
	wait_wake(object);
	return ERROR_SUCCESS;
}

static void event_destroy(struct object *object)
{
	free(object);
}

static const struct object_type event_type = {
	.ready = event_ready, .take = event_take, .signal = event_signal, .destroy = event_destroy
};

static HANDLE event_create(struct object_name name, DWORD flags)
{
	struct event *event = calloc(1, sizeof(*event));

	if (event) {
		object_init(&event->object, &event_type);
		event->manual = flags & CREATE_EVENT_MANUAL_RESET;
		event->set = flags & CREATE_EVENT_INITIAL_SET;
	}
	if (flags & ~(DWORD)(CREATE_EVENT_MANUAL_RESET | CREATE_EVENT_INITIAL_SET) &&
	    name.error == ERROR_SUCCESS)
		name.error = ERROR_INVALID_PARAMETER;
	return named_create(event ? &event->object : NULL, name, false);
}

static DWORD flags_of(BOOL manual, BOOL set)
{
	return (manual ? CREATE_EVENT_MANUAL_RESET : 0) | (set ? CREATE_EVENT_INITIAL_SET : 0);
}

HANDLE CreateEventW(LPSECURITY_ATTRIBUTES lpEventAttributes, BOOL bManualReset, BOOL bInitialState,
		    LPCWSTR lpName)
{
	(void)lpEventAttributes;
	return event_create(object_name_w(lpName), flags_of(bManualReset, bInitialState));
}

HANDLE CreateEventA(LPSECURITY_ATTRIBUTES lpEventAttributes, BOOL bManualReset, BOOL bInitialState,
		    LPCSTR lpName)
{
	(void)lpEventAttributes;
	return event_create(object_name_a(lpName), flags_of(bManualReset, bInitialState));
}

HANDLE CreateEventExW(LPSECURITY_ATTRIBUTES lpEventAttributes, LPCWSTR lpName, DWORD dwFlags,
		      DWORD dwDesiredAccess)
{
	(void)lpEventAttributes, (void)dwDesiredAccess;
	return event_create(object_name_w(lpName), dwFlags);
}

HANDLE CreateEventExA(LPSECURITY_ATTRIBUTES lpEventAttributes, LPCSTR lpName, DWORD dwFlags,
		      DWORD dwDesiredAccess)
{
	(void)lpEventAttributes, (void)dwDesiredAccess;
	return event_create(object_name_a(lpName), dwFlags);
}

HANDLE OpenEventW(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCWSTR lpName)
{
	(void)dwDesiredAccess, (void)bInheritHandle;
	return named_open(object_name_w(lpName), &event_type);
}

HANDLE OpenEventA(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCSTR lpName)
{
	(void)dwDesiredAccess, (void)bInheritHandle;
	return named_open(object_name_a(lpName), &event_type);
}

/* Sets the event, unless `pulse` and `set` say otherwise. */
static BOOL event_change(HANDLE handle, bool set, bool pulse)
{
	struct object *object;

	pthread_mutex_lock(&object_lock);
	object = handle_find(handle, &event_type);
	if (object && (set || pulse))
		event_signal(object, NULL);
	if (object && !set)
		((struct event *)object)->set = false;
	pthread_mutex_unlock(&object_lock);
	if (!object)
		SetLastError(ERROR_INVALID_HANDLE);
	return object != NULL;
}

BOOL SetEvent(HANDLE hEvent)
{
	return event_change(hEvent, true, false);
}

BOOL ResetEvent(HANDLE hEvent)
{
	return event_change(hEvent, false, false);
}

BOOL PulseEvent(HANDLE hEvent)
{
	return event_change(hEvent, false, true);
}
