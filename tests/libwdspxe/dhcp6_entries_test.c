/* The eight PxeDhcpv6* functions: every result, every open point. */
#include <wdspxe.h>

#include "libwdspxe/api_cases.h"

enum { NO_FIRST = 1, NO_SECOND = 2, NO_COUNT = 4, SAME = 8 };

#define XID             0xa1, 0xa2, 0xa3
#define CLIENTID        0, 1, 0, 3, 9, 9, 9
#define ADDRESS(octet)  0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, octet
#define RELAY(hop, msg) 12, hop, ADDRESS(1), ADDRESS(2), 0, 9, 0, msg

/* ---- PxeDhcpv6Initialize -----------------------------------------------------------------------
 */

static const struct {
	const char *name;
	int what;
	struct span request;
	ULONG reply_max;
	DWORD r;
	struct span reply;
} initialize_rows[] = {
	{ "O-47: SOLICIT", 0, OCTETS(1, XID, CLIENTID), 100, 0, OCTETS(2, XID) },
	{ "O-47: REQUEST", 0, OCTETS(3, XID), 4, 0, OCTETS(7, XID) },
	{ "O-47: CONFIRM", 0, OCTETS(4, XID), 100, 0, OCTETS(7, XID) },
	{ "O-47: RENEW", 0, OCTETS(5, XID), 100, 0, OCTETS(7, XID) },
	{ "O-47: REBIND", 0, OCTETS(6, XID), 100, 0, OCTETS(7, XID) },
	{ "O-47: RELEASE", 0, OCTETS(8, XID), 100, 0, OCTETS(7, XID) },
	{ "O-47: DECLINE", 0, OCTETS(9, XID), 100, 0, OCTETS(7, XID) },
	{ "O-47: INFORMATION-REQUEST", 0, OCTETS(11, XID), 100, 0, OCTETS(7, XID) },
	{ "O-47: RELAY-FORW", 0, OCTETS(RELAY(3, 0)), 34, 0,
	  OCTETS(13, 3, ADDRESS(1), ADDRESS(2)) },
	{ "O-47: ADVERTISE", 0, OCTETS(2, XID), 100, ERROR_INVALID_DATA, { 0 } },
	{ "O-47: REPLY", 0, OCTETS(7, XID), 100, ERROR_INVALID_DATA, { 0 } },
	{ "O-47: RECONFIGURE", 0, OCTETS(10, XID), 100, ERROR_INVALID_DATA, { 0 } },
	{ "O-47: RELAY-REPL",
	  0,
	  OCTETS(13, 3, ADDRESS(1), ADDRESS(2)),
	  100,
	  ERROR_INVALID_DATA,
	  { 0 } },
	{ "O-47: type 0", 0, OCTETS(0, XID), 100, ERROR_INVALID_DATA, { 0 } },
	{ "O-47: type 14", 0, OCTETS(14, XID), 100, ERROR_INVALID_DATA, { 0 } },
	{ "O-47: short", 0, OCTETS(1, 0xa1, 0xa2), 100, ERROR_INVALID_DATA, { 0 } },
	{ "O-47: empty", 0, { 0 }, 100, ERROR_INVALID_DATA, { 0 } },
	{ "O-47: short relay", 0, OCTETS(12, 0, ADDRESS(1)), 100, ERROR_INVALID_DATA, { 0 } },
	{ "O-47: small buffer", 0, OCTETS(1, XID), 3, ERROR_INSUFFICIENT_BUFFER, { 0 } },
	{ "O-47: small for a relay", 0, OCTETS(RELAY(3, 0)), 33, ERROR_INSUFFICIENT_BUFFER, { 0 } },
	{ "no request", NO_FIRST, OCTETS(1, XID), 100, ERROR_INVALID_PARAMETER, { 0 } },
	{ "no reply", NO_SECOND, OCTETS(1, XID), 100, ERROR_INVALID_PARAMETER, { 0 } },
	{ "no length", NO_COUNT, OCTETS(1, XID), 100, ERROR_INVALID_PARAMETER, { 0 } },
	{ "both are one", SAME, OCTETS(1, XID), 100, ERROR_INVALID_PARAMETER, { 0 } },
};
API_CASES(PxeDhcpv6Initialize, initialize_rows);

START_TEST(initialize_by_row)
{
	struct span wanted = initialize_rows[_i].reply;
	uint8_t *request = octets_copy(initialize_rows[_i].request), reply[100];
	int what = initialize_rows[_i].what;
	ULONG used = 77;
	DWORD r;

	memset(reply, 0xee, sizeof(reply));
	r = PxeDhcpv6Initialize(what & NO_FIRST ? NULL : request,
				(ULONG)initialize_rows[_i].request.len,
				what & NO_SECOND ? NULL
				: what & SAME    ? request
						 : reply,
				initialize_rows[_i].reply_max, what & NO_COUNT ? NULL : &used);
	ck_assert_msg(r == initialize_rows[_i].r, "%s: %u", initialize_rows[_i].name, r);
	ck_assert_msg(used == (r == 0 ? wanted.len : 77), "%s: %u", initialize_rows[_i].name, used);
	if (r == 0)
		ck_assert_mem_eq(reply, wanted.at, wanted.len);
	else
		ck_assert_uint_eq(reply[0], 0xee);
	free(request);
}
END_TEST

