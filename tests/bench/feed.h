/* Requests on their way through the daemon's code to a provider in its chain, without sockets: for
 * counting instructions. All that is to be counted happens inside feed(). */
#pragma once

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#include <wdspxe-fake.h>

#include "dhcp/dhcp4_option.h"
#include "provider/chain.h"
#include "provider/host.h"
#include "provider/provider.h"

enum { BURST = 64, SIZE = 600 };

static const struct kind {
	const char *name;
	uint16_t port, arch;
	uint8_t type, answer;
} kinds[] = {
	{ "direct", DHCP4_PORT_SERVER, 0, DHCP4_DISCOVER, DHCP4_OFFER },
	{ "redirect", DHCP4_PORT_SERVER, 7, DHCP4_DISCOVER, DHCP4_OFFER },
	{ "ack", DHCP4_PORT_PXE, 7, DHCP4_REQUEST, DHCP4_ACK },
};

/* What came out: as many as a burst may wait, as in the daemon. */
static struct outgoing *waiting[2 * BURST];
static unsigned n_waiting;
static uint64_t n_answers;
static const struct kind *kind;

static void flush(void)
{
	struct span value;

	for (unsigned i = 0; i < n_waiting; i++) {
		struct span reply = span_of(waiting[i]->octets, waiting[i]->len);

		if (dhcp4_option_find(reply, DHCP4_OPT_TYPE, 1, &value) == 0 && value.len == 1 &&
		    value.at[0] == kind->answer)
			n_answers++;
		outgoing_release(waiting[i]);
	}
	n_waiting = 0;
}

static void on_send(void *context, struct outgoing *out)
{
	(void)context;
	waiting[n_waiting++ % (2 * BURST)] = out;
}

static void on_wake(void *context)
{
	(void)context;
}

static const char *on_unreachable(void *context, const struct endpoint *to, unsigned named_on)
{
	(void)context;
	(void)to;
	(void)named_on;
	return NULL;
}

static void on_ended(void *context, const struct ending *end)
{
	(void)context;
	(void)end;
}

static void on_trace(void *context, const char *provider, const struct request *req,
		     uint32_t severity, const char *utf8)
{
	(void)context;
	(void)req;
	(void)severity;
	fprintf(stderr, "feed: %s: %s\n", provider, utf8);
}

static bool on_trace_enabled(void *context, uint32_t severity)
{
	(void)context;
	return (severity & (PXE_TRACE_WARNING | PXE_TRACE_ERROR | PXE_TRACE_FATAL)) != 0;
}

__attribute__((noinline)) static void feed(struct host *host, const struct arrival *in,
					   uint64_t now_ms)
{
	host_receive(host, in, now_ms);
}

/* One client's request: `packet` with other numbers in it. */
static void client_become(uint8_t *packet, size_t len, uint32_t number)
{
	struct span uuid;

	store_be32(packet + DHCP4_XID, number * 2654435761u);
	store_be32(packet + DHCP4_CHADDR + 2, number);
	if (dhcp4_option_find(span_of(packet, len), DHCP4_OPT_UUID, 1, &uuid) == 0)
		memcpy(packet + (uuid.at - packet) + uuid.len - 6, packet + DHCP4_CHADDR, 6);
}

static void type_set(uint8_t *packet, size_t len, uint8_t type)
{
	struct span value;

	if (dhcp4_option_find(span_of(packet, len), DHCP4_OPT_TYPE, 1, &value) == 0)
		packet[value.at - packet] = type;
}

struct feeder {
	struct host *host;
	struct provider *provider;
	struct chain *chain;
	uint8_t packet[SIZE];
	struct arrival in;
};

/* The packet that each client's is made of. */
static void feed_prepare(struct feeder *feeder)
{
	struct arrival *in = &feeder->in;

	*in = (struct arrival){ .octets = feeder->packet, .port = kind->port, .interface = "eth0" };
	in->len = PxeFakeDiscover(feeder->packet, sizeof(feeder->packet), "52:54:00:00:00:01",
				  kind->arch);
	type_set(feeder->packet, in->len, kind->type);
	in->own = ip_v4("\xc0\x00\x02\x01");
	in->on_link = true;
	in->from = (struct endpoint){ ip_v4("\0\0\0\0"), DHCP4_PORT_CLIENT, 2 };
	if (kind->port == DHCP4_PORT_PXE) {
		in->from.ip = ip_v4("\xc0\x00\x02\x64");
		memcpy(feeder->packet + DHCP4_CIADDR, "\xc0\x00\x02\x64", 4);
		in->to = in->own;
	}
}

/* The request of the client of that number. */
static void feed_one(struct feeder *feeder, uint32_t number, uint64_t now_ms)
{
	client_become(feeder->packet, feeder->in.len, number);
	feed(feeder->host, &feeder->in, now_ms);
	if (n_waiting == BURST)
		flush();
}

static bool write_whole(int fd, const char *text)
{
	for (size_t len = strlen(text); len > 0;) {
		ssize_t n = write(fd, text, len);

		if (n <= 0)
			return false;
		text += n;
		len -= (size_t)n;
	}
	return true;
}

/* `path` is a template of mkstemp(3). */
static int dropin_write(char *path, const char *module, const char *settings)
{
	int fd = mkstemp(path), r;

	if (fd < 0)
		return -1;
	dprintf(fd, "name = \"bootfile\";\nmodule = \"%s\";\n", module);
	r = write_whole(fd, settings) ? 0 : -1;
	return close(fd) == 0 ? r : -1;
}

static int provider_serve(struct feeder *feeder, const char *module, char *dropin,
			  const char *settings)
{
	struct provider_spec spec = { .name = "bootfile",
				      .module = module,
				      .dropin = dropin,
				      .threads = -1,
				      .pending_timeout = -1 };
	char why[512] = "";
	int r = dropin_write(dropin, module, settings);

	if (r == 0)
		r = provider_new(feeder->host, &spec, &feeder->provider);
	if (r == 0)
		r = provider_start(feeder->provider, why, sizeof(why));
	unlink(dropin);
	if (r == 0)
		r = chain_new(&feeder->provider, 1, NULL, NULL, &feeder->chain);
	if (r != 0)
		fprintf(stderr, "feed: the provider does not start: %d %s\n", r, why);
	return r;
}

/* 0, or -1 with a word to stderr. */
static int feed_open(struct feeder *feeder, const char *module, char *dropin, const char *settings)
{
	struct host_limits limits = HOST_LIMITS_DEFAULT;
	struct host_hooks hooks = { .wake = on_wake,
				    .send = on_send,
				    .unreachable = on_unreachable,
				    .ended = on_ended,
				    .trace = on_trace,
				    .trace_enabled = on_trace_enabled };

	limits.per_destination = 0;
	limits.table = limits.packets = 4 * BURST; /* less to set up */
	/* By this name the store of packets knows valgrind, and would leave the pool and the
	 * octets around each packet for the heap: they are part of what is counted. */
	unsetenv("LD_PRELOAD");
	if (host_new(&limits, &hooks, &feeder->host) < 0 ||
	    provider_serve(feeder, module, dropin, settings) != 0)
		return -1;
	host_set_chain(feeder->host, feeder->chain);
	feed_prepare(feeder);
	return 0;
}

static void feed_close(struct feeder *feeder)
{
	host_set_chain(feeder->host, NULL);
	chain_unref(feeder->chain);
	provider_stop(feeder->provider);
	provider_free(feeder->provider);
	host_free(feeder->host);
}

static const struct kind *kind_find(const char *name)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcmp(name, kinds[i].name) == 0)
			return &kinds[i];
	return NULL;
}
