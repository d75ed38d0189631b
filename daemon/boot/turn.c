#include "boot/turn.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>

#include "boot/server.h"

/* ---- the look-ups ------------------------------------------------------------------------------
 * A look-up may take a minute where nobody answers, and cannot be ended. So what the thread works
 * with is its own, too: the last one that needs it frees it.
 */

enum { BOX_EMPTY, BOX_FILLING, BOX_FULL, BOX_TAKING };
enum { BUCKETS = 256 };

static const PXE_BOOT_SECRET no_secret = { { UINT64_C(0x9e3779b97f4a7c15),
					     UINT64_C(0xc2b2ae3d27d4eb4f) } };

struct lookups {
	HANDLE provider;
	unsigned every_s;
	struct named *first; /* grows at its front, under the lock and the home's */
	struct named *buckets[BUCKETS];
	atomic_bool fresh; /* some box is full */

	pthread_mutex_t lock; /* not taken where requests are answered */
	bool running, stopping;
	unsigned users; /* the instance, the thread */
	pthread_t thread;
	sem_t bell, gone;
};

static void lookups_free(struct lookups *lookups)
{
	for (struct named *named = lookups->first, *next; named; named = next) {
		next = named->next;
		free(named->name);
		free(named);
	}
	pthread_mutex_destroy(&lookups->lock);
	sem_destroy(&lookups->bell);
	sem_destroy(&lookups->gone);
	free(lookups);
}

static void lookups_leave(struct lookups *lookups)
{
	bool last;

	pthread_mutex_lock(&lookups->lock);
	last = --lookups->users == 0;
	pthread_mutex_unlock(&lookups->lock);
	if (last)
		lookups_free(lookups);
}

static struct lookups *lookups_new(HANDLE provider, unsigned every_s)
{
	struct lookups *lookups = calloc(1, sizeof *lookups);

	if (!lookups)
		return NULL;
	lookups->provider = provider;
	lookups->every_s = every_s;
	lookups->users = 1;
	pthread_mutex_init(&lookups->lock, NULL);
	sem_init(&lookups->bell, 0, 0);
	sem_init(&lookups->gone, 0, 0);
	return lookups;
}

static void box_fill(struct lookups *lookups, struct named *named, const PXE_BOOT_SERVER *server)
{
	int seen = atomic_load(&named->box);

	while ((seen != BOX_EMPTY && seen != BOX_FULL) ||
	       !atomic_compare_exchange_strong(&named->box, &seen, BOX_FILLING))
		seen = atomic_load(&named->box); /* it is taken just now: some instructions */
	named->found4 = server->V4;
	named->found6 = server->V6;
	atomic_store(&named->box, BOX_FULL);
	atomic_store(&lookups->fresh, true);
}

static void tell(struct lookups *lookups, struct named *named, const char *why)
{
	pthread_mutex_lock(&lookups->lock);
	if (!lookups->stopping && !named->told && why)
		PxeTrace(lookups->provider, PXE_TRACE_WARNING,
			 L"server \"%S\": %S; clients get the address that it had before [W0181]",
			 named->name, why);
	if (!lookups->stopping && named->told && !why)
		PxeTrace(lookups->provider, PXE_TRACE_INFO, L"server \"%S\" can be looked up again",
			 named->name);
	named->told = why != NULL;
	pthread_mutex_unlock(&lookups->lock);
}

/* An address that the name still has stays: a DNS server gives them in turn. */
static void look_up(struct lookups *lookups, struct named *named)
{
	PXE_BOOT_SERVER server = { .cbSize = sizeof server };
	char why[200];

	if (server_look_up(&server, named->name, &named->last, why, sizeof why) != ERROR_SUCCESS) {
		tell(lookups, named, why);
		return;
	}
	named->last = server;
	box_fill(lookups, named, &server);
	tell(lookups, named, NULL);
}

static struct named *first_of(struct lookups *lookups, bool *stopping)
{
	struct named *first;

	pthread_mutex_lock(&lookups->lock);
	first = lookups->first;
	*stopping = lookups->stopping;
	pthread_mutex_unlock(&lookups->lock);
	return first;
}

static bool is_stopping(struct lookups *lookups)
{
	bool stopping;

	first_of(lookups, &stopping);
	return stopping;
}

static void *lookups_run(void *context)
{
	struct lookups *lookups = context;
	struct timespec until;
	bool stopping = false;

	while (!stopping) {
		clock_gettime(CLOCK_MONOTONIC, &until);
		until.tv_sec += (time_t)lookups->every_s;
		sem_clockwait(&lookups->bell, CLOCK_MONOTONIC, &until);
		for (struct named *named = first_of(lookups, &stopping); named && !stopping;
		     named = named->next) {
			look_up(lookups, named);
			stopping = is_stopping(lookups);
		}
	}
	sem_post(&lookups->gone);
	lookups_leave(lookups);
	return NULL;
}

