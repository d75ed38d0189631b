/* The door: who calls providers, the daemon or a test, is the host, and attaches itself here.
 *
 * libwdspxe does by itself what needs no host: the DHCP helpers, the list of providers, the
 * registry, wdsbp. What needs one goes through `struct pxe_host`. Without a host those functions
 * return ERROR_INVALID_HANDLE, PxeGetServerInfo says that nothing is traced, and PxeTrace writes
 * to stderr if the environment variable WDSPXE_TRACE is set.
 *
 * Not for providers. For tests of providers there is a ready-made host: wdspxe-fake.h.
 */
#ifndef WDSPXE_HOST_H
#define WDSPXE_HOST_H

#include <wdspxe.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* What the library asks of its host. Every member is called on any thread, and checks the handles
 * it gets: they may be any value. Pointers that the API calls mandatory are not NULL any more, and
 * enumerations and sizes that can be checked without the host are checked. Results are status
 * codes. No member may be NULL. */
struct pxe_host {
	size_t size; /* sizeof(struct pxe_host), so that later members can be told apart */

	/* PxeRegisterCallback: type is below PXE_CALLBACK_MAX, function is not NULL. */
	DWORD(*register_callback)
	(HANDLE provider, PXE_CALLBACK_TYPE type, PVOID function, PVOID context);
	/* PxeProviderSetAttribute: a known attribute, value not NULL, len is 4. */
	DWORD(*set_attribute)
	(HANDLE provider, PXE_PROVIDER_ATTRIBUTE attribute, const void *value, ULONG len);
	/* PxeSendReply: packet is not NULL, but may be anything else; len is not 0; address may be
	 * NULL, its flags are known ones and no forbidden pair. */
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
	/* The DUID. *used becomes its size; ERROR_INSUFFICIENT_BUFFER where len is less. */
	DWORD (*server_duid)(PVOID buffer, ULONG len, PULONG used);
	/* The path of a module, UTF-8 with NUL. ERROR_MOD_NOT_FOUND: not one of the host's modules.
	 * ERROR_INSUFFICIENT_BUFFER: it does not fit. */
	DWORD (*module_file)(HINSTANCE module, char *utf8, size_t size);
	/* PxeRequestReason: kind is 1 to 3; text and file, read during the call, may be NULL. */
	DWORD(*request_reason)
	(HANDLE request, ULONG kind, const char *text, const char *file, ULONG line);
	/* PxeRequestWanted: not 0 where the reason of this request is read by anybody. */
	int (*request_wanted)(HANDLE request);
	/* PxeRequestFail: error is neither ERROR_SUCCESS nor ERROR_IO_PENDING. */
	DWORD (*request_fail)(HANDLE request, DWORD error);
};

/**
 * Makes *host the host of this process; the structure stays the caller's, and lives until detached.
 * ERROR_INVALID_STATE: there is one already. ERROR_INVALID_PARAMETER: NULL, too small, a NULL
 * member.
 */
DWORD PxeHostAttach(const struct pxe_host *host);

/**
 * Ends it, and waits until no thread is inside a member any more, or has a provider set
 * (PxeHostSetProvider). Not to be called from a member, nor by such a thread.
 * ERROR_INVALID_STATE: there is none.
 */
DWORD PxeHostDetach(void);

/**
 * Tells, on the calling thread, which packet's callback runs next: packet and length as handed to
 * RecvRequest, and an index of its options that the daemon has made already, or NULL. The IPv4
 * getters use the index when they get exactly that pointer and length, and scan any other memory.
 * The packet must not change while it is set. After the callback: PxeHostSetPacket(NULL, 0, NULL,
 * 0).
 *
 * How the index is laid out is the daemon's and the library's own affair, and differs between
 * versions: one of another index_size than this library's is not used. Other hosts pass NULL, 0.
 */
void PxeHostSetPacket(const void *packet, ULONG len, const void *index, size_t index_size);

/**
 * Tells, on the calling thread, which provider is being called, so that its PxeTrace with a NULL
 * handle is logged under its name. NULL after the call.
 */
void PxeHostSetProvider(HANDLE provider);

/**
 * Tells where the list of providers is, for the functions that read and write it in this process:
 * an absolute path, UTF-8. NULL: as without this call, which is the environment variable
 * WDSPXE_PROVIDERS_DIR (not in a setuid program), else providers-dir of /etc/wdspxed/wdspxed.conf,
 * else /etc/wdspxed/providers.d. ERROR_BAD_PATHNAME: not absolute. ERROR_NOT_ENOUGH_MEMORY.
 */
DWORD PxeHostSetProvidersDir(const char *path);

/* The key that a host hands to PxeProviderInitialize. */

/**
 * Opens the settings of a provider's file for reading and writing. RegCloseKey on it does nothing.
 * ERROR_FILE_NOT_FOUND, ERROR_ACCESS_DENIED, ERROR_BAD_FORMAT (not libconfig),
 * ERROR_NOT_ENOUGH_MEMORY, ERROR_INVALID_PARAMETER (NULL).
 */
DWORD PxeHostKeyOpen(const char *path, HKEY *out);

/** Reads the file anew, for a provider that will be told PARAMCHANGE. On failure: as it was.
 * ERROR_INVALID_HANDLE, ERROR_KEY_DELETED (no such file any more), or as PxeHostKeyOpen. */
DWORD PxeHostKeyRefresh(HKEY key);

/** Ends what a refresh began. TRUE: the new settings stay. FALSE: the key shows again what it
 * showed before the last refresh, whatever the file holds, for a provider that will be told
 * PARAMCHANGE once more. Without a refresh before it, nothing changes. ERROR_INVALID_HANDLE. */
DWORD PxeHostKeySettle(HKEY key, BOOL keep);

/** Makes PxeKeyLocation give `name`, which is copied, as the file of this key and of all below it,
 * instead of the path: for a file that its reader does not know. ERROR_INVALID_HANDLE: not from
 * PxeHostKeyOpen. ERROR_INVALID_PARAMETER: NULL. ERROR_NOT_ENOUGH_MEMORY. */
DWORD PxeHostKeyName(HKEY key, const char *name);

/** Closes it, with all keys opened below it. ERROR_INVALID_HANDLE: not from PxeHostKeyOpen. */
DWORD PxeHostKeyClose(HKEY key);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
