import { describe, expect, test } from "vitest";
import type { HubMetricsReader } from "../../../src/hub/hm-metrics-sensor.ts";
import { Hub } from "../../../src/hub/hub.ts";
import type { HubSensorSink } from "../../../src/hub/hub-sensor-sink.ts";
import { ManualClock } from "../../support/manual-clock.ts";

interface Readings {
  score: number | null;
  latencyMs: number | null;
  lastEventAtMs: number | null;
}

function openHub(readings: Partial<Readings> = {}) {
  const clock = new ManualClock();
  const now: Readings = { score: null, latencyMs: null, lastEventAtMs: null, ...readings };
  const metrics: HubMetricsReader = {
    getOverallHealthScore: () => now.score,
    getAggregatedLatency: ({ pattern }) => (pattern === "ping_pong" ? { recent: { avgMs: now.latencyMs } } : null),
    getLastEventAgeSeconds: () => (now.lastEventAtMs === null ? null : (clock.monotonicMs() - now.lastEventAtMs) / 1_000),
  };
  const told: object[] = [];
  const sink: HubSensorSink = {
    describe: (device, values) => told.push({ device: device.id, firmware: device.firmware, values }),
    publish: (deviceId, values) => told.push({ [deviceId]: values }),
    remove: (deviceId) => told.push({ removed: deviceId }),
    tell: (event) => told.push({ event }),
    problems: (ccuId, problems) => told.push({ ccuId, problems }),
  };
  const hub = new Hub({ device: { kind: "ccu", id: "NEQ1", name: "CCU", model: null, firmware: null }, metrics, sink, clock });
  return { hub, clock, now, told };
}

describe("Hub", () => {
  test("the sensors carry the names, units and unique ids of the seed", () => {
    const { systemHealth, connectionLatency, lastEventAge } = openHub().hub.sensors;
    expect([systemHealth, connectionLatency, lastEventAge].map(({ uniqueId, unit }) => [uniqueId, unit])).toEqual([
      ["NEQ1_hub_system-health", "%"],
      ["NEQ1_hub_connection-latency", "ms"],
      ["NEQ1_hub_last-event-age", "s"],
    ]);
  });

  test("nothing known is null, in each sensor", () => {
    const { hub, told } = openHub();
    hub.start();
    expect(told).toEqual([
      { device: "NEQ1", firmware: null, values: { system_health: null, connection_latency: null, last_event_age: null } },
    ]);
  });

  test("values are rounded to a tenth", () => {
    const { hub } = openHub({ score: 2 / 3, latencyMs: 12.3456, lastEventAtMs: 0 });
    expect(hub.sensors.systemHealth.value).toBe(66.7);
    expect(hub.sensors.connectionLatency.value).toBe(12.3);
    expect(hub.sensors.lastEventAge.value).toBe(0);
  });

  test("only what changed is published", () => {
    const { hub, told, now } = openHub({ score: 1, latencyMs: 10 });
    hub.start();
    now.score = 0.6;
    hub.refresh();
    hub.refresh();
    expect(told.slice(1)).toEqual([{ NEQ1: { system_health: 60 } }]);
  });

  test("the age crosses its thresholds although nothing happens", () => {
    const { hub, told, clock } = openHub({ lastEventAtMs: 0 });
    hub.start();
    clock.advance(300_500);
    expect(told.slice(1)).toEqual([{ NEQ1: { last_event_age: 60 } }, { NEQ1: { last_event_age: 120 } }, { NEQ1: { last_event_age: 300 } }]);
  });

  test("a latency whose window has emptied becomes unknown without any new sample", () => {
    const { hub, told, now, clock } = openHub({ latencyMs: 10 });
    hub.start();
    now.latencyMs = null;
    clock.advance(60_000);
    expect(told.slice(1)).toEqual([{ NEQ1: { connection_latency: null } }]);
  });

  test("a description that has grown is told with all values, the same one is not", () => {
    const { hub, told } = openHub({ score: 1 });
    hub.start();
    hub.describe({ model: "CCU", firmware: "3.83.6" });
    hub.describe({ model: "CCU", firmware: "3.83.6" });
    expect(told.slice(1)).toEqual([
      { device: "NEQ1", firmware: "3.83.6", values: { system_health: 100, connection_latency: null, last_event_age: null } },
    ]);
  });

  test("nothing is published and no timer is left after the end", () => {
    const { hub, told, now, clock } = openHub({ latencyMs: 10, lastEventAtMs: 0 });
    hub.start();
    hub[Symbol.dispose]();
    now.score = 0;
    hub.refresh();
    expect(told).toHaveLength(1);
    expect(clock.pendingTimers).toBe(0);
  });
});
