#include "provider/module.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <wdspxe.h>

#include "base/cleanup.h"
#include "base/trust.h"
#include "provider/elf.h"

#ifndef MFD_EXEC
#define MFD_EXEC 0x0010U /* Linux 6.3; older kernels refuse the bit and need none */
#endif

enum { MODULE_SIZE_MAX = 512 << 20 };

static int refuse(int code, const char *path, const char *what, char *why, size_t size)
{
	snprintf(why, size, "%s: %s", path, what);
	return code;
}

static struct module_id module_id_of(const struct stat *st)
{
	return (struct module_id){ st->st_dev, st->st_ino, st->st_size, st->st_mtim };
}

static bool same_id(const struct module_id *a, const struct module_id *b)
{
	return a->dev == b->dev && a->ino == b->ino && a->size == b->size &&
	       a->modified.tv_sec == b->modified.tv_sec &&
	       a->modified.tv_nsec == b->modified.tv_nsec;
}

/* The octets of a regular file, read whole; the caller frees them. NULL with errno. */
static uint8_t *file_read(int fd, size_t *len)
{
	_cleanup_(freep) uint8_t *octets = NULL;
	struct stat st;
	size_t n = 0;

	if (fstat(fd, &st) < 0)
		return NULL;
	if (!S_ISREG(st.st_mode) || st.st_size > MODULE_SIZE_MAX) {
		errno = S_ISREG(st.st_mode) ? EFBIG : ENOTSUP;
		return NULL;
	}
	octets = malloc((size_t)st.st_size + 1);
	if (!octets)
		return NULL;
	while (n < (size_t)st.st_size) {
		ssize_t got = pread(fd, octets + n, (size_t)st.st_size - n, (off_t)n);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return NULL;
		if (got == 0) { /* it is being truncated: half a module is none */
			errno = ETXTBSY;
			return NULL;
		}
		n += (size_t)got;
	}
	*len = n;
	return TAKE(octets);
}

static int copy_seal(const char *name, const uint8_t *octets, size_t len)
{
	_cleanup_(closep) int fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_EXEC);

	if (fd < 0)
		fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (fd < 0)
		return -errno;
	for (size_t n = 0; n < len;) {
		ssize_t put = write(fd, octets + n, len - n);

		if (put < 0 && errno != EINTR)
			return -errno;
		n += put > 0 ? (size_t)put : 0;
	}
	if (fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) < 0)
		return -errno;
	return take_fd(&fd);
}

static int copy_in_memory(const char *path, struct span octets, struct module *out)
{
	const char *name = strrchr(path, '/');

	out->copy.fd = copy_seal(name ? name + 1 : path, octets.at, octets.len);
	if (out->copy.fd < 0)
		return out->copy.fd;
	/* By our number, not as /proc/self: a debugger that reads this name has a self of its own.
	 */
	if (asprintf(&out->copy.path, "/proc/%d/fd/%d", getpid(), out->copy.fd) < 0) {
		out->copy.path = NULL;
		close(out->copy.fd);
		return -ENOMEM;
	}
	out->in_memory = true;
	return 0;
}

/* On the shelf; where that cannot be had, sealed in memory. */
static int copy_make(const char *path, struct span octets, struct shelf *shelf, struct module *out)
{
	if (shelf && shelf_put(shelf, path, octets, &out->copy, out->not_shelved,
			       sizeof(out->not_shelved)) == 0)
		return 0;
	return copy_in_memory(path, octets, out);
}

static void copy_drop(struct module *module)
{
	if (!module->in_memory) {
		shelf_drop(&module->copy);
		return;
	}
	close(module->copy.fd);
	free(module->copy.path);
	module->copy = (struct shelf_copy){ NULL, -1 };
}

