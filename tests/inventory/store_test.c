/* The devices on disk and in force: whatever is cut off, damaged, full or killed, the old state is
 * there or the new one. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "scratch.h"
#include "suite.h"

#include "../../providers/inventory/record.h"
#include "../../providers/inventory/store_read.h"

/* ---- calls that fail, or are the last -----------------------------------------------------------
 */

static enum { CALLS_WORK, CALLS_FAIL, CALLS_KILL } calls;
static unsigned calls_left, calls_made;
static int calls_error;

/* Is this the call? Half of what it does is done before. */
static bool is_the_call(void)
{
	calls_made++;
	return calls != CALLS_WORK && calls_left-- == 0;
}

static int the_call(void)
{
	if (calls == CALLS_KILL)
		kill(getpid(), SIGKILL);
	calls = CALLS_WORK;
	errno = calls_error;
	return -1;
}

ssize_t pwrite(int fd, const void *at, size_t len, off_t where)
{
	if (!is_the_call())
		return syscall(SYS_pwrite64, fd, at, len, where);
	(void)syscall(SYS_pwrite64, fd, at, len / 2, where);
	return the_call();
}

int fdatasync(int fd)
{
	return is_the_call() ? the_call() : (int)syscall(SYS_fdatasync, fd);
}

int fsync(int fd)
{
	return is_the_call() ? the_call() : (int)syscall(SYS_fsync, fd);
}

int rename(const char *from, const char *to)
{
	return is_the_call() ? the_call() : (int)syscall(SYS_rename, from, to);
}

int ftruncate(int fd, off_t len)
{
	return is_the_call() ? the_call() : (int)syscall(SYS_ftruncate, fd, len);
}

/* ---- a store ------------------------------------------------------------------------------------
 */

static char told[512];

static void tell(void *context, bool wrong, const char *where, uint32_t line, const char *what)
{
	(void)context;
	snprintf(told, sizeof told, "%s %s:%u: %s", wrong ? "wrong" : "doubt", where, line, what);
}

static const struct store_told store_told = { NULL, tell };
static char why[WHY_SIZE];

static int open_store(struct store **out)
{
	why[0] = told[0] = '\0';
	return store_open(scratch_path("devices.csv"), true, scratch_path("devices"), &store_told,
			  out, why);
}

static struct store *opened(void)
{
	struct store *store = NULL;

	ck_assert_msg(open_store(&store) == 0, "%s: %s", why, told);
	return store;
}

static void draft_of(struct draft *out, const char *words)
{
	char text[1024], *save = NULL;

	draft_begin(out);
	snprintf(text, sizeof text, "%s", words);
	for (char *word = strtok_r(text, ";", &save); word; word = strtok_r(NULL, ";", &save)) {
		char *value = strchr(word, '=');

		*value++ = '\0';
		ck_assert_msg(draft_set(out, word, value, why), "%s", why);
	}
}

static struct id id_of(const char *text)
{
	struct id id;

	ck_assert(id_parse(text, &id));
	return id;
}

static void put_device(const struct device *device, char *out, size_t size)
{
	char key[ID_TEXT_SIZE], name[64];
	struct word word;
	const char *text;
	bool from_state;
	size_t used = strlen(out);

	device_key(device, key);
	used += (size_t)snprintf(out + used, size - used, "%s", key);
	for (unsigned i = 0; (text = device_text_at(device, i, &word, &from_state)); i++) {
		field_text(word, name);
		used += (size_t)snprintf(out + used, size - used, " %s%s=%s", name,
					 from_state ? "" : "(csv)", text);
	}
	snprintf(out + used, size - used, "\n");
}

/* All devices in force, a line each. */
static const char *all_of(struct store *store)
{
	static char text[8192];
	const struct snapshot *snapshot = store_hold(store);

	text[0] = '\0';
	for (uint32_t i = 0; i < snapshot_numbers(snapshot); i++)
		if (snapshot_at(snapshot, i))
			put_device(snapshot_at(snapshot, i), text, sizeof text);
	store_release(store, snapshot);
	return text;
}

#define CSV                                                                                        \
	"mac,name,file\n"                                                                          \
	"52:54:00:77:00:01,pc01,a.efi\n"                                                           \
	"52:54:00:77:00:02,pc02,b.efi\n"

static void setup(void)
{
	calls = CALLS_WORK;
	scratch_make();
	scratch_write("devices.csv", CSV);
}

