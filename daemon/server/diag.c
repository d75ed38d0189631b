#include "server/diag.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "dhcp/dhcp4.h"
#include "dhcp/dhcp6.h"
#include "dhcp/pxe_arch.h"
#include "request/intake.h"
#include "server/log.h"
#include "server/log_source.h"

/* A client that was told to come to 4011. */
struct waiting {
	uint64_t hash; /* 0: free */
	uint64_t last_ms, told_ms;
	unsigned offers;
	uint8_t id[8]; /* the front of its MAC or DUID, for the line */
	uint8_t id_len;
	char interface[16];
};

struct diag {
	struct hash_key key;
	struct waiting client[DIAG_CLIENTS];
	uint8_t arch_seen[65536 / 8];
	uint64_t own_id_told_ms, arch_told_ms, source_told_ms;
};

struct diag *diag_new(void)
{
	struct diag *diag = calloc(1, sizeof(*diag));

	if (diag)
		hash_key_random(&diag->key);
	return diag;
}

void diag_free(struct diag *diag)
{
	free(diag);
}

static struct span client_id(const struct request *req)
{
	if (req->family == IP_V4)
		return req->v4.client.chaddr;
	return req->v6.client.has_mac ? span_of(req->v6.client.mac, 6) : req->v6.client.duid;
}

static bool is_relayed(const struct request *req)
{
	if (req->family == IP_V6)
		return req->v6.client.n_relays > 0;
	return dhcp4_has_addr(req->octets, DHCP4_GIADDR);
}

/* The client's place: by its name, and the interface where it was heard itself, for one MAC may be
 * many machines'. */
static struct waiting *slot_of(struct diag *diag, const struct request *req, bool relayed,
			       uint64_t *hash)
{
	struct span id = span_take(client_id(req), 40);
	uint8_t key[40 + sizeof(req->interface)] = { 0 };

	if (!relayed)
		memcpy(key, req->interface, sizeof(req->interface));
	if (id.len > 0)
		memcpy(key + sizeof(req->interface), id.at, id.len);
	*hash = hash_octets(&diag->key, span_of(key, sizeof(req->interface) + id.len)) | 1;
	return &diag->client[*hash / 2 % DIAG_CLIENTS];
}

/* An offer that sends the client to 4011: it names neither a boot file nor a menu (IPv4), or it is
 * an ADVERTISE to PXE firmware (IPv6); iPXE never asks there over IPv6. */
static bool sends_to_4011(const struct request *req)
{
	if (atomic_load(&req->reply_noted) != REPLY_NOTED || req->port == 4011)
		return false;
	if (req->family == IP_V4)
		return req->reply.type == DHCP4_OFFER && !req->reply.file[0] && !req->reply.menu;
	return req->reply.type == DHCP6_ADVERTISE && req->v6.client.class == PXE6_CLASS_PXE &&
	       !req->v6.client.is_ipxe;
}

static void note_offer(struct diag *diag, const struct request *req, uint64_t now_ms)
{
	struct span id = client_id(req);
	uint64_t hash;
	struct waiting *w = slot_of(diag, req, is_relayed(req), &hash);

	if (w->hash != hash)
		*w = (struct waiting){ .hash = hash };
	w->offers++;
	w->last_ms = now_ms;
	w->id_len = (uint8_t)(id.len < sizeof(w->id) ? id.len : sizeof(w->id));
	if (w->id_len)
		memcpy(w->id, id.at, w->id_len);
	memcpy(w->interface, req->interface, sizeof(w->interface));
}

static void note_request(struct diag *diag, const struct request *req)
{
	/* It does not say whether a relay heard it before. */
	for (int relayed = 0; relayed < 2; relayed++) {
		uint64_t hash;
		struct waiting *w = slot_of(diag, req, relayed, &hash);

		if (w->hash == hash)
			w->offers = 0;
	}
}

static void note_arch(struct diag *diag, const struct request *req)
{
	bool has = req->family == IP_V4 ? req->v4.client.has_arch : req->v6.client.has_arch;
	uint16_t arch = req->family == IP_V4 ? req->v4.client.arch : req->v6.client.arch;

	if (!has || pxe_arch_name(arch) || diag->arch_seen[arch / 8] & 1u << arch % 8)
		return;
	if (!log_source_take(""))
		return; /* it will be said when it comes again */
	diag->arch_seen[arch / 8] |= (uint8_t)(1u << arch % 8);
	log_line(LOG_NOTICE,
		 "a client of architecture %u was seen, which has no name: an entry "
		 "matches it by arch = %u",
		 arch, arch);
}

