/* <errhandlingapi.h>: the last error. All of it is in windows.h. */
#ifndef WDSPXE_WINDOWS_ERRHANDLINGAPI_H
#define WDSPXE_WINDOWS_ERRHANDLINGAPI_H

#include "windows.h"

#endif
