import { describe, expect, test } from "vitest";
import type { InterfaceName } from "../../../src/config.ts";
import type { KnownMetrics } from "../../../src/hub/known-metrics.ts";
import type { SimulatedCcu, SimulatedInterfaceName, SimulatedMode } from "../../../src/simulator/index.ts";
import type { Watched } from "./watched.ts";
import { World } from "./world.ts";

const REDISCOVERY_MS = 301_000;

/** Each interface in a mode of its own. */
function modes(wanted: Partial<Record<SimulatedInterfaceName, SimulatedMode>>): (ccu: SimulatedCcu) => Promise<unknown> {
  return (ccu) => Promise.all(ccu.interfaces.map((each) => each.set({ mode: wanted[each.name] ?? "normal" })));
}

describe("options without interfaces", () => {
  test("what answers is found and watched, and nothing else", async () => {
    await using world = await World.open();
    const watched = await world.watch({ interfaces: ["HmIP-RF", "BidCos-RF"], configured: [] });
    await world.until(() => watched.isWell);
    expect(watched.central.links.map(({ name }) => name)).toEqual(["BidCos-RF", "HmIP-RF"]);
    expect(world.log.lines).toContain("info CCU: found BidCos-RF, HmIP-RF");
  });

  test("an interface that starts later is found later", async () => {
    await using world = await World.open();
    const watched = await world.watch({
      interfaces: ["HmIP-RF", "BidCos-RF"],
      configured: [],
      prepare: modes({ "HmIP-RF": "boot" }),
    });
    await world.until(() => watched.isWell);
    expect(watched.state("HmIP-RF")).toBe("missing");
    await modes({})(watched.ccu);
    await world.pass(REDISCOVERY_MS, 1_000);
    await world.until(() => watched.state("HmIP-RF") === "connected" && watched.isWell);
    expect(world.log.lines.filter((line) => line.includes("found"))).toEqual(["info CCU: found BidCos-RF", "info CCU: found HmIP-RF"]);
  });

  test("one that was found stays when it falls silent", async () => {
    await using world = await World.open();
    const watched = await world.watch({ interfaces: ["HmIP-RF", "BidCos-RF"], configured: [] });
    await world.until(() => watched.isWell);
    await modes({ "HmIP-RF": "refuse" })(watched.ccu);
    await world.pass(REDISCOVERY_MS, 1_000);
    expect(watched.health).toBe(50);
    expect(watched.central.links).toHaveLength(2);
  });
});

describe("a CCU on which nothing is found", () => {
  test.each<[string, Partial<Record<InterfaceName, SimulatedMode>>, RegExp, readonly RegExp[]]>([
    ["the password is wrong", { "HmIP-RF": "refuse", "BidCos-RF": "unauthorized" }, /rejects the user name or password/, []],
    ["it boots", { "HmIP-RF": "boot", "BidCos-RF": "refuse" }, /still starting/, [/nothing is reported/, /reported again/]],
    ["it hangs", { "HmIP-RF": "hang", "BidCos-RF": "refuse" }, /did not answer in time/, []],
    ["it is off", { "HmIP-RF": "refuse", "BidCos-RF": "refuse" }, /refuses the connection/, []],
  ])(
    "because %s has a health of 0 with that reason, told once; found, it is as if nothing had been",
    async (_name, wanted, reason, quiet) => {
      await using world = await World.open();
      const watched = await world.watch({ interfaces: ["HmIP-RF", "BidCos-RF"], configured: [], prepare: modes(wanted) });
      await world.until(() => watched.health === 0, 6_000);
      for (const deduction of watched.central.deductions) expect(deduction).toMatch(reason);
      expect(watched.central.deductions).toHaveLength(2);
      await world.pass(600_000, 1_000);
      expect(world.log.lines).toEqual([reason, ...quiet].map((line) => expect.stringMatching(line)));

      await modes({})(watched.ccu);
      await world.until(() => watched.central.links.length === 2 && watched.isWell, 20_000);
      expect(watched.central.deductions).toEqual([]);
    },
  );

  test("found, leaves no trace in the score of the time before", async () => {
    await using world = await World.open();
    const watched = await world.watch({ configured: [], prepare: modes({ "HmIP-RF": "refuse" }) });
    await world.until(() => watched.health === 0);
    expect([...watched.central.metrics.snapshot().health.keys()]).toEqual(["client:CCU:health"]);
    await modes({})(watched.ccu);
    await world.until(() => watched.isWell);
    expect([...watched.central.metrics.snapshot().health.keys()]).toEqual(["client:HmIP-RF:health"]);
    expect(watched.central.metrics.getOverallHealthScore()).toBe(1);
  });

  test("gets the id of its address when it stays away for 10 s at the very first start, and keeps it", async () => {
    await using world = await World.open();
    const watched = await world.watch({ configured: [], deviceId: null, prepare: modes({ "HmIP-RF": "refuse" }) });
    await world.pass(10_000);
    expect(watched.central.hub?.device.id).toBe("127.0.0.1 of CCU");
    await modes({})(watched.ccu);
    await world.until(() => watched.isWell);
    expect(watched.central.hub?.device.id).toBe("127.0.0.1 of CCU");
  });
});

