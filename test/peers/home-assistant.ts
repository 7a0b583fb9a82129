import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { complaintsIn } from "./core-log.ts";
import { type Core, NEWEST_CORE } from "./cores.ts";
import { eventually } from "./eventually.ts";
import { freePort } from "./free-port.ts";
import { HomeAssistantApi } from "./home-assistant-api.ts";
import { type HomeAssistantConfig, installCompanion, writeHomeAssistantConfig } from "./home-assistant-config.ts";
import { createOwner, type HassTokens, logIn, type User } from "./home-assistant-login.ts";
import { pythonOf } from "./paths.ts";
import { type PeerExit, PeerProcess } from "./process.ts";

const START_LIMIT_MS = 120_000;
const SHOWN_LOG = 2_000;

export interface HomeAssistantOptions extends Partial<HomeAssistantConfig> {
  /** Kept, with all state, for a later start; without it a temporary folder is used and removed. */
  readonly directory?: string;
  /** Installs the companion of this checkout; true unless stated. */
  readonly companion?: boolean;
  /** The newest unless stated. */
  readonly core?: Core;
}

export interface EntityState {
  readonly entity_id: string;
  readonly state: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly last_changed: string;
  readonly last_updated: string;
}

export interface StateChange {
  readonly entity_id: string;
  readonly old_state: EntityState | null;
  readonly new_state: EntityState | null;
}

export interface ConfigEntry {
  readonly entryId: string;
  readonly title: string;
}

const State = z.object({
  entity_id: z.string(),
  state: z.string(),
  attributes: z.record(z.string(), z.unknown()),
  last_changed: z.string(),
  last_updated: z.string(),
});
const StateChangedEvent = z.object({
  data: z.object({ entity_id: z.string(), old_state: State.nullable(), new_state: State.nullable() }),
});
const Login = z.object({ token: z.string(), user: z.object({ name: z.string(), username: z.string(), password: z.string() }) });
const CoreConfig = z.object({ state: z.string(), recovery_mode: z.boolean().optional() });
const FlowStep = z.looseObject({ flow_id: z.string().optional(), type: z.string(), step_id: z.string().optional() });
const CreatedEntry = z.object({ result: z.object({ entry_id: z.string(), title: z.string() }) });

/** A real Home Assistant Core with an owner, a token and nothing that calls the internet. */
export class HomeAssistant implements AsyncDisposable {
  /** Home Assistant's configuration folder. */
  readonly configDirectory: string;
  readonly url: string;
  readonly #options: HomeAssistantOptions;
  readonly #directory: string;
  readonly #listeners = new Set<(change: StateChange) => void>();
  readonly #user: User;
  #token: string | undefined;
  #process: PeerProcess | undefined;
  #api: HomeAssistantApi | undefined;
  #pastOutput = "";

  private constructor(options: HomeAssistantOptions, directory: string, port: number, login: z.infer<typeof Login> | undefined) {
    this.#options = options;
    this.#directory = directory;
    this.configDirectory = join(directory, "config");
    this.url = `http://127.0.0.1:${port}`;
    this.#user = login?.user ?? { name: "Owner", username: "owner", password: randomBytes(9).toString("base64url") };
    this.#token = login?.token;
  }

  /** Writes the configuration, and the companion unless stated otherwise; `start` starts Core. */
  static async prepare(options: HomeAssistantOptions = {}): Promise<HomeAssistant> {
    const directory = options.directory ?? (await mkdtemp(join(tmpdir(), "home-assistant-")));
    await mkdir(directory, { recursive: true });
    const loginFile = join(directory, "login.json");
    const login = existsSync(loginFile) ? Login.parse(JSON.parse(await readFile(loginFile, "utf8"))) : undefined;
    const port = options.port ?? (await freePort());
    const homeAssistant = new HomeAssistant(options, directory, port, login);
    await writeHomeAssistantConfig(homeAssistant.configDirectory, { ...options, port });
    if (options.companion ?? true) await installCompanion(homeAssistant.configDirectory);
    return homeAssistant;
  }

  /** Prepares and starts in one step. */
  static async start(options: HomeAssistantOptions = {}): Promise<HomeAssistant> {
    const homeAssistant = await HomeAssistant.prepare(options);
    try {
      await homeAssistant.start();
      return homeAssistant;
    } catch (error) {
      await homeAssistant[Symbol.asyncDispose]();
      throw error;
    }
  }

  get core(): Core {
    return this.#options.core ?? NEWEST_CORE;
  }

  get user(): User {
    return this.#user;
  }

