/* What wdspxectl probe finds out about the network: rows of the table of findings. */
#include <stdio.h>
#include <string.h>

#include "base/plain.h"
#include "ctl/probe.h"

/* Why it does not boot, as a finding. FINDING_KINDS: none. */
static enum finding_kind kind_of(enum choice_result result)
{
	switch (result) {
	case CHOICE_NOBODY:
		return FINDING_PROBE_NOBODY;
	case CHOICE_NO_LEASE:
		return FINDING_PROBE_NO_LEASE;
	case CHOICE_NO_BOOT:
		return FINDING_PROBE_NO_BOOT;
	case CHOICE_NO_ANSWER:
		return FINDING_PROBE_4011_SILENT;
	case CHOICE_LEASE_SILENT:
		return FINDING_PROBE_LEASE_4011;
	case CHOICE_OPEN:
	case CHOICE_LOCAL:
	case CHOICE_FILE:
	case CHOICE_LEASE_FILE:
	case CHOICE_ANSWERED:
	case CHOICE_URL:
		return FINDING_KINDS;
	case CHOICE_NO_FILE:
	case CHOICE_AT_ONCE:
	case CHOICE_NO_MENU:
	case CHOICE_NO_LIST:
	case CHOICE_NO_GROUP:
	case CHOICE_EFI_MENU:
	case CHOICE_NO_NEXT_SERVER:
	case CHOICE_URL_FOR_PXE:
	case CHOICE_BAD_URL:
		return FINDING_PROBE_BOOTS_NOTHING;
	}
	return FINDING_KINDS;
}

static struct finding *put(const struct probe *probe, enum finding_kind kind,
			   struct probe_findings *out)
{
	struct finding *finding = &out->finding[out->n++];

	*finding = (struct finding){ .kind = kind };
	snprintf(finding->client.interface, sizeof(finding->client.interface), "%s",
		 probe->wire.name);
	return finding;
}

/* A boot server's offer that came to nothing. NULL: there is none. */
static const struct offer *dropped(const struct probe *probe, const char **why)
{
	for (size_t i = 0; i < probe->n; i++) {
		const char *text = offer_fate_text(probe->choice.fate[i]),
			   *colon = strchr(text, ':');

		if (probe->offers[i].has_address || !colon)
			continue;
		*why = colon + 2;
		return &probe->offers[i];
	}
	return NULL;
}

static bool find_dropped(const struct probe *probe, struct probe_findings *out)
{
	const char *why = "";
	const struct offer *offer = dropped(probe, &why);
	struct finding *finding;

	if (!offer)
		return false;
	finding = put(probe, FINDING_PROBE_DROPPED, out);
	finding->ip = offer->from.ip;
	snprintf(finding->text, sizeof(finding->text), "%s", why);
	return true;
}

static void find_why(const struct probe *probe, struct probe_findings *out)
{
	enum finding_kind kind = kind_of(probe->choice.result);
	struct finding *finding;

	if (kind == FINDING_KINDS || probe->untried != PROBE_NOTHING)
		return;
	if (kind == FINDING_PROBE_NO_BOOT && find_dropped(probe, out))
		return;
	finding = put(probe, kind, out);
	if (kind == FINDING_PROBE_4011_SILENT && !ip_is_multicast(&probe->choice.to))
		finding->ip = probe->choice.to;
	else if (probe->choice.boot >= 0)
		finding->ip = probe->offers[probe->choice.boot].from.ip;
	snprintf(finding->text, sizeof(finding->text), "%s", choice_text(probe->choice.result));
}

/* True for one that could as well have been taken, had it come at another time. */
static bool is_rival(const struct probe *probe, size_t i)
{
	enum offer_fate fate = probe->choice.fate[i];

	return !probe->offers[i].has_address && (fate == OFFER_NEXT || fate == OFFER_OTHER_BOOT ||
						 fate == OFFER_REPLACED || fate == OFFER_LATE);
}

static void find_rival(const struct probe *probe, struct probe_findings *out)
{
	int boot = probe->choice.boot;

	for (size_t i = 0; boot >= 0 && i < probe->n; i++) {
		struct finding *finding;

		if (!is_rival(probe, i))
			continue;
		finding = put(probe, FINDING_PROBE_TWO_BOOT_SERVERS, out);
		finding->ip = probe->offers[boot].from.ip;
		finding->other = probe->offers[i].from.ip;
		return;
	}
}

static void find_lease_file(const struct probe *probe, struct probe_findings *out)
{
	const struct choice *choice = &probe->choice;
	const struct offer *lease = choice->lease >= 0 ? &probe->offers[choice->lease] : NULL;
	struct finding *finding;

	if (!lease || choice->boot < 0 || choice->boot == choice->lease || lease->file.len == 0)
		return;
	finding = put(probe, FINDING_PROBE_LEASE_NAMES_FILE, out);
	finding->ip = lease->from.ip;
	plain_text(lease->file, finding->text, sizeof(finding->text));
}

static void find_direct(const struct probe *probe, struct probe_findings *out)
{
	const struct made_client *client = &probe->client;

	if (client->firmware == MADE_EDK2 && !client->http && client->family == IP_V4 &&
	    probe->choice.result == CHOICE_FILE)
		put(probe, FINDING_PROBE_DIRECT_UEFI, out)->ip =
			probe->offers[probe->choice.boot].from.ip;
}

void probe_find(const struct probe *probe, struct probe_findings *out)
{
	out->n = 0;
	find_why(probe, out);
	find_rival(probe, out);
	find_lease_file(probe, out);
	find_direct(probe, out);
}
