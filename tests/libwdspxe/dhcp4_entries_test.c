/* The six PxeDhcp* functions: every result, every open point. */
#include <wdspxe-host.h>

#include "dhcp/dhcp4_option.h"
#include "libwdspxe/api_cases.h"

/* A packet with op, htype 1, hlen 6, the cookie, fields that tell each other apart, and options. */
static uint8_t *packet_new(uint8_t op, struct span options, size_t *len)
{
	uint8_t *packet;

	*len = 240 + options.len;
	packet = calloc(1, *len);
	ck_assert_ptr_nonnull(packet);
	for (unsigned i = 3; i < 44; i++)
		packet[i] = (uint8_t)(0x40 + i); /* hops to chaddr */
	packet[0] = op;
	packet[1] = 1;
	packet[2] = 6;
	packet[44] = 's';
	packet[108] = 'f';
	memcpy(packet + 236, "\x63\x82\x53\x63", 4);
	if (options.len > 0)
		memcpy(packet + 240, options.at, options.len);
	return packet;
}

/* ---- PxeDhcpInitialize ------------------------------------------------------------------------
 */

enum { NO_REQUEST = 1, NO_REPLY = 2, NO_LEN = 4, SAME = 8, BAD_COOKIE = 16 };

static const struct {
	const char *name;
	int what;
	ULONG request_len, reply_max;
	DWORD r;
} initialize_rows[] = {
	{ "a reply begins", 0, 300, 300, ERROR_SUCCESS },
	{ "a header is enough", 0, 240, 240, ERROR_SUCCESS },
	{ "no request", NO_REQUEST, 300, 300, ERROR_INVALID_PARAMETER },
	{ "no reply", NO_REPLY, 300, 300, ERROR_INVALID_PARAMETER },
	{ "no length", NO_LEN, 300, 300, ERROR_INVALID_PARAMETER },
	{ "O-41: both are one", SAME, 300, 300, ERROR_INVALID_PARAMETER },
	{ "O-41: short request", 0, 239, 300, ERROR_INVALID_DATA },
	{ "O-41: empty request", 0, 0, 300, ERROR_INVALID_DATA },
	{ "O-41: another cookie", BAD_COOKIE, 300, 300, ERROR_INVALID_DATA },
	{ "O-41: short reply", 0, 300, 239, ERROR_INSUFFICIENT_BUFFER },
	{ "contents before room", 0, 239, 239, ERROR_INVALID_DATA },
};
API_CASES(PxeDhcpInitialize, initialize_rows);

START_TEST(initialize_by_row)
{
	static const uint8_t zeros[60];
	uint8_t *request, reply[300], before[300];
	ULONG len = 77;
	size_t size;
	DWORD r;

	request = packet_new(1, span_of(zeros, 60), &size);
	memset(reply, 0xee, sizeof(reply));
	memcpy(before, reply, sizeof(reply));
	if (initialize_rows[_i].what & BAD_COOKIE)
		request[239] ^= 1;
	r = PxeDhcpInitialize(initialize_rows[_i].what & NO_REQUEST ? NULL : request,
			      initialize_rows[_i].request_len,
			      initialize_rows[_i].what & NO_REPLY ? NULL
			      : initialize_rows[_i].what & SAME   ? request
								  : reply,
			      initialize_rows[_i].reply_max,
			      initialize_rows[_i].what & NO_LEN ? NULL : &len);
	ck_assert_msg(r == initialize_rows[_i].r, "%s: %u", initialize_rows[_i].name, r);
	if (r == ERROR_SUCCESS) {
		ck_assert_uint_eq(len, 240);
	} else {
		ck_assert_uint_eq(len, 77);
		ck_assert_mem_eq(reply, before, sizeof(reply));
	}
	free(request);
}
END_TEST

