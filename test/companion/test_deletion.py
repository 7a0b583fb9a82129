"""Deleting devices in the user interface."""

from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from .add_on import BIDCOS, CCU, GARAGE, HMIP, AddOn, ccu, interface
from .conftest import devices_of, state_of

BOTH = ccu(interfaces=[interface("HmIP-RF"), interface("BidCos-RF")])
ONE = ccu(interfaces=[interface("HmIP-RF")])


@pytest.fixture(autouse=True)
async def config_panel(hass: HomeAssistant) -> None:
    """Load what the user interface talks to, before the web server starts."""
    assert await async_setup_component(hass, "config", {})


@pytest.fixture
async def delete_device(hass: HomeAssistant, hass_ws_client: WebSocketGenerator, loaded: MockConfigEntry) -> Any:
    """Delete a device as the user interface does."""
    socket = await hass_ws_client(hass)

    async def delete(device_id: str) -> Any:
        device = dr.async_get(hass).async_get_device_by_identifier(("homematic_vitals", device_id), loaded.entry_id)
        assert device
        command = {"type": "config/device_registry/remove", "device_id": device.id}
        if command["type"] not in hass.data["websocket_api"]:  # its name before 2026.9
            command = {**command, "type": f"{command['type']}_config_entry", "config_entry_id": loaded.entry_id}
        await socket.send_json_auto_id(command)
        answer = await socket.receive_json()
        return None if answer["success"] else answer["error"]["message"]

    return delete


@pytest.mark.expects_warnings  # Home Assistant logs every refusal.
async def test_a_device_that_is_watched_stays(
    hass: HomeAssistant, add_on: AddOn, loaded: MockConfigEntry, delete_device: Any
) -> None:
    await add_on.start(ONE)
    for device_id, name in ((CCU["id"], "CCU"), (HMIP, "CCU HmIP-RF")):
        message = await delete_device(device_id)
        assert message.startswith(f"The app (add-on) Homematic Vitals watches {name}")
    assert set(devices_of(hass, loaded)) == {CCU["id"], HMIP}


async def test_a_device_goes_for_good_while_the_add_on_is_away(
    hass: HomeAssistant, add_on: AddOn, loaded: MockConfigEntry, delete_device: Any
) -> None:
    await add_on.start(BOTH, GARAGE)
    await add_on.succeed("goodbye", reason="stop")
    assert await delete_device(HMIP) is None
    await hass.config_entries.async_reload(loaded.entry_id)
    await hass.async_block_till_done()
    assert set(devices_of(hass, loaded)) == {CCU["id"], BIDCOS, GARAGE["id"]}
    assert await delete_device(CCU["id"]) is None
    await hass.config_entries.async_reload(loaded.entry_id)
    await hass.async_block_till_done()
    assert set(devices_of(hass, loaded)) == {GARAGE["id"]}
    await add_on.start(ONE)
    assert state_of(hass, "binary_sensor.ccu_hmip_rf_connected") == "on"


async def test_a_device_that_is_left_over_can_be_deleted(
    hass: HomeAssistant, add_on: AddOn, loaded: MockConfigEntry, delete_device: Any
) -> None:
    await add_on.start()
    dr.async_get(hass).async_get_or_create(
        config_entry_id=loaded.entry_id, identifiers={("homematic_vitals", "LEFTOVER")}, name="Leftover"
    )
    assert await delete_device("LEFTOVER") is None


@pytest.mark.expects_warnings  # Home Assistant logs every refusal.
async def test_the_device_of_the_add_on_stays(add_on: AddOn, delete_device: Any) -> None:
    await add_on.start()
    await add_on.succeed("goodbye", reason="stop")
    assert "stands for the app (add-on) itself" in await delete_device(":app")


async def test_any_device_can_be_deleted_while_the_integration_does_not_run(
    hass: HomeAssistant, add_on: AddOn, loaded: MockConfigEntry, delete_device: Any
) -> None:
    await add_on.start()
    await hass.config_entries.async_unload(loaded.entry_id)
    assert await delete_device(CCU["id"]) is None
