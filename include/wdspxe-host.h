/* The door: the program that calls providers, the daemon or a test, is the host, and attaches
 * itself here.
 *
 * libwdspxe handles by itself everything that needs no host: the DHCP helpers, the list of
 * providers, the registry, wdsbp. Everything else goes through `struct pxe_host`. Without a host
 * those functions return ERROR_INVALID_HANDLE, PxeGetServerInfo says that nothing is traced, and
 * PxeTrace writes to stderr if the environment variable WDSPXE_TRACE is set.
 *
 * Providers do not use this header. For tests of providers, wdspxe-fake.h has a ready-made host.
 */
#ifndef WDSPXE_HOST_H
#define WDSPXE_HOST_H

#include <wdspxe.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* What the library asks of its host. Every member may be called on any thread, and checks the
 * handles that it gets: they may have any value. Pointers that the API calls mandatory have been
 * checked for NULL, as have the enumerations and sizes that can be checked without the host.
 * Results are status codes. No member may be NULL. */
struct pxe_host {
	size_t size; /* sizeof(struct pxe_host): says which later members exist */

	/* PxeRegisterCallback: type is below PXE_CALLBACK_MAX, or one of the Linux extensions;
	 * ERROR_NOT_SUPPORTED if the host does not know it. function is not NULL. */
	DWORD(*register_callback)
	(HANDLE provider, PXE_CALLBACK_TYPE type, PVOID function, PVOID context);
	/* PxeProviderSetAttribute: a known attribute, value not NULL, len is 4. */
	DWORD(*set_attribute)
	(HANDLE provider, PXE_PROVIDER_ATTRIBUTE attribute, const void *value, ULONG len);
	/* PxeSendReply: packet is not NULL, but may be anything else; len is not 0; address may be
	 * NULL; its flags are known and not a forbidden pair. */
	DWORD (*send_reply)(HANDLE request, PVOID packet, ULONG len, const PXE_ADDRESS *address);
	/* PxeAsyncRecvDone: action is 1 to 4. */
	DWORD (*async_recv_done)(HANDLE request, PXE_BOOT_ACTION action);
	/* PxePacketAllocate: size is 1 to 65507. Writes *out on success only. */
	DWORD (*packet_allocate)(HANDLE provider, HANDLE request, ULONG size, PVOID *out);
	/* PxePacketFree: packet is not NULL, but may be anything else. */
	DWORD (*packet_free)(HANDLE provider, HANDLE request, PVOID packet);
	/* Is this severity (one PXE_TRACE_* bit, or 0 for any of them) traced? */
	int (*trace_enabled)(PXE_SEVERITY severity);
	/* One line, valid UTF-8 without control characters, of an enabled severity. provider is
	 * what the provider passed or, where that was NULL, PxeHostSetProvider's; it may be
	 * anything. */
	void (*trace)(HANDLE provider, PXE_SEVERITY severity, const char *utf8);
	/* The DUID. *used becomes its size; ERROR_INSUFFICIENT_BUFFER if len is less. */
	DWORD (*server_duid)(PVOID buffer, ULONG len, PULONG used);
	/* The path of a module, UTF-8 with NUL. ERROR_MOD_NOT_FOUND: not one of the host's modules.
	 * ERROR_INSUFFICIENT_BUFFER: it does not fit. */
	DWORD (*module_file)(HINSTANCE module, char *utf8, size_t size);
	/* PxeRequestReason: kind is 1 to 4; text and file, read during the call, may be NULL. */
	DWORD(*request_reason)
	(HANDLE request, ULONG kind, const char *text, const char *file, ULONG line);
	/* PxeRequestWanted: 1 if the reason for this request will be logged, 2 if somebody reads
	 * each that is given, else 0. */
	int (*request_wanted)(HANDLE request);
	/* PxeRequestFail: error is neither ERROR_SUCCESS nor ERROR_IO_PENDING. */
	DWORD (*request_fail)(HANDLE request, DWORD error);
	/* PxeRequestInterface: name is not NULL. ERROR_INSUFFICIENT_BUFFER: it does not fit. */
	DWORD (*request_interface)(HANDLE request, char *name, size_t size);
	/* PxeProviderName: utf8 is not NULL. ERROR_INSUFFICIENT_BUFFER: it does not fit. */
	DWORD (*provider_name)(HANDLE provider, char *utf8, size_t size);
	/* PxeRequestIsTrial: not 0 if it is one. */
	int (*request_is_trial)(HANDLE request);
	/* PxeCommandWrite: text is not NULL, and is read during the call. */
	DWORD (*command_write)(HANDLE command, const char *text, ULONG len);
	/* PxeCounterRegister: the name is one, help is not NULL, kind is 1 or 2. */
	DWORD(*counter_register)
	(HANDLE provider, const char *name, const char *help, ULONG kind, ULONG *counter);
	/* PxeCounterAdd; with `set`, PxeCounterSet. */
	DWORD (*counter_add)(HANDLE provider, ULONG counter, LONGLONG value, int set);
};

