#include "provider/calm.h"

#include <errno.h>
#include <time.h>

#include "base/clock.h"

static late_time life = UINT64_MAX; /* who is inside without a command */

void calm_init(struct calm *calm)
{
	*calm = (struct calm){ .joined = 0 };
	sem_init(&calm->command_news, 0, 0);
	sem_init(&calm->left, 0, 0);
}

void calm_done(struct calm *calm)
{
	sem_destroy(&calm->command_news);
	sem_destroy(&calm->left);
}

/* ---- waiting: what was heard before is forgotten, then one looks, then one waits ---- */

static void forget(sem_t *news)
{
	while (sem_trywait(news) == 0)
		;
}

static void wait_for(sem_t *news, uint64_t until_ms)
{
	struct timespec until = { .tv_sec = (time_t)(until_ms / 1000),
				  .tv_nsec = (long)(until_ms % 1000) * 1000000 };

	(void)sem_clockwait(news, CLOCK_MONOTONIC, &until); /* who waits looks again */
}

static bool take(struct calm *calm, late_time *as)
{
	late_time *nobody = NULL;

	return atomic_compare_exchange_strong(&calm->inside, &nobody, as);
}

/* ---- commands ---- */

void calm_join(struct calm *calm)
{
	while (sem_trywait(&calm->left) == 0)
		calm->joined--;
	calm->joined++;
}

int calm_enter(struct calm *calm, late_time *late, sem_t *life_news)
{
	uint64_t until;

	for (;;) {
		forget(&calm->command_news);
		until = atomic_load(late);
		if (atomic_load(&calm->closed))
			return -ESHUTDOWN;
		if (clock_ms() >= until)
			return -ETIME;
		if (!atomic_load(&calm->life_waits) && take(calm, late))
			break;
		wait_for(&calm->command_news, until);
	}
	sem_post(life_news); /* who waits knows now until when */
	return 0;
}

void calm_exit(struct calm *calm, sem_t *life_news)
{
	atomic_store(&calm->inside, NULL);
	sem_post(life_news);
}

void calm_leave(struct calm *calm)
{
	sem_post(&calm->left);
}

void calm_hurry(late_time *late, uint64_t ms, sem_t *life_news)
{
	uint64_t before = atomic_load(late);

	while (ms < before && !atomic_compare_exchange_weak(late, &before, ms))
		;
	sem_post(life_news);
}

/* ---- the thread of life ---- */

/* False: a command is inside, and late. Else *until is when it is, where there is one. */
static bool is_in_time(const struct calm *calm, uint64_t *until)
{
	const late_time *late = atomic_load(&calm->inside);

	*until = late ? atomic_load(late) : 0;
	return !late || clock_ms() < *until;
}

bool calm_hold(struct calm *calm, sem_t *life_news)
{
	uint64_t until;
	bool held;

	atomic_store(&calm->life_waits, true);
	for (;;) {
		forget(life_news);
		held = take(calm, &life);
		if (held || !is_in_time(calm, &until))
			break;
		if (until)
			wait_for(life_news, until);
	}
	atomic_store(&calm->life_waits, false);
	if (!held)
		sem_post(&calm->command_news);
	return held;
}

void calm_release(struct calm *calm)
{
	atomic_store(&calm->inside, NULL);
	sem_post(&calm->command_news);
}

bool calm_close(struct calm *calm, sem_t *life_news)
{
	uint64_t until;

	atomic_store(&calm->closed, true);
	sem_post(&calm->command_news);
	for (;;) {
		forget(life_news);
		if (!is_in_time(calm, &until))
			return false;
		if (!until)
			break;
		wait_for(life_news, until);
	}
	for (; calm->joined > 0; calm->joined--)
		while (sem_wait(&calm->left) != 0)
			;
	return true;
}
