/* GetModuleFileName: the file of a provider's module, or of the program. */
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "base/utf.h"
#include "libwdspxe/door.h"

static DWORD program_file(char path[static PATH_MAX])
{
	ssize_t n = readlink("/proc/self/exe", path, PATH_MAX - 1);

	if (n <= 0)
		return ERROR_MOD_NOT_FOUND;
	path[n] = '\0';
	return ERROR_SUCCESS;
}

static DWORD module_file(HMODULE module, char path[static PATH_MAX])
{
	if (!module)
		return program_file(path);
	return DOOR_CALL(ERROR_MOD_NOT_FOUND, module_file, module, path, PATH_MAX);
}

/* What both forms return for a path of `len` characters, of which those that fit are written. */
static DWORD length_out(size_t len, DWORD size)
{
	if (len < size)
		return (DWORD)len;
	SetLastError(ERROR_INSUFFICIENT_BUFFER);
	return size;
}

DWORD GetModuleFileNameW(HMODULE hModule, LPWSTR lpFilename, DWORD nSize)
{
	char path[PATH_MAX];
	DWORD r = lpFilename ? module_file(hModule, path) : ERROR_INVALID_PARAMETER;

	if (r != ERROR_SUCCESS) {
		SetLastError(r);
		return 0;
	}
	return length_out(wide_from_utf8(span_str(path), lpFilename, nSize), nSize);
}

DWORD GetModuleFileNameA(HMODULE hModule, LPSTR lpFilename, DWORD nSize)
{
	char path[PATH_MAX];
	DWORD r = lpFilename ? module_file(hModule, path) : ERROR_INVALID_PARAMETER;
	size_t len, fits;

	if (r != ERROR_SUCCESS) {
		SetLastError(r);
		return 0;
	}
	len = strlen(path);
	if (nSize > 0) {
		fits = len < nSize ? len : nSize - 1;
		while (fits < len && fits > 0 && ((uint8_t)path[fits] & 0xc0) == 0x80)
			fits--; /* whole characters only */
		memcpy(lpFilename, path, fits);
		lpFilename[fits] = '\0';
	}
	return length_out(len, nSize);
}
