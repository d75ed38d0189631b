/* The path of a request through the daemon's code, without sockets: for counting instructions.
 *
 *     path MODULE KIND COUNT     KIND: direct, redirect, ack
 *
 * Hands COUNT requests, each of a client of its own, to the host with the built-in provider of
 * MODULE in its chain. All that is to be counted happens inside feed(). Ends with 1 where a request
 * is not answered by just one datagram of the kind.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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

static const char settings[] =
	"settings: { server = \"auto\"; boot = ( { mac = \"00:11:22:*\"; action = \"ignore\"; },"
	" { user-class = \"iPXE\"; file = \"boot.ipxe\"; },"
	" { arch = \"x86-bios\"; file = \"undionly.kpxe\"; },"
	" { arch = [ \"x64-uefi\", \"ebc\" ]; file = \"ipxe.efi\"; } ); };\n";

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
	fprintf(stderr, "path: %s: %s\n", provider, utf8);
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

static void run(struct host *host, uint32_t count)
{
	uint8_t packet[SIZE];
	struct arrival in = { .octets = packet, .port = kind->port, .interface = "eth0" };

	in.len = PxeFakeDiscover(packet, sizeof(packet), "52:54:00:00:00:01", kind->arch);
	type_set(packet, in.len, kind->type);
	in.own = ip_v4("\xc0\x00\x02\x01");
	in.on_link = true;
	in.from = (struct endpoint){ ip_v4("\0\0\0\0"), DHCP4_PORT_CLIENT, 2 };
	if (kind->port == DHCP4_PORT_PXE) {
		in.from.ip = ip_v4("\xc0\x00\x02\x64");
		memcpy(packet + DHCP4_CIADDR, "\xc0\x00\x02\x64", 4);
		in.to = in.own;
	}
	for (uint32_t i = 0; i < count; i++) {
		client_become(packet, in.len, i + 1);
		feed(host, &in, 1000 + i / 100);
		if (n_waiting == BURST)
			flush();
	}
	flush();
}

static int dropin_write(char *path, const char *module)
{
	int fd = mkstemp(path);

	if (fd < 0)
		return -1;
	dprintf(fd, "name = \"bootfile\";\nmodule = \"%s\";\n%s", module, settings);
	return close(fd);
}

static int serve(struct host *host, const char *module, uint32_t count)
{
	char dropin[] = "/tmp/bench-path-XXXXXX", why[512] = "";
	struct provider_spec spec = { .name = "bootfile",
				      .module = module,
				      .dropin = dropin,
				      .threads = -1,
				      .pending_timeout = -1 };
	struct provider *provider = NULL;
	struct chain *chain = NULL;
	int r = dropin_write(dropin, module);

	if (r == 0)
		r = provider_new(host, &spec, &provider);
	if (r == 0)
		r = provider_start(provider, why, sizeof(why));
	unlink(dropin);
	if (r == 0)
		r = chain_new(&provider, 1, NULL, NULL, &chain);
	if (r != 0) {
		fprintf(stderr, "path: the provider does not start: %d %s\n", r, why);
		return 1;
	}
	host_set_chain(host, chain);
	run(host, count);
	host_set_chain(host, NULL);
	chain_unref(chain);
	provider_stop(provider);
	provider_free(provider);
	return n_answers == count ? 0 : 1;
}

int main(int argc, char **argv)
{
	struct host_limits limits = HOST_LIMITS_DEFAULT;
	struct host_hooks hooks = { .wake = on_wake,
				    .send = on_send,
				    .unreachable = on_unreachable,
				    .ended = on_ended,
				    .trace = on_trace,
				    .trace_enabled = on_trace_enabled };
	struct host *host;
	int status;

	for (size_t i = 0; argc == 4 && i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcmp(argv[2], kinds[i].name) == 0)
			kind = &kinds[i];
	if (!kind || atoi(argv[3]) < 1) {
		fprintf(stderr, "usage: path MODULE direct|redirect|ack COUNT\n");
		return 2;
	}
	limits.per_destination = 0;
	limits.table = limits.packets = 4 * BURST; /* less to set up */
	/* By this name the store of packets knows valgrind, and would leave the pool and the
	 * octets around each packet for the heap: they are part of what is counted. */
	unsetenv("LD_PRELOAD");
	if (host_new(&limits, &hooks, &host) < 0)
		return 1;
	status = serve(host, argv[1], (uint32_t)atoi(argv[3]));
	if (status != 0)
		fprintf(stderr, "path: %llu of %s requests were answered\n",
			(unsigned long long)n_answers, argv[3]);
	host_free(host);
	return status;
}
