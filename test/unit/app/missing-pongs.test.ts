import { describe, expect, test } from "vitest";
import type { InterfaceName } from "../../../src/config.ts";
import type { Watched } from "./watched.ts";
import { World } from "./world.ts";

/** Two pings in a row without PONG. */
const LOST_MS = 52_000;
const BACK_MS = 30_000;
const MINUTE_MS = 60_000;
/** Four registrations, each with two pings, and the pauses between them. */
const TRIED_MS = 150_000;

async function reporting(world: World, watched: Watched, name: InterfaceName, { everyMs, forMs }: { everyMs: number; forMs: number }) {
  for (let passedMs = 0; passedMs < forMs; passedMs += everyMs) {
    await world.pass(everyMs, 1_000);
    watched.report(20 + (passedMs % 7), name);
    await world.pass(100);
  }
}

const eventTypes = ({ events }: Watched) => events.map(({ type }) => type);
const incidents = ({ central }: Watched) => central.reliability.incidents.length;

describe("PONGs that stay away while devices report", () => {
  test("BidCos-RF is late and not dropped: nothing is registered anew, nothing is an incident, and a PONG ends it", async () => {
    await using world = await World.open();
    const watched = await world.watch({ interfaces: ["BidCos-RF"] });
    await world.until(() => watched.isWell);
    await watched.set({ pingWithoutPong: true }, "BidCos-RF");
    await reporting(world, watched, "BidCos-RF", { everyMs: 5_000, forMs: 10 * MINUTE_MS });
    expect([watched.cause(), watched.shows("status"), watched.shows("connected"), watched.health]).toEqual([
      "pong_late",
      "degraded",
      true,
      100,
    ]);
    expect([watched.registrations("BidCos-RF"), incidents(watched)]).toEqual([1, 0]);
    expect(watched.told.flatMap(({ values }) => JSON.stringify(values?.cause ?? "")).join()).not.toContain("dropped_by_ccu");
    await watched.set({ pingWithoutPong: false }, "BidCos-RF");
    await world.until(() => watched.cause() === "none", BACK_MS);
  });

  test("BidCos-RF with devices that report now and then is lost at most once, until the first of them has reported", async () => {
    await using world = await World.open();
    const watched = await world.watch({ interfaces: ["BidCos-RF"] });
    await world.until(() => watched.isWell);
    await watched.set({ pingWithoutPong: true }, "BidCos-RF");
    await world.until(() => watched.cause() === "dropped_by_ccu", LOST_MS);
    watched.report(20, "BidCos-RF");
    await world.pass(1_000);
    expect(watched.cause()).toBe("dropped_by_ccu");
    await world.until(() => watched.state("BidCos-RF") === "connected", BACK_MS);
    watched.report(21, "BidCos-RF");
    await world.until(() => watched.cause() === "pong_late", 1_000);
    const registrations = watched.registrations("BidCos-RF");
    await reporting(world, watched, "BidCos-RF", { everyMs: 3 * MINUTE_MS, forMs: 60 * MINUTE_MS });
    expect([watched.cause(), watched.paths("BidCos-RF")?.event]).toEqual(["pong_late", "ok"]);
    expect([watched.registrations("BidCos-RF"), incidents(watched)]).toEqual([registrations, 1]);
  });

  test("and a CCU that then drops us without a word gets a new registration after half an hour, without any loss", async () => {
    await using world = await World.open();
    const watched = await world.watch({ interfaces: ["BidCos-RF"] });
    await world.until(() => watched.isWell);
    await watched.set({ pingWithoutPong: true }, "BidCos-RF");
    await reporting(world, watched, "BidCos-RF", { everyMs: 5_000, forMs: MINUTE_MS });
    watched.simulated("BidCos-RF").dropClients();
    await world.pass(29 * MINUTE_MS, 1_000);
    expect([watched.registrations("BidCos-RF"), watched.cause()]).toEqual([1, "pong_late"]);
    await world.pass(2 * MINUTE_MS, 1_000);
    expect([watched.registrations("BidCos-RF"), watched.state("BidCos-RF"), watched.isWell]).toEqual([2, "connected", true]);
    watched.report(22, "BidCos-RF");
    await world.until(() => watched.ageSeconds === 0, 1_000);
    expect([incidents(watched), watched.simulated("BidCos-RF").clients.length, watched.deviceCount("BidCos-RF") > 0]).toEqual([0, 1, true]);
  });
});

