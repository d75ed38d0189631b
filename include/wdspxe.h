/* The Windows Deployment Services PXE Server API, for Linux: PXE providers and their installers
 * include this header and link with -lwdspxe. C11 and C++17; alone, or with <windows.h> in either
 * order.
 *
 * Names, values, types, sizes and meaning are those of Microsoft's wdspxe.h. "Page:" at a function
 * names Microsoft's page about it. Where those pages are silent, the contract here decides.
 * wdspxe(7) describes a provider's life; section 3 of the manual has an example for every function.
 *
 * Rules for all functions:
 * - Functions return ERROR_SUCCESS (0) or a positive status code; PxePacketAllocate alone returns
 *   a pointer. The order of checks is: pointers and ranges (ERROR_INVALID_PARAMETER), handles
 *   (ERROR_INVALID_HANDLE), phase (ERROR_INVALID_STATE), then contents.
 * - Out parameters and buffers stay as they were on failure, unless the function says otherwise.
 * - Every function may be called from any thread. No lock is held while a callback runs.
 * - A handle may have any value: a stale, foreign or invented handle is detected, not followed.
 * - Sizes are in octets, except where a name says cch. Integers that are arguments are in host
 *   order; structures that map a packet have its octets, in network order.
 * - Text is WCHAR (wchar_t, 32 bits).
 */
#ifndef WDSPXE_H
#define WDSPXE_H

#include <stdarg.h>

#include <wdspxe-types.h>
#include <wdspxe-windows.h>

#define PXEAPI /* the calling convention; Linux has only one */

/* ---- the version of this API -----------------------------------------------------------------
 *
 * A module carries the version of the headers that it was built with, in an ELF note, and the host
 * reads it when it loads the module. Another major version is refused. A higher minor version is
 * loaded, with a line in the log: what this header has then and the host's has not is missing
 * there. A module without a note (built with PXE_NO_API_NOTE, or in another language) is loaded.
 *
 * Whatever is added raises the minor version. The version of the host: PXE_GSI_API_VERSION, below.
 */
#define PXE_API_VERSION_MAJOR 1
#define PXE_API_VERSION_MINOR 0
#define PXE_API_VERSION       ((ULONG)PXE_API_VERSION_MAJOR << 16 | (ULONG)PXE_API_VERSION_MINOR)

/* The note: owner "wdspxe", type 1, two words. Each source that includes this header has one, and
 * the linker puts them together; they are also in programs, where nobody reads them. */
#if !defined(PXE_NO_API_NOTE) && defined(__ELF__)
static const struct {
	DWORD cbOwner, cbVersion, dwType;
	char szOwner[8];
	DWORD dwMajor, dwMinor;
} PxeApiNote
/* AddressSanitizer would put octets of its own behind it. */
#if defined(__clang__)
	__attribute__((no_sanitize("address")))
#endif
	__attribute__((section(".note.wdspxe"), used, aligned(4))) = {
		7, 8, 1, "wdspxe", PXE_API_VERSION_MAJOR, PXE_API_VERSION_MINOR
	};
#endif

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
#define PXE_BA_IGNORE   3 /* the client gets no answer; no other provider is asked */
#define PXE_BA_REJECTED 4 /* not handled by this provider: the next provider is asked */

/* PXE_CALLBACK_TYPE */
#define PXE_CALLBACK_RECV_REQUEST    0 /* PxeProviderRecvRequest, mandatory */
#define PXE_CALLBACK_SHUTDOWN        1 /* PxeProviderShutdown, mandatory */
#define PXE_CALLBACK_SERVICE_CONTROL 2 /* PxeProviderServiceControl */
#define PXE_CALLBACK_MAX             3

/* PXE_PROVIDER_ATTRIBUTE; "Linux extensions" below has one more. */
#define PXE_PROV_ATTR_FILTER       0 /* ULONG: which IPv4 packets are shown to the provider */
#define PXE_PROV_ATTR_FILTER_IPV6  1 /* ULONG: which IPv6 packets, if it is IPv6-capable */
#define PXE_PROV_ATTR_IPV6_CAPABLE 2 /* BOOL: whether it is shown IPv6 packets; default FALSE */

/* The filters: one of three, not bits. Whatever the filter, a DHCPv4 packet whose option field is
 * broken at its end is shown repaired: END where the first option does not fit, or after the last
 * option, and zeros after it (one octet is added if there is none to spare).
 *
 * A provider that sets FILTER_ALL itself is shown every packet that comes to ports 67, 4011 and
 * 547, except this host's own and those longer than 4,096 octets: also BOOTP, and packets that are
 * not DHCP at all, of any length from 0. Such a packet is shown as it came: call PxeDhcpIsValid
 * before reading a field, and see PxeSendReply for what may be answered. A provider that never sets
 * a filter is not shown these packets. */
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

/* PXE_GSI_TYPE: the information that PxeGetServerInfo and PxeGetServerInfoEx return. */
#define PXE_GSI_TRACE_ENABLED 1 /* BOOL */
#define PXE_GSI_SERVER_DUID   2 /* octets; PxeGetServerInfoEx only */

/* PXE_SEVERITY: single bits, so that they can form a mask. */
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

/* The cookie 63 82 53 63 as a little-endian machine reads it; on others compare bMagicCookie. */
#define PXEDHCP_MAGIC_COOKIE ((ULONG)0x63538263)

#define PXE_DHCPV6_RELAY_HOP_COUNT_LIMIT 32 /* how deep relayed messages may be nested */

/* ---- structures ------------------------------------------------------------------------------ */

/* An address, as passed to PxeProviderRecvRequest and accepted by PxeSendReply.
 *
 * bAddress is in network order, uPort in host order. uAddrLen is 4 or 16.
 *
 * Received: pLocalAddress is the unicast address of the interface that received the packet, and the
 * port that the packet was sent to; uFlags is USE_ADDR|BROADCAST (0x5) for a broadcast or
 * multicast, else USE_ADDR|USE_PORT (0x6). pRemoteAddress is the packet's source; its flags are
 * always 0x6.
 *
 * To send: see PxeSendReply.
 */
typedef struct tagPXE_ADDRESS {
	ULONG uFlags;
	union {
		BYTE bAddress[PXE_MAX_ADDRESS];
		ULONG uIpAddress; /* the first four octets, unchanged: in network order */
	};
	ULONG uAddrLen;
	USHORT uPort;
} PXE_ADDRESS, *PPXE_ADDRESS;

