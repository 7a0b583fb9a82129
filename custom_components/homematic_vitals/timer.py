"""A timer that can be started again and again."""

from datetime import datetime

from homeassistant.core import CALLBACK_TYPE, HassJob, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later


class Timer:
    """Calls something once after a while; starting it anew cancels the earlier start."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Make a timer that does not run."""
        self._hass = hass
        self._cancel: CALLBACK_TYPE | None = None

    @property
    def running(self) -> bool:
        """Whether the time is not yet over."""
        return self._cancel is not None

    @callback
    def start(self, seconds: float, action: CALLBACK_TYPE) -> None:
        """Call the action in so many seconds."""
        self.stop()

        @callback
        def over(_now: datetime) -> None:
            self._cancel = None
            action()

        self._cancel = async_call_later(self._hass, seconds, HassJob(over, cancel_on_shutdown=True))

    @callback
    def stop(self) -> None:
        """Call nothing any more."""
        if self._cancel is not None:
            self._cancel()
            self._cancel = None
