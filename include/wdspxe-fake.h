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
 * The dispatching, the handles, the destinations, the finishing of replies and the plan of a reload
 * are the daemon's own code. Call all functions on one thread, the one that called PxeFakeNew; the
 * provider's callbacks run on threads as in the daemon, or on this one if it never blocks. Times
 * are in milliseconds, ports and codes are numbers in host order, text is UTF-8, and strings that
 * are passed in are copied.
 *
 * Reserved members of what is passed in must be 0, as an initialiser leaves them; in what is handed
 * out they are 0. So these structures can grow.
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

/* A packet on its way: from PxeFakeBegin to PxeFakeEnd. */
typedef struct PXE_FAKE_JOURNEY PXE_FAKE_JOURNEY;

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
	BOOL bTrial;              /* it comes from nobody: PxeRequestIsTrial is true */
	void *apReserved[7];
} PXE_FAKE_REQUEST;

/* How it ended. Strings live as long as the journey: those of PxeFakeReceive until the next one. */
typedef struct {
	PXE_BOOT_ACTION Action;  /* the decision; 0: no provider was asked, or none decided */
	const char *pszOutcome;  /* the daemon's name for it: "answered", "rejected", "timeout" …;
				  * "pending": it has not ended */
	const char *pszProvider; /* the provider that decided, or "" */
	ULONG uReplies;          /* datagrams that would have been sent, until now */
	ULONG uReason;           /* PXE_REASON_*, from PxeRequestReason; 0: it was not called */
	const char *pszReason;   /* its text, or "" */
	const char *pszFile;     /* its file, or "" */
	ULONG uLine;
	DWORD dwError; /* of the outcome "provider-failed": what the provider returned */
	void *apReserved[8];
} PXE_FAKE_VERDICT;

/* Ours, so it may get more members: never copy or embed it. */
typedef struct {
	const BYTE *pPacket; /* as it would go out, finished */
	ULONG uPacketLen;
	const char *pszTo; /* destination address */
	USHORT uToPort;
	USHORT uFromPort;
} PXE_FAKE_REPLY;

/* What came of a command. Strings live until the next PxeFakeCommand. */
typedef struct {
	DWORD dwStatus;   /* what the provider returned */
	LPCSTR pszAnswer; /* what it wrote; "" if nothing */
	ULONG uAnswer;    /* its octets */
	LPCSTR pszFault;  /* what is wrong with it: no JSON, too long, too late; "": nothing is */
} PXE_FAKE_ANSWER;

/* A provider that was loaded. Its counters go on where a new instance takes its place. Two modules
 * of one name share them. */
typedef struct {
	const char *pszName;  /* as verdicts name it; valid until PxeFakeFree */
	const char *pszState; /* as in wdspxectl list: "running", "paused" … ; static */
	ULONG uInstance; /* 1 for the one that was loaded; a reload that replaces it counts on */
	ULONG uOld;      /* earlier instances that still have requests */
	ULONG uPending;  /* requests that it has to decide */
	ULONG uLate;     /* requests that ended without it, whose memory it has not given back */
	ULONG uLeaked;   /* packets that it allocated and never freed */
	ULONG uTimeout;  /* milliseconds that it has to decide: its pending-timeout */
	void *apReserved[8];
} PXE_FAKE_PROVIDER;

enum { PXE_FAKE_FOREVER = 0x7fffffff }; /* of PxeFakeWait: some 25 days */

/* ---- the host ---------------------------------------------------------------------------------
 */

/** Creates the host, at most one in a process. NULL: there is already a host, or no memory. */
PXE_FAKE *PxeFakeNew(void);

/** Ends what is under way, shuts all providers down in reverse order, and destroys the host with
 * all that it handed out. NULL is fine. The modules are unloaded, except after PxeFakeKeepModules,
 * and under a sanitizer or valgrind, whose reports need their names. */
void PxeFakeFree(PXE_FAKE *pFake);

/** Modules stay loaded when their provider has been shut down, and after PxeFakeFree: for a library
 * that must not be unloaded, and for coverage and other tools that look at the end of the process.
 * Before the first PxeFakeLoad; later it counts for the modules that are loaded later. */
void PxeFakeKeepModules(PXE_FAKE *pFake);

/* ---- providers --------------------------------------------------------------------------------
 */

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

/**
 * The same with the provider's file as the administrator has it in providers.d, which has its name,
 * its module and its settings. `pszModule` is loaded in place of the module that the file names;
 * NULL: that one. The file is read again at each PxeFakeReload, and never written. Returns as
 * PxeFakeLoad, a place being "FILE:LINE"; ERROR_FILE_NOT_FOUND: it cannot be read.
 */
