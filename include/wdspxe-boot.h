/* The kit: what a provider needs to know about a client, and the right answer to it. A provider
 * decides; the kit reads the request and builds the packets.
 *
 *	PXE_BOOT_CLIENT client = { .cbSize = sizeof(client) };
 *	PXE_BOOT_ANSWER answer = { .cbSize = sizeof(answer), .pszFile = "ipxe.efi" };
 *
 *	if (PxeBootClient(boot, hClientRequest, pPacket, uPacketLen, pLocal, pRemote, &client) !=
 *	    ERROR_SUCCESS)
 *		return ERROR_SUCCESS;
 *	return PxeBootAnswer(boot, hClientRequest, &client, &answer, pAction);
 *
 * That serves BIOS and UEFI, PXE and HTTP Boot, over IPv4 and IPv6: the form of each answer, the
 * exchange on port 4011 and the quirks of firmware are the kit's. Link with -lwdspxe-boot -lwdspxe
 * (pkg-config wdspxe-boot). C11 and C++17. Section 3 of the manual has a page for each function,
 * and PxeBootOpen(3) the overview.
 *
 * The rules of <wdspxe.h> about errors and out parameters apply here too. Any thread may call any
 * function, several at the same time for one PXE_BOOT. Every structure that may grow begins with
 * its size; what a caller does not know of stays zero. Texts are UTF-8.
 */
#ifndef WDSPXE_BOOT_H
#define WDSPXE_BOOT_H

#include <wdspxe.h>
#include <wdspxe-numbers.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

typedef struct tagPXE_BOOT PXE_BOOT; /* the kit of one instance of a provider */

/* Octets that somebody else owns; cbData 0: there are none. */
typedef struct tagPXE_BOOT_OCTETS {
	const BYTE *pData;
	SIZE_T cbData;
} PXE_BOOT_OCTETS;

/* An address, in network order. uAddrLen is 4 or 16; 0: there is none. */
typedef struct tagPXE_BOOT_IP {
	BYTE bAddress[16];
	ULONG uAddrLen;
} PXE_BOOT_IP;

/* ---- an instance ----------------------------------------------------------------------------- */

/**
 * Opens the kit for one instance of a provider, in its PxeProviderInitialize.
 *
 * What clients said when they were offered something is remembered under the provider's name, so
 * that the instance that a reload brings knows it too. The caller closes the kit with PxeBootClose.
 * NULL on failure; then GetLastError() is ERROR_INVALID_HANDLE (not a provider),
 * ERROR_NOT_ENOUGH_MEMORY, or ERROR_GEN_FAILURE (the system has no random numbers).
 */
PXE_BOOT *PXEAPI PxeBootOpen(HANDLE hProvider);

/** Closes the kit, in the provider's Shutdown or if its Initialize fails. Answers that wait for
 * their delay are not sent. NULL is allowed. */
VOID PXEAPI PxeBootClose(PXE_BOOT *pBoot);

/* uFlags of PxeBootRegister. */
#define PXE_BOOT_NONBLOCKING 0x0001 /* sets PXE_PROV_ATTR_NONBLOCKING */
#define PXE_BOOT_TRIALS                                                                            \
	0x0002 /* sets PXE_PROV_ATTR_TRIAL; the kit itself remembers nothing of a trial, and       \
		  answers it without delay */

/**
 * Registers the provider's callbacks and sets its attributes, for a provider that uses the kit: all
 * DHCP packets of both families, and a PxeProviderServiceControl of the kit's, which learns that
 * addresses came or went, and has new settings read by a new instance.
 *
 * pfnRequest is a PxeProviderRecvRequest and pfnShutdown a PxeProviderShutdown, both with pContext.
 * Register another ServiceControl afterwards to replace the kit's, and pass on to PxeBootControl
 * what it gets. ERROR_INVALID_PARAMETER: NULL, or unknown flags; else what PxeRegisterCallback and
 * PxeProviderSetAttribute return.
 */
DWORD PXEAPI PxeBootRegister(PXE_BOOT *pBoot, PVOID pfnRequest, PVOID pfnShutdown, PVOID pContext,
			     ULONG uFlags);

