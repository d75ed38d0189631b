#include "base/account.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

enum { LINE_MAX_READ = 512 }; /* name, password and number stand within it */

/* The first fields of a line, "name:password:number:…". */
struct account {
	char name[LINE_MAX_READ];
	uint32_t id;
};

static bool account_read(char *line, struct account *out)
{
	char *password = strchr(line, ':'), *number = password ? strchr(password + 1, ':') : NULL;
	char *end;
	unsigned long id;

	if (!number)
		return false;
	id = strtoul(number + 1, &end, 10);
	if (end == number + 1 || *end != ':' || id > UINT32_MAX)
		return false;
	out->id = (uint32_t)id;
	*password = '\0';
	strcpy(out->name, line);
	return true;
}

/* What does not fit of a line is passed over. */
static bool account_next(FILE *file, struct account *out)
{
	char line[LINE_MAX_READ];
	bool begins = true;

	while (fgets(line, sizeof(line), file)) {
		bool began = begins;

		begins = strchr(line, '\n') != NULL;
		if (began && account_read(line, out)) {
			for (int c = begins ? '\n' : 0; c != '\n' && c != EOF;)
				c = fgetc(file);
			return true;
		}
	}
	return false;
}

uint32_t account_id(const char *path, const char *name)
{
	_cleanup_(fclosep) FILE *file = fopen(path, "re");
	struct account account;

	while (file && account_next(file, &account))
		if (strcmp(account.name, name) == 0)
			return account.id;
	return UINT32_MAX;
}

bool account_name(const char *path, uint32_t id, char *out, size_t size)
{
	_cleanup_(fclosep) FILE *file = fopen(path, "re");
	struct account account;

	while (file && account_next(file, &account)) {
		if (account.id != id)
			continue;
		snprintf(out, size, "%s", account.name);
		return true;
	}
	return false;
}
