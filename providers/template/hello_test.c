/* Tests the provider without a daemon, a network or root: make test. */
#undef NDEBUG
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include <wdspxe-boot.h>
#include <wdspxe-fake.h>

#define SETTINGS "bios = \"bios.0\"; uefi = \"boot.efi\"; http = \"http://${server}/boot.efi\";"

static PXE_FAKE *load(const char *settings)
{
	PXE_FAKE *fake = PxeFakeNew();
	char why[1024] = "";

	assert(fake);
	if (PxeFakeLoad(fake, "./hello.so", settings, why, sizeof(why)) != ERROR_SUCCESS)
		printf("%s\n", why), assert(!"hello.so was not loaded");
	return fake;
}

/* The answer to a packet, or NULL. */
static const PXE_FAKE_REPLY *ask(PXE_FAKE *fake, const PXE_FAKE_REQUEST *request)
{
	PXE_FAKE_VERDICT verdict;

	assert(PxeFakeReceive(fake, request, &verdict) == ERROR_SUCCESS);
	assert(verdict.uReplies == (verdict.Action == PXE_BA_NBP));
	return PxeFakeReply(fake, 0);
}

/* The answer to a machine's DISCOVER or, on port 4011, to its REQUEST. */
static const PXE_FAKE_REPLY *ask4(PXE_FAKE *fake, USHORT arch, USHORT port)
{
	BYTE packet[600], n;
	PXE_FAKE_REQUEST request = { .pPacket = packet, .uPort = port };
	PVOID type;

	request.uPacketLen = PxeFakeDiscover(packet, sizeof(packet), "52:54:00:00:00:01", arch);
	if (port == 4011) {
		assert(PxeDhcpGetOptionValue(packet, request.uPacketLen, 1, 53, &n, &type) == 0);
		*(BYTE *)type = 3; /* the DISCOVER becomes a REQUEST */
		request.pszFrom = "192.0.2.50", request.uFromPort = 4011;
	}
	return ask(fake, &request);
}

static const char *file_of(const PXE_FAKE_REPLY *reply)
{
	assert(reply && PxeDhcpIsValid((PVOID)reply->pPacket, reply->uPacketLen, FALSE, NULL) == 0);
	return (const char *)((const PXE_DHCP_MESSAGE *)reply->pPacket)->BootFileName;
}

static void test_bios_is_offered_its_file(void)
{
	PXE_FAKE *fake = load(SETTINGS);

	assert(strcmp(file_of(ask4(fake, PXE_ARCH_X86_BIOS, 67)), "bios.0") == 0);
	PxeFakeFree(fake);
}

static void test_uefi_is_sent_to_port_4011_for_its_file(void)
{
	PXE_FAKE *fake = load(SETTINGS);

	assert(strcmp(file_of(ask4(fake, PXE_ARCH_X64_UEFI, 67)), "") == 0);
	assert(strcmp(file_of(ask4(fake, PXE_ARCH_X64_UEFI, 4011)), "boot.efi") == 0);
	PxeFakeFree(fake);
}

static void test_http_boot_is_offered_a_url(void)
{
	PXE_FAKE *fake = load(SETTINGS);

	assert(strcmp(file_of(ask4(fake, PXE_ARCH_X64_UEFI_HTTP, 67)),
		      "http://192.0.2.1/boot.efi") == 0);
	PxeFakeFree(fake);
}

/* A SOLICIT of UEFI: client id, vendor class, architecture, and that it wants a URL. */
static const BYTE solicit[] = {
	1,   7,   7,   7, 0,  1, 0, 10, 0,  3, 0, 1,   0x52, 0x54, 0,   0,   0,
	1,   0,   16,  0, 15, 0, 0, 1,  87, 0, 9, 'P', 'X',  'E',  'C', 'l', 'i',
	'e', 'n', 't', 0, 61, 0, 2, 0,  7,  0, 6, 0,   2,    0,    59,
};

static void test_ipv6_is_advertised_a_url(void)
{
	PXE_FAKE *fake = load(SETTINGS);
	PXE_FAKE_REQUEST request = { .pPacket = solicit,
				     .uPacketLen = sizeof(solicit),
				     .pszLocal = "fd77::2" };
	const PXE_FAKE_REPLY *reply = ask(fake, &request);
	static const char url[] = "tftp://[fd77::2]/boot.efi";
	PVOID value;
	WORD n;

	assert(reply && PxeDhcpv6GetOptionValue((PVOID)reply->pPacket, reply->uPacketLen, 1, 59, &n,
						&value) == ERROR_SUCCESS);
	assert(n == sizeof(url) - 1 && memcmp(value, url, n) == 0);
	PxeFakeFree(fake);
}

static void test_wrong_settings_are_refused(void)
{
	PXE_FAKE *fake = PxeFakeNew();
	char why[1024];

	assert(PxeFakeLoad(fake, "./hello.so", "bois = \"x\";", why, sizeof(why)) ==
	       ERROR_DLL_INIT_FAILED);
	assert(strstr(why, "did you mean \"bios\"?"));
	assert(PxeFakeLoad(fake, "./hello.so", "bios = 5;", why, sizeof(why)) ==
	       ERROR_DLL_INIT_FAILED);
	PxeFakeFree(fake);
}

int main(void)
{
	test_bios_is_offered_its_file();
	test_uefi_is_sent_to_port_4011_for_its_file();
	test_http_boot_is_offered_a_url();
	test_ipv6_is_advertised_a_url();
	test_wrong_settings_are_refused();
	puts("hello: all tests passed");
	return 0;
}
