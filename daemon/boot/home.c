#include "boot/home.h"

#include <errno.h>
#include <stdlib.h>

static pthread_mutex_t homes_lock = PTHREAD_MUTEX_INITIALIZER;
static struct home *homes;
static uint64_t homes_left; /* how often one became empty */

static struct home *home_find(const char *name)
{
	struct home *home = homes;

	while (home && strcmp(home->name, name) != 0)
		home = home->next;
	return home;
}

static void home_free(struct home *home)
{
	memory_done(&home->memory);
	pthread_mutex_destroy(&home->lock);
	free(home);
}

static int home_new(const char *name, struct home **out)
{
	struct home *home = calloc(1, sizeof *home);
	int r;

	if (!home)
		return -ENOMEM;
	r = memory_init(&home->memory);
	if (r < 0) {
		free(home);
		return r;
	}
	pthread_mutex_init(&home->lock, NULL);
	strncpy(home->name, name, sizeof home->name - 1);
	home->next = homes;
	*out = homes = home;
	return 0;
}

int home_open(const char *name, struct home **out)
{
	int r = 0;

	pthread_mutex_lock(&homes_lock);
	*out = home_find(name);
	if (!*out)
		r = home_new(name, out);
	if (r == 0)
		(*out)->users++;
	pthread_mutex_unlock(&homes_lock);
	return r;
}

/* Of the empty ones, the one that has been so for longest, if they are too many. */
static struct home **home_surplus(void)
{
	struct home **oldest = NULL;
	unsigned empty = 0;

	for (struct home **at = &homes; *at; at = &(*at)->next) {
		if ((*at)->users > 0)
			continue;
		empty++;
		if (!oldest || (*at)->left < (*oldest)->left)
			oldest = at;
	}
	return empty > HOMES_EMPTY_MAX ? oldest : NULL;
}

void home_close(struct home *home)
{
	struct home **surplus, *gone = NULL;

	pthread_mutex_lock(&homes_lock);
	if (--home->users == 0) {
		home->left = ++homes_left;
		surplus = home_surplus();
		if (surplus) {
			gone = *surplus;
			*surplus = gone->next;
		}
	}
	pthread_mutex_unlock(&homes_lock);
	if (gone)
		home_free(gone);
}