/* ---- PxeDhcpv6AppendOption, PxeDhcpv6AppendOptionRaw --------------------------------------------
 */

static const struct {
	const char *name;
	int what;
	BYTE type;
	ULONG max, used;
	WORD option, len;
	DWORD r;
	struct span written;
} append_rows[] = {
	{ "O-48: code and length in host order", 0, 7, 99, 4, 0x0102, 3, 0,
	  OCTETS(1, 2, 0, 3, 'P', 'X', 'E') },
	{ "no value is needed for none", NO_SECOND, 7, 99, 4, 14, 0, 0, OCTETS(0, 14, 0, 0) },
	{ "fills to the last octet", 0, 7, 11, 4, 16, 3, 0, OCTETS(0, 16, 0, 3, 'P', 'X', 'E') },
	{ "to a relay message", 0, 13, 99, 34, 18, 1, 0, OCTETS(0, 18, 0, 1, 'P') },
	{ "no packet", NO_FIRST, 7, 99, 4, 16, 3, ERROR_INVALID_PARAMETER, { 0 } },
	{ "no length", NO_COUNT, 7, 99, 4, 16, 3, ERROR_INVALID_PARAMETER, { 0 } },
	{ "a length without a value", NO_SECOND, 7, 99, 4, 16, 3, ERROR_INVALID_PARAMETER, { 0 } },
	{ "used beyond the buffer", 0, 7, 10, 11, 16, 3, ERROR_INVALID_PARAMETER, { 0 } },
	{ "used below the header", 0, 7, 99, 3, 16, 3, ERROR_INVALID_DATA, { 0 } },
	{ "nothing used", 0, 7, 99, 0, 16, 3, ERROR_INVALID_DATA, { 0 } },
	{ "used below a relay's header", 0, 13, 99, 33, 16, 3, ERROR_INVALID_DATA, { 0 } },
	{ "no room for the last octet", 0, 7, 10, 4, 16, 3, ERROR_INSUFFICIENT_BUFFER, { 0 } },
	{ "no room for the header", 0, 7, 7, 4, 16, 0, ERROR_INSUFFICIENT_BUFFER, { 0 } },
};
API_CASES(PxeDhcpv6AppendOption, append_rows);

/* What an append did: exactly `written` at `used`, or nothing. */
static void appended(const char *name, DWORD r, DWORD wanted, const uint8_t packet[99], ULONG used,
		     ULONG now, struct span written)
{
	ck_assert_msg(r == wanted, "%s: %u", name, r);
	ck_assert_msg(now == used + written.len, "%s: length %u", name, now);
	for (size_t i = 1; i < 99; i++) {
		bool ours = i >= used && i < used + written.len;

		ck_assert_msg(packet[i] == (ours ? written.at[i - used] : 0xee), "%s: octet %zu",
			      name, i);
	}
}

START_TEST(append_by_row)
{
	uint8_t packet[99], value[] = "PXEClient";
	ULONG used = append_rows[_i].used;
	int what = append_rows[_i].what;
	DWORD r;

	memset(packet, 0xee, sizeof(packet));
	packet[0] = append_rows[_i].type;
	r = PxeDhcpv6AppendOption(what & NO_FIRST ? NULL : packet, append_rows[_i].max,
				  what & NO_COUNT ? NULL : &used, append_rows[_i].option,
				  append_rows[_i].len, what & NO_SECOND ? NULL : value);
	appended(append_rows[_i].name, r, append_rows[_i].r, packet, append_rows[_i].used, used,
		 append_rows[_i].written);
}
END_TEST

