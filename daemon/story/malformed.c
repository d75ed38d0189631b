#include "story/malformed.h"

#include <string.h>
#include <time.h>

#include "dhcp/dhcp_fault.h"
#include "story/log.h"
#include "story/record_json.h"

static struct kept {
	struct log_client client;
	uint64_t time_us; /* CLOCK_REALTIME */
	bool mended;
	uint32_t len, kept;
	uint8_t octets[REQUEST_PACKET_MAX];
} ring[MALFORMED_KEPT];

static uint64_t noted; /* all of them */

static struct kept *take_place(const uint8_t *octets, uint32_t len)
{
	struct kept *kept = &ring[noted++ % MALFORMED_KEPT];
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	kept->time_us = (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
	kept->len = len;
	kept->kept = len < sizeof(kept->octets) ? len : (uint32_t)sizeof(kept->octets);
	if (kept->kept)
		memcpy(kept->octets, octets, kept->kept);
	return kept;
}

void malformed_note(const struct arrival *in, const struct request *req)
{
	struct kept *kept = take_place(in->octets, in->len);

	kept->mended = req != NULL;
	if (req)
		log_client_of(req, &kept->client);
	else
		log_client_of_arrival(in, &kept->client);
}

void malformed_note_foreign(const struct request *req)
{
	struct kept *kept = take_place(req->octets, req->len);

	kept->mended = false;
	log_client_of(req, &kept->client);
}

static const char *rule_of(const struct kept *kept, char text[static DHCP_FAULT_MAX], size_t *at)
{
	struct span packet = span_of(kept->octets, kept->kept);

	return kept->mended ? dhcp4_mended(packet, text, at)
			    : dhcp_fault(kept->client.family, packet, text, at);
}

static json_t *kept_json(const struct kept *kept)
{
	char rule[DHCP_FAULT_MAX];
	json_t *object = json_pack("{s:f,s:s}", "time", (double)kept->time_us / 1e6, "what",
				   kept->mended ? "mended" : "refused");
	size_t at = 0;

	record_number(object, "family", kept->client.family == IP_V6 ? 6 : 4);
	record_text(object, "interface", kept->client.interface);
	record_endpoint(object, "from", &kept->client.from);
	record_number(object, "port", kept->client.port);
	record_client(object, &kept->client);
	record_text(object, "rule", rule_of(kept, rule, &at));
	record_number(object, "at", at);
	record_number(object, "length", kept->len);
	record_octets(object, "octets", kept->octets, kept->kept);
	return object;
}

json_t *malformed_json(void)
{
	uint64_t from = noted > MALFORMED_KEPT ? noted - MALFORMED_KEPT : 0;
	json_t *packets = json_array();

	for (uint64_t i = from; i < noted; i++)
		json_array_append_new(packets, kept_json(&ring[i % MALFORMED_KEPT]));
	return json_pack("{s:b,s:I,s:o}", "ok", 1, "all", (json_int_t)noted, "packets", packets);
}
