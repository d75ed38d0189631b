#include "story/diag.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/plain.h"
#include "dhcp/dhcp4.h"
#include "dhcp/dhcp6.h"
#include "dhcp/pxe_arch.h"
#include "request/intake.h"

enum {
	CLASSES = 16,
	INTERFACES = 32,
	WAYS = 8,        /* places that a client may take */
	BURST_MS = 8000, /* 8 findings, each worth a second */
	TOLD = 256,
};

/* A client that was told to come to 4011. */
struct attempt {
	uint64_t hash; /* 0: free */
	uint64_t last_ms, lease_ms, told_ms;
	unsigned offers; /* 0: no attempt */
	struct ip lease; /* the server whose lease it took */
	bool has_lease;
	struct log_client client;
};

/* Findings of one kind: eight at once, and then one a second, for packets must not fill
 * the log. */
struct bucket {
	uint64_t full_ms; /* when it has room for all of them again */
};

struct diag {
	struct hash_key key;
	struct attempt client[DIAG_CLIENTS];
	unsigned turn;   /* where diag_turn() goes on */
	unsigned missed; /* attempts that went, or found no place, since that was told */
	uint64_t missed_told_ms;
	uint8_t arch_seen[65536 / 8];
	uint64_t class_seen[CLASSES], class_ms; /* the first of them was told */
	unsigned n_classes, linklocal_seen[INTERFACES], n_linklocal;
	uint64_t own_id_told_ms;
	struct bucket arch, class, mismatch, source;
	struct told {
		uint64_t hash, ms;
	} told[TOLD]; /* clients, for each kind of finding; a newer one may take the place */
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

/* ---- attempts ---- */

static bool is_relayed(const struct request *req)
{
	if (req->family == IP_V6)
		return req->v6.client.n_relays > 0;
	return dhcp4_has_addr(req->octets, DHCP4_GIADDR);
}

/* By the client's name, and the interface where it was heard itself, for one MAC may be many
 * machines'. */
static uint64_t hash_of(const struct diag *diag, const struct request *req, bool relayed)
{
	struct span id = span_take(request_client_id(req), 40);
	uint8_t key[40 + sizeof(req->interface) + 1] = { req->family };

	if (!relayed)
		memcpy(key + 1, req->interface, sizeof(req->interface));
	if (id.len > 0)
		memcpy(key + 1 + sizeof(req->interface), id.at, id.len);
	return hash_octets(&diag->key, span_of(key, 1 + sizeof(req->interface) + id.len)) | 1;
}

static struct attempt *ways(struct diag *diag, uint64_t hash)
{
	return &diag->client[(hash >> 32) % (DIAG_CLIENTS / WAYS) * WAYS];
}

/* NULL: it has none. */
static struct attempt *attempt_find(struct diag *diag, const struct request *req, bool relayed)
{
	uint64_t hash = hash_of(diag, req, relayed);
	struct attempt *way = ways(diag, hash);

	for (int i = 0; i < WAYS; i++)
		if (way[i].hash == hash)
			return &way[i];
	return NULL;
}

/* What keeps a place: of two that weigh the same, the older goes. */
enum weight { WEIGHT_OVER, WEIGHT_BEGUN, WEIGHT_TOLD_SOON };

static enum weight weight_of(const struct attempt *a, uint64_t now_ms)
{
	if (a->offers == 0 || now_ms - a->last_ms >= DIAG_ATTEMPT_MS)
		return WEIGHT_OVER;
	return a->has_lease || a->offers >= DIAG_OFFERS ? WEIGHT_TOLD_SOON : WEIGHT_BEGUN;
}

static bool goes_before(const struct attempt *a, const struct attempt *b, uint64_t now_ms)
{
	enum weight a_weight = weight_of(a, now_ms), b_weight = weight_of(b, now_ms);

	return a_weight < b_weight || (a_weight == b_weight && a->last_ms < b->last_ms);
}

/* The attempt of a client, or a place for it; NULL: there is none. */
static struct attempt *attempt_of(struct diag *diag, const struct request *req, uint64_t now_ms)
{
	uint64_t hash = hash_of(diag, req, is_relayed(req));
	struct attempt *found = attempt_find(diag, req, is_relayed(req)), *way = ways(diag, hash);
	enum weight weight;

