import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { KnownState } from "../../../src/homeassistant/known-state.ts";
import type { HubMetricValues } from "../../../src/hub/hub-sensor-sink.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { CCU, event, INTERFACE, PROBLEM, VALUES } from "./setup.ts";

const NOTHING = new AbortController().signal;

function known(): { clock: ManualClock; state: KnownState } {
  const clock = new ManualClock();
  return { clock, state: new KnownState({ clock }) };
}

/** Whether something is waiting to be sent: only then the latch lets a waiter through without time passing. */
async function isUnsent(state: KnownState, clock: ManualClock): Promise<boolean> {
  let passed = false;
  const waiting = state.changed.wait({ timeoutMs: 1, signal: NOTHING }).then(() => {
    passed = true;
  });
  await Promise.resolve();
  await Promise.resolve();
  const result = passed;
  clock.advance(1);
  await waiting;
  return result;
}

describe("KnownState", () => {
  it("keeps one value per device and metric, however many were published", () => {
    const { state } = known();
    state.describe(CCU, VALUES);
    state.takeTopology();
    for (let age = 1; age <= 1_000; age += 1) state.publish(CCU.id, { last_event_age: age });
    state.publish(CCU.id, { system_health: 60 });
    expect(state.takeChanges()).toEqual({ [CCU.id]: { last_event_age: 1_000, system_health: 60 } });
    expect(state.takeChanges()).toEqual({});
    expect(state.takeTopology()).toEqual([
      { device: CCU, values: { ...VALUES, last_event_age: 1_000, system_health: 60 }, interfaces: [] },
    ]);
  });

  it("places interfaces below their CCU, and removes them with it", () => {
    const { state } = known();
    state.describe(INTERFACE, { health: 100 });
    expect(state.takeTopology()).toEqual([]);
    state.publish(INTERFACE.id, { health: 90 });
    expect(state.takeChanges()).toEqual({});
    state.describe(CCU, VALUES);
    expect(state.takeTopology()).toMatchObject([{ device: CCU, interfaces: [{ device: INTERFACE, values: { health: 90 } }] }]);
    state.publish(INTERFACE.id, { health: 80 });
    state.remove(CCU.id);
    expect(state.topologyChanged).toBe(true);
    expect(state.takeChanges()).toEqual({});
    state.describe(CCU, VALUES);
    expect(state.takeTopology()).toMatchObject([{ device: CCU, interfaces: [] }]);
  });

  it("takes a description that says nothing new as values", () => {
    const { state } = known();
    state.describe(CCU, VALUES);
    state.takeTopology();
    state.describe({ ...CCU }, { ...VALUES, system_health: 50 });
    expect(state.topologyChanged).toBe(false);
    expect(state.takeChanges()).toEqual({ [CCU.id]: { ...VALUES, system_health: 50 } });
    state.describe({ ...CCU, name: "Attic" }, VALUES);
    expect(state.topologyChanged).toBe(true);
  });

  it.each([
    ["described without a metric", (state: KnownState) => state.describe(CCU, { system_health: 1 })],
    ["published with a metric it did not have", (state: KnownState) => state.publish(CCU.id, { low_batteries: 1 })],
  ])("has another topology when a device is %s", (_, change) => {
    const { state } = known();
    state.describe(CCU, VALUES);
    state.takeTopology();
    change(state);
    expect(state.topologyChanged).toBe(true);
  });

  it("drops values of devices it does not know", () => {
    const { state } = known();
    state.publish("nobody", { system_health: 1 });
    state.remove("nobody");
    expect(state.topologyChanged).toBe(false);
    expect(state.takeChanges()).toEqual({});
    expect(state.takeTopology()).toEqual([]);
  });

  it("states the troubles of all CCUs that are known, and says so when they change", () => {
    const { state } = known();
    state.problems(CCU.id, [PROBLEM]);
    expect(state.takeProblems()).toEqual([]);
    state.describe(CCU, VALUES);
    expect(state.takeProblems()).toEqual([]);
    state.takeTopology();
    expect(state.problemsChanged).toBe(true);
    expect(state.takeProblems()).toEqual([{ ...PROBLEM, ccuId: CCU.id }]);
    state.problems(CCU.id, [{ ...PROBLEM }]);
    state.problems("other", []);
    expect(state.problemsChanged).toBe(false);
    state.problems(CCU.id, []);
    expect(state.problemsChanged).toBe(true);
    expect(state.takeProblems()).toEqual([]);
  });

  it("forgets the troubles of a CCU that is removed", () => {
    const { state } = known();
    state.describe(CCU, VALUES);
    state.takeTopology();
    state.problems(CCU.id, [PROBLEM]);
    state.takeProblems();
    state.remove(CCU.id);
    expect(state.problemsChanged).toBe(true);
    expect(state.takeProblems()).toEqual([]);
  });

  it("keeps the newest 100 events and none older than 10 min", () => {
    const { state, clock } = known();
    for (let number = 1; number <= 10_000; number += 1) state.tell(event({ sinceMs: number }));
    expect(state.nextEvent()?.sinceMs).toBe(9_901);
    clock.advance(300_000);
    state.tell(event({ sinceMs: 1 }));
    clock.advance(300_001);
    expect(state.nextEvent()?.sinceMs).toBe(1);
    clock.advance(300_000);
    expect(state.nextEvent()).toBeUndefined();
  });

  it("keeps an event until it is done", () => {
    const { state } = known();
    const [first, second] = [event({ sinceMs: 1 }), event({ sinceMs: 2 })];
    state.tell(first);
    state.tell(second);
    expect(state.nextEvent()).toBe(first);
    expect(state.nextEvent()).toBe(first);
    state.eventDone(first);
    state.eventDone(first);
    expect(state.nextEvent()).toBe(second);
  });

  it("wakes a waiter as long as anything is unsent", async () => {
    const { state, clock } = known();
    expect(await isUnsent(state, clock)).toBe(false);
    const told = event();
    state.describe(CCU, VALUES);
    state.problems(CCU.id, [PROBLEM]);
    state.tell(told);
    state.takeTopology();
    expect(await isUnsent(state, clock)).toBe(true);
    state.takeProblems();
    expect(await isUnsent(state, clock)).toBe(true);
    state.eventDone(told);
    expect(await isUnsent(state, clock)).toBe(false);
    state.publish(CCU.id, { system_health: 1 });
    expect(await isUnsent(state, clock)).toBe(true);
    state.takeChanges();
    expect(await isUnsent(state, clock)).toBe(false);
  });

  it("leads a receiver of all takes to the same values as the sender, whatever happens in between", () => {
    const id = fc.constantFrom("a", "b", "c");
    const partial = fc.record({ system_health: fc.nat(), connection_latency: fc.nat(), last_event_age: fc.nat() }, { requiredKeys: [] });
    const step = fc.oneof(
      fc.record({ kind: fc.constant("describe" as const), id, values: fc.constant(VALUES) }),
      fc.record({ kind: fc.constant("publish" as const), id, values: partial }),
      fc.record({ kind: fc.constant("remove" as const), id }),
      fc.record({ kind: fc.constant("send" as const) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const { state: sender } = known();
        const truth = new Map<string, HubMetricValues>();
        const receiver = new Map<string, object>();
        const send = (): void => {
          if (sender.topologyChanged) {
            receiver.clear();
            for (const { device, values } of sender.takeTopology()) receiver.set(device.id, values);
          } else {
            for (const [key, changes] of Object.entries(sender.takeChanges())) receiver.set(key, { ...receiver.get(key), ...changes });
          }
        };
        for (const given of [...steps, { kind: "send" as const }]) {
          if (given.kind === "send") send();
          else if (given.kind === "describe") {
            sender.describe({ ...CCU, id: given.id }, given.values);
            truth.set(given.id, given.values);
          } else if (given.kind === "publish") {
            sender.publish(given.id, given.values);
            const before = truth.get(given.id);
            if (before !== undefined) truth.set(given.id, { ...before, ...given.values });
          } else {
            sender.remove(given.id);
            truth.delete(given.id);
          }
        }
        expect(receiver).toEqual(truth);
      }),
    );
  });
});
