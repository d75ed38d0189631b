/* A host without a daemon, for tests of providers: loads a provider as wdspxed does, passes packets
 * to it, and shows its verdicts, its replies and its traces. Nothing touches the network.
 *
 *	cc test.c $(pkg-config --cflags --libs wdspxe) -lwdspxe-fake
 *
 *	PXE_FAKE *fake = PxeFakeNew();
 *	BYTE packet[600];
 *	PXE_FAKE_REQUEST request = { .pPacket = packet };
 *	PXE_FAKE_VERDICT verdict;
 *
 *	PxeFakeLoad(fake, "./hello.so", "greeting = \"hello\";", NULL, 0);
 *	request.uPacketLen = PxeFakeDiscover(packet, sizeof(packet), "52:54:00:00:00:01", 7);
 *	PxeFakeReceive(fake, &request, &verdict);
 *	assert(verdict.Action == PXE_BA_NBP && verdict.uReplies == 1);
 *	PxeFakeFree(fake);
 *
 * The dispatching, the handles, the destinations and the finishing of replies are the daemon's own
 * code. Call all functions on one thread; the provider's callbacks run on threads as in the daemon.
 */
#ifndef WDSPXE_FAKE_H
#define WDSPXE_FAKE_H

#include <stddef.h>

#include <wdspxe.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

typedef struct PXE_FAKE PXE_FAKE;

/* A datagram as it comes in. Members that are 0 or NULL are as for a client's first broadcast. */
typedef struct {
	const void *pPacket;
	ULONG uPacketLen;
	const char
		*pszFrom; /* source address; default "0.0.0.0", or "fe80::1" where pszLocal is v6 */
	USHORT uFromPort; /* default 68, or 546 */
	const char *pszLocal;     /* our address on that interface; default "192.0.2.1" */
	USHORT uPort;             /* ours: 67 (default), 4011 or 547 (default for v6) */
	BOOL bUnicast;            /* it was sent to pszLocal, not broadcast */
	const char *pszInterface; /* it came in on this one, up to 15 octets; default "fake0" */
} PXE_FAKE_REQUEST;

/* How it ended. Strings live until the next PxeFakeReceive. */
typedef struct {
	PXE_BOOT_ACTION Action; /* the decision; 0: no provider was asked, or none decided */
	const char *pszOutcome; /* the daemon's name for it: "answered", "rejected", "timeout" … */
	const char *pszProvider; /* the provider that decided, or "" */
	ULONG uReplies;          /* datagrams that would have been sent */
	ULONG uReason;           /* PXE_REASON_*, from PxeRequestReason; 0: it was not called */
	const char *pszReason;   /* its text, or "" */
	const char *pszFile;     /* its file, or "" */
	ULONG uLine;
} PXE_FAKE_VERDICT;

typedef struct {
	const BYTE *pPacket; /* as it would go out, finished */
	ULONG uPacketLen;
	const char *pszTo; /* destination address */
	USHORT uToPort;
	USHORT uFromPort;
} PXE_FAKE_REPLY;

/** Creates the host, at most one in a process. NULL: there is already a host, or no memory. */
PXE_FAKE *PxeFakeNew(void);

/** Shuts all providers down in reverse order, and destroys the host. NULL is fine. The modules are
 * unloaded, except under a sanitizer or valgrind, whose reports need their names. */
void PxeFakeFree(PXE_FAKE *pFake);

/**
 * Loads a module and initialises it, as the last provider of the chain. `pszSettings` is the inside
 * of the `settings` group of a drop-in file, or NULL. Other keys of the file may follow if the text
 * closes that group itself, as in "greeting = \"hello\"; }; threads = 1;"; see wdspxed.conf(5).
 * ERROR_SUCCESS; ERROR_INVALID_PARAMETER; ERROR_INVALID_DATA (the settings are not libconfig, or
 * have a key that no file has: `pszWhy` says in which of their lines, as "settings:LINE");
 * ERROR_MOD_NOT_FOUND, ERROR_BAD_FORMAT (cannot be loaded), ERROR_PROC_NOT_FOUND (no
 * PxeProviderInitialize), ERROR_DLL_INIT_FAILED (PxeProviderInitialize failed, or did not register
 * the required callbacks). On failure, a sentence with the reason is written to `pszWhy` (may be
 * NULL) of `uWhy` octets.
 */
DWORD PxeFakeLoad(PXE_FAKE *pFake, const char *pszModule, const char *pszSettings, char *pszWhy,
		  size_t uWhy);

/** Sends a service control code to every provider that registered for such codes, in order. */
void PxeFakeControl(PXE_FAKE *pFake, DWORD dwControl);

/**
 * Passes in a packet and waits until it is decided; a provider that never decides is given up after
 * its pending-timeout (2 seconds, unless the settings say otherwise).
 * ERROR_SUCCESS, or ERROR_INVALID_PARAMETER: an address is not valid.
 */
DWORD PxeFakeReceive(PXE_FAKE *pFake, const PXE_FAKE_REQUEST *pRequest, PXE_FAKE_VERDICT *pVerdict);

/** The same as a trial request: PxeRequestIsTrial is true, and only providers that have set
 * PXE_PROV_ATTR_TRIAL are asked. */
DWORD PxeFakeTry(PXE_FAKE *pFake, const PXE_FAKE_REQUEST *pRequest, PXE_FAKE_VERDICT *pVerdict);

/** A reply of the last PxeFakeReceive, counted from 0; NULL: there are not that many. */
const PXE_FAKE_REPLY *PxeFakeReply(const PXE_FAKE *pFake, ULONG uIndex);

/** A line that was traced since PxeFakeNew, as "severity: text", counted from 0; NULL: there are
 * not that many. The last 256 are kept. */
const char *PxeFakeTrace(const PXE_FAKE *pFake, ULONG uIndex);

/**
 * Builds a DISCOVER as the firmware of that architecture (option 93) broadcasts it: a BIOS ROM for
 * 0, EDK2 for the others, as HTTPClient where the architecture is one of HTTP Boot. Returns its
 * length, which is at most 548; 0 if it does not fit or pszMac is not a MAC address.
 */
ULONG PxeFakeDiscover(void *pPacket, ULONG uSize, const char *pszMac, USHORT uArch);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
