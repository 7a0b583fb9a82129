import type { SoakFault } from "./soak-faults.ts";
import type { Played } from "./soaked-interface.ts";

/** One thing that has to hold. */
export interface Check {
  readonly what: string;
  readonly found: string;
  readonly wanted: string;
  readonly holds: boolean;
}

/** A table that is Markdown and can be read in a terminal as well. */
function table(header: readonly string[], body: readonly (readonly string[])[]): string {
  const widths = header.map((_, column) => Math.max(...[header, ...body].map((cells) => cells[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string => `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  return [line(header), `|${widths.map((width) => "-".repeat(width + 2)).join("|")}|`, ...body.map(line)].join("\n");
}

/** One row for each kind of fault. */
export function faultTable(faults: readonly SoakFault[], played: readonly Played[]): string {
  const rows = faults.map((fault) => {
    const own = played.filter((each) => each.fault === fault);
    const named = own.filter(({ namedMs }) => namedMs !== null);
    const unnoticed = own.filter(({ namedMs }) => namedMs === null);
    const right = own.filter(({ wrongCauses }) => wrongCauses.length === 0).length;
    const back = ({ recoveredMs }: Played): readonly number[] => (recoveredMs === null ? [] : [recoveredMs]);
    return [
      fault.name,
      fault.cause ?? "none",
      `${own.length}`,
      `${named.length}`,
      times(
        named.flatMap(({ namedMs }) => namedMs ?? []),
        fault.detectedMs,
      ),
      times(named.flatMap(back), fault.recoveredMs),
      times(unnoticed.flatMap(back), fault.lateMs + fault.recoveredMs),
      `${right} / ${own.length - right}`,
    ];
  });
  const header = [
    "fault",
    "cause",
    "played",
    "named",
    "named after (limit)",
    "well after its end (limit)",
    "the same where it was over before it was named",
    "causes right / wrong",
  ];
  return table(header, rows);
}

export function checkTable(checks: readonly Check[]): string {
  return table(
    ["check", "found", "wanted", "holds"],
    checks.map(({ what, found, wanted, holds }) => [what, found, wanted, holds ? "yes" : "NO"]),
  );
}

function times(allMs: readonly number[], limitMs: number): string {
  if (allMs.length === 0) return "-";
  const sorted = allMs.toSorted((a, b) => a - b);
  const middle = (sorted[(sorted.length - 1) >> 1] ?? 0) / 2 + (sorted[sorted.length >> 1] ?? 0) / 2;
  const seconds = (ms: number): string => (ms / 1_000).toFixed(1);
  return `median ${seconds(middle)} s, max ${seconds(sorted.at(-1) ?? 0)} s (${limitMs / 1_000} s)`;
}
