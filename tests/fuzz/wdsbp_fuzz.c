/* Windows' boot program data: any packet is parsed or refused, and what is built is what is read
 * back.
 *
 * Input: one octet of switches, then either a packet, or options to build: the number (two octets),
 * the type, the length, the value.
 */
#include <wdsbp.h>
#include <wdspxe.h>

#include "fuzz/holds.h"

enum { V6 = 1, BUILD = 2 };

static const ULONG options[] = {
	WDSBP_OPT_ARCHITECTURE,      WDSBP_OPT_NEXT_ACTION,     WDSBP_OPT_POLL_INTERVAL,
	WDSBP_OPT_REQUEST_ID,        WDSBP_OPT_MESSAGE,         WDSBP_OPT_VERSION_QUERY,
	WDSBP_OPT_REFERRAL_SERVER,   WDSBP_OPT_BCD_FILE_PATH,   WDSBP_OPTV6_NEXT_ACTION,
	WDSBP_OPTV6_POLL_INTERVAL,   WDSBP_OPTV6_REQUEST_ID,    WDSBP_OPTV6_MESSAGE,
	WDSBP_OPTV6_REFERRAL_SERVER, WDSBP_OPTV6_BCD_FILE_PATH, WDSBP_OPTV6_VERSION_QUERY,
};

/* Asked for its size, and for itself in just that much memory. */
static void check_query(HANDLE parser, ULONG option)
{
	ULONG size = 0, again = 0;
	DWORD code = WdsBpQueryOption(parser, option, 0, NULL, &size);
	uint8_t *value;

	if (code == ERROR_SUCCESS)
		HOLDS(size == 0);
	if (code != ERROR_INSUFFICIENT_BUFFER)
		return;
	HOLDS(size > 0);
	value = copy_of(SPAN_NONE, size);
	HOLDS(WdsBpQueryOption(parser, option, size, value, &again) == ERROR_SUCCESS);
	HOLDS(again == size);
	HOLDS(WdsBpQueryOption(parser, option, size - 1, value, &again) ==
	      ERROR_INSUFFICIENT_BUFFER);
	free(value);
}

static void check_parser(struct span input, bool v6)
{
	uint8_t *packet = copy_of(input, input.len);
	HANDLE parser;
	BYTE type = 0;
	DWORD code = v6 ? WdsBpParseInitializev6(packet, (ULONG)input.len, &type, &parser)
			: WdsBpParseInitialize(packet, (ULONG)input.len, &type, &parser);

	free(packet); /* it may go */
	HOLDS(code == ERROR_SUCCESS || code == ERROR_INVALID_DATA ||
	      (code == ERROR_INVALID_PARAMETER && input.len == 0));
	if (code != ERROR_SUCCESS)
		return;
	HOLDS(WDSBP_IS_PK_TYPE(type, v6 ? WDSBP_PK_TYPE_DHCPV6 : WDSBP_PK_TYPE_DHCP));
	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		check_query(parser, options[i]);
	HOLDS(WdsBpCloseHandle(parser) == ERROR_SUCCESS);
	HOLDS(WdsBpCloseHandle(parser) == ERROR_INVALID_HANDLE);
}

/* The first value that was added to each number. */
static struct span first[65536];
static uint8_t first_type[65536];

static size_t add_all(HANDLE builder, struct span input, bool v6, uint16_t added[512])
{
	size_t count = 0;

	while (input.len >= 4 && count < 512) {
		uint16_t id =
			(uint16_t)(v6 ? 50001 + load_be16(input.at) % 18 : load_be16(input.at));
		uint8_t type = input.at[2] % 9;
		struct span value = span_take(span_drop(input, 4), input.at[3]);
		ULONG option = WDSBP_MAKE_OPTION(v6 ? WDSBP_PK_TYPE_DHCPV6 : WDSBP_PK_TYPE_WDSNBP,
						 type, id);
		uint8_t *copy = copy_of(value, value.len);
		DWORD code = WdsBpAddOption(builder, option, (ULONG)value.len, copy);

		free(copy);
		HOLDS(code == ERROR_SUCCESS || code == ERROR_INVALID_PARAMETER ||
		      code == ERROR_INSUFFICIENT_BUFFER);
		if (code == ERROR_SUCCESS && !first[id].at) {
			first[id] = value;
			first_type[id] = type;
			added[count++] = id;
		}
		input = span_drop(input, 4 + value.len);
	}
	return count;
}

