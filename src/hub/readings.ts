import type { Diagnosis } from "../diagnosis/diagnosis.ts";

/** A number with what it is made of, in words for a person; `null` when it is not known at present. */
export interface Counted {
  readonly value: number | null;
  readonly list: readonly string[];
}

/** What the hub reads of an interface. `undefined`: the interface cannot tell such a thing. */
export interface InterfaceReadings {
  readonly diagnosis: Diagnosis;
  readonly latency: { readonly avgMs: number | null; readonly p95Ms: number | null };
  /** Wall time of the last device event. */
  readonly lastEventMs: number | null;
  readonly eventsPerMinute: number | null;
  /** Percent, the highest of the radio modules. */
  readonly dutyCycle: Counted | undefined;
  readonly carrierSense: Counted | undefined;
  readonly unreachableDevices: Counted | undefined;
  readonly serviceMessages: Counted | undefined;
  readonly lowBatteries: Counted | undefined;
}

/** An interface by its name; `null` stands for the CCU as a whole, as long as none of its interfaces is known. */
export interface NamedReadings {
  readonly name: string | null;
  readonly readings: InterfaceReadings;
}
