#include "control/socket_file.h"

#include <endian.h>
#include <errno.h>
#include <libgen.h>
#include <linux/posix_acl.h>
#include <linux/posix_acl_xattr.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/cleanup.h"

/* Unlinks the file if it is still this one: by now another daemon's may be in its place. */
static int unlink_ours(const char *path, dev_t device, ino_t inode)
{
	struct stat st;

	if (lstat(path, &st) < 0)
		return errno == ENOENT ? 0 : -errno;
	if (st.st_dev != device || st.st_ino != inode)
		return -EADDRINUSE;
	return unlink(path) < 0 ? -errno : 0;
}

/* Notes which file is ours. */
static int note_file(struct socket_file *file)
{
	struct stat st;

	if (lstat(file->address.sun_path, &st) < 0)
		return -errno;
	file->device = st.st_dev;
	file->inode = st.st_ino;
	file->bound = true;
	return 0;
}

/* Removes the socket that a dead daemon left behind. Returns 0; -EADDRINUSE if a daemon still
 * serves it; -EEXIST if the file is not a socket. */
static int clear_path(const struct sockaddr_un *address, int type)
{
	_cleanup_(closep) int fd = -1;
	struct stat st;

	if (lstat(address->sun_path, &st) < 0)
		return errno == ENOENT ? 0 : -errno;
	if (!S_ISSOCK(st.st_mode))
		return -EEXIST;
	fd = socket(AF_UNIX, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -errno;
	if (connect(fd, (const struct sockaddr *)address, sizeof(*address)) == 0 ||
	    errno == EAGAIN || errno == EPROTOTYPE) /* it lives; EPROTOTYPE: of another type */
		return -EADDRINUSE;
	return unlink_ours(address->sun_path, st.st_dev, st.st_ino);
}

static void make_folder(const char *path)
{
	char copy[sizeof(((struct sockaddr_un *)0)->sun_path)];

	snprintf(copy, sizeof(copy), "%s", path);
	mkdir(dirname(copy), 0755); /* its failure shows at bind */
}

/* An access control list that adds the group: the file's owner may set that, where changing the
 * file's group takes a right that a sandbox withholds. */
static void add_to_acl(const char *path, gid_t group)
{
	enum { READ_WRITE = ACL_READ | ACL_WRITE };
	const struct {
		struct posix_acl_xattr_header head;
		struct posix_acl_xattr_entry entry[5]; /* in this order */
	} acl = { { htole32(POSIX_ACL_XATTR_VERSION) },
		  { { htole16(ACL_USER_OBJ), htole16(READ_WRITE), UINT32_MAX },
		    { htole16(ACL_GROUP_OBJ), htole16(READ_WRITE), UINT32_MAX },
		    { htole16(ACL_GROUP), htole16(READ_WRITE), htole32(group) },
		    { htole16(ACL_MASK), htole16(READ_WRITE), UINT32_MAX },
		    { htole16(ACL_OTHER), 0, UINT32_MAX } } };

	(void)!setxattr(path, "system.posix_acl_access", &acl, sizeof(acl), 0);
}

/* Not being allowed to leaves it to root. */
static void give_to_group(const char *path, gid_t group)
{
	struct stat st;

	if (group == (gid_t)-1 || (lstat(path, &st) == 0 && st.st_gid == group))
		return;
	if (chown(path, (uid_t)-1, group) < 0)
		add_to_acl(path, group);
}

static int type_of(int fd)
{
	int type = SOCK_STREAM;
	socklen_t len = sizeof(type);

	(void)getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &len);
	return type;
}

int socket_file_bind(struct socket_file *file, int fd, const char *path, gid_t group,
		     const char **step)
{
	const struct sockaddr *address = (const struct sockaddr *)&file->address;
	mode_t mask;
	int r;

	*step = "its path";
	if (strlen(path) >= sizeof(file->address.sun_path))
		return -ENAMETOOLONG;
	file->address.sun_family = AF_UNIX;
	snprintf(file->address.sun_path, sizeof(file->address.sun_path), "%s", path);
	*step = "cannot use this path";
	make_folder(path);
	r = clear_path(&file->address, type_of(fd));
	if (r < 0)
		return r;
	*step = "bind";
	mask = umask(0117);
	r = bind(fd, address, sizeof(file->address));
	umask(mask);
	if (r < 0)
		return -errno;
	r = note_file(file);
	if (r == 0)
		give_to_group(path, group);
	return r;
}

void socket_file_remove(struct socket_file *file)
{
	if (file->bound)
		(void)unlink_ours(file->address.sun_path, file->device, file->inode);
	file->bound = false;
}
