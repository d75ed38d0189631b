#include "boot/kit.h"

#include <time.h>

uint32_t kit_clock_s(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
	return (uint32_t)now.tv_sec + 1;
}

/* What cannot be read now stays as it was, for a while. */
void kit_settle(PXE_BOOT *boot)
{
	struct locals fresh;
	uint32_t now_s;

	if (atomic_load_explicit(&boot->locals_changed, memory_order_relaxed) &&
	    atomic_exchange(&boot->locals_changed, false))
		boot->locals_due_s = 1;
	if (boot->locals_due_s == 0)
		return;
	now_s = kit_clock_s();
	if (now_s < boot->locals_due_s)
		return;
	boot->locals_due_s = now_s + 1;
	if (locals_read(&fresh) < 0)
		return;
	locals_done(&boot->locals);
	boot->locals = fresh;
	boot->locals_due_s = 0;
	replies4_forget(&boot->replies4);
}

void kit_say(const PXE_BOOT *boot, HANDLE request, ULONG kind, const char *text,
	     const PXE_BOOT_ANSWER *answer)
{
	bool has_file = answer && answer->pszReasonFile;

	PxeRequestReason(request, kind, text, has_file ? answer->pszReasonFile : boot->options.file,
			 answer ? answer->uReasonLine : 0);
}

DWORD kit_say_unsent(const PXE_BOOT *boot, HANDLE request, const struct given *given,
		     const char *why, DWORD status)
{
	bool is_clients = given->failed && given_varies(given->answer);

	kit_say(boot, request, is_clients ? PXE_REASON_DECIDED : PXE_REASON_FAILED, why,
		given->answer);
	return is_clients ? ERROR_SUCCESS : status;
}
