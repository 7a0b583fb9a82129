"""The commands of the companion protocol; what they mean is in session.py."""

from collections.abc import Callable
from typing import Any, Final

from homeassistant.components import websocket_api
from homeassistant.components.websocket_api import ActiveConnection
from homeassistant.core import HomeAssistant, callback

from .const import DOMAIN, ERR_NO_SESSION, ERR_NOT_LOADED, INTEGRATION_VERSION, PROTOCOL_MAX, PROTOCOL_MIN
from .errors import CommandError
from .models import App
from .schema import CONNECT, GOODBYE, HELLO, SYNC, UPDATE
from .session import SessionKeeper

OWN_VERSIONS: Final = {
    "integration_version": INTEGRATION_VERSION,
    "protocol": {"min": PROTOCOL_MIN, "max": PROTOCOL_MAX},
}


@callback
def async_register_commands(hass: HomeAssistant) -> None:
    """Register all commands; they stay until Home Assistant stops."""
    for command in (async_hello, async_connect, async_sync, async_update, async_goodbye):
        websocket_api.async_register_command(hass, command)


@websocket_api.require_admin
@websocket_api.websocket_command(HELLO)
@callback
def async_hello(hass: HomeAssistant, connection: ActiveConnection, msg: dict[str, Any]) -> None:
    """Tell the versions, and whether a session can be opened."""
    connection.send_result(msg["id"], {**OWN_VERSIONS, "entry_state": _entry_state(hass)})


@websocket_api.require_admin
@websocket_api.websocket_command(CONNECT)
@callback
def async_connect(hass: HomeAssistant, connection: ActiveConnection, msg: dict[str, Any]) -> None:
    """Open a session."""
    app = App(instance_id=msg["instance_id"], version=msg["app"]["version"], url=msg["app"]["url"])

    def connect() -> None:
        _sessions(hass).async_connect(connection, msg["id"], msg["protocol"], app, msg["heartbeat_s"])

    _answer(connection, msg, connect)


@websocket_api.require_admin
@websocket_api.websocket_command(SYNC)
@callback
def async_sync(hass: HomeAssistant, connection: ActiveConnection, msg: dict[str, Any]) -> None:
    """Take the full topology with all values."""
    _answer(
        connection,
        msg,
        lambda: {"unknown_metrics": _sessions(hass).async_sync(connection, msg["ccus"])},
    )


@websocket_api.require_admin
@websocket_api.websocket_command(UPDATE)
@callback
def async_update(hass: HomeAssistant, connection: ActiveConnection, msg: dict[str, Any]) -> None:
    """Take the values that changed."""
    _answer(
        connection,
        msg,
        lambda: {"unknown_metrics": _sessions(hass).async_update(connection, msg["seq"], msg["values"])},
    )


@websocket_api.require_admin
@websocket_api.websocket_command(GOODBYE)
@callback
def async_goodbye(hass: HomeAssistant, connection: ActiveConnection, msg: dict[str, Any]) -> None:
    """End the session."""
    _answer(
        connection,
        msg,
        lambda: _sessions(hass, otherwise=ERR_NO_SESSION).async_goodbye(connection, msg["reason"]),
    )


def _answer(connection: ActiveConnection, msg: dict[str, Any], action: Callable[[], dict[str, Any] | None]) -> None:
    try:
        result = action()
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
