/* no allocation · no lock · no log */
/* What firmware makes of one reply. */
#include "dhcp/judge.h"

#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "dhcp/both.h"
#include "dhcp/dhcp4_reply.h"
#include "dhcp/dhcp6_reply.h"
#include "dhcp/pxe_client.h"
#include "dhcp/pxe_client6.h"

enum { LEASE, REPLY, OFFERS }; /* the offers that it has */

/* Of the DHCPv6 facts, those for which nothing is dropped. */
enum { HARMLESS6 = DHCP6_REPLY_LARGE | DHCP6_REPLY_LEASES };

/* A case that is being judged. */
struct bench {
	const struct judge_case *it;
	struct made_client client;
	bool is_boot_client, is_first; /* a DISCOVER or SOLICIT */
	bool has_item;
	uint16_t item;
	struct offer offers[OFFERS];
	struct judgement out;
};

static struct judgement judged(enum judge_verdict verdict, const char *why)
{
	return (struct judgement){ .verdict = verdict, .why = why };
}

/* ---- who asks ---------------------------------------------------------------------------------
 */

static bool read_client4(struct bench *b)
{
	struct dhcp4_index index;
	struct pxe_client client;
	uint8_t scratch[512];

	if (dhcp4_index_build(b->it->request, &index))
		return false;
	pxe_client_read(b->it->request, &index, NULL, scratch, sizeof(scratch), &client);
	b->is_boot_client = pxe_client_is_pxe(&client) || client.class == PXE_CLASS_HTTP;
	b->is_first = client.type == DHCP4_DISCOVER;
	b->has_item = client.has_boot_item;
	b->item = client.boot_item.type;
	b->client.arch = client.arch;
	b->client.http = client.class == PXE_CLASS_HTTP;
	b->client.firmware = made_firmware_of(client.arch, client.is_ipxe);
	return true;
}

static bool read_client6(struct bench *b)
{
	const struct pxe_client6_self nobody = { .n_aliases = 0 };
	struct pxe_client6 client;

	if (pxe_client6_read(b->it->request, &nobody, &client))
		return false;
	b->is_boot_client = client.class != PXE6_CLASS_NONE;
	b->is_first = client.type == DHCP6_SOLICIT;
	b->client.arch = client.arch;
	b->client.http = client.class == PXE6_CLASS_HTTP;
	b->client.firmware = client.is_ipxe ? MADE_IPXE : MADE_EDK2; /* no ROM speaks it */
	return true;
}

/* ---- the reply's form -------------------------------------------------------------------------
 */

/* Where the client, or the relay that asked for it, listens; 0: who knows. */
static uint16_t listens_on(const struct judge_case *it)
{
	bool is_relayed;

	if (it->port == DHCP4_PORT_PXE)
		return it->from.port;
	if (it->family == IP_V6)
		return dhcp6_type_of(it->request) == DHCP6_RELAY_FORW ? 0 : DHCP6_PORT_CLIENT;
	is_relayed = dhcp4_has_addr(it->request.at, DHCP4_GIADDR);
	return is_relayed ? 0 : DHCP4_PORT_CLIENT; /* option 82.19 gives a relay's */
}

/* Why it is dropped before anybody looks at what it offers; NULL: it is not. */
static const char *flaw(const struct bench *b)
{
	const struct judge_case *it = b->it;
	bool v6 = it->family == IP_V6;
	unsigned facts = v6 ? dhcp6_reply_check(it->request, it->reply) & ~(unsigned)HARMLESS6
			    : dhcp4_reply_check(it->request, it->reply);

	if (!b->is_boot_client && !v6)
		facts &= ~(unsigned)DHCP4_REPLY_NO_CLASS;
	if (facts)
		return v6 ? dhcp6_reply_fact_text(facts) : dhcp4_reply_fact_text(facts);
	if (listens_on(it) && it->to_port != listens_on(it))
		return "it goes to a port on which the client does not listen";
	return NULL;
}

/* ---- what is in it ----------------------------------------------------------------------------
 */

/* The DHCP server beside us: it offers an address and a name server, and says nothing of boot. */
static struct offer made_lease(uint8_t family)
{
	static const uint8_t server[4] = { 192, 0, 2, 254 }, client[4] = { 192, 0, 2, 100 },
			     duid[] = { 0, 3, 0, 1, 2, 0, 0, 0, 0, 254 },
			     client6[16] = { 0x20, 1, 0x0d, 0xb8, [15] = 100 };

	if (family == IP_V6)
		return (struct offer){ .type = DHCP6_ADVERTISE,
				       .has_address = true,
				       .address = ip_v6(client6),
				       .duid = span_of(duid, sizeof(duid)),
				       .has_dns = true };
	return (struct offer){ .type = DHCP4_OFFER,
			       .has_address = true,
			       .address = ip_v4(client),
			       .server_id = ip_v4(server),
			       .has_dns = true };
}

