import type { Clock } from "../base/clock.ts";
import type { HubDevice, HubMetricValues } from "../hub/hub-sensor-sink.ts";
import type { Ccu, MetricValues } from "./companion-protocol.ts";
import { Latch } from "./latch.ts";

/** What Home Assistant should know and what of it is still to be sent: at most one value per device and metric, the latest. */
export class LatestValues {
  /** Set while something is unsent. */
  readonly changed: Latch;
  readonly #ccus = new Map<string, Ccu>();
  readonly #unsent = new Map<string, MetricValues>();
  #topologyChanged = false;

  constructor({ clock }: { clock: Clock }) {
    this.changed = new Latch({ clock });
  }

  /** True when the devices themselves changed, so that only the whole can be sent. */
  get topologyChanged(): boolean {
    return this.#topologyChanged;
  }

  describe(device: HubDevice, values: HubMetricValues): void {
    const { id, name, model, firmware } = device;
    this.#ccus.set(id, { id, name, model, firmware, metrics: { ...values } });
    this.#changeTopology();
  }

  /** Values of a device that was never described or is gone are dropped. */
  publish(deviceId: string, values: Partial<HubMetricValues>): void {
    const ccu = this.#ccus.get(deviceId);
    if (ccu === undefined) return;
    this.#ccus.set(deviceId, { ...ccu, metrics: { ...ccu.metrics, ...values } });
    this.#unsent.set(deviceId, { ...this.#unsent.get(deviceId), ...values });
    this.changed.set();
  }

  remove(deviceId: string): void {
    this.#unsent.delete(deviceId);
    if (this.#ccus.delete(deviceId)) this.#changeTopology();
  }

  /** Everything; nothing is unsent afterwards. */
  takeAll(): readonly Ccu[] {
    this.#unsent.clear();
    this.#topologyChanged = false;
    this.changed.clear();
    return [...this.#ccus.values()];
  }

  /** What changed since the last take. */
  takeChanges(): Readonly<Record<string, MetricValues>> {
    const changes = Object.fromEntries(this.#unsent);
    this.#unsent.clear();
    this.changed.clear();
    return changes;
  }

  #changeTopology(): void {
    this.#topologyChanged = true;
    this.changed.set();
  }
}
