#include "server/orders.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/plain.h"
#include "base/thread.h"
#include "provider/order.h"
#include "server/commands.h"
#include "server/named.h"
#include "server/order_line.h"
#include "story/log.h"

enum { SENTENCE_MAX = 512, NAME_SHOWN = 100, WORD_SHOWN = 40 };

enum job_state {
	JOB_WAITS, /* for the one before it */
	JOB_RUNS,
	JOB_LATE, /* its answer is wanted no more */
};

struct order_job {
	struct letter letter;
	struct order_job *next; /* in the order in which they were asked */
	struct server *server;
	struct order order;
	enum job_state state;
	uint64_t client; /* 0: it has its answer */
	uint64_t asked_ms;
	struct ev_timer late;
	pthread_t thread;
	char *line; /* the answer */
	size_t line_len;
	const char *provider; /* its name, as the operator wrote it; in `text`, like the words */
	LPCSTR word[COMMAND_REST_MAX + 1];
	char text[];
};

static struct {
	struct order_job *first;
	unsigned n;
	struct mailbox finished;
} orders;

/* ---- what is said ---- */

static const char *sentence(const struct order_job *job, const char *what,
			    char out[static SENTENCE_MAX])
{
	snprintf(out, SENTENCE_MAX, "provider \"%.*s\" %s", NAME_SHOWN, job->provider, what);
	return out;
}

static void refuse(struct order_job *job, const char *what)
{
	char text[SENTENCE_MAX];

	if (job->client)
		control_refuse(job->server->control, job->client, sentence(job, what, text));
	job->client = 0;
}

static void log_late(const struct order_job *job)
{
	char word[WORD_SHOWN];

	plain_words(span_str(job->order.command.nWords ? job->word[0] : ""), word, sizeof(word));
	log_provider(LOG_WARNING, job->provider,
		     "has not returned from PxeProviderCommand (\"%s\") within %.0f s: the answer "
		     "is dropped, and it gets no other command before it returns",
		     word, (double)(clock_ms() - job->asked_ms) / 1000);
}

static void log_returned(const struct order_job *job)
{
	log_provider(LOG_NOTICE, job->provider,
		     "has returned from PxeProviderCommand, after %.0f s",
		     (double)(clock_ms() - job->asked_ms) / 1000);
}

/* ---- one command ---- */

static void unlink_job(const struct order_job *job)
{
	struct order_job **at = &orders.first;

	while (*at != job)
		at = &(*at)->next;
	*at = job->next;
	orders.n--;
}

static void append_job(struct order_job *job)
{
	struct order_job **at = &orders.first;

	while (*at)
		at = &(*at)->next;
	*at = job;
	orders.n++;
}

static void job_free(struct order_job *job)
{
	PXE_COMMAND *command = &job->order.command;

	ev_timer_stop(job->server->loop, &job->late);
	if (command->pInput)
		munmap((void *)(uintptr_t)command->pInput, command->cbInput);
	free(job->order.text);
	free(job->line);
	free(job);
}

static void job_end(struct order_job *job)
{
	unlink_job(job);
	job_free(job);
}

static void *run(void *arg)
{
	struct order_job *job = arg;
	struct server *s = job->server;

	order_run(&job->order);
	job->line = order_line(&job->order, job->provider, &job->line_len);
	mailbox_post(&orders.finished, &job->letter);
	ev_async_send(s->loop, &s->wake);
	return NULL;
}

static const char *why_not(int r)
{
	switch (r) {
	case -ENOSYS:
		return "takes no commands: it has not registered PXE_CALLBACK_COMMAND";
	case -ESHUTDOWN:
		return "is not running: see wdspxectl list";
	default:
		return "cannot be given a command: no thread or no memory for it";
	}
}

