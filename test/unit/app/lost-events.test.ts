import { describe, expect, test } from "vitest";
import { encodeMethodCall } from "../../../src/xmlrpc/encoder.ts";
import { send } from "../ccu/callback-requests.ts";
import type { Watched } from "./watched.ts";
import { World } from "./world.ts";

/** A ping is due within 15 s and waits 10 s for its PONG. */
const NOTICED_MS = 26_000;

describe("a CCU that answers ping but sends no PONG", () => {
  test("has a failing event path, and is asked again and again, ever more rarely", async () => {
    await using world = await World.open();
    const watched = await world.watch();
    await world.until(() => watched.isWell);
    await watched.set({ pingWithoutPong: true });
    await world.until(() => watched.health === 50, NOTICED_MS);
    expect(watched.paths()).toEqual({ command: "ok", event: "failing", radio: "unknown" });
    expect(watched.central.deductions).toEqual(["HmIP-RF event path -50: no PONG within 10 s although ping was answered"]);

    await world.pass(600_000, 1_000);
    expect(watched.health).toBe(50);
    expect(watched.registrations()).toBeLessThanOrEqual(12);

    await watched.set({ pingWithoutPong: false });
    await world.until(() => watched.isWell, 90_000);
  });

  test("is known by its serial all the same: the first start does not wait for a PONG", async () => {
    await using world = await World.open();
    const watched = await world.watch({ interfaces: ["BidCos-RF"], deviceId: null });
    await watched.set({ pingWithoutPong: true }, "BidCos-RF");
    await world.until(() => watched.central.hub !== undefined);
    expect(watched.central.hub?.device.id).toBe("SIM0000001");
  });
});

test.each([{ pingWithoutPong: true }, { faultCode: -1 }])(
  "a CCU that takes each registration and then %j is told once as lost, and asked ever more rarely",
  async (fault) => {
    await using world = await World.open();
    const watched = await world.watch();
    await world.until(() => watched.isWell);
    await watched.set(fault);
    await world.pass(600_000, 1_000);
    expect(watched.registrations()).toBeLessThanOrEqual(20);
    await watched.set({ pingWithoutPong: false, faultCode: 0 });
    await world.until(() => watched.isWell && watched.cause() === "none", 90_000);
    expect(world.log.lines.filter((line) => /connect/.test(line))).toEqual([
      "info CCU: HmIP-RF: connected",
      expect.stringContaining("warn CCU: HmIP-RF: connection lost: "),
      "info CCU: HmIP-RF: connected",
    ]);
  },
);

test("a CCU that drops us without a word is noticed by the missing PONG and gets a new registration", async () => {
  await using world = await World.open();
  const watched = await world.watch();
  await world.until(() => watched.isWell);
  watched.simulated().dropClients();
  await world.until(() => watched.health === 50, NOTICED_MS);
  expect(watched.simulated().clients).toEqual([]);
  await world.until(() => watched.isWell, NOTICED_MS);
  expect(watched.simulated().clients).toHaveLength(1);
  watched.report(20);
  await world.until(() => watched.ageSeconds === 0, 1_000);
});

describe("devices that fall silent", () => {
  const halfAnHourOfSilence = async (world: World, watched: Watched): Promise<void> => {
    await world.hearDevices(watched);
    await watched.set({ radioSilence: true });
    await world.pass(1_790_000, 1_000);
    expect(watched.health).toBe(100);
    await world.until(() => watched.health === 80, 20_000);
  };

  test("fail the radio path after half an hour, PONGs or not, and heal it with the first word", async () => {
    await using world = await World.open();
    const watched = await world.watch();
    await world.until(() => watched.isWell);
    await halfAnHourOfSilence(world, watched);
    expect(watched.paths()).toEqual({ command: "ok", event: "ok", radio: "failing" });
    expect(watched.central.deductions).toEqual(["HmIP-RF radio path -20: no device has reported for 30 min"]);
    await watched.set({ radioSilence: false });
    watched.report(21);
    await world.until(() => watched.isWell, 1_000);
  });

  test("are noticed although the connection was lost in between", async () => {
    await using world = await World.open();
    const watched = await world.watch();
    await world.until(() => watched.isWell);
    await halfAnHourOfSilence(world, watched);
    await watched.set({ mode: "refuse" });
    await world.until(() => watched.health === 0, NOTICED_MS);
    await watched.set({ mode: "normal" });
    await world.until(() => watched.isWell, NOTICED_MS);
    expect(watched.paths()?.radio).toBe("unknown");
    await world.pass(1_780_000, 1_000);
    await world.until(() => watched.health === 80, 60_000);
  });
});

