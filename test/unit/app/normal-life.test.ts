import { describe, expect, test } from "vitest";
import { World } from "./world.ts";

const HEADLINE = ["system_health", "connection_latency", "last_event_age"];

describe("normal life", () => {
  test("each interface connects, answers and is healthy; the serial of the radio module becomes the id", async () => {
    await using world = await World.open();
    const watched = await world.watch({ interfaces: ["HmIP-RF", "BidCos-RF", "VirtualDevices", "BidCos-Wired"], deviceId: null });
    expect(await world.until(() => watched.isWell)).toBeLessThan(2_000);
    expect(watched.central.hub?.device).toMatchObject({ id: "SIM0000001", name: "CCU" });
    expect(watched.central.deductions).toEqual([]);
    expect(watched.central.links.map(({ name, deviceCount }) => [name, deviceCount])).toEqual([
      ["HmIP-RF", 7],
      ["BidCos-RF", 4],
      ["VirtualDevices", 1],
      ["BidCos-Wired", 1],
    ]);
  });

  test("the latency is the time from ping to PONG, in the sensor as well as by interface", async () => {
    await using world = await World.open();
    const watched = await world.watch({ interfaces: ["HmIP-RF", "BidCos-RF"] });
    await watched.set({ latePongMs: 400 });
    await world.pass(60_000);
    const { metrics } = watched.central;
    expect(metrics.getAggregatedLatency({ pattern: "ping_pong:HmIP-RF" })).toMatchObject({ count: 4, recent: { timeouts: 0 } });
    expect(metrics.snapshot().getLatency({ key: "ping_pong:HmIP-RF:round_trip" })).toBeGreaterThanOrEqual(400);
    expect(metrics.snapshot().getLatency({ key: "ping_pong:BidCos-RF:round_trip" })).toBeLessThan(400);
    expect(watched.latencyMs).toBeGreaterThanOrEqual(200);
    expect(watched.health).toBe(100);
  });

  test("the age follows device events only: neither PONGs nor other words of CENTRAL touch it", async () => {
    await using world = await World.open();
    const watched = await world.watch();
    await world.until(() => watched.isWell);
    expect(watched.ageSeconds).toBeNull();

    await world.pass(60_000);
    watched.simulated().sendEvent({ address: "CENTRAL:0", parameter: "DUTY_CYCLE", value: 12 });
    await world.pass(5_000);
    expect(watched.calls("ping")).toBeGreaterThan(3);
    expect(watched.ageSeconds).toBeNull();

    watched.report(21.5);
    await world.until(() => watched.ageSeconds !== null, 1_000);
    await world.pass(100_000);
    expect(watched.ageSeconds).toBeGreaterThanOrEqual(100);
    expect(watched.ageSeconds).toBeLessThan(102);
    watched.report(22);
    await world.until(() => watched.ageSeconds === 0, 1_000);
  });

  test("a burst of 200 events arrives whole, and so does a single one", async () => {
    await using world = await World.open();
    const watched = await world.watch({ interfaces: ["HmIP-RF", "BidCos-Wired"] });
    // A PONG among them would be one too many for the queue of the CCU.
    await world.until(() => watched.central.metrics.getAggregatedLatency({ pattern: "ping_pong" })?.count === 2);
    const received = () => watched.central.eventBus.statistics().types.get("device.event")?.published ?? 0;
    watched.simulated("HmIP-RF").burst(200);
    watched.simulated("BidCos-Wired").burst(200);
    await world.until(() => received() === 400, 2_000);
    watched.report(1);
    await world.until(() => received() === 401, 2_000);
    expect(watched.simulated().clients).toMatchObject([{ dropped: 0, failedBatches: 0 }]);
  });

  test("an hour of it brings few rows, few lines and no growth", async () => {
    await using world = await World.open();
    const watched = await world.watch({ simulator: { reportScale: 1 } });
    await world.until(() => watched.isWell);
    await world.pass(600_000, 1_000);
    const keys = watched.central.metrics.snapshot().latency.size;
    const timers = world.clock.pendingTimers;
    await world.pass(3_000_000, 1_000);
    expect(watched.health).toBe(100);
    const rows = watched.rows();
    expect(HEADLINE.reduce((sum, key) => sum + (rows.get(`CCU ${key}`) ?? 0), 0)).toBeLessThan(40);
    expect(rows.size).toBeGreaterThan(20);
    for (const [entity, count] of rows) expect([entity, count < 30]).toEqual([entity, true]);
    expect(world.log.lines.filter((line) => !line.startsWith("debug"))).toEqual(["info CCU: HmIP-RF: connected"]);
    expect(watched.central.metrics.snapshot().latency.size).toBe(keys);
    expect(world.clock.pendingTimers).toBeLessThanOrEqual(timers + 2);
    expect(watched.calls("init")).toBe(2);
  });
});
