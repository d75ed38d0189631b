/* What hooked.so calls: functions of the program that loads it, handed over by their address. */
#pragma once

#include <wdspxe.h>

/* The setting `hooks` is the address of this structure, in hexadecimal. */
struct hooks {
	DWORD (*initialize)(HANDLE provider, HKEY key); /* registers and sets what it likes */
};
