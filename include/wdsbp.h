/* Windows' network boot program data: what a server and Microsoft's boot programs tell each other
 * in DHCP option 250 (WDSNBP), option 252 (the path of the BCD store) and DHCPv6 options 50001 to
 * 50018. In libwdspxe, with the names, values and meaning of Microsoft's wdsbp.h. C11, C++17.
 *
 * This is needed only to boot Windows programs with pending devices, architecture discovery or
 * referral. A handle builds or parses; it belongs to the caller, who closes it with
 * WdsBpCloseHandle. Every function may be called from any thread; only one thread at a time uses a
 * handle, and others wait. The rules of <wdspxe.h> about errors and out parameters apply here too.
 * wdsbp(3) has an example.
 *
 * Values, in and out: BYTE, USHORT and ULONG in host order and of exactly that size; IP4 and IP6
 * as their 4 or 16 octets; STR as its octets without NUL; NONE has no value.
 */
#ifndef WDSBP_H
#define WDSBP_H

#include <wdspxe-types.h>

#define WDSBPAPI

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* Kinds of packet: bits. */
#define WDSBP_PK_TYPE_DHCP   1
#define WDSBP_PK_TYPE_WDSNBP 2 /* option 250: data from or for wdsnbp.com */
#define WDSBP_PK_TYPE_BCD    4 /* option 252: the path of the BCD store */
#define WDSBP_PK_TYPE_DHCPV6 8

#define WDSBP_IS_PK_TYPE(value, type) (((value) & (type)) == (type))

/* Kinds of value. */
#define WDSBP_OPT_TYPE_NONE   0
#define WDSBP_OPT_TYPE_BYTE   1
#define WDSBP_OPT_TYPE_USHORT 2
#define WDSBP_OPT_TYPE_ULONG  3
#define WDSBP_OPT_TYPE_WSTR   4 /* no option has this type; it is refused */
#define WDSBP_OPT_TYPE_STR    5
#define WDSBP_OPT_TYPE_IP4    6
#define WDSBP_OPT_TYPE_IP6    7

/* An option's constant holds all of it: value type, kind of packet, number. */
#define WDSBP_MAKE_OPTION(pk, type, id) ((ULONG)(type) | ((ULONG)(pk) << 8) | ((ULONG)(id) << 16))

#define WDSBP_NBP_(type, id) WDSBP_MAKE_OPTION(WDSBP_PK_TYPE_WDSNBP, WDSBP_OPT_TYPE_##type, id)
#define WDSBP_BCD_(type, id) WDSBP_MAKE_OPTION(WDSBP_PK_TYPE_BCD, WDSBP_OPT_TYPE_##type, id)
#define WDSBP_V6_(type, id)  WDSBP_MAKE_OPTION(WDSBP_PK_TYPE_DHCPV6, WDSBP_OPT_TYPE_##type, id)

#define WDSBP_OPT_ARCHITECTURE           WDSBP_NBP_(USHORT, 1)
#define WDSBP_OPT_NEXT_ACTION            WDSBP_NBP_(BYTE, 2)
#define WDSBP_OPT_POLL_INTERVAL          WDSBP_NBP_(USHORT, 3)
#define WDSBP_OPT_POLL_RETRY_COUNT       WDSBP_NBP_(USHORT, 4)
#define WDSBP_OPT_REQUEST_ID             WDSBP_NBP_(ULONG, 5)
#define WDSBP_OPT_MESSAGE                WDSBP_NBP_(STR, 6)
#define WDSBP_OPT_VERSION_QUERY          WDSBP_NBP_(NONE, 7)
#define WDSBP_OPT_SERVER_VERSION         WDSBP_NBP_(ULONG, 8)
#define WDSBP_OPT_REFERRAL_SERVER        WDSBP_NBP_(IP4, 9)
#define WDSBP_OPT_PXE_CLIENT_PROMPT      WDSBP_NBP_(BYTE, 11)
#define WDSBP_OPT_PXE_PROMPT_DONE        WDSBP_NBP_(BYTE, 12)
#define WDSBP_OPT_NBP_VER                WDSBP_NBP_(USHORT, 13)
#define WDSBP_OPT_ACTION_DONE            WDSBP_NBP_(BYTE, 14)
#define WDSBP_OPT_ALLOW_SERVER_SELECTION WDSBP_NBP_(BYTE, 15)
#define WDSBP_OPT_SERVER_FEATURES        WDSBP_NBP_(ULONG, 16)

