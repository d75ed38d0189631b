/* What a provider asks of its host about itself and about a request, a row for each case: each
 * success, each error code, the order of the checks, and the moments of a provider's life.
 */
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <wdspxe-fake.h>

#include "built.h"
#include "libwdspxe/api_cases.h"
#include "providers/hooked.h"

#define HOOKED built_module("tests/providers/hooked.so")
#define MAC    "52:54:00:00:00:01"

enum { REPLY_SIZE = 300, BIG = 3000 };

/* ---- a provider's life, and one call in it ---- */

enum stage { NO_HOST, INITIALIZE, HELPER, RECEIVE, CONTROL, COMMAND, SHUTDOWN, AFTER };
enum who { OWN, NOBODY, REQUEST, ORDER, STALE, FORGED };

static struct {
	enum stage stage;
	DWORD (*call)(void); /* the call under test, made at that stage */
	DWORD r;
	bool made;
	unsigned received;
	HANDLE provider, request, command;
	PVOID packet;
	ULONG packet_len;
	PXE_ADDRESS local, remote;
} life;

static void at(enum stage stage)
{
	if (stage != life.stage || life.made)
		return;
	life.made = true;
	life.r = life.call();
}

static DWORD PXEAPI on_receive(HANDLE request, PVOID packet, ULONG len, PXE_ADDRESS *local,
			       PXE_ADDRESS *remote, PXE_BOOT_ACTION *action, PVOID context)
{
	(void)context;
	life.received++;
	life.request = request;
	life.packet = packet;
	life.packet_len = len;
	life.local = *local;
	life.remote = *remote;
	*action = PXE_BA_IGNORE;
	at(RECEIVE);
	return ERROR_SUCCESS;
}

static DWORD PXEAPI on_control(PVOID context, DWORD code)
{
	(void)context;
	(void)code;
	at(CONTROL);
	return ERROR_SUCCESS;
}

static DWORD PXEAPI on_command(PVOID context, HANDLE handle, const PXE_COMMAND *command)
{
	(void)context, (void)command;
	life.command = handle;
	at(COMMAND);
	return ERROR_SUCCESS;
}

static DWORD PXEAPI on_shutdown(PVOID context)
{
	(void)context;
	at(SHUTDOWN);
	return ERROR_SUCCESS;
}

static void *help(void *arg)
{
	at(HELPER);
	return arg;
}

static DWORD initialize(HANDLE provider, HKEY key)
{
	BOOL yes = TRUE;
	pthread_t helper;

	(void)key;
	life.provider = provider;
	PxeRegisterCallback(provider, PXE_CALLBACK_RECV_REQUEST, (PVOID)on_receive, NULL);
	PxeRegisterCallback(provider, PXE_CALLBACK_SERVICE_CONTROL, (PVOID)on_control, NULL);
	PxeRegisterCallback(provider, PXE_CALLBACK_SHUTDOWN, (PVOID)on_shutdown, NULL);
	PxeRegisterCallback(provider, PXE_CALLBACK_COMMAND, (PVOID)on_command, NULL);
	PxeProviderSetAttribute(provider, PXE_PROV_ATTR_IPV6_CAPABLE, &yes, sizeof(yes));
	at(INITIALIZE);
	ck_assert_int_eq(pthread_create(&helper, NULL, help, NULL), 0);
	ck_assert_int_eq(pthread_join(helper, NULL), 0);
	return ERROR_SUCCESS;
}

static PXE_FAKE *hooked_load(void)
{
	static const struct hooks hooks = { initialize };
	PXE_FAKE *fake = PxeFakeNew();
	char settings[64], why[512];

	ck_assert_ptr_nonnull(fake);
	snprintf(settings, sizeof(settings), "hooks = \"%llx\";",
		 (unsigned long long)(uintptr_t)&hooks);
	ck_assert_msg(PxeFakeLoad(fake, HOOKED, settings, why, sizeof(why)) == 0, "%s", why);
	return fake;
}

static void discover(PXE_FAKE *fake, PXE_FAKE_VERDICT *verdict)
{
	BYTE packet[600];
	PXE_FAKE_REQUEST request = { .pPacket = packet };

	request.uPacketLen = PxeFakeDiscover(packet, sizeof(packet), MAC, 7);
	ck_assert_uint_eq(PxeFakeReceive(fake, &request, verdict), 0);
}

static void command(PXE_FAKE *fake)
{
	LPCSTR words[] = { NULL };
	PXE_COMMAND none = { .ppszWords = words };
	PXE_FAKE_ANSWER answer;

	ck_assert_uint_eq(PxeFakeCommand(fake, &none, &answer), 0);
}

/* Leads a provider through its life, and makes the call at its stage. */
static DWORD live(enum stage stage, DWORD (*call)(void))
{
	PXE_FAKE *fake;

	life.stage = stage;
	life.call = call;
	life.made = false;
	life.received = 0;
	if (stage != NO_HOST) {
		fake = hooked_load();
		discover(fake, NULL);
		command(fake);
		PxeFakeControl(fake, 128);
		PxeFakeFree(fake);
	}
	if (stage == AFTER) { /* a host, but another provider's */
		HANDLE provider = life.provider, request = life.request;

		fake = hooked_load();
		discover(fake, NULL);
		life.provider = provider;
		life.request = request;
		at(AFTER);
		PxeFakeFree(fake);
	}
	at(NO_HOST);
	ck_assert(life.made);
	return life.r;
}

static HANDLE handle_of(enum who who)
{
	switch (who) {
	case OWN:
		return life.provider;
	case REQUEST:
		return life.request;
	case ORDER:
		return life.command;
	case STALE:
		return (HANDLE)((uintptr_t)life.provider - 1);
	case FORGED:
		return (HANDLE)(uintptr_t)&life;
	default:
		return NULL;
	}
}

/* ---- PxeRegisterCallback ---- */

static const struct {
	const char *name;
	enum stage stage;
	enum who who;
	PXE_CALLBACK_TYPE type;
	bool no_function;
	DWORD r;
} register_rows[] = {
	{ "in Initialize", INITIALIZE, OWN, PXE_CALLBACK_RECV_REQUEST, false, ERROR_SUCCESS },
	{ "SHUTDOWN", INITIALIZE, OWN, PXE_CALLBACK_SHUTDOWN, false, ERROR_SUCCESS },
	{ "SERVICE_CONTROL", INITIALIZE, OWN, PXE_CALLBACK_SERVICE_CONTROL, false, ERROR_SUCCESS },
	{ "O-13 by a helper thread, while Initialize runs", HELPER, OWN,
	  PXE_CALLBACK_SERVICE_CONTROL, false, ERROR_SUCCESS },
	{ "PXE_CALLBACK_MAX", INITIALIZE, OWN, PXE_CALLBACK_MAX, false, ERROR_INVALID_PARAMETER },
	{ "REQUEST_ENDED", INITIALIZE, OWN, PXE_CALLBACK_REQUEST_ENDED, false, ERROR_SUCCESS },
	{ "REQUEST_ENDED without a function", INITIALIZE, OWN, PXE_CALLBACK_REQUEST_ENDED, true,
	  ERROR_INVALID_PARAMETER },
	{ "REQUEST_ENDED in RecvRequest", RECEIVE, OWN, PXE_CALLBACK_REQUEST_ENDED, false,
	  ERROR_INVALID_STATE },
	{ "the last below the extensions", INITIALIZE, OWN, 0x7fffffff, false,
	  ERROR_INVALID_PARAMETER },
	{ "an extension that is none", INITIALIZE, OWN, 0x80000000, false, ERROR_NOT_SUPPORTED },
	{ "an extension of a later version", INITIALIZE, OWN, 0xffffffff, false,
	  ERROR_NOT_SUPPORTED },
	{ "an unknown extension before the function", INITIALIZE, OWN, 0xffffffff, true,
	  ERROR_NOT_SUPPORTED },
	{ "COMMAND", INITIALIZE, OWN, PXE_CALLBACK_COMMAND, false, ERROR_SUCCESS },
	{ "COMMAND without a function", INITIALIZE, OWN, PXE_CALLBACK_COMMAND, true,
	  ERROR_INVALID_PARAMETER },
	{ "no function", INITIALIZE, OWN, PXE_CALLBACK_SHUTDOWN, true, ERROR_INVALID_PARAMETER },
	{ "no handle", INITIALIZE, NOBODY, PXE_CALLBACK_SHUTDOWN, false, ERROR_INVALID_HANDLE },
	{ "an older handle", INITIALIZE, STALE, PXE_CALLBACK_SHUTDOWN, false,
	  ERROR_INVALID_HANDLE },
	{ "an address", INITIALIZE, FORGED, PXE_CALLBACK_SHUTDOWN, false, ERROR_INVALID_HANDLE },
	{ "a request's handle", RECEIVE, REQUEST, PXE_CALLBACK_SHUTDOWN, false,
	  ERROR_INVALID_HANDLE },
	{ "the type before the handle", INITIALIZE, NOBODY, PXE_CALLBACK_MAX, false,
	  ERROR_INVALID_PARAMETER },
	{ "the function before the handle", INITIALIZE, NOBODY, PXE_CALLBACK_SHUTDOWN, true,
	  ERROR_INVALID_PARAMETER },
	{ "the type before the phase", RECEIVE, OWN, PXE_CALLBACK_MAX, false,
	  ERROR_INVALID_PARAMETER },
	{ "O-13 in RecvRequest", RECEIVE, OWN, PXE_CALLBACK_RECV_REQUEST, false,
	  ERROR_INVALID_STATE },
	{ "O-13 in ServiceControl", CONTROL, OWN, PXE_CALLBACK_RECV_REQUEST, false,
	  ERROR_INVALID_STATE },
	{ "in a command", COMMAND, OWN, PXE_CALLBACK_COMMAND, false, ERROR_INVALID_STATE },
	{ "in Shutdown", SHUTDOWN, OWN, PXE_CALLBACK_RECV_REQUEST, false,
	  ERROR_SHUTDOWN_IN_PROGRESS },
	{ "O-16 after Shutdown", AFTER, OWN, PXE_CALLBACK_RECV_REQUEST, false,
	  ERROR_INVALID_HANDLE },
	{ "without a host", NO_HOST, NOBODY, PXE_CALLBACK_RECV_REQUEST, false,
	  ERROR_INVALID_HANDLE },
};
API_CASES(PxeRegisterCallback, register_rows);

