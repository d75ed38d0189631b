/* A provider of the kit whose code is the test's own, in the host without a daemon. */
#pragma once

#include <stdio.h>

#include <wdspxe-boot.h>
#include <wdspxe-fake.h>

#include "built.h"
#include "libwdspxe/api_cases.h"
#include "providers/hooked.h"

#define HOOKED built_module("tests/providers/hooked.so")
#define MAC    "52:54:00:00:00:01"

/* What a test makes of it; all may be NULL. */
static struct kit {
	DWORD (*initialize)(HKEY key); /* after the kit was opened */
	bool registered;               /* by initialize */
	const PXE_BOOT_ANSWER *answer; /* NULL: every client is left to others */
	void (*seen)(HANDLE request, PVOID packet, ULONG len, PXE_ADDRESS *local,
		     PXE_ADDRESS *remote);

	PXE_BOOT *boot;
	HANDLE provider;
	DWORD client, answered; /* what PxeBootClient and PxeBootAnswer returned */
	PXE_BOOT_CLIENT last;   /* to be looked at for its numbers only */
} kit;

static DWORD PXEAPI kit_request(HANDLE request, PVOID packet, ULONG len, PXE_ADDRESS *local,
				PXE_ADDRESS *remote, PXE_BOOT_ACTION *action, PVOID context)
{
	PXE_BOOT_CLIENT client = { .cbSize = sizeof client };

	(void)context;
	if (kit.seen)
		kit.seen(request, packet, len, local, remote);
	kit.client = PxeBootClient(kit.boot, request, packet, len, local, remote, &client);
	kit.last = client;
	*action = PXE_BA_REJECTED;
	if (kit.client != ERROR_SUCCESS || !kit.answer)
		return ERROR_SUCCESS;
	kit.answered = PxeBootAnswer(kit.boot, request, &client, kit.answer, action);
	return kit.answered;
}

static DWORD PXEAPI kit_shutdown(PVOID context)
{
	(void)context;
	PxeBootClose(kit.boot);
	kit.boot = NULL;
	return ERROR_SUCCESS;
}

static DWORD kit_initialize(HANDLE provider, HKEY key)
{
	DWORD status;

	kit.provider = provider;
	kit.boot = PxeBootOpen(provider);
	if (!kit.boot)
		return GetLastError();
	status = kit.initialize ? kit.initialize(key) : ERROR_SUCCESS;
	if (status == ERROR_SUCCESS && !kit.registered)
		status = PxeBootRegister(kit.boot, (PVOID)kit_request, (PVOID)kit_shutdown, NULL,
					 PXE_BOOT_NONBLOCKING | PXE_BOOT_TRIALS);
	if (status != ERROR_SUCCESS)
		PxeBootClose(kit.boot);
	return status;
}

/* Loads it with further settings; `status` is what the loading must return. */
static inline PXE_FAKE *kit_load(const char *settings, DWORD status)
{
	static const struct hooks hooks = { kit_initialize };
	PXE_FAKE *fake = PxeFakeNew();
	char text[2048], why[512] = "";

	ck_assert_ptr_nonnull(fake);
	snprintf(text, sizeof text, "hooks = \"%llx\";\n%s", (unsigned long long)(uintptr_t)&hooks,
		 settings);
	ck_assert_msg(PxeFakeLoad(fake, HOOKED, text, why, sizeof why) == status, "%s", why);
	return fake;
}

/* A client's first broadcast, of that architecture, or its request to port 4011. */
static inline const PXE_FAKE_REPLY *kit_ask(PXE_FAKE *fake, USHORT arch, bool second,
					    PXE_FAKE_VERDICT *verdict)
{
	BYTE packet[600], n;
	PXE_FAKE_REQUEST request = { .pPacket = packet };
	PVOID type;

	request.uPacketLen = PxeFakeDiscover(packet, sizeof packet, MAC, arch);
	if (second) {
		ck_assert_uint_eq(
			PxeDhcpGetOptionValue(packet, request.uPacketLen, 1, 53, &n, &type), 0);
		*(BYTE *)type = 3;
		request.uPort = request.uFromPort = 4011;
		request.pszFrom = "192.0.2.50";
		request.bUnicast = TRUE;
	}
	ck_assert_uint_eq(PxeFakeReceive(fake, &request, verdict), 0);
	return PxeFakeReply(fake, 0);
}

static inline bool kit_traced(PXE_FAKE *fake, const char *text)
{
	const char *line;

	for (ULONG i = 0; (line = PxeFakeTrace(fake, i)) != NULL; i++)
		if (strstr(line, text))
			return true;
	return false;
}
