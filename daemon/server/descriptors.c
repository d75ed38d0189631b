#include "server/descriptors.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { DESCRIPTORS_MAX = 16 };

static struct {
	int fd;
	const char *what;
	dev_t device;
	ino_t inode;
} known[DESCRIPTORS_MAX];
static unsigned n_known;

void descriptors_note(int fd, const char *what)
{
	struct stat st;

	if (n_known == DESCRIPTORS_MAX || fstat(fd, &st) < 0)
		return;
	known[n_known].fd = fd;
	known[n_known].what = what;
	known[n_known].device = st.st_dev;
	known[n_known].inode = st.st_ino;
	n_known++;
}

static void note_of_libev(const char *number)
{
	char path[NAME_MAX + 16], target[64];
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/self/fd/%s", number);
	n = readlink(path, target, sizeof(target) - 1);
	if (n < 0)
		return;
	target[n] = '\0';
	if (strcmp(target, "anon_inode:[eventpoll]") == 0 ||
	    strcmp(target, "anon_inode:[eventfd]") == 0)
		descriptors_note(atoi(number), "the event loop");
}

void descriptors_note_loop(void)
{
	DIR *folder = opendir("/proc/self/fd");
	const struct dirent *entry;

	while (folder && (entry = readdir(folder)))
		note_of_libev(entry->d_name);
	if (folder)
		closedir(folder);
}

/* A look that fails for another reason than EBADF says nothing of the descriptor. */
static bool is_lost(unsigned i)
{
	struct stat st;

	if (fstat(known[i].fd, &st) < 0)
		return errno == EBADF;
	return st.st_dev != known[i].device || st.st_ino != known[i].inode;
}

const char *descriptors_lost(void)
{
	for (unsigned i = 0; i < n_known; i++)
		if (is_lost(i))
			return known[i].what;
	return NULL;
}
