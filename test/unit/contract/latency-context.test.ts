import { expect, test } from "vitest";
import { EventBus } from "../../../src/events/index.ts";
import { LatencyContext, LatencyMetricEvent } from "../../../src/metrics/index.ts";
import { ManualClock } from "../../support/manual-clock.ts";

function recorded(): { clock: ManualClock; eventBus: EventBus; events: LatencyMetricEvent[] } {
  const clock = new ManualClock();
  const eventBus = new EventBus({ clock });
  const events: LatencyMetricEvent[] = [];
  eventBus.subscribe({ eventType: LatencyMetricEvent, eventKey: null, handler: (event: LatencyMetricEvent) => void events.push(event) });
  return { clock, eventBus, events };
}

test("emits how long the block took, by the monotonic clock of the bus", () => {
  const { clock, eventBus, events } = recorded();
  {
    using _latency = new LatencyContext({ eventBus, source: "rpc", operation: "get_value", sourceId: "HmIP-RF" });
    clock.advance(12);
    clock.stepWall(-1_000_000);
    expect(events).toEqual([]);
  }
  expect(events).toMatchObject([
    { source: "rpc", sourceId: "HmIP-RF", operation: "get_value", durationMs: 12, fullKey: "rpc:HmIP-RF:get_value" },
  ]);
});

test("emits also when the block throws, and lets the error through", () => {
  const { clock, eventBus, events } = recorded();
  const block = (): void => {
    using _latency = new LatencyContext({ eventBus, source: "rpc", operation: "get_value" });
    clock.advance(5);
    throw new Error("from the block");
  };
  expect(block).toThrow("from the block");
  expect(events).toMatchObject([{ sourceId: "", durationMs: 5, fullKey: "rpc::get_value" }]);
});

test("covers awaited work", async () => {
  const { clock, eventBus, events } = recorded();
  const block = async (): Promise<void> => {
    using _latency = new LatencyContext({ eventBus, source: "rpc", operation: "get_value" });
    await Promise.resolve();
    clock.advance(30);
  };
  await block();
  expect(events).toMatchObject([{ durationMs: 30 }]);
});

test("leaving it twice emits once", () => {
  const { clock, eventBus, events } = recorded();
  const latency = new LatencyContext({ eventBus, source: "rpc", operation: "get_value" });
  clock.advance(1);
  latency[Symbol.dispose]();
  clock.advance(1);
  latency[Symbol.dispose]();
  expect(events).toMatchObject([{ durationMs: 1 }]);
});

test("contexts may overlap and nest", () => {
  const { clock, eventBus, events } = recorded();
  {
    using _outer = new LatencyContext({ eventBus, source: "rpc", operation: "outer" });
    clock.advance(1);
    using _inner = new LatencyContext({ eventBus, source: "rpc", operation: "inner" });
    clock.advance(2);
  }
  expect(events.map((event) => [event.operation, event.durationMs])).toEqual([
    ["inner", 2],
    ["outer", 3],
  ]);
});