  /** A long-lived access token of the owner. */
  get token(): string {
    if (this.#token === undefined) throw new Error("Home Assistant has not been started yet");
    return this.#token;
  }

  get api(): HomeAssistantApi {
    if (!this.#api) throw new Error("Home Assistant is not running");
    return this.#api;
  }

  get process(): PeerProcess {
    if (!this.#process) throw new Error("Home Assistant is not running");
    return this.#process;
  }

  /** Resolves once Core says that it is running. */
  async start(): Promise<void> {
    const core = PeerProcess.start({
      name: "Home Assistant",
      command: pythonOf(this.core.environment),
      args: ["-m", "homeassistant", "--config", this.configDirectory],
      // Python finds packages in its working folder: custom_components of the checkout must not be among them.
      cwd: this.#directory,
      env: { PYTHONWARNINGS: "default" },
    });
    this.#process = core;
    const ended = new AbortController();
    void core.exited.then(() => ended.abort(core.failure("ended while it started")));
    await this.#connect(ended.signal);
  }

  /** Ends Core as a user would: all entities become unavailable, then the port closes. */
  async stop(): Promise<PeerExit> {
    return await this.#end(() => this.process.stop());
  }

  async kill(): Promise<PeerExit> {
    return await this.#end(() => this.process.kill());
  }

  /** Stops Core and starts it again with the same state and port. */
  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  suspend(): void {
    this.process.suspend();
  }

  resume(): void {
    this.process.resume();
  }

  async call(type: string, payload?: object): Promise<unknown> {
    return await this.api.call(type, payload);
  }

  async callService(domain: string, service: string, data: object = {}): Promise<unknown> {
    return await this.call("call_service", { domain, service, service_data: data });
  }

  async states(): Promise<EntityState[]> {
    return z.array(State).parse(await this.call("get_states"));
  }

  async state(entityId: string): Promise<EntityState | undefined> {
    return (await this.states()).find((state) => state.entity_id === entityId);
  }

  /** Calls the listener for every state change, across restarts. */
  onStateChanged(listener: (change: StateChange) => void): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => this.#listeners.delete(listener) };
  }

  /** Waits until an entity has a state, or a state of which `expected` is true. */
  async waitForState(entityId: string, expected: string | ((state: EntityState) => boolean), timeoutMs = 10_000): Promise<EntityState> {
    const fits = (state: EntityState): boolean =>
      state.entity_id === entityId && (typeof expected === "string" ? state.state === expected : expected(state));
    const found = Promise.withResolvers<EntityState>();
    let last = "missing";
    const look = (state: EntityState): void => {
      if (state.entity_id === entityId) last = `"${state.state}"`;
      if (fits(state)) found.resolve(state);
    };
    using _ = this.onStateChanged(({ new_state }) => new_state && look(new_state));
    const wanted = typeof expected === "string" ? `"${expected}"` : "as expected";
    const timer = setTimeout(() => found.reject(new Error(`${entityId} was not ${wanted} within ${timeoutMs} ms but ${last}`)), timeoutMs);
    try {
      for (const state of await this.states()) look(state);
      return await found.promise;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Adds an integration as a user does; one input for each form of its flow. */
  async addConfigEntry(handler: string, inputs: readonly object[] = [{}]): Promise<ConfigEntry> {
    const flow = "/api/config/config_entries/flow";
    let step = FlowStep.parse(await this.api.rest("POST", flow, { handler }));
    for (const input of inputs) {
      if (step.type !== "form") break;
      step = FlowStep.parse(await this.api.rest("POST", `${flow}/${step.flow_id}`, input));
    }
    if (step.type !== "create_entry") throw new Error(`${handler} could not be added: ${JSON.stringify(step)}`);
    const { result } = CreatedEntry.parse(step);
    return { entryId: result.entry_id, title: result.title };
  }

  /** New tokens of the owner for a browser. */
  async logIn(): Promise<HassTokens> {
    return await logIn(this.url, this.#user);
  }

  /** What Core logged, across restarts. */
  logText(): string {
    return `${this.#pastOutput}${this.#process?.output ?? ""}`;
  }

  /** Warnings and errors of Core so far that are neither its own nor `expected`. */
  complaints(expected: readonly RegExp[] = []): readonly string[] {
    return complaintsIn(this.logText(), expected);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#process) await this.stop();
    if (this.#options.directory === undefined) await rm(this.#directory, { recursive: true, force: true });
  }

  async #connect(signal: AbortSignal): Promise<void> {
    const limits = { timeoutMs: START_LIMIT_MS, signal };
    this.#token ??= await eventually({ what: "the first answer of Home Assistant", ...limits, ask: () => this.#createOwner() });
    const token = this.#token;
    const connect = (): Promise<HomeAssistantApi> => HomeAssistantApi.connect(this.url, token);
    const api = await eventually({ what: "a connection to Home Assistant", ...limits, ask: connect });
    this.#api = api;
    const runningConfig = async (): Promise<z.infer<typeof CoreConfig> | undefined> => {
      const config = CoreConfig.parse(await api.call("get_config"));
      return config.state === "RUNNING" ? config : undefined;
    };
    const core = await eventually({ what: "the start of Home Assistant", ...limits, ask: runningConfig });
    if (core.recovery_mode)
      throw new Error(`Home Assistant started in recovery mode; its log says:\n${this.logText().slice(0, SHOWN_LOG)}`);
    await api.subscribe("subscribe_events", { event_type: "state_changed" }, (event) => {
      const change = StateChangedEvent.parse(event).data;
      for (const listener of this.#listeners) listener(change);
    });
  }

  async #createOwner(): Promise<string> {
    const tokens = await createOwner(this.url, this.#user);
    using api = await HomeAssistantApi.connect(this.url, tokens.access_token);
    const token = z.string().parse(await api.call("auth/long_lived_access_token", { client_name: "Tests", lifespan: 365 }));
    const login: z.infer<typeof Login> = { token, user: this.#user };
    await writeFile(join(this.#directory, "login.json"), JSON.stringify(login), { mode: 0o600 });
    return token;
  }

  async #end(end: () => Promise<PeerExit>): Promise<PeerExit> {
    const exit = await end();
    this.#api?.[Symbol.dispose]();
    this.#api = undefined;
    this.#pastOutput = `${this.logText()}\n`;
    this.#process = undefined;
    return exit;
  }
}
