import { describe, expect, test } from "vitest";
import type { RhythmDay } from "../../../src/diagnosis/radio-rhythm.ts";
import { type HouseholdKind, heardDevices, household, type SimulatedInterfaceOptions } from "../../../src/simulator/index.ts";
import { type Report, WatchedRadio } from "./watched-radio.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const MONTH_MS = 30 * DAY_MS;
/** A Monday at midnight that begins a stretch of four weeks; one of them is the holiday. */
const START_MS = 28 * 736 * DAY_MS;

function radiosOf(kind: HouseholdKind): readonly SimulatedInterfaceOptions[] {
  return household(kind).filter(({ name }) => name !== "VirtualDevices");
}

function radioOf(kind: HouseholdKind): SimulatedInterfaceOptions {
  const [radio] = radiosOf(kind);
  if (radio === undefined) throw new Error(`${kind} has no radio`);
  return radio;
}

/** The home with some of the devices on mains power that other homes have. */
function withPlugs(home: SimulatedInterfaceOptions, count: number): SimulatedInterfaceOptions {
  return { ...home, devices: [...(home.devices ?? []), ...PLUGS.slice(0, count)] };
}

const PLUGS = radioOf("mains").devices?.filter(({ type }) => type === "HmIP-PSM-2") ?? [];
const isPlug = ({ address }: Report): boolean => PLUGS.some((plug) => plug.address === address);

interface Stretch {
  readonly seed: number;
  readonly fromMs: number;
  readonly toMs: number;
}

function* reportsOf(home: SimulatedInterfaceOptions, { seed, fromMs, toMs }: Stretch): Generator<Report> {
  for (const { atMs, device } of heardDevices({ interface: home, seed, fromMs, toMs })) yield { atMs, address: device.address };
}

function* merged(...sources: readonly Iterable<Report>[]): Generator<Report> {
  yield* sources.flatMap((source) => [...source]).toSorted((a, b) => a.atMs - b.atMs);
}

function* pressesOf(address: string, { fromMs, toMs }: Omit<Stretch, "seed">): Generator<Report> {
  for (let atMs = fromMs; atMs < toMs; atMs += 10 * MINUTE_MS) yield { atMs, address };
}

/** From the change on, people do everything earlier or later by the world's time. */
function* withClockChange(home: SimulatedInterfaceOptions, { seed, fromMs, toMs }: Stretch, byMs: number): Generator<Report> {
  const changeMs = fromMs + 17 * DAY_MS + HOUR_MS;
  yield* reportsOf(home, { seed, fromMs, toMs: changeMs });
  for (const { atMs, address } of reportsOf(home, { seed: seed + 100, fromMs: changeMs - byMs, toMs: toMs - byMs }))
    yield { atMs: atMs + byMs, address };
}

const SEEDS = [1, 2, 3, 4, 5];

/** A month of one interface of a home: how often its radio was found silent. */
type Month = (home: SimulatedInterfaceOptions, stretch: Stretch) => number;

const undisturbed =
  (reports: (home: SimulatedInterfaceOptions, stretch: Stretch) => Iterable<Report>): Month =>
  (home, stretch) => {
    const watched = new WatchedRadio(stretch);
    watched.hear(reports(home, stretch));
    watched.passTo(stretch.toMs);
    return watched.alarms.length;
  };

const unplugged =
  (count: number, afterDays: number): Month =>
  (home, stretch) =>
    undisturbed(function* (battery) {
      for (const report of reportsOf(withPlugs(battery, count), stretch))
        if (!isPlug(report) || report.atMs < stretch.fromMs + afterDays * DAY_MS) yield report;
    })(home, stretch);

