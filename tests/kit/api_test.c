/* The kit as a provider sees it: what each function takes and refuses, a row a case. */
#include <sched.h>
#include <stddef.h>

#include "kit/kit.h"

/* ---- an instance ----------------------------------------------------------------------------- */

static const struct {
	const char *name;
	bool own; /* the provider's handle, else none */
	DWORD r;
} open_rows[] = {
	{ "a provider", true, ERROR_SUCCESS },
	{ "no provider", false, ERROR_INVALID_HANDLE },
};
API_CASES(PxeBootOpen, open_rows);
API_CASES(PxeBootClose, open_rows);

static DWORD try_open(HKEY key)
{
	PXE_BOOT *other[2];

	(void)key;
	for (size_t i = 0; i < ROWS(open_rows); i++) {
		SetLastError(ERROR_SUCCESS);
		other[i] = PxeBootOpen(open_rows[i].own ? kit.provider : NULL);
		ck_assert((other[i] != NULL) == open_rows[i].own);
		ck_assert_uint_eq(GetLastError(), open_rows[i].r);
	}
	for (size_t i = 0; i < ROWS(open_rows); i++)
		PxeBootClose(other[i]); /* NULL too */
	return ERROR_SUCCESS;
}

static const struct {
	const char *name;
	bool no_boot, no_request, no_shutdown;
	ULONG flags;
	DWORD r;
} register_rows[] = {
	{ "all", false, false, false, PXE_BOOT_NONBLOCKING, ERROR_SUCCESS },
	{ "no flag", false, false, false, 0, ERROR_SUCCESS },
	{ "no kit", true, false, false, 0, ERROR_INVALID_PARAMETER },
	{ "no request", false, true, false, 0, ERROR_INVALID_PARAMETER },
	{ "no shutdown", false, false, true, 0, ERROR_INVALID_PARAMETER },
	{ "an unknown flag", false, false, false, 0x80, ERROR_INVALID_PARAMETER },
};
API_CASES(PxeBootRegister, register_rows);

static const struct {
	DWORD code, r;
} control_rows[] = {
	{ SERVICE_CONTROL_NETBINDADD, ERROR_SUCCESS },
	{ SERVICE_CONTROL_NETBINDDISABLE, ERROR_SUCCESS },
	{ SERVICE_CONTROL_PARAMCHANGE, ERROR_CALL_NOT_IMPLEMENTED },
	{ 200, ERROR_SUCCESS },
};
API_CASES(PxeBootControl, control_rows);

static const LPCSTR acme[] = { "Acme" };
static const LPCSTR no_class[] = { NULL };
static CHAR long_class[300];
static const LPCSTR too_long[] = { long_class };
static const BYTE uuids[1][16] = { { 1, 2 } };
static const USHORT archs[] = { 7, 63 }, high_archs[] = { 7, 64 };

static const PXE_BOOT_WANTED wanted[] = {
	{ 4, 82, 1 }, { 4, 82, 1 }, { 4, 254, 0 }, { 6, 65535, 0 }, { 6, 1, 0 }
};
static const PXE_BOOT_WANTED wrong[] = { { 5, 82, 1 }, { 4, 0, 0 }, { 4, 255, 0 }, { 6, 37, 1 } };
static const PXE_BOOT_WANTED many[] = { { 4, 1, 0 },  { 4, 2, 0 },  { 4, 3, 0 },  { 4, 4, 0 },
					{ 4, 5, 0 },  { 4, 6, 0 },  { 4, 7, 0 },  { 4, 8, 0 },
					{ 4, 9, 0 },  { 4, 10, 0 }, { 4, 11, 0 }, { 4, 12, 0 },
					{ 4, 13, 0 }, { 4, 14, 0 }, { 4, 15, 0 }, { 4, 16, 0 },
					{ 4, 17, 0 } };

#define OPTIONS(...)                                                                               \
	{                                                                                          \
		.cbSize = sizeof(PXE_BOOT_OPTIONS), __VA_ARGS__                                    \
	}

static const struct {
	const char *name;
	PXE_BOOT_OPTIONS options;
	DWORD r;
} configure_rows[] = {
	{ "nothing", OPTIONS(0), ERROR_SUCCESS },
	{ "all",
	  OPTIONS(.uFlags = PXE_BOOT_LEASE_REQUESTS, .pszFile = "f", .ppszClasses = acme,
		  .nClasses = 1, .nBannedUuids = 1, .pBannedUuids = uuids, .nKnownUuids = 1,
		  .pKnownUuids = uuids, .nArchs = 2, .pArchs = archs),
	  ERROR_SUCCESS },
	{ "an older size", { .cbSize = 4 }, ERROR_INVALID_PARAMETER },
	{ "an unknown flag", OPTIONS(.uFlags = 2), ERROR_INVALID_PARAMETER },
	{ "no classes", OPTIONS(.nClasses = 1), ERROR_INVALID_PARAMETER },
	{ "no class", OPTIONS(.ppszClasses = no_class, .nClasses = 1), ERROR_INVALID_PARAMETER },
	{ "a long class", OPTIONS(.ppszClasses = too_long, .nClasses = 1),
	  ERROR_INVALID_PARAMETER },
	{ "no UUIDs", OPTIONS(.nBannedUuids = 1), ERROR_INVALID_PARAMETER },
	{ "no known UUIDs", OPTIONS(.nKnownUuids = 1), ERROR_INVALID_PARAMETER },
	{ "no architectures", OPTIONS(.nArchs = 1), ERROR_INVALID_PARAMETER },
	{ "an architecture too high", OPTIONS(.nArchs = 2, .pArchs = high_archs),
	  ERROR_INVALID_PARAMETER },
	{ "options wanted", OPTIONS(.nWanted = 5, .pWanted = wanted), ERROR_SUCCESS },
	{ "no options wanted", OPTIONS(.nWanted = 1), ERROR_INVALID_PARAMETER },
	{ "no such family", OPTIONS(.nWanted = 1, .pWanted = &wrong[0]), ERROR_INVALID_PARAMETER },
	{ "no such option", OPTIONS(.nWanted = 1, .pWanted = &wrong[1]), ERROR_INVALID_PARAMETER },
	{ "the end", OPTIONS(.nWanted = 1, .pWanted = &wrong[2]), ERROR_INVALID_PARAMETER },
	{ "a sub-code in IPv6", OPTIONS(.nWanted = 1, .pWanted = &wrong[3]),
	  ERROR_INVALID_PARAMETER },
	{ "too many of one family", OPTIONS(.nWanted = 17, .pWanted = many),
	  ERROR_INVALID_PARAMETER },
	{ "a size before options were wanted",
	  { .cbSize = offsetof(PXE_BOOT_OPTIONS, nWanted), .nWanted = 1 },
	  ERROR_SUCCESS },
};
API_CASES(PxeBootConfigure, configure_rows);

static DWORD try_setting_up(HKEY key)
{
	memset(long_class, 'x', sizeof long_class - 1);
	for (size_t i = 0; i < ROWS(register_rows); i++)
		ck_assert_msg(
			PxeBootRegister(register_rows[i].no_boot ? NULL : kit.boot,
					register_rows[i].no_request ? NULL : (PVOID)kit_request,
					register_rows[i].no_shutdown ? NULL : (PVOID)kit_shutdown,
					NULL, register_rows[i].flags) == register_rows[i].r,
			"%s", register_rows[i].name);
	for (size_t i = 0; i < ROWS(control_rows); i++)
		ck_assert_uint_eq(PxeBootControl(kit.boot, control_rows[i].code),
				  control_rows[i].r);
	for (size_t i = 0; i < ROWS(configure_rows); i++)
		ck_assert_msg(PxeBootConfigure(kit.boot, &configure_rows[i].options) ==
				      configure_rows[i].r,
			      "%s", configure_rows[i].name);
	ck_assert_uint_eq(PxeBootConfigure(NULL, &configure_rows[0].options), 87);
	ck_assert_uint_eq(PxeBootConfigure(kit.boot, NULL), 87);
	return try_open(key);
}

