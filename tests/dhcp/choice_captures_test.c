/* dhcp/offer, dhcp/choice: the networks in which real firmware was recorded. What is chosen among
 * the servers' answers there is what the firmware then did: whom it asked on port 4011, and for
 * what.
 */
#include <check.h>

#include "dhcp/choice.h"
#include "dhcp/dhcp4_option.h"
#include "dhcp/dhcp6_option.h"
#include "pcap.h"
#include "suite.h"

#define CAPTURES TEST_SOURCE "/tests/fixtures/captures/"

enum { MAX = 8, ROUNDS = 2 };

/* A question on port 4011, and the answer. */
struct round {
	struct ip to;
	bool has_item; /* of a menu */
	bool is_answered;
	struct offer answer;
};

/* One conversation: what was offered, and what the client then asked. */
struct recorded {
	uint32_t xid;
	struct offer offers[MAX];
	size_t n, rounds;
	struct round round[ROUNDS];
};

static int read_offer(const struct pcap_datagram *d, struct offer *out)
{
	int r = d->src.ip.family == IP_V4 ? offer_read4(d->payload, out)
					  : offer_read6(d->payload, out);

	out->from = d->src;
	return r;
}

static bool asks_for_item(struct span packet)
{
	struct span value;

	return dhcp4_option_find(packet, DHCP4_OPT_VENDOR, 1, &value) == 0 && value.len >= 6 &&
	       value.at[0] == 71;
}

/* DISCOVER and SOLICIT are 1 both, OFFER and ADVERTISE 2. */
static uint8_t type_of(const struct pcap_datagram *d)
{
	struct span value;

	if (d->src.ip.family == IP_V6)
		return d->payload.at[0];
	return dhcp4_option_find(d->payload, DHCP4_OPT_TYPE, 1, &value) ? 0 : value.at[0];
}

static uint32_t xid_of(const struct pcap_datagram *d)
{
	return d->src.ip.family == IP_V6 ? dhcp6_xid_of(d->payload) : dhcp4_xid(d->payload.at);
}

/* Some firmware takes an address first, as a host that does not boot. */
static bool wants_to_boot(const struct pcap_datagram *d)
{
	struct span area = SPAN_NONE, value;

	if (d->src.ip.family == IP_V4)
		return true;
	return dhcp6_options_of(d->payload, &area) == 0 &&
	       dhcp6_option_find(area, DHCP6_OPT_VENDOR_CLASS, 1, &value) == 0;
}

static void take_request(const struct pcap_datagram *d, struct recorded *out)
{
	struct round *last = out->rounds > 0 ? &out->round[out->rounds - 1] : NULL;

	if (d->dst.port != 4011)
		out->xid = out->xid == 0 && wants_to_boot(d) ? xid_of(d) : out->xid;
	else if (out->rounds < ROUNDS && (!last || last->is_answered))
		out->round[out->rounds++] = (struct round){
			.to = d->dst.ip,
			.has_item = d->src.ip.family == IP_V4 && asks_for_item(d->payload),
		};
}

static void take_answer(const struct pcap_datagram *d, struct recorded *out)
{
	struct offer offer;

	if (read_offer(d, &offer))
		return;
	if (d->src.port == 4011 && out->rounds > 0) {
		out->round[out->rounds - 1].answer = offer;
		out->round[out->rounds - 1].is_answered = true;
	} else if (d->src.port != 4011 && type_of(d) == 2 && xid_of(d) == out->xid &&
		   out->n < MAX) {
		out->offers[out->n++] = offer;
	}
}

static bool is_request(const struct pcap_datagram *d)
{
	if (d->src.ip.family == IP_V6)
		return type_of(d) == DHCP6_SOLICIT || type_of(d) == DHCP6_REQUEST;
	return dhcp4_has_cookie(d->payload) && dhcp4_op(d->payload.at) == DHCP4_BOOTREQUEST;
}

static struct recorded record(struct pcap *pcap, uint8_t family)
{
	struct recorded out = { .n = 0 };
	struct pcap_datagram d = { .frame = 0 };

	while (pcap_next(pcap, &d)) {
		if (d.src.ip.family != family || d.payload.len < 4)
			continue;
		if (is_request(&d))
			take_request(&d, &out);
		else
			take_answer(&d, &out);
	}
	return out;
}

#define CLIENT(family_, firmware_, arch_, http_)                                                   \
	{                                                                                          \
		.family = family_, .firmware = firmware_, .arch = arch_, .http = http_             \
	}
#define EDK2   CLIENT(IP_V4, MADE_EDK2, 7, false)
#define EDK2_6 CLIENT(IP_V6, MADE_EDK2, 7, false)
#define ARM    CLIENT(IP_V4, MADE_EDK2, 11, false)
#define ARM_6  CLIENT(IP_V6, MADE_EDK2, 11, false)
#define HTTP   CLIENT(IP_V4, MADE_EDK2, 16, true)
#define HTTP_6 CLIENT(IP_V6, MADE_EDK2, 16, true)
#define IPXE   CLIENT(IP_V4, MADE_IPXE, 0, false)
#define ROM    CLIENT(IP_V4, MADE_ROM, 0, false)

