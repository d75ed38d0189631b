#include "control/door.h"

#include <endian.h>
#include <errno.h>
#include <grp.h>
#include <libgen.h>
#include <linux/posix_acl.h>
#include <linux/posix_acl_xattr.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/cleanup.h"

enum { BACKLOG = 16 };

static gid_t group_id(const char *name)
{
	struct group entry, *found = NULL;
	char buffer[16384];

	getgrnam_r(name, &entry, buffer, sizeof(buffer), &found);
	return found ? found->gr_gid : (gid_t)-1;
}

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
static int note_file(struct door *door)
{
	struct stat st;

	if (lstat(door->address.sun_path, &st) < 0)
		return -errno;
	door->device = st.st_dev;
	door->inode = st.st_ino;
	door->bound = true;
	return 0;
}

/* Removes the socket that a dead daemon left behind. Returns 0; -EADDRINUSE if a daemon still
 * serves it; -EEXIST if the file is not a socket. */
static int clear_path(const struct sockaddr_un *address)
{
	_cleanup_(closep) int fd = -1;
	struct stat st;

	if (lstat(address->sun_path, &st) < 0)
		return errno == ENOENT ? 0 : -errno;
	if (!S_ISSOCK(st.st_mode))
		return -EEXIST;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -errno;
	if (connect(fd, (const struct sockaddr *)address, sizeof(*address)) == 0 || errno == EAGAIN)
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
static void give_to_group(const struct door *door)
{
	const char *path = door->address.sun_path;
	struct stat st;

	if (door->group == (gid_t)-1 || (lstat(path, &st) == 0 && st.st_gid == door->group))
		return;
	if (chown(path, (uid_t)-1, door->group) < 0)
		add_to_acl(path, door->group);
}

static int listen_at(struct door *door, const char **step)
{
	const struct sockaddr *address = (const struct sockaddr *)&door->address;
	mode_t mask;
	int r;

	*step = "cannot use this path";
	make_folder(door->address.sun_path);
	r = clear_path(&door->address);
	if (r < 0)
		return r;
	*step = "bind";
	mask = umask(0117);
	r = bind(door->listener, address, sizeof(door->address));
	umask(mask);
	if (r < 0)
		return -errno;
	r = note_file(door);
	if (r < 0)
		return r;
	give_to_group(door);
	*step = "listen";
	if (listen(door->listener, BACKLOG) < 0)
		return -errno;
	return 0;
}

int door_open(struct door *door, const char *path, const char **step)
{
	*step = "its path";
	if (strlen(path) >= sizeof(door->address.sun_path))
		return -ENAMETOOLONG;
	door->address.sun_family = AF_UNIX;
	snprintf(door->address.sun_path, sizeof(door->address.sun_path), "%s", path);
	door->group = group_id(door->group_name);
	*step = "socket";
	door->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	return door->listener < 0 ? -errno : listen_at(door, step);
}

void door_close(struct door *door)
{
	if (door->bound)
		(void)unlink_ours(door->address.sun_path, door->device, door->inode);
	if (door->listener >= 0)
		close(door->listener);
	door->bound = false;
	door->listener = -1;
}