START_TEST(an_instance_is_set_up)
{
	kit.initialize = try_setting_up;
	PxeFakeFree(kit_load("", ERROR_SUCCESS));
}
END_TEST

/* ---- a client -------------------------------------------------------------------------------- */

static const struct {
	const char *name;
	bool no_boot, no_packet, no_local, no_remote, no_client;
	DWORD size, r;
} client_rows[] = {
	{ "all", .size = sizeof(PXE_BOOT_CLIENT), .r = ERROR_SUCCESS },
	{ "a later size", .size = sizeof(PXE_BOOT_CLIENT) + 64, .r = ERROR_SUCCESS },
	{ "no size", .size = 0, .r = 87 },
	{ "no kit", .no_boot = true, .size = sizeof(PXE_BOOT_CLIENT), .r = 87 },
	{ "no packet", .no_packet = true, .size = sizeof(PXE_BOOT_CLIENT), .r = 87 },
	{ "no local address", .no_local = true, .size = sizeof(PXE_BOOT_CLIENT), .r = 87 },
	{ "no remote address", .no_remote = true, .size = sizeof(PXE_BOOT_CLIENT), .r = 87 },
	{ "no client", .no_client = true, .size = sizeof(PXE_BOOT_CLIENT), .r = 87 },
};
API_CASES(PxeBootClient, client_rows);

static void try_client(HANDLE request, PVOID packet, ULONG len, PXE_ADDRESS *local,
		       PXE_ADDRESS *remote)
{
	struct {
		PXE_BOOT_CLIENT client;
		BYTE later[64];
	} room;

	for (size_t i = 0; i < ROWS(client_rows); i++) {
		memset(&room, 0x55, sizeof room);
		room.client.cbSize = client_rows[i].size;
		ck_assert_msg(PxeBootClient(client_rows[i].no_boot ? NULL : kit.boot, request,
					    client_rows[i].no_packet ? NULL : packet, len,
					    client_rows[i].no_local ? NULL : local,
					    client_rows[i].no_remote ? NULL : remote,
					    client_rows[i].no_client ? NULL : &room.client) ==
				      client_rows[i].r,
			      "%s", client_rows[i].name);
		ck_assert_uint_eq(room.client.cbSize, client_rows[i].size);
		ck_assert_uint_eq(room.later[0], 0x55); /* what it does not know stays */
	}
}

START_TEST(a_client_is_read)
{
	PXE_FAKE_VERDICT verdict;
	PXE_FAKE *fake;

	kit.initialize = NULL;
	kit.seen = try_client;
	fake = kit_load("", ERROR_SUCCESS);
	kit_ask(fake, PXE_ARCH_X64_UEFI, false, &verdict);
	ck_assert_uint_eq(kit.client, ERROR_SUCCESS);
	ck_assert(kit.last.uFamily == 4 && kit.last.uArch == 7 && kit.last.bFirst);
	ck_assert(kit.last.uExchange == PXE_BOOT_EXCHANGE_DISCOVER &&
		  kit.last.uClass == PXE_BOOT_CLASS_PXE && kit.last.Mac.cbData == 6);
	kit.seen = NULL;
	kit_ask(fake, PXE_ARCH_X64_UEFI, true, &verdict);
	ck_assert(kit.last.uExchange == PXE_BOOT_EXCHANGE_PXE && !kit.last.bFirst);
	kit_ask(fake, PXE_ARCH_X64_UEFI_HTTP, false, &verdict);
	ck_assert_uint_eq(kit.last.uClass, PXE_BOOT_CLASS_HTTP);
	kit_ask(fake, PXE_ARCH_X64_UEFI_HTTP, true, &verdict); /* no such exchange */
	ck_assert_uint_eq(kit.client, ERROR_NOT_SUPPORTED);
	PxeFakeFree(fake);
}
END_TEST

/* The architecture that the kit finds for a request to 4011 that does not say its own. */
static ULONG arch_recalled(PXE_FAKE *fake)
{
	BYTE packet[600], n;
	PXE_FAKE_REQUEST request = { .pPacket = packet,
				     .uPort = 4011,
				     .pszFrom = "192.0.2.50",
				     .uFromPort = 4011,
				     .bUnicast = TRUE };
	PVOID value;

	request.uPacketLen = PxeFakeDiscover(packet, sizeof packet, MAC, PXE_ARCH_X86_BIOS);
	ck_assert_uint_eq(PxeDhcpGetOptionValue(packet, request.uPacketLen, 1, 53, &n, &value), 0);
	*(BYTE *)value = 3;
	ck_assert_uint_eq(PxeDhcpGetOptionValue(packet, request.uPacketLen, 1, 93, &n, &value), 0);
	((BYTE *)value)[-2] = 224; /* another option */
	ck_assert_uint_eq(PxeFakeReceive(fake, &request, NULL), 0);
	return kit.last.uArch;
}

static void try_discover(PXE_FAKE *fake, USHORT arch)
{
	BYTE packet[600];
	PXE_FAKE_REQUEST request = { .pPacket = packet };
	PXE_FAKE_VERDICT verdict;

	request.uPacketLen = PxeFakeDiscover(packet, sizeof packet, MAC, arch);
	ck_assert_uint_eq(PxeFakeTry(fake, &request, &verdict), 0);
	ck_assert_uint_eq(verdict.uReplies, 1); /* at once, whatever its delay */
}

/* To ask how a machine would be answered changes nothing of what it boots. */
START_TEST(a_trial_is_not_remembered)
{
	static const PXE_BOOT_ANSWER late = { .cbSize = sizeof late, .pszFile = "a", .uDelay = 10 };
	PXE_FAKE_VERDICT verdict;
	PXE_FAKE *fake;

	kit = (struct kit){ .answer = &late };
	fake = kit_load("", ERROR_SUCCESS);
	try_discover(fake, PXE_ARCH_ARM64_UEFI);
	ck_assert_uint_eq(arch_recalled(fake), PXE_ARCH_X86_BIOS); /* by its class */
	ck_assert_ptr_nonnull(kit_ask(fake, PXE_ARCH_X64_UEFI, false, &verdict));
	try_discover(fake, PXE_ARCH_ARM64_UEFI);
	ck_assert_uint_eq(arch_recalled(fake), PXE_ARCH_X64_UEFI);
	PxeFakeFree(fake);
}
END_TEST

static const struct {
	const char *local, *interface; /* NULL: none */
} interface_rows[] = { { "127.0.0.1", "lo" }, { "192.0.2.77", NULL } };
API_CASES(PxeBootInterface, interface_rows);
API_CASES(PxeBootLocal, interface_rows);

