/* no allocation · no lock · no log */
#include "request/intake.h"

#include "dhcp/dhcp4_mend.h"
#include "dhcp/dhcp6_row.h"
#include "dhcp/dhcp6_valid.h"

static struct known_name known_name(const struct request *req, const uint8_t uuid[static 16],
				    bool relayed)
{
	struct known_name name = { .ifindex = req->from.ifindex, .relayed = relayed };

	memcpy(name.uuid, uuid, sizeof(name.uuid));
	return name;
}

/* It said its UUID and its MAC. */
static void note_machine(const struct request *req, const struct intake *intake)
{
	bool relayed = dhcp4_has_addr(req->octets, DHCP4_GIADDR);
	struct known_name name = known_name(req, req->v4.client.uuid, relayed);

	known_note(intake->known, &name, req->v4.client.chaddr.at, intake->now_ms);
}

/* Row, index and client, as if there were no other of its kind. -1, or how it ends. */
static int read_whole4(struct request *req, const struct intake *intake)
{
	size_t len = req->len;
	int r = dhcp4_mend(req->octets, sizeof(req->octets), &len, &req->v4.index);

	if (r == DHCP4_E_BOOTP)
		return OUTCOME_BOOTP;
	if (r != 0 && r != DHCP4_MENDED)
		return OUTCOME_MALFORMED;
	req->mended = r == DHCP4_MENDED;
	req->len = (uint32_t)len;
	pxe_client_read(request_packet(req), &req->v4.index, &intake->aliases, req->v4.scratch,
			sizeof(req->v4.scratch), &req->v4.client);
	req->v4.row = dhcp4_row_of(req->port, request_packet(req), &req->v4.client);
	if (dhcp4_row_rule(req->v4.row) == DHCP4_RULE_DROP)
		return OUTCOME_MALFORMED;
	if (intake->kinds && !req->mended)
		kinds_note(intake->kinds, req);
	return -1;
}

static int request_read4(struct request *req, const struct intake *intake)
{
	if (!intake->kinds || !kinds_read(intake->kinds, req)) {
		int outcome = read_whole4(req, intake);

		if (outcome >= 0)
			return outcome;
	}
	req->valid = true; /* as all that is mended; PxeDhcpIsValid finds the same */
	req->pxe = req->v4.client.class == PXE_CLASS_PXE;
	req->may_answer = dhcp4_row_may_answer(req->v4.row);
	if (intake->known && !req->trial && req->v4.client.has_uuid && req->v4.client.has_mac)
		note_machine(req, intake);
	return -1;
}

/* A client that says its UUID alone has a MAC all the same: of its link-local address, which most
 * firmware makes of it (RFC 4291, appendix A), or as it was heard over IPv4. */
static void name_client6(struct request *req, const struct intake *intake)
{
	struct pxe_client6 *client = &req->v6.client;
	const struct ip *source = client->n_relays > 0 ? &client->peer : &req->from.ip;

	if (!client->has_mac)
		client->has_mac = ip_eui64_mac(source, client->mac);
	if (!client->has_mac && client->has_uuid && intake->known) {
		struct known_name name = known_name(req, client->uuid, client->n_relays > 0);

		client->has_mac = known_mac(intake->known, &name, intake->now_ms, client->mac);
	}
}

static int request_read6(struct request *req, const struct intake *intake)
{
	struct span packet = request_packet(req);

	req->v6.row = dhcp6_row_read(packet, req->port, intake->information_request, &intake->self,
				     &req->v6.client);
	if (req->v6.row == DHCP6_ROW_MALFORMED)
		return OUTCOME_MALFORMED;
	name_client6(req, intake);
	req->valid = dhcp6_valid(packet, true, &req->pxe);
	req->may_answer = dhcp6_row_may_answer(req->v6.row);
	return -1;
}

/* The address that replies and option 54 name: the one that the client wrote to, if it can be
 * anybody's; on IPv6 rather a global one than the link-local one. */
static struct ip local_address(const struct arrival *in)
{
	if (in->to.family == IP_NONE)
		return in->own;
	if (in->to.family == IP_V6 && ip_is_linklocal(&in->to) && in->own.family == IP_V6)
		return in->own;
	return in->to;
}