	if (found)
		return found;
	found = way;
	for (int i = 1; i < WAYS; i++)
		if (goes_before(&way[i], found, now_ms))
			found = &way[i];
	weight = weight_of(found, now_ms);
	diag->missed += weight != WEIGHT_OVER;
	if (weight == WEIGHT_TOLD_SOON)
		return NULL;
	*found = (struct attempt){ .hash = hash };
	return found;
}

/* An offer that sends the client to 4011: it names neither a boot file nor a menu (IPv4), or it is
 * an ADVERTISE to PXE firmware (IPv6); iPXE never asks there over IPv6. */
static bool sends_to_4011(const struct request *req)
{
	if (atomic_load(&req->reply_noted) != REPLY_NOTED || req->port == DHCP4_PORT_PXE)
		return false;
	if (req->family == IP_V4)
		return req->reply.type == DHCP4_OFFER && !req->reply.file[0] && !req->reply.menu;
	return req->reply.type == DHCP6_ADVERTISE && req->v6.client.class == PXE6_CLASS_PXE &&
	       !req->v6.client.is_ipxe;
}

static void note_offer(struct diag *diag, const struct request *req, uint64_t now_ms)
{
	struct attempt *a = attempt_of(diag, req, now_ms);

	if (!a)
		return;
	if (now_ms - a->last_ms >= DIAG_ATTEMPT_MS)
		a->offers = 0;
	if (a->offers++ == 0)
		a->has_lease = false;
	a->last_ms = now_ms;
	log_client_of(req, &a->client);
}

void diag_heard(struct diag *diag, const struct request *req)
{
	if (req->port != DHCP4_PORT_PXE)
		return;
	/* It does not say whether a relay heard it before. */
	for (int relayed = 0; relayed < 2; relayed++) {
		struct attempt *a = attempt_find(diag, req, relayed);

		if (a)
			a->offers = 0;
	}
}

static struct span server_id_of(const struct request *req)
{
	return dhcp4_index_get(&req->v4.index, request_packet(req), DHCP4_OPT_SERVER_ID);
}

static bool is_own(const struct links_view *view, const struct ip *ip)
{
	return view && links_is_own(view, ip);
}

/* A REQUEST for a lease of a server that is not us; *server is IP_NONE where it is not known. */
static bool takes_lease(const struct request *req, const struct links_view *view, struct ip *server)
{
	struct span id;

	*server = (struct ip){ .family = IP_NONE };
	if (req->family == IP_V6)
		return req->v6.row == DHCP6_ROW_LEASE && req->v6.client.type == DHCP6_REQUEST &&
		       req->v6.client.server_id == PXE6_SERVER_ID_FOREIGN;
	id = server_id_of(req);
	if (req->v4.row != DHCP4_ROW_LEASE_REQUEST || id.len != 4)
		return false;
	*server = ip_v4(id.at);
	return !is_own(view, server);
}

static void note_lease(struct diag *diag, const struct request *req, const struct links_view *view,
		       uint64_t now_ms)
{
	struct attempt *a;
	struct ip server;

	if (!takes_lease(req, view, &server))
		return;
	a = attempt_find(diag, req, is_relayed(req));
	if (!a || a->offers == 0 || a->has_lease || now_ms - a->last_ms >= DIAG_ATTEMPT_MS)
		return;
	a->has_lease = true;
	a->lease = server;
	a->lease_ms = a->last_ms = now_ms;
}

static bool is_due(const struct attempt *a, uint64_t now_ms)
{
	if (a->offers == 0)
		return false;
	if (a->has_lease)
		return now_ms - a->lease_ms >= DIAG_LEASE_MS;
	return a->offers >= DIAG_OFFERS && now_ms - a->last_ms >= DIAG_WAIT_MS;
}

/* Once in a while: packets must not fill the log. */
static bool may_tell(uint64_t *told_ms, uint64_t apart_ms, uint64_t now_ms)
{
	if (*told_ms && now_ms - *told_ms < apart_ms)
		return false;
	*told_ms = now_ms;
	return true;
}

static bool crowd(struct diag *diag, uint64_t now_ms, struct finding *out)
{
	if (diag->missed == 0 || !may_tell(&diag->missed_told_ms, DIAG_AGAIN_MS, now_ms))
		return false;
	*out = (struct finding){ .kind = FINDING_CROWD, .n = diag->missed };
	diag->missed = 0;
	return true;
}

bool diag_turn(struct diag *diag, uint64_t now_ms, struct finding *out)
{
	while (diag->turn < DIAG_CLIENTS) {
		struct attempt *a = &diag->client[diag->turn++];
		bool again = a->told_ms && now_ms - a->told_ms < DIAG_AGAIN_MS;

		if (!is_due(a, now_ms))
			continue;
		*out = (struct finding){ .kind = a->has_lease ? FINDING_LEASE_BUT_NOT_4011
							      : FINDING_NEVER_ON_4011,
					 .client = a->client,
					 .n = a->offers,
					 .ip = a->lease };
		a->offers = 0;
		if (again)
			continue;
		a->told_ms = now_ms;
		return true;
	}
	diag->turn = 0;
	return crowd(diag, now_ms, out);
}

/* ---- what one request shows ---- */

static bool bucket_take(struct bucket *bucket, uint64_t now_ms)
{
	uint64_t from = bucket->full_ms > now_ms ? bucket->full_ms : now_ms;

	if (from >= now_ms + BURST_MS)
		return false;
	bucket->full_ms = from + 1000;
	return true;
}

/* Once for each client in a while. */
static bool may_tell_client(struct diag *diag, const struct request *req, enum finding_kind kind,
			    struct bucket *bucket, uint64_t now_ms)
{
	uint64_t hash = hash_of(diag, req, is_relayed(req)) + kind;
	struct told *told = &diag->told[hash % TOLD];

