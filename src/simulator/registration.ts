import { isDeepStrictEqual } from "node:util";
import type { Clock } from "../base/clock.ts";
import { isStruct, type XmlRpcStruct, type XmlRpcValue } from "../xmlrpc/values.ts";
import { CallbackClient } from "./callback-client.ts";
import { eventCall, multicall } from "./callbacks.ts";
import type { ClientRegistry } from "./client-registry.ts";
import { EventDispatcher } from "./event-dispatcher.ts";
import type { SimulatedEventForm, SimulatedFaults } from "./faults.ts";
import type { Flavour } from "./flavours.ts";
import type { DeviceEvent, Inventory } from "./inventory.ts";

/** Where a client wants its events, and under which id. */
export interface ClientAddress {
  readonly url: string;
  readonly interfaceId: string;
}

/** What `init` with an id does: asks the client, registers it, tells it which devices there are and what is wrong with them. */
export class Registration {
  readonly #flavour: Flavour;
  readonly #inventory: Inventory;
  readonly #registry: ClientRegistry;
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  readonly #faults: () => SimulatedFaults;
  readonly #onRegistered: (client: ClientAddress) => void;
  readonly #onDelivered: (events: readonly DeviceEvent[]) => void;

  constructor({
    flavour,
    inventory,
    registry,
    clock,
    signal,
    faults,
    onRegistered,
    onDelivered,
  }: {
    flavour: Flavour;
    inventory: Inventory;
    registry: ClientRegistry;
    clock: Clock;
    signal: AbortSignal;
    faults: () => SimulatedFaults;
    onRegistered: (client: ClientAddress) => void;
    onDelivered: (events: readonly DeviceEvent[]) => void;
  }) {
    this.#flavour = flavour;
    this.#inventory = inventory;
    this.#registry = registry;
    this.#clock = clock;
    this.#signal = signal;
    this.#faults = faults;
    this.#onRegistered = onRegistered;
    this.#onDelivered = onDelivered;
  }

  /** Resolves when `init` may be answered; the client is asked first, and waited for without a limit. */
  async register({ url, interfaceId: given }: ClientAddress): Promise<void> {
    const interfaceId = this.#flavour.callbackId ?? given;
    const client = this.#client(url, false);
    await client.call({ methodName: "system.listMethods", params: [interfaceId] });
    if (this.#signal.aborted) return;
    const silent = this.#faults().initWithoutEvents;
    if (silent) this.#registry.remove(url);
    else this.add({ url, interfaceId });
    const listed = await client.call({ methodName: "listDevices", params: [interfaceId] });
    if (this.#signal.aborted) return;
    if (listed.kind === "value" && this.#flavour.tellsDevices) this.#tellDevices({ client, interfaceId, listed: structsOf(listed.value) });
    if (!silent) this.#tellServiceMessages({ client, interfaceId });
    this.#onRegistered({ url, interfaceId });
  }

  /** The id of the first registration stays until the URL is deregistered. */
  add({ url, interfaceId }: ClientAddress): void {
    if (this.#registry.has(url)) return;
    const usual = this.#flavour.singleEvents ? "either" : "multicall";
    const form = (): Exclude<SimulatedEventForm, "usual"> | "either" => {
      const { eventForm } = this.#faults();
      return eventForm === "usual" ? usual : eventForm;
    };
    this.#registry.add(url, new EventDispatcher({ interfaceId, client: this.#client(url, true), form, onDelivered: this.#onDelivered }));
  }

  #client(url: string, keepsConnection: boolean): CallbackClient {
    return new CallbackClient({
      url,
      keepsConnection,
      needsContentLength: this.#flavour.needsContentLength,
      clock: this.#clock,
      signal: this.#signal,
      reach: () => this.#faults().callbacks,
    });
  }

  #tellDevices({ client, interfaceId, listed }: { client: CallbackClient; interfaceId: string; listed: readonly XmlRpcStruct[] }): void {
    const { additions, deletions } = this.#compare(listed);
    // Nobody waits for these calls and for those below, so the order of arrival is not fixed.
    if (deletions.length > 0) void client.call({ methodName: "deleteDevices", params: [interfaceId, deletions] });
    if (additions.length > 0) void client.call({ methodName: "newDevices", params: [interfaceId, additions] });
  }

  #compare(listed: readonly XmlRpcStruct[]): { additions: XmlRpcStruct[]; deletions: XmlRpcValue[] } {
    const own = this.#inventory.descriptions;
    if (this.#faults().deleteDevicesStorm) return { additions: [...own], deletions: own.map(addressOf) };
    const known = new Map(listed.map((description) => [addressOf(description), description]));
    const isKnown = (description: XmlRpcStruct): boolean => this.#isSame(description, known.get(addressOf(description)));
    const stays = (address: XmlRpcValue): boolean => {
      const description = typeof address === "string" ? this.#inventory.describe(address) : undefined;
      return description !== undefined && (this.#flavour.comparesVersionOnly || isKnown(description));
    };
    return {
      additions: own.filter((description) => !isKnown(description)),
      deletions: [...known.keys()].filter((address) => !stays(address)),
    };
  }

  #isSame(own: XmlRpcStruct, listed: XmlRpcStruct | undefined): boolean {
    if (listed === undefined) return false;
    return this.#flavour.comparesVersionOnly ? versionOf(listed) === versionOf(own) : isDeepStrictEqual({ ...listed }, { ...own });
  }

  #tellServiceMessages({ client, interfaceId }: { client: CallbackClient; interfaceId: string }): void {
    const events = this.#inventory.serviceMessages().map((event) => eventCall(interfaceId, event));
    if (events.length > 0) void client.call(multicall(events));
  }
}

function addressOf({ ADDRESS = "" }: XmlRpcStruct): XmlRpcValue {
  return ADDRESS;
}

function versionOf({ VERSION }: XmlRpcStruct): XmlRpcValue | undefined {
  return VERSION;
}

function structsOf(value: XmlRpcValue): readonly XmlRpcStruct[] {
  return Array.isArray(value) ? value.filter(isStruct) : [];
}
