"""Measures how late the event loop runs what is due."""

from asyncio import AbstractEventLoop, TimerHandle
import gc
import os
from threading import get_native_id
from time import process_time
from typing import Any

PERIOD_S = 0.01
FULL_COLLECTION = 2


class LoopWatch:
    """A timer that notes how late it is called.

    A machine that is busy with others delays the loop as well. What Home Assistant itself is to blame for is the part
    of the delay in which its process computed, and its loop did not wait for a processor. Python's full garbage
    collections stop every Core now and then for some tenths of a second; they are told apart, since their length
    depends on all that Core holds.
    """

    def __init__(self, loop: AbstractEventLoop) -> None:
        """Measure nothing yet."""
        self._loop = loop
        self._timer: TimerHandle | None = None
        self._due = 0.0
        self._computed = 0.0
        self._waited = 0.0
        self._schedule = os.open(f"/proc/self/task/{get_native_id()}/schedstat", os.O_RDONLY)
        self._collecting_since: float | None = None
        self._collecting = 0.0
        self._late: list[float] = []
        self._own: list[float] = []
        self._collections: list[float] = []
        gc.callbacks.append(self._collected)

    def start(self) -> None:
        """Begin anew."""
        self.stop()
        self._late, self._own, self._collections = [], [], []
        self._arm()

    def stop(self) -> dict[str, list[float]]:
        """Return milliseconds: the delays, what Home Assistant itself caused of them, and the collections."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
            self._note()
        return {"late_ms": self._late, "own_ms": self._own, "collections_ms": self._collections}

    def _waited_for_processor(self) -> float:
        """Return how long the loop's thread had work and no processor."""
        return int(os.pread(self._schedule, 100, 0).split()[1]) / 1e9

    def _arm(self) -> None:
        self._waited = self._waited_for_processor()
        self._computed = process_time()
        self._collecting = 0.0
        self._due = self._loop.time() + PERIOD_S
        self._timer = self._loop.call_at(self._due, self._called)

    def _called(self) -> None:
        self._note()
        self._arm()

    def _note(self) -> None:
        # A collection in another thread may be over without having said so yet.
        if self._collecting_since is not None:
            self._add_collection(self._collecting_since)
            self._collecting_since = process_time()
        late = max(0.0, self._loop.time() - self._due)
        computed = process_time() - self._computed - self._collecting
        waited = self._waited_for_processor() - self._waited
        self._late.append(late * 1000)
        self._own.append(max(0.0, min(late - waited, computed)) * 1000)

    def _collected(self, phase: str, info: dict[str, Any]) -> None:
        """Take the time of a collection, in whatever thread it happens: nothing else runs meanwhile."""
        if info["generation"] != FULL_COLLECTION:
            return
        if phase == "start":
            self._collecting_since = process_time()
        elif self._collecting_since is not None:
            self._add_collection(self._collecting_since)
            self._collecting_since = None

    def _add_collection(self, since: float) -> None:
        took = process_time() - since
        self._collecting += took
        self._collections.append(took * 1000)
