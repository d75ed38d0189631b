/* The seven WdsBp* functions: what is built, what is read back, and handles of every wrong kind. */
#include <pthread.h>
#include <wdsbp.h>
#include <wdspxe.h>

#include "libwdspxe/api_cases.h"

_Static_assert(WDSBP_OPT_ARCHITECTURE == 0x00010202, "");
_Static_assert(WDSBP_OPT_NEXT_ACTION == 0x00020201, "");
_Static_assert(WDSBP_OPT_POLL_INTERVAL == 0x00030202, "");
_Static_assert(WDSBP_OPT_POLL_RETRY_COUNT == 0x00040202, "");
_Static_assert(WDSBP_OPT_REQUEST_ID == 0x00050203, "");
_Static_assert(WDSBP_OPT_MESSAGE == 0x00060205, "");
_Static_assert(WDSBP_OPT_VERSION_QUERY == 0x00070200, "");
_Static_assert(WDSBP_OPT_SERVER_VERSION == 0x00080203, "");
_Static_assert(WDSBP_OPT_REFERRAL_SERVER == 0x00090206, "");
_Static_assert(WDSBP_OPT_PXE_CLIENT_PROMPT == 0x000B0201, "");
_Static_assert(WDSBP_OPT_PXE_PROMPT_DONE == 0x000C0201, "");
_Static_assert(WDSBP_OPT_NBP_VER == 0x000D0202, "");
_Static_assert(WDSBP_OPT_ACTION_DONE == 0x000E0201, "");
_Static_assert(WDSBP_OPT_ALLOW_SERVER_SELECTION == 0x000F0201, "");
_Static_assert(WDSBP_OPT_SERVER_FEATURES == 0x00100203, "");
_Static_assert(WDSBP_OPT_BCD_FILE_PATH == 0x00FC0405, "");
_Static_assert(WDSBP_OPTV6_NEXT_ACTION == 0xC3510801, "");
_Static_assert(WDSBP_OPTV6_POLL_INTERVAL == 0xC3520802, "");
_Static_assert(WDSBP_OPTV6_POLL_RETRY_COUNT == 0xC3530802, "");
_Static_assert(WDSBP_OPTV6_REQUEST_ID == 0xC3540803, "");
_Static_assert(WDSBP_OPTV6_MESSAGE == 0xC3550805, "");
_Static_assert(WDSBP_OPTV6_VERSION_QUERY == 0xC3560800, "");
_Static_assert(WDSBP_OPTV6_SERVER_VERSION == 0xC3570803, "");
_Static_assert(WDSBP_OPTV6_REFERRAL_SERVER == 0xC3580807, "");
_Static_assert(WDSBP_OPTV6_PXE_CLIENT_PROMPT == 0xC3590801, "");
_Static_assert(WDSBP_OPTV6_PXE_PROMPT_DONE == 0xC35A0801, "");
_Static_assert(WDSBP_OPTV6_NBP_VER == 0xC35B0802, "");
_Static_assert(WDSBP_OPTV6_ACTION_DONE == 0xC35C0801, "");
_Static_assert(WDSBP_OPTV6_ALLOW_SERVER_SELECTION == 0xC35D0801, "");
_Static_assert(WDSBP_OPTV6_BCD_FILE_PATH == 0xC35E0805, "");
_Static_assert(WDSBP_OPTV6_REPLYING_SERVER_NAME == 0xC35F0805, "");
_Static_assert(WDSBP_OPTV6_REPLYING_SERVER_ADDRESS == 0xC3600807, "");
_Static_assert(WDSBP_OPTV6_BOOT_PROGRAM_TFTP_PATH == 0xC3610805, "");
_Static_assert(WDSBP_OPTV6_SERVER_FEATURES == 0xC3620803, "");

#define FORGED ((HANDLE)(uintptr_t)0x10)

/* ---- WdsBpInitialize, WdsBpCloseHandle ----------------------------------------------------------
 */

static const struct {
	const char *name;
	BYTE type;
	bool out;
	DWORD r;
} initialize_rows[] = {
	{ "WDSNBP", WDSBP_PK_TYPE_WDSNBP, true, ERROR_SUCCESS },
	{ "BCD", WDSBP_PK_TYPE_BCD, true, ERROR_SUCCESS },
	{ "DHCPV6", WDSBP_PK_TYPE_DHCPV6, true, ERROR_SUCCESS },
	{ "DHCP is nothing to build", WDSBP_PK_TYPE_DHCP, true, ERROR_INVALID_PARAMETER },
	{ "two kinds", WDSBP_PK_TYPE_WDSNBP | WDSBP_PK_TYPE_BCD, true, ERROR_INVALID_PARAMETER },
	{ "none", 0, true, ERROR_INVALID_PARAMETER },
	{ "unknown", 16, true, ERROR_INVALID_PARAMETER },
	{ "no handle", WDSBP_PK_TYPE_BCD, false, ERROR_INVALID_PARAMETER },
};
API_CASES(WdsBpInitialize, initialize_rows);

START_TEST(initialize_by_row)
{
	HANDLE handle = FORGED;
	DWORD r =
		WdsBpInitialize(initialize_rows[_i].type, initialize_rows[_i].out ? &handle : NULL);

	ck_assert_msg(r == initialize_rows[_i].r, "%s: %u", initialize_rows[_i].name, r);
	if (r == ERROR_SUCCESS)
		ck_assert_uint_eq(WdsBpCloseHandle(handle), ERROR_SUCCESS);
	else
		ck_assert_ptr_eq(handle, FORGED);
}
END_TEST

