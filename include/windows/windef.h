/* <windef.h>: types and macros. All of it is in windows.h. */
#ifndef WDSPXE_WINDOWS_WINDEF_H
#define WDSPXE_WINDOWS_WINDEF_H

#include "windows.h"

#endif
