import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
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

/** A service as a compose file has it. */
interface PrometheusOptions {
  readonly command: readonly string[];
  /** What lies in `/etc/prometheus` of its container, by name. */
  readonly files: Readonly<Record<string, string>>;
}

/** Of the container; here both are in a folder that is removed in the end. */
const CONFIG_FOLDER = "/etc/prometheus";
const DATA_FOLDER = "/prometheus";

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

/** A real Prometheus, run by the command and the files of a compose file. */
export class Prometheus implements AsyncDisposable {
  readonly url: string;
  readonly #directory: string;
  readonly #args: readonly string[];
  #process: PeerProcess | undefined;

  private constructor({ url, directory, args }: { url: string; directory: string; args: readonly string[] }) {
    this.url = url;
    this.#directory = directory;
    this.#args = args;
  }

  /** Resolves once it scrapes. */
  static async start({ command, files }: PrometheusOptions): Promise<Prometheus> {
    const [directory, port] = await Promise.all([mkdtemp(join(tmpdir(), "prometheus-")), freePort()]);
    const place = (text: string): string => text.replaceAll(CONFIG_FOLDER, join(directory, "config"));
    await mkdir(join(directory, "config"));
    for (const [name, text] of Object.entries(files)) await writeFile(join(directory, "config", name), place(text));
    const isOld = (await promtool(["--version"])).output.includes("version 2.");
    const args = command
      .map((arg) => (arg.endsWith(`=${DATA_FOLDER}`) ? arg.replace(DATA_FOLDER, join(directory, "data")) : place(arg)))
      .map((arg) => (arg === "--agent" && isOld ? "--enable-feature=agent" : arg))
      .filter((arg) => !arg.startsWith("--web.listen-address"));
    const url = `http://127.0.0.1:${port}`;
    const prometheus = new Prometheus({ url, directory, args: [...args, `--web.listen-address=127.0.0.1:${port}`] });
    try {
      await prometheus.start();
    } catch (error) {
      await prometheus[Symbol.asyncDispose]();
      throw error;
    }
    return prometheus;
  }

  /** Where it was, with what it knew. */
  async start(): Promise<void> {
    const process = PeerProcess.start({ name: "Prometheus", command: "prometheus", args: this.#args });
    this.#process = process;
    await eventually({
      what: "the start of Prometheus",
      timeoutMs: START_LIMIT_MS,
      ask: async () => {
        if (!process.running) throw process.failure("ended");
        return (await fetch(`${this.url}/-/ready`)).ok || undefined;
      },
    });
  }

  async stop(): Promise<void> {
    await this.#process?.stop();
  }

  /** A series of its own, with its labels; an agent answers no queries. */
  async own(series: string): Promise<number> {
    const lines = (await (await fetch(`${this.url}/metrics`)).text()).split("\n");
    return Number(lines.find((line) => line.startsWith(`${series} `))?.slice(series.length));
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
    await this.stop();
    await rm(this.#directory, { recursive: true, force: true });
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
