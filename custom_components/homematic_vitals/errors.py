"""What a command refuses."""

from homeassistant.exceptions import HomeAssistantError

from .const import DOMAIN


class CommandError(HomeAssistantError):
    """A refused command: the code for the add-on, a translated text for people."""

    def __init__(self, code: str, translation_key: str | None = None, **placeholders: str) -> None:
        """Take the code; the text has the same name unless told otherwise."""
        super().__init__(
            translation_domain=DOMAIN,
            translation_key=translation_key or code,
            translation_placeholders=placeholders or None,
        )
        self.code = code
