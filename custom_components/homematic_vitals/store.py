"""The topology on disk, so that the entities exist before the add-on has connected."""

from collections.abc import Mapping
from dataclasses import asdict
import logging
from typing import Any, Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.storage import Store
import voluptuous as vol

from .const import DOMAIN
from .models import Ccu
from .schema import STORED_CCUS

_LOGGER = logging.getLogger(__name__)

STORAGE_VERSION: Final = 1
SAVE_DELAY_S: Final = 1


class TopologyStore:
    """Keeps the topology of one config entry."""

    def __init__(self, hass: HomeAssistant, entry_id: str) -> None:
        """Name the file; nothing is read yet."""
        self._store = Store[dict[str, Any]](hass, STORAGE_VERSION, f"{DOMAIN}.{entry_id}")
        self._unsaved: Mapping[str, Ccu] | None = None

    async def async_load(self) -> dict[str, Ccu]:
        """Return the stored CCUs; without a readable file none, since the next sync brings them again."""
        try:
            stored = await self._store.async_load()
            ccus = STORED_CCUS(stored["ccus"]) if stored else []
        except (HomeAssistantError, NotImplementedError, KeyError, TypeError, vol.Invalid) as err:
            _LOGGER.warning(
                "The stored list of CCUs cannot be read and is left out until the add-on sends it again: %s", err
            )
            return {}
        return {ccu["id"]: Ccu.from_dict(ccu) for ccu in ccus}

    @callback
    def async_save_soon(self, ccus: Mapping[str, Ccu]) -> None:
        """Write the topology in a moment; several calls make one write."""
        self._unsaved = ccus
        self._store.async_delay_save(self._content, SAVE_DELAY_S)

    async def async_flush(self) -> None:
        """Write at once what waits to be written."""
        if self._unsaved is not None:
            await self._store.async_save(self._content())

    async def async_remove(self) -> None:
        """Delete the file."""
        await self._store.async_remove()

    def _content(self) -> dict[str, Any]:
        ccus, self._unsaved = self._unsaved or {}, None
        return {"ccus": [asdict(ccu) for ccu in ccus.values()]}
