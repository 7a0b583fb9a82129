"""The devices of the topology in Home Assistant's device registry."""

from typing import Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
from yarl import URL

from .const import DOMAIN, NAME
from .models import App, Device

# No CCU can have an id with a colon.
APP_ID: Final = ":app"
ADD_ON_CONNECTION_ID: Final = "add-on-connection"


def identifier(device_id: str) -> tuple[str, str]:
    """Return what Home Assistant knows a device by."""
    return (DOMAIN, device_id)


def device_id_of(device: dr.DeviceEntry) -> str | None:
    """Return our id of a device in Home Assistant's registry."""
    return next((own for domain, own in device.identifiers if domain == DOMAIN), None)


@callback
def async_register_device(hass: HomeAssistant, entry_id: str, device: Device) -> None:
    """Create a CCU's or an interface's device, or bring it up to date."""
    dr.async_get(hass).async_get_or_create(
        config_entry_id=entry_id,
        identifiers={identifier(device.id)},
        name=device.name,
        model=device.model,
        sw_version=device.firmware,
        via_device_id=_registered_id(hass, entry_id, device.ccu_id) if device.ccu_id else None,
    )


@callback
def async_unregister_device(hass: HomeAssistant, entry_id: str, device_id: str) -> None:
    """Remove a device, if it exists, with its entities."""
    if (registered := _registered_id(hass, entry_id, device_id)) is not None:
        dr.async_get(hass).async_remove_device(registered)


@callback
def async_register_service(hass: HomeAssistant, entry_id: str, app: App | None = None) -> None:
    """Create the device that stands for the add-on, with its version and the way to its page once it connected."""
    registry = dr.async_get(hass)
    device = registry.async_get_or_create(
        config_entry_id=entry_id,
        identifiers={identifier(APP_ID)},
        name=NAME,
        entry_type=dr.DeviceEntryType.SERVICE,
    )
    if app is not None:
        registry.async_update_device(
            device.id,
            sw_version=app.version,
            configuration_url=app.url if app.url and _is_linkable(app.url) else None,
        )


def _registered_id(hass: HomeAssistant, entry_id: str, device_id: str) -> str | None:
    device = dr.async_get(hass).async_get_device_by_identifier(identifier(device_id), entry_id)
    return device.id if device else None


def _is_linkable(url: str) -> bool:
    """Tell whether Home Assistant takes this URL for a device."""
    try:
        parsed = URL(url)
    except ValueError:
        return False
    return parsed.scheme in dr.CONFIGURATION_URL_SCHEMES and bool(parsed.host)