/* Its turn. 0, or why not. */
static int job_start(struct order_job *job, struct provider *p)
{
	char name[THREAD_NAME_MAX];
	int r;

	job->order.until_ms = job->asked_ms + ORDER_MS;
	r = order_take(&job->order, p);
	if (r < 0)
		return r;
	snprintf(name, sizeof(name), "%.10s/cmd", job->provider);
	r = thread_start(&job->thread, run, job, name);
	if (r == 0) {
		job->state = JOB_RUNS;
		return 0;
	}
	order_cancel(&job->order);
	return r;
}

/* ---- one after the other ---- */

/* The job that is with that provider; NULL: none is. */
static const struct order_job *job_with(const struct provider *p)
{
	for (const struct order_job *job = orders.first; job; job = job->next)
		if (job->state != JOB_WAITS && job->order.provider == p)
			return job;
	return NULL;
}

/* Starts it, lets it wait, or refuses it: then it is gone. */
static void job_try(struct order_job *job)
{
	struct server *s = job->server;
	const struct order_job *before;
	struct instance *instance;
	int r;

	if (s->reload_running)
		return; /* who gets it would perhaps be replaced, and what it does lost */
	instance = server_named(s, job->provider, job->client);
	if (!instance) {
		job_end(job);
		return;
	}
	before = job_with(instance->provider);
	if (before && before->state == JOB_RUNS)
		return;
	if (before) {
		refuse(job, "has not returned from an earlier command: it takes no other before "
			    "that");
		job_end(job);
		return;
	}
	r = job_start(job, instance->provider);
	if (r == 0)
		return;
	refuse(job, why_not(r));
	job_end(job);
}

/* Something has changed. A job that is tried may go; the one behind it stays. */
static void try_all(void)
{
	struct order_job *job = orders.first, *next;

	for (; job; job = next) {
		next = job->next;
		if (job->state == JOB_WAITS)
			job_try(job);
	}
}

static void on_late(struct ev_loop *loop, struct ev_timer *watcher, int events)
{
	struct order_job *job = watcher->data;

	(void)loop;
	(void)events;
	if (job->state == JOB_WAITS) {
		refuse(job, "was busy with a reload or other commands for too long");
		job_end(job);
		return;
	}
	if (!atomic_load(&job->order.called))
		return; /* it comes back by itself */
	job->state = JOB_LATE;
	order_give_up(&job->order, clock_ms());
	refuse(job, "has not answered in time: its answer is dropped");
	log_late(job);
	try_all(); /* those that wait for it are refused */
}

static void arm(struct order_job *job, uint32_t ms)
{
	ev_timer_stop(job->server->loop, &job->late);
	ev_now_update(job->server->loop);
	ev_timer_init(&job->late, on_late, ms / 1e3, 0.0);
	job->late.data = job;
	ev_timer_start(job->server->loop, &job->late);
}

/* ---- the question ---- */

/* Can it neither shrink nor change, so that it can be looked at as memory? */
static bool is_sealed(int fd)
{
	const int wanted = F_SEAL_SHRINK | F_SEAL_WRITE;
	int seals = fd < 0 ? -1 : fcntl(fd, F_GET_SEALS);

	return seals >= 0 && (seals & wanted) == wanted;
}

