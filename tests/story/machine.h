/* Machines that boot past story/diag: what they send is made as firmware sends it, what came of it
 * is said by the test, and the clock is the test's. */
#pragma once

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "dhcp/dhcp4.h"
#include "dhcp/dhcp6.h"
#include "dhcp/made_client.h"
#include "request/intake.h"
#include "story/diag.h"

/* What came of a request. */
struct came {
	enum outcome outcome;
	uint8_t type;     /* of the reply; 0: none was sent */
	const char *file; /* that it names; NULL: none */
	bool menu;
	uint8_t items;                 /* of the menu */
	const char *nearest, *decided; /* why: of the one kind or the other */
	struct request_fault fault;
	uint64_t took_ms;
	const char *slow; /* the provider that took it */
};

#define REDIRECTED                                                                                 \
	(struct came)                                                                              \
	{                                                                                          \
		.outcome = OUTCOME_NBP, .type = DHCP4_OFFER                                        \
	}
#define DIRECT(name)                                                                               \
	(struct came)                                                                              \
	{                                                                                          \
		.outcome = OUTCOME_NBP, .type = DHCP4_OFFER, .file = (name), .menu = true          \
	}
#define SHOWN(kind)                                                                                \
	(struct came)                                                                              \
	{                                                                                          \
		.outcome = OUTCOME_NBP, .type = (kind), .menu = true, .items = 3                   \
	}
#define ACKED(name)                                                                                \
	(struct came)                                                                              \
	{                                                                                          \
		.outcome = OUTCOME_NBP, .type = DHCP4_ACK, .file = (name)                          \
	}
#define ADVERTISED(name)                                                                           \
	(struct came)                                                                              \
	{                                                                                          \
		.outcome = OUTCOME_NBP, .type = DHCP6_ADVERTISE, .file = (name)                    \
	}
#define REPLIED(name)                                                                              \
	(struct came)                                                                              \
	{                                                                                          \
		.outcome = OUTCOME_NBP, .type = DHCP6_REPLY, .file = (name)                        \
	}
#define NOT_OURS                                                                                   \
	(struct came)                                                                              \
	{                                                                                          \
		.outcome = OUTCOME_NOT_OURS                                                        \
	}

enum { FOUND_MAX = 64 };

static struct {
	struct diag *diag;
	struct known *known;
	struct request *req;
	const char *interface;
	unsigned ifindex;
	bool off_link;
	bool reloaded; /* while it was under way: the classes of before are gone */
	struct finding found[FOUND_MAX]; /* since the last look */
	unsigned n;
} site;

static inline void site_open(void)
{
	memset(&site, 0, sizeof(site));
	site.diag = diag_new();
	site.req = calloc(1, sizeof(*site.req));
	site.known = calloc(1, sizeof(*site.known));
	site.interface = "eth0";
	site.ifindex = 2;
	ck_assert(site.diag && site.req && site.known);
	known_init(site.known);
}

static inline void site_close(void)
{
	diag_free(site.diag);
	free(site.req);
	free(site.known);
}

static inline void site_note(const struct finding *finding)
{
	site.found[site.n++ % FOUND_MAX] = *finding;
}

/* A PC with this last octet in MAC and UUID. */
static inline struct made_client machine(uint8_t number, uint16_t arch)
{
	struct made_client c = { .family = IP_V4,
				 .arch = arch,
				 .firmware = made_firmware_of(arch, false),
				 .mac = { 0x52, 0x54, 0, 0x77, 0, number },
				 .has_uuid = true,
				 .uuid = { 9, 9, 9, 9, 8, 8, 7, 7, [15] = number },
				 .xid = 0x1000u * number,
				 .server = ip_v4("\x0a\x4d\0\x01"),
				 .address = ip_v4((uint8_t[]){ 10, 77, 0, number }) };

	c.http = arch >= 15 && arch <= 20;
	return c;
}

