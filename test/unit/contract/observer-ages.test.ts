import { expect, test } from "vitest";
import { emitCounter, emitHealth, emitLatency } from "../../../src/metrics/index.ts";
import { stand } from "./support.ts";

test("age of the last device event, per sourceId and overall", () => {
  const { observer, clock } = stand();
  clock.advance(1_000);
  observer.recordEventReceived({ sourceId: "HmIP-RF" });
  expect(observer.getLastEventAgeSeconds()).toBe(0);
  clock.advance(2_500);
  observer.recordEventReceived({ sourceId: "BidCos-RF" });
  clock.advance(1_000);
  expect(observer.getLastEventAgeSeconds({ sourceId: "HmIP-RF" })).toBe(3.5);
  expect(observer.getLastEventAgeSeconds({ sourceId: "BidCos-RF" })).toBe(1);
  expect(observer.getLastEventAgeSeconds()).toBe(1);
  expect(observer.getLastEventAgeSeconds({})).toBe(1);
  expect(observer.getLastEventAgeSeconds({ sourceId: "nobody" })).toBeNull();
});

test("atMs is monotonic time: the arrival, not the moment of the call", () => {
  const { observer, clock } = stand();
  clock.advance(10_000);
  observer.recordEventReceived({ sourceId: "HmIP-RF", atMs: 4_000 });
  expect(observer.getLastEventAgeSeconds({ sourceId: "HmIP-RF" })).toBe(6);
});

test("an event that is told late does not make the last one older", () => {
  const { observer, clock } = stand();
  clock.advance(10_000);
  observer.recordEventReceived({ sourceId: "HmIP-RF", atMs: 9_000 });
  observer.recordEventReceived({ sourceId: "HmIP-RF", atMs: 4_000 });
  expect(observer.getLastEventAgeSeconds({ sourceId: "HmIP-RF" })).toBe(1);
  expect(observer.getLastEventAgeSeconds()).toBe(1);
});

test("an age is never negative", () => {
  const { observer, clock } = stand();
  observer.recordEventReceived({ sourceId: "HmIP-RF", atMs: clock.monotonicMs() + 5 });
  expect(observer.getLastEventAgeSeconds()).toBe(0);
});

test("metrics, failures and timeouts are no device events", async () => {
  const { observer, eventBus, clock } = stand();
  const touch = async (): Promise<void> => {
    emitLatency({ eventBus, source: "ping_pong", sourceId: "HmIP-RF", operation: "round_trip", durationMs: 1 });
    emitCounter({ eventBus, source: "rpc", sourceId: "HmIP-RF", metricName: "failed" });
    emitHealth({ eventBus, source: "client", sourceId: "HmIP-RF", healthy: false });
    observer.recordTimeout({ source: "ping_pong", sourceId: "HmIP-RF", operation: "round_trip", limitMs: 10 });
    await eventBus.flush();
  };
  await touch();
  expect(observer.getLastEventAgeSeconds()).toBeNull();
  expect(observer.getLastEventAgeSeconds({ sourceId: "HmIP-RF" })).toBeNull();
  observer.recordEventReceived({ sourceId: "HmIP-RF" });
  clock.advance(60_000);
  await touch();
  expect(observer.getLastEventAgeSeconds()).toBe(60);
});

test("a step of the wall clock changes nothing", async () => {
  const { observer, eventBus, clock } = stand();
  observer.recordEventReceived({ sourceId: "HmIP-RF" });
  emitLatency({ eventBus, source: "s", operation: "o", durationMs: 5 });
  await eventBus.flush();
  clock.advance(10_000);
  for (const step of [-3_600_000, 86_400_000, -86_400_000]) {
    clock.stepWall(step);
    expect(observer.getLastEventAgeSeconds()).toBe(10);
    expect(observer.snapshot().latency.get("s::o")?.recent.count).toBe(1);
    expect(observer.getAggregatedLatency({ pattern: "s" })?.recent.count).toBe(1);
  }
});

test("the age needs no metric of that sourceId", () => {
  const { observer, clock } = stand();
  observer.recordEventReceived({ sourceId: "HmIP-RF" });
  clock.advance(1_000);
  expect(observer.snapshot().counters.size).toBe(0);
  expect(observer.getLastEventAgeSeconds({ sourceId: "HmIP-RF" })).toBe(1);
});
