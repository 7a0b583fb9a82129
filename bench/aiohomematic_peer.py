"""Runs aiohomematic, the Python original, for side-by-side figures.

aiohomematic_peer.py watch PORT JSON_PORT STORAGE   prints what System health shows, each time that changes
aiohomematic_peer.py figures                        prints what its metrics cost, as JSON
"""

import asyncio
import json
import statistics
import sys
import time

from aiohomematic.async_support import Looper
from aiohomematic.central import CentralConfig
from aiohomematic.central.events import EventBus
from aiohomematic.client import InterfaceConfig
from aiohomematic.const import Interface
from aiohomematic.metrics import MetricsObserver, emit_latency

LOOK_EVERY_S = 0.1
KEYS = [f"rpc:{number}:getValue" for number in range(1_001)]
ROUNDS = 200
DURATIONS_MS = [5 + number * 7 % 45 for number in range(ROUNDS)]


async def watch(port: str, json_port: str, storage: str) -> None:
    """Connect to a CCU and look at the live value all the time; Home Assistant gets it once a minute."""
    name = "peer"
    config = CentralConfig(
        name=name,
        central_id=name,
        host="127.0.0.1",
        username="Admin",
        password="secret",
        interface_configs=frozenset(
            {InterfaceConfig(central_name=name, interface=Interface.BIDCOS_RF, port=int(port))}
        ),
        json_port=int(json_port),
        callback_host="127.0.0.1",
        storage_directory=storage,
    )
    central = await config.create_central()
    await central.start()
    before = None
    while True:
        sensors = central.hub_coordinator.metrics_dps
        health = sensors and sensors.system_health
        now = f"{health.value} {'available' if health.available else 'unavailable'}" if health else "nothing"
        if now != before:
            print("shows", now, flush=True)
            before = now
        await asyncio.sleep(LOOK_EVERY_S)


async def emit(bus: EventBus, observer: MetricsObserver, keys: list[str], duration_ms: float) -> float:
    """Emit a sample for each key and return after how many microseconds the observer had all."""
    tracker = observer.get_latency(key=keys[-1])
    expected = tracker.count + 1 if tracker else 1
    started = time.perf_counter()
    for key in keys:
        emit_latency(event_bus=bus, key=key, duration_ms=duration_ms)
    while (tracker := observer.get_latency(key=keys[-1])) is None or tracker.count < expected:
        await asyncio.sleep(0)
    return (time.perf_counter() - started) * 1e6


def snapshot(observer: MetricsObserver) -> float:
    """Return how many microseconds a snapshot takes."""
    started = time.perf_counter()
    taken = observer.snapshot()
    duration_us = (time.perf_counter() - started) * 1e6
    if len(taken.latency) != len(KEYS):
        raise RuntimeError("the observer has not seen all keys")
    return duration_us


async def figures() -> None:
    """Measure how long a sample takes until the observer has it, and a snapshot after all keys or one have changed."""
    bus = EventBus(task_scheduler=Looper())
    observer = MetricsObserver(event_bus=bus)
    emit_us: list[float] = []
    all_changed_us: list[float] = []
    one_changed_us: list[float] = []
    for duration_ms in DURATIONS_MS:
        emit_us.append(await emit(bus, observer, KEYS, duration_ms) / len(KEYS))
        all_changed_us.append(snapshot(observer))
        await emit(bus, observer, KEYS[:1], duration_ms)
        one_changed_us.append(snapshot(observer))
    measured = {"emitUs": emit_us, "allChangedUs": all_changed_us, "oneChangedUs": one_changed_us}
    print(json.dumps({name: statistics.median(values) for name, values in measured.items()}))


command, *arguments = sys.argv[1:]
asyncio.run({"watch": watch, "figures": figures}[command](*arguments))
