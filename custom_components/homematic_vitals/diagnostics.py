"""The file that a user can attach to an issue: nothing in it tells who the user is or where a CCU can be reached."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from homeassistant.components.diagnostics import REDACTED, async_redact_data
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er, issue_registry as ir
from homeassistant.helpers.device_registry import DeviceEntry

from .const import DOMAIN, INTEGRATION_VERSION, PROTOCOL_MAX, PROTOCOL_MIN
from .data import VitalsData
from .devices import device_id_of
from .models import Detail, Device, Reading, State
from .runtime import VitalsConfigEntry
from .session import Session
from .versions import async_installed_version

TO_REDACT: Final = {"instance_id", "name", "unique_id", "url"}


async def async_get_config_entry_diagnostics(hass: HomeAssistant, entry: VitalsConfigEntry) -> dict[str, Any]:
    """Tell everything about the integration."""
    topology = entry.runtime_data.data.topology
    return await _diagnostics(hass, entry, topology.values())


async def async_get_device_diagnostics(
    hass: HomeAssistant, entry: VitalsConfigEntry, device: DeviceEntry
) -> dict[str, Any]:
    """Tell about one CCU with its interfaces, one interface or, for the add-on, none."""
    device_id = device_id_of(device)
    topology = entry.runtime_data.data.topology
    return await _diagnostics(hass, entry, [part for part in topology.values() if device_id in (part.id, part.ccu_id)])


async def _diagnostics(hass: HomeAssistant, entry: VitalsConfigEntry, devices: Iterable[Device]) -> dict[str, Any]:
    data, session = entry.runtime_data.data, entry.runtime_data.sessions.session
    aliases = _aliases(data)
    entities = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    return {
        "integration": {
            "version": INTEGRATION_VERSION,
            "installed_version": await async_installed_version(hass),
            "protocol": {"min": PROTOCOL_MIN, "max": PROTOCOL_MAX},
        },
        "entry": async_redact_data({"source": entry.source, "unique_id": entry.unique_id}, TO_REDACT),
        "session": _session(session),
        "available": data.available,
        "last_sync": data.synced_at.isoformat() if data.synced_at else None,
        "devices": [_device(data, device, aliases, entities) for device in devices],
        "repairs": sorted(
            _alias_end(issue_id, aliases) for domain, issue_id in ir.async_get(hass).issues if domain == DOMAIN
        ),
    }


def _session(session: Session | None) -> dict[str, Any] | None:
    if session is None:
        return None
    return async_redact_data(
        {
            "app": {"version": session.app.version, "instance_id": session.app.instance_id, "url": session.app.url},
            "protocol": session.protocol,
            "heartbeat_s": session.heartbeat_s,
            "next_seq": session.next_seq,
        },
        TO_REDACT,
    )


def _device(
    data: VitalsData, device: Device, aliases: Mapping[str, str], entities: Iterable[er.RegistryEntry]
) -> dict[str, Any]:
    ccu_id, slash, interface = device.id.partition("/")
    own = f"{device.id_prefix}_"
    return async_redact_data(
        {
            "id": f"{aliases[ccu_id]}{slash}{interface}",
            "name": device.name,
            "model": device.model,
            "firmware": device.firmware,
            "metrics": {key: _reading(data.reading(device.id, key)) for key in sorted(device.metrics)},
            "entities": {
                f"{entity.domain}.{entity.unique_id.removeprefix(own)}": {"disabled_by": entity.disabled_by}
                for entity in entities
                if entity.unique_id.startswith(own)
            },
        },
        TO_REDACT,
    )


def _reading(reading: Reading[State]) -> dict[str, Any]:
    value = reading.value.isoformat() if isinstance(reading.value, datetime) else reading.value
    return {"value": value, "details": {name: _detail(detail) for name, detail in reading.details.items()}}


def _detail(detail: Detail) -> Any:
    """Keep how many there are; the texts name devices and hosts."""
    if isinstance(detail, list):
        return [REDACTED] * len(detail)
    return REDACTED if isinstance(detail, str) else detail


def _aliases(data: VitalsData) -> dict[str, str]:
    """Return what stands for the serial of each CCU."""
    ccus = [device.id for device in data.topology.values() if device.ccu_id is None]
    return {ccu_id: f"ccu-{number}" for number, ccu_id in enumerate(ccus, 1)}


def _alias_end(issue_id: str, aliases: Mapping[str, str]) -> str:
    for ccu_id, alias in aliases.items():
        if issue_id.endswith(f"_{ccu_id}"):
            return f"{issue_id.removesuffix(ccu_id)}{alias}"
    return issue_id