	if ((told->hash == hash && now_ms - told->ms < DIAG_AGAIN_MS) ||
	    !bucket_take(bucket, now_ms))
		return false;
	*told = (struct told){ hash, now_ms };
	return true;
}

static bool unknown_arch(struct diag *diag, const struct request *req, uint64_t now_ms,
			 struct finding *out)
{
	bool has = req->family == IP_V4 ? req->v4.client.has_arch : req->v6.client.has_arch;
	uint16_t arch = req->family == IP_V4 ? req->v4.client.arch : req->v6.client.arch;

	if (!req->may_answer || !has || pxe_arch_name(arch) ||
	    diag->arch_seen[arch / 8] & 1u << arch % 8 || !bucket_take(&diag->arch, now_ms))
		return false; /* it will be said when it comes again */
	diag->arch_seen[arch / 8] |= (uint8_t)(1u << arch % 8);
	*out = (struct finding){ .kind = FINDING_UNKNOWN_ARCH, .n = arch };
	return true;
}

/* Is it one of those that were told? They are forgotten where they are many: made-up classes must
 * not hide the next one for good. */
static bool class_was_told(struct diag *diag, uint64_t hash, uint64_t now_ms)
{
	if (diag->n_classes == CLASSES && now_ms - diag->class_ms >= DIAG_AGAIN_MS)
		diag->n_classes = 0;
	for (unsigned i = 0; i < diag->n_classes; i++)
		if (diag->class_seen[i] == hash)
			return true;
	return diag->n_classes == CLASSES;
}

static void class_note(struct diag *diag, uint64_t hash, uint64_t now_ms)
{
	if (diag->n_classes == 0)
		diag->class_ms = now_ms;
	diag->class_seen[diag->n_classes++] = hash;
}

/* A DISCOVER with option 93, of a class that is neither PXEClient nor one of `classes`. */
static bool unknown_class(struct diag *diag, const struct request *req, uint64_t now_ms,
			  struct finding *out)
{
	const struct pxe_client *client = &req->v4.client;
	uint64_t hash;

