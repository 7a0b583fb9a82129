import { describe, expect, test } from "vitest";
import type { HubEventType } from "../../../src/hub/hub-sensor-sink.ts";
import type { Watched } from "./watched.ts";
import { World } from "./world.ts";

const MODULE = "SIM0000001";
const GATEWAY = "MEQ0355761";
/** Radio modules are asked for once a minute, in the turn of a ping. */
const POLL_MS = 76_000;
/** A problem is one when it has lasted so long. */
const PERSISTENT_MS = 5_000;
const eventTypes = ({ events }: Watched): readonly HubEventType[] => events.map(({ type }) => type);

async function watchBidcos(world: World): Promise<Watched> {
  const watched = await world.watch({ interfaces: ["BidCos-RF"] });
  await world.until(() => watched.isWell && watched.cause() === "none" && watched.shows("service_messages") !== undefined);
  return watched;
}

describe("radio modules", () => {
  test("are shown with the highest duty cycle; carrier sense, which rfd does not tell, is absent", async () => {
    await using world = await World.open();
    const watched = await watchBidcos(world);
    const modules = ["CCU2 SIM0000001: 6 %", "Gateway Küche MEQ0355761: 2 %"];
    expect(watched.shows("duty_cycle")).toEqual({ value: 6, details: { modules } });
    expect(watched.shows("duty_cycle", "BidCos-RF")).toEqual({ value: 6, details: { modules } });
    expect(watched.shows("carrier_sense")).toBeUndefined();
  });

  test("a threshold event of rfd is shown at once, is an event and no sign of a device", async () => {
    await using world = await World.open();
    const watched = await watchBidcos(world);
    watched.simulated("BidCos-RF").sendEvent({ address: MODULE, parameter: "DUTY_CYCLE", value: 90 });
    await world.until(() => watched.cause() === "duty_cycle_high", 1_000);
    expect(watched.shows("duty_cycle")).toMatchObject({ value: 90 });
    expect([watched.shows("status"), watched.shows("problem"), watched.ageSeconds]).toEqual(["degraded", false, null]);
    await world.until(() => watched.shows("problem") === true, PERSISTENT_MS + 200);
    watched.simulated("BidCos-RF").sendEvent({ address: MODULE, parameter: "DUTY_CYCLE", value: 75 });
    await world.pass(POLL_MS);
    expect(watched.cause()).toBe("duty_cycle_high");
    watched.simulated("BidCos-RF").sendEvent({ address: MODULE, parameter: "DUTY_CYCLE", value: 65 });
    await world.until(() => watched.cause() === "none", 1_000);
    expect(eventTypes(watched)).toEqual(["duty_cycle_high", "duty_cycle_normal"]);
    const lines = world.log.lines.filter((line) => !line.startsWith("debug"));
    expect(lines).toEqual([
      "info CCU: BidCos-RF: connected",
      expect.stringMatching(/^warn CCU: BidCos-RF: A radio module has used up .* Wait up to an hour/),
      expect.stringMatching(/^info CCU: BidCos-RF: over after \d+ s: A radio module has used up /),
    ]);
  });

  test("a gateway without connection is found by asking, and so is its return", async () => {
    await using world = await World.open();
    const watched = await watchBidcos(world);
    const set = (value: boolean): void => watched.simulated("BidCos-RF").sendEvent({ address: GATEWAY, parameter: "CONNECTED", value });
    set(false);
    await world.until(() => watched.cause() === "gateway_disconnected", POLL_MS);
    expect(watched.shows("cause")).toMatchObject({ details: { message: { en: expect.stringContaining("Gateway Küche MEQ0355761") } } });
    await world.until(() => watched.events.length > 0, 6_000);
    set(true);
    await world.until(() => watched.cause() === "none", POLL_MS);
    expect(eventTypes(watched)).toEqual(["gateway_lost", "gateway_restored"]);
  });

  test("an access point brings carrier sense along", async () => {
    await using world = await World.open();
    const watched = await world.watch();
    await world.until(() => watched.isWell && watched.cause() === "none");
    const report = (value: number): void =>
      watched.simulated().sendEvent({ address: "0003DBE9A13F52:0", parameter: "CARRIER_SENSE_LEVEL", value });
    report(12);
    await world.until(() => watched.shows("carrier_sense") !== undefined, 1_000);
    expect(watched.shows("carrier_sense", "HmIP-RF")).toEqual({ value: 12, details: { modules: ["HmIP-HAP 0003DBE9A13F52: 12 %"] } });
    report(85);
    await world.until(() => watched.cause() === "carrier_sense_high", 1_000);
    await world.until(() => watched.events.length > 0, 6_000);
    report(20);
    await world.until(() => watched.cause() === "none", 1_000);
    expect(eventTypes(watched)).toEqual(["carrier_sense_high", "carrier_sense_normal"]);
  });
});

