/* Boot once under kill -9 at every write: never an answer before it was synced, never two windows
 * for one arming. */
#include <dlfcn.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "inventory/bench.h"

enum { MACHINES = 6, EVENTS = 256 };

/* What happened in the child, in its order; it outlives the child. */
static struct {
	unsigned n;
	char at[EVENTS];
} * events;

static bool counts;
static unsigned left;

static void happened(char what)
{
	unsigned i = __atomic_fetch_add(&events->n, 1, __ATOMIC_SEQ_CST);

	if (i < EVENTS)
		events->at[i] = what;
}

/* Half of what the last call does is done before it. */
static bool is_the_last(void)
{
	return counts && left-- == 0;
}

static void die(void)
{
	kill(getpid(), SIGKILL);
}

#define SEEN __attribute__((visibility("default")))

SEEN ssize_t pwrite(int fd, const void *at, size_t len, off_t where)
{
	if (is_the_last()) {
		(void)syscall(SYS_pwrite64, fd, at, len / 2, where);
		die();
	}
	return syscall(SYS_pwrite64, fd, at, len, where);
}

SEEN int fdatasync(int fd)
{
	int r;

	if (is_the_last())
		die();
	r = (int)syscall(SYS_fdatasync, fd);
	happened('s');
	return r;
}

SEEN int fsync(int fd)
{
	int r;

	if (is_the_last())
		die();
	r = (int)syscall(SYS_fsync, fd);
	happened('s');
	return r;
}

SEEN int rename(const char *from, const char *to)
{
	if (is_the_last())
		die();
	return (int)syscall(SYS_rename, from, to);
}

/* The kit's call, on its way to the host. */
SEEN DWORD PXEAPI PxeSendReply(HANDLE request, PVOID packet, ULONG len, PXE_ADDRESS *address)
{
	static DWORD(PXEAPI * real)(HANDLE, PVOID, ULONG, PXE_ADDRESS *);

	if (!real)
		*(void **)&real = dlvsym(RTLD_NEXT, "PxeSendReply", "WDSPXE_1");
	happened('a');
	return real(request, packet, len, address);
}

static const char *mac_of(unsigned machine)
{
	static char mac[32];

	snprintf(mac, sizeof mac, "52:54:00:77:01:%02x", machine);
	return mac;
}

static void setup(void)
{
	char text[1024] = "mac,file,once\n";

	scratch_make();
	for (unsigned i = 0; i < MACHINES; i++)
		snprintf(text + strlen(text), sizeof text - strlen(text), "%s,a.0,armed\n",
			 mac_of(i));
	scratch_write("devices.csv", text);
	events = mmap(NULL, sizeof *events, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		      0);
	ck_assert_ptr_ne(events, MAP_FAILED);
	counts = false;
}

/* Each machine boots once: before each, its number, behind it, whether it was answered. */
static void child(unsigned call)
{
	struct bench bench = inventory_open("");

	counts = true;
	left = call;
	for (unsigned i = 0; i < MACHINES; i++) {
		happened((char)('0' + i));
		bench_ask(&bench, &(struct ask){ .mac = mac_of(i) });
	}
	_exit(0);
}

/* Was a machine answered before a sync behind its request? */
static bool answered_unsynced(unsigned machine)
{
	bool asked = false, synced = false;

	for (unsigned i = 0; i < events->n && i < EVENTS; i++) {
		char what = events->at[i];

		if (what >= '0' && what <= '9') {
			asked = what == (char)('0' + machine);
			synced = false;
		}
		synced |= what == 's';
		if (asked && what == 'a' && !synced)
			return true;
	}
	return false;
}

static bool was_answered(unsigned machine)
{
	bool asked = false;

	for (unsigned i = 0; i < events->n && i < EVENTS; i++) {
		char what = events->at[i];

		if (what >= '0' && what <= '9')
			asked = what == (char)('0' + machine);
		if (asked && what == 'a')
			return true;
	}
	return false;
}

/* What the state says of a machine: when it was used up; 0: it was not. */
static unsigned long used(unsigned machine)
{
	const char *line = strstr(scratch_read("devices"), mac_of(machine));
	const char *at = line ? strstr(line, "once=used ") : NULL;
	const char *end = line ? strchr(line, '\n') : NULL;

	return at && end && at < end ? strtoul(at + 10, NULL, 10) : 0;
}

/* What is on disk is what was told: who was answered has his window, which stays as it began. */
static void check_after(unsigned call)
{
	unsigned long began[MACHINES];
	struct bench bench;

	for (unsigned i = 0; i < MACHINES; i++) {
		ck_assert_msg(!answered_unsynced(i), "call %u, machine %u: %s", call, i,
			      events->at);
		began[i] = used(i);
		ck_assert_msg(!was_answered(i) || began[i] != 0, "call %u, machine %u: %s", call, i,
			      events->at);
	}
	bench = inventory_open("");
	for (unsigned i = 0; i < MACHINES; i++) {
		ck_assert_ptr_nonnull(bench_ask(&bench, &(struct ask){ .mac = mac_of(i) }));
		ck_assert_msg(began[i] == 0 || used(i) == began[i], "call %u, machine %u: %lu, %lu",
			      call, i, began[i], used(i));
		ck_assert_uint_ne(used(i), 0);
	}
	bench_close(&bench);
}

START_TEST(no_answer_is_sent_before_it_is_on_disk)
{
	bool alive = false;
	unsigned call;

	for (call = 0; !alive; call++) {
		int status;
		pid_t pid;

		memset(events, 0, sizeof *events);
		(void)unlink(scratch_path("devices"));
		(void)unlink(scratch_path("devices.new"));
		pid = fork();
		if (pid == 0)
			child(call);
		ck_assert_int_eq(waitpid(pid, &status, 0), pid);
		alive = WIFEXITED(status);
		ck_assert(alive ? WEXITSTATUS(status) == 0 : WTERMSIG(status) == SIGKILL);
		check_after(call);
	}
	ck_assert_uint_gt(call, 2 * MACHINES);
	for (unsigned i = 0; i < MACHINES; i++)
		ck_assert(was_answered(i));
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("boot once");

	tcase_set_timeout(tcase, 120);
	tcase_add_checked_fixture(tcase, setup, scratch_remove);
	tcase_add_test(tcase, no_answer_is_sent_before_it_is_on_disk);
	return suite_run("inventory/once", tcase);
}
