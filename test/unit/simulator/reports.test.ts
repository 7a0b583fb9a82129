import { describe, expect, it } from "vitest";
import type { Clock } from "../../../src/base/clock.ts";
import { DEVICES } from "../../../src/simulator/devices.ts";
import { FLAVOURS } from "../../../src/simulator/flavours.ts";
import { type DeviceEvent, XmlRpcDouble } from "../../../src/simulator/index.ts";
import { Inventory } from "../../../src/simulator/inventory.ts";
import { seededRandom } from "../../../src/simulator/random.ts";
import { Reporter } from "../../../src/simulator/reporter.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { call, startWorld, until } from "./support.ts";

interface Report {
  readonly address: string;
  readonly atMs: number;
}

/** Which device reported when. */
function reportsOf({ seed = 1, reportScale = 1, hours }: { seed?: number; reportScale?: number; hours: number }): readonly Report[] {
  const clock = new ManualClock();
  const reports: Report[] = [];
  using reporter = new Reporter({
    devices: DEVICES["HmIP-RF"],
    seed,
    reportScale,
    clock,
    onReport: ({ address }) => reports.push({ address, atMs: clock.monotonicMs() }),
  });
  reporter.start();
  clock.advance(hours * 3_600_000);
  return reports;
}

function recordTo(delays: number[]): Clock["setTimer"] {
  return (_callback, delayMs) => {
    delays.push(delayMs);
    return { [Symbol.dispose]: () => {} };
  };
}

function gapsOf(reports: readonly Report[], address: string): readonly number[] {
  const times = reports.filter((report) => report.address === address).map(({ atMs }) => atMs);
  return times.slice(1).map((atMs, index) => atMs - (times[index] ?? 0));
}

describe("devices report by themselves", () => {
  const mains = DEVICES["HmIP-RF"].filter(({ type }) => type !== "HmIP-SWDO");

  it("HmIP devices every 120 to 184 s, each in a rhythm of its own, window contacts rarely", () => {
    const reports = reportsOf({ hours: 24 });
    for (const { address } of mains) {
      const gaps = gapsOf(reports, address);
      expect(gaps.length).toBeGreaterThan(400);
      expect(Math.min(...gaps)).toBeGreaterThanOrEqual(120_000);
      expect(Math.max(...gaps)).toBeLessThanOrEqual(184_000);
      expect(Math.max(...gaps) - Math.min(...gaps)).toBeLessThan(1);
    }
    expect(new Set(mains.map(({ address }) => Math.round(gapsOf(reports, address)[0] ?? 0))).size).toBe(mains.length);
    const contact = gapsOf(reports, "0000D3C98F2E66");
    expect(Math.min(...contact)).toBeGreaterThanOrEqual(900_000);
  });

  it("everybody within the first minute, the first one soon", () => {
    const reports = reportsOf({ hours: 1 / 60 });
    expect(new Set(reports.map(({ address }) => address)).size).toBe(DEVICES["HmIP-RF"].length);
    expect(reports[0]?.atMs).toBeLessThanOrEqual(10_000);
  });

  it("faster by the scale", () => {
    const [normal, fast] = [1, 0.1].map((reportScale) => gapsOf(reportsOf({ reportScale, hours: 1 }), mains[0]?.address ?? "")[0] ?? 0);
    expect(fast).toBeCloseTo((normal ?? 0) * 0.1, 3);
  });

  it("not at all by a huge scale, which must not overflow a timer", () => {
    expect(reportsOf({ reportScale: 1e6, hours: 24 })).toEqual([]);
    const delays: number[] = [];
    const clock = { monotonicMs: () => 0, wallMs: () => 0, setTimer: recordTo(delays) };
    using reporter = new Reporter({ devices: DEVICES["HmIP-RF"], seed: 1, reportScale: 1e9, clock, onReport: () => {} });
    reporter.start();
    expect(Math.max(...delays)).toBeLessThan(2 ** 31);
  });

  it("the same by the same seed, otherwise by another", () => {
    expect(reportsOf({ seed: 7, hours: 1 })).toEqual(reportsOf({ seed: 7, hours: 1 }));
    expect(reportsOf({ seed: 8, hours: 1 })).not.toEqual(reportsOf({ seed: 7, hours: 1 }));
  });

  it("with the same values over HTTP, whatever the network does", async () => {
    const heard = async (seed: number): Promise<readonly unknown[]> => {
      await using world = await startWorld("HmIP-RF", { seed });
      const { clock, listener, simulated } = world;
      await call(simulated.port, "init", [listener.url, "me"]);
      for (let marks = 1; marks <= 60; marks += 1) {
        clock.advance(5_000);
        simulated.sendEvent({ address: "X:1", parameter: "MARK", value: marks });
        await until(() => listener.events.some(({ parameter, value }) => parameter === "MARK" && value === marks));
      }
      return listener.events;
    };
    const first = await heard(7);
    expect(first.length).toBeGreaterThan(100);
    expect(await heard(7)).toEqual(first);
    expect(await heard(8)).not.toEqual(first);
  });

  it("from the first registration on, to whoever is registered", async () => {
    await using world = await startWorld("BidCos-RF");
    const { clock, listener, simulated } = world;
    expect(clock.pendingTimers).toBe(0);
    await call(simulated.port, "init", [listener.url, "me"]);
    await until(() => listener.events.length === 1);
    clock.advance(15_000);
    await until(() => listener.events.some(({ parameter }) => parameter === "ACTUAL_TEMPERATURE"));
    simulated.dropClients();
    clock.advance(600_000);
    await call(simulated.port, "init", [listener.url, "me"]);
    const before = listener.events.length;
    clock.advance(170_000);
    await until(() => listener.events.slice(before).filter(({ parameter }) => parameter === "ACTUAL_TEMPERATURE").length === 1);
  });
});

