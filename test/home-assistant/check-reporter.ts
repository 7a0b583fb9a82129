import { mkdirSync, writeFileSync } from "node:fs";
import type { Reporter, TestCase, TestModule } from "vitest/node";

const FILE = "artifacts/reports/home-assistant-checks.txt";
const HEAD = ["check", "Core", "result", "time"] as const;

type Row = readonly [check: string, core: string, result: string, time: string];

/** Prints one table at the end of the run: every test and what its steps showed. */
export default class CheckReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const table = tableOf([HEAD, ...modules.flatMap(rowsOfFile)]);
    mkdirSync("artifacts/reports", { recursive: true });
    writeFileSync(FILE, table);
    process.stdout.write(`\n${table}\n`);
  }
}

function rowsOfFile(module: TestModule): readonly Row[] {
  // A file that could not be loaded has no tests that could fail.
  const rows: Row[] = module.errors().map((error) => [module.relativeModuleId, "", "FAILED", error.message.split("\n", 1).join("")]);
  let group = "";
  for (const test of module.children.allTests()) {
    const { parent } = test;
    const name = parent.type === "suite" ? parent.fullName : module.relativeModuleId;
    if (name !== group) rows.push([name, "", "", ""]);
    group = name;
    rows.push(...rowsOf(test));
  }
  return rows;
}

function rowsOf(test: TestCase): readonly Row[] {
  const { core = "-", checks = [] } = test.meta();
  const milliseconds = test.diagnostic()?.duration;
  const result = test.result().state === "passed" ? "passed" : "FAILED";
  return [
    [`  ${test.name}`, core, result, milliseconds === undefined ? "not run" : secondsOf(milliseconds / 1_000)],
    ...checks.map((step): Row => [`    ${step.check}`, step.core, step.result, step.seconds === null ? "" : secondsOf(step.seconds)]),
  ];
}

const secondsOf = (seconds: number): string => `${seconds.toFixed(seconds < 10 ? 2 : 0)} s`;

function tableOf(rows: readonly Row[]): string {
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: Row): string =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd();
  const [head = HEAD, ...body] = rows;
  return `${[line(head), widths.map((width) => "-".repeat(width)).join("  "), ...body.map(line)].join("\n")}\n`;
}
