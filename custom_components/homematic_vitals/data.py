"""What is known at the moment: the devices, their values, and whether those are current."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from homeassistant.core import CALLBACK_TYPE, callback
from homeassistant.util import dt as dt_util

from .models import NOTHING_KNOWN, Device, Reading, State, States, Topology

type EventListener = Callable[[str, Mapping[str, Any]], None]
"""Is given the type of an event and its attributes."""


class VitalsData:
    """Holds topology and values.

    What is told here counts at once. The entities are told by `async_notify_next`, one after the other, so that
    Home Assistant can do something else in between; an entity always shows the newest value.
    """

    def __init__(self, topology: Topology) -> None:
        """Start with a topology and no values."""
        self._topology = topology
        self._values: dict[str, dict[str, Reading[State]]] = {}
        self._available = False
        self._synced_at: datetime | None = None
        self._value_listeners: dict[tuple[str, str], list[CALLBACK_TYPE]] = {}
        self._event_listeners: dict[str, EventListener] = {}
        self._changed: dict[tuple[str, str], None] = {}

    @property
    def topology(self) -> Topology:
        """The devices by id; another object after each change."""
        return self._topology

    @property
    def available(self) -> bool:
        """Whether the values can be shown."""
        return self._available

    @property
    def synced_at(self) -> datetime | None:
        """When the add-on last told everything."""
        return self._synced_at

    def reading(self, device_id: str, key: str) -> Reading[State]:
        """Return a value with its details."""
        return self._values.get(device_id, {}).get(key, NOTHING_KNOWN)

    @callback
    def async_replace(self, topology: Topology, values: Mapping[str, States]) -> None:
        """Take a full topology with all its values, which makes them available."""
        self._topology = topology
        self._values = {device_id: dict(states) for device_id, states in values.items()}
        self._available = True
        self._synced_at = dt_util.utcnow()
        self._changed = dict.fromkeys(self._value_listeners)

    @callback
    def async_merge(self, values: Mapping[str, States]) -> None:
        """Take the values that changed."""
        for device_id, states in values.items():
            self._values.setdefault(device_id, {}).update(states)
            self._changed.update(((device_id, key), None) for key in states)

    @callback
    def async_set_unavailable(self) -> None:
        """Show the values no longer."""
        self._available = False
        self._changed = dict.fromkeys(self._value_listeners)

    @callback
    def async_forget(self, gone: Device) -> list[str]:
        """Take a device out of the topology, a CCU with its interfaces; return their ids."""
        ids = [device.id for device in self._topology.values() if gone.id in (device.id, device.ccu_id)]
        self._topology = {device.id: device for device in self._topology.values() if device.id not in ids}
        return ids

    @callback
    def async_notify_next(self) -> bool:
        """Tell the listeners of one changed value; return whether there was one."""
        if not self._changed:
            return False
        changed = next(iter(self._changed))
        del self._changed[changed]
        for listener in list(self._value_listeners.get(changed, ())):
            listener()
        return True

    @callback
    def async_tell(self, ccu_id: str, event_type: str, attributes: Mapping[str, Any]) -> None:
        """Pass on what happened to a CCU."""
        if (listener := self._event_listeners.get(ccu_id)) is not None:
            listener(event_type, attributes)

    @callback
    def async_on_value(self, device_id: str, key: str, listener: CALLBACK_TYPE) -> CALLBACK_TYPE:
        """Call the listener when this value or its availability may have changed."""
        listeners = self._value_listeners.setdefault((device_id, key), [])
        listeners.append(listener)

        @callback
        def remove() -> None:
            listeners.remove(listener)
            if not listeners:
                self._value_listeners.pop((device_id, key), None)

        return remove

    @callback
    def async_on_event(self, ccu_id: str, listener: EventListener) -> CALLBACK_TYPE:
        """Call the listener when something happens to this CCU."""
        self._event_listeners[ccu_id] = listener

        @callback
        def remove() -> None:
            if self._event_listeners.get(ccu_id) is listener:
                del self._event_listeners[ccu_id]

        return remove