int request_read(struct request *req, const struct arrival *in, const struct intake *intake)
{
	req->trial = in->trial;
	if (in->len > REQUEST_PACKET_MAX)
		return OUTCOME_OVERSIZED;
	memcpy(req->octets, in->octets, in->len);
	req->len = in->len;
	req->family = in->from.ip.family;
	req->port = in->port;
	req->from = in->from;
	req->local = local_address(in);
	req->sent_to = in->to;
	req->on_link = in->on_link;
	req->foreign = req->mended = false;
	strncpy(req->interface, in->interface ? in->interface : "", sizeof(req->interface) - 1);
	req->interface[sizeof(req->interface) - 1] = '\0';
	atomic_store_explicit(&req->reply_noted, REPLY_NOT_NOTED, memory_order_relaxed);
	atomic_store_explicit(&req->refused_noted, REPLY_NOT_NOTED, memory_order_relaxed);
	atomic_store_explicit(&req->replies, 0, memory_order_relaxed);
	return req->family == IP_V6 ? request_read6(req, intake) : request_read4(req, intake);
}

void request_read_foreign(struct request *req, const struct arrival *in, enum outcome unread)
{
	memcpy(req->octets, in->octets, in->len);
	req->len = in->len;
	req->foreign = true;
	req->unread = unread;
	req->valid = req->pxe = req->may_answer = false;
	if (req->family == IP_V6) {
		memset(&req->v6, 0, sizeof(req->v6));
		req->v6.row = DHCP6_ROW_MALFORMED;
		return;
	}
	memset(&req->v4, 0, sizeof(req->v4));
	req->v4.row = unread == OUTCOME_BOOTP ? DHCP4_ROW_BOOTP : DHCP4_ROW_MALFORMED;
}

/* Its name: DUID or hardware address, else the client id (InfiniBand has no hardware address). */
static struct span client_name(const struct request *req)
{
	if (req->foreign)
		return SPAN_NONE;
	if (req->family == IP_V6)
		return req->v6.client.duid;
	if (req->v4.client.chaddr.len > 0)
		return req->v4.client.chaddr;
	return dhcp4_index_get(&req->v4.index, request_packet(req), DHCP4_OPT_CLIENT_ID);
}

/* Where it is: the address that it writes from on 4011 (a MAC is quickly invented), else the relay
 * that heard it, else the interface. */
static void client_place(const struct request *req, uint8_t out[static 16])
{
	memset(out, 0, 16);
	if (req->port == DHCP4_PORT_PXE || (req->foreign && !ip_is_any(&req->from.ip)))
		memcpy(out, req->from.ip.octet, 16);
	else if (req->family == IP_V6 && req->v6.client.n_relays > 0)
		memcpy(out, req->v6.client.link.octet, 16);
	else if (req->family == IP_V4 && !req->foreign && dhcp4_has_addr(req->octets, DHCP4_GIADDR))
		memcpy(out, req->octets + DHCP4_GIADDR, 4);
	else
		memcpy(out, req->interface, sizeof(req->interface));
}

struct span request_client_key(const struct request *req, uint8_t buffer[static 64])
{
	struct span name = span_take(client_name(req), 40);

	client_place(req, buffer);
	if (name.len > 0)
		memcpy(buffer + 16, name.at, name.len);
	return span_of(buffer, 16 + name.len);
}

struct span request_client_id(const struct request *req)
{
	if (req->family == IP_V6 && req->v6.client.has_mac)
		return span_of(req->v6.client.mac, sizeof(req->v6.client.mac));
	return client_name(req);
}

/* ip_text() may do what a signal handler must not. */
static size_t put_number(char *text, unsigned number, unsigned base)
{
	size_t n = number >= base ? put_number(text, number / base, base) : 0;

	text[n] = "0123456789abcdef"[number % base];
	return n + 1;
}

static const char *source_text(const struct ip *ip, char text[static 40])
{
	bool v6 = ip->family == IP_V6;
	size_t n = 0;

	for (size_t i = 0; i < ip_len(ip); i += v6 ? 2 : 1) {
		if (i > 0)
			text[n++] = v6 ? ':' : '.';
		n += put_number(text + n, v6 ? load_be16(ip->octet + i) : ip->octet[i],
				v6 ? 16 : 10);
	}
	text[n] = '\0';
	return text;
}

const char *request_client_text(const struct request *req, char text[static 40])
{
	static const char digit[] = "0123456789abcdef";
	struct span id = request_client_id(req);
	size_t n = 0;

	if (req->foreign)
		return source_text(&req->from.ip, text);
	for (size_t i = 0; i < id.len && n + 4 < 40; i++) {
		if (i > 0)
			text[n++] = ':';
		text[n++] = digit[id.at[i] >> 4];
		text[n++] = digit[id.at[i] & 15];
	}
	if (n == 0)
		text[n++] = '-';
	text[n] = '\0';
	return text;
}

uint32_t request_xid(const struct request *req)
{
	if (req->foreign)
		return 0;
	return req->family == IP_V6 ? req->v6.client.xid : dhcp4_xid(req->octets);
}
