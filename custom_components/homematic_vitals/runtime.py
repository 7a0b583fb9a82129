"""What a loaded config entry holds."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from homeassistant.config_entries import ConfigEntry

if TYPE_CHECKING:
    from .data import VitalsData
    from .presenter import Presenter
    from .session import SessionKeeper
    from .store import TopologyStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Runtime:
    """The parts of a loaded config entry."""

    data: VitalsData
    presenter: Presenter
    sessions: SessionKeeper
    store: TopologyStore


type VitalsConfigEntry = ConfigEntry[Runtime]