/** What the kit's ServiceControl does; returns what a ServiceControl returns. */
DWORD PXEAPI PxeBootControl(PXE_BOOT *pBoot, DWORD dwControl);

/* uFlags of PXE_BOOT_OPTIONS. */
#define PXE_BOOT_LEASE_REQUESTS 0x0001 /* PxeBootClient takes PXE_BOOT_EXCHANGE_LEASE too */

/* An option of a request. */
typedef struct tagPXE_BOOT_WANTED {
	ULONG uFamily; /* 4 or 6 */
	ULONG uCode;
	ULONG uSubCode; /* IPv4: the one with this code in its value (82, 175); 0: the whole value
			 */
} PXE_BOOT_WANTED;

#define PXE_BOOT_WANTED_MAX 16 /* for each family */

/* What a provider may add to what the kit knows. All of it is copied. */
typedef struct tagPXE_BOOT_OPTIONS {
	DWORD cbSize;
	ULONG uFlags;
	LPCSTR pszFile;            /* where the settings are, for reasons; NULL: not said */
	const LPCSTR *ppszClasses; /* other names for PXEClient, each of at most 255 octets */
	ULONG nClasses;
	ULONG nBannedUuids; /* UUIDs that many machines share, in the order on the wire: they are
			     * nobody's */
	const BYTE (*pBannedUuids)[16];
	const BYTE (*pKnownUuids)[16]; /* UUIDs that the kit bans and that are a machine's here */
	ULONG nKnownUuids;
	ULONG nArchs;         /* if a client names several architectures, one of these counts */
	const USHORT *pArchs; /* codes below 64, which is more than IANA has */
	ULONG nWanted;        /* options that decisions depend on: see PxeBootClientOption */
	const PXE_BOOT_WANTED *pWanted;
} PXE_BOOT_OPTIONS;

/** Sets the options, before the first request: NULL and 0 are the defaults.
 * ERROR_INVALID_PARAMETER, ERROR_NOT_ENOUGH_MEMORY: nothing has changed. */
DWORD PXEAPI PxeBootConfigure(PXE_BOOT *pBoot, const PXE_BOOT_OPTIONS *pOptions);

/* ---- a client -------------------------------------------------------------------------------- */

/* uExchange: what a request belongs to. */
#define PXE_BOOT_EXCHANGE_DISCOVER    1 /* IPv4, port 67: the first contact */
#define PXE_BOOT_EXCHANGE_PXE         2 /* port 4011: the client asks for its file */
#define PXE_BOOT_EXCHANGE_LATE        3 /* IPv4, a DISCOVER on port 4011 */
#define PXE_BOOT_EXCHANGE_LEASE       4 /* IPv4, a REQUEST on port 67, meant for the lease server */
#define PXE_BOOT_EXCHANGE_SOLICIT     5 /* IPv6, port 547: the first contact */
#define PXE_BOOT_EXCHANGE_INFORMATION 6 /* IPv6, an INFORMATION-REQUEST */
#define PXE_BOOT_EXCHANGE_ITEM        7 /* IPv4: the client asks for an item of a menu */

/* uClass */
#define PXE_BOOT_CLASS_NONE 0 /* IPv6: it asks for a boot file, and does not say what it is */
#define PXE_BOOT_CLASS_PXE  1
#define PXE_BOOT_CLASS_HTTP 2 /* HTTP Boot */

#define PXE_BOOT_ARCH_NONE 0xFFFFFFFF /* uArch: the client does not say */
#define PXE_BOOT_LIST_MAX  8

/* Who asks, the same for IPv4 and IPv6. All octets belong to the request or to this structure,
 * which therefore must not be moved or copied; it may be kept until the request is completed. */
