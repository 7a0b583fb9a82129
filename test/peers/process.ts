import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";

const KEPT_LINES = 20_000;
const STOP_GRACE_MS = 20_000;
const SHOWN_LINES = 25;

export interface PeerProcessOptions {
  /** Shown in errors. */
  readonly name: string;
  readonly command: string;
  readonly args?: readonly string[];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

export interface PeerExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A child process with its output; it cannot outlive the test, however that ends. */
export class PeerProcess implements AsyncDisposable {
  readonly name: string;
  readonly exited: Promise<PeerExit>;
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #lines: string[] = [];
  readonly #listeners = new Set<(line: string) => void>();
  #exit: PeerExit | undefined;

  private constructor(name: string, child: ChildProcessWithoutNullStreams) {
    this.name = name;
    this.#child = child;
    this.exited = this.#watch();
  }

  static start(options: PeerProcessOptions): PeerProcess {
    // The kernel kills the child with its parent, and a process group of its own keeps a terminal's Ctrl-C from it.
    const child = spawn("setpriv", ["--pdeathsig", "KILL", "--", options.command, ...(options.args ?? [])], {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      detached: true,
      stdio: "pipe",
    });
    return new PeerProcess(options.name, child);
  }

  get pid(): number {
    if (this.#child.pid === undefined) throw new Error(`${this.name} could not be started`);
    return this.#child.pid;
  }

  /** How long its main thread would have run but for other processes that had the CPU. */
  get waitedForCpuMs(): number {
    const [, waitedNs] = readFileSync(`/proc/${this.pid}/schedstat`, "utf8").split(" ");
    return Number(waitedNs) / 1e6;
  }

  get running(): boolean {
    return this.#exit === undefined;
  }

  /** Everything printed so far, standard output and error in one. */
  get output(): string {
    return this.#lines.join("\n");
  }

  /** Calls the listener with every line printed from now on. */
  onLine(listener: (line: string) => void): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => this.#listeners.delete(listener) };
  }

  /** The first line, past or future, that matches. */
  async waitForLine(pattern: RegExp, timeoutMs: number): Promise<string> {
    const past = this.#lines.find((line) => pattern.test(line));
    if (past !== undefined) return past;
    const found = Promise.withResolvers<string>();
    using _ = this.onLine((line) => {
      if (pattern.test(line)) found.resolve(line);
    });
    const timer = setTimeout(() => found.reject(this.failure(`printed no line like ${pattern} within ${timeoutMs} ms`)), timeoutMs);
    try {
      return await Promise.race([found.promise, this.#failOnExit(`before it printed a line like ${pattern}`)]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** An error that shows what the process printed last. */
  failure(problem: string): Error {
    return new Error(`${this.name} ${problem}; it printed last:\n${this.#lines.slice(-SHOWN_LINES).join("\n")}`);
  }

  writeLine(line: string): void {
    this.#child.stdin.write(`${line}\n`);
  }

  /** Freezes the process: its sockets stay open and nobody answers. */
  suspend(): void {
    this.#signal("SIGSTOP");
  }

  resume(): void {
    this.#signal("SIGCONT");
  }

  /** Asks the process to end and kills it when it does not. */
  async stop(graceMs: number = STOP_GRACE_MS): Promise<PeerExit> {
    if (this.#exit) return this.#exit;
    this.resume();
    this.#child.kill("SIGTERM");
    const timer = setTimeout(() => this.#signal("SIGKILL"), graceMs);
    try {
      return await this.exited;
    } finally {
      clearTimeout(timer);
    }
  }

  async kill(): Promise<PeerExit> {
    this.#signal("SIGKILL");
    return await this.exited;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  #signal(signal: NodeJS.Signals): void {
    if (this.#exit) return;
    try {
      process.kill(-this.pid, signal);
    } catch {
      // It ended in this moment.
    }
  }

  async #failOnExit(when: string): Promise<never> {
    const { code, signal } = await this.exited;
    throw this.failure(`ended with ${signal ?? `exit code ${code}`} ${when}`);
  }

  async #watch(): Promise<PeerExit> {
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }).on("line", (line) => this.#addLine(line));
    }
    // A write to a peer that has just ended is no failure of the test.
    this.#child.stdin.on("error", () => {});
    this.#child.on("error", (error) => this.#addLine(String(error)));
    const [code, signal]: [number | null, NodeJS.Signals | null] = await new Promise((resolve) => {
      this.#child.once("close", (...exit) => resolve(exit));
    });
    this.#exit = { code, signal };
    return this.#exit;
  }

  #addLine(line: string): void {
    if (this.#lines.push(line) > KEPT_LINES) this.#lines.splice(0, KEPT_LINES / 10);
    for (const listener of this.#listeners) listener(line);
  }
}
