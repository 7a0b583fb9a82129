import { expect, test, vi } from "vitest";
import { EventBus, type EventPriority, type Subscription } from "../../../src/events/index.ts";
import { Probe } from "./support.ts";

const LEVELS = ["CRITICAL", "HIGH", "NORMAL", "LOW"] as const;
const keyOf = (event: Probe): string => event.key ?? "";

test.each(LEVELS)("a %s handler unsubscribed during the dispatch is not called any more", async (priority) => {
  const bus = new EventBus();
  const victim = vi.fn();
  const ended: Subscription[] = [];
  bus.subscribe({ eventType: Probe, eventKey: null, priority: "CRITICAL", handler: () => ended[0]?.() });
  ended.push(bus.subscribe({ eventType: Probe, eventKey: null, priority, handler: victim }));
  await bus.publish(new Probe());
  expect(victim).not.toHaveBeenCalled();
});

test("a LOW handler that unsubscribes the next LOW one keeps it from the events that are queued for it", async () => {
  const bus = new EventBus();
  const victim = vi.fn();
  const ended: Subscription[] = [];
  bus.subscribe({ eventType: Probe, eventKey: null, priority: "LOW", handler: () => ended[0]?.() });
  ended.push(bus.subscribe({ eventType: Probe, eventKey: null, priority: "LOW", handler: victim }));
  const done = [bus.publish(new Probe()), bus.publish(new Probe())];
  await Promise.all(done);
  await bus.flush();
  expect(victim).not.toHaveBeenCalled();
  expect(bus.statistics().queued).toBe(0);
});

test("a handler can end itself", async () => {
  const bus = new EventBus();
  const called: string[] = [];
  const own = bus.subscribe({
    eventType: Probe,
    eventKey: null,
    handler: () => {
      called.push("once");
      own();
    },
  });
  bus.subscribe({ eventType: Probe, eventKey: null, handler: () => void called.push("next") });
  bus.publishSync(new Probe());
  bus.publishSync(new Probe());
  expect(called).toEqual(["once", "next", "next"]);
});

test.each(LEVELS)("a %s handler subscribed during the dispatch is not called for that event but for the next", async (priority) => {
  const bus = new EventBus();
  const late = vi.fn((event: Probe) => void event);
  bus.subscribe({
    eventType: Probe,
    eventKey: "first",
    priority: "CRITICAL",
    handler: () => void bus.subscribe({ eventType: Probe, eventKey: null, priority, handler: late }),
  });
  await bus.publish(new Probe("first"));
  expect(late).not.toHaveBeenCalled();
  await bus.publish(new Probe("second"));
  expect(late.mock.calls.map(([event]) => event.key)).toEqual(["second"]);
});

test("a handler subscribed before the queue was drained gets nothing of what was published earlier", async () => {
  const bus = new EventBus();
  const late = vi.fn();
  bus.subscribe({ eventType: Probe, eventKey: null, priority: "LOW", handler: () => {} });
  bus.publishSync(new Probe());
  bus.subscribe({ eventType: Probe, eventKey: null, priority: "LOW", handler: late });
  await bus.flush();
  expect(late).not.toHaveBeenCalled();
});

test("an event published inside a handler comes after the current one for every subscriber, and before the outermost publish returns", async () => {
  const bus = new EventBus();
  const called: string[] = [];
  const record = (name: string, priority: EventPriority): void => {
    bus.subscribe({ eventType: Probe, eventKey: null, priority, handler: (event: Probe) => void called.push(`${name} ${keyOf(event)}`) });
  };
  record("first", "CRITICAL");
  bus.subscribe({
    eventType: Probe,
    eventKey: "outer",
    priority: "CRITICAL",
    handler: () => {
      bus.publishSync(new Probe("inner"));
      called.push("published");
    },
  });
  record("second", "HIGH");
  record("third", "NORMAL");
  record("last", "LOW");
  bus.publishSync(new Probe("outer"));
  expect(called).toEqual(["first outer", "published", "second outer", "third outer", "first inner", "second inner", "third inner"]);
  await bus.flush();
  expect(called.slice(7)).toEqual(["last outer", "last inner"]);
});

test("events published inside handlers stay in publish order at any depth", () => {
  const bus = new EventBus();
  const called: string[] = [];
  const next: Readonly<Record<string, readonly string[]>> = { a: ["b", "c"], b: ["d"], c: ["e"] };
  bus.subscribe({
    eventType: Probe,
    eventKey: null,
    handler: (event: Probe) => {
      for (const key of next[keyOf(event)] ?? []) bus.publishSync(new Probe(key));
    },
  });
  bus.subscribe({ eventType: Probe, eventKey: null, handler: (event: Probe) => void called.push(keyOf(event)) });
  bus.publishSync(new Probe("a"));
  expect(called).toEqual(["a", "b", "c", "d", "e"]);
});

test("an event published inside a LOW handler comes after the other LOW handlers of the current event, and flush waits for it", async () => {
  const bus = new EventBus();
  const called: string[] = [];
  bus.subscribe({ eventType: Probe, eventKey: "outer", priority: "LOW", handler: () => bus.publishSync(new Probe("inner")) });
  bus.subscribe({ eventType: Probe, eventKey: null, priority: "LOW", handler: (event: Probe) => void called.push(`low ${keyOf(event)}`) });
  bus.subscribe({ eventType: Probe, eventKey: "inner", priority: "CRITICAL", handler: () => void called.push("critical inner") });
  bus.publishSync(new Probe("outer"));
  await bus.flush();
  expect(called).toEqual(["low outer", "critical inner", "low inner"]);
});

test("publish made inside a handler resolves once its LOW handlers have run", async () => {
  const bus = new EventBus();
  const low = vi.fn();
  const inner: Promise<void>[] = [];
  bus.subscribe({ eventType: Probe, eventKey: "outer", handler: () => void inner.push(bus.publish(new Probe("inner"))) });
  bus.subscribe({ eventType: Probe, eventKey: "inner", priority: "LOW", handler: low });
  bus.publishSync(new Probe("outer"));
  await Promise.all(inner);
  expect(low).toHaveBeenCalledOnce();
});

test("the same function may be subscribed twice, is called twice, and each subscription ends alone", () => {
  const bus = new EventBus();
  const handler = vi.fn();
  const subscribe = (): Subscription => bus.subscribe({ eventType: Probe, eventKey: null, handler });
  const first = subscribe();
  const second = subscribe();
  bus.publishSync(new Probe());
  expect(handler).toHaveBeenCalledTimes(2);
  first();
  first();
  bus.publishSync(new Probe());
  expect(handler).toHaveBeenCalledTimes(3);
  second[Symbol.dispose]();
  bus.publishSync(new Probe());
  expect(handler).toHaveBeenCalledTimes(3);
});

test("a subscription ends at the end of a using block", () => {
  const bus = new EventBus();
  const handler = vi.fn();
  {
    using _subscription = bus.subscribe({ eventType: Probe, eventKey: "key", handler });
    bus.publishSync(new Probe("key"));
  }
  bus.publishSync(new Probe("key"));
  expect(handler).toHaveBeenCalledOnce();
});

test("a subscription that outlives the disposal of the bus ends alone", async () => {
  const bus = new EventBus();
  const early = bus.subscribe({ eventType: Probe, eventKey: null, handler: () => {} });
  await bus[Symbol.asyncDispose]();
  const handler = vi.fn();
  bus.subscribe({ eventType: Probe, eventKey: null, handler });
  early();
  bus.publishSync(new Probe());
  expect(handler).toHaveBeenCalledOnce();
});