/* What dlopen() found wrong, without the copy's path; NULL: nothing. */
static const char *image_open(struct module *module)
{
	const char *copy = module->copy.path, *error;

	/* dlopen() knows images by their path: so the copy stays, and its path taken, until the
	 * image is gone. */
	module->image = dlopen(copy, RTLD_NOW | RTLD_LOCAL);
	if (module->image)
		return NULL;
	error = dlerror();
	if (!error)
		return "cannot be loaded";
	if (strncmp(error, copy, strlen(copy)) == 0)
		error += strlen(copy) + strspn(error + strlen(copy), ": ");
	return error;
}

/* What glibc's loader does not survive. While it lists what a module needs it marks these
 * libraries; if memory runs out for the list, the marks stay, and no later module gets those
 * libraries. If memory runs out while it closes a module, its lock stays locked by this thread. */
static atomic_bool loader_is_spoilt;

bool module_loader_is_spoilt(void)
{
	return loader_is_spoilt;
}

/* Another major version is refused; a later minor one is noted. */
static int version_check(const char *path, struct span octets, struct module *module, char *why,
			 size_t size)
{
	char what[160];

	if (!elf_api_version(octets, PXE_API_VERSION_MAJOR, &module->api))
		return 0;
	module->newer = module->api.major == PXE_API_VERSION_MAJOR &&
			module->api.minor > PXE_API_VERSION_MINOR;
	if (module->api.major == PXE_API_VERSION_MAJOR)
		return 0;
	snprintf(what, sizeof(what),
		 "it was built for version %u.%u of the API, and this is version %d.%d: build it "
		 "with the headers of this version",
		 module->api.major, module->api.minor, PXE_API_VERSION_MAJOR,
		 PXE_API_VERSION_MINOR);
	return refuse(MODULE_E_UNLOADABLE, path, what, why, size);
}

static const char *with_remedy(const struct module *module, const char *error, char *out,
			       size_t size)
{
	if (strncmp(error, "cannot allocate symbol search list", 34) == 0)
		loader_is_spoilt = true;
	if (!loader_is_spoilt && !module->newer)
		return error;
	if (!loader_is_spoilt) {
		snprintf(out, size,
			 "%s; it was built for version %u.%u of the API, and this is version %d.%d",
			 error, module->api.major, module->api.minor, PXE_API_VERSION_MAJOR,
			 PXE_API_VERSION_MINOR);
		return out;
	}
	snprintf(out, size,
		 "restart wdspxed to load modules, for the loader of this process ran out of "
		 "memory: %s",
		 error);
	return out;
}

/* A policy may forbid code from the shelf where the mount allows it. */
static bool is_forbidden(const struct module *module, const char *error)
{
	return !module->in_memory && strncmp(error, "failed to map segment", 21) == 0;
}

static int copy_open_image(const char *path, struct span octets, struct module *module, char *why,
			   size_t size)
{
	const char *error = image_open(module);
	char said[512];
	int r;

	if (error && is_forbidden(module, error)) {
		snprintf(module->not_shelved, sizeof(module->not_shelved), "%s: %s",
			 module->copy.path, error);
		copy_drop(module);
		r = copy_in_memory(path, octets, module);
		if (r < 0)
			return refuse(MODULE_E_UNLOADABLE, path, strerror(-r), why, size);
		error = image_open(module);
	}
	if (!error)
		return 0;
	refuse(MODULE_E_UNLOADABLE, path, with_remedy(module, error, said, sizeof(said)), why,
	       size);
	copy_drop(module);
	return MODULE_E_UNLOADABLE;
}

int module_identify(const char *path, struct module_id *out)
{
	struct stat st;

	if (stat(path, &st) < 0)
		return -errno;
	*out = module_id_of(&st);
	return 0;
}

int module_load(const char *path, const struct module_id *tried, struct shelf *shelf,
		struct module *out, char *why, size_t size)
{
	_cleanup_(closep) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	_cleanup_(freep) uint8_t *octets = NULL;
	struct module module = { .image = NULL };
	const char *wrong;
	struct stat st;
	size_t len;
	int r;

