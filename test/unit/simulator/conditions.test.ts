import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { XmlRpcValue } from "../../../src/simulator/index.ts";
import { call, type ReceivedEvent, startWorld, until } from "./support.ts";

type World = Awaited<ReturnType<typeof startWorld>>;

let world: World;

async function registered(name: "BidCos-RF" | "HmIP-RF"): Promise<void> {
  world = await startWorld(name);
  await call(world.simulated.port, "init", [world.listener.url, "me"]);
  await world.listener.received("newDevices");
  if (name === "BidCos-RF") await until(() => world.listener.events.length === 1);
}

afterEach(() => world[Symbol.asyncDispose]());

/** What arrives because of the work, up to a marker that is sent last. */
async function eventsOf(work: () => Promise<void>): Promise<readonly ReceivedEvent[]> {
  const before = world.listener.events.length;
  await work();
  world.simulated.sendEvent({ address: "X:1", parameter: "MARK", value: before });
  await until(() => world.listener.events.some(({ parameter, value }) => parameter === "MARK" && value === before));
  return world.listener.events.slice(before, -1);
}

async function said(work: () => Promise<void>): Promise<readonly (readonly [unknown, unknown, unknown])[]> {
  return (await eventsOf(work)).map(({ address, parameter, value }) => [address, parameter, value] as const);
}

const serviceMessages = (): Promise<unknown> => call(world.simulated.port, "getServiceMessages");

/** Events of one parameter, at least: a batch whose answer is slow comes twice. */
function reportsOf(address: string, parameter: string): number {
  return world.listener.events.filter((event) => event.address === `${address}:0` && event.parameter === parameter).length;
}

describe("service messages at BidCos-RF", () => {
  beforeEach(() => registered("BidCos-RF"));

  it("appear with the switch and go with it, but for the one that has to be acknowledged", async () => {
    expect(await said(() => world.simulated.set({ unreachable: 2 }))).toEqual([
      ["OEQ0412358:0", "UNREACH", true],
      ["OEQ0412358:0", "STICKY_UNREACH", true],
      ["NEQ1297331:0", "UNREACH", true],
      ["NEQ1297331:0", "STICKY_UNREACH", true],
    ]);
    expect(await serviceMessages()).toHaveLength(5);
    expect(await said(() => world.simulated.set({ unreachable: 1 }))).toEqual([["NEQ1297331:0", "UNREACH", false]]);
    expect(await said(() => world.simulated.set({ unreachable: 0 }))).toEqual([["OEQ0412358:0", "UNREACH", false]]);
    expect(await serviceMessages()).toContainEqual(["NEQ1297331:0", "STICKY_UNREACH", true]);
    expect(await said(async () => world.simulated.acknowledge())).toEqual([
      ["OEQ0412358:0", "STICKY_UNREACH", false],
      ["NEQ1297331:0", "STICKY_UNREACH", false],
    ]);
    expect(await serviceMessages()).toEqual([["MEQ0721054:0", "LOWBAT", true]]);
  });

  it("lowBatteries adds to the weak battery that is always there", async () => {
    expect(await said(() => world.simulated.set({ lowBatteries: 1 }))).toEqual([["OEQ0412358:0", "LOWBAT", true]]);
    expect(await serviceMessages()).toHaveLength(2);
    expect(await said(() => world.simulated.set({ lowBatteries: 0 }))).toEqual([["OEQ0412358:0", "LOWBAT", false]]);
  });

  it("configPending comes and goes", async () => {
    expect(await said(() => world.simulated.set({ configPending: 1 }))).toEqual([["OEQ0412358:0", "CONFIG_PENDING", true]]);
    expect(await said(() => world.simulated.set({ configPending: 0 }))).toEqual([["OEQ0412358:0", "CONFIG_PENDING", false]]);
  });

  it("are told by the process, so that a silent radio changes nothing", async () => {
    await world.simulated.set({ radioSilence: true });
    await world.simulated.set({ unreachable: 1 });
    await until(() => world.listener.events.some(({ parameter }) => parameter === "UNREACH"));
  });

  it("an unreachable device says nothing until it is back", async () => {
    await world.simulated.set({ unreachable: 1 });
    world.clock.advance(600_000);
    await until(() => reportsOf("NEQ1297331", "RSSI_DEVICE") > 0);
    expect(reportsOf("OEQ0412358", "RSSI_DEVICE")).toBe(0);
    await world.simulated.set({ unreachable: 0 });
    world.clock.advance(600_000);
    await until(() => reportsOf("OEQ0412358", "RSSI_DEVICE") > 0);
  });

  it("are repeated to whoever registers", async () => {
    await world.simulated.set({ unreachable: 1 });
    await call(world.simulated.port, "init", [world.listener.url, ""]);
    const before = world.listener.events.length;
    await call(world.simulated.port, "init", [world.listener.url, "again"]);
    await until(() => world.listener.events.slice(before).length >= 3);
    expect(world.listener.events.slice(before)).toContainEqual({ id: "again", address: "OEQ0412358:0", parameter: "UNREACH", value: true });
  });
});

