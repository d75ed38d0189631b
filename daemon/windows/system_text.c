#include "windows/system_text.h"

#include <wdspxe-types.h>

static const struct {
	uint32_t code;
	const char *text;
} texts[] = {
	{ ERROR_SUCCESS, "No error." },
	{ ERROR_INVALID_FUNCTION, "There is no such function." },
	{ ERROR_FILE_NOT_FOUND, "The file, key or name was not found." },
	{ ERROR_PATH_NOT_FOUND, "The folder was not found." },
	{ ERROR_TOO_MANY_OPEN_FILES, "Too many files are open." },
	{ ERROR_ACCESS_DENIED, "Access is denied." },
	{ ERROR_INVALID_HANDLE, "The handle is not valid." },
	{ ERROR_NOT_ENOUGH_MEMORY, "There is not enough memory." },
	{ ERROR_BAD_FORMAT, "The format is wrong." },
	{ ERROR_INVALID_DATA, "The data is not valid." },
	{ ERROR_OUTOFMEMORY, "There is no memory left." },
	{ ERROR_NOT_SAME_DEVICE, "The other place is on another disk." },
	{ ERROR_NO_MORE_FILES, "There are no more files." },
	{ ERROR_NOT_READY, "The device is not ready." },
	{ ERROR_BAD_LENGTH, "The length is wrong." },
	{ ERROR_WRITE_FAULT, "Writing failed." },
	{ ERROR_READ_FAULT, "Reading failed." },
	{ ERROR_GEN_FAILURE, "The operation failed." },
	{ ERROR_SHARING_VIOLATION, "Somebody else is using the file." },
	{ ERROR_HANDLE_EOF, "The end of the file was reached." },
	{ ERROR_HANDLE_DISK_FULL, "The disk is full." },
	{ ERROR_NOT_SUPPORTED, "This is not supported." },
	{ ERROR_BAD_NETPATH, "A path over the network does not lead anywhere." },
	{ ERROR_FILE_EXISTS, "The file exists." },
	{ ERROR_INVALID_PARAMETER, "A parameter is wrong." },
	{ ERROR_BUFFER_OVERFLOW, "The name is too long." },
	{ ERROR_DISK_FULL, "There is not enough space on the disk." },
	{ ERROR_CALL_NOT_IMPLEMENTED, "This function is not there." },
	{ ERROR_SEM_TIMEOUT, "The time for it is over." },
	{ ERROR_INSUFFICIENT_BUFFER, "The buffer is too small." },
	{ ERROR_INVALID_NAME, "The name is not valid." },
	{ ERROR_MOD_NOT_FOUND, "The module was not found." },
	{ ERROR_PROC_NOT_FOUND, "The module has no such function." },
	{ ERROR_NEGATIVE_SEEK, "That is before the beginning of the file." },
	{ ERROR_DIR_NOT_EMPTY, "The folder is not empty." },
	{ ERROR_BAD_ARGUMENTS, "An argument is wrong." },
	{ ERROR_BAD_PATHNAME, "The path is not valid." },
	{ ERROR_BUSY, "It is in use." },
	{ ERROR_ALREADY_EXISTS, "It exists already." },
	{ ERROR_BAD_EXE_FORMAT, "The file is not a module for this system." },
	{ ERROR_ENVVAR_NOT_FOUND, "There is no such environment variable." },
	{ ERROR_FILENAME_EXCED_RANGE, "The name of a file is too long." },
	{ ERROR_FILE_TOO_LARGE, "The file is too large." },
	{ ERROR_NO_DATA, "There is no data." },
	{ ERROR_MORE_DATA, "There is more data." },
	{ WAIT_TIMEOUT, "The time of the wait is over." },
	{ ERROR_NO_MORE_ITEMS, "There are no more of them." },
	{ ERROR_DIRECTORY, "It is not a folder." },
	{ ERROR_NOT_OWNER, "It is not the caller's." },
	{ ERROR_TOO_MANY_POSTS, "The semaphore cannot count any further." },
	{ ERROR_MR_MID_NOT_FOUND, "There is no text for that message." },
	{ ERROR_INVALID_ADDRESS, "The address is not valid." },
	{ ERROR_ARITHMETIC_OVERFLOW, "The number is too large." },
	{ ERROR_OPERATION_ABORTED, "The operation was given up." },
	{ ERROR_IO_PENDING, "The result comes later." },
	{ ERROR_NOACCESS, "There is no memory at that address." },
	{ ERROR_INVALID_FLAGS, "The flags are not valid." },
	{ ERROR_BADKEY, "The key of the registry is not valid." },
	{ ERROR_KEY_DELETED, "The key of the registry is gone." },
	{ ERROR_KEY_HAS_CHILDREN, "The key of the registry has subkeys." },
	{ ERROR_SERVICE_NOT_ACTIVE, "The service is not running." },
	{ ERROR_NO_UNICODE_TRANSLATION, "The text is not valid Unicode." },
	{ ERROR_DLL_INIT_FAILED, "The module's initialisation failed." },
	{ ERROR_SHUTDOWN_IN_PROGRESS, "The server is stopping." },
	{ ERROR_NOT_FOUND, "It was not found." },
	{ ERROR_CANCELLED, "It was cancelled." },
	{ ERROR_NETWORK_UNREACHABLE, "There is no route to that network." },
	{ ERROR_HOST_UNREACHABLE, "There is no route to that host." },
	{ ERROR_RETRY, "It can be tried again." },
	{ ERROR_INTERNAL_ERROR, "An internal error happened." },
	{ ERROR_TIMEOUT, "It took too long." },
	{ ERROR_UNSUPPORTED_TYPE, "Data of this type is not supported." },
	{ ERROR_INVALID_USER_BUFFER, "The buffer is not one that can be used here." },
	{ ERROR_NOT_ENOUGH_QUOTA, "More is in use than is allowed." },
	{ ERROR_INVALID_STATE, "That cannot be done now." },
};

const char *system_text(uint32_t code)
{
	if (code >> 16 == 0x8007)
		code &= 0xffff;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (texts[i].code == code)
			return texts[i].text;
	return NULL;
}
