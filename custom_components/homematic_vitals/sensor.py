"""The sensors of a CCU."""

from dataclasses import dataclass
from typing import Final

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import UnitOfRatio, UnitOfTime
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .entity import VitalsEntity, VitalsEntityDescription, async_follow_ccus, number_between
from .models import Value
from .runtime import VitalsConfigEntry

# Nothing is fetched, so nothing needs a limit.
PARALLEL_UPDATES = 0

MAX_DURATION: Final = 1_000_000_000


@dataclass(frozen=True, kw_only=True)
class VitalsSensorDescription(VitalsEntityDescription, SensorEntityDescription):
    """A sensor that shows one metric."""


SENSORS: Final = (
    VitalsSensorDescription(
        key="system_health",
        translation_key="system_health",
        accepts=number_between(0, 100),
        native_unit_of_measurement=UnitOfRatio.PERCENTAGE,
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=0,
    ),
    VitalsSensorDescription(
        key="connection_latency",
        translation_key="connection_latency",
        accepts=number_between(0, MAX_DURATION),
        device_class=SensorDeviceClass.DURATION,
        native_unit_of_measurement=UnitOfTime.MILLISECONDS,
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=0,
    ),
    VitalsSensorDescription(
        key="last_event_age",
        translation_key="last_event_age",
        accepts=number_between(0, MAX_DURATION),
        device_class=SensorDeviceClass.DURATION,
        native_unit_of_measurement=UnitOfTime.SECONDS,
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=0,
    ),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: VitalsConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the sensors of all CCUs."""
    data = entry.runtime_data.data
    async_follow_ccus(
        entry,
        async_add_entities,
        lambda ccu: [VitalsSensor(data, ccu, description) for description in SENSORS],
    )


class VitalsSensor(VitalsEntity, SensorEntity):
    """A sensor that shows one metric."""

    entity_description: VitalsSensorDescription

    def _show_value(self, value: Value) -> None:
        self._attr_native_value = value
