/* An instance of the kit: opened, configured, registered, closed. */
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>

#include "boot/codes.h"
#include "boot/keep.h"
#include "boot/kinds.h"
#include "boot/kit.h"
#include "boot/rest.h"

/* ---- UUIDs that boards come with ----------------------------------------------------------------
 * Their makers left in what the firmware's own maker had written there. Those of one octet
 * repeated are nobody's without a list. Both orders of the first fields are seen on the wire. */

static const uint8_t boards[][UUID_LEN] = {
	/* 03000200-0400-0500-0006-000700080009 */
	{ 3, 0, 2, 0, 4, 0, 5, 0, 0, 6, 0, 7, 0, 8, 0, 9 },
	{ 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0, 8, 0, 9 },
	/* 12345678-1234-5678-90ab-cddeefaabbcc */
	{ 0x12, 0x34, 0x56, 0x78, 0x12, 0x34, 0x56, 0x78, 0x90, 0xab, 0xcd, 0xde, 0xef, 0xaa, 0xbb,
	  0xcc },
	{ 0x78, 0x56, 0x34, 0x12, 0x34, 0x12, 0x78, 0x56, 0x90, 0xab, 0xcd, 0xde, 0xef, 0xaa, 0xbb,
	  0xcc },
	/* 00010203-0405-0607-0809-0a0b0c0d0e0f */
	{ 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 },
	{ 3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15 },
};

enum { N_BOARDS = sizeof boards / sizeof *boards };

static bool is_known(const PXE_BOOT_OPTIONS *options, const uint8_t uuid[UUID_LEN])
{
	for (ULONG i = 0; i < options->nKnownUuids; i++)
		if (memcmp(options->pKnownUuids[i], uuid, UUID_LEN) == 0)
			return true;
	return false;
}

static int by_uuid(const void *a, const void *b)
{
	return uuid_order(a, b);
}

static int banned_fill(const PXE_BOOT_OPTIONS *options, struct banned *out)
{
	out->n = 0;
	out->at = calloc(options->nBannedUuids + (size_t)N_BOARDS, sizeof *out->at);
	if (!out->at)
		return -ENOMEM;
	for (ULONG i = 0; i < options->nBannedUuids; i++)
		memcpy(&out->at[out->n++], options->pBannedUuids[i], UUID_LEN);
	for (size_t i = 0; i < N_BOARDS; i++)
		if (!is_known(options, boards[i]))
			memcpy(&out->at[out->n++], boards[i], UUID_LEN);
	qsort(out->at, out->n, sizeof *out->at, by_uuid);
	return 0;
}

/* ---- options -----------------------------------------------------------------------------------
 */

static void options_done(struct options *options)
{
	for (size_t i = 0; i < options->classes.n; i++)
		free(options->classes.at[i]);
	free(options->classes.at);
	free(options->banned.at);
}

static int classes_fill(const PXE_BOOT_OPTIONS *from, struct classes *out)
{
	out->at = calloc(from->nClasses + (size_t)1, sizeof *out->at);
	for (ULONG i = 0; out->at && i < from->nClasses; i++) {
		out->at[out->n] = strdup(from->ppszClasses[i]);
		if (!out->at[out->n])
			return -ENOMEM;
		out->n++;
	}
	return out->at ? 0 : -ENOMEM;
}

/* The size that the structure had before it grew: callers of then know no more. */
static size_t options_least(void)
{
	return offsetof(PXE_BOOT_OPTIONS, nWanted);
}

static ULONG n_wanted(const PXE_BOOT_OPTIONS *options)
{
	return options->cbSize < sizeof *options ? 0 : options->nWanted;
}

static bool is_option(const PXE_BOOT_WANTED *wanted)
{
	if (wanted->uFamily == 6)
		return wanted->uCode > 0 && wanted->uCode <= UINT16_MAX && wanted->uSubCode == 0;
	return wanted->uFamily == 4 && wanted->uCode > 0 && wanted->uCode < PXE_DHCP4_OPT_END &&
	       wanted->uSubCode <= UINT8_MAX;
}

/* Adds one, unless it is there. False: there is no room. */
static bool wanted_add(struct wanted *list, const PXE_BOOT_WANTED *wanted)
{
	for (uint8_t i = 0; i < list->n; i++)
		if (list->at[i].code == wanted->uCode && list->at[i].sub == wanted->uSubCode)
			return true;
	if (list->n == PXE_BOOT_WANTED_MAX)
		return false;
	list->at[list->n++] =
		(struct option_name){ (uint16_t)wanted->uCode, (uint8_t)wanted->uSubCode };
	return true;
}

