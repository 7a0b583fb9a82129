"""Diagnostics and system health tell how things are, and nothing about the user."""

import json
from typing import Any

from homeassistant.components.diagnostics import REDACTED
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, get_system_health_info

from custom_components.homematic_vitals.const import DOMAIN, INTEGRATION_VERSION
from custom_components.homematic_vitals.diagnostics import (
    async_get_config_entry_diagnostics,
    async_get_device_diagnostics,
)

from .add_on import FULL, GARAGE, HMIP, INSTANCE, AddOn, load_fixture
from .conftest import devices_of

URL = "https://home.example.org:8123/app"
SECRETS = ("NEQ", "001F1234567890", "192.168", "Window kitchen", "example.org", "2121", INSTANCE, "a-uuid", "Garage")


@pytest.fixture
async def running(hass: HomeAssistant, add_on: AddOn, loaded: MockConfigEntry) -> AddOn:
    """Have an add-on connected that has told everything."""
    hass.config_entries.async_update_entry(loaded, unique_id="a-uuid")
    await add_on.start(FULL, GARAGE, app={"version": "1.2.3", "url": URL})
    await add_on.succeed("issues", issues=load_fixture("issues")["request"]["issues"])
    await add_on.hello(protocol={"min": 8, "max": 9})
    return add_on


async def entry_diagnostics(hass: HomeAssistant, entry: MockConfigEntry) -> dict[str, Any]:
    """Return the diagnostics as they are downloaded."""
    content: dict[str, Any] = json.loads(json.dumps(await async_get_config_entry_diagnostics(hass, entry)))
    return content


async def test_the_diagnostics_name_no_host_no_serial_and_no_device(
    hass: HomeAssistant, running: AddOn, loaded: MockConfigEntry
) -> None:
    content = json.dumps(await entry_diagnostics(hass, loaded))
    assert [secret for secret in SECRETS if secret in content] == []


async def test_the_diagnostics_tell_how_things_are(
    hass: HomeAssistant, running: AddOn, loaded: MockConfigEntry
) -> None:
    content = await entry_diagnostics(hass, loaded)
    devices = {device["id"]: device for device in content.pop("devices")}
    assert content.pop("last_sync")
    assert content == {
        "integration": {
            "version": INTEGRATION_VERSION,
            "installed_version": INTEGRATION_VERSION,
            "protocol": {"min": 1, "max": 2},
        },
        "entry": {"source": "user", "unique_id": REDACTED},
        "session": {
            "app": {"version": "1.2.3", "instance_id": REDACTED, "url": REDACTED},
            "protocol": 2,
            "heartbeat_s": 30,
            "next_seq": 1,
        },
        "available": True,
        "repairs": ["callback_unreachable_ccu-1", "credentials_rejected_ccu-2", "protocol_mismatch"],
    }
    assert set(devices) == {"ccu-1", "ccu-1/HmIP-RF", "ccu-1/BidCos-RF", "ccu-2"}
    ccu = devices["ccu-1"]
    assert (ccu["name"], ccu["model"], ccu["firmware"]) == (REDACTED, "OpenCCU", "3.83.6.20251025")
    assert ccu["metrics"]["duty_cycle"] == {"value": 41, "details": {"modules": [REDACTED, REDACTED]}}
    assert ccu["metrics"]["cause"]["value"] == "callback_unreachable"
    assert ccu["metrics"]["last_event"]["value"] == "2026-11-08T06:30:00+00:00"
    assert ccu["entities"]["sensor.system-health"] == {"disabled_by": None}
    assert ccu["entities"]["sensor.carrier-sense"] == {"disabled_by": "integration"}
    assert "sensor.latency-p95" in devices["ccu-1/HmIP-RF"]["entities"]


async def test_the_diagnostics_without_an_add_on(hass: HomeAssistant, loaded: MockConfigEntry) -> None:
    content = await entry_diagnostics(hass, loaded)
    assert (content["session"], content["available"], content["last_sync"]) == (None, False, None)
    assert content["devices"] == []


@pytest.mark.parametrize(
    ("device_id", "told"),
    [
        ("NEQ1234567", ["ccu-1", "ccu-1/HmIP-RF", "ccu-1/BidCos-RF"]),
        (HMIP, ["ccu-1/HmIP-RF"]),
        (GARAGE["id"], ["ccu-2"]),
    ],
)
async def test_the_diagnostics_of_a_device(
    hass: HomeAssistant, running: AddOn, loaded: MockConfigEntry, device_id: str, told: list[str]
) -> None:
    device = devices_of(hass, loaded)[device_id]
    content = await async_get_device_diagnostics(hass, loaded, device)
    assert [part["id"] for part in content["devices"]] == told
    assert content["session"]["app"]["version"] == "1.2.3"


async def test_the_diagnostics_of_the_add_on_have_no_ccu(
    hass: HomeAssistant, running: AddOn, loaded: MockConfigEntry, device_registry: dr.DeviceRegistry
) -> None:
    device = device_registry.async_get_device_by_identifier((DOMAIN, ":app"), loaded.entry_id)
    assert device
    assert (await async_get_device_diagnostics(hass, loaded, device))["devices"] == []


async def test_home_assistant_offers_the_download(
    hass: HomeAssistant, loaded: MockConfigEntry, hass_client: Any
) -> None:
    assert await async_setup_component(hass, "diagnostics", {})
    client = await hass_client()
    answer = await client.get(f"/api/diagnostics/config_entry/{loaded.entry_id}")
    assert (await answer.json())["data"]["integration"]["version"] == INTEGRATION_VERSION


async def test_system_health_with_an_add_on(hass: HomeAssistant, running: AddOn) -> None:
    assert await async_setup_component(hass, "system_health", {})
    info = await get_system_health_info(hass, DOMAIN)
    assert info.pop("last_sync")
    assert info == {
        "integration_version": INTEGRATION_VERSION,
        "installed_version": INTEGRATION_VERSION,
        "protocol": "1-2",
        "add_on_connected": True,
        "add_on_version": "1.2.3",
        "ccus": 2,
    }


async def test_system_health_without_an_add_on(hass: HomeAssistant, loaded: MockConfigEntry) -> None:
    assert await async_setup_component(hass, "system_health", {})
    info = await get_system_health_info(hass, DOMAIN)
    assert (info["add_on_connected"], info["add_on_version"], info["ccus"], info["last_sync"]) == (False, None, 0, None)
