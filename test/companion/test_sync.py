"""The topology: devices and entities come, change and go."""

from typing import Any

from homeassistant.components.sensor import ATTR_STATE_CLASS
from homeassistant.const import (
    ATTR_DEVICE_CLASS,
    ATTR_FRIENDLY_NAME,
    ATTR_UNIT_OF_MEASUREMENT,
    EVENT_STATE_CHANGED,
    EVENT_STATE_REPORTED,
    STATE_UNAVAILABLE,
    STATE_UNKNOWN,
)
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest

from .add_on import (
    ADD_ON_CONNECTION,
    AGE,
    CCU,
    GARAGE,
    GARAGE_HEALTH,
    GARAGE_LATENCY,
    HEALTH,
    INCIDENT,
    LATENCY,
    AddOn,
    ccu,
)
from .conftest import devices_of, state_of

UNIQUE_IDS = {
    HEALTH: "NEQ1234567_hub_system-health",
    LATENCY: "NEQ1234567_hub_connection-latency",
    AGE: "NEQ1234567_hub_last-event-age",
}


async def test_the_entities_exist_when_sync_is_answered(hass: HomeAssistant, add_on: AddOn) -> None:
    await add_on.connect()
    assert await add_on.sync(CCU, GARAGE) == {"unknown_metrics": []}
    assert {entity_id: state_of(hass, entity_id) for entity_id in hass.states.async_entity_ids("sensor")} == {
        HEALTH: "100",
        LATENCY: "12.4",
        AGE: "5",
        GARAGE_HEALTH: "0",
        GARAGE_LATENCY: STATE_UNKNOWN,
        "sensor.garage_last_event_age": STATE_UNKNOWN,
    }


async def test_what_the_sensors_are(hass: HomeAssistant, add_on: AddOn, entity_registry: er.EntityRegistry) -> None:
    await add_on.start()
    seen = {}
    for entity_id, unique_id in UNIQUE_IDS.items():
        registered = entity_registry.async_get(entity_id)
        state = hass.states.get(entity_id)
        assert registered
        assert state
        assert registered.unique_id == unique_id
        assert registered.has_entity_name
        assert registered.entity_category is None
        assert registered.options["sensor"]["suggested_display_precision"] == 0
        attributes = dict(state.attributes)
        seen[attributes.pop(ATTR_FRIENDLY_NAME)] = attributes
    assert seen == {
        "CCU System health": {ATTR_STATE_CLASS: "measurement", ATTR_UNIT_OF_MEASUREMENT: "%"},
        "CCU Connection latency": {
            ATTR_DEVICE_CLASS: "duration",
            ATTR_STATE_CLASS: "measurement",
            ATTR_UNIT_OF_MEASUREMENT: "ms",
        },
        "CCU Last event age": {
            ATTR_DEVICE_CLASS: "duration",
            ATTR_STATE_CLASS: "measurement",
            ATTR_UNIT_OF_MEASUREMENT: "s",
        },
    }


async def test_each_ccu_is_a_device(hass: HomeAssistant, add_on: AddOn, loaded: Any) -> None:
    await add_on.start(CCU, GARAGE)
    devices = devices_of(hass, loaded)
    assert {key: (device.name, device.model, device.sw_version) for key, device in devices.items()} == {
        "NEQ1234567": ("CCU", "OpenCCU", "3.83.6.20251025"),
        "192.168.178.21": ("Garage", None, None),
    }


async def test_a_device_follows_its_ccu(hass: HomeAssistant, add_on: AddOn, loaded: Any) -> None:
    await add_on.start()
    before = devices_of(hass, loaded)[CCU["id"]]
    await add_on.sync(ccu(name="Home", firmware="3.85.1", model=None))
    after = devices_of(hass, loaded)[CCU["id"]]
    assert (after.id, after.name, after.sw_version, after.model) == (before.id, "Home", "3.85.1", None)
    health = hass.states.get(HEALTH)
    assert health is not None
    assert health.attributes[ATTR_FRIENDLY_NAME] == "Home System health"


async def test_a_missing_ccu_goes_with_its_device_and_entities(
    hass: HomeAssistant, add_on: AddOn, loaded: Any, entity_registry: er.EntityRegistry
) -> None:
    await add_on.start(CCU, GARAGE)
    await add_on.sync(CCU)
    await hass.async_block_till_done()
    assert set(devices_of(hass, loaded)) == {CCU["id"]}
    entries = er.async_entries_for_config_entry(entity_registry, loaded.entry_id)
    assert {entry.entity_id for entry in entries} == {*UNIQUE_IDS, INCIDENT, ADD_ON_CONNECTION}
    assert set(hass.states.async_entity_ids("sensor")) == set(UNIQUE_IDS)


async def test_an_empty_topology_removes_everything(hass: HomeAssistant, add_on: AddOn, loaded: Any) -> None:
    await add_on.start(CCU, GARAGE)
    await add_on.sync()
    await hass.async_block_till_done()
    assert devices_of(hass, loaded) == {}
    assert hass.states.async_entity_ids("sensor") == []


async def test_a_ccu_that_comes_back_keeps_its_entity_ids(
    hass: HomeAssistant, add_on: AddOn, entity_registry: er.EntityRegistry
) -> None:
    await add_on.start(CCU, GARAGE)
    entity_registry.async_update_entity(GARAGE_HEALTH, new_entity_id="sensor.my_garage")
    await add_on.sync(CCU)
    await add_on.sync(CCU, GARAGE)
    await hass.async_block_till_done()
    assert state_of(hass, "sensor.my_garage") == "0"
    assert len(hass.states.async_entity_ids("sensor")) == 6


