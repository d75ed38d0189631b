/* Loads the provider of a manual page's example into the fake host and asks it. With "http" it must
 * boot clients of UEFI HTTP Boot, over IPv4 and IPv6, as their firmware judges. */
#include <stdio.h>
#include <string.h>

#include <wdspxe-fake.h>

enum { X64_UEFI = 7, X64_UEFI_HTTP = 16 };

static PXE_FAKE *fake;

static int say(const PXE_FAKE_VERDICT *verdict, const char *what)
{
	fprintf(stderr, "%s: %s: action %u, %u replies\n", what, verdict->pszOutcome,
		verdict->Action, verdict->uReplies);
	for (ULONG i = 0; PxeFakeTrace(fake, i); i++)
		fprintf(stderr, "  %s\n", PxeFakeTrace(fake, i));
	return 1;
}

/* It comes to a verdict that fits what it has sent. */
static int ask(void)
{
	BYTE packet[600];
	PXE_FAKE_REQUEST request = { .pPacket = packet };
	PXE_FAKE_VERDICT verdict;

	request.uPacketLen = PxeFakeDiscover(packet, sizeof(packet), "52:54:00:00:00:01", X64_UEFI);
	if (PxeFakeReceive(fake, &request, &verdict) ||
	    (verdict.Action <= PXE_BA_CUSTOM) != (verdict.uReplies > 0) || !verdict.Action)
		return say(&verdict, "a DISCOVER");
	return 0;
}

static int boot(ULONG family)
{
	const PXE_FAKE_CLIENT client = { .pszMac = "52:54:00:00:00:02",
					 .uArch = X64_UEFI_HTTP,
					 .uFamily = family };
	PXE_FAKE_REQUEST request = { .pPacket = NULL };
	PXE_FAKE_JUDGEMENT judged = { .uResult = 0 };
	PXE_FAKE_VERDICT verdict;
	BYTE packet[1472];

	if (PxeFakeClient(&client, PXE_FAKE_DISCOVER, packet, sizeof(packet), &request) ||
	    PxeFakeReceive(fake, &request, &verdict))
		return 1;
	if (verdict.Action != PXE_BA_NBP || verdict.uReplies != 1)
		return say(&verdict, family == 6 ? "HTTP Boot, IPv6" : "HTTP Boot, IPv4");
	PxeFakeJudge(&request, PxeFakeReply(fake, 0), &judged);
	if (judged.uResult == PXE_FAKE_BOOTS && strncmp(judged.szFile, "http://", 7) == 0)
		return 0;
	fprintf(stderr, "IPv%u: %s (%s)\n", family, judged.szWord, judged.szFile);
	return 1;
}

int main(int argc, char **argv)
{
	char why[256] = "";
	int failed;

	fake = PxeFakeNew();
	if (argc < 2 || !fake)
		return 2;
	if (PxeFakeLoad(fake, argv[1], "BootProgram = \"a.efi\";", why, sizeof(why))) {
		fprintf(stderr, "not loaded: %s\n", why);
		return 1;
	}
	failed = ask();
	if (argc > 2 && strcmp(argv[2], "http") == 0)
		failed |= boot(4) | boot(6);
	PxeFakeControl(fake, SERVICE_CONTROL_PARAMCHANGE);
	PxeFakeFree(fake);
	return failed;
}
