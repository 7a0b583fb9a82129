import type { CauseCode } from "../diagnosis/cause-codes.ts";
import { RANKED_CAUSES, severityOf } from "../diagnosis/diagnose.ts";
import type { ActiveCause, Diagnosis } from "../diagnosis/diagnosis.ts";
import type { Counted, InterfaceReadings, NamedReadings } from "./readings.ts";

export type CcuStatus = "ok" | "degraded" | "critical";

/** A cause with the interface it is about; `null`: the CCU as a whole. */
export interface LocatedCause extends ActiveCause {
  readonly interfaceName: string | null;
}

/** What the interfaces of a CCU add up to; made anew with each reading. */
export class CcuReadings {
  readonly #interfaces: () => readonly NamedReadings[];
  readonly #isQuiet: () => boolean;

  constructor(interfaces: () => readonly NamedReadings[], isQuiet: () => boolean = () => false) {
    this.#interfaces = interfaces;
    this.#isQuiet = isQuiet;
  }

  /** `null` while nothing is known. */
  get status(): CcuStatus | null {
    const diagnoses = this.#diagnoses();
    const severities = new Set(diagnoses.flatMap(({ causes }) => causes.map(({ code }) => severityOf(code))));
    if (severities.has("critical") || diagnoses.some(({ failing }) => failing)) return "critical";
    if (severities.has("degraded") || diagnoses.some(({ score }) => score !== null && score < 1)) return "degraded";
    return this.isKnown ? "ok" : null;
  }

  /** Something is wrong of which somebody is to be alarmed; `null` while nothing is known. */
  get problem(): boolean | null {
    return this.status === null ? null : !this.#isQuiet() && this.#diagnoses().some(isAlarming);
  }

  get isKnown(): boolean {
    return this.#diagnoses().some(({ score }) => score !== null);
  }

  /** Calls are answered and events arrive at all interfaces; `null` while nobody can tell. */
  get connected(): boolean | null {
    const states = this.#diagnoses().map(({ connected }) => connected);
    if (states.includes(false)) return false;
    return states.length === 0 || states.includes(null) ? null : true;
  }

  /** The most telling of the interfaces' primary causes, the earliest of several alike. */
  get cause(): LocatedCause | null {
    const primary = this.#interfaces().flatMap(({ name, readings: { diagnosis } }) => {
      const [first] = diagnosis.causes;
      return first === undefined ? [] : [{ ...first, interfaceName: name }];
    });
    return primary.sort((a, b) => rankOf(a.code) - rankOf(b.code) || a.sinceMs - b.sinceMs)[0] ?? null;
  }

  get lastEventMs(): number | null {
    return highest(this.#all(({ lastEventMs }) => lastEventMs));
  }

  get eventsPerMinute(): number | null {
    return sum(this.#all(({ eventsPerMinute }) => eventsPerMinute));
  }

  get dutyCycle(): Counted | undefined {
    return join(
      this.#all(({ dutyCycle }) => dutyCycle),
      highest,
    );
  }

  get carrierSense(): Counted | undefined {
    return join(
      this.#all(({ carrierSense }) => carrierSense),
      highest,
    );
  }

  get unreachableDevices(): Counted | undefined {
    return join(
      this.#all(({ unreachableDevices }) => unreachableDevices),
      sum,
    );
  }

  get serviceMessages(): Counted | undefined {
    return join(
      this.#all(({ serviceMessages }) => serviceMessages),
      sum,
    );
  }

  get lowBatteries(): Counted | undefined {
    return join(
      this.#all(({ lowBatteries }) => lowBatteries),
      sum,
    );
  }

  #diagnoses(): readonly Diagnosis[] {
    return this.#all(({ diagnosis }) => diagnosis);
  }

  #all<Value>(read: (readings: InterfaceReadings) => Value): readonly Value[] {
    return this.#interfaces().map(({ readings }) => read(readings));
  }
}

function rankOf(code: CauseCode): number {
  return RANKED_CAUSES.indexOf(code);
}

function isAlarming({ undecided, score, causes }: Diagnosis): boolean {
  const alarms = causes.filter(({ code }) => severityOf(code) !== "notice" && !(undecided && code === "pong_late"));
  return alarms.length > 0 || (!undecided && score !== null && score < 1);
}

type Fold = (values: readonly (number | null)[]) => number | null;

function highest(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : Math.max(...known);
}

function sum(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((total, value) => total + value, 0);
}

function join(parts: readonly (Counted | undefined)[], fold: Fold): Counted | undefined {
  const supported = parts.filter((part) => part !== undefined);
  if (supported.length === 0) return undefined;
  return { value: fold(supported.map(({ value }) => value)), list: supported.flatMap(({ list }) => list) };
}
