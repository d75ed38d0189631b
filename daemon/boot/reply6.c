#include "boot/reply6.h"

#include "boot/codes.h"
#include "boot/name.h"
#include "boot/rest.h"
#include "boot/server.h"

static DWORD append(uint8_t out[REPLY6_MAX], ULONG *len, uint16_t code, PXE_BOOT_OCTETS value)
{
	return PxeDhcpv6AppendOption(out, REPLY6_MAX, len, code, (WORD)value.cbData,
				     (PVOID)(uintptr_t)value.pData);
}

static DWORD append_ids(const struct reply6 *reply, uint8_t out[REPLY6_MAX], ULONG *len)
{
	uint8_t duid[DUID_MAX];
	ULONG duid_len = 0;
	DWORD status = ERROR_SUCCESS;

	if (reply->client->Duid.cbData > 0)
		status = append(out, len, PXE_DHCP6_OPT_CLIENTID, reply->client->Duid);
	if (status == ERROR_SUCCESS)
		status = PxeGetServerInfoEx(PXE_GSI_SERVER_DUID, duid, sizeof duid, &duid_len);
	if (status == ERROR_SUCCESS)
		status = append(out, len, PXE_DHCP6_OPT_SERVERID, octets_of(duid, duid_len));
	return status;
}

/* Enterprise 343 and the client's family: what marks an answer as a boot service's. */
static DWORD append_class(const struct reply6 *reply, uint8_t out[REPLY6_MAX], ULONG *len)
{
	PXE_BOOT_OCTETS class = client_rest_of(reply->client)->class_echo;
	uint8_t value[4 + 2 + UINT8_MAX] = {
		0, 0, ENTERPRISE_INTEL >> 8, ENTERPRISE_INTEL & 0xff, 0, (uint8_t) class.cbData
	};

	if (class.cbData == 0)
		return ERROR_SUCCESS;
	memcpy(value + 6, class.pData, class.cbData);
	return append(out, len, PXE_DHCP6_OPT_VENDOR_CLASS, octets_of(value, 6 + class.cbData));
}

static int url_of(const struct reply6 *reply, char url[NAME_MAX_LEN + 1])
{
	const PXE_BOOT_ANSWER *answer = reply->answer;
	const PXE_BOOT_CLIENT *client = reply->client;
	const PXE_BOOT_IP *server = server_address(answer->pServer, &client->Local);
	bool by_url = name_is_url(answer, client);

	if (reply->names_us)
		return name_tftp_url(by_url ? name_path(answer->pszUrl) : answer->pszFile,
				     &reply->own, url);
	if (by_url)
		return name_expand(answer->pszUrl, server, url);
	return name_tftp_url(answer->pszFile, server ? server : &client->Local, url);
}

static DWORD append_url(const struct reply6 *reply, uint8_t out[REPLY6_MAX], ULONG *len)
{
	char url[NAME_MAX_LEN + 1];
	int n = url_of(reply, url);

	if (n < 0)
		return ERROR_INSUFFICIENT_BUFFER;
	return append(out, len, PXE_DHCP6_OPT_BOOTFILE_URL, octets_of(url, (size_t)n));
}

/* RFC 5970 §3.2: texts with two octets of length before each. */
static DWORD append_params(const struct reply6 *reply, uint8_t out[REPLY6_MAX], ULONG *len)
{
	const PXE_BOOT_ANSWER *answer = reply->answer;
	uint8_t value[REPLY6_MAX];
	size_t used = 0;

	for (size_t i = 0; i < answer->nParams; i++) {
		size_t n = strlen(answer->ppszParams[i]);

		if (n + 2 > sizeof value - used)
			return ERROR_INSUFFICIENT_BUFFER;
		value[used] = (uint8_t)(n >> 8);
		value[used + 1] = (uint8_t)n;
		memcpy(value + used + 2, answer->ppszParams[i], n);
		used += 2 + n;
	}
	if (used == 0)
		return ERROR_SUCCESS;
	return append(out, len, PXE_DHCP6_OPT_BOOTFILE_PARAM, octets_of(value, used));
}

/* What the caller adds, where the answer names the file. */
static DWORD append_extra(const struct reply6 *reply, uint8_t out[REPLY6_MAX], ULONG *len)
{
	const PXE_BOOT_ANSWER *answer = reply->answer;
	DWORD status = ERROR_SUCCESS;

	for (ULONG i = 0; i < answer->nOptions && status == ERROR_SUCCESS; i++)
		if (answer->pOptions[i].uFamily == 6)
			status = append(out, len, (uint16_t)answer->pOptions[i].uCode,
					answer->pOptions[i].Value);
	return status;
}

DWORD reply6_build(const struct reply6 *reply, uint8_t out[REPLY6_MAX], ULONG *len)
{
	ULONG used = 0;
	DWORD status = PxeDhcpv6Initialize(reply->request->message, reply->request->len, out,
					   REPLY6_MAX, &used);

	if (status == ERROR_SUCCESS)
		status = append_ids(reply, out, &used);
	if (status == ERROR_SUCCESS)
		status = append_class(reply, out, &used);
	if (status == ERROR_SUCCESS && reply->wants_url)
		status = append_url(reply, out, &used);
	if (status == ERROR_SUCCESS && client_rest_of(reply->client)->wants_params &&
	    !reply->names_us)
		status = append_params(reply, out, &used);
	if (status == ERROR_SUCCESS && !reply->names_us)
		status = append_extra(reply, out, &used);
	if (status == ERROR_SUCCESS)
		*len = used;
	return status;
}

ULONG reply6_wrapped_len(const struct request6 *request, ULONG len)
{
	/* The header, the message in its option, the interface-id and the relay's source port, two
	 * octets (RFC 8357), where there are such. */
	enum { HEADER = 34, OPTION = 4, RELAY_PORT = OPTION + 2 };

	for (ULONG i = 0; i < request->n_relays; i++)
		len += (ULONG)(HEADER + OPTION + RELAY_PORT + OPTION +
			       request->relays[i].cbInterfaceIdOption);
	return len;
}

DWORD reply6_wrap(const struct request6 *request, uint8_t *answer, ULONG len, uint8_t *packet,
		  ULONG size, ULONG *packet_len)
{
	if (request->n_relays > 0)
		return PxeDhcpv6CreateRelayRepl(
			(PPXE_DHCPV6_NESTED_RELAY_MESSAGE)(uintptr_t)request->relays,
			request->n_relays, answer, len, packet, size, packet_len);
	memcpy(packet, answer, len);
	*packet_len = len;
	return ERROR_SUCCESS;
}
