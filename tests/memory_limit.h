/* No more memory than a little: what needs much of it fails, in this process. */
#pragma once

#include <check.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

/** Limits the address space to what is mapped now and `more` octets; sanitizers may have mapped
 * much. */
static inline void memory_limit(size_t more)
{
	FILE *file = fopen("/proc/self/statm", "re");
	unsigned long pages = 0;
	struct rlimit limit;

	ck_assert_ptr_nonnull(file);
	ck_assert_int_eq(fscanf(file, "%lu", &pages), 1);
	fclose(file);
	ck_assert_int_eq(getrlimit(RLIMIT_AS, &limit), 0);
	limit.rlim_cur = pages * (rlim_t)sysconf(_SC_PAGESIZE) + more;
	ck_assert_int_eq(setrlimit(RLIMIT_AS, &limit), 0);
}
