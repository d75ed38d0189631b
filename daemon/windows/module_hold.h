/* Modules stay loaded while the library has something to run in them. */
#pragma once

/** Holds the module that a function is in; NULL where there is nothing to hold: the program's own,
 * or no module's. Calls the loader: with no lock held. */
void *module_hold(void (*function)(void));
/** NULL is fine. It may unload the module, whose destructors then run here. With no lock held. */
void module_release(void *module);
