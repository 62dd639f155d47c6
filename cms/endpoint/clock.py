"""When what the public reads changes although nobody writes anything: so long, and no longer, may an answer be kept."""

import time
from collections.abc import Iterable

NEVER = float("inf")


class Clock:
    """The next such moment, in monotonic time, as the follower of events tells it.

    A moment that has passed is as good as one that is not known: nothing may be kept until the next one is told.
    """

    def __init__(self) -> None:
        self._moment = 0.0

    @property
    def seconds_left(self) -> float:
        """For how long an answer that is given now may be kept."""
        return max(0.0, self._moment - time.monotonic())

    def begin(self, as_of: float, moment: float = NEVER) -> None:  # noqa: ARG002
        """What is known now holds until the moment."""
        self._moment = moment

    def hear(self, events: Iterable[object], as_of: float, moment: float = NEVER) -> None:  # noqa: ARG002
        """What is known after these events holds until the moment."""
        self._moment = moment

    def lose(self) -> None:
        """Nothing is known."""
        self._moment = 0.0
