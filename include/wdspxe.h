/* The Windows Deployment Services PXE Server API, for Linux: what a PXE provider and its installer
 * include and link (-lwdspxe). C11 and C++17; alone, or with <windows.h> in either order.
 *
 * Names, values, types, sizes and meaning are those of Microsoft's wdspxe.h. "Page:" at a function
 * names Microsoft's page about it. Where those pages are silent, the contract here decides.
 * wdspxe(7) tells a provider's life; section 3 of the manual has an example for every function.
 *
 * What holds everywhere:
 * - Functions return ERROR_SUCCESS (0) or a positive status code; PxePacketAllocate alone returns
 *   a pointer. The order of checks is: pointers and ranges (ERROR_INVALID_PARAMETER), handles
 *   (ERROR_INVALID_HANDLE), phase (ERROR_INVALID_STATE), then contents.
 * - Out parameters and buffers stay as they were on failure, unless the function says otherwise.
 * - Every function may be called from any thread. No lock is held while a callback runs.
 * - A handle may be any value at all: a stale, foreign or invented one is found out, not followed.
 * - Sizes are in octets, except where a name says cch. Integers that are arguments are in host
 *   order; structures that lie over a packet hold the packet's octets, in network order.
 * - Text is WCHAR (wchar_t, 32 bits).
 */
#ifndef WDSPXE_H
#define WDSPXE_H

#include <stdarg.h>

#include <wdspxe-types.h>
#include <wdspxe-windows.h>

#define PXEAPI /* the calling convention; Linux has one */

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* ---- constants ------------------------------------------------------------------------------- */

typedef ULONG PXE_REG_INDEX;
typedef ULONG PXE_CALLBACK_TYPE;
typedef ULONG PXE_GSI_TYPE;
typedef ULONG PXE_BOOT_ACTION;
typedef ULONG PXE_SEVERITY;
typedef ULONG PXE_PROVIDER_ATTRIBUTE;

/* PXE_BOOT_ACTION: what a provider decided about a request. */
#define PXE_BA_NBP      1 /* answered by DHCP with a boot program; PxeSendReply was called */
#define PXE_BA_CUSTOM   2 /* answered with something else; PxeSendReply was called */
#define PXE_BA_IGNORE   3 /* nobody shall answer: the chain ends here */
#define PXE_BA_REJECTED 4 /* not mine: the next provider is asked */

/* PXE_CALLBACK_TYPE */
#define PXE_CALLBACK_RECV_REQUEST    0 /* PxeProviderRecvRequest, mandatory */
#define PXE_CALLBACK_SHUTDOWN        1 /* PxeProviderShutdown, mandatory */
#define PXE_CALLBACK_SERVICE_CONTROL 2 /* PxeProviderServiceControl */
#define PXE_CALLBACK_MAX             3

/* PXE_PROVIDER_ATTRIBUTE; "Linux extensions" below has one more. */
#define PXE_PROV_ATTR_FILTER       0 /* ULONG: which IPv4 packets are shown to the provider */
#define PXE_PROV_ATTR_FILTER_IPV6  1 /* ULONG: which IPv6 packets, where it is capable */
#define PXE_PROV_ATTR_IPV6_CAPABLE 2 /* BOOL: show it IPv6 packets at all; default FALSE */

/* The filters: one of three, not bits. Whatever the filter, a DHCPv4 packet whose option field is
 * broken at its end is shown mended: END where the first option does not fit, or after the last
 * one, and zeros behind it (one octet is added where there is none to spare).
 *
 * FILTER_ALL, where the provider sets it itself, is every packet that comes to ports 67, 4011 and
 * 547, but this host's own and those above 4,096 octets: also BOOTP, and what is no DHCP at all, of
 * any length from 0. Such a packet is shown as it came; see PxeDhcpIsValid before reading a field,
 * and PxeSendReply for what may be answered. A provider that never sets a filter is not shown
 * these. */
#define PXE_PROV_FILTER_ALL 0x0000
#define PXE_PROV_FILTER_DHCP_ONLY                                                                  \
	0x0001                          /* PxeDhcpIsValid, PxeDhcpv6IsValid say that it is valid   \
					 */
#define PXE_PROV_FILTER_PXE_ONLY 0x0002 /* ... and that it is a PXEClient's */

/* PXE_ADDRESS.uFlags */
#define PXE_ADDR_BROADCAST      0x0001
#define PXE_ADDR_USE_PORT       0x0002
#define PXE_ADDR_USE_ADDR       0x0004
#define PXE_ADDR_USE_DHCP_RULES 0x0008

#define PXE_MAX_ADDRESS 16

/* PXE_GSI_TYPE: what PxeGetServerInfo and PxeGetServerInfoEx tell. */
#define PXE_GSI_TRACE_ENABLED 1 /* BOOL */
#define PXE_GSI_SERVER_DUID   2 /* octets; PxeGetServerInfoEx only */

/* PXE_SEVERITY: single bits, so that a mask can choose. */
#define PXE_TRACE_VERBOSE 0x00010000
#define PXE_TRACE_INFO    0x00020000
#define PXE_TRACE_WARNING 0x00040000
#define PXE_TRACE_ERROR   0x00080000
#define PXE_TRACE_FATAL   0x00100000

/* PXE_REG_INDEX: any number is a position, counted from 0. */
#define PXE_REG_INDEX_TOP    0
#define PXE_REG_INDEX_BOTTOM 0xFFFFFFFF

