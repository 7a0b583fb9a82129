"""The metric keys that the companion knows, gathered from the tables of its platforms."""

from collections.abc import Iterator, Mapping
from typing import Final

from homeassistant.components.websocket_api import ERR_INVALID_FORMAT

from .binary_sensor import BINARY_SENSORS
from .entity import VitalsEntityDescription
from .errors import CommandError
from .models import Device, DeviceKind, Metrics, Reading, State, States, Topology
from .sensor import SENSORS

KNOWN_METRICS: Final[Mapping[DeviceKind, Mapping[str, VitalsEntityDescription]]] = {
    kind: {**BINARY_SENSORS[kind], **SENSORS[kind]} for kind in DeviceKind
}


def read_values(topology: Topology, values: Mapping[str, Metrics]) -> tuple[dict[str, States], list[str]]:
    """Return what the entities show, and the metric keys that are not known.

    A value that its metric cannot have is refused.
    """
    unknown: set[str] = set()
    states: dict[str, States] = {
        device_id: dict(_read(topology[device_id], metrics, unknown)) for device_id, metrics in values.items()
    }
    return states, sorted(unknown)


def _read(device: Device, metrics: Metrics, unknown: set[str]) -> Iterator[tuple[str, Reading[State]]]:
    known = KNOWN_METRICS[device.kind]
    for key, reading in metrics.items():
        if (description := known.get(key)) is None:
            unknown.add(key)
            continue
        try:
            yield key, description.read(reading)
        except ValueError as err:
            raise CommandError(ERR_INVALID_FORMAT, "invalid_value", metric=key) from err
