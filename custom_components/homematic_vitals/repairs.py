"""Putting right what a repair is about, on the user's click."""

from typing import Any

from homeassistant.components.homeassistant import SERVICE_HOMEASSISTANT_RESTART
from homeassistant.components.repairs import RepairsFlow, RepairsFlowResult
from homeassistant.core import DOMAIN as HOMEASSISTANT_DOMAIN, HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import issue_registry as ir

from .const import DOMAIN


async def async_create_fix_flow(
    hass: HomeAssistant, issue_id: str, data: dict[str, str | int | float | None] | None
) -> RepairsFlow:
    """Make the flow of the only repair that can be clicked away."""
    return RestartFlow()


class RestartFlow(RepairsFlow):
    """Restarts Home Assistant after a confirmation."""

    async def async_step_init(self, user_input: dict[str, Any] | None = None) -> RepairsFlowResult:
        """Begin."""
        return await self.async_step_confirm()

    async def async_step_confirm(self, user_input: dict[str, Any] | None = None) -> RepairsFlowResult:
        """Say what the restart is for, then restart."""
        if user_input is not None:
            try:
                await self.hass.services.async_call(HOMEASSISTANT_DOMAIN, SERVICE_HOMEASSISTANT_RESTART, blocking=True)
            except HomeAssistantError:
                # Home Assistant does not restart with a faulty configuration. The repair stays.
                return self.async_abort(reason="restart_failed")
            return self.async_create_entry(data={})
        issue = ir.async_get(self.hass).async_get_issue(DOMAIN, self.issue_id)
        return self.async_show_form(
            step_id="confirm",
            description_placeholders=issue.translation_placeholders if issue else None,
        )
