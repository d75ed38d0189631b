/* A first provider: it offers every PXE client over IPv4 one boot file, in two steps.
 *
 *	DISCOVER on port 67	OFFER: "I am a boot server, ask me on port 4011"
 *	REQUEST on port 4011	ACK: the server's address and the file's name
 *
 * This is how Windows Deployment Services answers, and what both BIOS and UEFI firmware understand.
 * Everything else is left to the next provider. Its settings, in its file in providers.d:
 *
 *	settings: { file = "boot/hello.efi"; };
 *
 * C11, and C++17 if you rename it to hello.cc. wdspxe(7) is the guide, section 3 of the manual has
 * every function.
 */
#include <stdlib.h>
#include <string.h>

#include <wdspxe.h>

enum { DISCOVER = 1, OFFER = 2, REQUEST = 3, ACK = 5 };
enum { OPT_MESSAGE_TYPE = 53, OPT_SERVER_ID = 54, OPT_CLASS = 60, OPT_UUID = 97, OPT_END = 255 };
enum { REPLY_SIZE = 548 }; /* what every client takes */

/* One loaded instance. A reload may load a second one while the first still has requests to finish:
 * so nothing here is a global, and every callback gets its instance as pContext. */
struct hello {
	HANDLE provider;
	CHAR file[PXE_DHCP_FILE_SIZE];
};

/* The message type of a packet, 0 where it has none. */
static BYTE message_type(void *packet, ULONG len)
{
	BYTE n = 0;
	PVOID value = NULL;

	if (PxeDhcpGetOptionValue(packet, len, 1, OPT_MESSAGE_TYPE, &n, &value) != ERROR_SUCCESS ||
	    n != 1)
		return 0;
	return *(BYTE *)value;
}

/* Appends an option; the first failure stays in *status, so that it is looked at once. The API has
 * no const: the value is only read. */
static void append(DWORD *status, void *reply, ULONG *len, BYTE code, BYTE n, const void *value)
{
	if (*status == ERROR_SUCCESS)
		*status = PxeDhcpAppendOption(reply, REPLY_SIZE, len, code, n, (PVOID)value);
}

/* Builds the reply. The header is a copy of the request's, but for flags, sname, file and hops. */
static DWORD build(const struct hello *hello, void *packet, ULONG packet_len, BYTE type,
		   const PXE_ADDRESS *local, void *reply, ULONG *len)
{
	PXE_DHCP_MESSAGE *message = (PXE_DHCP_MESSAGE *)reply;
	BYTE uuid_len = 0;
	PVOID uuid = NULL;
	DWORD status = PxeDhcpInitialize(packet, packet_len, reply, REPLY_SIZE, len);

	if (status != ERROR_SUCCESS)
		return status;
	message->Reserved = ((PXE_DHCP_MESSAGE *)packet)->Reserved; /* the flags */
	message->BootstrapServerAddress = local->uIpAddress;
	if (type == ACK)
		memcpy(message->BootFileName, hello->file, strlen(hello->file));
	append(&status, reply, len, OPT_MESSAGE_TYPE, 1, &type);
	append(&status, reply, len, OPT_SERVER_ID, 4, local->bAddress);
	append(&status, reply, len, OPT_CLASS, 9, "PXEClient");
	if (PxeDhcpGetOptionValue(packet, packet_len, 1, OPT_UUID, &uuid_len, &uuid) ==
	    ERROR_SUCCESS)
		append(&status, reply, len, OPT_UUID, uuid_len, uuid);
	append(&status, reply, len, OPT_END, 0, NULL);
	return status;
}

/* Answers one request. The daemon finds out where to (PXE_ADDR_USE_DHCP_RULES), pads, and adds the
 * relay's option 82. */
static DWORD answer(const struct hello *hello, HANDLE request, void *packet, ULONG packet_len,
		    BYTE type, const PXE_ADDRESS *local)
{
	PXE_ADDRESS to;
	ULONG len = 0;
	DWORD status;
	PVOID reply = PxePacketAllocate(hello->provider, request, REPLY_SIZE);

	if (!reply)
		return GetLastError();
	memset(&to, 0, sizeof(to));
	to.uFlags = PXE_ADDR_USE_DHCP_RULES;
	status = build(hello, packet, packet_len, type, local, reply, &len);
	if (status == ERROR_SUCCESS)
		status = PxeSendReply(request, reply, len, &to);
	PxePacketFree(hello->provider, request, reply);
	return status;
}