START_TEST(append_takes_65535_octets)
{
	uint8_t *packet = calloc(1, 70000), *value = calloc(1, 65535);
	ULONG used = 4;

	packet[0] = 7;
	value[65534] = 0x5a;
	ck_assert_uint_eq(PxeDhcpv6AppendOption(packet, 70000, &used, 17, 65535, value), 0);
	ck_assert_uint_eq(used, 4 + 4 + 65535);
	ck_assert_mem_eq(packet + 4, "\0\x11\xff\xff", 4);
	ck_assert_uint_eq(packet[used - 1], 0x5a);
	ck_assert_uint_eq(PxeDhcpv6AppendOption(packet, 70000, &used, 17, 65535, value),
			  ERROR_INSUFFICIENT_BUFFER);
	free(packet);
	free(value);
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
	{ "as it is", 0, 99, 4, OCTETS(0, 14, 0, 0, 0, 7, 0, 1, 5), 0,
	  OCTETS(0, 14, 0, 0, 0, 7, 0, 1, 5) },
	{ "fills to the last octet", 0, 8, 4, OCTETS(0, 14, 0, 0), 0, OCTETS(0, 14, 0, 0) },
	{ "nothing changes nothing", NO_SECOND, 99, 4, { 0 }, 0, { 0 } },
	{ "not validated", 0, 99, 4, OCTETS(1), 0, OCTETS(1) },
	{ "no packet", NO_FIRST, 99, 4, OCTETS(0, 14, 0, 0), ERROR_INVALID_PARAMETER, { 0 } },
	{ "no length", NO_COUNT, 99, 4, OCTETS(0, 14, 0, 0), ERROR_INVALID_PARAMETER, { 0 } },
	{ "no buffer", NO_SECOND, 99, 4, OCTETS(0, 14, 0, 0), ERROR_INVALID_PARAMETER, { 0 } },
	{ "used beyond the buffer",
	  0,
	  10,
	  11,
	  OCTETS(0, 14, 0, 0),
	  ERROR_INVALID_PARAMETER,
	  { 0 } },
	{ "used below the header", 0, 99, 3, OCTETS(0, 14, 0, 0), ERROR_INVALID_DATA, { 0 } },
	{ "no room", 0, 7, 4, OCTETS(0, 14, 0, 0), ERROR_INSUFFICIENT_BUFFER, { 0 } },
};
API_CASES(PxeDhcpv6AppendOptionRaw, raw_rows);

START_TEST(append_raw_by_row)
{
	uint8_t packet[99], *buffer = octets_copy(raw_rows[_i].buffer);
	ULONG used = raw_rows[_i].used;
	int what = raw_rows[_i].what;
	DWORD r;

	memset(packet, 0xee, sizeof(packet));
	packet[0] = 7;
	r = PxeDhcpv6AppendOptionRaw(
		what & NO_FIRST ? NULL : packet, raw_rows[_i].max, what & NO_COUNT ? NULL : &used,
		(USHORT)raw_rows[_i].buffer.len, what & NO_SECOND ? NULL : buffer);
	appended(raw_rows[_i].name, r, raw_rows[_i].r, packet, raw_rows[_i].used, used,
		 raw_rows[_i].written);
	free(buffer);
}
END_TEST

/* ---- the getters -------------------------------------------------------------------------------
 */

static const struct getter_row {
	const char *name;
	struct span packet;
	DWORD enterprise;
	ULONG instance;
	WORD option;
	DWORD r;
	int at;
	WORD len;
} get_rows[] = {
	{ "found", OCTETS(1, XID, CLIENTID), 0, 1, 1, 0, 8, 3 },
	{ "empty value", OCTETS(1, XID, CLIENTID, 0, 14, 0, 0), 0, 1, 14, 0, 15, 0 },
	{ "the second of two", OCTETS(1, XID, 0, 7, 0, 1, 1, 0, 7, 0, 1, 2), 0, 2, 7, 0, 13, 1 },
	{ "in a relay message", OCTETS(RELAY(0, 1), 5), 0, 1, 9, 0, 38, 1 },
	{ "in a server's packet", OCTETS(7, XID, CLIENTID), 0, 1, 1, 0, 8, 3 },
	{ "the match before the breakage", OCTETS(1, XID, CLIENTID, 0, 2, 0, 9), 0, 1, 1, 0, 8, 3 },
	{ "O-48: code in host order", OCTETS(1, XID, 1, 2, 0, 0), 0, 1, 0x0102, 0, 8, 0 },
	{ "absent", OCTETS(1, XID, CLIENTID), 0, 1, 2, ERROR_FILE_NOT_FOUND, 0, 0 },
	{ "too few of them", OCTETS(1, XID, CLIENTID), 0, 2, 1, ERROR_FILE_NOT_FOUND, 0, 0 },
	{ "no options", OCTETS(1, XID), 0, 1, 1, ERROR_FILE_NOT_FOUND, 0, 0 },
	{ "not inside others", OCTETS(1, XID, 0, 3, 0, 4, 0, 5, 0, 0), 0, 1, 5,
	  ERROR_FILE_NOT_FOUND, 0, 0 },
	{ "runs past the end", OCTETS(1, XID, 0, 2, 0, 9, 1), 0, 1, 2, ERROR_INVALID_DATA, 0, 0 },
	{ "broken before", OCTETS(1, XID, 0, 2, 0), 0, 1, 1, ERROR_INVALID_DATA, 0, 0 },
	{ "O-49: shorter than 4", OCTETS(1, 0xa1, 0xa2), 0, 1, 1, ERROR_INVALID_DATA, 0, 0 },
	{ "O-49: a relay's shorter than 34", OCTETS(12, 0, ADDRESS(1)), 0, 1, 1, ERROR_INVALID_DATA,
	  0, 0 },
	{ "empty", { 0 }, 0, 1, 1, ERROR_INVALID_DATA, 0, 0 },
	{ "O-44: instance 0", OCTETS(1, XID, CLIENTID), 0, 0, 1, ERROR_INVALID_PARAMETER, 0, 0 },
};
API_CASES(PxeDhcpv6GetOptionValue, get_rows);