/* ---- changes ------------------------------------------------------------------------------------
 */

enum op { ADD, SET, UNSET, REMOVE, FORGET, USE };

static const struct {
	enum op op;
	const char *id, *words;
	int r;
	const char *all; /* afterwards; NULL: as before */
	const char *why;
} ops[] = {
	{ ADD, NULL, "mac=52:54:00:77:00:03;name=pc03;once=armed", 0,
	  "mac:52:54:00:77:00:01 name(csv)=pc01 file(csv)=a.efi\n"
	  "mac:52:54:00:77:00:02 name(csv)=pc02 file(csv)=b.efi\n"
	  "mac:52:54:00:77:00:03 name=pc03 once=armed\n",
	  NULL },
	{ ADD, NULL, "mac=52:54:00:77:00:01;name=new", -EEXIST, NULL,
	  "mac:52:54:00:77:00:01 is the device pc01 already" },
	{ ADD, NULL, "mac=52:54:00:77:00:09;name=PC01", -EEXIST, NULL,
	  "there is a device pc01 already" },
	{ ADD, NULL, "name=pc09", -EINVAL, NULL, "names no machine" },
	{ SET, "52:54:00:77:00:01", "file=c.efi;group=lab;mac=52:54:00:77:00:11", 0,
	  "mac:52:54:00:77:00:01 name(csv)=pc01 file=c.efi group=lab\n"
	  "mac:52:54:00:77:00:02 name(csv)=pc02 file(csv)=b.efi\n"
	  "mac:52:54:00:77:00:03 name=pc03 once=armed\n",
	  NULL },
	{ SET, "52:54:00:77:00:11", "name=", 0,
	  "mac:52:54:00:77:00:01 file=c.efi group=lab\n"
	  "mac:52:54:00:77:00:02 name(csv)=pc02 file(csv)=b.efi\n"
	  "mac:52:54:00:77:00:03 name=pc03 once=armed\n",
	  NULL },
	{ SET, "52:54:00:77:00:01", "mac=52:54:00:77:00:03", -EEXIST, NULL,
	  "is the device pc03 already" },
	{ SET, "52:54:00:77:00:99", "name=x", -ENOENT, NULL, "there is no device" },
	{ USE, "52:54:00:77:00:03", "1000", 0,
	  "mac:52:54:00:77:00:01 file=c.efi group=lab\n"
	  "mac:52:54:00:77:00:02 name(csv)=pc02 file(csv)=b.efi\n"
	  "mac:52:54:00:77:00:03 name=pc03 once=used 1000\n",
	  NULL },
	{ USE, "52:54:00:77:00:03", "2000", 0, NULL, NULL }, /* only once */
	{ UNSET, "52:54:00:77:00:01", "name", 0,
	  "mac:52:54:00:77:00:01 name(csv)=pc01 file=c.efi group=lab\n"
	  "mac:52:54:00:77:00:02 name(csv)=pc02 file(csv)=b.efi\n"
	  "mac:52:54:00:77:00:03 name=pc03 once=used 1000\n",
	  NULL },
	{ REMOVE, "52:54:00:77:00:01", NULL, -EPERM, NULL, "devices.csv:2" },
	{ FORGET, "52:54:00:77:00:01", NULL, 0,
	  "mac:52:54:00:77:00:01 name(csv)=pc01 file(csv)=a.efi\n"
	  "mac:52:54:00:77:00:02 name(csv)=pc02 file(csv)=b.efi\n"
	  "mac:52:54:00:77:00:03 name=pc03 once=used 1000\n",
	  NULL },
	{ SET, "52:54:00:77:00:11", "name=x", -ENOENT, NULL, "there is no device" },
	{ SET, "52:54:00:77:00:03", "once=armed", 0,
	  "mac:52:54:00:77:00:01 name(csv)=pc01 file(csv)=a.efi\n"
	  "mac:52:54:00:77:00:02 name(csv)=pc02 file(csv)=b.efi\n"
	  "mac:52:54:00:77:00:03 name=pc03 once=armed\n",
	  NULL },
	{ REMOVE, "52:54:00:77:00:03", NULL, 0,
	  "mac:52:54:00:77:00:01 name(csv)=pc01 file(csv)=a.efi\n"
	  "mac:52:54:00:77:00:02 name(csv)=pc02 file(csv)=b.efi\n",
	  NULL },
};

