import { describe, expect, test } from "vitest";
import type { Watched } from "./watched.ts";
import { World } from "./world.ts";

const MINUTE_MS = 60_000;
const DAYS = (ms: number): number => ms / (24 * 60 * MINUTE_MS);
const HEADLINE = ["system_health", "connection_latency", "last_event_age"];
/** Rows a day in a healthy steady state: an entity, the three headline sensors together; under stress ten times as many. */
const ENTITY = 300;
const THREE = 600;

function rowsSince(watched: Watched, before: ReadonlyMap<string, number>): readonly (readonly [entity: string, rows: number])[] {
  return [...watched.rows()].map(([entity, rows]) => [entity, rows - (before.get(entity) ?? 0)] as const);
}

function expectBudget(rows: readonly (readonly [string, number])[], { factor, days }: { factor: number; days: number }): void {
  expect(rows.length).toBeGreaterThan(20);
  for (const [entity, count] of rows) expect([entity, count / days <= ENTITY * factor]).toEqual([entity, true]);
  const three = rows.filter(([entity]) => HEADLINE.some((key) => entity === `CCU ${key}`)).reduce((sum, [, count]) => sum + count, 0);
  expect(three / days).toBeLessThanOrEqual(THREE * factor);
}

describe("the recorder budget", { timeout: 120_000 }, () => {
  test("holds with five events a second and restless values, for each entity and the three headline sensors", async () => {
    await using world = await World.open();
    const watched = await world.watch({ interfaces: ["HmIP-RF", "BidCos-RF"], simulator: { reportScale: 0.5 } });
    await world.until(() => watched.isWell);
    const live = async (minutes: number): Promise<void> => {
      for (let second = 0; second < minutes * 60; second += 1) {
        // Some of these are the radio modules about themselves.
        watched.simulated().burst(5);
        watched.simulated("BidCos-RF").burst(1);
        await world.pass(1_000, 1_000);
      }
    };
    await live(16);
    const before = watched.rows();
    await live(15);
    expectBudget(rowsSince(watched, before), { factor: 1, days: DAYS(15 * MINUTE_MS) });
    expect(watched.shows("events_per_minute")).toBeGreaterThan(290);
  });

  test("holds ten times over while the links flap, and no bad state is hidden", async () => {
    await using world = await World.open();
    const watched = await world.watch({ interfaces: ["HmIP-RF", "BidCos-RF"], simulator: { reportScale: 1 } });
    await world.until(() => watched.isWell);
    const startMs = world.clock.monotonicMs();
    const critical: boolean[] = [];
    for (let flap = 0; flap < 40; flap += 1) {
      await watched.set({ mode: flap % 2 === 0 ? "refuse" : "normal" });
      await watched.set({ mode: flap % 3 === 0 ? "hang" : "normal" }, "BidCos-RF");
      await world.pass(70_000, 1_000);
      critical.push(watched.central.readings.status === "critical");
      if (critical.at(-1))
        expect([watched.shows("status"), watched.shows("problem"), watched.shows("connected")]).toEqual(["critical", true, false]);
    }
    expect(new Set(critical)).toEqual(new Set([true, false]));
    const days = DAYS(world.clock.monotonicMs() - startMs);
    expectBudget(rowsSince(watched, new Map()), { factor: 10, days });
    expect(watched.events.length).toBeLessThan(60);

    await Promise.all([watched.set({ mode: "normal" }), watched.set({ mode: "normal" }, "BidCos-RF")]);
    await world.until(() => watched.shows("status") === "ok" && watched.cause() === "none", 400_000);
    expect(watched.health).toBe(100);
    expect(watched.events.at(-1)?.type).toBe("interface_restored");
  });
});