/**
 * Makes *host the host of this process. The structure still belongs to the caller, and must live
 * until it is detached. ERROR_INVALID_STATE: there is already a host. ERROR_INVALID_PARAMETER:
 * NULL, too small, or a NULL member.
 */
DWORD PxeHostAttach(const struct pxe_host *host);

/**
 * Detaches the host, and waits until no thread is inside a member or has a provider set
 * (PxeHostSetProvider). Must not be called from a member, or by a thread that has a provider set.
 * ERROR_INVALID_STATE: there is no host.
 */
DWORD PxeHostDetach(void);

/**
 * Sets the packet that the next callback on the calling thread gets: packet and length as passed to
 * RecvRequest, and an index of its options that the daemon has already made, or NULL. The IPv4
 * getters use the index if they get exactly that pointer and length, and scan any other memory.
 * The packet must not change while it is set. After the callback, call PxeHostSetPacket(NULL, 0,
 * NULL, 0).
 *
 * The layout of the index is internal to the daemon and the library, and differs between versions:
 * an index whose index_size is not that of this library is not used. Other hosts pass NULL, 0.
 */
void PxeHostSetPacket(const void *packet, ULONG len, const void *index, size_t index_size);

/**
 * Sets the provider that the calling thread calls, so that its PxeTrace with a NULL handle is
 * logged under its name. Set NULL after the call.
 */
void PxeHostSetProvider(HANDLE provider);

/**
 * Sets the directory of the list of providers, for the functions that read and write it in this
 * process: an absolute path, UTF-8. NULL restores the default: the environment variable
 * WDSPXE_PROVIDERS_DIR (not in a setuid program), else providers-dir of /etc/wdspxed/wdspxed.conf,
 * else /etc/wdspxed/providers.d. ERROR_BAD_PATHNAME: not absolute. ERROR_NOT_ENOUGH_MEMORY.
 */
DWORD PxeHostSetProvidersDir(const char *path);

/**
 * Sets the state directory: programs' changes of settings are kept in STATE-DIR/registry, and laid
 * over the settings of a provider's own file; see wdspxe-registry(7). An absolute path, UTF-8; "":
 * there is none, and nothing is laid over. NULL restores the default: the environment variable
 * WDSPXE_STATE_DIR (not in a setuid program), else state-dir of /etc/wdspxed/wdspxed.conf, else
 * /var/lib/wdspxed.
 *
 * If `lasting` is FALSE, or the path "", this process writes nothing there: a change of a host's
 * key or of a key below it is kept in memory until that key is closed, and other changes return
 * ERROR_ACCESS_DENIED. If `lasting` is FALSE, so do PxeProviderRegister and PxeProviderUnRegister.
 * ERROR_BAD_PATHNAME: not absolute. ERROR_NOT_ENOUGH_MEMORY.
 */
DWORD PxeHostSetStateDir(const char *path, BOOL lasting);

/* The key that a host passes to PxeProviderInitialize. */

/**
 * Opens the settings of a provider's file for reading and writing: a snapshot of the file and of
 * the changes that programs have made. RegCloseKey has no effect on it. ERROR_FILE_NOT_FOUND,
 * ERROR_ACCESS_DENIED, ERROR_BAD_FORMAT (not libconfig), ERROR_NOT_ENOUGH_MEMORY,
 * ERROR_INVALID_PARAMETER (NULL).
 */
DWORD PxeHostKeyOpen(const char *path, HKEY *out);

/** Rereads both, for a provider that will get PARAMCHANGE. On failure nothing changes.
 * ERROR_INVALID_HANDLE, ERROR_KEY_DELETED (the file no longer exists), or as PxeHostKeyOpen. */
DWORD PxeHostKeyRefresh(HKEY key);

/** Completes a refresh. TRUE: the new settings stay. FALSE: the key returns to the settings from
 * before the last refresh, whatever the file says, for a provider that will get PARAMCHANGE once
 * more. Without a refresh before it, no setting changes; TRUE then says that the provider has read
 * them (its Initialize has returned): large ones take little room until it reads them again.
 * ERROR_INVALID_HANDLE. */
DWORD PxeHostKeySettle(HKEY key, BOOL keep);

/** Makes PxeKeyLocation return `name`, which is copied, instead of the path as the file of this key
 * and of all keys below it: for a file that its reader does not know. ERROR_INVALID_HANDLE: not
 * from PxeHostKeyOpen. ERROR_INVALID_PARAMETER: NULL. ERROR_NOT_ENOUGH_MEMORY. */
DWORD PxeHostKeyName(HKEY key, const char *name);

/** Closes the key and all keys opened below it. ERROR_INVALID_HANDLE: not from PxeHostKeyOpen. */
DWORD PxeHostKeyClose(HKEY key);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
