"""The shape of every message, and how large its parts may be."""

from typing import Any, Final

import voluptuous as vol

from .const import DOMAIN

MAX_CCUS: Final = 64
MAX_METRICS: Final = 1000
MAX_SHORT_TEXT: Final = 64
# Home Assistant takes no state that is longer.
MAX_TEXT: Final = 255
MAX_URL: Final = 2048
MAX_HEARTBEAT_S: Final = 3600


def number(value: object) -> int | float:
    """Accept a number; a boolean is none, although it is an int in Python."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise vol.Invalid("expected a number")
    return value


def integer(value: object) -> int:
    """Accept an integer; a boolean is none, although it is an int in Python."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise vol.Invalid("expected an integer")
    return value


def text(maximum: int) -> vol.All:
    """Accept a text of one to `maximum` characters."""
    return vol.All(str, vol.Length(min=1, max=maximum))


def different_ids(ccus: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Refuse a topology that names a CCU twice."""
    if len({ccu["id"] for ccu in ccus}) < len(ccus):
        raise vol.Invalid("the id of each CCU must be different")
    return ccus


CCU_ID: Final = vol.All(str, vol.Match(r"[A-Za-z0-9_.-]{1,64}\Z"))
METRICS: Final = vol.All(
    {text(MAX_SHORT_TEXT): vol.Any(None, bool, number, vol.All(str, vol.Length(max=MAX_TEXT)))},
    vol.Length(max=MAX_METRICS),
)

CCU_FIELDS: Final[dict[Any, Any]] = {
    vol.Required("id"): CCU_ID,
    vol.Required("name"): text(MAX_TEXT),
    vol.Required("model"): vol.Any(None, text(MAX_TEXT)),
    vol.Required("firmware"): vol.Any(None, text(MAX_TEXT)),
}

# hello and connect decide whether both sides understand each other, so a later version may add fields to them.
HELLO: Final[dict[Any, Any]] = {
    vol.Required("type"): f"{DOMAIN}/hello",
    vol.Required("app_version"): text(MAX_SHORT_TEXT),
    vol.Required("bundled_version"): text(MAX_SHORT_TEXT),
    vol.Required("protocol"): {
        vol.Required("min"): integer,
        vol.Required("max"): integer,
        vol.Extra: object,
    },
    vol.Extra: object,
}

CONNECT: Final[dict[Any, Any]] = {
    vol.Required("type"): f"{DOMAIN}/connect",
    vol.Required("protocol"): integer,
    vol.Required("instance_id"): text(MAX_SHORT_TEXT),
    vol.Required("app"): {
        vol.Required("version"): text(MAX_SHORT_TEXT),
        vol.Required("url"): vol.Any(None, text(MAX_URL)),
        vol.Extra: object,
    },
    vol.Required("heartbeat_s"): vol.All(number, vol.Range(min=1, max=MAX_HEARTBEAT_S)),
    vol.Extra: object,
}

SYNC: Final[dict[Any, Any]] = {
    vol.Required("type"): f"{DOMAIN}/sync",
    vol.Required("ccus"): vol.All(
        [{**CCU_FIELDS, vol.Required("metrics"): METRICS}],
        vol.Length(max=MAX_CCUS),
        different_ids,
    ),
}

UPDATE: Final[dict[Any, Any]] = {
    vol.Required("type"): f"{DOMAIN}/update",
    vol.Required("seq"): vol.All(integer, vol.Range(min=1)),
    vol.Required("values"): vol.All({CCU_ID: METRICS}, vol.Length(max=MAX_CCUS)),
}

GOODBYE: Final[dict[Any, Any]] = {
    vol.Required("type"): f"{DOMAIN}/goodbye",
    vol.Required("reason"): vol.In(("stop", "restart", "update")),
}

STORED_CCUS: Final = vol.Schema(vol.All([CCU_FIELDS], different_ids))
