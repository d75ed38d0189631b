#include "boot/variables.h"

#include <stdio.h>

#include "boot/rest.h"
#include "boot/server.h"

/* ---- writing -----------------------------------------------------------------------------------
 */

struct text {
	char *at, *end;
};

/* False: it is full. */
static bool put(struct text *text, const void *octets, size_t len)
{
	if (len > (size_t)(text->end - text->at))
		return false;
	if (len > 0)
		memcpy(text->at, octets, len);
	text->at += len;
	return true;
}

/* Two digits for each octet, with a sign between. */
static bool put_hex(struct text *text, const uint8_t *at, size_t n, char between, bool upper)
{
	const char *digits = upper ? "0123456789ABCDEF" : "0123456789abcdef";

	if (2 * n + (between ? n - 1 : 0) > (size_t)(text->end - text->at))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (i > 0 && between)
			*text->at++ = between;
		*text->at++ = digits[at[i] >> 4];
		*text->at++ = digits[at[i] & 0xf];
	}
	return true;
}

/* ---- values ------------------------------------------------------------------------------------
 */

static bool fail(const struct variables *variables, const char *variable, const char *why)
{
	snprintf(variables->given->said, SAID_MAX, "nothing is sent, for ${%s} %s", variable, why);
	variables->given->failed = true;
	return false;
}

static bool is_one_segment(const char *value)
{
	const unsigned char *at = (const unsigned char *)value;

	if (strcmp(value, ".") == 0 || strstr(value, ".."))
		return false;
	for (; *at; at++)
		if (*at < ' ' || *at == 0x7f || *at == '/' || *at == '\\' || *at == '%')
			return false;
	return true;
}

/* What somebody wrote. It is not repeated, for it is not what it should be. */
static bool put_written(const struct variables *variables, const char *variable, const char *value,
			enum variables_in in, struct text *text)
{
	if (!value || !*value)
		return fail(variables, variable, "has no value for this machine");
	if (!is_one_segment(value))
		return fail(variables, variable,
			    "of this machine is no name of a file: it has a slash, a backslash, a "
			    "percent sign, two dots or an octet that no name has");
	if (in == VARIABLES_IN_TEXT)
		return put(text, value, strlen(value));
	for (; *value; value++) {
		char escaped[4];

		if (!name_needs_escape((unsigned char)*value)) {
			if (!put(text, value, 1))
				return false;
			continue;
		}
		snprintf(escaped, sizeof escaped, "%%%02X", (unsigned)(unsigned char)*value);
		if (!put(text, escaped, 3))
			return false;
	}
	return true;
}

static bool put_mac(const struct variables *variables, const char *variable, char between,
		    bool upper, struct text *text)
{
	PXE_BOOT_OCTETS mac = variables->client->Mac;

	if (mac.cbData == MAC_LEN)
		return put_hex(text, mac.pData, MAC_LEN, between, upper);
	return fail(variables, variable,
		    variables->client->uFamily == 6
			    ? "has no value: the DUID of this client has no MAC address in it, and "
			      "no relay adds it"
			    : "has no value: this client has no Ethernet address");
}

/* As SMBIOS and the log show it: the first three fields are turned on the wire. */
static bool put_uuid(const struct variables *variables, const char *variable, bool upper,
		     struct text *text)
{
	static const uint8_t order[UUID_LEN] = { 3, 2, 1,  0,  5,  4,  7,  6,
						 8, 9, 10, 11, 12, 13, 14, 15 };
	static const uint8_t groups[] = { 4, 2, 2, 2, 6 };
	PXE_BOOT_OCTETS uuid = variables->client->Uuid;
	uint8_t turned[UUID_LEN];
	size_t at = 0;

	if (uuid.cbData != UUID_LEN)
		return fail(variables, variable,
			    "has no value: this client sends no UUID of its own");
	for (size_t i = 0; i < UUID_LEN; i++)
		turned[i] = uuid.pData[order[i]];
	for (size_t i = 0; i < sizeof groups; at += groups[i++])
		if ((i > 0 && !put(text, "-", 1)) ||
		    !put_hex(text, turned + at, groups[i], '\0', upper))
			return false;
	return true;
}

static bool put_arch(const struct variables *variables, struct text *text)
{
	const char *name = PxeBootArchName(variables->client->uArch);
	char number[16];

	if (name)
		return put(text, name, strlen(name));
	if (variables->client->uArch == PXE_BOOT_ARCH_NONE)
		return fail(variables, "arch", "has no value: this client says no architecture");
	snprintf(number, sizeof number, "%u", (unsigned)variables->client->uArch);
	return put(text, number, strlen(number));
}

static bool put_address(const PXE_BOOT_IP *ip, enum variables_in in, struct text *text)
{
	char address[64];
	size_t len = name_address(ip, address);

	if (in == VARIABLES_IN_TEXT && ip->uAddrLen == 16)
		return put(text, address + 1, len - 2);
	return put(text, address, len);
}

static bool put_server(const struct variables *variables, enum variables_in in, struct text *text)
{
	const PXE_BOOT_IP *server = server_of(variables->given, variables->client);

	if (!server)
		return fail(variables, "server", "has no address of the client's family");
	return put_address(server, in, text);
}

static bool put_subnet(const struct variables *variables, enum variables_in in, struct text *text)
{
	const PXE_BOOT_ANSWER *answer = variables->given->answer;
	PXE_BOOT_IP network = variables->client->Network;

	locals_network(variables->locals, GIVEN_HAS(answer, pNetworks) ? answer->pNetworks : NULL,
		       GIVEN_HAS(answer, pNetworks) ? answer->nNetworks : 0, &network);
	return put_address(&network, in, text);
}

