/* <winnt.h>: types and numbers. All of it is in windows.h. */
#ifndef WDSPXE_WINDOWS_WINNT_H
#define WDSPXE_WINDOWS_WINNT_H

#include "windows.h"

#endif
