#include "ctl/input.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/cleanup.h"

static int fail(const char *path, const char *why)
{
	fprintf(stderr, "wdspxectl: %s: %s\n", path, why);
	return -1;
}

/* 0; -EFBIG: more than goes; or -errno. */
static int copy(int from, int to)
{
	static char block[64 << 10];
	size_t whole = 0;
	ssize_t n;

	while ((n = read(from, block, sizeof(block))) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		whole += (size_t)n;
		if (whole > INPUT_MAX)
			return -EFBIG;
		if (write(to, block, (size_t)n) != n)
			return -ENOSPC;
	}
	return 0;
}

int input_open(const char *path)
{
	const int seals = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL;
	bool standard = strcmp(path, "-") == 0;
	_cleanup_(closep) int file = standard ? -1 : open(path, O_RDONLY | O_CLOEXEC);
	_cleanup_(closep) int memory = memfd_create("wdspxectl", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	int r;

	if (!standard && file < 0)
		return fail(path, strerror(errno));
	if (memory < 0)
		return fail(path, strerror(errno));
	r = copy(standard ? STDIN_FILENO : file, memory);
	if (r == -EFBIG)
		return fail(path, "more than 16 MiB");
	if (r < 0)
		return fail(path, strerror(-r));
	if (fcntl(memory, F_ADD_SEALS, seals) < 0)
		return fail(path, strerror(errno));
	return take_fd(&memory);
}
