#include "story/pcapng.h"

#include <string.h>

#include "base/utf.h"

enum { SECTION = 0x0a0d0d0a, INTERFACE = 1, PACKET = 6 };
enum { MAGIC = 0x1a2b3c4d, LINK_RAW = 101 };
enum { OPTION_END = 0, OPTION_COMMENT = 1, OPTION_NAME = 2, OPTION_FLAGS = 2, OPTION_APP = 4 };
enum { INBOUND = 1, OUTBOUND = 2 };
enum { IP4_HEADER = 20, IP6_HEADER = 40, UDP_HEADER = 8, HEADERS_MAX = 48, PROTOCOL_UDP = 17 };
enum { TTL = 64, COMMENT_MAX = 32000, PAYLOAD_MAX = 64000 };

/* A block in the making: all numbers are in the order of this host. */
struct block {
	uint8_t at[PAYLOAD_MAX + COMMENT_MAX + 512];
	size_t len;
};

static void put(struct block *block, const void *octets, size_t len)
{
	memcpy(block->at + block->len, octets, len);
	block->len += len;
}

static void put32(struct block *block, uint32_t n)
{
	put(block, &n, sizeof(n));
}

static void put16(struct block *block, uint16_t n)
{
	put(block, &n, sizeof(n));
}

static void put_padding(struct block *block)
{
	while (block->len % 4)
		block->at[block->len++] = 0;
}

static void put_option(struct block *block, uint16_t code, const void *value, size_t len)
{
	put16(block, code);
	put16(block, (uint16_t)len);
	put(block, value, len);
	put_padding(block);
}

static void block_begin(struct block *block, uint32_t type)
{
	block->len = 0;
	put32(block, type);
	put32(block, 0);
}

static void block_end(struct block *block, FILE *out)
{
	uint32_t len;

	put32(block, OPTION_END);
	len = (uint32_t)(block->len + 4);
	memcpy(block->at + 4, &len, sizeof(len));
	put32(block, len);
	fwrite(block->at, 1, block->len, out);
}

void pcapng_begin(struct pcapng *file, FILE *out)
{
	static struct block block;
	static const char app[] = "wdspxectl";

	file->out = out;
	file->n = 0;
	block_begin(&block, SECTION);
	put32(&block, MAGIC);
	put16(&block, 1);
	put16(&block, 0);
	put32(&block, UINT32_MAX); /* how long the section is: it is not known */
	put32(&block, UINT32_MAX);
	put_option(&block, OPTION_APP, app, sizeof(app) - 1);
	block_end(&block, out);
}

/* The number of an interface, which is described the first time. */
static uint32_t interface_of(struct pcapng *file, struct block *block, const char *name)
{
	unsigned i = 0;

	while (i < file->n && strcmp(file->name[i], name) != 0)
		i++;
	if (i < file->n)
		return i;
	if (file->n == PCAPNG_INTERFACES)
		return 0;
	snprintf(file->name[i], sizeof(file->name[i]), "%s", name);
	file->n++;
	block_begin(block, INTERFACE);
	put16(block, LINK_RAW);
	put16(block, 0);
	put32(block, 0); /* no limit */
	put_option(block, OPTION_NAME, file->name[i], strlen(file->name[i]));
	block_end(block, file->out);
	return i;
}

/* ---- IP and UDP ---- */

static void store16(uint8_t *at, size_t n)
{
	at[0] = (uint8_t)(n >> 8);
	at[1] = (uint8_t)n;
}

static uint32_t sum_of(uint32_t sum, const uint8_t *at, size_t len)
{
	for (size_t i = 0; i < len; i++)
		sum += i % 2 ? at[i] : (uint32_t)at[i] << 8;
	return sum;
}

static uint16_t checksum(uint32_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

/* Behind the addresses, which both families have in their sum. */
static void put_udp(const struct pcapng_packet *packet, uint32_t sum, uint8_t out[static 8])
{
	size_t len = UDP_HEADER + packet->len;
	uint16_t check;

	store16(out, packet->from.port);
	store16(out + 2, packet->to.port);
	store16(out + 4, len);
	store16(out + 6, 0);
	sum += PROTOCOL_UDP + (uint32_t)len;
	sum = sum_of(sum, out, UDP_HEADER);
	check = checksum(sum_of(sum, packet->payload.at, packet->payload.len));
	store16(out + 6, check ? check : 0xffff);
}

static size_t headers4(const struct pcapng_packet *packet, uint8_t out[static HEADERS_MAX])
{
	uint32_t sum;

	memset(out, 0, IP4_HEADER);
	out[0] = 0x45;
	store16(out + 2, IP4_HEADER + UDP_HEADER + packet->len);
	out[8] = TTL;
	out[9] = PROTOCOL_UDP;
	memcpy(out + 12, packet->from.ip.octet, 4);
	memcpy(out + 16, packet->to.ip.octet, 4);
	store16(out + 10, checksum(sum_of(0, out, IP4_HEADER)));
	sum = sum_of(0, out + 12, 8);
	put_udp(packet, sum, out + IP4_HEADER);
	return IP4_HEADER + UDP_HEADER;
}

static size_t headers6(const struct pcapng_packet *packet, uint8_t out[static HEADERS_MAX])
{
	memset(out, 0, IP6_HEADER);
	out[0] = 0x60;
	store16(out + 4, UDP_HEADER + packet->len);
	out[6] = PROTOCOL_UDP;
	out[7] = TTL;
	memcpy(out + 8, packet->from.ip.octet, 16);
	memcpy(out + 24, packet->to.ip.octet, 16);
	put_udp(packet, sum_of(0, out + 8, 32), out + IP6_HEADER);
	return IP6_HEADER + UDP_HEADER;
}

static void put_comment(struct block *block, const char *comment)
{
	char text[COMMENT_MAX + 1];

	if (!comment[0])
		return;
	snprintf(text, sizeof(text), "%s", comment);
	utf8_trim(text);
	put_option(block, OPTION_COMMENT, text, strlen(text));
}

void pcapng_put(struct pcapng *file, const struct pcapng_packet *packet)
{
	static struct block block;
	uint32_t flags = packet->outbound ? OUTBOUND : INBOUND;
	uint32_t interface = interface_of(file, &block, packet->interface);
	struct span payload = span_take(packet->payload, PAYLOAD_MAX);
	uint8_t headers[HEADERS_MAX];
	size_t n = packet->to.ip.family == IP_V6 ? headers6(packet, headers)
						 : headers4(packet, headers);

	block_begin(&block, PACKET);
	put32(&block, interface);
	put32(&block, (uint32_t)(packet->time_us >> 32));
	put32(&block, (uint32_t)packet->time_us);
	put32(&block, (uint32_t)(n + payload.len));
	put32(&block, (uint32_t)(n + packet->len));
	put(&block, headers, n);
	if (payload.len > 0)
		put(&block, payload.at, payload.len);
	put_padding(&block);
	put_comment(&block, packet->comment);
	put_option(&block, OPTION_FLAGS, &flags, sizeof(flags));
	block_end(&block, file->out);
}
