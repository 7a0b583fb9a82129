import { METRIC_NAMES } from "../ccu/metric-names.ts";
import type { EventBus } from "../events/event-bus.ts";
import { DeviceEvent } from "../events/product-events.ts";
import type { Hub } from "../hub/hub.ts";
import { sourceIdOf } from "../metrics/keys.ts";
import type { MetricsObserver } from "../metrics/observer.ts";

/** Tells the hub what changes among the metrics and that devices report. */
export function feedHub({ hub, metrics, eventBus }: { hub: Hub; metrics: MetricsObserver; eventBus: EventBus }): Disposable {
  const feeds = new DisposableStack();
  feeds.use(metrics.onDirty((keys) => tellChanges(hub, keys)));
  // A device event leaves no metric key behind, but it is what makes the age start anew.
  const handler = ({ interfaceId }: DeviceEvent): void => hub.changed("event", interfaceId);
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
