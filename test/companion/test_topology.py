"""Interfaces and metrics come and go; devices can be deleted."""

from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from pytest_homeassistant_custom_component.common import MockConfigEntry

from .add_on import ADD_ON_CONNECTION, BIDCOS, CCU, FULL, GARAGE, HEALTH, HMIP, AddOn, ccu, interface
from .conftest import devices_of, state_of

CONNECTED = "binary_sensor.ccu_hmip_rf_connected"


def with_interfaces(*names: str, **changes: Any) -> dict[str, Any]:
    """Make a CCU with these interfaces."""
    return ccu(interfaces=[interface(name) for name in names], **changes)


async def test_an_interface_is_a_device_below_its_ccu(
    hass: HomeAssistant, add_on: AddOn, loaded: MockConfigEntry
) -> None:
    await add_on.start(FULL)
    devices = devices_of(hass, loaded)
    assert {key: device.name for key, device in devices.items()} == {
        CCU["id"]: "CCU",
        HMIP: "CCU HmIP-RF",
        BIDCOS: "CCU BidCos-RF",
    }
    assert {devices[key].via_device_id for key in (HMIP, BIDCOS)} == {devices[CCU["id"]].id}
    assert devices[CCU["id"]].via_device_id is None


async def test_a_renamed_ccu_renames_its_interfaces(hass: HomeAssistant, add_on: AddOn, loaded: Any) -> None:
    await add_on.start(with_interfaces("HmIP-RF"))
    await add_on.sync(with_interfaces("HmIP-RF", name="Home"))
    assert {device.name for device in devices_of(hass, loaded).values()} == {"Home", "Home HmIP-RF"}


async def test_interfaces_come_and_go(hass: HomeAssistant, add_on: AddOn, loaded: MockConfigEntry) -> None:
    await add_on.start(CCU)
    await add_on.sync(with_interfaces("HmIP-RF", "BidCos-RF"))
    assert state_of(hass, CONNECTED) == "on"
    await add_on.sync(with_interfaces("BidCos-RF"))
    await hass.async_block_till_done()
    assert set(devices_of(hass, loaded)) == {CCU["id"], BIDCOS}
    assert hass.states.get(CONNECTED) is None
    await add_on.sync(with_interfaces("BidCos-RF", "HmIP-RF"))
    assert state_of(hass, CONNECTED) == "on"


async def test_an_interface_goes_with_its_ccu(hass: HomeAssistant, add_on: AddOn, loaded: MockConfigEntry) -> None:
    await add_on.start(with_interfaces("HmIP-RF"), GARAGE)
    await add_on.sync(GARAGE)
    await hass.async_block_till_done()
    assert set(devices_of(hass, loaded)) == {GARAGE["id"]}
    assert hass.states.get(CONNECTED) is None


async def test_metrics_come_and_go(
    hass: HomeAssistant, add_on: AddOn, loaded: MockConfigEntry, entity_registry: er.EntityRegistry
) -> None:
    await add_on.start()
    await add_on.sync(ccu(metrics={"duty_cycle": 5, "carrier_sense": 1}))
    assert state_of(hass, "sensor.ccu_duty_cycle") == "5"
    assert entity_registry.async_get("sensor.ccu_carrier_sense")
    entity_registry.async_update_entity("sensor.ccu_duty_cycle", name="Mine", new_entity_id="sensor.mine")
    await add_on.sync({**CCU, "metrics": {"system_health": 99.5}})
    await hass.async_block_till_done()
    left = {entity.entity_id for entity in er.async_entries_for_config_entry(entity_registry, loaded.entry_id)}
    assert left == {HEALTH, "event.ccu_incident", ADD_ON_CONNECTION}
    await add_on.sync(ccu(metrics={"duty_cycle": 7}))
    assert state_of(hass, "sensor.mine") == "7"


async def test_an_update_of_an_interface(hass: HomeAssistant, add_on: AddOn) -> None:
    await add_on.start(with_interfaces("HmIP-RF"))
    await add_on.succeed("update", seq=1, values={HMIP: {"connected": False}, CCU["id"]: {"system_health": 40}})
    assert (state_of(hass, CONNECTED), state_of(hass, HEALTH)) == ("off", "40")
    error = await add_on.fail("update", seq=2, values={BIDCOS: {"connected": False}})
    assert error["code"] == "resync_required"


async def test_new_entities_get_the_ids_that_the_add_on_wishes(hass: HomeAssistant, add_on: AddOn) -> None:
    wishes = {
        "sensor.system_health": "sensor.mqtt_health",
        "event.incident": "event.mqtt_incident",
        "sensor.future": "sensor.future",
    }
    await add_on.start(ccu(entity_ids=wishes))
    assert state_of(hass, "sensor.mqtt_health") == "100"
    assert state_of(hass, "event.mqtt_incident")
    await add_on.sync(ccu(entity_ids={"sensor.system_health": "sensor.another"}))
    assert state_of(hass, "sensor.mqtt_health") == "100"
    assert hass.states.get("sensor.another") is None


async def test_a_wish_for_an_id_that_is_taken_is_met_as_far_as_possible(hass: HomeAssistant, add_on: AddOn) -> None:
    hass.states.async_set("sensor.taken", "by somebody else")
    await add_on.start(ccu(entity_ids={"sensor.system_health": "sensor.taken"}))
    assert state_of(hass, "sensor.taken_2") == "100"


async def test_an_entity_that_was_deleted_comes_back_with_the_next_sync(
    hass: HomeAssistant, add_on: AddOn, entity_registry: er.EntityRegistry
) -> None:
    await add_on.start()
    entity_registry.async_remove(HEALTH)
    await hass.async_block_till_done()
    await add_on.sync(CCU)
    assert state_of(hass, HEALTH) == "100"
