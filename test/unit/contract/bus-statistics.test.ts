import { expect, test } from "vitest";
import { EventBus } from "../../../src/events/index.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { logBook, Probe, SpecialProbe } from "./support.ts";

test("nothing happened", () => {
  const statistics = new EventBus().statistics();
  expect(statistics.types.size).toBe(0);
  expect(statistics).toMatchObject({ queued: 0, dropped: 0 });
});

test("events without subscriber are counted", () => {
  const bus = new EventBus();
  bus.publishSync(new Probe());
  bus.publishSync(new Probe("key"));
  expect(bus.statistics().types.get("test.probe")).toEqual({ published: 2, executed: 0, errors: 0, totalMs: 0, maxMs: 0, handlers: [] });
});

test("calls, errors and times are counted per event type and per handler", async () => {
  const clock = new ManualClock();
  const bus = new EventBus({ clock, logger: logBook().logger });
  const takesMs = [7, 3];
  function slow(): void {
    clock.advance(takesMs.shift() ?? 0);
  }
  function failing(): never {
    clock.advance(2);
    throw new Error("broken");
  }
  bus.subscribe({ eventType: Probe, eventKey: null, handler: slow });
  bus.subscribe({ eventType: Probe, eventKey: "key", priority: "LOW", handler: failing });
  bus.publishSync(new Probe());
  bus.publishSync(new Probe("key"));
  await bus.flush();
  const statistics = bus.statistics();
  expect([...statistics.types.keys()]).toEqual(["test.probe"]);
  const { handlers, ...total } = statistics.types.get("test.probe") ?? { handlers: [] };
  expect(total).toEqual({ published: 2, executed: 3, errors: 1, totalMs: 12, maxMs: 7 });
  expect(handlers).toEqual([
    { name: "slow", executed: 2, errors: 0, totalMs: 10, maxMs: 7 },
    { name: "failing", executed: 1, errors: 1, totalMs: 2, maxMs: 2 },
  ]);
});

test("each event type has its own row, also for a subscriber of the base class", () => {
  const bus = new EventBus();
  bus.subscribe({ eventType: Probe, eventKey: null, handler: () => {} });
  bus.publishSync(new Probe());
  bus.publishSync(new SpecialProbe());
  bus.publishSync(new SpecialProbe());
  const { types } = bus.statistics();
  expect(types.get("test.probe")).toMatchObject({ published: 1, executed: 1 });
  expect(types.get("test.special_probe")).toMatchObject({ published: 2, executed: 2 });
  expect(types.get("test.special_probe")?.handlers).toMatchObject([{ executed: 2 }]);
});

test("what a handler has done stays counted for its type after it has ended", () => {
  const bus = new EventBus();
  const subscription = bus.subscribe({ eventType: Probe, eventKey: null, handler: () => {} });
  bus.publishSync(new Probe());
  subscription();
  bus.publishSync(new Probe());
  expect(bus.statistics().types.get("test.probe")).toMatchObject({ published: 2, executed: 1 });
});

test("handler times come from the monotonic clock", () => {
  const clock = new ManualClock();
  const bus = new EventBus({ clock });
  bus.subscribe({
    eventType: Probe,
    eventKey: null,
    handler: () => {
      clock.stepWall(-3_600_000);
      clock.advance(4);
    },
  });
  bus.publishSync(new Probe());
  expect(bus.statistics().types.get("test.probe")).toMatchObject({ totalMs: 4, maxMs: 4 });
});

test.each(["NORMAL", "LOW"] as const)("the maximum is that of one %s call, also after a quick one", async (priority) => {
  const clock = new ManualClock();
  const bus = new EventBus({ clock });
  const takesMs = [0, 5, 7, 2];
  bus.subscribe({ eventType: Probe, eventKey: null, priority, handler: () => clock.advance(takesMs.shift() ?? 0) });
  for (let index = 0; index < 4; index += 1) bus.publishSync(new Probe());
  await bus.flush();
  expect(bus.statistics().types.get("test.probe")).toMatchObject({ executed: 4, totalMs: 14, maxMs: 7 });
});
