/* The clock of a host without a daemon. */
#pragma once

#include "fake/state.h"

/** The host's time, in milliseconds. */
uint64_t fake_now_ms(const PXE_FAKE *fake);
