"""Adding the integration in the user interface."""

from homeassistant.config_entries import SOURCE_USER
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.homematic_vitals.const import DOMAIN


async def test_the_user_adds_the_integration(hass: HomeAssistant) -> None:
    shown = await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})
    assert (shown["type"], shown["step_id"], shown["errors"]) == (FlowResultType.FORM, "user", None)
    done = await hass.config_entries.flow.async_configure(shown["flow_id"], {})
    assert (done["type"], done["title"], done["data"]) == (FlowResultType.CREATE_ENTRY, "Homematic Vitals", {})
    await hass.async_block_till_done()
    assert len(hass.config_entries.async_loaded_entries(DOMAIN)) == 1


async def test_once_is_enough(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    result = await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "single_instance_allowed")
