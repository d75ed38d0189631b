#include "boot/reply6.h"

#include <stdio.h>

#include "boot/codes.h"
#include "boot/name.h"
#include "boot/rest.h"
#include "boot/server.h"
#include "boot/variables.h"

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

/* A text of the answer's with its variables filled in; text, as it is, where it has none. NULL: it
 * cannot be. */
static const char *filled(const struct reply6 *reply, const char *text, enum variables_in in,
			  char out[NAME_MAX_LEN + 1])
{
	struct variables variables = { reply->client, reply->given, reply->locals };
	int len;

	if (!given_varies(reply->given->answer))
		return text;
	len = variables_fill(&variables, octets_text(text), in, out, NAME_MAX_LEN);
	if (len < 0)
		return NULL;
	out[len] = '\0';
	return out;
}

static int url_of_file(const struct reply6 *reply, char url[NAME_MAX_LEN + 1])
{
	const PXE_BOOT_IP *server = server_of(reply->given, reply->client);
	char room[NAME_MAX_LEN + 1];
	const char *file = filled(reply, reply->given->answer->pszFile, VARIABLES_IN_TEXT, room);

	if (!file)
		return -1;
	if (reply->names_us)
		return name_tftp_url(file, &reply->own, url);
	return name_tftp_url(file, server ? server : &reply->client->Local, url);
}

/* Where the answer names us, with the path as the URL has it: it is escaped already. */
static int url_of(const struct reply6 *reply, char url[NAME_MAX_LEN + 1])
{
	struct variables variables = { reply->client, reply->given, reply->locals };
	char room[NAME_MAX_LEN + 1];

	if (!name_is_url(reply->given->answer, reply->client))
		return url_of_file(reply, url);
	if (!reply->names_us)
		return variables_fill_url(&variables, VARIABLES_IN_URL, url);
	if (variables_fill_url(&variables, VARIABLES_IN_URL, room) < 0)
		return -1;
	return name_tftp_same(room, &reply->own, url);
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
	const PXE_BOOT_ANSWER *answer = reply->given->answer;
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

/* One that the caller adds. */
static DWORD append_own(const struct reply6 *reply, const PXE_BOOT_OPTION *option,
			uint8_t out[REPLY6_MAX], ULONG *len)
{
	struct variables variables = { reply->client, reply->given, reply->locals };
	uint8_t room[REPLY6_MAX];
	int n;

	if (!option_varies(reply->given->answer, option))
		return append(out, len, (uint16_t)option->uCode, option->Value);
	n = variables_fill(&variables, option->Value, VARIABLES_IN_TEXT, (char *)room, sizeof room);
	if (n < 0)
		return ERROR_INVALID_DATA;
	return append(out, len, (uint16_t)option->uCode, octets_of(room, (size_t)n));
}

/* What does not fit is left out, and the log says so. */
static void say_left_out(const struct reply6 *reply, const PXE_BOOT_OPTION *option, bool first)
{
	char *said = reply->given->said;
	size_t used = strlen(said);
	const char *between = !first ? ", " : used ? "; without option " : "without option ";

	if (used < SAID_MAX - 70)
		snprintf(said + used, SAID_MAX - used, "%s%u", between, (unsigned)option->uCode);
}

static void say_room(const struct reply6 *reply)
{
	char *said = reply->given->said;
	size_t used = strlen(said);

	snprintf(said + used, SAID_MAX - used, ": there is no room in %d octets", REPLY6_MAX);
}

/* What the caller adds, where the answer names the file. */
static DWORD append_extra(const struct reply6 *reply, uint8_t out[REPLY6_MAX], ULONG *len)
{
	const PXE_BOOT_ANSWER *answer = reply->given->answer;
	DWORD status = ERROR_SUCCESS;
	bool all = true;

	for (ULONG i = 0; i < answer->nOptions && status == ERROR_SUCCESS; i++) {
		const PXE_BOOT_OPTION *option = &answer->pOptions[i];

		if (option_family(option) != 6)
			continue;
		status = append_own(reply, option, out, len);
		if (status != ERROR_INSUFFICIENT_BUFFER)
			continue;
		say_left_out(reply, option, all);
		all = false;
		status = ERROR_SUCCESS;
	}
	if (!all && status == ERROR_SUCCESS)
		say_room(reply);
	return status;
}

/* For Windows' boot programs. */
static DWORD append_windows(const struct reply6 *reply, uint8_t out[REPLY6_MAX], ULONG *len)
{
	const PXE_BOOT_ANSWER *answer = reply->given->answer;
	PXE_BOOT_OCTETS nbp = given_nbp6(answer);
	char room[NAME_MAX_LEN + 1];
	const char *bcd = answer->pszBcd;
	DWORD status = ERROR_SUCCESS;

	if (bcd) {
		bcd = filled(reply, bcd, VARIABLES_IN_TEXT, room);
		status = bcd ? append(out, len, BCD_PATH6, octets_text(bcd)) : ERROR_INVALID_DATA;
	}
	if (status == ERROR_SUCCESS && nbp.cbData > 0)
		status = PxeDhcpv6AppendOptionRaw(out, REPLY6_MAX, len, (USHORT)nbp.cbData,
						  (PVOID)(uintptr_t)nbp.pData);
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
		status = append_windows(reply, out, &used);
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
