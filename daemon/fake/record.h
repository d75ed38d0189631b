/* The network, and the log, that only remember. */
#pragma once

#include "fake/state.h"

/** What the host is given: hooks that write down what goes out. */
struct host_hooks record_hooks(PXE_FAKE *fake);
/** Who asks for a trial request: what would be answered is written down the same way. */
struct host_trial record_trial(PXE_FAKE_JOURNEY *journey);
