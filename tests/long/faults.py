"""Every allocation and every system call of a life fails once: start, traffic, reload, traffic, stop."""

from lab import faults, timeout


def check(kind):
    failures = faults.every(kind)
    assert not failures, f"{len(failures)} failures:\n" + "\n\n".join(failures[:10])


@timeout(3600)
def test_every_system_call():
    check("system")


@timeout(7200)
def test_every_allocation():
    check("memory")
