/* registry/provider_list: the directory, one at a time, two hundred at once, and killed at every
 * system call.
 */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "base/cleanup.h"
#include "registry/provider_list.h"
#include "registry/reserved.h"
#include "registry/tree.h"
#include "scratch.h"
#include "suite.h"

#define TEXT(name) "name = \"" name "\";\nmodule = \"/m/" name ".so\";\n"

static void setup(void)
{
	scratch_make();
}

static void teardown(void)
{
	scratch_remove();
}

/* The names in order, one string: "a b c". */
static const char *names(void)
{
	static char text[4096];
	struct provider_list list;
	struct registry_error error = { .line = 0 };

	ck_assert_msg(provider_list_read(scratch, NULL, &list, &error) == 0, "%s:%d: %s",
		      error.file, error.line, error.text);
	text[0] = '\0';
	for (size_t i = 0; i < list.n; i++)
		sprintf(text + strlen(text), "%s%s", i ? " " : "", list.entry[i]->name);
	provider_list_done(&list);
	return text;
}

START_TEST(only_drop_ins_count_in_the_order_of_octets)
{
	scratch_write("50-a.conf", TEXT("a"));
	scratch_write("505-x.conf", TEXT("x"));
	scratch_write("51-b.conf", TEXT("b"));
	scratch_write("A.conf", TEXT("upper"));
	scratch_write("a.conf", TEXT("lower"));
	scratch_write("\xff.conf", TEXT("high"));
	scratch_write(".hidden.conf", "not even libconfig {");
	scratch_write("README", "{");
	scratch_write("50-a.conf~", "{");
	scratch_write("50-a.conf.dpkg-old", "{");
	scratch_write("conf", "{");
	scratch_write(".conf", "{");
	ck_assert_str_eq(names(), "a x b upper lower high");
}
END_TEST

START_TEST(empty_and_missing_differ)
{
	struct provider_list list;
	struct registry_error error = { .line = 0 };

	ck_assert_str_eq(names(), "");
	ck_assert_int_eq(provider_list_read(scratch_path("none"), NULL, &list, &error), -ENOENT);
	ck_assert_str_eq(error.file, scratch_path("none"));
	scratch_write("file", "");
	ck_assert_int_eq(provider_list_read(scratch_path("file"), NULL, &list, &error), -ENOTDIR);
}
END_TEST

START_TEST(wrong_files_make_the_list_wrong)
{
	struct provider_list list;
	struct registry_error error = { .line = 0 };

	scratch_write("50-a.conf", TEXT("Same"));
	scratch_write("60-b.conf", "\n" TEXT("sAME"));
	ck_assert_int_eq(provider_list_read(scratch, NULL, &list, &error), REGISTRY_E_INVALID);
	ck_assert_str_eq(error.file, scratch_path("60-b.conf"));
	ck_assert_int_eq(error.line, 2);
	ck_assert_msg(strstr(error.text, "50-a.conf") && strstr(error.text, "sAME"), "%s",
		      error.text);
	scratch_write("60-b.conf", TEXT("b") "x = 1;\n");
	ck_assert_int_eq(provider_list_read(scratch, NULL, &list, &error), REGISTRY_E_INVALID);
	ck_assert_int_eq(error.line, 3);
	ck_assert_int_eq(provider_list_register(scratch, NULL,
						&(struct registration){ "c", "/c", 0, false, NULL },
						NULL, &error),
			 REGISTRY_E_INVALID);
	ck_assert_int_eq(unlink(scratch_path("60-b.conf")), 0);
	ck_assert_int_eq(symlink("nowhere", scratch_path("60-b.conf")), 0);
	ck_assert_int_eq(provider_list_read(scratch, NULL, &list, &error), REGISTRY_E_INVALID);
	ck_assert_str_eq(error.file, scratch_path("60-b.conf"));
	/* and yet the good one can go */
	ck_assert_int_eq(provider_list_unregister(scratch, NULL, "same", &error), 0);
	ck_assert_int_eq(provider_list_unregister(scratch, NULL, "b", &error), REGISTRY_E_ABSENT);
}
END_TEST

