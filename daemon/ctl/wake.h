/* Wake on LAN. */
#pragma once

/** Sends the packet that wakes the machine of a MAC address by broadcast, on each network of this
 * host. How many took it. */
int wake(const char *mac);
