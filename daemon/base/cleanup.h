/* A thing held is declared together with its release; TAKE() hands it on and empties the holder. */
#pragma once

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define _cleanup_(release) __attribute__((cleanup(release)))

#define TAKE(holder)                                                                               \
	__extension__({                                                                            \
		__typeof__(holder) taken_ = (holder);                                              \
		(holder) = NULL;                                                                   \
		taken_;                                                                            \
	})

/** Hands an open file descriptor on; the holder becomes -1. */
static inline int take_fd(int *fd)
{
	int taken = *fd;

	*fd = -1;
	return taken;
}

static inline void freep(void *p)
{
	free(*(void **)p);
}

static inline void closep(const int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

static inline void fclosep(FILE **file)
{
	if (*file)
		fclose(*file);
}

static inline void closedirp(DIR **folder)
{
	if (*folder)
		closedir(*folder);
}

#define ARRAY_LEN(array) (sizeof(array) / sizeof((array)[0]))