enum { N_OPS = sizeof ops / sizeof *ops };

static int carry_out(struct store *store, unsigned i)
{
	static struct draft draft;
	struct word word;
	struct id id = { .len = 0 };

	if (ops[i].id)
		id = id_of(ops[i].id);
	switch (ops[i].op) {
	case ADD:
		draft_of(&draft, ops[i].words);
		return store_add(store, &draft, why);
	case SET:
		draft_of(&draft, ops[i].words);
		return store_set(store, &id, &draft, why);
	case UNSET:
		ck_assert(field_parse(ops[i].words, &word, why));
		return store_unset(store, &id, word, why);
	case REMOVE:
		return store_remove(store, &id, why);
	case FORGET:
		return store_forget(store, &id, why);
	case USE:
		break;
	}
	return store_use(store, &id, 1, (uint32_t)atoi(ops[i].words), why);
}

/* What is in force after the first `n`. */
static const char *after(unsigned n)
{
	while (n > 0 && !ops[n - 1].all)
		n--;
	return n > 0 ? ops[n - 1].all
		     : "mac:52:54:00:77:00:01 name(csv)=pc01 file(csv)=a.efi\n"
		       "mac:52:54:00:77:00:02 name(csv)=pc02 file(csv)=b.efi\n";
}

/* In force, and on disk, after each; a reload leaves it so. */
START_TEST(changes_are_kept)
{
	struct store *store = opened(), *other;

	for (unsigned i = 0; i < N_OPS; i++) {
		int r = carry_out(store, i);

		ck_assert_msg(r == ops[i].r, "%u: %d: %s", i, r, why);
		if (ops[i].why)
			ck_assert_msg(strstr(why, ops[i].why) != NULL, "%s", why);
		ck_assert_msg(strcmp(all_of(store), after(i + 1)) == 0, "%u:\n%s", i,
			      all_of(store));
		other = opened();
		ck_assert_msg(strcmp(all_of(other), after(i + 1)) == 0, "%u:\n%s", i,
			      all_of(other));
		store_close(other);
		scratch_write("devices.csv", i % 2 == 0 ? CSV "\n" : CSV);
		ck_assert_int_eq(store_reload(store, &store_told, why), 1);
		ck_assert_msg(strcmp(all_of(store), after(i + 1)) == 0, "%u:\n%s", i,
			      all_of(store));
	}
	store_close(store);
}
END_TEST

/* ---- two that write -----------------------------------------------------------------------------
 */

/* As the old and the new instance of a reload: each finds what the other wrote. */
START_TEST(two_instances_write_to_one_file)
{
	struct store *stores[2] = { opened(), opened() };

	for (unsigned i = 0; i < N_OPS; i++) {
		int r = carry_out(stores[i % 2], i);

		ck_assert_msg(r == ops[i].r, "%u: %d: %s", i, r, why);
		ck_assert_msg(strcmp(all_of(stores[i % 2]), after(i + 1)) == 0, "%u:\n%s", i,
			      all_of(stores[i % 2]));
	}
	store_close(stores[0]);
	store_close(stores[1]);
}
END_TEST

/* The one that began first sees it without a change of its own, if it looks. */
START_TEST(what_another_wrote_is_taken_over)
{
	struct store *first = opened(), *second = opened();

	ck_assert_int_eq(carry_out(second, 0), 0);
	ck_assert_str_eq(all_of(first), after(0));
	ck_assert_int_eq(store_refresh(first, why), 0);
	ck_assert_str_eq(all_of(first), after(1));
	store_close(first);
	store_close(second);
}
END_TEST

/* Devices that come and go take no more room than those that are there. */
START_TEST(a_number_that_was_left_is_given_again)
{
	struct store *store = opened();
	const struct snapshot *snapshot;
	struct draft draft;
	struct id id;
	char words[64];

	for (unsigned i = 0; i < 50; i++) {
		snprintf(words, sizeof words, "mac=52:54:02:00:00:%02x", i);
		draft_of(&draft, words);
		ck_assert_int_eq(store_add(store, &draft, why), 0);
		id = id_of(words + 4);
		if (i % 5)
			ck_assert_int_eq(store_remove(store, &id, why), 0);
	}
	snapshot = store_hold(store);
	ck_assert_uint_eq(snapshot_count(snapshot), 12);
	ck_assert_uint_le(snapshot_numbers(snapshot), 13);
	store_release(store, snapshot);
	store_close(store);
}
END_TEST

