"""The device of the add-on itself, and the entity that tells whether it is connected."""

from homeassistant.const import STATE_OFF, STATE_ON, EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.homematic_vitals.const import DOMAIN

from .add_on import ADD_ON_CONNECTION, AddOn
from .conftest import MakeAddOn, Pass, state_of


def service(hass: HomeAssistant, entry: MockConfigEntry) -> dr.DeviceEntry:
    """Return the device of the add-on."""
    device = dr.async_get(hass).async_get_device_by_identifier((DOMAIN, ":app"), entry.entry_id)
    assert device
    return device


async def test_it_exists_before_an_add_on_has_connected(
    hass: HomeAssistant, loaded: MockConfigEntry, entity_registry: er.EntityRegistry
) -> None:
    device = service(hass, loaded)
    assert (device.name, device.entry_type, device.sw_version) == ("Homematic Vitals", "service", None)
    entity = entity_registry.async_get(ADD_ON_CONNECTION)
    assert entity
    assert (entity.unique_id, entity.device_id) == ("add-on-connection", device.id)
    assert (entity.original_name, entity.entity_category) == ("Add-on connection", EntityCategory.DIAGNOSTIC)
    assert state_of(hass, ADD_ON_CONNECTION) == STATE_OFF


@pytest.mark.parametrize(
    "url",
    [
        "homeassistant://hassio/ingress/homematic_vitals",
        "https://home.example.org:8123/app",
        "http://192.168.178.10:2120/",
    ],
)
async def test_it_shows_the_version_and_leads_to_the_page(
    hass: HomeAssistant, add_on: AddOn, loaded: MockConfigEntry, url: str
) -> None:
    await add_on.connect(app={"version": "1.2.3", "url": url})
    device = service(hass, loaded)
    assert (device.sw_version, device.configuration_url) == ("1.2.3", url)
    await add_on.connect(app={"version": "1.2.4", "url": None})
    device = service(hass, loaded)
    assert (device.sw_version, device.configuration_url) == ("1.2.4", None)


@pytest.mark.parametrize(
    "url", ["ftp://example.org", "http://", "/ingress", "javascript:alert(1)", "http://[", "http://a:b"]
)
async def test_an_address_that_leads_nowhere_is_left_out(
    hass: HomeAssistant, add_on: AddOn, loaded: MockConfigEntry, url: str
) -> None:
    await add_on.start(app={"version": "1.2.3", "url": url})
    assert service(hass, loaded).configuration_url is None


async def test_the_connection_is_never_unavailable(
    hass: HomeAssistant, add_on: AddOn, make_add_on: MakeAddOn, loaded: MockConfigEntry, pass_seconds: Pass
) -> None:
    await add_on.start()
    assert state_of(hass, ADD_ON_CONNECTION) == STATE_ON
    await add_on.close()
    await pass_seconds(55)
    assert state_of(hass, ADD_ON_CONNECTION) == STATE_ON
    await pass_seconds(61)
    assert state_of(hass, ADD_ON_CONNECTION) == STATE_OFF
    again = await make_add_on()
    await again.start()
    assert state_of(hass, ADD_ON_CONNECTION) == STATE_ON
    await again.succeed("goodbye", reason="stop")
    assert state_of(hass, ADD_ON_CONNECTION) == STATE_OFF
    await again.start()
    await hass.config_entries.async_reload(loaded.entry_id)
    await hass.async_block_till_done()
    assert state_of(hass, ADD_ON_CONNECTION) == STATE_OFF


async def test_it_stays_when_all_ccus_go(hass: HomeAssistant, add_on: AddOn, loaded: MockConfigEntry) -> None:
    await add_on.start()
    before = service(hass, loaded)
    await add_on.sync()
    await hass.async_block_till_done()
    assert service(hass, loaded) == before
    assert hass.states.async_entity_ids() == [ADD_ON_CONNECTION]
