"""In use for a while, with all that may happen: tests/lab/soak.py. An hour of it is tests/long/soak.py."""

from lab import timeout
from lab.soak import soak


@timeout(120)
def test_nothing_grows_and_no_request_is_lost():
    soak(8)
