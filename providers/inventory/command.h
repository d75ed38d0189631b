/* The administrator's commands, those of `wdspxectl device`: PXE_CALLBACK_COMMAND. */
#pragma once

#include "asked.h"

/** `pContext` is the instance. On a thread of the daemon's, one at a time. */
DWORD PXEAPI inventory_command(PVOID pContext, HANDLE hCommand, const PXE_COMMAND *pCommand);

/* Their verbs, each in whatever file it fits best. */
DWORD command_list(struct asked *asked); /* command_show.c */
DWORD command_show(struct asked *asked);
DWORD command_export(struct asked *asked);
DWORD command_add(struct asked *asked); /* command_change.c */
DWORD command_set(struct asked *asked);
DWORD command_remove(struct asked *asked);
DWORD command_boot(struct asked *asked);
DWORD command_rearm(struct asked *asked);
DWORD command_forget(struct asked *asked);
DWORD command_pending(struct asked *asked); /* command_waiting.c */
DWORD command_approve(struct asked *asked);
DWORD command_reject(struct asked *asked);
DWORD command_import(struct asked *asked); /* command_import.c */

/** Is it a number of a machine that waits? [command] */
bool waiting_number(struct asked *asked, const char *word, uint32_t *out);
