/* <winreg.h>: the registry. All of it is in windows.h. */
#ifndef WDSPXE_WINDOWS_WINREG_H
#define WDSPXE_WINDOWS_WINREG_H

#include "windows.h"

#endif