START_TEST(initialize_copies_what_is_documented)
{
	static const uint8_t options[] = { 53, 1, 1, 255 };
	PXE_DHCP_MESSAGE *in, *out;
	uint8_t *request, reply[300];
	ULONG len;
	size_t size;

	memset(reply, 0xee, sizeof(reply));
	request = packet_new(1, span_of(options, sizeof(options)), &size);
	ck_assert_uint_eq(PxeDhcpInitialize(request, (ULONG)size, reply, sizeof(reply), &len), 0);
	in = (PXE_DHCP_MESSAGE *)request;
	out = (PXE_DHCP_MESSAGE *)reply;

	ck_assert_uint_eq(out->Operation, 2);
	ck_assert_uint_eq(out->HardwareAddressType, 1);
	ck_assert_uint_eq(out->HardwareAddressLength, 6);
	ck_assert_uint_eq(out->HopCount, 0);
	ck_assert_uint_eq(out->TransactionID, in->TransactionID);
	ck_assert_uint_eq(out->SecondsSinceBoot, in->SecondsSinceBoot);
	ck_assert_uint_eq(out->Reserved, 0); /* BROADCAST is not copied */
	ck_assert_uint_eq(out->ClientIpAddress, in->ClientIpAddress);
	ck_assert_uint_eq(out->YourIpAddress, in->YourIpAddress);
	ck_assert_uint_eq(out->BootstrapServerAddress, in->BootstrapServerAddress);
	ck_assert_uint_eq(out->RelayAgentIpAddress, in->RelayAgentIpAddress);
	ck_assert_mem_eq(out->HardwareAddress, in->HardwareAddress, 16);
	ck_assert_mem_eq(out->bMagicCookie, in->bMagicCookie, 4);
	for (size_t i = 44; i < sizeof(reply); i++)
		if (i < 236 || i >= 240)
			ck_assert_msg(reply[i] == 0, "octet %zu", i);
	free(request);
}
END_TEST

/* ---- PxeDhcpAppendOption, PxeDhcpAppendOptionRaw -----------------------------------------------
 */

enum { NO_PACKET = 1, NO_VALUE = 2, NO_COUNT = 4 };

static const struct {
	const char *name;
	int what;
	ULONG max, used;
	BYTE option, len;
	DWORD r;
	struct span written;
} append_rows[] = {
	{ "an option", 0, 300, 240, 60, 3, ERROR_SUCCESS, OCTETS(60, 3, 'P', 'X', 'E') },
	{ "fills to the last octet", 0, 245, 240, 60, 3, 0, OCTETS(60, 3, 'P', 'X', 'E') },
	{ "no value is needed for none", NO_VALUE, 300, 240, 80, 0, 0, OCTETS(80, 0) },
	{ "END is one octet", NO_VALUE, 241, 240, 255, 0, 0, OCTETS(255) },
	{ "END has no value", NO_VALUE, 300, 240, 255, 9, 0, OCTETS(255) },
	{ "PAD is one octet", 0, 241, 240, 0, 3, 0, OCTETS(0) },
	{ "O-42: after END too", 0, 300, 250, 60, 1, 0, OCTETS(60, 1, 'P') },
	{ "no packet", NO_PACKET, 300, 240, 60, 3, ERROR_INVALID_PARAMETER, { 0 } },
	{ "no length", NO_COUNT, 300, 240, 60, 3, ERROR_INVALID_PARAMETER, { 0 } },
	{ "O-42: a length without a value",
	  NO_VALUE,
	  300,
	  240,
	  60,
	  1,
	  ERROR_INVALID_PARAMETER,
	  { 0 } },
	{ "O-42: used beyond the buffer", 0, 260, 261, 60, 1, ERROR_INVALID_PARAMETER, { 0 } },
	{ "O-42: used below the header", 0, 300, 239, 60, 1, ERROR_INVALID_DATA, { 0 } },
	{ "O-42: no room for the last octet",
	  0,
	  244,
	  240,
	  60,
	  3,
	  ERROR_INSUFFICIENT_BUFFER,
	  { 0 } },
	{ "O-42: no room for the length", 0, 241, 240, 60, 0, ERROR_INSUFFICIENT_BUFFER, { 0 } },
	{ "O-42: no room for END", 0, 240, 240, 255, 0, ERROR_INSUFFICIENT_BUFFER, { 0 } },
};
API_CASES(PxeDhcpAppendOption, append_rows);

