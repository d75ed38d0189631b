/* story/diag*: a healthy site provokes no finding. Fifty machines of every kind, for a day: they
 * boot at eight together, and now and then, and an offer is lost here and there. */
#include <stdio.h>

#include "machine.h"
#include "story/log.h"
#include "story/log_stderr.h"
#include "suite.h"

enum { MACHINES = 51, EVENTS_MAX = 8192, S = 1000, DAY_S = 86400, ARM64 = 11, X64 = 7 };

static struct event {
	uint64_t ms;
	unsigned turn; /* of those at one time */
	bool off_link;
	struct made_client client;
	enum made_message message;
	struct came came;
} * event;

static unsigned n_events;
static uint8_t duid[MACHINES][18];

static void set_up(void)
{
	log_init(LOG_EMERG, log_stderr_write);
	site_open();
	event = calloc(EVENTS_MAX, sizeof(*event));
	ck_assert_ptr_nonnull(event);
	n_events = 0;
}

static void tear_down(void)
{
	free(event);
	site_close();
}

static void at(uint64_t ms, const struct made_client *c, enum made_message message,
	       struct came came)
{
	bool away = c->relay.family != IP_NONE && message == MADE_BOOT_REQUEST;

	ck_assert_uint_lt(n_events, EVENTS_MAX);
	event[n_events] = (struct event){ ms, n_events, away, *c, message, came };
	n_events++;
}

static struct came ignored(const char *why)
{
	return (struct came){ .outcome = OUTCOME_IGNORED, .decided = why };
}

/* ---- how each kind boots ---- */

static uint64_t direct(struct made_client *c, const char *file, uint64_t ms)
{
	c->xid += 17;
	at(ms, c, MADE_DISCOVER, DIRECT(file));
	at(ms + 4 * S, c, MADE_LEASE_REQUEST, NOT_OURS);
	return ms + 8 * S;
}

static uint64_t redirect(struct made_client *c, const char *file, uint64_t ms)
{
	c->xid += 17;
	at(ms, c, MADE_DISCOVER, REDIRECTED);
	at(ms + 4 * S, c, MADE_LEASE_REQUEST, NOT_OURS);
	at(ms + 5 * S, c, MADE_BOOT_REQUEST, ACKED(file));
	return ms + 9 * S;
}

static void ipxe(const struct made_client *firmware, uint64_t ms)
{
	struct made_client c = *firmware;

	c.firmware = MADE_IPXE;
	c.http = false;
	c.arch = c.arch == 16 ? X64 : c.arch;
	c.xid += 5;
	at(ms, &c, MADE_DISCOVER, DIRECT("http://10.77.0.2/boot.ipxe"));
	at(ms + 2 * S, &c, MADE_LEASE_REQUEST, NOT_OURS);
}

static void bios_then_ipxe(uint8_t i, uint64_t ms)
{
	struct made_client c = machine(i, 0);

	c.xid += (uint32_t)ms;
	ipxe(&c, direct(&c, "undionly.kpxe", ms));
}

static void uefi(uint8_t i, uint64_t ms)
{
	struct made_client c = machine(i, X64);

	c.xid += (uint32_t)ms;
	redirect(&c, "ipxe.efi", ms);
}

static void uefi_then_ipxe(uint8_t i, uint64_t ms)
{
	struct made_client c = machine(i, X64);

	c.xid += (uint32_t)ms;
	ipxe(&c, redirect(&c, "ipxe.efi", ms));
}

static void http_then_ipxe(uint8_t i, uint64_t ms)
{
	struct made_client c = machine(i, 16);

	c.xid += (uint32_t)ms;
	ipxe(&c, direct(&c, "http://10.77.0.2/ipxe.efi", ms));
}

static void uefi6(uint8_t i, uint64_t ms)
{
	struct made_client c = machine(i, X64), c6 = over6(&c, duid[i]);

	c6.xid = (uint32_t)ms & 0xffffff;
	at(ms, &c6, MADE_DISCOVER, ADVERTISED("tftp://[fd77::2]/ipxe.efi"));
	at(ms + 4 * S, &c6, MADE_LEASE_REQUEST, NOT_OURS);
	at(ms + 6 * S, &c6, MADE_BOOT_REQUEST, REPLIED("tftp://[fd77::2]/ipxe.efi"));
}

static void http6(uint8_t i, uint64_t ms)
{
	struct made_client c = machine(i, 16), c6 = over6(&c, duid[i]);

	c6.xid = (uint32_t)ms & 0xffffff;
	at(ms, &c6, MADE_DISCOVER, ADVERTISED("http://[fd77::2]/grub.efi"));
	at(ms + 4 * S, &c6, MADE_LEASE_REQUEST, NOT_OURS);
}

