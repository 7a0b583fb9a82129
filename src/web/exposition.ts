/** The two text formats that Prometheus and its relatives read; both list families of samples. */
export interface ExpositionFormat {
  readonly contentType: string;
  readonly open: boolean;
}

/** https://github.com/prometheus/OpenMetrics/blob/v1.0.0/specification/OpenMetrics.md */
export const OPEN_METRICS: ExpositionFormat = { contentType: "application/openmetrics-text; version=1.0.0; charset=utf-8", open: true };

/** https://prometheus.io/docs/instrumenting/exposition_formats/ */
export const PROMETHEUS_TEXT: ExpositionFormat = { contentType: "text/plain; version=0.0.4; charset=utf-8", open: false };

export type Labels = Readonly<Record<string, string | null>>;

export interface Sample {
  /** A label without a value is left out. Samples may share the object. */
  readonly labels: Labels;
  /** The label behind those, by which the samples of one histogram or summary differ. */
  readonly last?: { readonly name: "le" | "quantile"; readonly value: string };
  /** A sample without a value is left out. */
  readonly value: number | null;
  /** What follows the name of the family, as `_sum` in a summary. */
  readonly suffix?: "_bucket" | "_sum" | "_count";
}

export interface Family {
  /** Ends with the unit if there is one. */
  readonly name: string;
  readonly type: "gauge" | "counter" | "summary" | "histogram" | "info";
  readonly unit?: "seconds" | "ratio" | "bytes";
  readonly help: string;
  readonly samples: readonly Sample[];
}

const SUFFIX: Readonly<Record<Family["type"], string>> = { gauge: "", counter: "_total", summary: "", histogram: "", info: "_info" };

/** One text of all families that have samples. */
export function exposition(families: readonly Family[], format: ExpositionFormat): string {
  const pairsOf = rememberedPairs();
  return `${families.map((family) => familyText(family, format, pairsOf)).join("")}${format.open ? "# EOF\n" : ""}`;
}

type PairsOf = (labels: Labels) => string;

function familyText({ name, type, unit, help, samples }: Family, { open }: ExpositionFormat, pairsOf: PairsOf): string {
  const lines = sampleLines(`${name}${SUFFIX[type]}`, samples, pairsOf);
  if (lines.size === 0) return "";
  // The older format describes the samples themselves and knows no info.
  const described = open ? name : `${name}${SUFFIX[type]}`;
  const head = [`# HELP ${described} ${help}`, `# TYPE ${described} ${!open && type === "info" ? "gauge" : type}`];
  if (open && unit !== undefined) head.push(`# UNIT ${name} ${unit}`);
  return [...head, ...Array.from(lines, ([series, value]) => `${series} ${value}`), ""].join("\n");
}

/** By series: the same series twice, from two things with one name, would make the reader refuse the whole text. */
function sampleLines(name: string, samples: readonly Sample[], pairsOf: PairsOf): ReadonlyMap<string, number> {
  const lines = new Map<string, number>();
  for (const { labels, last, value, suffix = "" } of samples) {
    if (value === null) continue;
    const pairs = pairsOf(labels);
    const all = last === undefined ? pairs : `${pairs}${pairs === "" ? "" : ","}${last.name}="${last.value}"`;
    lines.set(all === "" ? `${name}${suffix}` : `${name}${suffix}{${all}}`, value);
  }
  return lines;
}

/** An interface has dozens of series with the same labels. */
function rememberedPairs(): PairsOf {
  const known = new Map<Labels, string>();
  return (labels) => {
    let pairs = known.get(labels);
    if (pairs === undefined) {
      pairs = labelPairs(labels);
      known.set(labels, pairs);
    }
    return pairs;
  };
}

function labelPairs(labels: Labels): string {
  return Object.entries(labels)
    .flatMap(([name, value]) => (value === null ? [] : [`${name}="${escapeLabel(value)}"`]))
    .join(",");
}

function escapeLabel(value: string): string {
  return value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}
