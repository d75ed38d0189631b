/* <winsvc.h>: control codes of services. All of it is in windows.h. */
#ifndef WDSPXE_WINDOWS_WINSVC_H
#define WDSPXE_WINDOWS_WINSVC_H

#include "windows.h"

#endif
