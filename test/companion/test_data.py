"""Listeners of values."""

from custom_components.homematic_vitals.data import VitalsData
from custom_components.homematic_vitals.models import NOTHING_KNOWN, Device, Reading

CCU = Device(id="A", name="CCU", metrics=frozenset({"system_health", "last_event_age"}))
TOPOLOGY = {CCU.id: CCU}


def notify(data: VitalsData) -> None:
    """Tell all listeners."""
    while data.async_notify_next():
        pass


def test_two_entities_may_show_the_same_metric() -> None:
    data = VitalsData(TOPOLOGY)
    called: list[str] = []
    forget_first = data.async_on_value("A", "system_health", lambda: called.append("first"))
    forget_second = data.async_on_value("A", "system_health", lambda: called.append("second"))
    data.async_replace(TOPOLOGY, {CCU.id: {"system_health": Reading(1)}})
    notify(data)
    assert called == ["first", "second"]
    forget_first()
    data.async_merge({CCU.id: {"system_health": Reading(2), "last_event_age": Reading(3)}})
    notify(data)
    assert called == ["first", "second", "second"]
    forget_second()
    data.async_set_unavailable()
    notify(data)
    assert called == ["first", "second", "second"]
    assert data.reading("A", "system_health") == Reading(2)
    assert data.reading("B", "system_health") is NOTHING_KNOWN


def test_a_value_that_changes_again_is_told_once() -> None:
    data = VitalsData(TOPOLOGY)
    seen: list[object] = []
    data.async_on_value("A", "system_health", lambda: seen.append(data.reading("A", "system_health").value))
    for value in (1, 2, 3):
        data.async_merge({CCU.id: {"system_health": Reading(value)}})
    notify(data)
    assert seen == [3]


def test_an_event_listener_that_was_replaced_takes_no_other_with_it() -> None:
    data = VitalsData(TOPOLOGY)
    told: list[str] = []
    forget_old = data.async_on_event("A", lambda event_type, _: told.append(f"old {event_type}"))
    data.async_on_event("A", lambda event_type, _: told.append(f"new {event_type}"))
    forget_old()
    data.async_tell("A", "radio_silent", {})
    data.async_tell("B", "radio_silent", {})
    assert told == ["new radio_silent"]
