"""Who holds the session, and what happens to the values when it ends."""

from typing import Any

from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
import pytest

from .add_on import CCU, HEALTH, AddOn
from .conftest import MakeAddOn, Pass, state_of


async def test_the_values_stay_for_a_minute_after_a_lost_socket(
    hass: HomeAssistant, add_on: AddOn, pass_seconds: Pass
) -> None:
    await add_on.start()
    await add_on.close()
    await pass_seconds(55)
    assert state_of(hass, HEALTH) == "100"
    await pass_seconds(61)
    assert state_of(hass, HEALTH) == STATE_UNAVAILABLE


async def test_a_cancelled_subscription_counts_as_a_lost_socket(
    hass: HomeAssistant, add_on: AddOn, pass_seconds: Pass
) -> None:
    await add_on.start()
    assert (await add_on.send({"type": "unsubscribe_events", "subscription": 1}))["success"]
    assert (await add_on.fail("update", seq=1, values={}))["code"] == "no_session"
    await pass_seconds(55)
    assert state_of(hass, HEALTH) == "100"
    await pass_seconds(61)
    assert state_of(hass, HEALTH) == STATE_UNAVAILABLE


async def test_a_new_session_ends_the_wait(
    hass: HomeAssistant, add_on: AddOn, make_add_on: MakeAddOn, pass_seconds: Pass
) -> None:
    await add_on.start()
    await add_on.close()
    again = await make_add_on()
    await again.connect()
    await pass_seconds(61)
    assert state_of(hass, HEALTH) == "100"
    await again.sync({**CCU, "metrics": {"system_health": 40}})
    await pass_seconds(61)
    assert state_of(hass, HEALTH) == "40"


async def test_another_instance_may_come_during_the_wait(
    hass: HomeAssistant, add_on: AddOn, make_add_on: MakeAddOn
) -> None:
    await add_on.start()
    await add_on.close()
    await hass.async_block_till_done()
    another = await make_add_on()
    await another.connect(instance_id="another")
    await another.sync(CCU)
    assert state_of(hass, HEALTH) == "100"


async def test_sessions_that_never_sync_do_not_keep_old_values_alive(
    hass: HomeAssistant, add_on: AddOn, make_add_on: MakeAddOn, pass_seconds: Pass
) -> None:
    await add_on.start()
    await add_on.close()
    broken = await make_add_on()
    await broken.connect()
    await broken.close()
    await pass_seconds(61)
    assert state_of(hass, HEALTH) == STATE_UNAVAILABLE


async def test_a_session_without_a_sync_leaves_nothing_to_wait_for(
    hass: HomeAssistant, add_on: AddOn, make_add_on: MakeAddOn, pass_seconds: Pass
) -> None:
    await add_on.start()
    await add_on.close()
    broken = await make_add_on()
    await broken.connect()
    await pass_seconds(61)
    assert state_of(hass, HEALTH) == "100"
    await broken.close()
    await hass.async_block_till_done()
    assert state_of(hass, HEALTH) == STATE_UNAVAILABLE


async def test_goodbye_stop_makes_unavailable_at_once(
    hass: HomeAssistant, add_on: AddOn, make_add_on: MakeAddOn
) -> None:
    await add_on.start()
    assert await add_on.succeed("goodbye", reason="stop") is None
    assert state_of(hass, HEALTH) == STATE_UNAVAILABLE
    await add_on.close()
    again = await make_add_on()
    await again.start()
    assert state_of(hass, HEALTH) == "100"


@pytest.mark.parametrize("reason", ["restart", "update"])
async def test_goodbye_for_a_restart_allows_three_minutes(
    hass: HomeAssistant, add_on: AddOn, pass_seconds: Pass, reason: str
) -> None:
    await add_on.start()
    await add_on.succeed("goodbye", reason=reason)
    # The socket that closes afterwards does not shorten the wait.
    await add_on.close()
    await pass_seconds(175)
    assert state_of(hass, HEALTH) == "100"
    await pass_seconds(181)
    assert state_of(hass, HEALTH) == STATE_UNAVAILABLE


async def test_after_goodbye_the_session_is_over(add_on: AddOn) -> None:
    await add_on.start()
    await add_on.succeed("goodbye", reason="restart")
    for command, fields in (
        ("sync", {"ccus": []}),
        ("update", {"seq": 1, "values": {}}),
        ("goodbye", {"reason": "stop"}),
    ):
        assert (await add_on.fail(command, **fields))["code"] == "no_session"
    await add_on.start()


async def test_goodbye_stop_before_a_sync(hass: HomeAssistant, add_on: AddOn, pass_seconds: Pass) -> None:
    await add_on.start()
    await add_on.succeed("goodbye", reason="restart")
    await add_on.connect()
    await add_on.succeed("goodbye", reason="stop")
    assert state_of(hass, HEALTH) == STATE_UNAVAILABLE