/* NULL: it is there; else why not. */
static const char *take_input(struct order_job *job, int fd)
{
	PXE_COMMAND *command = &job->order.command;
	struct stat file;
	void *octets;

	if (!command->pszInput)
		return NULL;
	if (!is_sealed(fd) || fstat(fd, &file) < 0)
		return "--input: no sealed file of memory came with the request";
	if (file.st_size > (off_t)PXE_COMMAND_INPUT_MAX)
		return "--input: more than 16 MiB";
	if (file.st_size == 0)
		return NULL;
	octets = mmap(NULL, (size_t)file.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (octets == MAP_FAILED)
		return "--input: out of memory";
	command->pInput = octets;
	command->cbInput = (ULONG)file.st_size;
	return NULL;
}

static const char *put(char **at, const char *text)
{
	char *here = *at;

	*at = stpcpy(here, text) + 1;
	return here;
}

/* The words are copied: they are borrowed. */
static struct order_job *job_new(struct server *s, uint64_t client,
				 const struct arguments *arguments)
{
	const char *name = arguments->word[0], *input = arguments_option(arguments, "--input");
	size_t size = strlen(name) + 1 + (input ? strlen(input) + 1 : 0);
	struct order_job *job;
	char *at;

	for (size_t i = 0; i < arguments->n_rest; i++)
		size += strlen(arguments->rest[i]) + 1;
	job = calloc(1, sizeof(*job) + size);
	if (!job)
		return NULL;
	at = job->text;
	job->server = s;
	job->client = client;
	job->asked_ms = clock_ms();
	job->provider = put(&at, name);
	job->order.command.pszInput = input ? put(&at, input) : NULL;
	for (size_t i = 0; i < arguments->n_rest; i++)
		job->word[i] = put(&at, arguments->rest[i]);
	job->order.command.cbSize = sizeof(PXE_COMMAND);
	job->order.command.nWords = (ULONG)arguments->n_rest;
	job->order.command.ppszWords = job->word;
	return job;
}

void server_command_provider(struct server *s, uint64_t client, const struct arguments *arguments)
{
	_cleanup_(closep) int input = control_input(s->control, client);
	struct order_job *job;
	const char *wrong;

	if (s->state == SERVER_STOPPING || orders.n == ORDERS_MAX) {
		control_refuse(s->control, client,
			       orders.n == ORDERS_MAX ? "too many commands are under way"
						      : "the daemon is stopping");
		return;
	}
	job = job_new(s, client, arguments);
	wrong = job ? take_input(job, input) : "out of memory";
	if (wrong) {
		control_refuse(s->control, client, wrong);
		if (job)
			job_free(job);
		return;
	}
	append_job(job);
	arm(job, ORDER_MS);
	job_try(job);
}

/* ---- the answer ---- */

static void answer(struct order_job *job)
{
	struct server *s = job->server;

	if (job->state == JOB_LATE) {
		log_returned(job);
	} else if (!job->line) {
		refuse(job, "has answered, but there is no memory for the answer");
	} else if (job->client) {
		control_answer_own(s->control, job->client, TAKE(job->line), job->line_len);
		job->client = 0;
	}
}

/* The provider that was to get it is gone before it did: a reload has put another in its place. */
static bool goes_to_the_next(struct order_job *job)
{
	if (job->order.end != ORDER_GONE || job->server->state == SERVER_STOPPING)
		return false;
	free(TAKE(job->line));
	job->order = (struct order){ .command = job->order.command };
	job->state = JOB_WAITS;
	return true;
}

void orders_turn(struct server *s)
{
	struct letter *letter = mailbox_take(&orders.finished), *next;

	(void)s;
	if (!letter)
		return;
	for (; letter; letter = next) {
		struct order_job *job = CONTAINER_OF(letter, struct order_job, letter);

		next = letter->next;
		pthread_join(job->thread, NULL);
		order_done(&job->order);
		if (goes_to_the_next(job))
			continue;
		answer(job);
		job_end(job);
	}
	try_all();
}

void orders_resume(struct server *s)
{
	(void)s;
	try_all();
}

void orders_stop(struct server *s)
{
	struct order_job *job = orders.first, *next;

	(void)s;
	for (; job; job = next) {
		next = job->next;
		if (job->state == JOB_WAITS) {
			refuse(job, "did not get the command: the daemon is stopping");
			job_end(job);
		} else if (job->state == JOB_RUNS) {
			order_give_up(&job->order, clock_ms() + ORDER_STOP_MS);
			arm(job, ORDER_STOP_MS);
		}
	}
}

bool orders_left(const struct server *s)
{
	return orders.first && !host_has_abandoned(s->host);
}
