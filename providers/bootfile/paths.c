#include "paths.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "chain.h"

/* Those at an end are nobody's intention. */
bool path_has_outer_blank(const char *text)
{
	size_t len = strlen(text);

	return len > 0 && (strchr(" \t", text[0]) || strchr(" \t", text[len - 1]));
}

/* The folder that TFTP servers serve, for the same name is sought below it. NULL: none of them. */
static const char *server_folder(const char *path)
{
	static const char *const folders[] = { "/srv/tftp/",         "/srv/tftpboot/",
					       "/var/lib/tftpboot/", "/var/lib/tftp/",
					       "/var/ftpd/",         "/tftpboot/" };

	for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
		if (strncmp(path, folders[i], strlen(folders[i])) == 0)
			return folders[i];
	return NULL;
}

/* Programs that look for their next file beside themselves, and know / alone between folders.
 * Microsoft's want the other one. NULL: it is none of them. */
static const char *lost_program(const char *path)
{
	const char *last = strrchr(path, '\\');

	if (last && chain_is_ipxe(last))
		return "iPXE";
	return last && strcasestr(last, "shim") ? "shim" : NULL;
}

struct teller {
	void (*tell)(void *context, const char *doubt);
	void *context;
};

__attribute__((format(printf, 2, 3))) static void say(const struct teller *teller,
						      const char *format, ...)
{
	char doubt[PATH_DOUBT_SIZE];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(doubt, sizeof doubt, format, arguments);
	va_end(arguments);
	teller->tell(teller->context, doubt);
}

void path_doubts(const char *path, void (*tell)(void *context, const char *doubt), void *context)
{
	const struct teller teller = { tell, context };
	const char *folder = server_folder(path), *program = lost_program(path);

	if (path_has_outer_blank(path))
		say(&teller,
		    "\"%s\" begins or ends with a blank, which is part of the name: remove it "
		    "[W0151]",
		    path);
	if (folder)
		say(&teller,
		    "a TFTP server seeks \"%s\" below the folder that it serves: write \"%s\" "
		    "[W0152]",
		    path, path + strlen(folder));
	if (path[0] != '\0' && path[1] == ':' && (path[2] == '\\' || path[2] == '/'))
		say(&teller, "a TFTP path has no drive letter: remove \"%.2s\" [W0155]", path);
	if (program)
		say(&teller,
		    "%s looks for its next file in its own folder, and does not find it by a name "
		    "with \\: write / in \"%s\" [W0197]",
		    program, path);
}

const char *url_foreign_host(const char *url)
{
	static const char *const others[] = { "$server", "$(server)", "{server}", "%server%" };
	const char *host = strstr(url, "://");

	for (size_t i = 0; host && i < sizeof others / sizeof *others; i++)
		if (strcspn(host + 3, "/:") == strlen(others[i]) &&
		    strncasecmp(host + 3, others[i], strlen(others[i])) == 0)
			return others[i];
	return NULL;
}
