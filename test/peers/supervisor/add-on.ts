import { randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ContainerNetwork, forwardPort, type Received, requestFrom } from "../container-network.ts";
import type { PeerExit, PeerProcess } from "../process.ts";
import { type Manifest, readManifest, readYaml } from "./manifest.ts";
import { formOf, validateOptions } from "./options.ts";

/** Docker kills what does not end in time; the manifest may allow more. */
const WATCHDOG_LIMIT_MS = 10_000;
const START_LIMIT_MS = 30_000;

export type Options = Readonly<Record<string, unknown>>;
type Ports = Readonly<Record<string, number | null>>;

/** What runs the image; the process ends with the container. */
type RunContainer = (how: { readonly manifest: Manifest; readonly env: Readonly<Record<string, string>> }) => PeerProcess;

export interface Installation {
  readonly run: RunContainer;
  /** Becomes `/data`, and survives the container. */
  readonly data: string;
  /** Fields that differ from those of this checkout. */
  readonly manifest?: Partial<Manifest>;
}

/** One add-on as the Supervisor keeps it: its settings, its token, its container. */
export class InstalledAddOn implements AsyncDisposable {
  readonly manifest: Manifest;
  readonly #installation: Installation;
  #options: Options = {};
  #ports: Ports;
  #token = "";
  #process: PeerProcess | undefined;
  #published = new AsyncDisposableStack();
  #failed = false;

  constructor(installation: Installation) {
    this.manifest = { ...readManifest(), ...installation.manifest };
    this.#installation = installation;
    this.#ports = this.manifest.ports;
  }

  /** With the hash of a repository in front. */
  get slug(): string {
    return `a0d7b954_${this.manifest.slug}`;
  }

  /** Of the present start; the former one is void. */
  get token(): string {
    return this.#token;
  }

