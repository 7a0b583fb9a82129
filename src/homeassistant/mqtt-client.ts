import { z } from "zod";
import type { Subscription } from "../base/subscription.ts";
import type { CommandOptions, HomeAssistantSession } from "./home-assistant-session.ts";
import { explainPublish, mqttProblem } from "./mqtt-problems.ts";

const QOS = 1;
/** Home Assistant itself waits 10 s for its broker. */
const ANSWER_TIMEOUT_MS = 20_000;

const entries = z.array(z.object({ state: z.string(), disabled_by: z.string().nullable() }));
const received = z.object({ payload: z.string() });

/** The MQTT integration of Home Assistant, as seen through its WebSocket API. */
export class MqttClient {
  readonly #session: HomeAssistantSession;

  constructor(session: HomeAssistantSession) {
    this.#session = session;
  }

  /** Throws MQTT_MISSING or MQTT_FAILED unless the integration runs. */
  async check(signal: AbortSignal): Promise<void> {
    const answer = await this.#session.command({ type: "config_entries/get", domain: "mqtt" }, { signal });
    const [entry] = entries.catch([]).parse(answer);
    if (entry === undefined) throw mqttProblem("missing");
    if (entry.disabled_by !== null) throw mqttProblem("disabled");
    if (entry.state !== "loaded") throw mqttProblem("notLoaded");
  }

  /** An empty payload that is retained makes the broker forget the topic. */
  async publish(message: { topic: string; payload: string; retain: boolean }, options: CommandOptions): Promise<void> {
    const command = { type: "call_service", domain: "mqtt", service: "publish", service_data: { ...message, qos: QOS } };
    try {
      await this.#session.command(command, { timeoutMs: ANSWER_TIMEOUT_MS, ...options });
    } catch (error) {
      throw explainPublish(error);
    }
  }

  subscribe(topic: string, onPayload: (payload: string) => void, options: CommandOptions): Promise<Subscription> {
    const onEvent = (event: unknown): void => {
      const message = received.safeParse(event).data;
      if (message !== undefined) onPayload(message.payload);
    };
    return this.#session.subscribe({ type: "mqtt/subscribe", topic }, onEvent, options);
  }
}
