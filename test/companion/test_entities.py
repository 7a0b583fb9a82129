"""The entities of a CCU and its interfaces, as docs/companion-protocol.md lists them."""

import re
from typing import Any

from homeassistant.const import MATCH_ALL, STATE_OFF, STATE_ON, STATE_UNKNOWN, EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.homematic_vitals.binary_sensor import BINARY_SENSORS
from custom_components.homematic_vitals.models import DeviceKind
from custom_components.homematic_vitals.sensor import SENSORS

from .add_on import CCU, FIXTURES, FULL, HMIP, AddOn, ccu
from .conftest import state_of

HEADLINE, DIAGNOSTIC, RARE = (None, True), (EntityCategory.DIAGNOSTIC, True), (EntityCategory.DIAGNOSTIC, False)

OF_CCU = {
    "sensor.system-health": ("System health", HEADLINE),
    "sensor.connection-latency": ("Connection latency", HEADLINE),
    "sensor.last-event-age": ("Last event age", HEADLINE),
    "sensor.last-event": ("Last event", DIAGNOSTIC),
    "sensor.status": ("Status", HEADLINE),
    "binary_sensor.problem": ("Problem", HEADLINE),
    "sensor.cause": ("Cause", DIAGNOSTIC),
    "binary_sensor.connected": ("Connected", HEADLINE),
    "sensor.duty-cycle": ("Duty cycle", DIAGNOSTIC),
    "sensor.carrier-sense": ("Carrier sense", RARE),
    "sensor.events-per-minute": ("Events per minute", RARE),
    "sensor.unreachable-devices": ("Unreachable devices", DIAGNOSTIC),
    "sensor.service-messages": ("Service messages", DIAGNOSTIC),
    "sensor.low-batteries": ("Low batteries", DIAGNOSTIC),
    "event.incident": ("Incident", HEADLINE),
}
OF_INTERFACE = {
    "sensor.health": ("Health", DIAGNOSTIC),
    "binary_sensor.connected": ("Connected", DIAGNOSTIC),
    "sensor.cause": ("Cause", DIAGNOSTIC),
    "sensor.connection-latency": ("Connection latency", RARE),
    "sensor.latency-p95": ("Latency p95", RARE),
    "sensor.last-event": ("Last event", RARE),
    "sensor.events-per-minute": ("Events per minute", RARE),
    "sensor.duty-cycle": ("Duty cycle", DIAGNOSTIC),
    "sensor.carrier-sense": ("Carrier sense", RARE),
    "sensor.unreachable-devices": ("Unreachable devices", RARE),
    "sensor.service-messages": ("Service messages", RARE),
}


def registered(
    registry: er.EntityRegistry, entry: MockConfigEntry, prefix: str
) -> dict[str, tuple[str | None, tuple[EntityCategory | None, bool]]]:
    """Return name, category and whether it is enabled, by what follows the prefix of the unique id."""
    return {
        f"{entity.domain}.{entity.unique_id.removeprefix(prefix)}": (
            entity.original_name,
            (entity.entity_category, entity.disabled_by is None),
        )
        for entity in er.async_entries_for_config_entry(registry, entry.entry_id)
        if entity.unique_id.startswith(prefix)
    }


async def enable(hass: HomeAssistant, registry: er.EntityRegistry, entry: MockConfigEntry) -> None:
    """Enable all entities, as a user can."""
    for entity in er.async_entries_for_config_entry(registry, entry.entry_id):
        registry.async_update_entity(entity.entity_id, disabled_by=None)
    await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()


async def test_what_a_ccu_and_an_interface_have(
    add_on: AddOn, loaded: MockConfigEntry, entity_registry: er.EntityRegistry
) -> None:
    await add_on.start(FULL)
    assert registered(entity_registry, loaded, "NEQ1234567_hub_") == OF_CCU
    assert registered(entity_registry, loaded, "NEQ1234567_HmIP-RF_") == OF_INTERFACE


async def test_a_german_home_has_german_names(
    hass: HomeAssistant, loaded: MockConfigEntry, add_on: AddOn, entity_registry: er.EntityRegistry
) -> None:
    hass.config.language = "de"
    await hass.config_entries.async_reload(loaded.entry_id)
    await hass.async_block_till_done()
    await add_on.start(FULL)
    names = {key: name for key, (name, _) in registered(entity_registry, loaded, "NEQ1234567_hub_").items()}
    assert names["sensor.unreachable-devices"] == "Nicht erreichbare Geräte"
    assert names["event.incident"] == "Vorfall"