/* A registered provider, from PxeProviderEnumNext. Both strings are part of it. */
typedef struct tagPXE_PROVIDER {
	ULONG uSizeOfStruct;
	LPWSTR pwszName;
	LPWSTR pwszFilePath;
	BOOL bIsCritical; /* the server does not start without this provider */
	ULONG uIndex;     /* position in the list; the provider at 0 is asked first */
} PXE_PROVIDER, *PPXE_PROVIDER;

/* The following structures map the octets of a packet: no padding, network order. */
#pragma pack(push, 1)

/* A DHCP option. PAD (0) and END (255) are one octet: read only OptionType from them. */
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

/* The beginning of every DHCPv6 message; types 12 and 13 are PXE_DHCPV6_RELAY_MESSAGE. */
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

/* ---- what a provider implements -------------------------------------------------------------- */

/**
 * The one symbol that a provider exports: the host calls it once, when it loads the provider.
 *
 * When it returns, the provider must have registered all its callbacks (RECV_REQUEST and SHUTDOWN
 * are mandatory) and must be ready: the first request may come at once. hProvider is valid until
 * PxeProviderShutdown returns; so is hProviderKey, the provider's settings, which the host owns.
 *
 * Returns ERROR_SUCCESS. With any other code the provider is not used, and its Shutdown is not
 * called, so it must clean up before it returns. If a setting is wrong, it says what is wrong with
 * PxeTrace at PXE_TRACE_ERROR (PxeKeyLocation finds the place) and returns ERROR_INVALID_DATA: the
 * administrator is shown that text. Called on one thread, while no callback of this provider runs.
 * Page: PxeProviderInitialize.
 */
DWORD PXEAPI PxeProviderInitialize(HANDLE hProvider, HKEY hProviderKey);

/*
 * The callbacks may have any names; PxeRegisterCallback registers them:
 *
 * DWORD PXEAPI PxeProviderRecvRequest(HANDLE hClientRequest, PVOID pPacket, ULONG uPacketLen,
 *				       PXE_ADDRESS *pLocalAddress, PXE_ADDRESS *pRemoteAddress,
 *				       PXE_BOOT_ACTION *pAction, PVOID pContext);
 *	One packet from a client. The packet must not be written to. ERROR_SUCCESS: *pAction is the
 *	decision (it is PXE_BA_REJECTED initially; an unknown value counts as that).
 *	ERROR_IO_PENDING: PxeAsyncRecvDone will make the decision, exactly once; until then the
 *	handle, the packet and both addresses stay valid, even if the request times out meanwhile
 *	(see PxeAsyncRecvDone); pAction does not. Any other code counts as PXE_BA_REJECTED. Called
 *	on several threads at the same time, unless the provider's file says threads = 1. Page:
 *	PxeProviderRecvRequest callback.
 *
 * DWORD PXEAPI PxeProviderShutdown(PVOID pContext);
 *	Stop and release everything. Called once, after all other callbacks have returned. Until it
 *	returns, PxeTrace, PxePacketFree and PxeAsyncRecvDone still accept the handles, and requests
 *	that were pending stay in memory; afterwards all of that is gone. The result is only logged.
 *	Page: PxeProviderShutdown callback.
 *
 * DWORD PXEAPI PxeProviderServiceControl(PVOID pContext, DWORD dwControl);
 *	A SERVICE_CONTROL_* code or a code from 128 to 255. One call at a time, possibly while
 *	RecvRequest runs. A result that is not 0 is logged; after PARAMCHANGE it asks for a new
 *	instance of the provider. Page: PxeProviderServiceControl callback.
 *
 * One more, which Microsoft's API does not have, is PxeProviderCommand: "Linux extensions".
 */

/* ---- the list of providers -------------------------------------------------------------------
 *
 * For installers: these functions work on the list on disk, in any process, whether the daemon is
 * running or not; a running daemon sees the change when it reloads. The list may change at any
 * time; each single call is atomic. All of them may also fail with ERROR_ACCESS_DENIED,
 * ERROR_NOT_ENOUGH_MEMORY, and ERROR_BAD_FORMAT if the list on disk cannot be read.
 */

/**
 * Registers a provider at a position in the list; the providers from there on move down by one.
 *
 * Name: 1 to 255 characters, unique ignoring case, without control characters, `/` and `\`, else
 * ERROR_INVALID_NAME or ERROR_ALREADY_EXISTS. Path: absolute, else ERROR_BAD_PATHNAME; the file
 * need not exist yet. An index beyond the end means the last position. phProviderKey may be NULL;
 * else it receives the key of the provider's settings, which the caller closes with RegCloseKey.
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
 * The position of a provider, counted from 0. To register a provider before it, use that index; to
 * register a provider after it, add 1.
 * ERROR_NOT_FOUND: no such name. ERROR_INVALID_PARAMETER: NULL. Page: PxeProviderQueryIndex.
 */
DWORD PXEAPI PxeProviderQueryIndex(LPCWSTR pszProviderName, PULONG puIndex);

/**
 * Opens a snapshot of the list. The first entry, like all others, comes from PxeProviderEnumNext.
 * Release the snapshot with PxeProviderEnumClose. ERROR_INVALID_PARAMETER: NULL. Page:
 * PxeProviderEnumFirst.
 */
DWORD PXEAPI PxeProviderEnumFirst(HANDLE *phEnum);

/**
 * The next entry of the snapshot, in the order of the list. The previous value of *ppProvider does
 * not matter; the caller owns the entry and releases it with PxeProviderFreeInfo.
 *
 * ERROR_NO_MORE_ITEMS: there are no more entries, and *ppProvider is NULL. ERROR_INVALID_HANDLE:
 * not an open enumeration. ERROR_INVALID_PARAMETER: ppProvider is NULL. Page: PxeProviderEnumNext.
 */
DWORD PXEAPI PxeProviderEnumNext(HANDLE hEnum, PPXE_PROVIDER *ppProvider);

/**
 * Releases an entry, before or after its enumeration was closed. ERROR_INVALID_PARAMETER: NULL.
 * Page: PxeProviderFreeInfo.
 */
DWORD PXEAPI PxeProviderFreeInfo(PPXE_PROVIDER pProvider);

/**
 * Closes an enumeration. ERROR_INVALID_HANDLE: NULL, closed, or not an enumeration.
 * Page: PxeProviderEnumClose.
 */
