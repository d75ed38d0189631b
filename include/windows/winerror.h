/* <winerror.h>: status codes and HRESULT. All of it is in windows.h. */
#ifndef WDSPXE_WINDOWS_WINERROR_H
#define WDSPXE_WINDOWS_WINERROR_H

#include "windows.h"

#endif
