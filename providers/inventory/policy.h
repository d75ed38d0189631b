/* What is decided, and why: of a device, or of nobody's machine. Pure functions of what is known.
 */
#pragma once

#include "device.h"

enum answer_policy { ANSWER_ALL, ANSWER_KNOWN, ANSWER_NONE };

struct policy {
	enum answer_policy answer;
	bool passes;       /* ANSWER_KNOWN: the next provider is asked for others */
	bool pending;      /* unknown machines wait for approval */
	uint32_t delay_s;  /* before unknown ones are answered */
	uint32_t window_s; /* of what boots once */
};

/* What is known of a request. */
struct facts {
	const struct device *device; /* NULL: it is nobody's */
	bool names;                  /* an answer names the file: it can be fetched then */
	bool first;                  /* a first contact */
	bool offered;                /* it was offered something by us */
	bool has_boot;               /* there is something for it: the device's own, or by policy */
	uint32_t waited_s;
	uint32_t now_s; /* since 1970 */
};

enum verdict {
	VERDICT_PASS,    /* the next provider */
	VERDICT_SILENCE, /* nobody */
	VERDICT_ANSWER,
	VERDICT_USE_UP, /* written first, then answered */
	VERDICT_WAIT    /* it is to be approved */
};

enum why {
	WHY_NOBODY_IS_ANSWERED,
	WHY_REJECTED,
	WHY_USED_UP,
	WHY_ONCE_AGAIN,
	WHY_ONCE,
	WHY_DEVICE,
	WHY_DEVICE_HAS_NO_BOOT,
	WHY_ONCE_HAS_NO_BOOT,
	WHY_UNKNOWN,
	WHY_UNKNOWN_PASSED,
	WHY_UNKNOWN_EARLY,
	WHY_UNKNOWN_PENDING,
	WHY_UNKNOWN_BOOTS,
	WHY_UNKNOWN_HAS_NO_BOOT,
	WHY_OFFERED_BEFORE,
	WHYS
};

struct decision {
	enum verdict verdict;
	enum why why;
};

struct decision policy_decide(const struct policy *policy, const struct facts *facts);

/** Is what was used up then still given to the same machine? */
bool policy_in_window(const struct policy *policy, uint32_t used, uint32_t now_s);