#define WDSBP_OPT_BCD_FILE_PATH WDSBP_BCD_(STR, 252)

#define WDSBP_OPTV6_NEXT_ACTION             WDSBP_V6_(BYTE, 50001)
#define WDSBP_OPTV6_POLL_INTERVAL           WDSBP_V6_(USHORT, 50002)
#define WDSBP_OPTV6_POLL_RETRY_COUNT        WDSBP_V6_(USHORT, 50003)
#define WDSBP_OPTV6_REQUEST_ID              WDSBP_V6_(ULONG, 50004)
#define WDSBP_OPTV6_MESSAGE                 WDSBP_V6_(STR, 50005)
#define WDSBP_OPTV6_VERSION_QUERY           WDSBP_V6_(NONE, 50006)
#define WDSBP_OPTV6_SERVER_VERSION          WDSBP_V6_(ULONG, 50007)
#define WDSBP_OPTV6_REFERRAL_SERVER         WDSBP_V6_(IP6, 50008)
#define WDSBP_OPTV6_PXE_CLIENT_PROMPT       WDSBP_V6_(BYTE, 50009)
#define WDSBP_OPTV6_PXE_PROMPT_DONE         WDSBP_V6_(BYTE, 50010)
#define WDSBP_OPTV6_NBP_VER                 WDSBP_V6_(USHORT, 50011)
#define WDSBP_OPTV6_ACTION_DONE             WDSBP_V6_(BYTE, 50012)
#define WDSBP_OPTV6_ALLOW_SERVER_SELECTION  WDSBP_V6_(BYTE, 50013)
#define WDSBP_OPTV6_BCD_FILE_PATH           WDSBP_V6_(STR, 50014)
#define WDSBP_OPTV6_REPLYING_SERVER_NAME    WDSBP_V6_(STR, 50015)
#define WDSBP_OPTV6_REPLYING_SERVER_ADDRESS WDSBP_V6_(IP6, 50016)
#define WDSBP_OPTV6_BOOT_PROGRAM_TFTP_PATH  WDSBP_V6_(STR, 50017)
#define WDSBP_OPTV6_SERVER_FEATURES         WDSBP_V6_(ULONG, 50018)

/* Values of NEXT_ACTION, of the prompt options, of NBP_VER. */
#define WDSBP_OPTVAL_ACTION_APPROVAL 1
#define WDSBP_OPTVAL_ACTION_REFERRAL 3
#define WDSBP_OPTVAL_ACTION_ABORT    5

#define WDSBP_OPTVAL_PXE_PROMPT_OPTIN    1
#define WDSBP_OPTVAL_PXE_PROMPT_NOPROMPT 2
#define WDSBP_OPTVAL_PXE_PROMPT_OPTOUT   3

#define WDSBP_OPTVAL_NBP_VER_7 0x0700
#define WDSBP_OPTVAL_NBP_VER_8 0x0800

/**
 * Starts parsing a valid DHCP packet from a client; the options are copied, so the packet may be
 * freed.
 *
 * *pbPacketType, unless pbPacketType is NULL, becomes DHCP, with WDSNBP and BCD if options 250 and
 * 252 are present.
 * ERROR_INVALID_PARAMETER: no packet or no phHandle. ERROR_INVALID_DATA: not a valid request, or
 * its option 250 is malformed. ERROR_NOT_ENOUGH_MEMORY. Page: WdsBpParseInitialize.
 */
