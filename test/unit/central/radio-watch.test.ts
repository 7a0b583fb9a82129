import { describe, expect, test } from "vitest";
import { HealthTracker } from "../../../src/central/health-tracker.ts";
import { RadioWatch } from "../../../src/central/radio-watch.ts";
import { RadioRhythm, type RhythmDay } from "../../../src/diagnosis/radio-rhythm.ts";
import { EventBus } from "../../../src/events/event-bus.ts";
import { PathChangedEvent } from "../../../src/events/product-events.ts";
import { type HouseholdKind, heardDevices, household, type SimulatedInterfaceOptions } from "../../../src/simulator/index.ts";
import { ManualClock } from "../../support/manual-clock.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const MONTH_MS = 30 * DAY_MS;
/** As the product does it. */
const CHECK_MS = 5_000;
/** A Monday at midnight that begins a stretch of four weeks; one of them is the holiday. */
const START_MS = 28 * 736 * DAY_MS;
const NAME = "radio";

/** One interface of a home, watched as the product does it; only the wire is left out. */
class WatchedRadio {
  readonly clock: ManualClock;
  readonly rhythm: RadioRhythm;
  readonly tracker: HealthTracker;
  /** Wall times at which the radio was found silent. */
  readonly alarms: number[] = [];

  constructor({ fromMs = START_MS, remembered = [] }: { fromMs?: number; remembered?: readonly RhythmDay[] } = {}) {
    this.clock = new ManualClock({ wallMs: fromMs });
    const eventBus = new EventBus({ clock: this.clock });
    this.tracker = new HealthTracker({ eventBus, clock: this.clock });
    this.rhythm = new RadioRhythm(remembered);
    this.tracker.add(NAME, { radio: new RadioWatch({ rhythm: this.rhythm, clock: this.clock }) });
    const handler = ({ path, state }: PathChangedEvent): void => {
      if (path === "radio" && state === "failing") this.alarms.push(this.clock.wallMs());
    };
    eventBus.subscribe({ eventType: PathChangedEvent, eventKey: null, handler });
    this.connect();
  }

  get state(): string | undefined {
    return this.tracker.health(NAME)?.paths.radio.state;
  }

  connect(): void {
    this.tracker.commandAnswered(NAME);
    this.tracker.registered(NAME);
    this.tracker.eventPathConfirmed(NAME);
  }

  disconnect(): void {
    this.tracker.eventPathFailed(NAME, "lost");
  }

  report(): void {
    this.tracker.deviceEventReceived(NAME);
  }

  /** Lets time pass, looking as often as the product does once a silence may be suspicious. */
  passTo(wallMs: number): void {
    const quietMs = Math.min(wallMs - this.clock.wallMs(), 29 * MINUTE_MS);
    if (quietMs > 0) this.clock.advance(quietMs);
    while (this.clock.wallMs() < wallMs) {
      this.clock.advance(Math.min(CHECK_MS, wallMs - this.clock.wallMs()));
      this.tracker.updateHealth();
    }
  }

  hear(home: SimulatedInterfaceOptions, { seed, forMs }: { seed: number; forMs: number }): void {
    const fromMs = this.clock.wallMs();
    for (const { atMs } of heardDevices({ interface: home, seed, fromMs, toMs: fromMs + forMs })) {
      this.passTo(atMs);
      this.report();
    }
  }

  reportEvery(intervalMs: number, forMs: number): void {
    for (const endMs = this.clock.wallMs() + forMs; this.clock.wallMs() < endMs; this.report())
      this.passTo(this.clock.wallMs() + intervalMs);
  }
}

function radiosOf(kind: HouseholdKind): readonly SimulatedInterfaceOptions[] {
  return household(kind).filter(({ name }) => name !== "VirtualDevices");
}

const SEEDS = [1, 2, 3, 4, 5];