static DWORD try_interfaces(HKEY key)
{
	PXE_BOOT_LOCAL local = { .cbSize = sizeof local };
	CHAR name[PXE_BOOT_INTERFACE_SIZE];
	bool loopback = false;
	ULONG n = 0;

	(void)key;
	for (size_t i = 0; i < ROWS(interface_rows); i++) {
		PXE_BOOT_SERVER server = { .cbSize = sizeof server };
		PXE_BOOT_CLIENT client = { .cbSize = sizeof client };
		CHAR why[100];

		ck_assert_uint_eq(
			PxeBootServerAdd(&server, interface_rows[i].local, why, sizeof why), 0);
		client.Local = server.V4;
		ck_assert(PxeBootInterface(kit.boot, &client, name) ==
			  (interface_rows[i].interface != NULL));
		if (interface_rows[i].interface)
			ck_assert_str_eq(name, interface_rows[i].interface);
		ck_assert(!PxeBootInterface(NULL, &client, name));
		ck_assert(!PxeBootInterface(kit.boot, NULL, name));
	}
	for (; PxeBootLocal(kit.boot, n, &local) == ERROR_SUCCESS; n++)
		loopback |= strcmp(local.szInterface, "lo") == 0 && local.uPrefix == 8 &&
			    local.Address.uAddrLen == 4 && local.Address.bAddress[0] == 127;
	ck_assert(loopback);
	ck_assert_uint_eq(PxeBootLocal(kit.boot, n, &local), ERROR_NO_MORE_ITEMS);
	ck_assert_uint_eq(PxeBootLocal(NULL, 0, &local), ERROR_INVALID_PARAMETER);
	local.cbSize = 8;
	ck_assert_uint_eq(PxeBootLocal(kit.boot, 0, &local), ERROR_INVALID_PARAMETER);
	return ERROR_SUCCESS;
}

START_TEST(interfaces_and_addresses_are_this_hosts)
{
	kit.initialize = try_interfaces;
	PxeFakeFree(kit_load("", ERROR_SUCCESS));
}
END_TEST

static ULONG n_locals, n_before;

/* What the page asks of a provider's own ServiceControl, and then it looks at the addresses. */
static DWORD PXEAPI own_control(PVOID context, DWORD code)
{
	PXE_BOOT_LOCAL local = { .cbSize = sizeof local };
	DWORD status = PxeBootControl(context, code);

	for (n_locals = 0; PxeBootLocal(context, n_locals, &local) == ERROR_SUCCESS;)
		n_locals++;
	return status;
}

static DWORD replace_control(HKEY key)
{
	DWORD status = PxeBootRegister(kit.boot, (PVOID)kit_request, (PVOID)kit_shutdown, NULL, 0);

	(void)key;
	ck_assert_uint_eq(status, ERROR_SUCCESS);
	own_control(kit.boot, SERVICE_CONTROL_INTERROGATE);
	n_before = n_locals;
	return PxeRegisterCallback(kit.provider, PXE_CALLBACK_SERVICE_CONTROL, (PVOID)own_control,
				   kit.boot);
}

START_TEST(a_control_of_ones_own_sees_the_addresses_that_changed)
{
	PXE_FAKE *fake;

	kit.initialize = replace_control;
	kit.registered = true;
	fake = kit_load("", ERROR_SUCCESS);
	ck_assert_uint_gt(n_before, 0);
	if (unshare(CLONE_NEWNET) == 0) { /* root's: a host without addresses */
		PxeFakeControl(fake, SERVICE_CONTROL_NETBINDREMOVE);
		ck_assert_uint_eq(n_locals, 0);
	}
	ck_assert_msg(!kit_traced(fake, "warning"), "%s", PxeFakeTrace(fake, 0));
	PxeFakeFree(fake);
}
END_TEST

/* ---- an answer ------------------------------------------------------------------------------- */

static const struct {
	const char *text;
	DWORD r;
	const char *why;
} server_rows[] = {
	{ "auto", 0, NULL },
	{ "10.0.0.9", 0, NULL },
	{ "fd77::9", 0, NULL },
	{ "localhost", 0, NULL },
	{ "http://x", ERROR_INVALID_DATA, "without scheme and path" },
	{ "10.0.0.9, 10.0.0.10", ERROR_INVALID_DATA, "write several as a list" },
	{ "10.0.0.9:69", ERROR_INVALID_DATA, "without a port" },
	{ "10.0.0", ERROR_INVALID_DATA, "is not an address" },
	{ "0.0.0.0", ERROR_INVALID_DATA, "is no host's address" },
	{ "255.255.255.255", ERROR_INVALID_DATA, "is no host's address" },
	{ "239.1.2.3", ERROR_INVALID_DATA, "is no host's address" },
	{ "::", ERROR_INVALID_DATA, "is no host's address" },
	{ "ff02::1:2", ERROR_INVALID_DATA, "is no host's address" },
};
API_CASES(PxeBootServerAdd, server_rows);

START_TEST(a_server_is_read)
{
	PXE_BOOT_SERVER server = { .cbSize = sizeof server };
	CHAR why[200] = "";

	ck_assert_msg(PxeBootServerAdd(&server, server_rows[_i].text, why, sizeof why) ==
			      server_rows[_i].r,
		      "%s: %s", server_rows[_i].text, why);
	if (server_rows[_i].why)
		ck_assert_ptr_nonnull(strstr(why, server_rows[_i].why));
	else
		ck_assert(server.bAutomatic || server.V4.uAddrLen == 4 || server.V6.uAddrLen == 16);
	ck_assert_uint_eq(PxeBootServerAdd(NULL, "auto", why, sizeof why), 87);
	ck_assert_uint_eq(PxeBootServerAdd(&server, NULL, why, sizeof why), 87);
	ck_assert_uint_eq(PxeBootServerAdd(&server, "auto", NULL, 0), 87);
	server.cbSize = 0;
	ck_assert_uint_eq(PxeBootServerAdd(&server, "auto", why, sizeof why), 87);
}
END_TEST

#define TURN(...)                                                                                  \
	{                                                                                          \
		__VA_ARGS__                                                                        \
	}

static const struct {
	const char *name;
	const char *texts[3];
	ULONG n;
	DWORD r;
	bool several; /* the kit chooses among them */
} turn_rows[] = {
	{ "one address", TURN("10.0.0.1"), 1, ERROR_SUCCESS, false },
	{ "one of each family", TURN("10.0.0.1", "fd77::1"), 2, ERROR_SUCCESS, false },
	{ "two", TURN("10.0.0.1", "10.0.0.2"), 2, ERROR_SUCCESS, true },
	{ "a name", TURN("localhost"), 1, ERROR_SUCCESS, true },
	{ "this host", TURN("auto"), 1, ERROR_SUCCESS, false },
	{ "this host among others", TURN("auto", "10.0.0.1"), 2, ERROR_INVALID_PARAMETER, false },
	{ "none", TURN("10.0.0.1"), 0, ERROR_INVALID_PARAMETER, false },
	{ "too many", TURN("10.0.0.1"), 65, ERROR_INVALID_PARAMETER, false },
	{ "no text", TURN(NULL), 1, ERROR_INVALID_PARAMETER, false },
};
API_CASES(PxeBootServerTurn, turn_rows);

static DWORD try_small_turns(void)
{
	static const LPCSTR texts[] = { "10.0.0.1", "10.0.0.2" };
	PXE_BOOT_SERVER each[2] = { { .cbSize = sizeof *each }, { .cbSize = sizeof *each } };
	PXE_BOOT_SERVER server = { .cbSize = 4 };

	ck_assert_uint_eq(PxeBootServerTurn(kit.boot, texts, each, 2, 0, &server), 87);
	server.cbSize = sizeof server;
	each[1].cbSize = 4;
	ck_assert_uint_eq(PxeBootServerTurn(kit.boot, texts, each, 2, 0, &server), 87);
	return ERROR_SUCCESS;
}

