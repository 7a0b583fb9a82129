import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import type { AppStatus } from "../../../src/web/status.ts";

const MAIN = resolve(import.meta.dirname, "../../../src/main.ts");
/** Spares each start the stripping of all types. */
const COMPILE_CACHE = join(tmpdir(), "homematic-vitals-test-cache");
const PAGE = /its page is at http:\/\/localhost:(\d+)/;

const HOOK = `data:text/javascript,${encodeURIComponent(`
  import { Server } from "node:net";
  const { listen } = Server.prototype;
  Server.prototype.listen = function (options, ...rest) {
    return listen.call(this, options.port === 8099 ? { ...options, port: 0 } : options, ...rest);
  };
`)}`;
/** Environment that lets the demo run beside another one: where it would take its own port it takes any. */
export const ANY_PORT: Readonly<Record<string, string>> = { NODE_OPTIONS: `--import=${HOOK}` };

export interface ProgramOptions {
  /** Written to a file that `--options` names; a string as it is. */
  readonly options?: unknown;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** The real program in a process and a data folder of its own. */
export class Program implements AsyncDisposable {
  readonly #folder: string = mkdtempSync(join(tmpdir(), "homematic-vitals-"));
  readonly #args: readonly string[];
  readonly #env: NodeJS.ProcessEnv;
  readonly #lines: string[] = [];
  #onNews = Promise.withResolvers<void>();
  #isOver = false;
  #child: ChildProcess;
  #exited: Promise<Exit>;

  constructor({ options, args = [], env = {} }: ProgramOptions = {}) {
    const file = join(this.#folder, "options.json");
    if (options !== undefined) writeFileSync(file, typeof options === "string" ? options : JSON.stringify(options));
    this.#args = [MAIN, ...(options === undefined ? [] : ["--options", file]), ...args];
    this.#env = { HOMEMATIC_VITALS_DATA: join(this.#folder, "data"), NODE_COMPILE_CACHE: COMPILE_CACHE, ...env };
    [this.#child, this.#exited] = this.#spawn();
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Settles when it has ended and everything it printed was read. */
  get exited(): Promise<Exit> {
    return this.#exited;
  }

  /** What it has printed so far, standard output and error in one. */
  get lines(): readonly string[] {
    return this.#lines;
  }

  get output(): string {
    return this.#lines.join("\n");
  }

  /** The first match, printed already or still to come. */
  async printed(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      for (const line of this.#lines) {
        const match = pattern.exec(line);
        if (match !== null) return match;
      }
      if (this.#isOver) throw new Error(`It ended without printing ${pattern}:\n${this.output}`);
      await this.#onNews.promise;
    }
  }

  /** The address of its page, once it runs. */
  async page(): Promise<string> {
    return `http://localhost:${(await this.printed(PAGE))[1]}`;
  }

  async snapshot(): Promise<AppStatus> {
    const response = await fetch(`${await this.page()}/api/snapshot`);
    return (await response.json()) as AppStatus;
  }

  /** The first snapshot that fits. */
  async until(fits: (status: AppStatus) => boolean): Promise<AppStatus> {
    for (;;) {
      const status = await this.snapshot();
      if (fits(status)) return status;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** Whoever reads the log goes away, as `head` does. */
  closeLog(): void {
    this.#child.stdout?.destroy();
  }

  closeErrors(): void {
    this.#child.stderr?.destroy();
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  /** Once it is over: the same again, in the same folder and with nothing printed yet. */
  restart(): void {
    this.#lines.length = 0;
    this.#isOver = false;
    [this.#child, this.#exited] = this.#spawn();
  }

  /** How it ends after the signal, and how long that takes. */
  async stop(name: NodeJS.Signals = "SIGTERM"): Promise<Exit & { readonly tookMs: number }> {
    const startMs = performance.now();
    this.signal(name);
    return { ...(await this.exited), tookMs: performance.now() - startMs };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.signal("SIGKILL");
    await this.exited;
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #spawn(): [ChildProcess, Promise<Exit>] {
    const child = spawn(process.execPath, this.#args, { env: this.#env, stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on("line", (line) => this.#add(line));
    return [child, this.#endOf(child)];
  }

  async #endOf(child: ChildProcess): Promise<Exit> {
    const [code, signal] = await once(child, "close");
    this.#isOver = true;
    this.#news();
    return { code, signal };
  }

  #add(line: string): void {
    this.#lines.push(line);
    this.#news();
  }

  #news(): void {
    this.#onNews.resolve();
    this.#onNews = Promise.withResolvers();
  }
}
