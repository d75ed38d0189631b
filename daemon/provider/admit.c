#include "provider/admit.h"

#include <errno.h>
#include <stdlib.h>

#include "provider/state.h"

int admit_relays(struct host *host, const char *const *relays)
{
	struct ip_prefix *prefix;
	size_t n = 0;

	while (relays && relays[n])
		n++;
	prefix = calloc(n + 1, sizeof(*prefix));
	if (!prefix)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		if (ip_prefix_parse(relays[i], &prefix[i]) == IP_PREFIX_MALFORMED) {
			free(prefix);
			return -EINVAL;
		}
	free(host->relays);
	host->relays = prefix;
	host->n_relays = n;
	return 0;
}

bool admit_is_duplicate(struct host *host, const struct arrival *in)
{
	uint8_t source[16 + 2 + 4] = { 0 };

	memcpy(source, in->from.ip.octet, 16);
	store_be16(source + 16, in->from.port);
	store_be32(source + 18, in->from.ifindex);
	return limit_duplicate(host->limit, span_of(source, sizeof(source)),
			       span_of(in->octets, in->len), host->now_ms);
}

/* The relay that a request names; no address: it names none. */
static struct ip relay_of(const struct request *req)
{
	if (req->foreign)
		return (struct ip){ 0 };
	if (req->family == IP_V6)
		return req->v6.client.n_relays > 0 ? req->from.ip : (struct ip){ 0 };
	return req->port == DHCP4_PORT_SERVER && dhcp4_has_addr(req->octets, DHCP4_GIADDR)
		       ? dhcp4_giaddr(req->octets)
		       : (struct ip){ 0 };
}

/* Where else a packet may want its answer sent, to whom it likes; no address: to all on the wire.
 */
static struct ip named_by(const struct request *req)
{
	struct ip nobody = { 0 };

	if (req->family == IP_V6 || req->port == DHCP4_PORT_PXE || req->foreign)
		return ip_is_any(&req->from.ip) ? nobody : req->from.ip;
	return req->v4.index.type != DHCP4_DISCOVER && dhcp4_has_addr(req->octets, DHCP4_CIADDR)
		       ? dhcp4_ciaddr(req->octets)
		       : nobody;
}

static bool is_listed(const struct host *host, const struct ip *relay)
{
	for (size_t i = 0; i < host->n_relays && relay->family; i++)
		if (ip_in_prefix(relay, &host->relays[i].net, host->relays[i].bits))
			return true;
	return false;
}

/* Nobody is to get more answers than he can have asked for. -1: within the limits. */
static int over_destination(struct host *host, const struct request *req)
{
	struct ip relay = relay_of(req), to = relay.family ? relay : named_by(req);

	if (is_listed(host, &relay))
		return -1;
	if (host->n_relays > 0 && relay.family)
		return OUTCOME_RELAY;
	if (host->limits.per_destination == 0 || to.family == IP_NONE)
		return -1;
	return limit_destination(host->limit, span_of(to.octet, sizeof(to.octet)),
				 host->limits.per_destination, host->now_ms)
		       ? (int)OUTCOME_DESTINATION_RATE
		       : -1;
}

int admit_relay(const struct host *host, const struct request *req)
{
	struct ip relay = relay_of(req);

	if ((!req->may_answer && !req->foreign) || host->n_relays == 0 || !relay.family)
		return -1;
	return is_listed(host, &relay) ? -1 : (int)OUTCOME_RELAY;
}

/* Limits hold for what may be answered: the rest costs nothing but a look. -1: within them. */
int admit_limits(struct host *host, const struct request *req)
{
	uint8_t key[64];

	if (!req->may_answer && !req->foreign)
		return -1;
	if (host->limits.rate > 0 && limit_rate(host->limit, host->limits.rate, host->now_ms))
		return OUTCOME_GLOBAL_RATE;
	if (host->limits.per_client > 0 && limit_client(host->limit, request_client_key(req, key),
							host->limits.per_client, host->now_ms))
		return OUTCOME_CLIENT_RATE;
	return over_destination(host, req);
}