/* ---- what is cut off ----------------------------------------------------------------------------
 */

static char file[65536];

static size_t file_read(void)
{
	FILE *f = fopen(scratch_path("devices"), "r");
	size_t len;

	ck_assert_ptr_nonnull(f);
	len = fread(file, 1, sizeof file, f);
	fclose(f);
	return len;
}

static void file_write(const char *text, size_t len)
{
	FILE *f = fopen(scratch_path("devices"), "w");

	ck_assert_ptr_nonnull(f);
	ck_assert_uint_eq(fwrite(text, 1, len, f), len);
	ck_assert_int_eq(fclose(f), 0);
	ck_assert_int_eq(chmod(scratch_path("devices"), 0600), 0);
}

/* The file after all operations; *ends: how long it was after each. */
static size_t make_file(size_t ends[N_OPS + 1])
{
	struct store *store = opened();
	struct stat st;

	for (unsigned i = 0; i < N_OPS; i++) {
		ck_assert_int_eq(carry_out(store, i), ops[i].r);
		ck_assert_int_eq(stat(scratch_path("devices"), &st), 0);
		ends[i] = (size_t)st.st_size;
	}
	store_close(store);
	return file_read();
}

/* How many operations are whole in so many octets. */
static unsigned whole(const size_t ends[N_OPS], size_t len)
{
	unsigned n = 0;

	while (n < N_OPS && ends[n] <= len)
		n++;
	return n;
}

/* At every octet: what was whole before counts, and the next write stands behind it. */
START_TEST(a_torn_file_is_cut_off)
{
	static char copy[sizeof file];
	size_t ends[N_OPS + 1], len = make_file(ends);
	struct draft draft;

	memcpy(copy, file, len);
	draft_of(&draft, "mac=52:54:00:77:00:44;name=pc44");
	for (size_t cut = 0; cut < len; cut++) {
		struct store *store;

		file_write(copy, cut);
		store = opened();
		ck_assert_msg(strcmp(all_of(store), after(whole(ends, cut))) == 0, "%zu:\n%s", cut,
			      all_of(store));
		ck_assert_msg(store_add(store, &draft, why) == 0, "%zu: %s", cut, why);
		store_close(store);
		store = opened();
		ck_assert_msg(strstr(all_of(store), "name=pc44") != NULL, "%zu", cut);
		store_close(store);
	}
}
END_TEST

/* A line that is damaged with whole ones behind it is no torn tail: nothing is taken, or cut off.
 */
START_TEST(a_damaged_file_is_refused)
{
	size_t ends[N_OPS + 1], len = make_file(ends), last = 0;
	struct store *store;

	for (unsigned i = 0; i < N_OPS; i++)
		if (ends[i] < len)
			last = ends[i];
	for (size_t at = ends[0]; at + 1 < last; at += 7) {
		struct stat st;

		file[at] ^= 1;
		file_write(file, len);
		ck_assert_int_eq(open_store(&store), -EBADMSG);
		ck_assert_msg(strstr(why, "is not as it was written") != NULL, "%s", why);
		ck_assert(stat(scratch_path("devices"), &st) == 0 && (size_t)st.st_size == len);
		file[at] ^= 1;
	}
}
END_TEST

static const struct {
	const char *text, *why;
} strangers[] = {
	{ "# wdspxed-devices 2\n", "its format is wdspxed-devices 2, and this version knows" },
	{ "# wdspxed-devices 10\nwhat\n", "its format is wdspxed-devices 10" },
	{ "mac,name\n", "does not begin with" },
	{ "# a very long comment of somebody else's\n", "does not begin with" },
};

START_TEST(another_version_is_refused_by_name)
{
	struct store *store;

	scratch_write("devices", strangers[_i].text);
	ck_assert_int_eq(chmod(scratch_path("devices"), 0600), 0);
	ck_assert_int_eq(open_store(&store), -EPROTO);
	ck_assert_msg(strstr(why, strangers[_i].why) != NULL, "%s", why);
	ck_assert_str_eq(scratch_read("devices"), strangers[_i].text);
}
END_TEST

