/* An asynchronous provider: what it must ask somebody else, a thread of its own asks. Its machines
 * are the lines of a file, "52:54:00:00:00:01 boot.efi", which stands for any slow source: a
 * database, a directory, another host.
 *
 *	settings: { machines = "/etc/machines"; };
 *
 * The daemon's thread looks into a snapshot, which never changes once it is made, and answers the
 * clients that are in it. Any other client's request goes to the thread, which reads the file again
 * and answers, or leaves it to the next provider. Nobody waits longer than DEADLINE_MS: firmware
 * would have given up.
 */
#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <wdspxe-boot.h>

enum { DEADLINE_MS = 1500, WAITING_MAX = 64 };

struct machine {
	BYTE mac[6];
	char file[128];
};

/* All machines at one moment. Whoever uses it holds a reference; the last one frees it. */
struct snapshot {
	unsigned references; /* under later.lock */
	size_t n;
	struct machine at[];
};

/* A request that waits for the thread. Its client must stay where it was read. */
struct job {
	struct job *next;
	HANDLE request;
	PXE_BOOT_CLIENT client;
	struct timespec deadline; /* CLOCK_MONOTONIC */
};

struct later {
	PXE_BOOT *boot;
	LPCSTR machines;
	pthread_t thread;
	bool runs;

	pthread_mutex_t lock; /* guards what follows, and is never held for long */
	pthread_cond_t bell;  /* a job came, or it is to stop */
	struct snapshot *snapshot;
	struct job *first, **last;
	unsigned waiting;
	bool stopping;
};

/* ---- the snapshot ------------------------------------------------------------------------------
 */

static struct snapshot *snapshot_take(struct later *later)
{
	struct snapshot *snapshot;

	pthread_mutex_lock(&later->lock);
	snapshot = later->snapshot;
	if (snapshot)
		snapshot->references++;
	pthread_mutex_unlock(&later->lock);
	return snapshot;
}

static void snapshot_give(struct later *later, struct snapshot *snapshot)
{
	bool last;

	if (!snapshot)
		return;
	pthread_mutex_lock(&later->lock);
	last = --snapshot->references == 0;
	pthread_mutex_unlock(&later->lock);
	if (last)
		free(snapshot);
}

/* Puts a new one in the place of the old one, which goes when nobody uses it any more. */
static void snapshot_set(struct later *later, struct snapshot *fresh)
{
	struct snapshot *old;

	pthread_mutex_lock(&later->lock);
	old = later->snapshot;
	later->snapshot = fresh;
	pthread_mutex_unlock(&later->lock);
	snapshot_give(later, old);
}

static bool machine_parse(const char *line, struct machine *out)
{
	BYTE *mac = out->mac;

	return sscanf(line, "%2hhx:%2hhx:%2hhx:%2hhx:%2hhx:%2hhx %127s", &mac[0], &mac[1], &mac[2],
		      &mac[3], &mac[4], &mac[5], out->file) == 7;
}

/* Reads the slow source. NULL: it cannot be read now, and what was known stays. */
static struct snapshot *snapshot_read(const struct later *later)
{
	FILE *file = fopen(later->machines, "re");
	struct snapshot *snapshot = calloc(1, sizeof(*snapshot)), *more;
	char line[256];

	while (file && snapshot && fgets(line, sizeof(line), file)) {
		more = realloc(snapshot, sizeof(*more) + (snapshot->n + 1) * sizeof(*more->at));
		if (!more)
			break;
		snapshot = more;
		snapshot->n += machine_parse(line, &snapshot->at[snapshot->n]);
	}
	if (file && snapshot && feof(file)) {
		fclose(file);
		snapshot->references = 1;
		return snapshot;
	}
	if (file)
		fclose(file);
	free(snapshot);
	return NULL;
}

static const struct machine *machine_find(const struct snapshot *snapshot,
					  const PXE_BOOT_CLIENT *client)
{
	for (size_t i = 0; snapshot && i < snapshot->n; i++)
		if (client->Mac.cbData == sizeof(snapshot->at[i].mac) &&
		    memcmp(snapshot->at[i].mac, client->Mac.pData, client->Mac.cbData) == 0)
			return &snapshot->at[i];
	return NULL;
}

/* Answers a client that is there. False: it is not, and nothing happened. */
static bool answer(struct later *later, HANDLE request, const PXE_BOOT_CLIENT *client,
		   PXE_BOOT_ACTION *action, DWORD *status)
{
	struct snapshot *snapshot = snapshot_take(later);
	const struct machine *machine = machine_find(snapshot, client);
	PXE_BOOT_ANSWER answer = { .cbSize = sizeof(answer) };

	if (machine) {
		answer.pszFile = machine->file;
		*status = PxeBootAnswer(later->boot, request, client, &answer, action);
	}
	snapshot_give(later, snapshot);
	return machine != NULL;
}

/* ---- the thread --------------------------------------------------------------------------------
 */

static bool is_late(const struct job *job)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec > job->deadline.tv_sec ||
	       (now.tv_sec == job->deadline.tv_sec && now.tv_nsec >= job->deadline.tv_nsec);
}

/* Completes a request, exactly once. */
static void complete(HANDLE request, DWORD status, PXE_BOOT_ACTION action)
{
	if (status == ERROR_SUCCESS)
		PxeAsyncRecvDone(request, action);
	else if (status != ERROR_IO_PENDING) /* there the kit completes it */
		PxeRequestFail(request, status);
}

