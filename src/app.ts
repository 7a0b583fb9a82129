import { randomBytes } from "node:crypto";
import { AppStatusSource } from "./app-status.ts";
import type { Clock } from "./base/clock.ts";
import type { Logger } from "./base/logger.ts";
import type { Secrets } from "./base/secrets.ts";
import { CallbackGateway, type FindHost, type FindPort } from "./callback-gateway.ts";
import { CallbackSelfTest } from "./callback-self-test.ts";
import { CallbackServer } from "./ccu/callback-server.ts";
import { callersOf } from "./ccu-callers.ts";
import { CentralUnit } from "./central/central-unit.ts";
import { dailyWindow } from "./central/quiet-times.ts";
import { createInstaller, openBundle, panelAddress } from "./companion-setup.ts";
import type { Options } from "./config.ts";
import type { AppIdentity } from "./homeassistant/companion-protocol.ts";
import { HomeAssistantLink } from "./homeassistant/home-assistant-link.ts";
import type { CompanionBundle } from "./homeassistant/installer/companion-bundle.ts";
import type { CompanionInstaller } from "./homeassistant/installer/companion-installer.ts";
import { Publisher } from "./homeassistant/publisher.ts";
import { SupervisorClient } from "./homeassistant/supervisor-client.ts";
import type { HomeAssistantTarget } from "./homeassistant/target.ts";
import { hostOfAddOn } from "./host-of-add-on.ts";
import type { HubSensorSink } from "./hub/hub-sensor-sink.ts";
import { knownMetricsOf, storedMetrics } from "./hub/known-metrics.ts";
import type { IncidentStore } from "./incidents/incident-store.ts";
import { portOfAddOn } from "./port-of-add-on.ts";
import type { RhythmFile } from "./rhythm-file.ts";
import type { StateFile } from "./state-file.ts";
import { VERSION } from "./version.ts";
import { WebServer } from "./web/web-server.ts";

export interface AppSettings {
  readonly options: Options;
  /** The options stand for the embedded simulated CCU. */
  readonly demo: boolean;
  /** Addresses to listen on; the options win where they name one. */
  readonly bind: { readonly callback: string; readonly web: string };
  readonly homeAssistant: HomeAssistantTarget | null;
  /** Home Assistant's configuration folder; null where it is not within reach. */
  readonly configFolder: string | null;
  /** Where the companion integration lies that came with the program. */
  readonly companionFolder: string;
  /** Set when the program runs as an add-on. */
  readonly supervisor: { readonly token: string } | null;
}

/** Only the Supervisor asks for the page of an add-on, for ingress and as watchdog, and whoever is inside the container. */
const INGRESS_PEERS: readonly string[] = ["172.30.32.2", "127.0.0.1"];

/** Used where no Home Assistant is configured: the page and /metrics show the same values. */
const NOWHERE: HubSensorSink = { describe() {}, publish() {}, remove() {}, tell() {}, problems() {} };

/** The composition root: builds every part, starts them in order and releases them in reverse. */
export class App {
  readonly #settings: AppSettings;
  readonly #state: StateFile;
  readonly #rhythms: RhythmFile;
  readonly #incidents: IncidentStore;
  readonly #secrets: Secrets;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #resources = new AsyncDisposableStack();
  #web: WebServer | undefined;
  #stopping: Promise<void> | undefined;

  constructor(parts: {
    settings: AppSettings;
    state: StateFile;
    rhythms: RhythmFile;
    incidents: IncidentStore;
    /** Knows all that must not get into the record of incidents. */
    secrets: Secrets;
    clock: Clock;
    logger: Logger;
  }) {
    this.#settings = parts.settings;
    this.#state = parts.state;
    this.#rhythms = parts.rhythms;
    this.#incidents = parts.incidents;
    this.#secrets = parts.secrets;
    this.#clock = parts.clock;
    this.#logger = parts.logger;
  }

  /** Port of the page. */
  get webPort(): number {
    return this.#web?.port ?? this.#settings.options.web.port;
  }

