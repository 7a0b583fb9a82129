import { availableParallelism, cpus, loadavg } from "node:os";
import { parseArgs } from "node:util";
import { benchAgainstAiohomematic } from "./aiohomematic.bench.ts";
import { benchBundle } from "./bundle.bench.ts";
import { benchCallbackServer } from "./callback.bench.ts";
import { benchFleet } from "./fleet.bench.ts";
import { benchHomeAssistant } from "./home-assistant.bench.ts";
import { benchMetrics } from "./metrics.bench.ts";
import type { Row } from "./row.ts";

type Bench = () => Promise<Row[]>;

const GROUPS: ReadonlyMap<string, readonly Bench[]> = new Map([
  ["metrics", [benchMetrics, benchAgainstAiohomematic]],
  ["callback", [benchCallbackServer]],
  ["home-assistant", [benchHomeAssistant]],
  ["fleet", [benchFleet]],
  ["bundle", [benchBundle]],
]);
const COLUMNS = ["work", "ours", "peer", "ratio", "target", "met"] as const;

const say = (text: string): void => void process.stdout.write(`${text}\n`);

/** Load of other programs shows here: figures of a busy machine say little. */
function machine(): string {
  const model = cpus()[0]?.model ?? "unknown CPU";
  const load = loadavg()[0]?.toFixed(1);
  return `${model}, ${availableParallelism()} cores, load ${load}, Node ${process.version}, ${new Date().toISOString().slice(0, 16)}Z`;
}

/** A group that breaks must not cost the figures of the others. */
async function figuresOf(name: string, benches: readonly Bench[]): Promise<Row[]> {
  process.stderr.write(`${name} ...\n`);
  try {
    const rows: Row[] = [];
    for (const bench of benches) rows.push(...(await bench()));
    return rows;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    return [{ work: name, ours: "failed, see above", peer: "-", ratio: "-", target: "figures", met: false }];
  }
}

function cellsOf({ met, ...texts }: Row): string[] {
  const verdict = met ? "yes" : "NO";
  const cells = { ...texts, met: texts.target === "-" ? "-" : verdict };
  return COLUMNS.map((column) => cells[column]);
}

/** A table that is Markdown and can be read in a terminal as well. */
function table(rows: readonly Row[]): string {
  const lines = [[...COLUMNS], ...rows.map(cellsOf)];
  const widths = COLUMNS.map((_, index) => Math.max(...lines.map((cells) => cells[index]?.length ?? 0)));
  const format = (cells: readonly string[]): string => `| ${cells.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join(" | ")} |`;
  const [header = [], ...body] = lines;
  return [format(header), `|${widths.map((width) => "-".repeat(width + 2)).join("|")}|`, ...body.map(format)].join("\n");
}

const { values } = parseArgs({ options: { only: { type: "string" } } });
if (values.only !== undefined && !GROUPS.has(values.only)) {
  throw new Error(`--only ${values.only}: expected one of ${[...GROUPS.keys()].join(", ")}`);
}
const started = machine();
const rows: Row[] = [];
for (const [name, benches] of GROUPS) {
  if (values.only === undefined || values.only === name) rows.push(...(await figuresOf(name, benches)));
}
say(`\n${started}\n\n${table(rows)}\n`);
// Not later: a group that broke may have left peers running.
process.exit(rows.every((row) => row.met) ? 0 : 1);
