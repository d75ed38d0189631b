/* A host that writes down what it is asked and answers as it was told: for tests of the door. */
#pragma once

#include <stdatomic.h>
#include <stdio.h>

#include <wdspxe-host.h>

static struct {
	PXE_SEVERITY mask; /* what is traced */
	DWORD answer;      /* what the members that return a status code return */
	char call[64];     /* the member that was called last */
	HANDLE handle;
	PXE_SEVERITY severity;
	char text[8192];
	unsigned lines;
} recorded;

static DWORD record(const char *call, HANDLE handle)
{
	snprintf(recorded.call, sizeof(recorded.call), "%s", call);
	recorded.handle = handle;
	return recorded.answer;
}

static DWORD on_register(HANDLE provider, PXE_CALLBACK_TYPE type, PVOID function, PVOID context)
{
	(void)type, (void)function, (void)context;
	return record("register_callback", provider);
}

static DWORD on_attribute(HANDLE provider, PXE_PROVIDER_ATTRIBUTE attribute, const void *value,
			  ULONG len)
{
	(void)attribute, (void)value, (void)len;
	return record("set_attribute", provider);
}

static DWORD on_send(HANDLE request, PVOID packet, ULONG len, const PXE_ADDRESS *address)
{
	(void)packet, (void)len, (void)address;
	return record("send_reply", request);
}

static DWORD on_done(HANDLE request, PXE_BOOT_ACTION action)
{
	(void)action;
	return record("async_recv_done", request);
}

static DWORD on_allocate(HANDLE provider, HANDLE request, ULONG size, PVOID *out)
{
	(void)provider, (void)size;
	if (recorded.answer == ERROR_SUCCESS)
		*out = recorded.text;
	return record("packet_allocate", request);
}

static DWORD on_free(HANDLE provider, HANDLE request, PVOID packet)
{
	(void)provider, (void)packet;
	return record("packet_free", request);
}

static int on_trace_enabled(PXE_SEVERITY severity)
{
	return (severity ? recorded.mask & severity : recorded.mask) != 0;
}

static void on_trace(HANDLE provider, PXE_SEVERITY severity, const char *utf8)
{
	recorded.handle = provider;
	recorded.severity = severity;
	snprintf(recorded.text, sizeof(recorded.text), "%s", utf8);
	recorded.lines++;
}

static const uint8_t recorded_duid[] = {
	0, 4, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16
};

static DWORD on_duid(PVOID buffer, ULONG len, PULONG used)
{
	*used = sizeof(recorded_duid);
	if (len < sizeof(recorded_duid))
		return ERROR_INSUFFICIENT_BUFFER;
	memcpy(buffer, recorded_duid, sizeof(recorded_duid));
	return ERROR_SUCCESS;
}

#define RECORDED_MODULE ((HINSTANCE)(uintptr_t)0xa70000000000001)
#define RECORDED_PATH   "/usr/lib/wdspxed/providers/h\xc3\xa9llo.so"

static DWORD on_module(HINSTANCE module, char *utf8, size_t size)
{
	if (module != RECORDED_MODULE)
		return ERROR_MOD_NOT_FOUND;
	return (size_t)snprintf(utf8, size, RECORDED_PATH) < size ? ERROR_SUCCESS
								  : ERROR_INSUFFICIENT_BUFFER;
}

static DWORD on_reason(HANDLE request, ULONG kind, const char *text, const char *file, ULONG line)
{
	(void)kind, (void)text, (void)file, (void)line;
	return record("request_reason", request);
}

static int on_wanted(HANDLE request)
{
	return record("request_wanted", request) == ERROR_SUCCESS ? 7 : 0;
}

static DWORD on_fail(HANDLE request, DWORD error)
{
	(void)error;
	return record("request_fail", request);
}

static DWORD on_interface(HANDLE request, char *name, size_t size)
{
	(void)name, (void)size;
	return record("request_interface", request);
}

static DWORD on_name(HANDLE provider, char *utf8, size_t size)
{
	(void)utf8, (void)size;
	return record("provider_name", provider);
}

static int on_is_trial(HANDLE request)
{
	return record("request_is_trial", request) == ERROR_SUCCESS ? 7 : 0;
}

static DWORD on_write(HANDLE command, const char *text, ULONG len)
{
	(void)text, (void)len;
	return record("command_write", command);
}

static DWORD on_counter(HANDLE provider, const char *name, const char *help, ULONG kind,
			ULONG *counter)
{
	(void)name, (void)help, (void)kind, (void)counter;
	return record("counter_register", provider);
}

static DWORD on_add(HANDLE provider, ULONG counter, LONGLONG value, int set)
{
	(void)counter, (void)value;
	return record(set ? "counter_set" : "counter_add", provider);
}

static const struct pxe_host recording_host = {
	.size = sizeof(recording_host),
	.register_callback = on_register,
	.set_attribute = on_attribute,
	.send_reply = on_send,
	.async_recv_done = on_done,
	.packet_allocate = on_allocate,
	.packet_free = on_free,
	.trace_enabled = on_trace_enabled,
	.trace = on_trace,
	.server_duid = on_duid,
	.module_file = on_module,
	.request_reason = on_reason,
	.request_wanted = on_wanted,
	.request_fail = on_fail,
	.request_interface = on_interface,
	.provider_name = on_name,
	.request_is_trial = on_is_trial,
	.command_write = on_write,
	.counter_register = on_counter,
	.counter_add = on_add,
};
