/* Tests the provider without a daemon, a network or root: make test. */
#undef NDEBUG
#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <wdspxe-boot.h>
#include <wdspxe-fake.h>

#define MACHINES "./machines.test"
#define SETTINGS "machines = \"" MACHINES "\";"

static void machines_write(const char *text)
{
	FILE *file = fopen(MACHINES, "w");

	assert(file && fputs(text, file) >= 0 && fclose(file) == 0);
}

static PXE_FAKE *load(const char *settings)
{
	PXE_FAKE *fake = PxeFakeNew();
	char why[1024] = "";

	assert(fake);
	if (PxeFakeLoad(fake, "./later.so", settings, why, sizeof(why)) != ERROR_SUCCESS)
		printf("%s\n", why), assert(!"later.so was not loaded");
	return fake;
}

/* What a machine with BIOS is offered; NULL: it is left to the next provider. */
static const char *offered(PXE_FAKE *fake, const char *mac)
{
	BYTE packet[600];
	PXE_FAKE_REQUEST request = { .pPacket = packet };
	PXE_FAKE_VERDICT verdict;
	const PXE_FAKE_REPLY *reply;

	request.uPacketLen = PxeFakeDiscover(packet, sizeof(packet), mac, PXE_ARCH_X86_BIOS);
	assert(PxeFakeReceive(fake, &request, &verdict) == ERROR_SUCCESS);
	reply = PxeFakeReply(fake, 0);
	assert(verdict.Action == (reply ? PXE_BA_NBP : PXE_BA_REJECTED));
	if (!reply)
		return NULL;
	return (const char *)((const PXE_DHCP_MESSAGE *)reply->pPacket)->BootFileName;
}

static void test_a_machine_of_the_snapshot_is_answered(void)
{
	PXE_FAKE *fake;

	machines_write("52:54:00:00:00:01 one\nno machine\n52:54:00:00:00:02 two\n");
	fake = load(SETTINGS);
	assert(strcmp(offered(fake, "52:54:00:00:00:01"), "one") == 0);
	assert(strcmp(offered(fake, "52:54:00:00:00:02"), "two") == 0);
	PxeFakeFree(fake);
}

static void test_an_unknown_machine_is_asked_for(void)
{
	PXE_FAKE *fake;

	machines_write("52:54:00:00:00:01 one\n");
	fake = load(SETTINGS);
	assert(!offered(fake, "52:54:00:00:00:03"));
	machines_write("52:54:00:00:00:03 three\n");
	assert(strcmp(offered(fake, "52:54:00:00:00:03"), "three") == 0);
	assert(!offered(fake, "52:54:00:00:00:01")); /* the new snapshot is without it */
	PxeFakeFree(fake);
}

static void test_what_cannot_be_read_changes_nothing(void)
{
	PXE_FAKE *fake;

	machines_write("52:54:00:00:00:01 one\n");
	fake = load(SETTINGS);
	unlink(MACHINES);
	assert(!offered(fake, "52:54:00:00:00:09"));
	assert(strcmp(offered(fake, "52:54:00:00:00:01"), "one") == 0);
	PxeFakeFree(fake);
}

/* The source stands still: a pipe that nobody writes to. */
static PXE_FAKE_JOURNEY *ask_a_source_that_stands_still(PXE_FAKE *fake)
{
	const PXE_FAKE_CLIENT pc = { .pszMac = "52:54:00:00:00:09", .uArch = PXE_ARCH_X86_BIOS };
	PXE_FAKE_REQUEST request = { .pPacket = NULL };
	PXE_FAKE_JOURNEY *journey;
	BYTE packet[1472];

	unlink(MACHINES);
	assert(mkfifo(MACHINES, 0600) == 0);
	PxeFakeClient(&pc, PXE_FAKE_DISCOVER, packet, sizeof(packet), &request);
	assert(PxeFakeBegin(fake, &request, &journey) == ERROR_SUCCESS);
	return journey;
}

static void let_the_source_go_on(void)
{
	FILE *writer = fopen(MACHINES, "w"); /* waits for the thread that reads */

	assert(writer && fputs("52:54:00:00:00:09 nine\n", writer) >= 0 && fclose(writer) == 0);
}

static void test_nobody_waits_for_another_machine(void)
{
	PXE_FAKE_JOURNEY *journey;
	PXE_FAKE_VERDICT verdict;
	PXE_FAKE *fake;

	machines_write("52:54:00:00:00:01 one\n");
	fake = load(SETTINGS);
	PxeFakeAdvance(fake, 0); /* the host's clock stands from here on */
	journey = ask_a_source_that_stands_still(fake);
	assert(strcmp(offered(fake, "52:54:00:00:00:01"), "one") == 0);
	assert(PxeFakeVerdict(journey, &verdict) == ERROR_IO_PENDING);
	let_the_source_go_on();
	assert(PxeFakeWait(fake, journey, PXE_FAKE_FOREVER) == ERROR_SUCCESS);
	PxeFakeEnd(journey);
	PxeFakeFree(fake);
	unlink(MACHINES);
}

/* The request is given up by the host, and the stop waits for the thread. */
static void test_a_source_that_stands_still_is_late(void)
{
	PXE_FAKE_JOURNEY *journey;
	PXE_FAKE_VERDICT verdict;
	PXE_FAKE *fake;

	machines_write("");
	fake = load(SETTINGS);
	PxeFakeAdvance(fake, 0);
	journey = ask_a_source_that_stands_still(fake);
	PxeFakeAdvance(fake, 2000); /* pending-timeout, where the settings say nothing */
	assert(PxeFakeVerdict(journey, &verdict) == ERROR_SUCCESS);
	assert(strcmp(verdict.pszOutcome, "timeout") == 0 && verdict.uReplies == 0);
	let_the_source_go_on();
	PxeFakeEnd(journey);
	PxeFakeFree(fake);
	unlink(MACHINES);
}

static void test_the_setting_is_mandatory(void)
{
	PXE_FAKE *fake = PxeFakeNew();
	char why[1024];

	assert(PxeFakeLoad(fake, "./later.so", "", why, sizeof(why)) == ERROR_DLL_INIT_FAILED);
	assert(strstr(why, "machines: is missing"));
	PxeFakeFree(fake);
}

int main(void)
{
	test_a_machine_of_the_snapshot_is_answered();
	test_an_unknown_machine_is_asked_for();
	test_what_cannot_be_read_changes_nothing();
	test_nobody_waits_for_another_machine();
	test_a_source_that_stands_still_is_late();
	test_the_setting_is_mandatory();
	puts("later: all tests passed");
	return 0;
}
