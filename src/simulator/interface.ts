import type { Clock } from "../base/clock.ts";
import { type Logger, namedLogger } from "../base/logger.ts";
import type { MethodCall } from "../xmlrpc/values.ts";
import { ClientRegistry, type SimulatedClient } from "./client-registry.ts";
import { DEVICES } from "./devices.ts";
import { isStopped, NO_FAULTS, type SimulatedFaults } from "./faults.ts";
import { FLAVOURS, type SimulatedInterfaceName } from "./flavours.ts";
import { HttpFront } from "./http-front.ts";
import { type DeviceEvent, Inventory } from "./inventory.ts";
import { callMethod, createMethods, type Methods, type Reply } from "./methods.ts";
import { radioModules } from "./radio-modules.ts";
import { seededRandom } from "./random.ts";
import { Registration } from "./registration.ts";
import { Reporter } from "./reporter.ts";
import { SerialThread } from "./serial-thread.ts";
import { TimerSet } from "./timer-set.ts";

const MAX_RECORDED_CALLS = 1_000;
const FOREIGN_CALLER = "OtherClient#1";

export interface SimulatedInterfaceOptions {
  readonly name: SimulatedInterfaceName;
  /** 0, the default, takes any free port. */
  readonly port?: number;
}

interface SimulatedInterfaceContext extends SimulatedInterfaceOptions {
  readonly host: string;
  readonly serial: string;
  /** What the Authorization header must hold; null lets everybody in. */
  readonly authorization: string | null;
  readonly seed: number;
  readonly reportScale: number;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** One interface process with its web server, its devices and its clients. */
export class SimulatedInterface {
  readonly name: SimulatedInterfaceName;
  readonly #logger: Logger;
  readonly #inventory: Inventory;
  readonly #registry: ClientRegistry;
  readonly #methods: Methods;
  readonly #front: HttpFront;
  readonly #reporter: Reporter;
  readonly #latePongs: TimerSet;
  readonly #thread = new SerialThread();
  readonly #lifetime = new AbortController();
  readonly #calls: MethodCall[] = [];
  #faults: SimulatedFaults = NO_FAULTS;
  #running = false;

  constructor({ name, port = 0, host, serial, authorization, seed, reportScale, clock, logger }: SimulatedInterfaceContext) {
    const random = seededRandom(seed);
    const devices = DEVICES[name];
    const flavour = FLAVOURS[name];
    const faults = (): SimulatedFaults => this.#faults;
    this.name = name;
    this.#logger = namedLogger(logger, `simulated ${name}`);
    this.#latePongs = new TimerSet(clock);
    this.#registry = new ClientRegistry({ onForgotten: (url) => this.#logger.info(`forgets ${url}, which cannot be reached`) });
    this.#inventory = new Inventory({ devices, radioModules: radioModules(name, serial), emptyChildren: flavour.emptyChildren, random });
    this.#reporter = new Reporter({
      devices,
      random,
      reportScale,
      clock,
      onReport: (device) => this.#fromDevices(() => this.#inventory.report(device)),
    });
    const parts = { flavour, inventory: this.#inventory, registry: this.#registry, faults };
    const registration = new Registration({
      ...parts,
      clock,
      signal: this.#lifetime.signal,
      onRegistered: (client) => this.#registered(client),
    });
    this.#methods = createMethods({ ...parts, registration, pong: (pong) => this.#pong(pong) });
    this.#front = new HttpFront({ host, port, flavour, authorization, faults, handle: (call) => this.#handle(call) });
  }

  /** 0 until the start if no port was asked for. */
  get port(): number {
    return this.#front.port;
  }

  get faults(): SimulatedFaults {
    return this.#faults;
  }

  get clients(): readonly SimulatedClient[] {
    return this.#registry.clients;
  }

  /** The last calls that reached the process, oldest first. */
  get calls(): readonly MethodCall[] {
    return [...this.#calls];
  }

  /** Changes switches at once; resolves when the port is closed or open as the mode wants it. */
  async set(switches: Partial<SimulatedFaults>): Promise<void> {
    this.#faults = { ...this.#faults, ...switches };
    if (this.#faults.mode === "boot") this.#registry.clear();
    if (!this.#running) return;
    await (this.#faults.mode === "refuse" ? this.#front.close() : this.#front.open());
  }

  /** A device says something; the device need not exist. */
  sendEvent(event: DeviceEvent): void {
    this.#fromDevices(() => {
      this.#inventory.apply(event);
      return [event];
    });
  }

  /** So many values of devices at once. */
  burst(count: number): void {
    this.#fromDevices(() => this.#inventory.burst(count));
  }

  /** Forgets all clients without a word. */
  dropClients(): void {
    this.#registry.clear();
  }

  async start(): Promise<void> {
    this.#running = true;
    await this.set({});
  }

  /** Ends everything for good; does not fail. */
  async stop(): Promise<void> {
    this.#running = false;
    this.#lifetime.abort();
    this.#reporter[Symbol.dispose]();
    this.#latePongs[Symbol.dispose]();
    this.#registry.clear();
    await this.#front.close();
    await this.#thread.run(() => {});
  }

  #handle(call: MethodCall): Promise<Reply> {
    this.#calls.push(call);
    if (this.#calls.length > MAX_RECORDED_CALLS) this.#calls.shift();
    return this.#thread.run(() => callMethod(this.#methods, call));
  }

  #registered({ url, interfaceId }: { url: string; interfaceId: string }): void {
    this.#reporter.start();
    this.#logger.info(`registered ${interfaceId} at ${url}`);
  }

  #pong({ address, callerId }: { address: string; callerId: string }): void {
    const { pingWithoutPong, duplicatePong, foreignPong, latePongMs } = this.#faults;
    const callers: string[] = [];
    if (!pingWithoutPong) callers.push(callerId);
    if (!pingWithoutPong && duplicatePong) callers.push(callerId);
    if (foreignPong) callers.push(FOREIGN_CALLER);
    const events = callers.map((value) => ({ address, parameter: "PONG", value }));
    if (latePongMs > 0) this.#latePongs.after(latePongMs, () => this.#emit(events));
    else this.#emit(events);
  }

  #fromDevices(say: () => readonly DeviceEvent[]): void {
    if (!this.#faults.radioSilence) this.#emit(say());
  }

  /** The radio is served by the same thread as the calls. */
  #emit(events: readonly DeviceEvent[]): void {
    if (isStopped(this.#faults.mode)) return;
    void this.#thread.run(() => {
      for (const event of events) this.#registry.broadcast(event);
    });
  }
}