enum which { BUILDER, PARSER, CLOSED, NOTHING, AN_ADDRESS, ALL_ONES, OTHER_INDEX };

static const struct {
	const char *name;
	enum which which;
	DWORD r;
} close_rows[] = {
	{ "a builder", BUILDER, ERROR_SUCCESS },
	{ "a parser", PARSER, ERROR_SUCCESS },
	{ "closed before", CLOSED, ERROR_INVALID_HANDLE },
	{ "NULL", NOTHING, ERROR_INVALID_HANDLE },
	{ "an address", AN_ADDRESS, ERROR_INVALID_HANDLE },
	{ "all ones", ALL_ONES, ERROR_INVALID_HANDLE },
	{ "another index", OTHER_INDEX, ERROR_INVALID_HANDLE },
};
API_CASES(WdsBpCloseHandle, close_rows);

static const uint8_t discover_options[] = { 53, 1, 1,   250, 6,   1,   2,   0,  9,
					    7,  0, 252, 3,   'b', 'c', 'd', 255 };

static uint8_t *request_new(struct span options, size_t *len)
{
	uint8_t *packet = calloc(1, 240 + options.len);

	packet[0] = 1;
	packet[2] = 6;
	memcpy(packet + 236, "\x63\x82\x53\x63", 4);
	if (options.len > 0)
		memcpy(packet + 240, options.at, options.len);
	*len = 240 + options.len;
	return packet;
}

static HANDLE parser_of(struct span options)
{
	HANDLE handle = NULL;
	size_t len;
	uint8_t *packet = request_new(options, &len);

	ck_assert_uint_eq(WdsBpParseInitialize(packet, (ULONG)len, NULL, &handle), ERROR_SUCCESS);
	free(packet); /* the options were copied */
	return handle;
}

static HANDLE builder_of(BYTE type)
{
	HANDLE handle = NULL;

	ck_assert_uint_eq(WdsBpInitialize(type, &handle), ERROR_SUCCESS);
	return handle;
}

static HANDLE handle_of(enum which which)
{
	HANDLE handle;

	switch (which) {
	case PARSER:
		return parser_of(span_of(discover_options, sizeof(discover_options)));
	case CLOSED:
		handle = builder_of(WDSBP_PK_TYPE_WDSNBP);
		ck_assert_uint_eq(WdsBpCloseHandle(handle), ERROR_SUCCESS);
		return handle;
	case NOTHING:
		return NULL;
	case AN_ADDRESS:
		return (HANDLE)(uintptr_t)discover_options;
	case ALL_ONES:
		return (HANDLE)UINTPTR_MAX;
	case OTHER_INDEX:
		handle = builder_of(WDSBP_PK_TYPE_WDSNBP);
		ck_assert_uint_eq(WdsBpCloseHandle(handle), ERROR_SUCCESS);
		return (HANDLE)((uintptr_t)handle + ((uintptr_t)1 << 38));
	default:
		return builder_of(WDSBP_PK_TYPE_WDSNBP);
	}
}

START_TEST(close_by_row)
{
	HANDLE handle = handle_of(close_rows[_i].which);

	ck_assert_msg(WdsBpCloseHandle(handle) == close_rows[_i].r, "%s", close_rows[_i].name);
	ck_assert_msg(WdsBpCloseHandle(handle) == ERROR_INVALID_HANDLE, "%s", close_rows[_i].name);
}
END_TEST

START_TEST(every_function_finds_wrong_handles_out)
{
	HANDLE handle = handle_of((enum which)_i);
	uint8_t value[4] = { 0 };
	ULONG n;

	if (_i != PARSER)
		ck_assert_uint_eq(WdsBpQueryOption(handle, WDSBP_OPT_NEXT_ACTION, 1, value, &n),
				  ERROR_INVALID_HANDLE);
	if (_i != BUILDER) {
		ck_assert_uint_eq(WdsBpAddOption(handle, WDSBP_OPT_NEXT_ACTION, 1, value),
				  ERROR_INVALID_HANDLE);
		ck_assert_uint_eq(WdsBpGetOptionBuffer(handle, 0, NULL, &n), ERROR_INVALID_HANDLE);
	}
	(void)WdsBpCloseHandle(handle);
}
END_TEST

START_TEST(handles_are_many_but_not_without_end)
{
	static HANDLE handle[5000];
	size_t n = 0;
	DWORD r;

	while (n < ROWS(handle) && (r = WdsBpInitialize(WDSBP_PK_TYPE_BCD, &handle[n])) == 0)
		n++;
	ck_assert_uint_eq(r, ERROR_NOT_ENOUGH_MEMORY);
	ck_assert_uint_ge(n, 1000);
	for (size_t i = 0; i < n; i++)
		ck_assert_uint_eq(WdsBpCloseHandle(handle[i]), ERROR_SUCCESS);
	ck_assert_uint_eq(WdsBpInitialize(WDSBP_PK_TYPE_BCD, &handle[0]), ERROR_SUCCESS);
	ck_assert_uint_eq(WdsBpCloseHandle(handle[0]), ERROR_SUCCESS);
}
END_TEST

/* ---- WdsBpAddOption, WdsBpGetOptionBuffer
 * -------------------------------------------------------- */

#define ANY_PATH "\\Boot\\BCD"