DWORD WDSBPAPI WdsBpParseInitialize(PVOID pPacket, ULONG uPacketLen, PBYTE pbPacketType,
				    HANDLE *phHandle);

/**
 * The same for DHCPv6: DHCPV6 in place of DHCP, BCD if option 50014 is present, WDSNBP if any other
 * option from 50001 to 50018 is. Page: WdsBpParseInitializev6.
 */
DWORD WDSBPAPI WdsBpParseInitializev6(PVOID pPacket, ULONG uPacketLen, PBYTE pbPacketType,
				      HANDLE *phHandle);

/**
 * Starts building data of one kind: WDSNBP, BCD or DHCPV6. ERROR_INVALID_PARAMETER: another kind,
 * or NULL. ERROR_NOT_ENOUGH_MEMORY. Page: WdsBpInitialize.
 */
DWORD WDSBPAPI WdsBpInitialize(BYTE bPacketType, HANDLE *phHandle);

/** Closes a handle. ERROR_INVALID_HANDLE: already closed, or not a handle. Page: WdsBpCloseHandle.
 */
DWORD WDSBPAPI WdsBpCloseHandle(HANDLE hHandle);

/**
 * The value of an option of a parsed packet. *puBytes, unless puBytes is NULL, becomes its size,
 * also with ERROR_INSUFFICIENT_BUFFER (a uValueLen of 0 asks only for the size).
 *
 * ERROR_FILE_NOT_FOUND: the packet does not have that option. ERROR_INVALID_DATA: its value has the
 * wrong size. ERROR_INVALID_PARAMETER: no such kind or type, or an option of another kind than the
 * packet; uValueLen without pValue. ERROR_INVALID_HANDLE: not a parser. Page: WdsBpQueryOption.
 */
DWORD WDSBPAPI WdsBpQueryOption(HANDLE hHandle, ULONG uOption, ULONG uValueLen, PVOID pValue,
				PULONG puBytes);

/**
 * Adds an option. An option that is already present is added a second time, except for the BCD
 * path: there is only one, and the last counts.
 *
 * Any number from 1 to 254 of the kind WDSNBP and any number of DHCPv6 is accepted, with every
 * type: a later boot program may know more than the constants above. ERROR_INVALID_PARAMETER: no
 * such kind or type, or an option of another kind than the handle; a size that its type does not
 * have; a size without a value. ERROR_INSUFFICIENT_BUFFER: more than 255 octets in option 250 or
 * 252, more than 65535 in all. ERROR_INVALID_HANDLE: not a builder. Page: WdsBpAddOption.
 */
DWORD WDSBPAPI WdsBpAddOption(HANDLE hHandle, ULONG uOption, ULONG uValueLen, PVOID pValue);

/**
 * Copies the options that were added, encoded for PxeDhcpAppendOptionRaw or
 * PxeDhcpv6AppendOptionRaw. *puBytes becomes their size, also with ERROR_INSUFFICIENT_BUFFER (a
 * uBufferLen of 0 asks only for the size). If nothing was added: ERROR_SUCCESS and 0.
 * ERROR_INVALID_PARAMETER: puBytes is NULL, or uBufferLen without pBuffer. ERROR_INVALID_HANDLE:
 * not a builder. Page: WdsBpGetOptionBuffer.
 */
DWORD WDSBPAPI WdsBpGetOptionBuffer(HANDLE hHandle, ULONG uBufferLen, PVOID pBuffer,
				    PULONG puBytes);

#pragma GCC visibility pop
#ifdef __cplusplus
}

/* As in <wdspxe.h>: a literal may be passed as a PVOID. */
extern "C++" {
template <class Octets>
inline DWORD WdsBpAddOption(HANDLE hHandle, ULONG uOption, ULONG uValueLen, const Octets *pValue)
{
	return WdsBpAddOption(hHandle, uOption, uValueLen,
			      const_cast<PVOID>(static_cast<const void *>(pValue)));
}
}
#endif

#endif
