/* The providers of a host without a daemon. */
#pragma once

#include "fake/state.h"

/** Stops all of them, and removes the drop-ins that were written for them. */
void load_stop(PXE_FAKE *fake);