#define VENDOR(len)   0, 17, 0, len, 0, 0, 0x01, 0x57
#define STRANGER(len) 0, 17, 0, len, 0, 0, 0x01, 0x37

static const struct getter_row vendor_rows[] = {
	{ "found", OCTETS(1, XID, VENDOR(9), 0, 5, 0, 1, 7), 343, 1, 5, 0, 16, 1 },
	{ "O-50: of that enterprise only",
	  OCTETS(1, XID, STRANGER(9), 0, 5, 0, 1, 7, VENDOR(8), 0, 5, 0, 0), 343, 1, 5, 0, 29, 0 },
	{ "O-50: counted over all", OCTETS(1, XID, VENDOR(8), 0, 5, 0, 0, VENDOR(9), 0, 5, 0, 1, 7),
	  343, 2, 5, 0, 28, 1 },
	{ "absent", OCTETS(1, XID, VENDOR(9), 0, 5, 0, 1, 7), 343, 1, 6, ERROR_FILE_NOT_FOUND, 0,
	  0 },
	{ "too few of them", OCTETS(1, XID, VENDOR(9), 0, 5, 0, 1, 7), 343, 2, 5,
	  ERROR_FILE_NOT_FOUND, 0, 0 },
	{ "O-50: another enterprise", OCTETS(1, XID, VENDOR(9), 0, 5, 0, 1, 7), 311, 1, 5,
	  ERROR_FILE_NOT_FOUND, 0, 0 },
	{ "O-50: no 17", OCTETS(1, XID, CLIENTID), 343, 1, 5, ERROR_FILE_NOT_FOUND, 0, 0 },
	{ "O-50: 17 shorter than 4", OCTETS(1, XID, 0, 17, 0, 3, 0, 0, 1), 343, 1, 5,
	  ERROR_INVALID_DATA, 0, 0 },
	{ "O-50: overrun inside", OCTETS(1, XID, VENDOR(9), 0, 5, 0, 2, 7), 343, 1, 6,
	  ERROR_INVALID_DATA, 0, 0 },
	{ "overrun outside", OCTETS(1, XID, VENDOR(99), 0, 5, 0, 1, 7), 343, 1, 5,
	  ERROR_INVALID_DATA, 0, 0 },
	{ "short", OCTETS(1, 0xa1), 343, 1, 5, ERROR_INVALID_DATA, 0, 0 },
	{ "instance 0", OCTETS(1, XID, VENDOR(9), 0, 5, 0, 1, 7), 343, 0, 5,
	  ERROR_INVALID_PARAMETER, 0, 0 },
};
API_CASES(PxeDhcpv6GetVendorOptionValue, vendor_rows);

static DWORD get(const struct getter_row *row, PVOID packet, PWORD len, PVOID *value)
{
	return row->enterprise ? PxeDhcpv6GetVendorOptionValue(packet, (ULONG)row->packet.len,
							       row->enterprise, row->option,
							       row->instance, len, value)
			       : PxeDhcpv6GetOptionValue(packet, (ULONG)row->packet.len,
							 row->instance, row->option, len, value);
}

static void getter_row_run(const struct getter_row *row)
{
	uint8_t *packet = octets_copy(row->packet);
	PVOID value = &value, untouched = value;
	WORD len = 0xeeee;
	DWORD r = get(row, packet, &len, &value);

	ck_assert_msg(r == row->r, "%s: %u", row->name, r);
	ck_assert_msg(get(row, packet, NULL, NULL) == row->r, "%s", row->name);
	ck_assert_uint_eq(get(row, NULL, NULL, NULL), ERROR_INVALID_PARAMETER);
	if (r == ERROR_SUCCESS)
		ck_assert_msg(value == packet + row->at && len == row->len, "%s", row->name);
	else
		ck_assert_msg(value == untouched && len == 0xeeee, "%s", row->name);
	free(packet);
}

START_TEST(get_by_row)
{
	getter_row_run(&get_rows[_i]);
}
END_TEST

START_TEST(get_vendor_by_row)
{
	getter_row_run(&vendor_rows[_i]);
}
END_TEST

/* ---- PxeDhcpv6IsValid --------------------------------------------------------------------------
 */

#define PXE_CLASS 0, 16, 0, 15, 0, 0, 1, 0x57, 0, 9, 'P', 'X', 'E', 'C', 'l', 'i', 'e', 'n', 't'

