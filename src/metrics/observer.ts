import type { Clock } from "../base/clock.ts";
import type { Logger } from "../base/logger.ts";
import type { Subscription } from "../base/subscription.ts";
import type { BusSubscription, EventBus } from "../events/event-bus.ts";
import { getOrInsert } from "../events/get-or-insert.ts";
import { DirtyKeys, type DirtyListener } from "./dirty-keys.ts";
import type { DurationHistogram } from "./duration-buckets.ts";
import { type HealthState, nextHealthState } from "./health-state.ts";
import { keyMatcher, metricKey, sourceIdOf } from "./keys.ts";
import { LatencyGroup } from "./latency-group.ts";
import { LatencySeries } from "./latency-series.ts";
import type { LatencyTracker } from "./latency-tracker.ts";
import { CounterMetricEvent, GaugeMetricEvent, HealthMetricEvent, LatencyMetricEvent } from "./metric-events.ts";
import { MetricStore } from "./metric-store.ts";
import { WINDOW_SLOTS } from "./recent-window.ts";
import { ObserverSnapshot } from "./snapshot.ts";

/** How many keys of each kind are kept. */
export const MAX_METRIC_KEYS = 10_000;

const RECENT_WINDOW_MS = 300_000;
/** More patterns than anybody asks for again and again. */
const MAX_GROUPS = 1_000;
const INVALID_SAMPLE: string = metricKey("metrics", "", "invalid_sample");
const OVERFLOW: string = metricKey("metrics", "", "overflow");
const OWN_COUNTERS: ReadonlySet<string> = new Set([INVALID_SAMPLE, OVERFLOW]);

export interface MetricsObserverOptions {
  readonly eventBus: EventBus;
  readonly clock?: Clock;
  readonly maxKeys?: number;
  /** How far the recent part of latencies reaches back. */
  readonly recentWindowMs?: number;
}

/** Listens to the metric events and knows what they add up to. Nothing it is told makes it throw or grow without bound. */
export class MetricsObserver {
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #limit: number;
  readonly #slotMs: number;
  readonly #latency: MetricStore<LatencySeries, LatencyTracker>;
  /** By pattern, as long as the keys are the same. */
  readonly #groups = new Map<string, LatencyGroup>();
  readonly #counters: MetricStore<number>;
  readonly #gauges: MetricStore<number>;
  readonly #health: MetricStore<HealthState>;
  /** Monotonic times by sourceId. */
  readonly #lastEvents: MetricStore<number>;
  readonly #fullKinds = new Set<string>();
  readonly #dirty: DirtyKeys;
  readonly #subscriptions: readonly BusSubscription[];
  #snapshot: ObserverSnapshot | null = null;
  /** The time of the slice that is being drained. */
  #sliceSlot: number | null = null;