/* UDP ports, in host order. */
#define PXE_DHCP_SERVER_PORT   67
#define PXE_DHCP_CLIENT_PORT   68
#define PXE_SERVER_PORT        4011
#define PXE_DHCPV6_SERVER_PORT 547
#define PXE_DHCPV6_CLIENT_PORT 546

/* Sizes of fields in PXE_DHCP_MESSAGE. HWAADR is spelt as Microsoft spells it. */
#define PXE_DHCP_FILE_SIZE         128
#define PXE_DHCP_SERVER_SIZE       64
#define PXE_DHCP_HWAADR_SIZE       16
#define PXE_DHCP_MAGIC_COOKIE_SIZE 4

/* The cookie 63 82 53 63 as a little-endian machine reads it; elsewhere compare bMagicCookie. */
#define PXEDHCP_MAGIC_COOKIE ((ULONG)0x63538263)

#define PXE_DHCPV6_RELAY_HOP_COUNT_LIMIT 32 /* how deep relayed messages may be nested */

/* ---- structures ------------------------------------------------------------------------------ */

/* An address, as given to PxeProviderRecvRequest and taken by PxeSendReply.
 *
 * bAddress is in network order, uPort in host order. uAddrLen is 4 or 16.
 *
 * Received: pLocalAddress is the unicast address of the interface that the packet came in on, and
 * the port it came to; uFlags is USE_ADDR|BROADCAST (0x5) for a broadcast or multicast, else
 * USE_ADDR|USE_PORT (0x6). pRemoteAddress is where it came from, always 0x6.
 *
 * To send: see PxeSendReply.
 */
typedef struct tagPXE_ADDRESS {
	ULONG uFlags;
	union {
		BYTE bAddress[PXE_MAX_ADDRESS];
		ULONG uIpAddress; /* the first four octets, as they are: network order */
	};
	ULONG uAddrLen;
	USHORT uPort;
} PXE_ADDRESS, *PPXE_ADDRESS;

/* A registered provider, from PxeProviderEnumNext. Both strings are part of it. */
typedef struct tagPXE_PROVIDER {
	ULONG uSizeOfStruct;
	LPWSTR pwszName;
	LPWSTR pwszFilePath;
	BOOL bIsCritical; /* if this provider fails to start, so does the server */
	ULONG uIndex;     /* position in the list, 0 is asked first */
} PXE_PROVIDER, *PPXE_PROVIDER;

/* What follows lies over the octets of a packet: no padding, network order. */
#pragma pack(push, 1)

/* A DHCP option. PAD (0) and END (255) are one octet: read nothing but OptionType from them. */
typedef struct tagPXE_DHCP_OPTION {
	BYTE OptionType;
	BYTE OptionLength;
	BYTE OptionValue[1]; /* OptionLength of them */
} PXE_DHCP_OPTION, *PPXE_DHCP_OPTION;

typedef struct tagPXE_DHCP_MESSAGE {
	BYTE Operation; /* op: 1 request, 2 reply */
	BYTE HardwareAddressType;
	BYTE HardwareAddressLength;
	BYTE HopCount;
	DWORD TransactionID; /* xid */
	WORD SecondsSinceBoot;
	WORD Reserved;                /* flags: 0x8000 in network order is BROADCAST */
	ULONG ClientIpAddress;        /* ciaddr */
	ULONG YourIpAddress;          /* yiaddr */
	ULONG BootstrapServerAddress; /* siaddr */
	ULONG RelayAgentIpAddress;    /* giaddr */
	BYTE HardwareAddress[PXE_DHCP_HWAADR_SIZE];
	BYTE HostName[PXE_DHCP_SERVER_SIZE]; /* sname */
	BYTE BootFileName[PXE_DHCP_FILE_SIZE];
	union {
		BYTE bMagicCookie[PXE_DHCP_MAGIC_COOKIE_SIZE];
		ULONG uMagicCookie;
	};
	PXE_DHCP_OPTION Option; /* the first option, at offset 240 */
} PXE_DHCP_MESSAGE, *PPXE_DHCP_MESSAGE;

typedef struct tagPXE_DHCPV6_OPTION {
	WORD OptionCode;
	WORD DataLength;
	BYTE Data[1]; /* DataLength of them */
} PXE_DHCPV6_OPTION, *PPXE_DHCPV6_OPTION;

/* What every DHCPv6 message begins with; types 12 and 13 are PXE_DHCPV6_RELAY_MESSAGE. */
typedef struct tagPXE_DHCPV6_MESSAGE_HEADER {
	BYTE MessageType;
	BYTE Message[1];
} PXE_DHCPV6_MESSAGE_HEADER, *PPXE_DHCPV6_MESSAGE_HEADER;

typedef struct tagPXE_DHCPV6_MESSAGE {
	BYTE MessageType;
	BYTE TransactionIDByte1;
	BYTE TransactionIDByte2;
	BYTE TransactionIDByte3;
	PXE_DHCPV6_OPTION Options[1];
} PXE_DHCPV6_MESSAGE, *PPXE_DHCPV6_MESSAGE;

typedef struct tagPXE_DHCPV6_RELAY_MESSAGE {
	BYTE MessageType; /* 12 RELAY-FORW, 13 RELAY-REPL */
	BYTE HopCount;
	BYTE LinkAddress[16];
	BYTE PeerAddress[16];
	PXE_DHCPV6_OPTION Options[1];
} PXE_DHCPV6_RELAY_MESSAGE, *PPXE_DHCPV6_RELAY_MESSAGE;