static int row; /* of the table under test */

static DWORD call_register(void)
{
	PXE_CALLBACK_TYPE type = register_rows[row].type;
	PVOID functions[] = { (PVOID)on_receive, (PVOID)on_shutdown, (PVOID)on_control };
	PVOID function = type == PXE_CALLBACK_COMMAND ? (PVOID)on_command : functions[type % 3];

	return PxeRegisterCallback(handle_of(register_rows[row].who), type,
				   register_rows[row].no_function ? NULL : function, NULL);
}

START_TEST(register_by_row)
{
	DWORD r;

	row = _i;
	r = live(register_rows[_i].stage, call_register);
	ck_assert_msg(r == register_rows[_i].r, "%s: %u", register_rows[_i].name, r);
}
END_TEST

static DWORD PXEAPI on_receive_too(HANDLE request, PVOID packet, ULONG len, PXE_ADDRESS *local,
				   PXE_ADDRESS *remote, PXE_BOOT_ACTION *action, PVOID context)
{
	(void)request, (void)packet, (void)len, (void)local, (void)remote;
	*action = PXE_BA_IGNORE;
	*(unsigned *)context += 100;
	return ERROR_SUCCESS;
}

static unsigned received_too;

static DWORD call_register_again(void)
{
	return PxeRegisterCallback(life.provider, PXE_CALLBACK_RECV_REQUEST, (PVOID)on_receive_too,
				   &received_too);
}

/* O-13: the last one counts, with its own context, and the log says so. */
START_TEST(callback_registered_again_replaces_the_first)
{
	PXE_FAKE *fake;
	bool warned = false;

	life.stage = INITIALIZE;
	life.call = call_register_again;
	fake = hooked_load();
	discover(fake, NULL);
	ck_assert_uint_eq(life.r, ERROR_SUCCESS);
	ck_assert_uint_eq(life.received, 0);
	ck_assert_uint_eq(received_too, 100);
	for (ULONG i = 0; PxeFakeTrace(fake, i); i++)
		warned |= strstr(PxeFakeTrace(fake, i), "warning: registers callback 0 again") !=
			  NULL;
	ck_assert(warned);
	PxeFakeFree(fake);
}
END_TEST

/* ---- PxeProviderSetAttribute ---- */

static const struct {
	const char *name;
	enum stage stage;
	enum who who;
	PXE_PROVIDER_ATTRIBUTE attribute;
	ULONG value, len;
	bool no_value;
	DWORD r;
} attribute_rows[] = {
	{ "filter ALL", INITIALIZE, OWN, PXE_PROV_ATTR_FILTER, 0, 4, false, 0 },
	{ "filter DHCP_ONLY", INITIALIZE, OWN, PXE_PROV_ATTR_FILTER, 1, 4, false, 0 },
	{ "filter PXE_ONLY", INITIALIZE, OWN, PXE_PROV_ATTR_FILTER, 2, 4, false, 0 },
	{ "filters are no bits", INITIALIZE, OWN, PXE_PROV_ATTR_FILTER, 3, 4, false, 87 },
	{ "IPv6 filter", INITIALIZE, OWN, PXE_PROV_ATTR_FILTER_IPV6, 2, 4, false, 0 },
	{ "IPv6 filter 3", INITIALIZE, OWN, PXE_PROV_ATTR_FILTER_IPV6, 3, 4, false, 87 },
	{ "IPv6 capable", INITIALIZE, OWN, PXE_PROV_ATTR_IPV6_CAPABLE, 1, 4, false, 0 },
	{ "any number is true", INITIALIZE, OWN, PXE_PROV_ATTR_IPV6_CAPABLE, 0x80000000, 4, false,
	  0 },
	{ "never blocks", INITIALIZE, OWN, PXE_PROV_ATTR_NONBLOCKING, 1, 4, false, 0 },
	{ "O-27 attribute 3", INITIALIZE, OWN, 3, 0, 4, false, 87 },
	{ "O-27 attribute 0x7fffffff", INITIALIZE, OWN, 0x7fffffff, 0, 4, false, 87 },
	{ "O-27 an extension that is none", INITIALIZE, OWN, 0x80000000, 0, 4, false, 50 },
	{ "O-27 an extension of a later version", INITIALIZE, OWN, 0x8fffffff, 0, 4, false, 50 },
	{ "O-27 the same of another length", INITIALIZE, OWN, 0x8fffffff, 0, 8, false, 50 },
	{ "O-27 length 0", INITIALIZE, OWN, PXE_PROV_ATTR_FILTER, 0, 0, false, 87 },
	{ "O-27 length 1, as for a bool", INITIALIZE, OWN, PXE_PROV_ATTR_IPV6_CAPABLE, 1, 1, false,
	  87 },
	{ "O-27 length 8", INITIALIZE, OWN, PXE_PROV_ATTR_FILTER, 0, 8, false, 87 },
	{ "no value", INITIALIZE, OWN, PXE_PROV_ATTR_FILTER, 0, 4, true, 87 },
	{ "no handle", INITIALIZE, NOBODY, PXE_PROV_ATTR_FILTER, 0, 4, false, 6 },
	{ "an older handle", INITIALIZE, STALE, PXE_PROV_ATTR_FILTER, 0, 4, false, 6 },
	{ "a request's handle", RECEIVE, REQUEST, PXE_PROV_ATTR_FILTER, 0, 4, false, 6 },
	{ "the attribute before the handle", INITIALIZE, NOBODY, 3, 0, 4, false, 87 },
	{ "the length before the handle", INITIALIZE, NOBODY, PXE_PROV_ATTR_FILTER, 0, 5, false,
	  87 },
	{ "the handle before the value", INITIALIZE, NOBODY, PXE_PROV_ATTR_FILTER, 9, 4, false, 6 },
	{ "O-27 by a helper thread", HELPER, OWN, PXE_PROV_ATTR_FILTER, 1, 4, false, 0 },
	{ "O-27 in RecvRequest", RECEIVE, OWN, PXE_PROV_ATTR_FILTER, 1, 4, false, 0 },
	{ "O-27 in ServiceControl", CONTROL, OWN, PXE_PROV_ATTR_FILTER_IPV6, 1, 4, false, 0 },
	{ "knows trial requests", INITIALIZE, OWN, PXE_PROV_ATTR_TRIAL, 1, 4, false, 0 },
	{ "has files", INITIALIZE, OWN, PXE_PROV_ATTR_FILES, 1, 4, false, 0 },
	{ "where it is called is settled", RECEIVE, OWN, PXE_PROV_ATTR_NONBLOCKING, 1, 4, false,
	  5023 },
	{ "in Shutdown", SHUTDOWN, OWN, PXE_PROV_ATTR_FILTER, 0, 4, false, 1115 },
	{ "after Shutdown", AFTER, OWN, PXE_PROV_ATTR_FILTER, 0, 4, false, 6 },
	{ "without a host", NO_HOST, NOBODY, PXE_PROV_ATTR_FILTER, 0, 4, false, 6 },
};
API_CASES(PxeProviderSetAttribute, attribute_rows);

