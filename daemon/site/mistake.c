#include "site/mistake.h"

#include <stdint.h>
#include <string.h>
#include <syslog.h>

#include "site/boot_files.h"
#include "site/reason.h"

static void tell(void *context, bool warning, const struct registry_error *mistake)
{
	struct registry_error alone = *mistake;
	struct reason reason;

	alone.told = 0;
	reason_from(&reason, &alone, REGISTRY_E_INVALID);
	teller_say(context, warning ? LOG_WARNING : LOG_ERR, "", "%s", reason.text);
}

struct registry_error mistakes_told_to(const struct teller *teller)
{
	return (struct registry_error){ .tell = tell, .context = (void *)(uintptr_t)teller };
}

/* ---- classes ----------------------------------------------------------------------------------
 */

/* Does every client of that class reach the providers? */
static bool class_passes(const struct config *config, const char *class)
{
	static const char *const always[] = { "PXEClient", "HTTPClient", NULL };

	for (const char *const *known = always; *known; known++)
		if (strncmp(class, *known, strlen(*known)) == 0)
			return true;
	for (char **known = config->classes; *known; known++)
		if (strncmp(class, *known, strlen(*known)) == 0)
			return true;
	return false;
}

static void check_class(const struct config *config, const struct dropin *dropin,
			const struct setting *s, struct registry_error *error)
{
	if (s->type != SETTING_STRING || class_passes(config, s->string))
		return;
	registry_warn(error, dropin->path, s->line,
		      "the daemon drops clients of class \"%s\": add it to classes in %s [W0133]",
		      s->string, config->path);
}

void mistake_classes(const struct config *config, const struct dropin *dropin,
		     struct registry_error *error)
{
	const struct setting *classes = setting_child(dropin->settings, "classes");

	if (!classes || !boot_files_has(dropin))
		return; /* another provider's classes may be another thing */
	check_class(config, dropin, classes, error);
	for (unsigned i = 0; setting_is_aggregate(classes) && i < classes->count; i++)
		check_class(config, dropin, classes->child[i], error);
}