/* The daemon's signals are not for this thread. */
static int lookups_start(struct lookups *lookups)
{
	sigset_t all, before;
	int r;

	if (lookups->running)
		return 0;
	lookups->users++;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	r = pthread_create(&lookups->thread, NULL, lookups_run, lookups);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	lookups->running = r == 0;
	lookups->users -= r != 0;
	return -r;
}

static struct named *named_new(const char *name, const PXE_BOOT_SERVER *server)
{
	struct named *named = calloc(1, sizeof *named);

	if (!named)
		return NULL;
	named->name = strdup(name);
	if (!named->name) {
		free(named);
		return NULL;
	}
	named->v4 = server->V4;
	named->v6 = server->V6;
	named->last = *server;
	return named;
}

static struct named *named_add(struct lookups *lookups, const char *name,
			       const PXE_BOOT_SERVER *server)
{
	struct named **bucket =
		&lookups->buckets[PxeBootHash(&no_secret, 0, name, strlen(name)) % BUCKETS];
	struct named *named = *bucket;

	while (named && strcmp(named->name, name) != 0)
		named = named->chained;
	if (named)
		return named;
	named = named_new(name, server);
	if (!named)
		return NULL;
	named->chained = *bucket;
	*bucket = named;
	named->next = lookups->first;
	lookups->first = named;
	return lookups_start(lookups) == 0 ? named : NULL;
}

struct named *turn_name(struct lookups **lookups, HANDLE provider, const char *name,
			const PXE_BOOT_SERVER *server, unsigned every_s)
{
	struct named *named;

	if (!*lookups)
		*lookups = lookups_new(provider, every_s);
	if (!*lookups)
		return NULL;
	pthread_mutex_lock(&(*lookups)->lock);
	named = named_add(*lookups, name, server);
	pthread_mutex_unlock(&(*lookups)->lock);
	return named;
}

void turn_stop(struct lookups *lookups)
{
	struct timespec until;
	bool running;
	int r;

	if (!lookups)
		return;
	pthread_mutex_lock(&lookups->lock);
	lookups->stopping = true;
	running = lookups->running;
	pthread_mutex_unlock(&lookups->lock);
	if (running) {
		sem_post(&lookups->bell);
		clock_gettime(CLOCK_MONOTONIC, &until);
		until.tv_sec++;
		while ((r = sem_clockwait(&lookups->gone, CLOCK_MONOTONIC, &until)) < 0 &&
		       errno == EINTR)
			;
		if (r == 0)
			pthread_join(lookups->thread, NULL);
		else
			pthread_detach(lookups->thread);
	}
	lookups_leave(lookups);
}

/* ---- taking, where requests are answered -------------------------------------------------------
 */

/* Did it become another one? What is found no more stays; and a family that was not there when the
 * name was read stays away: else a client could be another server's between two of its requests. */
static bool take_one(PXE_BOOT_IP *now, const PXE_BOOT_IP *found)
{
	if (now->uAddrLen == 0 || found->uAddrLen == 0 || ip_equal(now, found))
		return false;
	*now = *found;
	return true;
}

static bool named_take(struct named *named)
{
	int full = BOX_FULL;
	bool changed;

	if (!atomic_compare_exchange_strong(&named->box, &full, BOX_TAKING))
		return false;
	changed = take_one(&named->v4, &named->found4);
	changed |= take_one(&named->v6, &named->found6);
	atomic_store(&named->box, BOX_EMPTY);
	return changed;
}

bool turn_settle(struct lookups *lookups)
{
	bool changed = false;

	if (!lookups || !atomic_load_explicit(&lookups->fresh, memory_order_relaxed))
		return false;
	atomic_store(&lookups->fresh, false);
	for (struct named *named = lookups->first; named; named = named->next)
		changed |= named_take(named);
	return changed;
}

static const PXE_BOOT_IP *place_ip(const struct place *place, bool six)
{
	const PXE_BOOT_IP *ip;

	if (place->named)
		ip = six ? &place->named->v6 : &place->named->v4;
	else
		ip = six ? &place->v6 : &place->v4;
	return ip->uAddrLen > 0 ? ip : NULL;
}

const PXE_BOOT_IP *turn_pick(const PXE_BOOT_SERVERS *servers, bool six, PXE_BOOT_OCTETS key,
			     uint8_t *place)
{
	uint8_t with[TURN_MAX], n = 0;

	for (uint8_t i = 0; i < servers->n; i++)
		if (place_ip(&servers->at[i], six))
			with[n++] = i;
	if (n == 0)
		return NULL;
	*place = with[n == 1 ? 0 : PxeBootHash(&no_secret, 0, key.pData, key.cbData) % n];
	return place_ip(&servers->at[*place], six);
}
