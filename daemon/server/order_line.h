/* What came of a command to a provider, as a line of the operator's socket. */
#pragma once

#include "provider/order.h"

/** The line with its end, from malloc(); NULL: no memory. Takes the order's text. Costs as much as
 * the text is long: not for the loop. */
char *order_line(struct order *order, const char *provider, size_t *len);
