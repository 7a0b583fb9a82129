import { z } from "zod";
import { type FakeCommand, type FakeHomeAssistant, type FakePeer, Refusal } from "./fake-home-assistant.ts";

const published = z.object({ topic: z.string(), payload: z.string(), retain: z.boolean(), qos: z.int() });
const config = z.object({
  device: z.object({ identifiers: z.tuple([z.string()]), name: z.string(), via_device: z.string().optional() }),
  origin: z.object({ name: z.string() }),
  components: z.record(
    z.string(),
    z.looseObject({
      platform: z.string(),
      unique_id: z.string().optional(),
      default_entity_id: z.string().optional(),
      enabled_by_default: z.boolean().optional(),
    }),
  ),
});
const DISCOVERY = /^homeassistant\/device\/([A-Za-z0-9_-]+)\/config$/;
const BIRTH = "homeassistant/status";

export interface FakeMessage {
  readonly topic: string;
  readonly payload: string;
  readonly retain: boolean;
}

/** Home Assistant's MQTT integration with its broker, inside a fake Home Assistant: device discovery makes entries in the registries. */
export class FakeMqtt {
  readonly retained: Map<string, string> = new Map();
  readonly messages: FakeMessage[] = [];
  /** `discovery` switched off: messages pass, entities are not made. */
  discovery = true;
  /** The broker is there. */
  connected = true;
  readonly #home: FakeHomeAssistant;
  readonly #discovered = new Map<string, Set<string>>();

  private constructor(home: FakeHomeAssistant) {
    this.#home = home;
  }

  /** Adds the integration. */
  static load(home: FakeHomeAssistant): FakeMqtt {
    const mqtt = new FakeMqtt(home);
    home.entries.set("mqtt", [{ entry_id: "mqtt", state: "loaded", disabled_by: null }]);
    home.services.set("mqtt.publish", (data) => mqtt.#publish(data));
    home.commands.set("mqtt/subscribe", ({ id, topic }: FakeCommand, peer: FakePeer) => {
      peer.subscriptions.set(id, `mqtt ${topic}`);
    });
    return mqtt;
  }

  /** The broker lost its memory and Home Assistant is connected to it again. */
  forgetAndReturn(): void {
    this.connected = true;
    this.retained.clear();
    this.birth("online");
  }

  birth(payload: string): void {
    for (const peer of this.#home.peers) {
      for (const [id, topic] of peer.subscriptions)
        if (topic === `mqtt ${BIRTH}`) peer.sendEvent(id, { topic: BIRTH, payload, qos: 0, retain: false });
    }
  }

  /** Home Assistant removes a device by itself, also from the broker. */
  remove(id: string): void {
    this.retained.delete(`homeassistant/device/${id}/config`);
    this.#discover(id, "");
  }

  /** What was published on a topic, oldest first. */
  on(topic: string): readonly string[] {
    return this.messages.filter((message) => message.topic === topic).map(({ payload }) => payload);
  }

  /** The last message on a topic, parsed. */
  last(topic: string): unknown {
    const payload = this.on(topic).at(-1);
    return payload === undefined ? undefined : JSON.parse(payload);
  }

  #publish(data: unknown): void {
    const message = published.parse(data);
    if (!this.connected) throw new Refusal("home_assistant_error", "Error talking to MQTT: The client is not currently connected.");
    this.messages.push(message);
    if (message.retain && message.payload === "") this.retained.delete(message.topic);
    else if (message.retain) this.retained.set(message.topic, message.payload);
    const id = DISCOVERY.exec(message.topic)?.[1];
    if (id !== undefined && this.discovery) this.#discover(id, message.payload);
  }

  #discover(id: string, payload: string): void {
    const { registry } = this.#home;
    const before = this.#discovered.get(id) ?? new Set<string>();
    const now = new Set<string>();
    if (payload !== "") {
      const { device, components } = config.parse(JSON.parse(payload));
      registry.addDevice("mqtt", device.identifiers[0]);
      for (const { platform, unique_id: uniqueId, default_entity_id: wanted, enabled_by_default: isEnabled } of Object.values(components)) {
        if (uniqueId === undefined) continue;
        now.add(uniqueId);
        const entityId = wanted ?? `${platform}.${uniqueId.toLowerCase().replaceAll(/[^a-z0-9]+/g, "_")}`;
        registry.add({
          entity_id: entityId,
          unique_id: uniqueId,
          platform: "mqtt",
          disabled_by: isEnabled === false ? "integration" : null,
        });
      }
    } else registry.removeDevice("mqtt", id);
    for (const uniqueId of before) {
      const gone = now.has(uniqueId) ? undefined : registry.find("mqtt", uniqueId);
      if (gone !== undefined) registry.entities.delete(gone.entity_id);
    }
    this.#discovered.set(id, now);
  }
}
