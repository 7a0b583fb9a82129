"""What the entities of all platforms share."""

from abc import abstractmethod
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from homeassistant.core import callback
from homeassistant.helpers.device_registry import DeviceInfo
from homeassistant.helpers.entity import Entity, EntityDescription
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .data import VitalsData
from .devices import ccu_identifier
from .models import Ccu, Value
from .runtime import VitalsConfigEntry


def number_between(minimum: float, maximum: float) -> Callable[[Value], bool]:
    """Make a test for numbers of a range; a boolean is no number."""

    def accepts(value: Value) -> bool:
        return isinstance(value, int | float) and not isinstance(value, bool) and minimum <= value <= maximum

    return accepts


@dataclass(frozen=True, kw_only=True)
class VitalsEntityDescription(EntityDescription):
    """An entity that shows one metric; `key` is the metric key."""

    accepts: Callable[[Value], bool]


class VitalsEntity(Entity):
    """Shows one metric of one CCU."""

    _attr_has_entity_name = True
    _attr_should_poll = False
    entity_description: VitalsEntityDescription

    def __init__(self, data: VitalsData, ccu: Ccu, description: VitalsEntityDescription) -> None:
        """Bind the entity to its metric."""
        self.entity_description = description
        self._attr_unique_id = f"{ccu.id}_hub_{description.key.replace('_', '-')}"
        self._attr_device_info = DeviceInfo(identifiers={ccu_identifier(ccu.id)})
        self._ccu_id = ccu.id
        self._data = data
        self._shown = self._current()
        self._show(*self._shown)

    async def async_added_to_hass(self) -> None:
        """Follow the metric from now on."""
        self.async_on_remove(
            self._data.async_on_value(self._ccu_id, self.entity_description.key, self._async_value_changed)
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

    def _current(self) -> tuple[bool, Value]:
        return self._data.available, self._data.value(self._ccu_id, self.entity_description.key)

    def _show(self, available: bool, value: Value) -> None:
        self._attr_available = available
        self._show_value(value)

    @abstractmethod
    def _show_value(self, value: Value) -> None:
        """Put the value where the platform expects it."""


@callback
def async_follow_ccus(
    entry: VitalsConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
    entities_of: Callable[[Ccu], Iterable[Entity]],
) -> None:
    """Add the entities of all CCUs, and later those of each CCU that comes."""
    data = entry.runtime_data.data

    @callback
    def add(ccus: Iterable[Ccu]) -> None:
        async_add_entities([entity for ccu in ccus for entity in entities_of(ccu)])

    add(data.ccus.values())
    entry.async_on_unload(data.async_on_added(add))