/* The same machine over IPv6, by the DUID that EDK2 makes of its UUID. */
static inline struct made_client over6(const struct made_client *c, uint8_t duid[static 18])
{
	struct made_client c6 = *c;

	memcpy(duid, "\0\4", 2);
	memcpy(duid + 2, c->uuid, 16);
	c6.family = IP_V6;
	c6.duid = span_of(duid, 18);
	c6.server_duid = span_of("\0\3\0\1\2\0\0\0\0\1", 10);
	c6.address = (struct ip){ .family = IP_V6, .octet = { 0xfd, 0x77, [15] = c->mac[5] } };
	return c6;
}

static inline void request_make(const struct made_client *c, enum made_message message,
				uint64_t now_ms)
{
	static uint8_t octets[MADE_PACKET_MAX + 1];
	const struct intake intake = { .known = site.known, .now_ms = now_ms };
	struct arrival in = { .octets = octets, .interface = site.interface };
	struct made_ports ports;

	in.len = (uint32_t)made_client_write(c, message, octets, MADE_PACKET_MAX, &ports);
	ck_assert_uint_gt(in.len, 0);
	in.port = ports.to;
	in.from.port = ports.from;
	in.from.ifindex = site.ifindex;
	in.on_link = !site.off_link;
	in.own = ip_v4("\x0a\x4d\0\x02");
	in.from.ip = ip_v4("\0\0\0\0");
	if (c->family == IP_V6) {
		in.own = (struct ip){ .family = IP_V6, .octet = { 0xfd, 0x77, [15] = 2 } };
		in.from.ip = c->address;
	} else if (message == MADE_BOOT_REQUEST) {
		in.from.ip = c->address;
	}
	memset(site.req, 0, sizeof(*site.req));
	ck_assert_int_eq(request_read(site.req, &in, &intake), -1);
}

static inline void request_decide(const struct came *came, uint64_t now_ms)
{
	static struct request_reason reason;
	struct request *req = site.req;

	req->arrived_ms = now_ms - came->took_ms;
	req->fault = came->fault;
	if (came->slow) {
		req->n_visits = 1;
		req->visit[0].provider = came->slow;
		req->visit[0].us = (uint32_t)came->took_ms * 1000;
	}
	if (came->type) {
		req->reply.type = came->type;
		req->reply.menu = came->menu;
		req->reply.items = came->items;
		strcpy(req->reply.file, came->file ? came->file : "");
		atomic_store(&req->reply_noted, REPLY_NOTED);
	}
	if (!came->nearest && !came->decided)
		return;
	reason = (struct request_reason){ .kind = came->nearest ? REASON_NEAREST : REASON_DECIDED,
					  .provider = "bootfile",
					  .line = 24,
					  .file = "/etc/wdspxed/providers.d/50-bootfile.conf" };
	strcpy(reason.text, came->nearest ? came->nearest : came->decided);
	req->reason = &reason;
}

/* The machine sends it, and this came of it. */
static inline void hear(const struct made_client *c, enum made_message message, struct came came,
			uint64_t now_ms)
{
	struct finding found[DIAG_FINDINGS];
	unsigned n;

	request_make(c, message, now_ms - came.took_ms);
	request_decide(&came, now_ms);
	if (site.reloaded)
		site.req->v4.client.class_echo.at = (const uint8_t *)"gone, gone, gone";
	n = diag_ended(site.diag, site.req, came.outcome, NULL, now_ms, found);
	for (unsigned i = 0; i < n; i++)
		site_note(&found[i]);
}

/* Its lease is the DHCP server's. */
static inline void lease(const struct made_client *c, uint64_t now_ms)
{
	hear(c, MADE_LEASE_REQUEST, NOT_OURS, now_ms);
}

static inline void turn(uint64_t now_ms)
{
	struct finding finding;

	while (diag_turn(site.diag, now_ms, &finding))
		site_note(&finding);
}
