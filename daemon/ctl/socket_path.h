/* Where the daemon listens, when nobody says. */
#pragma once

#include <stdbool.h>

/** control-socket, or status-socket, of /etc/wdspxed/wdspxed.conf, where that can be read and says
 * so; else the default. The caller frees it; NULL: no memory. */
char *socket_path(bool status);
