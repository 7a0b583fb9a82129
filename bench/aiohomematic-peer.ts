import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { eventually } from "../test/peers/eventually.ts";
import { pythonOf } from "../test/peers/paths.ts";
import { PeerProcess } from "../test/peers/process.ts";

const LIMIT_MS = 120_000;
const CONTENT = "shows 100.0 available";

/** In microseconds. */
export interface MetricsCost {
  /** Until the observer has a sample. */
  readonly emitUs: number;
  /** A snapshot, when every key has changed since the last or only one. */
  readonly allChangedUs: number;
  readonly oneChangedUs: number;
}

const Cost: z.ZodType<MetricsCost> = z.object({ emitUs: z.number(), allChangedUs: z.number(), oneChangedUs: z.number() });

/** aiohomematic, the Python original, connected to a CCU; what it shows is read in its own process, not in Home Assistant. */
export class AiohomematicPeer implements AsyncDisposable {
  readonly #process: PeerProcess;
  readonly #storage: string;
  readonly #changes: { readonly atMs: number; readonly content: boolean }[] = [];

  private constructor(storage: string, ports: readonly number[]) {
    this.#storage = storage;
    this.#process = startScript("watch", ...ports.map(String), storage);
    this.#process.onLine((line) => {
      if (line.startsWith("shows ")) this.#changes.push({ atMs: performance.now(), content: line === CONTENT });
    });
  }

  /** Resolves once it is connected and content. */
  static async connect({ port, jsonPort }: { port: number; jsonPort: number }): Promise<AiohomematicPeer> {
    const peer = new AiohomematicPeer(await mkdtemp(join(tmpdir(), "aiohomematic-")), [port, jsonPort]);
    try {
      await peer.contentAfter(0);
      return peer;
    } catch (error) {
      await peer[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** When it first showed less than full health, or none; undefined while it has not. */
  troubledAfter(sinceMs: number): number | undefined {
    return this.#changes.find(({ atMs, content }) => atMs > sinceMs && !content)?.atMs;
  }

  /** When it first showed full health. */
  async contentAfter(sinceMs: number): Promise<number> {
    return await eventually({
      what: "full health in aiohomematic",
      timeoutMs: LIMIT_MS,
      ask: () => this.#changes.find(({ atMs, content }) => atMs > sinceMs && content)?.atMs,
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#process.kill();
    await rm(this.#storage, { recursive: true, force: true });
  }
}

export async function aiohomematicCost(): Promise<MetricsCost> {
  await using peer = startScript("figures");
  return Cost.parse(JSON.parse(await peer.waitForLine(/^\{/, LIMIT_MS)));
}

function startScript(...args: readonly string[]): PeerProcess {
  const script = fileURLToPath(new URL("aiohomematic_peer.py", import.meta.url));
  return PeerProcess.start({ name: "aiohomematic", command: pythonOf("ha"), args: [script, ...args] });
}
