import fc from "fast-check";
import { expect, test } from "vitest";
import { emitCounter, emitGauge, emitHealth, emitLatency, type ObserverSnapshot } from "../../../src/metrics/index.ts";
import { stand } from "../contract/support.ts";

const sourceId = fc.constantFrom("a", "b", "c");
const value = fc.integer({ min: 0, max: 5_000 });
const deed = fc.oneof(
  fc.record({ kind: fc.constant("emit" as const), sourceId, value }),
  fc.record({ kind: fc.constant("timeOut" as const), sourceId, value }),
  fc.record({ kind: fc.constant("retire" as const), sourceId, value }),
  fc.record({ kind: fc.constant("wait" as const), sourceId, value: fc.integer({ min: 1, max: 400_000 }) }),
);

/** All that a snapshot tells, as plain text. */
function contents({ latency, counters, gauges, health, takenAt }: ObserverSnapshot): string {
  return JSON.stringify([[...latency], [...counters], [...gauges], [...health], takenAt]);
}

test("whatever happens later, and however late it is read, a snapshot tells what was known when it was taken", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(deed, { maxLength: 30 }), async (deeds) => {
      const { clock, eventBus, observer } = stand();
      const taken: { snapshot: ObserverSnapshot; text: string }[] = [];
      for (const { kind, sourceId: id, value: number } of deeds) {
        const origin = { eventBus, source: "s", sourceId: id };
        if (kind === "wait") clock.advance(number);
        if (kind === "retire") observer.retire({ pattern: `s:${id}` });
        if (kind === "timeOut") observer.recordTimeout({ ...origin, operation: "o", limitMs: number });
        if (kind === "emit") {
          emitLatency({ ...origin, operation: "o", durationMs: number });
          emitCounter({ ...origin, metricName: "c", increment: number });
          emitGauge({ ...origin, metricName: "g", value: number });
          emitHealth({ ...origin, healthy: number > 2_500, reason: String(number) });
        }
        await eventBus.flush();
        const snapshot = observer.snapshot();
        taken.push({ snapshot, text: contents(snapshot) });
      }
      for (const { snapshot, text } of taken) expect(contents(snapshot)).toBe(text);
    }),
  );
});

test("a latency is the same object for exactly as long as it tells the same", async () => {
  const step = fc.record({ waitMs: fc.nat({ max: 200_000 }), durationMs: fc.option(fc.integer({ min: 1, max: 5_000 }), { freq: 2 }) });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      const { clock, eventBus, observer } = stand();
      const latency = () => observer.snapshot().latency.get("s:a:o");
      emitLatency({ eventBus, source: "s", sourceId: "a", operation: "o", durationMs: 1 });
      await eventBus.flush();
      for (const { waitMs, durationMs } of steps) {
        const before = latency();
        clock.advance(waitMs);
        if (durationMs !== null) emitLatency({ eventBus, source: "s", sourceId: "a", operation: "o", durationMs });
        await eventBus.flush();
        expect(latency() === before).toBe(JSON.stringify(latency()) === JSON.stringify(before));
      }
    }),
  );
});
