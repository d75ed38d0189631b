/* What a file is. */
#pragma once

#include <sys/types.h>

#include <wdspxe-windows.h>

/** FILE_ATTRIBUTE_... of a file with that mode. */
DWORD file_attributes_of(mode_t mode);