typedef struct tagPXE_BOOT_CLIENT {
	DWORD cbSize;
	ULONG uFamily;      /* 4 or 6 */
	ULONG uMessageType; /* of its family */
	ULONG uExchange;
	ULONG uClass;
	ULONG uArch;    /* IANA's code, see <wdspxe-numbers.h> */
	BOOL bFirst;    /* a first contact: an answer to it is an offer */
	BOOL bIpxe;     /* it is iPXE, and said so now or at the first contact */
	BOOL bRelayed;  /* a relay passed it on */
	ULONG uWaited;  /* how long it has tried, in seconds */
	ULONG uPrivate; /* the kit's */

	ULONG nVendorClasses, nUserClasses;
	PXE_BOOT_OCTETS Mac;  /* 6 octets, or none */
	PXE_BOOT_OCTETS Uuid; /* 16 octets as on the wire; none: it has none of its own */
	PXE_BOOT_OCTETS Duid; /* IPv6 */
	PXE_BOOT_IP Local;    /* this host's address on the interface that it came in on */
	PXE_BOOT_IP Network;  /* an address in the client's network */
	PXE_BOOT_OCTETS VendorClasses[PXE_BOOT_LIST_MAX]; /* option 60; the items of option 16 */
	PXE_BOOT_OCTETS UserClasses[PXE_BOOT_LIST_MAX];   /* option 77; the items of option 15 */

	union {
		BYTE bOctets[1664];
		PVOID pAlign;
	} Kit; /* the kit's; need not be initialised */
} PXE_BOOT_CLIENT;

/**
 * Reads a request, as RecvRequest gets it. On port 4011 what the client leaves out, and said when
 * it was offered something, is filled in.
 *
 * ERROR_SUCCESS: it may be answered. ERROR_NOT_SUPPORTED: it is not for a boot server that uses
 * the kit, and *pClient is undefined: leave it to the next provider; the reason is said if there is
 * one. ERROR_INVALID_PARAMETER: NULL, or a cbSize that is too small.
 */
DWORD PXEAPI PxeBootClient(PXE_BOOT *pBoot, HANDLE hClientRequest, PVOID pPacket, ULONG uPacketLen,
			   const PXE_ADDRESS *pLocalAddress, const PXE_ADDRESS *pRemoteAddress,
			   PXE_BOOT_CLIENT *pClient);

#define PXE_BOOT_INTERFACE_SIZE 16 /* IFNAMSIZ */

/** The interface that the request came in on: its name, never the label of an address. Once the
 * request has been decided, the interface that has the client's Local address. FALSE: none. */
BOOL PXEAPI PxeBootInterface(PXE_BOOT *pBoot, const PXE_BOOT_CLIENT *pClient,
			     CHAR szInterface[PXE_BOOT_INTERFACE_SIZE]);

/**
 * An option of the request that the provider named in its PXE_BOOT_OPTIONS, as PxeBootClient found
 * it: several of one code are one value (RFC 3396). Over IPv6 options 18, 37 and 38 are those of
 * the relay next to the client that has them, all others the client's own. On port 4011 an option
 * that is missing is what the client, or its relay, said when it was offered something, as far as
 * that was remembered.
 *
 * TRUE, and *pValue, which may be empty, lives as long as the client. FALSE: there is none, or the
 * provider did not name it. *pValue is empty then.
 */
BOOL PXEAPI PxeBootClientOption(const PXE_BOOT_CLIENT *pClient, ULONG uCode, ULONG uSubCode,
				PXE_BOOT_OCTETS *pValue);

/**
 * Was the client of a request to port 4011 offered something by this provider, or by an instance of
 * it before a reload, within the last two minutes? Then what was begun is its to end, whatever the
 * decision is now. FALSE for a first contact, which begins anew, where it is not remembered, and
 * for NULL.
 */
BOOL PXEAPI PxeBootOffered(const PXE_BOOT_CLIENT *pClient);

/* ---- an answer ------------------------------------------------------------------------------- */

typedef struct tagPXE_BOOT_SERVERS PXE_BOOT_SERVERS; /* the kit's: see PxeBootServerTurn */

/* Where boot files are: this host, or an address for each family. */
typedef struct tagPXE_BOOT_SERVER {
	DWORD cbSize;
	BOOL bAutomatic; /* this host, at the address that the client sees */
	PXE_BOOT_IP V4, V6;
	PXE_BOOT_SERVERS *pServers; /* several, of which V4 and V6 are the first; NULL: there is
				     * but one */
} PXE_BOOT_SERVER;

