/* <ws2tcpip.h>: inet_pton() and its like. All of it is in winsock2.h. */
#ifndef WDSPXE_WINDOWS_WS2TCPIP_H
#define WDSPXE_WINDOWS_WS2TCPIP_H

#include "winsock2.h"

#endif
