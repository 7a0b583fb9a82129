"""The devices of the topology in Home Assistant's device registry."""

from collections.abc import Mapping

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr

from .const import DOMAIN
from .models import Ccu


def ccu_identifier(ccu_id: str) -> tuple[str, str]:
    """Return the identifier of a CCU's device."""
    return (DOMAIN, ccu_id)


@callback
def async_register_devices(hass: HomeAssistant, entry_id: str, ccus: Mapping[str, Ccu]) -> None:
    """Create the devices of the topology, or bring them up to date."""
    registry = dr.async_get(hass)
    for ccu in ccus.values():
        registry.async_get_or_create(
            config_entry_id=entry_id,
            identifiers={ccu_identifier(ccu.id)},
            name=ccu.name,
            model=ccu.model,
            sw_version=ccu.firmware,
        )


@callback
def async_remove_stale_devices(hass: HomeAssistant, entry_id: str, ccus: Mapping[str, Ccu]) -> None:
    """Remove the devices that are not part of the topology; their entities go with them."""
    registry = dr.async_get(hass)
    expected = {ccu_identifier(ccu_id) for ccu_id in ccus}
    for device in dr.async_entries_for_config_entry(registry, entry_id):
        if expected.isdisjoint(device.identifiers):
            registry.async_remove_device(device.id)