static const struct {
	const char *name;
	BYTE type;
	ULONG option, len;
	union {
		BYTE octet;
		USHORT word;
		ULONG dword;
		BYTE octets[17];
	} value;
	bool null;
	DWORD r;
	struct span built;
} add_rows[] = {
	{ "BYTE",
	  WDSBP_PK_TYPE_WDSNBP,
	  WDSBP_OPT_NEXT_ACTION,
	  1,
	  { .octet = 3 },
	  false,
	  0,
	  OCTETS(250, 3, 2, 1, 3) },
	{ "O-57: USHORT goes out in network order",
	  WDSBP_PK_TYPE_WDSNBP,
	  WDSBP_OPT_POLL_INTERVAL,
	  2,
	  { .word = 0x0102 },
	  false,
	  0,
	  OCTETS(250, 4, 3, 2, 1, 2) },
	{ "O-57: ULONG too",
	  WDSBP_PK_TYPE_WDSNBP,
	  WDSBP_OPT_REQUEST_ID,
	  4,
	  { .dword = 0x01020304 },
	  false,
	  0,
	  OCTETS(250, 6, 5, 4, 1, 2, 3, 4) },
	{ "O-57: an address stays",
	  WDSBP_PK_TYPE_WDSNBP,
	  WDSBP_OPT_REFERRAL_SERVER,
	  4,
	  { .octets = { 10, 0, 0, 7 } },
	  false,
	  0,
	  OCTETS(250, 6, 9, 4, 10, 0, 0, 7) },
	{ "STR without NUL",
	  WDSBP_PK_TYPE_WDSNBP,
	  WDSBP_OPT_MESSAGE,
	  2,
	  { .octets = "hi" },
	  false,
	  0,
	  OCTETS(250, 4, 6, 2, 'h', 'i') },
	{ "an empty STR",
	  WDSBP_PK_TYPE_WDSNBP,
	  WDSBP_OPT_MESSAGE,
	  0,
	  { 0 },
	  true,
	  0,
	  OCTETS(250, 2, 6, 0) },
	{ "NONE",
	  WDSBP_PK_TYPE_WDSNBP,
	  WDSBP_OPT_VERSION_QUERY,
	  0,
	  { 0 },
	  true,
	  0,
	  OCTETS(250, 2, 7, 0) },
	{ "BCD",
	  WDSBP_PK_TYPE_BCD,
	  WDSBP_OPT_BCD_FILE_PATH,
	  9,
	  { .octets = ANY_PATH },
	  false,
	  0,
	  OCTETS(252, 9, '\\', 'B', 'o', 'o', 't', '\\', 'B', 'C', 'D') },
	{ "an empty BCD path",
	  WDSBP_PK_TYPE_BCD,
	  WDSBP_OPT_BCD_FILE_PATH,
	  0,
	  { 0 },
	  true,
	  0,
	  OCTETS(252, 0) },
	{ "DHCPv6",
	  WDSBP_PK_TYPE_DHCPV6,
	  WDSBP_OPTV6_POLL_INTERVAL,
	  2,
	  { .word = 10 },
	  false,
	  0,
	  OCTETS(0xc3, 0x52, 0, 2, 0, 10) },
	{ "IP6",
	  WDSBP_PK_TYPE_DHCPV6,
	  WDSBP_OPTV6_REFERRAL_SERVER,
	  16,
	  { .octets = { 0xfd } },
	  false,
	  0,
	  OCTETS(0xc3, 0x58, 0, 16, 0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0) },
	{ "O-56: another kind of packet",
	  WDSBP_PK_TYPE_BCD,
	  WDSBP_OPT_NEXT_ACTION,
	  1,
	  { 0 },
	  false,
	  ERROR_INVALID_PARAMETER,
	  { 0 } },
	{ "O-56: v6 in v4",
	  WDSBP_PK_TYPE_WDSNBP,
	  WDSBP_OPTV6_NEXT_ACTION,
	  1,
	  { 0 },
	  false,
	  ERROR_INVALID_PARAMETER,
	  { 0 } },
	{ "O-56: v4 in v6",
	  WDSBP_PK_TYPE_DHCPV6,
	  WDSBP_OPT_NEXT_ACTION,
	  1,
	  { 0 },
	  false,
	  ERROR_INVALID_PARAMETER,
	  { 0 } },
	{ "O-58: WSTR",
	  WDSBP_PK_TYPE_WDSNBP,
	  WDSBP_MAKE_OPTION(2, WDSBP_OPT_TYPE_WSTR, 6),
	  4,
	  { 0 },
	  false,
	  ERROR_INVALID_PARAMETER,
	  { 0 } },
	{ "unknown value type",
	  WDSBP_PK_TYPE_WDSNBP,
	  WDSBP_MAKE_OPTION(2, 8, 6),
	  4,
	  { 0 },
	  false,
	  ERROR_INVALID_PARAMETER,
	  { 0 } },
	{ "a number that ends the list",
	  WDSBP_PK_TYPE_WDSNBP,
	  WDSBP_MAKE_OPTION(2, 1, 255),
	  1,
	  { 0 },
	  false,
	  ERROR_INVALID_PARAMETER,
	  { 0 } },
	{ "number 0",
	  WDSBP_PK_TYPE_WDSNBP,
	  WDSBP_MAKE_OPTION(2, 1, 0),
	  1,
	  { 0 },
	  false,
	  ERROR_INVALID_PARAMETER,
	  { 0 } },
	{ "another BCD option",
	  WDSBP_PK_TYPE_BCD,
	  WDSBP_MAKE_OPTION(4, 5, 251),
	  1,
	  { 0 },
	  false,
	  ERROR_INVALID_PARAMETER,
	  { 0 } },
	{ "O-56: BYTE of 2",
	  WDSBP_PK_TYPE_WDSNBP,
	  WDSBP_OPT_NEXT_ACTION,
	  2,
	  { 0 },
	  false,
	  ERROR_INVALID_PARAMETER,
	  { 0 } },
	{ "O-56: USHORT of 4",
	  WDSBP_PK_TYPE_WDSNBP,
	  WDSBP_OPT_POLL_INTERVAL,
	  4,
	  { 0 },
	  false,
	  ERROR_INVALID_PARAMETER,
	  { 0 } },
	{ "O-56: ULONG of 0",
	  WDSBP_PK_TYPE_WDSNBP,
	  WDSBP_OPT_REQUEST_ID,
	  0,
	  { 0 },
	  false,
	  ERROR_INVALID_PARAMETER,
	  { 0 } },
	{ "O-56: IP4 of 16",
	  WDSBP_PK_TYPE_WDSNBP,
	  WDSBP_OPT_REFERRAL_SERVER,
	  16,
	  { 0 },
	  false,
	  ERROR_INVALID_PARAMETER,
	  { 0 } },
	{ "O-56: IP6 of 4",
	  WDSBP_PK_TYPE_DHCPV6,
	  WDSBP_OPTV6_REFERRAL_SERVER,
	  4,
	  { 0 },
	  false,
	  ERROR_INVALID_PARAMETER,
	  { 0 } },
	{ "A8: a number without a constant",
	  WDSBP_PK_TYPE_WDSNBP,
	  WDSBP_MAKE_OPTION(WDSBP_PK_TYPE_WDSNBP, WDSBP_OPT_TYPE_BYTE, 99),
	  1,
	  { .octet = 5 },
	  false,
	  0,
	  OCTETS(250, 3, 99, 1, 5) },
	{ "A8: of a type that there is not",
	  WDSBP_PK_TYPE_WDSNBP,
	  WDSBP_MAKE_OPTION(WDSBP_PK_TYPE_WDSNBP, 99, 1),
	  1,
	  { .octet = 5 },
	  false,
	  ERROR_INVALID_PARAMETER,
	  { 0 } },
	{ "A8: END's number",
	  WDSBP_PK_TYPE_WDSNBP,
	  WDSBP_MAKE_OPTION(WDSBP_PK_TYPE_WDSNBP, WDSBP_OPT_TYPE_BYTE, 255),
	  1,
	  { .octet = 5 },
	  false,
	  ERROR_INVALID_PARAMETER,
	  { 0 } },
	{ "O-56: NONE of 1",
	  WDSBP_PK_TYPE_WDSNBP,
	  WDSBP_OPT_VERSION_QUERY,
	  1,
	  { 0 },
	  false,
	  ERROR_INVALID_PARAMETER,
	  { 0 } },
	{ "a size without a value",
	  WDSBP_PK_TYPE_WDSNBP,
	  WDSBP_OPT_NEXT_ACTION,
	  1,
	  { 0 },
	  true,
	  ERROR_INVALID_PARAMETER,
	  { 0 } },
};
API_CASES(WdsBpAddOption, add_rows);