DWORD PXEAPI PxeProviderEnumClose(HANDLE hEnum);

/* ---- callbacks and attributes ---------------------------------------------------------------- */

/**
 * Registers one of the provider's callbacks, while its PxeProviderInitialize runs (any thread).
 *
 * pContext is passed to that callback unchanged. Registering a type again replaces the callback. In
 * C++ an overload accepts a function's name without a cast. ERROR_INVALID_PARAMETER: type not below
 * PXE_CALLBACK_MAX, or no function. ERROR_NOT_SUPPORTED: one of the Linux extensions below that
 * this host does not know. ERROR_INVALID_HANDLE: not a provider. ERROR_INVALID_STATE:
 * Initialize has returned. ERROR_SHUTDOWN_IN_PROGRESS: Shutdown runs. Page: PxeRegisterCallback.
 */
DWORD PXEAPI PxeRegisterCallback(HANDLE hProvider, PXE_CALLBACK_TYPE CallbackType,
				 PVOID pCallbackFunction, PVOID pContext);

/**
 * Sets one attribute: a ULONG filter or a BOOL, uParamLen is 4. The value is copied.
 *
 * Called from Initialize until Shutdown; the value applies to requests that are dispatched later.
 * The defaults are PXE_PROV_FILTER_ALL without BOOTP and packets that are not DHCP, and not
 * IPv6-capable. ERROR_INVALID_PARAMETER:
 * unknown attribute, filter above 2, wrong length, NULL. ERROR_NOT_SUPPORTED: an attribute from
 * 0x80000000 that this host does not know. ERROR_INVALID_HANDLE: not a provider.
 * ERROR_INVALID_STATE: PXE_PROV_ATTR_NONBLOCKING after Initialize has returned.
 * ERROR_SHUTDOWN_IN_PROGRESS: Shutdown runs. Page: PxeProviderSetAttribute.
 */
DWORD PXEAPI PxeProviderSetAttribute(HANDLE hProvider, PXE_PROVIDER_ATTRIBUTE Attribute,
				     PVOID pParameterBuffer, ULONG uParamLen);

/* ---- a request ------------------------------------------------------------------------------- */

/**
 * Sends the first uPacketLen octets of a packet from PxePacketAllocate for the same request.
 *
 * Called from the callback or, while the request is pending, from any thread; several times if
 * necessary. The octets are copied during the call: the packet may be freed at once. The reply
 * leaves by the interface, address and port that the request came in on. Its destination:
 *
 *	pAddress NULL, or no flag	the request's source
 *	USE_DHCP_RULES			as RFC 2131 and PXE say for this request
 *	BROADCAST			255.255.255.255, port uPort with USE_PORT, else the source's
 *	USE_ADDR and/or USE_PORT	that address, that port; the source's for the one not given
 *
 * A source of 0.0.0.0 stands for 255.255.255.255. With DHCP rules, a valid DHCPv4 reply is
 * completed (wdspxe(7), "Replies"); with all others the octets are sent unchanged.
 *
 * The reply to a packet that only PXE_PROV_FILTER_ALL shows (BOOTP, or not DHCP) must go to its
 * sender, by NULL or USE_ADDR, and must not be longer than that packet; otherwise
 * ERROR_INVALID_DATA (DHCP rules), ERROR_ACCESS_DENIED (any other destination),
 * ERROR_INSUFFICIENT_BUFFER (longer).
 *
 * ERROR_SUCCESS: accepted. ERROR_INVALID_PARAMETER: pPacket is not a live packet of this
 * request, or was written past its end; the length is 0 or more than was allocated; unknown
 * flags; BROADCAST with USE_ADDR or on IPv6; a uAddrLen that does not fit the family.
 * ERROR_INVALID_HANDLE: the request is over, or there never was such a request.
 * ERROR_INVALID_DATA: DHCP rules for a request that is not DHCP. ERROR_ACCESS_DENIED: this
 * server must not answer the request (a REQUEST to the lease server, for example), or the reply
 * is a DHCPNAK. ERROR_INSUFFICIENT_BUFFER: with DHCP rules, a reply longer than the client
 * accepts. ERROR_NETWORK_UNREACHABLE: no route. ERROR_NOT_ENOUGH_MEMORY: too many replies are
 * waiting to be sent. ERROR_OPERATION_ABORTED: the server is stopping, and has given up this
 * request. Page: PxeSendReply.
 */
DWORD PXEAPI PxeSendReply(HANDLE hClientRequest, PVOID pPacket, ULONG uPacketLen,
			  PXE_ADDRESS *pAddress);

/**
 * Completes a request for which RecvRequest returned, or is about to return, ERROR_IO_PENDING.
 *
 * Called on any thread, exactly once. After that the handle and all packets of the request are gone
 * for this provider. PXE_BA_REJECTED passes the request to the next provider, on another stack.
 *
 * A request that is not completed within pending-timeout, or within the grace period of a stop,
 * ends as if by PXE_BA_IGNORE. Memory that the provider holds of it is not reused: its packet, the
 * addresses and the buffers from PxePacketAllocate stay where they are until this call, which then
 * has no other effect. Until this call, PxePacketFree works as before, while PxeSendReply and
 * PxePacketAllocate fail. A provider that leaves too many requests in this state is no longer
 * asked.
 *
 * ERROR_INVALID_PARAMETER: no such action; the request stays pending. ERROR_INVALID_HANDLE: the
 * request has already been completed, or there never was such a request. Page: PxeAsyncRecvDone.
 */
DWORD PXEAPI PxeAsyncRecvDone(HANDLE hClientRequest, PXE_BOOT_ACTION Action);

/**
 * A buffer for a reply to a request that is with this provider: zeroed, 16-byte aligned.
 *
 * The caller frees it with PxePacketFree; buffers that are left when the request ends are freed,
 * and a warning is logged. At most 16 for each request. NULL on failure; then GetLastError() is
 * ERROR_INVALID_PARAMETER (size 0 or above 65507), ERROR_INVALID_HANDLE (either handle is not
 * valid, or the two do not belong together) or ERROR_NOT_ENOUGH_MEMORY. Page: PxePacketAllocate.
 */
PVOID PXEAPI PxePacketAllocate(HANDLE hProvider, HANDLE hClientRequest, ULONG uSize);

