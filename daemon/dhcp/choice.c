/* no allocation · no lock · no log */
/* What firmware chooses, in words. */
#include "dhcp/choice.h"

const char *offer_fate_text(enum offer_fate fate)
{
	static const char *const texts[] = {
#define X(symbol, text) [OFFER_##symbol] = (text),
		OFFER_FATES(X)
#undef X
	};

	return texts[fate];
}

const char *choice_text(enum choice_result result)
{
	static const char *const texts[] = {
#define X(symbol, boots, text) [CHOICE_##symbol] = (text),
		CHOICES(X)
#undef X
	};

	return texts[result];
}

bool choice_boots(enum choice_result result)
{
	static const bool boot[] = {
#define X(symbol, boots, text) [CHOICE_##symbol] = (boots),
		CHOICES(X)
#undef X
	};

	return boot[result];
}