START_TEST(a_file_that_others_may_write_is_refused)
{
	struct store *store;

	scratch_write("devices", "# wdspxed-devices 1\n");
	ck_assert_int_eq(chmod(scratch_path("devices"), 0666), 0);
	ck_assert_int_eq(open_store(&store), -EPERM);
}
END_TEST

/* ---- full disks ---------------------------------------------------------------------------------
 */

/* Does the file say what is in force? */
static void assert_known(struct store *store, unsigned i, unsigned call)
{
	struct store *other = opened();
	char text[8192];

	snprintf(text, sizeof text, "%s", all_of(store));
	ck_assert_msg(strcmp(all_of(other), text) == 0, "%u, call %u:\n%s\n%s", i, call, text,
		      all_of(other));
	store_close(other);
}

/* Each call of each operation fails once. Nothing has changed, but where the folder alone could not
 * be synced: then the new file is there. */
START_TEST(a_write_that_fails_changes_nothing)
{
	struct store *store = opened();
	unsigned failed = 0;

	calls_error = ENOSPC;
	for (unsigned i = 0; i < N_OPS; i++) {
		for (unsigned call = 0;; call++) {
			int r;

			calls = CALLS_FAIL;
			calls_left = call;
			r = carry_out(store, i);
			calls = CALLS_WORK;
			assert_known(store, i, call);
			if (r == ops[i].r)
				break;
			ck_assert_msg(r == -ENOSPC, "%u, call %u: %d: %s", i, call, r, why);
			failed++;
			if (strcmp(all_of(store), after(i)) != 0)
				break;
		}
		ck_assert_msg(strcmp(all_of(store), after(i + 1)) == 0, "%u:\n%s", i,
			      all_of(store));
	}
	ck_assert_uint_gt(failed, 10);
	store_close(store);
}
END_TEST

/* ---- kill -9 ------------------------------------------------------------------------------------
 */

/* Carries out all, and says after each that it is done; the call kills it. */
static void child(int done, unsigned call)
{
	struct store *store = opened();

	calls = CALLS_KILL;
	calls_left = call;
	for (unsigned i = 0; i < N_OPS; i++) {
		(void)carry_out(store, i);
		if (write(done, "", 1) != 1)
			_exit(1);
	}
	_exit(0);
}

/* How many were done; -1: the child came to its end. */
static int run_child(unsigned call)
{
	int ends[2], status, n = 0;
	char octet;
	pid_t pid;

	ck_assert_int_eq(pipe(ends), 0);
	pid = fork();
	if (pid == 0)
		child(ends[1], call);
	close(ends[1]);
	while (read(ends[0], &octet, 1) == 1)
		n++;
	close(ends[0]);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? -1 : n;
}

START_TEST(a_kill_leaves_the_old_state_or_the_new_one)
{
	unsigned call = 0;
	int done;

	while ((done = run_child(call)) >= 0) {
		struct store *store = opened();
		const char *all = all_of(store);

		ck_assert_msg(strcmp(all, after((unsigned)done)) == 0 ||
				      strcmp(all, after((unsigned)done + 1)) == 0,
			      "call %u, behind %d:\n%s", call, done, all);
		store_close(store);
		(void)unlink(scratch_path("devices"));
		(void)unlink(scratch_path("devices.new"));
		call++;
	}
	ck_assert_uint_gt(call, 15);
}
END_TEST

/* ---- the file made anew -------------------------------------------------------------------------
 */

/* What counts no more does not fill the disk. */
START_TEST(the_file_is_made_anew_now_and_then)
{
	struct store *store = opened();
	struct draft draft;
	struct id id = id_of("52:54:00:77:00:01");
	struct stat st;

	for (unsigned i = 0; i < 3000; i++) {
		draft_of(&draft, i % 2 ? "group=a" : "group=b");
		ck_assert_int_eq(store_set(store, &id, &draft, why), 0);
	}
	ck_assert_int_eq(stat(scratch_path("devices"), &st), 0);
	ck_assert_int_lt(st.st_size, 1100 * 64);
	ck_assert_ptr_nonnull(strstr(all_of(store), "group=a"));
	store_close(store);
	store = opened();
	ck_assert_ptr_nonnull(strstr(all_of(store), "group=a"));
	store_close(store);
}
END_TEST

/* ---- many at once -------------------------------------------------------------------------------
 */