/**
 * Frees a packet. ERROR_INVALID_PARAMETER: not a live packet of this request; or it has been freed
 * now, but the provider had written past its end (the log says how far). ERROR_INVALID_HANDLE: the
 * request has been completed (then the packet is already gone), or there never was such a request.
 * Packets of a request that has timed out can still be freed. Page: PxePacketFree.
 */
DWORD PXEAPI PxePacketFree(HANDLE hProvider, HANDLE hClientRequest, PVOID pPacket);

/* ---- DHCP for IPv4 ---------------------------------------------------------------------------
 *
 * Pure functions on the caller's memory: no handle, no allocation. They accept any readable packet.
 */

/**
 * Begins a reply to a request: op becomes 2; htype, hlen, xid, secs, ciaddr, yiaddr, siaddr,
 * giaddr, chaddr and the cookie are copied from the request; everything else, up to
 * uMaxReplyPacketLen, becomes zero.
 *
 * hops, flags (BROADCAST!), sname, file and options are not copied. *puReplyPacketLen becomes 240.
 * ERROR_INVALID_PARAMETER: NULL, or both packets are the same. ERROR_INVALID_DATA: the
 * request is shorter than 240 or has another cookie. ERROR_INSUFFICIENT_BUFFER: the reply's buffer
 * is shorter than 240. Page: PxeDhcpInitialize.
 */
DWORD PXEAPI PxeDhcpInitialize(PVOID pRecvPacket, ULONG uRecvPacketLen, PVOID pReplyPacket,
			       ULONG uMaxReplyPacketLen, PULONG puReplyPacketLen);

/**
 * Appends code, length and value at *puReplyPacketLen and advances it. PAD (0) and END (255) are
 * one octet; their length and value are ignored. END is never added automatically.
 *
 * ERROR_INVALID_PARAMETER: NULL, a length without a value, or *puReplyPacketLen is beyond
 * uMaxReplyPacketLen. ERROR_INVALID_DATA: *puReplyPacketLen is below 240.
 * ERROR_INSUFFICIENT_BUFFER: no room. Page: PxeDhcpAppendOption.
 */
DWORD PXEAPI PxeDhcpAppendOption(PVOID pReplyPacket, ULONG uMaxReplyPacketLen,
				 PULONG puReplyPacketLen, BYTE bOption, BYTE bOptionLen,
				 PVOID pValue);

/**
 * Appends one or more options that are already encoded (code, length, value), unchanged. Length 0
 * changes nothing. Errors as PxeDhcpAppendOption. Page: PxeDhcpAppendOptionRaw.
 */
DWORD PXEAPI PxeDhcpAppendOptionRaw(PVOID pReplyPacket, ULONG uMaxReplyPacketLen,
				    PULONG puReplyPacketLen, USHORT uBufferLen, PVOID pBuffer);

/**
 * Finds an option by code and by occurrence, counted from 1.
 *
 * *ppOptionValue points into the packet. Either out parameter may be NULL. Split options are not
 * joined. After the option field, file and sname are searched too, if option 52 says that they hold
 * options. ERROR_FILE_NOT_FOUND: there is no such option. ERROR_INVALID_DATA: the packet is shorter
 * than 240 or has another cookie, or an option before the match runs past the end.
 * ERROR_INVALID_PARAMETER: no packet, instance 0, code 0 or 255. Page: PxeDhcpGetOptionValue.
 */
DWORD PXEAPI PxeDhcpGetOptionValue(PVOID pPacket, ULONG uPacketLen, ULONG uInstance, BYTE bOption,
				   PBYTE pbOptionLen, PVOID *ppOptionValue);

/**
 * Finds a sub-option in option 43; all options 43 count as one list. Note the order of bOption and
 * uInstance. Errors as PxeDhcpGetOptionValue; also ERROR_INVALID_DATA if a sub-option
 * before the match runs past its option 43. Page: PxeDhcpGetVendorOptionValue.
 */
DWORD PXEAPI PxeDhcpGetVendorOptionValue(PVOID pPacket, ULONG uPacketLen, BYTE bOption,
					 ULONG uInstance, PBYTE pbOptionLen, PVOID *ppOptionValue);

/**
 * ERROR_SUCCESS if the packet is valid DHCP: at least 244 octets, op 1 (bRequestPacket) or 2, hlen
 * at most 16, a NUL in sname and in file (unless they hold options according to option 52), the
 * cookie, all options within the packet, an option 53 of one octet, and END, followed only by 0x00
 * and 0xFF. Otherwise ERROR_INVALID_DATA.
 *
 * *pbPxeOptionPresent, unless pbPxeOptionPresent is NULL, becomes TRUE if the packet is valid and
 * its option 60 begins with PXEClient, otherwise FALSE. ERROR_INVALID_PARAMETER: no packet.
 * Page: PxeDhcpIsValid.
 */
DWORD PXEAPI PxeDhcpIsValid(PVOID pPacket, ULONG uPacketLen, BOOL bRequestPacket,
			    PBOOL pbPxeOptionPresent);

/* ---- DHCP for IPv6 ---------------------------------------------------------------------------
 *
 * As above. Codes, lengths and the enterprise number are arguments in host order. A header has 4
 * octets, or 34 for RELAY-FORW (12) and RELAY-REPL (13).
 */

/**
 * Begins a reply: SOLICIT gives ADVERTISE; REQUEST, CONFIRM, RENEW, REBIND, RELEASE, DECLINE and
 * INFORMATION-REQUEST give REPLY, with the transaction id; RELAY-FORW gives RELAY-REPL, with hop
 * count, link and peer address. No option is copied; *pcbReplyUsed becomes 4 or 34.
 *
 * ERROR_INVALID_PARAMETER: NULL, or both packets are the same. ERROR_INVALID_DATA: the request is
 * shorter than its header, or of another type. ERROR_INSUFFICIENT_BUFFER. Page:
 * PxeDhcpv6Initialize.
 */
DWORD PXEAPI PxeDhcpv6Initialize(PVOID pRequest, ULONG cbRequest, PVOID pReply, ULONG cbReply,
				 PULONG pcbReplyUsed);

/**
 * Appends an option at *pcbReplyUsed and advances it. ERROR_INVALID_PARAMETER: NULL, a length
 * without a value, *pcbReplyUsed beyond cbReply. ERROR_INVALID_DATA: *pcbReplyUsed is less than the
 * header. ERROR_INSUFFICIENT_BUFFER: no room. Page: PxeDhcpv6AppendOption.
 */
