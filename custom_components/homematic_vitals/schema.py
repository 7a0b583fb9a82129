"""The shape of every message, and how large its parts may be."""

from typing import Any, Final

from homeassistant.core import split_entity_id, valid_entity_id
from homeassistant.util import dt as dt_util
import voluptuous as vol

from .const import DOMAIN
from .models import Detail, Metrics, Reading, Value, topology_of

MAX_CCUS: Final = 256
MAX_INTERFACES: Final = 16
MAX_METRICS: Final = 1000
MAX_DETAILS: Final = 20
MAX_DETAIL_TEXTS: Final = 100
MAX_ISSUES: Final = 256
MAX_SHORT_TEXT: Final = 64
# Home Assistant takes no state that is longer.
MAX_TEXT: Final = 255
MAX_LONG_TEXT: Final = 2048
MAX_HEARTBEAT_S: Final = 3600

CCU_ID_PATTERN: Final = r"[A-Za-z0-9_.-]{1,64}"
INTERFACE_NAME_PATTERN: Final = r"[A-Za-z0-9_.-]{1,32}"


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


def optional_text(maximum: int) -> vol.Any:
    """Accept a text of one to `maximum` characters, or nothing."""
    return vol.Any(None, text(maximum))


def moment(value: object) -> str:
    """Accept a time in ISO 8601 with a time zone."""
    if not isinstance(value, str) or (time := dt_util.parse_datetime(value)) is None or time.tzinfo is None:
        raise vol.Invalid("expected a time with its time zone")
    return value


# Metrics are checked by plain code: they are the bulk of a message, and Home Assistant waits meanwhile.


def short(value: object, minimum: int, maximum: int) -> str:
    """Accept a text of so many characters."""
    if isinstance(value, str) and minimum <= len(value) <= maximum:
        return value
    raise vol.Invalid(f"expected a text of {minimum} to {maximum} characters")


def scalar(value: object) -> Value:
    """Accept what a value can be."""
    if value is None or isinstance(value, bool | int | float):
        return value
    return short(value, 0, MAX_TEXT)


def detail(value: object) -> Detail:
    """Accept what explains a value."""
    if isinstance(value, list):
        if len(value) > MAX_DETAIL_TEXTS:
            raise vol.Invalid(f"expected at most {MAX_DETAIL_TEXTS} texts")
        return [short(item, 0, MAX_LONG_TEXT) for item in value]
    if value is None or isinstance(value, str):
        return None if value is None else short(value, 0, MAX_LONG_TEXT)
    return number(value)


def reading(value: object) -> Reading[Value]:
    """Accept a value, alone or with its details."""
    if not isinstance(value, dict):
        return Reading(scalar(value))
    details = value.get("details")
    if value.keys() != {"value", "details"} or not isinstance(details, dict) or len(details) > MAX_DETAILS:
        raise vol.Invalid(f"expected a value and at most {MAX_DETAILS} details")
    return Reading(
        scalar(value["value"]),
        {short(name, 1, MAX_SHORT_TEXT): detail(content) for name, content in details.items()},
    )


def metrics(value: object) -> Metrics:
    """Accept values by metric key."""
    if not isinstance(value, dict) or len(value) > MAX_METRICS:
        raise vol.Invalid(f"expected at most {MAX_METRICS} values by metric key")
    return {short(key, 1, MAX_SHORT_TEXT): reading(content) for key, content in value.items()}


def entity_ids(value: object) -> dict[str, str]:
    """Accept entity ids by platform and metric key; both must be of the same platform."""
    if not isinstance(value, dict) or len(value) > MAX_METRICS:
        raise vol.Invalid(f"expected at most {MAX_METRICS} entity ids")
    for key, entity_id in value.items():
        platform, _, metric = short(key, 3, 2 * MAX_SHORT_TEXT).partition(".")
        if (
            not metric
            or not valid_entity_id(short(entity_id, 3, MAX_TEXT))
            or split_entity_id(entity_id)[0] != platform
        ):
            raise vol.Invalid(f"expected an entity id of the platform {platform}")
    return value


def interfaces_belong_to_their_ccu(ccu: dict[str, Any]) -> dict[str, Any]:
    """Refuse an interface whose id does not name its CCU and itself."""
    if any(interface["id"] != f"{ccu['id']}/{interface['name']}" for interface in ccu["interfaces"]):
        raise vol.Invalid("the id of an interface must be the id of its CCU, a slash and its name")
    return ccu


