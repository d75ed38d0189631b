/* Records as wdspxed-ear writes them, and the answers in them. */
#pragma once

#include <string.h>

#include "dhcp/dhcp4.h"
#include "dhcp/dhcp6.h"
#include "story/overheard.h"

enum { LINK = 3 };

static struct heard_record record;

static size_t put_ip4(uint8_t *at, const char *from, size_t len)
{
	at[0] = 0x45;
	at[9] = 17;
	memcpy(at + 12, from, 4);
	memset(at + 16, 255, 4);
	store_be16(at + 20, 67);
	store_be16(at + 22, 68);
	store_be16(at + 24, (uint16_t)(8 + len));
	return 28;
}

static size_t put_ip6(uint8_t *at, const char *from, size_t len)
{
	at[0] = 0x60;
	at[6] = 17;
	memcpy(at + 8, from, 16);
	store_be16(at + 40, 547);
	store_be16(at + 42, 546);
	store_be16(at + 44, (uint16_t)(8 + len));
	return 48;
}

/* A record of an answer that came from `from`: four octets, or sixteen. */
static struct span heard_of(uint8_t family, const char *from, struct span answer, uint64_t us)
{
	size_t head;

	memset(&record, 0, sizeof(record));
	memcpy(record.magic, HEARD_MAGIC, 4);
	record.version = HEARD_VERSION;
	record.kind = HEARD_PACKET;
	record.ifindex = LINK;
	record.us = us;
	head = family == IP_V4 ? put_ip4(record.octets, from, answer.len)
			       : put_ip6(record.octets, from, answer.len);
	memcpy(record.octets + head, answer.at, answer.len);
	record.len = (uint16_t)(head + answer.len);
	return span_of(&record, HEARD_HEAD + (size_t)record.len);
}

static struct span heard_word(enum heard_kind kind, uint64_t lost)
{
	memset(&record, 0, sizeof(record));
	memcpy(record.magic, HEARD_MAGIC, 4);
	record.version = HEARD_VERSION;
	record.kind = (uint8_t)kind;
	record.lost = lost;
	return span_of(&record, HEARD_HEAD);
}

/* ---- answers ---- */

static uint8_t answer[600];
static size_t answer_len;

static void option4(uint8_t code, const void *value, size_t len)
{
	answer[answer_len++] = code;
	answer[answer_len++] = (uint8_t)len;
	memcpy(answer + answer_len, value, len);
	answer_len += len;
	answer[answer_len] = DHCP4_OPT_END;
}

/* Of the server 10.77.0.`server` to 52:54:00:00:00:`client`. */
static void answer4(uint8_t type, uint8_t client, uint8_t server, uint32_t xid)
{
	memset(answer, 0, sizeof(answer));
	answer[DHCP4_OP] = DHCP4_BOOTREPLY;
	answer[DHCP4_HTYPE] = 1;
	answer[DHCP4_HLEN] = 6;
	store_be32(answer + DHCP4_XID, xid);
	memcpy(answer + DHCP4_CHADDR, (uint8_t[]){ 0x52, 0x54, 0, 0, 0, client }, 6);
	memcpy(answer + DHCP4_COOKIE, "\x63\x82\x53\x63", 4);
	answer_len = DHCP4_HEADER;
	option4(DHCP4_OPT_TYPE, &type, 1);
	option4(DHCP4_OPT_SERVER_ID, (uint8_t[]){ 10, 77, 0, server }, 4);
}

static void field4(size_t at, uint8_t last)
{
	memcpy(answer + at, (uint8_t[]){ 10, 77, 0, last }, 4);
}

static void option6(uint16_t code, const void *value, size_t len)
{
	store_be16(answer + answer_len, code);
	store_be16(answer + answer_len + 2, (uint16_t)len);
	memcpy(answer + answer_len + 4, value, len);
	answer_len += 4 + len;
}

static void answer6(uint8_t type, uint8_t client, uint32_t xid)
{
	memset(answer, 0, sizeof(answer));
	store_be32(answer, xid);
	answer[0] = type;
	answer_len = DHCP6_HEADER_LEN;
	option6(DHCP6_OPT_CLIENTID, (uint8_t[]){ 0, 3, 0, 1, 0x52, 0x54, 0, 0, 0, client }, 10);
	option6(DHCP6_OPT_SERVERID, "\0\3\0\1\2\3\4\5\6\7", 10);
}

/* An IA_NA with an address, or with the word that there is none. */
static void address6(bool has)
{
	uint8_t ia[12 + 28] = { 0 };

	store_be16(ia + 12, has ? 5 : DHCP6_OPT_STATUS_CODE);
	store_be16(ia + 14, 24);
	option6(DHCP6_OPT_IA_NA, ia, sizeof(ia));
}

static void class6(const char *name)
{
	uint8_t value[40] = { 0, 0, 1, 0x57, 0, (uint8_t)strlen(name) };

	memcpy(value + 6, name, strlen(name));
	option6(DHCP6_OPT_VENDOR_CLASS, value, 6 + strlen(name));
}

static struct span answered4(void)
{
	return span_of(answer, answer_len + 1);
}

static struct span answered6(void)
{
	return span_of(answer, answer_len);
}
