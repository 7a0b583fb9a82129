import type { Clock } from "../base/clock.ts";
import type { HomematicError } from "../base/errors.ts";
import type { Logger } from "../base/logger.ts";
import type { Transition } from "../base/state-machine.ts";
import type { Subscription } from "../base/subscription.ts";
import { type CallbackEndpoint, CallbackMethods } from "../ccu/callback-methods.ts";
import type { Capabilities } from "../ccu/capabilities.ts";
import type { ClientInput, ClientState } from "../ccu/client-state.ts";
import { DeviceInventory } from "../ccu/device-inventory.ts";
import type { RpcCaller } from "../ccu/guarded-caller.ts";
import { InterfaceClient } from "../ccu/interface-client.ts";
import type { InterfaceDetails } from "../ccu/interface-details.ts";
import { INTERFACE_KINDS } from "../ccu/interface-kinds.ts";
import { DEFAULT_TIMINGS, type InterfaceListener } from "../ccu/interface-listener.ts";
import type { Loss } from "../ccu/loss.ts";
import { METRIC_NAMES } from "../ccu/metric-names.ts";
import { PingPongTracker } from "../ccu/ping-pong-tracker.ts";
import type { RadioModule } from "../ccu/radio-modules.ts";
import type { ServiceMessage } from "../ccu/service-messages.ts";
import type { InterfaceName } from "../config.ts";
import type { Diagnosis } from "../diagnosis/diagnosis.ts";
import { RadioRhythm } from "../diagnosis/radio-rhythm.ts";
import type { EventBus } from "../events/event-bus.ts";
import { CauseChangedEvent, InterfaceStateChangedEvent, type PathChangedEvent } from "../events/product-events.ts";
import type { SignalTopic } from "../hub/hub-sensor.ts";
import { emitCounter, emitLatency } from "../metrics/emitters.ts";
import type { MetricsObserver } from "../metrics/observer.ts";
import { CauseLog } from "./cause-log.ts";
import { EventRouter } from "./event-router.ts";
import type { HealthTracker } from "./health-tracker.ts";
import type { IncidentRecorder } from "./incident-recorder.ts";
import { InterfaceDiagnosis } from "./interface-diagnosis.ts";
import { InterfaceSignals } from "./interface-signals.ts";
import type { CallbackRegistry, InterfaceRhythm, LinkIdentity, LinkListener } from "./link-ports.ts";
import { LinkReadings } from "./link-readings.ts";
import { type LinkTraffic, trafficOf } from "./link-traffic.ts";
import { RadioWatch } from "./radio-watch.ts";
import { RecoveryProgress } from "./recovery-progress.ts";

/** Everything that belongs to one interface process: client, callbacks, pings, devices, metrics. */
export class InterfaceLink implements InterfaceListener {
  readonly name: InterfaceName;
  readonly port: number;
  readonly readings: LinkReadings;
  readonly diagnosis: InterfaceDiagnosis;
  readonly #progress: RecoveryProgress;
  readonly #signals: InterfaceSignals;
  readonly #client: InterfaceClient;
  readonly #inventory = new DeviceInventory();
  readonly #health: HealthTracker;
  readonly #observer: MetricsObserver;
  readonly #eventBus: EventBus;
  readonly #log: CauseLog;
  readonly #listener: LinkListener;
  readonly #endpoint: CallbackEndpoint;
  readonly #registry: CallbackRegistry;
  readonly #callbackPath: string;
  readonly #rhythm: RadioRhythm;
  readonly #recorder: IncidentRecorder;
  readonly #clock: Clock;
  #registration: Subscription | undefined;