static DWORD try_turns(HKEY key)
{
	PXE_BOOT_SERVER server = { .cbSize = sizeof server };
	CHAR why[100];

	(void)key;
	for (size_t i = 0; i < ROWS(turn_rows); i++) {
		PXE_BOOT_SERVER each[3] = { { .cbSize = sizeof *each },
					    { .cbSize = sizeof *each },
					    { .cbSize = sizeof *each } };
		const LPCSTR *texts = turn_rows[i].texts;

		for (ULONG j = 0; j < 3 && texts[j]; j++)
			ck_assert_uint_eq(PxeBootServerAdd(&each[j], texts[j], why, sizeof why), 0);
		ck_assert_msg(PxeBootServerTurn(kit.boot, texts, each, turn_rows[i].n, 0,
						&server) == turn_rows[i].r,
			      "%s", turn_rows[i].name);
		if (turn_rows[i].r == ERROR_SUCCESS)
			ck_assert_msg((server.pServers != NULL) == turn_rows[i].several, "%s",
				      turn_rows[i].name);
		ck_assert_uint_eq(PxeBootServerTurn(NULL, texts, each, 1, 0, &server), 87);
		ck_assert_uint_eq(PxeBootServerTurn(kit.boot, NULL, each, 1, 0, &server), 87);
		ck_assert_uint_eq(PxeBootServerTurn(kit.boot, texts, NULL, 1, 0, &server), 87);
		ck_assert_uint_eq(PxeBootServerTurn(kit.boot, texts, each, 1, 0, NULL), 87);
	}
	return try_small_turns();
}

START_TEST(servers_are_joined)
{
	kit = (struct kit){ .initialize = try_turns };
	PxeFakeFree(kit_load("", ERROR_SUCCESS));
}
END_TEST

static const PXE_BOOT_SERVER only_six = { .cbSize = sizeof only_six, .V6 = { { 0xfd }, 16 } };
static const PXE_BOOT_OPTION mine = { 4, 224, { (const BYTE *)"abc", 3 } };
static const PXE_BOOT_OPTION empty = { 4, 80, { NULL, 0 } }; /* such as Rapid Commit */
static const PXE_BOOT_OPTION the_kits = { 4, PXE_DHCP4_OPT_TYPE, { (const BYTE *)"a", 1 } };
static const PXE_BOOT_OPTION no_value = { 4, 224, { NULL, 3 } };
static const PXE_BOOT_NETWORK network = { { { 10 }, 4 }, 8 }, no_network = { { { 10 }, 4 }, 33 };
static const PXE_BOOT_OPTION no_family = { 5, 224, { (const BYTE *)"abc", 3 } };
static const PXE_BOOT_OPTION too_far = { 4, 256, { (const BYTE *)"abc", 3 } };
static const PXE_BOOT_OPTION varying = { 4 | PXE_BOOT_OPTION_VARIABLES,
					 224,
					 { (const BYTE *)"${mac}", 6 } };
static const PXE_BOOT_OPTION varying_43 = { 4 | PXE_BOOT_OPTION_VARIABLES,
					    PXE_DHCP4_OPT_VENDOR,
					    { (const BYTE *)"\x8\6${mac}", 8 } };
static const PXE_BOOT_OPTION varying_175 = { 4 | PXE_BOOT_OPTION_VARIABLES,
					     PXE_DHCP4_OPT_IPXE,
					     { (const BYTE *)"\x8\6${mac}", 8 } };
static const LPCSTR params[] = { "one" };
static const LPCSTR no_param[] = { "one", NULL };
static CHAR long_file[300];

#define ANSWER(...)                                                                                \
	{                                                                                          \
		.cbSize = sizeof(PXE_BOOT_ANSWER), __VA_ARGS__                                     \
	}

static const struct {
	const char *name;
	PXE_BOOT_ANSWER answer;
	DWORD r;
} answer_rows[] = {
	{ "a file", ANSWER(.pszFile = "a"), ERROR_SUCCESS },
	{ "a URL", ANSWER(.pszUrl = "tftp://10.0.0.9/a"), ERROR_SUCCESS },
	{ "an option", ANSWER(.pszFile = "a", .nOptions = 1, .pOptions = &mine), ERROR_SUCCESS },
	{ "an option of no octets", ANSWER(.pszFile = "a", .nOptions = 1, .pOptions = &empty), 0 },
	{ "parameters", ANSWER(.pszFile = "a", .nParams = 1, .ppszParams = params), 0 },
	{ "no size", { .cbSize = 0, .pszFile = "a" }, ERROR_INVALID_PARAMETER },
	{ "nothing", ANSWER(.pszFile = NULL), ERROR_INVALID_PARAMETER },
	{ "an unknown flag", ANSWER(.pszFile = "a", .uFlags = 0x800), ERROR_INVALID_PARAMETER },
	{ "an unknown shape", ANSWER(.pszFile = "a", .uShape = 3), ERROR_INVALID_PARAMETER },
	{ "a long delay", ANSWER(.pszFile = "a", .uDelay = 10001), ERROR_INVALID_PARAMETER },
	{ "no parameters", ANSWER(.pszFile = "a", .nParams = 1), ERROR_INVALID_PARAMETER },
	{ "no parameter", ANSWER(.pszFile = "a", .nParams = 2, .ppszParams = no_param),
	  ERROR_INVALID_PARAMETER },
	{ "no options", ANSWER(.pszFile = "a", .nOptions = 1), ERROR_INVALID_PARAMETER },
	{ "an option of the kit's", ANSWER(.pszFile = "a", .nOptions = 1, .pOptions = &the_kits),
	  ERROR_INVALID_PARAMETER },
	{ "an option without value", ANSWER(.pszFile = "a", .nOptions = 1, .pOptions = &no_value),
	  ERROR_INVALID_PARAMETER },
	{ "an option of no family", ANSWER(.pszFile = "a", .nOptions = 1, .pOptions = &no_family),
	  ERROR_INVALID_PARAMETER },
	{ "an option that is none", ANSWER(.pszFile = "a", .nOptions = 1, .pOptions = &too_far),
	  ERROR_INVALID_PARAMETER },
	{ "an option with a variable", ANSWER(.pszFile = "a", .nOptions = 1, .pOptions = &varying),
	  ERROR_SUCCESS },
	{ "a variable in option 43", ANSWER(.pszFile = "a", .nOptions = 1, .pOptions = &varying_43),
	  ERROR_INVALID_PARAMETER },
	{ "a variable in option 175",
	  ANSWER(.pszFile = "a", .nOptions = 1, .pOptions = &varying_175),
	  ERROR_INVALID_PARAMETER },
	{ "no networks", ANSWER(.pszFile = "a", .nNetworks = 1), ERROR_INVALID_PARAMETER },
	{ "a prefix of no address",
	  ANSWER(.pszFile = "a", .nNetworks = 1, .pNetworks = &no_network),
	  ERROR_INVALID_PARAMETER },
	{ "a network", ANSWER(.pszFile = "a", .nNetworks = 1, .pNetworks = &network),
	  ERROR_SUCCESS },
	{ "a long file", ANSWER(.pszFile = long_file), ERROR_INSUFFICIENT_BUFFER },
};
API_CASES(PxeBootAnswer, answer_rows);

START_TEST(an_answer_is_given_or_refused)
{
	PXE_FAKE_VERDICT verdict;
	PXE_FAKE *fake;

	memset(long_file, 'x', sizeof long_file - 1);
	kit.initialize = NULL;
	kit.answer = &answer_rows[_i].answer;
	fake = kit_load("", ERROR_SUCCESS);
	kit_ask(fake, PXE_ARCH_X86_BIOS, false, &verdict);
	ck_assert_msg(kit.answered == answer_rows[_i].r, "%s: %u", answer_rows[_i].name,
		      kit.answered);
	ck_assert_int_eq(verdict.uReplies, kit.answered == ERROR_SUCCESS);
	PxeFakeFree(fake);
}
END_TEST