/**
 * Adds what a text says to a server: "auto", an address, or a host name, which is looked up now:
 * this may block. The first address of each family counts.
 *
 * ERROR_SUCCESS, or ERROR_INVALID_DATA, and pszWhy says why in at most cbWhy octets.
 * ERROR_INVALID_PARAMETER: NULL, or a cbSize that is too small.
 */
DWORD PXEAPI PxeBootServerAdd(PXE_BOOT_SERVER *pServer, LPCSTR pszText, LPSTR pszWhy, DWORD cbWhy);

/**
 * Makes one server of several that are used in turn: each client is given one of them, which
 * follows from its hardware address or DUID, so that all its answers agree. pServers[i] is what
 * PxeBootServerAdd made of ppszTexts[i]. A host name is looked up again every uLookUp seconds (0:
 * 300) on a thread of the kit's; what cannot be looked up stays as it was. Which families there are
 * stays too. The first call for a host name sets uLookUp for all names of the instance. One server,
 * or one of each family, is allowed.
 *
 * ERROR_SUCCESS, and *pServer lives until PxeBootClose. ERROR_INVALID_PARAMETER: NULL, a cbSize
 * that is too small, none or more than 64 of them, or this host ("auto") among others.
 * ERROR_NOT_ENOUGH_MEMORY.
 */
DWORD PXEAPI PxeBootServerTurn(PXE_BOOT *pBoot, const LPCSTR *ppszTexts,
			       const PXE_BOOT_SERVER *pServers, ULONG nServers, ULONG uLookUp,
			       PXE_BOOT_SERVER *pServer);

/* In uFamily of PXE_BOOT_OPTION: the variables in its value are replaced, if the answer has
 * PXE_BOOT_ANSWER_VARIABLES. Not for options 43 and 175, which are lists with lengths. */
#define PXE_BOOT_OPTION_VARIABLES 0x0100

/* An option that is added to every answer of one family that names the file. Option 43 takes the
 * place of the kit's. Option 175 goes to iPXE alone, in each answer, and with the kit's priority in
 * it, unless it has one. If an answer is too long for its client, the last options are left out
 * first (IPv6: those that do not fit); 43 and 175 are not. */
typedef struct tagPXE_BOOT_OPTION {
	ULONG uFamily; /* 4 or 6 */
	ULONG uCode;
	PXE_BOOT_OCTETS Value;
} PXE_BOOT_OPTION;

/* uShape */
#define PXE_BOOT_SHAPE_DEFAULT  0 /* REDIRECT for UEFI's PXE over IPv4, else DIRECT */
#define PXE_BOOT_SHAPE_DIRECT   1 /* the OFFER names the file */
#define PXE_BOOT_SHAPE_REDIRECT 2 /* the OFFER sends the client to port 4011 */

/* uFlags of PXE_BOOT_ANSWER. */
#define PXE_BOOT_ANSWER_STATIC                                                                     \
	0x0001 /* the answer and all that it points to stay as they are until PxeBootClose: the    \
		  kit may keep what it builds of them */
#define PXE_BOOT_ANSWER_RASPBERRY_PI                                                               \
	0x0002 /* with the menu that a Raspberry Pi's ROM looks for, but to iPXE; always direct */
#define PXE_BOOT_ANSWER_OPTIONS_66_67 0x0004 /* server and file as options too (IPv4) */
#define PXE_BOOT_ANSWER_VARIABLES                                                                  \
	0x0008 /* ${mac} and the other names of PxeBootVariable are replaced in pszFile, pszUrl,   \
		  pszBcd, and where an option wants it; $${ becomes ${; any other ${...} stays */

#define PXE_BOOT_DELAY_MAX 10000 /* ms */

