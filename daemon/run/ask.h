/* wdspxed-provider --ask: a module is loaded and asked as clients would ask it, by the host for
 * tests
 * (<wdspxe-fake.h>); the questions and answers are lines of JSON, see README.md.
 */
#pragma once

/** Reads questions from standard input to its end, and writes the answers to `fd`. Returns what to
 * exit with. */
int ask_all(int fd);