/* What the provider says of its answer stands before what the kit says of it. */
static char long_reason[300];
static BYTE large[UINT8_MAX];
static const PXE_BOOT_OPTION too_large[] = {
	{ 4, 225, { large, sizeof large } }, { 4, 226, { large, sizeof large } },
	{ 4, 227, { large, sizeof large } }, { 4, 228, { large, sizeof large } },
	{ 4, 229, { large, sizeof large } },
};
static const struct {
	PXE_BOOT_ANSWER answer;
	const char *reason;
} reason_rows[] = {
	{ ANSWER(.pszFile = "a"), "" },
	{ ANSWER(.pszFile = "a", .pszReason = "pc1, by its MAC"), "pc1, by its MAC" },
	{ ANSWER(.pszFile = "a", .uFlags = PXE_BOOT_ANSWER_STATIC, .pszReason = "pc1"), "pc1" },
	{ ANSWER(.pszFile = "a", .pszReason = "pc1", .nOptions = ROWS(too_large),
		 .pOptions = too_large),
	  "pc1; without option 2" },
	{ ANSWER(.pszFile = "a", .pszReason = long_reason, .nOptions = ROWS(too_large),
		 .pOptions = too_large),
	  "xxxxxxxxx" },
	{ { .cbSize = offsetof(PXE_BOOT_ANSWER, pszReason), .pszFile = "a", .pszReason = "pc1" },
	  "" },
};

START_TEST(an_answer_has_a_reason)
{
	PXE_FAKE_VERDICT verdict;
	PXE_FAKE *fake;

	memset(long_reason, 'x', sizeof long_reason - 1);
	kit = (struct kit){ .answer = &reason_rows[_i].answer };
	fake = kit_load("", ERROR_SUCCESS);
	ck_assert_ptr_nonnull(kit_ask(fake, PXE_ARCH_X86_BIOS, false, &verdict));
	ck_assert_uint_eq(verdict.uReason, PXE_REASON_DECIDED);
	ck_assert_msg(strncmp(verdict.pszReason, reason_rows[_i].reason,
			      strlen(reason_rows[_i].reason)) == 0 &&
			      (reason_rows[_i].reason[0] || !verdict.pszReason[0]),
		      "%s", verdict.pszReason);
	PxeFakeFree(fake);
}
END_TEST

/* ---- who was offered something ----------------------------------------------------------------
 */

enum { NOTHING, FIRST, TRIAL, LEFT, AGAIN };

static const struct {
	const char *name;
	int before; /* what the client asked before */
	bool second;
	BOOL offered;
} offered_rows[] = {
	{ "its first contact", NOTHING, false, FALSE },
	{ "on 4011, out of the blue", NOTHING, true, FALSE },
	{ "on 4011, after an offer", FIRST, true, TRUE },
	{ "on 4011, after a trial", TRIAL, true, FALSE },
	{ "on 4011, after it was left to others", LEFT, true, FALSE },
	{ "a first contact anew", FIRST, false, FALSE },
	{ "on 4011, after one that was left", AGAIN, true, FALSE },
};
API_CASES(PxeBootOffered, offered_rows);

static void ask_before(PXE_FAKE *fake, int what)
{
	static const PXE_BOOT_ANSWER answer = { .cbSize = sizeof answer, .pszFile = "a" };
	BYTE packet[600];
	PXE_FAKE_REQUEST request = { .pPacket = packet };
	PXE_FAKE_VERDICT verdict;

	request.uPacketLen = PxeFakeDiscover(packet, sizeof packet, MAC, PXE_ARCH_X64_UEFI);
	kit.answer = what == LEFT ? NULL : &answer;
	if (what == TRIAL)
		ck_assert_uint_eq(PxeFakeTry(fake, &request, &verdict), ERROR_SUCCESS);
	else if (what != NOTHING)
		ck_assert_uint_eq(PxeFakeReceive(fake, &request, &verdict), ERROR_SUCCESS);
	kit.answer = NULL;
	if (what == AGAIN) {
		packet[4] ^= 1; /* another conversation */
		ck_assert_uint_eq(PxeFakeReceive(fake, &request, &verdict), ERROR_SUCCESS);
	}
}

START_TEST(an_offer_is_remembered_as_ours)
{
	PXE_FAKE_VERDICT verdict;
	PXE_FAKE *fake;

	kit = (struct kit){ .answer = NULL };
	fake = kit_load("", ERROR_SUCCESS);
	ask_before(fake, offered_rows[_i].before);
	kit_ask(fake, PXE_ARCH_X64_UEFI, offered_rows[_i].second, &verdict);
	ck_assert_uint_eq(kit.client, ERROR_SUCCESS);
	ck_assert_msg(PxeBootOffered(&kit.last) == offered_rows[_i].offered, "%s",
		      offered_rows[_i].name);
	ck_assert(!PxeBootOffered(NULL));
	PxeFakeFree(fake);
}
END_TEST

/* The provider decided, to send nothing to this client: it is not at fault. */
static void assert_rejected(const PXE_FAKE_VERDICT *verdict)
{
	ck_assert_uint_eq(kit.answered, ERROR_SUCCESS);
	ck_assert_str_eq(verdict->pszOutcome, "rejected");
	ck_assert_uint_eq(verdict->uReason, PXE_REASON_DECIDED);
	ck_assert_uint_eq(verdict->uReplies, 0);
}

/* Leaving out what does not fit never leaves out what makes the answer impossible. */
START_TEST(an_option_without_its_value_is_not_left_out)
{
	static BYTE octets[UINT8_MAX];
	static const PXE_BOOT_OPTION options[] = {
		{ 4 | PXE_BOOT_OPTION_VARIABLES, 224, { (const BYTE *)"${name}", 7 } },
		{ 4, 225, { octets, sizeof octets } },
		{ 4, 226, { octets, sizeof octets } },
		{ 4, 227, { octets, sizeof octets } },
		{ 4, 228, { octets, sizeof octets } },
		{ 4, 229, { octets, sizeof octets } },
	};
	static const PXE_BOOT_ANSWER answer = { .cbSize = sizeof answer,
						.uFlags = PXE_BOOT_ANSWER_VARIABLES,
						.pszFile = "a",
						.nOptions = ROWS(options),
						.pOptions = options };
	PXE_FAKE_VERDICT verdict;
	PXE_FAKE *fake;

	kit = (struct kit){ .answer = &answer };
	fake = kit_load("", ERROR_SUCCESS);
	ck_assert_ptr_null(kit_ask(fake, PXE_ARCH_X86_BIOS, false, &verdict));
	assert_rejected(&verdict);
	ck_assert_str_eq(verdict.pszReason,
			 "nothing is sent, for ${name} has no value for this machine");
	PxeFakeFree(fake);
}
END_TEST

static CHAR filled_file[260];
static const struct {
	const char *name;
	USHORT arch;
	PXE_BOOT_ANSWER answer;
	DWORD r;
} long_rows[] = {
	{ "a file", PXE_ARCH_X86_BIOS, ANSWER(.pszFile = long_file), ERROR_INSUFFICIENT_BUFFER },
	{ "a URL", PXE_ARCH_X64_UEFI_HTTP, ANSWER(.pszUrl = long_file), ERROR_INSUFFICIENT_BUFFER },
	{ "a file with a variable", PXE_ARCH_X86_BIOS,
	  ANSWER(.uFlags = PXE_BOOT_ANSWER_VARIABLES, .pszFile = filled_file), ERROR_SUCCESS },
	{ "a redirect to it", PXE_ARCH_X64_UEFI,
	  ANSWER(.uFlags = PXE_BOOT_ANSWER_VARIABLES, .pszFile = filled_file), ERROR_SUCCESS },
};