  get process(): PeerProcess {
    if (this.#process === undefined) throw new Error("the add-on is not running");
    return this.#process;
  }

  get state(): "started" | "stopped" | "error" {
    if (this.#process?.running) return "started";
    return this.#failed ? "error" : "stopped";
  }

  /** Those of the user on top of the defaults. */
  get options(): Options {
    return { ...this.manifest.options, ...this.#options };
  }

  get ports(): Ports {
    return this.#ports;
  }

  /** Takes all options at once, as the API does.
   * @throws OptionsRefused
   */
  setOptions(options: Options): void {
    this.#options = validateOptions(this.manifest.schema, options);
  }

  /** Takes effect at the next start; ports that the manifest does not name are dropped. */
  setPorts(ports: Ports): void {
    const known = Object.entries(ports).filter(([port]) => port in this.manifest.ports);
    this.#ports = { ...this.#ports, ...Object.fromEntries(known) };
  }

  /** Starts the container and resolves once the program says that it runs. */
  async start(): Promise<void> {
    const options = validateOptions(this.manifest.schema, this.options);
    await writeFile(join(this.#installation.data, "options.json"), JSON.stringify(options, null, 2), { mode: 0o600 });
    const container = await this.startWithOptionsOnDisk();
    await container.waitForLine(/is running/, START_LIMIT_MS);
  }

  /** Starts the container with the options file as it is. */
  async startWithOptionsOnDisk(): Promise<PeerProcess> {
    this.#token = randomBytes(28).toString("hex");
    this.#failed = false;
    this.#published = await this.#publishPorts();
    const container = this.#installation.run({
      manifest: this.manifest,
      env: { SUPERVISOR_TOKEN: this.#token, HASSIO_TOKEN: this.#token, TZ: "Europe/Berlin" },
    });
    this.#process = container;
    void container.exited.then(({ code }) => {
      this.#failed = code !== 0;
    });
    return container;
  }

  /** Docker's stop: SIGTERM to its init, and the end by force after the manifest's timeout. */
  async stop(): Promise<PeerExit> {
    const exit = await this.process.stop(this.manifest.timeout * 1_000);
    await this.#published.disposeAsync();
    return exit;
  }

  /** Freezes the program; its init goes on. */
  async suspend(): Promise<void> {
    for (const pid of await this.#programs()) process.kill(pid, "SIGSTOP");
  }

  async resume(): Promise<void> {
    for (const pid of await this.#programs()) process.kill(pid, "SIGCONT");
  }

  /** What the page answers to one of the addresses of this side; the Supervisor's unless stated. */
  async get(path: string, from: string = ContainerNetwork.SUPERVISOR): Promise<Received> {
    return await requestFrom({ from, url: `${this.#page}${path}` });
  }

  /** Sends a form of the page, as it comes through ingress. */
  async submit(path: string, form: URLSearchParams): Promise<Received> {
    return await requestFrom({ from: ContainerNetwork.SUPERVISOR, url: `${this.#page}${path}`, form });
  }

  /** One probe of the watchdog; it wants a status below 300. */
  async isHealthy(): Promise<boolean> {
    const url = this.manifest.watchdog
      .replace("[HOST]", ContainerNetwork.CONTAINER)
      .replace(/\[PORT:(\d+)\]/, (_, port: string) => String(this.#ports[`${port}/tcp`] ?? port));
    try {
      return (await requestFrom({ from: ContainerNetwork.SUPERVISOR, url, timeoutMs: WATCHDOG_LIMIT_MS })).status < 300;
    } catch {
      return false;
    }
  }

  /** What the Supervisor's list says. */
  summary(): object {
    const { name, description, version, homeassistant, url } = this.manifest;
    return {
      name,
      slug: this.slug,
      description,
      advanced: false,
      stage: "stable",
      version,
      version_latest: version,
      update_available: false,
      available: true,
      detached: false,
      homeassistant,
      state: this.state,
      repository: "a0d7b954",
      build: false,
      url,
      icon: true,
      logo: true,
    };
  }

  /** `/addons/<slug>/info`. */
  info(): object {
    const { manifest } = this;
    return {
      ...this.summary(),
      ...CONSTANTS,
      arch: manifest.arch,
      hostname: this.slug.replaceAll("_", "-"),
      dns: [`${this.slug.replaceAll("_", "-")}.local.hass.io`],
      options: this.options,
      schema: formOf(manifest.schema),
      network: this.#ports,
      network_description: manifest.ports_description,
      homeassistant_api: manifest.homeassistant_api,
      hassio_api: manifest.hassio_api,
      startup: manifest.startup,
      services: manifest.services,
      discovery: manifest.discovery,
      translations: { en: readYaml("addon/translations/en.yaml"), de: readYaml("addon/translations/de.yaml") },
      ingress_entry: `/api/hassio_ingress/${this.slug}`,
      ingress_url: `/api/hassio_ingress/${this.slug}/`,
      ingress_port: manifest.ingress_port,
      ip_address: ContainerNetwork.CONTAINER,
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#process?.running) await this.stop();
    await this.#published.disposeAsync();
  }

  get #page(): string {
    return `http://${ContainerNetwork.CONTAINER}:${this.manifest.ingress_port}`;
  }

  async #programs(): Promise<readonly number[]> {
    const { pid } = this.process;
    const children = await readFile(`/proc/${pid}/task/${pid}/children`, "utf8");
    return children.trim().split(" ").map(Number);
  }

  async #publishPorts(): Promise<AsyncDisposableStack> {
    await using ports = new AsyncDisposableStack();
    for (const [port, hostPort] of Object.entries(this.#ports)) {
      const to = { host: ContainerNetwork.CONTAINER, port: Number.parseInt(port, 10) };
      if (hostPort !== null) ports.use(await forwardPort({ host: ContainerNetwork.LAN, port: hostPort }, to));
    }
    return ports.move();
  }
}

/** What does not depend on this add-on's state. */
const CONSTANTS = {
  protected: true,
  rating: 8,
  apparmor: "profile",
  auth_api: false,
  docker_api: false,
  full_access: false,
  host_network: false,
  host_pid: false,
  host_ipc: false,
  host_uts: false,
  host_dbus: false,
  privileged: [],
  hassio_role: "default",
  signed: false,
  long_description: null,
  documentation: true,
  changelog: true,
  boot: "auto",
  boot_config: "auto",
  machine: [],
  stdin: false,
  gpio: false,
  usb: false,
  uart: false,
  kernel_modules: false,
  devicetree: false,
  udev: false,
  video: false,
  audio: false,
  audio_input: null,
  audio_output: null,
  webui: null,
  ingress: true,
  ingress_panel: false,
  auto_update: false,
  watchdog: false,
  devices: [],
  system_managed: false,
  system_managed_config_entry: null,
};
