/* Numbers of DHCP and PXE that the kit reads or writes, beside those of <wdspxe-numbers.h>. */
#pragma once

#include <wdspxe-numbers.h>

enum { DHCP4_RELAY_LINK = 5 }; /* in option 82 */
enum { IPXE_PRIORITY = 1 };    /* in option 175 */

enum { PXE43_BOOT_ITEM = 71 }; /* in option 43 */

enum { DHCP4_DISCOVER = 1, DHCP4_OFFER = 2, DHCP4_REQUEST = 3, DHCP4_ACK = 5, DHCP4_INFORM = 8 };

enum { DHCP6_SOLICIT = 1, DHCP6_REQUEST = 3, DHCP6_INFORMATION = 11, DHCP6_RELAY_FORW = 12 };

enum { DUID_LLT = 1, DUID_LL = 3, DUID_UUID = 4, DUID_MAX = 130 };

enum { ENTERPRISE_INTEL = 343 };

enum { BCD_PATH6 = 50014 }; /* Microsoft's option of DHCPv6: WDSBP_OPTV6_BCD_FILE_PATH */
