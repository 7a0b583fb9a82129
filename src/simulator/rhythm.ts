import { type Random, seededRandom } from "./random.ts";

/** When a device is heard. */
export type DeviceRhythm =
  /** By itself, in a period that is drawn once out of this range; now and then a report gets lost in the air. */
  | { readonly kind: "cycle"; readonly seconds: readonly [min: number, max: number]; readonly lossPercent?: number }
  /** When somebody in the house does something: by the hour of the day, and not at all while everybody is on holiday. */
  | { readonly kind: "use"; readonly perDay: number };

/** How likely people are to do something in each hour of the day (UTC), beside the busiest. */
const ACTIVITY = [4, 1, 1, 1, 2, 15, 60, 90, 60, 35, 30, 35, 55, 45, 35, 40, 55, 85, 100, 95, 80, 60, 40, 15].map(
  (percent) => percent / 100,
);
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const ACTIVE_HOURS = ACTIVITY.reduce((sum, share) => sum + share, 0);
/** Of each four weeks the house is empty for one. */
const HOLIDAY = { everyDays: 28, fromDay: 9, toDay: 16 } as const;
/** Its multiples spread evenly, however many there are. */
const GOLDEN = (Math.sqrt(5) - 1) / 2;
const EVERYBODY_HEARD_WITHIN_MS = 60_000;

/** Tells how long a device waits before it is heard the next time. */
export interface Timetable {
  readonly firstMs: (wallMs: number) => number;
  readonly nextMs: (wallMs: number) => number;
}

/**
 * A timetable for each rhythm; the same seed gives the same times.
 * `scale` multiplies all periods; cyclic devices are spread over the first minute, so that somebody is heard soon and not all at once.
 */
export function timetables(rhythms: readonly DeviceRhythm[], { seed, scale }: { seed: number; scale: number }): readonly Timetable[] {
  const seeds = seededRandom(seed);
  return rhythms.map((rhythm, index) => {
    const random = seededRandom(seeds() * 2 ** 32);
    return rhythm.kind === "use" ? byUse(rhythm, random, scale) : byCycle(rhythm, random, scale, phaseOf(index, random));
  });
}

/** In [0, 1): whoever is added later leaves the others where they are. */
function phaseOf(index: number, random: Random): number {
  return (index * GOLDEN + random() * 0.05) % 1;
}

function byCycle(
  { seconds: [min, max], lossPercent = 0 }: DeviceRhythm & { kind: "cycle" },
  random: Random,
  scale: number,
  phase: number,
): Timetable {
  const everyMs = Math.round((min + (max - min) * random()) * 1_000) * scale;
  const nextMs = (): number => {
    let periods = 1;
    while (lossPercent > 0 && random() * 100 < lossPercent) periods += 1;
    return everyMs * periods;
  };
  return { firstMs: () => Math.round(EVERYBODY_HEARD_WITHIN_MS * phase) * scale, nextMs };
}

/** A Poisson process whose rate follows the day: candidates at the highest rate, each taken with the likelihood of its hour. */
function byUse({ perDay }: DeviceRhythm & { kind: "use" }, random: Random, scale: number): Timetable {
  const meanMs = (ACTIVE_HOURS / perDay) * HOUR_MS;
  const nextMs = (wallMs: number): number => {
    let atMs = wallMs;
    do atMs -= Math.log(1 - random()) * meanMs;
    while (random() >= activityAt(atMs));
    return (Math.round(atMs) - wallMs) * scale;
  };
  return { firstMs: nextMs, nextMs };
}

function activityAt(wallMs: number): number {
  const day = Math.floor(wallMs / DAY_MS) % HOLIDAY.everyDays;
  if (day >= HOLIDAY.fromDay && day < HOLIDAY.toDay) return 0;
  return ACTIVITY[Math.floor((wallMs % DAY_MS) / HOUR_MS)] ?? 0;
}