/* iPXE on a network with both families, one of them without DHCPv6 addresses. */
static void dual_ipxe(uint8_t i, uint64_t ms)
{
	struct made_client c = machine(i, 0), c6;

	c.firmware = MADE_IPXE;
	c6 = over6(&c, duid[i]);
	c6.server_duid = SPAN_NONE;
	at(ms, &c6, MADE_INFORM, NOT_OURS);
	ipxe(&c, ms + 1 * S);
}

static void relayed(uint8_t i, uint64_t ms)
{
	struct made_client c = machine(i, X64);

	c.relay = ip_v4("\x0a\x4e\0\x01");
	c.xid += (uint32_t)ms;
	redirect(&c, "ipxe.efi", ms);
}

/* Two routers relay the same, in any order. */
static void relayed_twice(uint8_t i, uint64_t ms)
{
	struct made_client a = machine(i, X64), b;

	a.xid += (uint32_t)ms;
	a.relay = ip_v4("\x0a\x4e\0\x01");
	b = a;
	b.relay = ip_v4("\x0a\x4e\0\x02");
	redirect(ms & 1 ? &a : &b, "ipxe.efi", ms);
	at(ms + 1, ms & 1 ? &b : &a, MADE_DISCOVER, REDIRECTED);
	event[n_events - 1].client.xid += 17;
	at(ms + 4 * S + 1, &b, MADE_LEASE_REQUEST, NOT_OURS);
	event[n_events - 1].client.xid = a.xid > b.xid ? a.xid : b.xid;
}

/* A server whose first adapter is not to boot, and whose second one is. */
static void two_adapters(uint8_t i, uint64_t ms)
{
	struct made_client first = machine(i, X64), second = machine(i, X64);
	static const unsigned tries[] = { 0, 4, 12, 28 };

	first.mac[4] = 0x78;
	first.xid += (uint32_t)ms + 3;
	second.xid += (uint32_t)ms;
	for (unsigned j = 0; j < 4; j++) {
		first.secs = (uint16_t)tries[j];
		at(ms + tries[j] * S, &first, MADE_DISCOVER, ignored("action = \"ignore\""));
	}
	redirect(&second, "ipxe.efi", ms + 62 * S);
}

static void raspberry_pi(uint8_t i, uint64_t ms)
{
	struct made_client c = machine(i, 0);
	struct came menu = DIRECT(NULL);

	menu.menu = true;
	c.xid += (uint32_t)ms;
	for (unsigned j = 0; j < 4; j++)
		at(ms + j * 5 * S, &c, MADE_DISCOVER, menu);
}

/* Somebody looks at the menu for a while, and chooses; each try of the machine is answered. */
static void chosen(struct made_client *c, const char *file, uint64_t ms)
{
	c->has_item = true;
	c->item_type = 0x8001;
	at(ms, c, MADE_BOOT_REQUEST, ACKED(file));
	at(ms + S, c, MADE_BOOT_REQUEST, ACKED(file));
}

static void bios_menu(uint8_t i, uint64_t ms)
{
	struct made_client c = machine(i, 0);

	c.xid += (uint32_t)ms + 17;
	at(ms, &c, MADE_DISCOVER, SHOWN(DHCP4_OFFER));
	at(ms + 4 * S, &c, MADE_LEASE_REQUEST, NOT_OURS);
	chosen(&c, "rescue.0", ms + 90 * S);
}

static void uefi_menu(uint8_t i, uint64_t ms)
{
	struct made_client c = machine(i, X64);

	c.xid += (uint32_t)ms + 17;
	at(ms, &c, MADE_DISCOVER, REDIRECTED);
	at(ms + 4 * S, &c, MADE_LEASE_REQUEST, NOT_OURS);
	at(ms + 5 * S, &c, MADE_BOOT_REQUEST, SHOWN(DHCP4_ACK));
	chosen(&c, "rescue.efi", ms + 100 * S);
}

/* Its own server has answered it; this one stands by. */
static void standby(uint8_t i, uint64_t ms)
{
	struct made_client c = machine(i, X64);

	c.xid += (uint32_t)ms;
	at(ms, &c, MADE_DISCOVER, ignored("the client has waited 0 of 8 s (response-delay)"));
	c.secs = 4;
	at(ms + 4 * S, &c, MADE_DISCOVER,
	   ignored("the client has waited 4 of 8 s (response-delay)"));
	at(ms + 8 * S, &c, MADE_LEASE_REQUEST, NOT_OURS);
}

/* An offer or two were lost on the way. */
static void lossy(uint8_t i, uint64_t ms)
{
	struct made_client c = machine(i, ARM64);

	c.xid += (uint32_t)ms + 17;
	at(ms, &c, MADE_DISCOVER, REDIRECTED);
	at(ms + 4 * S, &c, MADE_DISCOVER, REDIRECTED);
	c.xid -= 17;
	redirect(&c, "arm64.efi", ms + 12 * S);
}

