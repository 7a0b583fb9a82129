import type { CallbackSink, ReceivedEvent } from "../ccu/callback-methods.ts";
import { deviceOf } from "../ccu/device-address.ts";
import type { DeviceInventory } from "../ccu/device-inventory.ts";
import type { InterfaceClient } from "../ccu/interface-client.ts";
import { METRIC_NAMES } from "../ccu/metric-names.ts";
import type { PingPongTracker } from "../ccu/ping-pong-tracker.ts";
import type { EventBus } from "../events/event-bus.ts";
import { DeviceEvent } from "../events/product-events.ts";
import { emitCounter } from "../metrics/emitters.ts";
import type { XmlRpcStruct } from "../xmlrpc/values.ts";
import type { HealthTracker } from "./health-tracker.ts";
import type { IncidentRecorder } from "./incident-recorder.ts";
import type { InterfaceDiagnosis } from "./interface-diagnosis.ts";
import type { InterfaceSignals } from "./interface-signals.ts";
import type { RecoveryProgress } from "./recovery-progress.ts";

/** The part of the observer that the router needs. */
export interface EventRecorder {
  recordEventReceived(event: { sourceId: string; atMs: number }): void;
}

/** The part of the client that the router needs. */
type RoutedClient = Pick<InterfaceClient, "callbackReceived" | "eventReceived" | "latePongReceived" | "settling">;

type CallbackCounter =
  | "unknownInterfaceId"
  | "unknownMethod"
  | "invalidCall"
  | "foreignPong"
  | "unknownPong"
  | "duplicatePong"
  | "latePong";

/** Decides what a callback of one interface means: alive, PONG, device event, inventory. */
export class EventRouter implements CallbackSink {
  readonly #interfaceName: string;
  readonly #interfaceId: string;
  readonly #client: RoutedClient;
  readonly #pingPong: PingPongTracker;
  readonly #inventory: DeviceInventory;
  readonly #progress: Pick<RecoveryProgress, "devicesTold">;
  readonly #health: HealthTracker;
  readonly #diagnosis: Pick<InterfaceDiagnosis, "callbackReceived" | "pongReceived">;
  readonly #signals: Pick<InterfaceSignals, "eventReceived" | "delivery" | "clients" | "silent">;
  readonly #incidents: Pick<IncidentRecorder, "pongReceived">;
  readonly #recorder: EventRecorder;
  readonly #eventBus: EventBus;

  constructor(parts: {
    interfaceName: string;
    interfaceId: string;
    client: RoutedClient;
    pingPong: PingPongTracker;
    inventory: DeviceInventory;
    progress: Pick<RecoveryProgress, "devicesTold">;
    health: HealthTracker;
    diagnosis: Pick<InterfaceDiagnosis, "callbackReceived" | "pongReceived">;
    signals: Pick<InterfaceSignals, "eventReceived" | "delivery" | "clients" | "silent">;
    incidents: Pick<IncidentRecorder, "pongReceived">;
    recorder: EventRecorder;
    eventBus: EventBus;
  }) {
    this.#interfaceName = parts.interfaceName;
    this.#interfaceId = parts.interfaceId;
    this.#client = parts.client;
    this.#pingPong = parts.pingPong;
    this.#inventory = parts.inventory;
    this.#progress = parts.progress;
    this.#health = parts.health;
    this.#diagnosis = parts.diagnosis;
    this.#signals = parts.signals;
    this.#incidents = parts.incidents;
    this.#recorder = parts.recorder;
    this.#eventBus = parts.eventBus;
  }

  callReceived(_methodName: string, interfaceId: string): void {
    this.#client.callbackReceived();
    this.#diagnosis.callbackReceived();
    this.#health.callbackReceived(this.#interfaceName);
    if (interfaceId !== this.#interfaceId && interfaceId !== "") this.#count("unknownInterfaceId");
  }

  event(event: ReceivedEvent): void {
    const { interfaceId, address, parameter, value, arrivedAtMs } = event;
    const isFromCentral = address === "CENTRAL" || address.startsWith("CENTRAL:");
    if (isFromCentral && parameter === "PONG" && typeof value === "string") {
      this.#pong(value, arrivedAtMs);
      return;
    }
    const isOurs = !isFromCentral && interfaceId === this.#interfaceId;
    const isReport = isOurs && this.#signals.eventReceived(event);
    // What a CCU repeats at each registration arrives even where no event does later.
    if (isReport || !this.#client.settling) this.#proved();
    if (isReport) {
      this.#recorder.recordEventReceived({ sourceId: this.#interfaceName, atMs: arrivedAtMs });
      this.#health.deviceEventReceived(this.#interfaceName, deviceOf(address));
    }
    if (!isOurs) return;
    this.#eventBus.publishSync(
      new DeviceEvent({ timestamp: this.#eventBus.timestamp(), interfaceId: this.#interfaceName, address, parameter, value, arrivedAtMs }),
    );
  }

  batchHandled(batch: { readonly size: number; readonly arrivedAtMs: number }): void {
    this.#signals.delivery.batchHandled(batch);
  }

  newDevices(_interfaceId: string, descriptions: readonly XmlRpcStruct[]): void {
    this.#inventory.add(descriptions);
    this.#progress.devicesTold();
  }

  deleteDevices(_interfaceId: string, addresses: readonly string[]): void {
    if (this.#client.settling) return;
    this.#inventory.remove(addresses);
    this.#signals.silent.forget(addresses);
  }

  unknownMethod(): void {
    this.#count("unknownMethod");
  }

  invalidCall(): void {
    this.#count("invalidCall");
  }

  #pong(token: string, arrivedAtMs: number): void {
    const result = this.#pingPong.handleReceivedPong({ token, arrivedAtMs });
    if (result.kind === "foreign") this.#signals.clients.pongHeard(result.callerId);
    this.#incidents.pongReceived(result);
    this.#diagnosis.pongReceived(result.kind);
    if (result.kind === "matched" || result.kind === "late") this.#health.eventPathConfirmed(this.#interfaceName);
    else this.#proved();
    if (result.kind === "late") this.#client.latePongReceived();
    if (result.kind !== "matched") this.#count(`${result.kind}Pong`);
  }

  /** The CCU sends events to those only whom it has registered. */
  #proved(): void {
    this.#client.eventReceived();
    this.#health.eventPathConfirmed(this.#interfaceName);
  }

  #count(counter: CallbackCounter): void {
    const { source, name } = METRIC_NAMES[counter];
    emitCounter({ eventBus: this.#eventBus, source, sourceId: this.#interfaceName, metricName: name });
  }
}
