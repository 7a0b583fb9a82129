"""Names and numbers of the companion protocol (docs/companion-protocol.md)."""

from typing import Final

from homeassistant.const import Platform

DOMAIN: Final = "homematic_vitals"
NAME: Final = "Homematic Vitals"

# The version of the running code. The manifest on disk may already be a newer one that waits for a restart.
INTEGRATION_VERSION: Final = "0.1.0"

PLATFORMS: Final = (Platform.SENSOR,)

PROTOCOL_MIN: Final = 1
PROTOCOL_MAX: Final = 1

EVENT_READY: Final = f"{DOMAIN}_ready"

GRACE_LOST_S: Final = 60
GRACE_RESTART_S: Final = 180
MISSED_HEARTBEATS: Final = 3

ERR_INSTANCE_CONFLICT: Final = "instance_conflict"
ERR_NO_SESSION: Final = "no_session"
ERR_NOT_LOADED: Final = "not_loaded"
ERR_PROTOCOL_MISMATCH: Final = "protocol_mismatch"
ERR_RESYNC_REQUIRED: Final = "resync_required"