  constructor(parts: {
    name: InterfaceName;
    host: string;
    port: number;
    caller: RpcCaller;
    registry: CallbackRegistry;
    identity: LinkIdentity;
    health: HealthTracker;
    observer: MetricsObserver;
    eventBus: EventBus;
    logger: Logger;
    clock: Clock;
    listener: LinkListener;
    /** How long its devices are usually silent, as known from earlier runs. */
    rhythm: InterfaceRhythm;
    recorder: IncidentRecorder;
  }) {
    const { name, identity, health, observer, eventBus, clock } = parts;
    this.name = name;
    this.port = parts.port;
    this.#health = health;
    this.#observer = observer;
    this.#eventBus = eventBus;
    this.#log = new CauseLog({
      diagnosis: () => this.diagnosis.current,
      failure: () => this.#failure,
      clock,
      logger: parts.logger,
    });
    this.#listener = parts.listener;
    this.#registry = parts.registry;
    this.#callbackPath = identity.callbackPath;
    this.#rhythm = new RadioRhythm(parts.rhythm.days);
    this.#clock = clock;
    this.#recorder = parts.recorder;
    const pingPong = new PingPongTracker({
      interfaceId: identity.interfaceId,
      sourceId: name,
      nonce: identity.nonce,
      eventBus,
      recorder: observer,
      clock,
      timeoutMs: DEFAULT_TIMINGS.callTimeoutMs,
    });
    this.#client = new InterfaceClient({
      caller: parts.caller,
      interfaceId: identity.interfaceId,
      callbackUrl: (signal) => parts.registry.urlFor(identity.callbackPath, parts.host, signal),
      pingPong,
      mayLackPongs: INTERFACE_KINDS[name].mayLackPongs,
      listener: this,
      logger: parts.logger,
      clock,
    });
    this.#progress = new RecoveryProgress({ clock, hasDevices: () => this.#inventory.deviceCount > 0 });
    this.#signals = new InterfaceSignals({
      clock,
      isSettling: () => this.#client.settling,
      nameOfDevice: (address) => this.#inventory.nameOf(address),
      remembered: parts.rhythm.devices,
      isGone: (device) => this.#inventory.lacks(device),
      onChange: (topic) => this.#signalsChanged(topic),
    });
    this.diagnosis = new InterfaceDiagnosis({
      clock,
      health: () => health.health(name),
      radio: this.#signals.radio,
      siblingAnswers: () => parts.listener.siblingAnswers(this),
      onChange: (before) => this.#diagnosisChanged(before),
    });
    this.readings = new LinkReadings({ interfaceName: name, diagnosis: this.diagnosis, signals: this.#signals, metrics: observer });
    const sink = new EventRouter({
      interfaceName: name,
      interfaceId: identity.interfaceId,
      client: this.#client,
      pingPong,
      inventory: this.#inventory,
      progress: this.#progress,
      health,
      diagnosis: this.diagnosis,
      signals: this.#signals,
      incidents: this.#recorder,
      recorder: observer,
      eventBus,
    });
    this.#endpoint = new CallbackMethods({ sink, clock, logger: parts.logger });
  }

  get client(): Pick<InterfaceClient, "state" | "sinceMs" | "reason" | "nextAttemptAtMs" | "history"> {
    return this.#client;
  }

  /** What its devices and other clients do. */
  get traffic(): LinkTraffic {
    const { hasRadio } = INTERFACE_KINDS[this.name];
    return trafficOf({ signals: this.#signals, inventory: this.#inventory, hasRadio });
  }

  /** How far the connection has come. */
  get progress(): Pick<RecoveryProgress, "step" | "sinceMs"> {
    return this.#progress;
  }

  /** How long its devices are usually silent, to be remembered for the next start. */
  get rhythm(): InterfaceRhythm {
    return { days: this.#rhythm.remembered(), devices: this.#signals.silent.remembered() };
  }

  get deviceCount(): number {
    return this.#inventory.deviceCount;
  }

  start(): void {
    const { hasRadio } = INTERFACE_KINDS[this.name];
    this.#health.add(this.name, { radio: hasRadio ? new RadioWatch({ rhythm: this.#rhythm, clock: this.#clock }) : null });
    this.#registration = this.#registry.register(this.#callbackPath, this.#endpoint);
    this.#client.start();
  }

  /** One of its paths is judged differently than before. */
  pathChanged(change: PathChangedEvent): void {
    this.#recorder.pathChanged(change);
    if (change.path === "event") {
      if (change.state === "ok") this.#signals.silent.eventsArrive();
      else this.#signals.silent.eventsLost();
    }
    this.diagnosis.changed();
  }

  /** The callback path stays open until the CCU has been told to forget us. */
  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await this.#client[Symbol.asyncDispose]();
    } finally {
      this.#registration?.();
      this.diagnosis[Symbol.dispose]();
      this.#recorder[Symbol.dispose]();
      this.#log[Symbol.dispose]();
    }
  }

  stateChanged({ from, to, reason }: Transition<ClientState, ClientInput>): void {
    this.#recorder.stateChanged({ from, to, reason });
    if (to === "registering") this.#progress.answered();
    if (to === "waiting") this.#countLoss();
    this.#eventBus.publishSync(
      new InterfaceStateChangedEvent({ timestamp: this.#eventBus.timestamp(), interfaceId: this.name, from, to, reason }),
    );
  }

  commandAnswered({ methodName, durationMs }: { methodName: string; durationMs: number }): void {
    emitLatency({ eventBus: this.#eventBus, source: METRIC_NAMES.call.source, sourceId: this.name, operation: methodName, durationMs });
    this.#recorder.commandAnswered({ methodName, durationMs });
    this.diagnosis.commandAnswered();
    this.#health.commandAnswered(this.name);
  }

  commandFailed({ methodName, error, timeoutMs }: { methodName: string; error: HomematicError; timeoutMs: number }): void {
    if (error.code === "TIMEOUT")
      this.#observer.recordTimeout({ source: METRIC_NAMES.call.source, sourceId: this.name, operation: methodName, limitMs: timeoutMs });
    this.#recorder.commandFailed({ methodName, error });
    this.#progress.commandFailed(error);
    this.diagnosis.commandFailed(error.code);
    this.#health.commandFailed(this.name, error.message);
  }

  registering(registration: { url: string; capabilities: Capabilities }): void {
    const { ping, registrationQuery } = registration.capabilities;
    this.#progress.registering({ canProveEvents: ping || registrationQuery });
    this.diagnosis.registering(registration);
  }

  registered(): void {
    this.#progress.registered();
    this.diagnosis.registered();
    this.#health.registered(this.name);
  }

  eventPathConfirmed(): void {
    this.#recorder.eventPathConfirmed();
    this.#progress.eventPathConfirmed();
    this.diagnosis.eventPathConfirmed();
    this.#health.eventPathConfirmed(this.name);
  }

  pongMissed(missed: { reason: string; eventsArrive: boolean }): void {
    this.#recorder.pongMissed(missed);
    this.diagnosis.pongMissed();
    if (!missed.eventsArrive) this.#health.eventPathFailed(this.name, missed.reason);
  }

  lost(loss: Loss, reason: string): void {
    this.#progress.lost(loss);
    this.diagnosis.lost(loss);
    this.#health.eventPathFailed(this.name, reason);
  }

  described(details: InterfaceDetails): void {
    if (details.modules !== null) this.#signals.modulesListed(details.modules);
    this.#listener.described(this, details);
  }

  modulesListed(modules: readonly RadioModule[]): void {
    this.#signals.modulesListed(modules);
  }

  messagesListed(messages: readonly ServiceMessage[]): void {
    this.#signals.messagesListed(messages);
  }

  #signalsChanged(topic: SignalTopic): void {
    this.diagnosis.changed();
    this.#listener.signalsChanged(this, topic);
  }

  #diagnosisChanged(before: Diagnosis): void {
    const { connected, causes } = this.diagnosis.current;
    if (connected === true) this.#signals.rate.start();
    else this.#signals.rate.stop();
    const change = { cause: causes[0]?.code ?? null, before: before.causes[0]?.code ?? null };
    if (change.cause !== change.before)
      this.#eventBus.publishSync(new CauseChangedEvent({ timestamp: this.#eventBus.timestamp(), interfaceId: this.name, ...change }));
    this.#log.changed();
    this.#recorder.diagnosisChanged(this.diagnosis.current);
    this.#listener.diagnosisChanged(this);
  }

  #countLoss(): void {
    const { source, name } = METRIC_NAMES.connectionLosses;
    emitCounter({ eventBus: this.#eventBus, source, sourceId: this.name, metricName: name });
  }

  get #failure(): string | null {
    const { command, event } = this.#health.health(this.name)?.paths ?? {};
    return [command, event].find((path) => path?.state === "failing")?.reason ?? null;
  }
}
