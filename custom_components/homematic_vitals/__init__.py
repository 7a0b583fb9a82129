"""Shows the numbers of the Homematic Vitals add-on as entities."""

from collections.abc import Mapping

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.typing import ConfigType

# All modules are imported at once: the add-on may replace the files while Home Assistant runs the old code.
from . import config_flow as config_flow, sensor as sensor
from .const import DOMAIN, EVENT_READY, PLATFORMS
from .data import VitalsData
from .devices import async_register_devices, async_remove_stale_devices
from .models import Ccu
from .runtime import Runtime, VitalsConfigEntry
from .session import SessionKeeper
from .store import TopologyStore
from .websocket import OWN_VERSIONS, async_register_commands

CONFIG_SCHEMA = cv.config_entry_only_config_schema(DOMAIN)


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Register the commands of the add-on."""
    async_register_commands(hass)
    return True


async def async_setup_entry(hass: HomeAssistant, entry: VitalsConfigEntry) -> bool:
    """Recreate the entities of the last topology; they wait for the add-on."""
    store = TopologyStore(hass, entry.entry_id)
    data = VitalsData(await store.async_load())

    async_register_devices(hass, entry.entry_id, data.ccus)

    @callback
    def apply_topology(ccus: Mapping[str, Ccu]) -> None:
        async_remove_stale_devices(hass, entry.entry_id, ccus)
        async_register_devices(hass, entry.entry_id, ccus)
        if ccus != data.ccus:
            store.async_save_soon(ccus)

    entry.runtime_data = Runtime(data=data, sessions=SessionKeeper(hass, data, apply_topology), store=store)
    await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)

    @callback
    def fire_ready() -> None:
        # Not before the entry counts as loaded, or the add-on's first commands would be refused.
        if entry.state is ConfigEntryState.LOADED:
            hass.bus.async_fire(EVENT_READY, OWN_VERSIONS)

    entry.async_on_unload(entry.async_on_state_change(fire_ready))
    return True


async def async_unload_entry(hass: HomeAssistant, entry: VitalsConfigEntry) -> bool:
    """End the session and remove the entities."""
    if not await hass.config_entries.async_unload_platforms(entry, PLATFORMS):
        return False
    entry.runtime_data.sessions.async_close()
    await entry.runtime_data.store.async_flush()
    return True


async def async_remove_entry(hass: HomeAssistant, entry: VitalsConfigEntry) -> None:
    """Forget the topology."""
    await TopologyStore(hass, entry.entry_id).async_remove()