async def test_what_the_entities_show(
    hass: HomeAssistant, add_on: AddOn, loaded: MockConfigEntry, entity_registry: er.EntityRegistry
) -> None:
    await add_on.start(FULL)
    await enable(hass, entity_registry, loaded)
    await add_on.start(FULL)
    seen = {}
    for state in hass.states.async_all(("sensor", "binary_sensor")):
        attributes = {
            key: value
            for key, value in state.attributes.items()
            if key in {"device_class", "unit_of_measurement", "state_class"}
        }
        seen[state.entity_id] = (state.state, *attributes.values())
    assert seen == {
        "binary_sensor.homematic_vitals_add_on_connection": ("on", "connectivity"),
        "binary_sensor.my_ccu_problem": ("on", "problem"),
        "binary_sensor.ccu_connected": ("off", "connectivity"),
        "sensor.my_ccu": ("50", "measurement", "%"),
        "sensor.ccu_connection_latency": ("12.4", "measurement", "ms", "duration"),
        "sensor.ccu_last_event_age": ("5", "measurement", "s", "duration"),
        "sensor.ccu_last_event": ("2026-11-08T06:30:00+00:00", "timestamp"),
        "sensor.ccu_status": ("critical", "enum"),
        "sensor.ccu_cause": ("callback_unreachable", "enum"),
        "sensor.ccu_duty_cycle": ("41", "measurement", "%"),
        "sensor.ccu_carrier_sense": ("2", "measurement", "%"),
        "sensor.ccu_events_per_minute": ("42.5", "measurement", "events/min"),
        "sensor.ccu_unreachable_devices": ("1", "measurement", "devices"),
        "sensor.ccu_service_messages": ("2", "measurement", "messages"),
        "sensor.ccu_low_batteries": ("1", "measurement", "batteries"),
        "binary_sensor.my_hmip_rf": ("on", "connectivity"),
        "sensor.my_hmip_rf_health": ("100", "measurement", "%"),
        "sensor.ccu_hmip_rf_cause": ("none", "enum"),
        "sensor.ccu_hmip_rf_connection_latency": ("12.4", "measurement", "ms", "duration"),
        "sensor.ccu_hmip_rf_latency_p95": ("31", "measurement", "ms", "duration"),
        "sensor.ccu_hmip_rf_last_event": ("2026-11-08T06:30:00+00:00", "timestamp"),
        "sensor.ccu_hmip_rf_events_per_minute": ("42.5", "measurement", "events/min"),
        "sensor.ccu_hmip_rf_duty_cycle": ("41", "measurement", "%"),
        "sensor.ccu_hmip_rf_carrier_sense": ("2", "measurement", "%"),
        "sensor.ccu_hmip_rf_unreachable_devices": ("1", "measurement", "devices"),
        "sensor.ccu_hmip_rf_service_messages": ("1", "measurement", "messages"),
        "binary_sensor.ccu_bidcos_rf_connected": ("off", "connectivity"),
        "sensor.ccu_bidcos_rf_health": ("0", "measurement", "%"),
        "sensor.ccu_bidcos_rf_cause": ("callback_unreachable", "enum"),
        "sensor.ccu_bidcos_rf_connection_latency": ("unknown", "measurement", "ms", "duration"),
        "sensor.ccu_bidcos_rf_latency_p95": ("unknown", "measurement", "ms", "duration"),
        "sensor.ccu_bidcos_rf_last_event": ("unknown", "timestamp"),
        "sensor.ccu_bidcos_rf_events_per_minute": ("0", "measurement", "events/min"),
    }


async def test_every_number_says_how_precisely_it_is_shown(
    add_on: AddOn, loaded: MockConfigEntry, entity_registry: er.EntityRegistry
) -> None:
    await add_on.start(FULL)
    numbers = [
        entity
        for entity in er.async_entries_for_config_entry(entity_registry, loaded.entry_id)
        if "state_class" in (entity.capabilities or {}) and entity.disabled_by is None
    ]
    assert len(numbers) == 7 + 2 + 1
    assert {entity.options["sensor"]["suggested_display_precision"] for entity in numbers} == {0}


