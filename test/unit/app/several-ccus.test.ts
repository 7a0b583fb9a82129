import { describe, expect, test } from "vitest";
import { World } from "./world.ts";

describe("two CCUs in one process", () => {
  test("the end of one leaves the other at 100 %, its keys and its age alone", async () => {
    await using world = await World.open();
    const house = await world.watch({ name: "House", interfaces: ["HmIP-RF", "BidCos-RF"] });
    const hut = await world.watch({ name: "Hut", interfaces: ["HmIP-RF"], simulator: { serial: "SIM0000002" } });
    await world.until(() => house.isWell && hut.isWell);
    house.report(20);
    await world.until(() => house.ageSeconds !== null);

    await hut.ccu.stop();
    await world.until(() => hut.health === 0, 26_000);
    await world.pass(120_000);
    expect([house.health, hut.health]).toEqual([100, 0]);
    expect(house.central.deductions).toEqual([]);
    expect([...house.central.metrics.snapshot().health.keys()]).toEqual(["client:HmIP-RF:health", "client:BidCos-RF:health"]);
    expect([...hut.central.metrics.snapshot().health.keys()]).toEqual(["client:HmIP-RF:health"]);
    expect(house.ageSeconds).toBeGreaterThan(100);
    expect(hut.ageSeconds).toBeNull();
    expect(house.state()).toBe("connected");
    expect(house.told.filter((row) => JSON.stringify(row).includes("Hut"))).toEqual([]);
  });

  test("each interface of each CCU has a path of its own", async () => {
    await using world = await World.open();
    const watched = [
      await world.watch({ name: "House", interfaces: ["HmIP-RF", "BidCos-RF"] }),
      await world.watch({ name: "Hut", interfaces: ["HmIP-RF"] }),
    ];
    await world.until(() => watched.every(({ isWell }) => isWell));
    const urls = watched.flatMap(({ ccu }) => ccu.interfaces.flatMap(({ clients }) => clients.map(({ url }) => url)));
    expect(urls).toHaveLength(3);
    expect(new Set(urls).size).toBe(3);
  });

  test("one that hangs does not hold up the registration, the pings or the end of the other", async () => {
    await using world = await World.open();
    const hut = await world.watch({ name: "Hut" });
    await hut.set({ mode: "hang" });
    const house = await world.watch({ name: "House" });
    expect(await world.until(() => house.isWell)).toBeLessThan(2_000);
    await world.pass(60_000);
    expect(house.calls("ping")).toBeGreaterThanOrEqual(4);
    expect(await world.finish(house.central.stop())).toBeLessThan(1_000);
    expect(house.simulated().clients).toEqual([]);
  });
});
