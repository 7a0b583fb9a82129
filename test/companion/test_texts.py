"""Names, icons and versions stand in several files; here they are held together."""

from collections.abc import Iterator
import json
from pathlib import Path
import re
import subprocess
import sys
from typing import Any

import pytest
import yaml

from custom_components import homematic_vitals
from custom_components.homematic_vitals import const, issues, system_health
from custom_components.homematic_vitals.binary_sensor import ADD_ON_CONNECTION, BINARY_SENSORS
from custom_components.homematic_vitals.entity import VitalsEntityDescription
from custom_components.homematic_vitals.event import INCIDENT
from custom_components.homematic_vitals.sensor import SENSORS

FOLDER = Path(homematic_vitals.__file__).parent
SOURCES = Path(__file__).parents[2] / "src"


def read(name: str) -> dict[str, Any]:
    """Read a JSON file of the integration."""
    content: dict[str, Any] = json.loads((FOLDER / name).read_text())
    return content


def leaves(content: Any, path: str = "") -> dict[str, str]:
    """Return all texts by path."""
    if isinstance(content, str):
        return {path: content}
    return {key: text for name, part in content.items() for key, text in leaves(part, f"{path}/{name}").items()}


def all_entities() -> Iterator[tuple[str, str, VitalsEntityDescription | None]]:
    """Name the platform and the translation key of each entity, with its description if it shows a metric."""
    yield "binary_sensor", ADD_ON_CONNECTION, None
    yield "event", INCIDENT, None
    for platform, tables in (("binary_sensor", BINARY_SENSORS), ("sensor", SENSORS)):
        for table in tables.values():
            for key, description in table.items():
                yield platform, key, description


ENTITIES = {f"{platform}.{key}": (platform, key, description) for platform, key, description in all_entities()}
ENGLISH = leaves(read("translations/en.json"))
GERMAN = leaves(read("translations/de.json"))


def names_below(path: str, texts: dict[str, str] = ENGLISH) -> set[str]:
    """Return what stands directly below a path."""
    return {text.removeprefix(path).split("/")[1] for text in texts if text.startswith(f"{path}/")}


def test_all_modules_are_imported_at_once() -> None:
    modules = {f"{homematic_vitals.__name__}.{path.stem}" for path in FOLDER.glob("*.py")} - {
        f"{homematic_vitals.__name__}.__init__"
    }
    script = f"import sys, homeassistant.runner, {homematic_vitals.__name__}; print(*sys.modules)"
    imported = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True).stdout
    assert modules - set(imported.split()) == set()


def test_both_languages_have_every_text() -> None:
    assert ENGLISH.keys() == GERMAN.keys()
    assert [path for path in ENGLISH if not (ENGLISH[path].strip() and GERMAN[path].strip())] == []


def test_the_placeholders_are_the_same_in_both_languages() -> None:
    def placeholders(text: str) -> set[str]:
        return set(re.findall(r"\{\w+\}", text))

    assert [path for path in ENGLISH if placeholders(ENGLISH[path]) != placeholders(GERMAN[path])] == []


def test_german_addresses_the_user_formally() -> None:
    informal = re.compile(r"\b(du|dir|dich|dein|deine[rnms]?)\b", re.IGNORECASE)
    assert [text for text in GERMAN.values() if informal.search(text)] == []


@pytest.mark.parametrize(("platform", "key", "description"), ENTITIES.values(), ids=ENTITIES)
def test_every_entity_has_a_name_and_an_icon(
    platform: str, key: str, description: VitalsEntityDescription | None
) -> None:
    assert f"/entity/{platform}/{key}/name" in ENGLISH
    icons = read("icons.json")["entity"][platform][key]
    steps = [float(step) for step in icons.get("range", {})]
    assert steps == sorted(steps)
    assert all(icon.startswith("mdi:") for icon in leaves(icons).values())


