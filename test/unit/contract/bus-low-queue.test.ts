import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, test, vi } from "vitest";
import { EventBus } from "../../../src/events/index.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { logBook, Probe } from "./support.ts";

const keyOf = (event: Probe): string => event.key ?? "";

test("LOW deliveries keep publish order", async () => {
  const bus = new EventBus();
  const seen: string[] = [];
  for (const name of ["x", "y"]) {
    bus.subscribe({ eventType: Probe, eventKey: null, priority: "LOW", handler: (event: Probe) => void seen.push(name + keyOf(event)) });
  }
  for (const key of ["1", "2", "3"]) bus.publishSync(new Probe(key));
  await bus.flush();
  expect(seen).toEqual(["x1", "y1", "x2", "y2", "x3", "y3"]);
});

test("they run without a flush, on a clock that stands still too", async () => {
  const bus = new EventBus({ clock: new ManualClock() });
  const handler = vi.fn();
  bus.subscribe({ eventType: Probe, eventKey: null, priority: "LOW", handler });
  bus.publishSync(new Probe());
  expect(handler).not.toHaveBeenCalled();
  await vi.waitFor(() => expect(handler).toHaveBeenCalledOnce());
});

test.each([
  ["of many events", () => new Probe()],
  [
    "of one event that is published again and again",
    (
      (event) => () =>
        event
    )(new Probe()),
  ],
])("the queue %s is drained in slices: it does not block the loop", async (_name, next) => {
  const bus = new EventBus({ lowQueueLimit: 20_000 });
  let executed = 0;
  bus.subscribe({
    eventType: Probe,
    eventKey: null,
    priority: "LOW",
    handler: () => {
      executed += 1;
      const endMs = performance.now() + 0.02;
      while (performance.now() < endMs);
    },
  });
  for (let index = 0; index < 20_000; index += 1) bus.publishSync(next());
  const drained = bus.flush();
  while (executed === 0) await nextTurn();
  expect(executed).toBeLessThan(20_000);
  await drained;
  expect(executed).toBe(20_000);
});

test("the limit counts deliveries; the oldest is dropped and counted", async () => {
  const { logger, lines } = logBook();
  const bus = new EventBus({ lowQueueLimit: 3, logger });
  const seen: string[] = [];
  for (const name of ["x", "y"]) {
    bus.subscribe({ eventType: Probe, eventKey: null, priority: "LOW", handler: (event: Probe) => void seen.push(name + keyOf(event)) });
  }
  const published = ["1", "2", "3"].map((key) => bus.publish(new Probe(key)));
  expect(bus.statistics()).toMatchObject({ queued: 3, dropped: 3 });
  await bus.flush();
  expect(seen).toEqual(["y2", "x3", "y3"]);
  expect(bus.statistics()).toMatchObject({ queued: 0, dropped: 3 });
  expect(lines.length, "never silent, but once").toBe(1);
  await Promise.all(published);
});

test("an overflow drops nothing of the higher priorities", () => {
  const bus = new EventBus({ lowQueueLimit: 1, logger: logBook().logger });
  const normal = vi.fn();
  bus.subscribe({ eventType: Probe, eventKey: null, priority: "LOW", handler: () => {} });
  bus.subscribe({ eventType: Probe, eventKey: null, handler: normal });
  for (let index = 0; index < 10; index += 1) bus.publishSync(new Probe());
  expect(normal).toHaveBeenCalledTimes(10);
  expect(bus.statistics()).toMatchObject({ queued: 1, dropped: 9 });
});

test("publish resolves once the LOW handlers of its event have run, or at once without any", async () => {
  const bus = new EventBus();
  await bus.publish(new Probe());
  const seen: string[] = [];
  bus.subscribe({ eventType: Probe, eventKey: null, priority: "LOW", handler: (event: Probe) => void seen.push(keyOf(event)) });
  const first = bus.publish(new Probe("1"));
  bus.publishSync(new Probe("2"));
  await first;
  expect(seen[0]).toBe("1");
  await bus.flush();
  expect(seen).toEqual(["1", "2"]);
});

test("publish resolves when its LOW subscribers have ended in the meantime", async () => {
  const bus = new EventBus();
  const handler = vi.fn();
  const subscription = bus.subscribe({ eventType: Probe, eventKey: null, priority: "LOW", handler });
  const published = bus.publish(new Probe());
  subscription();
  await published;
  expect(handler).not.toHaveBeenCalled();
});

test("flush resolves at once when nothing is queued, and waits for what LOW handlers publish", async () => {
  const bus = new EventBus();
  await bus.flush();
  const seen: string[] = [];
  bus.subscribe({
    eventType: Probe,
    eventKey: null,
    priority: "LOW",
    handler: (event: Probe) => {
      seen.push(keyOf(event));
      if (seen.length < 5) bus.publishSync(new Probe(String(seen.length)));
    },
  });
  bus.publishSync(new Probe("0"));
  await bus.flush();
  expect(seen).toEqual(["0", "1", "2", "3", "4"]);
  expect(bus.statistics().queued).toBe(0);
});

test("disposing the bus delivers what is queued", async () => {
  const seen: string[] = [];
  {
    await using bus = new EventBus();
    bus.subscribe({ eventType: Probe, eventKey: null, priority: "LOW", handler: (event: Probe) => void seen.push(keyOf(event)) });
    for (const key of ["1", "2"]) bus.publishSync(new Probe(key));
  }
  expect(seen).toEqual(["1", "2"]);
});

test("disposing twice, also at the same time, is harmless", async () => {
  const bus = new EventBus();
  const handler = vi.fn();
  bus.subscribe({ eventType: Probe, eventKey: null, priority: "LOW", handler });
  bus.publishSync(new Probe());
  await Promise.all([bus[Symbol.asyncDispose](), bus[Symbol.asyncDispose]()]);
  await bus[Symbol.asyncDispose]();
  expect(handler).toHaveBeenCalledOnce();
});
