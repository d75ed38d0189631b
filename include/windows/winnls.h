/* <winnls.h>: code pages. All of it is in windows.h. */
#ifndef WDSPXE_WINDOWS_WINNLS_H
#define WDSPXE_WINDOWS_WINNLS_H

#include "windows.h"

#endif