static DWORD call_attribute(void)
{
	ULONG value[2] = { attribute_rows[row].value, 0 };

	return PxeProviderSetAttribute(
		handle_of(attribute_rows[row].who), attribute_rows[row].attribute,
		attribute_rows[row].no_value ? NULL : value, attribute_rows[row].len);
}

START_TEST(attribute_by_row)
{
	DWORD r;

	row = _i;
	r = live(attribute_rows[_i].stage, call_attribute);
	ck_assert_msg(r == attribute_rows[_i].r, "%s: %u", attribute_rows[_i].name, r);
}
END_TEST

/* ---- PxeProviderName ---- */

static const struct {
	const char *name;
	enum stage stage;
	enum who who;
	DWORD size; /* 0: no buffer */
	DWORD r;
} name_rows[] = {
	{ "in Initialize", INITIALIZE, OWN, 64, 0 },
	{ "by a helper thread", HELPER, OWN, 64, 0 },
	{ "in a callback", RECEIVE, OWN, 64, 0 },
	{ "in Shutdown", SHUTDOWN, OWN, 64, 0 },
	{ "it just fits", INITIALIZE, OWN, sizeof("hooked.so"), 0 },
	{ "no room for its NUL", INITIALIZE, OWN, sizeof("hooked.so") - 1,
	  ERROR_INSUFFICIENT_BUFFER },
	{ "no buffer", INITIALIZE, OWN, 0, ERROR_INVALID_PARAMETER },
	{ "the buffer before the handle", INITIALIZE, NOBODY, 0, ERROR_INVALID_PARAMETER },
	{ "no handle", INITIALIZE, NOBODY, 64, ERROR_INVALID_HANDLE },
	{ "a request's handle", RECEIVE, REQUEST, 64, ERROR_INVALID_HANDLE },
	{ "an older handle", INITIALIZE, STALE, 64, ERROR_INVALID_HANDLE },
	{ "without a host", NO_HOST, NOBODY, 64, ERROR_INVALID_HANDLE },
};
API_CASES(PxeProviderName, name_rows);

static DWORD call_name(void)
{
	char text[64] = "";
	DWORD size = name_rows[row].size;
	DWORD r = PxeProviderName(handle_of(name_rows[row].who), size ? text : NULL, size);

	ck_assert_str_eq(text, r == ERROR_SUCCESS ? "hooked.so" : "");
	return r;
}

START_TEST(name_by_row)
{
	DWORD r;

	row = _i;
	r = live(name_rows[_i].stage, call_name);
	ck_assert_msg(r == name_rows[_i].r, "%s: %u", name_rows[_i].name, r);
}
END_TEST

/* ---- the filters: what a provider sees ---- */

enum packet { DISCOVER, LEASE, FULL_SNAME, NOT_PXE, RELAYED, SOLICIT, SOLICIT_RELAYED };

/* Options of a SOLICIT: client id, vendor class, architecture, what is asked for. */
static const BYTE solicit_options[] = {
	0,   1,  0,  10, 0, 3,  0, 1, 0x52, 0x54, 0,   0,   0,   1,   0,   16,
	0,   15, 0,  0,  1, 87, 0, 9, 'P',  'X',  'E', 'C', 'l', 'i', 'e', 'n',
	't', 0,  61, 0,  2, 0,  7, 0, 6,    0,    4,   0,   59,  0,   60,
};

static ULONG make6(BYTE *packet, bool relayed)
{
	BYTE *message = packet + (relayed ? 38 : 0);
	ULONG len = 4 + sizeof(solicit_options);

	memset(packet, 0, 600);
	memcpy(message, "\x01\x11\x22\x33", 4);
	memcpy(message + 4, solicit_options, sizeof(solicit_options));
	if (!relayed)
		return len;
	packet[0] = 12;
	memcpy(packet + 2, "\xfd\x77", 2);
	memcpy(packet + 18, "\xfe\x80", 2);
	packet[35] = 9;
	packet[37] = (BYTE)len;
	return 38 + len;
}

static ULONG make(BYTE *packet, enum packet kind)
{
	ULONG len = PxeFakeDiscover(packet, 600, MAC, 7);
	PVOID value;

	switch (kind) {
	case LEASE: /* a REQUEST to the lease server: option 54 in place of the class */
		packet[242] = 3;
		return len;
	case FULL_SNAME:
		memset(packet + 44, 'x', 64);
		return len;
	case NOT_PXE:
		PxeDhcpGetOptionValue(packet, len, 1, 60, NULL, &value);
		memcpy(value, "MSFT", 4);
		return len;
	case RELAYED:
		memcpy(packet + 24, "\xc6\x33\x64\x01", 4);
		return len;
	case SOLICIT:
	case SOLICIT_RELAYED:
		return make6(packet, kind == SOLICIT_RELAYED);
	default:
		return len;
	}
}

static const struct {
	const char *name;
	ULONG filter, filter6;
	enum packet packet;
	bool seen;
} filter_rows[] = {
	{ "ALL: a lease request", 0, 0, LEASE, true },
	{ "ALL: what is not valid DHCP", 0, 0, FULL_SNAME, true },
	{ "DHCP_ONLY: a lease request", 1, 2, LEASE, true },
	{ "DHCP_ONLY: no PXE client", 1, 2, NOT_PXE, true },
	{ "DHCP_ONLY: sname without NUL is mended (W15)", 1, 2, FULL_SNAME, true },
	{ "PXE_ONLY: a PXE client", 2, 2, DISCOVER, true },
	{ "PXE_ONLY: no PXE client", 2, 0, NOT_PXE, false },
	{ "PXE_ONLY: the same of a PXE client", 2, 0, FULL_SNAME, true },
	{ "IPv6 ALL", 2, 0, SOLICIT, true },
	{ "IPv6 PXE_ONLY", 0, 2, SOLICIT, true },
	{ "IPv6 PXE_ONLY looks into relayed ones", 0, 2, SOLICIT_RELAYED, true },
};

START_TEST(filter_decides_what_is_seen)
{
	PXE_FAKE *fake = hooked_load();
	BYTE packet[600];
	PXE_FAKE_REQUEST request = { .pPacket = packet };
	ULONG filter = filter_rows[_i].filter, filter6 = filter_rows[_i].filter6;

	PxeProviderSetAttribute(life.provider, PXE_PROV_ATTR_FILTER, &filter, 4);
	PxeProviderSetAttribute(life.provider, PXE_PROV_ATTR_FILTER_IPV6, &filter6, 4);
	request.uPacketLen = make(packet, filter_rows[_i].packet);
	if (filter_rows[_i].packet >= SOLICIT)
		request.pszLocal = "fd77::2";
	life.received = 0;
	ck_assert_uint_eq(PxeFakeReceive(fake, &request, NULL), 0);
	ck_assert_msg(life.received == filter_rows[_i].seen, "%s", filter_rows[_i].name);
	PxeFakeFree(fake);
}
END_TEST

/* What a provider with PXE_ONLY may rely on, also where the client's packet had to be mended. */
static DWORD call_is_valid(void)
{
	BYTE *copy = malloc(life.packet_len);
	BOOL pxe[2] = { FALSE, FALSE };
	PVOID value[2];
	BYTE len;

	memcpy(copy, life.packet, life.packet_len);
	ck_assert_uint_eq(PxeDhcpIsValid(life.packet, life.packet_len, TRUE, &pxe[0]), 0);
	ck_assert_uint_eq(PxeDhcpIsValid(copy, life.packet_len, TRUE, &pxe[1]), 0);
	ck_assert(pxe[0] && pxe[1]);
	ck_assert_uint_eq(
		PxeDhcpGetOptionValue(life.packet, life.packet_len, 1, 93, &len, &value[0]), 0);
	ck_assert_uint_eq(PxeDhcpGetOptionValue(copy, life.packet_len, 1, 93, &len, &value[1]), 0);
	ck_assert_uint_eq((uintptr_t)value[0] - (uintptr_t)life.packet,
			  (uintptr_t)value[1] - (uintptr_t)copy);
	free(copy);
	return ERROR_SUCCESS;
}

