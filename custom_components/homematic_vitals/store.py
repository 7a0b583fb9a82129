"""The topology on disk, so that the entities exist before the add-on has connected."""

import logging
from typing import Any, Final, override

from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.storage import Store
import voluptuous as vol

from .const import DOMAIN
from .models import Device, Topology, topology_of
from .schema import STORED_CCUS

_LOGGER = logging.getLogger(__name__)

STORAGE_VERSION: Final = 2
SAVE_DELAY_S: Final = 1

# Version 1 did not store them, as every CCU had the same.
METRICS_OF_VERSION_1: Final = ("system_health", "connection_latency", "last_event_age")


class _File(Store[dict[str, Any]]):
    """The file of a config entry."""

    @override
    async def _async_migrate_func(
        self, old_major_version: int, old_minor_version: int, old_data: dict[str, Any]
    ) -> dict[str, Any]:
        if old_major_version != 1:
            raise NotImplementedError
        return {"ccus": [{**ccu, "metrics": list(METRICS_OF_VERSION_1)} for ccu in old_data["ccus"]]}


class TopologyStore:
    """Keeps the topology of one config entry."""

    def __init__(self, hass: HomeAssistant, entry_id: str) -> None:
        """Name the file; nothing is read yet."""
        self._file = _File(hass, STORAGE_VERSION, f"{DOMAIN}.{entry_id}")
        self._unsaved: Topology | None = None

    async def async_load(self) -> dict[str, Device]:
        """Return the stored devices; without a readable file none, since the next sync brings them again."""
        try:
            stored = await self._file.async_load()
            return topology_of(STORED_CCUS(stored["ccus"])) if stored else {}
        except (HomeAssistantError, NotImplementedError, KeyError, TypeError, vol.Invalid) as err:
            _LOGGER.warning(
                "The stored list of CCUs cannot be read and is left out until the app sends it again: %s", err
            )
            return {}

    @callback
    def async_save_soon(self, topology: Topology) -> None:
        """Write the topology in a moment; several calls make one write."""
        self._unsaved = topology
        self._file.async_delay_save(self._content, SAVE_DELAY_S)

    async def async_flush(self) -> None:
        """Write at once what waits to be written."""
        if self._unsaved is not None:
            await self._file.async_save(self._content())

    async def async_remove(self) -> None:
        """Delete the file."""
        await self._file.async_remove()

    def _content(self) -> dict[str, Any]:
        topology, self._unsaved = self._unsaved or {}, None
        return {"ccus": _to_store(topology)}


def _to_store(topology: Topology) -> list[dict[str, Any]]:
    ccus: dict[str, dict[str, Any]] = {}
    for device in topology.values():
        metrics = sorted(device.metrics)
        if device.ccu_id is None:
            ccus[device.id] = {
                "id": device.id,
                "name": device.name,
                "model": device.model,
                "firmware": device.firmware,
                "metrics": metrics,
                "interfaces": [],
            }
        else:
            name = device.id.removeprefix(f"{device.ccu_id}/")
            ccus[device.ccu_id]["interfaces"].append({"id": device.id, "name": name, "metrics": metrics})
    return list(ccus.values())
