import fc from "fast-check";
import { expect, test } from "vitest";
import { type BusEvent, EventBus, type Subscription } from "../../../src/events/index.ts";

const LEVELS = ["CRITICAL", "HIGH", "NORMAL", "LOW"] as const;

class Numbered implements BusEvent {
  readonly type = "test.numbered";
  readonly timestamp = 0;
  readonly key: string;
  readonly number: number;

  constructor(key: string, number: number) {
    this.key = key;
    this.number = number;
  }
}

interface Call {
  readonly subscriber: number;
  readonly event: number;
}

const key = fc.constantFrom("a", "b");
/** What a handler does when it is called for the first, the second, ... time. */
const deed = fc.oneof(
  { weight: 2, arbitrary: fc.constant({ kind: "nothing" } as const) },
  fc.record({ kind: fc.constant("publish" as const), key }),
  fc.record({ kind: fc.constant("end" as const), subscriber: fc.nat({ max: 7 }) }),
);
const subscriber = fc.record({
  priority: fc.constantFrom(...LEVELS),
  eventKey: fc.option(key),
  deeds: fc.array(deed, { maxLength: 4 }),
});

test("whatever handlers publish and end meanwhile, events keep their order and handlers theirs", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(subscriber, { minLength: 1, maxLength: 8 }),
      fc.array(key, { minLength: 1, maxLength: 6 }),
      async (subscribers, keys) => {
        const bus = new EventBus();
        const calls: Call[] = [];
        const published: string[] = [];
        const endedAt = new Map<number, number>();
        const publish = (eventKey: string): void => bus.publishSync(new Numbered(eventKey, published.push(eventKey) - 1));
        const subscriptions: Subscription[] = subscribers.map(({ priority, eventKey, deeds }, index) => {
          const left = [...deeds];
          const handler = ({ number }: Numbered): void => {
            calls.push({ subscriber: index, event: number });
            const next = left.shift();
            if (next?.kind === "publish") publish(next.key);
            if (next?.kind !== "end" || endedAt.has(next.subscriber) || subscriptions[next.subscriber] === undefined) return;
            subscriptions[next.subscriber]?.();
            endedAt.set(next.subscriber, calls.length);
          };
          return bus.subscribe({ eventType: Numbered, eventKey, priority, handler });
        });
        for (const eventKey of keys) publish(eventKey);
        await bus.flush();

        const isLow = ({ subscriber: index }: Call): boolean => subscribers[index]?.priority === "LOW";
        const place = ({ subscriber: index }: Call): number => LEVELS.indexOf(subscribers[index]?.priority ?? "LOW") * 100 + index;
        const inOrder = (some: readonly Call[]): Call[] =>
          some.toSorted((one, other) => one.event - other.event || place(one) - place(other));
        const [low, immediate] = [calls.filter(isLow), calls.filter((call) => !isLow(call))];
        expect(immediate).toEqual(inOrder(immediate));
        expect(low).toEqual(inOrder(low));
        for (const [index, { eventKey }] of subscribers.entries()) {
          const own = calls.flatMap((call, position) => (call.subscriber === index ? [{ event: call.event, position }] : []));
          const end = endedAt.get(index);
          const due = [...published.keys()].filter((number) => eventKey === null || published[number] === eventKey);
          expect(own.map(({ event }) => event)).toEqual(end === undefined ? due : due.slice(0, own.length));
          for (const { position } of own) expect(position).toBeLessThan(end ?? Number.POSITIVE_INFINITY);
        }
      },
    ),
  );
});