static const struct {
	const char *name;
	BYTE last; /* in place of END */
} mended_rows[] = {
	{ "END", 255 },
	{ "PAD and no END", 0 },
	{ "an option without a length", 99 },
};

START_TEST(pxe_only_is_valid_in_full)
{
	PXE_FAKE *fake;
	BYTE packet[600];
	PXE_FAKE_REQUEST request = { .pPacket = packet };
	ULONG filter = PXE_PROV_FILTER_PXE_ONLY;

	life.stage = RECEIVE;
	life.call = call_is_valid;
	fake = hooked_load();
	PxeProviderSetAttribute(life.provider, PXE_PROV_ATTR_FILTER, &filter, 4);
	request.uPacketLen = make(packet, DISCOVER);
	ck_assert_uint_eq(packet[request.uPacketLen - 1], 255);
	packet[request.uPacketLen - 1] = mended_rows[_i].last;
	ck_assert_uint_eq(PxeFakeReceive(fake, &request, NULL), 0);
	ck_assert_msg(life.made, "%s: not seen", mended_rows[_i].name);
	PxeFakeFree(fake);
}
END_TEST

START_TEST(ipv6_is_for_the_capable)
{
	PXE_FAKE *fake = hooked_load();
	BYTE packet[600];
	PXE_FAKE_REQUEST request = { .pPacket = packet, .pszLocal = "fd77::2" };
	PXE_FAKE_VERDICT verdict;
	BOOL no = FALSE;

	request.uPacketLen = make(packet, SOLICIT);
	PxeProviderSetAttribute(life.provider, PXE_PROV_ATTR_IPV6_CAPABLE, &no, sizeof(no));
	ck_assert_uint_eq(PxeFakeReceive(fake, &request, &verdict), 0);
	ck_assert_uint_eq(life.received, 0);
	ck_assert_str_eq(verdict.pszOutcome, "no-provider");
	PxeFakeFree(fake);
}
END_TEST

/* ---- the addresses of a received packet ---- */

static const struct {
	const char *name, *from, *local;
	USHORT from_port, port;
	bool unicast;
	ULONG flags;
	BYTE address[4], remote[4];
} address_rows[] = {
	{ "a broadcast", "0.0.0.0", "192.0.2.1", 68, 67, false, 0x5, { 192, 0, 2, 1 }, { 0 } },
	{ "a unicast",
	  "192.0.2.9",
	  "192.0.2.1",
	  4011,
	  4011,
	  true,
	  0x6,
	  { 192, 0, 2, 1 },
	  { 192, 0, 2, 9 } },
	{ "IPv6, to the group",
	  "fe80::1",
	  "fd77::2",
	  546,
	  547,
	  false,
	  0x5,
	  { 0xfd, 0x77 },
	  { 0xfe, 0x80 } },
	{ "IPv6, unicast",
	  "fd77::9",
	  "fd77::2",
	  4000,
	  547,
	  true,
	  0x6,
	  { 0xfd, 0x77 },
	  { 0xfd, 0x77 } },
};

START_TEST(addresses_by_row)
{
	PXE_FAKE *fake = hooked_load();
	BYTE packet[600];
	bool v6 = strchr(address_rows[_i].from, ':') != NULL;
	PXE_FAKE_REQUEST request = { .pPacket = packet,
				     .uPacketLen = make(packet, v6 ? SOLICIT : DISCOVER),
				     .pszFrom = address_rows[_i].from,
				     .uFromPort = address_rows[_i].from_port,
				     .pszLocal = address_rows[_i].local,
				     .uPort = address_rows[_i].port,
				     .bUnicast = address_rows[_i].unicast };

	ck_assert_uint_eq(PxeFakeReceive(fake, &request, NULL), 0);
	ck_assert_uint_eq(life.received, 1);
	ck_assert_uint_eq(life.local.uFlags, address_rows[_i].flags);
	ck_assert_uint_eq(life.local.uAddrLen, v6 ? 16 : 4);
	ck_assert_uint_eq(life.local.uPort, address_rows[_i].port);
	ck_assert_mem_eq(life.local.bAddress, address_rows[_i].address, 4);
	ck_assert_uint_eq(life.remote.uFlags, 0x6); /* O-31: fit to be handed back */
	ck_assert_uint_eq(life.remote.uAddrLen, v6 ? 16 : 4);
	ck_assert_uint_eq(life.remote.uPort, address_rows[_i].from_port);
	ck_assert_mem_eq(life.remote.bAddress, address_rows[_i].remote, 4);
	PxeFakeFree(fake);
}
END_TEST

/* ---- PxeSendReply ---- */

#define DHCP_RULES PXE_ADDR_USE_DHCP_RULES
#define BROADCAST  PXE_ADDR_BROADCAST
#define USE_ADDR   PXE_ADDR_USE_ADDR
#define USE_PORT   PXE_ADDR_USE_PORT
#define NO_ADDRESS 0xffffffff /* pAddress is NULL */

/* The packet that is handed in. */
enum given { LIVE, NONE, INSIDE, FREED, RECEIVED, OURS };