/* What an append did: exactly `written` at `used`, or nothing. */
static void appended(const char *name, DWORD r, DWORD wanted, const uint8_t *packet, ULONG used,
		     ULONG now, struct span written)
{
	ck_assert_msg(r == wanted, "%s: %u", name, r);
	ck_assert_msg(now == used + written.len, "%s: length %u", name, now);
	for (size_t i = 0; i < 300; i++) {
		bool ours = i >= used && i < used + written.len;

		ck_assert_msg(packet[i] == (ours ? written.at[i - used] : 0xee), "%s: octet %zu",
			      name, i);
	}
}

START_TEST(append_by_row)
{
	uint8_t packet[300];
	ULONG used = append_rows[_i].used;
	DWORD r;

	memset(packet, 0xee, sizeof(packet));
	r = PxeDhcpAppendOption(append_rows[_i].what & NO_PACKET ? NULL : packet,
				append_rows[_i].max, append_rows[_i].what & NO_COUNT ? NULL : &used,
				append_rows[_i].option, append_rows[_i].len,
				append_rows[_i].what & NO_VALUE ? NULL : "PXEClient");
	appended(append_rows[_i].name, r, append_rows[_i].r, packet, append_rows[_i].used, used,
		 append_rows[_i].written);
}
END_TEST

START_TEST(append_takes_a_value_from_the_packet_itself)
{
	uint8_t packet[300] = { [240] = 'a', 'b', 'c' };
	ULONG used = 240;

	ck_assert_uint_eq(PxeDhcpAppendOption(packet, sizeof(packet), &used, 67, 3, packet + 240),
			  0);
	ck_assert_mem_eq(packet + 240,
			 "\x43\x03"
			 "abc",
			 5);
	ck_assert_uint_eq(used, 245);
}
END_TEST

static const struct {
	const char *name;
	int what;
	ULONG max, used;
	struct span buffer;
	DWORD r;
	struct span written;
} raw_rows[] = {
	{ "O-43: as it is", 0, 300, 240, OCTETS(250, 1, 7, 252, 0), 0, OCTETS(250, 1, 7, 252, 0) },
	{ "fills to the last octet", 0, 242, 240, OCTETS(80, 0), 0, OCTETS(80, 0) },
	{ "O-43: nothing changes nothing", NO_VALUE, 300, 240, { 0 }, 0, { 0 } },
	{ "O-43: not validated", 0, 300, 240, OCTETS(60, 200), 0, OCTETS(60, 200) },
	{ "no packet", NO_PACKET, 300, 240, OCTETS(80, 0), ERROR_INVALID_PARAMETER, { 0 } },
	{ "no length", NO_COUNT, 300, 240, OCTETS(80, 0), ERROR_INVALID_PARAMETER, { 0 } },
	{ "no buffer", NO_VALUE, 300, 240, OCTETS(80, 0), ERROR_INVALID_PARAMETER, { 0 } },
	{ "used beyond the buffer", 0, 260, 261, OCTETS(80, 0), ERROR_INVALID_PARAMETER, { 0 } },
	{ "used below the header", 0, 300, 200, OCTETS(80, 0), ERROR_INVALID_DATA, { 0 } },
	{ "no room", 0, 241, 240, OCTETS(80, 0), ERROR_INSUFFICIENT_BUFFER, { 0 } },
};
API_CASES(PxeDhcpAppendOptionRaw, raw_rows);

START_TEST(append_raw_by_row)
{
	uint8_t packet[300], *buffer = octets_copy(raw_rows[_i].buffer);
	ULONG used = raw_rows[_i].used;
	DWORD r;

	memset(packet, 0xee, sizeof(packet));
	r = PxeDhcpAppendOptionRaw(raw_rows[_i].what & NO_PACKET ? NULL : packet, raw_rows[_i].max,
				   raw_rows[_i].what & NO_COUNT ? NULL : &used,
				   (USHORT)raw_rows[_i].buffer.len,
				   raw_rows[_i].what & NO_VALUE ? NULL : buffer);
	appended(raw_rows[_i].name, r, raw_rows[_i].r, packet, raw_rows[_i].used, used,
		 raw_rows[_i].written);
	free(buffer);
}
END_TEST

/* ---- the getters -------------------------------------------------------------------------------
 */

enum { WHOLE = 0, CUT_TO_HEADER = 1, CUT_BELOW = 2, WRONG_COOKIE = 3 };

