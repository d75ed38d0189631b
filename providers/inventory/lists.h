/* Lists of machines that others have written, read as descriptions of devices. */
#pragma once

#include "csv.h"

/* What is made of one: as csv_told, and lines that describe no machine of ours. */
struct read_told {
	struct csv_told csv;
	/** A line that is right, and of which nothing can be taken. */
	void (*left_out)(void *context, unsigned line, const char *what);
};

/** What `wdsutil /Get-AllDevices` or `/Get-AutoAddDevices` has printed (or Get-WdsClient). The text
 * is changed, and ends with NUL. False: `device` said so. */
bool wds_read(char *text, const struct read_told *told);
/** Lines of dnsmasq: dhcp-host of a configuration, or those of a dhcp-hostsfile. The same. */
bool dnsmasq_read(char *text, const struct read_told *told);
