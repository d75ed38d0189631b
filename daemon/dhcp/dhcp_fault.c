/* no allocation · no lock · no log */
#include "dhcp/dhcp_fault.h"

#include <stdarg.h>
#include <stdio.h>

const char *fault_say(char text[static DHCP_FAULT_MAX], size_t *at, size_t place,
		      const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(text, DHCP_FAULT_MAX, format, args);
	va_end(args);
	*at = place;
	return text;
}
