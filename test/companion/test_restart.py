"""An update that waits for a restart of Home Assistant."""

from collections.abc import Callable
import json
from pathlib import Path
from typing import Any

from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_mock_service
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.homematic_vitals import versions
from custom_components.homematic_vitals.const import DOMAIN, INTEGRATION_VERSION

from .add_on import AddOn
from .conftest import MakeAddOn

type Install = Callable[[str | None], None]


@pytest.fixture(autouse=True)
async def repairs_page(hass: HomeAssistant) -> None:
    """Load what the user interface talks to, before the web server starts."""
    assert await async_setup_component(hass, "repairs", {})


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Have another manifest installed; it can be replaced by any text or be removed."""
    path = tmp_path / "manifest.json"
    monkeypatch.setattr(versions, "MANIFEST", path)

    def install(content: str | None) -> None:
        if content is None:
            path.unlink()
        else:
            path.write_text(content)

    install(json.dumps({"version": "9.9.9"}))
    return install


def repair(hass: HomeAssistant) -> ir.IssueEntry | None:
    """Return the repair that asks for a restart."""
    return ir.async_get(hass).async_get_issue(DOMAIN, "restart_required")


async def test_the_same_version_asks_for_nothing(hass: HomeAssistant, add_on: AddOn) -> None:
    assert (await add_on.hello())["installed_version"] == INTEGRATION_VERSION
    assert repair(hass) is None


async def test_another_version_asks_for_a_restart_until_it_is_gone(
    hass: HomeAssistant, add_on: AddOn, install: Install
) -> None:
    answer = await add_on.hello()
    assert (answer["installed_version"], answer["integration_version"]) == ("9.9.9", INTEGRATION_VERSION)
    issue = repair(hass)
    assert issue
    assert issue.is_fixable
    assert issue.translation_placeholders == {
        "name": "Homematic Vitals",
        "installed": "9.9.9",
        "running": INTEGRATION_VERSION,
    }
    install(json.dumps({"version": INTEGRATION_VERSION}))
    await add_on.hello()
    assert repair(hass) is None


@pytest.mark.parametrize("content", [None, "", "{", "[]", "{}", '{"version": 5}', "\x00"])
async def test_a_manifest_that_cannot_be_read_asks_for_nothing(
    hass: HomeAssistant, add_on: AddOn, install: Install, content: str | None
) -> None:
    install(content)
    assert (await add_on.hello())["installed_version"] is None
    assert repair(hass) is None


async def test_nobody_is_asked_while_the_integration_does_not_run(
    hass: HomeAssistant, make_add_on: MakeAddOn, entry: MockConfigEntry, install: Install
) -> None:
    add_on = await make_add_on()
    await hass.config_entries.async_unload(entry.entry_id)
    assert (await add_on.hello())["entry_state"] == "not_loaded"
    assert repair(hass) is None


class Flow:
    """The flow of the repair, as the user interface runs it."""

    def __init__(self, client: Any) -> None:
        """Take the client of the web server."""
        self._client = client
        self._id = ""

    async def open(self) -> Any:
        """Click on the repair."""
        answer = await self._client.post(
            "/api/repairs/issues/fix", json={"handler": DOMAIN, "issue_id": "restart_required"}
        )
        shown = await answer.json()
        self._id = shown["flow_id"]
        return shown

    async def submit(self) -> Any:
        """Confirm."""
        answer = await self._client.post(f"/api/repairs/issues/fix/{self._id}", json={})
        return await answer.json()


@pytest.fixture
async def flow(hass: HomeAssistant, add_on: AddOn, install: Install, hass_client: ClientSessionGenerator) -> Flow:
    """Have a restart asked for."""
    await add_on.hello()
    return Flow(await hass_client())


async def test_a_click_restarts_home_assistant(hass: HomeAssistant, flow: Flow) -> None:
    calls = async_mock_service(hass, "homeassistant", "restart")
    shown = await flow.open()
    assert (shown["type"], shown["step_id"]) == ("form", "confirm")
    assert shown["description_placeholders"]["installed"] == "9.9.9"
    assert not calls
    assert (await flow.submit())["type"] == "create_entry"
    assert len(calls) == 1
    assert repair(hass) is None


async def test_a_restart_that_home_assistant_refuses_is_explained(hass: HomeAssistant, flow: Flow) -> None:
    async def refuse(_: ServiceCall) -> None:
        raise HomeAssistantError("The configuration is not valid")

    hass.services.async_register("homeassistant", "restart", refuse)
    await flow.open()
    answer = await flow.submit()
    assert (answer["type"], answer["reason"]) == ("abort", "restart_failed")
    assert repair(hass)
