#include "server/named.h"

#include <stdio.h>
#include <string.h>

#include "base/nearest.h"

enum { NAME_BYTES = 4 * DROPIN_NAME_MAX };

static void refuse_name(struct server *s, const char *name, uint64_t client)
{
	const char *names[PROVIDERS_MAX + 1] = { NULL }, *meant;
	char text[2 * NAME_BYTES + 64];

	for (size_t i = 0; s->roster && i < s->roster->n; i++)
		names[i] = s->roster->at[i]->dropin->name;
	meant = nearest(name, names);
	if (strlen(name) > NAME_BYTES)
		snprintf(text, sizeof(text), "no provider has a name of that length");
	else if (meant)
		snprintf(text, sizeof(text), "there is no provider \"%s\": did you mean \"%s\"?",
			 name, meant);
	else
		snprintf(text, sizeof(text), "there is no provider \"%s\": see wdspxectl list",
			 name);
	control_refuse(s->control, client, text);
}

static void refuse_stopped(struct server *s, const struct instance *instance, uint64_t client)
{
	char text[NAME_BYTES + 64];

	snprintf(text, sizeof(text), "provider \"%s\" is not running: see wdspxectl list",
		 instance->dropin->name);
	control_refuse(s->control, client, text);
}

struct instance *server_named(struct server *s, const char *name, uint64_t client)
{
	struct instance *instance = roster_find(s->roster, name);

	if (!instance)
		refuse_name(s, name, client);
	else if (!instance->provider)
		refuse_stopped(s, instance, client);
	return instance && instance->provider ? instance : NULL;
}