DWORD PxeFakeLoadFile(PXE_FAKE *pFake, const char *pszFile, const char *pszModule, char *pszWhy,
		      size_t uWhy);

/** What is known of a provider, counted from 0 in the order in which they were loaded.
 * ERROR_SUCCESS, ERROR_NOT_FOUND (there are not that many), ERROR_INVALID_PARAMETER. */
DWORD PxeFakeProvider(const PXE_FAKE *pFake, ULONG uProvider, PXE_FAKE_PROVIDER *pProvider);

/** The value of a counter that the provider has registered, PxeCounterRegister. ERROR_SUCCESS;
 * ERROR_NOT_FOUND: there is no such provider, or no such counter; ERROR_INVALID_PARAMETER. */
DWORD PxeFakeCounter(const PXE_FAKE *pFake, ULONG uProvider, const char *pszName,
		     LONGLONG *pllValue);

/** Writes other settings into the file of a provider that PxeFakeLoad made, as an administrator
 * would: nothing happens before PxeFakeReload. `pszSettings` is as of PxeFakeLoad. ERROR_SUCCESS;
 * ERROR_NOT_FOUND; ERROR_ACCESS_DENIED (its file is the caller's, from PxeFakeLoadFile: write
 * that); ERROR_WRITE_FAULT; ERROR_INVALID_PARAMETER. */
DWORD PxeFakeChange(PXE_FAKE *pFake, ULONG uProvider, const char *pszSettings);

/**
 * Reloads as `systemctl reload wdspxed` does, all or nothing. A provider whose file and module did
 * not change is left alone, but PXE_CONTROL_FILES is sent to one that has set PXE_PROV_ATTR_FILES.
 * One with other settings gets PARAMCHANGE, its registry key showing the new ones; if it has no
 * PxeProviderServiceControl or answers with an error, a new instance takes its place, as where its
 * module or its threads changed. New instances are initialised first, PARAMCHANGE comes after that.
 *
 * If one fails, all goes on as before: what was started is shut down, and those that got
 * PARAMCHANGE get it again, with the old settings. Requests under way finish with the instance that
 * they began with; that is shut down in the PxeFakeTurn, PxeFakeWait or PxeFakeReceive after its
 * last one has ended, or else by PxeFakeFree.
 *
 * Returns as PxeFakeLoad, with the reason in `pszWhy`, and what a provider has answered to
 * PXE_CONTROL_FILES where that is the reason.
 */
DWORD PxeFakeReload(PXE_FAKE *pFake, char *pszWhy, size_t uWhy);

/** Sends a service control code to every provider that registered for such codes, in order.
 * ERROR_SUCCESS; the first error that one of them returned; ERROR_CALL_NOT_IMPLEMENTED: none has
 * registered. It blocks as long as they do. */
DWORD PxeFakeControl(PXE_FAKE *pFake, DWORD dwControl);

/** Sends one to one provider: what its PxeProviderServiceControl returned, or
 * ERROR_CALL_NOT_IMPLEMENTED, ERROR_NOT_FOUND. SERVICE_CONTROL_PAUSE that it takes makes it paused:
 * it is asked nothing, until a SERVICE_CONTROL_CONTINUE that it takes. */
DWORD PxeFakeControlOne(PXE_FAKE *pFake, ULONG uProvider, DWORD dwControl);

/* ---- a packet, the simple form ----------------------------------------------------------------
 */

/**
 * Gives a command to the first provider that registered PXE_CALLBACK_COMMAND, on a thread of its
 * own, and waits until it returns. pCommand has the words and the input; its cbSize is set here.
 * ERROR_SUCCESS; ERROR_CALL_NOT_IMPLEMENTED: no provider takes commands; ERROR_INVALID_PARAMETER:
 * NULL; ERROR_NOT_ENOUGH_MEMORY.
 */
DWORD PxeFakeCommand(PXE_FAKE *pFake, const PXE_COMMAND *pCommand, PXE_FAKE_ANSWER *pAnswer);

/**
 * Passes in a packet and waits until it is decided; a provider that never decides is given up after
 * its pending-timeout (2 seconds, unless the settings say otherwise). `pVerdict` may be NULL.
 * ERROR_SUCCESS; ERROR_INVALID_PARAMETER: an address is not valid; ERROR_NOT_ENOUGH_MEMORY.
 */
DWORD PxeFakeReceive(PXE_FAKE *pFake, const PXE_FAKE_REQUEST *pRequest, PXE_FAKE_VERDICT *pVerdict);

/** The same as a trial request: PxeRequestIsTrial is true, and only providers that have set
 * PXE_PROV_ATTR_TRIAL are asked. */
