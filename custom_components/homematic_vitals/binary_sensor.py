"""The binary sensors of CCUs and interfaces, and the one that tells whether the add-on is connected."""

from dataclasses import dataclass
from typing import Final

from homeassistant.components.binary_sensor import (
    BinarySensorDeviceClass,
    BinarySensorEntity,
    BinarySensorEntityDescription,
)
from homeassistant.const import EntityCategory, Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.device_registry import DeviceInfo
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .data import VitalsData
from .devices import ADD_ON_CONNECTION_ID, APP_ID, identifier
from .entity import DIAGNOSTIC, HEADLINE, VitalsEntity, VitalsEntityDescription, by_kind, known_keys
from .models import DeviceKind, State, Value
from .presenter import PlatformPart
from .runtime import VitalsConfigEntry

# Nothing is fetched, so nothing needs a limit.
PARALLEL_UPDATES = 0

ADD_ON_CONNECTION: Final = "add_on_connection"


@dataclass(frozen=True, kw_only=True)
class VitalsBinarySensorDescription(VitalsEntityDescription, BinarySensorEntityDescription):
    """A binary sensor that shows one metric."""


def truth(value: Value) -> State:
    """Accept a boolean."""
    if value is True or value is False:
        return value
    raise ValueError


BINARY_SENSORS: Final = by_kind(
    (
        VitalsBinarySensorDescription(
            key="problem",
            convert=truth,
            places={DeviceKind.CCU: HEADLINE},
            device_class=BinarySensorDeviceClass.PROBLEM,
        ),
        VitalsBinarySensorDescription(
            key="connected",
            convert=truth,
            places={DeviceKind.CCU: HEADLINE, DeviceKind.INTERFACE: DIAGNOSTIC},
            device_class=BinarySensorDeviceClass.CONNECTIVITY,
        ),
    )
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: VitalsConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Show whether the add-on is connected, and the binary sensors of all devices."""
    data = entry.runtime_data.data
    async_add_entities([AddOnConnection(data)])
    entry.runtime_data.presenter.async_add_part(
        PlatformPart(
            platform=Platform.BINARY_SENSOR,
            keys_of=known_keys(BINARY_SENSORS),
            make=lambda device, key: VitalsBinarySensor(data, device, BINARY_SENSORS[device.kind][key]),
            async_add=async_add_entities,
        )
    )


class VitalsBinarySensor(VitalsEntity, BinarySensorEntity):
    """A binary sensor that shows one metric."""

    entity_description: VitalsBinarySensorDescription

    def _show_state(self, state: State) -> None:
        self._attr_is_on = state if isinstance(state, bool) else None


class AddOnConnection(BinarySensorEntity):
    """Tells whether the values are current. It is never unavailable, since it says why the others are."""

    _attr_device_class = BinarySensorDeviceClass.CONNECTIVITY
    _attr_device_info = DeviceInfo(identifiers={identifier(APP_ID)})
    _attr_entity_category = EntityCategory.DIAGNOSTIC
    _attr_has_entity_name = True
    _attr_should_poll = False
    _attr_translation_key = ADD_ON_CONNECTION
    _attr_unique_id = ADD_ON_CONNECTION_ID

    def __init__(self, data: VitalsData) -> None:
        """Read whether values are there."""
        self._data = data

    async def async_added_to_hass(self) -> None:
        """Follow the availability from now on."""
        self._attr_is_on = self._data.available
        self.async_on_remove(self._data.async_on_value(APP_ID, ADD_ON_CONNECTION, self._async_availability_changed))

    @callback
    def _async_availability_changed(self) -> None:
        if self._attr_is_on != self._data.available:
            self._attr_is_on = self._data.available
            self.async_write_ha_state()