it("lowBatteries bears the name that HmIP gives it", async () => {
  await registered("HmIP-RF");
  expect(await said(() => world.simulated.set({ lowBatteries: 1 }))).toEqual([["00201A498F5D1C:0", "LOW_BAT", true]]);
});

async function modules(): Promise<readonly Readonly<Record<string, XmlRpcValue>>[]> {
  const list = await call(world.simulated.port, "listBidcosInterfaces");
  return Array.isArray(list) ? list : [];
}

describe("duty cycle", () => {
  it("of rfd makes an event exactly when it crosses 40, 65, 80, 90, 95, 98, 99 or 100", async () => {
    await registered("BidCos-RF");
    const told: number[] = [];
    for (let percent = 7; percent <= 100; percent += 1) {
      for (const [address, parameter, value] of await said(() => world.simulated.set({ dutyCycle: percent }))) {
        expect([address, parameter]).toEqual(["SIM0000001", "DUTY_CYCLE"]);
        told.push(Number(value));
      }
      expect((await modules())[0]).toMatchObject({ DUTY_CYCLE: percent });
    }
    expect(told).toEqual([40, 65, 80, 90, 95, 98, 99, 100]);
    expect(await said(() => world.simulated.set({ dutyCycle: 99 }))).toEqual([["SIM0000001", "DUTY_CYCLE", 99]]);
    expect(await said(() => world.simulated.set({ dutyCycle: null }))).toEqual([["SIM0000001", "DUTY_CYCLE", 6]]);
  });

  it("of HmIP is a value of the radio module among the devices, and stays in its reports", async () => {
    await registered("HmIP-RF");
    const [own] = await modules();
    const device = String(own?.["ADDRESS"]).slice(-14);
    const events = await eventsOf(() => world.simulated.set({ dutyCycle: 81, carrierSense: 97 }));
    expect(events).toMatchObject([
      { address: `${device}:0`, parameter: "DUTY_CYCLE_LEVEL", value: 81 },
      { address: `${device}:0`, parameter: "CARRIER_SENSE_LEVEL", value: 97 },
    ]);
    expect((await modules())[0]).toMatchObject({ DUTY_CYCLE: 81 });
    world.clock.advance(200_000);
    await until(() => reportsOf(device, "CARRIER_SENSE_LEVEL") >= 2);
    expect(await call(world.simulated.port, "getParamset", [`${device}:0`, "VALUES"])).toMatchObject({
      DUTY_CYCLE_LEVEL: 81,
      CARRIER_SENSE_LEVEL: 97,
    });
    await world.simulated.set({ dutyCycle: null, carrierSense: null });
    expect((await modules())[0]).toMatchObject({ DUTY_CYCLE: 4 });
    const values = await call(world.simulated.port, "getParamset", [`${device}:0`, "VALUES"]);
    expect(Number(Object(values).CARRIER_SENSE_LEVEL)).toBeLessThan(10);
  });
});

it.each([
  ["BidCos-RF", [true, false]],
  ["HmIP-RF", [false]],
] as const)("gatewayDisconnected takes the last radio module of %s away", async (name, connected) => {
  await registered(name);
  await world.simulated.set({ gatewayDisconnected: true });
  expect((await modules()).map((each) => each["CONNECTED"])).toEqual(connected);
  await world.simulated.set({ gatewayDisconnected: false });
  expect((await modules()).every((each) => each["CONNECTED"] === true)).toBe(true);
});

it("eventsPerSecond adds an even load by the clock, from all devices in turn", async () => {
  world = await startWorld("HmIP-RF", { reportScale: 1e6 });
  const { clock, listener, simulated } = world;
  await call(simulated.port, "init", [listener.url, "me"]);
  await listener.received("newDevices");
  await simulated.set({ eventsPerSecond: 5 });
  for (let second = 1; second <= 10; second += 1) {
    clock.advance(1_000);
    await until(() => listener.events.length === 5 * second);
  }
  expect(new Set(listener.events.map(({ address }) => address)).size).toBeGreaterThan(5);
  await simulated.set({ eventsPerSecond: 0 });
  // Not as far as the time limit of the last batch.
  clock.advance(5_000);
  await call(simulated.port, "ping", ["me#1"]);
  await until(() => listener.pongs.length === 1);
  expect(listener.events).toHaveLength(51);
});
