"""What Home Assistant shows under repairs; each is withdrawn when its reason is gone."""

from collections import deque
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.util import dt as dt_util

from .const import DOCUMENTATION, DOMAIN, INTEGRATION_VERSION, NAME, PROTOCOL_MAX, PROTOCOL_MIN
from .models import Topology
from .timer import Timer

RESTART_REQUIRED: Final = "restart_required"
PROTOCOL_MISMATCH: Final = "protocol_mismatch"
UPDATE_ADD_ON: Final = "protocol_mismatch_update_add_on"
UPDATE_INTEGRATION: Final = "protocol_mismatch_update_integration"
SECOND_INSTANCE: Final = "second_instance"
SAME_IDENTITY: Final = "same_identity"

CALM_S: Final = 600
TAKEOVERS: Final = 3


@callback
def _raise(
    hass: HomeAssistant,
    issue_id: str,
    translation_key: str,
    severity: ir.IssueSeverity = ir.IssueSeverity.ERROR,
    *,
    fixable: bool = False,
    **placeholders: str,
) -> None:
    ir.async_create_issue(
        hass,
        DOMAIN,
        issue_id,
        is_fixable=fixable,
        learn_more_url=f"{DOCUMENTATION}#repairs",
        severity=severity,
        translation_key=translation_key,
        translation_placeholders=placeholders or None,
    )


@callback
def async_check_restart(hass: HomeAssistant, installed_version: str | None) -> None:
    """Ask for a restart while another version is installed than the one that runs."""
    if installed_version in (None, INTEGRATION_VERSION):
        ir.async_delete_issue(hass, DOMAIN, RESTART_REQUIRED)
    else:
        _raise(
            hass,
            RESTART_REQUIRED,
            RESTART_REQUIRED,
            ir.IssueSeverity.WARNING,
            fixable=True,
            name=NAME,
            installed=str(installed_version),
            running=INTEGRATION_VERSION,
        )


@callback
def async_check_protocol(hass: HomeAssistant, minimum: int, maximum: int) -> None:
    """Ask for the update of the older side while both have no protocol in common."""
    if minimum <= PROTOCOL_MAX and maximum >= PROTOCOL_MIN:
        ir.async_delete_issue(hass, DOMAIN, PROTOCOL_MISMATCH)
    else:
        _raise(hass, PROTOCOL_MISMATCH, UPDATE_INTEGRATION if minimum > PROTOCOL_MAX else UPDATE_ADD_ON)


@callback
def async_withdraw_all(hass: HomeAssistant) -> None:
    """Withdraw everything, since the integration is unloaded."""
    for domain, issue_id in list(ir.async_get(hass).issues):
        if domain == DOMAIN:
            ir.async_delete_issue(hass, DOMAIN, issue_id)


class SessionIssues:
    """The repairs that depend on the session."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Start without any."""
        self._hass = hass
        self._troubles: dict[str, str] = {}
        self._takeovers: deque[datetime] = deque(maxlen=TAKEOVERS)
        self._no_refusal = Timer(hass)
        self._no_takeover = Timer(hass)

    @callback
    def async_state(self, topology: Topology, issues: Iterable[Mapping[str, Any]]) -> None:
        """Take all troubles of all CCUs; what is no longer stated is withdrawn."""
        stated = {f"{issue['key']}_{issue['ccu']}": issue for issue in issues}
        self._withdraw(self._troubles.keys() - stated.keys())
        for issue_id, issue in stated.items():
            self._troubles[issue_id] = issue["ccu"]
            _raise(
                self._hass,
                issue_id,
                issue["key"],
                ccu=topology[issue["ccu"]].name,
                interfaces=", ".join(issue["interfaces"]) or "-",
                url=issue["url"] or "-",
            )

    @callback
    def async_keep_only(self, topology: Topology) -> None:
        """Withdraw the troubles of CCUs that are not part of the topology."""
        self._withdraw({issue_id for issue_id, ccu_id in self._troubles.items() if ccu_id not in topology})

    @callback
    def async_withdraw_troubles(self) -> None:
        """Withdraw the troubles of all CCUs, since nothing is known of them any more."""
        self.async_keep_only({})

    @callback
    def async_refused(self) -> None:
        """Tell that a second add-on tried to connect."""
        _raise(self._hass, SECOND_INSTANCE, SECOND_INSTANCE)
        self._no_refusal.start(CALM_S, self._async_withdraw_second_instance)

    @callback
    def async_began(self) -> None:
        """Begin to count the calm minutes of a session."""
        self._no_takeover.start(CALM_S, self._async_withdraw_same_identity)

    @callback
    def async_taken_over(self) -> None:
        """Tell that two add-ons take the session from each other, if it happens again and again."""
        now = dt_util.utcnow()
        self._takeovers.append(now)
        if len(self._takeovers) == TAKEOVERS and now - self._takeovers[0] <= timedelta(seconds=CALM_S):
            _raise(self._hass, SAME_IDENTITY, SAME_IDENTITY)
        self._no_takeover.start(CALM_S, self._async_withdraw_same_identity)

    @callback
    def async_ended(self) -> None:
        """Forget the second add-on, which can connect now."""
        self._async_withdraw_second_instance()

    @callback
    def async_close(self) -> None:
        """Withdraw everything and wait for nothing."""
        self._no_refusal.stop()
        self._no_takeover.stop()
        async_withdraw_all(self._hass)

    @callback
    def _async_withdraw_second_instance(self) -> None:
        self._no_refusal.stop()
        ir.async_delete_issue(self._hass, DOMAIN, SECOND_INSTANCE)

    @callback
    def _async_withdraw_same_identity(self) -> None:
        ir.async_delete_issue(self._hass, DOMAIN, SAME_IDENTITY)

    def _withdraw(self, issue_ids: Iterable[str]) -> None:
        for issue_id in issue_ids:
            del self._troubles[issue_id]
            ir.async_delete_issue(self._hass, DOMAIN, issue_id)