static const struct {
	const char *have; /* registered first, at the bottom each */
	uint32_t index;
	const char *names;
} registrations[] = {
	{ "", 0, "new" },
	{ "", PROVIDER_LIST_BOTTOM, "new" },
	{ "a b c", 0, "new a b c" },
	{ "a b c", 1, "a new b c" },
	{ "a b c", 2, "a b new c" },
	{ "a b c", 3, "a b c new" },
	{ "a b c", 4, "a b c new" },
	{ "a b c", PROVIDER_LIST_BOTTOM, "a b c new" },
};

START_TEST(provider_goes_where_the_index_says)
{
	char have[64], *left = have, *name;
	struct stat st;
	char *path;

	strcpy(have, registrations[_i].have);
	while ((name = strsep(&left, " ")) && *name)
		ck_assert_int_eq(provider_list_register(
					 scratch, NULL,
					 &(struct registration){
						 name, "/m.so", PROVIDER_LIST_BOTTOM, false, NULL },
					 NULL, NULL),
				 0);
	ck_assert_int_eq(provider_list_register(scratch, NULL,
						&(struct registration){ "new", "/new \"module\".so",
									registrations[_i].index,
									true, NULL },
						&path, NULL),
			 0);
	ck_assert_str_eq(names(), registrations[_i].names);
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_uint_eq(st.st_mode & 07777, 0644);
	free(path);
	ck_assert_int_eq(provider_list_unregister(scratch, NULL, "NEW", NULL), 0);
	ck_assert_str_eq(names(), registrations[_i].have);
}
END_TEST

START_TEST(registration_writes_what_was_said)
{
	struct provider_list list;

	ck_assert_int_eq(provider_list_register(scratch, NULL,
						&(struct registration){ "Größe & \"Co\"",
									"/a\\b\n\x01\xff.so", 0,
									true, NULL },
						NULL, NULL),
			 0);
	ck_assert_int_eq(provider_list_read(scratch, NULL, &list, NULL), 0);
	ck_assert_str_eq(list.entry[0]->name, "Größe & \"Co\"");
	ck_assert_str_eq(list.entry[0]->module, "/a\\b\n\x01\xff.so");
	ck_assert(list.entry[0]->critical && list.entry[0]->enabled);
	ck_assert_int_eq(provider_list_find(&list, "GRÖSSE & \"CO\""), -1);
	ck_assert_int_eq(provider_list_find(&list, "GRÖßE & \"CO\""), 0);
	provider_list_done(&list);
}
END_TEST

#define A63  "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define A255 A63 "a" A63 "a" A63 "a" A63

static const struct {
	const char *name, *module;
	int r;
} refusals[] = {
	{ "taken", "/m", REGISTRY_E_EXISTS },
	{ "TAKEN", "/m", REGISTRY_E_EXISTS },
	{ "", "/m", REGISTRY_E_NAME },
	{ A255 "a", "/m", REGISTRY_E_NAME },
	{ "a/b", "/m", REGISTRY_E_NAME },
	{ "a\\b", "/m", REGISTRY_E_NAME },
	{ "a\tb", "/m", REGISTRY_E_NAME },
	{ "a\x7f", "/m", REGISTRY_E_NAME },
	{ "a\xc2\x85", "/m", REGISTRY_E_NAME },
	{ "a\xff", "/m", REGISTRY_E_NAME },
	{ "n", "m", REGISTRY_E_PATH },
	{ "n", "", REGISTRY_E_PATH },
	{ A255, "/m", 0 },
	{ "..", "/m", 0 },
	{ "\xc3\xbc", "/m", 0 },
};

START_TEST(registration_is_refused)
{
	struct registry_error error = { .line = 0 };

	scratch_write("50-taken.conf", TEXT("taken"));
	ck_assert_int_eq(provider_list_register(scratch, NULL,
						&(struct registration){ refusals[_i].name,
									refusals[_i].module, 0,
									false, NULL },
						NULL, &error),
			 refusals[_i].r);
	if (refusals[_i].r)
		ck_assert_str_eq(names(), "taken");
}
END_TEST

