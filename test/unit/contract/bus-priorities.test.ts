import fc from "fast-check";
import { expect, test } from "vitest";
import { EventBus, type EventPriority } from "../../../src/events/index.ts";
import {
  emitCounter,
  emitGauge,
  emitHealth,
  emitLatency,
  type GaugeMetricEvent,
  LatencyMetricEvent,
  MetricEvent,
} from "../../../src/metrics/index.ts";
import { Probe, SpecialProbe } from "./support.ts";

const LEVELS = ["CRITICAL", "HIGH", "NORMAL", "LOW"] as const;

test("subscribers of any kind form one order: by priority, first come first served inside a level", async () => {
  const subscriber = fc.record({
    priority: fc.constantFrom(...LEVELS),
    eventKey: fc.constantFrom("key", null),
    eventType: fc.constantFrom(Probe, SpecialProbe, "test.special_probe"),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(subscriber, { maxLength: 12 }), async (subscribers) => {
      const bus = new EventBus();
      const called: number[] = [];
      for (const [index, options] of subscribers.entries()) bus.subscribe({ ...options, handler: () => void called.push(index) });
      await bus.publish(new SpecialProbe("key"));
      const rank = (index: number): number => LEVELS.indexOf(subscribers[index]?.priority ?? "LOW");
      expect(called).toEqual([...subscribers.keys()].sort((a, b) => rank(a) - rank(b) || a - b));
    }),
  );
});

test("publishSync runs CRITICAL, HIGH and NORMAL handlers before it returns and queues the LOW ones", async () => {
  const bus = new EventBus();
  const called: EventPriority[] = [];
  for (const priority of LEVELS) bus.subscribe({ eventType: Probe, eventKey: null, priority, handler: () => void called.push(priority) });
  bus.publishSync(new Probe());
  expect(called).toEqual(["CRITICAL", "HIGH", "NORMAL"]);
  expect(bus.statistics().queued).toBe(1);
  await bus.flush();
  expect(called).toEqual(LEVELS);
  expect(bus.statistics().queued).toBe(0);
});

test("a subscription without priority is NORMAL", () => {
  const bus = new EventBus();
  const called: string[] = [];
  bus.subscribe({ eventType: Probe, eventKey: null, handler: () => void called.push("none") });
  bus.subscribe({ eventType: Probe, eventKey: null, priority: "NORMAL", handler: () => void called.push("normal") });
  bus.subscribe({ eventType: Probe, eventKey: null, priority: "HIGH", handler: () => void called.push("high") });
  bus.publishSync(new Probe());
  expect(called).toEqual(["high", "none", "normal"]);
});

test("a key asks for the events of that key, null for all", () => {
  const bus = new EventBus();
  const seen: Record<string, (string | null)[]> = { a: [], all: [] };
  bus.subscribe({ eventType: Probe, eventKey: "a", handler: (event: Probe) => void seen["a"]?.push(event.key) });
  bus.subscribe({ eventType: Probe, eventKey: null, handler: (event: Probe) => void seen["all"]?.push(event.key) });
  for (const key of ["a", "b", null, ""]) bus.publishSync(new Probe(key));
  expect(seen).toEqual({ a: ["a"], all: ["a", "b", null, ""] });
});

test("an event type is a class or a type string, for plain objects as well", () => {
  const bus = new EventBus();
  const called: string[] = [];
  bus.subscribe({ eventType: "test.probe", eventKey: null, handler: () => void called.push("string") });
  bus.subscribe({ eventType: Probe, eventKey: null, handler: () => void called.push("class") });
  bus.subscribe({ eventType: "other", eventKey: null, handler: () => void called.push("other") });
  bus.publishSync(new Probe());
  expect(called).toEqual(["string", "class"]);
  bus.publishSync({ type: "test.probe", key: null, timestamp: 0 });
  expect(called).toEqual(["string", "class", "string"]);
});

test("a subscription to MetricEvent receives all four kinds, one to a kind or its string just that", () => {
  const bus = new EventBus();
  const all: string[] = [];
  const some: string[] = [];
  bus.subscribe({ eventType: MetricEvent, eventKey: null, handler: (event: MetricEvent) => void all.push(event.type) });
  bus.subscribe({ eventType: LatencyMetricEvent, eventKey: null, handler: (event: LatencyMetricEvent) => void some.push(event.operation) });
  bus.subscribe({ eventType: "metric.gauge", eventKey: null, handler: (event: GaugeMetricEvent) => void some.push(event.metricName) });
  emitLatency({ eventBus: bus, source: "s", operation: "o", durationMs: 1 });
  emitCounter({ eventBus: bus, source: "s", metricName: "c" });
  emitGauge({ eventBus: bus, source: "s", metricName: "g", value: 1 });
  emitHealth({ eventBus: bus, source: "s", healthy: true });
  expect(all).toEqual(["metric.latency", "metric.counter", "metric.gauge", "metric.health"]);
  expect(some).toEqual(["o", "g"]);
});

test("a metric event can be asked for by its full key", () => {
  const bus = new EventBus();
  const seen: string[] = [];
  const eventKey = "ping_pong:HmIP-RF:round_trip";
  bus.subscribe({ eventType: LatencyMetricEvent, eventKey, handler: (event: LatencyMetricEvent) => void seen.push(event.sourceId) });
  for (const sourceId of ["HmIP-RF", "BidCos-RF"])
    emitLatency({ eventBus: bus, source: "ping_pong", sourceId, operation: "round_trip", durationMs: 1 });
  expect(seen).toEqual(["HmIP-RF"]);
});
