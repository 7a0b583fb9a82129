import { METRIC_NAMES } from "../ccu/metric-names.ts";
import type { EventBus } from "../events/event-bus.ts";
import { FailureLog } from "../events/failure-log.ts";
import { DeviceEvent } from "../events/product-events.ts";
import type { Hub } from "../hub/hub.ts";
import { sourceIdOf } from "../metrics/keys.ts";
import type { MetricsObserver } from "../metrics/observer.ts";

/** Tells the hub what changes among the metrics and that devices report. */
export function feedHub({ hub, metrics, eventBus }: { hub: Hub; metrics: MetricsObserver; eventBus: EventBus }): Disposable {
  const feeds = new DisposableStack();
  feeds.use(metrics.onDirty((keys) => tellChanges(hub, keys)));
  // A device event leaves no metric key behind, but it is what makes the age start anew.
  const reporting = new ReportingInterfaces({ hub, failures: new FailureLog(eventBus.logger) });
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

/** Tells the hub once of all events that the bus delivers in one go. */
class ReportingInterfaces {
  readonly #hub: Hub;
  readonly #failures: FailureLog;
  readonly #names = new Set<string>();

  constructor({ hub, failures }: { hub: Hub; failures: FailureLog }) {
    this.#hub = hub;
    this.#failures = failures;
  }

  add(name: string): void {
    if (this.#names.size === 0) queueMicrotask(this.#tell);
    this.#names.add(name);
  }

  readonly #tell = (): void => {
    const names = [...this.#names];
    this.#names.clear();
    try {
      for (const name of names) this.#hub.changed("event", name);
    } catch (error) {
      this.#failures.report({ handler: this.#tell, error });
    }
  };
}
