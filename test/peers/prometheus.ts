import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { z } from "zod";
import { eventually } from "./eventually.ts";
import { freePort } from "./free-port.ts";
import { PeerProcess } from "./process.ts";

const START_LIMIT_MS = 60_000;

export interface PrometheusSample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface PrometheusAlert {
  readonly name: string;
  readonly state: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

interface PrometheusOptions {
  /** The text of the configuration. */
  readonly config: string;
  /** Scrapes and writes elsewhere, and answers no queries; false unless stated. */
  readonly agent?: boolean;
}

const Samples = z.object({
  status: z.literal("success"),
  data: z.object({
    result: z.array(z.object({ metric: z.record(z.string(), z.string()), value: z.tuple([z.number(), z.string()]) })),
  }),
});
const Values = z.object({ status: z.literal("success"), data: z.array(z.string()) });
const Texts = z.record(z.string(), z.string());
const Alerts = z.object({ data: z.object({ alerts: z.array(z.object({ state: z.string(), labels: Texts, annotations: Texts })) }) });
const Failure = z.object({ stdout: z.string(), stderr: z.string() });

/** A real Prometheus with a store of its own that takes what others write to it. */
export class Prometheus implements AsyncDisposable {
  readonly url: string;
  readonly #directory: string;
  readonly #process: PeerProcess;

  private constructor({ url, directory, process }: { url: string; directory: string; process: PeerProcess }) {
    this.url = url;
    this.#directory = directory;
    this.#process = process;
  }

  /** Resolves once it scrapes. */
  static async start({ config, agent = false }: PrometheusOptions): Promise<Prometheus> {
    const [directory, port] = await Promise.all([mkdtemp(join(tmpdir(), "prometheus-")), freePort()]);
    const configFile = join(directory, "prometheus.yaml");
    await writeFile(configFile, config);
    const data = join(directory, "data");
    const mode = agent
      ? ["--enable-feature=agent", `--storage.agent.path=${data}`]
      : [`--storage.tsdb.path=${data}`, "--web.enable-remote-write-receiver"];
    const process = PeerProcess.start({
      name: "Prometheus",
      command: "prometheus",
      args: [`--config.file=${configFile}`, `--web.listen-address=127.0.0.1:${port}`, ...mode],
    });
    const prometheus = new Prometheus({ url: `http://127.0.0.1:${port}`, directory, process });
    try {
      await prometheus.#becomeReady();
    } catch (error) {
      await prometheus[Symbol.asyncDispose]();
      throw error;
    }
    return prometheus;
  }

  /** What the query is at this moment. */
  async query(query: string): Promise<readonly PrometheusSample[]> {
    const response = await fetch(`${this.url}/api/v1/query`, { method: "POST", body: new URLSearchParams({ query }) });
    const answer: unknown = await response.json();
    const parsed = Samples.safeParse(answer);
    if (!parsed.success) throw new Error(`Prometheus refuses ${query}: ${JSON.stringify(answer)}`);
    return parsed.data.data.result.map(({ metric, value: [, value] }) => ({ labels: metric, value: Number(value) }));
  }

  /** Which values a label has in the series of a selector, in order. */
  async labelValues({ label, series }: { label: string; series: string }): Promise<readonly string[]> {
    const response = await fetch(`${this.url}/api/v1/label/${label}/values?${new URLSearchParams({ "match[]": series })}`);
    return Values.parse(await response.json()).data;
  }

  /** The alerts whose condition holds, whether for long enough or not. */
  async alerts(): Promise<readonly PrometheusAlert[]> {
    const response = await fetch(`${this.url}/api/v1/alerts`);
    const { data } = Alerts.parse(await response.json());
    return data.alerts.map(({ labels: { alertname = "", ...labels }, state, annotations }) => ({
      name: alertname,
      state,
      labels,
      annotations,
    }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#process.stop();
    await rm(this.#directory, { recursive: true, force: true });
  }

  async #becomeReady(): Promise<void> {
    await eventually({
      what: "the start of Prometheus",
      timeoutMs: START_LIMIT_MS,
      ask: async () => {
        if (!this.#process.running) throw this.#process.failure("ended");
        return (await fetch(`${this.url}/-/ready`)).ok || undefined;
      },
    });
  }
}

/** Runs promtool; its output, which is empty if it has nothing to say about series. */
export async function promtool(args: readonly string[], input = ""): Promise<{ readonly passed: boolean; readonly output: string }> {
  const running = promisify(execFile)("promtool", args);
  running.child.stdin?.end(input);
  try {
    const { stdout, stderr } = await running;
    return { passed: true, output: stdout + stderr };
  } catch (error) {
    const { stdout, stderr } = Failure.parse(error);
    return { passed: false, output: stdout + stderr };
  }
}
