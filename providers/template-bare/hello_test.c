/* Tests the provider without a daemon, a network or root: make test. */
#undef NDEBUG
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include <wdspxe-fake.h>

#define SETTINGS "file = \"boot/hello.efi\";"

enum { X86_BIOS = 0, X64_UEFI = 7, X64_UEFI_HTTP = 16 };

static PXE_FAKE *load(const char *settings)
{
	PXE_FAKE *fake = PxeFakeNew();
	char why[1024] = "";

	assert(fake);
	if (PxeFakeLoad(fake, "./hello.so", settings, why, sizeof(why)) != ERROR_SUCCESS)
		printf("%s\n", why), assert(!"hello.so was not loaded");
	return fake;
}

/* Hands a client's packet to that port. The answer, or NULL. */
static const PXE_FAKE_REPLY *ask(PXE_FAKE *fake, const void *packet, ULONG len, USHORT port)
{
	PXE_FAKE_REQUEST request = { .pPacket = packet, .uPacketLen = len, .uPort = port };
	PXE_FAKE_VERDICT verdict;

	assert(PxeFakeReceive(fake, &request, &verdict) == ERROR_SUCCESS);
	assert(verdict.uReplies == (verdict.Action == PXE_BA_NBP));
	return PxeFakeReply(fake, 0);
}

static void test_discover_is_offered_our_port_4011(void)
{
	PXE_FAKE *fake = load(SETTINGS);
	BYTE packet[600];
	ULONG len = PxeFakeDiscover(packet, sizeof(packet), "52:54:00:00:00:01", X64_UEFI);
	const PXE_FAKE_REPLY *reply = ask(fake, packet, len, 67);
	const PXE_DHCP_MESSAGE *message;
	BYTE n;
	PVOID type;

	assert(reply && strcmp(reply->pszTo, "255.255.255.255") == 0 && reply->uToPort == 68);
	message = (const PXE_DHCP_MESSAGE *)reply->pPacket;
	assert(memcmp(&message->BootstrapServerAddress, "\xc0\0\2\1", 4) == 0); /* 192.0.2.1: us */
	assert(message->BootFileName[0] == '\0');
	assert(PxeDhcpGetOptionValue((PVOID)reply->pPacket, reply->uPacketLen, 1, 53, &n, &type) ==
	       0);
	assert(n == 1 && *(BYTE *)type == 2);
	PxeFakeFree(fake);
}

static void test_request_on_4011_is_told_the_file(void)
{
	const PXE_FAKE_CLIENT pc = { .pszMac = "52:54:00:00:00:01", .uArch = X86_BIOS };
	PXE_FAKE *fake = load(SETTINGS);
	PXE_FAKE_REQUEST request = { .pPacket = NULL };
	PXE_FAKE_JUDGEMENT judgement;
	const PXE_FAKE_REPLY *reply;
	PXE_FAKE_VERDICT verdict;
	BYTE packet[1472];

	PxeFakeClient(&pc, PXE_FAKE_REQUEST_BOOT, packet, sizeof(packet), &request);
	assert(PxeFakeReceive(fake, &request, &verdict) == ERROR_SUCCESS);
	reply = PxeFakeReply(fake, 0);
	assert(reply && strcmp(reply->pszTo, "192.0.2.100") == 0);
	assert(PxeDhcpIsValid((PVOID)reply->pPacket, reply->uPacketLen, FALSE, NULL) == 0);
	PxeFakeJudge(&request, reply, &judgement);
	assert(judgement.uResult == PXE_FAKE_BOOTS);
	assert(strcmp(judgement.szFile, "boot/hello.efi") == 0);
	/* There it is for the DHCP server. */
	assert(!ask(fake, packet, request.uPacketLen, 67));
	PxeFakeFree(fake);
}

static void test_others_are_left_alone(void)
{
	PXE_FAKE *fake = load(SETTINGS);
	BYTE packet[600];
	ULONG len = PxeFakeDiscover(packet, sizeof(packet), "52:54:00:00:00:01", X64_UEFI_HTTP);

	assert(!ask(fake, packet, len, 67)); /* HTTPClient: the filter takes PXEClient only */
	PxeFakeFree(fake);
}

static void test_wrong_settings_are_refused(void)
{
	PXE_FAKE *fake = PxeFakeNew();
	char why[1024];

	assert(PxeFakeLoad(fake, "./hello.so", "fiel = \"x\";", why, sizeof(why)) ==
	       ERROR_DLL_INIT_FAILED);
	assert(PxeFakeLoad(fake, "./hello.so", "file = 5;", why, sizeof(why)) ==
	       ERROR_DLL_INIT_FAILED);
	PxeFakeFree(fake);
}

int main(void)
{
	test_discover_is_offered_our_port_4011();
	test_request_on_4011_is_told_the_file();
	test_others_are_left_alone();
	test_wrong_settings_are_refused();
	puts("hello: all tests passed");
	return 0;
}
