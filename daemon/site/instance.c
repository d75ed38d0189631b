#include "site/instance.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>

#include <wdspxe.h>

#include "base/finding_id.h"

struct provider_spec instance_spec(const struct dropin *dropin)
{
	return (struct provider_spec){
		.name = dropin->name,
		.module = dropin->module,
		.dropin = dropin->path,
		.critical = dropin->critical,
		.threads = dropin->threads,
		.pending_timeout = dropin->pending_timeout,
		.answer_lease_requests = dropin->answer_lease_requests,
		.information_request = dropin->information_request,
	};
}

enum { BAD_CONFIGURATION = 1610 }; /* winerror.h's ERROR_BAD_CONFIGURATION */

static bool is_module_wrong(int r)
{
	return r == PROVIDER_E_UNTRUSTED || r == PROVIDER_E_UNLOADABLE || r == PROVIDER_E_NO_ENTRY;
}

/* A module that cannot be loaded, and settings that its Initialize finds wrong, are an admin's
 * mistake; whatever else it returns may be another tomorrow. */
static bool is_permanent(int r, uint32_t code)
{
	return is_module_wrong(r) ||
	       (r == PROVIDER_E_INITIALIZE &&
		(code == ERROR_INVALID_DATA || code == ERROR_INVALID_PARAMETER ||
		 code == BAD_CONFIGURATION));
}

static void take_failure(struct instance *instance, int r)
{
	instance->why_said = provider_said_len(instance->provider);
	instance->permanent = is_permanent(r, provider_start_code(instance->provider));
	instance->module_wrong = is_module_wrong(r);
	if (instance->module_wrong)
		instance->line = instance->dropin->module_line;
	if (!instance->why[0])
		snprintf(instance->why, sizeof(instance->why), "it did not start: %s",
			 r < 0 ? strerror(-r) : "its module gave no reason");
	provider_free(instance->provider);
	instance->provider = NULL;
}

struct instance *instance_start(struct host *host, struct dropin *dropin,
				const struct module_id *tried)
{
	struct provider_spec spec = instance_spec(dropin);
	struct instance *instance = calloc(1, sizeof(*instance));
	int r;

	if (!instance)
		return NULL;
	instance->dropin = dropin;
	instance->rosters = 1;
	spec.tried = tried;
	r = provider_new(host, &spec, &instance->provider);
	if (r < 0) {
		instance->provider = NULL;
		snprintf(instance->why, sizeof(instance->why), "%s",
			 r == -ENOSPC ? "too many providers" : strerror(-r));
		return instance;
	}
	r = provider_start(instance->provider, instance->why, sizeof(instance->why));
	if (r)
		take_failure(instance, r);
	return instance;
}

void instance_unref(struct instance *instance, const struct teller *teller)
{
	uint64_t leaked;

	if (--instance->rosters > 0)
		return;
	if (instance->provider) {
		teller_say(teller, LOG_DEBUG, provider_name(instance->provider), "shutting down");
		provider_stop(instance->provider);
		leaked = provider_leaked(instance->provider);
		if (leaked)
			teller_say(teller, LOG_WARNING, instance->dropin->name,
				   "it did not free %llu packets", (unsigned long long)leaked);
		provider_free(instance->provider);
	}
	dropin_free(instance->dropin);
	free(instance);
}

const char *instance_why_for_log(const struct instance *instance,
				 char out[static INSTANCE_WHY_ROOM])
{
	size_t len = strlen(instance->why) - instance->why_said;

	snprintf(out, INSTANCE_WHY_ROOM, "%.*s%s", (int)len, instance->why,
		 instance->why_said ? " (see the provider's own lines)" : "");
	return out;
}

/* "/lists/lab.csv:3: ... [W0165]": a mistake in a file that the settings name. */
static const char *mistake_elsewhere(const char *said)
{
	char id[FINDING_ID_SIZE];

	said += strspn(said, ": ");
	return *said == '/' && finding_id_of(said, id) ? said : NULL;
}

const char *instance_mistake(const struct instance *instance, const char *why, size_t said_len)
{
	const char *said = why + strlen(why) - said_len;
	const struct dropin *dropin = instance->dropin;
	const char *own = strstr(said, dropin->path);

	if (!own && dropin->overlay)
		own = strstr(said, dropin->overlay);
	for (unsigned i = 0; !own && i < dropin->n_included; i++)
		own = strstr(said, dropin->included[i].path);
	return own ? own : mistake_elsewhere(said);
}

const char *instance_own_words(const struct instance *instance)
{
	return instance_mistake(instance, instance->why, instance->why_said);
}

const char *instance_finding(const struct instance *instance)
{
	return instance->module_wrong ? "W0136" : "W0137";
}

const char *instance_place(const struct instance *instance, char out[static INSTANCE_PLACE_ROOM])
{
	snprintf(out, INSTANCE_PLACE_ROOM, instance->line > 0 ? "%s:%d" : "%s",
		 instance->dropin->path, instance->line);
	return out;
}
