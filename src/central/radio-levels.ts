import type { Clock } from "../base/clock.ts";
import { isAddress, percentOf, type RadioModule } from "../ccu/radio-modules.ts";
import type { Counted } from "../hub/readings.ts";
import { LevelTrend, type Trend } from "./level-trend.ts";

/** What was not confirmed for so long is no longer known. */
export const FRESH_MS = 900_000;

/** OpenCCU warns from 80 % on; what is below 70 % is normal again. */
const HIGH_PERCENT = 80;
const NORMAL_PERCENT = 70;
const MAX_SOURCES = 64;

interface Reading {
  readonly percent: number;
  readonly atMs: number;
  readonly trend: LevelTrend;
}

/** One radio module or access point; `null` where nobody told of late. */
export interface RadioModuleReading {
  readonly address: string;
  /** What the user calls it. */
  readonly name: string | null;
  /** Whether the CCU reaches it. */
  readonly connected: boolean | null;
  /** Percent. */
  readonly dutyCycle: number | null;
  readonly carrierSense: number | null;
  /** `null` while too little is known. */
  readonly dutyCycleTrend: Trend | null;
  readonly carrierSenseTrend: Trend | null;
}

/** One kind of level, such as the duty cycle, by the radio module that has it. */
class Level {
  readonly #clock: Clock;
  readonly #readings = new Map<string, Reading>();
  #isHigh = false;
  #wasRead = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Of the module that reaches the limit first, or of the highest when none does. */
  get trend(): Trend | null {
    const trends = [...this.fresh().values()].sort((a, b) => b.percent - a.percent).flatMap(({ trend }) => trend.trend ?? []);
    const rising = trends.filter(({ minutesToLimit }) => minutesToLimit !== null);
    return rising.sort((a, b) => Number(a.minutesToLimit) - Number(b.minutesToLimit))[0] ?? trends[0] ?? null;
  }

  /** Stays as it is while the level is between the limits or unknown. */
  get isHigh(): boolean {
    return this.#isHigh;
  }

  set(source: string, percent: number): void {
    if (this.#readings.size >= MAX_SOURCES && !this.#readings.has(source)) return;
    const trend = this.#readings.get(source)?.trend ?? new LevelTrend({ clock: this.#clock });
    trend.add(percent);
    this.#readings.set(source, { percent, atMs: this.#clock.monotonicMs(), trend });
    this.#wasRead = true;
    const highest = Math.max(
      ...this.fresh()
        .values()
        .map((reading) => reading.percent),
    );
    if (highest >= HIGH_PERCENT) this.#isHigh = true;
    else if (highest < NORMAL_PERCENT) this.#isHigh = false;
  }

  remove(source: string): void {
    this.#readings.delete(source);
  }

  /** The highest of the modules; `undefined` when no module ever had one. */
  counted(nameOf: (source: string) => string): Counted | undefined {
    if (!this.#wasRead) return undefined;
    const fresh = [...this.fresh()];
    return {
      value: fresh.length === 0 ? null : Math.max(...fresh.map(([, { percent }]) => percent)),
      list: fresh.map(([source, { percent }]) => `${nameOf(source)}: ${Math.round(percent)} %`),
    };
  }

  /** By module; what was told of late. */
  fresh(): ReadonlyMap<string, Reading> {
    const oldestMs = this.#clock.monotonicMs() - FRESH_MS;
    return new Map([...this.#readings].filter(([, { atMs }]) => atMs >= oldestMs));
  }
}

/** Duty cycle and carrier sense of the radio modules of one interface, and whether the CCU has a connection to them. */
export class RadioLevels {
  readonly #nameOfDevice: (address: string) => string;
  readonly #dutyCycle: Level;
  readonly #carrierSense: Level;
  #modules: ReadonlyMap<string, RadioModule> = new Map();

  constructor({ clock, nameOfDevice }: { clock: Clock; nameOfDevice: (address: string) => string }) {
    this.#nameOfDevice = nameOfDevice;
    this.#dutyCycle = new Level(clock);
    this.#carrierSense = new Level(clock);
  }

  get dutyCycle(): Counted | undefined {
    return this.#dutyCycle.counted((source) => this.#nameOf(source));
  }

  get carrierSense(): Counted | undefined {
    return this.#carrierSense.counted((source) => this.#nameOf(source));
  }

  /** Of the module that reaches the limit first; `null` while too little is known. */
  get dutyCycleTrend(): Trend | null {
    return this.#dutyCycle.trend;
  }

  /** Each by itself: those that the CCU lists, and whoever told a level of late. */
  get modules(): readonly RadioModuleReading[] {
    const [dutyCycles, carrierSenses] = [this.#dutyCycle.fresh(), this.#carrierSense.fresh()];
    const addresses = new Set([...this.#modules.keys(), ...dutyCycles.keys(), ...carrierSenses.keys()]);
    return Array.from(addresses, (address) => {
      const [dutyCycle, carrierSense] = [dutyCycles.get(address), carrierSenses.get(address)];
      return {
        address,
        name: this.#modules.get(address)?.description ?? null,
        connected: this.#modules.get(address)?.connected ?? null,
        dutyCycle: dutyCycle?.percent ?? null,
        carrierSense: carrierSense?.percent ?? null,
        // Worked out for whoever looks: a scrape of a fleet does not.
        get dutyCycleTrend() {
          return dutyCycle?.trend.trend ?? null;
        },
        get carrierSenseTrend() {
          return carrierSense?.trend.trend ?? null;
        },
      };
    });
  }

  get dutyCycleHigh(): boolean {
    return this.#dutyCycle.isHigh;
  }

  get carrierSenseHigh(): boolean {
    return this.#carrierSense.isHigh;
  }

  /** In words; those that the CCU lists but does not reach. */
  get disconnectedGateways(): readonly string[] {
    return [...this.#modules.values()].filter(({ connected }) => !connected).map(({ address }) => this.#nameOf(address));
  }

  modulesListed(modules: readonly RadioModule[]): void {
    for (const address of this.#modules.keys()) if (!modules.some((module) => module.address === address)) this.#dutyCycle.remove(address);
    this.#modules = new Map(modules.slice(0, MAX_SOURCES).map((module) => [module.address, module]));
    for (const { address, dutyCycle } of this.#modules.values()) if (dutyCycle !== null) this.#dutyCycle.set(address, dutyCycle);
  }

  /** What rfd tells when a module crosses a limit; false when it is about something else. */
  moduleReported({ address, value }: { address: string; value: unknown }): boolean {
    const percent = percentOf(value);
    if (percent === null || !this.#modules.has(address)) return false;
    this.#dutyCycle.set(address, percent);
    return true;
  }

  /** An access point or radio module reports a level of its own; false when it is none. */
  levelReported({ address, level, value }: { address: string; level: "dutyCycle" | "carrierSense"; value: unknown }): boolean {
    const percent = percentOf(value);
    const [device = ""] = address.split(":");
    if (percent === null || !isAddress(device)) return false;
    (level === "dutyCycle" ? this.#dutyCycle : this.#carrierSense).set(this.#sourceOf(device), percent);
    return true;
  }

  /** As a device the CCU's own HmIP module bears only the end of the number under which the modules are listed. */
  #sourceOf(device: string): string {
    return (device !== "" && this.#modules.keys().find((address) => address.endsWith(device))) || device;
  }

  #nameOf(source: string): string {
    const module = this.#modules.get(source);
    const words = module?.description ?? module?.type ?? null;
    return words === null ? this.#nameOfDevice(source) : `${words} ${source}`;
  }
}