	if (req->family != IP_V4 || req->port != DHCP4_PORT_SERVER ||
	    client->class != PXE_CLASS_NONE || client->type != DHCP4_DISCOVER ||
	    client->arch_list.len == 0 || client->vendor_class.len == 0)
		return false;
	hash = hash_octets(&diag->key, client->vendor_class);
	if (class_was_told(diag, hash, now_ms) || !bucket_take(&diag->class, now_ms))
		return false;
	class_note(diag, hash, now_ms);
	*out = (struct finding){ .kind = FINDING_UNKNOWN_CLASS };
	plain_text(client->vendor_class, out->text, FINDING_TEXT_MAX);
	return true;
}

/* Options 93 and 60 name different architectures. */
static bool mismatch(struct diag *diag, const struct request *req, uint64_t now_ms,
		     struct finding *out)
{
	if (!req->may_answer || req->family != IP_V4 || !req->v4.client.arch_mismatch ||
	    !may_tell_client(diag, req, FINDING_ARCH_MISMATCH, &diag->mismatch, now_ms))
		return false;
	*out = (struct finding){ .kind = FINDING_ARCH_MISMATCH, .n = req->v4.client.arch };
	return true;
}

/* On 4011 a client that says one address and writes from another. */
static bool other_source(struct diag *diag, const struct request *req, uint64_t now_ms,
			 struct finding *out)
{
	struct ip says;

	if (!req->may_answer || req->family != IP_V4 || req->port != DHCP4_PORT_PXE)
		return false;
	says = ip_v4(req->octets + DHCP4_CIADDR);
	if (ip_is_any(&says) || ip_is_any(&req->from.ip) || ip_equal(&says, &req->from.ip) ||
	    !may_tell_client(diag, req, FINDING_OTHER_SOURCE, &diag->source, now_ms))
		return false;
	*out = (struct finding){ .kind = FINDING_OTHER_SOURCE, .ip = says, .other = req->from.ip };
	return true;
}

/* The client took our offer, which gives no address, for a lease: its lease server is not there. */
static bool wants_lease_of_us(struct diag *diag, const struct request *req,
			      const struct links_view *view, uint64_t now_ms, struct finding *out)
{
	struct span id;
	struct ip ip;

	if (req->may_answer || req->family != IP_V4 || req->v4.row != DHCP4_ROW_LEASE_REQUEST)
		return false;
	id = server_id_of(req);
	if (id.len != 4)
		return false;
	ip = ip_v4(id.at);
	if (!is_own(view, &ip) || !may_tell(&diag->own_id_told_ms, 10000, now_ms))
		return false;
	*out = (struct finding){ .kind = FINDING_WANTS_LEASE_OF_US, .ip = ip };
	return true;
}

/* Our only address there is good for that one link, or for nothing: once for each interface. */
static bool link_local(struct diag *diag, const struct request *req, struct finding *out)
{
	if (atomic_load(&req->reply_noted) != REPLY_NOTED || !ip_is_linklocal(&req->local) ||
	    diag->n_linklocal == INTERFACES)
		return false;
	for (unsigned i = 0; i < diag->n_linklocal; i++)
		if (diag->linklocal_seen[i] == req->from.ifindex)
			return false;
	diag->linklocal_seen[diag->n_linklocal++] = req->from.ifindex;
	*out = (struct finding){ .kind = req->local.family == IP_V4 ? FINDING_LINK_LOCAL4
								    : FINDING_LINK_LOCAL6,
				 .ip = req->local };
	return true;
}

unsigned diag_ended(struct diag *diag, const struct request *req, const struct links_view *view,
		    uint64_t now_ms, struct finding out[static DIAG_FINDINGS])
{
	unsigned n = 0;

	if (req->foreign)
		return 0;
	if (sends_to_4011(req))
		note_offer(diag, req, now_ms);
	else if (!req->may_answer && req->port != DHCP4_PORT_PXE)
		note_lease(diag, req, view, now_ms);
	diag_heard(diag, req);
	n += unknown_arch(diag, req, now_ms, &out[n]) || unknown_class(diag, req, now_ms, &out[n]);
	n += mismatch(diag, req, now_ms, &out[n]);
	n += other_source(diag, req, now_ms, &out[n]) ||
	     wants_lease_of_us(diag, req, view, now_ms, &out[n]);
	n += link_local(diag, req, &out[n]);
	for (unsigned i = 0; i < n; i++)
		log_client_of(req, &out[i].client);
	return n;
}
