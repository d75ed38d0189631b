#include "story/finding.h"

#include <stdio.h>

#include "story/log_format.h"
#include "story/log_source.h"

static const struct {
	const char *id;
	int level;
} findings[] = {
#define X(symbol, id_, level_) [FINDING_##symbol] = { id_, LOG_##level_ },
	FINDINGS(X)
#undef X
};

const char *finding_id(enum finding_kind kind)
{
	return findings[kind].id;
}

int finding_level(enum finding_kind kind)
{
	return findings[kind].level;
}

static void put_lease(const struct finding *f, const char *who, char *out, size_t size)
{
	char ip[IP_TEXT_MAX] = "another server";

	if (!ip_is_any(&f->ip))
		ip_text(&f->ip, ip);
	snprintf(
		out, size,
		"%s took its lease from %s, and then asked nothing on port 4011 of this host: does "
		"%s send option 60 (\"PXEClient\")? Is UDP 4011 blocked on the way, did it accept "
		"another boot server's offer, or does it need shape = \"direct\"?",
		who, ip, ip);
}

static void put_link_local(const struct finding *f, const char *who, char *out, size_t size)
{
	char ip[IP_TEXT_MAX];

	snprintf(out, size,
		 "%s: clients are told to boot from %s, because %s has no other address: %s", who,
		 ip_text(&f->ip, ip), f->client.interface,
		 f->ip.family == IP_V4 ? "did this host get no lease there?"
				       : "give it a global or unique local one");
}

const char *finding_text(const struct finding *f, char *out, size_t size)
{
	char who[LOG_WHO_MAX], ip[2][IP_TEXT_MAX];

	log_format_who(&f->client, who, sizeof(who));
	ip_text(&f->ip, ip[0]);
	ip_text(&f->other, ip[1]);
	switch (f->kind) {
	case FINDING_LEASE_BUT_NOT_4011:
		put_lease(f, who, out, size);
		break;
	case FINDING_NEVER_ON_4011:
		snprintf(out, size,
			 "%s received %u offers and never asked on port 4011: is UDP 4011 blocked "
			 "on "
			 "the way, did it accept another server's offer, or does it need shape = "
			 "\"direct\"?",
			 who, f->n);
		break;
	case FINDING_CROWD:
		snprintf(out, size,
			 "more clients boot at once than are watched: for %u of them it will not "
			 "be reported if they never ask on port 4011",
			 f->n);
		break;
	case FINDING_WANTS_LEASE_OF_US:
		snprintf(out, size,
			 "%s asks %s, which is this host, for an address: no DHCP server answered "
			 "it. Is the DHCP server running, and are there free leases?",
			 who, ip[0]);
		break;
	case FINDING_UNKNOWN_ARCH:
		snprintf(out, size,
			 "%s: client of unknown architecture %u; match it with arch = %u", who,
			 f->n, f->n);
		break;
	case FINDING_UNKNOWN_CLASS:
		snprintf(out, size,
			 "%s: a client of class %s sends boot options, and that class is not "
			 "served; "
			 "see classes in wdspxed.conf(5)",
			 who, f->text);
		break;
	case FINDING_ARCH_MISMATCH:
		snprintf(out, size,
			 "%s gives architecture %u in option 93 and another one in its class: "
			 "option 93 is used",
			 who, f->n);
		break;
	case FINDING_OTHER_SOURCE:
		snprintf(out, size,
			 "%s sends from %s but gives its address as %s: the answer goes to %s", who,
			 ip[1], ip[0], ip[1]);
		break;
	case FINDING_LINK_LOCAL:
		put_link_local(f, who, out, size);
		break;
	}
	return out;
}

void finding_log(const struct finding *finding)
{
	char text[LOG_LINE_MAX];

	int level = finding_level(finding->kind);

	if (log_wants(level))
		log_hint(level, log_takes(level) && log_source_take(""), finding_id(finding->kind),
			 &finding->client, finding_text(finding, text, sizeof(text)));
}
