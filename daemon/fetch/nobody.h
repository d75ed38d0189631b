/* Rights that are not needed for asking. */
#pragma once

/** Root becomes the user nobody: what strangers send is read with no rights of this host. Where
 * that cannot be, it is said on stderr. */
void nobody_become(void);
