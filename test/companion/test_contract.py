"""Every fixture of the protocol, as the add-on sends it."""

from typing import Any

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import async_capture_events

from .add_on import FIXTURES, AddOn, load_fixture
from .conftest import MakeAddOn

PROTOCOL_1 = ("hello", "connect", "sync", "update", "goodbye")
PROTOCOL_2 = ("hello", "connect", "sync", "update", "event", "issues", "goodbye")
REFUSABLE = ("connect", "sync", "update", "event", "issues", "goodbye")


def test_every_fixture_is_covered() -> None:
    assert {path.stem for path in FIXTURES.glob("*.json")} == {*PROTOCOL_2, "ready-event"}
    assert {path.stem for path in FIXTURES.glob("v1/*.json")} == {*PROTOCOL_1, "ready-event"}


async def test_the_messages_in_their_order(add_on: AddOn) -> None:
    for name in PROTOCOL_2:
        fixture = load_fixture(name)
        answer = await add_on.send(fixture["request"])
        assert answer["success"], answer
        assert answer["result"] == fixture["result"], name


async def test_an_add_on_that_speaks_only_protocol_1_is_answered_as_ever(add_on: AddOn) -> None:
    for name in PROTOCOL_1:
        fixture = load_fixture(f"v1/{name}")
        answer = await add_on.send(fixture["request"])
        assert answer["success"], answer
        expected = fixture["result"]
        if name == "hello":
            expected = {**expected, "installed_version": "0.1.0", "protocol": {"min": 1, "max": 2}}
        assert answer["result"] == expected, name


async def test_the_ready_event(hass: HomeAssistant, entry: Any) -> None:
    fixture = load_fixture("ready-event")
    events = async_capture_events(hass, fixture["event_type"])
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    assert [event.data for event in events] == [fixture["data"]]


@pytest.mark.parametrize("name", ["connect", "v1/connect"])
async def test_the_subscription_events(hass: HomeAssistant, loaded: Any, make_add_on: MakeAddOn, name: str) -> None:
    fixture = load_fixture(name)
    first, second = await make_add_on(), await make_add_on()
    await first.send(fixture["request"])
    await second.send(fixture["request"])
    await hass.config_entries.async_unload(loaded.entry_id)
    assert [(await first.event())[1], (await second.event())[1]] == fixture["events"]


async def _refusals(hass: HomeAssistant, loaded: Any, make_add_on: MakeAddOn) -> dict[str, set[str]]:
    """Provoke every error code that the protocol names."""
    requests = {name: load_fixture(name)["request"] for name in REFUSABLE}
    codes: dict[str, set[str]] = {name: set() for name in requests}
    holder, other = await make_add_on(), await make_add_on()

    async def provoke(add_on: AddOn, name: str, **changes: Any) -> None:
        answer = await add_on.send({**requests[name], **changes})
        assert not answer["success"], (name, changes)
        error = answer["error"]
        assert error["translation_domain"] == "homematic_vitals"
        assert " " in error["message"]
        assert "{" not in error["message"]
        codes[name].add(error["code"])

    for name in REFUSABLE[1:]:
        await provoke(holder, name)
    await holder.send(requests["connect"])
    await provoke(other, "connect", instance_id="another")
    await provoke(other, "connect", protocol=3)
    for name in ("update", "event", "issues"):
        await provoke(holder, name)
    await hass.config_entries.async_unload(loaded.entry_id)
    for name in REFUSABLE:
        await provoke(other, name)
    return codes


async def test_the_error_codes(hass: HomeAssistant, loaded: Any, make_add_on: MakeAddOn) -> None:
    codes = await _refusals(hass, loaded, make_add_on)
    assert codes == {name: set(load_fixture(name)["errors"]) for name in codes}


@pytest.mark.expects_warnings
@pytest.mark.parametrize("name", PROTOCOL_2)
async def test_a_user_who_is_no_administrator_is_refused(
    hass: HomeAssistant, loaded: Any, hass_ws_client: Any, hass_read_only_access_token: str, name: str
) -> None:
    guest = AddOn(await hass_ws_client(hass, hass_read_only_access_token))
    answer = await guest.send(load_fixture(name)["request"])
    assert answer["error"]["code"] == "unauthorized"
