"""The commands of the companion protocol; what they mean is in session.py."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from homeassistant.components import websocket_api
from homeassistant.components.websocket_api import ActiveConnection
from homeassistant.core import HomeAssistant, callback

from .const import DOMAIN, ERR_NO_SESSION, ERR_NOT_LOADED
from .errors import CommandError
from .issues import async_check_protocol, async_check_restart
from .models import App
from .schema import CONNECT, EVENT, GOODBYE, HELLO, ISSUES, SYNC, UPDATE
from .session import SessionKeeper
from .versions import OWN_VERSIONS, async_installed_version

type Message = dict[str, Any]
type Handler = Callable[[HomeAssistant, ActiveConnection, Message], Awaitable[Mapping[str, Any] | None]]


@callback
def async_register_commands(hass: HomeAssistant) -> None:
    """Register all commands; they stay until Home Assistant stops."""
    for schema, handler in COMMANDS:
        websocket_api.async_register_command(hass, _command(schema, handler))


def _command(schema: dict[Any, Any], handler: Handler) -> websocket_api.WebSocketCommandHandler:
    @websocket_api.require_admin
    @websocket_api.websocket_command(schema)
    @websocket_api.async_response
    async def command(hass: HomeAssistant, connection: ActiveConnection, msg: Message) -> None:
        try:
            result = await handler(hass, connection, msg)
        except CommandError as err:
            connection.send_error(
                msg["id"],
                err.code,
                str(err),
                translation_domain=err.translation_domain,
                translation_key=err.translation_key,
                translation_placeholders=err.translation_placeholders,
            )
        else:
            connection.send_result(msg["id"], result)

    return command


async def _hello(hass: HomeAssistant, connection: ActiveConnection, msg: Message) -> Mapping[str, Any]:
    """Tell the versions, and whether a session can be opened."""
    installed = await async_installed_version(hass)
    entry_state = _entry_state(hass)
    if entry_state == "loaded":
        async_check_restart(hass, installed)
        async_check_protocol(hass, msg["protocol"]["min"], msg["protocol"]["max"])
    return {**OWN_VERSIONS, "installed_version": installed, "entry_state": entry_state}


async def _connect(hass: HomeAssistant, connection: ActiveConnection, msg: Message) -> None:
    """Open a session."""
    app = App(instance_id=msg["instance_id"], version=msg["app"]["version"], url=msg["app"]["url"])
    _sessions(hass).async_connect(connection, msg["id"], msg["protocol"], app, msg["heartbeat_s"])


async def _sync(hass: HomeAssistant, connection: ActiveConnection, msg: Message) -> Mapping[str, Any]:
    """Take the full topology with all values."""
    return {"unknown_metrics": await _sessions(hass).async_sync(connection, msg["ccus"])}


async def _update(hass: HomeAssistant, connection: ActiveConnection, msg: Message) -> Mapping[str, Any]:
    """Take the values that changed."""
    return {"unknown_metrics": await _sessions(hass).async_update(connection, msg["seq"], msg["values"])}


async def _event(hass: HomeAssistant, connection: ActiveConnection, msg: Message) -> Mapping[str, Any]:
    """Take what happened to a CCU."""
    sessions = _sessions(hass)
    return {"known": await sessions.async_event(connection, msg["ccu"], msg["event_type"], msg["data"])}


async def _issues(hass: HomeAssistant, connection: ActiveConnection, msg: Message) -> Mapping[str, Any]:
    """Take what only the user can put right."""
    return {"unknown_keys": _sessions(hass).async_issues(connection, msg["issues"])}


async def _goodbye(hass: HomeAssistant, connection: ActiveConnection, msg: Message) -> None:
    """End the session."""
    _sessions(hass, otherwise=ERR_NO_SESSION).async_goodbye(connection, msg["reason"])


COMMANDS: Final[tuple[tuple[dict[Any, Any], Handler], ...]] = (
    (HELLO, _hello),
    (CONNECT, _connect),
    (SYNC, _sync),
    (UPDATE, _update),
    (EVENT, _event),
    (ISSUES, _issues),
    (GOODBYE, _goodbye),
)


def _sessions(hass: HomeAssistant, otherwise: str = ERR_NOT_LOADED) -> SessionKeeper:
    for entry in hass.config_entries.async_loaded_entries(DOMAIN):
        sessions: SessionKeeper = entry.runtime_data.sessions
        return sessions
    raise CommandError(otherwise)


def _entry_state(hass: HomeAssistant) -> str:
    if hass.config_entries.async_loaded_entries(DOMAIN):
        return "loaded"
    if hass.config_entries.async_entries(DOMAIN, include_ignore=False):
        return "not_loaded"
    return "not_configured"