/* That is the entry's, and not the client's. */
START_TEST(a_file_that_no_option_holds_is_not_the_clients_limit)
{
	static const char mac[] = "${mac}"; /* 17 octets */
	PXE_FAKE_VERDICT verdict;
	PXE_FAKE *fake;

	memset(long_file, 'x', sizeof long_file - 1);
	memset(filled_file, 'x', UINT8_MAX - 16);
	memcpy(filled_file + UINT8_MAX - 16, mac, sizeof mac);
	kit = (struct kit){ .answer = &long_rows[_i].answer };
	fake = kit_load("", ERROR_SUCCESS);
	ck_assert_ptr_null(kit_ask(fake, long_rows[_i].arch, false, &verdict));
	ck_assert_uint_eq(kit.answered, long_rows[_i].r);
	if (long_rows[_i].r == ERROR_SUCCESS) /* another client's variables are shorter */
		assert_rejected(&verdict);
	else
		ck_assert_str_eq(verdict.pszOutcome, "provider-failed");
	ck_assert_str_eq(verdict.pszReason,
			 "nothing is sent: its file or url comes to more than 255 octets");
	PxeFakeFree(fake);
}
END_TEST

static void answer_wrongly(HANDLE request, PVOID packet, ULONG len, PXE_ADDRESS *local,
			   PXE_ADDRESS *remote)
{
	static const PXE_BOOT_ANSWER answer = { .cbSize = sizeof answer, .pszFile = "a" };
	PXE_BOOT_CLIENT client = { .cbSize = sizeof client };
	HANDLE none[] = { NULL, (HANDLE)(uintptr_t)0x1234, kit.provider };
	PXE_BOOT_ACTION action;

	/* One that PxeBootClient has not filled in. */
	ck_assert_uint_eq(PxeBootAnswer(kit.boot, request, &client, &answer, &action),
			  ERROR_INVALID_PARAMETER);
	ck_assert_uint_eq(PxeBootClient(kit.boot, request, packet, len, local, remote, &client), 0);
	for (size_t i = 0; i < ROWS(none); i++)
		ck_assert_uint_eq(PxeBootAnswer(kit.boot, none[i], &client, &answer, &action),
				  ERROR_INVALID_HANDLE);
}

/* So an asynchronous provider that comes too late learns that, and not of a lack of memory. */
START_TEST(what_is_no_request_is_not_answered)
{
	static const BYTE solicit[] = { 1,   0,    0,    7,   0, 1, 0,   10,  0,   3,   0,
					1,   0x52, 0x54, 0,   0, 0, 1,   0,   16,  0,   15,
					0,   0,    1,    87,  0, 9, 'P', 'X', 'E', 'C', 'l',
					'i', 'e',  'n',  't', 0, 6, 0,   2,   0,   59 };
	PXE_FAKE_REQUEST six = { .pPacket = solicit,
				 .uPacketLen = sizeof solicit,
				 .pszLocal = "fd77::2" };
	PXE_FAKE_VERDICT verdict;
	PXE_FAKE *fake;

	kit = (struct kit){ .seen = answer_wrongly };
	fake = kit_load("", ERROR_SUCCESS);
	kit_ask(fake, PXE_ARCH_X86_BIOS, false, &verdict);
	ck_assert_uint_eq(kit.last.uFamily, 4);
	ck_assert_uint_eq(PxeFakeReceive(fake, &six, &verdict), ERROR_SUCCESS);
	ck_assert_uint_eq(kit.last.uFamily, 6);
	PxeFakeFree(fake);
}
END_TEST

/* What a provider adds stands in the answers that name the file, as octets: not in one that sends
 * the client to port 4011. */
START_TEST(what_a_provider_adds_is_sent)
{
	static const BYTE nbp[] = { 250, 5, 2, 1, 1, 255, 0 };
	static const PXE_BOOT_ANSWER answer = { .cbSize = sizeof answer,
						.pszFile = "wdsmgfw.efi",
						.nOptions = 1,
						.pOptions = &mine,
						.pszBcd = "\\Tmp\\x64.bcd",
						.WdsNbp = { nbp, sizeof nbp } };
	static const struct {
		BYTE code, len;
		const void *value;
	} added[] = { { 224, 3, "abc" }, { 252, 13, "\\Tmp\\x64.bcd" }, { 250, 5, nbp + 2 } };
	PXE_FAKE_VERDICT verdict;
	PXE_FAKE *fake;

	kit = (struct kit){ .answer = &answer };
	fake = kit_load("", ERROR_SUCCESS);
	for (int second = 0; second < 2; second++) {
		const PXE_FAKE_REPLY *reply = kit_ask(fake, PXE_ARCH_X64_UEFI, second, &verdict);
		BYTE n = 0;
		PVOID value;

		ck_assert_ptr_nonnull(reply);
		for (size_t i = 0; i < ROWS(added); i++) {
			DWORD r = PxeDhcpGetOptionValue((PVOID)(uintptr_t)reply->pPacket,
							reply->uPacketLen, 1, added[i].code, &n,
							&value);

			ck_assert_uint_eq(r, second ? ERROR_SUCCESS : ERROR_FILE_NOT_FOUND);
			if (second)
				ck_assert(n == added[i].len &&
					  memcmp(value, added[i].value, n) == 0);
		}
	}
	PxeFakeFree(fake);
}
END_TEST

/* What an older caller does not know of is not read: here it is what would crash. */
START_TEST(an_older_answer_is_taken)
{
	PXE_BOOT_ANSWER answer = { .cbSize = offsetof(PXE_BOOT_ANSWER, pMenu),
				   .pszFile = "boot.efi" };
	PXE_FAKE_VERDICT verdict;
	PXE_FAKE *fake;

	memset((char *)&answer + answer.cbSize, 0xa5, sizeof answer - answer.cbSize);
	kit = (struct kit){ .answer = &answer };
	fake = kit_load("", ERROR_SUCCESS);
	ck_assert_ptr_nonnull(kit_ask(fake, PXE_ARCH_X64_UEFI, false, &verdict));
	ck_assert_ptr_nonnull(kit_ask(fake, PXE_ARCH_X64_UEFI, true, &verdict));
	answer.uFlags = PXE_BOOT_ANSWER_VARIABLES;
	answer.pszFile = "${name}";
	ck_assert_ptr_null(kit_ask(fake, PXE_ARCH_X86_BIOS, false, &verdict));
	assert_rejected(&verdict);
	answer.cbSize--; /* shorter than any */
	kit_ask(fake, PXE_ARCH_X86_BIOS, false, &verdict);
	ck_assert_uint_eq(kit.answered, ERROR_INVALID_PARAMETER);
	PxeFakeFree(fake);
}
END_TEST

/* ---- variables ------------------------------------------------------------------------------- */

