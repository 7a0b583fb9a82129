"""Long work in slices."""

import asyncio
from time import monotonic
from typing import Final

# Home Assistant answers people and machines in the same loop, and each answer takes it a few turns.
SLICE_S: Final = 0.005


class Pacer:
    """Lets Home Assistant do something else whenever a slice of work has taken long enough."""

    def __init__(self) -> None:
        """Begin the first slice."""
        self._begun = monotonic()

    async def pause(self) -> None:
        """End the slice if it is long enough; to be called often."""
        if monotonic() - self._begun >= SLICE_S:
            await asyncio.sleep(0)
            self._begun = monotonic()
