"""The event entity of each CCU: what happened to it."""

from collections.abc import Mapping
from typing import Any, Final

from homeassistant.components.event import EventEntity, EventEntityDescription
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.device_registry import DeviceInfo
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .const import EVENT_TYPES
from .data import VitalsData
from .devices import identifier
from .models import Device, DeviceKind
from .presenter import PlatformPart
from .runtime import VitalsConfigEntry

# Nothing is fetched, so nothing needs a limit.
PARALLEL_UPDATES = 0

INCIDENT: Final = "incident"


async def async_setup_entry(
    hass: HomeAssistant,
    entry: VitalsConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Show what happens to each CCU."""
    data = entry.runtime_data.data
    entry.runtime_data.presenter.async_add_part(
        PlatformPart(
            platform=Platform.EVENT,
            keys_of=lambda device: [INCIDENT] if device.kind is DeviceKind.CCU else [],
            make=lambda device, _: Incident(data, device),
            async_add=async_add_entities,
        )
    )


class Incident(EventEntity):
    """What happened last to a CCU; its attributes are kept in the history, since they belong to the event."""

    _attr_has_entity_name = True
    _attr_should_poll = False
    entity_description = EventEntityDescription(key=INCIDENT, translation_key=INCIDENT, event_types=list(EVENT_TYPES))

    def __init__(self, data: VitalsData, ccu: Device) -> None:
        """Bind the entity to its CCU."""
        self._attr_unique_id = ccu.unique_id(INCIDENT)
        self._attr_device_info = DeviceInfo(identifiers={identifier(ccu.id)})
        self._ccu_id = ccu.id
        self._data = data

    async def async_added_to_hass(self) -> None:
        """Follow the CCU from now on."""
        self._attr_available = self._data.available
        self.async_on_remove(self._data.async_on_value(self._ccu_id, INCIDENT, self._async_availability_changed))
        self.async_on_remove(self._data.async_on_event(self._ccu_id, self._async_happened))

    @callback
    def _async_availability_changed(self) -> None:
        if self._attr_available != self._data.available:
            self._attr_available = self._data.available
            self.async_write_ha_state()

    @callback
    def _async_happened(self, event_type: str, attributes: Mapping[str, Any]) -> None:
        self._trigger_event(event_type, dict(attributes))
        self.async_write_ha_state()