static const struct {
	const char *name;
	struct made_client client;
	enum choice_result result;
	const char *file;
} captures[] = {
	{ "aa64-http4", HTTP, CHOICE_URL, "http://10.77.0.2/aa64.efi" },
	{ "aa64-http6", HTTP_6, CHOICE_URL, "http://[fd77::2]/aa64.efi" },
	{ "aa64-pxe4", ARM, CHOICE_ANSWERED, "aa64.efi" },
	{ "aa64-pxe4.same", ARM, CHOICE_ANSWERED, "aa64.efi" },
	{ "aa64-pxe6", ARM_6, CHOICE_ANSWERED, "tftp://[fd77::2]/aa64.efi" },
	{ "aa64-pxe6.full", ARM_6, CHOICE_LEASE_FILE, "" },
	/* It has the file from the offer, and asks on 4011 all the same. */
	{ "bios-etherboot", ROM, CHOICE_FILE, "bios.0" },
	{ "bios-ipxe", IPXE, CHOICE_ANSWERED, "bios.0" },
	{ "bios-ipxe-script", IPXE, CHOICE_ANSWERED, "" },
	{ "bios-ipxe.noboot", IPXE, CHOICE_NO_BOOT, "" },
	{ "bios-ipxe.same", IPXE, CHOICE_ANSWERED, "" },
	{ "x64-grub", EDK2, CHOICE_ANSWERED, "" },
	{ "x64-http4", HTTP, CHOICE_URL, "http://10.77.0.2/x64.efi" },
	{ "x64-http4.full", HTTP, CHOICE_URL, "" },
	{ "x64-http4.noboot", HTTP, CHOICE_NO_BOOT, "" },
	{ "x64-http4.same", HTTP, CHOICE_NO_BOOT, "" },
	{ "x64-http6", HTTP_6, CHOICE_URL, "http://[fd77::2]/x64.efi" },
	{ "x64-http6.full", HTTP_6, CHOICE_URL, "" },
	{ "x64-http6.same", HTTP_6, CHOICE_NO_BOOT, "" },
	{ "x64-ipxe-chain", EDK2, CHOICE_ANSWERED, "" },
	{ "x64-pxe4", EDK2, CHOICE_ANSWERED, "x64.efi" },
	{ "x64-pxe4.full", EDK2, CHOICE_LEASE_FILE, "" },
	{ "x64-pxe4.noboot", EDK2, CHOICE_NO_BOOT, "" },
	{ "x64-pxe4.same", EDK2, CHOICE_ANSWERED, "x64.efi" },
	{ "x64-pxe6", EDK2_6, CHOICE_ANSWERED, "" },
	{ "x64-pxe6.full", EDK2_6, CHOICE_LEASE_FILE, "" },
	{ "x64-pxe6.multicast4011", EDK2_6, CHOICE_ANSWERED, "" },
	{ "x64-pxe6.noboot", EDK2_6, CHOICE_NO_BOOT, "" },
	{ "x64-pxe6.same", EDK2_6, CHOICE_ANSWERED, "" },
};

static void check_round(const char *name, const struct round *round, const struct choice *choice)
{
	char real[IP_TEXT_MAX], chosen[IP_TEXT_MAX];

	ck_assert_msg((choice->step == CHOICE_ITEM) == round->has_item, "%s: item", name);
	ck_assert_msg(ip_equal(&round->to, &choice->to), "%s: asked %s, not %s", name,
		      ip_text(&round->to, real), ip_text(&choice->to, chosen));
}

/* What the firmware asks is what it was seen to ask, up to the end. */
static void follow(const char *name, const struct made_client *client, const struct recorded *was,
		   struct choice *choice)
{
	for (size_t i = 0; choice->step != CHOICE_END; i++) {
		const struct round *round = &was->round[i];

		ck_assert_msg(i < was->rounds, "%s: it asks on 4011; the firmware did not", name);
		check_round(name, round, choice);
		choice_go_on(client, was->offers, round->is_answered ? &round->answer : NULL,
			     choice);
	}
}

START_TEST(choice_is_that_of_the_firmware)
{
	const char *name = captures[_i].name, *file = captures[_i].file;
	struct recorded was;
	struct choice choice;
	struct pcap pcap;
	char path[512];

	snprintf(path, sizeof(path), CAPTURES "%s.pcap", name);
	pcap = pcap_open(path);
	was = record(&pcap, captures[_i].client.family);
	choice_make(&captures[_i].client, was.offers, was.n, &choice);
	if (was.rounds > 0 && choice.step == CHOICE_END)
		ck_assert_msg(captures[_i].client.firmware == MADE_ROM,
			      "%s: the firmware asked on 4011, not: %s", name,
			      choice_text(choice.result));
	follow(name, &captures[_i].client, &was, &choice);
	ck_assert_msg(choice.result == captures[_i].result, "%s: %s", name,
		      choice_text(choice.result));
	ck_assert_msg(!*file || span_equal(choice.file, span_str(file)), "%s: %.*s", name,
		      (int)choice.file.len, (const char *)choice.file.at);
	pcap_close(&pcap);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("choice-captures");

	TEST_ROWS(tcase, choice_is_that_of_the_firmware, captures);
	return suite_run("choice-captures", tcase);
}
