import { METRIC_NAMES } from "../ccu/metric-names.ts";
import type { Diagnosis } from "../diagnosis/diagnosis.ts";
import type { Counted, InterfaceReadings } from "../hub/readings.ts";
import { metricKey } from "../metrics/keys.ts";
import type { LatencyTracker } from "../metrics/latency-tracker.ts";
import type { InterfaceDiagnosis } from "./interface-diagnosis.ts";
import type { InterfaceSignals } from "./interface-signals.ts";
import type { RadioModuleReading, RadioModuleTrends } from "./radio-levels.ts";

/** The part of the observer that readings need. */
interface LatencyReader {
  getAggregatedLatency(query: { pattern: string }): LatencyTracker | null;
}

/** What the hub reads of one interface. */
export class LinkReadings implements InterfaceReadings {
  readonly #diagnosis: InterfaceDiagnosis;
  readonly #signals: InterfaceSignals | null;
  readonly #metrics: LatencyReader;
  readonly #pattern: string;

  constructor(parts: {
    interfaceName: string;
    diagnosis: InterfaceDiagnosis;
    /** `null` for a CCU none of whose interfaces is known. */
    signals: InterfaceSignals | null;
    metrics: LatencyReader;
  }) {
    const { source, name } = METRIC_NAMES.roundTrip;
    this.#diagnosis = parts.diagnosis;
    this.#signals = parts.signals;
    this.#metrics = parts.metrics;
    this.#pattern = metricKey(source, parts.interfaceName, name);
  }

  get diagnosis(): Diagnosis {
    return this.#diagnosis.current;
  }

  get latency(): InterfaceReadings["latency"] {
    const { avgMs = null, p95Ms = null } = this.#metrics.getAggregatedLatency({ pattern: this.#pattern })?.recent ?? {};
    return { avgMs, p95Ms };
  }

  get lastEventMs(): number | null {
    return this.#signals?.lastEventMs ?? null;
  }

  get eventsPerMinute(): number | null {
    return this.#signals?.rate.perMinute() ?? null;
  }

  /** Device events since the start. */
  get eventCount(): number {
    return this.#signals?.rate.total ?? 0;
  }

  /** Device events that the CCU has probably thrown away since the start. */
  get estimatedLost(): number {
    return this.#signals?.delivery.delivery.estimatedLost ?? 0;
  }

  get radioModules(): readonly RadioModuleReading[] {
    return this.#signals?.radio.modules ?? [];
  }

  trendsOf(module: string): RadioModuleTrends {
    return this.#signals?.radio.trendsOf(module) ?? { dutyCycleTrend: null, carrierSenseTrend: null };
  }

  get dutyCycle(): Counted | undefined {
    return this.#signals?.radio.dutyCycle;
  }

  get carrierSense(): Counted | undefined {
    return this.#signals?.radio.carrierSense;
  }

  get unreachableDevices(): Counted | undefined {
    return this.#signals?.services.unreachableDevices;
  }

  get serviceMessages(): Counted | undefined {
    return this.#signals?.services.serviceMessages;
  }

  get lowBatteries(): Counted | undefined {
    return this.#signals?.services.lowBatteries;
  }
}
