#include "reply6.h"

#include "dhcp6.h"
#include "name.h"

static DWORD append(uint8_t out[REPLY6_MAX], ULONG *len, uint16_t code, struct octets value)
{
	return PxeDhcpv6AppendOption(out, REPLY6_MAX, len, code, (WORD)value.len,
				     (PVOID)(uintptr_t)value.at);
}

static DWORD append_ids(const struct reply6 *reply, uint8_t out[REPLY6_MAX], ULONG *len)
{
	uint8_t duid[DUID_MAX];
	ULONG duid_len = 0;
	DWORD status = ERROR_SUCCESS;

	if (reply->client->duid.len > 0)
		status = append(out, len, DHCP6_CLIENT_ID, reply->client->duid);
	if (status == ERROR_SUCCESS)
		status = PxeGetServerInfoEx(PXE_GSI_SERVER_DUID, duid, sizeof duid, &duid_len);
	if (status == ERROR_SUCCESS)
		status = append(out, len, DHCP6_SERVER_ID, octets_of(duid, duid_len));
	return status;
}

/* Enterprise 343 and the client's family: what marks an answer as a boot service's. */
static DWORD append_class(const struct reply6 *reply, uint8_t out[REPLY6_MAX], ULONG *len)
{
	struct octets class = reply->client->class_echo;
	uint8_t value[4 + 2 + TEXT_MAX] = {
		0, 0, ENTERPRISE_INTEL >> 8, ENTERPRISE_INTEL & 0xff, 0, (uint8_t) class.len
	};

	if (class.len == 0)
		return ERROR_SUCCESS;
	memcpy(value + 6, class.at, class.len);
	return append(out, len, DHCP6_VENDOR_CLASS, octets_of(value, 6 + class.len));
}

static int url_of(const struct reply6 *reply, char url[NAME_MAX_LEN + 1])
{
	const struct entry *entry = reply->entry;
	const struct client *client = reply->client;
	const struct address *server = server_address(&entry->server, &client->local);

	if (reply->names_us)
		return name_tftp_url(entry->outcome == OUTCOME_URL ? name_path(entry->text)
								   : entry->text,
				     reply->own, url);
	if (entry->outcome == OUTCOME_URL)
		return name_expand(entry->text, server, url);
	return name_tftp_url(entry->text, server ? server : &client->local, url);
}

static DWORD append_url(const struct reply6 *reply, uint8_t out[REPLY6_MAX], ULONG *len)
{
	char url[NAME_MAX_LEN + 1];
	int n = url_of(reply, url);

	if (n < 0)
		return ERROR_INSUFFICIENT_BUFFER;
	return append(out, len, DHCP6_URL, octets_of(url, (size_t)n));
}

/* RFC 5970 §3.2: texts with two octets of length before each. */
static DWORD append_params(const struct reply6 *reply, uint8_t out[REPLY6_MAX], ULONG *len)
{
	const struct texts *params = &reply->entry->params;
	uint8_t value[REPLY6_MAX];
	size_t used = 0;

	for (size_t i = 0; i < params->n; i++) {
		size_t n = strlen(params->at[i]);

		if (n + 2 > sizeof value - used)
			return ERROR_INSUFFICIENT_BUFFER;
		value[used] = (uint8_t)(n >> 8);
		value[used + 1] = (uint8_t)n;
		memcpy(value + used + 2, params->at[i], n);
		used += 2 + n;
	}
	if (used == 0)
		return ERROR_SUCCESS;
	return append(out, len, DHCP6_PARAMS, octets_of(value, used));
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
	if (status == ERROR_SUCCESS && reply->request->wants_params && !reply->names_us)
		status = append_params(reply, out, &used);
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
