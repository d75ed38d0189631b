/* A provider that does everything wrong, at random, from many threads.
 *
 * Its own threads (villains) call the API with handles and packets that are live, dead, of another
 * request, or made up. Its callback decides, parks, completes twice, too early, too late or never,
 * frees twice and sends after the end. Where one thread alone knows what must come back, it is
 * checked to the code; elsewhere that it is one of the documented codes.
 */
#include "torture.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <wdspxe.h>

enum { VILLAINS = 4, LOOT = 64, DEBTS = 32, LATE = 4, TRIES_A_REQUEST = 24 };

static struct torture_shared *shared;
static HANDLE provider;
static pthread_t villain[VILLAINS];
static _Atomic bool leaving;
static struct {
	_Atomic uintptr_t request, packet;
} loot[LOOT]; /* handles and packets that any thread may pick up */

/* Requests that were parked: each is completed in the end, in time or long after, for who gives
 * nothing back is asked no more. */
static _Atomic uintptr_t debt[DEBTS];

/* Parked requests that never were loot, so that no villain completes them by chance: each is paid
 * only after more requests have timed out than before it. So some do, however fast the host is. */
static struct {
	_Atomic uintptr_t request;
	_Atomic uint64_t timeouts_before;
} late[LATE];

static int address_of_nothing; /* no packet */

static _Thread_local uint64_t dice_state;

static uint32_t dice(uint32_t sides)
{
	if (dice_state == 0)
		dice_state = (uintptr_t)&dice_state | 1;
	dice_state ^= dice_state << 13;
	dice_state ^= dice_state >> 7;
	dice_state ^= dice_state << 17;
	return (uint32_t)(dice_state >> 32) % sides;
}

static void wrong(const char *what, DWORD code)
{
	if (atomic_fetch_add(&shared->wrong, 1) == 0)
		snprintf(shared->first_wrong, sizeof(shared->first_wrong), "%s returned %u", what,
			 code);
}

/* Counts a call whose code must be one of a list that ends with UINT32_MAX. */
static DWORD expect(const char *what, DWORD code, const DWORD *allowed)
{
	atomic_fetch_add_explicit(&shared->operations, 1, memory_order_relaxed);
	if (code != ERROR_SUCCESS)
		atomic_fetch_add_explicit(&shared->misuses, 1, memory_order_relaxed);
	for (; *allowed != UINT32_MAX; allowed++)
		if (*allowed == code)
			return code;
	wrong(what, code);
	return code;
}

#define EXPECT(call, ...) expect(#call, call, (const DWORD[]){ __VA_ARGS__, UINT32_MAX })

static PVOID allocate(HANDLE request, ULONG size)
{
	PVOID packet = PxePacketAllocate(provider, request, size);

	atomic_fetch_add_explicit(&shared->operations, 1, memory_order_relaxed);
	if (!packet && GetLastError() != ERROR_INVALID_HANDLE &&
	    GetLastError() != ERROR_NOT_ENOUGH_MEMORY &&
	    !(GetLastError() == ERROR_INVALID_PARAMETER && (size == 0 || size > 65507)))
		wrong("PxePacketAllocate", GetLastError());
	return packet;
}

static ULONG any_size(void)
{
	static const ULONG sizes[] = { 0,    1,    243,  300,   548,   1472,
				       2048, 2049, 9000, 65507, 65508, 0xffffffff };

	return dice(4) ? 300 : sizes[dice(sizeof(sizes) / sizeof(sizes[0]))];
}

static HANDLE any_request(void)
{
	switch (dice(8)) {
	case 0:
		return (HANDLE)(uintptr_t)((uint64_t)dice(UINT32_MAX) << 32 | dice(UINT32_MAX));
	case 1:
		return (HANDLE)&loot;
	case 2: /* a live one, but of an earlier generation, or of one that never comes */
		return (HANDLE)(atomic_load(&loot[dice(LOOT)].request) - 1 - dice(3) +
				((uint64_t)dice(2) << 30));
	default:
		return (HANDLE)atomic_load(&loot[dice(LOOT)].request);
	}
}

static PVOID any_packet(void)
{
	switch (dice(8)) {
	case 0:
		return (PVOID)(uintptr_t)((uint64_t)dice(UINT32_MAX) << 16 | 16);
	case 1:
		return (PVOID)(atomic_load(&loot[dice(LOOT)].packet) + dice(32));
	default:
		return (PVOID)atomic_load(&loot[dice(LOOT)].packet);
	}
}

