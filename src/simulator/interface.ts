import type { Clock } from "../base/clock.ts";
import { type Logger, namedLogger } from "../base/logger.ts";
import type { MethodCall } from "../xmlrpc/values.ts";
import type { ServerCertificates } from "./certificate.ts";
import type { SimulatedClient } from "./client-registry.ts";
import { Conditions } from "./conditions.ts";
import type { Credentials } from "./credentials.ts";
import { DEVICES, type SimulatedDevice } from "./devices.ts";
import { NO_FAULTS, type SimulatedFaults } from "./faults.ts";
import { FLAVOURS, type SimulatedInterfaceName } from "./flavours.ts";
import { HttpFront } from "./http-front.ts";
import { InterfaceProcess } from "./interface-process.ts";
import { type DeviceEvent, Inventory } from "./inventory.ts";
import type { Reply } from "./methods.ts";
import { ownRadioDevice, radioModules } from "./radio-modules.ts";
import { seededRandom } from "./random.ts";
import { Reporter } from "./reporter.ts";
import { SteadyLoad } from "./steady-load.ts";
import { isSwitchName } from "./switches.ts";

const MAX_RECORDED_CALLS = 1_000;

export interface SimulatedInterfaceOptions {
  readonly name: SimulatedInterfaceName;
  /** 0, the default, takes any free port. */
  readonly port?: number;
  /** Instead of the few that every simulated CCU has. */
  readonly devices?: readonly SimulatedDevice[];
}

interface SimulatedInterfaceContext extends SimulatedInterfaceOptions {
  readonly host: string;
  readonly serial: string;
  readonly credentials: Credentials;
  readonly certificates: ServerCertificates | null;
  readonly seed: number;
  readonly reportScale: number;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** One interface process with its web server, its devices and its clients. */
export class SimulatedInterface {
  readonly name: SimulatedInterfaceName;
  readonly #inventory: Inventory;
  readonly #conditions: Conditions;
  readonly #front: HttpFront;
  readonly #reporter: Reporter;
  readonly #load: SteadyLoad;
  readonly #createProcess: () => InterfaceProcess;
  readonly #logger: Logger;
  readonly #calls: MethodCall[] = [];
  #process: InterfaceProcess;
  #faults: SimulatedFaults = NO_FAULTS;
  #running = false;
  #delivered = 0;

  constructor({
    name,
    port = 0,
    devices: given,
    host,
    serial,
    credentials,
    certificates,
    seed,
    reportScale,
    clock,
    logger,
  }: SimulatedInterfaceContext) {
    const random = seededRandom(seed);
    const devices = [...(given ?? DEVICES[name]), ...(name === "HmIP-RF" ? [ownRadioDevice(serial)] : [])];
    const flavour = FLAVOURS[name];
    const { tellsDutyCycle, emptyChildren } = flavour;
    const faults = (): SimulatedFaults => this.#faults;
    const inventory = new Inventory({ devices, radioModules: radioModules(name, serial), emptyChildren, random });
    this.name = name;
    this.#logger = namedLogger(logger, `simulated ${name}`);
    this.#inventory = inventory;
    this.#conditions = new Conditions({ devices, inventory, tellsDutyCycle });
    this.#reporter = new Reporter({
      devices,
      seed,
      reportScale,
      clock,
      onReport: (device) => this.#fromDevices(() => inventory.report(device)),
    });
    this.#load = new SteadyLoad({ clock, onTick: () => this.burst(1) });
    this.#createProcess = () =>
      new InterfaceProcess({
        flavour,
        inventory,
        faults,
        random: seededRandom(seed),
        clock,
        logger: this.#logger,
        onRegistered: () => this.#reporter.start(),
        onDelivered: (events) => {
          this.#delivered += events.filter(({ parameter }) => parameter !== "PONG").length;
        },
      });
    this.#process = this.#createProcess();
    this.#front = new HttpFront({ host, port, flavour, credentials, certificates, faults, handle: (call) => this.#handle(call) });
  }

  /** 0 until the start if no port was asked for. */
  get port(): number {
    return this.#front.port;
  }

  get faults(): SimulatedFaults {
    return this.#faults;
  }

  get clients(): readonly SimulatedClient[] {
    return this.#process.clients;
  }

  /** Device events that a client has taken since the start; one for each client. */
  get delivered(): number {
    return this.#delivered;
  }

  /** The last calls that reached the process, oldest first. */
  get calls(): readonly MethodCall[] {
    return [...this.#calls];
  }

  /** Changes switches at once; resolves when the port is closed or open as the mode wants it. */
  async set(switches: Partial<SimulatedFaults>): Promise<void> {
    const before = this.#faults;
    this.#faults = { ...before, ...switches };
    const changed = Object.entries(switches).filter(([name, value]) => isSwitchName(name) && before[name] !== value);
    if (changed.length > 0) this.#logger.info(`switched ${changed.map(([name, value]) => `${name} to ${value}`).join(", ")}`);
    if (this.#faults.mode === "boot") this.#process.dropClients();
    this.#process.emit(this.#conditions.change(before, this.#faults));
    if (!this.#running) return;
    if (this.#faults.eventsPerSecond !== before.eventsPerSecond) this.#load.setRate(this.#faults.eventsPerSecond);
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

  /** Confirms the service messages that stay until somebody does. */
  acknowledge(): void {
    this.#process.emit(this.#conditions.acknowledge());
  }

  /** Forgets all clients without a word. */
  dropClients(): void {
    this.#process.dropClients();
  }

  /** Another client registers at our URL under its own id, or under our id at its own URL: the CCU keeps only the newcomer. */
  takeOver(what: "url" | "id"): void {
    this.#process.takeOver(what);
  }

  /**
   * The process ends with everything under way and starts anew; resolves when the port is open again.
   * It remembers its clients unless told otherwise, as rfd does, and does not ask them; port 0 takes any other.
   */
  async restart({ remembersClients = true, port = this.port }: { remembersClients?: boolean; port?: number } = {}): Promise<void> {
    const old = this.#process;
    const remembered = remembersClients ? old.clients : [];
    this.#process = this.#createProcess();
    this.#process.remember(remembered);
    await Promise.all([this.#front.close({ nextPort: port }), old[Symbol.asyncDispose]()]);
    await this.set({});
  }

  async start(): Promise<void> {
    this.#running = true;
    this.#load.setRate(this.#faults.eventsPerSecond);
    await this.set({});
  }

  /** Ends everything for good; does not fail. */
  async stop(): Promise<void> {
    this.#running = false;
    this.#reporter[Symbol.dispose]();
    this.#load[Symbol.dispose]();
    await Promise.all([this.#front.close(), this.#process[Symbol.asyncDispose]()]);
  }

  #handle(call: MethodCall): Promise<Reply> {
    this.#calls.push(call);
    if (this.#calls.length > MAX_RECORDED_CALLS) this.#calls.shift();
    return this.#process.handle(call);
  }

  #fromDevices(say: () => readonly DeviceEvent[]): void {
    if (!this.#faults.radioSilence) this.#process.emit(say());
  }
}