/** The product is started anew each day. */
const restarted: Month = (home, { seed, fromMs, toMs }) => {
  const reports = [...reportsOf(home, { seed, fromMs, toMs })];
  let remembered: readonly RhythmDay[] = [];
  let alarms = 0;
  for (let dayMs = fromMs; dayMs < toMs; dayMs += DAY_MS) {
    const watched = new WatchedRadio({ fromMs: dayMs, remembered });
    watched.hear(reports.filter(({ atMs }) => atMs >= dayMs && atMs < dayMs + DAY_MS));
    watched.passTo(dayMs + DAY_MS);
    remembered = watched.rhythm.remembered();
    alarms += watched.alarms.length;
  }
  return alarms;
};

const pressedForHalfTheMonth = (home: SimulatedInterfaceOptions, stretch: Stretch): Iterable<Report> =>
  merged(reportsOf(withPlugs(home, 1), stretch), pressesOf("BidCoS-RF", { ...stretch, toMs: stretch.fromMs + 15 * DAY_MS }));
const springForward = undisturbed((home, stretch) => withClockChange(home, stretch, -HOUR_MS));
const fallBack = undisturbed((home, stretch) => withClockChange(home, stretch, HOUR_MS));

/** `atMost` false alarms in a month. */
const HOMES: readonly { readonly name: string; readonly kind: HouseholdKind; readonly month: Month; readonly atMost: number }[] = [
  { name: "battery devices only", kind: "battery", month: undisturbed(reportsOf), atMost: 1 },
  { name: "most of it on mains power", kind: "mains", month: undisturbed(reportsOf), atMost: 1 },
  { name: "half HmIP, half BidCos-RF", kind: "mixed", month: undisturbed(reportsOf), atMost: 1 },
  { name: "battery devices and a plug", kind: "battery", month: unplugged(1, 30), atMost: 1 },
  { name: "battery devices and a plug that is unplugged", kind: "battery", month: unplugged(1, 7), atMost: 1 },
  { name: "battery devices and two plugs that are unplugged together", kind: "battery", month: unplugged(2, 7), atMost: 5 },
  { name: "battery devices, the product started anew each midnight", kind: "battery", month: restarted, atMost: 1 },
  {
    name: "battery devices and a plug, virtual keys pressed for half the month",
    kind: "battery",
    month: undisturbed(pressedForHalfTheMonth),
    atMost: 1,
  },
  { name: "battery devices, summer time begins", kind: "battery", month: springForward, atMost: 1 },
  { name: "battery devices, summer time ends", kind: "battery", month: fallBack, atMost: 1 },
  { name: "most of it on mains power, summer time begins", kind: "mains", month: springForward, atMost: 1 },
  { name: "most of it on mains power, summer time ends", kind: "mains", month: fallBack, atMost: 1 },
  { name: "half HmIP, half BidCos-RF, summer time begins", kind: "mixed", month: springForward, atMost: 1 },
  { name: "half HmIP, half BidCos-RF, summer time ends", kind: "mixed", month: fallBack, atMost: 1 },
];

describe("a month of simulated traffic", () => {
  test.for(HOMES.map((home) => [home.name, home] as const))(
    "%s: few false alarms, whatever the seed and wherever the holiday falls",
    { timeout: 60_000 },
    async ([name, { kind, month, atMost }], { annotate }) => {
      const counts = SEEDS.map((seed) => {
        const fromMs = START_MS + seed * 5 * DAY_MS;
        return radiosOf(kind).reduce((sum, home) => sum + month(home, { seed, fromMs, toMs: fromMs + MONTH_MS }), 0);
      });
      await annotate(`false alarms in a month, ${name}, by seed: ${counts.join(", ")}`);
      expect(Math.max(...counts)).toBeLessThanOrEqual(atMost);
    },
  );
});

interface Death {
  readonly name: string;
  readonly home: SimulatedInterfaceOptions;
  readonly afterMs: readonly number[];
  /** Median. */
  readonly withinMs: number;
  /** What is heard all the same. */
  readonly heard: (stretch: Stretch) => Iterable<Report>;
}