async def test_a_device_that_nobody_names_any_more_is_removed(
    hass: HomeAssistant, add_on: AddOn, loaded: Any, device_registry: dr.DeviceRegistry
) -> None:
    device_registry.async_get_or_create(
        config_entry_id=loaded.entry_id, identifiers={("homematic_vitals", "LEFTOVER")}, name="Leftover"
    )
    await add_on.start()
    assert set(devices_of(hass, loaded)) == {CCU["id"]}


async def test_sync_again_makes_no_duplicates(hass: HomeAssistant, add_on: AddOn) -> None:
    await add_on.start(CCU, GARAGE)
    for health in (10, 20):
        await add_on.sync(ccu(metrics={"system_health": health}), GARAGE)
    assert state_of(hass, HEALTH) == "20"
    assert len(hass.states.async_entity_ids("sensor")) == 6


async def test_unknown_metrics_are_named_once_and_ignored(hass: HomeAssistant, add_on: AddOn) -> None:
    await add_on.connect()
    extra = {"future_b": True, "future_a": "text"}
    result = await add_on.sync(ccu(metrics=extra), ccu(GARAGE, metrics=extra))
    assert result == {"unknown_metrics": ["future_a", "future_b"]}
    result = await add_on.update(1, future_c=None, system_health=50)
    assert result == {"unknown_metrics": ["future_c"]}
    assert state_of(hass, HEALTH) == "50"


async def test_updates_count_from_one_after_each_sync(hass: HomeAssistant, add_on: AddOn) -> None:
    await add_on.start()
    await add_on.update(1, system_health=90)
    await add_on.update(2, last_event_age=60)
    await add_on.sync(CCU)
    assert (await add_on.fail("update", seq=3, values={}))["code"] == "resync_required"
    await add_on.update(1, system_health=80)
    assert state_of(hass, HEALTH) == "80"


@pytest.mark.parametrize("seq", [1, 3, 9_007_199_254_740_993])
async def test_any_other_number_asks_for_a_sync_and_changes_nothing(
    hass: HomeAssistant, add_on: AddOn, seq: int
) -> None:
    await add_on.start()
    await add_on.update(1, system_health=90)
    error = await add_on.fail("update", seq=seq, values={CCU["id"]: {"system_health": 1}})
    assert error["code"] == "resync_required"
    assert state_of(hass, HEALTH) == "90"
    await add_on.update(2, system_health=91)
    assert state_of(hass, HEALTH) == "91"


async def test_an_update_before_the_first_sync_asks_for_it(add_on: AddOn) -> None:
    await add_on.connect()
    assert (await add_on.fail("update", seq=1, values={}))["code"] == "resync_required"


async def test_an_update_of_an_unknown_ccu_asks_for_a_sync(hass: HomeAssistant, add_on: AddOn) -> None:
    await add_on.start()
    values = {CCU["id"]: {"system_health": 1}, GARAGE["id"]: {"system_health": 1}}
    assert (await add_on.fail("update", seq=1, values=values))["code"] == "resync_required"
    assert state_of(hass, HEALTH) == "100"


async def test_null_is_unknown_and_not_unavailable(hass: HomeAssistant, add_on: AddOn) -> None:
    await add_on.start()
    await add_on.update(1, connection_latency=None)
    assert state_of(hass, LATENCY) == STATE_UNKNOWN


async def test_only_what_changed_is_written(hass: HomeAssistant, add_on: AddOn) -> None:
    await add_on.start(CCU, GARAGE)
    written: list[str] = []

    @callback
    def note(data: Any) -> bool:
        written.append(data["entity_id"])
        return False

    @callback
    def nothing(_: Event[Any]) -> None:
        """Be a listener, since only they have filters."""

    hass.bus.async_listen(EVENT_STATE_CHANGED, nothing, event_filter=note)
    hass.bus.async_listen(EVENT_STATE_REPORTED, nothing, event_filter=note)
    await add_on.update(1)
    await add_on.update(2, system_health=100, last_event_age=5)
    await add_on.sync(CCU, GARAGE)
    assert written == []
    await add_on.update(1, system_health=60, last_event_age=5)
    assert written == [HEALTH]


async def test_a_disabled_entity_does_not_hinder(
    hass: HomeAssistant, add_on: AddOn, entity_registry: er.EntityRegistry
) -> None:
    await add_on.start()
    entity_registry.async_update_entity(HEALTH, disabled_by=er.RegistryEntryDisabler.USER)
    await hass.async_block_till_done()
    await add_on.update(1, system_health=1, last_event_age=2)
    assert hass.states.get(HEALTH) is None
    assert state_of(hass, AGE) == "2"


async def test_a_renamed_entity_keeps_following(
    hass: HomeAssistant, add_on: AddOn, entity_registry: er.EntityRegistry
) -> None:
    await add_on.start()
    entity_registry.async_update_entity(HEALTH, new_entity_id="sensor.renamed")
    await hass.async_block_till_done()
    await add_on.update(1, system_health=33)
    assert state_of(hass, "sensor.renamed") == "33"
    await add_on.succeed("goodbye", reason="stop")
    assert state_of(hass, "sensor.renamed") == STATE_UNAVAILABLE
