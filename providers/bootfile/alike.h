/* What the kit prepares of an answer serves all entries that give the same. */
#pragma once

#include "settings.h"

/** Joins the answers of entries that differ in their conditions alone, after they have their final
 * place and server. 0; -ENOMEM, or -EIO where there are no random numbers. */
int alike_join(struct settings *settings);