/* Devices `from` to `to` - 1, of a group. */
static int import_some(struct store *store, unsigned from, unsigned to, const char *group,
		       unsigned flags, struct import_counts *counts)
{
	struct import *import = import_begin(store);
	struct draft draft;
	char words[128];
	int r;

	for (unsigned i = from; i < to; i++) {
		snprintf(words, sizeof words, "mac=52:54:01:00:%02x:%02x;group=%s", i >> 8, i & 255,
			 group);
		draft_of(&draft, words);
		ck_assert(import_put(import, &draft, why));
	}
	r = import_commit(import, flags, counts, why);
	if (r == -EAGAIN)
		import_drop(import);
	return r;
}

static uint32_t count(struct store *store)
{
	const struct snapshot *snapshot = store_hold(store);
	uint32_t n = snapshot_count(snapshot);

	store_release(store, snapshot);
	return n;
}

static int import_two(struct store *store, unsigned flags, struct import_counts *counts)
{
	struct import *import = import_begin(store);
	struct draft draft;

	draft_of(&draft, "mac=52:54:01:00:00:01|52:54:01:00:00:02;group=c");
	ck_assert(import_put(import, &draft, why));
	draft_of(&draft, "mac=52:54:01:ff:00:01;group=c");
	ck_assert(import_put(import, &draft, why));
	return import_commit(import, flags, counts, why);
}

START_TEST(many_are_imported_at_once)
{
	struct store *store = opened();
	struct import_counts counts;
	struct draft draft;

	ck_assert_int_eq(import_some(store, 0, 2000, "a", IMPORT_DRY, &counts), 0);
	ck_assert(counts.added == 2000 && count(store) == 2);
	ck_assert_int_eq(import_some(store, 0, 2000, "a", 0, &counts), 0);
	ck_assert(counts.added == 2000 && counts.same == 0 && count(store) == 2002);
	ck_assert_int_eq(import_some(store, 0, 2000, "a", 0, &counts), 0);
	ck_assert(counts.added == 0 && counts.same == 2000 && counts.devices == 2000);
	ck_assert_int_eq(import_some(store, 0, 10, "b", 0, &counts), 0);
	ck_assert(counts.changed == 10 && counts.same == 0);
	/* Fewer, but not so few that it must be meant. */
	ck_assert_int_eq(import_some(store, 0, 1600, "a", IMPORT_REPLACE, &counts), 0);
	ck_assert(counts.dropped == 400 && counts.changed == 10 && count(store) == 1602);
	ck_assert_int_eq(import_some(store, 0, 1200, "a", IMPORT_REPLACE, &counts), -EAGAIN);
	ck_assert_str_eq(why, "400 of 1600 devices would be dropped");
	ck_assert_uint_eq(count(store), 1602);
	ck_assert_int_eq(import_some(store, 0, 1200, "a", IMPORT_REPLACE | IMPORT_SURE, &counts),
			 0);
	ck_assert(counts.dropped == 400 && count(store) == 1202);
	store_close(store);
	store = opened();
	ck_assert_uint_eq(count(store), 1202);
	/* What would be two devices is nobody's, and not left out in silence. */
	ck_assert_int_eq(import_two(store, 0, &counts), -EEXIST);
	ck_assert_str_eq(why, "mac:52:54:01:00:00:01 has addresses of two devices, "
			      "mac:52:54:01:00:00:01 and mac:52:54:01:00:00:02");
	ck_assert_uint_eq(count(store), 1202);
	ck_assert_int_eq(import_two(store, IMPORT_SKIP, &counts), 0);
	ck_assert(counts.refused == 1 && counts.added == 1 && count(store) == 1203);
	draft_of(&draft, "mac=52:54:01:00:00:01;name=x");
	ck_assert_int_eq(store_add(store, &draft, why), -EEXIST);
	store_close(store);
}
END_TEST

/* Who is killed while he imports has imported nothing, or all. */
START_TEST(a_kill_leaves_no_import_by_half)
{
	for (unsigned call = 0, alive = 0; !alive; call++) {
		int status;
		struct store *store;
		struct import_counts counts;
		pid_t pid = fork();

		if (pid == 0) {
			store = opened();
			calls = CALLS_KILL;
			calls_left = call;
			(void)import_some(store, 0, 300, "a", 0, &counts);
			(void)import_some(store, 300, 3000, "a", 0, &counts);
			_exit(0);
		}
		ck_assert_int_eq(waitpid(pid, &status, 0), pid);
		alive = WIFEXITED(status);
		store = opened();
		ck_assert_msg(count(store) == 2 || count(store) == 302 || count(store) == 3002,
			      "call %u: %u", call, count(store));
		store_close(store);
		(void)unlink(scratch_path("devices"));
		ck_assert_uint_lt(call, 200);
	}
}
END_TEST