static const struct {
	const char *name;
	enum packet packet;
	const char *from; /* NULL: as a client without an address */
	USHORT from_port, port;
	ULONG flags;
	USHORT to_port;
	ULONG addr_len;
	enum who who; /* REQUEST for what is right */
	enum given given;
	ULONG len; /* 0: REPLY_SIZE */
	DWORD r;
	const char *to; /* where the first reply goes */
	USHORT port_to;
	ULONG replies;
} send_rows[] = {
	/* §9, row by row */
	{ "1 NULL: the source", DISCOVER, "192.0.2.9", 68, 67, NO_ADDRESS, 0, 0, REQUEST, LIVE, 0,
	  0, "192.0.2.9", 68, 1 },
	{ "1 NULL: another port", DISCOVER, "192.0.2.9", 5000, 4011, NO_ADDRESS, 0, 0, REQUEST,
	  LIVE, 0, 0, "192.0.2.9", 5000, 1 },
	{ "1 NULL, source 0.0.0.0: O-34", DISCOVER, NULL, 68, 67, NO_ADDRESS, 0, 0, REQUEST, LIVE,
	  0, 0, "255.255.255.255", 68, 1 },
	{ "2 rules: R3, everybody", DISCOVER, "192.0.2.9", 68, 67, DHCP_RULES, 0, 0, REQUEST, LIVE,
	  0, 0, "255.255.255.255", 68, 1 },
	{ "2 rules: R1, the relay", RELAYED, "198.51.100.1", 67, 67, DHCP_RULES, 0, 0, REQUEST,
	  LIVE, 0, 0, "198.51.100.1", 67, 1 },
	{ "2 rules: R4, the source on 4011", DISCOVER, "192.0.2.9", 5000, 4011, DHCP_RULES, 0, 0,
	  REQUEST, LIVE, 0, 0, "192.0.2.9", 5000, 1 },
	{ "2 rules: R4 whatever giaddr says", RELAYED, "192.0.2.9", 5000, 4011, DHCP_RULES, 0, 0,
	  REQUEST, LIVE, 0, 0, "192.0.2.9", 5000, 1 },
	{ "2 rules: R5, both ports", DISCOVER, NULL, 5000, 4011, DHCP_RULES, 0, 0, REQUEST, LIVE, 0,
	  0, "255.255.255.255", 5000, 2 },
	{ "2 rules overrule a forbidden pair", DISCOVER, NULL, 68, 67,
	  DHCP_RULES | BROADCAST | USE_ADDR, 9, 77, REQUEST, LIVE, 0, 0, "255.255.255.255", 68, 1 },
	{ "2 rules overrule address and port", RELAYED, "198.51.100.1", 67, 67,
	  DHCP_RULES | USE_ADDR | USE_PORT, 9, 4, REQUEST, LIVE, 0, 0, "198.51.100.1", 67, 1 },
	{ "2 rules and BROADCAST", RELAYED, "198.51.100.1", 67, 67, DHCP_RULES | BROADCAST, 0, 0,
	  REQUEST, LIVE, 0, 0, "198.51.100.1", 67, 1 },
	{ "2 rules and USE_PORT", RELAYED, "198.51.100.1", 67, 67, DHCP_RULES | USE_PORT, 9, 0,
	  REQUEST, LIVE, 0, 0, "198.51.100.1", 67, 1 },
	{ "2 rules and USE_ADDR", RELAYED, "198.51.100.1", 67, 67, DHCP_RULES | USE_ADDR, 0, 4,
	  REQUEST, LIVE, 0, 0, "198.51.100.1", 67, 1 },
	{ "2 rules, BROADCAST, USE_PORT", RELAYED, "198.51.100.1", 67, 67,
	  DHCP_RULES | BROADCAST | USE_PORT, 9, 0, REQUEST, LIVE, 0, 0, "198.51.100.1", 67, 1 },
	{ "2 rules and all others", RELAYED, "198.51.100.1", 67, 67, 0xf, 0, 77, REQUEST, LIVE, 0,
	  0, "198.51.100.1", 67, 1 },
	{ "3 BROADCAST, USE_ADDR, USE_PORT", DISCOVER, NULL, 68, 67,
	  BROADCAST | USE_ADDR | USE_PORT, 5000, 4, REQUEST, LIVE, 0, 87, NULL, 0, 0 },
	{ "3 BROADCAST and USE_ADDR", DISCOVER, NULL, 68, 67, BROADCAST | USE_ADDR, 0, 4, REQUEST,
	  LIVE, 0, 87, NULL, 0, 0 },
	{ "4 BROADCAST and USE_PORT", DISCOVER, "192.0.2.9", 68, 67, BROADCAST | USE_PORT, 5000, 0,
	  REQUEST, LIVE, 0, 0, "255.255.255.255", 5000, 1 },
	{ "5 BROADCAST: the source's port", DISCOVER, "192.0.2.9", 4011, 4011, BROADCAST, 9, 0,
	  REQUEST, LIVE, 0, 0, "255.255.255.255", 4011, 1 },
	{ "6 USE_ADDR and USE_PORT", DISCOVER, NULL, 68, 67, USE_ADDR | USE_PORT, 5000, 4, REQUEST,
	  LIVE, 0, 0, "203.0.113.7", 5000, 1 },
	{ "7 USE_ADDR: the source's port", DISCOVER, NULL, 68, 67, USE_ADDR, 5000, 4, REQUEST, LIVE,
	  0, 0, "203.0.113.7", 68, 1 },
	{ "8 USE_PORT: the source's address", DISCOVER, "192.0.2.9", 68, 67, USE_PORT, 5000, 77,
	  REQUEST, LIVE, 0, 0, "192.0.2.9", 5000, 1 },
	{ "8 USE_PORT, source 0.0.0.0", DISCOVER, NULL, 68, 67, USE_PORT, 5000, 0, REQUEST, LIVE, 0,
	  0, "255.255.255.255", 5000, 1 },
	{ "9 no flag: as NULL", DISCOVER, "192.0.2.9", 68, 67, 0, 5000, 4, REQUEST, LIVE, 0, 0,
	  "192.0.2.9", 68, 1 },
	{ "10 a flag that is none", DISCOVER, NULL, 68, 67, 0x10, 0, 4, REQUEST, LIVE, 0, 87, NULL,
	  0, 0 },
	{ "10 ... beside the rules", DISCOVER, NULL, 68, 67, DHCP_RULES | 0x80000000, 0, 4, REQUEST,
	  LIVE, 0, 87, NULL, 0, 0 },
	{ "USE_ADDR of the other family", DISCOVER, NULL, 68, 67, USE_ADDR, 0, 16, REQUEST, LIVE, 0,
	  87, NULL, 0, 0 },
	{ "USE_ADDR of no family", DISCOVER, NULL, 68, 67, USE_ADDR, 0, 0, REQUEST, LIVE, 0, 87,
	  NULL, 0, 0 },
	{ "USE_PORT 0", DISCOVER, NULL, 68, 67, USE_PORT, 0, 4, REQUEST, LIVE, 0, 87, NULL, 0, 0 },
	/* §9.2 */
	{ "IPv6 NULL", SOLICIT, "fe80::1", 546, 547, NO_ADDRESS, 0, 0, REQUEST, LIVE, 0, 0,
	  "fe80::1", 546, 1 },
	{ "IPv6 rules: the client's port", SOLICIT, "fe80::1", 5000, 547, DHCP_RULES, 0, 0, REQUEST,
	  LIVE, 0, 0, "fe80::1", 546, 1 },
	{ "IPv6 rules: a relay", SOLICIT_RELAYED, "fd77::9", 5000, 547, DHCP_RULES, 0, 0, REQUEST,
	  LIVE, 0, 0, "fd77::9", 547, 1 },
	{ "IPv6 USE_ADDR", SOLICIT, "fe80::1", 546, 547, USE_ADDR | USE_PORT, 5000, 16, REQUEST,
	  LIVE, 0, 0, "cb00:7107::", 5000, 1 },
	{ "IPv6 USE_ADDR of four octets", SOLICIT, "fe80::1", 546, 547, USE_ADDR, 0, 4, REQUEST,
	  LIVE, 0, 87, NULL, 0, 0 },
	{ "IPv6 USE_PORT", SOLICIT, "fe80::1", 546, 547, USE_PORT, 5000, 0, REQUEST, LIVE, 0, 0,
	  "fe80::1", 5000, 1 },
	{ "IPv6 no flag", SOLICIT, "fe80::1", 546, 547, 0, 5000, 16, REQUEST, LIVE, 0, 0, "fe80::1",
	  546, 1 },
	{ "IPv6 rules overrule", SOLICIT, "fe80::1", 5000, 547, 0xf, 0, 4, REQUEST, LIVE, 0, 0,
	  "fe80::1", 546, 1 },
	{ "IPv6 BROADCAST and USE_PORT", SOLICIT, "fe80::1", 546, 547, BROADCAST | USE_PORT, 5000,
	  0, REQUEST, LIVE, 0, 87, NULL, 0, 0 },
	{ "IPv6 has no BROADCAST", SOLICIT, "fe80::1", 546, 547, BROADCAST, 0, 0, REQUEST, LIVE, 0,
	  87, NULL, 0, 0 },
	/* packets: O-37 */
	{ "no packet", DISCOVER, NULL, 68, 67, NO_ADDRESS, 0, 0, REQUEST, NONE, 0, 87, NULL, 0, 0 },
	{ "inside a packet", DISCOVER, NULL, 68, 67, NO_ADDRESS, 0, 0, REQUEST, INSIDE, 16, 87,
	  NULL, 0, 0 },
	{ "a freed packet", DISCOVER, NULL, 68, 67, NO_ADDRESS, 0, 0, REQUEST, FREED, 0, 87, NULL,
	  0, 0 },
	{ "the received packet", DISCOVER, NULL, 68, 67, NO_ADDRESS, 0, 0, REQUEST, RECEIVED, 0, 87,
	  NULL, 0, 0 },
	{ "the provider's own memory", DISCOVER, NULL, 68, 67, NO_ADDRESS, 0, 0, REQUEST, OURS, 0,
	  87, NULL, 0, 0 },
	{ "more than was allocated", DISCOVER, NULL, 68, 67, NO_ADDRESS, 0, 0, REQUEST, LIVE,
	  BIG + 1, 87, NULL, 0, 0 },
	{ "length 0", DISCOVER, NULL, 68, 67, NO_ADDRESS, 0, 0, REQUEST, LIVE, 0xffffffff, 87, NULL,
	  0, 0 },
	{ "one octet", DISCOVER, NULL, 68, 67, NO_ADDRESS, 0, 0, REQUEST, LIVE, 1, 0,
	  "255.255.255.255", 68, 1 },
	{ "A16: more than the client takes", DISCOVER, NULL, 68, 67, DHCP_RULES, 0, 0, REQUEST,
	  LIVE, BIG, 122, NULL, 0, 0 },
	{ "... but not by the rules", DISCOVER, NULL, 68, 67, NO_ADDRESS, 0, 0, REQUEST, LIVE, BIG,
	  0, "255.255.255.255", 68, 1 },
	/* handles */
	{ "no request", DISCOVER, NULL, 68, 67, NO_ADDRESS, 0, 0, NOBODY, LIVE, 0, 6, NULL, 0, 0 },
	{ "the provider's handle", DISCOVER, NULL, 68, 67, NO_ADDRESS, 0, 0, OWN, LIVE, 0, 6, NULL,
	  0, 0 },
	{ "an address", DISCOVER, NULL, 68, 67, NO_ADDRESS, 0, 0, FORGED, LIVE, 0, 6, NULL, 0, 0 },
	/* the order of checks */
	{ "no packet before no request", DISCOVER, NULL, 68, 67, NO_ADDRESS, 0, 0, NOBODY, NONE, 0,
	  87, NULL, 0, 0 },
	{ "length 0 before no request", DISCOVER, NULL, 68, 67, NO_ADDRESS, 0, 0, NOBODY, LIVE,
	  0xffffffff, 87, NULL, 0, 0 },
	{ "flags before no request", DISCOVER, NULL, 68, 67, 0x10, 0, 0, NOBODY, LIVE, 0, 87, NULL,
	  0, 0 },
	{ "flags before whose request it is", LEASE, NULL, 68, 67, 0x10, 0, 0, REQUEST, LIVE, 0, 87,
	  NULL, 0, 0 },
	{ "the address before whose request it is", LEASE, NULL, 68, 67, USE_ADDR, 0, 7, REQUEST,
	  LIVE, 0, 87, NULL, 0, 0 },
	{ "whose request it is before its contents", LEASE, NULL, 68, 67, DHCP_RULES, 0, 0, REQUEST,
	  LIVE, BIG, 5, NULL, 0, 0 },
	/* requests */
	{ "a lease server's", LEASE, NULL, 68, 67, NO_ADDRESS, 0, 0, REQUEST, LIVE, 0, 5, NULL, 0,
	  0 },
	{ "a lease server's, by the rules", LEASE, NULL, 68, 67, DHCP_RULES, 0, 0, REQUEST, LIVE, 0,
	  5, NULL, 0, 0 },
	{ "rules for what was mended", FULL_SNAME, NULL, 68, 67, DHCP_RULES, 0, 0, REQUEST, LIVE, 0,
	  0, "255.255.255.255", 68, 1 },
	{ "... which may be answered otherwise", FULL_SNAME, NULL, 68, 67, BROADCAST, 0, 0, REQUEST,
	  LIVE, 0, 0, "255.255.255.255", 68, 1 },
};
API_CASES(PxeSendReply, send_rows);