/* False: one is no option, or there are too many. */
static bool wanted_fill(const PXE_BOOT_OPTIONS *from, struct options *out)
{
	for (ULONG i = 0; i < n_wanted(from); i++) {
		const PXE_BOOT_WANTED *wanted = &from->pWanted[i];

		if (!is_option(wanted) ||
		    !wanted_add(wanted->uFamily == 4 ? &out->wanted4 : &out->wanted6, wanted))
			return false;
	}
	return true;
}

static int options_fill(const PXE_BOOT_OPTIONS *from, struct options *out)
{
	int r = banned_fill(from, &out->banned);

	if (r == 0)
		r = classes_fill(from, &out->classes);
	out->lease_requests = (from->uFlags & PXE_BOOT_LEASE_REQUESTS) != 0;
	if (from->pszFile)
		strncpy(out->file, from->pszFile, sizeof out->file - 1);
	for (ULONG i = 0; i < from->nArchs; i++)
		out->archs |= UINT64_C(1) << from->pArchs[i];
	return r == 0 && !wanted_fill(from, out) ? -EINVAL : r;
}

static bool options_valid(const PXE_BOOT_OPTIONS *options)
{
	if (options->cbSize < options_least() ||
	    (options->uFlags & ~(ULONG)PXE_BOOT_LEASE_REQUESTS) != 0 ||
	    (options->nClasses > 0 && !options->ppszClasses) ||
	    (options->nBannedUuids > 0 && !options->pBannedUuids) ||
	    (options->nKnownUuids > 0 && !options->pKnownUuids) ||
	    (options->nArchs > 0 && !options->pArchs) ||
	    (n_wanted(options) > 0 && !options->pWanted))
		return false;
	for (ULONG i = 0; i < options->nClasses; i++)
		if (!options->ppszClasses[i] || strlen(options->ppszClasses[i]) > UINT8_MAX)
			return false;
	for (ULONG i = 0; i < options->nArchs; i++)
		if (options->pArchs[i] >= 64)
			return false;
	return true;
}

DWORD PXEAPI PxeBootConfigure(PXE_BOOT *pBoot, const PXE_BOOT_OPTIONS *pOptions)
{
	struct options options = { .archs = 0 };
	int r;

	if (!pBoot || !pOptions || !options_valid(pOptions))
		return ERROR_INVALID_PARAMETER;
	r = options_fill(pOptions, &options);
	if (r < 0) {
		options_done(&options);
		return r == -EINVAL ? ERROR_INVALID_PARAMETER : ERROR_NOT_ENOUGH_MEMORY;
	}
	options_done(&pBoot->options);
	pBoot->options = options;
	return ERROR_SUCCESS;
}

/* ---- its life ----------------------------------------------------------------------------------
 */

static int boot_fill(PXE_BOOT *boot, const char *name)
{
	static const PXE_BOOT_OPTIONS none = { .cbSize = sizeof none };
	int r = options_fill(&none, &boot->options);

	if (r == 0)
		r = replies4_init(&boot->locals, &boot->replies4);
	if (r == 0)
		r = home_open(name, &boot->home);
	/* If they cannot be read now, the first request has it tried again. */
	if (r == 0 && locals_read(&boot->locals) < 0)
		boot->locals_due_s = 1;
	return r;
}

PXE_BOOT *PXEAPI PxeBootOpen(HANDLE hProvider)
{
	char name[sizeof((struct home *)0)->name];
	DWORD status = PxeProviderName(hProvider, name, sizeof name);
	PXE_BOOT *boot;
	int r;

	if (status != ERROR_SUCCESS) {
		SetLastError(status);
		return NULL;
	}
	boot = calloc(1, sizeof *boot);
	r = boot ? boot_fill(boot, name) : -ENOMEM;
	if (r == 0) {
		boot->provider = hProvider;
		delay_init(&boot->delay, hProvider);
		return boot;
	}
	PxeBootClose(boot);
	SetLastError(r == -ENOMEM ? ERROR_NOT_ENOUGH_MEMORY : ERROR_GEN_FAILURE);
	return NULL;
}

VOID PXEAPI PxeBootClose(PXE_BOOT *pBoot)
{
	if (!pBoot)
		return;
	delay_stop(&pBoot->delay);
	turn_stop(pBoot->lookups);
	replies4_done(&pBoot->replies4);
	kinds_free(pBoot->kinds);
	locals_done(&pBoot->locals);
	if (pBoot->home)
		home_close(pBoot->home);
	options_done(&pBoot->options);
	kept_free(pBoot->kept);
	free(pBoot);
}