START_TEST(list_has_a_limit)
{
	struct registry_error error = { .line = 0 };
	struct provider_list list;
	char name[32];

	for (int i = 0; i < PROVIDER_LIST_MAX; i++) {
		sprintf(name, "%03d.conf", i);
		char text[64];

		sprintf(text, "name = \"p%d\"; module = \"/m\";", i);
		scratch_write(name, text);
	}
	ck_assert_int_eq(provider_list_read(scratch, NULL, &list, &error), 0);
	ck_assert_uint_eq(list.n, PROVIDER_LIST_MAX);
	provider_list_done(&list);
	ck_assert_int_eq(
		provider_list_register(scratch, NULL,
				       &(struct registration){ "one more", "/m", 0, false, NULL },
				       NULL, &error),
		REGISTRY_E_FULL);
	scratch_write("zzz.conf", TEXT("z"));
	ck_assert_int_eq(provider_list_read(scratch, NULL, &list, &error), REGISTRY_E_FULL);
}
END_TEST

START_TEST(directory_is_made_where_it_is_missing)
{
	const char *dir = scratch_path("providers.d");
	struct stat st;

	ck_assert_int_eq(provider_list_register(dir, NULL,
						&(struct registration){ "n", "/m", 0, false, NULL },
						NULL, NULL),
			 0);
	ck_assert_int_eq(stat(dir, &st), 0);
	ck_assert_int_eq(provider_list_register(scratch_path("a/b"), NULL,
						&(struct registration){ "n", "/m", 0, false, NULL },
						NULL, NULL),
			 -ENOENT);
	ck_assert_int_eq(provider_list_unregister(scratch_path("a/b"), NULL, "n", NULL), -ENOENT);
}
END_TEST

START_TEST(path_is_found_by_name)
{
	char *path = NULL;

	scratch_write("50-a.conf", "broken {");
	scratch_write("60-b.conf", TEXT("b"));
	ck_assert_int_eq(provider_list_path(scratch, "B", &path, NULL), 0);
	ck_assert_str_eq(path, scratch_path("60-b.conf"));
	free(path);
	ck_assert_int_eq(provider_list_path(scratch, "a", &path, NULL), REGISTRY_E_ABSENT);
}
END_TEST

static void count(void *context, bool warning, const struct registry_error *mistake)
{
	(void)mistake;
	((unsigned *)context)[warning]++;
}

/* C6: all files' mistakes, each once, though a link to nowhere makes the reader try again. */
START_TEST(mistakes_of_all_files_are_told_once)
{
	unsigned told[2] = { 0, 0 };
	struct registry_error error = { .tell = count, .context = told };
	struct provider_list list;

	scratch_write("10-a.conf", "broken {");
	scratch_write("20-b.conf", TEXT("b") "threads = \"\\x41\";");
	scratch_write("30-c.conf", TEXT("c"));
	ck_assert_int_eq(provider_list_read(scratch, NULL, &list, &error), 0);
	ck_assert_uint_eq(error.told, 2);
	ck_assert(told[0] == 2 && told[1] == 1);
	ck_assert_uint_eq(list.n, 2);
	ck_assert(list.entry[0]->wrong && !list.entry[1]->wrong);
	provider_list_done(&list);
	ck_assert_int_eq(symlink("nowhere.conf", scratch_path("40-d.conf")), 0);
	told[0] = 0;
	ck_assert_int_eq(provider_list_read(scratch, NULL, &list, &error), REGISTRY_E_INVALID);
	ck_assert_uint_eq(told[0], 3);
}
END_TEST

/* S6: a file that cannot be read may be the one that is looked for, and was taken for none. */
START_TEST(unreadable_is_not_absent)
{
	struct registry_error error = { .line = 0 };
	char *path = NULL;

	scratch_write("50-b.conf", TEXT("b"));
	ck_assert_int_eq(symlink("40-loop.conf", scratch_path("40-loop.conf")), 0);
	ck_assert_int_eq(provider_list_path(scratch, "a", &path, &error), -ELOOP);
	ck_assert_ptr_nonnull(strstr(error.text, "cannot be read"));
	ck_assert_int_eq(provider_list_unregister(scratch, NULL, "a", &error), -ELOOP);
	ck_assert_int_eq(provider_list_unregister(scratch, NULL, "b", &error), 0);
}
END_TEST

/* ---- many at once -----------------------------------------------------------------------------
 */

enum { PROCESSES = 200 };

