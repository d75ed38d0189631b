/* The questions are those of the operator's socket, and so are the answers; the chain, the trial
 * and the inlet are the daemon's. */
#include "server/answer.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "control/plain_json.h"
#include "control/question.h"
#include "provider/chain.h"
#include "server/explain.h"

/* The one question that is being answered. */
struct asking {
	struct server *server;
	bool over;
};

static void put(struct asking *it, json_t *answer)
{
	json_dumpf(answer, stdout, JSON_COMPACT | ANSWER_NUMBERS);
	putchar('\n');
	fflush(stdout);
	json_decref(answer);
	it->over = true;
}

static void answer(void *context, uint64_t number, json_t *json)
{
	(void)number;
	put(context, json);
}

static void refuse(void *context, uint64_t number, const char *why)
{
	(void)number;
	put(context, json_pack("{s:b,s:s}", "ok", 0, "error", why));
}

static void on_tick(struct ev_loop *loop, struct ev_timer *watcher, int events)
{
	const struct asking *it = watcher->data;

	(void)loop;
	(void)events;
	host_tick(it->server->host, clock_ms());
}

static void take_line(struct asking *it, const char *line, size_t len)
{
	const struct explain_asker asker = { it, 0, answer, refuse };
	char error[COMMAND_ERROR_MAX];
	struct arguments arguments;
	json_t *holder;

	if (question_read(line, len, COMMAND_OPERATE, &holder, &arguments, error)) {
		refuse(it, 0, error);
		return;
	}
	it->over = false;
	if (arguments.command->id == COMMAND_explain)
		server_explain(it->server, &arguments, &asker);
	else
		refuse(it, 0, "without a daemon only explain is answered");
	json_decref(holder);
	while (!it->over)
		ev_run(it->server->loop, EVRUN_ONCE);
}

static void read_lines(struct asking *it)
{
	_cleanup_(freep) char *line = NULL;
	struct ev_timer tick;
	size_t room = 0;
	ssize_t n;

	ev_timer_init(&tick, on_tick, 0.1, 0.1);
	tick.data = it;
	ev_timer_start(it->server->loop, &tick);
	while ((n = getline(&line, &room, stdin)) > 0)
		take_line(it, line, (size_t)n - (line[n - 1] == '\n'));
	ev_timer_stop(it->server->loop, &tick);
}

/* The roster outlives it. */
static void on_released(void *context)
{
	(void)context;
}

int answer_lines(struct server *s, const struct roster *roster)
{
	struct provider *running[PROVIDERS_MAX];
	struct asking it = { .server = s };
	struct chain *chain;

	if (chain_new(running, roster_running(roster, running), on_released, NULL, &chain) < 0)
		return EXIT_FAILURE;
	host_set_chain(s->host, chain);
	chain_unref(chain);
	read_lines(&it);
	host_set_chain(s->host, NULL);
	return EXIT_SUCCESS;
}
