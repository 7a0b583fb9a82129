import { type Clock, sleep } from "../base/clock.ts";
import type { Logger } from "../base/logger.ts";
import type { MethodCall } from "../xmlrpc/values.ts";
import { ClientRegistry, type SimulatedClient } from "./client-registry.ts";
import { isStopped, type SimulatedFaults } from "./faults.ts";
import type { Flavour } from "./flavours.ts";
import type { DeviceEvent, Inventory } from "./inventory.ts";
import { callMethod, createMethods, type Methods, type Reply } from "./methods.ts";
import { OTHER_CLIENT, pongsAfter } from "./pongs.ts";
import type { Random } from "./random.ts";
import { type ClientAddress, Registration } from "./registration.ts";
import { SerialThread } from "./serial-thread.ts";
import { TimerSet } from "./timer-set.ts";

interface InterfaceProcessContext {
  readonly flavour: Flavour;
  readonly inventory: Inventory;
  readonly faults: () => SimulatedFaults;
  readonly random: Random;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly onRegistered: () => void;
  readonly onDelivered: (events: readonly DeviceEvent[]) => void;
}

/** What ends with the process: its one thread, its clients, and what waits to be sent. Disposing it is its death. */
export class InterfaceProcess implements AsyncDisposable {
  readonly #context: InterfaceProcessContext;
  readonly #registry: ClientRegistry;
  readonly #registration: Registration;
  readonly #methods: Methods;
  readonly #latePongs: TimerSet;
  readonly #thread = new SerialThread();
  readonly #lifetime = new AbortController();

  constructor(context: InterfaceProcessContext) {
    const { flavour, inventory, faults, clock, logger } = context;
    this.#context = context;
    this.#latePongs = new TimerSet(clock);
    this.#registry = new ClientRegistry({ onForgotten: (url) => logger.info(`forgets ${url}, which cannot be reached`) });
    this.#registration = new Registration({
      flavour,
      inventory,
      registry: this.#registry,
      clock,
      signal: this.#lifetime.signal,
      faults,
      onRegistered: (client) => this.#registered(client),
      onDelivered: context.onDelivered,
    });
    this.#methods = createMethods({
      flavour,
      inventory,
      registry: this.#registry,
      registration: this.#registration,
      faults,
      pong: (pong) => this.#pong(pong),
    });
  }

  get clients(): readonly SimulatedClient[] {
    return this.#registry.clients;
  }

  /** Knows these clients without having asked them, as after a restart. */
  remember(clients: readonly ClientAddress[]): void {
    for (const client of clients) this.#registration.add(client);
  }

  handle(call: MethodCall): Promise<Reply> {
    return this.#thread.run(async () => {
      const { slowAnswersMs, faultCode } = this.#context.faults();
      const { clock } = this.#context;
      if (slowAnswersMs > 0) await sleep({ clock, delayMs: slowAnswersMs, signal: this.#lifetime.signal });
      if (faultCode !== 0 && call.methodName !== "init") return { kind: "fault", code: faultCode, message: "Failure" };
      return callMethod(this.#methods, call);
    });
  }

  /** Sends events to every client; the radio is served by the same thread as the calls. */
  emit(events: readonly DeviceEvent[]): void {
    if (isStopped(this.#context.faults().mode)) return;
    void this.#thread.run(() => {
      for (const event of events) this.#registry.broadcast(event);
    });
  }

  /** Forgets all clients without a word. */
  dropClients(): void {
    this.#registry.clear();
  }

  /** Another client registers where ours do: at their URLs under an id of its own, or under their ids at a URL of its own. */
  takeOver(what: "url" | "id"): void {
    const { clients } = this;
    this.#registry.clear();
    if (what === "url") this.remember(clients.map(({ url }) => ({ url, interfaceId: OTHER_CLIENT })));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#lifetime.abort();
    this.#latePongs[Symbol.dispose]();
    this.#registry.clear();
    await this.#thread.run(() => {});
  }

  #registered({ url, interfaceId }: ClientAddress): void {
    this.#context.logger.info(`registered ${interfaceId} at ${url}`);
    this.#context.onRegistered();
  }

  #pong({ address, callerId }: { address: string; callerId: string }): void {
    const { random } = this.#context;
    const faults = this.#context.faults();
    const events = pongsAfter({ callerId, faults, random }).map((value) => ({ address, parameter: "PONG", value }));
    if (faults.latePongMs > 0) this.#latePongs.after(faults.latePongMs, () => this.emit(events));
    else this.emit(events);
  }
}
