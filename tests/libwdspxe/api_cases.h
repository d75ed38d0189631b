/* The convention for tests of the public API: each function has a table of cases, one row a case,
 * and says so.
 *
 *	static const struct { const char *name; ... DWORD r; } valid_rows[] = { ... };
 *	API_CASES(PxeDhcpIsValid, valid_rows);
 *
 * That leaves the function's name in the test program, where tests/coverage-of-api.sh looks for
 * every name of the version script. A function without a table fails `make check-exports`.
 */
#pragma once

#include <check.h>
#include <stdlib.h>

#include "base/span.h"
#include "suite.h"

#define ROWS(rows) (sizeof(rows) / sizeof((rows)[0]))

/** Declares that `rows` is the table of cases of `function`, which must exist. */
#define API_CASES(function, rows)                                                                  \
	_Static_assert(ROWS(rows) > 1, #function " has no table of cases");                        \
	__attribute__((used)) static const char api_cases_##function[] = "api-cases " #function;   \
	__attribute__((used)) static void (*const api_function_##function)(void) =                 \
		(void (*)(void))function

/** Octets as a constant span, for tables. */
#define OCTETS(...)                                                                                \
	{                                                                                          \
		(const uint8_t[]){ __VA_ARGS__ }, sizeof((const uint8_t[]){ __VA_ARGS__ })         \
	}

/** A copy of exactly that size, so that a sanitizer sees any octet read beyond it. */
static inline uint8_t *octets_copy(struct span octets)
{
	uint8_t *copy = malloc(octets.len ? octets.len : 1);

	ck_assert_ptr_nonnull(copy);
	if (octets.len > 0)
		memcpy(copy, octets.at, octets.len);
	return copy;
}
