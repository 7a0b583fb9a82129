import { expect, test } from "vitest";
import { emitHealth, type HealthState } from "../../../src/metrics/index.ts";
import { stand } from "./support.ts";

test("the overall score is the mean over the health keys", async () => {
  const { observer, eventBus } = stand();
  emitHealth({ eventBus, source: "client", sourceId: "HmIP-RF", healthy: true });
  await eventBus.flush();
  expect(observer.getOverallHealthScore()).toBe(1);
  emitHealth({ eventBus, source: "client", sourceId: "BidCos-RF", healthy: false, reason: "gone" });
  await eventBus.flush();
  expect(observer.getOverallHealthScore()).toBe(0.5);
  emitHealth({ eventBus, source: "other", healthy: false, score: 0.6 });
  emitHealth({ eventBus, source: "client", sourceId: "BidCos-RF", healthy: false, score: 0.2 });
  await eventBus.flush();
  expect(observer.getOverallHealthScore()).toBeCloseTo(0.6);
});

test("scores of 0 and 1 are inside the range", async () => {
  const { observer, eventBus } = stand();
  emitHealth({ eventBus, source: "a", healthy: false, score: 0 });
  emitHealth({ eventBus, source: "b", healthy: true, score: 1 });
  await eventBus.flush();
  expect(observer.snapshot().health.size).toBe(2);
  expect(observer.snapshot().counters.size).toBe(0);
});

test("lastChange moves only when healthy flips", async () => {
  const { observer, eventBus, clock } = stand();
  const startMs = clock.wallMs();
  const emit = async (healthy: boolean, options: { reason?: string; score?: number } = {}): Promise<HealthState | undefined> => {
    clock.advance(1_000);
    emitHealth({ eventBus, source: "client", healthy, ...options });
    await eventBus.flush();
    return observer.snapshot().health.get("client::health");
  };
  const secondsOf = (state: HealthState | undefined): number => ((state?.lastChange.getTime() ?? 0) - startMs) / 1_000;
  expect(secondsOf(await emit(true))).toBe(1);
  expect(secondsOf(await emit(true))).toBe(1);
  expect(secondsOf(await emit(false, { reason: "command path" }))).toBe(3);
  const worse = await emit(false, { reason: "event path", score: 0.2 });
  expect(secondsOf(worse)).toBe(3);
  expect(worse).toMatchObject({ healthy: false, reason: "event path", score: 0.2 });
  const back = await emit(true);
  expect(secondsOf(back)).toBe(5);
  expect(back).toMatchObject({ healthy: true, reason: null, score: 1 });
});
