"""Messages that no sane add-on sends."""

from typing import Any

from homeassistant.core import HomeAssistant
import pytest

from .add_on import CCU, HEALTH, AddOn, ccu, connect_fields, interface
from .conftest import state_of

pytestmark = pytest.mark.expects_warnings

LONG = "x" * 10_000


async def assert_refused(add_on: AddOn, command: str, **fields: Any) -> None:
    """Expect a clean answer."""
    error = await add_on.fail(command, **fields)
    assert error["code"] == "invalid_format"
    # Core repeats the key at fault before 2026.9, and the start of the value ever since.
    assert len(error["message"]) < 11_000


async def assert_untouched(hass: HomeAssistant, add_on: AddOn) -> None:
    """Expect that a refused message has changed nothing."""
    assert state_of(hass, HEALTH) == "100"
    assert len(hass.states.async_entity_ids("sensor")) == 3
    await add_on.update(1, system_health=99)
    assert state_of(hass, HEALTH) == "99"


@pytest.mark.parametrize(
    "changes",
    [
        {"protocol": "1"},
        {"protocol": True},
        {"protocol": 1.5},
        {"protocol": 10**30},
        {"protocol": None},
        {"instance_id": ""},
        {"instance_id": LONG},
        {"instance_id": 5},
        {"app": None},
        {"app": {"version": "1"}},
        {"app": {"version": LONG, "url": None}},
        {"app": {"version": "1", "url": LONG}},
        {"heartbeat_s": 0},
        {"heartbeat_s": -30},
        {"heartbeat_s": True},
        {"heartbeat_s": "30"},
        {"heartbeat_s": 10**30},
    ],
)
async def test_connect(hass: HomeAssistant, add_on: AddOn, changes: dict[str, Any]) -> None:
    await assert_refused(add_on, "connect", **connect_fields(**changes))
    await add_on.start()
    await assert_untouched(hass, add_on)


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"app_version": "1", "bundled_version": "1", "protocol": 1},
        {"app_version": "1", "bundled_version": "1", "protocol": {"min": "1", "max": 1}},
        {"app_version": LONG, "bundled_version": "1", "protocol": {"min": 1, "max": 1}},
        {"app_version": "1", "bundled_version": None, "protocol": {"min": 1, "max": 1}},
    ],
)
async def test_hello(add_on: AddOn, fields: dict[str, Any]) -> None:
    await assert_refused(add_on, "hello", **fields)


@pytest.mark.parametrize(
    "ccus",
    [
        None,
        {},
        "CCU",
        [None],
        [[]],
        [{}],
        [CCU, CCU],
        [ccu(id="")],
        [ccu(id="NEQ 1")],
        [ccu(id="NEQ1\n")],
        [ccu(id="../etc")],
        [ccu(id="Ä")],
        [ccu(id="x" * 65)],
        [ccu(id=LONG)],
        [ccu(id=5)],
        [ccu(name="")],
        [ccu(name=LONG)],
        [ccu(name=None)],
        [ccu(name={"text": "CCU"})],
        [ccu(model=LONG)],
        [ccu(model=5)],
        [ccu(firmware=LONG)],
        [ccu(firmware=["3.83"])],
        [{**CCU, "metrics": None}],
        [{**CCU, "metrics": []}],
        [{**CCU, "colour": "blue"}],
        [{key: value for key, value in CCU.items() if key != "firmware"}],
        [ccu(metrics={"system_health": []})],
        [ccu(metrics={"system_health": {"value": 1}})],
        [ccu(metrics={"system_health": {"details": {}}})],
        [ccu(metrics={"system_health": {"value": 1, "details": {}, "unit": "%"}})],
        [ccu(metrics={"system_health": {"value": 1, "details": []}})],
        [ccu(metrics={"system_health": {"value": {"value": 1, "details": {}}, "details": {}}})],
        [ccu(metrics={"system_health": {"value": "bad", "details": {}}})],
        [ccu(metrics={"system_health": {"value": 1, "details": {"x": True}}})],
        [ccu(metrics={"system_health": {"value": 1, "details": {"x": {}}}})],
        [ccu(metrics={"system_health": {"value": 1, "details": {"x": [1]}}})],
        [ccu(metrics={"system_health": {"value": 1, "details": {"x": ["text"] * 101}}})],
        [ccu(metrics={"system_health": {"value": 1, "details": {"x": LONG}}})],
        [ccu(metrics={"system_health": {"value": 1, "details": {"": 1}}})],
        [ccu(metrics={"system_health": {"value": 1, "details": {f"x{number}": 1 for number in range(21)}}})],
        [ccu(metrics={"status": "fine"})],
        [ccu(metrics={"status": 1})],
        [ccu(metrics={"cause": "bad luck"})],
        [ccu(metrics={"problem": 1})],
        [ccu(metrics={"connected": "true"})],
        [ccu(metrics={"last_event": "yesterday"})],
        [ccu(metrics={"last_event": "2026-11-08T06:30:00"})],
        [ccu(metrics={"last_event": "2026-13-08T06:30:00Z"})],
        [ccu(metrics={"last_event": 1794119400})],
        [ccu(metrics={"low_batteries": -1})],
        [ccu(interfaces=None)],
        [ccu(interfaces={})],
        [ccu(interfaces=[interface(), interface()])],
        [ccu(interfaces=[{**interface(), "id": "HmIP-RF"}])],
        [ccu(interfaces=[{**interface(), "id": "OTHER/HmIP-RF"}])],
        [ccu(interfaces=[interface("Hm IP")])],
        [ccu(interfaces=[interface("x" * 33)])],
        [ccu(interfaces=[interface("a/b")])],
        [ccu(interfaces=[interface("hub")])],
        [ccu(interfaces=[{**interface(), "model": "x"}])],
        [ccu(interfaces=[{**interface(), "interfaces": []}])],
        [ccu(interfaces=[interface(connected="yes")])],
        [ccu(interfaces=[interface(f"interface{number}") for number in range(17)])],
        [ccu(id="A", interfaces=[]), ccu(id="A_B"), ccu(id="A", interfaces=[interface("B_hub", {"id": "A"})])],
        [ccu(id="A_B"), ccu(id="A", interfaces=[interface("B_hub", {"id": "A"})])],
        [ccu(entity_ids=[])],
        [ccu(entity_ids={"sensor.system_health": "no entity id"})],
        [ccu(entity_ids={"sensor.system_health": "binary_sensor.mine"})],
        [ccu(entity_ids={"sensor": "sensor.mine"})],
        [ccu(entity_ids={"sensor.": "sensor.mine"})],
        [ccu(entity_ids={"sensor.system_health": 5})],
        [ccu(entity_ids={"sensor.system_health": f"sensor.{LONG}"})],
        [ccu(entity_ids={f"sensor.x{number}": "sensor.mine" for number in range(1001)})],
        [ccu(metrics={"system_health": True})],
        [ccu(metrics={"system_health": "100"})],
        [ccu(metrics={"system_health": LONG})],
        [ccu(metrics={"system_health": 100.1})],
        [ccu(metrics={"system_health": -1})],
        [ccu(metrics={"system_health": 10**40})],
        [ccu(metrics={"connection_latency": 2**63})],
        [ccu(metrics={"last_event_age": -(10**40)})],
        [ccu(metrics={LONG: 1})],
        [ccu(metrics={"": 1})],
        [ccu(metrics={"future": LONG})],
        [ccu(metrics={f"future_{number}": 1 for number in range(1001)})],
        [ccu(id=f"CCU{number}") for number in range(257)],
    ],
)
async def test_sync(hass: HomeAssistant, add_on: AddOn, ccus: Any) -> None:
    await add_on.start()
    await assert_refused(add_on, "sync", ccus=ccus)
    await assert_untouched(hass, add_on)


