/* What wdspxectl does for a command. Each prints why it failed, and returns what to exit with. */
#pragma once

#include "ctl/call.h"
#include "registry/registry_error.h"

/** Asks the daemon, and prints the answer as it is: for commands that have no printer here. */
int run_plain(const struct call *call);

/* list.c, status.c, clients.c, service_control.c, provider.c, follow.c, watch.c, capture_write.c,
 * malformed.c */
int run_list(const struct call *call);
int run_status(const struct call *call);
int run_clients(const struct call *call);
int run_control(const struct call *call);
int run_provider(const struct call *call);
int run_device(const struct call *call);
int run_log(const struct call *call);
int run_watch(const struct call *call);
int run_capture(const struct call *call);
int run_malformed(const struct call *call);

/* registration.c: the list on disk is changed in this process. */
int run_register(const struct call *call);
int run_unregister(const struct call *call);
/** Why a list could not be read or changed: file, line and reason. */
int report_registry(int r, const char *what, const char *name, const struct registry_error *error);

/** import.c: the files of other servers. Needs no daemon. */
int run_import(const struct call *call);

/** settings.c: list --settings. Reads the files of all providers, as the next reload will. */
int list_settings(bool json);

/* explain.c: as a client that is made up here or recorded. */
int run_explain(const struct call *call);

/* replay.c: all requests of a capture. */
int run_replay(const struct call *call);

/* decode.c: packets of a capture, in words. Needs no daemon. */
int run_decode(const struct call *call);

/* bundle.c: configuration, state and versions in one text; asks the daemon, and wdspxed. */
int run_bundle(const struct call *call);

/* why.c: a row of the table of findings. Needs no daemon. */
int run_why(const struct call *call);
/** probe_run.c: a made-up client on the wire. Needs no daemon. */
int run_probe(const struct call *call);

/** try.c: a module in a process of its own. Needs no daemon. */
int run_try(const struct call *call);