/* Registers, finds itself, sets a value, and, every second one, unregisters. */
static int set_one(void *context, struct overlay *overlay)
{
	_cleanup_(setting_freep) struct setting *data =
		setting_new_int(SETTING_INT, NULL, *(int *)context);
	const struct overlay_change change = {
		.path = "", .name = "value", .type = RESERVED_DWORD, .data = data
	};

	return overlay_put(overlay, NULL, &change);
}

static int one_process(int i)
{
	_cleanup_(freep) char *path = NULL, *found = NULL;
	struct provider_list list;
	char name[32];
	int r;

	sprintf(name, "provider %d", i);
	r = provider_list_register(
		scratch, scratch,
		&(struct registration){ name, "/m.so", (uint32_t)(i * 7919) % 50, i & 2, NULL },
		&path, NULL);
	if (r)
		return 1;
	if (overlay_edit(scratch, name, set_one, &i, NULL) != 0)
		return 2;
	if (provider_list_path(scratch, name, &found, NULL) != 0 || strcmp(path, found) != 0)
		return 3;
	if (provider_list_read(scratch, scratch, &list, NULL) != 0)
		return 4;
	provider_list_done(&list);
	return i % 2 ? (provider_list_unregister(scratch, scratch, name, NULL) ? 5 : 0) : 0;
}

START_TEST(two_hundred_processes_leave_a_whole_list)
{
	struct provider_list list;
	pid_t pids[PROCESSES];
	int status;

	for (int i = 0; i < PROCESSES; i++) {
		pids[i] = fork();
		ck_assert_int_ge(pids[i], 0);
		if (pids[i] == 0)
			_exit(one_process(i));
	}
	for (int i = 0; i < PROCESSES; i++) {
		ck_assert_int_eq(waitpid(pids[i], &status, 0), pids[i]);
		ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 0, "process %d: step %d",
			      i, WEXITSTATUS(status));
	}
	ck_assert_int_eq(provider_list_read(scratch, scratch, &list, NULL), 0);
	ck_assert_uint_eq(list.n, PROCESSES / 2);
	for (int i = 0; i < PROCESSES; i += 2) {
		char name[32];
		ptrdiff_t at;

		sprintf(name, "PROVIDER %d", i);
		at = provider_list_find(&list, name);
		ck_assert_int_ge(at, 0);
		ck_assert_int_eq(setting_child(list.entry[at]->settings, "value")->integer, i);
	}
	provider_list_done(&list);
	ck_assert_int_ne(access(scratch_path(".wdspxed-new"), F_OK), 0);
}
END_TEST

/* ---- killed at every system call --------------------------------------------------------------
 */

enum { DO_REGISTER, DO_UNREGISTER, DO_EDIT, N_DEEDS };

static int deed(int which)
{
	int value = 42;

	if (which == DO_REGISTER)
		return provider_list_register(
			scratch, NULL, &(struct registration){ "new", "/new.so", 1, false, NULL },
			NULL, NULL);
	if (which == DO_UNREGISTER)
		return provider_list_unregister(scratch, NULL, "b", NULL);
	return overlay_edit(scratch, "b", set_one, &value, NULL);
}

/* Runs the deed in a traced child and kills it at its nth stop, which is the entry to a system call
 * or the return from it. True when it was done before. */
static bool killed_at(int which, int n)
{
	pid_t pid = fork();
	int status;

	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		raise(SIGSTOP);
		_exit(deed(which) ? 1 : 0);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_msg(WIFSTOPPED(status), "the child did not stop");
	ptrace(PTRACE_SETOPTIONS, pid, NULL, PTRACE_O_EXITKILL | PTRACE_O_TRACESYSGOOD);
	for (int i = 0; i < n; i++) {
		ptrace(PTRACE_SYSCALL, pid, NULL, NULL);
		ck_assert_int_eq(waitpid(pid, &status, 0), pid);
		if (WIFEXITED(status)) {
			ck_assert_int_eq(WEXITSTATUS(status), 0);
			return true;
		}
	}
	kill(pid, SIGKILL);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	return false;
}

/* What a program has set for b; -1: nothing. */
static int64_t value_of_b(void)
{
	const struct setting *value;
	struct provider_list list;
	int64_t result;

	ck_assert_int_eq(provider_list_read(scratch, scratch, &list, NULL), 0);
	value = setting_child(list.entry[provider_list_find(&list, "b")]->settings, "value");
	result = value ? value->integer : -1;
	provider_list_done(&list);
	return result;
}

