#include "server.h"

int server_compile(const struct keys *keys, const char *name, const struct scalars *scalars,
		   PXE_BOOT_SERVER *out)
{
	PXE_BOOT_SERVER server = { .cbSize = sizeof server };
	char why[400];
	int r = keys_want_texts(keys, name, scalars);

	for (size_t i = 0; i < scalars->n && r == 0; i++)
		if (PxeBootServerAdd(&server, scalars->at[i].text, why, sizeof why) !=
		    ERROR_SUCCESS)
			r = keys_error(keys, name, "%s [W0139]", why);
	if (r == 0 && server.bAutomatic && scalars->n > 1)
		r = keys_error(keys, name, "\"auto\" must be the only value [W0139]");
	if (r == 0)
		*out = server;
	return r;
}

const PXE_BOOT_IP *server_address(const PXE_BOOT_SERVER *server, const PXE_BOOT_IP *local)
{
	const PXE_BOOT_IP *fixed = local->uAddrLen == 4 ? &server->V4 : &server->V6;

	if (server->bAutomatic)
		return local;
	return fixed->uAddrLen > 0 ? fixed : NULL;
}