async def test_details_are_attributes_that_come_and_go(hass: HomeAssistant, add_on: AddOn) -> None:
    def attributes(entity_id: str) -> dict[str, Any]:
        state = hass.states.get(entity_id)
        assert state
        return {
            key: value for key, value in state.attributes.items() if key in {"message", "remedy", "since", "devices"}
        }

    await add_on.start(FULL)
    cause = "sensor.ccu_cause"
    assert attributes(cause) == {
        "message": "The CCU answers, but its events do not arrive.",
        "remedy": "Let the CCU reach the add-on's port 2121.",
        "since": "2026-11-08T06:21:30Z",
    }
    assert attributes("sensor.ccu_low_batteries") == {"devices": ["Remote (NEQ7654321)"]}
    await add_on.update(1, cause={"value": "callback_unreachable", "details": {"message": "Still."}})
    assert attributes(cause) == {"message": "Still."}
    await add_on.update(2, cause="none")
    assert attributes(cause) == {}


async def test_details_of_another_name_are_left_out(hass: HomeAssistant, add_on: AddOn) -> None:
    value = {"value": 100, "details": {"state_class": "total", "friendly_name": "Mine", "future": 1}}
    await add_on.start(ccu(metrics={"system_health": value}))
    state = hass.states.get("sensor.ccu_system_health")
    assert state
    assert dict(state.attributes) == {
        "friendly_name": "CCU System health",
        "state_class": "measurement",
        "unit_of_measurement": "%",
    }


async def test_the_recorder_leaves_details_out(hass: HomeAssistant, add_on: AddOn) -> None:
    await add_on.start(FULL)
    for entity_id in ("sensor.ccu_cause", "binary_sensor.ccu_connected"):
        state = hass.states.get(entity_id)
        assert state
        assert state.state_info
        assert MATCH_ALL in state.state_info["unrecorded_attributes"]


@pytest.mark.parametrize(
    ("metric", "value", "state"),
    [
        ("status", "unknown", STATE_UNKNOWN),
        ("status", None, STATE_UNKNOWN),
        ("problem", None, STATE_UNKNOWN),
        ("problem", False, STATE_OFF),
        ("connected", True, STATE_ON),
        ("last_event", "2026-11-08T07:30:00.250+01:00", "2026-11-08T06:30:00+00:00"),
        ("duty_cycle", 99.5, "99.5"),
        ("low_batteries", 0, "0"),
        ("cause", "other", "other"),
    ],
)
async def test_a_value_and_its_state(hass: HomeAssistant, add_on: AddOn, metric: str, value: Any, state: str) -> None:
    await add_on.start(FULL)
    await add_on.update(1, **{metric: value})
    known = {"problem": "binary_sensor.my_ccu_problem", "connected": "binary_sensor.ccu_connected"}
    assert state_of(hass, known.get(metric, f"sensor.ccu_{metric}")) == state


async def test_a_metric_that_the_kind_of_device_cannot_have_is_unknown(hass: HomeAssistant, add_on: AddOn) -> None:
    await add_on.connect()
    strange = {"id": HMIP, "name": "HmIP-RF", "metrics": {"connected": True, "low_batteries": 1}}
    result = await add_on.sync(ccu(metrics={"health": 1}, interfaces=[strange]))
    assert result == {"unknown_metrics": ["health", "low_batteries"]}
    assert hass.states.get("sensor.ccu_health") is None


def test_the_protocol_names_the_same_metrics() -> None:
    protocol = (FIXTURES.parents[2] / "docs" / "companion-protocol.md").read_text()
    rows = re.findall(r"^\| `(\w+)`[^|]*\| ([\w, ]+?) +\| (sensor|binary sensor) +\|", protocol, re.MULTILINE)
    stated = {(kind.strip().lower(), key, platform) for key, kinds, platform in rows for kind in kinds.split(",")}
    tables = {"sensor": SENSORS, "binary sensor": BINARY_SENSORS}
    assert stated == {
        (str(kind), key, platform) for platform, table in tables.items() for kind in DeviceKind for key in table[kind]
    }
    assert CCU["metrics"].keys() <= SENSORS[DeviceKind.CCU].keys()