DWORD PxeFakeTry(PXE_FAKE *pFake, const PXE_FAKE_REQUEST *pRequest, PXE_FAKE_VERDICT *pVerdict);

/** A reply of the last PxeFakeReceive or PxeFakeTry, counted from 0; NULL: there are not that many.
 * It lives until the next one. */
const PXE_FAKE_REPLY *PxeFakeReply(const PXE_FAKE *pFake, ULONG uIndex);

/** A line that was traced since PxeFakeNew, as "severity: text", counted from 0; NULL: there are
 * not that many. The last 256 are kept: a line lives until 256 more have been traced. */
const char *PxeFakeTrace(const PXE_FAKE *pFake, ULONG uIndex);

/** Forgets the lines that were traced until now: the next one is number 0. */
void PxeFakeForgetTraces(PXE_FAKE *pFake);

/* ---- several at once, and time ----------------------------------------------------------------
 */

/**
 * Passes in a packet and does not wait: when this returns, a provider that never blocks has been
 * called, and others are being called. Any number may be under way, as many as the daemon's table
 * has here (64); the 65th ends at once, as "table-full". *ppJourney is the caller's until
 * PxeFakeEnd. Returns as PxeFakeReceive; ERROR_BUSY: 8 trial requests are under way.
 */
DWORD PxeFakeBegin(PXE_FAKE *pFake, const PXE_FAKE_REQUEST *pRequest, PXE_FAKE_JOURNEY **ppJourney);

/** One turn of the host's loop: takes the verdicts and replies that the providers' threads have
 * brought, and ends what is past its deadline. It does not wait. Returns how many requests are
 * under way. */
ULONG PxeFakeTurn(PXE_FAKE *pFake);

/** Turns until a request has ended, or with NULL all of them, but for no longer than that in real
 * time. A clock that stands goes on standing. ERROR_SUCCESS, WAIT_TIMEOUT. */
DWORD PxeFakeWait(PXE_FAKE *pFake, const PXE_FAKE_JOURNEY *pJourney, ULONG uMilliseconds);

/** How a request stands, by the last turn. ERROR_SUCCESS: it has ended; ERROR_IO_PENDING: it has
 * not, and the verdict says "pending"; ERROR_INVALID_PARAMETER. */
DWORD PxeFakeVerdict(const PXE_FAKE_JOURNEY *pJourney, PXE_FAKE_VERDICT *pVerdict);

/** A reply to it, counted from 0; NULL: there are not that many, until now. It lives until
 * PxeFakeEnd. */
const PXE_FAKE_REPLY *PxeFakeReplyTo(const PXE_FAKE_JOURNEY *pJourney, ULONG uIndex);

/** Forgets a request, ended or not: one under way goes on, and nobody hears of it. NULL is fine. */
void PxeFakeEnd(PXE_FAKE_JOURNEY *pJourney);

/**
 * Moves the host's clock, by which deadlines pass (pending-timeout), and does a turn. From the
 * first call on, also of 0, that clock stands between calls. While PxeFakeReceive waits for longer
 * than a deadline, that time passes too. What a provider itself reads from the system's clock is
 * its own affair.
 */
void PxeFakeAdvance(PXE_FAKE *pFake, ULONG uMilliseconds);

/* ---- clients ----------------------------------------------------------------------------------
 */

/* What a client sends: DHCPv4 message, and its counterpart where uFamily is 6. */
enum {
	PXE_FAKE_DISCOVER = 1,  /* DISCOVER to 67; SOLICIT to 547 */
	PXE_FAKE_REQUEST_LEASE, /* REQUEST to 67, Request to 547: it takes a lease */
	PXE_FAKE_REQUEST_BOOT,  /* REQUEST to 4011, in both families: it asks for the boot file */
	PXE_FAKE_INFORM,        /* INFORM to 67, Information-request to 547 */
};

typedef struct {
	USHORT uCode; /* 1 to 254; with IPv6, 1 to 65535 */
	USHORT uLen;  /* up to 255; with IPv6, as much as the packet has room for */
	const void *pValue;
} PXE_FAKE_OPTION;

/* A client that is made up: what it sends has the octets, in the order, that firmware of its kind
 * sends. Members that are 0 or NULL are as such firmware has them. */
