import type { CauseCode } from "../../src/diagnosis/cause-codes.ts";
import type { HubEventType } from "../../src/hub/hub-sensor-sink.ts";
import { HomeAssistantApi } from "./home-assistant-api.ts";

/** As the wire has it, see `docs/companion-protocol.md`. */
type WireScalar = number | string | boolean | null;
type WireDetails = Readonly<Record<string, number | string | null | readonly string[]>>;
type WireValue = WireScalar | { readonly value: WireScalar; readonly details: WireDetails };
export type WireMetrics = Readonly<Record<string, WireValue>>;

interface WireInterface {
  readonly id: string;
  readonly name: string;
  readonly metrics: WireMetrics;
}

export interface WireCcu {
  readonly id: string;
  readonly name: string;
  readonly model: string | null;
  readonly firmware: string | null;
  readonly metrics: WireMetrics;
  readonly interfaces: readonly WireInterface[];
}

export interface WireEventData {
  readonly interface: string | null;
  readonly cause: CauseCode | null;
  readonly message: string;
  readonly remedy: string | null;
  readonly since: string;
  readonly duration_s: number | null;
}

const PROTOCOL = 2;
const INSTANCE_ID = "protocol-client";
// The longest: a test is over before the companion misses one.
const HEARTBEAT_S = 3_600;

/** Speaks protocol 2 as the add-on does, with the values that a test wants; the session lives until it is disposed. */
export class ProtocolClient implements Disposable {
  readonly #api: HomeAssistantApi;
  #nextSeq = 1;

  private constructor(api: HomeAssistantApi) {
    this.#api = api;
  }

  /** Opens a session and states the topology. */
  static async start(homeAssistant: { readonly url: string; readonly token: string }, ccus: readonly WireCcu[]): Promise<ProtocolClient> {
    const client = new ProtocolClient(await HomeAssistantApi.connect(homeAssistant.url, homeAssistant.token));
    const app = { version: "0.0.0-test", url: null };
    const session = { protocol: PROTOCOL, instance_id: INSTANCE_ID, app, heartbeat_s: HEARTBEAT_S };
    await client.#api.subscribe("homematic_vitals/connect", session, () => {});
    await client.sync(ccus);
    return client;
  }

  async sync(ccus: readonly WireCcu[]): Promise<void> {
    await this.#send("sync", { ccus });
    this.#nextSeq = 1;
  }

  /** Changed values by device id. */
  async update(values: Readonly<Record<string, WireMetrics>>): Promise<void> {
    await this.#send("update", { seq: this.#nextSeq, values });
    this.#nextSeq += 1;
  }

  async event(ccu: string, type: HubEventType, data: WireEventData): Promise<void> {
    await this.#send("event", { ccu, event_type: type, data });
  }

  /** Makes the entities unavailable at once. */
  async goodbye(): Promise<void> {
    await this.#send("goodbye", { reason: "stop" });
  }

  [Symbol.dispose](): void {
    this.#api[Symbol.dispose]();
  }

  async #send(command: string, fields: object): Promise<void> {
    await this.#api.call(`homematic_vitals/${command}`, fields);
  }
}
