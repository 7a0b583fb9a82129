import type { Clock } from "../base/clock.ts";
import type { HomematicError } from "../base/errors.ts";
import { METRIC_NAMES } from "../ccu/metric-names.ts";
import type { MetricsObserver } from "../metrics/observer.ts";
import type { HealthTracker } from "./health-tracker.ts";
import { InterfaceDiagnosis } from "./interface-diagnosis.ts";
import { LinkReadings } from "./link-readings.ts";

/** Stands for the CCU as a whole while none of its interfaces is known. */
export class UndiscoveredCcu implements Disposable {
  static readonly healthName = "CCU";
  readonly diagnosis: InterfaceDiagnosis;
  readonly readings: LinkReadings;
  readonly #health: HealthTracker;
  readonly #metrics: MetricsObserver;

  constructor({
    health,
    metrics,
    clock,
    onChange,
  }: { health: HealthTracker; metrics: MetricsObserver; clock: Clock; onChange: () => void }) {
    const name = UndiscoveredCcu.healthName;
    this.#health = health;
    this.#metrics = metrics;
    this.diagnosis = new InterfaceDiagnosis({
      clock,
      health: () => health.health(name),
      radio: null,
      siblingAnswers: () => false,
      onChange,
    });
    this.readings = new LinkReadings({ interfaceName: name, diagnosis: this.diagnosis, signals: null, metrics });
    health.add(name, { radio: null });
  }

  failed(error: HomematicError): void {
    this.diagnosis.commandFailed(error.code);
    this.#health.commandFailed(UndiscoveredCcu.healthName, error.message);
  }

  [Symbol.dispose](): void {
    this.diagnosis[Symbol.dispose]();
    this.#health.remove(UndiscoveredCcu.healthName);
    this.#metrics.retire({ pattern: `${METRIC_NAMES.health.source}:${UndiscoveredCcu.healthName}` });
  }
}
