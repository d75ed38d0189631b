/* A line of a list of machines, in the forms that admins have: CSV with a header, ethers(5), and
 * the lines of dnsmasq's dhcp-hostsfile. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum column {
	COLUMN_MAC,
	COLUMN_UUID,
	COLUMN_ID,
	COLUMN_NAME,
	COLUMN_GROUP,
	COLUMN_FILE,
	COLUMN_URL,
	COLUMN_SERVER,
	COLUMNS,
	COLUMN_OTHER = COLUMNS /* of an inventory, and not ours */
};

enum { LINE_OCTETS_MAX = 4096, COLUMNS_MAX = 64, WHY_SIZE = 256 };

enum line_form { LINES_UNKNOWN, LINES_CSV, LINES_ETHERS, LINES_DNSMASQ };

/* How a file is to be read: known from its first line. */
struct line_format {
	enum line_form form;
	char separator; /* LINES_CSV */
	enum column columns[COLUMNS_MAX];
	size_t n_columns;
};

/* What a line says: texts in the line itself, NULL where it does not say it. Of MACs and groups
 * there may be several, with blanks between. */
struct row {
	const char *text[COLUMNS];
	char macs[512], groups[512]; /* where they stand apart in the line */
	const char *doubt;           /* what is not looked at, and may have been meant; NULL */
};

/** Decides by the first line that is not empty. True: the line is a header, and says no machine.
 * Changes the line where it is one. False, and why[0] is set: it is neither. */
bool line_format_find(char *line, struct line_format *out, char why[WHY_SIZE]);
/** Takes a line apart, in place. False: `why` says what is wrong. */
bool line_read(const struct line_format *format, char *line, struct row *out, char why[WHY_SIZE]);