/* A client's packet with what was built in it; its length. */
static ULONG packet_around(uint8_t *packet, ULONG size, uint8_t *built, ULONG len, bool v6)
{
	BYTE type = 1, duid[] = { 0, 3, 0, 1, 2, 0, 0, 0, 0, 1 };
	ULONG used = 4;

	memset(packet, 0, size);
	if (v6) {
		packet[0] = 1;
		HOLDS(PxeDhcpv6AppendOption(packet, size, &used, 1, sizeof(duid), duid) ==
		      ERROR_SUCCESS);
		HOLDS(PxeDhcpv6AppendOptionRaw(packet, size, &used, (USHORT)len, built) ==
		      ERROR_SUCCESS);
		return used;
	}
	packet[0] = packet[1] = 1;
	packet[2] = 6;
	memcpy(packet + 236, "\x63\x82\x53\x63", 4);
	used = 240;
	HOLDS(PxeDhcpAppendOption(packet, size, &used, 53, 1, &type) == ERROR_SUCCESS);
	HOLDS(PxeDhcpAppendOptionRaw(packet, size, &used, (USHORT)len, built) == ERROR_SUCCESS);
	HOLDS(PxeDhcpAppendOption(packet, size, &used, 255, 0, NULL) == ERROR_SUCCESS);
	return used;
}

static void check_read_back(uint8_t *built, ULONG len, const uint16_t *added, size_t count, bool v6)
{
	static uint8_t packet[70000];
	ULONG used = packet_around(packet, sizeof(packet), built, len, v6), size;
	HANDLE parser;
	DWORD code = v6 ? WdsBpParseInitializev6(packet, used, NULL, &parser)
			: WdsBpParseInitialize(packet, used, NULL, &parser);
	uint8_t value[256];

	HOLDS(code == ERROR_SUCCESS);
	for (size_t i = 0; i < count; i++) {
		struct span wanted = first[added[i]];
		ULONG option = WDSBP_MAKE_OPTION(v6 ? WDSBP_PK_TYPE_DHCPV6 : WDSBP_PK_TYPE_WDSNBP,
						 first_type[added[i]], added[i]);

		HOLDS(WdsBpQueryOption(parser, option, sizeof(value), value, &size) ==
		      ERROR_SUCCESS);
		HOLDS(size >= wanted.len &&
		      (wanted.len == 0 || memcmp(value, wanted.at, wanted.len) == 0));
	}
	HOLDS(WdsBpCloseHandle(parser) == ERROR_SUCCESS);
}

static void check_builder(struct span input, bool v6)
{
	uint16_t added[512];
	HANDLE builder;
	uint8_t *built;
	ULONG len, again;
	size_t count;

	HOLDS(WdsBpInitialize(v6 ? WDSBP_PK_TYPE_DHCPV6 : WDSBP_PK_TYPE_WDSNBP, &builder) == 0);
	count = add_all(builder, input, v6, added);
	WdsBpGetOptionBuffer(builder, 0, NULL, &len);
	HOLDS((len > 0) == (count > 0) && (v6 || len <= 257));
	built = copy_of(SPAN_NONE, len);
	HOLDS(WdsBpGetOptionBuffer(builder, len, built, &again) == ERROR_SUCCESS && again == len);
	if (len > 0 && len <= 65535)
		check_read_back(built, len, added, count, v6);
	free(built);
	HOLDS(WdsBpCloseHandle(builder) == ERROR_SUCCESS);
	for (size_t i = 0; i < count; i++)
		first[added[i]] = SPAN_NONE;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;
	if (data[0] & BUILD)
		check_builder(span_of(data + 1, size - 1), data[0] & V6);
	else
		check_parser(span_of(data + 1, size - 1), data[0] & V6);
	return 0;
}
