"""What Home Assistant's system information shows."""

from typing import Any, Final

from homeassistant.components.system_health import SystemHealthRegistration
from homeassistant.core import HomeAssistant, callback

from .const import DOMAIN, INTEGRATION_VERSION, PROTOCOL_MAX, PROTOCOL_MIN
from .models import DeviceKind
from .runtime import Runtime
from .versions import async_installed_version

INFORMATION: Final = (
    "add_on_connected",
    "add_on_version",
    "ccus",
    "installed_version",
    "integration_version",
    "last_sync",
    "protocol",
)


@callback
def async_register(hass: HomeAssistant, register: SystemHealthRegistration) -> None:
    """Offer the information, with a link to the integration."""
    register.async_register_info(_async_info, f"/config/integrations/integration/{DOMAIN}")


async def _async_info(hass: HomeAssistant) -> dict[str, Any]:
    info: dict[str, Any] = {
        "integration_version": INTEGRATION_VERSION,
        "installed_version": await async_installed_version(hass),
        "protocol": f"{PROTOCOL_MIN}-{PROTOCOL_MAX}",
    }
    for entry in hass.config_entries.async_loaded_entries(DOMAIN):
        runtime: Runtime = entry.runtime_data
        session = runtime.sessions.session
        info |= {
            "add_on_connected": session is not None,
            "add_on_version": session.app.version if session else None,
            "ccus": sum(device.kind is DeviceKind.CCU for device in runtime.data.topology.values()),
            "last_sync": runtime.data.synced_at,
        }
    return info
