/* The provider `bootfile` on a bench: loaded into the host without a daemon, asked by clients that
 * a test describes, its answers taken apart. Whatever is answered must be valid, and finished.
 */
#pragma once

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <wdspxe-fake.h>

#include "built.h"
#include "suite.h"

#include "base/span.h"

#define BOOTFILE built_module("providers/bootfile.so")

/* Options written where they stand. */
#define RAW(...) (const uint8_t[]){ __VA_ARGS__ }, sizeof((const uint8_t[]){ __VA_ARGS__ })

/* The settings that most tests share: those of the sample file. */
#define SAMPLE                                                                                     \
	"boot = (\n"                                                                               \
	"  { mac = \"00:11:22:*\"; action = \"ignore\"; },\n"                                      \
	"  { user-class = \"iPXE\"; file = \"boot.ipxe\"; },\n"                                    \
	"  { arch = \"x86-bios\"; file = \"undionly.kpxe\"; },\n"                                  \
	"  { arch = [ \"x64-uefi\", \"ebc\" ]; file = \"ipxe.efi\"; },\n"                          \
	"  { arch = \"x64-uefi-http\"; url = \"http://${server}/ipxe.efi\"; }\n"                   \
	");\n"

/* A client's packet. What is 0 is left out, or as a first DISCOVER has it. */
struct ask {
	uint8_t type;           /* default: 1, DISCOVER */
	const char *mac;        /* default 52:54:00:77:00:01 */
	const char *class;      /* option 60; default PXEClient; "-" for none */
	int arch;               /* option 93; -1: none */
	const char *user_class; /* option 77, as it is */
	const uint8_t *more;    /* further options, encoded */
	size_t more_len;
	uint16_t secs;
	const char *ciaddr, *giaddr;
	uint16_t flags;
	PXE_FAKE_REQUEST way; /* pPacket and uPacketLen are filled in */
};

struct bench {
	PXE_FAKE *fake;
	PXE_FAKE_VERDICT verdict;
	uint8_t packet[1500];
	size_t len;
};

static inline struct bench bench_open(const char *settings)
{
	struct bench bench = { .fake = PxeFakeNew() };
	char why[1024] = "";

	ck_assert_ptr_nonnull(bench.fake);
	ck_assert_msg(PxeFakeLoad(bench.fake, BOOTFILE, settings, why, sizeof why) == ERROR_SUCCESS,
		      "%s\nin:\n%s", why, settings);
	return bench;
}

/* Does some trace contain the text? */
static inline bool bench_traced(const struct bench *bench, const char *text)
{
	const char *line;

	for (ULONG i = 0; (line = PxeFakeTrace(bench->fake, i)) != NULL; i++)
		if (strstr(line, text))
			return true;
	return false;
}

/* Whatever was answered, no firmware drops it (A12). */
static inline void bench_close(struct bench *bench)
{
	ck_assert(!bench_traced(bench, "may not take") && !bench_traced(bench, "may not accept"));
	PxeFakeFree(bench->fake);
}

static inline void bench_add(struct bench *bench, const void *octets, size_t len)
{
	ck_assert_uint_le(len, sizeof bench->packet - bench->len);
	if (len > 0)
		memcpy(bench->packet + bench->len, octets, len);
	bench->len += len;
}

static inline void bench_option(struct bench *bench, uint8_t code, const void *value, size_t len)
{
	const uint8_t head[2] = { code, (uint8_t)len };

	bench_add(bench, head, 2);
	bench_add(bench, value, len);
}

static inline void bench_address(struct bench *bench, size_t at, const char *text)
{
	unsigned a, b, c, d;

	if (!text)
		return;
	ck_assert_int_eq(sscanf(text, "%u.%u.%u.%u", &a, &b, &c, &d), 4);
	bench->packet[at] = (uint8_t)a;
	bench->packet[at + 1] = (uint8_t)b;
	bench->packet[at + 2] = (uint8_t)c;
	bench->packet[at + 3] = (uint8_t)d;
}