typedef struct {
	const char *pszMac;  /* needed: "52:54:00:00:00:01" */
	USHORT uArch;        /* PXE_ARCH_*: option 93 or 61. 0, a BIOS ROM; others EDK2. One of HTTP
			      * Boot makes it an HTTPClient */
	ULONG uFamily;       /* 4 (default) or 6 */
	BOOL bIpxe;          /* iPXE, in place of that firmware */
	const char *pszUuid; /* default: one made of the MAC; "": it has none */
	const char *pszVendorClass, *pszUserClass; /* in place of its own */
	ULONG uXid;                                /* default: made of the MAC */
	USHORT uSecs;                              /* since it began to ask */
	USHORT uMaxSize;                           /* option 57, DHCPv4 */

	/* Of all but the first message. */
	const char *pszAddress;  /* its own; default "192.0.2.100", or "2001:db8::100" */
	const char *pszServer;   /* whom it asks by address (option 54); default: PXE_FAKE_REQUEST's
				  * pszLocal. "": nobody by name */
	const void *pServerDuid; /* the same over IPv6: the ADVERTISE's option 2. NULL: on 4011 it
				  * names none */
	ULONG uServerDuid;       /* its length */
	BOOL bItem;              /* it asks for an item of a menu (43.71) */
	USHORT uItem, uLayer;

	/* Of a relay between it and us. It passes nothing on to port 4011. */
	const char *pszRelay; /* giaddr, or the link-address of a RELAY-FORW; NULL: none */
	const char *pszPeer;  /* over IPv6: the client's address as the relay says it */
	BOOL bLinkLayer;      /* over IPv6: the relay tells the MAC (option 79) */
	const void *pCircuitId, *pRemoteId, *pSubscriberId; /* of option 82; options 18, 37, 38 */
	USHORT uCircuitId, uRemoteId, uSubscriberId;        /* their lengths */

	const PXE_FAKE_OPTION *pOptions; /* beside its own, or in place of them; at most 8 */
	ULONG uOptions;
	void *apReserved[16];
} PXE_FAKE_CLIENT;

/**
 * Writes what the client sends into `pPacket` of `uSize` octets, and fills *pRequest with how it
 * comes in: the packet, its length, the addresses and ports, and whether it is unicast.
 * pszInterface and bTrial stay as they are; so does pszLocal where it is set, which otherwise
 * becomes "192.0.2.1" or "2001:db8::1". *pRequest borrows the packet, and the strings of *pClient.
 * 1472 octets are enough for any packet.
 *
 * ERROR_SUCCESS; ERROR_INVALID_PARAMETER: a member is not valid, or no such client exists;
 * ERROR_INSUFFICIENT_BUFFER: the packet does not fit. On failure *pRequest is as it was.
 */
DWORD PxeFakeClient(const PXE_FAKE_CLIENT *pClient, ULONG uMessage, void *pPacket, ULONG uSize,
		    PXE_FAKE_REQUEST *pRequest);

/**
 * Builds a DISCOVER as the firmware of that architecture (option 93) broadcasts it: a BIOS ROM for
 * 0, EDK2 for the others, as HTTPClient where the architecture is one of HTTP Boot. Returns its
 * length, which is at most 548; 0 if it does not fit or pszMac is not a MAC address.
 */
ULONG PxeFakeDiscover(void *pPacket, ULONG uSize, const char *pszMac, USHORT uArch);

/* ---- what firmware makes of a reply -----------------------------------------------------------
 */

enum {
	PXE_FAKE_BOOTS = 1, /* it boots by this reply: szFile, and by TFTP from szServer */
	PXE_FAKE_ASKS,      /* it takes the reply, and asks on: szServer on port 4011, or "", all */
	PXE_FAKE_FAILS,     /* it takes the reply, and boots nothing */
	PXE_FAKE_DROPS,     /* it leaves the reply alone */
	PXE_FAKE_NOBODY,    /* the request was not of a network boot client */
};

typedef struct {
	ULONG uResult;     /* PXE_FAKE_BOOTS … */
	char szWord[256];  /* why, a sentence without a full stop */
	char szFile[512];  /* the boot file or URL; "": none */
	char szServer[64]; /* an address, or "" */
	BOOL bItem;        /* of PXE_FAKE_ASKS: for an item of a menu */
	USHORT uItem;      /* its type */
	void *apReserved[8];
} PXE_FAKE_JUDGEMENT;

/**
 * What the firmware that sent this request makes of this reply, by the rules that real firmware was
 * seen to apply: EDK2, iPXE and BIOS ROMs; PXE and HTTP Boot. The reply is judged alone, beside a
 * DHCP server that offers an address and no boot file. ERROR_SUCCESS; ERROR_INVALID_PARAMETER: a
 * pointer is NULL, or an address of the request is not valid. [any thread]
 */
DWORD PxeFakeJudge(const PXE_FAKE_REQUEST *pRequest, const PXE_FAKE_REPLY *pReply,
		   PXE_FAKE_JUDGEMENT *pJudgement);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