static DWORD call_send(void)
{
	static BYTE ours[BIG];
	PXE_ADDRESS address = { .uFlags = send_rows[row].flags,
				.bAddress = { 203, 0, 113, 7 },
				.uAddrLen = send_rows[row].addr_len,
				.uPort = send_rows[row].to_port };
	BYTE *reply = PxePacketAllocate(life.provider, life.request, BIG);
	ULONG len = send_rows[row].len;
	PVOID given[] = { reply, NULL, reply + 16, reply, life.packet, ours };
	DWORD r;

	ck_assert_ptr_nonnull(reply);
	if (send_rows[row].given == FREED)
		PxePacketFree(life.provider, life.request, reply);
	r = PxeSendReply(handle_of(send_rows[row].who), given[send_rows[row].given],
			 len == 0xffffffff ? 0
			 : len == 0        ? REPLY_SIZE
					   : len,
			 send_rows[row].flags == NO_ADDRESS ? NULL : &address);
	if (send_rows[row].given != FREED)
		ck_assert_uint_eq(PxePacketFree(life.provider, life.request, reply), 0);
	return r;
}

START_TEST(send_by_row)
{
	PXE_FAKE *fake;
	BYTE packet[600];
	bool v6 = send_rows[_i].packet >= SOLICIT;
	PXE_FAKE_REQUEST request = { .pPacket = packet,
				     .pszFrom = send_rows[_i].from,
				     .uFromPort = send_rows[_i].from_port,
				     .pszLocal = v6 ? "fd77::2" : "192.0.2.1",
				     .uPort = send_rows[_i].port };
	PXE_FAKE_VERDICT verdict;

	row = _i;
	life.stage = RECEIVE;
	life.call = call_send;
	fake = hooked_load();
	request.uPacketLen = make(packet, send_rows[_i].packet);
	ck_assert_uint_eq(PxeFakeReceive(fake, &request, &verdict), 0);
	ck_assert_msg(life.made, "%s: not seen", send_rows[_i].name);
	ck_assert_msg(life.r == send_rows[_i].r, "%s: %u", send_rows[_i].name, life.r);
	ck_assert_msg(verdict.uReplies == send_rows[_i].replies, "%s: %u replies",
		      send_rows[_i].name, verdict.uReplies);
	if (verdict.uReplies > 0) {
		const PXE_FAKE_REPLY *reply = PxeFakeReply(fake, 0);

		ck_assert_msg(strcmp(reply->pszTo, send_rows[_i].to) == 0, "%s: to %s",
			      send_rows[_i].name, reply->pszTo);
		ck_assert_msg(reply->uToPort == send_rows[_i].port_to, "%s: to port %u",
			      send_rows[_i].name, reply->uToPort);
		ck_assert_uint_eq(reply->uFromPort, send_rows[_i].port);
	}
	PxeFakeFree(fake);
}
END_TEST

/* ---- PxeAsyncRecvDone ---- */

static const struct {
	const char *name;
	enum stage stage;
	enum who who;
	PXE_BOOT_ACTION action;
	DWORD r;
} done_rows[] = {
	{ "O-23a before the callback returns", RECEIVE, REQUEST, PXE_BA_IGNORE, ERROR_SUCCESS },
	{ "NBP", RECEIVE, REQUEST, PXE_BA_NBP, ERROR_SUCCESS },
	{ "CUSTOM", RECEIVE, REQUEST, PXE_BA_CUSTOM, ERROR_SUCCESS },
	{ "REJECTED", RECEIVE, REQUEST, PXE_BA_REJECTED, ERROR_SUCCESS },
	{ "O-23d action 0", RECEIVE, REQUEST, 0, ERROR_INVALID_PARAMETER },
	{ "O-23d action 5", RECEIVE, REQUEST, 5, ERROR_INVALID_PARAMETER },
	{ "the action before the handle", RECEIVE, NOBODY, 0, ERROR_INVALID_PARAMETER },
	{ "no request", RECEIVE, NOBODY, PXE_BA_NBP, ERROR_INVALID_HANDLE },
	{ "the provider's handle", RECEIVE, OWN, PXE_BA_NBP, ERROR_INVALID_HANDLE },
	{ "an address", RECEIVE, FORGED, PXE_BA_NBP, ERROR_INVALID_HANDLE },
	{ "O-23c a request that is over", CONTROL, REQUEST, PXE_BA_NBP, ERROR_INVALID_HANDLE },
	{ "... in Shutdown", SHUTDOWN, REQUEST, PXE_BA_NBP, ERROR_INVALID_HANDLE },
	{ "... long ago", AFTER, REQUEST, PXE_BA_NBP, ERROR_INVALID_HANDLE },
	{ "without a host", NO_HOST, NOBODY, PXE_BA_NBP, ERROR_INVALID_HANDLE },
};
API_CASES(PxeAsyncRecvDone, done_rows);

static DWORD call_done(void)
{
	return PxeAsyncRecvDone(handle_of(done_rows[row].who), done_rows[row].action);
}

START_TEST(done_by_row)
{
	DWORD r;

	row = _i;
	r = live(done_rows[_i].stage, call_done);
	ck_assert_msg(r == done_rows[_i].r, "%s: %u", done_rows[_i].name, r);
}
END_TEST

/* ---- PxeRequestReason, PxeRequestWanted, PxeRequestFail ---- */