/* An item of a menu. */
typedef struct tagPXE_BOOT_MENU_ITEM {
	LPCSTR pszText; /* 1 to PXE_DHCP_MENU_TEXT_MAX octets of printable ASCII */
	LPCSTR pszFile; /* a path on the server, for TFTP; NULL: the server below knows which, or
			 * with uType 0, there is none */
	const PXE_BOOT_SERVER *pServer; /* the host that answers for the item on port 4011, and has
					 * its file: one, without pServers; NULL: this host */
	ULONG uType; /* below 0xFFFF; what the client asks for, the same for the item in every
		      * answer, 0x8000 to 0xFFFE being free for any use; 0: boot from the disk */
} PXE_BOOT_MENU_ITEM;

/* uFlags of PXE_BOOT_MENU. */
#define PXE_BOOT_MENU_BROADCAST                                                                    \
	0x0001 /* clients of PC BIOS ask by broadcast as well, and port 67 answers them */

/* A menu of PXE firmware. */
typedef struct tagPXE_BOOT_MENU {
	DWORD cbSize;
	ULONG uFlags;
	ULONG uTimeout;    /* seconds until the first item is taken, 0 to 254; or PXE_DHCP_MENU_WAIT
			    */
	LPCSTR pszPrompt;  /* NULL: "Press F8 for the menu" */
	PXE_BOOT_IP Group; /* ask by multicast: the group, which the daemon's listen.multicast must
			    * name on each host that answers; none: ask each item's host itself */
	ULONG nItems;
	const PXE_BOOT_MENU_ITEM *pItems; /* the first one is the default */
} PXE_BOOT_MENU;

/* A network: an address in it, and the bits of its prefix. */
typedef struct tagPXE_BOOT_NETWORK {
	PXE_BOOT_IP Address;
	ULONG uBits;
} PXE_BOOT_NETWORK;

/* What a client is given: the same for all kinds of client. */
typedef struct tagPXE_BOOT_ANSWER {
	DWORD cbSize;
	ULONG uFlags;
	LPCSTR pszFile; /* a path on the server, for TFTP; not for HTTP Boot */
	LPCSTR pszUrl;  /* ${server} in it is replaced; with pszFile, for HTTP Boot alone */
	const PXE_BOOT_SERVER *pServer; /* NULL: this host */
	ULONG uShape;
	ULONG uDelay;             /* in ms, at most PXE_BOOT_DELAY_MAX: answer that much later */
	const LPCSTR *ppszParams; /* DHCPv6 option 60 */
	ULONG nParams;
	ULONG nOptions;
	const PXE_BOOT_OPTION *pOptions;
	LPCSTR pszBcd;          /* Windows: the path of the BCD store, option 252 */
	PXE_BOOT_OCTETS WdsNbp; /* Windows: options as WdsBpGetOptionBuffer encodes them (250) */
	LPCSTR pszReasonFile;   /* which entry decides, for the log: PxeRequestReason */
	ULONG uReasonLine;
	/* A caller that was built before a member below has a smaller cbSize. */
	const PXE_BOOT_MENU *pMenu; /* what firmware of PXE over IPv4 may choose from, if it knows
				     * menus and two items or more fit; else pszFile or pszUrl, or
				     * where both are NULL, the first item with a file, but none
				     * if the first item is the disk */
	LPCSTR pszName, pszGroup;   /* what ${name} and ${group} are; NULL: this machine has none */
	const VOID *pOriginal;      /* a static answer, from which this one, static too, differs in
				     * name, group and reason only (or by ullOutcome): so that what is
				     * prepared of one serves all; NULL: itself */
	/* By which address answers name this host (option 54, and where clients ask on port 4011);
	 * NULL: the kit chooses. */
	const PXE_BOOT_SERVER *pIdentity;
	PXE_BOOT_OCTETS WdsNbp6; /* Windows over IPv6: options 50001 to 50018, encoded likewise */
	/* Networks behind relays, for ${subnet}: it is the smallest that a client is in; of one in
	 * none of them the first 24 bits (IPv6: 64) are its network. */
	ULONG nNetworks;
	const PXE_BOOT_NETWORK *pNetworks;
	/* Answers of one original that differ from it in file, URL, server and
	 * PXE_BOOT_ANSWER_VARIABLES too have a number here: those with the same number have the
	 * same of these, and no number is used for another answer of the original's, however long
	 * ago. 0: they do not differ. */
	ULONGLONG ullOutcome;
	LPCSTR pszReason; /* why this is the answer, for the log, before what the kit says; a static
			   * answer's may differ from its original's; NULL: nothing */
} PXE_BOOT_ANSWER;

