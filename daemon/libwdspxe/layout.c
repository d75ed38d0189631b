/* Proves at compile time that the public structures lie as Microsoft's do: sizes, offsets, packing.
 * A provider reads packets through them, so a change here is a change on the wire.
 */
#include <wdspxe.h>

#define AT(type, member, offset)                                                                   \
	_Static_assert(offsetof(type, member) == (offset), #type "." #member)
#define SIZE(type, size) _Static_assert(sizeof(type) == (size), #type)
#define P64(of64, of32)  (sizeof(void *) == 8 ? (of64) : (of32))

SIZE(BYTE, 1);
SIZE(WORD, 2);
SIZE(USHORT, 2);
SIZE(DWORD, 4);
SIZE(ULONG, 4);
SIZE(LONG, 4);
SIZE(BOOL, 4);
SIZE(HRESULT, 4);
SIZE(ULONGLONG, 8);
_Static_assert(_Generic((WCHAR)0, wchar_t : 1, default : 0), "WCHAR");
_Static_assert(_Generic((DWORD)0, ULONG : 1, default : 0), "DWORD and ULONG are one type");

SIZE(PXE_ADDRESS, 28);
_Static_assert(_Alignof(PXE_ADDRESS) == 4, "PXE_ADDRESS");
AT(PXE_ADDRESS, uFlags, 0);
AT(PXE_ADDRESS, bAddress, 4);
AT(PXE_ADDRESS, uIpAddress, 4);
AT(PXE_ADDRESS, uAddrLen, 20);
AT(PXE_ADDRESS, uPort, 24);

SIZE(PXE_PROVIDER, P64(32, 20));
AT(PXE_PROVIDER, uSizeOfStruct, 0);
AT(PXE_PROVIDER, pwszName, P64(8, 4));
AT(PXE_PROVIDER, pwszFilePath, P64(16, 8));
AT(PXE_PROVIDER, bIsCritical, P64(24, 12));
AT(PXE_PROVIDER, uIndex, P64(28, 16));
SIZE(PXE_PROVIDERA, P64(32, 20));
AT(PXE_PROVIDERA, uSizeOfStruct, 0);
AT(PXE_PROVIDERA, pszName, P64(8, 4));
AT(PXE_PROVIDERA, pszFilePath, P64(16, 8));
AT(PXE_PROVIDERA, bIsCritical, P64(24, 12));
AT(PXE_PROVIDERA, uIndex, P64(28, 16));

SIZE(PXE_DHCP_OPTION, 3);
AT(PXE_DHCP_OPTION, OptionType, 0);
AT(PXE_DHCP_OPTION, OptionLength, 1);
AT(PXE_DHCP_OPTION, OptionValue, 2);

SIZE(PXE_DHCP_MESSAGE, 243);
_Static_assert(_Alignof(PXE_DHCP_MESSAGE) == 1, "PXE_DHCP_MESSAGE");
AT(PXE_DHCP_MESSAGE, Operation, 0);
AT(PXE_DHCP_MESSAGE, HardwareAddressType, 1);
AT(PXE_DHCP_MESSAGE, HardwareAddressLength, 2);
AT(PXE_DHCP_MESSAGE, HopCount, 3);
AT(PXE_DHCP_MESSAGE, TransactionID, 4);
AT(PXE_DHCP_MESSAGE, SecondsSinceBoot, 8);
AT(PXE_DHCP_MESSAGE, Reserved, 10);
AT(PXE_DHCP_MESSAGE, ClientIpAddress, 12);
AT(PXE_DHCP_MESSAGE, YourIpAddress, 16);
AT(PXE_DHCP_MESSAGE, BootstrapServerAddress, 20);
AT(PXE_DHCP_MESSAGE, RelayAgentIpAddress, 24);
AT(PXE_DHCP_MESSAGE, HardwareAddress, 28);
AT(PXE_DHCP_MESSAGE, HostName, 44);
AT(PXE_DHCP_MESSAGE, BootFileName, 108);
AT(PXE_DHCP_MESSAGE, bMagicCookie, 236);
AT(PXE_DHCP_MESSAGE, uMagicCookie, 236);
AT(PXE_DHCP_MESSAGE, Option, 240);

SIZE(PXE_DHCPV6_OPTION, 5);
AT(PXE_DHCPV6_OPTION, OptionCode, 0);
AT(PXE_DHCPV6_OPTION, DataLength, 2);
AT(PXE_DHCPV6_OPTION, Data, 4);

SIZE(PXE_DHCPV6_MESSAGE_HEADER, 2);
AT(PXE_DHCPV6_MESSAGE_HEADER, MessageType, 0);
AT(PXE_DHCPV6_MESSAGE_HEADER, Message, 1);

SIZE(PXE_DHCPV6_MESSAGE, 9);
AT(PXE_DHCPV6_MESSAGE, MessageType, 0);
AT(PXE_DHCPV6_MESSAGE, TransactionIDByte1, 1);
AT(PXE_DHCPV6_MESSAGE, TransactionIDByte2, 2);
AT(PXE_DHCPV6_MESSAGE, TransactionIDByte3, 3);
AT(PXE_DHCPV6_MESSAGE, Options, 4);

SIZE(PXE_DHCPV6_RELAY_MESSAGE, 39);
AT(PXE_DHCPV6_RELAY_MESSAGE, MessageType, 0);
AT(PXE_DHCPV6_RELAY_MESSAGE, HopCount, 1);
AT(PXE_DHCPV6_RELAY_MESSAGE, LinkAddress, 2);
AT(PXE_DHCPV6_RELAY_MESSAGE, PeerAddress, 18);
AT(PXE_DHCPV6_RELAY_MESSAGE, Options, 34);

SIZE(PXE_DHCPV6_NESTED_RELAY_MESSAGE, P64(32, 16));
AT(PXE_DHCPV6_NESTED_RELAY_MESSAGE, pRelayMessage, 0);
AT(PXE_DHCPV6_NESTED_RELAY_MESSAGE, cbRelayMessage, P64(8, 4));
AT(PXE_DHCPV6_NESTED_RELAY_MESSAGE, pInterfaceIdOption, P64(16, 8));
AT(PXE_DHCPV6_NESTED_RELAY_MESSAGE, cbInterfaceIdOption, P64(24, 12));
