import type { Clock } from "../base/clock.ts";
import { EarliestTimer } from "../base/earliest-timer.ts";
import { METRIC_NAMES } from "../ccu/metric-names.ts";
import type { EventBus } from "../events/event-bus.ts";
import { FailureLog } from "../events/failure-log.ts";
import { DeviceEvent } from "../events/product-events.ts";
import type { Hub } from "../hub/hub.ts";
import { sourceIdOf } from "../metrics/keys.ts";
import type { MetricsObserver } from "../metrics/observer.ts";

/** Nothing that is shown about events is finer than a second, and a look at it costs more than the event itself. */
const PAUSE_MS = 1_000;

/** Tells the hub what changes among the metrics and that devices report. */
export function feedHub({ hub, metrics, eventBus }: { hub: Hub; metrics: MetricsObserver; eventBus: EventBus }): Disposable {
  const feeds = new DisposableStack();
  feeds.use(metrics.onDirty((keys) => tellChanges(hub, keys)));
  // A device event leaves no metric key behind, but it is what makes the age start anew.
  const reporting = feeds.use(new ReportingInterfaces({ hub, clock: eventBus.clock, failures: new FailureLog(eventBus.logger) }));
  const handler = ({ interfaceId }: DeviceEvent): void => reporting.add(interfaceId);
  feeds.use(eventBus.subscribe({ eventType: DeviceEvent, eventKey: null, handler, priority: "LOW" }));
  return feeds;
}

function tellChanges(hub: Hub, keys: ReadonlySet<string>): void {
  let healthChanged = false;
  for (const key of keys) {
    if (key.startsWith(`${METRIC_NAMES.roundTrip.source}:`)) hub.changed("latency", sourceIdOf(key));
    healthChanged ||= key.startsWith(`${METRIC_NAMES.health.source}:`);
  }
  if (healthChanged) hub.changed("health");
}

/** Tells the hub of the first event at once, however many the bus delivers in one go, and of those that follow soon together. */
class ReportingInterfaces implements Disposable {
  readonly #hub: Hub;
  readonly #clock: Clock;
  readonly #failures: FailureLog;
  readonly #timer: EarliestTimer;
  /** Those that have reported since the hub was told of them. */
  readonly #waiting = new Set<string>();
  readonly #toldAtMs = new Map<string, number>();
  #telling = false;

  constructor({ hub, clock, failures }: { hub: Hub; clock: Clock; failures: FailureLog }) {
    this.#hub = hub;
    this.#clock = clock;
    this.#failures = failures;
    this.#timer = new EarliestTimer({ clock, callback: () => this.#tell() });
  }

  add(name: string): void {
    if (this.#waiting.has(name)) return;
    this.#waiting.add(name);
    const waitMs = this.#waitMs(name);
    if (waitMs > 0) this.#timer.arm(waitMs);
    else if (!this.#telling) {
      this.#telling = true;
      queueMicrotask(() => this.#tell());
    }
  }

  [Symbol.dispose](): void {
    this.#timer[Symbol.dispose]();
  }

  #tell(): void {
    this.#telling = false;
    for (const name of this.#waiting) {
      const waitMs = this.#waitMs(name);
      if (waitMs > 0) this.#timer.arm(waitMs);
      else this.#tellOf(name);
    }
  }

  #tellOf(name: string): void {
    this.#waiting.delete(name);
    this.#toldAtMs.set(name, this.#clock.monotonicMs());
    try {
      this.#hub.changed("event", name);
    } catch (error) {
      this.#failures.report({ handler: this.add, error });
    }
  }

  #waitMs(name: string): number {
    const toldAtMs = this.#toldAtMs.get(name);
    return toldAtMs === undefined ? 0 : Math.max(0, toldAtMs + PAUSE_MS - this.#clock.monotonicMs());
  }
}