/* ---- the CSV ------------------------------------------------------------------------------------
 */

static const char *const emptied[] = { "", "\n", "\xef\xbb\xbf\r\n \r\n", "# devices\n" };

START_TEST(a_reload_takes_the_csv_whole_or_not_at_all)
{
	struct store *store = opened();
	char before[8192];

	snprintf(before, sizeof before, "%s", all_of(store));
	ck_assert_int_eq(store_reload(store, &store_told, why), 0);
	scratch_write("devices.csv", CSV "52:54:00:77,pc3\n");
	ck_assert_int_eq(store_reload(store, &store_told, why), -EINVAL);
	ck_assert_msg(strstr(told, "devices.csv:4: \"52:54:00:77\" is not a MAC") != NULL, "%s",
		      told);
	ck_assert_str_eq(all_of(store), before);
	for (unsigned i = 0; i < sizeof emptied / sizeof *emptied; i++) {
		scratch_write("devices.csv", emptied[i]);
		ck_assert_int_eq(store_reload(store, &store_told, why), -EINVAL);
		ck_assert_msg(strstr(why, "is empty, and was not before") != NULL, "%s", why);
	}
	scratch_write("devices.csv", "mac,name\n52:54:00:77:00:01,pc");
	ck_assert_int_eq(store_reload(store, &store_told, why), -EINVAL);
	ck_assert_msg(strstr(why, "its last line has no end, and had one before"), "%s", why);
	(void)unlink(scratch_path("devices.csv"));
	ck_assert_int_eq(store_reload(store, &store_told, why), -ENOENT);
	ck_assert_str_eq(all_of(store), before);
	scratch_write("devices.csv", CSV "52:54:00:77:00:02,pc2\n");
	ck_assert_int_eq(store_reload(store, &store_told, why), 1);
	ck_assert_msg(strstr(told, "doubt") && strstr(told, ":4: has an address or id of pc02"),
		      "%s", told);
	store_close(store);
}
END_TEST

static void write_some(unsigned n)
{
	static char text[16384];
	size_t len = (size_t)snprintf(text, sizeof text, "mac,name\n");

	for (unsigned i = 0; i < n; i++)
		len += (size_t)snprintf(text + len, sizeof text - len, "52:54:02:00:00:%02x,pc%u\n",
					i, i);
	scratch_write("devices.csv", text);
}

/* As half of a list, or what a program left that failed; and as somebody who means it. */
START_TEST(a_reload_that_loses_many_must_be_meant)
{
	struct store *store;

	write_some(250);
	store = opened();
	write_some(199);
	ck_assert_int_eq(store_reload(store, &store_told, why), -EAGAIN);
	ck_assert_msg(strstr(why, "devices.csv is not taken: 51 of its 250 devices would be gone: "
				  "if that is meant, reload once more"),
		      "%s", why);
	ck_assert_uint_eq(count(store), 250);
	write_some(198); /* another one, and asked again */
	ck_assert_int_eq(store_reload(store, &store_told, why), -EAGAIN);
	write_some(200); /* not so many */
	ck_assert_int_eq(store_reload(store, &store_told, why), 1);
	ck_assert_uint_eq(count(store), 200);
	write_some(0);
	ck_assert_int_eq(store_reload(store, &store_told, why), -EAGAIN);
	ck_assert_uint_eq(count(store), 200);
	ck_assert_int_eq(store_reload(store, &store_told, why), 1);
	ck_assert_uint_eq(count(store), 0);
	ck_assert_int_eq(store_reload(store, &store_told, why), 0);
	store_close(store);
}
END_TEST

/* ---- threads ------------------------------------------------------------------------------------
 */

static atomic_bool stop;

