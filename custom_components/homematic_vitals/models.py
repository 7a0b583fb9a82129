"""What the add-on tells: CCUs and their values."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

type Value = float | int | str | bool | None
"""A value as it comes over the wire; `None` means that nothing is known."""

type Values = Mapping[str, Value]
"""Values by metric key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ccu:
    """One CCU as the add-on describes it, without its values."""

    id: str
    name: str
    model: str | None
    firmware: str | None

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Ccu:
        """Take the describing fields of a dict that a schema has checked."""
        return cls(
            id=data["id"],
            name=data["name"],
            model=data["model"],
            firmware=data["firmware"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """The add-on that opened a session."""

    instance_id: str
    version: str
    url: str | None