/* Once in ten seconds: packets must not fill the log. */
static bool may_tell(uint64_t *told_ms, uint64_t now_ms)
{
	if (*told_ms && now_ms - *told_ms < 10000)
		return false;
	*told_ms = now_ms;
	return true;
}

/* Options 93 and 60 name different architectures. */
static void note_mismatch(struct diag *diag, const struct request *req, uint64_t now_ms)
{
	char client[40];

	if (req->v4.client.arch_mismatch && may_tell(&diag->arch_told_ms, now_ms))
		log_line(LOG_INFO,
			 "%s on %s says architecture %u in option 93 and another one in its class: "
			 "option 93 counts",
			 request_client_text(req, client), req->interface, req->v4.client.arch);
}

/* On 4011 a client that says one address and writes from another. */
static void note_source(struct diag *diag, const struct request *req, uint64_t now_ms)
{
	struct ip says = ip_v4(req->octets + DHCP4_CIADDR);
	char client[40], text[2][IP_TEXT_MAX];

	if (req->port != DHCP4_PORT_PXE || ip_is_any(&says) || ip_is_any(&req->from.ip) ||
	    ip_equal(&says, &req->from.ip) || !may_tell(&diag->source_told_ms, now_ms))
		return;
	log_line(LOG_INFO, "%s on %s writes from %s and says that it is %s: the answer goes to %s",
		 request_client_text(req, client), req->interface, ip_text(&req->from.ip, text[0]),
		 ip_text(&says, text[1]), text[0]);
}

/* The client took our offer, which gives no address, for a lease: its lease server is not there. */
static void note_own_id(struct diag *diag, const struct request *req, const struct links_view *view,
			uint64_t now_ms)
{
	struct span packet = span_of(req->octets, req->len), id;
	char text[IP_TEXT_MAX];
	struct ip ip;

	if (req->v4.row != DHCP4_ROW_LEASE_REQUEST)
		return;
	id = dhcp4_index_get(&req->v4.index, packet, DHCP4_OPT_SERVER_ID);
	if (id.len != 4)
		return;
	ip = ip_v4(id.at);
	if (!links_is_own(view, &ip))
		return;
	if (!may_tell(&diag->own_id_told_ms, now_ms))
		return;
	log_line(LOG_WARNING,
		 "%02x:%02x:%02x:%02x:%02x:%02x on %s asks %s, which is this host, for an address: "
		 "no DHCP server answered it. Is the DHCP server running, and are there free "
		 "leases?",
		 req->octets[DHCP4_CHADDR], req->octets[DHCP4_CHADDR + 1],
		 req->octets[DHCP4_CHADDR + 2], req->octets[DHCP4_CHADDR + 3],
		 req->octets[DHCP4_CHADDR + 4], req->octets[DHCP4_CHADDR + 5], req->interface,
		 ip_text(&ip, text));
}

void diag_ended(struct diag *diag, const struct request *req, const struct links_view *view,
		uint64_t now_ms)
{
	if (sends_to_4011(req))
		note_offer(diag, req, now_ms);
	else if (req->port == 4011)
		note_request(diag, req);
	if (req->may_answer && req->family == IP_V4) {
		note_mismatch(diag, req, now_ms);
		note_source(diag, req, now_ms);
	}
	if (req->may_answer)
		note_arch(diag, req);
	else if (req->family == IP_V4)
		note_own_id(diag, req, view, now_ms);
}

static void tell(const struct waiting *w)
{
	char id[3 * sizeof(w->id) + 1] = "";

	for (unsigned i = 0; i < w->id_len; i++)
		snprintf(id + (i ? 3 * i - 1 : 0), 4, i ? ":%02x" : "%02x", w->id[i]);
	log_line(
		LOG_NOTICE,
		"%s on %s got %u offers, and no request of its on port 4011 followed: does a "
		"firewall on the way stop UDP 4011, did it take another server's offer, or does it "
		"need shape = \"direct\"?",
		id, w->interface, w->offers);
}

unsigned diag_turn(struct diag *diag, uint64_t now_ms)
{
	unsigned told = 0;

	for (unsigned i = 0; i < DIAG_CLIENTS; i++) {
		struct waiting *w = &diag->client[i];

		if (w->offers < DIAG_OFFERS || now_ms - w->last_ms < DIAG_WAIT_MS)
			continue;
		if (!w->told_ms || now_ms - w->told_ms >= DIAG_AGAIN_MS) {
			tell(w);
			told++;
			w->told_ms = now_ms;
		}
		w->offers = 0;
	}
	return told;
}