static void hoard(HANDLE request, PVOID packet)
{
	uint32_t place = dice(LOOT);

	atomic_store(&loot[place].request, (uintptr_t)request);
	atomic_store(&loot[place].packet, (uintptr_t)packet);
}

static PXE_ADDRESS *any_address(PXE_ADDRESS *out)
{
	*out = (PXE_ADDRESS){ .uFlags = dice(5) ? PXE_ADDR_USE_DHCP_RULES : dice(64),
			      .uAddrLen = dice(5) ? 4 : dice(20),
			      .uPort = (USHORT)dice(65536) };
	out->bAddress[0] = (BYTE)dice(256);
	return dice(6) ? out : NULL;
}

static void pay(uintptr_t request)
{
	if (request)
		EXPECT(PxeAsyncRecvDone((HANDLE)request, 1 + dice(4)), 0, 6);
}

static void owe(HANDLE request)
{
	pay(atomic_exchange(&debt[dice(DEBTS)], (uintptr_t)request));
}

/* Whether the request is kept to be late. The first ones of a run all are. */
static bool keep_late(HANDLE request)
{
	uint32_t place = dice(LATE);
	uint64_t timeouts = atomic_load(&shared->timeouts);
	uintptr_t none = 0;

	if ((timeouts > 0 && dice(64) > 0) || atomic_load(&late[place].request))
		return false;
	atomic_store(&late[place].timeouts_before, timeouts);
	return atomic_compare_exchange_strong(&late[place].request, &none, (uintptr_t)request);
}

static void pay_late(void)
{
	uint32_t place = dice(LATE);

	if (atomic_load(&shared->timeouts) > atomic_load(&late[place].timeouts_before))
		pay(atomic_exchange(&late[place].request, 0));
}

/* One call with whatever comes to hand. */
static void do_wrong(void)
{
	PXE_ADDRESS address;
	HANDLE request = any_request();
	PVOID packet = any_packet();

	if (!packet)
		packet = (PVOID)(uintptr_t)64;
	if (dice(2000) == 0)
		pay(atomic_exchange(&debt[dice(DEBTS)], 0));
	if (dice(2000) == 0)
		pay_late();
	switch (dice(8)) {
	case 0:
	case 1:
		EXPECT(PxeSendReply(request, packet, any_size(), any_address(&address)), 0, 5, 6, 8,
		       13, 87, 122, 995, 1231);
		break;
	case 2:
		EXPECT(PxePacketFree(provider, request, packet), 0, 6, 87);
		break;
	case 3:
		EXPECT(PxePacketFree(any_request(), request, packet), 6);
		break;
	case 4:
		EXPECT(PxeAsyncRecvDone(request, dice(9)), 0, 6, 87);
		break;
	case 5:
		hoard(request, allocate(request, any_size()));
		break;
	case 6:
		EXPECT(PxeRegisterCallback(provider, dice(5), (PVOID)do_wrong, NULL), 6, 87, 1115,
		       5023);
		break;
	default:
		EXPECT(PxeTrace(dice(2) ? request : NULL, dice(UINT32_MAX), L"%s %S %d",
				dice(2) ? NULL : L"wide", "narrow", 7),
		       0);
	}
}

static void *be_villain(void *arg)
{
	(void)arg;
	while (!atomic_load_explicit(&leaving, memory_order_relaxed))
		do_wrong();
	for (int i = 0; i < 100; i++) /* into the shutdown */
		do_wrong();
	return NULL;
}

/* After its own completion a thread knows what everything must return. */
static void after_the_end(HANDLE request, PVOID packet)
{
	EXPECT(PxeAsyncRecvDone(request, PXE_BA_IGNORE), 6);
	EXPECT(PxeSendReply(request, packet, 300, NULL), 6);
	EXPECT(PxePacketFree(provider, request, packet), 6);
	if (allocate(request, 300))
		wrong("PxePacketAllocate after the end", 0);
}

static DWORD park(HANDLE request, PVOID packet)
{
	owe(request);
	switch (dice(4)) {
	case 0: /* a villain completes it, sooner or later */
		break;
	case 1: /* too early, which is allowed; then once more, which is not */
		if (EXPECT(PxeAsyncRecvDone(request, 1 + dice(4)), 0, 6) == 0)
			after_the_end(request, packet);
		break;
	default:
		hoard(request, packet);
	}
	return ERROR_IO_PENDING;
}

