/* Who may use the operator's sockets. */
#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "control/peer.h"

bool control_may(uid_t uid, const gid_t *groups, size_t n_groups, gid_t wanted)
{
	if (uid == 0 || uid == geteuid())
		return true;
	for (size_t i = 0; wanted != (gid_t)-1 && i < n_groups; i++)
		if (groups[i] == wanted)
			return true;
	return false;
}

bool peer_allowed(int fd, gid_t wanted)
{
	enum { GROUPS = 1024 };
	struct ucred who;
	socklen_t len = sizeof(who), size = GROUPS * sizeof(gid_t);
	gid_t *groups;
	bool may;

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &len) < 0)
		return false;
	if (control_may(who.uid, &who.gid, 1, wanted))
		return true;
	groups = malloc(size);
	if (!groups)
		return false;
	may = getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups, &size) == 0 &&
	      control_may(who.uid, groups, size / sizeof(gid_t), wanted);
	free(groups);
	return may;
}
