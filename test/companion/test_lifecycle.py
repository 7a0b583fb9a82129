"""Loading, unloading, restarting and removing the integration."""

from typing import Any

from homeassistant.config_entries import SOURCE_IGNORE, ConfigEntryDisabler, ConfigEntryState
from homeassistant.const import EVENT_HOMEASSISTANT_FINAL_WRITE, STATE_UNAVAILABLE
from homeassistant.core import CoreState, HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_capture_events,
    async_fire_time_changed,
)

from custom_components.homematic_vitals.const import DOMAIN, EVENT_READY

from .add_on import CCU, GARAGE, HEALTH, AddOn, connect_fields
from .conftest import MakeAddOn, Pass, state_of

HELLO = {"app_version": "0.1.0", "bundled_version": "0.1.0", "protocol": {"min": 1, "max": 1}}
STORED_CCU = {"id": "NEQ1234567", "name": "CCU", "model": "OpenCCU", "firmware": "3.83.6.20251025"}


def stored(entry: MockConfigEntry, content: Any, version: int = 1) -> dict[str, Any]:
    """Make the file that the integration reads at its start."""
    key = f"{DOMAIN}.{entry.entry_id}"
    return {key: {"version": version, "minor_version": 1, "key": key, "data": content}}


async def entry_state(add_on: AddOn) -> str:
    """Return what hello says."""
    state: str = (await add_on.succeed("hello", **HELLO))["entry_state"]
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
    await add_on.succeed("hello", **HELLO)
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
    assert len(hass.states.async_entity_ids()) == 3


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


async def test_after_a_restart_the_entities_exist_and_wait(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    hass_storage: dict[str, Any],
    make_add_on: MakeAddOn,
    entity_registry: er.EntityRegistry,
) -> None:
    hass_storage.update(stored(entry, {"ccus": [STORED_CCU]}))
    entity_registry.async_get_or_create(
        "sensor", DOMAIN, "NEQ1234567_hub_system-health", suggested_object_id="mine", config_entry=entry
    )
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    state = hass.states.get("sensor.mine")
    assert state
    assert state.state == STATE_UNAVAILABLE
    assert "restored" not in state.attributes
    assert len(hass.states.async_entity_ids()) == 3
    add_on = await make_add_on()
    await add_on.connect()
    assert state_of(hass, "sensor.mine") == STATE_UNAVAILABLE
    await add_on.sync(CCU)
    assert state_of(hass, "sensor.mine") == "100"
    assert len(hass.states.async_entity_ids()) == 3


async def test_a_device_that_was_lost_gets_its_name_back_from_the_file(
    hass: HomeAssistant, entry: MockConfigEntry, hass_storage: dict[str, Any]
) -> None:
    hass_storage.update(stored(entry, {"ccus": [STORED_CCU]}))
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    (device,) = dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
    assert (device.name, device.model, device.sw_version) == ("CCU", "OpenCCU", "3.83.6.20251025")


async def test_the_topology_is_stored_without_values(
    hass: HomeAssistant, add_on: AddOn, loaded: MockConfigEntry, hass_storage: dict[str, Any], pass_seconds: Pass
) -> None:
    await add_on.start()
    await pass_seconds(2)
    assert hass_storage[f"{DOMAIN}.{loaded.entry_id}"]["data"] == {"ccus": [STORED_CCU]}


async def test_an_equal_topology_is_not_written_again(
    hass: HomeAssistant, add_on: AddOn, loaded: MockConfigEntry, hass_storage: dict[str, Any], pass_seconds: Pass
) -> None:
    await add_on.start()
    await pass_seconds(2)
    del hass_storage[f"{DOMAIN}.{loaded.entry_id}"]
    await add_on.sync(CCU)
    await pass_seconds(2)
    assert f"{DOMAIN}.{loaded.entry_id}" not in hass_storage


async def test_a_topology_that_waits_is_written_when_home_assistant_stops(
    hass: HomeAssistant, add_on: AddOn, loaded: MockConfigEntry, hass_storage: dict[str, Any]
) -> None:
    await add_on.start()
    hass.set_state(CoreState.final_write)
    hass.bus.async_fire(EVENT_HOMEASSISTANT_FINAL_WRITE)
    await hass.async_block_till_done()
    assert hass_storage[f"{DOMAIN}.{loaded.entry_id}"]["data"] == {"ccus": [STORED_CCU]}


async def test_unloading_writes_the_topology_at_once(
    hass: HomeAssistant, add_on: AddOn, loaded: MockConfigEntry, hass_storage: dict[str, Any]
) -> None:
    await add_on.start(CCU, GARAGE)
    await hass.config_entries.async_unload(loaded.entry_id)
    assert len(hass_storage[f"{DOMAIN}.{loaded.entry_id}"]["data"]["ccus"]) == 2


@pytest.mark.expects_warnings
@pytest.mark.parametrize(
    ("content", "version"),
    [
        ({"ccus": [{**STORED_CCU, "id": "not allowed"}]}, 1),
        ({"ccus": [STORED_CCU, STORED_CCU]}, 1),
        ({"ccus": 5}, 1),
        ({"something": "else"}, 1),
        (["a list"], 1),
        ({"ccus": []}, 99),
        ({"ccus": []}, 0),
    ],
)
async def test_a_file_that_cannot_be_read_is_left_out(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    hass_storage: dict[str, Any],
    make_add_on: MakeAddOn,
    caplog: pytest.LogCaptureFixture,
    content: Any,
    version: int,
) -> None:
    hass_storage.update(stored(entry, content, version))
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    assert caplog.text.count("The stored list of CCUs cannot be read") == 1
    add_on = await make_add_on()
    await add_on.start()
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