static const struct {
	const char *name;
	struct span packet;
	BOOL request;
	DWORD r;
	BOOL pxe;
} valid_rows[] = {
	{ "SOLICIT", OCTETS(1, XID, CLIENTID), TRUE, 0, FALSE },
	{ "any true is TRUE", OCTETS(1, XID, CLIENTID), -1, 0, FALSE },
	{ "REQUEST", OCTETS(3, XID, CLIENTID), TRUE, 0, FALSE },
	{ "CONFIRM", OCTETS(4, XID, CLIENTID), TRUE, 0, FALSE },
	{ "RENEW", OCTETS(5, XID, CLIENTID), TRUE, 0, FALSE },
	{ "REBIND", OCTETS(6, XID, CLIENTID), TRUE, 0, FALSE },
	{ "RELEASE", OCTETS(8, XID, CLIENTID), TRUE, 0, FALSE },
	{ "DECLINE", OCTETS(9, XID, CLIENTID), TRUE, 0, FALSE },
	{ "O-49: INFORMATION-REQUEST without a CLIENTID", OCTETS(11, XID), TRUE, 0, FALSE },
	{ "RELAY-FORW", OCTETS(RELAY(0, 11), 1, XID, CLIENTID), TRUE, 0, FALSE },
	{ "ADVERTISE", OCTETS(2, XID), FALSE, 0, FALSE },
	{ "REPLY", OCTETS(7, XID, CLIENTID), FALSE, 0, FALSE },
	{ "RECONFIGURE", OCTETS(10, XID), FALSE, 0, FALSE },
	{ "RELAY-REPL", OCTETS(13, 0, ADDRESS(1), ADDRESS(2), 0, 9, 0, 4, 7, XID), FALSE, 0,
	  FALSE },
	{ "of PXE", OCTETS(1, XID, CLIENTID, PXE_CLASS), TRUE, 0, TRUE },
	{ "O-49: the innermost is of PXE", OCTETS(RELAY(0, 30), 1, XID, CLIENTID, PXE_CLASS), TRUE,
	  0, TRUE },
	{ "O-49: the relay is not", OCTETS(RELAY(0, 11), 1, XID, CLIENTID, PXE_CLASS), TRUE, 0,
	  FALSE },
	{ "another class", OCTETS(1, XID, CLIENTID, 0, 16, 0, 7, 0, 0, 1, 0x57, 0, 1, 'P'), TRUE, 0,
	  FALSE },
	{ "a request is no reply", OCTETS(1, XID, CLIENTID), FALSE, ERROR_INVALID_DATA, FALSE },
	{ "a reply is no request", OCTETS(7, XID, CLIENTID), TRUE, ERROR_INVALID_DATA, FALSE },
	{ "type 0", OCTETS(0, XID, CLIENTID), TRUE, ERROR_INVALID_DATA, FALSE },
	{ "type 14", OCTETS(14, XID, CLIENTID), TRUE, ERROR_INVALID_DATA, FALSE },
	{ "empty", { 0 }, TRUE, ERROR_INVALID_DATA, FALSE },
	{ "shorter than its header", OCTETS(11, 0xa1, 0xa2), TRUE, ERROR_INVALID_DATA, FALSE },
	{ "an option past the end", OCTETS(11, XID, 0, 1, 0, 9, 1), TRUE, ERROR_INVALID_DATA,
	  FALSE },
	{ "octets left over", OCTETS(1, XID, CLIENTID, 0), TRUE, ERROR_INVALID_DATA, FALSE },
	{ "O-49: no CLIENTID", OCTETS(1, XID, PXE_CLASS), TRUE, ERROR_INVALID_DATA, FALSE },
	{ "O-49: no RELAY_MSG", OCTETS(12, 0, ADDRESS(1), ADDRESS(2)), TRUE, ERROR_INVALID_DATA,
	  FALSE },
	{ "O-49: two RELAY_MSG", OCTETS(RELAY(0, 4), 11, XID, 0, 9, 0, 4, 11, XID), TRUE,
	  ERROR_INVALID_DATA, FALSE },
	{ "invalid is not PXE", OCTETS(2, XID, CLIENTID, PXE_CLASS), TRUE, ERROR_INVALID_DATA,
	  FALSE },
};
API_CASES(PxeDhcpv6IsValid, valid_rows);

START_TEST(valid_by_row)
{
	uint8_t *packet = octets_copy(valid_rows[_i].packet);
	ULONG len = (ULONG)valid_rows[_i].packet.len;
	BOOL pxe = 42;
	DWORD r = PxeDhcpv6IsValid(packet, len, valid_rows[_i].request, &pxe);

	ck_assert_msg(r == valid_rows[_i].r, "%s: %u", valid_rows[_i].name, r);
	ck_assert_msg(pxe == valid_rows[_i].pxe, "%s", valid_rows[_i].name);
	ck_assert_uint_eq(PxeDhcpv6IsValid(packet, len, valid_rows[_i].request, NULL), r);
	pxe = TRUE;
	ck_assert_uint_eq(PxeDhcpv6IsValid(NULL, len, TRUE, &pxe), ERROR_INVALID_PARAMETER);
	ck_assert_int_eq(pxe, FALSE);
	free(packet);
}
END_TEST