@pytest.mark.parametrize(
    "fields",
    [
        {"values": {}},
        {"seq": 1},
        {"seq": "1", "values": {}},
        {"seq": 1.0, "values": {}},
        {"seq": True, "values": {}},
        {"seq": 0, "values": {}},
        {"seq": -1, "values": {}},
        {"seq": 10**30, "values": {}},
        {"seq": 1, "values": None},
        {"seq": 1, "values": []},
        {"seq": 1, "values": {}, "colour": "blue"},
        {"seq": 1, "values": {LONG: {}}},
        {"seq": 1, "values": {CCU["id"]: None}},
        {"seq": 1, "values": {CCU["id"]: {"last_event_age": 1, "system_health": "bad"}}},
        {"seq": 1, "values": {CCU["id"]: {"system_health": 10**30}}},
        {"seq": 1, "values": {CCU["id"]: {"system_health": [1]}}},
        {"seq": 1, "values": {f"{CCU['id']}/": {}}},
        {"seq": 1, "values": {f"{CCU['id']}/a/b": {}}},
        {"seq": 1, "values": {CCU["id"]: {"last_event_age": 1, "cause": "bad luck"}}},
    ],
)
async def test_update(hass: HomeAssistant, add_on: AddOn, fields: dict[str, Any]) -> None:
    await add_on.start()
    await assert_refused(add_on, "update", **fields)
    assert state_of(hass, "sensor.ccu_last_event_age") == "5"
    await assert_untouched(hass, add_on)


@pytest.mark.parametrize("fields", [{}, {"reason": "sleep"}, {"reason": None}, {"reason": LONG}, {"reason": ["stop"]}])
async def test_goodbye(hass: HomeAssistant, add_on: AddOn, fields: dict[str, Any]) -> None:
    await add_on.start()
    await assert_refused(add_on, "goodbye", **fields)
    await assert_untouched(hass, add_on)


async def test_a_name_of_markup_stays_text(hass: HomeAssistant, add_on: AddOn) -> None:
    await add_on.start(ccu(name="<script>{{ states }}</script> {min} %s \x00"))
    assert len(hass.states.async_entity_ids("sensor")) == 3


async def test_the_largest_topology_that_is_allowed(hass: HomeAssistant, add_on: AddOn) -> None:
    await add_on.start(*(ccu(id=f"CCU{number}", name="x" * 255) for number in range(256)))
    assert len(hass.states.async_entity_ids("sensor")) == 256 * 3
