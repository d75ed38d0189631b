/* A host for tests with a provider whose code is the test's own, or with the tests' puppet. */
#pragma once

#include <stdio.h>
#include <string.h>

#include <wdspxe-fake.h>

#include "built.h"
#include "providers/hooked.h"
#include "scratch.h"
#include "suite.h"

#define HOOKED   built_module("tests/providers/hooked.so")
#define SCRIPTED built_module("tests/providers/scripted.so")
#define BOOTFILE built_module("providers/bootfile.so")

static inline PXE_FAKE *bench_new(void)
{
	PXE_FAKE *fake = PxeFakeNew();

	ck_assert_ptr_nonnull(fake);
	return fake;
}

static inline void bench_load(PXE_FAKE *fake, const char *module, const char *settings)
{
	char why[1024];

	ck_assert_msg(PxeFakeLoad(fake, module, settings, why, sizeof(why)) == ERROR_SUCCESS, "%s",
		      why);
}

/* `more` goes on behind the address of the hooks. */
static inline const char *bench_hooked(const struct hooks *hooks, const char *more)
{
	static char settings[512];

	snprintf(settings, sizeof(settings), "hooks = \"%llx\";%s",
		 (unsigned long long)(uintptr_t)hooks, more);
	return settings;
}

/* A DISCOVER of the machine whose MAC ends so. Eight are valid at a time. */
static inline PXE_FAKE_REQUEST bench_discover(unsigned machine)
{
	static BYTE packets[8][600];
	static unsigned next;
	BYTE *packet = packets[next++ % 8];
	PXE_FAKE_REQUEST request = { .pPacket = packet };
	char mac[18];

	snprintf(mac, sizeof(mac), "52:54:00:00:00:%02x", machine);
	request.uPacketLen = PxeFakeDiscover(packet, sizeof(packets[0]), mac, 7);
	ck_assert_uint_gt(request.uPacketLen, 0);
	return request;
}

static inline const char *bench_outcome(PXE_FAKE *fake, unsigned machine)
{
	const PXE_FAKE_REQUEST request = bench_discover(machine);
	PXE_FAKE_VERDICT verdict;

	ck_assert_uint_eq(PxeFakeReceive(fake, &request, &verdict), ERROR_SUCCESS);
	return verdict.pszOutcome;
}