START_TEST(add_by_row)
{
	HANDLE builder = builder_of(add_rows[_i].type);
	uint8_t value[sizeof(add_rows[_i].value)], built[64];
	ULONG n = 77;
	DWORD r;

	memcpy(value, &add_rows[_i].value, sizeof(value));
	r = WdsBpAddOption(builder, add_rows[_i].option, add_rows[_i].len,
			   add_rows[_i].null ? NULL : value);
	ck_assert_msg(r == add_rows[_i].r, "%s: %u", add_rows[_i].name, r);
	ck_assert_uint_eq(WdsBpGetOptionBuffer(builder, sizeof(built), built, &n), ERROR_SUCCESS);
	ck_assert_msg(n == add_rows[_i].built.len &&
			      (n == 0 || memcmp(built, add_rows[_i].built.at, n) == 0),
		      "%s: %u octets", add_rows[_i].name, n);
	ck_assert_uint_eq(WdsBpCloseHandle(builder), ERROR_SUCCESS);
}
END_TEST

START_TEST(add_ends_where_the_option_is_full)
{
	static uint8_t text[65535];
	HANDLE builder = builder_of(WDSBP_PK_TYPE_WDSNBP);
	ULONG n;

	ck_assert_uint_eq(WdsBpAddOption(builder, WDSBP_OPT_MESSAGE, 254, text),
			  ERROR_INSUFFICIENT_BUFFER);
	ck_assert_uint_eq(WdsBpAddOption(builder, WDSBP_OPT_MESSAGE, 250, text), ERROR_SUCCESS);
	ck_assert_uint_eq(WdsBpAddOption(builder, WDSBP_OPT_NEXT_ACTION, 1, text), ERROR_SUCCESS);
	ck_assert_uint_eq(WdsBpAddOption(builder, WDSBP_OPT_VERSION_QUERY, 0, NULL),
			  ERROR_INSUFFICIENT_BUFFER);
	ck_assert_uint_eq(WdsBpGetOptionBuffer(builder, 0, NULL, &n), ERROR_INSUFFICIENT_BUFFER);
	ck_assert_uint_eq(n, 257);
	ck_assert_uint_eq(WdsBpCloseHandle(builder), ERROR_SUCCESS);

	builder = builder_of(WDSBP_PK_TYPE_BCD);
	ck_assert_uint_eq(WdsBpAddOption(builder, WDSBP_OPT_BCD_FILE_PATH, 256, text),
			  ERROR_INSUFFICIENT_BUFFER);
	ck_assert_uint_eq(WdsBpAddOption(builder, WDSBP_OPT_BCD_FILE_PATH, 255, text),
			  ERROR_SUCCESS);
	ck_assert_uint_eq(WdsBpCloseHandle(builder), ERROR_SUCCESS);

	builder = builder_of(WDSBP_PK_TYPE_DHCPV6);
	ck_assert_uint_eq(WdsBpAddOption(builder, WDSBP_OPTV6_MESSAGE, 65532, text),
			  ERROR_INSUFFICIENT_BUFFER);
	ck_assert_uint_eq(WdsBpAddOption(builder, WDSBP_OPTV6_MESSAGE, UINT32_MAX, text),
			  ERROR_INSUFFICIENT_BUFFER);
	ck_assert_uint_eq(WdsBpAddOption(builder, WDSBP_OPTV6_MESSAGE, 65531, text), ERROR_SUCCESS);
	ck_assert_uint_eq(WdsBpAddOption(builder, WDSBP_OPTV6_NEXT_ACTION, 1, text),
			  ERROR_INSUFFICIENT_BUFFER);
	ck_assert_uint_eq(WdsBpCloseHandle(builder), ERROR_SUCCESS);
}
END_TEST

