"""The rules that Home Assistant's own checker (hassfest) has for the files of an integration, and those of HACS."""

import json
from pathlib import Path
import re
import string
from typing import Any
from urllib.parse import urlsplit

from awesomeversion import AwesomeVersion, AwesomeVersionStrategy
import pytest
import voluptuous as vol

from custom_components import homematic_vitals
from custom_components.homematic_vitals.const import DOMAIN, INTEGRATION_VERSION, NAME, PLATFORMS

FOLDER = Path(homematic_vitals.__file__).parent
ROOT = FOLDER.parents[1]
LANGUAGES = ("de", "en")


def read(path: Path) -> Any:
    """Read a JSON file."""
    return json.loads(path.read_text(encoding="utf-8"))


MANIFEST: dict[str, Any] = read(FOLDER / "manifest.json")


def web_address(value: Any) -> str:
    """Accept an address that a browser can open safely."""
    parts = urlsplit(vol.Schema(str)(value))
    if parts.scheme != "https" or "." not in parts.netloc:
        raise vol.Invalid("expected an https address")
    return str(value)


def key(value: Any) -> str:
    """Accept what can name a text: small letters, digits and single separators within."""
    if not re.fullmatch(r"[a-z0-9]+([_-][a-z0-9]+)*", value):
        raise vol.Invalid("expected a translation key")
    return str(value)


def plain_text(value: Any) -> str:
    """Accept a text without markup, addresses and outer spaces, whose placeholders are names."""
    text = vol.Schema(str)(value)
    if re.search(r"<[a-z/]", text, re.IGNORECASE) or re.search(r"\w+://|www\.", text):
        raise vol.Invalid("expected neither markup nor an address")
    if text != text.strip() or not text:
        raise vol.Invalid("expected a text without spaces around it")
    if re.search(r"'\{\w+\}'", text):
        raise vol.Invalid("expected no placeholder in single quotes")
    if not all(name.isidentifier() for _, name, _, _ in string.Formatter().parse(text) if name is not None):
        raise vol.Invalid("expected placeholders that are names")
    return str(value)


def constant_text(value: Any) -> str:
    """Accept a text without placeholders."""
    if "{" in plain_text(value):
        raise vol.Invalid("expected no placeholder")
    return str(value)


def icon(value: Any) -> str:
    """Accept the name of an icon."""
    if not re.fullmatch(r"mdi:[a-z0-9]+(-[a-z0-9]+)*", value):
        raise vol.Invalid("expected an icon")
    return str(value)


FLOW = {
    vol.Required("step"): {
        key: {
            vol.Optional("title"): plain_text,
            vol.Optional("description"): plain_text,
        }
    },
    vol.Optional("abort"): {key: plain_text},
    vol.Optional("error"): {key: plain_text},
}
TRANSLATIONS = vol.Schema(
    {
        vol.Required("title"): constant_text,
        vol.Required("config"): FLOW,
        vol.Required("entity"): {
            vol.In([str(platform) for platform in PLATFORMS]): {
                key: {
                    vol.Required("name"): constant_text,
                    vol.Optional("state"): {key: constant_text},
                    vol.Optional("state_attributes"): {
                        key: {vol.Required("name"): constant_text, vol.Optional("state"): {key: constant_text}}
                    },
                    vol.Optional("unit_of_measurement"): constant_text,
                }
            }
        },
        vol.Required("exceptions"): {key: {vol.Required("message"): plain_text}},
        vol.Required("issues"): {
            key: vol.Any(
                {vol.Required("title"): plain_text, vol.Required("description"): plain_text},
                {vol.Required("title"): plain_text, vol.Required("fix_flow"): FLOW},
            )
        },
        vol.Required("system_health"): {vol.Required("info"): {key: constant_text}},
    }
)
ICONS = vol.Schema(
    {
        vol.Required("entity"): {
            vol.In([str(platform) for platform in PLATFORMS]): {
                key: {
                    vol.Required("default"): icon,
                    vol.Optional("state"): {key: icon},
                    vol.Optional("range"): {vol.Coerce(float): icon},
                    vol.Optional("state_attributes"): {
                        key: {vol.Required("default"): icon, vol.Optional("state"): {key: icon}}
                    },
                }
            }
        }
    }
)


def test_the_manifest_has_what_it_must_and_nothing_else() -> None:
    vol.Schema(
        {
            vol.Required("domain"): DOMAIN,
            vol.Required("name"): NAME,
            vol.Required("codeowners"): vol.All([vol.Match(r"@[\w-]+\Z")], vol.Length(min=1)),
            vol.Required("config_flow"): True,
            vol.Required("dependencies"): [str],
            vol.Required("documentation"): web_address,
            vol.Required("integration_type"): vol.In(("device", "hub", "service")),
            vol.Required("iot_class"): "local_push",
            vol.Required("issue_tracker"): web_address,
            vol.Required("requirements"): [str],
            vol.Required("version"): INTEGRATION_VERSION,
        }
    )(MANIFEST)
    assert FOLDER.name == MANIFEST["domain"]


def test_the_keys_of_the_manifest_are_in_order() -> None:
    assert list(MANIFEST) == ["domain", "name", *sorted(MANIFEST.keys() - {"domain", "name"})]


def test_home_assistant_can_compare_the_version() -> None:
    strategies = [AwesomeVersionStrategy.SEMVER, AwesomeVersionStrategy.PEP440]
    assert AwesomeVersion(MANIFEST["version"], ensure_strategy=strategies).valid


def test_every_platform_has_its_module() -> None:
    assert [platform for platform in PLATFORMS if not (FOLDER / f"{platform}.py").exists()] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_texts_have_the_form_that_home_assistant_expects(language: str) -> None:
    TRANSLATIONS(read(FOLDER / "translations" / f"{language}.json"))
    assert {path.stem for path in (FOLDER / "translations").iterdir()} == set(LANGUAGES)
    assert not (FOLDER / "strings.json").exists()


def test_the_icons_have_the_form_that_home_assistant_expects() -> None:
    icons = read(FOLDER / "icons.json")
    ICONS(icons)
    for entities in icons["entity"].values():
        for described in entities.values():
            assert described["default"] not in described.get("state", {}).values()


@pytest.mark.parametrize(
    ("schema", "bad"),
    [
        (TRANSLATIONS, {"title": "<b>Homematic</b>"}),
        (TRANSLATIONS, {"title": "https://example.org"}),
        (TRANSLATIONS, {"exceptions": {"Bad Key": {"message": "Text"}}}),
        (TRANSLATIONS, {"exceptions": {"key": {"message": "'{quoted}'"}}}),
        (TRANSLATIONS, {"issues": {"key": {"title": "Text"}}}),
        (ICONS, {"entity": {"sensor": {"key": {"default": "fa:heart"}}}}),
    ],
)
def test_these_checks_find_mistakes(schema: vol.Schema, bad: dict[str, Any]) -> None:
    good = read(FOLDER / "translations" / "en.json") if schema is TRANSLATIONS else read(FOLDER / "icons.json")
    with pytest.raises(vol.Invalid):
        schema({**good, **bad})


def test_hacs_finds_what_it_needs() -> None:
    vol.Schema(
        {
            vol.Required("name"): NAME,
            vol.Required("homeassistant"): vol.Match(r"\d{4}\.\d{1,2}\.\d+\Z"),
            vol.Required("render_readme"): True,
        }
    )(read(ROOT / "hacs.json"))
    assert [path.name for path in (ROOT / "custom_components").iterdir() if path.is_dir() and path.name[0] != "_"] == [
        DOMAIN
    ]
