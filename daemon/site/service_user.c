#include "site/service_user.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <syslog.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "registry/provider_list.h"

#define UNIT "wdspxed.service"

enum { USER_MAX = 64 };

/* ---- the user -----------------------------------------------------------------------------------
 */

/* The last User= of a unit file, if it has one. False: there is no such file. */
static bool user_read(const char *path, char out[static USER_MAX])
{
	FILE *file = fopen(path, "re");
	char line[512];

	while (file && fgets(line, sizeof(line), file)) {
		char *at = line + strspn(line, " \t");

		if (strncmp(at, "User=", 5) != 0)
			continue;
		at += 5;
		at[strcspn(at, " \t\r\n")] = '\0';
		snprintf(out, USER_MAX, "%s", at);
	}
	if (file)
		fclose(file);
	return file != NULL;
}

/* systemd.unit(5): the first of the unit files counts, and all that complete it. */
static bool user_of_unit(char out[static USER_MAX])
{
	static const char *const folders[] = { "/etc/systemd/system", "/run/systemd/system",
					       "/usr/local/lib/systemd/system",
					       "/usr/lib/systemd/system" };
	char path[PATH_MAX];
	bool found = false;

	out[0] = '\0';
	for (size_t i = 0; i < ARRAY_LEN(folders) && !found; i++) {
		snprintf(path, sizeof(path), "%s/" UNIT, folders[i]);
		found = user_read(path, out);
	}
	for (size_t i = ARRAY_LEN(folders); found && i > 0; i--) {
		glob_t more;

		snprintf(path, sizeof(path), "%s/" UNIT ".d/*.conf", folders[i - 1]);
		if (glob(path, 0, NULL, &more) != 0)
			continue;
		for (size_t n = 0; n < more.gl_pathc; n++)
			(void)user_read(more.gl_pathv[n], out);
		globfree(&more);
	}
	return out[0] != '\0';
}

/* ---- what that user can read
 * ---------------------------------------------------------------------------
 */

/* The first folder on the way that cannot be entered, or the file itself. */
static void find_closed(const char *path, char out[static PATH_MAX])
{
	size_t len = 0;

	do {
		len += 1 + strcspn(path + len + 1, "/");
		snprintf(out, PATH_MAX, "%.*s", (int)len, path);
	} while (path[len] && access(out, X_OK) == 0);
}

/* In the child, which is that user. */
static unsigned check_one(const char *path, const char *user, const struct teller *teller)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	char closed[PATH_MAX];

	if (fd >= 0) {
		close(fd);
		return 0;
	}
	if (errno != EACCES && errno != EPERM)
		return 0; /* the check as root reports it */
	find_closed(path, closed);
	if (strcmp(closed, path) == 0)
		teller_say(teller, LOG_ERR, "",
			   "%s: the service's user %s cannot read it: allow that with "
			   "chmod o+r, or with chgrp %s and chmod g+r [W0105]",
			   path, user, user);
	else
		teller_say(teller, LOG_ERR, "",
			   "%s: the service's user %s cannot read it, because %s is "
			   "closed to others: open that with chmod o+x [W0105]",
			   path, user, closed);
	return 1;
}

static unsigned check_all(const struct config *config, const struct provider_list *list,
			  const char *user, const struct teller *teller)
{
	unsigned n = check_one(config->path, user, teller) +
		     check_one(config->providers_dir, user, teller);

	for (size_t i = 0; i < list->n; i++) {
		n += check_one(list->entry[i]->path, user, teller);
		for (unsigned j = 0; j < list->entry[i]->n_included; j++)
			n += check_one(list->entry[i]->included[j].path, user, teller);
		if (list->entry[i]->enabled)
			n += check_one(list->entry[i]->module, user, teller);
	}
	return n;
}

static bool become(const struct passwd *user)
{
	return initgroups(user->pw_name, user->pw_gid) == 0 && setgid(user->pw_gid) == 0 &&
	       setuid(user->pw_uid) == 0;
}

/* In a child process, because a process cannot go back to being root. */
static unsigned check_as(const struct passwd *user, const struct config *config,
			 const struct provider_list *list, const struct teller *teller)
{
	pid_t pid = fork();
	int status = 0;

	if (pid == 0)
		_exit(become(user) && check_all(config, list, user->pw_name, teller) ? 1 : 0);
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return WIFEXITED(status) ? (unsigned)WEXITSTATUS(status) : 0;
}

unsigned service_user_check(const struct config *config, const struct teller *teller)
{
	struct registry_error error = { .line = 0 };
	const struct passwd *user;
	struct provider_list list;
	char name[USER_MAX];
	unsigned wrong;

	if (geteuid() != 0 || strcmp(config->path, CONFIG_PATH_DEFAULT) != 0 || !user_of_unit(name))
		return 0;
	user = getpwnam(name);
	if (!user || user->pw_uid == 0 ||
	    provider_list_read(config->providers_dir, NULL, &list, &error))
		return 0;
	wrong = check_as(user, config, &list, teller);
	provider_list_done(&list);
	return wrong;
}