#pragma pack(pop)

/* One level of a relayed message; the pointers point into the packet that was parsed. */
typedef struct tagPXE_DHCPV6_NESTED_RELAY_MESSAGE {
	PPXE_DHCPV6_RELAY_MESSAGE pRelayMessage;
	ULONG cbRelayMessage;
	PVOID pInterfaceIdOption; /* the value of option 18, without its header, or NULL */
	WORD cbInterfaceIdOption;
} PXE_DHCPV6_NESTED_RELAY_MESSAGE, *PPXE_DHCPV6_NESTED_RELAY_MESSAGE;

/* ---- what a provider writes ------------------------------------------------------------------ */

/**
 * The one symbol that a provider exports: the host calls it once, when it loads the provider.
 *
 * By its return the provider has registered all its callbacks (RECV_REQUEST and SHUTDOWN are
 * mandatory) and is ready: the first request may come at once. hProvider is valid until
 * PxeProviderShutdown returns; so is hProviderKey, the provider's settings, which the host owns.
 *
 * ERROR_SUCCESS, or any code: the provider is not used, and its Shutdown is not called, so it
 * cleans up by itself. ERROR_INVALID_DATA after a PxeTrace at PXE_TRACE_ERROR that says what is
 * wrong (PxeKeyLocation knows where): the admin reads that text.
 * Called on one thread, while no callback of this provider runs. Page: PxeProviderInitialize.
 */
DWORD PXEAPI PxeProviderInitialize(HANDLE hProvider, HKEY hProviderKey);

/*
 * The callbacks have the names that a provider likes; PxeRegisterCallback takes them:
 *
 * DWORD PXEAPI PxeProviderRecvRequest(HANDLE hClientRequest, PVOID pPacket, ULONG uPacketLen,
 *				       PXE_ADDRESS *pLocalAddress, PXE_ADDRESS *pRemoteAddress,
 *				       PXE_BOOT_ACTION *pAction, PVOID pContext);
 *	One packet from a client. The packet is to be read only. ERROR_SUCCESS: *pAction is the
 *	decision (it comes in as PXE_BA_REJECTED; an unknown value counts as that).
 *	ERROR_IO_PENDING: PxeAsyncRecvDone will bring it, exactly once; until then the handle, the
 *	packet and both addresses stay valid, pAction does not: also when the request times out
 *	meanwhile (see PxeAsyncRecvDone). Any other code counts as PXE_BA_REJECTED. Comes on
 *	several threads at once, unless the provider's file says threads = 1. Page:
 *	PxeProviderRecvRequest callback.
 *
 * DWORD PXEAPI PxeProviderShutdown(PVOID pContext);
 *	Stop and release everything. Called once, after all other callbacks have returned; until it
 *	returns, PxeTrace, PxePacketFree and PxeAsyncRecvDone still take the handles, and requests
 *	that were pending stay in memory; afterwards all of it is gone. The result is logged, no
 *	more. Page: PxeProviderShutdown callback.
 *
 * DWORD PXEAPI PxeProviderServiceControl(PVOID pContext, DWORD dwControl);
 *	A SERVICE_CONTROL_* code or one of 128 to 255; one at a time, but beside RecvRequest. A
 *	result that is not 0 is logged; after PARAMCHANGE it means: start me anew.
 *	Page: PxeProviderServiceControl callback.
 */

/* ---- the list of providers -------------------------------------------------------------------
 *
 * For installers: these work on the list on disk, in any process, whether the daemon runs or not;
 * a running one sees the change when it reloads. The list may change at any time; each call alone
 * is atomic. All of them may also fail with ERROR_ACCESS_DENIED, ERROR_NOT_ENOUGH_MEMORY, and
 * ERROR_BAD_FORMAT where the list on disk cannot be read.
 */

/**
 * Registers a provider at a place of the list; those from there on move down by one.
 *
 * Name: 1 to 255 characters, unique without regard to case, without control characters, `/` and
 * `\`, else ERROR_INVALID_NAME or ERROR_ALREADY_EXISTS. Path: absolute, else ERROR_BAD_PATHNAME;
 * the file need not exist yet. Index beyond the end: last. phProviderKey may be NULL; else it
 * receives the key of the provider's settings, which the caller closes with RegCloseKey.
 * ERROR_INVALID_PARAMETER: name or path is NULL. On failure nothing has changed.
 * Page: PxeProviderRegister.
 */
DWORD PXEAPI PxeProviderRegister(LPCWSTR pszProviderName, LPCWSTR pszModulePath,
				 PXE_REG_INDEX Index, BOOL bIsCritical, PHKEY phProviderKey);

/**
 * Removes a provider and its settings from the list. ERROR_NOT_FOUND: no such name.
 * ERROR_INVALID_PARAMETER: NULL. Page: PxeProviderUnRegister.
 */
DWORD PXEAPI PxeProviderUnRegister(LPCWSTR pszProviderName);

/**
 * The position of a provider, counted from 0: to register before it use that, after it, one more.
 * ERROR_NOT_FOUND: no such name. ERROR_INVALID_PARAMETER: NULL. Page: PxeProviderQueryIndex.
 */
