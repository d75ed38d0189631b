/* What one request shows by itself. */
#include <string.h>

#include "base/plain.h"
#include "dhcp/dhcp4.h"
#include "dhcp/pxe_arch.h"
#include "request/intake.h"
#include "story/diag_parts.h"

static void unknown_arch(struct look *look)
{
	const struct request *req = look->req;
	bool has = req->family == IP_V4 ? req->v4.client.has_arch : req->v6.client.has_arch;
	uint16_t arch = req->family == IP_V4 ? req->v4.client.arch : req->v6.client.arch;
	uint8_t *seen = &look->diag->arch_seen[arch / 8], bit = (uint8_t)(1u << arch % 8);
	struct finding finding;

	if (!req->may_answer || !has || *seen & bit)
		return;
	if (!pxe_arch_name(arch)) {
		finding = (struct finding){ .kind = FINDING_UNKNOWN_ARCH, .n = arch };
		if (!look_tell(look, &finding))
			return;
	}
	*seen |= bit; /* it has a name, or was told */
}

/* Is it one of those that were told? They are forgotten where they are many: made-up classes must
 * not hide the next one for good. */
static bool class_was_told(struct diag *diag, uint64_t hash, uint64_t now_ms)
{
	if (diag->n_classes == DIAG_CLASSES && now_ms - diag->class_ms >= DIAG_AGAIN_MS)
		diag->n_classes = 0;
	for (unsigned i = 0; i < diag->n_classes; i++)
		if (diag->class_seen[i] == hash)
			return true;
	return diag->n_classes == DIAG_CLASSES;
}

static void class_note(struct diag *diag, uint64_t hash, uint64_t now_ms)
{
	if (diag->n_classes == 0)
		diag->class_ms = now_ms;
	diag->class_seen[diag->n_classes++] = hash;
}

/* A DISCOVER with option 93, of a class that is neither PXEClient nor one of `classes`. */
static void unknown_class(struct look *look)
{
	const struct request *req = look->req;
	const struct pxe_client *client = &req->v4.client;
	struct finding finding;
	uint64_t hash;

	if (req->family != IP_V4 || req->port != DHCP4_PORT_SERVER ||
	    client->class != PXE_CLASS_NONE || client->type != DHCP4_DISCOVER ||
	    client->arch_list.len == 0 || client->vendor_class.len == 0)
		return;
	hash = hash_octets(&look->diag->key, client->vendor_class);
	if (class_was_told(look->diag, hash, look->now_ms))
		return;
	finding = (struct finding){ .kind = FINDING_UNKNOWN_CLASS };
	plain_text(client->vendor_class, finding.text, sizeof(finding.text));
	if (look_tell(look, &finding))
		class_note(look->diag, hash, look->now_ms);
}

/* The class decides whether a client speaks HTTP Boot: option 93 may say otherwise. */
static bool class_differs(const struct pxe_client *client)
{
	bool http = client->class == PXE_CLASS_HTTP;
	uint16_t said;

	if (client->arch_list.len < 2 || (!http && !pxe_client_is_pxe(client)))
		return false;
	said = load_be16(client->arch_list.at);
	return said != client->arch && pxe_arch_name(said) && pxe_arch_by_class(said, http) != said;
}

/* Options 93 and 60 name different architectures, or only one of them means HTTP Boot. */
static void mismatch(struct look *look)
{
	const struct request *req = look->req;
	const struct pxe_client *client = &req->v4.client;
	struct finding finding;

	if (!req->may_answer || req->family != IP_V4)
		return;
	if (class_differs(client)) {
		finding = (struct finding){ .kind = FINDING_CLASS_MISMATCH,
					    .n = load_be16(client->arch_list.at) };
		/* As the packet says it: a reload may have taken the classes away meanwhile. */
		plain_text(span_take(client->vendor_class, client->class_echo.len), finding.text,
			   sizeof(finding.text));
	} else if (client->arch_mismatch) {
		finding = (struct finding){ .kind = FINDING_ARCH_MISMATCH, .n = client->arch };
	} else {
		return;
	}
	look_tell_client(look, &finding);
}

/* On 4011 a client that says one address and writes from another. */
static bool other_source(struct look *look)
{
	const struct request *req = look->req;
	struct finding finding;
	struct ip says;

	if (!req->may_answer || req->family != IP_V4 || req->port != DHCP4_PORT_PXE)
		return false;
	says = ip_v4(req->octets + DHCP4_CIADDR);
	if (ip_is_any(&says) || ip_is_any(&req->from.ip) || ip_equal(&says, &req->from.ip))
		return false;
	finding =
		(struct finding){ .kind = FINDING_OTHER_SOURCE, .ip = says, .other = req->from.ip };
	return look_tell_client(look, &finding);
}

/* The client took our offer, which gives no address, for a lease: its lease server is not there. */
static void wants_lease_of_us(struct look *look)
{
	const struct request *req = look->req;
	struct finding finding;
	struct span id;
	struct ip ip;

	if (req->may_answer || req->family != IP_V4 || req->v4.row != DHCP4_ROW_LEASE_REQUEST)
		return;
	id = dhcp4_index_get(&req->v4.index, request_packet(req), DHCP4_OPT_SERVER_ID);
	if (id.len != 4)
		return;
	ip = ip_v4(id.at);
	if (!look->view || !links_is_own(look->view, &ip) ||
	    !diag_may_tell(&look->diag->own_id_told_ms, 10000, look->now_ms))
		return;
	finding = (struct finding){ .kind = FINDING_WANTS_LEASE_OF_US, .ip = ip };
	look_tell(look, &finding);
}

/* Our only address there is good for that one link, or for nothing: once for each interface. */
static void link_local(struct look *look)
{
	const struct request *req = look->req;
	struct diag *diag = look->diag;
	struct finding finding;

	if (atomic_load(&req->reply_noted) != REPLY_NOTED || !ip_is_linklocal(&req->local) ||
	    diag->n_linklocal == DIAG_INTERFACES)
		return;
	for (unsigned i = 0; i < diag->n_linklocal; i++)
		if (diag->linklocal_seen[i] == req->from.ifindex)
			return;
	finding = (struct finding){ .kind = req->local.family == IP_V4 ? FINDING_LINK_LOCAL4
								       : FINDING_LINK_LOCAL6,
				    .ip = req->local };
	if (look_tell(look, &finding))
		diag->linklocal_seen[diag->n_linklocal++] = req->from.ifindex;
}

void diag_shows(struct look *look)
{
	unknown_arch(look);
	unknown_class(look);
	mismatch(look);
	if (!other_source(look))
		wants_lease_of_us(look);
	link_local(look);
}
