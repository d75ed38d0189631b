/* Changes to the text of an INI file; all other lines stay as they are. Each returns false when
 * there is no memory, and then the text may have been changed in part: it is not to be written. */
#pragma once

#include "windows/ini_text.h"

/** Writes a key into a section, which is made at the end if it is not there. */
bool ini_set(struct ini_text *text, struct ini_span section, struct ini_span key,
	     struct ini_span value);
/** Takes a key away, if it is there. */
bool ini_unset(struct ini_text *text, struct ini_span section, struct ini_span key);
/** Takes a section away with all of its lines, if it is there. */
bool ini_drop(struct ini_text *text, struct ini_span section);
/** Puts lines in place of all that a section has; it is made if it is not there. `lines`: each ends
 * in NUL, and behind the last is another. */
bool ini_fill(struct ini_text *text, struct ini_span section, const WCHAR *lines);