DWORD PXEAPI PxeDhcpv6AppendOption(PVOID pReply, ULONG cbReply, PULONG pcbReplyUsed,
				   WORD wOptionType, WORD cbOption, PVOID pOption);

/** Appends options that are already encoded. Errors as above. Page: PxeDhcpv6AppendOptionRaw. */
DWORD PXEAPI PxeDhcpv6AppendOptionRaw(PVOID pReply, ULONG cbReply, PULONG pcbReplyUsed,
				      USHORT cbBuffer, PVOID pBuffer);

/**
 * Finds a top-level option by code and by occurrence, counted from 1; as PxeDhcpGetOptionValue.
 * ERROR_INVALID_DATA: the packet is shorter than its header, or an option before the match runs
 * past the end. Page: PxeDhcpv6GetOptionValue.
 */
DWORD PXEAPI PxeDhcpv6GetOptionValue(PVOID pPacket, ULONG uPacketLen, ULONG uInstance, WORD wOption,
				     PWORD pwOptionLen, PVOID *ppOptionValue);

/**
 * Finds a sub-option in the vendor options (17) of one enterprise; all of them count as one list.
 * Note the order of wOption and uInstance. ERROR_INVALID_DATA also if an option 17 is shorter than
 * 4 or a sub-option runs past its end. Page: PxeDhcpv6GetVendorOptionValue.
 */
DWORD PXEAPI PxeDhcpv6GetVendorOptionValue(PVOID pPacket, ULONG uPacketLen,
					   DWORD dwEnterpriseNumber, WORD wOption, ULONG uInstance,
					   PWORD pwOptionLen, PVOID *ppOptionValue);

/**
 * ERROR_SUCCESS if the packet is valid DHCPv6: it has a type that clients and relays send
 * (bRequestPacket) or that servers send, its options fit exactly, a relayed message has exactly one
 * RELAY_MSG, and types 1, 3, 4, 5, 6, 8, 9 have a CLIENTID. Otherwise ERROR_INVALID_DATA.
 *
 * *pbPxeOptionPresent, unless pbPxeOptionPresent is NULL, becomes TRUE if the packet is valid and a
 * VENDOR_CLASS (16), for a relayed message in the innermost message, has an item that begins with
 * PXEClient; otherwise FALSE. ERROR_INVALID_PARAMETER: no packet. Page: PxeDhcpv6IsValid.
 */
DWORD PXEAPI PxeDhcpv6IsValid(PVOID pPacket, ULONG uPacketLen, BOOL bRequestPacket,
			      PBOOL pbPxeOptionPresent);

/**
 * Parses a RELAY-FORW: fills the caller's array from the outermost message (the packet itself) to
 * that of the innermost relay, and finds the client's message. All pointers point into the packet.
 *
 * An array of PXE_DHCPV6_RELAY_HOP_COUNT_LIMIT always suffices. ERROR_INSUFFICIENT_BUFFER: the
 * array is too small, and *pnRelayMessages is the number needed. ERROR_INVALID_DATA: not a
 * RELAY-FORW, more than 32 levels, no or several RELAY_MSG in a level, an option past the end.
 * ERROR_INVALID_PARAMETER: NULL (the array may be NULL when nRelayMessages is 0).
 * Page: PxeDhcpv6ParseRelayForw.
 */
DWORD PXEAPI PxeDhcpv6ParseRelayForw(PVOID pRelayForwPacket, ULONG uRelayForwPacketLen,
				     PPXE_DHCPV6_NESTED_RELAY_MESSAGE pRelayMessages,
				     ULONG nRelayMessages, PULONG pnRelayMessages,
				     PBYTE *ppInnerPacket, PULONG pcbInnerPacket);

/**
 * Wraps an answer in RELAY-REPL messages, for the relays that PxeDhcpv6ParseRelayForw found: hop
 * count, link and peer address as received, INTERFACE_ID if there was one, RELAY_MSG.
 *
 * The parsed packet must still exist; the buffer must not overlap the input.
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
 * PXE_GSI_TRACE_ENABLED: a BOOL, TRUE if any severity is traced. ERROR_INSUFFICIENT_BUFFER:
 * uBufferLen below 4. ERROR_INVALID_PARAMETER: NULL, or another type (also the DUID).
 * Page: PxeGetServerInfo.
 */
DWORD PXEAPI PxeGetServerInfo(PXE_GSI_TYPE uInfoType, PVOID pBuffer, ULONG uBufferLen);

/**
 * The same, and PXE_GSI_SERVER_DUID: the octets that the server puts into option SERVERID, the same
 * after every restart. *puBufferUsed is the number of octets written or, with
 * ERROR_INSUFFICIENT_BUFFER, the number needed (a uBufferLen of 0 asks only for that; pBuffer may
 * be NULL then). ERROR_INVALID_PARAMETER: NULL, or another type. ERROR_NOT_SUPPORTED: there is no
 * server in this process that has a DUID.
 * Page: PxeGetServerInfoEx.
 */
DWORD PXEAPI PxeGetServerInfoEx(PXE_GSI_TYPE uInfoType, PVOID pBuffer, ULONG uBufferLen,
				PULONG puBufferUsed);

/**
 * Writes a line to the log, under the provider's name, if its severity is traced.
 *
 * The format is Microsoft's, for wide functions: %s and %ls are wide strings, %S and %hs are narrow
 * strings; l is 32 bits (%lu takes a DWORD), ll and I64 are 64 bits. A narrow string passed to %s
 * by mistake does no harm, nor do NULL strings, invalid text, or text that is too long (it is
 * truncated after 1024 characters). %n writes nothing. hProvider may be NULL or wrong: the text is
 * then logged under the name of the provider that is being called, if any. An unknown severity
 * counts as an error.
 *
 * Outside a server the text goes to stderr if WDSPXE_TRACE is in the environment, else nowhere.
 * Always ERROR_SUCCESS. Page: PxeTrace.
 */
DWORD PXEAPI PxeTrace(HANDLE hProvider, PXE_SEVERITY Severity, LPCWSTR pszFormat, ...);

/** PxeTrace with a va_list. It is in Microsoft's header, but has no page. */
DWORD PXEAPI PxeTraceV(HANDLE hProvider, PXE_SEVERITY Severity, LPCWSTR pszFormat, va_list Params);

/* ---- Linux extensions ------------------------------------------------------------------------
 *
 * Not in Microsoft's header. A provider that also builds on Windows puts them under #ifdef.
 *
 * Callbacks and attributes of ours have numbers from 0x80000001. A host that is older than this
 * header returns ERROR_NOT_SUPPORTED for those that it does not know.
 */

