"""Adding the integration, and looking after it."""

from typing import Any

from homeassistant.config_entries import SOURCE_IGNORE, ConfigEntryState, ConfigFlow, ConfigFlowResult
from homeassistant.helpers.service_info.hassio import HassioServiceInfo

from .const import DOMAIN, NAME
from .models import DeviceKind
from .runtime import Runtime


class VitalsConfigFlow(ConfigFlow, domain=DOMAIN):
    """Asks for nothing: the add-on connects by itself.

    The manifest does not say that there can be only one entry, since Home Assistant would then end `hassio` before the
    entry has taken over the uuid of an add-on that was installed anew.
    """

    VERSION = 1

    _add_on = NAME

    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Explain what happens next, then add the integration."""
        if self._async_current_entries(include_ignore=False):
            return self.async_abort(reason="single_instance_allowed")
        if user_input is None:
            return self.async_show_form(step_id="user")
        # An add-on that was discovered, or ignored, is the one that is added now.
        for uuid in (*self._discovered(), *self._async_current_ids()):
            await self.async_set_unique_id(uuid, raise_on_progress=False)
        return self.async_create_entry(title=NAME, data={})

    async def async_step_hassio(self, discovery_info: HassioServiceInfo) -> ConfigFlowResult:
        """Take note of an add-on that runs here; the integration is removed with it."""
        await self.async_set_unique_id(discovery_info.uuid)
        self._abort_if_unique_id_configured()
        for entry in sorted(self._async_current_entries(), key=lambda entry: entry.source == SOURCE_IGNORE):
            self.hass.config_entries.async_update_entry(entry, unique_id=discovery_info.uuid)
            return self.async_abort(reason="already_configured")
        self._add_on = discovery_info.name
        # The name of the discovered card: Home Assistant reads translated titles of loaded integrations only.
        self.context["title_placeholders"] = {"name": NAME}
        return await self.async_step_hassio_confirm()

    async def async_step_hassio_confirm(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Let the user agree."""
        if self._async_current_entries(include_ignore=False):
            return self.async_abort(reason="single_instance_allowed")
        if user_input is None:
            return self.async_show_form(step_id="hassio_confirm", description_placeholders={"addon": self._add_on})
        return self.async_create_entry(title=NAME, data={})

    async def async_step_reconfigure(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Say how things are; there is nothing to enter."""
        entry = self._get_reconfigure_entry()
        if entry.state is ConfigEntryState.LOADED:
            runtime: Runtime = entry.runtime_data
            if (session := runtime.sessions.session) is not None:
                ccus = [device.name for device in runtime.data.topology.values() if device.kind is DeviceKind.CCU]
                placeholders = {"version": session.app.version, "ccus": ", ".join(ccus) or "-"}
                return self.async_show_form(step_id="connected", description_placeholders=placeholders)
        return self.async_show_form(step_id="waiting")

    async def async_step_connected(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Begin anew, since the user wishes it."""
        return self._begin_anew()

    async def async_step_waiting(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Begin anew, which calls the add-on."""
        return self._begin_anew()

    def _begin_anew(self) -> ConfigFlowResult:
        return self.async_update_reload_and_abort(self._get_reconfigure_entry(), reason="begun_anew")

    def _discovered(self) -> list[str]:
        flows = self._async_in_progress(include_uninitialized=True)
        return [uuid for flow in flows if (uuid := flow["context"].get("unique_id")) is not None]