START_TEST(add_keeps_order_and_the_last_path)
{
	HANDLE nbp = builder_of(WDSBP_PK_TYPE_WDSNBP), bcd = builder_of(WDSBP_PK_TYPE_BCD);
	BYTE value = 1, built[32], first[] = "first", no[] = "no";
	ULONG n;

	ck_assert_uint_eq(WdsBpAddOption(nbp, WDSBP_OPT_NEXT_ACTION, 1, &value), 0);
	value = 2;
	ck_assert_uint_eq(WdsBpAddOption(nbp, WDSBP_OPT_NEXT_ACTION, 1, &value), 0);
	ck_assert_uint_eq(WdsBpGetOptionBuffer(nbp, sizeof(built), built, &n), 0);
	ck_assert_uint_eq(n, 8);
	ck_assert_mem_eq(built, "\xfa\x06\x02\x01\x01\x02\x01\x02", 8);

	ck_assert_uint_eq(WdsBpAddOption(bcd, WDSBP_OPT_BCD_FILE_PATH, 5, first), 0);
	ck_assert_uint_eq(WdsBpAddOption(bcd, WDSBP_OPT_BCD_FILE_PATH, 2, no), 0);
	ck_assert_uint_eq(WdsBpGetOptionBuffer(bcd, sizeof(built), built, &n), 0);
	ck_assert_uint_eq(n, 4);
	ck_assert_mem_eq(built, "\xfc\x02no", 4);
	ck_assert_uint_eq(WdsBpCloseHandle(nbp), 0);
	ck_assert_uint_eq(WdsBpCloseHandle(bcd), 0);
}
END_TEST

static const struct {
	const char *name;
	bool added, buffer, count;
	ULONG room;
	DWORD r;
	ULONG n;
} buffer_rows[] = {
	{ "fits", true, true, true, 5, ERROR_SUCCESS, 5 },
	{ "the size", true, false, true, 0, ERROR_INSUFFICIENT_BUFFER, 5 },
	{ "the size, with a buffer", true, true, true, 0, ERROR_INSUFFICIENT_BUFFER, 5 },
	{ "too small", true, true, true, 4, ERROR_INSUFFICIENT_BUFFER, 5 },
	{ "nothing was added", false, false, true, 0, ERROR_SUCCESS, 0 },
	{ "no count", true, true, false, 5, ERROR_INVALID_PARAMETER, 77 },
	{ "no buffer", true, false, true, 5, ERROR_INVALID_PARAMETER, 77 },
};
API_CASES(WdsBpGetOptionBuffer, buffer_rows);

START_TEST(buffer_by_row)
{
	HANDLE builder = builder_of(WDSBP_PK_TYPE_WDSNBP);
	BYTE value = 3, built[8];
	ULONG n = 77;
	DWORD r;

	memset(built, 0xee, sizeof(built));
	if (buffer_rows[_i].added)
		ck_assert_uint_eq(WdsBpAddOption(builder, WDSBP_OPT_NEXT_ACTION, 1, &value), 0);
	r = WdsBpGetOptionBuffer(builder, buffer_rows[_i].room,
				 buffer_rows[_i].buffer ? built : NULL,
				 buffer_rows[_i].count ? &n : NULL);
	ck_assert_msg(r == buffer_rows[_i].r && n == buffer_rows[_i].n, "%s: %u, %u",
		      buffer_rows[_i].name, r, n);
	ck_assert_msg((built[0] == 250) == (r == 0 && n == 5), "%s", buffer_rows[_i].name);
	ck_assert_uint_eq(WdsBpCloseHandle(builder), 0);
}
END_TEST

/* ---- parsing ------------------------------------------------------------------------------------
 */