/* ---- with the daemon ---------------------------------------------------------------------------
 */

DWORD PXEAPI PxeBootControl(PXE_BOOT *pBoot, DWORD dwControl)
{
	switch (dwControl) {
	case SERVICE_CONTROL_NETBINDADD:
	case SERVICE_CONTROL_NETBINDREMOVE:
	case SERVICE_CONTROL_NETBINDENABLE:
	case SERVICE_CONTROL_NETBINDDISABLE:
		/* The next request has them read, once for however many changes. */
		if (pBoot)
			atomic_store(&pBoot->locals_changed, true);
		return ERROR_SUCCESS;
	case SERVICE_CONTROL_PARAMCHANGE:
		/* A new instance reads the settings, so that wrong ones never touch this one. */
		return ERROR_CALL_NOT_IMPLEMENTED;
	default:
		return ERROR_SUCCESS;
	}
}

static DWORD PXEAPI on_control(PVOID pContext, DWORD dwControl)
{
	return PxeBootControl(pContext, dwControl);
}

static DWORD attributes_set(HANDLE provider, ULONG flags)
{
	ULONG dhcp = PXE_PROV_FILTER_DHCP_ONLY;
	BOOL yes = TRUE;
	DWORD status = PxeProviderSetAttribute(provider, PXE_PROV_ATTR_FILTER, &dhcp, sizeof dhcp);

	if (status == ERROR_SUCCESS)
		status = PxeProviderSetAttribute(provider, PXE_PROV_ATTR_FILTER_IPV6, &dhcp,
						 sizeof dhcp);
	if (status == ERROR_SUCCESS)
		status = PxeProviderSetAttribute(provider, PXE_PROV_ATTR_IPV6_CAPABLE, &yes,
						 sizeof yes);
	if (status == ERROR_SUCCESS && (flags & PXE_BOOT_NONBLOCKING) != 0)
		status = PxeProviderSetAttribute(provider, PXE_PROV_ATTR_NONBLOCKING, &yes,
						 sizeof yes);
	if (status == ERROR_SUCCESS && (flags & PXE_BOOT_TRIALS) != 0)
		status = PxeProviderSetAttribute(provider, PXE_PROV_ATTR_TRIAL, &yes, sizeof yes);
	return status;
}

DWORD PXEAPI PxeBootRegister(PXE_BOOT *pBoot, PVOID pfnRequest, PVOID pfnShutdown, PVOID pContext,
			     ULONG uFlags)
{
	DWORD status;

	if (!pBoot || !pfnRequest || !pfnShutdown ||
	    (uFlags & ~(ULONG)(PXE_BOOT_NONBLOCKING | PXE_BOOT_TRIALS)) != 0)
		return ERROR_INVALID_PARAMETER;
	status = PxeRegisterCallback(pBoot->provider, PXE_CALLBACK_RECV_REQUEST, pfnRequest,
				     pContext);
	if (status == ERROR_SUCCESS)
		status = PxeRegisterCallback(pBoot->provider, PXE_CALLBACK_SHUTDOWN, pfnShutdown,
					     pContext);
	if (status == ERROR_SUCCESS)
		status = PxeRegisterCallback(pBoot->provider, PXE_CALLBACK_SERVICE_CONTROL,
					     (PVOID)on_control, pBoot);
	if (status == ERROR_SUCCESS)
		status = attributes_set(pBoot->provider, uFlags);
	return status;
}

DWORD PXEAPI PxeBootLocal(PXE_BOOT *pBoot, ULONG uIndex, PXE_BOOT_LOCAL *pLocal)
{
	const struct local *local;

	if (!pBoot || !pLocal || pLocal->cbSize < sizeof *pLocal)
		return ERROR_INVALID_PARAMETER;
	pthread_mutex_lock(&pBoot->home->lock);
	kit_settle(pBoot);
	local = uIndex < pBoot->locals.n ? &pBoot->locals.at[uIndex] : NULL;
	if (local) {
		pLocal->uPrefix = local->bits;
		pLocal->Address = local->ip;
		memcpy(pLocal->szInterface, local->link, sizeof pLocal->szInterface);
	}
	pthread_mutex_unlock(&pBoot->home->lock);
	return local ? ERROR_SUCCESS : ERROR_NO_MORE_ITEMS;
}