describe("registrations that go wrong", () => {
  test("init that never answers: its callbacks prove the registration", async () => {
    await using world = await World.open();
    const watched = await world.watch({ interfaces: ["VirtualDevices"] });
    await watched.set({ initNeverAnswers: true }, "VirtualDevices");
    await world.until(() => watched.isWell, 12_000);
    await world.pass(120_000, 1_000);
    expect(watched.health).toBe(100);
    expect(watched.calls("init", "VirtualDevices")).toBe(2);
  });

  test("init that brings no events: the event path fails until another one does", async () => {
    await using world = await World.open();
    const watched = await world.watch();
    await world.until(() => watched.isWell);
    await watched.set({ initWithoutEvents: true });
    watched.simulated().dropClients();
    await world.until(() => watched.health === 50, NOTICED_MS);
    await world.until(() => watched.calls("init") === 4, NOTICED_MS);
    await world.pass(5_000);
    expect(watched.state()).toBe("connected");
    expect(watched.health).toBe(50);
    await watched.set({ initWithoutEvents: false });
    await world.until(() => watched.isWell, 60_000);
  });

  test("deleteDevices for everything because of init does not empty the inventory, later ones do what they say", async () => {
    await using world = await World.open();
    const watched = await world.watch();
    await watched.set({ deleteDevicesStorm: true });
    await world.until(() => watched.isWell && watched.deviceCount() > 0);
    const [client] = watched.simulated().clients;
    const { pathname } = new URL(client?.url ?? "");
    const deleteDevices = encodeMethodCall("deleteDevices", [client?.interfaceId ?? "", ["000A1BE98C2A41", "000A1BE98C2B77"]]);
    const remove = () => send({ port: world.server.port, path: pathname, body: deleteDevices });

    expect((await remove()).status).toBe(200);
    expect(watched.deviceCount()).toBe(7);
    await world.pass(30_000);
    await remove();
    expect(watched.deviceCount()).toBe(5);
  });
});

describe("PONGs that are not as expected", () => {
  test("3 s late: a slow but working connection", async () => {
    await using world = await World.open();
    const watched = await world.watch();
    await watched.set({ latePongMs: 3_000 });
    await world.until(() => watched.isWell);
    await world.pass(60_000);
    expect(watched.health).toBe(100);
    expect(watched.latencyMs).toBeGreaterThanOrEqual(3_000);
    expect(watched.latencyMs).toBeLessThan(3_500);
  });

  test("12 s late, each of them: the path fails and heals with each, and nothing is registered anew", async () => {
    await using world = await World.open();
    const watched = await world.watch();
    await world.until(() => watched.isWell);
    await watched.set({ latePongMs: 12_000 });
    await world.until(() => watched.health === 50, NOTICED_MS);
    await world.until(() => watched.isWell, 3_000);
    await world.pass(300_000);
    expect(watched.counter("late_pong")).toBeGreaterThanOrEqual(20);
    expect(watched.latencyMs).toBe(10_000);
    expect(watched.calls("init")).toBe(2);
  });

  test.each([
    ["twice", { duplicatePong: true }, "duplicate_pong"],
    ["of others", { foreignPong: true }, "foreign_pong"],
  ] as const)("%s: counted, and measured not at all", async (_name, fault, counter) => {
    await using world = await World.open();
    const watched = await world.watch();
    await watched.set(fault);
    await world.until(() => watched.isWell);
    await world.pass(50_000);
    expect(watched.counter(counter)).toBe(watched.calls("ping"));
    expect(watched.central.metrics.getAggregatedLatency({ pattern: "ping_pong" })).toMatchObject({
      count: watched.calls("ping"),
      recent: { timeouts: 0 },
    });
    expect(watched.health).toBe(100);
    expect(watched.ageSeconds).toBeNull();
  });
});
