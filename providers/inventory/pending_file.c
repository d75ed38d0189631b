#include "pending_file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define MARK "# wdspxed-pending "
#define HEAD MARK "1\n"
#define END  "# the end\n"

enum { LINE_SIZE = 2048 };

static int fail(const char *path, int error, const char *what, char why[WHY_SIZE])
{
	snprintf(why, WHY_SIZE, "%.120s cannot be %s: %s", path, what, strerror(error));
	return -error;
}

/* ---- who writes --------------------------------------------------------------------------------
 */

int pending_file_lock(const char *path)
{
	char lock[PATH_MAX];
	int fd;

	if (snprintf(lock, sizeof lock, "%s.lock", path) >= (int)sizeof lock)
		return -ENAMETOOLONG;
	fd = open(lock, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR);
	if (fd < 0)
		return -errno;
	while (flock(fd, LOCK_EX) < 0)
		if (errno != EINTR) {
			int r = -errno;

			close(fd);
			return r;
		}
	return fd;
}

void pending_file_note(const char *path, struct pending_stamp *out)
{
	struct stat st;

	*out = (struct pending_stamp){ .inode = 0 };
	if (stat(path, &st) == 0)
		*out = (struct pending_stamp){ st.st_dev, st.st_ino };
}

bool pending_file_is_other(const char *path, const struct pending_stamp *stamp)
{
	struct pending_stamp now;

	pending_file_note(path, &now);
	return now.inode != stamp->inode || now.device != stamp->device;
}

/* ---- writing -----------------------------------------------------------------------------------
 */

/* Tabs divide; what would break that is a question mark: these are words of strangers. */
static void put_text(FILE *file, const char *text)
{
	for (; *text; text++)
		fputc((unsigned char)*text < ' ' || *text == 0x7f ? '?' : *text, file);
}

static void put_view(FILE *file, const struct pending_view *view)
{
	char text[ID_TEXT_SIZE];

	fprintf(file, "%" PRIu32 "\t%lld\t%lld\t%u\t%" PRIu32 "\t", view->number,
		(long long)view->first, (long long)view->last, view->boots, view->arch);
	put_text(file, view->place);
	fputc('\t', file);
	put_text(file, view->what);
	for (unsigned i = 0; i < view->n_ids; i++) {
		const struct id *id = &view->ids[i];

		id_text((enum id_kind)id->kind, id->at, id->len, text);
		fputc('\t', file);
		put_text(file, text);
	}
	fputc('\n', file);
}

static int write_file(const char *path, const struct pending_view *at, uint32_t n, uint32_t next)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW,
		      S_IRUSR | S_IWUSR);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "w");
	int r = 0;

	if (!file) {
		r = -errno;
		if (fd >= 0)
			close(fd);
		return r;
	}
	fprintf(file, HEAD "next\t%" PRIu32 "\n", next);
	for (uint32_t i = 0; i < n; i++)
		put_view(file, &at[i]);
	fputs(END, file);
	if (fflush(file) != 0 || fsync(fd) < 0 || ferror(file))
		r = errno ? -errno : -EIO;
	if (fclose(file) != 0 && r == 0)
		r = -errno;
	return r;
}

static int sync_folder(const char *path)
{
	const char *slash = strrchr(path, '/');
	char folder[PATH_MAX];
	int fd, r;

	snprintf(folder, sizeof folder, "%.*s", slash ? (int)(slash - path) + 1 : 1,
		 slash ? path : ".");
	fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	r = fsync(fd) < 0 ? -errno : 0;
	close(fd);
	return r;
}

int pending_file_write(const char *path, const struct pending_view *at, uint32_t n, uint32_t next,
		       char why[WHY_SIZE])
{
	char fresh[PATH_MAX];
	int r;

	if (snprintf(fresh, sizeof fresh, "%s.new", path) >= (int)sizeof fresh)
		return fail(path, ENAMETOOLONG, "written", why);
	r = write_file(fresh, at, n, next);
	if (r == 0 && rename(fresh, path) < 0)
		r = -errno;
	if (r == 0)
		r = sync_folder(path);
	else
		(void)unlink(fresh);
	return r < 0 ? fail(path, -r, "written", why) : 0;
}

