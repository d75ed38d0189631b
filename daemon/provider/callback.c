#include "provider/callback.h"

#include "provider/call.h"
#include "provider/error_name.h"
#include "provider/life.h"
#include "provider/say.h"

typedef BOOL (*dll_main_fn)(HINSTANCE, DWORD, PVOID);

static void called(struct provider *p, const char *callback)
{
	call_enter(atomic_load(&p->log_name), callback, NULL, 0);
	PxeHostSetProvider(p->handle);
}

static void returned(void)
{
	PxeHostSetProvider(NULL);
	call_leave();
}

BOOL callback_dll_main(struct provider *p, DWORD reason)
{
	dll_main_fn dll_main = (dll_main_fn)module_find(&p->module, &p->module.entries.dll_main);
	HINSTANCE instance = (HINSTANCE)(uintptr_t)handle_make(
		MODULE_HANDLE_KIND, p->slot, guard_view(&p->host->slot[p->slot].guard).generation);
	BOOL done;

	if (!dll_main)
		return TRUE;
	called(p, "DllMain");
	done = dll_main(instance, reason, NULL);
	returned();
	return done;
}

DWORD callback_shutdown(struct provider *p)
{
	shutdown_fn shutdown = (shutdown_fn)atomic_load(&p->callback[PXE_CALLBACK_SHUTDOWN]);
	char error[ERROR_TEXT_MAX];
	DWORD code;

	if (!shutdown)
		return ERROR_SUCCESS;
	atomic_store(&p->state, PROVIDER_SHUTTING_DOWN);
	called(p, "PxeProviderShutdown");
	code = shutdown((PVOID)atomic_load(&p->context[PXE_CALLBACK_SHUTDOWN]));
	returned();
	if (code != ERROR_SUCCESS)
		host_say(p->host, p->name, PXE_TRACE_WARNING, "Shutdown returned %s",
			 error_text(code, error));
	return code;
}

DWORD callback_initialize(struct provider *p, initialize_fn initialize)
{
	DWORD code;

	atomic_store(&p->state, PROVIDER_INITIALIZING);
	called(p, "PxeProviderInitialize");
	code = initialize(p->handle, p->key);
	returned();
	atomic_store(&p->state, PROVIDER_RUNNING); /* now it is too late for PxeRegisterCallback */
	return code;
}

DWORD callback_control(struct provider *p, DWORD code)
{
	service_control_fn control =
		(service_control_fn)atomic_load(&p->callback[PXE_CALLBACK_SERVICE_CONTROL]);
	DWORD result;

	called(p, "PxeProviderServiceControl");
	result = control((PVOID)atomic_load(&p->context[PXE_CALLBACK_SERVICE_CONTROL]), code);
	returned();
	return result;
}

DWORD callback_command(struct provider *p, HANDLE handle, const PXE_COMMAND *command)
{
	command_fn answer = (command_fn)atomic_load(&p->callback[CALLBACK_COMMAND]);
	DWORD result;

	called(p, "PxeProviderCommand");
	result = answer((PVOID)atomic_load(&p->context[CALLBACK_COMMAND]), handle, command);
	returned();
	return result;
}
