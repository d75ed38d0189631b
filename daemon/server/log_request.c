/* Requests that ended: from the request to a record. On the loop: copies, no formatting. */
#include <string.h>

#include "dhcp/dhcp4.h"
#include "server/log.h"
#include "server/log_format.h"
#include "server/log_rate.h"

static struct log_rate rates[OUTCOME_COUNT];

static void step_v4(const struct request *req, struct log_step *step)
{
	const struct pxe_client *client = &req->v4.client;

	step->row = dhcp4_row_name(req->v4.row);
	step->xid = load_be32(req->octets + DHCP4_XID);
	step->has_mac = client->has_mac;
	if (client->has_mac)
		memcpy(step->mac, client->chaddr.at, 6);
	step->id_len = (uint8_t)(client->chaddr.len < 16 ? client->chaddr.len : 16);
	if (step->id_len)
		memcpy(step->id, client->chaddr.at, step->id_len);
	step->has_uuid = client->has_uuid;
	memcpy(step->uuid, client->uuid, sizeof(step->uuid));
	step->has_arch = client->has_arch;
	step->arch = client->arch;
	step->is_ipxe = client->is_ipxe;
}

static void step_v6(const struct request *req, struct log_step *step)
{
	const struct pxe_client6 *client = &req->v6.client;

	step->row = dhcp6_row_name(req->v6.row);
	step->xid = client->xid;
	step->has_mac = client->has_mac;
	memcpy(step->mac, client->mac, sizeof(step->mac));
	step->id_len = (uint8_t)(client->duid.len < LOG_ID_MAX ? client->duid.len : LOG_ID_MAX);
	if (step->id_len)
		memcpy(step->id, client->duid.at, step->id_len);
	step->has_uuid = client->has_uuid;
	memcpy(step->uuid, client->uuid, sizeof(step->uuid));
	step->has_arch = client->has_arch;
	step->arch = client->arch;
	step->is_ipxe = client->is_ipxe;
}

static bool boots(const struct request *req)
{
	if (req->family == IP_V6)
		return pxe_client6_boots(&req->v6.client);
	return pxe_client_is_pxe(&req->v4.client) || req->v4.client.class == PXE_CLASS_HTTP;
}

void log_request(const struct request *req, enum outcome outcome, uint64_t now_ms)
{
	int level = log_outcome_level(outcome, req->may_answer && boots(req));
	struct log_record record;
	struct log_step *step = &record.step;

	if (!log_wants(level) || !log_rate_take(&rates[outcome], now_ms))
		return;
	record.kind = LOG_KIND_STEP;
	record.level = (uint8_t)level;
	step->outcome = outcome;
	step->family = req->family;
	step->port = req->port;
	step->took_us = (uint32_t)(req->ended_us - req->arrived_us);
	memcpy(step->interface, req->interface, sizeof(step->interface));
	step->provider = req->provider;
	step->from = req->from;
	if (atomic_load(&req->reply_noted) == REPLY_NOTED)
		step->reply = req->reply;
	else
		step->reply = (struct request_reply){ 0 };
	if (req->family == IP_V6)
		step_v6(req, step);
	else
		step_v4(req, step);
	log_put(&record);
}

void log_turn(void)
{
	for (unsigned i = 0; i < OUTCOME_COUNT; i++) {
		uint64_t n = log_rate_withheld(&rates[i]);
		struct log_record record = { .kind = LOG_KIND_COUNT, .level = LOG_NOTICE };

		if (!n)
			continue;
		record.count.outcome = (enum outcome)i;
		record.count.n = n;
		log_put(&record);
	}
}
