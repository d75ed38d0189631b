/* Memory for stores, most of which is seldom used: zeroed, and no page of it costs anything before
 * it is touched. */
#pragma once

#include <stddef.h>

enum { LAZY_ALIGN = 64 }; /* a cache line */

/** So many octets (more than 0), all zero, aligned to LAZY_ALIGN; lazy_free() gives them back.
 * NULL: there is no memory, or it cannot be so much. */
void *lazy_new(size_t size);
/** NULL is allowed. */
void lazy_free(void *at);
