/* Settings from the command line: --set NAME=VALUE. */
#pragma once

#include "ctl/call.h"
#include "registry/setting.h"

/** Adds those of the call to a group. CTL_OK, or what to exit with, when it has said why. */
int assigned_take(const struct call *call, struct setting *settings);