describe("service messages", () => {
  test("are listed at once; those that the CCU repeats with the registration make no event younger", async () => {
    await using world = await World.open();
    const watched = await watchBidcos(world);
    await world.pass(5_000);
    expect(watched.central.eventBus.statistics().types.get("device.event")?.published).toBeGreaterThan(0);
    expect([watched.ageSeconds, watched.shows("last_event")]).toEqual([null, null]);
    expect(watched.shows("service_messages")).toEqual({ value: 1, details: { messages: ["HM-Sec-RHS MEQ0721054 LOWBAT"] } });
    expect(watched.shows("low_batteries")).toEqual({ value: 1, details: { devices: ["HM-Sec-RHS MEQ0721054"] } });
    expect(watched.shows("unreachable_devices", "BidCos-RF")).toEqual({ value: 0, details: { devices: [] } });
  });

  test("follow the events: a device that is lost counts at once, and no longer when it is back", async () => {
    await using world = await World.open();
    const watched = await watchBidcos(world);
    const report = (value: boolean): void =>
      watched.simulated("BidCos-RF").sendEvent({ address: "OEQ0412358:0", parameter: "UNREACH", value });
    report(true);
    await world.until(() => JSON.stringify(watched.shows("unreachable_devices")).includes("OEQ0412358"), 1_000);
    expect(watched.ageSeconds).toBeNull();
    report(false);
    await world.until(() => JSON.stringify(watched.shows("unreachable_devices")) === '{"value":0,"details":{"devices":[]}}', 1_000);
    expect(watched.ageSeconds).toBe(0);
  });

  test("that end without an event are found by asking again after 10 min", async () => {
    await using world = await World.open();
    const watched = await watchBidcos(world);
    const { radioSilence } = watched.simulated("BidCos-RF").faults;
    await watched.set({ radioSilence: true }, "BidCos-RF");
    expect(radioSilence).toBe(false);
    await world.pass(300_000, 5_000);
    expect(watched.calls("getServiceMessages", "BidCos-RF")).toBe(1);
    await world.pass(320_000, 5_000);
    expect(watched.calls("getServiceMessages", "BidCos-RF")).toBe(2);
  });

  test("are unknown when the CCU was away for long, and absent where they cannot be asked for", async () => {
    await using world = await World.open();
    const watched = await watchBidcos(world);
    await watched.set({ mode: "refuse" }, "BidCos-RF");
    await world.pass(600_000, 5_000);
    expect(watched.shows("low_batteries")).toMatchObject({ value: 1 });
    await world.pass(420_000, 5_000);
    expect([watched.shows("low_batteries"), watched.shows("duty_cycle")]).toMatchObject([{ value: null }, { value: null }]);

    const other = await world.watch({ name: "Other", withoutMethods: ["getServiceMessages", "listBidcosInterfaces"] });
    await world.until(() => other.isWell);
    await world.pass(700_000, 5_000);
    for (const key of ["service_messages", "unreachable_devices", "low_batteries", "duty_cycle"] as const) {
      expect([key, other.shows(key)]).toEqual([key, undefined]);
    }
    expect([other.calls("getServiceMessages"), other.calls("listBidcosInterfaces")]).toEqual([0, 0]);
  });
});

test("events a minute are counted at the interface and for the CCU, and unknown while they may get lost", async () => {
  await using world = await World.open();
  const watched = await world.watch();
  await world.until(() => watched.isWell);
  for (let second = 0; second < 660; second += 1) {
    watched.report(second);
    await world.pass(1_000, 1_000);
  }
  expect(watched.shows("events_per_minute")).toBeCloseTo(60, -0.5);
  expect(watched.shows("events_per_minute", "HmIP-RF")).toBe(watched.shows("events_per_minute"));
  await watched.set({ mode: "refuse" });
  await world.until(() => watched.shows("events_per_minute") === null, 400_000);
});