const MAINS = radioOf("mains");
const BATTERY = radioOf("battery");
const NEW_AND_OLD = [2 * HOUR_MS, 8 * DAY_MS];
const isHeardOn = ({ address }: Report): boolean => address === PLUGS[0]?.address;
const onePlug =
  (home: SimulatedInterfaceOptions) =>
  (stretch: Stretch): Iterable<Report> =>
    [...reportsOf(home, stretch)].filter(isHeardOn);
const nothing = (): Iterable<Report> => [];

const DEATHS: readonly Death[] = [
  { name: "30 HmIP devices", home: MAINS, afterMs: NEW_AND_OLD, withinMs: HOUR_MS, heard: nothing },
  { name: "30 HmIP devices, a plug heard on", home: MAINS, afterMs: NEW_AND_OLD, withinMs: HOUR_MS, heard: onePlug(MAINS) },
  {
    name: "30 HmIP devices, a plug heard on and virtual keys pressed",
    home: MAINS,
    afterMs: NEW_AND_OLD,
    withinMs: HOUR_MS,
    heard: (stretch) => merged(onePlug(MAINS)(stretch), pressesOf("HmIP-RCV-1", stretch)),
  },
  { name: "battery devices", home: BATTERY, afterMs: [8 * DAY_MS], withinMs: DAY_MS, heard: nothing },
  {
    name: "battery devices and a plug, the plug heard on",
    home: withPlugs(BATTERY, 1),
    afterMs: [8 * DAY_MS],
    withinMs: DAY_MS,
    heard: onePlug(withPlugs(BATTERY, 1)),
  },
];

describe("a dead radio", () => {
  test.for(DEATHS.map((death) => [death.name, death] as const))(
    "%s: is noticed in time, once",
    { timeout: 60_000 },
    async ([name, { home, afterMs, withinMs, heard }], { annotate }) => {
      const delaysMs = SEEDS.flatMap((seed) =>
        afterMs.map((forMs) => {
          const fromMs = START_MS + 16 * DAY_MS + seed * 7 * HOUR_MS;
          const deadSinceMs = fromMs + forMs;
          const toMs = deadSinceMs + DAY_MS;
          const watched = new WatchedRadio({ fromMs });
          watched.hear(reportsOf(home, { seed, fromMs, toMs: deadSinceMs }));
          watched.passTo(deadSinceMs);
          expect(watched.alarms).toEqual([]);
          watched.hear(heard({ seed, fromMs: deadSinceMs, toMs }));
          watched.passTo(toMs);
          expect(watched.alarms).toHaveLength(1);
          return (watched.alarms[0] ?? Number.POSITIVE_INFINITY) - deadSinceMs;
        }),
      ).toSorted((a, b) => a - b);
      const median = delaysMs[delaysMs.length >> 1] ?? Number.POSITIVE_INFINITY;
      const minutes = (ms = Number.POSITIVE_INFINITY): string => (ms / MINUTE_MS).toFixed(1);
      await annotate(`${name}: a dead radio is noticed after ${minutes(median)} min (median), ${minutes(delaysMs.at(-1))} min at most`);
      expect(median).toBeLessThanOrEqual(withinMs);
    },
  );
});

