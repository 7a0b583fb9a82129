"""The topology on disk."""

from typing import Any

from homeassistant.const import EVENT_HOMEASSISTANT_FINAL_WRITE, STATE_UNAVAILABLE
from homeassistant.core import CoreState, HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.homematic_vitals.const import DOMAIN

from .add_on import CCU, FULL, GARAGE, HEALTH, HMIP, AddOn
from .conftest import MakeAddOn, Pass, devices_of, state_of

OF_VERSION_1 = {"id": "NEQ1234567", "name": "CCU", "model": "OpenCCU", "firmware": "3.83.6.20251025"}
STORED_CCU = {
    **OF_VERSION_1,
    "metrics": ["connection_latency", "last_event_age", "system_health"],
    "interfaces": [],
}


def stored(entry: MockConfigEntry, content: Any, version: int = 2) -> dict[str, Any]:
    """Make the file that the integration reads at its start."""
    key = f"{DOMAIN}.{entry.entry_id}"
    return {key: {"version": version, "minor_version": 1, "key": key, "data": content}}


def ids(registry: er.EntityRegistry, entry: MockConfigEntry) -> dict[str, str]:
    """Return the entity ids by what never changes."""
    return {entity.id: entity.entity_id for entity in er.async_entries_for_config_entry(registry, entry.entry_id)}


async def test_after_a_restart_the_entities_exist_and_wait(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    hass_storage: dict[str, Any],
    make_add_on: MakeAddOn,
    entity_registry: er.EntityRegistry,
) -> None:
    hass_storage.update(stored(entry, {"ccus": [STORED_CCU]}))
    entity_registry.async_get_or_create(
        "sensor", DOMAIN, "NEQ1234567_hub_system-health", suggested_object_id="mine", config_entry=entry
    )
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    state = hass.states.get("sensor.mine")
    assert state
    assert state.state == STATE_UNAVAILABLE
    assert "restored" not in state.attributes
    assert len(hass.states.async_entity_ids("sensor")) == 3
    add_on = await make_add_on()
    await add_on.connect()
    assert state_of(hass, "sensor.mine") == STATE_UNAVAILABLE
    await add_on.sync(CCU)
    assert state_of(hass, "sensor.mine") == "100"
    assert len(hass.states.async_entity_ids("sensor")) == 3


async def test_a_device_that_was_lost_gets_its_name_back_from_the_file(
    hass: HomeAssistant, entry: MockConfigEntry, hass_storage: dict[str, Any]
) -> None:
    hass_storage.update(stored(entry, {"ccus": [STORED_CCU]}))
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    (device,) = devices_of(hass, entry).values()
    assert (device.name, device.model, device.sw_version) == ("CCU", "OpenCCU", "3.83.6.20251025")


async def test_the_topology_is_stored_without_values(
    hass: HomeAssistant, add_on: AddOn, loaded: MockConfigEntry, hass_storage: dict[str, Any], pass_seconds: Pass
) -> None:
    await add_on.start()
    await pass_seconds(2)
    assert hass_storage[f"{DOMAIN}.{loaded.entry_id}"]["data"] == {"ccus": [STORED_CCU]}


async def test_an_equal_topology_is_not_written_again(
    hass: HomeAssistant, add_on: AddOn, loaded: MockConfigEntry, hass_storage: dict[str, Any], pass_seconds: Pass
) -> None:
    await add_on.start()
    await pass_seconds(2)
    del hass_storage[f"{DOMAIN}.{loaded.entry_id}"]
    await add_on.sync(CCU)
    await pass_seconds(2)
    assert f"{DOMAIN}.{loaded.entry_id}" not in hass_storage


async def test_a_topology_that_waits_is_written_when_home_assistant_stops(
    hass: HomeAssistant, add_on: AddOn, loaded: MockConfigEntry, hass_storage: dict[str, Any]
) -> None:
    await add_on.start()
    hass.set_state(CoreState.final_write)
    hass.bus.async_fire(EVENT_HOMEASSISTANT_FINAL_WRITE)
    await hass.async_block_till_done()
    assert hass_storage[f"{DOMAIN}.{loaded.entry_id}"]["data"] == {"ccus": [STORED_CCU]}


async def test_unloading_writes_the_topology_at_once(
    hass: HomeAssistant, add_on: AddOn, loaded: MockConfigEntry, hass_storage: dict[str, Any]
) -> None:
    await add_on.start(CCU, GARAGE)
    await hass.config_entries.async_unload(loaded.entry_id)
    assert len(hass_storage[f"{DOMAIN}.{loaded.entry_id}"]["data"]["ccus"]) == 2


@pytest.mark.expects_warnings
@pytest.mark.parametrize(
    ("content", "version"),
    [
        ({"ccus": [{**STORED_CCU, "id": "not allowed"}]}, 2),
        ({"ccus": [STORED_CCU, STORED_CCU]}, 2),
        ({"ccus": [OF_VERSION_1]}, 2),
        ({"ccus": 5}, 2),
        ({"something": "else"}, 2),
        (["a list"], 2),
        ({"ccus": 5}, 1),
        ({"something": "else"}, 1),
        (["a list"], 1),
        ({"ccus": []}, 99),
        ({"ccus": []}, 0),
    ],
)
async def test_a_file_that_cannot_be_read_is_left_out(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    hass_storage: dict[str, Any],
    make_add_on: MakeAddOn,
    caplog: pytest.LogCaptureFixture,
    content: Any,
    version: int,
) -> None:
    hass_storage.update(stored(entry, content, version))
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    assert caplog.text.count("The stored list of CCUs cannot be read") == 1
    add_on = await make_add_on()
    await add_on.start()
    assert state_of(hass, HEALTH) == "100"


async def test_a_file_of_version_1_is_taken_over(
    hass: HomeAssistant, entry: MockConfigEntry, hass_storage: dict[str, Any], make_add_on: MakeAddOn
) -> None:
    hass_storage.update(stored(entry, {"ccus": [OF_VERSION_1]}, version=1))
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    assert len(hass.states.async_entity_ids("sensor")) == 3
    assert state_of(hass, HEALTH) == STATE_UNAVAILABLE
    (device,) = devices_of(hass, entry).values()
    assert device.name == "CCU"
    assert hass_storage[f"{DOMAIN}.{entry.entry_id}"]["version"] == 2
    await (await make_add_on()).start()
    assert state_of(hass, HEALTH) == "100"


async def test_interfaces_and_metrics_exist_at_once_after_a_restart(
    hass: HomeAssistant, add_on: AddOn, loaded: MockConfigEntry, entity_registry: er.EntityRegistry
) -> None:
    await add_on.start(FULL)
    states, devices = set(hass.states.async_entity_ids()), devices_of(hass, loaded)
    registered = ids(entity_registry, loaded)
    await hass.config_entries.async_unload(loaded.entry_id)
    hass.states.async_remove("binary_sensor.my_hmip_rf")
    await hass.config_entries.async_setup(loaded.entry_id)
    await hass.async_block_till_done()
    assert set(hass.states.async_entity_ids()) == states
    assert state_of(hass, "binary_sensor.my_hmip_rf") == STATE_UNAVAILABLE
    assert devices_of(hass, loaded) == devices
    assert devices[HMIP].via_device_id == devices[CCU["id"]].id
    assert ids(entity_registry, loaded) == registered