describe("reported values", () => {
  const inventoryOf = (seed: number): Inventory =>
    new Inventory({
      devices: DEVICES["HmIP-RF"],
      radioModules: [],
      emptyChildren: FLAVOURS["HmIP-RF"].emptyChildren,
      random: seededRandom(seed),
    });

  const [thermostat] = DEVICES["HmIP-RF"];

  it("wander in believable steps within believable limits", () => {
    const inventory = inventoryOf(3);
    const temperatures = Array.from({ length: 500 }, () => (thermostat === undefined ? [] : inventory.report(thermostat)))
      .flat()
      .filter(({ parameter }) => parameter === "ACTUAL_TEMPERATURE")
      .map(({ value }) => (value instanceof XmlRpcDouble ? value.value : Number.NaN));
    expect(temperatures).toHaveLength(500);
    expect(Math.min(...temperatures)).toBeGreaterThanOrEqual(18);
    expect(Math.max(...temperatures)).toBeLessThanOrEqual(24);
    const steps = temperatures.slice(1).map((value, index) => Math.abs(value - (temperatures[index] ?? Number.NaN)));
    expect(Math.max(...steps)).toBeCloseTo(0.1, 5);
  });

  it("are what the channel shows afterwards", () => {
    const inventory = inventoryOf(3);
    const events = thermostat === undefined ? [] : inventory.report(thermostat);
    expect(events.length).toBeGreaterThan(3);
    for (const { address, parameter, value } of events) expect(inventory.values(address)?.get(parameter)).toEqual(value);
  });

  it.each([1, 7, 200])("come %i at once in a burst, of all devices in turn", (count) => {
    const events = inventoryOf(1).burst(count);
    expect(events).toHaveLength(count);
    const distinct = new Set(events.map(({ address, parameter }: DeviceEvent) => `${address}.${parameter}`));
    expect(distinct.size).toBe(
      Math.min(
        count,
        new Set(
          inventoryOf(1)
            .burst(200)
            .map((e) => `${e.address}.${e.parameter}`),
        ).size,
      ),
    );
  });
});
