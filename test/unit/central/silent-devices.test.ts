import { describe, expect, test } from "vitest";
import { SilentDevices } from "../../../src/central/silent-devices.ts";
import { ManualClock } from "../../support/manual-clock.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

function setUp() {
  const clock = new ManualClock();
  const silent = new SilentDevices({ clock });
  silent.eventsArrive();
  const names = (limit = 20): readonly string[] | undefined => silent.top(limit)?.map(({ device }) => device);
  /** Lets each device report in its own rhythm. */
  const live = (forMs: number, rhythms: Readonly<Record<string, number>>): void => {
    for (let passedMs = 0; passedMs < forMs; passedMs += MINUTE_MS) {
      for (const [device, everyMs] of Object.entries(rhythms)) if (passedMs % everyMs === 0) silent.heard(device);
      clock.advance(MINUTE_MS);
    }
  };
  return { clock, silent, names, live };
}

describe("SilentDevices", () => {
  test("names a device on mains power after an hour, and tells when it was heard and what is usual", () => {
    const { clock, silent, names, live } = setUp();
    live(2 * DAY_MS, { "MAINS:1": 3 * MINUTE_MS, "OTHER:0": 3 * MINUTE_MS });
    const lastHeardMs = clock.monotonicMs() - 3 * MINUTE_MS;
    live(56 * MINUTE_MS, { "OTHER:0": 3 * MINUTE_MS });
    expect(names()).toEqual([]);
    live(MINUTE_MS, { "OTHER:0": MINUTE_MS });
    expect(silent.top(20)).toEqual([{ device: "MAINS", lastHeardMs, usualMs: 3 * MINUTE_MS }]);
  });

  test("leaves a contact alone that is usually silent for half a day, until it is silent for three times as long", () => {
    const { names, live } = setUp();
    live(3 * DAY_MS, { "CONTACT:1": 12 * HOUR_MS });
    live(DAY_MS - MINUTE_MS, {});
    expect(names()).toEqual([]);
    live(MINUTE_MS, {});
    expect(names()).toEqual(["CONTACT"]);
  });

  test("takes a device that it has not followed through a day for one that reports daily, and does not say what is usual", () => {
    const { silent, names, live } = setUp();
    live(10 * MINUTE_MS, { BURST: MINUTE_MS });
    live(3 * DAY_MS - 2 * MINUTE_MS, {});
    expect(names()).toEqual([]);
    live(MINUTE_MS, {});
    expect(silent.top(20)).toEqual([{ device: "BURST", lastHeardMs: 9 * MINUTE_MS, usualMs: null }]);
  });

  test("puts the most unusual silence first, and lists no more than asked for", () => {
    const { names, live } = setUp();
    live(2 * DAY_MS, { DAILY: 8 * HOUR_MS, MAINS: 3 * MINUTE_MS });
    live(2 * DAY_MS, {});
    expect(names()).toEqual(["MAINS", "DAILY"]);
    expect(names(1)).toEqual(["MAINS"]);
  });

  test("makes nobody silent because events did not arrive", () => {
    const { clock, silent, names, live } = setUp();
    live(2 * DAY_MS, { MAINS: 3 * MINUTE_MS });
    silent.eventsLost();
    clock.advance(5 * HOUR_MS);
    expect(silent.top(20)).toBeNull();
    silent.eventsArrive();
    live(59 * MINUTE_MS, {});
    expect(names()).toEqual([]);
    live(MINUTE_MS, {});
    expect(names()).toEqual(["MAINS"]);
  });

  test("learns nothing from a pause in which events may have been lost", () => {
    const { clock, silent, names, live } = setUp();
    live(2 * DAY_MS, { MAINS: 3 * MINUTE_MS });
    silent.eventsLost();
    clock.advance(5 * HOUR_MS);
    silent.eventsArrive();
    silent.heard("MAINS");
    live(HOUR_MS, {});
    expect(names()).toEqual(["MAINS"]);
  });

  test("bridges an event path that was away for less than a minute", () => {
    const { clock, silent, names, live } = setUp();
    live(2 * DAY_MS, { MAINS: 3 * MINUTE_MS });
    live(55 * MINUTE_MS, {});
    silent.eventsLost();
    clock.advance(MINUTE_MS - 1);
    silent.eventsArrive();
    live(4 * MINUTE_MS, {});
    expect(names()).toEqual(["MAINS"]);
  });

  test("does not take the silence of an empty battery for usual", () => {
    const { silent, names, live } = setUp();
    live(2 * DAY_MS, { MAINS: 3 * MINUTE_MS });
    live(14 * DAY_MS, {});
    silent.heard("MAINS");
    live(3 * HOUR_MS - MINUTE_MS, {});
    expect(names()).toEqual([]);
    live(MINUTE_MS, {});
    expect(names()).toEqual(["MAINS"]);
  });

  test("is silent about who was never heard, and about who was removed", () => {
    const { silent, names, live } = setUp();
    live(2 * DAY_MS, { "GONE:1": 3 * MINUTE_MS });
    live(DAY_MS, {});
    expect(names()).toEqual(["GONE"]);
    expect([silent.hasHeard("GONE"), silent.hasHeard("NEVER")]).toEqual([true, false]);
    silent.forget(["GONE", "GONE:1"]);
    expect(names()).toEqual([]);
    expect(silent.hasHeard("GONE")).toBe(false);
  });

  test("can tell nothing before events arrive", () => {
    expect(new SilentDevices({ clock: new ManualClock() }).top(20)).toBeNull();
  });

  test("follows 10,000 devices, whatever comes in", () => {
    const { clock, silent } = setUp();
    for (let n = 0; n < 20_000; n += 1) silent.heard(`D${n}:1`);
    clock.advance(4 * DAY_MS);
    expect(silent.top(100_000)).toHaveLength(10_000);
    expect(silent.top(20)).toHaveLength(20);
  });
});