static const struct {
	const char *value; /* of ${name} and of ${group} */
	const char *file;  /* by TFTP, in url for HTTP; NULL: it is refused */
	const char *url;
} name_rows[] = {
	{ "pc01", "pc01/f", "http://10.0.0.9/pc01/f" },
	{ "pc 01?#", "pc 01?#/f", "http://10.0.0.9/pc%2001%3F%23/f" },
	{ "a.b", "a.b/f", "http://10.0.0.9/a.b/f" },
	{ "..a", NULL, NULL },
	{ "..", NULL, NULL },
	{ ".", NULL, NULL },
	{ "a/b", NULL, NULL },
	{ "/", NULL, NULL },
	{ "a\\b", NULL, NULL },
	{ "%2f", NULL, NULL },
	{ "%2e%2e%2fetc", NULL, NULL },
	{ "a%00", NULL, NULL },
	{ "a\nb", NULL, NULL },
	{ "a\x1b[2J", NULL, NULL },
	{ "\x7f", NULL, NULL },
	{ "", NULL, NULL },
	{ NULL, NULL, NULL },
};
API_CASES(PxeBootVariable, name_rows);

static void fill_name(const PXE_BOOT_ANSWER *of, int row, bool group)
{
	PXE_BOOT_ANSWER answer = *of;
	bool http = of->pszUrl && strncmp(of->pszUrl, "http:", 5) == 0;
	const char *file = http ? name_rows[row].url : name_rows[row].file;
	const PXE_FAKE_REPLY *reply;
	PXE_FAKE_VERDICT verdict;
	PXE_FAKE *fake;

	answer.pszName = group ? "fine" : name_rows[row].value;
	answer.pszGroup = group ? name_rows[row].value : "fine";
	kit = (struct kit){ .answer = &answer };
	fake = kit_load("", ERROR_SUCCESS);
	reply = kit_ask(fake, http ? PXE_ARCH_X64_UEFI_HTTP : PXE_ARCH_X86_BIOS, false, &verdict);
	ck_assert_msg((reply != NULL) == (file != NULL), "%s", name_rows[row].value);
	if (reply)
		ck_assert_str_eq((const char *)reply->pPacket + 108, file);
	else
		ck_assert_msg(strstr(verdict.pszReason, group ? "${group}" : "${name}") != NULL,
			      "%s", verdict.pszReason);
	if (!reply)
		assert_rejected(&verdict);
	PxeFakeFree(fake);
}

/* Criterion 4: a name is one segment of a path, or nothing is sent. */
START_TEST(a_name_is_one_segment_of_a_path)
{
	static const PXE_BOOT_SERVER nine = { .cbSize = sizeof nine, .V4 = { { 10, 0, 0, 9 }, 4 } };
	PXE_BOOT_ANSWER answer = { .cbSize = sizeof answer,
				   .uFlags = PXE_BOOT_ANSWER_VARIABLES,
				   .pServer = &nine };

	answer.pszFile = "${name}/f";
	fill_name(&answer, _i, false);
	answer.pszFile = "${group}/f";
	fill_name(&answer, _i, true);
	answer.pszFile = NULL;
	answer.pszUrl = "http://${server}/${name}/f";
	fill_name(&answer, _i, false);
	answer.pszUrl = "http://${server}/${group}/f";
	fill_name(&answer, _i, true);
	answer.pszUrl = "tftp://${server}/${name}/f"; /* for a ROM a server and a path */
	fill_name(&answer, _i, false);
	answer.pszUrl = "tftp://${server}/${group}/f";
	fill_name(&answer, _i, true);
}
END_TEST

START_TEST(variables_have_names)
{
	ULONG n = 0;

	ck_assert_str_eq(PxeBootVariable(0), "mac");
	while (PxeBootVariable(n))
		n++;
	ck_assert_uint_ge(n, 10);
	ck_assert_ptr_null(PxeBootVariable(0xffffffff));
}
END_TEST

/* What was prepared of one answer serves those that differ in name and group alone. */
START_TEST(answers_of_one_original_differ_in_name)
{
	static const char *const names[] = { "pc01", "pc02", "pc01" };
	PXE_BOOT_ANSWER original = { .cbSize = sizeof original,
				     .uFlags = PXE_BOOT_ANSWER_VARIABLES | PXE_BOOT_ANSWER_STATIC,
				     .pszFile = "${name}" };
	PXE_FAKE_VERDICT verdict;
	PXE_FAKE *fake;

	kit = (struct kit){ .answer = NULL };
	fake = kit_load("", ERROR_SUCCESS);
	for (size_t i = 0; i < ROWS(names); i++) {
		PXE_BOOT_ANSWER answer = original;
		const PXE_FAKE_REPLY *reply;

		answer.pszName = names[i];
		answer.pOriginal = &original;
		kit.answer = &answer;
		reply = kit_ask(fake, PXE_ARCH_X86_BIOS, false, &verdict);
		ck_assert_ptr_nonnull(reply);
		ck_assert_str_eq((const char *)reply->pPacket + 108, names[i]);
	}
	PxeFakeFree(fake);
}
END_TEST

/* ... and, by a number, in the file too. */
START_TEST(answers_of_one_original_differ_by_their_number)
{
	static const struct {
		const char *file;
		ULONGLONG number;
	} asked[] = { { "one", 1 }, { "two", 2 }, { "one", 1 }, { "${mac}", 3 }, { "two", 2 } };
	const PXE_BOOT_ANSWER original = { .cbSize = sizeof original,
					   .uFlags = PXE_BOOT_ANSWER_STATIC,
					   .pszFile = "none" };
	PXE_FAKE_VERDICT verdict;
	PXE_FAKE *fake;

	kit = (struct kit){ .answer = NULL };
	fake = kit_load("", ERROR_SUCCESS);
	for (size_t i = 0; i < 2 * ROWS(asked); i++) {
		const char *file = asked[i % ROWS(asked)].file;
		PXE_BOOT_ANSWER answer = original;
		const PXE_FAKE_REPLY *reply;

		answer.pszFile = file;
		answer.pOriginal = &original;
		answer.ullOutcome = asked[i % ROWS(asked)].number;
		if (*file == '$')
			answer.uFlags |= PXE_BOOT_ANSWER_VARIABLES;
		kit.answer = &answer;
		reply = kit_ask(fake, PXE_ARCH_X86_BIOS, false, &verdict);
		ck_assert_ptr_nonnull(reply);
		ck_assert_str_eq((const char *)reply->pPacket + 108,
				 *file == '$' ? "52:54:00:00:00:01" : file);
	}
	PxeFakeFree(fake);
}
END_TEST

#define NO_HTTP "the entry has a file, but HTTP Boot needs a url"
#define NO_FOUR "server has no IPv4 address, which this client needs"
#define NO_SIX  "server has no IPv6 address, which this client needs"

static const PXE_BOOT_SERVER only_four = { .cbSize = sizeof only_four,
					   .V4 = { { 10, 0, 0, 9 }, 4 } };

static const struct {
	const char *name;
	ULONG family, class;
	PXE_BOOT_ANSWER answer;
	const char *obstacle;
} obstacle_rows[] = {
	{ "a file", 4, PXE_BOOT_CLASS_PXE, { .pszFile = "a" }, NULL },
	{ "a file over HTTP", 4, PXE_BOOT_CLASS_HTTP, { .pszFile = "a" }, NO_HTTP },
	{ "both over HTTP",
	  4,
	  PXE_BOOT_CLASS_HTTP,
	  { .pszFile = "a", .pszUrl = "http://${server}/a" },
	  NULL },
	{ "a file there",
	  4,
	  PXE_BOOT_CLASS_PXE,
	  { .pszFile = "a", .pServer = &only_six },
	  NO_FOUR },
	{ "a file here", 6, PXE_BOOT_CLASS_PXE, { .pszFile = "a", .pServer = &only_four }, NO_SIX },
	{ "a URL there",
	  4,
	  PXE_BOOT_CLASS_HTTP,
	  { .pszUrl = "http://${server}/", .pServer = &only_six },
	  NO_FOUR },
	{ "a URL of its own",
	  4,
	  PXE_BOOT_CLASS_HTTP,
	  { .pszUrl = "http://x/", .pServer = &only_six },
	  NULL },
};
API_CASES(PxeBootObstacle, obstacle_rows);