DWORD PXEAPI PxeProviderQueryIndex(LPCWSTR pszProviderName, PULONG puIndex);

/**
 * Opens a snapshot of the list; PxeProviderEnumNext gives also the first entry. Release it with
 * PxeProviderEnumClose. ERROR_INVALID_PARAMETER: NULL. Page: PxeProviderEnumFirst.
 */
DWORD PXEAPI PxeProviderEnumFirst(HANDLE *phEnum);

/**
 * The next entry of the snapshot, in the list's order. What *ppProvider holds before does not
 * matter; the caller owns what it receives and releases it with PxeProviderFreeInfo.
 *
 * ERROR_NO_MORE_ITEMS after the last one, and *ppProvider is NULL. ERROR_INVALID_HANDLE: not an
 * open enumeration. ERROR_INVALID_PARAMETER: ppProvider is NULL. Page: PxeProviderEnumNext.
 */
DWORD PXEAPI PxeProviderEnumNext(HANDLE hEnum, PPXE_PROVIDER *ppProvider);

/**
 * Releases an entry, before or after its enumeration was closed. ERROR_INVALID_PARAMETER: NULL.
 * Page: PxeProviderFreeInfo.
 */
DWORD PXEAPI PxeProviderFreeInfo(PPXE_PROVIDER pProvider);

/**
 * Closes an enumeration. ERROR_INVALID_HANDLE: NULL, closed or never one.
 * Page: PxeProviderEnumClose.
 */
DWORD PXEAPI PxeProviderEnumClose(HANDLE hEnum);

/* ---- callbacks and attributes ---------------------------------------------------------------- */

/**
 * Registers one of the provider's callbacks, while its PxeProviderInitialize runs (any thread).
 *
 * pContext is handed to that callback as it is. Registering a type again replaces it. In C++ an
 * overload takes a function's name without a cast. ERROR_INVALID_PARAMETER: type not below
 * PXE_CALLBACK_MAX, or no function. ERROR_INVALID_HANDLE: not a provider. ERROR_INVALID_STATE:
 * Initialize has returned. ERROR_SHUTDOWN_IN_PROGRESS: Shutdown runs. Page: PxeRegisterCallback.
 */
DWORD PXEAPI PxeRegisterCallback(HANDLE hProvider, PXE_CALLBACK_TYPE CallbackType,
				 PVOID pCallbackFunction, PVOID pContext);

/**
 * Sets one attribute: a ULONG filter or a BOOL, uParamLen is 4. The value is copied.
 *
 * From Initialize until Shutdown; it holds for requests that are dispatched later. Until set:
 * PXE_PROV_FILTER_ALL without what is no DHCP, and not IPv6-capable. ERROR_INVALID_PARAMETER:
 * unknown attribute, filter above 2, wrong length, NULL. ERROR_INVALID_HANDLE: not a provider.
 * ERROR_INVALID_STATE: PXE_PROV_ATTR_NONBLOCKING after Initialize has returned.
 * ERROR_SHUTDOWN_IN_PROGRESS: Shutdown runs. Page: PxeProviderSetAttribute.
 */
DWORD PXEAPI PxeProviderSetAttribute(HANDLE hProvider, PXE_PROVIDER_ATTRIBUTE Attribute,
				     PVOID pParameterBuffer, ULONG uParamLen);

/* ---- a request ------------------------------------------------------------------------------- */

/**
 * Sends uPacketLen octets of a packet from PxePacketAllocate of the same request.
 *
 * From the callback or, while the request is pending, from any thread; several times if need be.
 * The octets are taken over during the call: the packet may be freed at once. The reply leaves by
 * the interface, from the address and the port that the request came to. Where it goes:
 *
 *	pAddress NULL, or no flag	the request's source
 *	USE_DHCP_RULES			as RFC 2131 and PXE say for this request
 *	BROADCAST			255.255.255.255, port uPort with USE_PORT, else the source's
 *	USE_ADDR and/or USE_PORT	that address, that port; what is missing: the source's
 *
 * A source of 0.0.0.0 stands for 255.255.255.255. With DHCP rules, a valid DHCPv4 reply is made fit
 * for the road (wdspxe(7), "Replies"); with all others the octets go out as they are.
 *
 * To a packet that only PXE_PROV_FILTER_ALL shows (BOOTP, or no DHCP) the reply goes to the sender,
 * by NULL or USE_ADDR, and is no longer than that packet: else ERROR_INVALID_DATA (DHCP rules),
 * ERROR_ACCESS_DENIED (anybody else), ERROR_INSUFFICIENT_BUFFER (longer).
 *
 * ERROR_SUCCESS: taken over. ERROR_INVALID_PARAMETER: pPacket is not a live packet of this
 * request, or was written past its end; length 0 or beyond it, unknown flags, BROADCAST with
 * USE_ADDR or on IPv6, uAddrLen that does not fit the family. ERROR_INVALID_HANDLE: the request is
 * over, or never was. ERROR_INVALID_DATA: DHCP rules for a request that is not DHCP.
 * ERROR_ACCESS_DENIED: the request is not ours to answer (a REQUEST to the lease server, say), or
 * the reply is a DHCPNAK. ERROR_INSUFFICIENT_BUFFER: with DHCP rules, more than the client takes.
 * ERROR_NETWORK_UNREACHABLE: no route. ERROR_NOT_ENOUGH_MEMORY: too many replies in flight.
 * ERROR_OPERATION_ABORTED: the server is stopping, and has given this request up. Page:
 * PxeSendReply.
 */
