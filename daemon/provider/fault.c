#include "provider/fault.h"

#include <stdio.h>

#include <wdspxe-types.h>

#include "base/cleanup.h"
#include "dhcp/dhcp4.h"
#include "dhcp/dhcp6.h"

const char *error_name(uint32_t code)
{
#define NAMED(name)                                                                                \
	{                                                                                          \
		name, #name                                                                        \
	}
	static const struct {
		uint32_t code;
		const char *name;
	} names[] = {
		NAMED(ERROR_INVALID_FUNCTION),
		NAMED(ERROR_FILE_NOT_FOUND),
		NAMED(ERROR_PATH_NOT_FOUND),
		NAMED(ERROR_TOO_MANY_OPEN_FILES),
		NAMED(ERROR_ACCESS_DENIED),
		NAMED(ERROR_INVALID_HANDLE),
		NAMED(ERROR_NOT_ENOUGH_MEMORY),
		NAMED(ERROR_BAD_FORMAT),
		NAMED(ERROR_INVALID_DATA),
		NAMED(ERROR_OUTOFMEMORY),
		NAMED(ERROR_NO_MORE_FILES),
		NAMED(ERROR_NOT_READY),
		NAMED(ERROR_BAD_LENGTH),
		NAMED(ERROR_WRITE_FAULT),
		NAMED(ERROR_READ_FAULT),
		NAMED(ERROR_GEN_FAILURE),
		NAMED(ERROR_SHARING_VIOLATION),
		NAMED(ERROR_HANDLE_EOF),
		NAMED(ERROR_HANDLE_DISK_FULL),
		NAMED(ERROR_NOT_SUPPORTED),
		NAMED(ERROR_FILE_EXISTS),
		NAMED(ERROR_INVALID_PARAMETER),
		NAMED(ERROR_BUFFER_OVERFLOW),
		NAMED(ERROR_DISK_FULL),
		NAMED(ERROR_CALL_NOT_IMPLEMENTED),
		NAMED(ERROR_SEM_TIMEOUT),
		NAMED(ERROR_INSUFFICIENT_BUFFER),
		NAMED(ERROR_INVALID_NAME),
		NAMED(ERROR_MOD_NOT_FOUND),
		NAMED(ERROR_PROC_NOT_FOUND),
		NAMED(ERROR_BAD_ARGUMENTS),
		NAMED(ERROR_BAD_PATHNAME),
		NAMED(ERROR_BUSY),
		NAMED(ERROR_ALREADY_EXISTS),
		NAMED(ERROR_NO_DATA),
		NAMED(ERROR_MORE_DATA),
		NAMED(ERROR_NO_MORE_ITEMS),
		NAMED(ERROR_INVALID_ADDRESS),
		NAMED(ERROR_ARITHMETIC_OVERFLOW),
		NAMED(ERROR_OPERATION_ABORTED),
		NAMED(ERROR_INVALID_FLAGS),
		NAMED(ERROR_BADKEY),
		NAMED(ERROR_KEY_DELETED),
		NAMED(ERROR_KEY_HAS_CHILDREN),
		NAMED(ERROR_SERVICE_NOT_ACTIVE),
		NAMED(ERROR_NO_UNICODE_TRANSLATION),
		NAMED(ERROR_DLL_INIT_FAILED),
		NAMED(ERROR_SHUTDOWN_IN_PROGRESS),
		NAMED(ERROR_NOT_FOUND),
		NAMED(ERROR_CANCELLED),
		NAMED(ERROR_NETWORK_UNREACHABLE),
		NAMED(ERROR_HOST_UNREACHABLE),
		NAMED(ERROR_RETRY),
		NAMED(ERROR_INTERNAL_ERROR),
		NAMED(ERROR_TIMEOUT),
		NAMED(ERROR_UNSUPPORTED_TYPE),
		NAMED(ERROR_INVALID_USER_BUFFER),
		NAMED(ERROR_NOT_ENOUGH_QUOTA),
		NAMED(ERROR_INVALID_STATE),
		/* Not the API's own: what data bases and directories that cannot be reached say. */
		{ 53, "ERROR_BAD_NETPATH" },
		{ 64, "ERROR_NETNAME_DELETED" },
		{ 996, "ERROR_IO_INCOMPLETE" },
		{ 998, "ERROR_NOACCESS" },
		{ 1225, "ERROR_CONNECTION_REFUSED" },
		{ 1236, "ERROR_CONNECTION_ABORTED" },
		{ 1311, "ERROR_NO_LOGON_SERVERS" },
		{ 1326, "ERROR_LOGON_FAILURE" },
		{ 1355, "ERROR_NO_SUCH_DOMAIN" },
		{ 1722, "RPC_S_SERVER_UNAVAILABLE" },
	};
#undef NAMED

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (names[i].code == code)
			return names[i].name;
	return NULL;
}

const char *error_text(uint32_t code, char out[static ERROR_TEXT_MAX])
{
	const char *name = error_name(code);

	snprintf(out, ERROR_TEXT_MAX, "error %u%s%s%s", code, name ? " (" : "", name ? name : "",
		 name ? ")" : "");
	return out;
}

static const char *to_text(const struct endpoint *to, char *out, size_t size)
{
	bool relay = to->port == DHCP4_PORT_SERVER || to->port == DHCP6_PORT_SERVER;
	char ip[IP_TEXT_MAX];

	snprintf(out, size, to->ip.family == IP_V6 ? "%s[%s]:%u" : "%s%s:%u",
		 relay ? "the relay " : "", ip_text(&to->ip, ip), to->port);
	return out;
}

static void put_error(const struct request_fault *fault, char *out, size_t size)
{
	char error[ERROR_TEXT_MAX];

	if (fault->call && fault->code == 0)
		snprintf(out, size, "ended its thread in %s, by pthread_exit or pthread_cancel",
			 fault->call);
	else
		snprintf(out, size, "%s%s%s",
			 fault->call ? fault->call : "called PxeRequestFail with ",
			 fault->call ? " returned " : "", error_text(fault->code, error));
}

/* A reply that is short enough has no room for what the daemon adds to it: the relay's option. */
static void put_too_long(const struct request_fault *fault, char *out, size_t size)
{
	if (fault->len > fault->most)
		snprintf(out, size,
			 "the reply has %u bytes, but the client accepts only %u (option 57): send "
			 "a shorter reply",
			 fault->len, fault->most);
	else
		snprintf(out, size,
			 "the reply has %u bytes, and the relay's option 82 does not fit after it: "
			 "the relay's option 82 is too long",
			 fault->len);
}

const char *fault_text(const struct request_fault *fault, char *out, size_t size)
{
	char to[IP_TEXT_MAX + 32];

	to_text(&fault->to, to, sizeof(to));
	switch ((int)fault->outcome) {
	case OUTCOME_NO_ROUTE:
		snprintf(out, size, "%s %s", fault->why, to);
		break;
	case OUTCOME_TIMEOUT:
		snprintf(out, size, "a provider %s", fault->why);
		break;
	case OUTCOME_TOO_LONG:
		put_too_long(fault, out, size);
		break;
	case OUTCOME_NO_ROOM:
		snprintf(out, size, "no room for the reply to %s: raise limits.packets", to);
		break;
	default:
		put_error(fault, out, size);
	}
	return out;
}