/* As the loop does: what it finds is whole. */
static void *read_on(void *context)
{
	struct store_now *now = store_now(context);
	const uint8_t mac[] = { 0x52, 0x54, 0, 0x77, 0, 1 };
	uintptr_t found = 0;

	do {
		const struct snapshot *snapshot;
		unsigned place = store_enter(now, &snapshot);
		const struct device *device = snapshot_find(snapshot, ID_MAC, mac, sizeof mac);
		const char *name = device ? device_text(device, FIELD_NAME, ARCH_ANY) : NULL;

		found += name && strlen(name) == 4;
		store_leave(now, place);
		sched_yield();
	} while (!atomic_load(&stop)); /* once at least, however late the thread begins */
	return (void *)found;
}

/* As commands do. */
static void *hold_on(void *context)
{
	uintptr_t n = 0;

	do {
		const struct snapshot *snapshot = store_hold(context);

		for (uint32_t i = 0; i < snapshot_numbers(snapshot); i++)
			n += snapshot_at(snapshot, i) != NULL;
		store_release(context, snapshot);
		sched_yield();
	} while (!atomic_load(&stop));
	return (void *)n;
}

START_TEST(readers_are_not_disturbed_by_writers)
{
	struct store *store = opened();
	struct id id = id_of("52:54:00:77:00:01");
	pthread_t threads[3];
	struct draft draft;
	void *result;

	atomic_store(&stop, false);
	for (unsigned i = 0; i < 3; i++)
		ck_assert_int_eq(
			pthread_create(&threads[i], NULL, i < 2 ? read_on : hold_on, store), 0);
	for (unsigned i = 0; i < 120; i++) {
		draft_of(&draft, i % 2 ? "name=pc1a" : "name=pc1b");
		ck_assert_int_eq(store_set(store, &id, &draft, why), 0);
		if (i % 50 == 0) {
			scratch_write("devices.csv", i % 100 == 0 ? CSV "\n" : CSV);
			ck_assert_int_eq(store_reload(store, &store_told, why), 1);
		}
	}
	atomic_store(&stop, true);
	for (unsigned i = 0; i < 3; i++) {
		ck_assert_int_eq(pthread_join(threads[i], &result), 0);
		ck_assert_uint_gt((uintptr_t)result, 0);
	}
	store_close(store);
}
END_TEST

/* A held snapshot stays as it was, whatever changes. */
START_TEST(what_is_held_stays)
{
	struct store *store = opened();
	const struct snapshot *held = store_hold(store);
	struct id id = id_of("52:54:00:77:00:01");
	struct draft draft;

	for (unsigned i = 0; i < 20; i++) {
		draft_of(&draft, i % 2 ? "name=a" : "name=b");
		ck_assert_int_eq(store_set(store, &id, &draft, why), 0);
		scratch_write("devices.csv", i % 2 == 0 ? CSV "\n" : CSV);
		ck_assert_int_eq(store_reload(store, &store_told, why), 1);
	}
	ck_assert_str_eq(device_text(snapshot_at(held, 0), FIELD_NAME, ARCH_ANY), "pc01");
	store_release(store, held);
	store_close(store);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("the store");

	tcase_set_timeout(tcase, 600); /* each write is on the disk before the next */
	tcase_add_checked_fixture(tcase, setup, scratch_remove);
	tcase_add_test(tcase, changes_are_kept);
	tcase_add_test(tcase, two_instances_write_to_one_file);
	tcase_add_test(tcase, what_another_wrote_is_taken_over);
	tcase_add_test(tcase, a_number_that_was_left_is_given_again);
	tcase_add_test(tcase, a_torn_file_is_cut_off);
	tcase_add_test(tcase, a_damaged_file_is_refused);
	TEST_ROWS(tcase, another_version_is_refused_by_name, strangers);
	tcase_add_test(tcase, a_file_that_others_may_write_is_refused);
	tcase_add_test(tcase, a_write_that_fails_changes_nothing);
	tcase_add_test(tcase, a_kill_leaves_the_old_state_or_the_new_one);
	tcase_add_test(tcase, the_file_is_made_anew_now_and_then);
	tcase_add_test(tcase, many_are_imported_at_once);
	tcase_add_test(tcase, a_kill_leaves_no_import_by_half);
	tcase_add_test(tcase, a_reload_takes_the_csv_whole_or_not_at_all);
	tcase_add_test(tcase, a_reload_that_loses_many_must_be_meant);
	tcase_add_test(tcase, readers_are_not_disturbed_by_writers);
	tcase_add_test(tcase, what_is_held_stays);
	return suite_run("inventory/store", tcase);
}
