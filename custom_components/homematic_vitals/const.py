"""Names and numbers of the companion protocol (docs/companion-protocol.md)."""

from typing import Final

from homeassistant.const import Platform

DOMAIN: Final = "homematic_vitals"
NAME: Final = "Homematic Vitals"
DOCUMENTATION: Final = "https://github.com/homematic-vitals/homematic-vitals/blob/main/docs/integration.md"

# The version of the running code. The manifest on disk may already be a newer one that waits for a restart.
INTEGRATION_VERSION: Final = "0.1.0"

PLATFORMS: Final = (Platform.BINARY_SENSOR, Platform.EVENT, Platform.SENSOR)

PROTOCOL_MIN: Final = 1
PROTOCOL_MAX: Final = 2

EVENT_READY: Final = f"{DOMAIN}_ready"

GRACE_LOST_S: Final = 60
GRACE_RESTART_S: Final = 180
MISSED_HEARTBEATS: Final = 3

ERR_INSTANCE_CONFLICT: Final = "instance_conflict"
ERR_NO_SESSION: Final = "no_session"
ERR_NOT_LOADED: Final = "not_loaded"
ERR_PROTOCOL_MISMATCH: Final = "protocol_mismatch"
ERR_RESYNC_REQUIRED: Final = "resync_required"
ERR_UNKNOWN_CCU: Final = "unknown_ccu"

STATUSES: Final = ("ok", "degraded", "critical")

# What can be wrong, as in src/diagnosis/cause-codes.ts.
CAUSES: Final = (
    "dns_failed",
    "no_route",
    "firewall_rejected",
    "connection_refused",
    "tls_failed",
    "credentials_rejected",
    "ccu_booting",
    "process_down",
    "not_xml_rpc",
    "http_error",
    "timeout",
    "connection_lost",
    "interface_not_installed",
    "init_rejected",
    "callback_address_unknown",
    "callback_unreachable",
    "dropped_by_ccu",
    "id_conflict",
    "pong_late",
    "gateway_disconnected",
    "radio_silent",
    "duty_cycle_high",
    "carrier_sense_high",
    "ping_unsupported",
    "other",
)

EVENT_TYPES: Final = (
    "interface_lost",
    "interface_restored",
    "callback_unreachable",
    "callback_restored",
    "dropped_by_ccu",
    "credentials_rejected",
    "id_conflict",
    "radio_silent",
    "radio_restored",
    "duty_cycle_high",
    "duty_cycle_normal",
    "carrier_sense_high",
    "carrier_sense_normal",
    "gateway_lost",
    "gateway_restored",
)

# Troubles of a CCU that only the user can end; each is a repair.
TROUBLES: Final = ("credentials_rejected", "callback_unreachable", "id_conflict")
