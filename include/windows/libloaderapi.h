/* <libloaderapi.h>: modules' files. All of it is in windows.h. */
#ifndef WDSPXE_WINDOWS_LIBLOADERAPI_H
#define WDSPXE_WINDOWS_LIBLOADERAPI_H

#include "windows.h"

#endif
