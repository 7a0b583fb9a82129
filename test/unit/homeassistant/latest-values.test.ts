import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LatestValues } from "../../../src/homeassistant/latest-values.ts";
import type { HubMetricValues } from "../../../src/hub/hub-sensor-sink.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { CCU, VALUES } from "./setup.ts";

describe("LatestValues", () => {
  it("keeps one value per device and metric, however many were published", () => {
    const values = new LatestValues({ clock: new ManualClock() });
    values.describe(CCU, VALUES);
    values.takeAll();
    for (let age = 1; age <= 1_000; age += 1) values.publish(CCU.id, { last_event_age: age });
    values.publish(CCU.id, { system_health: 60 });
    expect(values.takeChanges()).toEqual({ [CCU.id]: { last_event_age: 1_000, system_health: 60 } });
    expect(values.takeChanges()).toEqual({});
    const { kind: _, ...described } = CCU;
    expect(values.takeAll()).toEqual([{ ...described, metrics: { ...VALUES, last_event_age: 1_000, system_health: 60 } }]);
  });

  it("drops values of devices it does not know", () => {
    const values = new LatestValues({ clock: new ManualClock() });
    values.publish("nobody", { system_health: 1 });
    values.describe(CCU, VALUES);
    values.takeAll();
    values.publish(CCU.id, { system_health: 1 });
    values.remove(CCU.id);
    expect(values.topologyChanged).toBe(true);
    expect(values.takeChanges()).toEqual({});
    expect(values.takeAll()).toEqual([]);
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
        const sender = new LatestValues({ clock: new ManualClock() });
        const truth = new Map<string, HubMetricValues>();
        const receiver = new Map<string, object>();
        const send = (): void => {
          if (sender.topologyChanged) {
            receiver.clear();
            for (const ccu of sender.takeAll()) receiver.set(ccu.id, ccu.metrics);
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
            const known = truth.get(given.id);
            if (known !== undefined) truth.set(given.id, { ...known, ...given.values });
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
