import { HomeAssistantLink } from "../../../src/homeassistant/home-assistant-link.ts";
import { Announcement } from "../../../src/homeassistant/installer/announcement.ts";
import { CompanionCopy } from "../../../src/homeassistant/installer/companion-copy.ts";
import { CompanionInstaller, type Consent } from "../../../src/homeassistant/installer/companion-installer.ts";
import type { CompanionState } from "../../../src/homeassistant/installer/companion-state.ts";
import { type FileSystem, nodeFileSystem } from "../../../src/homeassistant/installer/file-system.ts";
import { Installation } from "../../../src/homeassistant/installer/installation.ts";
import { FakeHomeAssistant, Refusal } from "../../support/fake-home-assistant.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { pass, recordingLogger, until } from "../homeassistant/setup.ts";
import { DOMAIN, Workshop } from "./bundles.ts";

/** How long the installer waits after a look, and while Home Assistant starts. */
const CHECK_MS = 20_000;
const STARTING_CHECK_MS = 5_000;

/** A clock that tells when the installer has finished a look: it then waits for the next one. */
class LookClock extends ManualClock {
  #idle = Promise.withResolvers<void>();

  override setTimer(callback: () => void, delayMs: number): Disposable {
    const timer = super.setTimer(callback, delayMs);
    if (delayMs !== CHECK_MS && delayMs !== STARTING_CHECK_MS) return timer;
    this.#idle.resolve();
    return {
      [Symbol.dispose]: () => {
        this.#idle = Promise.withResolvers();
        timer[Symbol.dispose]();
      },
    };
  }

  get idle(): Promise<void> {
    return this.#idle.promise;
  }
}

export interface Given {
  /** Of the integration that came with the add-on. */
  readonly bundled?: string;
  /** Home Assistant's configuration is within reach. */
  readonly mounted?: boolean;
  readonly allowed?: boolean;
  readonly consented?: boolean;
  /** The values are to go by way of the integration. */
  readonly needed?: boolean;
  readonly fs?: FileSystem;
  readonly prepare?: (workshop: Workshop, home: FakeHomeAssistant) => Promise<void> | void;
  /** What the Supervisor does with an announcement; without it there is no Supervisor. */
  readonly announce?: (config: Readonly<Record<string, string>>) => Promise<void>;
}

/** Home Assistant with its disk, as far as the integration is concerned: what it has loaded stays until it restarts. */
export class Core {
  readonly home: FakeHomeAssistant;
  readonly workshop: Workshop;
  language = "en";
  /** What it found at its start; null: nothing. */
  loadable: string | null = null;
  entry: "loaded" | "not_loaded" | "not_configured" | null = null;
  readonly #look: () => Promise<string | null>;

  constructor(home: FakeHomeAssistant, workshop: Workshop, look: () => Promise<string | null>) {
    this.home = home;
    this.workshop = workshop;
    this.#look = look;
    home.commands.set("get_config", () => ({ state: home.state, language: this.language }));
    home.commands.set("manifest/get", () => {
      if (this.loadable === null) throw new Refusal("not_found", "Integration not found");
      return { domain: DOMAIN, version: this.loadable };
    });
    home.commands.set(`${DOMAIN}/hello`, () => {
      if (this.entry === null) throw new Refusal("unknown_command", "Unknown command.");
      return { integration_version: this.loadable, protocol: { min: 1, max: 2 }, entry_state: this.entry };
    });
    home.commands.set("call_service", () => null);
  }

  /** Ends the connections and reads its disk anew. */
  async restart(): Promise<void> {
    this.loadable = await this.#look();
    this.home.drop();
  }

  /** The user confirms the integration. */
  add(): void {
    this.entry = "loaded";
    this.home.fire(`${DOMAIN}_ready`, {});
  }

  /** The notifications it was asked for, as `create` or `dismiss`, with their text. */
  get notices(): readonly (readonly [service: unknown, message: unknown])[] {
    return this.home.received
      .filter(({ type }) => type === "call_service")
      .map(({ service, service_data: data }) => [service, Reflect.get(Object(data), "message") ?? null]);
  }
}

export class Rig implements AsyncDisposable {
  readonly clock: LookClock = new LookClock();
  readonly core: Core;
  readonly installer: CompanionInstaller;
  readonly copy: CompanionCopy;
  readonly consent: Consent;
  readonly lines: readonly string[];
  readonly #resources: AsyncDisposableStack;

  private constructor(core: Core, copy: CompanionCopy, resources: AsyncDisposableStack, given: Given) {
    const { bundled = "1.1.0", mounted = true, allowed = true, consented = false, needed = true, announce } = given;
    const { logger, lines } = recordingLogger();
    this.core = core;
    this.copy = copy;
    this.lines = lines;
    this.#resources = resources;
    this.consent = { given: consented, remember: (wish) => Object.assign(this.consent, { given: wish }) };
    const { clock } = this;
    const link = new HomeAssistantLink({ target: core.home.target, clock, logger, random: () => 0 });
    const app = { instanceId: "instance-1", version: bundled, bundledVersion: bundled, url: null };
    const supervisor = announce && { announce: ({ config }: { config: Readonly<Record<string, string>> }) => announce(config) };
    this.installer = new CompanionInstaller({
      link,
      app,
      bundled,
      installation: new Installation({ copy: mounted ? copy : null, version: bundled, logger }),
      announcement: supervisor === undefined ? null : new Announcement({ supervisor, instanceId: app.instanceId }),
      consent: this.consent,
      allowed,
      needed: () => needed,
      clock,
      logger,
    });
    resources.use(link);
    resources.use(this.installer);
    const application = new AbortController();
    this.installer.start(application.signal);
    link.start(application.signal);
  }

  static async start(given: Given = {}): Promise<Rig> {
    await using resources = new AsyncDisposableStack();
    const workshop = resources.use(await Workshop.open());
    const home = resources.use(await FakeHomeAssistant.start());
    const bundle = await workshop.bundle(given.bundled ?? "1.1.0");
    const onDisk = new CompanionCopy({ configFolder: workshop.config, bundle, fs: nodeFileSystem });
    const core = new Core(home, workshop, async () => {
      const copy = await onDisk.look();
      return copy.kind === "none" ? null : copy.version;
    });
    await given.prepare?.(workshop, home);
    core.loadable = await onDisk.look().then(
      (copy) => (copy.kind === "none" ? null : copy.version),
      () => null,
    );
    const copy = new CompanionCopy({ configFolder: workshop.config, bundle, fs: given.fs ?? nodeFileSystem });
    return new Rig(core, copy, resources.move(), given);
  }

  get state(): CompanionState {
    return this.installer.status().state;
  }

  /** Resolves once the installer is in this state. */
  async reach(state: CompanionState): Promise<void> {
    await until(this.installer, () => this.state === state);
  }

  /** Lets the link connect again after `Core.restart`. */
  async nextSession(): Promise<void> {
    const looks = this.core.home.count("get_config");
    await this.reach("unknown");
    this.clock.advance(1_000);
    await this.core.home.command("get_config", looks + 1);
  }

  /** Lets time pass until the installer has looked once more. */
  async nextLook(): Promise<void> {
    await this.clock.idle;
    const looks = this.core.home.count("get_config");
    await pass(this.core.home, this.clock, CHECK_MS);
    await this.core.home.command("get_config", looks + 1);
    await this.clock.idle;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#resources.disposeAsync();
  }
}