static const struct {
	const char *name;
	bool packet, out;
	struct span options;
	DWORD r;
	BYTE type;
} parse_rows[] = {
	{ "plain DHCP", true, true, OCTETS(53, 1, 1, 255), 0, 1 },
	{ "from the boot program", true, true, OCTETS(53, 1, 1, 250, 3, 2, 1, 3, 255), 0, 3 },
	{ "with a BCD path", true, true, OCTETS(53, 1, 1, 252, 1, 'x', 255), 0, 5 },
	{ "with both", true, true, OCTETS(53, 1, 1, 250, 0, 252, 0, 255), 0, 7 },
	{ "O-57: 255 ends the list", true, true, OCTETS(53, 1, 1, 250, 3, 255, 9, 9, 255), 0, 3 },
	{ "O-57: 0 ends the list", true, true, OCTETS(53, 1, 1, 250, 3, 0, 9, 9, 255), 0, 3 },
	{ "no packet", false, true, OCTETS(53, 1, 1, 255), ERROR_INVALID_PARAMETER, 77 },
	{ "no handle", true, false, OCTETS(53, 1, 1, 255), ERROR_INVALID_PARAMETER, 77 },
	{ "not valid DHCP", true, true, OCTETS(53, 1, 1), ERROR_INVALID_DATA, 77 },
	{ "a sub-option past the end", true, true, OCTETS(53, 1, 1, 250, 3, 2, 9, 3, 255),
	  ERROR_INVALID_DATA, 77 },
	{ "a sub-option without a length", true, true, OCTETS(53, 1, 1, 250, 1, 2, 255),
	  ERROR_INVALID_DATA, 77 },
};
API_CASES(WdsBpParseInitialize, parse_rows);

START_TEST(parse_by_row)
{
	HANDLE handle = FORGED;
	BYTE type = 77;
	size_t len;
	uint8_t *packet = request_new(parse_rows[_i].options, &len);
	DWORD r = WdsBpParseInitialize(parse_rows[_i].packet ? packet : NULL, (ULONG)len, &type,
				       parse_rows[_i].out ? &handle : NULL);

	ck_assert_msg(r == parse_rows[_i].r && type == parse_rows[_i].type, "%s: %u, %u",
		      parse_rows[_i].name, r, type);
	if (r == ERROR_SUCCESS)
		ck_assert_uint_eq(WdsBpCloseHandle(handle), ERROR_SUCCESS);
	else
		ck_assert_ptr_eq(handle, FORGED);
	free(packet);
}
END_TEST

START_TEST(parse_refuses_a_reply)
{
	HANDLE handle;
	size_t len;
	uint8_t *packet = request_new(span_of(discover_options, sizeof(discover_options)), &len);

	packet[0] = 2;
	ck_assert_uint_eq(WdsBpParseInitialize(packet, (ULONG)len, NULL, &handle),
			  ERROR_INVALID_DATA);
	free(packet);
}
END_TEST

#define SOLICIT  1, 0xa1, 0xa2, 0xa3, 0, 1, 0, 3, 9, 9, 9
#define ADDRESS  0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1
#define INTERVAL 0xc3, 0x52, 0, 2, 0x01, 0x02

static const struct {
	const char *name;
	bool packet_given, out;
	struct span packet;
	DWORD r;
	BYTE type;
	DWORD query; /* for POLL_INTERVAL */
} parse6_rows[] = {
	{ "plain", true, true, OCTETS(SOLICIT), 0, 8, ERROR_FILE_NOT_FOUND },
	{ "with data", true, true, OCTETS(SOLICIT, INTERVAL), 0, 10, ERROR_SUCCESS },
	{ "with a BCD path", true, true, OCTETS(SOLICIT, 0xc3, 0x5e, 0, 1, 'x'), 0, 12,
	  ERROR_FILE_NOT_FOUND },
	{ "with both", true, true, OCTETS(SOLICIT, 0xc3, 0x5e, 0, 1, 'x', INTERVAL), 0, 14,
	  ERROR_SUCCESS },
	{ "just below and above", true, true, OCTETS(SOLICIT, 0xc3, 0x50, 0, 0, 0xc3, 0x63, 0, 0),
	  0, 8, ERROR_FILE_NOT_FOUND },
	{ "relayed", true, true, OCTETS(12, 0, ADDRESS, ADDRESS, 0, 9, 0, 17, SOLICIT, INTERVAL), 0,
	  10, ERROR_SUCCESS },
	{ "no packet", false, true, OCTETS(SOLICIT), ERROR_INVALID_PARAMETER, 77, 0 },
	{ "no handle", true, false, OCTETS(SOLICIT), ERROR_INVALID_PARAMETER, 77, 0 },
	{ "not valid DHCPv6", true, true, OCTETS(SOLICIT, 0), ERROR_INVALID_DATA, 77, 0 },
	{ "a reply", true, true, OCTETS(7, 1, 2, 3), ERROR_INVALID_DATA, 77, 0 },
	{ "empty", true, true, { 0 }, ERROR_INVALID_DATA, 77, 0 },
};
API_CASES(WdsBpParseInitializev6, parse6_rows);

