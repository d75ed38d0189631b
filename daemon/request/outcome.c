#include "request/outcome.h"

static const struct {
	const char *name, *meaning;
} outcomes[OUTCOME_COUNT] = {
#define X(symbol, name_, meaning_) [OUTCOME_##symbol] = { name_, meaning_ },
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