static bool traceable(void)
{
	pid_t pid = fork();
	int status;

	if (pid == 0)
		_exit(ptrace(PTRACE_TRACEME, 0, NULL, NULL) < 0);
	return waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static void begin_again(void)
{
	scratch_remove();
	ck_assert_int_eq(mkdir(scratch, 0755), 0);
	scratch_write("50-a.conf", TEXT("a") "# mine\n");
	scratch_write("60-b.conf", TEXT("b") "# mine\nsettings:\n{\n};\n");
	scratch_write("70-c.conf", TEXT("c"));
}

static const struct {
	const char *old, *new;
} outcomes[N_DEEDS] = {
	[DO_REGISTER] = { "a b c", "a new b c" },
	[DO_UNREGISTER] = { "a b c", "a c" },
	[DO_EDIT] = { "a b c", "a b c" },
};

START_TEST(killed_at_any_instant_the_list_is_old_or_new)
{
	int olds = 0, news = 0;
	bool done = false;

	if (!traceable())
		return; /* a sandbox without ptrace: the other tests must do */
	for (int n = 0; !done; n++) {
		bool is_new, is_old;

		ck_assert_int_lt(n, 2000);
		begin_again();
		done = killed_at(_i, n);
		is_new = strcmp(names(), outcomes[_i].new) == 0;
		is_old = strcmp(names(), outcomes[_i].old) == 0;
		if (_i == DO_EDIT) {
			is_new = value_of_b() == 42;
			is_old = value_of_b() == -1;
		}
		ck_assert_msg(is_old || is_new, "killed at stop %d: %s", n, names());
		ck_assert_msg(!done || is_new, "it was done, and nothing changed");
		olds += is_old;
		news += is_new && !is_old;
		ck_assert_str_eq(scratch_read("50-a.conf"), TEXT("a") "# mine\n");
		/* nobody is held up, and what the dead writer left goes */
		ck_assert_int_eq(provider_list_register(
					 scratch, NULL,
					 &(struct registration){ "after", "/m", 0, false, NULL },
					 NULL, NULL),
				 0);
		ck_assert_int_ne(access(scratch_path(".wdspxed-new"), F_OK), 0);
		if (_i == DO_EDIT) {
			int value = 43;

			ck_assert_int_eq(overlay_edit(scratch, "b", set_one, &value, NULL), 0);
			ck_assert_int_ne(access(scratch_path("registry/.wdspxed-new"), F_OK), 0);
		}
	}
	ck_assert_msg(olds > 5 && news > 2, "%d times old, %d times new", olds, news);
}
END_TEST

/* ---- a disk that is full, a directory that may not be written ---------------------------------
 */

START_TEST(file_that_cannot_be_written_leaves_the_list)
{
	const struct rlimit none = { 0, RLIM_INFINITY };
	struct rlimit before;
	int value = 42, r[2];

	begin_again();
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &before);
	setrlimit(RLIMIT_FSIZE, &none);
	r[0] = provider_list_register(
		scratch, NULL, &(struct registration){ "new", "/m", 0, false, NULL }, NULL, NULL);
	r[1] = overlay_edit(scratch, "b", set_one, &value, NULL);
	setrlimit(RLIMIT_FSIZE, &before);
	ck_assert_int_eq(r[0], -EFBIG);
	ck_assert_int_eq(r[1], -EFBIG);
	ck_assert_str_eq(names(), "a b c");
	ck_assert_int_ne(access(scratch_path(".wdspxed-new"), F_OK), 0);
}
END_TEST

/* Fills a small file system; false where none can be mounted. */
static bool full_disk(void)
{
	char block[4096] = { 1 };
	int fd;

	/* in a mount namespace of this test's process */
	if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mount("tmpfs", scratch, "tmpfs", 0, "size=32k") < 0)
		return false;
	scratch_write("50-a.conf", TEXT("a"));
	scratch_write(".lock", "");
	fd = open(scratch_path("filler"), O_WRONLY | O_CREAT, 0600);
	while (write(fd, block, sizeof(block)) > 0)
		;
	close(fd);
	return true;
}