/**
 * Why the answer cannot reach the client: a file for HTTP Boot, a server without an address in the
 * client's family, a menu without an item for it, or a pointer is NULL. NULL: it can. The text is
 * constant.
 */
LPCSTR PXEAPI PxeBootObstacle(const PXE_BOOT_CLIENT *pClient, const PXE_BOOT_ANSWER *pAnswer);

/**
 * Answers: builds the packet, sends it, and says the reason. What a client chose from a menu
 * (PXE_BOOT_EXCHANGE_ITEM) is answered by the item of the answer's menu. The result and *pAction
 * are what RecvRequest returns; an asynchronous provider passes *pAction to PxeAsyncRecvDone.
 *
 * ERROR_SUCCESS: *pAction is PXE_BA_NBP, or PXE_BA_REJECTED if there is an obstacle, if the menu
 * has no such item, if the daemon does not let this request be answered, or if a variable has no
 * value for this client, or one that is more than a segment of a path (a slash, a backslash, a
 * percent sign, two dots, a control octet), or that makes a text too long: nothing is sent, and the
 * log says which. ERROR_IO_PENDING: the answer goes out after uDelay, and the kit completes the
 * request (at most 256 wait; more are answered at once). ERROR_INVALID_PARAMETER: NULL, a cbSize
 * that is too small, a client that PxeBootClient has not filled in, neither file nor URL nor menu,
 * a value that is not allowed, or an option that the kit sets itself. ERROR_INVALID_HANDLE: the
 * request is over, or there never was such a request. ERROR_INSUFFICIENT_BUFFER: the answer is
 * longer than the client accepts, or (IPv4) one of its texts than 255 octets. Other codes: what the
 * functions of <wdspxe.h> return.
 */
DWORD PXEAPI PxeBootAnswer(PXE_BOOT *pBoot, HANDLE hClientRequest, const PXE_BOOT_CLIENT *pClient,
			   const PXE_BOOT_ANSWER *pAnswer, PXE_BOOT_ACTION *pAction);

/* ---- settings -------------------------------------------------------------------------------- */

typedef struct tagPXE_BOOT_SETTINGS PXE_BOOT_SETTINGS;

/**
 * Begins to read the settings in a key, the provider's own or one below it. Each function below
 * reads one; a mistake is traced as "FILE:LINE: NAME: what is wrong", and PxeBootSettingsDone
 * returns it, so that all mistakes are told at once. NULL on failure; every function takes a NULL,
 * and PxeBootSettingsDone then returns ERROR_NOT_ENOUGH_MEMORY. One thread at a time.
 */
PXE_BOOT_SETTINGS *PXEAPI PxeBootSettings(PXE_BOOT *pBoot, HKEY hKey);

/** A text that is not empty. It lives until PxeBootClose. pszDefault, if the setting is absent; if
 * that is NULL, the setting is mandatory. NULL after a mistake. */
LPCSTR PXEAPI PxeBootSettingString(PXE_BOOT_SETTINGS *pSettings, LPCSTR pszName, LPCSTR pszDefault);

/** A whole number from uLeast to uMost. uDefault if it is absent, and after a mistake. */
ULONG PXEAPI PxeBootSettingNumber(PXE_BOOT_SETTINGS *pSettings, LPCSTR pszName, ULONG uLeast,
				  ULONG uMost, ULONG uDefault);

/** true or false. bDefault if it is absent, and after a mistake. */
BOOL PXEAPI PxeBootSettingBool(PXE_BOOT_SETTINGS *pSettings, LPCSTR pszName, BOOL bDefault);

/** A text or a list of texts, with a NULL at its end; n of them. It lives until PxeBootClose.
 * Empty, if it is absent and after a mistake; an empty text in it is one. */
