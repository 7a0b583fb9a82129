"""Fixtures of the companion's tests."""

from collections.abc import Awaitable, Callable, Generator
from datetime import timedelta
import logging
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.homematic_vitals.const import DOMAIN, NAME

from .add_on import AddOn

# They warn of every custom integration, of optional speed-ups and of a slow machine.
CORE_NOISE = ("homeassistant.loader", "aiohttp_fast_zlib", "asyncio")

type MakeAddOn = Callable[[], Awaitable[AddOn]]
type Pass = Callable[[float], Awaitable[None]]


@pytest.fixture(autouse=True)
def custom_integrations(enable_custom_integrations: None) -> None:
    """Let Home Assistant find the integration."""


@pytest.fixture(autouse=True)
def quiet(request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture) -> Generator[None]:
    """Fail on any warning in the log, unless the test is marked to expect one."""
    caplog.set_level(logging.INFO)
    yield
    if request.node.get_closest_marker("expects_warnings"):
        return
    noise = [
        record.getMessage()
        for record in caplog.get_records("call")
        if record.levelno >= (logging.ERROR if record.name in CORE_NOISE else logging.WARNING)
    ]
    assert noise == []


@pytest.fixture
def entry(hass: HomeAssistant) -> MockConfigEntry:
    """Give Home Assistant a config entry that is not set up yet."""
    entry = MockConfigEntry(domain=DOMAIN, title=NAME)
    entry.add_to_hass(hass)
    return entry


@pytest.fixture
async def loaded(hass: HomeAssistant, entry: MockConfigEntry) -> MockConfigEntry:
    """Give Home Assistant a loaded config entry."""
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    return entry


@pytest.fixture
def make_add_on(hass: HomeAssistant, hass_ws_client: WebSocketGenerator) -> MakeAddOn:
    """Open connections of add-ons."""

    async def make() -> AddOn:
        assert await async_setup_component(hass, DOMAIN, {})
        return AddOn(await hass_ws_client(hass))

    return make


@pytest.fixture
async def add_on(loaded: MockConfigEntry, make_add_on: MakeAddOn) -> AddOn:
    """Connect an add-on to a loaded integration; no session is open yet."""
    return await make_add_on()


@pytest.fixture
def pass_seconds(hass: HomeAssistant) -> Pass:
    """Let time pass for timers."""

    async def pass_(seconds: float) -> None:
        await hass.async_block_till_done()
        async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=seconds))
        await hass.async_block_till_done()

    return pass_


def state_of(hass: HomeAssistant, entity_id: str) -> str:
    """Return the state of an entity that must exist."""
    state = hass.states.get(entity_id)
    assert state is not None, f"{entity_id} does not exist, only {hass.states.async_entity_ids()}"
    return state.state


def devices_of(hass: HomeAssistant, entry: Any) -> dict[str, dr.DeviceEntry]:
    """Return the devices by id, without that of the add-on."""
    devices = dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
    by_id = {next(iter(device.identifiers))[1]: device for device in devices}
    del by_id[":app"]
    return by_id
