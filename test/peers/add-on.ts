import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { eventually } from "./eventually.ts";
import { NODE_FLAGS } from "./node-flags.ts";
import { repositoryRoot } from "./paths.ts";
import { type PeerExit, PeerProcess } from "./process.ts";

const START_LIMIT_MS = 10_000;
/** It looks once a minute whether there is something new to remember. */
const MEMORY_LIMIT_MS = 90_000;

interface SensorSnapshot {
  readonly value: number | null;
  readonly unit: string;
}

/** The part of `/api/snapshot` that tests look at. */
export interface AddOnSnapshot {
  readonly homeAssistant: { readonly state: string; readonly message: { readonly en: string } | null };
  readonly companion: {
    readonly state: string;
    readonly step: number | null;
    readonly canInstall: boolean;
    readonly hint: { readonly en: string } | null;
    readonly versions: { readonly installed: string | null; readonly running: string | null };
  } | null;
  readonly ccus: readonly {
    readonly id: string;
    readonly name: string;
    readonly sensors: {
      readonly systemHealth: SensorSnapshot;
      readonly connectionLatency: SensorSnapshot;
      readonly lastEventAge: SensorSnapshot;
    };
    readonly deductions: readonly string[];
    readonly interfaces: readonly { readonly name: string; readonly state: string }[];
  }[];
}

const Sensor = z.object({ value: z.number().nullable(), unit: z.string() });
const Snapshot: z.ZodType<AddOnSnapshot> = z.object({
  homeAssistant: z.object({ state: z.string(), message: z.object({ en: z.string() }).nullable() }),
  companion: z
    .object({
      state: z.string(),
      step: z.int().nullable(),
      canInstall: z.boolean(),
      hint: z.object({ en: z.string() }).nullable(),
      versions: z.object({ installed: z.string().nullable(), running: z.string().nullable() }),
    })
    .nullable(),
  ccus: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      sensors: z.object({ systemHealth: Sensor, connectionLatency: Sensor, lastEventAge: Sensor }),
      deductions: z.array(z.string()),
      interfaces: z.array(z.object({ name: z.string(), state: z.string() })),
    }),
  ),
});

interface AddOnProgram {
  /** The file to run; the build of the checkout unless stated. */
  readonly main?: string;
  /** Where it keeps its state; a folder of its own that is removed in the end unless stated. */
  readonly data?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** The built add-on as a process of its own, with options as the Supervisor would write them. */
export class AddOn implements AsyncDisposable {
  /** What the Supervisor mounts as `/data`. */
  readonly data: string;
  readonly #program: AddOnProgram;
  #options: object;
  #process: PeerProcess | undefined;
  #url = "";

  private constructor(options: object, data: string, program: AddOnProgram) {
    this.#options = options;
    this.data = data;
    this.#program = program;
  }

  /** Ports are free ones unless the options name them; resolves once the page can be opened. */
  static async start(options: object, program: AddOnProgram = {}): Promise<AddOn> {
    const addOn = new AddOn(options, program.data ?? (await mkdtemp(join(tmpdir(), "add-on-"))), program);
    await addOn.start();
    return addOn;
  }

  get process(): PeerProcess {
    if (!this.#process) throw new Error("the add-on is not running");
    return this.#process;
  }

  get url(): string {
    return this.#url;
  }

  /** With the options it had before unless new ones are given. */
  async start(options: object = this.#options): Promise<void> {
    this.#options = options;
    const optionsFile = join(this.data, "options.json");
    await writeFile(optionsFile, JSON.stringify({ callback: { port: 0 }, web: { port: 0 }, ...options }));
    this.#process = PeerProcess.start({
      name: "add-on",
      command: process.execPath,
      args: [...NODE_FLAGS, this.#program.main ?? join(repositoryRoot, "dist", "main.js"), "--options", optionsFile],
      env: {
        HOMEMATIC_VITALS_DATA: this.data,
        HOME_ASSISTANT_URL: undefined,
        HOME_ASSISTANT_TOKEN: undefined,
        ...this.#program.env,
      },
    });
    const line = await this.#process.waitForLine(/its page is at/, START_LIMIT_MS);
    this.#url = line.slice(line.indexOf("http"));
  }

  async snapshot(): Promise<AddOnSnapshot> {
    const response = await fetch(`${this.#url}/api/snapshot`);
    return Snapshot.parse(await response.json());
  }

  async stop(): Promise<PeerExit> {
    return await this.process.stop();
  }

  async kill(): Promise<PeerExit> {
    return await this.process.kill();
  }

  /** Resolves once it would know this metric of its CCUs after a crash. */
  async remembers(metric: string): Promise<void> {
    await eventually({
      what: `the add-on's memory of ${metric}`,
      timeoutMs: MEMORY_LIMIT_MS,
      ask: async () => (await readFile(join(this.data, "state.json"), "utf8")).includes(`"${metric}"`) || undefined,
    });
  }

  /** What the process holds in memory. */
  async memoryMb(): Promise<number> {
    const status = await readFile(`/proc/${this.process.pid}/status`, "utf8");
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024;
  }

  suspend(): void {
    this.process.suspend();
  }

  resume(): void {
    this.process.resume();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#process?.stop();
    if (this.#program.data === undefined) await rm(this.data, { recursive: true, force: true });
  }
}
