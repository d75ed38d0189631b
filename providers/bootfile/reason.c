#include "reason.h"

#include <stdio.h>

#include "arch.h"
#include "condition.h"
#include "match.h"

enum { TEXT_SIZE = 200 }; /* what PxeRequestReason takes */

static void say(const struct bootfile *bootfile, const struct request *request, ULONG kind,
		const char *text, const struct entry *entry)
{
	PxeRequestReason(request->handle, kind, text, bootfile->file, entry ? entry->line : 0);
}

void reason_entry(const struct bootfile *bootfile, const struct request *request,
		  const struct entry *entry, const char *text)
{
	say(bootfile, request, PXE_REASON_DECIDED, text, entry);
}

void reason_failed(const struct bootfile *bootfile, const struct request *request,
		   const struct entry *entry, const char *text)
{
	say(bootfile, request, PXE_REASON_FAILED, text, entry);
}

void reason_boot_item(const struct bootfile *bootfile, const struct request *request)
{
	say(bootfile, request, PXE_REASON_DECIDED,
	    "the client asks for a boot item (option 43, 71), and boot items are not supported",
	    NULL);
}

void reason_no_address(const struct bootfile *bootfile, const struct request *request)
{
	say(bootfile, request, PXE_REASON_DECIDED,
	    "this host has no IPv4 address on that interface to answer from", NULL);
}

static void what_client(const struct client *client, char *out, size_t size)
{
	const char *name =
		client->has_arch ? arch_name(client->arch) : "a client without option 93";

	if (name)
		snprintf(out, size, "%s", name);
	else
		snprintf(out, size, "architecture %u", client->arch);
}

/* "arch, mac": the conditions whose bits are set. */
static void condition_names(uint32_t bits, char *out, size_t size)
{
	size_t used = 0;

	out[0] = '\0';
	for (uint32_t left = bits; left != 0 && used < size; left &= left - 1)
		used += (size_t)snprintf(out + used, size - used, "%s%s", used ? ", " : "",
					 conditions[__builtin_ctz(left)].name);
}

static void nearest_text(const struct client *client, const struct nearest *nearest, char *out,
			 size_t size)
{
	char who[40], names[120];

	what_client(client, who, sizeof who);
	condition_names(nearest->failed, names, sizeof names);
	if (!nearest->entry)
		snprintf(out, size, "no entry for this machine (%s)", who);
	else if (nearest->failed == 0 && client->class == CLASS_HTTP &&
		 nearest->entry->outcome == OUTCOME_FILE)
		snprintf(out, size, "the entry has a file, but HTTP Boot needs a url");
	else if (nearest->failed == 0)
		snprintf(out, size, "server has no %s address, which this client needs",
			 client->family == FAMILY_6 ? "IPv6" : "IPv4");
	else if (strcmp(names, "arch") == 0)
		snprintf(out, size, "no entry for %s", who);
	else
		snprintf(out, size, "no entry fits %s: the nearest one differs in %s", who, names);
}

static void say_nearest(const struct bootfile *bootfile, const struct request *request,
			const struct client *client)
{
	struct nearest nearest;
	char text[TEXT_SIZE];

	if (!PxeRequestWanted(request->handle))
		return;
	nearest = match_nearest(&bootfile->settings, &bootfile->locals, client);
	nearest_text(client, &nearest, text, sizeof text);
	say(bootfile, request, PXE_REASON_NEAREST, text, nearest.entry);
}

static void say_early(const struct bootfile *bootfile, const struct request *request,
		      const struct client *client, const struct entry *entry)
{
	char text[TEXT_SIZE];

	if (!PxeRequestWanted(request->handle))
		return;
	snprintf(text, sizeof text, "the client has waited %u of %u s (response-delay)%s",
		 client->waited_s, entry->response_delay_s,
		 client->waited_s == 0 ? "; firmware that always sends secs = 0 is never answered"
				       : "");
	say(bootfile, request, PXE_REASON_DECIDED, text, entry);
}

void reason_silence(const struct bootfile *bootfile, const struct request *request,
		    const struct client *client, const struct decision *decision)
{
	if (!decision->entry)
		say_nearest(bootfile, request, client);
	else if (decision->too_early)
		say_early(bootfile, request, client, decision->entry);
	else
		reason_entry(bootfile, request, decision->entry,
			     decision->entry->outcome == OUTCOME_REJECT ? "action = \"reject\""
									: "action = \"ignore\"");
}
