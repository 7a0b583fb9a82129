/** The two text formats that Prometheus and its relatives read; both list families of samples. */
export interface ExpositionFormat {
  readonly contentType: string;
  readonly open: boolean;
}

/** https://github.com/prometheus/OpenMetrics/blob/v1.0.0/specification/OpenMetrics.md */
export const OPEN_METRICS: ExpositionFormat = { contentType: "application/openmetrics-text; version=1.0.0; charset=utf-8", open: true };

/** https://prometheus.io/docs/instrumenting/exposition_formats/ */
export const PROMETHEUS_TEXT: ExpositionFormat = { contentType: "text/plain; version=0.0.4; charset=utf-8", open: false };

type Labels = Readonly<Record<string, string | null>>;

export interface Sample {
  readonly labels: Labels;
  /** A sample without a value is left out. */
  readonly value: number | null;
  /** What follows the name of the family, as `_sum` in a summary. */
  readonly suffix?: string;
}

export interface Family {
  /** Ends with the unit if there is one. */
  readonly name: string;
  readonly type: "gauge" | "counter" | "summary" | "info";
  readonly unit?: "seconds" | "ratio";
  readonly help: string;
  readonly samples: readonly Sample[];
}

const SUFFIX: Readonly<Record<Family["type"], string>> = { gauge: "", counter: "_total", summary: "", info: "_info" };

/** One text of all families that have samples. */
export function exposition(families: readonly Family[], format: ExpositionFormat): string {
  return `${families.map((family) => familyText(family, format)).join("")}${format.open ? "# EOF\n" : ""}`;
}

function familyText({ name, type, unit, help, samples }: Family, { open }: ExpositionFormat): string {
  const lines = sampleLines(`${name}${SUFFIX[type]}`, samples);
  if (lines.size === 0) return "";
  // The older format describes the samples themselves and knows no info.
  const described = open ? name : `${name}${SUFFIX[type]}`;
  const head = [`# HELP ${described} ${help}`, `# TYPE ${described} ${!open && type === "info" ? "gauge" : type}`];
  if (open && unit !== undefined) head.push(`# UNIT ${name} ${unit}`);
  return [...head, ...Array.from(lines, ([series, value]) => `${series} ${value}`), ""].join("\n");
}

/** By series: the same series twice, from two things with one name, would make the reader refuse the whole text. */
function sampleLines(name: string, samples: readonly Sample[]): ReadonlyMap<string, number> {
  const lines = new Map<string, number>();
  for (const { labels, value, suffix = "" } of samples) {
    if (value !== null) lines.set(`${name}${suffix}${labelText(labels)}`, value);
  }
  return lines;
}

function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).flatMap(([name, value]) => (value === null ? [] : [`${name}="${escapeLabel(value)}"`]));
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

function escapeLabel(value: string): string {
  return value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}
