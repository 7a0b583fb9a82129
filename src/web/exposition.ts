/** The two text formats that Prometheus and its relatives read; both list families of samples. */
export interface ExpositionFormat {
  readonly contentType: string;
  readonly open: boolean;
}

/** https://github.com/prometheus/OpenMetrics/blob/v1.0.0/specification/OpenMetrics.md */
export const OPEN_METRICS: ExpositionFormat = { contentType: "application/openmetrics-text; version=1.0.0; charset=utf-8", open: true };

/** https://prometheus.io/docs/instrumenting/exposition_formats/ */
export const PROMETHEUS_TEXT: ExpositionFormat = { contentType: "text/plain; version=0.0.4; charset=utf-8", open: false };

/** Labels as both formats write them: made once and shared by all samples of one thing, of which there may be many thousands. */
export class Labels {
  /** Empty without labels. */
  readonly text: string;

  private constructor(text: string) {
    this.text = text;
  }

  /** A label without a value is left out. */
  static of(labels: Readonly<Record<string, string | null>>): Labels {
    return new Labels(
      Object.entries(labels)
        .flatMap(([name, value]) => (value === null ? [] : [`${name}="${escapeLabel(value)}"`]))
        .join(","),
    );
  }

  and(name: string, value: string): Labels {
    const pair = `${name}="${escapeLabel(value)}"`;
    return new Labels(this.text === "" ? pair : `${this.text},${pair}`);
  }
}

export const NO_LABELS: Labels = Labels.of({});

export interface Sample {
  readonly labels: Labels;
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
  /** Read once. No two of one series: the reader would refuse the whole text. */
  readonly samples: Iterable<Sample>;
}

const SUFFIX: Readonly<Record<Family["type"], string>> = { gauge: "", counter: "_total", summary: "", histogram: "", info: "_info" };

const NEEDS_ESCAPE = /["\\\n]/;

/** So many lines are put together at once; what they are made of is garbage by then, and young enough to cost nothing. */
const LINES_A_CHUNK = 256;

/** One text of all families that have samples. */
export function exposition(families: Iterable<Family>, format: ExpositionFormat): string {
  const chunks: string[] = [];
  let lines: string[] = [];
  for (const family of families) {
    for (const line of familyLines(family, format)) {
      lines.push(line);
      if (lines.length < LINES_A_CHUNK) continue;
      chunks.push(lines.join(""));
      lines = [];
    }
  }
  return `${chunks.join("")}${lines.join("")}${format.open ? "# EOF\n" : ""}`;
}

function* familyLines({ name, type, unit, help, samples }: Family, { open }: ExpositionFormat): Generator<string> {
  const series = `${name}${SUFFIX[type]}`;
  let described = false;
  for (const { labels, value, suffix = "" } of samples) {
    if (value === null) continue;
    if (!described) {
      // The older format describes the samples themselves and knows no info.
      const subject = open ? name : series;
      yield `# HELP ${subject} ${help}\n# TYPE ${subject} ${!open && type === "info" ? "gauge" : type}\n`;
      if (open && unit !== undefined) yield `# UNIT ${name} ${unit}\n`;
      described = true;
    }
    yield labels.text === "" ? `${series}${suffix} ${value}\n` : `${series}${suffix}{${labels.text}} ${value}\n`;
  }
}

function escapeLabel(value: string): string {
  if (!NEEDS_ESCAPE.test(value)) return value;
  return value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}
