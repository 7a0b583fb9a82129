import { describe, expect, it } from "vitest";
import {
  type HouseholdKind,
  heardDevices,
  household,
  SimulatedCcu,
  type SimulatedInterfaceName,
  type SimulatedInterfaceOptions,
} from "../../../src/simulator/index.ts";
import { Reporter } from "../../../src/simulator/reporter.ts";
import { ManualClock } from "../../support/manual-clock.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** A Monday at midnight that begins a stretch of four weeks. */
const START_MS = 28 * 736 * DAY_MS;

function interfaceOf(kind: HouseholdKind, name: SimulatedInterfaceName): SimulatedInterfaceOptions {
  const found = household(kind).find((each) => each.name === name);
  if (found === undefined) throw new Error(`${kind} has no ${name}`);
  return found;
}

function moments(kind: HouseholdKind, name: SimulatedInterfaceName, days: number, seed = 1): readonly number[] {
  return [...heardDevices({ interface: interfaceOf(kind, name), seed, fromMs: START_MS, toMs: START_MS + days * DAY_MS })].map(
    ({ atMs }) => atMs,
  );
}

function longestGapMs(times: readonly number[]): number {
  return times.slice(1).reduce((longest, atMs, index) => Math.max(longest, atMs - (times[index] ?? 0)), 0);
}

const hourOf = (atMs: number): number => Math.floor((atMs % DAY_MS) / HOUR_MS);
const dayOf = (atMs: number): number => Math.floor((atMs - START_MS) / DAY_MS);

describe("a household", () => {
  it.each([
    ["battery", { "BidCos-RF": 22 }],
    ["mains", { "HmIP-RF": 30 }],
    ["mixed", { "BidCos-RF": 15, "HmIP-RF": 15, VirtualDevices: 2 }],
  ] as const)("%s has %j devices, each of its own", (kind, counts) => {
    const interfaces = household(kind);
    expect(Object.fromEntries(interfaces.map(({ name, devices = [] }) => [name, devices.length]))).toEqual(counts);
    for (const { devices = [] } of interfaces) expect(new Set(devices.map(({ address }) => address)).size).toBe(devices.length);
  });

  it("is what a simulated CCU has", async () => {
    await using ccu = new SimulatedCcu({ interfaces: household("mixed") });
    await ccu.start();
    expect(ccu.interfaces.map(({ name }) => name)).toEqual(["BidCos-RF", "HmIP-RF", "VirtualDevices"]);
    ccu.interface("VirtualDevices").burst(3);
  });
});

describe("when devices are heard", () => {
  it("is the same by the same seed, in order, and otherwise by another", () => {
    const first = moments("mixed", "HmIP-RF", 2);
    expect(first).toEqual(moments("mixed", "HmIP-RF", 2));
    expect(first).toEqual(first.toSorted((a, b) => a - b));
    expect(first).not.toEqual(moments("mixed", "HmIP-RF", 2, 2));
  });

  it("is the same on a clock", () => {
    const { devices = [] } = interfaceOf("mixed", "BidCos-RF");
    const clock = new ManualClock({ wallMs: START_MS });
    const onClock: (readonly [string, number])[] = [];
    using reporter = new Reporter({
      devices,
      seed: 5,
      reportScale: 1,
      clock,
      onReport: ({ address }) => onClock.push([address, clock.wallMs()]),
    });
    reporter.start();
    clock.advance(DAY_MS);
    const heard = heardDevices({ interface: interfaceOf("mixed", "BidCos-RF"), seed: 5, fromMs: START_MS, toMs: START_MS + DAY_MS });
    expect(onClock).toEqual([...heard].map(({ device, atMs }) => [device.address, atMs]));
    expect(onClock.length).toBeGreaterThan(2_000);
  });

  it("a month of it takes seconds at most", () => {
    const startMs = performance.now();
    expect(moments("mains", "HmIP-RF", 30).length).toBeGreaterThan(250_000);
    expect(performance.now() - startMs).toBeLessThan(5_000);
  });

  it("a home on mains is never silent for five minutes, by day, by night and on holiday", () => {
    expect(longestGapMs(moments("mains", "HmIP-RF", 30))).toBeLessThan(5 * 60_000);
  });

  it("a battery home follows day and night", () => {
    const hours = moments("battery", "BidCos-RF", 9).map(hourOf);
    const share = (from: number, to: number): number => hours.filter((hour) => hour >= from && hour < to).length / hours.length;
    expect(share(1, 5)).toBeLessThan(0.02);
    expect(share(17, 21)).toBeGreaterThan(0.25);
    expect(longestGapMs(moments("battery", "BidCos-RF", 9))).toBeGreaterThan(2 * HOUR_MS);
  });

  it("a battery home is nearly silent for the week of the holiday", () => {
    const times = moments("battery", "BidCos-RF", 28);
    const perDay = Array.from({ length: 28 }, (_, day) => times.filter((atMs) => dayOf(atMs) === day).length);
    const holiday = perDay.slice(9, 16);
    const athome = [...perDay.slice(0, 9), ...perDay.slice(16)];
    expect(Math.max(...holiday)).toBeLessThan(12);
    expect(Math.min(...athome)).toBeGreaterThan(80);
    expect(longestGapMs(times)).toBeGreaterThan(10 * HOUR_MS);
  });

  it("people do about as much a day as is said of each device", () => {
    const devices = interfaceOf("battery", "BidCos-RF").devices ?? [];
    const [window] = devices;
    const heard = [
      ...heardDevices({ interface: interfaceOf("battery", "BidCos-RF"), seed: 3, fromMs: START_MS, toMs: START_MS + 9 * DAY_MS }),
    ];
    const windows = heard.filter(({ device }) => device.type === window?.type).length;
    expect(windows / 12 / 9).toBeGreaterThan(4);
    expect(windows / 12 / 9).toBeLessThan(6);
  });

  it("now and then a report is lost in the air", () => {
    const { devices = [] } = interfaceOf("mains", "HmIP-RF");
    const only = { name: "HmIP-RF", devices: devices.slice(0, 1) } as const;
    const times = [...heardDevices({ interface: only, seed: 1, fromMs: START_MS, toMs: START_MS + 30 * DAY_MS })].map(({ atMs }) => atMs);
    const gaps = times.slice(1).map((atMs, index) => atMs - (times[index] ?? 0));
    const usual = Math.min(...gaps);
    const lost = gaps.filter((gap) => gap > 1.5 * usual).length;
    expect(lost / gaps.length).toBeGreaterThan(0.004);
    expect(lost / gaps.length).toBeLessThan(0.02);
  });
});
