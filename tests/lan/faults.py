"""One allocation or system call fails, in start, traffic, reload or stop: a spread over all of them,
and others with the next commit.

tests/long/faults.py tries every one.
"""

from lab import Network, timeout
from lab.faults import EACH, KINDS, Life, order


@timeout(400)
def test_a_call_that_fails_costs_no_client_and_no_count():
    # S6, S11, S15, S19 and all that allocates or asks the kernel.
    with Network() as net:
        life = Life(net)
        totals = life.run()
        for kind in KINDS:
            assert totals[kind] > 100, totals
            tried = order(totals[kind], EACH)[:EACH]
            for n in tried:
                life.run(kind, n)
            print(f"note: {kind}: {len(tried)} of {totals[kind]} calls tried")