DWORD PXEAPI PxeSendReply(HANDLE hClientRequest, PVOID pPacket, ULONG uPacketLen,
			  PXE_ADDRESS *pAddress);

/**
 * Completes a request for which RecvRequest returned, or is about to return, ERROR_IO_PENDING.
 *
 * From any thread, exactly once. After it the handle and all packets of the request are dead for
 * this provider. PXE_BA_REJECTED hands it to the next provider, on another stack.
 *
 * A request that is not completed within pending-timeout, or within the grace of a stop, ends as
 * if by PXE_BA_IGNORE. Nothing that the provider holds of it is given to anybody else: its packet,
 * the addresses and what PxePacketAllocate returned stay where they are until this call, which has
 * no other effect then. Until it, PxePacketFree works as ever, while PxeSendReply and
 * PxePacketAllocate fail. A provider that leaves too many so is asked no more.
 *
 * ERROR_INVALID_PARAMETER: no such action; the request stays pending. ERROR_INVALID_HANDLE:
 * completed before, or never was. Page: PxeAsyncRecvDone.
 */
DWORD PXEAPI PxeAsyncRecvDone(HANDLE hClientRequest, PXE_BOOT_ACTION Action);

/**
 * A buffer for a reply to a request that is with this provider: zeroed, 16-byte aligned.
 *
 * The caller frees it with PxePacketFree; what is left when the request ends is freed and traced.
 * At most 16 for each request. NULL on failure, and GetLastError() is ERROR_INVALID_PARAMETER (size
 * 0 or above 65507), ERROR_INVALID_HANDLE (either handle, or the two do not belong together) or
 * ERROR_NOT_ENOUGH_MEMORY. Page: PxePacketAllocate.
 */
PVOID PXEAPI PxePacketAllocate(HANDLE hProvider, HANDLE hClientRequest, ULONG uSize);

/**
 * Frees a packet. ERROR_INVALID_PARAMETER: not a live packet of this request; or it was, and is
 * freed, but the provider had written past its end (the log says how far).
 * ERROR_INVALID_HANDLE: the request was completed (then the packet is gone already), or never was.
 * A request that has timed out still takes it.
 * Page: PxePacketFree.
 */
DWORD PXEAPI PxePacketFree(HANDLE hProvider, HANDLE hClientRequest, PVOID pPacket);

/* ---- DHCP for IPv4 ---------------------------------------------------------------------------
 *
 * Pure functions on the caller's memory: no handle, no allocation. Any readable packet will do.
 */

/**
 * Begins a reply to a request: op 2; htype, hlen, xid, secs, ciaddr, yiaddr, siaddr, giaddr, chaddr
 * and the cookie are the request's; all else, up to uMaxReplyPacketLen, is zero.
 *
 * hops, flags (BROADCAST!), sname and file are not copied, and no option is. *puReplyPacketLen
 * becomes 240. ERROR_INVALID_PARAMETER: NULL, or both packets are one. ERROR_INVALID_DATA: the
 * request is shorter than 240 or has another cookie. ERROR_INSUFFICIENT_BUFFER: the reply's buffer
 * is shorter than 240. Page: PxeDhcpInitialize.
 */
DWORD PXEAPI PxeDhcpInitialize(PVOID pRecvPacket, ULONG uRecvPacketLen, PVOID pReplyPacket,
			       ULONG uMaxReplyPacketLen, PULONG puReplyPacketLen);

/**
 * Appends code, length and value at *puReplyPacketLen and moves that on. PAD (0) and END (255) are
 * one octet, their length and value are ignored. END is never added by itself.
 *
 * ERROR_INVALID_PARAMETER: NULL, a length without a value, or *puReplyPacketLen is beyond
 * uMaxReplyPacketLen. ERROR_INVALID_DATA: *puReplyPacketLen is below 240.
 * ERROR_INSUFFICIENT_BUFFER: no room. Page: PxeDhcpAppendOption.
 */
DWORD PXEAPI PxeDhcpAppendOption(PVOID pReplyPacket, ULONG uMaxReplyPacketLen,
				 PULONG puReplyPacketLen, BYTE bOption, BYTE bOptionLen,
				 PVOID pValue);

/**
 * Appends options that are encoded already (code, length, value, one or more), as they are.
 * Length 0 changes nothing. Errors as PxeDhcpAppendOption. Page: PxeDhcpAppendOptionRaw.
 */
DWORD PXEAPI PxeDhcpAppendOptionRaw(PVOID pReplyPacket, ULONG uMaxReplyPacketLen,
				    PULONG puReplyPacketLen, USHORT uBufferLen, PVOID pBuffer);

/**
 * Finds an option by code and by occurrence, counted from 1.
 *
 * *ppOptionValue points into the packet. Either out may be NULL. Split options are not joined; file
 * and sname are searched too, after the option field, where option 52 gives them to options.
 * ERROR_FILE_NOT_FOUND: there is none. ERROR_INVALID_DATA: shorter
 * than 240, another cookie, or an option before the match runs past the end.
 * ERROR_INVALID_PARAMETER: no packet, instance 0, code 0 or 255. Page: PxeDhcpGetOptionValue.
 */
DWORD PXEAPI PxeDhcpGetOptionValue(PVOID pPacket, ULONG uPacketLen, ULONG uInstance, BYTE bOption,
				   PBYTE pbOptionLen, PVOID *ppOptionValue);

