/* Loads the provider of a manual page's example into the fake host and asks it. */
#include <stdio.h>

#include <wdspxe-fake.h>

int main(int argc, char **argv)
{
	PXE_FAKE *fake = PxeFakeNew();
	BYTE packet[600];
	PXE_FAKE_REQUEST request = { .pPacket = packet };
	PXE_FAKE_VERDICT verdict;
	char why[256] = "";

	if (argc != 2 || !fake)
		return 2;
	if (PxeFakeLoad(fake, argv[1], "BootProgram = \"a.efi\";", why, sizeof(why))) {
		fprintf(stderr, "not loaded: %s\n", why);
		return 1;
	}
	request.uPacketLen = PxeFakeDiscover(packet, sizeof(packet), "52:54:00:00:00:01", 7);
	if (PxeFakeReceive(fake, &request, &verdict) ||
	    (verdict.Action <= PXE_BA_CUSTOM) != (verdict.uReplies > 0) || !verdict.Action) {
		fprintf(stderr, "%s: action %u, %u replies\n", verdict.pszOutcome, verdict.Action,
			verdict.uReplies);
		for (ULONG i = 0; PxeFakeTrace(fake, i); i++)
			fprintf(stderr, "  %s\n", PxeFakeTrace(fake, i));
		return 1;
	}
	PxeFakeControl(fake, SERVICE_CONTROL_PARAMCHANGE);
	PxeFakeFree(fake);
	return 0;
}
