/**
 * What can be wrong with an interface or a CCU, most telling first: of several causes the first one in this list is the primary one,
 * except that `other` comes before all that does not cut the connection.
 * A code is part of the companion protocol and never changes its meaning.
 */
export const CAUSE_CODES = [
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
] as const;

export type CauseCode = (typeof CAUSE_CODES)[number];
