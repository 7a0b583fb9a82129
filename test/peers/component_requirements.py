"""Prints what the components of the installed Home Assistant need, so that no start has to fetch a package.

A component's packages are named in its manifest; the package "homeassistant" does not depend on them.
"""

import json
from pathlib import Path
import sys

import homeassistant
from homeassistant.bootstrap import (
    CORE_INTEGRATIONS,
    DEFAULT_INTEGRATIONS,
    LOGGING_AND_HTTP_DEPS_INTEGRATIONS,
)

COMPONENTS = Path(homeassistant.__file__).parent / "components"
# "backup" imports "hassio" wherever it runs.
ALSO_USED = {"config", "hassio", "history", "logbook", "mqtt", "recorder"}
NEVER_USED = {"sentry"}


def manifest(domain: str) -> dict:
    """Return the manifest of a component, empty if it has none."""
    file = COMPONENTS / domain / "manifest.json"
    return json.loads(file.read_text()) if file.exists() else {}


def requirements() -> set[str]:
    """Return the packages of the components that a start loads, with those they depend on."""
    todo = CORE_INTEGRATIONS | DEFAULT_INTEGRATIONS | LOGGING_AND_HTTP_DEPS_INTEGRATIONS | ALSO_USED
    seen = set(NEVER_USED)
    found: set[str] = set()
    while todo := todo - seen:
        domain = todo.pop()
        seen.add(domain)
        found.update(manifest(domain).get("requirements", []))
        todo.update(manifest(domain).get("dependencies", []))
    return found


sys.stdout.write("\n".join(sorted(requirements())) + "\n")
