/* Tests the provider without a daemon, a network or root: make test. */
#undef NDEBUG
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include <wdspxe-fake.h>

static PXE_BOOT_ACTION decided(PXE_FAKE *fake, const char *mac)
{
	BYTE packet[600];
	PXE_FAKE_REQUEST request = { .pPacket = packet };
	PXE_FAKE_VERDICT verdict;

	request.uPacketLen = PxeFakeDiscover(packet, sizeof(packet), mac, 7);
	assert(PxeFakeReceive(fake, &request, &verdict) == ERROR_SUCCESS);
	return verdict.Action;
}

static BOOL said(PXE_FAKE *fake, const char *text)
{
	for (ULONG i = 0; PxeFakeTrace(fake, i); i++)
		if (strstr(PxeFakeTrace(fake, i), text))
			return TRUE;
	return FALSE;
}

static void test_machines_of_the_vendor_are_left_to_the_next(void)
{
	PXE_FAKE *fake = PxeFakeNew();
	char why[1024] = "";

	if (PxeFakeLoad(fake, "./hello.so", "vendor = \"52:54:00\";", why, sizeof(why)) != 0)
		printf("%s\n", why), assert(!"hello.so was not loaded");
	assert(decided(fake, "52:54:00:00:00:01") == PXE_BA_REJECTED);
	assert(decided(fake, "52:55:00:00:00:01") == PXE_BA_IGNORE);
	assert(said(fake, "[52, 55, 00, 00, 00, 01] is not ours: 100% sure"));
	PxeFakeFree(fake);
}

static void test_wrong_settings_are_refused(void)
{
	static const char *const wrong[] = { "", "vendor = 7;", "vendor = \"x\";" };
	PXE_FAKE *fake = PxeFakeNew();
	char why[1024];

	for (int i = 0; i < 3; i++) {
		assert(PxeFakeLoad(fake, "./hello.so", wrong[i], why, sizeof(why)) ==
		       ERROR_DLL_INIT_FAILED);
		assert(strstr(why, "vendor: write the beginning of an address"));
	}
	PxeFakeFree(fake);
}

int main(void)
{
	test_machines_of_the_vendor_are_left_to_the_next();
	test_wrong_settings_are_refused();
	puts("hello: all tests passed");
	return 0;
}