static const struct getter_row {
	const char *name;
	struct span options;
	int what;
	ULONG instance;
	BYTE option;
	DWORD r;
	int at; /* of the value, from 240 */
	BYTE len;
} get_rows[] = {
	{ "found", OCTETS(53, 1, 1, 255), WHOLE, 1, 53, 0, 2, 1 },
	{ "after PAD", OCTETS(0, 0, 53, 1, 1, 255), WHOLE, 1, 53, 0, 4, 1 },
	{ "empty value", OCTETS(53, 1, 1, 80, 0, 255), WHOLE, 1, 80, 0, 5, 0 },
	{ "the second of two", OCTETS(53, 1, 1, 43, 1, 7, 43, 2, 8, 9, 255), WHOLE, 2, 43, 0, 8,
	  2 },
	{ "O-44: not joined", OCTETS(53, 1, 1, 43, 1, 7, 43, 2, 8, 9, 255), WHOLE, 1, 43, 0, 5, 1 },
	{ "O-44: END is not needed", OCTETS(53, 1, 1), WHOLE, 1, 53, 0, 2, 1 },
	{ "O-44: the match before the breakage", OCTETS(53, 1, 1, 60, 9), WHOLE, 1, 53, 0, 2, 1 },
	{ "absent", OCTETS(53, 1, 1, 255), WHOLE, 1, 60, ERROR_FILE_NOT_FOUND, 0, 0 },
	{ "too few of them", OCTETS(53, 1, 1, 255), WHOLE, 2, 53, ERROR_FILE_NOT_FOUND, 0, 0 },
	{ "O-44: END ends it", OCTETS(53, 1, 1, 255, 60, 0), WHOLE, 1, 60, ERROR_FILE_NOT_FOUND, 0,
	  0 },
	{ "no options at all", { 0 }, WHOLE, 1, 53, ERROR_FILE_NOT_FOUND, 0, 0 },
	{ "O-44: runs past the end", OCTETS(53, 1, 1, 60, 9), WHOLE, 1, 60, ERROR_INVALID_DATA, 0,
	  0 },
	{ "O-44: broken before", OCTETS(60, 9, 53, 1), WHOLE, 1, 53, ERROR_INVALID_DATA, 0, 0 },
	{ "O-44: no length octet", OCTETS(53, 1, 1, 60), WHOLE, 1, 60, ERROR_INVALID_DATA, 0, 0 },
	{ "short", { 0 }, CUT_BELOW, 1, 53, ERROR_INVALID_DATA, 0, 0 },
	{ "another cookie", OCTETS(53, 1, 1, 255), WRONG_COOKIE, 1, 53, ERROR_INVALID_DATA, 0, 0 },
	{ "O-44: instance 0", OCTETS(53, 1, 1, 255), WHOLE, 0, 53, ERROR_INVALID_PARAMETER, 0, 0 },
	{ "O-44: PAD", OCTETS(0, 53, 1, 1, 255), WHOLE, 1, 0, ERROR_INVALID_PARAMETER, 0, 0 },
	{ "O-44: END", OCTETS(53, 1, 1, 255), WHOLE, 1, 255, ERROR_INVALID_PARAMETER, 0, 0 },
	/* W14: 52 says that file holds options: its f is option 102, of no octets */
	{ "an overloaded field", OCTETS(52, 1, 1, 53, 1, 1, 255), WHOLE, 1, 102, 0, -130, 0 },
	{ "the second, in an overloaded field", OCTETS(52, 1, 1, 102, 1, 7, 255), WHOLE, 2, 102, 0,
	  -130, 0 },
	{ "absent from an overloaded field", OCTETS(52, 1, 2, 53, 1, 1, 255), WHOLE, 1, 102,
	  ERROR_FILE_NOT_FOUND, 0, 0 },
	{ "52 of a value that there is not", OCTETS(52, 1, 4, 53, 1, 1, 255), WHOLE, 1, 102,
	  ERROR_FILE_NOT_FOUND, 0, 0 },
};
API_CASES(PxeDhcpGetOptionValue, get_rows);

