import type { Clock } from "../base/clock.ts";
import { isRaised, type ServiceMessage } from "../ccu/service-messages.ts";
import type { Counted } from "../hub/readings.ts";
import { FRESH_MS } from "./radio-level.ts";

const MAX_MESSAGES = 1_000;
/** What the lists for a person hold at most. */
const MAX_LISTED = 100;
const UNREACHABLE: ReadonlySet<string> = new Set(["UNREACH"]);
const LOW_BATTERY: ReadonlySet<string> = new Set(["LOW_BAT", "LOWBAT"]);

/**
 * The service messages of one interface: what it listed last, and what events have said since. It knows nothing before the first list,
 * since events tell only what changes.
 */
export class ServiceBoard {
  readonly #clock: Clock;
  readonly #nameOfDevice: (address: string) => string;
  readonly #messages = new Map<string, ServiceMessage>();
  #listedAtMs: number | null = null;

  constructor({ clock, nameOfDevice }: { clock: Clock; nameOfDevice: (address: string) => string }) {
    this.#clock = clock;
    this.#nameOfDevice = nameOfDevice;
  }

  get serviceMessages(): Counted | undefined {
    return this.#counted(() => [...this.#messages.values()].map(({ address, parameter }) => `${this.#deviceName(address)} ${parameter}`));
  }

  get unreachableDevices(): Counted | undefined {
    return this.#counted(() => this.#devicesWith(UNREACHABLE));
  }

  get lowBatteries(): Counted | undefined {
    return this.#counted(() => this.#devicesWith(LOW_BATTERY));
  }

  messagesListed(messages: readonly ServiceMessage[]): void {
    this.#listedAtMs = this.#clock.monotonicMs();
    this.#messages.clear();
    for (const message of messages) this.#add(message);
  }

  /** True when it changes anything. */
  messageReported({ address, parameter, value }: ServiceMessage & { value: unknown }): boolean {
    if (this.#listedAtMs === null) return false;
    const before = this.#messages.size;
    if (isRaised(value)) this.#add({ address, parameter });
    else this.#messages.delete(keyOf({ address, parameter }));
    return this.#messages.size !== before;
  }

  #add(message: ServiceMessage): void {
    if (this.#messages.size < MAX_MESSAGES) this.#messages.set(keyOf(message), message);
  }

  #devicesWith(parameters: ReadonlySet<string>): readonly string[] {
    const found = [...this.#messages.values()].filter(({ parameter }) => parameters.has(parameter));
    return [...new Set(found.map(({ address }) => this.#deviceName(address)))];
  }

  #deviceName(channelAddress: string): string {
    return this.#nameOfDevice(channelAddress.split(":")[0] ?? channelAddress);
  }

  #counted(list: () => readonly string[]): Counted | undefined {
    if (this.#listedAtMs === null) return undefined;
    if (this.#clock.monotonicMs() - this.#listedAtMs >= FRESH_MS) return { value: null, list: [] };
    const entries = list();
    return { value: entries.length, list: entries.slice(0, MAX_LISTED) };
  }
}

function keyOf({ address, parameter }: ServiceMessage): string {
  return `${address} ${parameter}`;
}
