import { getOrInsert } from "../events/get-or-insert.ts";
import { GrowingText } from "./growing-text.ts";

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
    let text = "";
    for (const [name, value] of Object.entries(labels))
      if (value !== null) text += `${text === "" ? "" : ","}${name}="${escapeLabel(value)}"`;
    return new Labels(text);
  }

  /** Both have labels, of different names. */
  and({ text }: Labels): Labels {
    return new Labels(`${this.text},${text}`);
  }
}

export const NO_LABELS: Labels = Labels.of({});

/** Takes the samples of one family. Told one by one: a fleet has tens of thousands, and none of them is needed again. */
export interface SampleSink {
  /** A sample without a value is left out. `further` are labels that this sample has beside the others. */
  add(labels: Labels, value: number | null, further?: Labels): void;
  /** A part of a histogram or a summary. */
  addPart(suffix: "_bucket" | "_sum" | "_count", labels: Labels, value: number | null, further?: Labels): void;
  /** All samples of an object that never changes: written once for it, and anew only under other labels. */
  addOf(source: object, labels: readonly [Labels, Labels], tell: (samples: SampleSink, labels: Labels) => void): void;
}

/** What is shown of each thing of a kind, such as each CCU. */
export interface Family<Thing> {
  /** Ends with the unit if there is one. */
  readonly name: string;
  readonly type: "gauge" | "counter" | "summary" | "histogram" | "info";
  readonly unit?: "seconds" | "ratio" | "bytes";
  readonly help: string;
  /** No two of one series, also not of two things: the reader would refuse the whole text. */
  readonly tell: (thing: Thing, samples: SampleSink) => void;
}

const SUFFIX: Readonly<Record<Family<never>["type"], string>> = { gauge: "", counter: "_total", summary: "", histogram: "", info: "_info" };

const NEEDS_ESCAPE = /["\\\n]/;

/**
 * The text of all families that have samples. The formats want the samples of a family in one piece; so it takes one thing after the other and keeps
 * nothing of it but its lines: what they are made of is garbage at once, which costs next to nothing.
 */
export class Exposition {
  readonly #format: ExpositionFormat;
  readonly #families = new Map<string, FamilyText>();

  constructor(format: ExpositionFormat) {
    this.#format = format;
  }

  add<Thing>(families: readonly Family<Thing>[], thing: Thing): void {
    for (const family of families) {
      const text = getOrInsert(this.#families, family.name, () => new FamilyText(family, this.#format));
      family.tell(thing, text);
      text.keep();
    }
  }

  /** In UTF-8. */
  bytes(): Buffer {
    return Buffer.concat([...this.#families.values().map(({ bytes }) => bytes), Buffer.from(this.#format.open ? "# EOF\n" : "")]);
  }
}

function descriptionOf({ name, type, unit, help }: Family<never>, { open }: ExpositionFormat): string {
  // The older format describes the samples themselves and knows no info.
  if (!open) return `# HELP ${name}${SUFFIX[type]} ${help}\n# TYPE ${name}${SUFFIX[type]} ${type === "info" ? "gauge" : type}\n`;
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${unit === undefined ? "" : `# UNIT ${name} ${unit}\n`}`;
}

/** What was written of objects that never change. */
const written = new WeakMap<object, { readonly series: string; readonly labels: readonly [Labels, Labels]; readonly lines: string }>();

/** The samples of one family, after its description unless there are none. */
class FamilyText implements SampleSink {
  readonly #series: string;
  readonly #description: string;
  readonly #text = new GrowingText();
  /** Not kept yet. */
  #lines: string[] = [];

  constructor(family: Family<never>, format: ExpositionFormat) {
    this.#series = `${family.name}${SUFFIX[family.type]}`;
    this.#description = descriptionOf(family, format);
  }

  get bytes(): Buffer {
    return this.#text.bytes;
  }

  add(labels: Labels, value: number | null, further?: Labels): void {
    this.#add(this.#series, labels, value, further);
  }

  addPart(suffix: string, labels: Labels, value: number | null, further?: Labels): void {
    this.#add(this.#series + suffix, labels, value, further);
  }

  addOf(source: object, labels: readonly [Labels, Labels], tell: (samples: SampleSink, labels: Labels) => void): void {
    let known = written.get(source);
    if (known?.series !== this.#series || !known.labels.every(({ text }, index) => text === labels[index]?.text)) {
      const before = this.#lines;
      this.#lines = [];
      tell(this, labels[0].and(labels[1]));
      known = { series: this.#series, labels, lines: this.#lines.join("") };
      this.#lines = before;
      written.set(source, known);
    }
    if (known.lines !== "") this.#lines.push(known.lines);
  }

  /** One thing is told. */
  keep(): void {
    if (this.#lines.length === 0) return;
    if (this.bytes.length === 0) this.#text.append(this.#description);
    this.#text.append(this.#lines.join(""));
    this.#lines = [];
  }

  #add(series: string, { text }: Labels, value: number | null, further: Labels | undefined): void {
    if (value === null) return;
    if (further !== undefined) this.#lines.push(`${series}{${text},${further.text}} ${value}\n`);
    else this.#lines.push(text === "" ? `${series} ${value}\n` : `${series}{${text}} ${value}\n`);
  }
}

/** Half a surrogate pair would be another character once it is sent, and could make two values one. */
function escapeLabel(given: string): string {
  const value = given.toWellFormed();
  if (!NEEDS_ESCAPE.test(value)) return value;
  return value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}
