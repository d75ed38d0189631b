/* What the kit is told of the settings: whom they name, and what they look at. */
#include <errno.h>
#include <stdlib.h>

#include "condition.h"
#include "menu.h"
#include "room.h"

/* What the conditions of an entry, and of all its parts, look at. 0 or -ENOSPC. */
static int entry_wants(const struct entry *entry, struct wanted *out)
{
	const struct entry *part;
	int r = 0;

	for (unsigned i = 0; (part = entry_part(entry, i)) != NULL && r == 0; i++)
		r = conditions_want(part, out);
	return r;
}

int settings_wants(const struct settings *settings, struct wanted *out, const struct entry **late)
{
	int r = 0;

	if (settings->sources.n > 0) /* a list may name machines by it */
		r = wanted_add(4, PXE_DHCP4_OPT_CLIENT_ID, 0, out);
	for (uint32_t i = 0; i < settings->n_entries && r == 0; i++) {
		*late = &settings->entries[i];
		r = entry_wants(*late, out);
	}
	return r;
}

enum { UUID_FORMS = 2 }; /* on the wire: pattern.h */

typedef BYTE uuid_octets[UUID_LEN];

static void uuid_put(const struct uuid_pattern *uuid, uuid_octets out[UUID_FORMS])
{
	memcpy(out[0], uuid->turned, UUID_LEN);
	uuid_straight(uuid, out[1]);
}

/* Both forms of each that is whole. */
static ULONG uuids_put(const struct uuids *uuids, uuid_octets *out)
{
	ULONG n = 0;

	for (size_t i = 0; i < uuids->n; i++) {
		if (uuids->at[i].open > 0)
			continue;
		uuid_put(&uuids->at[i], out + n);
		n += UUID_FORMS;
	}
	return n;
}

/* What entries name, for the kit: their UUIDs are machines', and their architectures count first
 * where a client says several. */
struct named {
	uuid_octets *known, *banned;
	ULONG n_known, n_banned;
	USHORT archs[64];
	ULONG n_archs;
};

static uint64_t archs_of(const struct entry *entry)
{
	const struct entry *part;
	uint64_t seen = 0;

	for (unsigned i = 0; (part = entry_part(entry, i)) != NULL; i++)
		for (size_t j = 0; j < entry_archs(part)->n; j++)
			if (entry_archs(part)->at[j] < 64)
				seen |= UINT64_C(1) << entry_archs(part)->at[j];
	return seen;
}

static void archs_name(const struct settings *settings, struct named *named)
{
	uint64_t seen = 0;

	for (uint32_t i = 0; i < settings->n_entries; i++)
		seen |= archs_of(&settings->entries[i]);
	if (settings->ebc_is_x64 && seen >> PXE_ARCH_X64_UEFI & 1)
		seen |= UINT64_C(1) << PXE_ARCH_EBC;
	for (USHORT arch = 0; arch < 64; arch++)
		if (seen >> arch & 1)
			named->archs[named->n_archs++] = arch;
}

/* Into `out`, or NULL: how many there may be at most. */
static size_t uuids_of(const struct settings *settings, uuid_octets *out)
{
	const struct entry *part;
	size_t n = 0;

	for (uint32_t i = 0; i < settings->n_entries; i++)
		for (unsigned j = 0; (part = entry_part(&settings->entries[i], j)) != NULL; j++)
			n += out ? uuids_put(entry_uuids(part), out + n)
				 : UUID_FORMS * entry_uuids(part)->n;
	return n;
}

static int uuids_name(const struct settings *settings, struct named *named)
{
	size_t n = uuids_of(settings, NULL);

	named->known = room_new((n + 1) * sizeof *named->known);
	named->banned = calloc(UUID_FORMS * settings->banned.n + 1, sizeof *named->banned);
	if (!named->known || !named->banned)
		return -ENOMEM;
	named->n_known = (ULONG)uuids_of(settings, named->known);
	named->n_banned = uuids_put(&settings->banned, named->banned);
	return 0;
}

static int configure(const struct settings *settings, const struct named *named, PXE_BOOT *boot)
{
	struct wanted wanted = { .n = 0 };
	const struct entry *late;
	int r = settings_wants(settings, &wanted, &late);
	PXE_BOOT_OPTIONS options = {
		.cbSize = sizeof options,
		.uFlags = settings->answers_lease_requests ? PXE_BOOT_LEASE_REQUESTS : 0,
		.pszFile = settings->file,
		.ppszClasses = (const LPCSTR *)settings->classes.at,
		.nClasses = (ULONG)settings->classes.n,
		.pBannedUuids = (const BYTE(*)[UUID_LEN])named->banned,
		.nBannedUuids = named->n_banned,
		.pKnownUuids = (const BYTE(*)[UUID_LEN])named->known,
		.nKnownUuids = named->n_known,
		.pArchs = named->archs,
		.nArchs = named->n_archs,
		.pWanted = wanted.at,
		.nWanted = wanted.n,
	};

	if (r < 0)
		return r;
	return PxeBootConfigure(boot, &options) == ERROR_SUCCESS ? 0 : -ENOMEM;
}

int settings_configure(const struct settings *settings, PXE_BOOT *boot)
{
	struct named named = { .n_archs = 0 };
	int r = uuids_name(settings, &named);

	archs_name(settings, &named);
	if (r == 0)
		r = configure(settings, &named, boot);
	room_free(named.known);
	free(named.banned);
	return r;
}