/**
 * Finds a sub-option in option 43; all its occurrences count as one list. Mind the order of
 * bOption and uInstance. Errors as PxeDhcpGetOptionValue; also ERROR_INVALID_DATA when a sub-option
 * before the match runs past its option 43. Page: PxeDhcpGetVendorOptionValue.
 */
DWORD PXEAPI PxeDhcpGetVendorOptionValue(PVOID pPacket, ULONG uPacketLen, BYTE bOption,
					 ULONG uInstance, PBYTE pbOptionLen, PVOID *ppOptionValue);

/**
 * ERROR_SUCCESS when the packet is valid DHCP: at least 244 octets, op 1 (bRequestPacket) or 2,
 * hlen at most 16, a NUL in sname and in file (but where option 52 gives them to options), the
 * cookie, all options within the packet, option 53 of one octet, and END, after which only 0x00 and
 * 0xFF follow. Else ERROR_INVALID_DATA.
 *
 * *pbPxeOptionPresent, where asked for, is TRUE when the packet is valid and its option 60 begins
 * with PXEClient, and FALSE in every other case. ERROR_INVALID_PARAMETER: no packet.
 * Page: PxeDhcpIsValid.
 */
DWORD PXEAPI PxeDhcpIsValid(PVOID pPacket, ULONG uPacketLen, BOOL bRequestPacket,
			    PBOOL pbPxeOptionPresent);

/* ---- DHCP for IPv6 ---------------------------------------------------------------------------
 *
 * As above. Codes, lengths and the enterprise number are arguments in host order. "Header" is 4
 * octets, or 34 for RELAY-FORW (12) and RELAY-REPL (13).
 */

/**
 * Begins a reply: SOLICIT gives ADVERTISE; REQUEST, CONFIRM, RENEW, REBIND, RELEASE, DECLINE and
 * INFORMATION-REQUEST give REPLY, with the transaction id; RELAY-FORW gives RELAY-REPL, with hop
 * count, link and peer address. No option is copied; *pcbReplyUsed becomes 4 or 34.
 *
 * ERROR_INVALID_PARAMETER: NULL, or both packets are one. ERROR_INVALID_DATA: shorter than its
 * header, or another type. ERROR_INSUFFICIENT_BUFFER. Page: PxeDhcpv6Initialize.
 */
DWORD PXEAPI PxeDhcpv6Initialize(PVOID pRequest, ULONG cbRequest, PVOID pReply, ULONG cbReply,
				 PULONG pcbReplyUsed);

/**
 * Appends an option at *pcbReplyUsed and moves that on. ERROR_INVALID_PARAMETER: NULL, a length
 * without a value, *pcbReplyUsed beyond cbReply. ERROR_INVALID_DATA: *pcbReplyUsed is below the
 * header. ERROR_INSUFFICIENT_BUFFER: no room. Page: PxeDhcpv6AppendOption.
 */
DWORD PXEAPI PxeDhcpv6AppendOption(PVOID pReply, ULONG cbReply, PULONG pcbReplyUsed,
				   WORD wOptionType, WORD cbOption, PVOID pOption);

/** Appends options that are encoded already. Errors as above. Page: PxeDhcpv6AppendOptionRaw. */
DWORD PXEAPI PxeDhcpv6AppendOptionRaw(PVOID pReply, ULONG cbReply, PULONG pcbReplyUsed,
				      USHORT cbBuffer, PVOID pBuffer);

/**
 * Finds a top-level option by code and by occurrence, counted from 1; as PxeDhcpGetOptionValue.
 * ERROR_INVALID_DATA: shorter than its header, or an option before the match runs past the end.
 * Page: PxeDhcpv6GetOptionValue.
 */
DWORD PXEAPI PxeDhcpv6GetOptionValue(PVOID pPacket, ULONG uPacketLen, ULONG uInstance, WORD wOption,
				     PWORD pwOptionLen, PVOID *ppOptionValue);

/**
 * Finds a sub-option in the vendor options (17) of one enterprise; all of them count as one list.
 * Mind the order of wOption and uInstance. ERROR_INVALID_DATA also when an option 17 is shorter
 * than 4 or a sub-option runs past its end. Page: PxeDhcpv6GetVendorOptionValue.
 */
DWORD PXEAPI PxeDhcpv6GetVendorOptionValue(PVOID pPacket, ULONG uPacketLen,
					   DWORD dwEnterpriseNumber, WORD wOption, ULONG uInstance,
					   PWORD pwOptionLen, PVOID *ppOptionValue);

/**
 * ERROR_SUCCESS when the packet is valid DHCPv6: of a type that clients and relays send
 * (bRequestPacket) or servers do, its options fit exactly, a relayed one holds exactly one
 * RELAY_MSG, and types 1, 3, 4, 5, 6, 8, 9 a CLIENTID. Else ERROR_INVALID_DATA.
 *
 * *pbPxeOptionPresent, where asked for, is TRUE when it is valid and a VENDOR_CLASS (16), for a
 * relayed one in the innermost message, has an item that begins with PXEClient; else FALSE.
 * ERROR_INVALID_PARAMETER: no packet. Page: PxeDhcpv6IsValid.
 */
DWORD PXEAPI PxeDhcpv6IsValid(PVOID pPacket, ULONG uPacketLen, BOOL bRequestPacket,
			      PBOOL pbPxeOptionPresent);

