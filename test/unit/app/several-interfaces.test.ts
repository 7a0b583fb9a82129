import { describe, expect, test } from "vitest";
import type { InterfaceName } from "../../../src/config.ts";
import { World } from "./world.ts";

const ALL: readonly InterfaceName[] = ["HmIP-RF", "BidCos-RF", "VirtualDevices"];
const NOTICED_MS = 26_000;

describe("several interfaces", () => {
  test("one that is lost costs its share and leaves the others alone", async () => {
    await using world = await World.open();
    const watched = await world.watch({ interfaces: ALL });
    await world.until(() => watched.isWell);
    await watched.set({ mode: "refuse" }, "BidCos-RF");
    await world.until(() => watched.health === 66.7, NOTICED_MS);
    expect(ALL.map((name) => watched.state(name))).toEqual(["connected", "waiting", "connected"]);
    for (const deduction of watched.central.deductions) expect(deduction).toMatch(/^BidCos-RF /);
  });

  test("defect 6: an open breaker does not lower health", async () => {
    await using world = await World.open();
    const watched = await world.watch();
    await world.until(() => watched.isWell);
    await watched.set({ mode: "refuse" });
    await world.until(() => world.log.lines.includes("debug CCU: HmIP-RF: circuit breaker open"), NOTICED_MS);
    expect(watched.paths()?.command).toBe("failing");
    expect(watched.health).toBe(0);
  });

  test("defect 13: losing all interfaces at once leaves it RUNNING", async () => {
    await using world = await World.open();
    const watched = await world.watch({ interfaces: ALL });
    await world.until(() => watched.isWell);
    await Promise.all(ALL.map((name) => watched.set({ mode: "refuse" }, name)));
    await world.until(() => watched.health === 0, NOTICED_MS);
    expect(ALL.map((name) => watched.state(name))).not.toContain("connected");
    await Promise.all(ALL.map((name) => watched.set({ mode: "normal" }, name)));
    await world.until(() => watched.isWell, 15_000);
  });

  test("defect 14: one missing interface at start means no sensors until restart", async () => {
    await using world = await World.open();
    const watched = await world.watch({
      interfaces: ["HmIP-RF", "BidCos-RF"],
      deviceId: null,
      prepare: (ccu) => ccu.interface("HmIP-RF").set({ mode: "refuse" }),
    });
    await world.until(() => watched.health === 50, 11_000);
    expect(watched.latencyMs).not.toBeNull();
    expect(watched.told.length).toBeGreaterThan(0);
    await watched.set({ mode: "normal" });
    await world.until(() => watched.isWell, 15_000);
    expect(watched.central.links).toHaveLength(2);
  });

  test("their registrations are taken back when the work ends, whatever state each is in", async () => {
    await using world = await World.open();
    const watched = await world.watch({ interfaces: ALL });
    await world.until(() => watched.isWell);
    await watched.set({ mode: "hang" }, "VirtualDevices");
    await watched.set({ mode: "refuse" }, "BidCos-RF");
    await world.until(() => watched.state("BidCos-RF") === "waiting", NOTICED_MS);
    expect(await world.finish(watched.central.stop())).toBeLessThanOrEqual(2_200);
    expect(watched.simulated("HmIP-RF").clients).toEqual([]);
    expect(ALL.map((name) => watched.state(name))).toEqual(["stopped", "stopped", "stopped"]);
  });
});