describe("the watch over a radio", () => {
  test("an interface at which no device ever reported has none to be silent", () => {
    const watched = new WatchedRadio({ fromMs: START_MS });
    watched.passTo(START_MS + 3 * DAY_MS);
    expect([watched.alarms, watched.state]).toEqual([[], "unknown"]);
  });

  test("a silence starts anew when the event path was away for a minute, and what follows counts for itself", () => {
    const watched = new WatchedRadio({ fromMs: START_MS });
    watched.reportEvery(MINUTE_MS, 4 * DAY_MS);
    watched.passTo(watched.clock.wallMs() + 10 * MINUTE_MS);
    watched.disconnect();
    watched.passTo(watched.clock.wallMs() + 10 * MINUTE_MS);
    watched.connect();
    watched.passTo(watched.clock.wallMs() + 20 * MINUTE_MS);
    watched.report("A");
    watched.passTo(watched.clock.wallMs() + 5 * MINUTE_MS);
    watched.report("B");
    expect(watched.alarms).toEqual([]);
    const learned = watched.rhythm.remembered().flatMap(({ longestMs }) => longestMs.map((ms) => ms ?? 0));
    expect(Math.max(...learned)).toBe(25 * MINUTE_MS);
  });

  test("a single device that is heard on does not hide that all others are silent", () => {
    const watched = new WatchedRadio({ fromMs: START_MS });
    watched.reportEvery(MINUTE_MS, 4 * DAY_MS);
    const deadSinceMs = watched.clock.wallMs();
    const onlyA = (toMs: number): void => {
      while (watched.clock.wallMs() < toMs) {
        watched.passTo(watched.clock.wallMs() + MINUTE_MS);
        watched.report("A");
      }
    };
    onlyA(deadSinceMs + 3 * HOUR_MS);
    expect(watched.alarms).toHaveLength(1);
    expect(watched.radio).toMatchObject({
      state: "failing",
      reason: "at most one device has reported for 30 min",
    });
    watched.report("C");
    expect(watched.state).toBe("ok");
  });

  test("the first word after a silence of all ends it, even of the device that was heard last", () => {
    const watched = new WatchedRadio({ fromMs: START_MS });
    watched.reportEvery(MINUTE_MS, 4 * DAY_MS);
    watched.report("A");
    watched.passTo(watched.clock.wallMs() + HOUR_MS);
    expect(watched.state).toBe("failing");
    watched.report("A");
    expect(watched.state).toBe("ok");
  });

  test("an interface with a single device is given a day, since it may as well be unplugged", () => {
    const watched = new WatchedRadio({ fromMs: START_MS });
    for (let minute = 0; minute < 4 * 24 * 60; minute += 1) {
      watched.passTo(watched.clock.wallMs() + MINUTE_MS);
      watched.report("A");
    }
    const deadSinceMs = watched.clock.wallMs();
    watched.passTo(deadSinceMs + 25 * HOUR_MS);
    expect(watched.alarms).toEqual([deadSinceMs + DAY_MS]);
  });

  test("PONGs that get lost now and then do not hide a dead radio", () => {
    const watched = new WatchedRadio({ fromMs: START_MS });
    watched.reportEvery(MINUTE_MS, 2 * HOUR_MS);
    const deadSinceMs = watched.clock.wallMs();
    while (watched.alarms.length === 0 && watched.clock.wallMs() < deadSinceMs + 2 * HOUR_MS) {
      watched.passTo(watched.clock.wallMs() + 40_000);
      watched.disconnect();
      watched.passTo(watched.clock.wallMs() + 15_000);
      watched.confirmEvents();
      watched.tracker.updateHealth();
    }
    expect((watched.alarms[0] ?? 0) - deadSinceMs).toBeLessThan(32 * MINUTE_MS);
  });

  test("what was learned survives a restart: the first silence after it is judged by it", () => {
    const first = new WatchedRadio({ fromMs: START_MS });
    first.reportEvery(MINUTE_MS, 4 * DAY_MS);
    const second = new WatchedRadio({ fromMs: first.clock.wallMs(), remembered: first.rhythm.remembered() });
    second.passTo(second.clock.wallMs() + 31 * MINUTE_MS);
    expect(second.alarms).toHaveLength(1);
  });

  test("a step of the wall clock is no silence", () => {
    const watched = new WatchedRadio({ fromMs: START_MS });
    watched.reportEvery(MINUTE_MS, 2 * HOUR_MS);
    watched.clock.stepWall(3 * DAY_MS);
    watched.tracker.updateHealth();
    watched.report("C");
    watched.clock.stepWall(-6 * DAY_MS);
    watched.tracker.updateHealth();
    expect([watched.alarms, watched.state]).toEqual([[], "ok"]);
  });
});