/* PXE_CALLBACK_TYPE: VOID PXEAPI PxeProviderRequestEnded(HANDLE hClientRequest, ULONG uReason,
 *							 PVOID pContext);
 *
 * A request that this provider holds has ended without it: its RecvRequest is still running, or has
 * returned ERROR_IO_PENDING. Called at most once for a request, at the time of its end, and not for
 * one that the provider has completed by then; no call comes after PxeProviderShutdown has begun.
 * Called where RecvRequest is: on the daemon's own thread for a provider with
 * PXE_PROV_ATTR_NONBLOCKING, or else on one of the provider's threads as soon as one is free,
 * before the requests that wait for one; with threads = 1 never beside RecvRequest.
 *
 * It only tells: nothing of the request changes hands by it. As described at PxeAsyncRecvDone, the
 * packet, the addresses and the provider's packets stay until the provider completes the request,
 * which it may do in this callback or later, on any thread; and while the callback runs they stay
 * even if another thread completes the request. */
#define PXE_CALLBACK_REQUEST_ENDED 0x80000002

/* uReason of PxeProviderRequestEnded; there may be more in later versions. */
#define PXE_ENDED_TIMEOUT 1 /* pending-timeout is over */
#define PXE_ENDED_STOPPED 2 /* the server stops, and its grace period is over */

/* PXE_PROVIDER_ATTRIBUTE, BOOL: TRUE promises that RecvRequest never waits (no file, no lookup, no
 * lock that is held for long). It is then called on the daemon's own thread, at full speed. Default
 * FALSE: it is called on a pool of threads. */
#define PXE_PROV_ATTR_NONBLOCKING 0x80000001

/* PXE_PROVIDER_ATTRIBUTE, BOOL: TRUE says that the provider knows trial requests, and calls
 * PxeRequestIsTrial before it remembers or changes anything. Default FALSE: it is not asked about
 * them. */
#define PXE_PROV_ATTR_TRIAL 0x80000003

/* PXE_PROVIDER_ATTRIBUTE, BOOL: TRUE says that the provider reads files beside its settings, and
 * takes PXE_CONTROL_FILES. Default FALSE. */
#define PXE_PROV_ATTR_FILES 0x80000004

/* For a PxeProviderServiceControl, of a provider that has set PXE_PROV_ATTR_FILES: a reload that
 * leaves the provider's settings as they are. Look whether the files have changed, read those that
 * have, and put what they say in force. 0: done, or nothing has changed. Any other code: nothing
 * has changed, and what was traced at PXE_TRACE_ERROR says why; the reload then fails. */
#define PXE_CONTROL_FILES 0x80000001

/* PXE_GSI_TYPE, ULONG: PXE_API_VERSION of the host. For PxeGetServerInfo and PxeGetServerInfoEx. */
#define PXE_GSI_API_VERSION 0x80000001

/* PXE_CALLBACK_TYPE: PxeProviderCommand. */
#define PXE_CALLBACK_COMMAND 0x80000001

/* What an administrator's command is: `wdspxectl provider NAME [--input FILE] WORD ...`. */
typedef struct tagPXE_COMMAND {
	DWORD cbSize; /* of this structure, as the host knows it: a later one may have more */
	ULONG nWords;
	const LPCSTR *ppszWords; /* UTF-8; none is NULL, and ppszWords[nWords] is */
	LPCSTR pszInput;         /* FILE as it was given, "-" for standard input; NULL: none */
	const BYTE *pInput;      /* its octets, without NUL behind them; NULL if there are none */
	ULONG cbInput;           /* at most PXE_COMMAND_INPUT_MAX */
} PXE_COMMAND;

#define PXE_COMMAND_INPUT_MAX  (16u << 20) /* octets of input; more are refused before the call */
#define PXE_COMMAND_ANSWER_MAX (16u << 20) /* octets of an answer */
#define PXE_COMMAND_SECONDS    30          /* a command may take */

/*
 * The callback has any name; PxeRegisterCallback registers it as PXE_CALLBACK_COMMAND:
 *
 * DWORD PXEAPI PxeProviderCommand(PVOID pContext, HANDLE hCommand, const PXE_COMMAND *pCommand);
 *	An administrator's command, whose words are the provider's to understand. It writes its
 *	answer, one JSON value, with PxeCommandWrite. ERROR_SUCCESS: done. ERROR_INVALID_PARAMETER:
 *	the words are wrong. Any other code: it failed. With a code that is not 0, a member "error"
 *	of the answer, if that is an object, is the sentence that the administrator reads; without
 *	one he reads the code. hCommand and everything that pCommand points to are valid until the
 *	callback returns.
 *
 *	Called on a thread of its own, at most one at a time for each instance, perhaps while
 *	RecvRequest runs, but never while Initialize, ServiceControl or Shutdown does: these wait
 *	for it, and it for them. Who asked is told that it failed when it has not returned
 *	PXE_COMMAND_SECONDS after it was asked. From then on PxeCommandWrite fails, the provider
 *	gets no other command, ServiceControl codes to it fail with ERROR_BUSY (a reload that
 *	changes its settings replaces it), and an instance that is to be shut down is left as it
 *	is, without its Shutdown: all that ends when the callback returns, except the last. A stop
 *	of the server gives a command 3 seconds. The instance that is called is the one that is in
 *	force when the command's turn comes.
 */

/**
 * Appends to the answer of a command. The pieces, in the order of the calls, make one JSON value,
 * in UTF-8; a piece may end anywhere. Nothing written is an answer too. Any thread, until the
 * callback returns.
 *
 * ERROR_INVALID_PARAMETER: pText is NULL. ERROR_INVALID_HANDLE: not a command, or its callback has
 * returned. ERROR_INSUFFICIENT_BUFFER: the answer would be longer than PXE_COMMAND_ANSWER_MAX; the
 * command fails, whatever the callback returns. ERROR_OPERATION_ABORTED: nobody waits for the
 * answer any more, because it took too long or the server stops; the callback should return.
 * ERROR_NOT_ENOUGH_MEMORY: the command fails too.
 */
DWORD PXEAPI PxeCommandWrite(HANDLE hCommand, LPCSTR pText, ULONG cbText);

/* Counters of the provider's own, in the daemon's statistics: `wdspxectl metrics` has them, with
 * the provider's name as a label, and so has `wdspxectl --json list`. */

