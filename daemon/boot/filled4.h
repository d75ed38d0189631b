/* What of a DHCPv4 answer differs from client to client, beside what each answer echoes: texts with
 * the client's variables in them. */
#pragma once

#include "boot/form4.h"
#include "boot/variables.h"

enum {
	TAIL4_MAX = 1024,       /* options that are longer fit in no packet */
	REPLY4_ALL = 0x7fffffff /* all options that the caller adds */
};

struct filled4 {
	PXE_BOOT_IP server; /* that the client is to fetch from */
	uint16_t file_len, tail_len;
	char file[PXE_DHCP_FILE_SIZE];
	uint8_t tail[TAIL4_MAX]; /* options behind the prepared ones */
};

/** May the option be left out, where an answer gets too long? */
bool option4_is_extra(const PXE_BOOT_OPTION *option);

/**
 * Fills in an answer of a form; `keep`: how many of the options that the caller adds. False: it
 * cannot be done; given->said says why, or it is too long. An answer that redirects names nothing:
 * but if it could not be followed by one that does, it is not sent either.
 */
bool filled4_make(const struct variables *variables, unsigned form, ULONG keep,
		  struct filled4 *out);
/** Writes the file into the header, and its server where the file's own name says it:
 * tftp://ADDRESS/... */
void filled4_patch(const struct filled4 *filled, unsigned form, PXE_DHCP_MESSAGE *to);
