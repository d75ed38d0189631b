/* <winsock2.h>: the sockets of this system by Microsoft's names, and byte order: htons() and its
 * like. WSAStartup() and what begins with WSA are not there: wdspxe(7). */
#ifndef WDSPXE_WINDOWS_WINSOCK2_H
#define WDSPXE_WINDOWS_WINSOCK2_H

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "windows.h"

typedef int SOCKET;
typedef struct sockaddr SOCKADDR, *PSOCKADDR, *LPSOCKADDR;
typedef struct sockaddr_in SOCKADDR_IN, *PSOCKADDR_IN;
typedef struct sockaddr_in6 SOCKADDR_IN6, *PSOCKADDR_IN6;
typedef struct in_addr IN_ADDR, *PIN_ADDR;
typedef struct in6_addr IN6_ADDR, *PIN6_ADDR;

#define INVALID_SOCKET (-1)
#define SOCKET_ERROR   (-1)

static inline int closesocket(SOCKET s)
{
	return close(s);
}

#endif
