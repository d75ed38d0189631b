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

/* What a client's firmware makes of the answer to its message: PXE_FAKE_DISCOVER, or on port 4011
 * PXE_FAKE_REQUEST_BOOT. */
static PXE_FAKE_JUDGEMENT ask(PXE_FAKE *fake, const PXE_FAKE_CLIENT *client, ULONG message)
{
	PXE_FAKE_REQUEST request = { .pPacket = NULL };
	PXE_FAKE_JUDGEMENT judgement;
	PXE_FAKE_VERDICT verdict;
	BYTE packet[1472];

	assert(PxeFakeClient(client, message, packet, sizeof(packet), &request) == ERROR_SUCCESS);
	assert(PxeFakeReceive(fake, &request, &verdict) == ERROR_SUCCESS);
	assert(verdict.Action == PXE_BA_NBP && verdict.uReplies == 1);
	assert(PxeFakeJudge(&request, PxeFakeReply(fake, 0), &judgement) == ERROR_SUCCESS);
	puts(judgement.szWord);
	return judgement;
}

static void test_bios_is_offered_its_file(void)
{
	const PXE_FAKE_CLIENT pc = { .pszMac = "52:54:00:00:00:01", .uArch = PXE_ARCH_X86_BIOS };
	PXE_FAKE *fake = load(SETTINGS);
	PXE_FAKE_JUDGEMENT judgement = ask(fake, &pc, PXE_FAKE_DISCOVER);

	assert(judgement.uResult == PXE_FAKE_BOOTS);
	assert(strcmp(judgement.szFile, "bios.0") == 0);
	PxeFakeFree(fake);
}

static void test_uefi_is_sent_to_port_4011_for_its_file(void)
{
	const PXE_FAKE_CLIENT pc = { .pszMac = "52:54:00:00:00:02", .uArch = PXE_ARCH_X64_UEFI };
	PXE_FAKE *fake = load(SETTINGS);
	PXE_FAKE_JUDGEMENT judgement = ask(fake, &pc, PXE_FAKE_DISCOVER);

	assert(judgement.uResult == PXE_FAKE_ASKS);
	judgement = ask(fake, &pc, PXE_FAKE_REQUEST_BOOT);
	assert(judgement.uResult == PXE_FAKE_BOOTS);
	assert(strcmp(judgement.szFile, "boot.efi") == 0);
	PxeFakeFree(fake);
}

static void test_http_boot_is_offered_a_url(void)
{
	const PXE_FAKE_CLIENT pc = { .pszMac = "52:54:00:00:00:03",
				     .uArch = PXE_ARCH_X64_UEFI_HTTP };
	PXE_FAKE *fake = load(SETTINGS);
	PXE_FAKE_JUDGEMENT judgement = ask(fake, &pc, PXE_FAKE_DISCOVER);

	assert(judgement.uResult == PXE_FAKE_BOOTS);
	assert(strcmp(judgement.szFile, "http://192.0.2.1/boot.efi") == 0);
	PxeFakeFree(fake);
}

static void test_ipv6_is_sent_to_port_4011_for_its_url(void)
{
	const PXE_FAKE_CLIENT pc = { .pszMac = "52:54:00:00:00:04",
				     .uArch = PXE_ARCH_X64_UEFI,
				     .uFamily = 6 };
	PXE_FAKE *fake = load(SETTINGS);
	PXE_FAKE_JUDGEMENT judgement = ask(fake, &pc, PXE_FAKE_DISCOVER);

	assert(judgement.uResult == PXE_FAKE_ASKS);
	judgement = ask(fake, &pc, PXE_FAKE_REQUEST_BOOT);
	assert(judgement.uResult == PXE_FAKE_BOOTS);
	assert(strcmp(judgement.szFile, "tftp://[2001:db8::1]/boot.efi") == 0);
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
	test_ipv6_is_sent_to_port_4011_for_its_url();
	test_wrong_settings_are_refused();
	puts("hello: all tests passed");
	return 0;
}