#define PXE_COUNTERS_MAX     32 /* for all instances of a provider's name */
#define PXE_COUNTER_NAME_MAX 48 /* octets of a name */
#define PXE_COUNTER_HELP_MAX 127

/* uKind of PxeCounterRegister. */
#define PXE_COUNTER_TOTAL 1 /* how often something has happened; it outlasts reloads */
#define PXE_COUNTER_LEVEL 2 /* how much there is now; each instance of the provider begins at 0 */

/**
 * Makes a counter, while PxeProviderInitialize runs (any thread). *puCounter is its number, for the
 * two functions below. If an instance before this one, or this one itself, has registered the name,
 * it is the same counter, with the help that it was given first.
 *
 * pszName: lower-case letters, digits and `_`, a letter first, at most PXE_COUNTER_NAME_MAX octets,
 * without `_total` at its end, which is added where it is needed; otherwise ERROR_INVALID_NAME.
 * pszHelp: a sentence in UTF-8, which is cut after PXE_COUNTER_HELP_MAX octets.
 *
 * ERROR_INVALID_PARAMETER: NULL, or no such kind. ERROR_ALREADY_EXISTS: the name has another kind.
 * ERROR_NOT_ENOUGH_MEMORY: also if the name has PXE_COUNTERS_MAX counters. ERROR_INVALID_HANDLE:
 * not a provider. ERROR_INVALID_STATE: Initialize has returned.
 */
DWORD PXEAPI PxeCounterRegister(HANDLE hProvider, LPCSTR pszName, LPCSTR pszHelp, ULONG uKind,
				PULONG puCounter);

/**
 * Adds to a counter; a level may fall, and a total cannot. Takes no lock and allocates nothing, on
 * any thread, from Initialize until Shutdown has returned. What is added in RecvRequest for a trial
 * request is not counted.
 *
 * ERROR_INVALID_PARAMETER: there is no such counter, or a total would fall.
 * ERROR_INVALID_HANDLE: not a provider.
 */
DWORD PXEAPI PxeCounterAdd(HANDLE hProvider, ULONG uCounter, LONGLONG llBy);

/** Sets a level. ERROR_INVALID_PARAMETER also for a total. The rest as PxeCounterAdd. */
DWORD PXEAPI PxeCounterSet(HANDLE hProvider, ULONG uCounter, LONGLONG llValue);

/*
 * In UTF-8, for languages other than C and C++: their WCHAR has 16 bits, and some of them cannot
 * call variadic functions.
 */

/**
 * PxeTrace for a text that is not a format: UTF-8, at most 1024 characters, logged as one line.
 * NULL, and octets that are not UTF-8, do no harm. Always ERROR_SUCCESS.
 */
DWORD PXEAPI PxeTraceA(HANDLE hProvider, PXE_SEVERITY Severity, LPCSTR pszText);

/** PxeProviderRegister. Text that is not UTF-8: ERROR_INVALID_NAME, ERROR_BAD_PATHNAME. */
DWORD PXEAPI PxeProviderRegisterA(LPCSTR pszProviderName, LPCSTR pszModulePath, PXE_REG_INDEX Index,
				  BOOL bIsCritical, PHKEY phProviderKey);
/** PxeProviderUnRegister. */
DWORD PXEAPI PxeProviderUnRegisterA(LPCSTR pszProviderName);
/** PxeProviderQueryIndex. */
DWORD PXEAPI PxeProviderQueryIndexA(LPCSTR pszProviderName, PULONG puIndex);

/* PXE_PROVIDER. */
typedef struct tagPXE_PROVIDERA {
	ULONG uSizeOfStruct;
	LPSTR pszName;
	LPSTR pszFilePath;
	BOOL bIsCritical;
	ULONG uIndex;
} PXE_PROVIDERA, *PPXE_PROVIDERA;

/** PxeProviderEnumNext, of the same enumerations; release the entry with PxeProviderFreeInfoA. */
DWORD PXEAPI PxeProviderEnumNextA(HANDLE hEnum, PPXE_PROVIDERA *ppProvider);
/** PxeProviderFreeInfo, for an entry of PxeProviderEnumNextA. */
DWORD PXEAPI PxeProviderFreeInfoA(PPXE_PROVIDERA pProvider);

/**
 * The place in the configuration where a value is written, or the key itself if pszValueName is
 * NULL.
 *
 * For messages: trace "FILE:LINE: what is wrong" at PXE_TRACE_ERROR, once for each mistake, and
 * return ERROR_INVALID_DATA from PxeProviderInitialize; `wdspxectl reload` and `wdspxectl list`
 * repeat the first of these texts. pszValueName may be a path with `\` below the key, so that a
 * subkey is found too; after the name of a list of strings, the index of one of them ("mac\3").
 * cchFile is in characters (A: octets). For an absent value, this is the place of the key; for an
 * absent member, that of its list.
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

/**
 * Is a value, which Reg* give as REG_SZ, written in the configuration without quotes, as a number
 * with a point? The text of 3.10 is "3.1": who wants a string refuses it. The name, in UTF-8, is
 * one that PxeKeyLocation takes. FALSE: it is not, there is no such value, or hKey is no open key.
 */
BOOL PXEAPI PxeKeyIsFloat(HKEY hKey, LPCSTR pszValueName);

/**
 * The provider's name, as its file has it: UTF-8 with NUL, at most 255 characters.
 *
 * ERROR_INVALID_HANDLE: not a provider. ERROR_INVALID_PARAMETER: no buffer.
 * ERROR_INSUFFICIENT_BUFFER: it does not fit. From Initialize until Shutdown has returned, on any
 * thread.
 */
DWORD PXEAPI PxeProviderName(HANDLE hProvider, LPSTR pszName, DWORD cbName);

/**
 * The name of the interface that the request came in on, as `ip link` shows it, with NUL: at most
 * 16 octets. It may differ from the interface that has the request's local address: a host takes
 * packets for any address of its own on every interface. Empty: the host does not know it. Any
 * thread.
 *
 * ERROR_INVALID_PARAMETER: no buffer. ERROR_INSUFFICIENT_BUFFER: it does not fit.
 * ERROR_INVALID_HANDLE: the request is not with this provider, or has been decided.
 */
DWORD PXEAPI PxeRequestInterface(HANDLE hClientRequest, LPSTR pszName, DWORD cbName);