START_TEST(parse6_by_row)
{
	uint8_t *packet = octets_copy(parse6_rows[_i].packet);
	HANDLE handle = FORGED;
	USHORT interval = 0;
	BYTE type = 77;
	ULONG n;
	DWORD r = WdsBpParseInitializev6(parse6_rows[_i].packet_given ? packet : NULL,
					 (ULONG)parse6_rows[_i].packet.len, &type,
					 parse6_rows[_i].out ? &handle : NULL);

	ck_assert_msg(r == parse6_rows[_i].r && type == parse6_rows[_i].type, "%s: %u, %u",
		      parse6_rows[_i].name, r, type);
	free(packet);
	if (r != ERROR_SUCCESS) {
		ck_assert_ptr_eq(handle, FORGED);
		return;
	}
	r = WdsBpQueryOption(handle, WDSBP_OPTV6_POLL_INTERVAL, 2, &interval, &n);
	ck_assert_msg(r == parse6_rows[_i].query, "%s: %u", parse6_rows[_i].name, r);
	ck_assert_uint_eq(interval, r == 0 ? 0x0102 : 0);
	ck_assert_uint_eq(WdsBpQueryOption(handle, WDSBP_OPT_NEXT_ACTION, 1, &interval, &n),
			  ERROR_INVALID_PARAMETER);
	ck_assert_uint_eq(WdsBpCloseHandle(handle), ERROR_SUCCESS);
}
END_TEST

/* ---- WdsBpQueryOption ---------------------------------------------------------------------------
 */

#define NBP(...) OCTETS(53, 1, 1, 250, __VA_ARGS__, 255)

static const struct {
	const char *name;
	struct span options;
	ULONG option, room;
	bool value, count;
	DWORD r;
	ULONG n;
	union {
		BYTE octet;
		USHORT word;
		ULONG dword;
		BYTE octets[8];
	} wanted;
} query_rows[] = {
	{ "BYTE", NBP(3, 2, 1, 3), WDSBP_OPT_NEXT_ACTION, 1, true, true, 0, 1, { .octet = 3 } },
	{ "O-57: USHORT in host order",
	  NBP(4, 1, 2, 1, 2),
	  WDSBP_OPT_ARCHITECTURE,
	  2,
	  true,
	  true,
	  0,
	  2,
	  { .word = 0x0102 } },
	{ "O-57: ULONG too",
	  NBP(6, 5, 4, 1, 2, 3, 4),
	  WDSBP_OPT_REQUEST_ID,
	  4,
	  true,
	  true,
	  0,
	  4,
	  { .dword = 0x01020304 } },
	{ "IP4",
	  NBP(6, 9, 4, 10, 0, 0, 7),
	  WDSBP_OPT_REFERRAL_SERVER,
	  8,
	  true,
	  true,
	  0,
	  4,
	  { .octets = { 10, 0, 0, 7 } } },
	{ "STR",
	  NBP(4, 6, 2, 'h', 'i'),
	  WDSBP_OPT_MESSAGE,
	  8,
	  true,
	  true,
	  0,
	  2,
	  { .octets = "hi" } },
	{ "NONE", NBP(2, 7, 0), WDSBP_OPT_VERSION_QUERY, 0, false, true, 0, 0, { 0 } },
	{ "BCD",
	  OCTETS(53, 1, 1, 252, 2, '\\', 'B', 255),
	  WDSBP_OPT_BCD_FILE_PATH,
	  8,
	  true,
	  true,
	  0,
	  2,
	  { .octets = "\\B" } },
	{ "the first of two",
	  NBP(6, 2, 1, 3, 2, 1, 4),
	  WDSBP_OPT_NEXT_ACTION,
	  1,
	  true,
	  true,
	  0,
	  1,
	  { .octet = 3 } },
	{ "in the second option 250",
	  OCTETS(53, 1, 1, 250, 3, 2, 1, 3, 250, 3, 11, 1, 9, 255),
	  WDSBP_OPT_PXE_CLIENT_PROMPT,
	  1,
	  true,
	  true,
	  0,
	  1,
	  { .octet = 9 } },
	{ "without a count",
	  NBP(3, 2, 1, 3),
	  WDSBP_OPT_NEXT_ACTION,
	  1,
	  true,
	  false,
	  0,
	  77,
	  { .octet = 3 } },
	{ "the size",
	  NBP(4, 1, 2, 1, 2),
	  WDSBP_OPT_ARCHITECTURE,
	  0,
	  false,
	  true,
	  ERROR_INSUFFICIENT_BUFFER,
	  2,
	  { 0 } },
	{ "too small",
	  NBP(4, 1, 2, 1, 2),
	  WDSBP_OPT_ARCHITECTURE,
	  1,
	  true,
	  true,
	  ERROR_INSUFFICIENT_BUFFER,
	  2,
	  { 0 } },
	{ "O-56: absent",
	  NBP(3, 2, 1, 3),
	  WDSBP_OPT_REQUEST_ID,
	  4,
	  true,
	  true,
	  ERROR_FILE_NOT_FOUND,
	  77,
	  { 0 } },
	{ "O-56: no option 250",
	  OCTETS(53, 1, 1, 255),
	  WDSBP_OPT_REQUEST_ID,
	  4,
	  true,
	  true,
	  ERROR_FILE_NOT_FOUND,
	  77,
	  { 0 } },
	{ "O-56: no option 252",
	  NBP(3, 2, 1, 3),
	  WDSBP_OPT_BCD_FILE_PATH,
	  4,
	  true,
	  true,
	  ERROR_FILE_NOT_FOUND,
	  77,
	  { 0 } },
	{ "behind the end of the list",
	  NBP(4, 255, 2, 1, 3),
	  WDSBP_OPT_NEXT_ACTION,
	  1,
	  true,
	  true,
	  ERROR_FILE_NOT_FOUND,
	  77,
	  { 0 } },
	{ "the wrong size in the packet",
	  NBP(4, 2, 2, 0, 3),
	  WDSBP_OPT_NEXT_ACTION,
	  8,
	  true,
	  true,
	  ERROR_INVALID_DATA,
	  77,
	  { 0 } },
	{ "O-56: v6 in v4",
	  NBP(3, 2, 1, 3),
	  WDSBP_OPTV6_NEXT_ACTION,
	  1,
	  true,
	  true,
	  ERROR_INVALID_PARAMETER,
	  77,
	  { 0 } },
	{ "O-58: WSTR",
	  NBP(3, 2, 1, 3),
	  WDSBP_MAKE_OPTION(2, 4, 2),
	  8,
	  true,
	  true,
	  ERROR_INVALID_PARAMETER,
	  77,
	  { 0 } },
	{ "no option", NBP(3, 2, 1, 3), 0, 8, true, true, ERROR_INVALID_PARAMETER, 77, { 0 } },
	{ "a size without a value",
	  NBP(3, 2, 1, 3),
	  WDSBP_OPT_NEXT_ACTION,
	  1,
	  false,
	  true,
	  ERROR_INVALID_PARAMETER,
	  77,
	  { 0 } },
};
API_CASES(WdsBpQueryOption, query_rows);

