"""Adding the integration in the user interface, and looking after it."""

from collections.abc import Mapping
from typing import Any

from homeassistant.config_entries import SOURCE_HASSIO, SOURCE_IGNORE, SOURCE_USER
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers.service_info.hassio import HassioServiceInfo
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.homematic_vitals.const import DOMAIN

from .add_on import CCU, GARAGE, AddOn

NEW, OLD = "2f0d4b6e5a5f4c1e8a3b9d7c6e5f4a3b", "11111111111111111111111111111111"


async def discover(hass: HomeAssistant, uuid: str = NEW) -> Mapping[str, Any]:
    """Let the Supervisor tell of an add-on."""
    info = HassioServiceInfo(config={}, name="Homematic Vitals", slug="homematic_vitals", uuid=uuid)
    return await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_HASSIO}, data=info)


async def begin(hass: HomeAssistant, source: str = SOURCE_USER) -> Mapping[str, Any]:
    """Let the user add the integration."""
    return await hass.config_entries.flow.async_init(DOMAIN, context={"source": source})


async def submit(hass: HomeAssistant, flow: Mapping[str, Any]) -> Mapping[str, Any]:
    """Let the user submit a form."""
    result = await hass.config_entries.flow.async_configure(flow["flow_id"], {})
    await hass.async_block_till_done()
    return result


def unique_ids(hass: HomeAssistant) -> list[str | None]:
    """Return the unique ids of all entries."""
    return [entry.unique_id for entry in hass.config_entries.async_entries(DOMAIN)]


async def test_the_user_adds_the_integration(hass: HomeAssistant) -> None:
    shown = await begin(hass)
    assert (shown["type"], shown["step_id"], shown["errors"]) == (FlowResultType.FORM, "user", None)
    done = await submit(hass, shown)
    assert (done["type"], done["title"], done["data"]) == (FlowResultType.CREATE_ENTRY, "Homematic Vitals", {})
    assert len(hass.config_entries.async_loaded_entries(DOMAIN)) == 1
    assert unique_ids(hass) == [None]


async def test_once_is_enough(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    result = await begin(hass)
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "single_instance_allowed")


async def test_the_user_agrees_to_an_add_on_that_was_discovered(hass: HomeAssistant) -> None:
    shown = await discover(hass)
    assert (shown["type"], shown["step_id"]) == (FlowResultType.FORM, "hassio_confirm")
    assert shown["description_placeholders"] == {"addon": "Homematic Vitals"}
    [progress] = hass.config_entries.flow.async_progress()
    assert progress["context"]["title_placeholders"] == {"name": "Homematic Vitals"}
    done = await submit(hass, shown)
    assert (done["type"], done["title"], done["data"]) == (FlowResultType.CREATE_ENTRY, "Homematic Vitals", {})
    assert unique_ids(hass) == [NEW]


async def test_the_same_discovery_again_changes_nothing(hass: HomeAssistant) -> None:
    await submit(hass, await discover(hass))
    result = await discover(hass)
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "already_configured")
    assert unique_ids(hass) == [NEW]


@pytest.mark.parametrize("before", [None, OLD])
async def test_an_entry_takes_over_an_add_on_that_was_installed_anew(
    hass: HomeAssistant, entry: MockConfigEntry, before: str | None
) -> None:
    hass.config_entries.async_update_entry(entry, unique_id=before)
    result = await discover(hass)
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "already_configured")
    assert unique_ids(hass) == [NEW]


async def test_an_add_on_that_the_user_ignores_stays_ignored(hass: HomeAssistant) -> None:
    MockConfigEntry(domain=DOMAIN, source=SOURCE_IGNORE, unique_id=OLD).add_to_hass(hass)
    result = await discover(hass)
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "already_configured")
    assert unique_ids(hass) == [NEW]


async def test_a_real_entry_goes_before_an_ignored_one(hass: HomeAssistant) -> None:
    MockConfigEntry(domain=DOMAIN, source=SOURCE_IGNORE, unique_id=OLD).add_to_hass(hass)
    MockConfigEntry(domain=DOMAIN).add_to_hass(hass)
    assert (await discover(hass))["reason"] == "already_configured"
    assert unique_ids(hass) == [OLD, NEW]


async def test_the_user_can_add_what_was_ignored(hass: HomeAssistant) -> None:
    MockConfigEntry(domain=DOMAIN, source=SOURCE_IGNORE, unique_id=OLD).add_to_hass(hass)
    done = await submit(hass, await begin(hass))
    assert done["type"] == FlowResultType.CREATE_ENTRY
    (entry,) = hass.config_entries.async_entries(DOMAIN)
    assert (entry.source, entry.unique_id) == (SOURCE_USER, OLD)


async def test_adding_by_hand_settles_the_discovery(hass: HomeAssistant) -> None:
    await discover(hass)
    done = await submit(hass, await begin(hass))
    assert done["type"] == FlowResultType.CREATE_ENTRY
    assert unique_ids(hass) == [NEW]
    assert hass.config_entries.flow.async_progress() == []


async def test_a_second_discovery_cannot_be_added_as_well(hass: HomeAssistant) -> None:
    first, second = await discover(hass, OLD), await discover(hass, NEW)
    assert (await submit(hass, first))["type"] == FlowResultType.CREATE_ENTRY
    result = await submit(hass, second)
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "single_instance_allowed")


async def test_reconfiguring_says_what_is_connected(
    hass: HomeAssistant, add_on: AddOn, loaded: MockConfigEntry
) -> None:
    await add_on.start(CCU, GARAGE)
    shown = await loaded.start_reconfigure_flow(hass)
    assert (shown["type"], shown["step_id"]) == (FlowResultType.FORM, "connected")
    assert shown["description_placeholders"] == {"version": "0.1.0", "ccus": "CCU, Garage"}


async def test_reconfiguring_calls_an_add_on_that_is_not_connected(
    hass: HomeAssistant, add_on: AddOn, loaded: MockConfigEntry
) -> None:
    ready: list[Any] = []
    hass.bus.async_listen("homematic_vitals_ready", ready.append)
    shown = await loaded.start_reconfigure_flow(hass)
    assert (shown["type"], shown["step_id"]) == (FlowResultType.FORM, "waiting")
    result = await submit(hass, shown)
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "begun_anew")
    assert len(ready) == 1


async def test_reconfiguring_begins_anew_when_the_user_wishes_it(
    hass: HomeAssistant, add_on: AddOn, loaded: MockConfigEntry
) -> None:
    await add_on.start()
    assert (await submit(hass, await loaded.start_reconfigure_flow(hass)))["reason"] == "begun_anew"
    assert await add_on.event() == (1, {"kind": "unloaded"})


async def test_reconfiguring_while_the_integration_does_not_run(hass: HomeAssistant, loaded: MockConfigEntry) -> None:
    await hass.config_entries.async_unload(loaded.entry_id)
    assert (await loaded.start_reconfigure_flow(hass))["step_id"] == "waiting"
