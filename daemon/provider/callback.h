/* A provider's callbacks, apart from RecvRequest. They block in its code. */
#pragma once

#include "provider/state.h"

typedef DWORD (*initialize_fn)(HANDLE provider, HKEY key);

enum { DLL_DETACH = 0, DLL_ATTACH = 1 };

/** Its DllMain, where it has one; else TRUE. */
BOOL callback_dll_main(struct provider *p, DWORD reason);
DWORD callback_initialize(struct provider *p, initialize_fn initialize);
/** ServiceControl, which is registered. */
DWORD callback_control(struct provider *p, DWORD code);
/** A command, which is registered. */
DWORD callback_command(struct provider *p, HANDLE handle, const PXE_COMMAND *command);
/** Shutdown, where it is registered. An error is said. */
DWORD callback_shutdown(struct provider *p);
