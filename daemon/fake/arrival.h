/* A request of a test as the host takes it. */
#pragma once

#include "fake/state.h"

/** The addresses, ports and length; not the octets. The interface's name is borrowed. False: an
 * address is not valid, or they are of two families. */
bool arrival_make(const PXE_FAKE_REQUEST *request, struct arrival *out);
