"""Messages that come while a large sync is still being applied."""

import asyncio
from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers.event import async_track_state_change_event
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.homematic_vitals import pacer

from .add_on import CCU, AddOn, ccu, load_fixture
from .conftest import MakeAddOn, devices_of, state_of

MANY = [ccu(id=f"CCU{number}", name=f"Number {number}") for number in range(30)]
LAST = {"id": "CCU29", "health": "sensor.number_29_system_health", "incident": "event.number_29_incident"}


@pytest.fixture(autouse=True)
def tiny_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the loop turn after every step."""
    monkeypatch.setattr(pacer, "SLICE_S", 0)


async def begin_sync(hass: HomeAssistant, add_on: AddOn) -> int:
    """Send a sync, wait until it has been applied in part, and return its number."""
    under_way = asyncio.Event()

    @callback
    def note(_: Event[Any]) -> None:
        under_way.set()

    forget = async_track_state_change_event(hass, "sensor.number_2_system_health", note)
    await add_on.connect()
    sync = await add_on.post("sync", ccus=MANY)
    await under_way.wait()
    forget()
    assert hass.states.get(LAST["health"]) is None
    return sync


async def test_an_update_during_a_sync_counts(hass: HomeAssistant, add_on: AddOn) -> None:
    sync = await begin_sync(hass, add_on)
    changes = {"CCU0": {"system_health": 1}, LAST["id"]: {"system_health": 2}}
    update = await add_on.post("update", seq=1, values=changes)
    answers = await add_on.answers(sync, update)
    assert [answer["success"] for answer in answers] == [True, True]
    assert state_of(hass, "sensor.number_0_system_health") == "1"
    assert state_of(hass, LAST["health"]) == "2"


async def test_an_event_during_a_sync_finds_its_entity(hass: HomeAssistant, add_on: AddOn) -> None:
    data = load_fixture("event")["request"]["data"]
    sync = await begin_sync(hass, add_on)
    event = await add_on.post("event", ccu=LAST["id"], event_type="radio_silent", data=data)
    answers = await add_on.answers(sync, event)
    assert [answer["success"] for answer in answers] == [True, True]
    state = hass.states.get(LAST["incident"])
    assert state
    assert state.attributes["event_type"] == "radio_silent"


async def test_a_newer_sync_ends_the_one_that_is_under_way(
    hass: HomeAssistant, add_on: AddOn, loaded: MockConfigEntry
) -> None:
    first = await begin_sync(hass, add_on)
    second = await add_on.post("sync", ccus=[CCU, MANY[1]])
    answers = await add_on.answers(first, second)
    assert [answer["success"] for answer in answers] == [True, True]
    await hass.async_block_till_done()
    assert set(devices_of(hass, loaded)) == {CCU["id"], "CCU1"}
    assert len(hass.states.async_entity_ids("sensor")) == 6


async def test_a_session_that_is_taken_over_during_its_sync_is_told(
    hass: HomeAssistant, add_on: AddOn, make_add_on: MakeAddOn
) -> None:
    again = await make_add_on()
    sync = await begin_sync(hass, add_on)
    await again.start(*MANY[:2])
    (answer,) = await add_on.answers(sync)
    assert answer["error"]["code"] == "no_session"
    await hass.async_block_till_done()
    assert len(hass.states.async_entity_ids("sensor")) == 6
    await again.update(1)


async def test_a_socket_that_closes_during_a_sync_does_no_harm(
    hass: HomeAssistant, add_on: AddOn, make_add_on: MakeAddOn
) -> None:
    await begin_sync(hass, add_on)
    await add_on.close()
    again = await make_add_on()
    await again.start(*MANY)
    assert state_of(hass, LAST["health"]) == "100"


async def test_unloading_waits_for_a_sync_that_is_under_way(
    hass: HomeAssistant, add_on: AddOn, loaded: MockConfigEntry
) -> None:
    sync = await begin_sync(hass, add_on)
    later = await add_on.post("sync", ccus=[*MANY, CCU])
    await hass.config_entries.async_unload(loaded.entry_id)
    assert loaded.state is ConfigEntryState.NOT_LOADED
    answers: list[Any] = await add_on.answers(sync, later)
    assert {answer["error"]["code"] for answer in answers if not answer["success"]} <= {"no_session", "not_loaded"}
    await hass.config_entries.async_setup(loaded.entry_id)
    await add_on.start(*MANY)
    assert state_of(hass, LAST["health"]) == "100"
