import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { AddOn } from "../peers/add-on.ts";
import { type InterfaceStatus, interfaceStatuses } from "../peers/interface-status.ts";

const LOOK_EVERY_MS = 250;
const PROBE_LIMIT_MS = 10_000;
const BETWEEN_READINGS_MS = 700;
const LOG_LINE = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d (\w+)/;

const Incidents = z.object({
  ccus: z.array(z.object({ incidents: z.array(z.object({ id: z.string(), endedAt: z.string().nullable() })) })),
});

/** What the program holds at one moment; the heap after a garbage collection. */
export interface Reading {
  readonly residentMb: number;
  readonly heapMb: number;
  readonly sockets: number;
  readonly timers: number;
  readonly handles: number;
}

const Reading: z.ZodType<Reading> = z.object({
  residentMb: z.number(),
  heapMb: z.number(),
  sockets: z.number(),
  timers: z.number(),
  handles: z.number(),
});

/** What the program says of one interface at one moment. */
export interface Look extends InterfaceStatus {
  readonly atMs: number;
}

interface Stopped {
  readonly code: number | null;
  readonly tookMs: number;
}

/** The built program in a process of its own, looked at all the time through its page. */
export class SoakedProgram implements AsyncDisposable {
  readonly #addOn: AddOn;
  readonly #looks = new Map<string, Look>();
  readonly #listeners = new Set<() => void>();
  readonly #troubles: string[] = [];
  #lines = 0;
  #upSinceMs = performance.now();
  #watching: AbortController | null = null;
  #watched: Promise<void> = Promise.resolve();

  private constructor(addOn: AddOn) {
    this.#addOn = addOn;
    this.#watch();
  }

  static async start(options: object): Promise<SoakedProgram> {
    const probe = fileURLToPath(new URL("probe.mjs", import.meta.url));
    return new SoakedProgram(await AddOn.start(options, { env: { NODE_OPTIONS: `--import=${probe}` } }));
  }

  get upSinceMs(): number {
    return this.#upSinceMs;
  }

  /** Lines of its log so far. */
  get lines(): number {
    return this.#lines;
  }

  /** Errors in its log, and whatever it printed beside its log, did not answer or ended with. */
  get troubles(): readonly string[] {
    return this.#troubles;
  }

  /** The last look at an interface; undefined while the program does not run. */
  look(key: string): Look | undefined {
    return this.#looks.get(key);
  }

  /** Called after each look. */
  onLook(listener: () => void): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => this.#listeners.delete(listener) };
  }

  /** What is under way at one moment counts less than what stays. */
  async reading(): Promise<Reading> {
    const first = await this.#askProbe();
    await sleep(BETWEEN_READINGS_MS);
    const second = await this.#askProbe();
    const least = (of: "sockets" | "timers" | "handles"): number => Math.min(first[of], second[of]);
    return { ...first, sockets: least("sockets"), timers: least("timers"), handles: least("handles") };
  }

  /** Ids of what is over. */
  async incidents(): Promise<readonly string[]> {
    const response = await fetch(`${this.#addOn.url}/api/incidents`);
    const { ccus } = Incidents.parse(await response.json());
    return ccus.flatMap(({ incidents }) => incidents.filter(({ endedAt }) => endedAt !== null).map(({ id }) => id));
  }

  /** Looks once more and does not look again. */
  async stop(): Promise<Stopped> {
    this.#watching?.abort();
    await this.#watched;
    await this.#look();
    const startedMs = performance.now();
    const { code } = await this.#addOn.stop();
    return { code, tookMs: performance.now() - startedMs };
  }

  /** After a stop. */
  async startAgain(): Promise<void> {
    await this.#addOn.start();
    this.#upSinceMs = performance.now();
    this.#looks.clear();
    this.#watch();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#watching?.abort();
    await this.#watched;
    await this.#addOn[Symbol.asyncDispose]();
  }

  async #askProbe(): Promise<Reading> {
    const reading = Promise.withResolvers<Reading>();
    using _ = this.#addOn.process.onLine((line) => {
      if (line.startsWith("probe ")) reading.resolve(Reading.parse(JSON.parse(line.slice("probe ".length))));
    });
    this.#addOn.process.writeLine("");
    const late = sleep(PROBE_LIMIT_MS, null, { ref: false }).then(() =>
      Promise.reject(this.#addOn.process.failure("did not answer the probe")),
    );
    return await Promise.race([reading.promise, late]);
  }

  #watch(): void {
    const { process } = this.#addOn;
    for (const line of process.output.split("\n")) this.#read(line);
    process.onLine((line) => this.#read(line));
    this.#watching = new AbortController();
    this.#watched = this.#lookOnAndOn(this.#watching.signal);
  }

  #read(line: string): void {
    if (line === "" || line.startsWith("probe ")) return;
    this.#lines += 1;
    const level = LOG_LINE.exec(line)?.[1];
    if (level === undefined || level === "ERROR" || level === "FATAL") this.#troubles.push(line);
  }

  async #lookOnAndOn(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.#look();
      } catch (error) {
        this.#troubles.push(`its page did not answer: ${error}`);
      }
      await sleep(LOOK_EVERY_MS);
    }
  }

  async #look(): Promise<void> {
    const statuses = await interfaceStatuses(this.#addOn.url);
    const atMs = performance.now();
    for (const [key, status] of statuses) this.#looks.set(key, { ...status, atMs });
    for (const listener of this.#listeners) listener();
  }
}
