/* The loop's descriptors: is each still what it was? A provider that closes a number that is not
 * its own takes a socket from the daemon, and nothing fails: the port is silent. [loop]
 */
#pragma once

/** Notes what libev has made for itself, the only such descriptors that there are by then. */
void descriptors_note_loop(void);
/** Notes one; `what` is kept. */
void descriptors_note(int fd, const char *what);
/** What the first is that was closed, or closed and opened as something else; NULL: none was, as
 * far as the kernel says. The look at one may fail: that is no reason to end. */
const char *descriptors_lost(void);
