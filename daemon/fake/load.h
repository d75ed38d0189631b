/* The providers of a host without a daemon. */
#pragma once

#include "fake/state.h"

/** Stops all of them, and removes the drop-ins that were written for them. */
void load_stop(PXE_FAKE *fake);
/** The result of a function of the host, as the API tells it. */
DWORD load_code(int r);
/** Hands a reason out, where somebody wants to know. */
void load_say(const char *reason, char *why, size_t size);
