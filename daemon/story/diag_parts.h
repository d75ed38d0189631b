/* What a request is looked at for, a file each. */
#pragma once

#include "story/diag_look.h"

/* diag_shows.c: what one request shows by itself. */
void diag_shows(struct look *look);
/* diag_way.c: what it shows about its machine's way; before and after conversation_step(). */
void diag_way_before(struct look *look);
void diag_way_after(struct look *look);
/* diag_twin.c */
void diag_twins(struct look *look);
