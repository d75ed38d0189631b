/* Calls that fail on order: see ordered.h. */
#include "ordered.h"

#include <errno.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>

static const char *const names[ORDERED_CALLS] = { "epoll_ctl", "nested", "join", "ask", "send" };
static struct {
	int error, left;
} failing[ORDERED_CALLS];
static ino_t seen;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void read_orders(const char *path)
{
	FILE *file = fopen(path, "re");
	char name[32];
	int error, count;

	memset(failing, 0, sizeof(failing));
	while (file && fscanf(file, "%31s %d %d", name, &error, &count) == 3)
		for (int i = 0; i < ORDERED_CALLS; i++)
			if (strcmp(name, names[i]) == 0) {
				failing[i].error = error;
				failing[i].left = count;
			}
	if (file)
		fclose(file);
}

bool ordered_to_fail(enum ordered_call call)
{
	const char *path = getenv("FAIL");
	struct stat st;
	bool now = false;

	if (!path)
		return false;
	pthread_mutex_lock(&lock);
	if (stat(path, &st) == 0 && st.st_ino != seen) {
		seen = st.st_ino;
		read_orders(path);
	}
	if (failing[call].left > 0) {
		failing[call].left--;
		errno = failing[call].error;
		now = true;
	}
	pthread_mutex_unlock(&lock);
	return now;
}