static const struct getter_row vendor_rows[] = {
	{ "found", OCTETS(43, 3, 6, 1, 8, 255), WHOLE, 1, 6, 0, 4, 1 },
	{ "after a pad", OCTETS(43, 4, 0, 6, 1, 8, 255), WHOLE, 1, 6, 0, 5, 1 },
	{ "empty value", OCTETS(43, 2, 9, 0, 255), WHOLE, 1, 9, 0, 4, 0 },
	{ "the second of two", OCTETS(43, 6, 8, 1, 1, 8, 1, 2, 255), WHOLE, 2, 8, 0, 7, 1 },
	{ "O-45: counted over all 43", OCTETS(43, 3, 8, 1, 1, 60, 0, 43, 3, 8, 1, 2), WHOLE, 2, 8,
	  0, 11, 1 },
	{ "O-45: an end ends one 43", OCTETS(43, 4, 255, 8, 1, 1, 43, 3, 8, 1, 2), WHOLE, 1, 8, 0,
	  10, 1 },
	{ "O-45: the match before the breakage", OCTETS(43, 5, 6, 1, 8, 9, 9, 255), WHOLE, 1, 6, 0,
	  4, 1 },
	{ "absent", OCTETS(43, 3, 6, 1, 8, 255), WHOLE, 1, 8, ERROR_FILE_NOT_FOUND, 0, 0 },
	{ "O-45: no 43", OCTETS(53, 1, 1, 255), WHOLE, 1, 6, ERROR_FILE_NOT_FOUND, 0, 0 },
	{ "empty 43", OCTETS(43, 0, 255), WHOLE, 1, 6, ERROR_FILE_NOT_FOUND, 0, 0 },
	{ "O-45: malformed inside", OCTETS(43, 2, 9, 9, 255), WHOLE, 1, 6, ERROR_INVALID_DATA, 0,
	  0 },
	{ "O-45: no length inside", OCTETS(43, 1, 9, 255), WHOLE, 1, 6, ERROR_INVALID_DATA, 0, 0 },
	{ "malformed outside", OCTETS(60, 9, 43), WHOLE, 1, 6, ERROR_INVALID_DATA, 0, 0 },
	{ "short", { 0 }, CUT_BELOW, 1, 6, ERROR_INVALID_DATA, 0, 0 },
	{ "another cookie", OCTETS(43, 3, 6, 1, 8, 255), WRONG_COOKIE, 1, 6, ERROR_INVALID_DATA, 0,
	  0 },
	{ "instance 0", OCTETS(43, 3, 6, 1, 8, 255), WHOLE, 0, 6, ERROR_INVALID_PARAMETER, 0, 0 },
	{ "PAD", OCTETS(43, 3, 6, 1, 8, 255), WHOLE, 1, 0, ERROR_INVALID_PARAMETER, 0, 0 },
	{ "END", OCTETS(43, 3, 6, 1, 8, 255), WHOLE, 1, 255, ERROR_INVALID_PARAMETER, 0, 0 },
};
API_CASES(PxeDhcpGetVendorOptionValue, vendor_rows);

static DWORD get(const struct getter_row *row, bool vendor, PVOID packet, ULONG len, PBYTE n,
		 PVOID *value)
{
	return vendor ? PxeDhcpGetVendorOptionValue(packet, len, row->option, row->instance, n,
						    value)
		      : PxeDhcpGetOptionValue(packet, len, row->instance, row->option, n, value);
}

static void getter_check(const struct getter_row *row, bool vendor, uint8_t *packet, ULONG len)
{
	PVOID value = &value, untouched = value;
	BYTE n = 0xee;
	DWORD r = get(row, vendor, packet, len, &n, &value);

	ck_assert_msg(r == row->r, "%s: %u", row->name, r);
	ck_assert_msg(get(row, vendor, packet, len, NULL, NULL) == row->r, "%s", row->name);
	if (r == ERROR_SUCCESS)
		ck_assert_msg(value == packet + 240 + row->at && n == row->len, "%s", row->name);
	else
		ck_assert_msg(value == untouched && n == 0xee, "%s", row->name);
}

