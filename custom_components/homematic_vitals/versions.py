"""The versions of this integration."""

import json
from pathlib import Path
from typing import Final

from homeassistant.core import HomeAssistant

from .const import INTEGRATION_VERSION, PROTOCOL_MAX, PROTOCOL_MIN

OWN_VERSIONS: Final = {
    "integration_version": INTEGRATION_VERSION,
    "protocol": {"min": PROTOCOL_MIN, "max": PROTOCOL_MAX},
}

MANIFEST: Final = Path(__file__).with_name("manifest.json")


async def async_installed_version(hass: HomeAssistant) -> str | None:
    """Return the version on disk, which may wait for a restart; `None` if it cannot be read."""
    return await hass.async_add_executor_job(_read_version)


def _read_version() -> str | None:
    try:
        version = json.loads(MANIFEST.read_text(encoding="utf-8"))["version"]
    except OSError, ValueError, LookupError, TypeError:
        return None
    return version if isinstance(version, str) else None