test("the last event is a time in UTC without milliseconds", async () => {
  await using world = await World.open();
  const watched = await world.watch();
  await world.until(() => watched.isWell);
  watched.report(20);
  await world.until(() => watched.shows("last_event") !== null, 1_000);
  expect(watched.shows("last_event")).toMatch(/^2026-11-23T12:\d\d:\d\dZ$/);
  expect(watched.shows("last_event", "HmIP-RF")).toBe(watched.shows("last_event"));
});

describe("what devices and other clients do", () => {
  test("is told with names, and bounded: chatty devices, who else pings, where the duty cycle is heading, full batches", async () => {
    await using world = await World.open();
    const watched = await watchBidcos(world);
    const simulated = watched.simulated("BidCos-RF");
    const traffic = () => watched.central.links[0]?.traffic;
    await simulated.set({ foreignPong: true });
    for (let minute = 0; minute < 8; minute += 1) {
      simulated.sendEvent({ address: MODULE, parameter: "DUTY_CYCLE", value: 20 + 5 * minute });
      for (let n = 0; n < 3; n += 1) watched.report(20 + n, "BidCos-RF");
      await world.pass(60_000, 5_000);
    }
    expect(traffic()?.chattyDevices[0]).toEqual({ device: "000A1BE98C2A41", eventsPerMinute: expect.closeTo(3, 0) });
    expect(traffic()?.foreignClients).toEqual([
      { id: expect.stringMatching(/./), lastSeenMs: expect.any(Number), everyMs: expect.closeTo(15_000, -3) },
    ]);
    expect(traffic()?.dutyCycleTrend?.percentPerHour).toBeGreaterThan(100);
    expect(traffic()?.dutyCycleTrend?.minutesToLimit).toBeLessThan(60);
    expect(traffic()?.silentDevices).toEqual([]);
    simulated.burst(200);
    await world.until(() => (traffic()?.delivery.longestHandlingMs ?? -1) >= 0 && (traffic()?.chattyDevices.length ?? 0) > 1, 5_000);
    expect(traffic()?.chattyDevices.length).toBeLessThanOrEqual(20);
    expect(traffic()?.delivery).toMatchObject({ slowBatches: 0, estimatedLost: 0 });
    await watched.set({ mode: "refuse" }, "BidCos-RF");
    await world.until(() => traffic()?.silentDevices === null, 400_000);
  });

  test("devices are unheard until they report", async () => {
    await using world = await World.open();
    const watched = await watchBidcos(world);
    const unheard = () => watched.central.links[0]?.traffic.unheardDevices ?? expect.fail("nothing is known");
    const { value, list } = unheard();
    const [device = ""] = list;
    watched.simulated("BidCos-RF").sendEvent({ address: `${device.split(" ").at(-1)}:1`, parameter: "STATE", value: true });
    await world.until(() => !unheard().list.includes(device), 5_000);
    expect(unheard().value).toBe((value ?? 0) - 1);
  });

  test("a device that was silent before a restart is told again by its name, and one that left the CCU is not", async () => {
    await using world = await World.open();
    const dead = world.clock.wallMs() - 5 * 86_400_000;
    const [silentOne, gone] = ["OEQ0412358", "OEQ0000000"];
    const devices = [silentOne, gone].map((device) => [device, dead, 180_000, 86_400_000] as const);
    const watched = await world.watch({ interfaces: ["BidCos-RF"], rhythm: { days: [], devices } });
    await world.until(() => watched.isWell);
    const [link] = watched.central.links;
    const isUnheard = () => link?.traffic.unheardDevices?.list.some((name) => name.includes(silentOne));
    expect([link?.traffic.silentDevices, isUnheard()]).toEqual([[], true]);
    for (let minute = 0; minute < 61; minute += 1) {
      await world.pass(60_000, 5_000);
      watched.report(20, "BidCos-RF");
    }
    expect(link?.traffic.silentDevices).toEqual([
      { device: expect.stringMatching(`.+ ${silentOne}$`), lastHeardMs: expect.closeTo(-5 * 86_400_000, -3), usualMs: 180_000 },
    ]);
    expect(isUnheard()).toBe(false);
    expect(link?.rhythm.devices).toContainEqual(devices[0]);
    expect(link?.rhythm.devices.map(([device]) => device)).not.toContain(gone);
  });
});
