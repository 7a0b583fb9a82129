import { expect, test } from "vitest";
import { EventBus } from "../../../src/events/index.ts";
import {
  CounterMetricEvent,
  emitCounter,
  emitGauge,
  emitHealth,
  emitLatency,
  GaugeMetricEvent,
  HealthMetricEvent,
  LatencyMetricEvent,
  MetricEvent,
} from "../../../src/metrics/index.ts";
import { ManualClock } from "../../support/manual-clock.ts";

function recorded(): { clock: ManualClock; eventBus: EventBus; events: MetricEvent[] } {
  const clock = new ManualClock();
  const eventBus = new EventBus({ clock });
  const events: MetricEvent[] = [];
  eventBus.subscribe({ eventType: MetricEvent, eventKey: null, handler: (event: MetricEvent) => void events.push(event) });
  return { clock, eventBus, events };
}

test("the four functions publish their event before they return", () => {
  const { eventBus, events } = recorded();
  emitLatency({ eventBus, source: "ping_pong", sourceId: "HmIP-RF", operation: "round_trip", durationMs: 42.5 });
  emitCounter({ eventBus, source: "cache", sourceId: "x", metricName: "hit", increment: 3 });
  emitGauge({ eventBus, source: "connections", sourceId: "y", metricName: "active", value: 5 });
  emitHealth({ eventBus, source: "client", sourceId: "HmIP-RF", healthy: false, reason: "gone", score: 0.2 });
  expect(events).toMatchObject([
    { source: "ping_pong", sourceId: "HmIP-RF", operation: "round_trip", durationMs: 42.5, fullKey: "ping_pong:HmIP-RF:round_trip" },
    { source: "cache", sourceId: "x", metricName: "hit", increment: 3, fullKey: "cache:x:hit" },
    { source: "connections", sourceId: "y", metricName: "active", value: 5, fullKey: "connections:y:active" },
    { source: "client", sourceId: "HmIP-RF", healthy: false, reason: "gone", score: 0.2, fullKey: "client:HmIP-RF:health" },
  ]);
  const classes = [LatencyMetricEvent, CounterMetricEvent, GaugeMetricEvent, HealthMetricEvent];
  for (const [index, eventClass] of classes.entries()) expect(events[index]).toBeInstanceOf(eventClass);
});

test("defaults: no sourceId, increment 1, score by healthy, no reason", () => {
  const { eventBus, events } = recorded();
  emitLatency({ eventBus, source: "s", operation: "o", durationMs: 0 });
  emitCounter({ eventBus, source: "s", metricName: "m" });
  emitGauge({ eventBus, source: "s", metricName: "m", value: 0 });
  emitHealth({ eventBus, source: "s", healthy: true });
  emitHealth({ eventBus, source: "s", healthy: false, reason: null });
  expect(events).toMatchObject([
    { sourceId: "", fullKey: "s::o" },
    { sourceId: "", increment: 1 },
    { sourceId: "" },
    { sourceId: "", reason: null, score: 1, fullKey: "s::health" },
    { reason: null, score: 0 },
  ]);
});

test("events are stamped with the epoch at start-up plus monotonic time, which never steps back", () => {
  const { clock, eventBus, events } = recorded();
  const startMs = clock.wallMs();
  clock.advance(1_000);
  emitCounter({ eventBus, source: "s", metricName: "m" });
  clock.stepWall(-3_600_000);
  clock.advance(500);
  emitHealth({ eventBus, source: "s", healthy: true });
  clock.stepWall(7_200_000);
  emitLatency({ eventBus, source: "s", operation: "o", durationMs: 1 });
  emitGauge({ eventBus, source: "s", metricName: "m", value: 1 });
  expect(events.map((event) => event.timestamp - startMs)).toEqual([1_000, 1_500, 1_500, 1_500]);
});

test("a value that is no number does not throw into the product", () => {
  const { eventBus } = recorded();
  expect(() => emitLatency({ eventBus, source: "s", operation: "o", durationMs: Number.NaN })).not.toThrow();
  expect(() => emitCounter({ eventBus, source: "s", metricName: "m", increment: Number.POSITIVE_INFINITY })).not.toThrow();
  expect(() => emitGauge({ eventBus, source: "s", metricName: "m", value: Number.NaN })).not.toThrow();
  expect(() => emitHealth({ eventBus, source: "s", healthy: true, score: 7 })).not.toThrow();
});
