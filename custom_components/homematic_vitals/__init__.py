"""Shows the numbers of the Homematic Vitals add-on as entities."""

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.device_registry import DeviceEntry
from homeassistant.helpers.typing import ConfigType

# All modules are imported at once: the add-on may replace the files while Home Assistant runs the old code.
from . import (
    binary_sensor as binary_sensor,
    config_flow as config_flow,
    diagnostics as diagnostics,
    event as event,
    repairs as repairs,
    sensor as sensor,
    system_health as system_health,
)
from .const import DOMAIN, EVENT_READY, PLATFORMS
from .data import VitalsData
from .devices import APP_ID, async_register_service, async_unregister_device, device_id_of
from .presenter import Presenter
from .runtime import Runtime, VitalsConfigEntry
from .session import SessionKeeper
from .store import TopologyStore
from .versions import OWN_VERSIONS
from .websocket import async_register_commands

CONFIG_SCHEMA = cv.config_entry_only_config_schema(DOMAIN)


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Register the commands of the add-on."""
    async_register_commands(hass)
    return True


async def async_setup_entry(hass: HomeAssistant, entry: VitalsConfigEntry) -> bool:
    """Recreate the entities of the last topology; they wait for the add-on."""
    store = TopologyStore(hass, entry.entry_id)
    data = VitalsData(await store.async_load())
    presenter = Presenter(hass, entry.entry_id, data)
    sessions = SessionKeeper(hass, entry, data, presenter, store)
    entry.runtime_data = Runtime(data=data, presenter=presenter, sessions=sessions, store=store)

    async_register_service(hass, entry.entry_id)
    await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
    await presenter.async_restore()

    @callback
    def fire_ready() -> None:
        # Not before the entry counts as loaded, or the add-on's first commands would be refused.
        if entry.state is ConfigEntryState.LOADED:
            hass.bus.async_fire(EVENT_READY, OWN_VERSIONS)

    entry.async_on_unload(entry.async_on_state_change(fire_ready))
    return True


async def async_unload_entry(hass: HomeAssistant, entry: VitalsConfigEntry) -> bool:
    """End the session and remove the entities."""

    async def unload_platforms() -> bool:
        return await hass.config_entries.async_unload_platforms(entry, PLATFORMS)

    runtime = entry.runtime_data
    if not await runtime.presenter.async_close(unload_platforms):
        return False
    runtime.sessions.async_close()
    await runtime.store.async_flush()
    return True


async def async_remove_entry(hass: HomeAssistant, entry: VitalsConfigEntry) -> None:
    """Forget the topology."""
    await TopologyStore(hass, entry.entry_id).async_remove()


async def async_remove_config_entry_device(
    hass: HomeAssistant, entry: VitalsConfigEntry, device_entry: DeviceEntry
) -> bool:
    """Let the user delete a device that the add-on does not watch.

    While the add-on is connected it would bring any other device back at once, so that is refused with the way to go.
    """
    device_id = device_id_of(device_entry)
    if device_id == APP_ID:
        raise HomeAssistantError(translation_domain=DOMAIN, translation_key="device_is_the_add_on")
    if entry.state is not ConfigEntryState.LOADED:
        return True
    runtime = entry.runtime_data
    if (device := runtime.data.topology.get(device_id or "")) is None:
        return True
    if runtime.data.available:
        raise HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key="device_is_watched",
            translation_placeholders={"device": device.name},
        )
    for gone in runtime.data.async_forget(device):
        async_unregister_device(hass, entry.entry_id, gone)
    runtime.store.async_save_soon(runtime.data.topology)
    return True
