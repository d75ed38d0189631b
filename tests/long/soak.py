"""In use for an hour, with all that may happen: tests/lab/soak.py. SOAK in the environment: so many seconds.
Where there is less time (`check-long WITHIN=`), so long: it is judged all the same."""

import os

from lab import seconds_left, timeout
from lab.soak import soak

SECONDS = int(os.environ.get("SOAK", "3600"))
LAST = 90       # seconds that its last round and its end may take


@timeout(SECONDS + 600)
def test_nothing_grows_and_no_request_is_lost():
    soak(seconds_left(SECONDS + LAST) - LAST)