def different_devices(ccus: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Refuse a topology in which two devices could not be told apart."""
    topology = topology_of(ccus)
    named = sum(1 + len(ccu["interfaces"]) for ccu in ccus)
    if len({device.id_prefix for device in topology.values()}) < named:
        raise vol.Invalid("the id of each CCU and of each of its interfaces must be different")
    return ccus


def different_issues(issues: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Refuse issues that state one trouble of a CCU twice."""
    if len({(issue["ccu"], issue["key"]) for issue in issues}) < len(issues):
        raise vol.Invalid("each trouble of a CCU must be stated once")
    return issues


CCU_ID: Final = vol.All(str, vol.Match(rf"{CCU_ID_PATTERN}\Z"))
INTERFACE_NAME: Final = vol.All(str, vol.Match(rf"{INTERFACE_NAME_PATTERN}\Z"))
DEVICE_ID: Final = vol.All(str, vol.Match(rf"{CCU_ID_PATTERN}(/{INTERFACE_NAME_PATTERN})?\Z"))


def topology(extra: dict[Any, Any]) -> vol.All:
    """Accept a topology whose devices all have these fields beside those that describe them."""
    interface = {vol.Required("id"): DEVICE_ID, vol.Required("name"): INTERFACE_NAME, **extra}
    ccu = {
        vol.Required("id"): CCU_ID,
        vol.Required("name"): text(MAX_TEXT),
        vol.Required("model"): optional_text(MAX_TEXT),
        vol.Required("firmware"): optional_text(MAX_TEXT),
        vol.Optional("interfaces", default=list): vol.All([interface], vol.Length(max=MAX_INTERFACES)),
        **extra,
    }
    return vol.All(
        list,
        vol.Length(max=MAX_CCUS),
        [vol.All(ccu, interfaces_belong_to_their_ccu)],
        different_devices,
    )


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
        vol.Required("url"): optional_text(MAX_LONG_TEXT),
        vol.Extra: object,
    },
    vol.Required("heartbeat_s"): vol.All(number, vol.Range(min=1, max=MAX_HEARTBEAT_S)),
    vol.Extra: object,
}

SYNC: Final[dict[Any, Any]] = {
    vol.Required("type"): f"{DOMAIN}/sync",
    vol.Required("ccus"): topology({vol.Required("metrics"): metrics, vol.Optional("entity_ids"): entity_ids}),
}

UPDATE: Final[dict[Any, Any]] = {
    vol.Required("type"): f"{DOMAIN}/update",
    vol.Required("seq"): vol.All(integer, vol.Range(min=1)),
    vol.Required("values"): vol.All({DEVICE_ID: metrics}, vol.Length(max=MAX_CCUS * (1 + MAX_INTERFACES))),
}

EVENT: Final[dict[Any, Any]] = {
    vol.Required("type"): f"{DOMAIN}/event",
    vol.Required("ccu"): CCU_ID,
    vol.Required("event_type"): text(MAX_SHORT_TEXT),
    vol.Required("data"): {
        vol.Required("interface"): optional_text(MAX_TEXT),
        vol.Required("cause"): optional_text(MAX_SHORT_TEXT),
        vol.Required("message"): text(MAX_LONG_TEXT),
        vol.Required("remedy"): optional_text(MAX_LONG_TEXT),
        vol.Required("since"): moment,
        vol.Required("duration_s"): vol.Any(None, vol.All(number, vol.Range(min=0))),
    },
}

ISSUES: Final[dict[Any, Any]] = {
    vol.Required("type"): f"{DOMAIN}/issues",
    vol.Required("issues"): vol.All(
        [
            {
                vol.Required("ccu"): CCU_ID,
                vol.Required("key"): text(MAX_SHORT_TEXT),
                vol.Required("interfaces"): vol.All([text(MAX_TEXT)], vol.Length(max=MAX_INTERFACES)),
                vol.Required("url"): optional_text(MAX_LONG_TEXT),
            }
        ],
        vol.Length(max=MAX_ISSUES),
        different_issues,
    ),
}

GOODBYE: Final[dict[Any, Any]] = {
    vol.Required("type"): f"{DOMAIN}/goodbye",
    vol.Required("reason"): vol.In(("stop", "restart", "update")),
}

STORED_CCUS: Final = vol.Schema(topology({vol.Required("metrics"): [text(MAX_SHORT_TEXT)]}))
