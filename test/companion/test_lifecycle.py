"""Loading, unloading, restarting and removing the integration."""

from typing import Any

from homeassistant.config_entries import SOURCE_IGNORE, ConfigEntryDisabler, ConfigEntryState
from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_capture_events,
    async_fire_time_changed,
)

from custom_components.homematic_vitals.const import DOMAIN, EVENT_READY

from .add_on import HEALTH, AddOn, connect_fields
from .conftest import MakeAddOn, Pass, state_of


async def entry_state(add_on: AddOn) -> str:
    """Return what hello says."""
    state: str = (await add_on.hello())["entry_state"]
    return state


async def test_hello_tells_the_state_of_the_entry(hass: HomeAssistant, make_add_on: MakeAddOn) -> None:
    add_on = await make_add_on()
    assert await entry_state(add_on) == "not_configured"
    MockConfigEntry(domain=DOMAIN, source=SOURCE_IGNORE).add_to_hass(hass)
    assert await entry_state(add_on) == "not_configured"
    entry = MockConfigEntry(domain=DOMAIN)
    entry.add_to_hass(hass)
    assert await entry_state(add_on) == "not_loaded"
    await hass.config_entries.async_setup(entry.entry_id)
    assert await entry_state(add_on) == "loaded"
    await hass.config_entries.async_set_disabled_by(entry.entry_id, ConfigEntryDisabler.USER)
    assert await entry_state(add_on) == "not_loaded"
    await hass.config_entries.async_remove(entry.entry_id)
    assert await entry_state(add_on) == "not_configured"


async def test_hello_opens_no_session(add_on: AddOn) -> None:
    await add_on.hello()
    assert (await add_on.fail("sync", ccus=[]))["code"] == "no_session"


async def test_the_entry_counts_as_loaded_when_ready_is_fired(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    states: list[ConfigEntryState] = []
    hass.bus.async_listen(EVENT_READY, lambda _: states.append(entry.state))
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    assert states == [ConfigEntryState.LOADED]


async def test_a_reload_tells_the_add_on_twice(hass: HomeAssistant, add_on: AddOn, loaded: MockConfigEntry) -> None:
    await add_on.start()
    ready = async_capture_events(hass, EVENT_READY)
    await hass.config_entries.async_reload(loaded.entry_id)
    await hass.async_block_till_done()
    assert await add_on.event() == (1, {"kind": "unloaded"})
    assert len(ready) == 1
    assert state_of(hass, HEALTH) == STATE_UNAVAILABLE
    assert (await add_on.fail("update", seq=1, values={}))["code"] == "no_session"
    await add_on.start()
    assert state_of(hass, HEALTH) == "100"
    assert len(hass.states.async_entity_ids("sensor")) == 3


async def test_the_socket_of_an_unloaded_session_may_close(
    hass: HomeAssistant, add_on: AddOn, loaded: MockConfigEntry, pass_seconds: Pass
) -> None:
    await add_on.start()
    await hass.config_entries.async_reload(loaded.entry_id)
    again = loaded.runtime_data.data
    await add_on.close()
    await pass_seconds(200)
    assert not again.available


async def test_unloading_without_a_session(hass: HomeAssistant, add_on: AddOn, loaded: MockConfigEntry) -> None:
    assert await hass.config_entries.async_unload(loaded.entry_id)
    assert (await add_on.fail("connect", **connect_fields()))["code"] == "not_loaded"
    assert (await add_on.fail("goodbye", reason="stop"))["code"] == "no_session"


@pytest.mark.expects_warnings  # Home Assistant logs it.
async def test_a_refused_unload_keeps_the_session(
    hass: HomeAssistant, add_on: AddOn, loaded: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    await add_on.start()

    async def refuse(*_: Any) -> bool:
        return False

    with monkeypatch.context() as patch:
        patch.setattr(hass.config_entries, "async_unload_platforms", refuse)
        assert not await hass.config_entries.async_unload(loaded.entry_id)
    assert state_of(hass, HEALTH) == "100"


async def test_removing_the_integration_forgets_everything(
    hass: HomeAssistant, add_on: AddOn, loaded: MockConfigEntry, hass_storage: dict[str, Any]
) -> None:
    await add_on.start()
    await hass.config_entries.async_remove(loaded.entry_id)
    await hass.async_block_till_done()
    assert f"{DOMAIN}.{loaded.entry_id}" not in hass_storage
    assert hass.states.async_entity_ids() == []
    assert dr.async_entries_for_config_entry(dr.async_get(hass), loaded.entry_id) == []


async def test_nothing_is_left_running_when_home_assistant_stops(hass: HomeAssistant, add_on: AddOn) -> None:
    await add_on.start()
    await add_on.close()
    await hass.async_block_till_done()
    await hass.async_stop(force=True)
    async_fire_time_changed(hass)
