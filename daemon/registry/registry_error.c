#include "registry/registry_error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/account.h"
#include "base/finding_id.h"

enum { USER_TEXT = 64, TEXT_ROOM = 4096 };

/* The end of a path that is too long says more than its front. */
static void put_file(struct registry_error *error, const char *file)
{
	size_t len;

	file = file ? file : "";
	len = strlen(file);
	if (len >= sizeof(error->file))
		file += len - (sizeof(error->file) - 1);
	(void)snprintf(error->file, sizeof(error->file), "%s", file);
}

/* A sentence that is too long is cut, and keeps its id. */
static void put_text(struct registry_error *error, const char *format, va_list args)
{
	char whole[TEXT_ROOM];

	(void)vsnprintf(whole, sizeof(whole), format, args);
	finding_id_fit(whole, error->text, sizeof(error->text));
}

int registry_fail(struct registry_error *error, const char *file, int line, int r,
		  const char *format, ...)
{
	struct registry_error mistake;
	va_list args;

	if (!error)
		return r;
	va_start(args, format);
	put_text(&mistake, format, args);
	va_end(args);
	put_file(&mistake, file);
	mistake.line = line;
	mistake.tell = error->tell;
	mistake.context = error->context;
	mistake.told = error->told + (error->tell != NULL);
	if (error->tell)
		error->tell(error->context, false, &mistake);
	if (mistake.told <= 1)
		*error = mistake;
	error->told = mistake.told;
	return r;
}

void registry_warn(struct registry_error *error, const char *file, int line, const char *format,
		   ...)
{
	struct registry_error warning = { .line = line };
	va_list args;

	if (!error || !error->tell)
		return;
	va_start(args, format);
	put_text(&warning, format, args);
	va_end(args);
	put_file(&warning, file);
	error->tell(error->context, true, &warning);
}

bool registry_wants_all(const struct registry_error *error)
{
	return error && error->tell;
}

/* Whom the permission was denied to: often not the user who made the file. */
static void put_user(char out[static USER_TEXT])
{
	char name[USER_TEXT - 16];

	if (account_name(ACCOUNT_USERS, geteuid(), name, sizeof(name)))
		(void)snprintf(out, USER_TEXT, " to user %s", name);
	else
		(void)snprintf(out, USER_TEXT, " to user %u", (unsigned)geteuid());
}

int registry_fail_errno(struct registry_error *error, const char *file, int r, const char *what)
{
	char buffer[128], user[USER_TEXT] = "";

	if (r == -EACCES)
		put_user(user);
	return registry_fail(error, file, 0, r, "%s: %s%s [W0101]", what,
			     strerror_r(-r, buffer, sizeof(buffer)), user);
}
