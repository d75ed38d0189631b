/* Letters without case, whatever locale the program has. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include <wdspxe-windows.h>

/** The small form of a letter of any script, else the character itself. */
uint32_t fold(uint32_t c);