/**
 * Takes a RELAY-FORW apart: the caller's array from the outermost message (the packet itself) to
 * the innermost relay's, and the client's message. All pointers point into the packet.
 *
 * An array of PXE_DHCPV6_RELAY_HOP_COUNT_LIMIT always suffices. ERROR_INSUFFICIENT_BUFFER: too
 * small, and *pnRelayMessages is what it takes. ERROR_INVALID_DATA: not a RELAY-FORW, more than 32
 * levels, none or several RELAY_MSG in a level, an option past the end.
 * ERROR_INVALID_PARAMETER: NULL (the array may be NULL when nRelayMessages is 0).
 * Page: PxeDhcpv6ParseRelayForw.
 */
DWORD PXEAPI PxeDhcpv6ParseRelayForw(PVOID pRelayForwPacket, ULONG uRelayForwPacketLen,
				     PPXE_DHCPV6_NESTED_RELAY_MESSAGE pRelayMessages,
				     ULONG nRelayMessages, PULONG pnRelayMessages,
				     PBYTE *ppInnerPacket, PULONG pcbInnerPacket);

/**
 * Wraps an answer in RELAY-REPL messages, for the relays that PxeDhcpv6ParseRelayForw found: hop
 * count, link and peer address as they came, INTERFACE_ID where there was one, RELAY_MSG.
 *
 * The parsed packet must still be there; the buffer must not overlap what goes in.
 * ERROR_INVALID_PARAMETER: NULL, overlap, no level or more than 32. ERROR_INSUFFICIENT_BUFFER.
 * ERROR_INVALID_DATA: a nested message would be longer than 65535.
 * Page: PxeDhcpv6CreateRelayRepl.
 */
DWORD PXEAPI PxeDhcpv6CreateRelayRepl(PPXE_DHCPV6_NESTED_RELAY_MESSAGE pRelayMessages,
				      ULONG nRelayMessages, PBYTE pInnerPacket, ULONG cbInnerPacket,
				      PVOID pReplyBuffer, ULONG cbReplyBuffer,
				      PULONG pcbReplyBuffer);

/* ---- the server, the trace ------------------------------------------------------------------- */

/**
 * PXE_GSI_TRACE_ENABLED: a BOOL, TRUE when any severity is traced. ERROR_INSUFFICIENT_BUFFER:
 * uBufferLen below 4. ERROR_INVALID_PARAMETER: NULL, another type (the DUID too).
 * Page: PxeGetServerInfo.
 */
DWORD PXEAPI PxeGetServerInfo(PXE_GSI_TYPE uInfoType, PVOID pBuffer, ULONG uBufferLen);

/**
 * The same and PXE_GSI_SERVER_DUID: the octets that the server puts into option SERVERID, the same
 * after every restart. *puBufferUsed is what was written; with ERROR_INSUFFICIENT_BUFFER, what it
 * takes (uBufferLen 0 asks for just that, pBuffer may be NULL then). ERROR_INVALID_PARAMETER: NULL,
 * another type. ERROR_NOT_SUPPORTED: there is no server here that has a DUID.
 * Page: PxeGetServerInfoEx.
 */
DWORD PXEAPI PxeGetServerInfoEx(PXE_GSI_TYPE uInfoType, PVOID pBuffer, ULONG uBufferLen,
				PULONG puBufferUsed);

/**
 * Writes a line to the log, under the provider's name, when its severity is traced.
 *
 * The format is Microsoft's, for wide functions: %s and %ls are wide strings, %S and %hs narrow
 * ones; l is 32 bits (%lu takes a DWORD), ll and I64 are 64. A narrow string under %s by mistake
 * is survived, and so are NULL strings, invalid text and a text that is too long (it is cut after
 * 1024 characters). %n writes nothing. hProvider may be NULL or wrong: the text is then logged for
 * whoever is being called, or for nobody. An unknown severity is an error's.
 *
 * Outside a server the text goes to stderr if the environment has WDSPXE_TRACE, else nowhere.
 * Always ERROR_SUCCESS. Page: PxeTrace.
 */
DWORD PXEAPI PxeTrace(HANDLE hProvider, PXE_SEVERITY Severity, LPCWSTR pszFormat, ...);

/** PxeTrace for who has a va_list. It is in Microsoft's header, but has no page. */
DWORD PXEAPI PxeTraceV(HANDLE hProvider, PXE_SEVERITY Severity, LPCWSTR pszFormat, va_list Params);

/* ---- Linux extensions ------------------------------------------------------------------------
 *
 * Not in Microsoft's header. A provider that also builds on Windows puts them under #ifdef.
 */

/* PXE_PROVIDER_ATTRIBUTE, BOOL: TRUE promises that RecvRequest never waits (no file, no lookup, no
 * lock held long). It is then called on the daemon's own thread, at full speed. Default FALSE: it
 * is called on a pool of threads. */
#define PXE_PROV_ATTR_NONBLOCKING 0x80000001

