"""The event entity of each CCU."""

from typing import Any

from homeassistant.const import STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest

from custom_components.homematic_vitals.const import EVENT_TYPES

from .add_on import CCU, GARAGE, INCIDENT, AddOn, load_fixture
from .conftest import MakeAddOn, Pass, state_of

DATA: dict[str, Any] = load_fixture("event")["request"]["data"]


async def happen(add_on: AddOn, event_type: str = "interface_lost", ccu: str = CCU["id"], **changes: Any) -> Any:
    """Tell of an event that must be accepted."""
    return await add_on.succeed("event", ccu=ccu, event_type=event_type, data={**DATA, **changes})


def shown(hass: HomeAssistant) -> dict[str, Any]:
    """Return the attributes of the entity."""
    state = hass.states.get(INCIDENT)
    assert state
    return {
        key: value
        for key, value in state.attributes.items()
        if key not in {"event_types", "friendly_name", "device_class"}
    }


async def test_nothing_has_happened_at_first(hass: HomeAssistant, add_on: AddOn) -> None:
    await add_on.start()
    state = hass.states.get(INCIDENT)
    assert state
    assert state.state == STATE_UNKNOWN
    assert state.attributes["event_types"] == list(EVENT_TYPES)


@pytest.mark.parametrize("event_type", EVENT_TYPES)
async def test_what_happened_is_shown_with_all_that_is_known(
    hass: HomeAssistant, add_on: AddOn, event_type: str
) -> None:
    await add_on.start(CCU, GARAGE)
    assert await happen(add_on, event_type) == {"known": True}
    assert shown(hass) == {"event_type": event_type, **DATA}
    assert state_of(hass, "event.garage_incident") == STATE_UNKNOWN


async def test_the_same_event_twice_is_two_events(hass: HomeAssistant, add_on: AddOn) -> None:
    await add_on.start()
    await happen(add_on)
    first = state_of(hass, INCIDENT)
    await happen(add_on)
    assert state_of(hass, INCIDENT) > first


async def test_an_event_type_of_a_later_version_is_ignored(hass: HomeAssistant, add_on: AddOn) -> None:
    await add_on.start()
    assert await happen(add_on, "moon_rises") == {"known": False}
    assert state_of(hass, INCIDENT) == STATE_UNKNOWN


async def test_an_event_of_a_ccu_that_nobody_told_of_is_refused(add_on: AddOn) -> None:
    fields = {"event_type": "interface_lost", "data": DATA}
    await add_on.connect()
    assert (await add_on.fail("event", ccu=CCU["id"], **fields))["code"] == "unknown_ccu"
    await add_on.sync(CCU)
    assert (await add_on.fail("event", ccu=GARAGE["id"], **fields))["code"] == "unknown_ccu"
    assert (await add_on.fail("event", ccu=f"{CCU['id']}x", **fields))["code"] == "unknown_ccu"


async def test_an_event_of_the_last_session_does_not_count_before_a_sync(
    hass: HomeAssistant, add_on: AddOn, make_add_on: MakeAddOn
) -> None:
    await add_on.start()
    await add_on.close()
    again = await make_add_on()
    await again.connect()
    error = await again.fail("event", ccu=CCU["id"], event_type="interface_lost", data=DATA)
    assert error["code"] == "unknown_ccu"


async def test_a_disabled_event_entity_does_not_hinder(
    hass: HomeAssistant, add_on: AddOn, entity_registry: er.EntityRegistry
) -> None:
    await add_on.start()
    entity_registry.async_update_entity(INCIDENT, disabled_by=er.RegistryEntryDisabler.USER)
    await hass.async_block_till_done()
    assert await happen(add_on) == {"known": True}
    assert hass.states.get(INCIDENT) is None


async def test_the_last_event_survives_an_absence(hass: HomeAssistant, add_on: AddOn, make_add_on: MakeAddOn) -> None:
    await add_on.start()
    await happen(add_on)
    happened = state_of(hass, INCIDENT)
    await add_on.succeed("goodbye", reason="stop")
    assert state_of(hass, INCIDENT) == STATE_UNAVAILABLE
    await add_on.start()
    assert state_of(hass, INCIDENT) == happened
    assert shown(hass)["message"] == DATA["message"]


async def test_an_event_is_a_sign_of_life(hass: HomeAssistant, add_on: AddOn, pass_seconds: Pass) -> None:
    await add_on.start(heartbeat_s=10)
    for _ in range(3):
        await pass_seconds(25)
        await happen(add_on)
    await pass_seconds(25)
    await add_on.succeed("issues", issues=[])
    await pass_seconds(25)
    await add_on.update(1)


@pytest.mark.expects_warnings
@pytest.mark.parametrize(
    "changes",
    [
        {"message": None},
        {"message": ""},
        {"message": "x" * 2049},
        {"remedy": ["text"]},
        {"since": "yesterday"},
        {"since": "2026-11-08T06:21:30"},
        {"since": None},
        {"duration_s": "5"},
        {"duration_s": -1},
        {"duration_s": True},
        {"interface": 5},
        {"cause": {}},
        {"colour": "blue"},
    ],
)
async def test_an_event_with_impossible_data_is_refused(
    hass: HomeAssistant, add_on: AddOn, changes: dict[str, Any]
) -> None:
    await add_on.start()
    fields = {"ccu": CCU["id"], "event_type": "interface_lost", "data": {**DATA, **changes}}
    assert (await add_on.fail("event", **fields))["code"] == "invalid_format"
    assert state_of(hass, INCIDENT) == STATE_UNKNOWN