describe("what was there in the last run", () => {
  const KNOWN: KnownMetrics = new Map([
    [null, ["system_health", "low_batteries"] as const],
    ["HmIP-RF", ["health", "carrier_sense"] as const],
    ["BidCos-Wired", ["health"] as const],
  ]);
  const described = (watched: Watched): readonly string[] => watched.told.flatMap(({ device }) => device?.id ?? []);

  test("is described from the beginning, although the CCU does not answer yet, and watched without being searched for", async () => {
    await using world = await World.open();
    const watched = await world.watch({ configured: [], knownMetrics: KNOWN, prepare: modes({ "HmIP-RF": "boot" }) });
    expect(described(watched)).toEqual(["CCU", "CCU/BidCos-Wired", "CCU/HmIP-RF"]);
    expect([watched.shows("low_batteries"), watched.shows("carrier_sense", "HmIP-RF")]).toEqual([null, null]);
    await world.until(() => watched.cause("HmIP-RF") === "ccu_booting", 5_000);
    await modes({})(watched.ccu);
    await world.until(() => watched.state("HmIP-RF") === "connected", 15_000);
    expect(watched.told.filter(({ removed }) => removed !== undefined)).toEqual([]);
  });

  test("but is not on the CCU any more is let go, and leaves nothing behind", async () => {
    await using world = await World.open();
    const watched = await world.watch({ configured: [], knownMetrics: KNOWN });
    await world.pass(590_000, 5_000);
    expect(watched.central.links).toHaveLength(2);
    await world.pass(420_000, 5_000);
    expect(watched.central.links.map(({ name }) => name)).toEqual(["HmIP-RF"]);
    expect(watched.told.flatMap(({ removed }) => removed ?? [])).toEqual(["CCU/BidCos-Wired"]);
    await world.until(() => watched.isWell && watched.cause() === "none");
    expect([...watched.central.metrics.snapshot().health.keys()]).toEqual(["client:HmIP-RF:health"]);
    expect(watched.central.reliability.incidents).toMatchObject([{ interfaceName: "BidCos-Wired", unobservedEnd: true }]);
    expect([...(watched.told.findLast(({ remembered }) => remembered !== undefined)?.remembered?.keys() ?? [])]).toEqual([null, "HmIP-RF"]);
    expect(watched.events.filter(({ interfaceName }) => interfaceName === "HmIP-RF")).toEqual([]);
  });

  test("and answers at the last moment stays, and so does its registration", async () => {
    await using world = await World.open();
    const watched = await world.watch({
      interfaces: ["HmIP-RF", "BidCos-Wired"],
      configured: [],
      knownMetrics: KNOWN,
      prepare: modes({ "BidCos-Wired": "refuse" }),
    });
    // It was missed often enough to be let go with the next look at it, and takes its time to register us.
    await world.pass(935_000, 1_000);
    expect([watched.central.links.length, watched.cause("BidCos-Wired")]).toEqual([2, "interface_not_installed"]);
    await watched.set({ mode: "normal", slowAnswersMs: 8_000 }, "BidCos-Wired");
    await world.until(() => watched.registrations("BidCos-Wired") === 1, 40_000);
    await world.pass(120_000, 1_000);
    await watched.set({ slowAnswersMs: 0 }, "BidCos-Wired");
    await world.pass(REDISCOVERY_MS, 1_000);
    expect(watched.central.links.map(({ name }) => name)).toContain("BidCos-Wired");
    expect(watched.told.flatMap(({ removed }) => removed ?? [])).toEqual([]);
    expect([watched.registrations("BidCos-Wired"), watched.simulated("BidCos-Wired").clients.length]).toEqual([1, 1]);
  });

  test("is remembered at once with what it has, so that even a program that is killed in its first minute describes it whole", async () => {
    await using world = await World.open();
    const watched = await world.watch();
    await world.until(() => watched.shows("duty_cycle", "HmIP-RF") !== undefined);
    await world.pass(1_500);
    const remembered = watched.told.findLast((told) => told.remembered !== undefined)?.remembered;
    expect(remembered?.get("HmIP-RF")).toContain("duty_cycle");
    expect(watched.told.filter((told) => told.remembered !== undefined).length).toBeLessThan(6);
  });

  test("and is configured no longer is not described", async () => {
    await using world = await World.open();
    const watched = await world.watch({ knownMetrics: KNOWN });
    await world.until(() => watched.isWell);
    expect(described(watched)).not.toContain("CCU/BidCos-Wired");
  });
});
