import type { Clock } from "../base/clock.ts";
import type { HomematicError } from "../base/errors.ts";
import { METRIC_NAMES } from "../ccu/metric-names.ts";
import { NO_DIAGNOSIS } from "../diagnosis/diagnosis.ts";
import type { PathChangedEvent } from "../events/product-events.ts";
import type { MetricsObserver } from "../metrics/observer.ts";
import type { HealthTracker } from "./health-tracker.ts";
import type { IncidentRecorder } from "./incident-recorder.ts";
import { InterfaceDiagnosis } from "./interface-diagnosis.ts";
import { LinkReadings } from "./link-readings.ts";
import { RecoveryProgress } from "./recovery-progress.ts";

/** Stands for the CCU as a whole while none of its interfaces is known. */
export class UndiscoveredCcu implements Disposable {
  /** What it is called where an interface has its name. */
  static readonly interfaceName = "CCU";
  readonly diagnosis: InterfaceDiagnosis;
  readonly readings: LinkReadings;
  /** Monotonic. */
  readonly sinceMs: number;
  readonly #progress: RecoveryProgress;
  readonly #recorder: IncidentRecorder;
  readonly #health: HealthTracker;
  readonly #metrics: MetricsObserver;

  constructor(parts: {
    health: HealthTracker;
    metrics: MetricsObserver;
    recorder: IncidentRecorder;
    clock: Clock;
    onChange: () => void;
  }) {
    const { health, metrics, recorder, clock } = parts;
    const { interfaceName } = UndiscoveredCcu;
    this.sinceMs = clock.monotonicMs();
    this.#recorder = recorder;
    this.#health = health;
    this.#metrics = metrics;
    this.#progress = new RecoveryProgress({ clock, hasDevices: () => false });
    this.diagnosis = new InterfaceDiagnosis({
      clock,
      health: () => health.health(interfaceName),
      radio: null,
      siblingAnswers: () => false,
      onChange: () => {
        recorder.diagnosisChanged(this.diagnosis.current);
        parts.onChange();
      },
    });
    this.readings = new LinkReadings({ interfaceName, diagnosis: this.diagnosis, signals: null, metrics });
    health.add(interfaceName, { radio: null });
  }

  /** How far the last attempt came. */
  get progress(): Pick<RecoveryProgress, "step" | "sinceMs"> {
    return this.#progress;
  }

  failed(error: HomematicError): void {
    this.#recorder.commandFailed({ methodName: "system.listMethods", error });
    this.#progress.commandFailed(error);
    this.diagnosis.commandFailed(error.code);
    this.#health.commandFailed(UndiscoveredCcu.interfaceName, error.message);
  }

  /** An interface answers, and stands for the CCU from now on. */
  found(): void {
    this.#recorder.diagnosisChanged({ ...NO_DIAGNOSIS, connected: true });
  }

  pathChanged(change: PathChangedEvent): void {
    this.#recorder.pathChanged(change);
    this.diagnosis.changed();
  }

  [Symbol.dispose](): void {
    this.#recorder[Symbol.dispose]();
    this.diagnosis[Symbol.dispose]();
    this.#health.remove(UndiscoveredCcu.interfaceName);
    this.#metrics.retire({ pattern: `${METRIC_NAMES.health.source}:${UndiscoveredCcu.interfaceName}` });
  }
}
