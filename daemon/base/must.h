/* What must be true whatever comes from outside. Where it is not, the process ends there: a restart
 * is better than one client's answer that goes to another. It is looked at in every build; nothing
 * switches it off, so what it looks at costs next to nothing.
 */
#pragma once

#define MUST_TEXT_(number) #number
#define MUST_TEXT(number)  MUST_TEXT_(number)
#define MUST(condition)                                                                            \
	(__builtin_expect(!!(condition), 1) ? (void)0                                              \
					    : must_fail("must hold: " #condition ", at " __FILE__  \
							":" MUST_TEXT(__LINE__) "\n"))

/** Writes the line to stderr, and aborts. [any, async-signal-safe] */
_Noreturn void must_fail(const char *line) __attribute__((cold));
