"""Names, icons and versions stand in several files; here they are held together."""

import json
from pathlib import Path
import re
import subprocess
import sys
from typing import Any

import pytest
import yaml

from custom_components import homematic_vitals
from custom_components.homematic_vitals import catalogue, const
from custom_components.homematic_vitals.sensor import SENSORS

FOLDER = Path(homematic_vitals.__file__).parent


def read(name: str) -> dict[str, Any]:
    """Read a JSON file of the integration."""
    content: dict[str, Any] = json.loads((FOLDER / name).read_text())
    return content


def leaves(content: Any, path: str = "") -> dict[str, str]:
    """Return all texts by path."""
    if isinstance(content, str):
        return {path: content}
    return {key: text for name, part in content.items() for key, text in leaves(part, f"{path}/{name}").items()}


ENGLISH = leaves(read("translations/en.json"))
GERMAN = leaves(read("translations/de.json"))


def test_all_modules_are_imported_at_once() -> None:
    modules = {f"{homematic_vitals.__name__}.{path.stem}" for path in FOLDER.glob("*.py")} - {
        f"{homematic_vitals.__name__}.__init__"
    }
    script = f"import sys, homeassistant.runner, {homematic_vitals.__name__}; print(*sys.modules)"
    imported = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True).stdout
    assert modules - set(imported.split()) == set()


def test_the_code_and_the_manifest_have_the_same_version() -> None:
    assert read("manifest.json")["version"] == const.INTEGRATION_VERSION


def test_the_metric_keys_are_those_of_the_protocol() -> None:
    assert set(catalogue.KNOWN_METRICS) == {"system_health", "connection_latency", "last_event_age"}


def test_both_languages_have_every_text() -> None:
    assert ENGLISH.keys() == GERMAN.keys()
    assert [path for path in ENGLISH if not (ENGLISH[path].strip() and GERMAN[path].strip())] == []


def test_the_placeholders_are_the_same_in_both_languages() -> None:
    def placeholders(text: str) -> list[str]:
        return sorted(re.findall(r"\{\w+\}", text))

    assert [path for path in ENGLISH if placeholders(ENGLISH[path]) != placeholders(GERMAN[path])] == []


@pytest.mark.parametrize("description", SENSORS, ids=lambda description: description.key)
def test_every_sensor_has_a_name_and_an_icon(description: Any) -> None:
    assert f"/entity/sensor/{description.translation_key}/name" in ENGLISH
    icons = read("icons.json")["entity"]["sensor"][description.translation_key]
    steps = [float(step) for step in icons["range"]]
    assert steps == sorted(steps)
    assert all(icon.startswith("mdi:") for icon in (icons["default"], *icons["range"].values()))


def test_every_refusal_has_a_text() -> None:
    codes = {value for name, value in vars(const).items() if name.startswith("ERR_")}
    texts = {path.split("/")[2] for path in ENGLISH if path.startswith("/exceptions/")}
    assert texts == {*codes, "invalid_value"}


def test_the_quality_scale_names_a_reason_for_everything_that_is_not_done() -> None:
    rules = yaml.safe_load((FOLDER / "quality_scale.yaml").read_text())["rules"]
    for name, rule in rules.items():
        status = rule if isinstance(rule, str) else rule["status"]
        assert status in {"done", "todo", "exempt"}, name
        assert status == "done" or rule["comment"], name


def test_the_brand_images_have_the_sizes_that_home_assistant_wants() -> None:
    def size(name: str) -> tuple[int, int]:
        header = (FOLDER / "brand" / name).read_bytes()[:24]
        assert header.startswith(b"\x89PNG")
        return int.from_bytes(header[16:20]), int.from_bytes(header[20:24])

    assert size("icon.png") == (256, 256)
    assert size("icon@2x.png") == (512, 512)