/* uKind of PxeRequestReason. */
#define PXE_REASON_DECIDED 1 /* the entry that decides; pszFile and uLine say where it is */
#define PXE_REASON_NEAREST 2 /* no entry matches; the nearest one, pszText says what differs */
#define PXE_REASON_FAILED  3 /* the provider could not decide, and pszText says why */
#define PXE_REASON_PASSED                                                                          \
	4 /* an entry that does not match, and pszText says which condition fails */

/* What PxeRequestWanted returns where somebody reads every reason that is given. */
#define PXE_WANTED_EACH 2

/**
 * Gives the reason for the provider's decision, for people who read the daemon's log. It has no
 * other effect. A provider calls it before it decides, any number of times: the last call counts,
 * apart from those with PXE_REASON_PASSED. Who watches a client or explains a decision reads them
 * all.
 *
 * pszText is a sentence in UTF-8 without a full stop; pszFile and uLine name the entry, rule or
 * record; each may be NULL or 0. If the reason will be logged, both strings are copied during the
 * call, up to 199 octets each. The log has the file's name and the line next to the provider's
 * name. Any thread.
 *
 * ERROR_SUCCESS; ERROR_INVALID_PARAMETER: no such kind; ERROR_INVALID_HANDLE: the request is not
 * with this provider, or has been decided.
 */
DWORD PXEAPI PxeRequestReason(HANDLE hClientRequest, ULONG uKind, LPCSTR pszText, LPCSTR pszFile,
			      ULONG uLine);

/**
 * TRUE if the reason for this request will be logged: call this before you build a costly text.
 * PXE_WANTED_EACH, which is true too, if somebody reads every reason: say for each entry before the
 * one that decides why it does not, by PXE_REASON_PASSED. FALSE also if the handle is not valid.
 * Any thread.
 */
BOOL PXEAPI PxeRequestWanted(HANDLE hClientRequest);

/**
 * TRUE if this is a trial request: somebody wants to know how it would be answered. No client
 * waits, and what PxeSendReply takes goes to whoever asks. The provider decides as always, but
 * changes nothing by it: no memory, no file, no counter, no other server. Only a provider that has
 * set PXE_PROV_ATTR_TRIAL is asked. FALSE also if the handle is not valid. Any thread.
 */
BOOL PXEAPI PxeRequestIsTrial(HANDLE hClientRequest);

/**
 * A number that is the same for all DHCPv4 requests of one kind: that differ in nothing but what is
 * each machine's own. That is xid, secs, ciaddr and giaddr (but not whether they are 0) and chaddr
 * in the header; the values of options 50 and 61, the UUID in option 97, and sub-options 1, 2 and 6
 * of option 82. So what a provider found out about one of them, by anything else, holds for all,
 * and thousands of machines of one model need it found out once.
 *
 * Packet and length as RecvRequest got them, while it runs, on its thread. 0: the kind is not
 * known; so it is for some requests at any time, for those of which an option came twice, and for
 * any other memory. A number is never used again for another kind in one process.
 */
ULONGLONG PXEAPI PxeDhcpKind(PVOID pPacket, ULONG uPacketLen);

/* Menus for PXE firmware, in option 43: what all firmware that was tried takes. */
#define PXE_DHCP_MENU_ITEMS_MAX 20     /* more break the screen of some firmware */
#define PXE_DHCP_MENU_TEXT_MAX  69     /* octets of a text, all of them printable ASCII */
#define PXE_DHCP_MENU_WAIT      255    /* uTimeout: the menu is shown, and waits */
#define PXE_DHCP_MENU_BROADCAST 0x0001 /* uFlags: ask by broadcast as well */

/* One item of a menu. */
typedef struct tagPXE_DHCP_MENU_ITEM {
	USHORT uType;    /* what the client asks for: 0x8000 to 0xFFFE are free for any use; 0: it
			  * ends network boot, and the machine goes on to its disk */
	BYTE bServer[4]; /* whom it asks on port 4011, in network order; not with uType 0 */
	LPCSTR pszText;  /* 1 to PXE_DHCP_MENU_TEXT_MAX octets */
} PXE_DHCP_MENU_ITEM;

typedef struct tagPXE_DHCP_MENU {
	DWORD cbSize;
	ULONG uFlags;
	ULONG uTimeout;   /* seconds until the first item is taken; 0: at once, without a menu */
	LPCSTR pszPrompt; /* shown before the seconds; at most PXE_DHCP_MENU_TEXT_MAX octets */
	BYTE bGroup[4];   /* ask by multicast, to this group; 0.0.0.0: not */
	ULONG nItems;
	const PXE_DHCP_MENU_ITEM *pItems; /* the first one is the default */
} PXE_DHCP_MENU;

/**
 * Builds the value of an option 43 that shows a menu: discovery control, boot servers, menu and
 * prompt, and the END inside it. Append it with PxeDhcpAppendOption.
 *
 * *puValueLen is the number of octets that the menu needs, also with ERROR_INSUFFICIENT_BUFFER:
 * there is less room, or it needs more than 255, which no option 43 can have. pValue may be NULL if
 * uMaxValueLen is 0: then only the length is asked for. ERROR_INVALID_PARAMETER: NULL, a cbSize
 * that is too small, an unknown flag, a timeout above 255, or a group that is not of multicast.
 * ERROR_INVALID_DATA: no item or more than PXE_DHCP_MENU_ITEMS_MAX, a text that is too long or not
 * printable ASCII, or an item without text.
 */
DWORD PXEAPI PxeDhcpBuildMenu(const PXE_DHCP_MENU *pMenu, PVOID pValue, ULONG uMaxValueLen,
			      PULONG puValueLen);

/**
 * Ends a pending request with an error, as if RecvRequest had returned dwError: it is logged and
 * counted as an error of the provider, and the next provider is asked. Called instead of
 * PxeAsyncRecvDone, under the same rules: afterwards the handle and all packets are gone.
 *
 * ERROR_SUCCESS; ERROR_INVALID_PARAMETER: dwError is ERROR_SUCCESS or ERROR_IO_PENDING, which are
 * not errors; ERROR_INVALID_HANDLE: the request has already been decided or given up, or there
 * never was such a request.
 */
DWORD PXEAPI PxeRequestFail(HANDLE hClientRequest, DWORD dwError);

#pragma GCC visibility pop
#ifdef __cplusplus
}

/* Windows compilers accept a function's name or a literal as a PVOID; these overloads do so in C++.
 */
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