	if (fd < 0 || fstat(fd, &st) < 0)
		return refuse(MODULE_E_UNLOADABLE, path, strerror(errno), why, size);
	if (trust_check_fd(fd, path, why, size) != 0)
		return MODULE_E_UNTRUSTED;
	octets = file_read(fd, &len);
	if (!octets)
		return refuse(MODULE_E_UNLOADABLE, path,
			      errno == ENOTSUP ? "not a regular file" : strerror(errno), why, size);
	wrong = elf_wrong(span_of(octets, len));
	if (wrong)
		return refuse(MODULE_E_UNLOADABLE, path, wrong, why, size);
	module.id = module_id_of(&st);
	if (tried && !same_id(&module.id, tried))
		return refuse(MODULE_E_UNLOADABLE, path,
			      "it was replaced during its trial run; reload again", why, size);
	r = version_check(path, span_of(octets, len), &module, why, size);
	if (r != 0)
		return r;
	entries_find(span_of(octets, len), &module.entries);
	r = copy_make(path, span_of(octets, len), shelf, &module);
	if (r < 0)
		return refuse(MODULE_E_UNLOADABLE, path, strerror(-r), why, size);
	r = copy_open_image(path, span_of(octets, len), &module, why, size);
	if (r != 0)
		return r;
	*out = module;
	return 0;
}

void module_unload(struct module *module)
{
	void *still;

	if (!module->image)
		return;
	if (dlclose(module->image) != 0)
		loader_is_spoilt = true; /* its lock is still ours */
	module->image = NULL;
	still = dlopen(module->copy.path, RTLD_NOW | RTLD_NOLOAD);
	if (!still) {
		copy_drop(module);
		return;
	}
	dlclose(still); /* something holds it, perhaps for ever, and it keeps its copy */
	shelf_leave_copy(&module->copy);
}

void module_keep(struct module *module)
{
	module->image = NULL;
	shelf_leave_copy(&module->copy); /* it stays locked */
}

void *module_find(const struct module *module, const struct entry *entry)
{
	return entry->state == ENTRY_FUNCTION ? dlsym(module->image, entry->symbol) : NULL;
}

/* The copy's octets. */
static int copy_open(const struct module *module)
{
	if (module->in_memory)
		return fcntl(module->copy.fd, F_DUPFD_CLOEXEC, 0);
	return open(module->copy.path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
}

/* Is the folder at the copy's path the one that was made for it? Another may have been put there.
 */
static bool copy_is_there(const struct module *module)
{
	struct stat ours, there;
	char folder[PATH_MAX];

	if (module->in_memory)
		return true;
	snprintf(folder, sizeof(folder), "%s", module->copy.path);
	*strrchr(folder, '/') = '\0';
	return fstat(module->copy.fd, &ours) == 0 && stat(folder, &there) == 0 &&
	       ours.st_dev == there.st_dev && ours.st_ino == there.st_ino;
}

/* Are the octets of two files the same? What cannot be read is not. */
static bool files_equal(int a, int b)
{
	_cleanup_(freep) uint8_t *x = NULL, *y = NULL;
	size_t n = 0, m = 0;

	x = a < 0 || b < 0 ? NULL : file_read(a, &n);
	y = x ? file_read(b, &m) : NULL;
	return y && n == m && memcmp(x, y, n) == 0;
}

enum module_change module_change(const struct module *module, const char *path)
{
	_cleanup_(closep) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	_cleanup_(closep) int copy = module->image ? copy_open(module) : -1;
	struct module_id id;
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return MODULE_OTHER;
	id = module_id_of(&st);
	if (!same_id(&id, &module->id))
		return MODULE_OTHER;
	if (module->image && !copy_is_there(module))
		return MODULE_COPY_GONE;
	return files_equal(fd, copy) ? MODULE_SAME : MODULE_OTHER;
}
