"""What is known at the moment: the CCUs, their values, and whether those are current."""

from collections.abc import Callable, Iterable, Mapping

from homeassistant.core import CALLBACK_TYPE, callback

from .models import Ccu, Value, Values

type CcusAdded = Callable[[Iterable[Ccu]], None]


class VitalsData:
    """Holds topology and values; entities listen to their own value."""

    def __init__(self, ccus: Mapping[str, Ccu]) -> None:
        """Start with a topology and no values."""
        self._ccus = dict(ccus)
        self._values: dict[str, dict[str, Value]] = {}
        self._available = False
        self._value_listeners: dict[tuple[str, str], list[CALLBACK_TYPE]] = {}
        self._added_listeners: list[CcusAdded] = []

    @property
    def ccus(self) -> Mapping[str, Ccu]:
        """The CCUs by id."""
        return self._ccus

    @property
    def available(self) -> bool:
        """Whether the values can be shown."""
        return self._available

    def value(self, ccu_id: str, key: str) -> Value:
        """Return a value; `None` if nothing is known."""
        return self._values.get(ccu_id, {}).get(key)

    @callback
    def async_replace(self, ccus: Mapping[str, Ccu], values: Mapping[str, Values]) -> None:
        """Take a full topology with all its values, which makes them available."""
        added = [ccu for ccu in ccus.values() if ccu.id not in self._ccus]
        self._ccus = dict(ccus)
        self._values = {ccu_id: dict(metrics) for ccu_id, metrics in values.items()}
        self._available = True
        self._notify_all()
        if added:
            for listener in list(self._added_listeners):
                listener(added)

    @callback
    def async_merge(self, values: Mapping[str, Values]) -> None:
        """Take the values that changed."""
        for ccu_id, metrics in values.items():
            self._values[ccu_id].update(metrics)
            for key in metrics:
                self._notify(ccu_id, key)

    @callback
    def async_set_unavailable(self) -> None:
        """Show the values no longer."""
        self._available = False
        self._notify_all()

    @callback
    def async_on_value(self, ccu_id: str, key: str, listener: CALLBACK_TYPE) -> CALLBACK_TYPE:
        """Call the listener when this value or its availability may have changed."""
        listeners = self._value_listeners.setdefault((ccu_id, key), [])
        listeners.append(listener)

        @callback
        def remove() -> None:
            listeners.remove(listener)
            if not listeners:
                self._value_listeners.pop((ccu_id, key), None)

        return remove

    @callback
    def async_on_added(self, listener: CcusAdded) -> CALLBACK_TYPE:
        """Call the listener with the CCUs that come to the topology."""
        self._added_listeners.append(listener)

        @callback
        def remove() -> None:
            self._added_listeners.remove(listener)

        return remove

    def _notify(self, ccu_id: str, key: str) -> None:
        for listener in list(self._value_listeners.get((ccu_id, key), ())):
            listener()

    def _notify_all(self) -> None:
        for ccu_id, key in list(self._value_listeners):
            self._notify(ccu_id, key)
