"""What the entities of all platforms share."""

from abc import abstractmethod
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from homeassistant.const import MATCH_ALL, EntityCategory
from homeassistant.core import callback
from homeassistant.helpers.device_registry import DeviceInfo
from homeassistant.helpers.entity import Entity, EntityDescription

from .data import VitalsData
from .devices import identifier
from .models import NO_DETAILS, Device, DeviceKind, Reading, State, Value


class Place(NamedTuple):
    """How an entity appears on its device."""

    category: EntityCategory | None
    enabled: bool


HEADLINE: Final = Place(None, enabled=True)
DIAGNOSTIC: Final = Place(EntityCategory.DIAGNOSTIC, enabled=True)
RARE: Final = Place(EntityCategory.DIAGNOSTIC, enabled=False)


@dataclass(frozen=True, kw_only=True)
class VitalsEntityDescription(EntityDescription):
    """An entity that shows one metric; `key` is the metric key and the translation key."""

    convert: Callable[[Value], State]
    """Makes a state of a value that is not null; a ValueError refuses it."""
    places: Mapping[DeviceKind, Place]
    """The kinds of device that can have it."""
    details: frozenset[str] = frozenset()
    """The names of the details that are shown as attributes."""

    def read(self, reading: Reading[Value]) -> Reading[State]:
        """Make a state of a value; a ValueError refuses it."""
        return Reading(
            None if reading.value is None else self.convert(reading.value),
            {name: detail for name, detail in reading.details.items() if name in self.details}
            if reading.details
            else NO_DETAILS,
        )


def by_kind[T: VitalsEntityDescription](table: Iterable[T]) -> Mapping[DeviceKind, Mapping[str, T]]:
    """Return what each kind of device can have, by metric key."""
    descriptions = list(table)
    return {
        kind: {description.key: description for description in descriptions if kind in description.places}
        for kind in DeviceKind
    }


def known_keys(descriptions: Mapping[DeviceKind, Mapping[str, Any]]) -> Callable[[Device], list[str]]:
    """Make a function that lists the metrics of a device that have a description."""
    return lambda device: [key for key in descriptions[device.kind] if key in device.metrics]


class VitalsEntity(Entity):
    """Shows one metric of one device."""

    _attr_has_entity_name = True
    _attr_should_poll = False
    # Details explain the state of the moment. They are for people and automations, not for the history.
    _unrecorded_attributes = frozenset({MATCH_ALL})
    entity_description: VitalsEntityDescription

    def __init__(self, data: VitalsData, device: Device, description: VitalsEntityDescription) -> None:
        """Bind the entity to its metric."""
        self.entity_description = description
        self._attr_translation_key = description.key
        self._attr_unique_id = device.unique_id(description.key)
        self._attr_device_info = DeviceInfo(identifiers={identifier(device.id)})
        place = description.places[device.kind]
        self._attr_entity_category = place.category
        self._attr_entity_registry_enabled_default = place.enabled
        self._device_id = device.id
        self._data = data

    async def async_added_to_hass(self) -> None:
        """Follow the metric from now on."""
        self._shown = self._current()
        self._show(*self._shown)
        self.async_on_remove(
            self._data.async_on_value(self._device_id, self.entity_description.key, self._async_value_changed)
        )

    @callback
    def _async_value_changed(self) -> None:
        """Write the state, unless it is the same."""
        current = self._current()
        if current == self._shown:
            return
        self._shown = current
        self._show(*current)
        self.async_write_ha_state()

    def _current(self) -> tuple[bool, Reading[State]]:
        return self._data.available, self._data.reading(self._device_id, self.entity_description.key)

    def _show(self, available: bool, reading: Reading[State]) -> None:
        self._attr_available = available
        self._attr_extra_state_attributes = dict(reading.details)
        self._show_state(reading.value)

    @abstractmethod
    def _show_state(self, state: State) -> None:
        """Put the state where the platform expects it."""