/* A packet from a client. The filter below has seen to it that it is valid DHCP and a PXE client's.
 * This may run on several threads at once. Any error counts as PXE_BA_REJECTED. */
static DWORD PXEAPI hello_request(HANDLE hClientRequest, PVOID pPacket, ULONG uPacketLen,
				  PXE_ADDRESS *pLocalAddress, PXE_ADDRESS *pRemoteAddress,
				  PXE_BOOT_ACTION *pAction, PVOID pContext)
{
	const struct hello *hello = (const struct hello *)pContext;
	BYTE type = message_type(pPacket, uPacketLen);
	BOOL at_4011 = pLocalAddress->uPort == PXE_SERVER_PORT;
	DWORD status;

	(void)pRemoteAddress;
	*pAction = PXE_BA_REJECTED; /* not mine: the next provider, please */
	if (type == DISCOVER && !at_4011)
		status = answer(hello, hClientRequest, pPacket, uPacketLen, OFFER, pLocalAddress);
	else if (type == REQUEST && at_4011)
		status = answer(hello, hClientRequest, pPacket, uPacketLen, ACK, pLocalAddress);
	else
		return ERROR_SUCCESS;
	if (status == ERROR_SUCCESS)
		*pAction = PXE_BA_NBP; /* answered */
	else
		PxeTrace(hello->provider, PXE_TRACE_ERROR, L"no answer: error %lu", status);
	return status;
}

/* The last call: no other callback runs any more. */
static DWORD PXEAPI hello_shutdown(PVOID pContext)
{
	free(pContext);
	return ERROR_SUCCESS;
}

/* Reads the settings. A name that does not fit gives ERROR_MORE_DATA. */
static DWORD read_settings(struct hello *hello, HKEY key)
{
	WCHAR file[512] = L"";
	DWORD type = 0, size = sizeof(hello->file), line = 0;
	LSTATUS status = RegQueryValueExA(key, "file", NULL, &type, (BYTE *)hello->file, &size);

	if (status == ERROR_SUCCESS && type == REG_SZ)
		return ERROR_SUCCESS;
	/* What is wrong and where: wdspxectl and the log repeat it. */
	PxeKeyLocation(key, L"file", file, sizeof(file) / sizeof(*file), &line);
	PxeTrace(hello->provider, PXE_TRACE_ERROR,
		 L"%s:%u: file must be a name of at most 127 octets", file, line);
	return ERROR_INVALID_DATA;
}

static DWORD register_all(struct hello *hello)
{
	ULONG filter = PXE_PROV_FILTER_PXE_ONLY;
	BOOL yes = TRUE;
	DWORD status = PxeRegisterCallback(hello->provider, PXE_CALLBACK_RECV_REQUEST,
					   (PVOID)hello_request, hello);

	if (status == ERROR_SUCCESS)
		status = PxeRegisterCallback(hello->provider, PXE_CALLBACK_SHUTDOWN,
					     (PVOID)hello_shutdown, hello);
	if (status == ERROR_SUCCESS)
		status = PxeProviderSetAttribute(hello->provider, PXE_PROV_ATTR_FILTER, &filter,
						 sizeof(filter));
	/* A promise: it never waits. Take this out as soon as you open a file or ask a database. */
	if (status == ERROR_SUCCESS)
		status = PxeProviderSetAttribute(hello->provider, PXE_PROV_ATTR_NONBLOCKING, &yes,
						 sizeof(yes));
	return status;
}

/* The one exported function: called once, when the daemon loads the provider. An error means that
 * the provider is not used, and its shutdown is not called: so clean up here. */
DWORD PXEAPI PxeProviderInitialize(HANDLE hProvider, HKEY hProviderKey)
{
	struct hello *hello = (struct hello *)calloc(1, sizeof(*hello));
	DWORD status;

	if (!hello)
		return ERROR_NOT_ENOUGH_MEMORY;
	hello->provider = hProvider;
	status = read_settings(hello, hProviderKey);
	if (status == ERROR_SUCCESS)
		status = register_all(hello);
	if (status != ERROR_SUCCESS)
		free(hello);
	return status;
}
