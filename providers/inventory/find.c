#include "find.h"

#include "id.h"

static bool try_id(const struct snapshot *snapshot, enum id_kind kind, const BYTE *at, SIZE_T len,
		   struct found *out)
{
	if (len == 0 || len > ID_MAX)
		return false;
	out->device = snapshot_find(snapshot, kind, at, len);
	if (!out->device)
		return false;
	out->by = kind;
	out->id = (struct id_view){ kind, at, (uint8_t)len, false };
	return true;
}

/* Firmware sends the first three fields turned; what is made of a DUID has them in order. */
static bool try_uuid(const struct snapshot *snapshot, const PXE_BOOT_CLIENT *client,
		     struct found *out)
{
	if (client->Uuid.cbData != sizeof out->turned || !snapshot_has(snapshot, ID_UUID))
		return false;
	uuid_turn(client->Uuid.pData, out->turned);
	return try_id(snapshot, ID_UUID, out->turned, sizeof out->turned, out) ||
	       try_id(snapshot, ID_UUID, client->Uuid.pData, client->Uuid.cbData, out);
}

/* Option 61: a text may stand behind a type of 0, a DUID behind 255 and four octets (RFC 4361). */
static bool try_client_id(const struct snapshot *snapshot, const PXE_BOOT_CLIENT *client,
			  struct found *out)
{
	PXE_BOOT_OCTETS id;

	if ((!snapshot_has(snapshot, ID_CLIENT) && !snapshot_has(snapshot, ID_DUID)) ||
	    client->uFamily != 4 || !PxeBootClientOption(client, CLIENT_ID_OPTION, 0, &id) ||
	    id.cbData == 0)
		return false;
	if (try_id(snapshot, ID_CLIENT, id.pData, id.cbData, out))
		return true;
	if (id.pData[0] == 0)
		return try_id(snapshot, ID_CLIENT, id.pData + 1, id.cbData - 1, out);
	return id.pData[0] == 255 && id.cbData > 5 &&
	       try_id(snapshot, ID_DUID, id.pData + 5, id.cbData - 5, out);
}

void find_device(const struct snapshot *snapshot, const PXE_BOOT_CLIENT *client, struct found *out)
{
	out->device = NULL;
	if (try_uuid(snapshot, client, out) ||
	    try_id(snapshot, ID_MAC, client->Mac.pData, client->Mac.cbData, out) ||
	    try_id(snapshot, ID_DUID, client->Duid.pData, client->Duid.cbData, out))
		return;
	(void)try_client_id(snapshot, client, out);
}
