"""Repairs come with their reason and go with it."""

from collections.abc import Mapping
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.homematic_vitals.const import DOMAIN
from custom_components.homematic_vitals.issues import SessionIssues

from .add_on import CCU, GARAGE, AddOn, load_fixture
from .conftest import MakeAddOn, Pass

CALLBACK = f"callback_unreachable_{CCU['id']}"
CREDENTIALS = f"credentials_rejected_{GARAGE['id']}"
STATED: list[dict[str, Any]] = load_fixture("issues")["request"]["issues"]


def repairs(hass: HomeAssistant) -> set[str]:
    """Return the ids of our repairs."""
    return {issue_id for domain, issue_id in ir.async_get(hass).issues if domain == DOMAIN}


def placeholders(hass: HomeAssistant, issue_id: str) -> Mapping[str, str] | None:
    """Return what a repair says beside its text."""
    issue = ir.async_get(hass).async_get_issue(DOMAIN, issue_id)
    assert issue
    assert issue.severity in {"error", "warning"}
    assert not issue.is_persistent
    assert issue.learn_more_url
    return issue.translation_placeholders


async def test_the_troubles_of_the_ccus_are_repairs(hass: HomeAssistant, add_on: AddOn) -> None:
    await add_on.start(CCU, GARAGE)
    assert await add_on.succeed("issues", issues=STATED) == {"unknown_keys": []}
    assert repairs(hass) == {CALLBACK, CREDENTIALS}
    assert placeholders(hass, CALLBACK) == {
        "ccu": "CCU",
        "interfaces": "BidCos-RF",
        "url": "http://192.168.178.10:2121/",
    }
    assert placeholders(hass, CREDENTIALS) == {"ccu": "Garage", "interfaces": "BidCos-RF, HmIP-RF", "url": "-"}


async def test_what_is_no_longer_stated_is_withdrawn(hass: HomeAssistant, add_on: AddOn) -> None:
    await add_on.start(CCU, GARAGE)
    await add_on.succeed("issues", issues=STATED)
    await add_on.succeed("issues", issues=[{**STATED[0], "interfaces": []}])
    assert repairs(hass) == {CALLBACK}
    assert (placeholders(hass, CALLBACK) or {})["interfaces"] == "-"
    await add_on.succeed("issues", issues=[])
    assert repairs(hass) == set()


async def test_troubles_of_a_later_version_are_named_and_ignored(hass: HomeAssistant, add_on: AddOn) -> None:
    await add_on.start(CCU, GARAGE)
    future = [{**issue, "key": "future"} for issue in STATED]
    assert await add_on.succeed("issues", issues=[*STATED, *future]) == {"unknown_keys": ["future"]}
    assert repairs(hass) == {CALLBACK, CREDENTIALS}


async def test_troubles_of_a_ccu_that_nobody_told_of_are_refused(hass: HomeAssistant, add_on: AddOn) -> None:
    await add_on.connect()
    assert await add_on.succeed("issues", issues=[]) == {"unknown_keys": []}
    assert (await add_on.fail("issues", issues=STATED))["code"] == "unknown_ccu"
    await add_on.sync(CCU)
    assert (await add_on.fail("issues", issues=STATED))["code"] == "unknown_ccu"
    assert repairs(hass) == set()


async def test_the_troubles_of_a_ccu_go_with_it(hass: HomeAssistant, add_on: AddOn) -> None:
    await add_on.start(CCU, GARAGE)
    await add_on.succeed("issues", issues=STATED)
    await add_on.sync(CCU)
    assert repairs(hass) == {CALLBACK}


async def test_troubles_go_when_the_values_do(
    hass: HomeAssistant, add_on: AddOn, make_add_on: MakeAddOn, pass_seconds: Pass
) -> None:
    await add_on.start(CCU, GARAGE)
    await add_on.succeed("issues", issues=STATED)
    await add_on.close()
    await pass_seconds(55)
    assert repairs(hass) == {CALLBACK, CREDENTIALS}
    await pass_seconds(61)
    assert repairs(hass) == set()
    again = await make_add_on()
    await again.start(CCU, GARAGE)
    await again.succeed("issues", issues=STATED)
    await again.succeed("goodbye", reason="stop")
    assert repairs(hass) == set()


async def test_unloading_withdraws_everything(
    hass: HomeAssistant, add_on: AddOn, make_add_on: MakeAddOn, loaded: MockConfigEntry
) -> None:
    await add_on.start(CCU, GARAGE)
    await add_on.succeed("issues", issues=STATED)
    await (await make_add_on()).refused_connect(instance_id="another")
    await add_on.hello(protocol={"min": 5, "max": 6})
    assert len(repairs(hass)) == 4
    await hass.config_entries.async_unload(loaded.entry_id)
    assert repairs(hass) == set()