static void heard_twice(uint8_t i, uint64_t ms)
{
	struct made_client c = machine(i, 0), far;

	c.xid += (uint32_t)ms;
	far = c;
	far.relay = ip_v4("\x0a\x4e\0\x01");
	far.xid += 17;
	at(ms + 1, &far, MADE_DISCOVER, DIRECT("a.0"));
	direct(&c, "a.0", ms);
	at(ms + 4 * S + 1, &far, MADE_LEASE_REQUEST, NOT_OURS);
}

/* InfiniBand has no hardware address. */
static void infiniband(uint8_t i, uint64_t ms)
{
	static uint8_t id[MACHINES][13];
	struct made_client c = machine(i, X64);

	memcpy(id[i], "\377\0\0\0\0\0\2\0\0\2\311\0", 12);
	id[i][12] = i;
	c.client_id = span_of(id[i], 13);
	c.xid += (uint32_t)ms;
	redirect(&c, "ipxe.efi", ms);
}

/* A provider that looks something up. */
static void slow(uint8_t i, uint64_t ms)
{
	struct made_client c = machine(i, 0);
	struct came came = DIRECT("a.0");

	came.took_ms = 1500;
	came.slow = "inventory";
	c.xid += (uint32_t)ms;
	at(ms + 1500, &c, MADE_DISCOVER, came);
	at(ms + 4 * S, &c, MADE_LEASE_REQUEST, NOT_OURS);
}

/* Somebody works on it: it boots three times, one after the other. */
static void at_the_bench(uint8_t i, uint64_t ms)
{
	for (unsigned j = 0; j < 3; j++)
		uefi_then_ipxe(i, ms + j * 90 * S);
}

/* Firmware that tries IPv6 first, where this site has nothing for it. */
static void six_then_four(uint8_t i, uint64_t ms)
{
	struct made_client c = machine(i, X64), c6 = over6(&c, duid[i]);

	c.xid += (uint32_t)ms;
	for (unsigned j = 0; j < 3; j++)
		at(ms + j * 8 * S, &c6, MADE_DISCOVER, ignored("action = \"ignore\""));
	redirect(&c, "ipxe.efi", ms + 30 * S);
}

static void (*const kinds[])(uint8_t i, uint64_t ms) = {
	bios_then_ipxe, uefi,         uefi_then_ipxe, http_then_ipxe, uefi6,
	http6,          dual_ipxe,    relayed,        relayed_twice,  two_adapters,
	raspberry_pi,   standby,      lossy,          infiniband,     heard_twice,
	slow,           at_the_bench, six_then_four,  bios_menu,      uefi_menu,
};

/* ---- the day ---- */

static int earlier(const void *a, const void *b)
{
	const struct event *x = a, *y = b;

	if (x->ms != y->ms)
		return x->ms < y->ms ? -1 : 1;
	return x->turn < y->turn ? -1 : 1;
}

static uint32_t chance(void)
{
	static uint32_t state = 1;

	state = state * 1664525 + 1013904223;
	return state >> 8;
}

static void plan(void)
{
	for (unsigned i = 1; i < MACHINES; i++) {
		void (*kind)(uint8_t, uint64_t) = kinds[i % (sizeof(kinds) / sizeof(*kinds))];

		kind((uint8_t)i, 8 * 3600 * S + chance() % 60000);
		for (unsigned j = 1; j < 5; j++)
			kind((uint8_t)i, (9 + 3 * j) * 3600 * (uint64_t)S + chance() % 7200000);
	}
	qsort(event, n_events, sizeof(*event), earlier);
}

static void is_healthy(uint64_t ms)
{
	char text[LOG_LINE_MAX];

	for (unsigned i = 0; i < site.n; i++)
		fprintf(stderr, "at %llu s: %s\n", (unsigned long long)ms / 1000,
			finding_text(&site.found[i], text, sizeof(text)));
	ck_assert_uint_eq(site.n, 0);
}

START_TEST(a_healthy_day_provokes_no_finding)
{
	unsigned i = 0;

	plan();
	ck_assert_uint_gt(n_events, 800);
	for (uint64_t s = 1; s < DAY_S; s++) {
		for (; i < n_events && event[i].ms < s * S; i++) {
			site.off_link = event[i].off_link;
			hear(&event[i].client, event[i].message, event[i].came, event[i].ms);
			if (site.n)
				is_healthy(event[i].ms);
		}
		turn(s * S);
		if (site.n)
			is_healthy(s * S);
	}
	ck_assert_uint_eq(i, n_events);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("healthy");

	tcase_add_checked_fixture(tcase, set_up, tear_down);
	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, a_healthy_day_provokes_no_finding);
	return suite_run("story/healthy", tcase);
}
