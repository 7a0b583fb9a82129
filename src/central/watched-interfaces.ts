import type { Logger } from "../base/logger.ts";
import type { InterfaceName } from "../config.ts";
import type { PathChangedEvent } from "../events/product-events.ts";
import type { NamedReadings } from "../hub/readings.ts";
import type { InterfaceLink } from "./interface-link.ts";
import type { UndiscoveredCcu } from "./undiscovered.ts";

/** The interfaces of a CCU that are watched, or what stands for the whole CCU while none is known. */
export class WatchedInterfaces implements AsyncDisposable {
  readonly #logger: Logger;
  readonly #links = new Map<InterfaceName, InterfaceLink>();
  /** Registrations that are still being taken back. */
  readonly #leaving = new Set<Promise<void>>();
  #undiscovered: UndiscoveredCcu | null = null;
  #readings: readonly NamedReadings[] = [];

  constructor({ logger }: { logger: Logger }) {
    this.#logger = logger;
  }

  get links(): readonly InterfaceLink[] {
    return [...this.#links.values()];
  }

  get readings(): readonly NamedReadings[] {
    return this.#readings;
  }

  get undiscovered(): UndiscoveredCcu | null {
    return this.#undiscovered;
  }

  set undiscovered(undiscovered: UndiscoveredCcu | null) {
    this.#undiscovered?.[Symbol.dispose]();
    this.#undiscovered = undiscovered;
    this.#collectReadings();
  }

  get(name: InterfaceName): InterfaceLink | undefined {
    return this.#links.get(name);
  }

  add(link: InterfaceLink): void {
    this.#links.set(link.name, link);
    this.#collectReadings();
  }

  /** Resolves when its registration is taken back. */
  async remove(link: InterfaceLink): Promise<void> {
    this.#links.delete(link.name);
    this.#collectReadings();
    const leaving = this.#release(link);
    this.#leaving.add(leaving);
    await leaving;
    this.#leaving.delete(leaving);
  }

  /** A path of what bears this name in the health is judged differently than before. */
  pathChanged(change: PathChangedEvent): void {
    const link = this.links.find(({ name }) => name === change.interfaceId);
    if (link !== undefined) link.pathChanged(change);
    else this.#undiscovered?.pathChanged(change);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#undiscovered?.[Symbol.dispose]();
    await Promise.all([...this.#leaving, ...this.links.map((link) => this.#release(link))]);
  }

  async #release(link: InterfaceLink): Promise<void> {
    try {
      await link[Symbol.asyncDispose]();
    } catch (error) {
      this.#logger.error({ err: error }, "an interface could not be stopped cleanly");
    }
  }

  #collectReadings(): void {
    const links = this.links.map(({ name, readings }) => ({ name, readings }));
    const whole = this.#undiscovered === null ? [] : [{ name: null, readings: this.#undiscovered.readings }];
    this.#readings = links.length > 0 ? links : whole;
  }
}