/* What must have sent the client to port 4011, of the host that answers it there. */
static struct offer made_redirect(const struct offer *answer, uint8_t family)
{
	return (struct offer){ .type = dhcp_offer_type(family),
			       .server_id = answer->server_id,
			       .next_server = answer->server_id,
			       .duid = answer->duid,
			       .class = OFFER_CLASS_PXE,
			       .class_text = span_str("PXEClient") };
}

/* What the client does with what it has. */
static struct judgement end_of(const struct choice *choice)
{
	struct judgement out = judged(choice_boots(choice->result) ? JUDGE_BOOTS : JUDGE_FAILS,
				      choice_text(choice->result));

	if (choice->step == CHOICE_ASK)
		out = judged(JUDGE_ASKS, "the client asks it on port 4011 for the boot file");
	else if (choice->step == CHOICE_ITEM)
		out = judged(JUDGE_ASKS, "the client asks for the first item of the menu");
	if (out.verdict == JUDGE_ASKS)
		out.to = choice->to;
	out.has_item = choice->step == CHOICE_ITEM;
	out.item = out.has_item ? choice->item.type : 0;
	out.file = choice->file;
	if (!offer_is_url(out.file))
		out.server = choice->server;
	return out;
}

static bool is_taken(enum offer_fate fate)
{
	return fate == OFFER_BOOT || fate == OFFER_LEASE_AND_BOOT || fate == OFFER_LEASE ||
	       fate == OFFER_NEXT;
}

static struct judgement judge_offer(struct bench *b)
{
	bool is_alone = b->offers[REPLY].has_address; /* it is the DHCP server itself */
	struct choice choice;
	size_t at = is_alone ? 0 : REPLY;

	choice_make(&b->client, is_alone ? &b->offers[REPLY] : b->offers, is_alone ? 1 : OFFERS,
		    &choice);
	if (is_taken(choice.fate[at]))
		return end_of(&choice);
	if (choice.fate[at] == OFFER_UNUSED && b->client.family == IP_V6)
		return judged(JUDGE_DROPS, "not used: iPXE knows no boot servers over IPv6, and "
					   "boots by what the DHCP server says");
	return judged(JUDGE_DROPS, offer_fate_text(choice.fate[at]));
}

/* The answer to a question: the offer that led to it is made up. */
static struct judgement judge_answer(struct bench *b)
{
	struct offer answer = b->offers[REPLY];
	struct choice choice;

	b->offers[REPLY] = made_redirect(&answer, b->it->family);
	choice_make(&b->client, b->offers, OFFERS, &choice);
	if (b->has_item) {
		choice.step = CHOICE_ITEM;
		choice.item.type = b->item;
		choice.to = b->it->port == DHCP4_PORT_PXE ? answer.server_id
							  : (struct ip){ .family = IP_NONE };
	}
	if (choice.step == CHOICE_END)
		return judged(JUDGE_DROPS, "firmware of this kind asks no such question");
	choice_go_on(&b->client, b->offers, &answer, &choice);
	return end_of(&choice);
}

static struct judgement judge_content(struct bench *b)
{
	struct offer *reply = &b->offers[REPLY];
	int r = b->it->family == IP_V6 ? offer_read6(dhcp6_reply_message(b->it->reply), reply)
				       : offer_read4(b->it->reply, reply);

	if (r)
		return judged(JUDGE_DROPS, "its options cannot be read");
	b->offers[LEASE] = made_lease(b->it->family);
	reply->from = (struct endpoint){ .ip = reply->server_id };
	return b->is_first ? judge_offer(b) : judge_answer(b);
}

struct judgement judge_reply(const struct judge_case *it)
{
	struct bench b = { .it = it, .client = { .family = it->family } };
	const char *why;

	if (it->family == IP_V6 ? !read_client6(&b) : !read_client4(&b))
		return judged(JUDGE_NOBODY, "the request is not one that can be read");
	why = flaw(&b);
	if (why)
		return judged(JUDGE_DROPS, why);
	if (!b.is_boot_client)
		return judged(JUDGE_NOBODY,
			      "the client does not say that it boots from the network");
	return judge_content(&b);
}

/* ---- in words ---------------------------------------------------------------------------------
 */

/* The fates of choice.h say themselves what becomes of an offer. */
static const char *behind(const char *text, const char *begin)
{
	size_t len = strlen(begin);

	return strncmp(text, begin, len) == 0 ? text + len : NULL;
}

const char *judge_text(const struct judgement *judgement, char out[static JUDGE_TEXT_MAX])
{
	static const char *const begins[] = {
		[JUDGE_BOOTS] = "the firmware boots by it: ",
		[JUDGE_ASKS] = "the firmware takes it: ",
		[JUDGE_FAILS] = "the firmware takes it, and boots nothing: ",
		[JUDGE_DROPS] = "the firmware drops it: ",
		[JUDGE_NOBODY] = "no firmware reads it: ",
	};
	const char *begin = begins[judgement->verdict], *why = judgement->why;

	if (behind(why, "not used: "))
		begin = "the firmware does not use it: ";
	if (behind(why, "dropped: ") || behind(why, "not used: "))
		why = strstr(why, ": ") + 2;
	snprintf(out, JUDGE_TEXT_MAX, "%s%s", begin, why);
	return out;
}
