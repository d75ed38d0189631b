/* no allocation · no lock · no log */
#include "request/log_client.h"

#include <string.h>

#include "request/intake.h"

static void id_put(struct log_client *out, struct span id)
{
	out->id_len = (uint8_t)(id.len < LOG_ID_MAX ? id.len : LOG_ID_MAX);
	if (out->id_len)
		memcpy(out->id, id.at, out->id_len);
}

static void client_v4(const struct pxe_client *client, struct log_client *out)
{
	out->has_mac = client->has_mac;
	if (client->has_mac)
		memcpy(out->mac, client->chaddr.at, 6);
	out->has_uuid = client->has_uuid;
	memcpy(out->uuid, client->uuid, sizeof(out->uuid));
	out->has_arch = client->has_arch;
	out->arch = client->arch;
	out->is_ipxe = client->is_ipxe;
}

static void client_v6(const struct pxe_client6 *client, struct log_client *out)
{
	out->has_mac = client->has_mac;
	memcpy(out->mac, client->mac, sizeof(out->mac));
	out->has_uuid = client->has_uuid;
	memcpy(out->uuid, client->uuid, sizeof(out->uuid));
	out->has_arch = client->has_arch;
	out->arch = client->arch;
	out->is_ipxe = client->is_ipxe;
}

void log_client_of(const struct request *req, struct log_client *out)
{
	out->family = req->family;
	out->port = req->port;
	out->from = req->from;
	memcpy(out->interface, req->interface, sizeof(out->interface));
	id_put(out, req->family == IP_V6 ? req->v6.client.duid : request_client_id(req));
	if (req->family == IP_V6)
		client_v6(&req->v6.client, out);
	else
		client_v4(&req->v4.client, out);
}
