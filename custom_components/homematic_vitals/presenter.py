"""Brings Home Assistant's devices and entities into line with what the add-on told."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.entity import Entity
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .const import DOMAIN
from .data import VitalsData
from .devices import ADD_ON_CONNECTION_ID, APP_ID, async_register_device, identifier
from .models import Device, Topology
from .pacer import Pacer


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformPart:
    """What a platform makes of a device."""

    platform: Platform
    keys_of: Callable[[Device], Iterable[str]]
    """The keys of the entities that a device has."""
    make: Callable[[Device, str], Entity]
    async_add: AddConfigEntryEntitiesCallback


class Presenter:
    """Works in slices: a thousand entities must not hold up Home Assistant.

    A newer topology ends a pass early, since the pass that waits for it does all that is left.
    """

    def __init__(self, hass: HomeAssistant, entry_id: str, data: VitalsData) -> None:
        """Start without platforms."""
        self._hass = hass
        self._entry_id = entry_id
        self._data = data
        self._parts: list[PlatformPart] = []
        self._added: set[tuple[str, str]] = set()
        self._pass = asyncio.Lock()
        self._closed = False

    @callback
    def async_add_part(self, part: PlatformPart) -> None:
        """Let a platform take part."""
        self._parts.append(part)

    async def async_restore(self) -> None:
        """Create the devices and entities of the topology."""
        async with self._pass:
            await self._async_add(self._data.topology, Pacer())

    async def async_apply(self) -> None:
        """Create what is missing, remove what is not part of the topology, and show the values."""
        async with self._pass:
            if not self._closed:
                topology, pacer = self._data.topology, Pacer()
                await self._async_remove_stale_devices(topology, pacer)
                await self._async_remove_stale_entities(topology, pacer)
                await self._async_add(topology, pacer)
        await self.async_show()

    async def async_show(self) -> None:
        """Let the entities show the values that changed."""
        pacer = Pacer()
        while self._data.async_notify_next():
            await pacer.pause()

    async def async_settled(self) -> None:
        """Wait until the topology has been applied."""
        async with self._pass:
            pass

    async def async_close(self, unload: Callable[[], Awaitable[bool]]) -> bool:
        """Unload the platforms while no pass is under way; none begins afterwards."""
        async with self._pass:
            self._closed = await unload()
        return self._closed

    async def _async_remove_stale_devices(self, topology: Topology, pacer: Pacer) -> None:
        registry = dr.async_get(self._hass)
        expected = {identifier(device_id) for device_id in (APP_ID, *topology)}
        for device in dr.async_entries_for_config_entry(registry, self._entry_id):
            if expected.isdisjoint(device.identifiers) and registry.async_get(device.id) is not None:
                registry.async_remove_device(device.id)
                await pacer.pause()

    async def _async_remove_stale_entities(self, topology: Topology, pacer: Pacer) -> None:
        registry = er.async_get(self._hass)
        expected: set[tuple[str, str]] = {
            (part.platform, device.unique_id(key))
            for device in topology.values()
            for part in self._parts
            for key in part.keys_of(device)
        }
        self._added &= expected
        expected.add((Platform.BINARY_SENSOR, ADD_ON_CONNECTION_ID))
        for entity in er.async_entries_for_config_entry(registry, self._entry_id):
            stale = (entity.domain, entity.unique_id) not in expected
            if stale and registry.async_is_registered(entity.entity_id):
                registry.async_remove(entity.entity_id)
                await pacer.pause()

    async def _async_add(self, topology: Topology, pacer: Pacer) -> None:
        for device in topology.values():
            if self._data.topology is not topology:
                return
            async_register_device(self._hass, self._entry_id, device)
            for part in self._parts:
                keys = [key for key in part.keys_of(device) if self._lacks(part, device, key)]
                part.async_add([self._make(part, device, key) for key in keys])
                await pacer.pause()

    def _lacks(self, part: PlatformPart, device: Device, key: str) -> bool:
        unique_id = device.unique_id(key)
        # An entity that somebody deleted comes back, as it is still part of the topology.
        return (part.platform, unique_id) not in self._added or er.async_get(self._hass).async_get_entity_id(
            part.platform, DOMAIN, unique_id
        ) is None

    def _make(self, part: PlatformPart, device: Device, key: str) -> Entity:
        self._added.add((part.platform, device.unique_id(key)))
        entity = part.make(device, key)
        if (entity_id := device.entity_ids.get(f"{part.platform}.{key}")) is not None:
            entity.entity_id = entity_id
        return entity
