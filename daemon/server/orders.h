/* Commands to providers: asked over the operator's socket, each on a thread of its own, one at a
 * time for a provider; who comes meanwhile waits. [loop] */
#pragma once

#include "server/server.h"

/** Answers those that have come back. */
void orders_turn(struct server *s);
/** A reload is over: those that came meanwhile go to the instances that run now. */
void orders_resume(struct server *s);
/** The daemon stops: those that wait are refused, the others have ORDER_STOP_MS. */
void orders_stop(struct server *s);
/** Is one still with a provider that can be shut down? */
bool orders_left(const struct server *s);
