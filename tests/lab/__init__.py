"""The lab: whole programs and real firmware on a private network inside this machine."""

import os
import time

from .netns import Network
from .process import LabError, Skip, until

__all__ = ["LabError", "Network", "Skip", "seconds_left", "timeout", "until"]


def timeout(seconds):
    """Gives a test function this many seconds, instead of the runner's own bound."""

    def mark(function):
        function.timeout = seconds
        return function

    return mark


def seconds_left(wanted):
    """So many, or those until the run is cut short, where that is sooner: for a test that can do with less."""
    until_s = os.environ.get("LAB_UNTIL")       # what tests/run --within says
    return min(wanted, float(until_s) - time.monotonic()) if until_s else wanted