/* ---- relays ------------------------------------------------------------------------------------
 */

static const uint8_t solicit[] = { 1, XID, CLIENTID };

/* The client's SOLICIT behind `levels` relays; each odd one adds an INTERFACE_ID of one octet. */
static uint8_t *relayed(unsigned levels, size_t *len)
{
	uint8_t *packet = calloc(1, 4096), *next = calloc(1, 4096);

	memcpy(packet, solicit, sizeof(solicit));
	*len = sizeof(solicit);
	for (unsigned i = 0; i < levels; i++) { /* from the client outwards */
		size_t n = 0;

		memset(next, 0, 34);
		next[0] = 12;
		next[1] = (uint8_t)i;
		next[2] = 0xfd;
		next[17] = (uint8_t)(0x80 + i);
		next[18] = 0xfe;
		next[33] = (uint8_t)(0x40 + i);
		n = 34;
		if (i % 2) {
			memcpy(next + n, (uint8_t[]){ 0, 18, 0, 1, (uint8_t)i }, 5);
			n += 5;
		}
		memcpy(next + n, (uint8_t[]){ 0, 9, (uint8_t)(*len >> 8), (uint8_t)*len }, 4);
		memcpy(next + n + 4, packet, *len);
		*len += n + 4;
		memcpy(packet, next, *len);
	}
	free(next);
	return packet;
}

enum { NO_LEVELS = 16, NO_INNER = 32, NO_INNER_LEN = 64 };

static const struct {
	const char *name;
	int what;
	unsigned levels;
	ULONG room;
	DWORD r;
	ULONG count;
} parse_rows[] = {
	{ "O-51: element 0 is the packet", 0, 1, 32, 0, 1 },
	{ "two", 0, 2, 32, 0, 2 },
	{ "an array that just fits", 0, 3, 3, 0, 3 },
	{ "32", 0, 32, 32, 0, 32 },
	{ "O-51: 33", 0, 33, 33, ERROR_INVALID_DATA, 77 },
	{ "O-51: too small", 0, 3, 2, ERROR_INSUFFICIENT_BUFFER, 3 },
	{ "O-51: just the count", NO_LEVELS, 3, 0, ERROR_INSUFFICIENT_BUFFER, 3 },
	{ "O-51: not relayed", 0, 0, 32, ERROR_INVALID_DATA, 77 },
	{ "no packet", NO_FIRST, 1, 32, ERROR_INVALID_PARAMETER, 77 },
	{ "no array", NO_LEVELS, 1, 32, ERROR_INVALID_PARAMETER, 77 },
	{ "no count", NO_COUNT, 1, 32, ERROR_INVALID_PARAMETER, 77 },
	{ "no place for the inner packet", NO_INNER, 1, 32, ERROR_INVALID_PARAMETER, 77 },
	{ "no place for its length", NO_INNER_LEN, 1, 32, ERROR_INVALID_PARAMETER, 77 },
};
API_CASES(PxeDhcpv6ParseRelayForw, parse_rows);

START_TEST(parse_by_row)
{
	PXE_DHCPV6_NESTED_RELAY_MESSAGE level[33] = { { 0 } };
	int what = parse_rows[_i].what;
	ULONG count = 77, inner_len = 77;
	PBYTE inner = NULL;
	size_t len;
	uint8_t *whole = relayed(parse_rows[_i].levels, &len),
		*packet = octets_copy(span_of(whole, len));
	DWORD r;

	r = PxeDhcpv6ParseRelayForw(
		what & NO_FIRST ? NULL : packet, (ULONG)len, what & NO_LEVELS ? NULL : level,
		parse_rows[_i].room, what & NO_COUNT ? NULL : &count,
		what & NO_INNER ? NULL : &inner, what & NO_INNER_LEN ? NULL : &inner_len);
	ck_assert_msg(r == parse_rows[_i].r, "%s: %u", parse_rows[_i].name, r);
	ck_assert_msg(count == parse_rows[_i].count, "%s: %u levels", parse_rows[_i].name, count);
	if (r != ERROR_SUCCESS) {
		ck_assert_ptr_null(inner);
		ck_assert_ptr_null(level[0].pRelayMessage);
		goto done;
	}
	ck_assert_ptr_eq(level[0].pRelayMessage, packet);
	ck_assert_uint_eq(level[0].cbRelayMessage, len);
	for (ULONG i = 0; i < count; i++) {
		unsigned hop = count - 1 - i;

		ck_assert_uint_eq(level[i].pRelayMessage->HopCount, hop);
		ck_assert_uint_eq(level[i].pRelayMessage->LinkAddress[15], 0x80 + hop);
		ck_assert_uint_eq(level[i].cbInterfaceIdOption, hop % 2);
		ck_assert((level[i].pInterfaceIdOption != NULL) == (hop % 2 == 1));
		if (hop % 2)
			ck_assert_uint_eq(*(uint8_t *)level[i].pInterfaceIdOption, hop);
	}
	ck_assert_uint_eq(inner_len, sizeof(solicit));
	ck_assert_mem_eq(inner, solicit, sizeof(solicit));
done:
	free(whole);
	free(packet);
}
END_TEST

