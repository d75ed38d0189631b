/* What a condition variable asks of a critical section. */
#pragma once

#include <stdbool.h>

#include <windows/synchapi.h>

/** Has the caller entered it, exactly once? */
bool critical_section_is_inside(LPCRITICAL_SECTION section);