/* Each row twice: by scanning, and by the index that a host provides. */
static void getter_row_run(const struct getter_row *row, bool vendor)
{
	struct dhcp4_index index;
	size_t len;
	uint8_t *packet = packet_new(1, row->options, &len);

	if (row->what == WRONG_COOKIE)
		packet[236] ^= 0xff;
	if (row->what == CUT_BELOW)
		len = 239;
	getter_check(row, vendor, packet, (ULONG)len);
	if (dhcp4_index_build(span_of(packet, len), &index) == 0) {
		PxeHostSetPacket(packet, (ULONG)len, &index, sizeof(index));
		getter_check(row, vendor, packet, (ULONG)len);
		PxeHostSetPacket(NULL, 0, NULL, 0);
	}
	ck_assert_uint_eq(get(row, vendor, NULL, (ULONG)len, NULL, NULL), ERROR_INVALID_PARAMETER);
	free(packet);
}

START_TEST(get_by_row)
{
	getter_row_run(&get_rows[_i], false);
}
END_TEST

START_TEST(get_vendor_by_row)
{
	getter_row_run(&vendor_rows[_i], true);
}
END_TEST

static const struct {
	const char *name;
	bool pointer, len; /* as the host said */
	bool by_index;
	int more; /* octets of the index, as the host said, than this library's have */
} set_packet_rows[] = {
	{ "that packet", true, true, true, 0 },
	{ "another length", true, false, false, 0 },
	{ "other memory", false, true, false, 0 },
	{ "A15: another version's index, larger", true, true, false, 8 },
	{ "A15: another version's index, smaller", true, true, false, -8 },
};
API_CASES(PxeHostSetPacket, set_packet_rows);

/* An index that lies shows who used it: it says that there is no option at all. */
START_TEST(index_is_used_for_just_that_packet)
{
	static const uint8_t options[] = { 53, 1, 1, 255, 0 };
	static const struct dhcp4_index lie;
	size_t len;
	uint8_t *packet = packet_new(1, span_of(options, sizeof(options)), &len);
	uint8_t *copy = octets_copy(span_of(packet, len));
	DWORD r;

	PxeHostSetPacket(packet, (ULONG)len, &lie, sizeof(lie) + (size_t)set_packet_rows[_i].more);
	r = PxeDhcpGetOptionValue(set_packet_rows[_i].pointer ? packet : copy,
				  (ULONG)len - (set_packet_rows[_i].len ? 0 : 1), 1, 53, NULL,
				  NULL);
	ck_assert_msg((r == ERROR_FILE_NOT_FOUND) == set_packet_rows[_i].by_index, "%s",
		      set_packet_rows[_i].name);
	PxeHostSetPacket(NULL, 0, NULL, 0);
	ck_assert_uint_eq(PxeDhcpGetOptionValue(packet, (ULONG)len, 1, 53, NULL, NULL), 0);
	free(packet);
	free(copy);
}
END_TEST

/* ---- PxeDhcpIsValid ----------------------------------------------------------------------------
 */