static void work(struct later *later, struct job *job)
{
	PXE_BOOT_ACTION action = PXE_BA_REJECTED;
	DWORD status = ERROR_SUCCESS;
	struct snapshot *fresh;

	if (!is_late(job)) {
		fresh = snapshot_read(later); /* this may take its time */
		if (fresh)
			snapshot_set(later, fresh);
	}
	if (!is_late(job))
		answer(later, job->request, &job->client, &action, &status);
	complete(job->request, status, action);
}

/* Waits for the next job. NULL: it is to stop. */
static struct job *job_take(struct later *later)
{
	struct job *job;

	pthread_mutex_lock(&later->lock);
	while (!later->first && !later->stopping)
		pthread_cond_wait(&later->bell, &later->lock);
	job = later->stopping ? NULL : later->first;
	if (job) {
		later->first = job->next;
		if (!later->first)
			later->last = &later->first;
		later->waiting--;
	}
	pthread_mutex_unlock(&later->lock);
	return job;
}

static void *thread_run(void *context)
{
	struct later *later = context;
	struct job *job;

	while ((job = job_take(later)) != NULL) {
		work(later, job);
		free(job);
	}
	return NULL;
}

/* ---- callbacks ---------------------------------------------------------------------------------
 */

/* Hands a job to the thread. False: too many wait, for whoever floods us must not fill the memory.
 */
static bool job_give(struct later *later, struct job *job)
{
	bool room;

	clock_gettime(CLOCK_MONOTONIC, &job->deadline);
	job->deadline.tv_sec += DEADLINE_MS / 1000;
	job->deadline.tv_nsec += DEADLINE_MS % 1000 * 1000000L;
	if (job->deadline.tv_nsec >= 1000000000L) {
		job->deadline.tv_sec++;
		job->deadline.tv_nsec -= 1000000000L;
	}
	pthread_mutex_lock(&later->lock);
	room = later->waiting < WAITING_MAX;
	if (room) {
		*later->last = job;
		later->last = &job->next;
		later->waiting++;
		pthread_cond_signal(&later->bell);
	}
	pthread_mutex_unlock(&later->lock);
	return room;
}

static DWORD PXEAPI later_request(HANDLE hClientRequest, PVOID pPacket, ULONG uPacketLen,
				  PXE_ADDRESS *pLocalAddress, PXE_ADDRESS *pRemoteAddress,
				  PXE_BOOT_ACTION *pAction, PVOID pContext)
{
	struct later *later = pContext;
	struct job *job = calloc(1, sizeof(*job));
	DWORD status = ERROR_NOT_ENOUGH_MEMORY;

	*pAction = PXE_BA_REJECTED;
	if (!job)
		return status;
	job->request = hClientRequest;
	job->client.cbSize = sizeof(job->client);
	/* The packet and both addresses stay until the request is completed. */
	if (PxeBootClient(later->boot, hClientRequest, pPacket, uPacketLen, pLocalAddress,
			  pRemoteAddress, &job->client) != ERROR_SUCCESS)
		status = ERROR_SUCCESS;
	else if (!answer(later, hClientRequest, &job->client, pAction, &status)) {
		if (job_give(later, job))
			return ERROR_IO_PENDING; /* the job is the thread's now, and may be gone */
		status = ERROR_SUCCESS;
	}
	free(job);
	return status;
}

/* Ends the thread, and leaves what still waits to the next provider. */
static void stop(struct later *later)
{
	struct job *job;

	pthread_mutex_lock(&later->lock);
	later->stopping = true;
	pthread_cond_signal(&later->bell);
	pthread_mutex_unlock(&later->lock);
	if (later->runs)
		pthread_join(later->thread, NULL);
	while ((job = later->first) != NULL) {
		later->first = job->next;
		PxeAsyncRecvDone(job->request, PXE_BA_REJECTED);
		free(job);
	}
}

static DWORD PXEAPI later_shutdown(PVOID pContext)
{
	struct later *later = pContext;

	stop(later);
	snapshot_give(later, later->snapshot);
	PxeBootClose(later->boot);
	pthread_cond_destroy(&later->bell);
	pthread_mutex_destroy(&later->lock);
	free(later);
	return ERROR_SUCCESS;
}

static DWORD start(struct later *later)
{
	later->snapshot = snapshot_read(later);
	later->runs = pthread_create(&later->thread, NULL, thread_run, later) == 0;
	return later->runs ? ERROR_SUCCESS : ERROR_NOT_ENOUGH_MEMORY;
}

DWORD PXEAPI PxeProviderInitialize(HANDLE hProvider, HKEY hProviderKey)
{
	struct later *later = calloc(1, sizeof(*later));
	PXE_BOOT_SETTINGS *settings;
	DWORD status;

	if (!later)
		return ERROR_NOT_ENOUGH_MEMORY;
	pthread_mutex_init(&later->lock, NULL);
	pthread_cond_init(&later->bell, NULL);
	later->last = &later->first;
	later->boot = PxeBootOpen(hProvider);
	settings = PxeBootSettings(later->boot, hProviderKey);
	later->machines = PxeBootSettingString(settings, "machines", NULL);
	status = PxeBootSettingsDone(settings);
	if (status == ERROR_SUCCESS)
		status = start(later);
	if (status == ERROR_SUCCESS) /* it never waits for the file: the thread does */
		status = PxeBootRegister(later->boot, (PVOID)later_request, (PVOID)later_shutdown,
					 later, PXE_BOOT_NONBLOCKING);
	if (status != ERROR_SUCCESS)
		later_shutdown(later);
	return status;
}