static const struct {
	const char *name;
	enum stage stage;
	enum who who;
	ULONG kind;
	const char *text;
	DWORD r;
} reason_rows[] = {
	{ "in the callback", RECEIVE, REQUEST, PXE_REASON_DECIDED, "as rule 7 says", 0 },
	{ "nearest, without a text", RECEIVE, REQUEST, PXE_REASON_NEAREST, NULL, 0 },
	{ "failed", RECEIVE, REQUEST, PXE_REASON_FAILED, "no answer", 0 },
	{ "an entry that does not match", RECEIVE, REQUEST, PXE_REASON_PASSED, "arch", 0 },
	{ "no such kind", RECEIVE, REQUEST, 5, "x", ERROR_INVALID_PARAMETER },
	{ "the kind before the handle", RECEIVE, NOBODY, 0, "x", ERROR_INVALID_PARAMETER },
	{ "no request", RECEIVE, NOBODY, PXE_REASON_DECIDED, "x", ERROR_INVALID_HANDLE },
	{ "the provider's handle", RECEIVE, OWN, PXE_REASON_DECIDED, "x", ERROR_INVALID_HANDLE },
	{ "an address", RECEIVE, FORGED, PXE_REASON_DECIDED, "x", ERROR_INVALID_HANDLE },
	{ "a request that is over", CONTROL, REQUEST, PXE_REASON_DECIDED, "x",
	  ERROR_INVALID_HANDLE },
	{ "without a host", NO_HOST, NOBODY, PXE_REASON_DECIDED, "x", ERROR_INVALID_HANDLE },
};
API_CASES(PxeRequestReason, reason_rows);
API_CASES(PxeRequestWanted, reason_rows);
API_CASES(PxeRequestIsTrial, reason_rows);

static DWORD call_reason(void)
{
	BOOL wanted = PxeRequestWanted(handle_of(reason_rows[row].who));
	BOOL trial = PxeRequestIsTrial(handle_of(reason_rows[row].who));
	DWORD r = PxeRequestReason(handle_of(reason_rows[row].who), reason_rows[row].kind,
				   reason_rows[row].text, "/etc/rules", 7);

	/* The fake host listens to all. */
	ck_assert_msg(
		wanted == (reason_rows[row].stage == RECEIVE && reason_rows[row].who == REQUEST),
		"%s: wanted %d", reason_rows[row].name, wanted);
	ck_assert_msg(!trial, "%s", reason_rows[row].name); /* see trial_test.c */
	return r;
}

START_TEST(reason_by_row)
{
	DWORD r;

	row = _i;
	r = live(reason_rows[_i].stage, call_reason);
	ck_assert_msg(r == reason_rows[_i].r, "%s: %u", reason_rows[_i].name, r);
}
END_TEST

static const struct {
	const char *name;
	enum stage stage;
	enum who who;
	DWORD size; /* 0: no buffer */
	DWORD r;
} interface_rows[] = {
	{ "in the callback", RECEIVE, REQUEST, 16, 0 },
	{ "it just fits", RECEIVE, REQUEST, sizeof("fake0"), 0 },
	{ "no room for its NUL", RECEIVE, REQUEST, sizeof("fake0") - 1, ERROR_INSUFFICIENT_BUFFER },
	{ "no buffer", RECEIVE, REQUEST, 0, ERROR_INVALID_PARAMETER },
	{ "the buffer before the handle", RECEIVE, NOBODY, 0, ERROR_INVALID_PARAMETER },
	{ "no request", RECEIVE, NOBODY, 16, ERROR_INVALID_HANDLE },
	{ "the provider's handle", RECEIVE, OWN, 16, ERROR_INVALID_HANDLE },
	{ "an address", RECEIVE, FORGED, 16, ERROR_INVALID_HANDLE },
	{ "a request that is over", CONTROL, REQUEST, 16, ERROR_INVALID_HANDLE },
	{ "without a host", NO_HOST, NOBODY, 16, ERROR_INVALID_HANDLE },
};
API_CASES(PxeRequestInterface, interface_rows);

static DWORD call_interface(void)
{
	char text[16] = "";
	DWORD size = interface_rows[row].size;
	DWORD r = PxeRequestInterface(handle_of(interface_rows[row].who), size ? text : NULL, size);

	ck_assert_str_eq(text, r == ERROR_SUCCESS ? "fake0" : "");
	return r;
}

START_TEST(interface_by_row)
{
	DWORD r;

	row = _i;
	r = live(interface_rows[_i].stage, call_interface);
	ck_assert_msg(r == interface_rows[_i].r, "%s: %u", interface_rows[_i].name, r);
}
END_TEST

static const struct {
	const char *name;
	enum stage stage;
	enum who who;
	DWORD error, r;
} fail_rows[] = {
	{ "before the callback returns", RECEIVE, REQUEST, ERROR_GEN_FAILURE, 0 },
	{ "no error", RECEIVE, REQUEST, ERROR_SUCCESS, ERROR_INVALID_PARAMETER },
	{ "pending is none", RECEIVE, REQUEST, ERROR_IO_PENDING, ERROR_INVALID_PARAMETER },
	{ "no request", RECEIVE, NOBODY, ERROR_GEN_FAILURE, ERROR_INVALID_HANDLE },
	{ "an address", RECEIVE, FORGED, ERROR_GEN_FAILURE, ERROR_INVALID_HANDLE },
	{ "a request that is over", CONTROL, REQUEST, ERROR_GEN_FAILURE, ERROR_INVALID_HANDLE },
	{ "without a host", NO_HOST, NOBODY, ERROR_GEN_FAILURE, ERROR_INVALID_HANDLE },
};
API_CASES(PxeRequestFail, fail_rows);

static DWORD call_fail(void)
{
	return PxeRequestFail(handle_of(fail_rows[row].who), fail_rows[row].error);
}

START_TEST(fail_by_row)
{
	DWORD r;

	row = _i;
	r = live(fail_rows[_i].stage, call_fail);
	ck_assert_msg(r == fail_rows[_i].r, "%s: %u", fail_rows[_i].name, r);
}
END_TEST

/* ---- PxeCommandWrite ---- */

static const struct {
	const char *name;
	enum stage stage;
	enum who who;
	const char *text;
	ULONG len;
	DWORD r;
} write_rows[] = {
	{ "in the command", COMMAND, ORDER, "\"ok\"", 4, 0 },
	{ "nothing", COMMAND, ORDER, "", 0, 0 },
	{ "as much as goes, and more", COMMAND, ORDER, "", PXE_COMMAND_ANSWER_MAX + 1,
	  ERROR_INSUFFICIENT_BUFFER },
	{ "no text", COMMAND, ORDER, NULL, 0, ERROR_INVALID_PARAMETER },
	{ "the text before the handle", COMMAND, NOBODY, NULL, 0, ERROR_INVALID_PARAMETER },
	{ "no handle", COMMAND, NOBODY, "1", 1, ERROR_INVALID_HANDLE },
	{ "the provider's handle", COMMAND, OWN, "1", 1, ERROR_INVALID_HANDLE },
	{ "a request's handle", COMMAND, REQUEST, "1", 1, ERROR_INVALID_HANDLE },
	{ "an older handle", COMMAND, STALE, "1", 1, ERROR_INVALID_HANDLE },
	{ "an address", COMMAND, FORGED, "1", 1, ERROR_INVALID_HANDLE },
	{ "a command that is over", CONTROL, ORDER, "1", 1, ERROR_INVALID_HANDLE },
	{ "without a host", NO_HOST, NOBODY, "1", 1, ERROR_INVALID_HANDLE },
};
API_CASES(PxeCommandWrite, write_rows);

static DWORD call_write(void)
{
	return PxeCommandWrite(handle_of(write_rows[row].who), write_rows[row].text,
			       write_rows[row].len);
}

START_TEST(write_by_row)
{
	DWORD r;

	row = _i;
	r = live(write_rows[_i].stage, call_write);
	ck_assert_msg(r == write_rows[_i].r, "%s: %u", write_rows[_i].name, r);
}
END_TEST

/* After the first completion nothing takes the handle any more, although the callback still runs.
 */
static DWORD call_after_done(void)
{
	PVOID packet = PxePacketAllocate(life.provider, life.request, 300);

	ck_assert_uint_eq(PxeAsyncRecvDone(life.request, 77), ERROR_INVALID_PARAMETER);
	ck_assert_uint_eq(PxeAsyncRecvDone(life.request, PXE_BA_REJECTED), ERROR_SUCCESS);
	ck_assert_uint_eq(PxeAsyncRecvDone(life.request, PXE_BA_REJECTED), ERROR_INVALID_HANDLE);
	ck_assert_uint_eq(PxeSendReply(life.request, packet, 300, NULL), ERROR_INVALID_HANDLE);
	ck_assert_uint_eq(PxePacketFree(life.provider, life.request, packet), ERROR_INVALID_HANDLE);
	ck_assert_ptr_null(PxePacketAllocate(life.provider, life.request, 300));
	return GetLastError();
}

