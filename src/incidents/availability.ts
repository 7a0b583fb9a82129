const DAY_MS = 86_400_000;

export type AvailabilitySpan = "day" | "week" | "month";

/** The spans that availability is told for, in ms. */
export const AVAILABILITY_SPANS: Readonly<Record<AvailabilitySpan, number>> = { day: DAY_MS, week: 7 * DAY_MS, month: 30 * DAY_MS };

/** From when to when, wall time in ms; not empty. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface Availability {
  /** 0..1 of the time that was watched; `null` where nothing was watched. */
  readonly ratio: number | null;
  readonly watchedMs: number;
  readonly downMs: number;
  readonly failures: number;
  /** Mean time between failures: time that worked divided by the failures; `null` without a failure. */
  readonly meanTimeBetweenFailuresMs: number | null;
}

/** What happened up to `nowMs`, put in order once for all the lengths of time that are asked for. */
export class AvailabilityRecord {
  readonly #nowMs: number;
  readonly #watched: readonly Span[];
  /** Interfaces that are lost together are one failure of the CCU. */
  readonly #outages: readonly Span[];

  constructor({ watched, outages, nowMs }: { watched: readonly Span[]; outages: readonly Span[]; nowMs: number }) {
    this.#nowMs = nowMs;
    this.#watched = union(watched);
    this.#outages = union(outages);
  }

  /** How much of the watched time before now worked. Time in which the program did not run counts neither way. */
  over(lengthMs: number): Availability {
    const time = { fromMs: this.#nowMs - lengthMs, toMs: this.#nowMs };
    const watchedMs = lengthWithin(time, this.#watched);
    let downMs = 0;
    let failures = 0;
    for (const outage of this.#outages) {
      downMs += lengthWithin(clip(outage, time), this.#watched);
      if (outage.fromMs > time.fromMs && outage.fromMs <= time.toMs) failures += 1;
    }
    return {
      ratio: watchedMs === 0 ? null : (watchedMs - downMs) / watchedMs,
      watchedMs,
      downMs,
      failures,
      meanTimeBetweenFailuresMs: failures === 0 ? null : (watchedMs - downMs) / failures,
    };
  }
}

/** How much of the time the spans cover, which do not overlap, in ms. */
function lengthWithin(time: Span, spans: readonly Span[]): number {
  let lengthMs = 0;
  for (const { fromMs, toMs } of spans) lengthMs += Math.max(0, Math.min(toMs, time.toMs) - Math.max(fromMs, time.fromMs));
  return lengthMs;
}

function clip(span: Span, window: Span): Span {
  return { fromMs: Math.max(span.fromMs, window.fromMs), toMs: Math.min(span.toMs, window.toMs) };
}

/** Sorted and without overlaps, so that nothing is counted twice; one that has just begun has no length yet. */
function union(spans: readonly Span[]): readonly Span[] {
  if (spans.length === 0) return spans;
  const merged: Span[] = [];
  for (const span of spans.filter(({ fromMs, toMs }) => fromMs <= toMs).sort((a, b) => a.fromMs - b.fromMs)) {
    const last = merged.at(-1);
    if (last === undefined || span.fromMs > last.toMs) merged.push(span);
    else merged[merged.length - 1] = { fromMs: last.fromMs, toMs: Math.max(last.toMs, span.toMs) };
  }
  return merged;
}
