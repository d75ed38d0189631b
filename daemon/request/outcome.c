/* no allocation · no lock · no log */
#include "request/outcome.h"

#include <stddef.h>

enum { WHO_PROVIDER, WHO_DAEMON };

static const struct {
	const char *name, *meaning, *remedy;
	enum outcome_level level;
	enum outcome_lines lines;
	bool providers;
} outcomes[OUTCOME_COUNT] = {
#define X(symbol, name_, who, level_, lines_, meaning_, remedy_)                                   \
	[OUTCOME_##symbol] = { name_,                                                              \
			       meaning_,                                                           \
			       remedy_,                                                            \
			       OUTCOME_LEVEL_##level_,                                             \
			       OUTCOME_LINES_##lines_,                                             \
			       WHO_##who == WHO_PROVIDER },
	OUTCOMES(X)
#undef X
};

const char *outcome_name(enum outcome outcome)
{
	return outcomes[outcome].name;
}

const char *outcome_meaning(enum outcome outcome)
{
	return outcomes[outcome].meaning;
}

const char *outcome_remedy(enum outcome outcome)
{
	return outcomes[outcome].remedy;
}

enum outcome_level outcome_level(enum outcome outcome)
{
	return outcomes[outcome].level;
}

enum outcome_lines outcome_lines(enum outcome outcome)
{
	return outcomes[outcome].lines;
}

bool outcome_is_providers(enum outcome outcome)
{
	return outcomes[outcome].providers;
}
