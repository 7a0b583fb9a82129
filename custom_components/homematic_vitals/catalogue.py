"""The metric keys that the companion knows, gathered from the tables of its platforms."""

from collections.abc import Mapping
from typing import Final

from homeassistant.components.websocket_api import ERR_INVALID_FORMAT

from .entity import VitalsEntityDescription
from .errors import CommandError
from .models import Values
from .sensor import SENSORS

KNOWN_METRICS: Final[Mapping[str, VitalsEntityDescription]] = {
    description.key: description for table in (SENSORS,) for description in table
}


def check_values(values: Mapping[str, Values]) -> list[str]:
    """Return the metric keys that are not known; refuse a value that its metric cannot have."""
    unknown: set[str] = set()
    for metrics in values.values():
        for key, value in metrics.items():
            description = KNOWN_METRICS.get(key)
            if description is None:
                unknown.add(key)
            elif value is not None and not description.accepts(value):
                raise CommandError(ERR_INVALID_FORMAT, "invalid_value", metric=key)
    return sorted(unknown)