  /**
   * Binds both ports, then connects to Home Assistant and to every CCU in the background.
   * @throws HomematicError PORT_IN_USE, PORT_FORBIDDEN or ADDRESS_UNAVAILABLE; then nothing is left running.
   */
  async start(signal: AbortSignal): Promise<void> {
    try {
      await this.#start(signal);
    } catch (error) {
      await this[Symbol.asyncDispose]();
      throw error;
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#stopping ??= this.#resources.disposeAsync();
    return this.#stopping;
  }

  async #start(signal: AbortSignal): Promise<void> {
    const { options, bind, demo, supervisor } = this.#settings;
    const clock = this.#clock;
    const logger = this.#logger;
    const supervisorClient = supervisor && new SupervisorClient({ token: supervisor.token, clock });
    const callbackServer = this.#resources.use(new CallbackServer({ host: bind.callback, port: options.callback.port, clock, logger }));
    const link = this.#createLink();
    const bundle = openBundle(this.#settings.companionFolder, logger);
    const app: AppIdentity & { url: string | null } = {
      instanceId: this.#state.instanceId,
      version: VERSION,
      bundledVersion: bundle?.version ?? VERSION,
      url: null,
    };
    const address = panelAddress({ supervisor: supervisorClient, signal, logger });
    const publisher = link && this.#createPublisher(link, app);
    const installer = link && publisher && this.#createInstaller({ link, app, bundle, supervisor: supervisorClient, publisher });
    const gateway = new CallbackGateway({
      server: callbackServer,
      configuredHost: options.callback.host,
      ...this.#addressFinders(supervisorClient, signal),
      clock,
      logger,
    });
    const centrals = this.#createCentrals({ gateway, sink: publisher ?? NOWHERE });
    const source = new AppStatusSource({
      version: VERSION,
      demo,
      inHomeAssistant: supervisor !== null,
      centrals,
      homeAssistant: publisher,
      companion: installer,
      callback: gateway,
      clock,
    });
    const web = this.#resources.use(
      new WebServer({
        host: options.web.host || bind.web,
        port: options.web.port,
        language: options.language,
        allowedPeers: supervisor === null ? null : INGRESS_PEERS,
        source,
        install: installer,
        maintained: centrals,
        callbackTester: new CallbackSelfTest({ gateway, ccuHosts: options.ccus.map(({ host }) => host) }),
        // With what the environment says in their place.
        options: { ...options, home_assistant: this.#settings.homeAssistant ?? options.home_assistant },
        clock,
        logger,
      }),
    );
    this.#web = web;
    this.#incidents.open();
    await callbackServer.start(signal);
    await web.start(signal);
    app.url = await address;
    link?.start(signal);
    publisher?.start(signal);
    installer?.start(signal);
    this.#resources.defer(() => stopAll(centrals));
    for (const central of centrals) central.start(signal);
  }

  #addressFinders(supervisor: SupervisorClient | null, signal: AbortSignal): { findHost?: FindHost; findPort?: FindPort } {
    if (supervisor === null) return {};
    const logger = this.#logger;
    return {
      findHost: hostOfAddOn({ lanAddress: () => supervisor.lanAddress(signal), logger }),
      findPort: portOfAddOn({ publishedPort: (port) => supervisor.publishedPort(port, signal), logger }),
    };
  }

  #createLink(): HomeAssistantLink | null {
    const target = this.#settings.homeAssistant;
    return target && this.#resources.use(new HomeAssistantLink({ target, clock: this.#clock, logger: this.#logger }));
  }

  #createPublisher(link: HomeAssistantLink, app: AppIdentity): Publisher {
    const { options } = this.#settings;
    const common = { clock: this.#clock, logger: this.#logger };
    return this.#resources.use(new Publisher({ link, app, options, memory: this.#state, companionGuided: installs(options), ...common }));
  }

  #createInstaller({
    publisher,
    ...parts
  }: {
    link: HomeAssistantLink;
    app: AppIdentity;
    bundle: CompanionBundle | null;
    supervisor: SupervisorClient | null;
    publisher: Publisher;
  }): CompanionInstaller | null {
    const { options, configFolder } = this.#settings;
    if (!installs(options)) return null;
    const { consent } = this.#state;
    const allowed = options.install_integration;
    const needed = (): boolean => publisher.status().route !== "mqtt";
    return this.#resources.use(
      createInstaller({ ...parts, configFolder, consent, allowed, needed, clock: this.#clock, logger: this.#logger }),
    );
  }

  #createCentrals({ gateway, sink }: { gateway: CallbackGateway; sink: HubSensorSink }): readonly CentralUnit[] {
    const { ccus, maintenance } = this.#settings.options;
    const state = this.#state;
    const known = state.claim(ccus);
    const nonce = randomBytes(4).toString("hex");
    return ccus.map(
      (ccu) =>
        new CentralUnit({
          options: ccu,
          identity: {
            instanceId: state.instanceId,
            callbackSecret: state.callbackSecret,
            nonce,
            deviceId: known.get(ccu.name) ?? null,
            knownMetrics: knownMetricsOf(state.metricsOf(ccu.name)),
            settle: (serial) => state.settle({ name: ccu.name, host: ccu.host, serial }),
            remember: (metrics) => state.rememberMetrics(ccu.name, storedMetrics(metrics)),
          },
          callerFactory: callersOf(ccu, this.#clock),
          registry: gateway,
          sink,
          rhythms: this.#rhythms.ofCcu(ccu.name),
          maintenance: { window: dailyWindow(maintenance), memory: state.maintenanceOf(ccu.name) },
          incidents: { store: this.#incidents, redact: (text) => this.#secrets.redact(text) },
          clock: this.#clock,
          logger: this.#logger,
        }),
    );
  }
}

async function stopAll(centrals: readonly CentralUnit[]): Promise<void> {
  await Promise.allSettled(centrals.map((central) => central.stop()));
}

/** Whoever publishes over MQTT needs no integration. */
function installs({ publish }: Pick<Options, "publish">): boolean {
  return publish !== "mqtt";
}