/* ---- reading -----------------------------------------------------------------------------------
 */

static bool number_cut(char **at, long long most, long long *out)
{
	char *end;

	errno = 0;
	*out = strtoll(*at, &end, 10);
	if (end == *at || errno || *out < 0 || *out > most || (*end != '\t' && *end != '\0'))
		return false;
	*at = *end ? end + 1 : end;
	return true;
}

static char *text_cut(char **at)
{
	char *text = *at, *tab = strchr(text, '\t');

	*at = tab ? tab + 1 : text + strlen(text);
	if (tab)
		*tab = '\0';
	return text;
}

static bool view_read(char *line, struct pending_view *out)
{
	long long number, first, last, boots, arch;

	*out = (struct pending_view){ .n_ids = 0 };
	if (!number_cut(&line, UINT32_MAX, &number) || !number_cut(&line, LLONG_MAX, &first) ||
	    !number_cut(&line, LLONG_MAX, &last) || !number_cut(&line, INT_MAX, &boots) ||
	    !number_cut(&line, UINT32_MAX, &arch))
		return false;
	out->number = (uint32_t)number;
	out->first = (time_t)first;
	out->last = (time_t)last;
	out->boots = (unsigned)boots;
	out->arch = (uint32_t)arch;
	snprintf(out->place, sizeof out->place, "%s", text_cut(&line));
	snprintf(out->what, sizeof out->what, "%s", text_cut(&line));
	while (*line && out->n_ids < ID_KINDS)
		if (!id_parse(text_cut(&line), &out->ids[out->n_ids++]))
			return false;
	return out->n_ids > 0 && *line == '\0';
}

/* The lines behind the first two. *end: the last one is there. */
static bool views_read(FILE *file, struct pending_view *at, uint32_t most, uint32_t *n, bool *end)
{
	char line[LINE_SIZE];
	struct pending_view view;

	*end = false;
	while (!*end && fgets(line, sizeof line, file)) {
		*end = strcmp(line, END) == 0;
		if (*end)
			break;
		line[strcspn(line, "\n")] = '\0';
		if (!view_read(line, &view) || (*n > 0 && view.number <= at[*n - 1].number))
			return false;
		if (*n < most)
			at[(*n)++] = view;
	}
	return true;
}

static int wrong(const char *path, const char *head, char why[WHY_SIZE])
{
	size_t mark = sizeof MARK - 1;

	if (strncmp(head, MARK, mark) == 0 && strcmp(head, HEAD) != 0)
		snprintf(why, WHY_SIZE,
			 "%.100s: its format is wdspxed-pending %.*s, and this version knows "
			 "wdspxed-pending 1 only: it was left as it is",
			 path, (int)strcspn(head + mark, "\r\n"), head + mark);
	else
		snprintf(why, WHY_SIZE,
			 "%.100s is not as wdspxed wrote it: move it away; who waits is listed "
			 "again at the next try",
			 path);
	return -EPROTO;
}

static int file_read(FILE *file, const char *path, struct pending_view *at, uint32_t most,
		     uint32_t *n, uint32_t *next, char why[WHY_SIZE])
{
	char head[64] = "", line[64] = "", *number = line + 5;
	long long given;
	bool end = false;

	*n = 0;
	if (!fgets(head, sizeof head, file) || strcmp(head, HEAD) != 0 ||
	    !fgets(line, sizeof line, file) || strncmp(line, "next\t", 5) != 0)
		return wrong(path, head, why);
	line[strcspn(line, "\n")] = '\0';
	if (!number_cut(&number, UINT32_MAX, &given) || given == 0 ||
	    !views_read(file, at, most, n, &end) || !end ||
	    (*n > 0 && at[*n - 1].number >= (uint32_t)given))
		return wrong(path, head, why);
	*next = (uint32_t)given;
	return 0;
}

int pending_file_read(const char *path, struct pending_view *at, uint32_t most, uint32_t *n,
		      uint32_t *next, char why[WHY_SIZE])
{
	FILE *file = fopen(path, "re");
	int r;

	if (!file && errno == ENOENT)
		return 0;
	if (!file)
		return fail(path, errno, "read", why);
	r = file_read(file, path, at, most, n, next, why);
	fclose(file);
	return r;
}