static const struct {
	const char *name;
	uint8_t op;
	struct span options;
	int at; /* an octet that is changed, from 0; -1: none */
	uint8_t octet;
	BOOL request;
	DWORD r;
	BOOL pxe;
} valid_rows[] = {
	{ "a request", 1, OCTETS(53, 1, 1, 255), -1, 0, TRUE, 0, FALSE },
	{ "any true is TRUE", 1, OCTETS(53, 1, 1, 255), -1, 0, 42, 0, FALSE },
	{ "a reply", 2, OCTETS(53, 1, 2, 255), -1, 0, FALSE, 0, FALSE },
	{ "of PXE", 1, OCTETS(53, 1, 1, 60, 9, 'P', 'X', 'E', 'C', 'l', 'i', 'e', 'n', 't', 255),
	  -1, 0, TRUE, 0, TRUE },
	{ "O-46: a prefix", 1,
	  OCTETS(60, 11, 'P', 'X', 'E', 'C', 'l', 'i', 'e', 'n', 't', ':', 'A', 53, 1, 1, 255), -1,
	  0, TRUE, 0, TRUE },
	{ "less than the prefix", 1,
	  OCTETS(53, 1, 1, 60, 8, 'P', 'X', 'E', 'C', 'l', 'i', 'e', 'n', 255), -1, 0, TRUE, 0,
	  FALSE },
	{ "another class", 1,
	  OCTETS(53, 1, 1, 60, 9, 'p', 'x', 'e', 'c', 'l', 'i', 'e', 'n', 't', 255), -1, 0, TRUE, 0,
	  FALSE },
	{ "O-46: 00 and FF after END", 1, OCTETS(53, 1, 1, 255, 0, 255, 0), -1, 0, TRUE, 0, FALSE },
	{ "hlen 16", 1, OCTETS(53, 1, 1, 255), 2, 16, TRUE, 0, FALSE },
	{ "op of a reply", 2, OCTETS(53, 1, 1, 255), -1, 0, TRUE, ERROR_INVALID_DATA, FALSE },
	{ "op of a request", 1, OCTETS(53, 1, 1, 255), -1, 0, FALSE, ERROR_INVALID_DATA, FALSE },
	{ "no op", 0, OCTETS(53, 1, 1, 255), -1, 0, FALSE, ERROR_INVALID_DATA, FALSE },
	{ "hlen 17", 1, OCTETS(53, 1, 1, 255), 2, 17, TRUE, ERROR_INVALID_DATA, FALSE },
	{ "another cookie", 1, OCTETS(53, 1, 1, 255), 238, 0, TRUE, ERROR_INVALID_DATA, FALSE },
	{ "an option past the end", 1, OCTETS(53, 1, 1, 60, 9, 255), -1, 0, TRUE,
	  ERROR_INVALID_DATA, FALSE },
	{ "no 53", 1, OCTETS(60, 1, 1, 255), -1, 0, TRUE, ERROR_INVALID_DATA, FALSE },
	{ "O-46: 53 of two octets", 1, OCTETS(53, 2, 1, 1, 255), -1, 0, TRUE, ERROR_INVALID_DATA,
	  FALSE },
	{ "O-46: 53 of none", 1, OCTETS(53, 0, 255, 0), -1, 0, TRUE, ERROR_INVALID_DATA, FALSE },
	{ "no END", 1, OCTETS(53, 1, 1, 0), -1, 0, TRUE, ERROR_INVALID_DATA, FALSE },
	{ "O-46: an option after END", 1, OCTETS(53, 1, 1, 255, 60, 0), -1, 0, TRUE,
	  ERROR_INVALID_DATA, FALSE },
	{ "53 after END", 1, OCTETS(255, 53, 1, 1), -1, 0, TRUE, ERROR_INVALID_DATA, FALSE },
	{ "O-46: 243 octets", 1, OCTETS(53, 1, 1), -1, 0, TRUE, ERROR_INVALID_DATA, FALSE },
	{ "a header", 1, { 0 }, -1, 0, TRUE, ERROR_INVALID_DATA, FALSE },
	{ "invalid is not PXE", 2,
	  OCTETS(53, 1, 1, 60, 9, 'P', 'X', 'E', 'C', 'l', 'i', 'e', 'n', 't', 255), -1, 0, TRUE,
	  ERROR_INVALID_DATA, FALSE },
};
API_CASES(PxeDhcpIsValid, valid_rows);

static void valid_check(uint8_t *packet, size_t len, int _i)
{
	BOOL pxe = 42;
	DWORD r = PxeDhcpIsValid(packet, (ULONG)len, valid_rows[_i].request, &pxe);

	ck_assert_msg(r == valid_rows[_i].r, "%s: %u", valid_rows[_i].name, r);
	ck_assert_msg(pxe == valid_rows[_i].pxe, "%s", valid_rows[_i].name);
	ck_assert_uint_eq(PxeDhcpIsValid(packet, (ULONG)len, valid_rows[_i].request, NULL), r);
}

START_TEST(valid_by_row)
{
	struct dhcp4_index index;
	size_t len;
	uint8_t *packet = packet_new(valid_rows[_i].op, valid_rows[_i].options, &len);

	if (valid_rows[_i].at >= 0)
		packet[valid_rows[_i].at] = valid_rows[_i].octet;
	valid_check(packet, len, _i);
	if (dhcp4_index_build(span_of(packet, len), &index) == 0) {
		PxeHostSetPacket(packet, (ULONG)len, &index, sizeof(index));
		valid_check(packet, len, _i);
		PxeHostSetPacket(NULL, 0, NULL, 0);
	}
	free(packet);
}
END_TEST

