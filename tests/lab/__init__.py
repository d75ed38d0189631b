"""The lab: whole programs and real firmware on a private network inside this machine."""

from .netns import Network
from .process import LabError, Skip, until

__all__ = ["LabError", "Network", "Skip", "timeout", "until"]


def timeout(seconds):
    """Gives a test function this many seconds, instead of the runner's own bound."""

    def mark(function):
        function.timeout = seconds
        return function

    return mark
