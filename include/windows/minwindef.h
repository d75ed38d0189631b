/* <minwindef.h>: types and macros. All of it is in windows.h. */
#ifndef WDSPXE_WINDOWS_MINWINDEF_H
#define WDSPXE_WINDOWS_MINWINDEF_H

#include "windows.h"

#endif
