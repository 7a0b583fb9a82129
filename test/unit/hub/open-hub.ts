import type { CauseCode } from "../../../src/diagnosis/cause-codes.ts";
import { NO_DIAGNOSIS } from "../../../src/diagnosis/diagnosis.ts";
import type { HubMetricsReader } from "../../../src/hub/hm-metrics-sensor.ts";
import { Hub } from "../../../src/hub/hub.ts";
import type { HubSensorSink } from "../../../src/hub/hub-sensor-sink.ts";
import type { KnownMetrics } from "../../../src/hub/known-metrics.ts";
import type { InterfaceReadings } from "../../../src/hub/readings.ts";
import { ManualClock } from "../../support/manual-clock.ts";

/** Readings that a test changes. */
export type Readings = { -readonly [Key in keyof InterfaceReadings]: InterfaceReadings[Key] };

export function readings(changes: Partial<InterfaceReadings> = {}): Readings {
  return {
    diagnosis: NO_DIAGNOSIS,
    latency: { avgMs: null, p95Ms: null },
    lastEventMs: null,
    eventsPerMinute: null,
    dutyCycle: undefined,
    carrierSense: undefined,
    unreachableDevices: undefined,
    serviceMessages: undefined,
    lowBatteries: undefined,
    ...changes,
  };
}

export const WELL: InterfaceReadings["diagnosis"] = { ...NO_DIAGNOSIS, score: 1, connected: true };

export function ill({
  codes,
  sinceMs = 0,
  lost = false,
  score = lost ? 0 : 1,
  facts = {},
}: {
  codes: readonly CauseCode[];
  sinceMs?: number;
  lost?: boolean;
  score?: number;
  facts?: InterfaceReadings["diagnosis"]["causes"][0]["facts"];
}): InterfaceReadings["diagnosis"] {
  return {
    score,
    failing: lost,
    connected: !lost,
    lostSinceMs: lost ? sinceMs : null,
    undecided: false,
    causes: codes.map((code) => ({ code, sinceMs, facts })),
  };
}

export interface Overall {
  score: number | null;
  latencyMs: number | null;
  lastEventAtMs: number | null;
}

export interface OpenHub {
  readonly hub: Hub;
  readonly clock: ManualClock;
  readonly now: Overall;
  readonly told: Record<string, unknown>[];
  readonly watched: Map<string | null, Readings>;
}

/** A hub whose observer and interfaces are what the test says. */
export function openHub({
  interfaces = {},
  known,
  persistentMs = 0,
  ...overall
}: Partial<Overall> & {
  interfaces?: Readonly<Record<string, Readings>>;
  known?: KnownMetrics;
  persistentMs?: number;
} = {}): OpenHub {
  const clock = new ManualClock();
  const now: Overall = { score: null, latencyMs: null, lastEventAtMs: null, ...overall };
  const metrics: HubMetricsReader = {
    getOverallHealthScore: () => now.score,
    getAggregatedLatency: ({ pattern }) => (pattern === "ping_pong" ? { recent: { avgMs: now.latencyMs } } : null),
    getLastEventAgeSeconds: () => (now.lastEventAtMs === null ? null : (clock.monotonicMs() - now.lastEventAtMs) / 1_000),
  };
  const told: Record<string, unknown>[] = [];
  const sink: HubSensorSink = {
    describe: (device, values) => told.push({ device: device.id, firmware: device.firmware, values }),
    publish: (deviceId, values) => told.push({ [deviceId]: values }),
    remove: (deviceId) => told.push({ removed: deviceId }),
    tell: (event) => told.push({ event }),
    problems: (ccuId, problems) => told.push({ ccuId, problems }),
  };
  const watched = new Map<string | null, Readings>(Object.entries(interfaces));
  const hub = new Hub({
    device: { kind: "ccu", id: "NEQ1", name: "CCU", model: null, firmware: null },
    metrics,
    interfaces: () => [...watched].map(([name, each]) => ({ name, readings: each })),
    ...(known && { known }),
    persistentMs,
    sink,
    clock,
  });
  return { hub, clock, now, told, watched };
}