static bool put_name(const struct variables *variables, enum variables_in in, struct text *text)
{
	const PXE_BOOT_ANSWER *answer = variables->given->answer;

	return put_written(variables, "name", GIVEN_HAS(answer, pszName) ? answer->pszName : NULL,
			   in, text);
}

static bool put_group(const struct variables *variables, enum variables_in in, struct text *text)
{
	const PXE_BOOT_ANSWER *answer = variables->given->answer;

	return put_written(variables, "group",
			   GIVEN_HAS(answer, pszGroup) ? answer->pszGroup : NULL, in, text);
}

/* ---- names -------------------------------------------------------------------------------------
 */

enum {
	MAC,
	MAC_DASHES,
	MAC_BARE,
	UPPER_MAC,
	UPPER_MAC_DASHES,
	UPPER_MAC_BARE,
	UUID,
	UPPER_UUID,
	ARCH,
	NAME,
	GROUP,
	SERVER,
	SUBNET,
	N_VARIABLES
};

static const struct {
	const char *name;
	size_t len;
} names[N_VARIABLES] = {
#define ROW(number, text) [number] = { (text), sizeof(text) - 1 }
	ROW(MAC, "mac"),
	ROW(MAC_DASHES, "mac-dashes"),
	ROW(MAC_BARE, "mac-bare"),
	ROW(UPPER_MAC, "MAC"),
	ROW(UPPER_MAC_DASHES, "MAC-DASHES"),
	ROW(UPPER_MAC_BARE, "MAC-BARE"),
	ROW(UUID, "uuid"),
	ROW(UPPER_UUID, "UUID"),
	ROW(ARCH, "arch"),
	ROW(NAME, "name"),
	ROW(GROUP, "group"),
	ROW(SERVER, "server"),
	ROW(SUBNET, "subnet"),
#undef ROW
};

LPCSTR PXEAPI PxeBootVariable(ULONG uIndex)
{
	return uIndex < N_VARIABLES ? names[uIndex].name : NULL;
}

static int variable_find(const char *name, size_t len)
{
	int i = 0;

	while (i < N_VARIABLES && (names[i].len != len || memcmp(names[i].name, name, len) != 0))
		i++;
	return i;
}

static bool put_variable(const struct variables *variables, int number, enum variables_in in,
			 struct text *text)
{
	const char *name = names[number].name;

	switch (number) {
	case MAC:
	case UPPER_MAC:
		return put_mac(variables, name, ':', number == UPPER_MAC, text);
	case MAC_DASHES:
	case UPPER_MAC_DASHES:
		return put_mac(variables, name, '-', number == UPPER_MAC_DASHES, text);
	case MAC_BARE:
	case UPPER_MAC_BARE:
		return put_mac(variables, name, '\0', number == UPPER_MAC_BARE, text);
	case UUID:
	case UPPER_UUID:
		return put_uuid(variables, name, number == UPPER_UUID, text);
	case ARCH:
		return put_arch(variables, text);
	case NAME:
		return put_name(variables, in, text);
	case GROUP:
		return put_group(variables, in, text);
	case SERVER:
		return put_server(variables, in, text);
	default:
		return put_subnet(variables, in, text);
	}
}

/* ---- a text ------------------------------------------------------------------------------------
 */

/* The octets of ${...} with its braces; 0: it is none of ours. */
static size_t variable_len(const char *at, const char *end, int *number)
{
	const char *close;

	if (end - at < 4 || at[1] != '{')
		return 0;
	close = memchr(at, '}', (size_t)(end - at));
	if (!close)
		return 0;
	*number = variable_find(at + 2, (size_t)(close - at) - 2);
	return *number < N_VARIABLES ? (size_t)(close - at) + 1 : 0;
}

static bool fill(const struct variables *variables, const char *at, const char *end,
		 enum variables_in in, struct text *text)
{
	while (at < end) {
		const char *dollar = memchr(at, '$', (size_t)(end - at));
		int number = N_VARIABLES;
		size_t len;

		if (!dollar)
			dollar = end;
		if (!put(text, at, (size_t)(dollar - at)))
			return false;
		at = dollar;
		if (at == end)
			return true;
		len = variable_len(at, end, &number);
		if (len > 0 ? !put_variable(variables, number, in, text) : !put(text, at, 1))
			return false;
		if (len == 0 && end - at >= 3 && at[1] == '$' && at[2] == '{') /* ${ as it is */
			len = put(text, "{", 1) ? 3 : 1;
		at += len > 0 ? len : 1;
	}
	return true;
}

int variables_fill(const struct variables *variables, PXE_BOOT_OCTETS octets, enum variables_in in,
		   char *out, size_t size)
{
	const char *at = (const char *)octets.pData;
	struct text text = { out, out + size };

	if (octets.cbData > 0 && !fill(variables, at, at + octets.cbData, in, &text)) {
		if (!variables->given->failed)
			snprintf(variables->given->said, SAID_MAX,
				 "nothing is sent: with its variables replaced, a text is longer "
				 "than %zu octets",
				 size);
		variables->given->failed = true;
		return -1;
	}
	return (int)(text.at - out);
}

int variables_fill_url(const struct variables *variables, enum variables_in in,
		       char out[NAME_MAX_LEN + 1])
{
	const PXE_BOOT_ANSWER *answer = variables->given->answer;
	int len;

	if (!given_varies(answer))
		return name_expand(answer->pszUrl, server_of(variables->given, variables->client),
				   out);
	len = variables_fill(variables, octets_text(answer->pszUrl), in, out, NAME_MAX_LEN);
	if (len >= 0)
		out[len] = '\0';
	return len;
}
