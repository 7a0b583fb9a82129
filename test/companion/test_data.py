"""Listeners of values."""

from custom_components.homematic_vitals.data import VitalsData
from custom_components.homematic_vitals.models import Ccu

CCU = Ccu(id="A", name="CCU", model=None, firmware=None)


def test_two_entities_may_show_the_same_metric() -> None:
    data = VitalsData({CCU.id: CCU})
    called: list[str] = []
    forget_first = data.async_on_value("A", "system_health", lambda: called.append("first"))
    forget_second = data.async_on_value("A", "system_health", lambda: called.append("second"))
    data.async_replace({CCU.id: CCU}, {CCU.id: {"system_health": 1}})
    assert called == ["first", "second"]
    forget_first()
    data.async_merge({CCU.id: {"system_health": 2, "last_event_age": 3}})
    assert called == ["first", "second", "second"]
    forget_second()
    data.async_set_unavailable()
    assert called == ["first", "second", "second"]
    assert data.value("A", "system_health") == 2
    assert data.value("B", "system_health") is None
