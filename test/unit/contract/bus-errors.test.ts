import { expect, test, vi } from "vitest";
import { EventBus, type EventPriority } from "../../../src/events/index.ts";
import { logBook, Probe } from "./support.ts";

test.each(["CRITICAL", "HIGH", "NORMAL", "LOW"] as const)(
  "a throwing %s handler stops neither the publisher nor the others",
  async (priority: EventPriority) => {
    const { logger } = logBook();
    const bus = new EventBus({ logger });
    const others = vi.fn();
    bus.subscribe({
      eventType: Probe,
      eventKey: null,
      priority,
      handler: () => {
        throw new Error("broken");
      },
    });
    for (const level of ["CRITICAL", "HIGH", "NORMAL", "LOW"] as const)
      bus.subscribe({ eventType: Probe, eventKey: null, priority: level, handler: others });
    await expect(bus.publish(new Probe())).resolves.toBeUndefined();
    expect(others).toHaveBeenCalledTimes(4);
    expect(bus.statistics().types.get("test.probe")).toMatchObject({ published: 1, errors: 1 });
  },
);

test("an error is counted each time and logged once per handler and message", () => {
  const { logger, lines } = logBook();
  const bus = new EventBus({ logger });
  let message = "one";
  const fail = (): never => {
    throw new Error(message);
  };
  bus.subscribe({ eventType: Probe, eventKey: null, handler: fail });
  for (let turn = 0; turn < 5; turn += 1) bus.publishSync(new Probe());
  expect(lines).toHaveLength(1);
  message = "two";
  bus.publishSync(new Probe());
  bus.publishSync(new Probe());
  expect(lines).toHaveLength(2);
  bus.subscribe({
    eventType: Probe,
    eventKey: null,
    handler: () => {
      throw new Error("two");
    },
  });
  bus.publishSync(new Probe());
  bus.publishSync(new Probe());
  expect(lines).toHaveLength(3);
  expect(bus.statistics().types.get("test.probe")?.errors).toBe(11);
});

test("an error of a LOW handler is logged once too", async () => {
  const { logger, lines } = logBook();
  const bus = new EventBus({ logger });
  bus.subscribe({
    eventType: Probe,
    eventKey: null,
    priority: "LOW",
    handler: () => {
      throw new Error("broken");
    },
  });
  for (let turn = 0; turn < 3; turn += 1) bus.publishSync(new Probe());
  await bus.flush();
  expect(lines).toHaveLength(1);
});

test("what is thrown need not be an Error", () => {
  const { logger, lines } = logBook();
  const bus = new EventBus({ logger });
  for (const thrown of ["text", null, undefined, 7, Symbol("odd")]) {
    bus.subscribe({
      eventType: Probe,
      eventKey: null,
      handler: () => {
        throw thrown;
      },
    });
  }
  expect(() => bus.publishSync(new Probe())).not.toThrow();
  expect(lines).toHaveLength(5);
});

test("a thrown object that has no text stops neither the publisher nor the others", () => {
  const { logger, lines } = logBook();
  const bus = new EventBus({ logger });
  const other = vi.fn();
  bus.subscribe({
    eventType: Probe,
    eventKey: null,
    handler: () => {
      throw Object.create(null);
    },
  });
  bus.subscribe({ eventType: Probe, eventKey: null, handler: other });
  expect(() => bus.publishSync(new Probe())).not.toThrow();
  expect(other).toHaveBeenCalledOnce();
  expect(lines).toHaveLength(1);
});

test("a handler that is asynchronous against the rules and fails is counted and logged", async () => {
  const { logger, lines } = logBook();
  const bus = new EventBus({ logger });
  bus.subscribe({ eventType: Probe, eventKey: null, handler: () => Promise.reject(new Error("later")) });
  await bus.publish(new Probe());
  await vi.waitFor(() => expect(lines).toHaveLength(1));
  expect(bus.statistics().types.get("test.probe")).toMatchObject({ executed: 1, errors: 1 });
});