START_TEST(an_obstacle_is_named)
{
	PXE_BOOT_CLIENT client = { .cbSize = sizeof client };
	const char *said;

	client.uFamily = obstacle_rows[_i].family;
	client.uClass = obstacle_rows[_i].class;
	client.Local.uAddrLen = client.uFamily == 4 ? 4 : 16;
	said = PxeBootObstacle(&client, &obstacle_rows[_i].answer);
	if (obstacle_rows[_i].obstacle)
		ck_assert_str_eq(said ? said : "none", obstacle_rows[_i].obstacle);
	else
		ck_assert_msg(!said, "%s: %s", obstacle_rows[_i].name, said);
}
END_TEST

START_TEST(an_obstacle_without_client_or_answer)
{
	PXE_BOOT_CLIENT client = { .cbSize = sizeof client };

	ck_assert_ptr_nonnull(PxeBootObstacle(NULL, &obstacle_rows[0].answer));
	ck_assert_ptr_nonnull(PxeBootObstacle(&client, NULL));
}
END_TEST

/* ---- for tables ------------------------------------------------------------------------------ */

static const struct {
	ULONG code;
	const char *name; /* NULL: it has none */
	bool http;
} arch_rows[] = {
	{ 0, "x86-bios", false }, { 16, "x64-uefi-http", true },       { 41, "arm-rpiboot", false },
	{ 42, NULL, false },      { PXE_BOOT_ARCH_NONE, NULL, false },
};
API_CASES(PxeBootArchName, arch_rows);
API_CASES(PxeBootArchParse, arch_rows);
API_CASES(PxeBootArchIsHttp, arch_rows);

START_TEST(an_architecture_has_its_name)
{
	const char *name = PxeBootArchName(arch_rows[_i].code);

	ck_assert_str_eq(name ? name : "", arch_rows[_i].name ? arch_rows[_i].name : "");
	ck_assert_uint_eq(PxeBootArchParse(name), name ? arch_rows[_i].code : PXE_BOOT_ARCH_NONE);
	ck_assert_int_eq(PxeBootArchIsHttp(arch_rows[_i].code), arch_rows[_i].http);
}
END_TEST

static const struct {
	const char *word, *meant;
} meant_rows[] = {
	{ "x64-uef", "x64-uefi" },
	{ "UEFI", "x64-uefi" },
	{ "x86PC", "x86-bios" },
	{ "toaster", NULL },
	{ NULL, NULL },
	{ "ia32-uefi", "x86-uefi" },
	{ "x86-64-efi", "x64-uefi" },
	{ "X86_64_UEFI", "x64-uefi" },
	{ "arm64_efi", "arm64-uefi" },
	{ "x64-http", "x64-uefi-http" },
	{ "-", NULL },
	{ "u", NULL },
	{ "", NULL },
	{ NULL, NULL },
};
API_CASES(PxeBootArchMeant, meant_rows);

static const LPCSTR words[] = { "server", "file", NULL };
static const struct {
	const char *word, *nearest;
} nearest_rows[] = { { "sever", "server" },
		     { "FILE", "file" },
		     { "serv", "server" },
		     { "x", NULL },
		     { NULL, NULL } };
API_CASES(PxeBootNearest, nearest_rows);

START_TEST(a_mistyped_word_is_guessed)
{
	const char *meant;

	for (size_t i = 0; i < ROWS(meant_rows); i++) {
		meant = PxeBootArchMeant(meant_rows[i].word);
		ck_assert_str_eq(meant ? meant : "",
				 meant_rows[i].meant ? meant_rows[i].meant : "");
	}
	for (size_t i = 0; i < ROWS(nearest_rows); i++) {
		meant = PxeBootNearest(nearest_rows[i].word, words);
		ck_assert_str_eq(meant ? meant : "",
				 nearest_rows[i].nearest ? nearest_rows[i].nearest : "");
	}
	ck_assert(!PxeBootNearest("file", NULL));
}
END_TEST

static const struct {
	BYTE kind;
	const char *data;
} hash_rows[] = { { 0, "" }, { 0, "a" }, { 1, "a" }, { 0, "hello, world" } };
API_CASES(PxeBootHash, hash_rows);
API_CASES(PxeBootSecret, hash_rows);

START_TEST(a_hash_depends_on_secret_kind_and_data)
{
	PXE_BOOT_SECRET one, other;
	ULONGLONG hashes[ROWS(hash_rows)];

	ck_assert_uint_eq(PxeBootSecret(&one), ERROR_SUCCESS);
	ck_assert_uint_eq(PxeBootSecret(&other), ERROR_SUCCESS);
	ck_assert_uint_eq(PxeBootSecret(NULL), ERROR_INVALID_PARAMETER);
	ck_assert(memcmp(&one, &other, sizeof one) != 0);
	ck_assert_uint_eq(PxeBootHash(NULL, 0, "a", 1), 0);
	ck_assert_uint_eq(PxeBootHash(&one, 0, NULL, 1), 0);
	for (size_t i = 0; i < ROWS(hash_rows); i++) {
		size_t len = strlen(hash_rows[i].data);

		hashes[i] = PxeBootHash(&one, hash_rows[i].kind, hash_rows[i].data, len);
		ck_assert(hashes[i] !=
			  PxeBootHash(&other, hash_rows[i].kind, hash_rows[i].data, len));
		for (size_t j = 0; j < i; j++)
			ck_assert(hashes[i] != hashes[j]);
	}
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("the kit's functions");

	tcase_add_test(tcase, an_instance_is_set_up);
	tcase_add_test(tcase, a_client_is_read);
	tcase_add_test(tcase, a_trial_is_not_remembered);
	tcase_add_test(tcase, interfaces_and_addresses_are_this_hosts);
	tcase_add_test(tcase, a_control_of_ones_own_sees_the_addresses_that_changed);
	TEST_ROWS(tcase, a_server_is_read, server_rows);
	TEST_ROWS(tcase, an_answer_is_given_or_refused, answer_rows);
	TEST_ROWS(tcase, an_answer_has_a_reason, reason_rows);
	TEST_ROWS(tcase, an_offer_is_remembered_as_ours, offered_rows);
	tcase_add_test(tcase, an_option_without_its_value_is_not_left_out);
	TEST_ROWS(tcase, a_file_that_no_option_holds_is_not_the_clients_limit, long_rows);
	tcase_add_test(tcase, servers_are_joined);
	tcase_add_test(tcase, what_is_no_request_is_not_answered);
	tcase_add_test(tcase, an_older_answer_is_taken);
	TEST_ROWS(tcase, a_name_is_one_segment_of_a_path, name_rows);
	tcase_add_test(tcase, variables_have_names);
	tcase_add_test(tcase, answers_of_one_original_differ_in_name);
	tcase_add_test(tcase, answers_of_one_original_differ_by_their_number);
	tcase_add_test(tcase, what_a_provider_adds_is_sent);
	TEST_ROWS(tcase, an_obstacle_is_named, obstacle_rows);
	tcase_add_test(tcase, an_obstacle_without_client_or_answer);
	TEST_ROWS(tcase, an_architecture_has_its_name, arch_rows);
	tcase_add_test(tcase, a_mistyped_word_is_guessed);
	tcase_add_test(tcase, a_hash_depends_on_secret_kind_and_data);
	suite_apart(); /* the provider is loaded once */
	return suite_run("kit/api", tcase);
}
