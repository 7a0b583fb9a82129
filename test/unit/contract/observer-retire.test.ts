import { expect, test } from "vitest";
import { emitCounter, emitGauge, emitHealth, emitLatency } from "../../../src/metrics/index.ts";
import { stand } from "./support.ts";

test("retire takes whole leading segments out of all kinds and says how many keys went", async () => {
  const { eventBus, observer } = stand();
  for (const source of ["ping_pong", "ping_pong2"]) {
    emitLatency({ eventBus, source, sourceId: "HmIP-RF", operation: "round_trip", durationMs: 1 });
    emitCounter({ eventBus, source, sourceId: "HmIP-RF", metricName: "lost" });
    emitGauge({ eventBus, source, sourceId: "HmIP", metricName: "open", value: 1 });
    emitHealth({ eventBus, source, sourceId: "HmIP-RF", healthy: true });
  }
  await eventBus.flush();
  expect(observer.retire({ pattern: "nobody" })).toBe(0);
  expect(observer.retire({ pattern: "ping_pong:HmIP-RF" })).toBe(3);
  const snapshot = observer.snapshot();
  expect([...snapshot.latency.keys()]).toEqual(["ping_pong2:HmIP-RF:round_trip"]);
  expect([...snapshot.counters.keys()]).toEqual(["ping_pong2:HmIP-RF:lost"]);
  expect([...snapshot.gauges.keys()]).toEqual(["ping_pong:HmIP:open", "ping_pong2:HmIP:open"]);
  expect([...snapshot.health.keys()]).toEqual(["ping_pong2:HmIP-RF:health"]);
  expect(observer.retire({ pattern: "" })).toBe(5);
  expect(observer.getAggregatedLatency({ pattern: "" })).toBeNull();
});

test("a removed interface leaves the score", async () => {
  const { eventBus, observer } = stand();
  emitHealth({ eventBus, source: "client", sourceId: "HmIP-RF", healthy: true });
  emitHealth({ eventBus, source: "client", sourceId: "BidCos-RF", healthy: false, score: 0 });
  await eventBus.flush();
  expect(observer.getOverallHealthScore()).toBe(0.5);
  observer.retire({ pattern: "client:BidCos-RF" });
  expect(observer.getOverallHealthScore()).toBe(1);
  observer.retire({ pattern: "client" });
  expect(observer.getOverallHealthScore()).toBeNull();
});

test("the age of a sourceId goes with its last key", async () => {
  const { eventBus, observer, clock } = stand();
  for (const sourceId of ["HmIP-RF", "a:b"]) {
    emitLatency({ eventBus, source: "ping_pong", sourceId, operation: "round_trip", durationMs: 1 });
    emitHealth({ eventBus, source: "client", sourceId, healthy: true });
    observer.recordEventReceived({ sourceId });
  }
  await eventBus.flush();
  clock.advance(2_000);
  observer.retire({ pattern: "ping_pong" });
  expect(observer.getLastEventAgeSeconds({ sourceId: "HmIP-RF" })).toBe(2);
  observer.retire({ pattern: "client:HmIP-RF" });
  expect(observer.getLastEventAgeSeconds({ sourceId: "HmIP-RF" })).toBeNull();
  expect(observer.getLastEventAgeSeconds({ sourceId: "a:b" })).toBe(2);
  observer.retire({ pattern: "client:a%3Ab" });
  expect(observer.getLastEventAgeSeconds({ sourceId: "a:b" })).toBeNull();
});

test("a retired key starts anew when it comes back", async () => {
  const { eventBus, observer } = stand();
  const emit = (durationMs: number): void => emitLatency({ eventBus, source: "s", operation: "o", durationMs });
  emit(100);
  await eventBus.flush();
  observer.retire({ pattern: "s" });
  emit(7);
  await eventBus.flush();
  expect(observer.snapshot().latency.get("s::o")).toMatchObject({ count: 1, totalMs: 7, recent: { count: 1, maxMs: 7 } });
});

test("retired keys are told to dirty listeners", async () => {
  const { eventBus, observer } = stand();
  emitGauge({ eventBus, source: "s", sourceId: "1", metricName: "m", value: 1 });
  emitHealth({ eventBus, source: "s", sourceId: "1", healthy: true });
  emitHealth({ eventBus, source: "s", sourceId: "2", healthy: true });
  await eventBus.flush();
  const told: string[] = [];
  observer.onDirty((keys) => told.push(...keys));
  observer.retire({ pattern: "s:1" });
  await eventBus.flush();
  expect(told.sort()).toEqual(["s:1:health", "s:1:m"]);
});

test("keys that come and go leave no memory behind", async () => {
  const { eventBus, observer } = stand();
  const comeAndGo = async (times: number): Promise<void> => {
    for (let turn = 0; turn < times; turn += 1) {
      for (let durationMs = 1; durationMs < 100; durationMs += 1) {
        emitLatency({ eventBus, source: "s", sourceId: "coming", operation: "o", durationMs });
      }
      await eventBus.flush();
      observer.retire({ pattern: "s:coming" });
    }
  };
  await comeAndGo(500);
  const before = process.memoryUsage().arrayBuffers;
  await comeAndGo(4_000);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(500_000);
});
