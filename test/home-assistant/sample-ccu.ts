import type { WireCcu, WireMetrics } from "../peers/protocol-client.ts";

export const CCU_ID = "NEQ1234567";
export const HMIP: string = `${CCU_ID}/HmIP-RF`;
export const BIDCOS: string = `${CCU_ID}/BidCos-RF`;

const NOW = new Date().toISOString();

/** All is well; each metric of the protocol has a value. */
export const HEALTHY: WireMetrics = {
  system_health: 100,
  connection_latency: 13.4,
  last_event_age: 8,
  last_event: NOW,
  status: "ok",
  problem: false,
  cause: "none",
  connected: true,
  duty_cycle: { value: 14, details: { modules: ["RPI-RF-MOD NEQ1234567: 14 %", "HmIP-HAP 001F58A98DDDAB: 3 %"] } },
  carrier_sense: { value: 2, details: { modules: ["RPI-RF-MOD NEQ1234567: 2 %"] } },
  events_per_minute: 21.5,
  unreachable_devices: { value: 0, details: { devices: [] } },
  service_messages: { value: 0, details: { messages: [] } },
  low_batteries: { value: 0, details: { devices: [] } },
};

const INTERFACE: WireMetrics = {
  connected: true,
  health: 100,
  cause: "none",
  connection_latency: 13.4,
  latency_p95: 31,
  last_event: NOW,
  events_per_minute: 12,
  duty_cycle: { value: 14, details: { modules: ["RPI-RF-MOD NEQ1234567: 14 %"] } },
  carrier_sense: { value: 2, details: { modules: ["RPI-RF-MOD NEQ1234567: 2 %"] } },
  unreachable_devices: { value: 0, details: { devices: [] } },
  service_messages: { value: 0, details: { messages: [] } },
};

/** A CCU with two interfaces, as the protocol states it. */
export function sampleCcu(changes: WireMetrics = {}): WireCcu {
  return {
    id: CCU_ID,
    name: "CCU",
    model: "OpenCCU",
    firmware: "3.83.6.20251025",
    metrics: { ...HEALTHY, ...changes },
    interfaces: [
      { id: HMIP, name: "HmIP-RF", metrics: INTERFACE },
      { id: BIDCOS, name: "BidCos-RF", metrics: { ...INTERFACE, duty_cycle: { value: 9, details: { modules: ["RPI-RF-MOD: 9 %"] } } } },
    ],
  };
}