START_TEST(full_disk_leaves_the_list)
{
	int value = 42;

	if (!full_disk())
		return; /* not root: the limit on a file's size, above, stands for it */
	ck_assert_int_eq(provider_list_register(
				 scratch, NULL,
				 &(struct registration){ "new", "/m", 0, false, NULL }, NULL, NULL),
			 -ENOSPC);
	ck_assert_int_eq(overlay_edit(scratch, "a", set_one, &value, NULL), -ENOSPC);
	ck_assert_str_eq(names(), "a");
	ck_assert_int_ne(access(scratch_path(".wdspxed-new"), F_OK), 0);
	/* to remove needs no space */
	ck_assert_int_eq(provider_list_unregister(scratch, NULL, "a", NULL), 0);
	ck_assert_str_eq(names(), "");
	ck_assert_int_eq(umount(scratch), 0);
}
END_TEST

/* As a user who may read only; or on a file system that is read only, which root cannot write. */
static int without_rights(void)
{
	int value = 42;
	struct provider_list list;

	if (provider_list_register(scratch, NULL,
				   &(struct registration){ "new", "/m", 0, false, NULL }, NULL,
				   NULL) != -EACCES)
		return 1;
	if (provider_list_unregister(scratch, NULL, "a", NULL) != -EACCES)
		return 2;
	if (overlay_edit(scratch, "b", set_one, &value, NULL) != -EACCES)
		return 3;
	if (provider_list_read(scratch, NULL, &list, NULL) != 0 || list.n != 3)
		return 4;
	provider_list_done(&list);
	if (provider_list_register(scratch_path("sub"), NULL,
				   &(struct registration){ "n", "/m", 0, false, NULL }, NULL,
				   NULL) != -EACCES)
		return 5;
	return 0;
}

START_TEST(who_may_not_write_may_read)
{
	pid_t pid;
	int status;

	begin_again();
	ck_assert_int_eq(provider_list_unregister(scratch, NULL, "nobody", NULL),
			 REGISTRY_E_ABSENT);
	ck_assert_int_eq(chmod(scratch, 0555), 0);
	pid = fork();
	if (pid == 0)
		_exit(geteuid() == 0 && (setgid(65534) < 0 || setuid(65534) < 0)
			      ? 9
			      : without_rights());
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(chmod(scratch, 0755), 0);
	ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 0, "step %d",
		      WEXITSTATUS(status));
	ck_assert_str_eq(names(), "a b c");
}
END_TEST

START_TEST(lock_is_not_for_everybody)
{
	struct stat st;

	begin_again();
	ck_assert_int_eq(provider_list_unregister(scratch, NULL, "a", NULL), 0);
	ck_assert_int_eq(stat(scratch_path(".lock"), &st), 0);
	ck_assert_uint_eq(st.st_mode & 07777, 0600);
}
END_TEST

int main(void)
{
	TCase *t = tcase_create("provider_list");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, only_drop_ins_count_in_the_order_of_octets);
	tcase_add_test(t, empty_and_missing_differ);
	tcase_add_test(t, wrong_files_make_the_list_wrong);
	TEST_ROWS(t, provider_goes_where_the_index_says, registrations);
	tcase_add_test(t, registration_writes_what_was_said);
	TEST_ROWS(t, registration_is_refused, refusals);
	tcase_add_test(t, list_has_a_limit);
	tcase_add_test(t, directory_is_made_where_it_is_missing);
	tcase_add_test(t, path_is_found_by_name);
	tcase_add_test(t, mistakes_of_all_files_are_told_once);
	tcase_add_test(t, unreadable_is_not_absent);
	tcase_add_test(t, two_hundred_processes_leave_a_whole_list);
	tcase_add_loop_test(t, killed_at_any_instant_the_list_is_old_or_new, 0, N_DEEDS);
	tcase_add_test(t, file_that_cannot_be_written_leaves_the_list);
	tcase_add_test(t, full_disk_leaves_the_list);
	tcase_add_test(t, who_may_not_write_may_read);
	tcase_add_test(t, lock_is_not_for_everybody);
	tcase_set_timeout(t, 120);
	return suite_run("registry/provider_list", t);
}