@pytest.mark.parametrize(("platform", "key", "description"), ENTITIES.values(), ids=ENTITIES)
def test_every_state_detail_and_unit_has_a_text(
    platform: str, key: str, description: VitalsEntityDescription | None
) -> None:
    if description is None:
        return
    path = f"/entity/{platform}/{key}"
    assert names_below(f"{path}/state") == set(getattr(description, "options", None) or ())
    assert names_below(f"{path}/state_attributes") == description.details
    counts = (
        platform == "sensor"
        and getattr(description, "state_class", None) is not None
        and getattr(description, "native_unit_of_measurement", None) is None
    )
    assert (f"{path}/unit_of_measurement" in ENGLISH) == counts


def test_no_entity_has_texts_or_icons_without_existing() -> None:
    icons = read("icons.json")["entity"]
    assert {f"{platform}.{key}" for platform, keys in icons.items() for key in keys} == set(ENTITIES)
    assert {
        f"{platform}.{key}" for platform in names_below("/entity") for key in names_below(f"/entity/{platform}")
    } == set(ENTITIES)


def test_every_event_type_and_its_attributes_have_a_text() -> None:
    path = "/entity/event/incident/state_attributes"
    assert names_below(f"{path}/event_type/state") == set(const.EVENT_TYPES)
    assert names_below(f"{path}/cause/state") == set(const.CAUSES)
    attributes = {"cause", "duration_s", "event_type", "interface", "message", "remedy", "since"}
    assert names_below(path) == attributes
    assert all(f"{path}/{name}/name" in ENGLISH for name in attributes)


def listed(file: str, constant: str) -> tuple[str, ...]:
    """Read a list of texts from a TypeScript file."""
    source = (SOURCES / file).read_text()
    found = re.search(rf"export const {constant} = \[(.*?)\]", source, re.DOTALL)
    assert found, constant
    return tuple(re.findall(r'"(\w+)"', found[1]))


def test_both_sides_know_the_same_words() -> None:
    assert listed("diagnosis/cause-codes.ts", "CAUSE_CODES") == const.CAUSES
    assert listed("hub/hub-sensor-sink.ts", "HUB_EVENT_TYPES") == const.EVENT_TYPES
    assert listed("hub/hub-sensor-sink.ts", "HUB_PROBLEM_KEYS") == const.TROUBLES


@pytest.mark.parametrize(("kind", "constant"), [("ccu", "CCU_METRICS"), ("interface", "INTERFACE_METRICS")])
def test_both_sides_know_the_same_metrics(kind: Any, constant: str) -> None:
    assert {*SENSORS[kind], *BINARY_SENSORS[kind]} == set(listed("hub/hub-sensor-sink.ts", constant))


def test_every_refusal_has_a_text() -> None:
    codes = {value for name, value in vars(const).items() if name.startswith("ERR_")}
    assert names_below("/exceptions") == {*codes, "invalid_value", "device_is_the_add_on", "device_is_watched"}


def test_every_repair_has_a_text() -> None:
    own = {issues.SECOND_INSTANCE, issues.SAME_IDENTITY, issues.UPDATE_ADD_ON, issues.UPDATE_INTEGRATION}
    assert names_below("/issues") == {*own, issues.RESTART_REQUIRED, *const.TROUBLES}
    for key in (*own, *const.TROUBLES):
        assert f"/issues/{key}/description" in ENGLISH
    assert names_below("/system_health/info") == set(system_health.INFORMATION)


def test_the_quality_scale_names_a_reason_for_everything_that_is_not_done() -> None:
    rules = yaml.safe_load((FOLDER / "quality_scale.yaml").read_text())["rules"]
    for name, rule in rules.items():
        status = rule if isinstance(rule, str) else rule["status"]
        assert status in {"done", "exempt"}, name
        assert status == "done" or rule["comment"], name


def test_the_brand_images_have_the_sizes_that_home_assistant_wants() -> None:
    def size(name: str) -> tuple[int, int]:
        header = (FOLDER / "brand" / name).read_bytes()[:24]
        assert header.startswith(b"\x89PNG")
        return int.from_bytes(header[16:20]), int.from_bytes(header[20:24])

    assert size("icon.png") == (256, 256)
    assert size("icon@2x.png") == (512, 512)
