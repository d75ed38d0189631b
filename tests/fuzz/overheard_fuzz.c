/* Anything at all as a record of the ear's, or as the answer in a sound one, about a client that
 * was answered: the reader stays in the record, and what follows are sentences that are fit to be
 * read.
 *
 * Input: one octet: bit 0, the rest is a whole record; else bit 1, IPv6; bit 2, the client is iPXE;
 * bit 3, an HTTP client with a name in its URL; and the answer.
 */
#include "base/utf.h"
#include "dhcp/dhcp4.h"
#include "dhcp/dhcp6.h"
#include "fuzz/holds.h"
#include "story/hearing.h"
#include "story/log_stderr.h"

enum { LINK = 3, NOW_MS = 100000 };

static struct heard_record record;

static void put_udp(uint8_t *udp, uint16_t from, uint16_t to, size_t len)
{
	store_be16(udp, from);
	store_be16(udp + 2, to);
	store_be16(udp + 4, (uint16_t)(8 + len));
}

static size_t headers_of(bool v6, size_t len)
{
	uint8_t *at = record.octets;

	if (v6) {
		at[0] = 0x60;
		at[6] = 17;
		at[8] = 0xfe;
		at[9] = 0x80;
		put_udp(at + 40, 547, 546, len);
		return 48;
	}
	at[0] = 0x45;
	at[9] = 17;
	at[12] = 10;
	put_udp(at + 20, 67, 68, len);
	return 28;
}

/* A sound head and headers, and that answer. */
static struct span wrapped(struct span answer, bool v6)
{
	size_t head;

	answer = span_take(answer, HEARD_OCTETS_MAX - 48);
	memset(&record, 0, sizeof(record));
	memcpy(record.magic, HEARD_MAGIC, 4);
	record.version = HEARD_VERSION;
	record.kind = HEARD_PACKET;
	record.ifindex = LINK;
	record.us = NOW_MS * 1000;
	head = headers_of(v6, answer.len);
	if (answer.len > 0)
		memcpy(record.octets + head, answer.at, answer.len);
	record.len = (uint16_t)(head + answer.len);
	return span_of(&record, HEARD_HEAD + (size_t)record.len);
}

/* Whoever the answer is for was answered by us. */
static void answered(struct hearing *hearing, const struct overheard *heard, uint8_t how)
{
	static struct request req;
	struct finding out[HEARING_FINDINGS];
	bool v4 = heard->family == IP_V4;
	struct span id = heard->client;

	memset(&req, 0, sizeof(req));
	req.family = heard->family;
	req.port = v4 ? DHCP4_PORT_SERVER : DHCP6_PORT_SERVER;
	req.from.ifindex = heard->from.ifindex;
	req.ended_us = NOW_MS * 1000 - 1;
	req.reply.type = v4 ? DHCP4_OFFER : DHCP6_ADVERTISE;
	if (how & 8)
		snprintf(req.reply.file, sizeof(req.reply.file), "http://boot.example/x");
	atomic_store(&req.reply_noted, REPLY_NOTED);
	if (v4) {
		id = span_take(id, 16);
		req.octets[DHCP4_HLEN] = (uint8_t)id.len;
		if (id.len > 0)
			memcpy(req.octets + DHCP4_CHADDR, id.at, id.len);
		store_be32(req.octets + DHCP4_XID, heard->xid);
		req.v4.client.is_ipxe = how & 4;
		req.v4.client.class = how & 8 ? PXE_CLASS_HTTP : PXE_CLASS_PXE;
	} else {
		req.v6.client.duid = id;
		req.v6.client.xid = heard->xid;
		req.v6.client.is_ipxe = how & 4;
		req.v6.client.class = how & 8 ? PXE6_CLASS_HTTP : PXE6_CLASS_PXE;
	}
	HOLDS(hearing_ended(hearing, &req, NOW_MS, out) == 0);
}

static void look_at(const struct overheard *heard, struct span whole)
{
	HOLDS(heard->family == IP_V4 || heard->family == IP_V6);
	HOLDS(lies_in(heard->client, whole) && lies_in(heard->file, whole) &&
	      lies_in(heard->message, whole));
	HOLDS(heard->from.ifindex == heard->to.ifindex);
	HOLDS(heard->server.family == heard->family);
}

static void look_at_text(const struct finding *finding)
{
	char text[LOG_LINE_MAX];
	struct span plain = span_str(finding_text(finding, text, sizeof(text)));

	HOLDS(plain.len > 0 && utf8_valid(plain));
	for (size_t i = 0; i < plain.len; i++)
		HOLDS(plain.at[i] >= 0x20 && plain.at[i] != '<' && plain.at[i] != 0x7f);
}

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc, (void)argv;
	log_init(LOG_EMERG, log_stderr_write);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t how = size > 0 ? data[0] : 0;
	struct span rest = span_drop(span_of(data, size), 1);
	struct span whole = how & 1 ? rest : wrapped(rest, how & 2);
	uint8_t *copy = copy_of(whole, whole.len);
	struct hearing *hearing = hearing_new();
	struct finding out[HEARING_FINDINGS];
	struct hearing_state state;
	struct overheard heard;
	unsigned n;

	HOLDS(hearing);
	whole = span_of(copy, whole.len);
	hearing_record(hearing, 1, wrapped(SPAN_NONE, false), NULL, NOW_MS, out);
	if (overheard_read(whole, &heard) == 0 && heard.kind == HEARD_PACKET) {
		look_at(&heard, whole);
		answered(hearing, &heard, how);
	}
	n = hearing_record(hearing, 1, whole, NULL, NOW_MS, out);
	HOLDS(n <= HEARING_FINDINGS);
	for (unsigned i = 0; i < n; i++)
		look_at_text(&out[i]);
	hearing_read_state(hearing, NOW_MS, &state);
	HOLDS(state.heard >= 1 && state.heard <= 2 && state.unread >= 1);
	hearing_free(hearing);
	free(copy);
	return 0;
}