const LPCSTR *PXEAPI PxeBootSettingStrings(PXE_BOOT_SETTINGS *pSettings, LPCSTR pszName,
					   PULONG pnStrings);

/** A server, as PxeBootServerAdd reads it: one text, or a list of an IPv4 and an IPv6 address. It
 * lives until PxeBootClose. NULL, which means this host, if it is absent and after a mistake. */
const PXE_BOOT_SERVER *PXEAPI PxeBootSettingServer(PXE_BOOT_SETTINGS *pSettings, LPCSTR pszName);

/**
 * The settings in a group of a list, ( { ... }, { ... } ), by its number, from 0; one group counts
 * as such a list. Read it as these settings are, and end it with PxeBootSettingsDone before these:
 * its mistakes are mistakes of these, too. NULL: there are not so many, or a mistake was told. What
 * is neither a group nor a list of groups is a mistake.
 */
PXE_BOOT_SETTINGS *PXEAPI PxeBootSettingGroup(PXE_BOOT_SETTINGS *pSettings, LPCSTR pszName,
					      ULONG uIndex);

/** Ends the reading: a name in the key that nobody asked for is a mistake, too. ERROR_SUCCESS;
 * ERROR_INVALID_DATA: there was a mistake; ERROR_NOT_ENOUGH_MEMORY, or the registry's error. */
DWORD PXEAPI PxeBootSettingsDone(PXE_BOOT_SETTINGS *pSettings);

/* ---- for providers with tables of their own -------------------------------------------------- */

/** The name of an architecture's code; NULL: it has none. */
LPCSTR PXEAPI PxeBootArchName(ULONG uArch);
/** The code of a name, exactly; PXE_BOOT_ARCH_NONE: there is no such name. */
ULONG PXEAPI PxeBootArchParse(LPCSTR pszName);
/** The name that somebody meant who wrote another one: a mistyped one, dnsmasq's, or a common one.
 * NULL: no idea. */
LPCSTR PXEAPI PxeBootArchMeant(LPCSTR pszName);
/** TRUE for a client that speaks HTTP Boot. */
BOOL PXEAPI PxeBootArchIsHttp(ULONG uArch);

/** The name of a variable, as "mac" for ${mac}, by its number. NULL: there are not so many. */
LPCSTR PXEAPI PxeBootVariable(ULONG uIndex);

/** The nearest of some words (the list ends with NULL), in any case of letters: one that pszWord
 * begins, or that differs by a letter in three at most. NULL: none is near. */
LPCSTR PXEAPI PxeBootNearest(LPCSTR pszWord, const LPCSTR *ppszWords);

/* A secret of a table: what clients send cannot be aimed at one place of it. */
typedef struct tagPXE_BOOT_SECRET {
	ULONGLONG uWords[2];
} PXE_BOOT_SECRET;

/** Draws a secret. ERROR_SUCCESS, or ERROR_GEN_FAILURE: the system has no random numbers. */
DWORD PXEAPI PxeBootSecret(PXE_BOOT_SECRET *pSecret);
/** The hash of some octets; uKind keeps apart what they mean (a MAC, a UUID ...). 0 for a NULL. */
ULONGLONG PXEAPI PxeBootHash(const PXE_BOOT_SECRET *pSecret, BYTE uKind, const VOID *pData,
			     SIZE_T cbData);

/* An address of this host. */
typedef struct tagPXE_BOOT_LOCAL {
	DWORD cbSize;
	ULONG uPrefix; /* the length of its network's prefix, in bits */
	PXE_BOOT_IP Address;
	CHAR szInterface[PXE_BOOT_INTERFACE_SIZE];
} PXE_BOOT_LOCAL;

/** An address of this host, by its number in the kernel's order. ERROR_NO_MORE_ITEMS: there are
 * not so many. ERROR_INVALID_PARAMETER. */
DWORD PXEAPI PxeBootLocal(PXE_BOOT *pBoot, ULONG uIndex, PXE_BOOT_LOCAL *pLocal);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
