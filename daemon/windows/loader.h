/* What LoadLibrary has loaded, for whoever has its handle. */
#pragma once

#include <limits.h>
#include <stdbool.h>

#include <wdspxe-windows.h>

/**
 * The path of a module by a handle of LoadLibrary or GetModuleHandle, with slashes; empty for the
 * program's. False: it is no such handle.
 */
bool loader_file(HMODULE handle, char path[PATH_MAX]);
