"""The session with the add-on: who holds it, how long its values stay, what it may send."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
import logging
from typing import Any, Literal

from homeassistant.components.websocket_api import ActiveConnection
from homeassistant.core import HomeAssistant, callback

from .catalogue import check_values
from .const import (
    ERR_INSTANCE_CONFLICT,
    ERR_NO_SESSION,
    ERR_PROTOCOL_MISMATCH,
    ERR_RESYNC_REQUIRED,
    GRACE_LOST_S,
    GRACE_RESTART_S,
    MISSED_HEARTBEATS,
    PROTOCOL_MAX,
    PROTOCOL_MIN,
)
from .data import VitalsData
from .errors import CommandError
from .models import App, Ccu, Values
from .timer import Timer

_LOGGER = logging.getLogger(__name__)

type ApplyTopology = Callable[[Mapping[str, Ccu]], None]


@dataclass(slots=True, eq=False, kw_only=True)
class Session:
    """A live session."""

    connection: ActiveConnection
    subscription: int
    app: App
    heartbeat_s: float
    next_seq: int | None = None
    """The number that the next update must have; `None` before the first sync."""

    @property
    def synced(self) -> bool:
        """Whether the session has brought values."""
        return self.next_seq is not None


class SessionKeeper:
    """Keeps at most one session, and the wait for its return."""

    def __init__(self, hass: HomeAssistant, data: VitalsData, async_apply_topology: ApplyTopology) -> None:
        """Start without a session; the callback is given the topology of each sync before the data are."""
        self._data = data
        self._async_apply_topology = async_apply_topology
        self._session: Session | None = None
        self._silence = Timer(hass)
        self._wait = Timer(hass)

    @callback
    def async_connect(
        self, connection: ActiveConnection, subscription: int, protocol: int, app: App, heartbeat_s: float
    ) -> None:
        """Open a session and bind it to the connection."""
        if not PROTOCOL_MIN <= protocol <= PROTOCOL_MAX:
            raise CommandError(
                ERR_PROTOCOL_MISMATCH,
                protocol=str(protocol),
                minimum=str(PROTOCOL_MIN),
                maximum=str(PROTOCOL_MAX),
            )
        if (old := self._session) is not None:
            if old.app.instance_id != app.instance_id:
                raise CommandError(ERR_INSTANCE_CONFLICT)
            self._async_end(old, GRACE_LOST_S)
            old.connection.send_event(old.subscription, {"kind": "replaced"})

        session = Session(connection=connection, subscription=subscription, app=app, heartbeat_s=heartbeat_s)
        self._session = session

        @callback
        def closed() -> None:
            # The subscription outlives a session that was replaced or that said goodbye.
            if self._session is session:
                self._async_end(session, GRACE_LOST_S)

        connection.subscriptions[subscription] = closed
        self._async_heard(session)

    @callback
    def async_sync(self, connection: ActiveConnection, ccus: Collection[Mapping[str, Any]]) -> list[str]:
        """Take the full topology with all values; return the metric keys that are not known."""
        session = self._session_of(connection)
        topology = {ccu["id"]: Ccu.from_dict(ccu) for ccu in ccus}
        values: dict[str, Values] = {ccu["id"]: ccu["metrics"] for ccu in ccus}
        unknown = check_values(values)

        was_available = self._data.available
        self._async_apply_topology(topology)
        self._data.async_replace(topology, values)
        session.next_seq = 1
        self._wait.stop()
        self._async_heard(session)
        if not was_available:
            _LOGGER.info("The Homematic Vitals add-on is connected, its sensors are up to date")
        return unknown

    @callback
    def async_update(self, connection: ActiveConnection, seq: int, values: Mapping[str, Values]) -> list[str]:
        """Take the values that changed; return the metric keys that are not known."""
        session = self._session_of(connection)
        if seq != session.next_seq or not values.keys() <= self._data.ccus.keys():
            raise CommandError(ERR_RESYNC_REQUIRED)
        unknown = check_values(values)
        self._data.async_merge(values)
        session.next_seq = seq + 1
        self._async_heard(session)
        return unknown

    @callback
    def async_goodbye(self, connection: ActiveConnection, reason: Literal["stop", "restart", "update"]) -> None:
        """End the session as the add-on wishes."""
        session = self._session_of(connection)
        if reason == "stop":
            self._drop_session()
            self._async_unavailable("was stopped")
        else:
            self._async_end(session, GRACE_RESTART_S)

    @callback
    def async_close(self) -> None:
        """End all, since the config entry is unloaded."""
        session = self._session
        self._drop_session()
        self._wait.stop()
        if session is not None:
            session.connection.send_event(session.subscription, {"kind": "unloaded"})

    def _session_of(self, connection: ActiveConnection) -> Session:
        if self._session is None or self._session.connection is not connection:
            raise CommandError(ERR_NO_SESSION)
        return self._session

    def _drop_session(self) -> None:
        self._session = None
        self._silence.stop()

    def _async_heard(self, session: Session) -> None:
        """Count the missing heartbeats anew; a refused command is no sign of life."""
        self._silence.start(session.heartbeat_s * MISSED_HEARTBEATS, lambda: self._async_end(session, GRACE_LOST_S))

    def _async_end(self, session: Session, grace_s: float) -> None:
        """End the session; the values that it brought stay for a while.

        A session that brought none does not prolong the wait, or an add-on whose sync always fails
        would keep old values alive for ever.
        """
        self._drop_session()
        if session.synced:
            self._wait.start(grace_s, self._async_waited)
        elif not self._wait.running:
            self._async_waited()

    @callback
    def _async_waited(self) -> None:
        # A session that has begun in the meantime ends the wait: its sync brings new values.
        if self._session is None:
            self._async_unavailable("was not heard for too long")

    def _async_unavailable(self, why: str) -> None:
        self._wait.stop()
        if self._data.available:
            _LOGGER.info("The Homematic Vitals add-on %s, its sensors are unavailable until it connects again", why)
            self._data.async_set_unavailable()