static const struct {
	const char *name;
	struct span packet;
} broken_rows[] = {
	{ "empty", { 0 } },
	{ "RELAY-REPL", OCTETS(13, 0, ADDRESS(1), ADDRESS(2), 0, 9, 0, 4, 7, XID) },
	{ "shorter than its header", OCTETS(12, 0, ADDRESS(1)) },
	{ "no RELAY_MSG", OCTETS(12, 0, ADDRESS(1), ADDRESS(2)) },
	{ "two RELAY_MSG", OCTETS(RELAY(0, 4), 1, XID, 0, 9, 0, 4, 1, XID) },
	{ "RELAY_MSG past the end", OCTETS(RELAY(0, 5), 1, XID) },
	{ "octets left over", OCTETS(RELAY(0, 4), 1, XID, 0) },
	{ "broken inside", OCTETS(RELAY(1, 5), 12, 0, 0, 0, 0) },
};

START_TEST(parse_refuses_what_is_broken)
{
	PXE_DHCPV6_NESTED_RELAY_MESSAGE level[32];
	uint8_t *packet = octets_copy(broken_rows[_i].packet);
	ULONG count = 77, inner_len;
	PBYTE inner;
	DWORD r = PxeDhcpv6ParseRelayForw(packet, (ULONG)broken_rows[_i].packet.len, level, 32,
					  &count, &inner, &inner_len);

	ck_assert_msg(r == ERROR_INVALID_DATA && count == 77, "%s: %u", broken_rows[_i].name, r);
	free(packet);
}
END_TEST

enum {
	OVERLAP_INNER = 128,
	OVERLAP_SOURCE = 256,
	NO_MESSAGE = 512,
	SHORT_MESSAGE = 1024,
	NO_ID = 2048,
	BIG_INNER = 4096,
	FEW = 8192
};

static const struct {
	const char *name;
	int what;
	ULONG levels, inner_len;
	DWORD r;
} create_rows[] = {
	{ "one level", 0, 1, 4, 0 },
	{ "two", 0, 2, 4, 0 },
	{ "32", 0, 32, 4, 0 },
	{ "O-52: no level", 0, 0, 4, ERROR_INVALID_PARAMETER },
	{ "O-52: 33", 0, 33, 4, ERROR_INVALID_PARAMETER },
	{ "O-52: too small", FEW, 2, 4, ERROR_INSUFFICIENT_BUFFER },
	{ "O-52: a nested length above 65535", BIG_INNER, 2, 65535, ERROR_INVALID_DATA },
	{ "O-52: overlaps the answer", OVERLAP_INNER, 1, 4, ERROR_INVALID_PARAMETER },
	{ "O-52: overlaps the source", OVERLAP_SOURCE, 1, 4, ERROR_INVALID_PARAMETER },
	{ "no levels", NO_LEVELS, 1, 4, ERROR_INVALID_PARAMETER },
	{ "no answer", NO_INNER, 1, 4, ERROR_INVALID_PARAMETER },
	{ "an empty answer", 0, 1, 0, ERROR_INVALID_PARAMETER },
	{ "no buffer", NO_SECOND, 1, 4, ERROR_INVALID_PARAMETER },
	{ "no length", NO_COUNT, 1, 4, ERROR_INVALID_PARAMETER },
	{ "a level without a message", NO_MESSAGE, 2, 4, ERROR_INVALID_PARAMETER },
	{ "a level without its header", SHORT_MESSAGE, 2, 4, ERROR_INVALID_DATA },
	{ "an id that is nowhere", NO_ID, 2, 4, ERROR_INVALID_PARAMETER },
};
API_CASES(PxeDhcpv6CreateRelayRepl, create_rows);

static const uint8_t answer[] = { 7, XID };