@pytest.mark.parametrize(
    ("minimum", "maximum", "side"),
    [(3, 4, "integration"), (-1, 0, "add_on")],
)
async def test_the_older_side_is_named_when_both_do_not_understand_each_other(
    hass: HomeAssistant, add_on: AddOn, minimum: int, maximum: int, side: str
) -> None:
    await add_on.hello(protocol={"min": minimum, "max": maximum})
    issue = ir.async_get(hass).async_get_issue(DOMAIN, "protocol_mismatch")
    assert issue
    assert issue.translation_key == f"protocol_mismatch_update_{side}"
    await add_on.hello(protocol={"min": minimum, "max": 2} if side == "add_on" else {"min": 2, "max": maximum})
    assert repairs(hass) == set()
    await add_on.refused_connect(protocol=maximum)
    assert repairs(hass) == {"protocol_mismatch"}
    await add_on.connect()
    assert repairs(hass) == set()


async def test_a_mismatch_is_no_repair_while_the_integration_does_not_run(
    hass: HomeAssistant, make_add_on: MakeAddOn, entry: MockConfigEntry
) -> None:
    add_on = await make_add_on()
    await hass.config_entries.async_unload(entry.entry_id)
    await add_on.hello(protocol={"min": 3, "max": 4})
    assert repairs(hass) == set()


async def test_a_second_add_on_is_a_repair_until_it_gives_up(
    hass: HomeAssistant, add_on: AddOn, make_add_on: MakeAddOn, pass_seconds: Pass
) -> None:
    await add_on.start(heartbeat_s=3600)
    intruder = await make_add_on()
    await intruder.refused_connect(instance_id="another")
    assert repairs(hass) == {"second_instance"}
    await pass_seconds(595)
    await intruder.refused_connect(instance_id="another")
    await pass_seconds(595)
    assert repairs(hass) == {"second_instance"}
    await pass_seconds(601)
    assert repairs(hass) == set()


async def test_a_second_add_on_is_no_repair_when_the_first_one_is_gone(
    hass: HomeAssistant, add_on: AddOn, make_add_on: MakeAddOn
) -> None:
    await add_on.start()
    await (await make_add_on()).refused_connect(instance_id="another")
    await add_on.succeed("goodbye", reason="restart")
    assert repairs(hass) == set()


async def test_two_add_ons_that_take_turns_are_a_repair_until_one_lives_undisturbed(
    hass: HomeAssistant, make_add_on: MakeAddOn, add_on: AddOn, pass_seconds: Pass
) -> None:
    other = await make_add_on()
    for turn in (add_on, other, add_on):
        await turn.start(heartbeat_s=3600)
        assert repairs(hass) == set()
    await other.start(heartbeat_s=3600)
    assert repairs(hass) == {"same_identity"}
    await pass_seconds(595)
    assert repairs(hass) == {"same_identity"}
    await pass_seconds(601)
    assert repairs(hass) == set()


async def test_the_repair_of_two_identities_goes_although_both_add_ons_were_stopped(
    hass: HomeAssistant, make_add_on: MakeAddOn, add_on: AddOn, pass_seconds: Pass
) -> None:
    other = await make_add_on()
    for turn in (add_on, other, add_on, other):
        await turn.start(heartbeat_s=3600)
    assert repairs(hass) == {"same_identity"}
    await other.succeed("goodbye", reason="stop")
    await pass_seconds(601)
    assert repairs(hass) == set()


async def test_few_take_overs_are_no_repair(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    issues = SessionIssues(hass)
    for _ in range(5):
        issues.async_taken_over()
        freezer.tick(301)
    assert repairs(hass) == set()
    freezer.tick(-301)
    issues.async_taken_over()
    assert repairs(hass) == {"same_identity"}
    issues.async_close()


async def test_a_new_session_on_the_same_socket_is_no_take_over(hass: HomeAssistant, add_on: AddOn) -> None:
    for _ in range(5):
        await add_on.start()
    assert repairs(hass) == set()


async def test_an_add_on_that_crashes_again_and_again_takes_nothing_over(
    hass: HomeAssistant, make_add_on: MakeAddOn, loaded: MockConfigEntry
) -> None:
    for _ in range(5):
        add_on = await make_add_on()
        await add_on.start()
        await add_on.close()
        await hass.async_block_till_done()
    assert repairs(hass) == set()


@pytest.mark.expects_warnings
@pytest.mark.parametrize(
    "issues",
    [
        None,
        {},
        [None],
        [STATED[0], STATED[0]],
        [{**STATED[0], "ccu": "not allowed"}],
        [{**STATED[0], "key": ""}],
        [{**STATED[0], "interfaces": "HmIP-RF"}],
        [{**STATED[0], "interfaces": ["x"] * 17}],
        [{**STATED[0], "url": "x" * 2049}],
        [{**STATED[0], "colour": "blue"}],
        [{**STATED[0], "key": f"key_{number}"} for number in range(257)],
    ],
)
async def test_issues_of_an_impossible_form_are_refused(hass: HomeAssistant, add_on: AddOn, issues: Any) -> None:
    await add_on.start(CCU, GARAGE)
    assert (await add_on.fail("issues", issues=issues))["code"] == "invalid_format"
    assert repairs(hass) == set()
