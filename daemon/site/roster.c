#include "site/roster.h"

#include <stdlib.h>
#include <syslog.h>

#include <wdspxe.h>

#include "base/cleanup.h"
#include "base/utf.h"
#include "provider/error_name.h"
#include "site/mistake.h"
#include "site/news.h"

void roster_release(struct roster *roster)
{
	for (size_t i = roster->n; i-- > 0;) {
		dropin_free(roster->fresh[i]);
		if (roster->at[i])
			instance_unref(roster->at[i], roster->env->teller);
	}
	free(roster);
}

struct instance *roster_find(const struct roster *roster, const char *name)
{
	for (size_t i = 0; roster && i < roster->n; i++)
		if (roster->at[i] && !utf8_casecmp(roster->at[i]->dropin->name, name))
			return roster->at[i];
	return NULL;
}

unsigned roster_running(const struct roster *roster, struct provider *out[PROVIDERS_MAX])
{
	unsigned n = 0;

	for (size_t i = 0; roster && i < roster->n; i++)
		if (roster->at[i]->provider)
			out[n++] = roster->at[i]->provider;
	return n;
}

unsigned roster_paused(const struct roster *roster)
{
	struct provider *running[PROVIDERS_MAX];
	unsigned n = roster_running(roster, running), paused = 0;

	for (unsigned i = 0; i < n; i++)
		paused += provider_paused(running[i]);
	return paused;
}

unsigned roster_entries(const struct roster *roster)
{
	unsigned n = 0;

	for (size_t i = 0; i < roster->n; i++)
		n += dropin_entries(roster->at[i]->dropin);
	return n;
}

void roster_adopt(struct roster *roster, const struct roster *old)
{
	for (size_t i = 0; i < roster->n; i++) {
		struct instance *instance = roster->at[i];
		struct provider_spec spec;

		if (!roster->fresh[i])
			continue;
		dropin_free(instance->dropin);
		instance->dropin = TAKE(roster->fresh[i]);
		spec = instance_spec(instance->dropin);
		if (instance->provider)
			provider_respec(instance->provider, &spec);
	}
	news_tell(roster, old);
}

/* A provider that refused its new settings gets the old ones back too, for it may have applied half
 * of the new ones; but its answer does not count: a provider may always ask to be replaced. */
static void go_back(const struct roster *roster, struct instance *instance, bool took,
		    struct reason *reason)
{
	char text[ERROR_TEXT_MAX];
	uint32_t code;
	bool called;

	provider_settle(instance->provider, false);
	code = provider_control(instance->provider, SERVICE_CONTROL_PARAMCHANGE, &called);
	if (code == 0)
		teller_say(roster->env->teller, LOG_INFO, instance->dropin->name,
			   "returned to its old settings");
	else if (took)
		reason_add_changed(reason,
				   "; provider \"%s\" continues with its new settings, because it "
				   "answered PARAMCHANGE for the old ones with %s",
				   instance->dropin->name, error_text(code, text));
}

bool roster_has_told(const struct roster *roster)
{
	for (size_t i = 0; i < roster->n; i++)
		if (roster->told[i])
			return true;
	return false;
}

static void prune_all(const struct roster *roster)
{
	for (size_t i = 0; i < roster->n; i++) {
		struct registry_error error = mistakes_told_to(roster->env->teller);

		(void)dropin_prune(roster->at[i]->dropin, roster->env->state_dir, &error);
		dropin_forget(roster->at[i]->dropin); /* the provider's own view has them */
	}
}

void roster_settle(struct roster *roster, bool keep, struct reason *reason)
{
	if (keep)
		prune_all(roster);
	for (size_t i = roster->n; i-- > 0;) {
		struct instance *told = TAKE(roster->told[i]);

		if (told && !keep)
			go_back(roster, told, roster->took[i], reason);
		else if (told && roster->took[i]) /* others may be gone by now */
			provider_settle(told->provider, true);
	}
}
