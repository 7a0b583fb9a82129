"""A large topology does not hold up Home Assistant.

What is measured is the processor time of Home Assistant's thread, since a busy machine adds any wait to it.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from contextlib import asynccontextmanager
import gc
import logging
from time import thread_time
from typing import Any

from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
import pytest

from .add_on import AddOn
from .conftest import state_of

CCUS = 100
MAX_SYNC_S = 2
MAX_HOLDUP_S = 0.05


class Watch:
    """Measures work, and how long other work of the loop had to wait for it."""

    def __init__(self) -> None:
        """Begin with nothing measured."""
        self.begun = thread_time()
        self.longest_s = 0.0

    @property
    def total_s(self) -> float:
        """The work so far."""
        return thread_time() - self.begun

    async def run(self) -> None:
        """Take note of each turn of the loop, until cancelled."""
        last = thread_time()
        while True:
            await asyncio.sleep(0)
            now = thread_time()
            self.longest_s = max(self.longest_s, now - last)
            last = now


@asynccontextmanager
async def watching(what: str) -> AsyncGenerator[Watch]:
    """Measure while the block runs, and check that nothing was held up."""
    watch = Watch()
    task = asyncio.get_running_loop().create_task(watch.run())
    await asyncio.sleep(0)
    yield watch
    await asyncio.sleep(0)
    task.cancel()
    print(f"{what}: {watch.total_s:.3f} s of work, the loop was held up for {watch.longest_s * 1000:.0f} ms at most")
    assert watch.longest_s <= MAX_HOLDUP_S, what


@pytest.fixture(autouse=True)
def undisturbed(quiet: None, caplog: pytest.LogCaptureFixture) -> Generator[None]:
    """Log as little as Home Assistant does by default, and do not collect what other tests left."""
    caplog.set_level(logging.WARNING)
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


def topology(value: float) -> list[dict[str, Any]]:
    """Make CCUs with an interface each, 1,000 enabled entities beside the events."""
    numbers = ("system_health", "connection_latency", "last_event_age", "duty_cycle", "unreachable_devices")
    return [
        {
            "id": f"CCU{number:04}",
            "name": f"CCU {number}",
            "model": "OpenCCU",
            "firmware": "3.83.6.20251025",
            "metrics": {
                **dict.fromkeys(numbers, value),
                "problem": value < 50,
                "status": "critical" if value < 50 else "ok",
            },
            "interfaces": [
                {
                    "id": f"CCU{number:04}/HmIP-RF",
                    "name": "HmIP-RF",
                    "metrics": {"health": value, "connected": value >= 50, "cause": "none"},
                }
            ],
        }
        for number in range(CCUS)
    ]


def values(value: float) -> dict[str, Any]:
    """Make an update of everything."""
    return {device["id"]: device["metrics"] for ccu in topology(value) for device in (ccu, *ccu["interfaces"])}


async def test_a_thousand_entities(hass: HomeAssistant, add_on: AddOn) -> None:
    last = f"sensor.ccu_{CCUS - 1}_hmip_rf_health"
    await add_on.connect()
    async with watching("first sync") as watch:
        await add_on.sync(*topology(10))
    assert watch.total_s <= MAX_SYNC_S
    assert len(hass.states.async_entity_ids(("sensor", "binary_sensor"))) == 10 * CCUS + 1

    changes: tuple[tuple[str, Callable[[], Awaitable[Any]], str], ...] = (
        ("sync with other values", lambda: add_on.sync(*topology(90)), "90"),
        ("update of all values", lambda: add_on.succeed("update", seq=1, values=values(20)), "20"),
        ("goodbye", lambda: add_on.succeed("goodbye", reason="stop"), STATE_UNAVAILABLE),
        ("sync after an absence", lambda: add_on.start(*topology(80)), "80"),
    )
    for what, change, state in changes:
        async with watching(what):
            await change()
            await hass.async_block_till_done()
        assert state_of(hass, last) == state

    async with watching("removal of everything"):
        await add_on.sync()
    assert hass.states.get(last) is None


async def test_a_thousand_entities_are_there_again_after_a_restart(
    hass: HomeAssistant, add_on: AddOn, loaded: Any
) -> None:
    await add_on.start(*topology(10))
    await hass.config_entries.async_unload(loaded.entry_id)
    async with watching("start of Home Assistant") as watch:
        await hass.config_entries.async_setup(loaded.entry_id)
    assert watch.total_s <= MAX_SYNC_S
    assert len(hass.states.async_entity_ids(("sensor", "binary_sensor"))) == 10 * CCUS + 1