START_TEST(query_by_row)
{
	HANDLE parser = parser_of(query_rows[_i].options);
	uint8_t value[sizeof(query_rows[_i].wanted)] = { 0 };
	ULONG n = 77;
	DWORD r = WdsBpQueryOption(parser, query_rows[_i].option, query_rows[_i].room,
				   query_rows[_i].value ? value : NULL,
				   query_rows[_i].count ? &n : NULL);

	ck_assert_msg(r == query_rows[_i].r && n == query_rows[_i].n, "%s: %u, %u",
		      query_rows[_i].name, r, n);
	ck_assert_msg(memcmp(value, &query_rows[_i].wanted, sizeof(value)) == 0, "%s",
		      query_rows[_i].name);
	ck_assert_uint_eq(WdsBpCloseHandle(parser), ERROR_SUCCESS);
}
END_TEST

/* ---- threads ----------------------------------------------------------------------------------
 */

static HANDLE shared;

static void *build_many(void *unused)
{
	BYTE next = WDSBP_OPTVAL_ACTION_ABORT, buffer[64];
	ULONG len;

	(void)unused;
	for (int i = 0; i < 2000; i++) {
		HANDLE own = NULL;
		DWORD r;

		ck_assert_uint_eq(WdsBpInitialize(WDSBP_PK_TYPE_WDSNBP, &own), ERROR_SUCCESS);
		ck_assert_uint_eq(WdsBpAddOption(own, WDSBP_OPT_NEXT_ACTION, 1, &next),
				  ERROR_SUCCESS);
		r = WdsBpAddOption(shared, WDSBP_OPT_NEXT_ACTION, 1, &next);
		ck_assert(r == ERROR_SUCCESS || r == ERROR_INSUFFICIENT_BUFFER); /* it is full */
		ck_assert_uint_eq(WdsBpGetOptionBuffer(own, sizeof(buffer), buffer, &len),
				  ERROR_SUCCESS);
		ck_assert_uint_eq(len, 5);
		ck_assert_uint_eq(WdsBpCloseHandle(own), ERROR_SUCCESS);
		ck_assert_uint_eq(WdsBpCloseHandle(own), ERROR_INVALID_HANDLE);
	}
	return NULL;
}

/* S22: handles of several threads do not meet, and one that all of them use stays whole. */
START_TEST(threads_use_handles_of_their_own_and_one_of_all)
{
	pthread_t thread[4];
	BYTE buffer[300];
	ULONG len = 0;

	ck_assert_uint_eq(WdsBpInitialize(WDSBP_PK_TYPE_WDSNBP, &shared), ERROR_SUCCESS);
	for (int i = 0; i < 4; i++)
		ck_assert_int_eq(pthread_create(&thread[i], NULL, build_many, NULL), 0);
	for (int i = 0; i < 4; i++)
		pthread_join(thread[i], NULL);
	ck_assert_uint_eq(WdsBpGetOptionBuffer(shared, sizeof(buffer), buffer, &len),
			  ERROR_SUCCESS);
	ck_assert_uint_eq(len, 2 + 255);
	ck_assert_uint_eq(WdsBpCloseHandle(shared), ERROR_SUCCESS);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("wdsbp");

	TEST_ROWS(tcase, initialize_by_row, initialize_rows);
	TEST_ROWS(tcase, close_by_row, close_rows);
	tcase_add_loop_test(tcase, every_function_finds_wrong_handles_out, BUILDER,
			    OTHER_INDEX + 1);
	tcase_add_test(tcase, handles_are_many_but_not_without_end);
	TEST_ROWS(tcase, add_by_row, add_rows);
	tcase_add_test(tcase, add_ends_where_the_option_is_full);
	tcase_add_test(tcase, add_keeps_order_and_the_last_path);
	TEST_ROWS(tcase, buffer_by_row, buffer_rows);
	TEST_ROWS(tcase, parse_by_row, parse_rows);
	tcase_add_test(tcase, parse_refuses_a_reply);
	TEST_ROWS(tcase, parse6_by_row, parse6_rows);
	TEST_ROWS(tcase, query_by_row, query_rows);
	tcase_add_test(tcase, threads_use_handles_of_their_own_and_one_of_all);
	return suite_run("wdsbp", tcase);
}