  constructor({ eventBus, clock = eventBus.clock, maxKeys = MAX_METRIC_KEYS, recentWindowMs = RECENT_WINDOW_MS }: MetricsObserverOptions) {
    this.#clock = clock;
    this.#logger = eventBus.logger;
    this.#limit = maxKeys;
    this.#slotMs = recentWindowMs / WINDOW_SLOTS;
    this.#latency = new MetricStore({ kind: "latency", limit: maxKeys, toView: (series, slot) => series.tracker(slot) });
    this.#counters = new MetricStore({ kind: "counter", limit: maxKeys, exempt: OWN_COUNTERS, toView: unchanged });
    this.#gauges = new MetricStore({ kind: "gauge", limit: maxKeys, toView: unchanged });
    this.#health = new MetricStore({ kind: "health", limit: maxKeys, toView: unchanged });
    this.#lastEvents = new MetricStore({ kind: "event age", limit: maxKeys, toView: unchanged });
    this.#dirty = new DirtyKeys(eventBus.logger);
    const everyKey = { eventKey: null, priority: "LOW" } as const;
    this.#subscriptions = [
      eventBus.subscribe({ ...everyKey, eventType: LatencyMetricEvent, handler: this.#onLatency }),
      eventBus.subscribe({ ...everyKey, eventType: CounterMetricEvent, handler: this.#onCounter }),
      eventBus.subscribe({ ...everyKey, eventType: GaugeMetricEvent, handler: this.#onGauge }),
      eventBus.subscribe({ ...everyKey, eventType: HealthMetricEvent, handler: this.#onHealth }),
    ];
  }

  /** The same object until something changes or the recent window moves on by a slot. */
  snapshot(): ObserverSnapshot {
    const slot = this.#currentSlot();
    const parts = {
      latency: this.#latency.view(slot),
      counters: this.#counters.view(slot),
      gauges: this.#gauges.view(slot),
      health: this.#health.view(slot),
    };
    if (this.#snapshot === null || !this.#snapshot.consistsOf(parts)) this.#snapshot = new ObserverSnapshot(parts, this.#clock.wallMs());
    return this.#snapshot;
  }

  /** All latencies of the pattern as one; null when there are none. */
  getAggregatedLatency({ pattern }: { pattern: string }): LatencyTracker | null {
    return this.#groupOf(pattern).tracker(this.#currentSlot());
  }

  /** How long all latencies of the pattern took since the start, as one; null when there are none. */
  getAggregatedHistogram({ pattern }: { pattern: string }): DurationHistogram | null {
    return this.#groupOf(pattern).histogram();
  }

  /** The sum of the counters of the pattern. */
  getAggregatedCounter({ pattern }: { pattern: string }): number {
    return sum(this.#counters.matching(keyMatcher(pattern)));
  }

  /** The mean score, 0..1, of all that tell their health; null when nobody does. */
  getOverallHealthScore(): number | null {
    const scores = Array.from(this.#health.values(), ({ score }) => score);
    return scores.length === 0 ? null : sum(scores) / scores.length;
  }

  /** Seconds since the last device event of one source, or of any; null before the first. */
  getLastEventAgeSeconds({ sourceId }: { sourceId?: string | undefined } = {}): number | null {
    const lastMs = sourceId === undefined ? Math.max(...this.#lastEvents.values()) : this.#lastEvents.get(sourceId);
    return lastMs === undefined || lastMs === Number.NEGATIVE_INFINITY ? null : Math.max(0, this.#clock.monotonicMs() - lastMs) / 1000;
  }

  /** A device event arrived, at the monotonic time `atMs`. Nothing else makes the last event younger. */
  recordEventReceived({ sourceId, atMs = this.#clock.monotonicMs() }: { sourceId: string; atMs?: number | undefined }): void {
    if (!Number.isFinite(atMs)) this.#count(INVALID_SAMPLE);
    else if (!this.#lastEvents.set(sourceId, Math.max(atMs, this.#lastEvents.get(sourceId) ?? atMs))) this.#refuse(this.#lastEvents.kind);
    this.#tellUnlessInSlice();
  }

  /** Something was given up after `limitMs`: a sample of that length, so that a dying link looks slow instead of keeping its good average. */
  recordTimeout({
    source,
    sourceId = "",
    operation,
    limitMs,
  }: {
    source: string;
    sourceId?: string | undefined;
    operation: string;
    limitMs: number;
  }): void {
    this.#recordLatency(metricKey(source, sourceId, operation), limitMs, this.#currentSlot(), true);
    this.#tellUnlessInSlice();
  }

  /** Forgets the keys of the pattern, and the last event of a source that has no key left. Returns how many keys went. */
  retire({ pattern }: { pattern: string }): number {
    this.#takeQueued();
    this.#groups.clear();
    const stores = [this.#latency, this.#counters, this.#gauges, this.#health];
    const retired = stores.flatMap((store) => store.retire(keyMatcher(pattern)));
    const kept = new Set(stores.flatMap((store) => Array.from(store.keys(), sourceIdOf)));
    const gone = new Set(retired.map(sourceIdOf)).difference(kept);
    this.#lastEvents.retire((sourceId) => gone.has(sourceId));
    for (const key of retired) this.#dirty.mark(key);
    this.#dirty.tell();
    return retired.length;
  }

  /** Calls back with the keys that changed or went, once for all that the bus delivers in one go. */
  onDirty(listener: DirtyListener): Subscription {
    return this.#dirty.listen(listener);
  }

  /** Takes what was emitted so far and listens no longer. */
  stop(): void {
    this.#takeQueued();
    for (const end of this.#subscriptions) end();
  }

  readonly #onLatency = ({ fullKey, durationMs }: LatencyMetricEvent): void => {
    this.#recordLatency(fullKey, durationMs, this.#enterSlice(), false);
  };

  readonly #onCounter = ({ fullKey, increment }: CounterMetricEvent): void => {
    this.#enterSlice();
    if (isAmount(increment)) this.#set(this.#counters, fullKey, (this.#counters.get(fullKey) ?? 0) + increment);
    else this.#count(INVALID_SAMPLE);
  };

  readonly #onGauge = ({ fullKey, value }: GaugeMetricEvent): void => {
    this.#enterSlice();
    if (Number.isFinite(value)) this.#set(this.#gauges, fullKey, value);
    else this.#count(INVALID_SAMPLE);
  };

  readonly #onHealth = (event: HealthMetricEvent): void => {
    this.#enterSlice();
    if (isAmount(event.score) && event.score <= 1) {
      this.#set(this.#health, event.fullKey, nextHealthState(this.#health.get(event.fullKey), event));
    } else this.#count(INVALID_SAMPLE);
  };

  #recordLatency(key: string, durationMs: number, slot: number, timedOut: boolean): void {
    if (!isAmount(durationMs)) {
      this.#count(INVALID_SAMPLE);
      return;
    }
    let series = this.#latency.get(key);
    if (series === undefined) {
      series = new LatencySeries();
      if (!this.#set(this.#latency, key, series)) return;
      this.#groups.clear();
    }
    series.record(durationMs, slot, timedOut);
    this.#latency.touch();
    this.#dirty.mark(key);
  }

  #groupOf(pattern: string): LatencyGroup {
    if (this.#groups.size >= MAX_GROUPS) this.#groups.clear();
    return getOrInsert(this.#groups, pattern, () => new LatencyGroup(this.#latency.matching(keyMatcher(pattern))));
  }

  #set<Value>(store: MetricStore<Value, unknown>, key: string, value: Value): boolean {
    const accepted = store.set(key, value);
    if (accepted) this.#dirty.mark(key);
    else this.#refuse(store.kind);
    return accepted;
  }

  #refuse(kind: string): void {
    this.#count(OVERFLOW);
    if (this.#fullKinds.has(kind)) return;
    this.#fullKinds.add(kind);
    this.#logger.warn(
      { kind, limit: this.#limit },
      `No more than ${this.#limit} ${kind} keys are kept; further ones are refused and counted`,
    );
  }

  #count(key: string): void {
    this.#set(this.#counters, key, (this.#counters.get(key) ?? 0) + 1);
  }

  #currentSlot(): number {
    return Math.floor(this.#clock.monotonicMs() / this.#slotMs);
  }

  /** A slice is drained without a pause, so it needs one look at the clock, and the microtask comes when it is through. */
  #enterSlice(): number {
    if (this.#sliceSlot === null) {
      this.#sliceSlot = this.#currentSlot();
      queueMicrotask(this.#endSlice);
    }
    return this.#sliceSlot;
  }

  readonly #endSlice = (): void => {
    this.#sliceSlot = null;
    this.#dirty.tell();
  };

  #tellUnlessInSlice(): void {
    if (this.#sliceSlot === null) this.#dirty.tell();
  }

  #takeQueued(): void {
    for (const { deliverQueued } of this.#subscriptions) deliverQueued();
    this.#endSlice();
  }
}

function unchanged<Value>(value: Value): Value {
  return value;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/** Durations, increments and scores. */
function isAmount(number: number): boolean {
  return Number.isFinite(number) && number >= 0;
}
