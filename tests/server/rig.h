/* The upper half of the daemon without its sockets: a server with a host, a roster of real
 * providers whose code is the test's own, and the life-cycle thread. Nothing waits for a clock.
 */
#pragma once

#include <check.h>
#include <semaphore.h>
#include <stdio.h>
#include <sys/stat.h>
#include <syslog.h>

#include <wdspxe.h>

#include "built.h"
#include "providers/hooked.h"
#include "scratch.h"
#include "server/hooks.h"
#include "server/life.h"
#include "server/server.h"
#include "story/log.h"
#include "story/log_stderr.h"

enum { CODES_MAX = 32 };

static struct {
	struct server server;
	sem_t woken;
	sem_t *gate; /* what a provider's ServiceControl waits for; NULL: nothing */
	unsigned started, stopped;
	DWORD code[CODES_MAX], answer; /* the codes that providers got; what they return */
	unsigned n_codes;
} rig;

static DWORD PXEAPI rig_receive(HANDLE request, PVOID packet, ULONG len, PXE_ADDRESS *local,
				PXE_ADDRESS *remote, PXE_BOOT_ACTION *action, PVOID context)
{
	(void)request, (void)packet, (void)len, (void)local, (void)remote, (void)context;
	*action = PXE_BA_REJECTED;
	return ERROR_SUCCESS;
}

static DWORD PXEAPI rig_control(PVOID context, DWORD code)
{
	(void)context;
	if (rig.gate)
		sem_wait(rig.gate);
	if (rig.n_codes < CODES_MAX)
		rig.code[rig.n_codes++] = code;
	return rig.answer;
}

static DWORD PXEAPI rig_shut_down(PVOID context)
{
	(void)context;
	rig.stopped++;
	return ERROR_SUCCESS;
}

static DWORD rig_initialize(HANDLE provider, HKEY key)
{
	(void)key;
	rig.started++;
	PxeRegisterCallback(provider, PXE_CALLBACK_RECV_REQUEST, (PVOID)rig_receive, NULL);
	PxeRegisterCallback(provider, PXE_CALLBACK_SERVICE_CONTROL, (PVOID)rig_control, NULL);
	return PxeRegisterCallback(provider, PXE_CALLBACK_SHUTDOWN, (PVOID)rig_shut_down, NULL);
}

/** Writes the drop-in NAME.conf of such a provider; `more` are further lines of it. */
static inline void rig_dropin(const char *name, const char *more, const char *settings)
{
	static const struct hooks hooks = { rig_initialize };
	char file[64], text[2048];

	snprintf(file, sizeof(file), "providers.d/%s.conf", name);
	snprintf(text, sizeof(text),
		 "name = \"%s\";\nmodule = \"%s\";\n%s\nsettings: { hooks = \"%llx\"; %s };\n",
		 name, built_module("tests/providers/hooked.so"), more,
		 (unsigned long long)(uintptr_t)&hooks, settings);
	scratch_write(file, text);
}

static inline void rig_config(const char *more)
{
	char text[1024];

	snprintf(text, sizeof(text),
		 "providers-dir = \"%s\";\nstate-dir = \"%s\";\nlog-level = \"error\"; "
		 "limits: { table = 16; packets = 32; "
		 "};\n%s\n",
		 scratch_path("providers.d"), scratch_path("state"), more);
	scratch_write("wdspxed.conf", text);
}

static void rig_wake(void *context)
{
	(void)context;
	sem_post(&rig.woken);
}

static void rig_returned(void)
{
}

/** Until every job has run and is done. */
static inline void rig_settle(void)
{
	while (life_pending() > 0) {
		sem_wait(&rig.woken);
		life_turn();
	}
}

static inline void rig_host(struct server *s)
{
	struct host_hooks hooks;

	s->loop = ev_loop_new(EVFLAG_AUTO);
	server_wake_init(s);
	notify_init(s);
	ck_assert_int_eq(server_links_init(s), 0);
	server_hooks(s, &hooks);
	ck_assert_int_eq(host_new(&s->config->limits, &hooks, &s->host), 0);
	s->roster_env = (struct roster_env){ .host = s->host, .teller = &server_teller };
}

/** Starts what the files in the scratch folder say. */
static inline void rig_start(void)
{
	struct life_hooks hooks = { .wake = rig_wake, .returned = rig_returned };
	struct registry_error error = { .line = 0 };
	struct server *s = &rig.server;
	struct roster *roster;
	struct reason reason;

	log_init(LOG_EMERG, log_stderr_write);
	sem_init(&rig.woken, 0, 0);
	ports_init(&s->ports);
	ck_assert_msg(config_read(scratch_path("wdspxed.conf"), &s->config, &error) == 0, "%s",
		      error.text);
	rig_host(s);
	ck_assert_msg(
		roster_make(&s->roster_env, s->config, ROSTER_START, NULL, &roster, &reason) == 0,
		"%s", reason.text);
	ck_assert_int_eq(life_start(&hooks), 0);
	ck_assert_int_eq(server_adopt(s, roster), 0);
	s->state = SERVER_RUNNING;
}

static inline void rig_stop(void)
{
	struct server *s = &rig.server;

	host_set_chain(s->host, NULL);
	rig_settle();
	life_stop();
	host_free(s->host);
	server_links_done(s);
	config_free(s->config);
	ev_loop_destroy(s->loop);
	scratch_remove();
}

/** An empty scratch folder, for rig_dropin() and rig_config(). */
static inline void rig_begin(void)
{
	scratch_make();
	ck_assert_int_eq(mkdir(scratch_path("providers.d"), 0755), 0);
	ck_assert_int_eq(mkdir(scratch_path("state"), 0755), 0);
	rig_config("");
}
