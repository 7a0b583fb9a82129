import { describe, expect, test } from "vitest";
import { type RememberedDevice, SilentDevices } from "../../../src/central/silent-devices.ts";
import { ManualClock } from "../../support/manual-clock.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

interface Before {
  readonly clock?: ManualClock;
  readonly remembered?: readonly RememberedDevice[];
  readonly gone?: readonly string[];
}

function setUp({ clock = new ManualClock(), remembered = [], gone = [] }: Before = {}) {
  const silent = new SilentDevices({ clock, remembered, isGone: (device) => gone.includes(device) });
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

  /** The program ends, and begins again after a while. */
  const restart = ({ clock, silent }: ReturnType<typeof setUp>, { afterMs = MINUTE_MS, gone = [] as readonly string[] } = {}) =>
    setUp({ clock: new ManualClock({ wallMs: clock.wallMs() + afterMs }), remembered: silent.remembered(), gone });

  test("tells after an update of the app within the hour who was silent before it, and since when", () => {
    const before = setUp();
    before.live(2 * DAY_MS, { MAINS: 3 * MINUTE_MS, OTHER: 3 * MINUTE_MS });
    before.live(5 * DAY_MS, { OTHER: 3 * MINUTE_MS });
    const { silent, names, live } = restart(before);
    live(HOUR_MS - MINUTE_MS, { OTHER: 3 * MINUTE_MS });
    expect(names()).toEqual([]);
    live(MINUTE_MS, { OTHER: MINUTE_MS });
    const lastHeardMs = -(5 * DAY_MS + 3 * MINUTE_MS) - MINUTE_MS;
    expect(silent.top(20)).toEqual([{ device: "MAINS", lastHeardMs, usualMs: 3 * MINUTE_MS }]);
  });

  test("a device that is remembered counts as heard only once it has been heard since the start", () => {
    const before = setUp();
    before.silent.heard("MAINS");
    const { silent } = restart(before);
    expect(silent.hasHeard("MAINS")).toBe(false);
    silent.heard("MAINS");
    expect(silent.hasHeard("MAINS")).toBe(true);
  });

  test("a device that left the CCU while the program did not run is neither silent nor remembered any longer", () => {
    const before = setUp();
    before.live(2 * DAY_MS, { MAINS: 3 * MINUTE_MS, GONE: 3 * MINUTE_MS });
    const after = restart(before, { gone: ["GONE"] });
    after.live(2 * HOUR_MS, {});
    expect(after.names()).toEqual(["MAINS"]);
    expect(after.silent.remembered().map(([device]) => device)).toEqual(["MAINS"]);
    after.silent.heard("GONE");
    expect(after.silent.remembered()).toHaveLength(2);
  });

  test("a program that starts each midnight learns the usual silences as far as it sees them", () => {
    let run = setUp();
    for (let day = 0; day < 6; day += 1) {
      run.live(18 * HOUR_MS, {});
      run.live(6 * HOUR_MS, { EVENING: HOUR_MS });
      run = restart(run);
    }
    run.live(23 * HOUR_MS, {});
    expect(run.names()).toEqual([]);
  });

  test.each([
    ["behind", -50 * 365 * DAY_MS],
    ["ahead", 50 * 365 * DAY_MS],
  ])("a wall clock that is far %s at the start neither hides a silence nor makes one", (_, afterMs) => {
    const before = setUp();
    before.live(2 * DAY_MS, { MAINS: 3 * MINUTE_MS });
    const { silent, names, live } = restart(before, { afterMs });
    live(59 * MINUTE_MS, {});
    expect(names()).toEqual([]);
    live(MINUTE_MS, {});
    expect(names()).toEqual(["MAINS"]);
    live(MINUTE_MS, { MAINS: MINUTE_MS });
    const [, , longestMs = 0, followedMs = 0] = silent.remembered()[0] ?? [];
    expect([longestMs, followedMs]).toEqual([HOUR_MS, expect.closeTo(2 * DAY_MS + 57 * MINUTE_MS, -6)]);
  });

  test("remembers 1,000 devices in 60 kB, whatever comes in, and takes no more", () => {
    const clock = new ManualClock();
    clock.advance(1_234.567_89);
    const { silent } = setUp({ clock });
    for (let n = 0; n < 2_000; n += 1) silent.heard(`0001D3C99C${1_000 + n}:1`);
    clock.advance(3 * DAY_MS + 0.123_456);
    for (let n = 0; n < 2_000; n += 1) silent.heard(`0001D3C99C${1_000 + n}:1`);
    expect(silent.remembered()).toHaveLength(1_000);
    expect(JSON.stringify(silent.remembered()).length).toBeLessThan(60_000);
    const twice = [...silent.remembered(), ...silent.remembered().map(([device, ...rest]): RememberedDevice => [`X${device}`, ...rest])];
    const next = setUp({ remembered: twice });
    next.clock.advance(30 * DAY_MS);
    expect(next.silent.top(10_000)).toHaveLength(1_000);
  });

  test("can tell nothing before events arrive", () => {
    expect(new SilentDevices({ clock: new ManualClock(), remembered: [], isGone: () => false }).top(20)).toBeNull();
  });

  test("follows 10,000 devices, whatever comes in", () => {
    const { clock, silent } = setUp();
    for (let n = 0; n < 20_000; n += 1) silent.heard(`D${n}:1`);
    clock.advance(4 * DAY_MS);
    expect(silent.top(100_000)).toHaveLength(10_000);
    expect(silent.top(20)).toHaveLength(20);
  });
});
