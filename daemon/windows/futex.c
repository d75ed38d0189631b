#include "windows/futex.h"

#include <errno.h>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

static long call(_Atomic uint32_t *word, int what, uint32_t value, const struct timespec *deadline,
		 uint32_t who)
{
	int before = errno;
	long r = syscall(SYS_futex, word, what | FUTEX_PRIVATE_FLAG, value, deadline, NULL, who);

	r = r < 0 ? -errno : r;
	errno = before;
	return r;
}

bool futex_wait(_Atomic uint32_t *word, uint32_t value, uint32_t who,
		const struct timespec *deadline)
{
	return call(word, FUTEX_WAIT_BITSET, value, deadline, who) != -ETIMEDOUT;
}

int futex_wake(_Atomic uint32_t *word, int n, uint32_t who)
{
	return (int)call(word, FUTEX_WAKE_BITSET, (uint32_t)n, NULL, who);
}