START_TEST(nothing_takes_a_completed_request)
{
	ck_assert_uint_eq(live(RECEIVE, call_after_done), ERROR_INVALID_HANDLE);
}
END_TEST

/* ---- PxePacketAllocate, PxePacketFree ---- */

static const struct {
	const char *name;
	enum stage stage;
	enum who provider, request;
	ULONG size;
	DWORD r;
} allocate_rows[] = {
	{ "one octet", RECEIVE, OWN, REQUEST, 1, ERROR_SUCCESS },
	{ "an ordinary reply", RECEIVE, OWN, REQUEST, 300, ERROR_SUCCESS },
	{ "the largest", RECEIVE, OWN, REQUEST, 65507, ERROR_SUCCESS },
	{ "O-39 size 0", RECEIVE, OWN, REQUEST, 0, ERROR_INVALID_PARAMETER },
	{ "O-39 one too many", RECEIVE, OWN, REQUEST, 65508, ERROR_INVALID_PARAMETER },
	{ "no provider", RECEIVE, NOBODY, REQUEST, 300, ERROR_INVALID_HANDLE },
	{ "no request", RECEIVE, OWN, NOBODY, 300, ERROR_INVALID_HANDLE },
	{ "the handles changed round", RECEIVE, REQUEST, OWN, 300, ERROR_INVALID_HANDLE },
	{ "the request twice", RECEIVE, REQUEST, REQUEST, 300, ERROR_INVALID_HANDLE },
	{ "an older provider's handle", RECEIVE, STALE, REQUEST, 300, ERROR_INVALID_HANDLE },
	{ "the size before the handles", RECEIVE, NOBODY, NOBODY, 0, ERROR_INVALID_PARAMETER },
	{ "a request that is over", CONTROL, OWN, REQUEST, 300, ERROR_INVALID_HANDLE },
	{ "in Initialize there is none", INITIALIZE, OWN, NOBODY, 300, ERROR_INVALID_HANDLE },
	{ "in Shutdown", SHUTDOWN, OWN, REQUEST, 300, ERROR_INVALID_HANDLE },
	{ "after it", AFTER, OWN, REQUEST, 300, ERROR_INVALID_HANDLE },
	{ "without a host", NO_HOST, NOBODY, NOBODY, 300, ERROR_INVALID_HANDLE },
};
API_CASES(PxePacketAllocate, allocate_rows);

static DWORD call_allocate(void)
{
	BYTE *packet;
	ULONG size = allocate_rows[row].size;

	SetLastError(12345);
	packet = PxePacketAllocate(handle_of(allocate_rows[row].provider),
				   handle_of(allocate_rows[row].request), size);
	if (!packet)
		return GetLastError();
	ck_assert_uint_eq(GetLastError(), 12345); /* O-04: failures only */
	ck_assert_uint_eq((uintptr_t)packet % 16, 0);
	for (ULONG i = 0; i < size; i++)
		ck_assert_uint_eq(packet[i], 0);
	memset(packet, 0xee, size); /* who gets this memory next must find zeros again */
	ck_assert_uint_eq(PxePacketFree(life.provider, life.request, packet), ERROR_SUCCESS);
	packet = PxePacketAllocate(life.provider, life.request, size);
	ck_assert_ptr_nonnull(packet);
	for (ULONG i = 0; i < size; i++)
		ck_assert_uint_eq(packet[i], 0);
	return PxePacketFree(life.provider, life.request, packet);
}

START_TEST(allocate_by_row)
{
	DWORD r;

	row = _i;
	r = live(allocate_rows[_i].stage, call_allocate);
	ck_assert_msg(r == allocate_rows[_i].r, "%s: %u", allocate_rows[_i].name, r);
}
END_TEST

static const struct {
	const char *name;
	enum stage stage;
	enum who provider, request;
	enum given given;
	DWORD r;
} free_rows[] = {
	{ "a packet", RECEIVE, OWN, REQUEST, LIVE, ERROR_SUCCESS },
	{ "O-39 twice", RECEIVE, OWN, REQUEST, FREED, ERROR_INVALID_PARAMETER },
	{ "O-39 inside it", RECEIVE, OWN, REQUEST, INSIDE, ERROR_INVALID_PARAMETER },
	{ "O-39 the received packet", RECEIVE, OWN, REQUEST, RECEIVED, ERROR_INVALID_PARAMETER },
	{ "O-39 memory of one's own", RECEIVE, OWN, REQUEST, OURS, ERROR_INVALID_PARAMETER },
	{ "none", RECEIVE, OWN, REQUEST, NONE, ERROR_INVALID_PARAMETER },
	{ "the packet before the handles", RECEIVE, NOBODY, NOBODY, NONE, ERROR_INVALID_PARAMETER },
	{ "no provider", RECEIVE, NOBODY, REQUEST, LIVE, ERROR_INVALID_HANDLE },
	{ "no request", RECEIVE, OWN, NOBODY, LIVE, ERROR_INVALID_HANDLE },
	{ "the handles changed round", RECEIVE, REQUEST, OWN, LIVE, ERROR_INVALID_HANDLE },
	{ "a request that is over", CONTROL, OWN, REQUEST, OURS, ERROR_INVALID_HANDLE },
	{ "in Shutdown", SHUTDOWN, OWN, REQUEST, OURS, ERROR_INVALID_HANDLE },
	{ "after it", AFTER, OWN, REQUEST, OURS, ERROR_INVALID_HANDLE },
	{ "without a host", NO_HOST, NOBODY, NOBODY, OURS, ERROR_INVALID_HANDLE },
};
API_CASES(PxePacketFree, free_rows);

static DWORD call_free(void)
{
	static BYTE ours[BIG];
	BYTE *packet = life.stage == RECEIVE
			       ? PxePacketAllocate(life.provider, life.request, REPLY_SIZE)
			       : NULL;
	PVOID given[] = { packet, NULL, packet ? packet + 16 : NULL, packet, life.packet, ours };

	if (free_rows[row].given == FREED)
		ck_assert_uint_eq(PxePacketFree(life.provider, life.request, packet), 0);
	return PxePacketFree(handle_of(free_rows[row].provider), handle_of(free_rows[row].request),
			     given[free_rows[row].given]);
}

START_TEST(free_by_row)
{
	DWORD r;

	row = _i;
	r = live(free_rows[_i].stage, call_free);
	ck_assert_msg(r == free_rows[_i].r, "%s: %u", free_rows[_i].name, r);
}
END_TEST

/* ---- O-16: what still works in Shutdown ---- */

static DWORD call_in_shutdown(void)
{
	ck_assert_uint_eq(PxeTrace(life.provider, PXE_TRACE_INFO, L"still %s", L"here"), 0);
	return ERROR_SUCCESS;
}

START_TEST(shutdown_may_trace)
{
	ck_assert_uint_eq(live(SHUTDOWN, call_in_shutdown), ERROR_SUCCESS);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("entries");

	tcase_set_timeout(tcase, 30);
	TEST_ROWS(tcase, register_by_row, register_rows);
	tcase_add_test(tcase, callback_registered_again_replaces_the_first);
	TEST_ROWS(tcase, attribute_by_row, attribute_rows);
	TEST_ROWS(tcase, name_by_row, name_rows);
	TEST_ROWS(tcase, filter_decides_what_is_seen, filter_rows);
	TEST_ROWS(tcase, pxe_only_is_valid_in_full, mended_rows);
	tcase_add_test(tcase, ipv6_is_for_the_capable);
	TEST_ROWS(tcase, addresses_by_row, address_rows);
	TEST_ROWS(tcase, send_by_row, send_rows);
	TEST_ROWS(tcase, done_by_row, done_rows);
	TEST_ROWS(tcase, reason_by_row, reason_rows);
	TEST_ROWS(tcase, write_by_row, write_rows);
	TEST_ROWS(tcase, interface_by_row, interface_rows);
	TEST_ROWS(tcase, fail_by_row, fail_rows);
	tcase_add_test(tcase, nothing_takes_a_completed_request);
	TEST_ROWS(tcase, allocate_by_row, allocate_rows);
	TEST_ROWS(tcase, free_by_row, free_rows);
	tcase_add_test(tcase, shutdown_may_trace);
	suite_apart(); /* what is seen is counted from nothing */
	return suite_run("entries", tcase);
}
