import { expect, test } from "vitest";
import {
  CounterMetricEvent,
  GaugeMetricEvent,
  HealthMetricEvent,
  LatencyMetricEvent,
  MAX_METRIC_KEYS,
  MetricEvent,
  MetricType,
} from "../../../src/metrics/index.ts";

const latency = new LatencyMetricEvent({
  source: "ping_pong",
  sourceId: "HmIP-RF",
  operation: "round_trip",
  durationMs: 42.5,
  timestamp: 1,
});
const counter = new CounterMetricEvent({ source: "cache", metricName: "hit", increment: 2, timestamp: 2 });
const gauge = new GaugeMetricEvent({ source: "connections", metricName: "active", value: -5, timestamp: 3 });
const health = new HealthMetricEvent({
  source: "client",
  sourceId: "HmIP-RF",
  healthy: false,
  reason: "no PONG",
  score: 0.6,
  timestamp: 4,
});

test("constants", () => {
  expect(MetricType).toEqual({ LATENCY: "latency", COUNTER: "counter", GAUGE: "gauge", HEALTH: "health" });
  expect(MAX_METRIC_KEYS).toBe(10_000);
});

test("fields", () => {
  expect(latency).toMatchObject({ source: "ping_pong", sourceId: "HmIP-RF", operation: "round_trip", durationMs: 42.5, timestamp: 1 });
  expect(counter).toMatchObject({ source: "cache", sourceId: "", metricName: "hit", increment: 2, timestamp: 2 });
  expect(gauge).toMatchObject({ source: "connections", sourceId: "", metricName: "active", value: -5, timestamp: 3 });
  expect(health).toMatchObject({ source: "client", sourceId: "HmIP-RF", healthy: false, reason: "no PONG", score: 0.6, timestamp: 4 });
});

test("types and full keys", () => {
  expect([latency, counter, gauge, health].map(({ type, fullKey }) => [type, fullKey])).toEqual([
    ["metric.latency", "ping_pong:HmIP-RF:round_trip"],
    ["metric.counter", "cache::hit"],
    ["metric.gauge", "connections::active"],
    ["metric.health", "client:HmIP-RF:health"],
  ]);
});

test("all inherit from MetricEvent, none from another kind", () => {
  for (const event of [latency, counter, gauge, health]) expect(event).toBeInstanceOf(MetricEvent);
  expect(latency).not.toBeInstanceOf(CounterMetricEvent);
});

test("a colon or percent sign inside a segment is percent-encoded, nothing else is", () => {
  const event = new LatencyMetricEvent({ source: "a:b", sourceId: "50%:c ä/é", operation: "%3A", durationMs: 1 });
  expect(event.fullKey).toBe("a%3Ab:50%25%3Ac ä/é:%253A");
  expect(event).toMatchObject({ source: "a:b", sourceId: "50%:c ä/é", operation: "%3A" });
  expect(new HealthMetricEvent({ source: "a", sourceId: "b:c", healthy: true }).fullKey).toBe("a:b%3Ac:health");
});

test("without a timestamp an event is stamped with the present", () => {
  const before = Date.now() - 1_000;
  const event = new LatencyMetricEvent({ source: "s", operation: "o", durationMs: 1 });
  expect(event.timestamp).toBeGreaterThan(before);
  expect(event.timestamp).toBeLessThan(Date.now() + 1_000);
});

test("health says why and how much only when told so", () => {
  expect(new HealthMetricEvent({ source: "s", healthy: true })).toMatchObject({ reason: null, score: 1 });
  expect(new HealthMetricEvent({ source: "s", healthy: false })).toMatchObject({ reason: null, score: 0 });
});
