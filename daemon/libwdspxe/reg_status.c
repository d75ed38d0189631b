#include "libwdspxe/reg_status.h"

#include <errno.h>
#include <string.h>

#include "base/utf.h"
#include "registry/registry_error.h"

static DWORD errno_status(int error)
{
	switch (error) {
	case ENOMEM:
		return ERROR_NOT_ENOUGH_MEMORY;
	case EACCES:
	case EPERM:
	case EROFS:
		return ERROR_ACCESS_DENIED;
	case ENOENT:
	case ENOTDIR:
		return ERROR_FILE_NOT_FOUND;
	case ENOSPC:
	case EDQUOT:
	case EFBIG:
		return ERROR_DISK_FULL;
	case EMFILE:
	case ENFILE:
		return ERROR_TOO_MANY_OPEN_FILES;
	default:
		return ERROR_GEN_FAILURE;
	}
}

static DWORD status(int r, DWORD absent, DWORD invalid, DWORD name)
{
	if (r < 0)
		return errno_status(-r);
	switch (r) {
	case 0:
		return ERROR_SUCCESS;
	case REGISTRY_E_INVALID:
		return invalid;
	case REGISTRY_E_EXISTS:
		return ERROR_ALREADY_EXISTS;
	case REGISTRY_E_ABSENT:
		return absent;
	case REGISTRY_E_NAME:
		return name;
	case REGISTRY_E_PATH:
		return ERROR_BAD_PATHNAME;
	default:
		return ERROR_NOT_ENOUGH_MEMORY; /* the list is full */
	}
}

DWORD reg_status(int r)
{
	return status(r, ERROR_FILE_NOT_FOUND, ERROR_INVALID_DATA, ERROR_INVALID_PARAMETER);
}

DWORD list_status(int r)
{
	return status(r, ERROR_NOT_FOUND, ERROR_BAD_FORMAT, ERROR_INVALID_NAME);
}

DWORD text_from_wide(LPCWSTR text, char **out)
{
	if (!text) {
		*out = NULL;
		return ERROR_SUCCESS;
	}
	if (!wide_valid(text, wcslen(text)))
		return ERROR_NO_UNICODE_TRANSLATION;
	*out = utf8_dup(text);
	return *out ? ERROR_SUCCESS : ERROR_NOT_ENOUGH_MEMORY;
}

DWORD text_len(const char *text, bool wide)
{
	return (DWORD)(wide ? wide_from_utf8(span_str(text), NULL, 0) : strlen(text));
}

DWORD text_hand_out(const char *text, bool wide, void *buffer, DWORD *room)
{
	DWORD len = text_len(text, wide);

	if (len >= *room)
		return ERROR_MORE_DATA;
	if (wide)
		wide_from_utf8(span_str(text), buffer, *room);
	else
		memcpy(buffer, text, len + 1);
	*room = len;
	return ERROR_SUCCESS;
}
