import { createHash } from "node:crypto";
import { FollowingAbort } from "../base/abort.ts";
import { sleep } from "../base/clock.ts";
import { errorMessage } from "../base/errors.ts";
import type { HubEvent } from "../hub/hub-sensor-sink.ts";
import { eventData } from "./companion-protocol.ts";
import { expectedUniqueIds, SERVICE_DEVICE_ID } from "./entity-table.ts";
import type { CommandOptions } from "./home-assistant-session.ts";
import type { KnownCcu, KnownDevice } from "./known-state.ts";
import { MqttClient } from "./mqtt-client.ts";
import {
  BIRTH_TOPIC,
  configTopic,
  deviceConfig,
  EXPIRE_AFTER_S,
  eventTopic,
  type MqttDialect,
  OFFLINE,
  ONLINE,
  STATUS_TOPIC,
  serviceConfig,
  statePayload,
  stateTopic,
} from "./mqtt-messages.ts";
import { MQTT_IGNORED } from "./mqtt-problems.ts";
import { Registry } from "./registry.ts";
import type { OpenRoute, Publishing, Route, RouteParts } from "./route.ts";

/** Of two repetitions in a row one may get lost. */
const REPEAT_MS = (EXPIRE_AFTER_S * 1_000) / 3;
const GOODBYE_TIMEOUT_MS = 2_000;
const LOOK_MS = 500;
const TAKEN_UP_TIMEOUT_MS = 30_000;
/** Until then Home Assistant has done everything that follows from another description. */
const RECHECK_MS = 5_000;

/** Into Home Assistant through its MQTT integration, over the WebSocket connection that is there anyway. */
export class MqttRoute implements Route {
  readonly name = "mqtt";
  readonly #parts: RouteParts;

  constructor(parts: RouteParts) {
    this.#parts = parts;
  }

