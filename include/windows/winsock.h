/* <winsock.h>: the old name of winsock2.h. */
#ifndef WDSPXE_WINDOWS_WINSOCK_H
#define WDSPXE_WINDOWS_WINSOCK_H

#include "winsock2.h"

#endif
