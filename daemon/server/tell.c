#include "story/journey.h"
#include "story/log_ignore.h"
#include "server/server.h"

void server_tell(const struct finding *finding)
{
	if (log_ignores(finding_row(finding->kind)->id))
		return;
	finding_log(finding);
	if (journey_is_watched())
		journey_finding(finding);
}