describe("an interface that never gives a PONG although it calls back", () => {
  const watchMute = async (world: World): Promise<Watched> => {
    const watched = await world.watch({
      interfaces: ["VirtualDevices"],
      prepare: (ccu) => ccu.interface("VirtualDevices").set({ pingWithoutPong: true }),
    });
    await world.until(() => watched.cause() === "ping_unsupported", TRIED_MS);
    return watched;
  };

  test("is an interface without PONG after four registrations, if it is one of a kind of which such are known", async () => {
    await using world = await World.open();
    const watched = await watchMute(world);
    expect(watched.registrations("VirtualDevices")).toBe(5);
    await world.until(() => watched.isWell && watched.shows("status") === "ok", 1_000);
    expect([watched.shows("connected"), watched.shows("problem")]).toEqual([true, false]);
    await world.pass(6 * MINUTE_MS, 1_000);
    expect(watched.latencyMs).toBeNull();
    await world.pass(65 * MINUTE_MS, 5_000);
    expect([watched.cause(), watched.health, incidents(watched)]).toEqual(["ping_unsupported", 100, 1]);
    expect(watched.registrations("VirtualDevices")).toBe(5 + 2);
  });

  test("is well again after a loss, and taken at its word as soon as a PONG comes", async () => {
    await using world = await World.open();
    const watched = await watchMute(world);
    await watched.set({ mode: "refuse" }, "VirtualDevices");
    await world.until(() => watched.cause() === "connection_refused", LOST_MS);
    await watched.set({ mode: "normal" }, "VirtualDevices");
    await world.until(() => watched.isWell && watched.cause() === "ping_unsupported", BACK_MS);

    await watched.set({ pingWithoutPong: false }, "VirtualDevices");
    await world.until(() => watched.cause() === "none", BACK_MS);
    expect(watched.latencyMs).not.toBeNull();
    await watched.set({ pingWithoutPong: true }, "VirtualDevices");
    await world.until(() => watched.cause() === "dropped_by_ccu", LOST_MS);
    await world.pass(10 * MINUTE_MS, 1_000);
    expect(watched.cause()).toBe("dropped_by_ccu");
  });

  test("has no loss at all where its devices report meanwhile", async () => {
    await using world = await World.open();
    const watched = await world.watch({
      interfaces: ["VirtualDevices"],
      prepare: (ccu) => ccu.interface("VirtualDevices").set({ pingWithoutPong: true }),
    });
    await world.until(() => watched.state("VirtualDevices") === "connected");
    await reporting(world, watched, "VirtualDevices", { everyMs: 5_000, forMs: MINUTE_MS });
    await world.until(() => watched.cause() === "ping_unsupported", BACK_MS);
    expect([eventTypes(watched), incidents(watched)]).toEqual([[], 0]);
  });

  test.each(["HmIP-RF", "BidCos-RF", "BidCos-Wired"] as const)("has dropped us if it is %s, of which each has PONGs", async (name) => {
    await using world = await World.open();
    const watched = await world.watch({ interfaces: [name], prepare: (ccu) => ccu.interface(name).set({ pingWithoutPong: true }) });
    await world.until(() => watched.cause() === "dropped_by_ccu", LOST_MS);
    await world.pass(10 * MINUTE_MS, 1_000);
    expect(watched.cause()).toBe("dropped_by_ccu");
  });
});

test("an interface without ping is well again after a loss, although no device of it reports", async () => {
  await using world = await World.open();
  const watched = await world.watch({ interfaces: ["VirtualDevices"], withoutMethods: ["ping"] });
  await world.until(() => watched.isWell);
  await watched.set({ mode: "refuse" }, "VirtualDevices");
  await world.until(() => watched.cause() === "connection_refused", LOST_MS);
  await watched.set({ mode: "normal" }, "VirtualDevices");
  await world.until(() => watched.isWell && watched.cause() === "ping_unsupported", BACK_MS);
});
