"""The session with the add-on: who holds it, how long its values stay, what it may send."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
import logging
from typing import TYPE_CHECKING, Any, Literal

from homeassistant.components.websocket_api import ActiveConnection
from homeassistant.core import HomeAssistant, callback

from .catalogue import read_values
from .const import (
    ERR_INSTANCE_CONFLICT,
    ERR_NO_SESSION,
    ERR_PROTOCOL_MISMATCH,
    ERR_RESYNC_REQUIRED,
    ERR_UNKNOWN_CCU,
    EVENT_TYPES,
    GRACE_LOST_S,
    GRACE_RESTART_S,
    MISSED_HEARTBEATS,
    PROTOCOL_MAX,
    PROTOCOL_MIN,
    TROUBLES,
)
from .devices import async_register_service
from .errors import CommandError
from .issues import SessionIssues, async_check_protocol
from .models import App, Metrics, topology_of
from .timer import Timer

if TYPE_CHECKING:
    from .data import VitalsData
    from .presenter import Presenter
    from .runtime import VitalsConfigEntry
    from .store import TopologyStore

_LOGGER = logging.getLogger(__name__)


@dataclass(slots=True, eq=False, kw_only=True)
class Session:
    """A live session."""

    connection: ActiveConnection
    subscription: int
    protocol: int
    app: App
    heartbeat_s: float
    next_seq: int | None = None
    """The number that the next update must have; `None` before the first sync."""

    @property
    def synced(self) -> bool:
        """Whether the session has brought values."""
        return self.next_seq is not None


class SessionKeeper:
    """Keeps at most one session, and the wait for its return.

    What a command does to the session and to the data is done when it arrives; only then its effects on
    Home Assistant are awaited. So commands count in the order in which they come.
    """

    def __init__(
        self,
        hass: HomeAssistant,
        entry: VitalsConfigEntry,
        data: VitalsData,
        presenter: Presenter,
        store: TopologyStore,
    ) -> None:
        """Start without a session."""
        self._hass = hass
        self._entry = entry
        self._data = data
        self._presenter = presenter
        self._store = store
        self._issues = SessionIssues(hass)
        self._session: Session | None = None
        self._silence = Timer(hass)
        self._wait = Timer(hass)

    @property
    def session(self) -> Session | None:
        """The session that lives."""
        return self._session

    @callback
    def async_connect(
        self, connection: ActiveConnection, subscription: int, protocol: int, app: App, heartbeat_s: float
    ) -> None:
        """Open a session and bind it to the connection."""
        async_check_protocol(self._hass, protocol, protocol)
        if not PROTOCOL_MIN <= protocol <= PROTOCOL_MAX:
            raise CommandError(
                ERR_PROTOCOL_MISMATCH,
                protocol=str(protocol),
                minimum=str(PROTOCOL_MIN),
                maximum=str(PROTOCOL_MAX),
            )
        if (old := self._session) is not None:
            if old.app.instance_id != app.instance_id:
                self._issues.async_refused()
                raise CommandError(ERR_INSTANCE_CONFLICT)
            self._async_end(old, GRACE_LOST_S)
            old.connection.send_event(old.subscription, {"kind": "replaced"})
            if old.connection is not connection:
                self._issues.async_taken_over()

        session = Session(
            connection=connection, subscription=subscription, protocol=protocol, app=app, heartbeat_s=heartbeat_s
        )
        self._session = session

        @callback
        def closed() -> None:
            # The subscription outlives a session that was replaced or that said goodbye.
            if self._session is session:
                self._async_end(session, GRACE_LOST_S)

        connection.subscriptions[subscription] = closed
        self._async_heard(session)
        self._issues.async_began()
        async_register_service(self._hass, self._entry.entry_id, app)

    async def async_sync(self, connection: ActiveConnection, ccus: Collection[Mapping[str, Any]]) -> list[str]:
        """Take the full topology with all values; return the metric keys that are not known."""
        session = self._session_of(connection)
        topology = topology_of(ccus)
        values = {device["id"]: device["metrics"] for ccu in ccus for device in (ccu, *ccu["interfaces"])}
        states, unknown = read_values(topology, values)

        was_available = self._data.available
        if topology != self._data.topology:
            self._store.async_save_soon(topology)
        self._issues.async_keep_only(topology)
        self._data.async_replace(topology, states)
        session.next_seq = 1
        self._wait.stop()
        self._async_heard(session)
        if not was_available:
            _LOGGER.info("The Homematic Vitals app is connected, its sensors are up to date")

        await self._presenter.async_apply()
        # Home Assistant may have ended the session in the meantime.
        self._session_of(connection)
        return unknown

    async def async_update(self, connection: ActiveConnection, seq: int, values: Mapping[str, Metrics]) -> list[str]:
        """Take the values that changed; return the metric keys that are not known."""
        session = self._session_of(connection)
        if seq != session.next_seq or not values.keys() <= self._data.topology.keys():
            raise CommandError(ERR_RESYNC_REQUIRED)
        states, unknown = read_values(self._data.topology, values)
        self._data.async_merge(states)
        session.next_seq = seq + 1
        self._async_heard(session)

        await self._presenter.async_show()
        return unknown

    async def async_event(
        self, connection: ActiveConnection, ccu_id: str, event_type: str, attributes: Mapping[str, Any]
    ) -> bool:
        """Take what happened to a CCU; return whether such an event is known."""
        session = self._session_of(connection)
        self._require_ccus(session, {ccu_id})
        self._async_heard(session)
        if event_type not in EVENT_TYPES:
            return False
        # A sync that is still under way may be about to create the entity.
        await self._presenter.async_settled()
        self._data.async_tell(ccu_id, event_type, attributes)
        return True

    @callback
    def async_issues(self, connection: ActiveConnection, issues: Collection[Mapping[str, Any]]) -> list[str]:
        """Take the troubles of all CCUs that only the user can end; return the keys that are not known."""
        session = self._session_of(connection)
        self._require_ccus(session, {issue["ccu"] for issue in issues})
        self._async_heard(session)
        self._issues.async_state(self._data.topology, [issue for issue in issues if issue["key"] in TROUBLES])
        return sorted({issue["key"] for issue in issues} - set(TROUBLES))

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
        self._issues.async_close()
        if session is not None:
            session.connection.send_event(session.subscription, {"kind": "unloaded"})

    def _session_of(self, connection: ActiveConnection) -> Session:
        if self._session is None or self._session.connection is not connection:
            raise CommandError(ERR_NO_SESSION)
        return self._session

    def _require_ccus(self, session: Session, ccu_ids: set[str]) -> None:
        """Refuse what concerns a CCU that the session has not told of."""
        if (ccu_ids and not session.synced) or not ccu_ids <= self._data.topology.keys():
            raise CommandError(ERR_UNKNOWN_CCU)

    def _drop_session(self) -> None:
        self._session = None
        self._silence.stop()
        self._issues.async_ended()

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
        self._issues.async_withdraw_troubles()
        if self._data.available:
            _LOGGER.info("The Homematic Vitals app %s, its sensors are unavailable until it connects again", why)
            self._data.async_set_unavailable()
            _ = self._entry.async_create_task(self._hass, self._presenter.async_show())
