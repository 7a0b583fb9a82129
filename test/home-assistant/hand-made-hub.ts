import { systemClock } from "../../src/base/clock.ts";
import { silentLogger } from "../../src/base/logger.ts";
import type { Options } from "../../src/config.ts";
import { HomeAssistantLink } from "../../src/homeassistant/home-assistant-link.ts";
import { Publisher, type PublisherStatus } from "../../src/homeassistant/publisher.ts";
import { NO_ROUTE, type RouteMemory, type RouteState } from "../../src/homeassistant/route-memory.ts";
import type { HubCcu, HubEvent, HubInterface, HubMetricValues } from "../../src/hub/hub-sensor-sink.ts";
import type { HomeAssistant } from "../peers/home-assistant.ts";

export const CCU: HubCcu = { kind: "ccu", id: "NEQ1234567", name: "Cellar", model: "OpenCCU", firmware: "3.83.6" };
export const INTERFACE: HubInterface = {
  kind: "interface",
  id: "NEQ1234567/HmIP-RF",
  ccuId: "NEQ1234567",
  name: "HmIP-RF",
  model: null,
  firmware: null,
};

export const CCU_VALUES: HubMetricValues = {
  system_health: 100,
  connection_latency: 12.4,
  last_event_age: 5,
  last_event: "2026-11-08T06:30:00Z",
  status: "ok",
  problem: false,
  cause: "none",
  connected: true,
  duty_cycle: { value: 41, details: { modules: ["RPI-RF-MOD NEQ1234567: 41 %"] } },
  carrier_sense: { value: 2, details: { modules: ["RPI-RF-MOD NEQ1234567: 2 %"] } },
  events_per_minute: 42.5,
  unreachable_devices: { value: 1, details: { devices: ["Window kitchen (000A1234567890)"] } },
  service_messages: { value: 0, details: { messages: [] } },
  low_batteries: null,
};

export const INTERFACE_VALUES: HubMetricValues = {
  connected: true,
  health: 100,
  cause: "none",
  connection_latency: 12.4,
  latency_p95: 31,
  last_event: null,
  events_per_minute: 42.5,
  duty_cycle: 41,
  carrier_sense: 2,
  unreachable_devices: 0,
  service_messages: 0,
};

export const TROUBLE: HubMetricValues = {
  system_health: 50,
  status: "critical",
  problem: true,
  cause: {
    value: "process_down",
    details: {
      message: { en: "HmIP-RF does not answer.", de: "HmIP-RF antwortet nicht." },
      remedy: { en: "Restart the CCU.", de: "Starten Sie die CCU neu." },
      interface: "HmIP-RF",
      since: "2026-11-08T06:21:30Z",
    },
  },
};

export const INCIDENT: Omit<HubEvent, "sinceMs"> = {
  ccuId: CCU.id,
  type: "interface_lost",
  interfaceName: "HmIP-RF",
  cause: "process_down",
  message: { en: "HmIP-RF does not answer.", de: "HmIP-RF antwortet nicht." },
  remedy: { en: "Restart the CCU.", de: "Starten Sie die CCU neu." },
  durationSeconds: null,
};

/** What the add-on's state file keeps about routes. */
export class Memory implements RouteMemory {
  route: RouteState = NO_ROUTE;

  rememberRoute(route: RouteState): void {
    this.route = JSON.parse(JSON.stringify(route));
  }
}

/** The add-on's side of Home Assistant, told by the test what a hub would tell it. */
export class HandMadeHub implements AsyncDisposable {
  readonly publisher: Publisher;
  readonly #link: HomeAssistantLink;
  readonly #application = new AbortController();

  private constructor(link: HomeAssistantLink, publisher: Publisher) {
    this.#link = link;
    this.publisher = publisher;
  }

  /** Describes one CCU with one interface. */
  static start({
    homeAssistant,
    publish,
    memory = new Memory(),
    language = "auto",
  }: {
    homeAssistant: HomeAssistant;
    publish: Options["publish"];
    memory?: RouteMemory;
    language?: Options["language"];
  }): HandMadeHub {
    const common = { clock: systemClock, logger: silentLogger };
    const link = new HomeAssistantLink({ target: { url: homeAssistant.url, token: homeAssistant.token }, ...common });
    const app = { instanceId: "5f0c1d5e-0d4b-4a9e-9a57-1f2f6f1c2b3a", version: "0.1.0", bundledVersion: "0.1.0", url: null };
    const publisher = new Publisher({ link, app, options: { publish, language }, memory, companionGuided: false, ...common });
    const hub = new HandMadeHub(link, publisher);
    publisher.describe(CCU, CCU_VALUES);
    publisher.describe(INTERFACE, INTERFACE_VALUES);
    publisher.start(hub.#application.signal);
    link.start(hub.#application.signal);
    return hub;
  }

  /** Resolves once the status is one that `fits`. */
  async until(what: string, fits: (status: PublisherStatus) => boolean, timeoutMs = 30_000): Promise<PublisherStatus> {
    const found = Promise.withResolvers<PublisherStatus>();
    const look = (): void => {
      const status = this.publisher.status();
      if (fits(status)) found.resolve(status);
    };
    using _ = this.publisher.onChange(look);
    const late = (): void =>
      found.reject(new Error(`${what} did not happen in ${timeoutMs} ms: ${JSON.stringify(this.publisher.status())}`));
    const timer = setTimeout(late, timeoutMs);
    look();
    return await found.promise.finally(() => clearTimeout(timer));
  }

  async publishing(): Promise<PublisherStatus> {
    return await this.until("publishing", ({ state }) => state === "publishing");
  }

  tell(): void {
    this.publisher.tell({ ...INCIDENT, sinceMs: systemClock.wallMs() });
  }

  /** As a crash: the socket is gone and nobody took leave. */
  async crash(): Promise<void> {
    await this.#link[Symbol.asyncDispose]();
    await this.publisher[Symbol.asyncDispose]();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.publisher[Symbol.asyncDispose]();
    await this.#link[Symbol.asyncDispose]();
  }
}
