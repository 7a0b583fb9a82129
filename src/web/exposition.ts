import { getOrInsert } from "../events/get-or-insert.ts";

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

  /** Both have labels, of different names. */
  and({ text }: Labels): Labels {
    return new Labels(`${this.text},${text}`);
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

/** What is shown of each thing of a kind, such as each CCU. */
export interface Family<Thing> {
  /** Ends with the unit if there is one. */
  readonly name: string;
  readonly type: "gauge" | "counter" | "summary" | "histogram" | "info";
  readonly unit?: "seconds" | "ratio" | "bytes";
  readonly help: string;
  /** No two of one series, also not of two things: the reader would refuse the whole text. */
  readonly samples: (thing: Thing) => Iterable<Sample>;
}

const SUFFIX: Readonly<Record<Family<never>["type"], string>> = { gauge: "", counter: "_total", summary: "", histogram: "", info: "_info" };

const NEEDS_ESCAPE = /["\\\n]/;

/**
 * The text of all families that have samples. The formats want the samples of a family in one piece; so it takes one thing after the other and keeps
 * nothing of it but its lines: what they are made of is garbage at once, which costs next to nothing.
 */
export class Exposition {
  readonly #format: ExpositionFormat;
  readonly #texts = new Map<string, string[]>();

  constructor(format: ExpositionFormat) {
    this.#format = format;
  }

  add<Thing>(families: readonly Family<Thing>[], thing: Thing): void {
    for (const family of families) {
      const lines = linesOf(family, thing);
      if (lines === "") continue;
      getOrInsert(this.#texts, family.name, () => [this.#description(family)]).push(lines);
    }
  }

  text(): string {
    return `${[...this.#texts.values()].flat().join("")}${this.#format.open ? "# EOF\n" : ""}`;
  }

  #description({ name, type, unit, help }: Family<never>): string {
    // The older format describes the samples themselves and knows no info.
    if (!this.#format.open)
      return `# HELP ${name}${SUFFIX[type]} ${help}\n# TYPE ${name}${SUFFIX[type]} ${type === "info" ? "gauge" : type}\n`;
    return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${unit === undefined ? "" : `# UNIT ${name} ${unit}\n`}`;
  }
}

function linesOf<Thing>({ name, type, samples }: Family<Thing>, thing: Thing): string {
  const series = `${name}${SUFFIX[type]}`;
  const lines: string[] = [];
  for (const { labels, value, suffix = "" } of samples(thing)) {
    if (value === null) continue;
    lines.push(labels.text === "" ? `${series}${suffix} ${value}\n` : `${series}${suffix}{${labels.text}} ${value}\n`);
  }
  return lines.join("");
}

/** Half a surrogate pair would be another character once it is sent, and could make two values one. */
function escapeLabel(given: string): string {
  const value = given.toWellFormed();
  if (!NEEDS_ESCAPE.test(value)) return value;
  return value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}
