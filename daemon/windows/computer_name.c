/* GetComputerName and GetComputerNameEx: <windows/winbase.h>. */
#include <stdio.h>
#include <string.h>

#include <windows/winbase.h>

#include "windows/hostname.h"
#include "windows/text.h"
#include "windows/utf.h"

enum { NAME_MAX_LEN = 2 * HOSTNAME_MAX };

static void netbios(const char *host, char out[NAME_MAX_LEN])
{
	size_t n = 0;

	for (; n < MAX_COMPUTERNAME_LENGTH && host[n]; n++)
		out[n] = (char)(host[n] >= 'a' && host[n] <= 'z' ? host[n] - 'a' + 'A' : host[n]);
	out[n] = '\0';
}

/* False: no such format. */
static bool name_make(COMPUTER_NAME_FORMAT format, char out[NAME_MAX_LEN])
{
	struct hostname name;

	hostname_read(&name);
	switch (format) {
	case ComputerNameNetBIOS:
	case ComputerNamePhysicalNetBIOS:
		netbios(name.host, out);
		return true;
	case ComputerNameDnsHostname:
	case ComputerNamePhysicalDnsHostname:
		snprintf(out, NAME_MAX_LEN, "%s", name.host);
		return true;
	case ComputerNameDnsDomain:
	case ComputerNamePhysicalDnsDomain:
		snprintf(out, NAME_MAX_LEN, "%s", name.domain);
		return true;
	case ComputerNameDnsFullyQualified:
	case ComputerNamePhysicalDnsFullyQualified:
		snprintf(out, NAME_MAX_LEN, "%s%s%s", name.host, name.domain[0] ? "." : "",
			 name.domain);
		return true;
	case ComputerNameMax:
		break;
	}
	return false;
}

static BOOL fail(DWORD code)
{
	SetLastError(code);
	return FALSE;
}

/* `too_small`: what a function says then. */
static BOOL name_give(COMPUTER_NAME_FORMAT format, void *buffer, bool wide, LPDWORD size,
		      DWORD too_small)
{
	char name[NAME_MAX_LEN] = "";
	size_t len;

	if (!size || !name_make(format, name))
		return fail(ERROR_INVALID_PARAMETER);
	len = strlen(name); /* names of hosts are ASCII */
	if (!buffer || *size <= len) {
		*size = (DWORD)len + 1;
		return fail(too_small);
	}
	for (size_t i = 0; i <= len; i++)
		text_put(buffer, wide, i, (uint8_t)name[i]);
	*size = (DWORD)len;
	return TRUE;
}

BOOL GetComputerNameW(LPWSTR lpBuffer, LPDWORD nSize)
{
	return name_give(ComputerNameNetBIOS, lpBuffer, true, nSize, ERROR_BUFFER_OVERFLOW);
}

BOOL GetComputerNameA(LPSTR lpBuffer, LPDWORD nSize)
{
	return name_give(ComputerNameNetBIOS, lpBuffer, false, nSize, ERROR_BUFFER_OVERFLOW);
}

BOOL GetComputerNameExW(COMPUTER_NAME_FORMAT NameType, LPWSTR lpBuffer, LPDWORD nSize)
{
	return name_give(NameType, lpBuffer, true, nSize, ERROR_MORE_DATA);
}

BOOL GetComputerNameExA(COMPUTER_NAME_FORMAT NameType, LPSTR lpBuffer, LPDWORD nSize)
{
	return name_give(NameType, lpBuffer, false, nSize, ERROR_MORE_DATA);
}
