#include "control/door.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/account.h"

enum { BACKLOG = 16 };

int door_open(struct door *door, const char *path, const char **step)
{
	int r;

	*step = "socket";
	door->group = account_id(ACCOUNT_GROUPS, door->group_name);
	door->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (door->listener < 0)
		return -errno;
	r = socket_file_bind(&door->file, door->listener, path, door->group, step);
	if (r < 0)
		return r;
	*step = "listen";
	return listen(door->listener, BACKLOG) < 0 ? -errno : 0;
}

void door_close(struct door *door)
{
	socket_file_remove(&door->file);
	if (door->listener >= 0)
		close(door->listener);
	door->listener = -1;
}