/* ---- PxeDhcpKind ---- */

static const struct {
	const char *name;
	bool set, same_packet, same_len;
	ULONGLONG kind, r;
} kind_rows[] = {
	{ "known", true, true, true, 7, 7 },
	{ "all of 64 bits", true, true, true, UINT64_MAX, UINT64_MAX },
	{ "not known", true, true, true, 0, 0 },
	{ "outside of the callback", false, true, true, 7, 0 },
	{ "another packet", true, false, true, 7, 0 },
	{ "a part of it", true, true, false, 7, 0 },
};
API_CASES(PxeDhcpKind, kind_rows);

START_TEST(kind_by_row)
{
	static const uint8_t options[] = { 53, 1, 1, 255 };
	struct dhcp4_index index;
	size_t len;
	uint8_t *packet = packet_new(1, span_of(options, sizeof(options)), &len);
	uint8_t *asked = kind_rows[_i].same_packet ? packet : octets_copy(span_of(packet, len));

	ck_assert_int_eq(dhcp4_index_build(span_of(packet, len), &index), 0);
	index.kind = kind_rows[_i].kind;
	if (kind_rows[_i].set)
		PxeHostSetPacket(packet, (ULONG)len, &index, sizeof(index));
	ck_assert_msg(PxeDhcpKind(asked, (ULONG)len - !kind_rows[_i].same_len) == kind_rows[_i].r,
		      "%s", kind_rows[_i].name);
	PxeHostSetPacket(NULL, 0, NULL, 0);
	ck_assert_uint_eq(PxeDhcpKind(NULL, 0), 0);
	if (asked != packet)
		free(asked);
	free(packet);
}
END_TEST

START_TEST(valid_needs_a_nul_in_both_texts)
{
	static const uint8_t options[] = { 53, 1, 1, 255 };
	static const struct {
		size_t at, len;
	} text[] = { { 44, 64 }, { 108, 128 } };
	size_t len;
	uint8_t *packet;

	for (size_t i = 0; i < ROWS(text); i++) {
		packet = packet_new(1, span_of(options, sizeof(options)), &len);
		memset(packet + text[i].at, 'x', text[i].len - 1);
		ck_assert_uint_eq(PxeDhcpIsValid(packet, (ULONG)len, TRUE, NULL), ERROR_SUCCESS);
		memset(packet + text[i].at, 'x', text[i].len);
		ck_assert_uint_eq(PxeDhcpIsValid(packet, (ULONG)len, TRUE, NULL),
				  ERROR_INVALID_DATA);
		free(packet);
	}
}
END_TEST

START_TEST(valid_without_a_packet_is_not_pxe)
{
	BOOL pxe = TRUE;

	ck_assert_uint_eq(PxeDhcpIsValid(NULL, 300, TRUE, &pxe), ERROR_INVALID_PARAMETER);
	ck_assert_int_eq(pxe, FALSE);
	ck_assert_uint_eq(PxeDhcpIsValid(&pxe, 0, TRUE, &pxe), ERROR_INVALID_DATA);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("dhcp4");

	TEST_ROWS(tcase, initialize_by_row, initialize_rows);
	tcase_add_test(tcase, initialize_copies_what_is_documented);
	TEST_ROWS(tcase, append_by_row, append_rows);
	tcase_add_test(tcase, append_takes_a_value_from_the_packet_itself);
	TEST_ROWS(tcase, append_raw_by_row, raw_rows);
	TEST_ROWS(tcase, get_by_row, get_rows);
	TEST_ROWS(tcase, get_vendor_by_row, vendor_rows);
	TEST_ROWS(tcase, index_is_used_for_just_that_packet, set_packet_rows);
	TEST_ROWS(tcase, valid_by_row, valid_rows);
	TEST_ROWS(tcase, kind_by_row, kind_rows);
	tcase_add_test(tcase, valid_needs_a_nul_in_both_texts);
	tcase_add_test(tcase, valid_without_a_packet_is_not_pxe);
	return suite_run("dhcp4 entries", tcase);
}
