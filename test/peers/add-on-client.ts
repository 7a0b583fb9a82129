import { z } from "zod";
import { HomeAssistantApi } from "./home-assistant-api.ts";

const DOMAIN = "homematic_vitals";

const SessionEvent = z.looseObject({ kind: z.string() });

export type Metrics = Readonly<Record<string, unknown>>;

/** What `sync` states; of protocol 1 without `interfaces`. */
export interface ClientCcu {
  readonly id: string;
  readonly name: string;
  readonly metrics: Metrics;
  readonly interfaces?: readonly { readonly id: string; readonly name: string; readonly metrics: Metrics }[];
}

export interface ClientOptions {
  readonly protocol?: number;
  readonly instanceId?: string;
  readonly heartbeatSeconds?: number;
}

/** Speaks the companion protocol word by word, without anything that an add-on does beside it. */
export class AddOnClient implements Disposable {
  readonly #api: HomeAssistantApi;
  readonly #protocol: number;
  readonly #instanceId: string;
  readonly #heartbeatSeconds: number;
  readonly #kinds: string[] = [];
  #seq = 0;

  private constructor(api: HomeAssistantApi, { protocol = 2, instanceId = "client", heartbeatSeconds = 60 }: ClientOptions) {
    this.#api = api;
    this.#protocol = protocol;
    this.#instanceId = instanceId;
    this.#heartbeatSeconds = heartbeatSeconds;
  }

  /** Opens a connection of its own; no session yet. */
  static async open({ url, token }: { url: string; token: string }, options: ClientOptions = {}): Promise<AddOnClient> {
    return new AddOnClient(await HomeAssistantApi.connect(url, token), options);
  }

  /** The kinds of what the companion told this session. */
  get kinds(): readonly string[] {
    return this.#kinds;
  }

  async hello(min: number = this.#protocol, max: number = this.#protocol): Promise<unknown> {
    return await this.#api.call(`${DOMAIN}/hello`, { app_version: "0.1.0", bundled_version: "0.1.0", protocol: { min, max } });
  }

  async connect(): Promise<void> {
    const payload = {
      protocol: this.#protocol,
      instance_id: this.#instanceId,
      app: { version: "0.1.0", url: null },
      heartbeat_s: this.#heartbeatSeconds,
    };
    await this.#api.subscribe(`${DOMAIN}/connect`, payload, (event) => this.#kinds.push(SessionEvent.parse(event).kind));
  }

  async sync(ccus: readonly ClientCcu[]): Promise<unknown> {
    this.#seq = 0;
    const interfaces = this.#protocol === 1 ? {} : { interfaces: [] };
    return await this.#api.call(`${DOMAIN}/sync`, { ccus: ccus.map((ccu) => ({ model: null, firmware: null, ...interfaces, ...ccu })) });
  }

  /** `seq` is the right one unless stated. */
  async update(values: Readonly<Record<string, Metrics>>, seq: number = this.#seq + 1): Promise<unknown> {
    this.#seq = seq;
    return await this.#api.call(`${DOMAIN}/update`, { seq, values });
  }

  async goodbye(reason: "stop" | "restart" | "update"): Promise<void> {
    await this.#api.call(`${DOMAIN}/goodbye`, { reason });
  }

  /** Drops the connection as a crash does. */
  [Symbol.dispose](): void {
    this.#api[Symbol.dispose]();
  }
}