static inline void bench_header(struct bench *bench, const struct ask *ask)
{
	static const uint8_t cookie[] = { 99, 130, 83, 99 };
	const char *mac = ask->mac ? ask->mac : "52:54:00:77:00:01";
	uint8_t *p = bench->packet;

	memset(p, 0, 240);
	p[0] = p[1] = 1;
	p[2] = 6;
	memcpy(p + 4, "\x12\x34\x56\x78", 4);
	p[8] = (uint8_t)(ask->secs >> 8);
	p[9] = (uint8_t)ask->secs;
	p[10] = (uint8_t)(ask->flags >> 8);
	p[11] = (uint8_t)ask->flags;
	bench_address(bench, 12, ask->ciaddr);
	bench_address(bench, 24, ask->giaddr);
	ck_assert_int_eq(sscanf(mac, "%hhx:%hhx:%hhx:%hhx:%hhx:%hhx", &p[28], &p[29], &p[30],
				&p[31], &p[32], &p[33]),
			 6);
	memcpy(p + 236, cookie, 4);
	bench->len = 240;
}

/* Builds the client's packet in bench->packet. */
static inline void bench_build(struct bench *bench, const struct ask *ask)
{
	const char *class = ask->class ? ask->class : "PXEClient";
	uint8_t type = ask->type ? ask->type : 1, end = 255;
	uint8_t arch[2] = { (uint8_t)(ask->arch >> 8), (uint8_t)ask->arch };

	bench_header(bench, ask);
	bench_option(bench, 53, &type, 1);
	if (strcmp(class, "-") != 0)
		bench_option(bench, 60, class, strlen(class));
	if (ask->arch >= 0)
		bench_option(bench, 93, arch, 2);
	if (ask->user_class)
		bench_option(bench, 77, ask->user_class, strlen(ask->user_class));
	bench_add(bench, ask->more, ask->more_len);
	bench_add(bench, &end, 1);
}

/* Hands bench->packet in. The one reply, or NULL where there is none. */
static inline const PXE_FAKE_REPLY *bench_send(struct bench *bench, const PXE_FAKE_REQUEST *way)
{
	PXE_FAKE_REQUEST request = *way;
	const PXE_FAKE_REPLY *reply;

	request.pPacket = bench->packet;
	request.uPacketLen = (ULONG)bench->len;
	ck_assert_uint_eq(PxeFakeReceive(bench->fake, &request, &bench->verdict), ERROR_SUCCESS);
	ck_assert_uint_le(bench->verdict.uReplies, 1);
	reply = PxeFakeReply(bench->fake, 0);
	ck_assert_msg((reply != NULL) == (bench->verdict.Action == PXE_BA_NBP), "%s",
		      bench->verdict.pszOutcome);
	return reply;
}

static inline const PXE_FAKE_REPLY *bench_ask(struct bench *bench, const struct ask *ask)
{
	const PXE_FAKE_REPLY *reply;

	bench_build(bench, ask);
	reply = bench_send(bench, &ask->way);
	if (!reply)
		return NULL;
	ck_assert_uint_eq(
		PxeDhcpIsValid((PVOID)(uintptr_t)reply->pPacket, reply->uPacketLen, FALSE, NULL),
		ERROR_SUCCESS);
	ck_assert_uint_ge(reply->uPacketLen, 300);
	ck_assert_int_eq(memcmp(reply->pPacket + 4, "\x12\x34\x56\x78", 4), 0);
	ck_assert_int_eq(memcmp(reply->pPacket + 28, bench->packet + 28, 16), 0);
	ck_assert_int_eq(memcmp(reply->pPacket + 16, "\0\0\0\0", 4), 0); /* yiaddr */
	return reply;
}

/* An option of a reply; empty, with at == NULL, where it is absent. */
static inline struct span reply_option(const PXE_FAKE_REPLY *reply, uint8_t code)
{
	BYTE len = 0;
	PVOID value = NULL;

	if (PxeDhcpGetOptionValue((PVOID)(uintptr_t)reply->pPacket, reply->uPacketLen, 1, code,
				  &len, &value) != ERROR_SUCCESS)
		return span_of(NULL, 0);
	return span_of(value, len);
}

static inline bool reply_option_is(const PXE_FAKE_REPLY *reply, uint8_t code, const void *value,
				   size_t len)
{
	return span_equal(reply_option(reply, code), span_of(value, len));
}

static inline const char *reply_file(const PXE_FAKE_REPLY *reply)
{
	return (const char *)reply->pPacket + 108;
}

static inline uint32_t reply_siaddr(const PXE_FAKE_REPLY *reply)
{
	return load_be32(reply->pPacket + 20);
}
