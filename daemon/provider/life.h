/* The life of a provider: its states, and where a start can fail. Types only. */
#pragma once

enum provider_state {
	PROVIDER_NEW,
	PROVIDER_INITIALIZING,
	PROVIDER_RUNNING,
	PROVIDER_SHUTTING_DOWN,
	PROVIDER_UNLOADED,
	PROVIDER_FAILED,
};

/* Where start failed; each has its own message for the admin. */
enum {
	PROVIDER_E_UNTRUSTED = 1, /* others may write the module or a folder on the way */
	PROVIDER_E_UNLOADABLE,    /* no such file, or dlopen refused it */
	PROVIDER_E_NO_ENTRY,      /* no PxeProviderInitialize */
	PROVIDER_E_INITIALIZE,    /* it returned an error */
	PROVIDER_E_CALLBACKS,     /* RECV_REQUEST or SHUTDOWN was not registered */
};