/**
 * Where in the configuration a value, or with pszValueName NULL the key itself, is written.
 *
 * For messages: trace "FILE:LINE: what is wrong" at PXE_TRACE_ERROR, once for each mistake, and
 * return ERROR_INVALID_DATA from PxeProviderInitialize; `wdspxectl reload` and `wdspxectl list`
 * repeat the first of these texts. pszValueName may be a path with `\` below the key, so that a
 * subkey is found too; behind a list of strings the index of one ("mac\3"). cchFile is in
 * characters (A: octets). A value that is absent: the place of the key; a member that is absent:
 * of the value.
 *
 * ERROR_INVALID_HANDLE: not an open key. ERROR_INVALID_PARAMETER: no file buffer or no puLine.
 * ERROR_INSUFFICIENT_BUFFER: the file's path does not fit. ERROR_FILE_NOT_FOUND: neither value nor
 * key is in the file.
 */
DWORD PXEAPI PxeKeyLocation(HKEY hKey, LPCWSTR pszValueName, LPWSTR pszFile, DWORD cchFile,
			    PDWORD puLine);
/** The same in UTF-8. */
DWORD PXEAPI PxeKeyLocationA(HKEY hKey, LPCSTR pszValueName, LPSTR pszFile, DWORD cchFile,
			     PDWORD puLine);

/* uKind of PxeRequestReason. */
#define PXE_REASON_DECIDED 1 /* what decided: pszFile and uLine are where that is written */
#define PXE_REASON_NEAREST 2 /* nothing fits; that came nearest, and pszText says what it lacks */
#define PXE_REASON_FAILED  3 /* no decision could be made, and pszText says why */

/**
 * Says why a request is decided as it is, for the people who read the daemon's log. It changes
 * nothing else; a provider calls it before it decides, any number of times: the last one counts.
 *
 * pszText is a sentence in UTF-8 without a full stop, pszFile and uLine name the entry, rule or
 * record; each may be NULL or 0. Both strings are copied during the call where anybody listens, up
 * to 199 octets each. In the log the file's name and the line stand beside the provider's name.
 * Any thread.
 *
 * ERROR_SUCCESS; ERROR_INVALID_PARAMETER: no such kind; ERROR_INVALID_HANDLE: it is not this
 * provider's turn with that request, or it is decided.
 */
DWORD PXEAPI PxeRequestReason(HANDLE hClientRequest, ULONG uKind, LPCSTR pszText, LPCSTR pszFile,
			      ULONG uLine);

/**
 * TRUE: somebody will read the reason of this request, so that a long one is worth its making.
 * FALSE also for a handle that is none. Any thread.
 */
BOOL PXEAPI PxeRequestWanted(HANDLE hClientRequest);

/**
 * Ends a request that is pending with an error, as if RecvRequest had returned dwError: it is
 * logged and counted as an error of the provider, and the next provider is asked. In the place of
 * PxeAsyncRecvDone, and with the same rules: the handle and all packets are gone afterwards.
 *
 * ERROR_SUCCESS; ERROR_INVALID_PARAMETER: ERROR_SUCCESS and ERROR_IO_PENDING are no errors;
 * ERROR_INVALID_HANDLE: it was decided before or given up, or never was.
 */
DWORD PXEAPI PxeRequestFail(HANDLE hClientRequest, DWORD dwError);

#pragma GCC visibility pop
#ifdef __cplusplus
}

/* Windows compilers let a function's name and a literal stand for a PVOID; these do it in C++. */
extern "C++" {
template <class Result, class... Arguments>
inline DWORD PxeRegisterCallback(HANDLE hProvider, PXE_CALLBACK_TYPE CallbackType,
				 Result (*pCallbackFunction)(Arguments...), PVOID pContext)
{
	return PxeRegisterCallback(hProvider, CallbackType,
				   reinterpret_cast<PVOID>(pCallbackFunction), pContext);
}

template <class Octets>
inline DWORD PxeDhcpAppendOption(PVOID pReplyPacket, ULONG uMaxReplyPacketLen,
				 PULONG puReplyPacketLen, BYTE bOption, BYTE bOptionLen,
				 const Octets *pValue)
{
	return PxeDhcpAppendOption(pReplyPacket, uMaxReplyPacketLen, puReplyPacketLen, bOption,
				   bOptionLen,
				   const_cast<PVOID>(static_cast<const void *>(pValue)));
}

template <class Octets>
inline DWORD PxeDhcpAppendOptionRaw(PVOID pReplyPacket, ULONG uMaxReplyPacketLen,
				    PULONG puReplyPacketLen, USHORT uBufferLen,
				    const Octets *pBuffer)
{
	return PxeDhcpAppendOptionRaw(pReplyPacket, uMaxReplyPacketLen, puReplyPacketLen,
				      uBufferLen,
				      const_cast<PVOID>(static_cast<const void *>(pBuffer)));
}

template <class Octets>
inline DWORD PxeDhcpv6AppendOption(PVOID pReply, ULONG cbReply, PULONG pcbReplyUsed,
				   WORD wOptionType, WORD cbOption, const Octets *pOption)
{
	return PxeDhcpv6AppendOption(pReply, cbReply, pcbReplyUsed, wOptionType, cbOption,
				     const_cast<PVOID>(static_cast<const void *>(pOption)));
}

template <class Octets>
inline DWORD PxeDhcpv6AppendOptionRaw(PVOID pReply, ULONG cbReply, PULONG pcbReplyUsed,
				      USHORT cbBuffer, const Octets *pBuffer)
{
	return PxeDhcpv6AppendOptionRaw(pReply, cbReply, pcbReplyUsed, cbBuffer,
					const_cast<PVOID>(static_cast<const void *>(pBuffer)));
}
}
#endif

#endif