  async open(signal: AbortSignal): Promise<OpenRoute> {
    const client = new MqttClient(this.#parts.session);
    await client.check(signal);
    return new MqttPublishing({ parts: this.#parts, client });
  }
}

class MqttPublishing implements OpenRoute {
  readonly #parts: RouteParts;
  readonly #client: MqttClient;
  /** What the broker was told about each device, as a digest; an empty one is of an earlier session. */
  readonly #configs = new Map<string, string>();
  #devices: readonly KnownDevice[] = [];
  #expected: ReadonlySet<string> = new Set();
  #repeatAtMs = 0;
  #recheckAtMs = Number.POSITIVE_INFINITY;
  /** Everything is to be told again. */
  #isBorn = false;

  constructor({ parts, client }: { parts: RouteParts; client: MqttClient }) {
    this.#parts = parts;
    this.#client = client;
  }

  async publish(publishing: Publishing): Promise<never> {
    const { known, session, clock } = this.#parts;
    using over = new FollowingAbort(publishing.stop, session.signal);
    using subscriptions = new DisposableStack();
    const { signal } = over;
    try {
      subscriptions.use(await this.#client.subscribe(BIRTH_TOPIC, (payload) => this.#onBirth(payload), { signal }));
      for (const { id } of await this.#registry(signal).devices()) this.#configs.set(id, "");
      await this.#stateAll(publishing, signal);
      for (;;) {
        const dueAtMs = Math.min(this.#repeatAtMs, this.#recheckAtMs);
        await known.changed.wait({ timeoutMs: dueAtMs - clock.monotonicMs(), signal });
        await this.#sendNext(publishing, signal);
      }
    } finally {
      if (publishing.stop.aborted) await this.#goodbye();
    }
  }

  /** The device of the add-on goes last: as long as it is there, an interrupted removal begins anew. */
  async withdraw(signal: AbortSignal): Promise<void> {
    const described = new Set((await this.#registry(signal).devices()).map(({ id }) => id));
    for (const id of described) if (id !== SERVICE_DEVICE_ID) await this.#forget(id, { signal });
    // A removal that was interrupted before may have left the values of a device that is described no more.
    for (const id of this.#parts.known.deviceIds) if (!described.has(id)) await this.#retain(stateTopic(id), "", { signal });
    await this.#retain(STATUS_TOPIC, "", { signal });
    if (described.has(SERVICE_DEVICE_ID)) await this.#forget(SERVICE_DEVICE_ID, { signal });
  }

  /** Home Assistant says so after each connection to its broker; a broker without a memory has then lost everything. */
  #onBirth(payload: string): void {
    if (payload !== ONLINE) return;
    this.#isBorn = true;
    this.#parts.known.changed.set();
  }

  async #sendNext(publishing: Publishing, signal: AbortSignal): Promise<void> {
    const { known, clock } = this.#parts;
    // There is nothing in Home Assistant's MQTT that would show them.
    known.takeProblems();
    const event = known.nextEvent();
    if (clock.monotonicMs() >= this.#recheckAtMs) await this.#recheck(signal);
    if (this.#isBorn || known.topologyChanged) await this.#stateAll(publishing, signal);
    else if (event !== undefined) await this.#tell(event, signal);
    else for (const id of Object.keys(known.takeChanges())) await this.#value(id, signal);
    if (clock.monotonicMs() >= this.#repeatAtMs) await this.#repeat(signal);
  }

  /** States all devices and waits until Home Assistant has made their entities. */
  async #stateAll({ settingsOf, afterTopology, onPublishing }: Publishing, signal: AbortSignal): Promise<void> {
    const { known, app, homeLanguage } = this.#parts;
    if (this.#isBorn) this.#forgetConfigs();
    this.#isBorn = false;
    const ccus = known.takeTopology();
    this.#devices = ccus.flatMap((ccu) => [ccu, ...ccu.interfaces]);
    this.#expected = expectedUniqueIds(ccus);
    const configure = (): Promise<void> => this.#configureAll(ccus, { language: homeLanguage, version: app.version, settingsOf }, signal);
    await configure();
    await this.#repeat(signal);
    const isTakenUp = await this.#awaitEntities(configure, signal);
    await afterTopology(ccus, signal);
    onPublishing(isTakenUp ? null : MQTT_IGNORED);
  }

  async #configureAll(ccus: readonly KnownCcu[], dialect: MqttDialect, signal: AbortSignal): Promise<void> {
    await this.#configure(SERVICE_DEVICE_ID, serviceConfig(dialect), signal);
    for (const ccu of ccus) {
      for (const device of [ccu, ...ccu.interfaces]) {
        await this.#configure(device.device.id, deviceConfig(device, ccu.device.name, dialect), signal);
      }
    }
    const ids = new Set([SERVICE_DEVICE_ID, ...this.#devices.map(({ device }) => device.id)]);
    for (const id of this.#configs.keys()) if (!ids.has(id)) await this.#forget(id, { signal });
  }

  #forgetConfigs(): void {
    for (const id of this.#configs.keys()) this.#configs.set(id, "");
  }

  /** Of an unchanged device nothing is sent: a second description while Home Assistant works on the first one gets lost in it. */
  async #configure(id: string, config: object, signal: AbortSignal): Promise<void> {
    const payload = JSON.stringify(config);
    const digest = createHash("sha256").update(payload).digest("base64");
    const before = this.#configs.get(id);
    if (before === digest) return;
    await this.#retain(configTopic(id), payload, { signal });
    this.#configs.set(id, digest);
    if (before) this.#recheckAtMs = this.#parts.clock.monotonicMs() + RECHECK_MS;
  }

  /** Home Assistant 2026.8 removes the whole device along with a disabled entity; it is told again then. */
  async #recheck(signal: AbortSignal): Promise<void> {
    this.#recheckAtMs = Number.POSITIVE_INFINITY;
    this.#isBorn ||= !(await this.#isTakenUp(signal));
  }

  /** All values again, before they expire. */
  async #repeat(signal: AbortSignal): Promise<void> {
    this.#repeatAtMs = this.#parts.clock.monotonicMs() + REPEAT_MS;
    await this.#retain(STATUS_TOPIC, ONLINE, { signal });
    for (const { device } of this.#devices) await this.#value(device.id, signal);
  }

  async #value(id: string, signal: AbortSignal): Promise<void> {
    const device = this.#parts.known.device(id);
    if (device !== undefined) await this.#retain(stateTopic(id), statePayload(device, this.#parts.language), { signal });
  }

  async #tell(event: HubEvent, signal: AbortSignal): Promise<void> {
    const { known, language } = this.#parts;
    const payload = JSON.stringify({ event_type: event.type, ...eventData(event, language) });
    await this.#client.publish({ topic: eventTopic(event.ccuId), payload, retain: false }, { signal });
    known.eventDone(event);
  }

  async #awaitEntities(configure: () => Promise<void>, signal: AbortSignal): Promise<boolean> {
    const { clock } = this.#parts;
    const endMs = clock.monotonicMs() + TAKEN_UP_TIMEOUT_MS;
    while (!(await this.#isTakenUp(signal))) {
      if (clock.monotonicMs() >= endMs) return false;
      if (clock.monotonicMs() >= this.#recheckAtMs) {
        this.#recheckAtMs = Number.POSITIVE_INFINITY;
        this.#forgetConfigs();
        await configure();
      }
      await sleep({ clock, delayMs: LOOK_MS, signal });
    }
    return true;
  }

  async #isTakenUp(signal: AbortSignal): Promise<boolean> {
    const registered = await this.#registry(signal).entities();
    return this.#expected.isSubsetOf(new Set(registered.map(({ uniqueId }) => uniqueId)));
  }

  async #forget(id: string, options: CommandOptions): Promise<void> {
    await this.#retain(configTopic(id), "", options);
    await this.#retain(stateTopic(id), "", options);
    this.#configs.delete(id);
  }

  async #goodbye(): Promise<void> {
    try {
      await this.#retain(STATUS_TOPIC, OFFLINE, { timeoutMs: GOODBYE_TIMEOUT_MS });
    } catch (error) {
      this.#parts.logger.debug(`no leave was taken by MQTT: ${errorMessage(error)}`);
    }
  }

  #retain(topic: string, payload: string, options: CommandOptions): Promise<void> {
    return this.#client.publish({ topic, payload, retain: true }, options);
  }

  #registry(signal: AbortSignal): Registry {
    return new Registry({ session: this.#parts.session, route: "mqtt", signal });
  }
}
