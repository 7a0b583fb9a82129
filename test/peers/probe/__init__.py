"""Looks at Home Assistant from inside, for the tests alone."""

from datetime import timedelta
from typing import Any

from homeassistant.components import websocket_api
from homeassistant.components.recorder import get_instance
from homeassistant.components.recorder.tasks import StatisticsTask
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.typing import ConfigType
from homeassistant.util import dt as dt_util
import voluptuous as vol

from .loop_watch import LoopWatch

DOMAIN = "vitals_probe"

CONFIG_SCHEMA = cv.empty_config_schema(DOMAIN)


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Register the commands."""
    hass.data[DOMAIN] = LoopWatch(hass.loop)
    for command in (watch_loop, loop_delays, complete_hour):
        websocket_api.async_register_command(hass, command)
    return True


@callback
@websocket_api.websocket_command({vol.Required("type"): f"{DOMAIN}/watch_loop"})
def watch_loop(hass: HomeAssistant, connection: websocket_api.ActiveConnection, msg: dict[str, Any]) -> None:
    """Begin to measure how late the loop is."""
    hass.data[DOMAIN].start()
    connection.send_result(msg["id"])


@callback
@websocket_api.websocket_command({vol.Required("type"): f"{DOMAIN}/loop_delays"})
def loop_delays(hass: HomeAssistant, connection: websocket_api.ActiveConnection, msg: dict[str, Any]) -> None:
    """End the measurement and answer it."""
    connection.send_result(msg["id"], hass.data[DOMAIN].stop())


@websocket_api.websocket_command({vol.Required("type"): f"{DOMAIN}/complete_hour"})
@websocket_api.async_response
async def complete_hour(hass: HomeAssistant, connection: websocket_api.ActiveConnection, msg: dict[str, Any]) -> None:
    """Have the recorder compile the statistics of this hour as if it were over."""
    recorder = get_instance(hass)
    hour = dt_util.utcnow().replace(minute=0, second=0, microsecond=0)
    for minute in range(0, 60, 5):
        recorder.queue_task(StatisticsTask(hour + timedelta(minutes=minute), False))
    await recorder.async_block_till_done()
    connection.send_result(msg["id"])
