"""The sensors of CCUs and interfaces."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import Platform, UnitOfRatio, UnitOfTime
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.util import dt as dt_util

from .const import CAUSES, STATUSES
from .entity import DIAGNOSTIC, HEADLINE, RARE, Place, VitalsEntity, VitalsEntityDescription, by_kind, known_keys
from .models import DeviceKind, State, Value
from .presenter import PlatformPart
from .runtime import VitalsConfigEntry

# Nothing is fetched, so nothing needs a limit.
PARALLEL_UPDATES = 0

MAX_NUMBER: Final = 1_000_000_000
NO_CAUSE: Final = "none"
NO_STATUS: Final = "unknown"


@dataclass(frozen=True, kw_only=True)
class VitalsSensorDescription(VitalsEntityDescription, SensorEntityDescription):
    """A sensor that shows one metric."""


def number_up_to(maximum: float) -> Callable[[Value], State]:
    """Make a test for numbers from 0 on; a boolean is no number."""

    def convert(value: Value) -> State:
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= maximum:
            raise ValueError
        return value

    return convert


def one_of(*options: str) -> Callable[[Value], State]:
    """Make a test for texts of a list."""

    def convert(value: Value) -> State:
        if value not in options:
            raise ValueError
        return value

    return convert


def status(value: Value) -> State:
    """Accept a status; Home Assistant has its own word for one that is not known."""
    return None if value == NO_STATUS else one_of(*STATUSES)(value)


def moment(value: Value) -> State:
    """Accept a time with its time zone."""
    time = dt_util.parse_datetime(value) if isinstance(value, str) else None
    if time is None or time.tzinfo is None:
        raise ValueError
    return time


def places(ccu: Place | None, interface: Place | None) -> Mapping[DeviceKind, Place]:
    """Name the devices that have a sensor."""
    places = {DeviceKind.CCU: ccu, DeviceKind.INTERFACE: interface}
    return {kind: place for kind, place in places.items() if place is not None}


def percentage(key: str, precision: int, where: Mapping[DeviceKind, Place], *details: str) -> VitalsSensorDescription:
    """Describe a sensor that shows a share."""
    return VitalsSensorDescription(
        key=key,
        convert=number_up_to(100),
        places=where,
        details=frozenset(details),
        native_unit_of_measurement=UnitOfRatio.PERCENTAGE,
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=precision,
    )


def duration(key: str, unit: UnitOfTime, where: Mapping[DeviceKind, Place]) -> VitalsSensorDescription:
    """Describe a sensor that shows how long something takes."""
    return VitalsSensorDescription(
        key=key,
        convert=number_up_to(MAX_NUMBER),
        places=where,
        device_class=SensorDeviceClass.DURATION,
        native_unit_of_measurement=unit,
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=0,
    )


def amount(key: str, precision: int, where: Mapping[DeviceKind, Place], *details: str) -> VitalsSensorDescription:
    """Describe a sensor that counts; its unit is part of the translations."""
    return VitalsSensorDescription(
        key=key,
        convert=number_up_to(MAX_NUMBER),
        places=where,
        details=frozenset(details),
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=precision,
    )


SENSORS: Final = by_kind(
    (
        percentage("system_health", 0, places(HEADLINE, None)),
        percentage("health", 0, places(None, DIAGNOSTIC)),
        duration("connection_latency", UnitOfTime.MILLISECONDS, places(HEADLINE, RARE)),
        duration("latency_p95", UnitOfTime.MILLISECONDS, places(None, RARE)),
        duration("last_event_age", UnitOfTime.SECONDS, places(HEADLINE, None)),
        VitalsSensorDescription(
            key="last_event",
            convert=moment,
            places=places(DIAGNOSTIC, RARE),
            device_class=SensorDeviceClass.TIMESTAMP,
        ),
        VitalsSensorDescription(
            key="status",
            convert=status,
            places=places(HEADLINE, None),
            device_class=SensorDeviceClass.ENUM,
            options=list(STATUSES),
        ),
        VitalsSensorDescription(
            key="cause",
            convert=one_of(NO_CAUSE, *CAUSES),
            places=places(DIAGNOSTIC, DIAGNOSTIC),
            details=frozenset({"message", "remedy", "interface", "since"}),
            device_class=SensorDeviceClass.ENUM,
            options=[NO_CAUSE, *CAUSES],
        ),
        amount("events_per_minute", 1, places(RARE, RARE)),
        percentage("duty_cycle", 0, places(DIAGNOSTIC, DIAGNOSTIC), "modules"),
        percentage("carrier_sense", 0, places(RARE, RARE), "modules"),
        amount("unreachable_devices", 0, places(DIAGNOSTIC, RARE), "devices"),
        amount("service_messages", 0, places(DIAGNOSTIC, RARE), "messages"),
        amount("low_batteries", 0, places(DIAGNOSTIC, None), "devices"),
    )
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: VitalsConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Show the sensors of all devices."""
    data = entry.runtime_data.data
    entry.runtime_data.presenter.async_add_part(
        PlatformPart(
            platform=Platform.SENSOR,
            keys_of=known_keys(SENSORS),
            make=lambda device, key: VitalsSensor(data, device, SENSORS[device.kind][key]),
            async_add=async_add_entities,
        )
    )


class VitalsSensor(VitalsEntity, SensorEntity):
    """A sensor that shows one metric."""

    entity_description: VitalsSensorDescription

    def _show_state(self, state: State) -> None:
        self._attr_native_value = state