describe("a month of simulated traffic", () => {
  test.for(["battery", "mains", "mixed"] as const)(
    "%s: at most one false alarm, whatever the seed and wherever the holiday falls",
    { timeout: 60_000 },
    async (kind, { annotate }) => {
      const counts = SEEDS.map((seed) => {
        const fromMs = START_MS + seed * 5 * DAY_MS;
        return radiosOf(kind).reduce((sum, home) => {
          const watched = new WatchedRadio({ fromMs });
          watched.hear(home, { seed, forMs: MONTH_MS });
          return sum + watched.alarms.length;
        }, 0);
      });
      await annotate(`false alarms in a month, ${kind}, by seed: ${counts.join(", ")}`);
      expect(Math.max(...counts)).toBeLessThanOrEqual(1);
    },
  );

  test("a dead radio in a home with 30 HmIP devices is noticed within 60 min, on the first day as after a week", {
    timeout: 60_000,
  }, async ({ annotate }) => {
    const [home] = radiosOf("mains");
    if (home === undefined) throw new Error("no home");
    const delaysMs = SEEDS.flatMap((seed) =>
      [2 * HOUR_MS, 8 * DAY_MS].map((forMs) => {
        const watched = new WatchedRadio({ fromMs: START_MS + seed * 7 * HOUR_MS });
        watched.hear(home, { seed, forMs });
        expect(watched.alarms).toEqual([]);
        const deadSinceMs = watched.clock.wallMs();
        watched.passTo(deadSinceMs + 2 * HOUR_MS);
        return (watched.alarms[0] ?? Number.POSITIVE_INFINITY) - deadSinceMs;
      }),
    ).toSorted((a, b) => a - b);
    const median = delaysMs[delaysMs.length >> 1] ?? Number.POSITIVE_INFINITY;
    await annotate(
      `a dead radio is noticed after ${(median / MINUTE_MS).toFixed(1)} min (median), ${((delaysMs.at(-1) ?? 0) / MINUTE_MS).toFixed(1)} min at most`,
    );
    expect(median).toBeLessThanOrEqual(60 * MINUTE_MS);
  });
});

describe("the watch over a radio", () => {
  test("an interface at which no device ever reported has none to be silent", () => {
    const watched = new WatchedRadio();
    watched.passTo(START_MS + 3 * DAY_MS);
    expect([watched.alarms, watched.state]).toEqual([[], "unknown"]);
  });

  test("a silence in which the event path failed teaches nothing, and starts anew when the path was away for a minute", () => {
    const watched = new WatchedRadio();
    watched.reportEvery(MINUTE_MS, 4 * DAY_MS);
    const known = JSON.stringify(watched.rhythm.remembered());
    watched.passTo(watched.clock.wallMs() + 10 * MINUTE_MS);
    watched.disconnect();
    watched.passTo(watched.clock.wallMs() + 10 * MINUTE_MS);
    watched.connect();
    watched.passTo(watched.clock.wallMs() + 25 * MINUTE_MS);
    expect(watched.alarms).toEqual([]);
    watched.report();
    expect(JSON.stringify(watched.rhythm.remembered())).toBe(known);
    watched.passTo(watched.clock.wallMs() + 31 * MINUTE_MS);
    expect(watched.alarms).toHaveLength(1);
  });

  test("PONGs that get lost now and then do not hide a dead radio", () => {
    const watched = new WatchedRadio();
    watched.reportEvery(MINUTE_MS, 2 * HOUR_MS);
    const deadSinceMs = watched.clock.wallMs();
    while (watched.alarms.length === 0 && watched.clock.wallMs() < deadSinceMs + 2 * HOUR_MS) {
      watched.passTo(watched.clock.wallMs() + 40_000);
      watched.disconnect();
      watched.passTo(watched.clock.wallMs() + 15_000);
      watched.tracker.eventPathConfirmed(NAME);
      watched.tracker.updateHealth();
    }
    expect((watched.alarms[0] ?? 0) - deadSinceMs).toBeLessThan(32 * MINUTE_MS);
  });

  test("what was learned survives a restart: the first silence after it is judged by it", () => {
    const first = new WatchedRadio();
    first.reportEvery(MINUTE_MS, 4 * DAY_MS);
    const second = new WatchedRadio({ fromMs: first.clock.wallMs(), remembered: first.rhythm.remembered() });
    second.passTo(second.clock.wallMs() + 31 * MINUTE_MS);
    expect(second.alarms).toHaveLength(1);
  });

  test("a step of the wall clock is no silence", () => {
    const watched = new WatchedRadio();
    watched.reportEvery(MINUTE_MS, 2 * HOUR_MS);
    watched.clock.stepWall(3 * DAY_MS);
    watched.tracker.updateHealth();
    watched.report();
    watched.clock.stepWall(-6 * DAY_MS);
    watched.tracker.updateHealth();
    expect([watched.alarms, watched.state]).toEqual([[], "ok"]);
  });
});
