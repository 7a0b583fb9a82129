"""What the add-on tells: devices and their values."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final, Self

type Value = float | int | str | bool | None
"""A value as it comes over the wire; `None` means that nothing is known."""

type State = Value | datetime
"""A value as an entity shows it."""

type Detail = float | int | str | list[str] | None
"""What explains a value."""

NO_DETAILS: Final[Mapping[str, Any]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Reading[T]:
    """A value with what explains it."""

    value: T
    details: Mapping[str, Detail] = NO_DETAILS


type Metrics = Mapping[str, Reading[Value]]
"""What a message says about a device, by metric key."""

type States = Mapping[str, Reading[State]]
"""What the entities of a device show, by metric key."""

NOTHING_KNOWN: Final[Reading[State]] = Reading(None)


class DeviceKind(StrEnum):
    """What a device is."""

    CCU = "ccu"
    INTERFACE = "interface"


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """A CCU or an interface as the add-on describes it, without its values."""

    id: str
    name: str
    metrics: frozenset[str]
    model: str | None = None
    firmware: str | None = None
    ccu_id: str | None = None
    """Of an interface, its CCU."""
    entity_ids: Mapping[str, str] = field(default=NO_DETAILS, compare=False)
    """The entity ids that new entities should get, by `<platform>.<metric key>`."""

    @property
    def kind(self) -> DeviceKind:
        """Whether it is a CCU or an interface."""
        return DeviceKind.CCU if self.ccu_id is None else DeviceKind.INTERFACE

    @property
    def id_prefix(self) -> str:
        """What the unique ids of its entities begin with."""
        return f"{self.id}_hub" if self.ccu_id is None else self.id.replace("/", "_")

    def unique_id(self, key: str) -> str:
        """Return the unique id of the entity that shows this metric."""
        return f"{self.id_prefix}_{key.replace('_', '-')}"

    @classmethod
    def ccu(cls, data: Mapping[str, Any]) -> Self:
        """Take a CCU's fields from a dict that a schema has checked."""
        return cls(
            id=data["id"],
            name=data["name"],
            model=data["model"],
            firmware=data["firmware"],
            metrics=frozenset(data["metrics"]),
            entity_ids=data.get("entity_ids", NO_DETAILS),
        )

    @classmethod
    def interface(cls, ccu: Mapping[str, Any], data: Mapping[str, Any]) -> Self:
        """Take an interface's fields from dicts that a schema has checked."""
        return cls(
            id=data["id"],
            name=f"{ccu['name']} {data['name']}",
            ccu_id=ccu["id"],
            metrics=frozenset(data["metrics"]),
            entity_ids=data.get("entity_ids", NO_DETAILS),
        )


type Topology = Mapping[str, Device]
"""All devices by id, each CCU before its interfaces."""


def topology_of(ccus: Iterable[Mapping[str, Any]]) -> dict[str, Device]:
    """Take the devices of a checked message or file."""
    topology: dict[str, Device] = {}
    for ccu in ccus:
        topology[ccu["id"]] = Device.ccu(ccu)
        for interface in ccu["interfaces"]:
            topology[interface["id"]] = Device.interface(ccu, interface)
    return topology


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """The add-on that opened a session."""

    instance_id: str
    version: str
    url: str | None