async def test_three_missing_heartbeats_lose_the_session(
    hass: HomeAssistant, add_on: AddOn, pass_seconds: Pass
) -> None:
    await add_on.start(heartbeat_s=10)
    await pass_seconds(25)
    await add_on.update(1)
    await pass_seconds(25)
    await add_on.update(2)
    await pass_seconds(31)
    assert state_of(hass, HEALTH) == "100"
    assert (await add_on.fail("update", seq=3, values={}))["code"] == "no_session"
    await pass_seconds(61)
    assert state_of(hass, HEALTH) == STATE_UNAVAILABLE
    await add_on.start()
    assert state_of(hass, HEALTH) == "100"


async def test_refused_updates_are_no_heartbeat(hass: HomeAssistant, add_on: AddOn, pass_seconds: Pass) -> None:
    await add_on.start(heartbeat_s=10)
    await add_on.fail("update", seq=7, values={})
    await pass_seconds(31)
    assert (await add_on.fail("update", seq=1, values={}))["code"] == "no_session"


async def test_another_instance_is_refused_while_a_session_lives(
    hass: HomeAssistant, add_on: AddOn, make_add_on: MakeAddOn
) -> None:
    await add_on.start()
    intruder = await make_add_on()
    assert (await intruder.refused_connect(instance_id="another"))["code"] == "instance_conflict"
    assert (await intruder.fail("sync", ccus=[]))["code"] == "no_session"
    await intruder.close()
    await add_on.update(1, system_health=80)
    assert state_of(hass, HEALTH) == "80"


async def test_the_same_instance_takes_the_session_over(
    hass: HomeAssistant, add_on: AddOn, make_add_on: MakeAddOn, pass_seconds: Pass
) -> None:
    await add_on.start()
    again = await make_add_on()
    await again.connect()
    assert await add_on.event() == (1, {"kind": "replaced"})
    assert (await add_on.fail("update", seq=1, values={}))["code"] == "no_session"
    assert (await again.fail("update", seq=1, values={}))["code"] == "resync_required"
    await again.sync({**CCU, "metrics": {"system_health": 70}})
    # The end of the replaced connection does not concern the new session.
    await add_on.close()
    await pass_seconds(61)
    assert state_of(hass, HEALTH) == "70"


async def test_a_takeover_that_fails_at_once_still_has_the_minute(
    hass: HomeAssistant, add_on: AddOn, make_add_on: MakeAddOn, pass_seconds: Pass
) -> None:
    await add_on.start()
    again = await make_add_on()
    await again.connect()
    await again.close()
    await pass_seconds(55)
    assert state_of(hass, HEALTH) == "100"
    await pass_seconds(61)
    assert state_of(hass, HEALTH) == STATE_UNAVAILABLE


async def test_a_second_connect_on_the_same_socket(hass: HomeAssistant, add_on: AddOn) -> None:
    await add_on.start()
    await add_on.connect()
    assert await add_on.event() == (1, {"kind": "replaced"})
    await add_on.sync(CCU)
    assert (await add_on.send({"type": "unsubscribe_events", "subscription": 1}))["success"]
    await add_on.update(1, system_health=90)
    assert state_of(hass, HEALTH) == "90"


@pytest.mark.parametrize("protocol", [0, 3, -1])
async def test_a_protocol_that_is_not_understood(add_on: AddOn, protocol: int) -> None:
    error = await add_on.refused_connect(protocol=protocol)
    assert error["code"] == "protocol_mismatch"
    assert error["translation_placeholders"] == {"protocol": str(protocol), "minimum": "1", "maximum": "2"}
    assert f"protocol {protocol}" in error["message"]


async def test_later_versions_may_say_more_when_they_introduce_themselves(add_on: AddOn) -> None:
    await add_on.succeed(
        "hello", app_version="9", bundled_version="9", protocol={"min": 1, "max": 3, "beta": 4}, colour="blue"
    )
    error = await add_on.refused_connect(protocol=3, colour="blue", app={"version": "9", "url": None, "slug": "x"})
    assert error["code"] == "protocol_mismatch"


async def test_each_change_of_availability_is_logged_once(
    hass: HomeAssistant,
    add_on: AddOn,
    make_add_on: MakeAddOn,
    pass_seconds: Pass,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def said() -> list[str]:
        messages = [
            record.getMessage() for record in caplog.records if record.name.startswith("custom_components.homematic")
        ]
        caplog.clear()
        return messages

    await add_on.start()
    await add_on.sync(CCU)
    assert said() == ["The Homematic Vitals app is connected, its sensors are up to date"]
    await add_on.close()
    await pass_seconds(61)
    await pass_seconds(200)
    assert said() == [
        "The Homematic Vitals app was not heard for too long, its sensors are unavailable until it connects again"
    ]
    again = await make_add_on()
    await again.start()
    await again.succeed("goodbye", reason="stop")
    assert said() == [
        "The Homematic Vitals app is connected, its sensors are up to date",
        "The Homematic Vitals app was stopped, its sensors are unavailable until it connects again",
    ]


async def test_an_end_before_any_sync_has_no_effect(hass: HomeAssistant, add_on: AddOn, loaded: Any) -> None:
    await add_on.connect()
    await add_on.close()
    await hass.async_block_till_done()
    assert not loaded.runtime_data.data.available