/* Reads the RELAY-REPL back, level by level, down to the answer. */
static void replied(const char *name, struct span reply, unsigned levels)
{
	for (unsigned hop = levels; hop-- > 0;) {
		size_t at = 34;

		ck_assert_msg(reply.len > 38 && reply.at[0] == 13, "%s", name);
		ck_assert_msg(reply.at[1] == hop && reply.at[17] == 0x80 + hop &&
				      reply.at[33] == 0x40 + hop,
			      "%s: level %u", name, hop);
		if (hop % 2) {
			ck_assert_mem_eq(reply.at + at, ((uint8_t[]){ 0, 18, 0, 1, (uint8_t)hop }),
					 5);
			at += 5;
		}
		ck_assert_uint_eq(load_be16(reply.at + at), 9);
		ck_assert_uint_eq(load_be16(reply.at + at + 2), reply.len - at - 4);
		reply = span_drop(reply, at + 4);
	}
	ck_assert_msg(span_equal(reply, span_of(answer, sizeof(answer))), "%s", name);
}

START_TEST(create_by_row)
{
	PXE_DHCPV6_NESTED_RELAY_MESSAGE level[33] = { { 0 } };
	int what = create_rows[_i].what;
	unsigned levels = create_rows[_i].levels;
	ULONG count, inner_len, len = 77;
	PBYTE inner;
	size_t source_len;
	uint8_t *source = relayed(levels ? (levels < 33 ? levels : 32) : 1, &source_len);
	uint8_t *big = calloc(1, 65536), *buffer = calloc(1, 70000), *at = buffer;
	DWORD r;

	memcpy(big, answer, sizeof(answer));
	ck_assert_uint_eq(PxeDhcpv6ParseRelayForw(source, (ULONG)source_len, level, 32, &count,
						  &inner, &inner_len),
			  ERROR_SUCCESS);
	level[32] = level[31];
	if (what & OVERLAP_INNER)
		at = big + 2;
	if (what & OVERLAP_SOURCE)
		at = source + 30;
	if (what & NO_MESSAGE)
		level[1].pRelayMessage = NULL;
	if (what & SHORT_MESSAGE)
		level[1].cbRelayMessage = 33;
	if (what & NO_ID) {
		level[1].pInterfaceIdOption = NULL;
		level[1].cbInterfaceIdOption = 1;
	}
	r = PxeDhcpv6CreateRelayRepl(what & NO_LEVELS ? NULL : level, levels,
				     what & NO_INNER ? NULL : big, create_rows[_i].inner_len,
				     what & NO_SECOND ? NULL : at, what & FEW ? 60 : 69000,
				     what & NO_COUNT ? NULL : &len);
	ck_assert_msg(r == create_rows[_i].r, "%s: %u", create_rows[_i].name, r);
	if (r == ERROR_SUCCESS)
		replied(create_rows[_i].name, span_of(buffer, len), levels);
	else
		ck_assert_uint_eq(len, 77);
	free(source);
	free(big);
	free(buffer);
}
END_TEST

/* RFC 8357: the relay's source port goes back to the relay, although the API's array has no place
 * for it; and INTERFACE_ID may be empty. */
START_TEST(create_echoes_what_relays_need)
{
	static uint8_t forw[] = { 12, 0, ADDRESS(1), ADDRESS(2), 0, 18, 0, 0, 0, 135,
				  0,  2, 0x12,       0x34,       0, 9,  0, 4, 1, XID };
	PXE_DHCPV6_NESTED_RELAY_MESSAGE level;
	uint8_t buffer[200];
	ULONG count, inner_len, len;
	PBYTE inner;
	bool has_id = false, has_port = false;

	ck_assert_uint_eq(
		PxeDhcpv6ParseRelayForw(forw, sizeof(forw), &level, 1, &count, &inner, &inner_len),
		0);
	ck_assert_ptr_nonnull(level.pInterfaceIdOption);
	ck_assert_uint_eq(level.cbInterfaceIdOption, 0);
	ck_assert_uint_eq(PxeDhcpv6CreateRelayRepl(&level, 1, (PBYTE)(uintptr_t)answer,
						   sizeof(answer), buffer, sizeof(buffer), &len),
			  0);
	for (size_t at = 34; at + 4 <= len; at += 4u + load_be16(buffer + at + 2)) {
		has_id |= load_be16(buffer + at) == 18;
		has_port |= load_be16(buffer + at) == 135 && load_be16(buffer + at + 4) == 0x1234;
	}
	ck_assert(has_id && has_port);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("dhcp6");

	TEST_ROWS(tcase, initialize_by_row, initialize_rows);
	TEST_ROWS(tcase, append_by_row, append_rows);
	tcase_add_test(tcase, append_takes_65535_octets);
	TEST_ROWS(tcase, append_raw_by_row, raw_rows);
	TEST_ROWS(tcase, get_by_row, get_rows);
	TEST_ROWS(tcase, get_vendor_by_row, vendor_rows);
	TEST_ROWS(tcase, valid_by_row, valid_rows);
	TEST_ROWS(tcase, parse_by_row, parse_rows);
	TEST_ROWS(tcase, parse_refuses_what_is_broken, broken_rows);
	TEST_ROWS(tcase, create_by_row, create_rows);
	tcase_add_test(tcase, create_echoes_what_relays_need);
	return suite_run("dhcp6 entries", tcase);
}
