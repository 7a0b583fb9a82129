import type { Clock } from "../base/clock.ts";
import { isAddress, percentOf, type RadioModule } from "../ccu/radio-modules.ts";
import type { Counted } from "../hub/readings.ts";
import type { Trend } from "./level-trend.ts";
import { MAX_SOURCES, RadioLevel } from "./radio-level.ts";

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
}

/** `null` while too little is known. */
export interface RadioModuleTrends {
  readonly dutyCycleTrend: Trend | null;
  readonly carrierSenseTrend: Trend | null;
}

/** What an event turned out to be. */
export type LevelReport = "no_level" | "repeated" | "changed";

/** Duty cycle and carrier sense of the radio modules of one interface, and whether the CCU has a connection to them. */
export class RadioLevels {
  readonly #nameOfDevice: (address: string) => string;
  readonly #dutyCycle: RadioLevel;
  readonly #carrierSense: RadioLevel;
  #modules: ReadonlyMap<string, RadioModule> = new Map();

  constructor({ clock, nameOfDevice }: { clock: Clock; nameOfDevice: (address: string) => string }) {
    this.#nameOfDevice = nameOfDevice;
    this.#dutyCycle = new RadioLevel(clock);
    this.#carrierSense = new RadioLevel(clock);
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
    const readings: RadioModuleReading[] = [];
    for (const { address, description, connected } of this.#modules.values())
      readings.push(this.#readingOf(address, description, connected));
    const told = new Set<string>();
    for (const level of [this.#dutyCycle, this.#carrierSense])
      for (const address of level.fresh()) if (!this.#modules.has(address)) told.add(address);
    for (const address of told) readings.push(this.#readingOf(address, null, null));
    return readings;
  }

  /** Where the levels of one module are heading. */
  trendsOf(address: string): RadioModuleTrends {
    return { dutyCycleTrend: this.#dutyCycle.trendOf(address), carrierSenseTrend: this.#carrierSense.trendOf(address) };
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

  /** What rfd tells when a module crosses a limit. */
  moduleReported({ address, value }: { address: string; value: unknown }): LevelReport {
    const percent = percentOf(value);
    if (percent === null || !this.#modules.has(address)) return "no_level";
    return this.#dutyCycle.set(address, percent) ? "changed" : "repeated";
  }

  /** An access point or radio module reports a level of its own. */
  levelReported({ address, level, value }: { address: string; level: "dutyCycle" | "carrierSense"; value: unknown }): LevelReport {
    const percent = percentOf(value);
    const [device = ""] = address.split(":");
    if (percent === null || !isAddress(device)) return "no_level";
    const levels = level === "dutyCycle" ? this.#dutyCycle : this.#carrierSense;
    return levels.set(this.#sourceOf(device), percent) ? "changed" : "repeated";
  }

  #readingOf(address: string, name: string | null, connected: boolean | null): RadioModuleReading {
    return {
      address,
      name,
      connected,
      dutyCycle: this.#dutyCycle.percentOf(address),
      carrierSense: this.#carrierSense.percentOf(address),
    };
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