static DWORD decide(HANDLE request, PVOID packet, PXE_BOOT_ACTION *action)
{
	switch (dice(8)) {
	case 0:
		return ERROR_GEN_FAILURE;
	case 1: /* completes, and then returns something else */
		EXPECT(PxeAsyncRecvDone(request, PXE_BA_NBP), 0, 6);
		*action = PXE_BA_IGNORE;
		return ERROR_SUCCESS;
	case 2:
	case 3:
	case 4:
		return park(request, packet);
	default:
		*action = dice(7);
		return ERROR_SUCCESS;
	}
}

/* Not from Initialize: there a villain's PxeRegisterCallback would be right, and replace ours. */
static void villains_start(void)
{
	for (int i = 0; i < VILLAINS; i++)
		pthread_create(&villain[i], NULL, be_villain, NULL);
}

static DWORD recv_request(HANDLE request, PVOID packet, ULONG len, PXE_ADDRESS *local,
			  PXE_ADDRESS *remote, PXE_BOOT_ACTION *action, PVOID context)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	PVOID reply;
	ULONG used;

	if (keep_late(request))
		return ERROR_IO_PENDING;
	reply = allocate(request, 300);
	pthread_once(&once, villains_start);
	(void)local;
	(void)remote;
	(void)context;
	if (reply && PxeDhcpInitialize(packet, len, reply, 300, &used) == ERROR_SUCCESS)
		PxeDhcpAppendOption(reply, 300, &used, 255, 0, NULL);
	hoard(request, reply);
	for (int i = 0; i < TRIES_A_REQUEST; i++)
		do_wrong();
	EXPECT(PxeSendReply(request, packet, len, NULL), 6, 87); /* the request's own octets */
	if (reply && PxePacketFree(provider, request, reply) == ERROR_SUCCESS && dice(2))
		EXPECT(PxePacketFree(provider, request, reply), 0, 6,
		       87); /* 0: a villain's since */
	return decide(request, reply ? reply : (PVOID)(uintptr_t)64, action);
}

/* It is over: nothing is sent any more, and it may be given back, here or by whoever else has it.
 */
static VOID request_ended(HANDLE request, ULONG reason, PVOID context)
{
	if ((reason != PXE_ENDED_TIMEOUT && reason != PXE_ENDED_STOPPED) || context != loot)
		wrong("PxeProviderRequestEnded's arguments", reason);
	EXPECT(PxeSendReply(request, &address_of_nothing, 1, NULL), 6, 995);
	if (allocate(request, 300))
		wrong("PxePacketAllocate in PxeProviderRequestEnded", 0);
	if (dice(2))
		hoard(request, NULL);
	for (uint32_t i = dice(4); i > 0; i--)
		do_wrong();
	if (dice(4) == 0 && EXPECT(PxeAsyncRecvDone(request, 1 + dice(4)), 0, 6) == 0)
		after_the_end(request, &address_of_nothing);
	atomic_fetch_add(&shared->told, 1);
}

static DWORD shut_down(PVOID context)
{
	(void)context;
	atomic_store(&leaving, true);
	for (int i = 0; i < VILLAINS; i++)
		pthread_join(villain[i], NULL);
	EXPECT(PxeTrace(provider, PXE_TRACE_INFO, L"over"), 0);
	EXPECT(PxeRegisterCallback(provider, 0, (PVOID)do_wrong, NULL), 1115);
	return ERROR_GEN_FAILURE;
}

DWORD PXEAPI PxeProviderInitialize(HANDLE hProvider, HKEY key)
{
	char text[32] = "";
	DWORD size = sizeof(text) - 1, type;

	if (RegQueryValueExA(key, "shared", NULL, &type, (BYTE *)text, &size) != ERROR_SUCCESS)
		return ERROR_INVALID_DATA;
	shared = (struct torture_shared *)strtoull(text, NULL, 16);
	provider = hProvider;
	EXPECT(PxeRegisterCallback(provider, PXE_CALLBACK_RECV_REQUEST, (PVOID)recv_request, NULL),
	       0);
	EXPECT(PxeRegisterCallback(provider, PXE_CALLBACK_SHUTDOWN, (PVOID)shut_down, NULL), 0);
	EXPECT(PxeRegisterCallback(provider, PXE_CALLBACK_REQUEST_ENDED, (PVOID)request_ended,
				   loot),
	       0);
	EXPECT(PxeRegisterCallback(provider, PXE_CALLBACK_MAX, (PVOID)shut_down, NULL), 87);
	EXPECT(PxeRegisterCallback(provider, 0xffffffff, (PVOID)shut_down, NULL), 50);
	return ERROR_SUCCESS;
}
