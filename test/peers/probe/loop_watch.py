"""Measures how late the event loop runs what is due."""

from asyncio import AbstractEventLoop, TimerHandle
import gc
from threading import get_ident
from time import thread_time
from typing import Any

PERIOD_S = 0.01
FULL_COLLECTION = 2


class LoopWatch:
    """A timer that notes how late it is called, and how much of that the loop itself computed.

    The rest is not the work of the loop: other processes have the processor, the recorder's thread has Python's lock
    while it writes rows, or Python collects garbage. Full collections stop every Core now and then for some tenths
    of a second; they are not counted as work in the loop, since their length depends on all that Core holds.
    """

    def __init__(self, loop: AbstractEventLoop) -> None:
        """Measure nothing yet."""
        self._loop = loop
        self._thread = get_ident()
        self._timer: TimerHandle | None = None
        self._due = 0.0
        self._begun = 0.0
        self._collecting_since = 0.0
        self._collecting = 0.0
        self._late: list[float] = []
        self._own: list[float] = []
        self._collections = 0
        gc.callbacks.append(self._collected)

    def start(self) -> None:
        """Begin anew."""
        self.stop()
        self._late, self._own, self._collections = [], [], 0
        self._arm()

    def stop(self) -> dict[str, Any]:
        """Return the delays in milliseconds, what the loop computed in them, and the number of full collections."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
            self._note()
        return {"late_ms": self._late, "own_ms": self._own, "collections": self._collections}

    def _arm(self) -> None:
        self._begun = thread_time()
        self._collecting = 0.0
        self._due = self._loop.time() + PERIOD_S
        self._timer = self._loop.call_at(self._due, self._called)

    def _called(self) -> None:
        self._note()
        self._arm()

    def _note(self) -> None:
        late = max(0.0, self._loop.time() - self._due)
        computed = thread_time() - self._begun - self._collecting
        self._late.append(late * 1000)
        self._own.append(min(late, computed) * 1000)

    def _collected(self, phase: str, info: dict[str, Any]) -> None:
        """Take the time of a full collection in the loop's own thread; elsewhere it is none of the loop's."""
        if info["generation"] != FULL_COLLECTION:
            return
        if phase == "start":
            self._collections += 1
        if get_ident() == self._thread:
            if phase == "start":
                self._collecting_since = thread_time()
            else:
                self._collecting += thread_time() - self._collecting_since
