import { getOrInsert } from "../events/get-or-insert.ts";
import { FamilyText } from "./family-text.ts";

/** The two text formats that Prometheus and its relatives read; both list families of samples. */
export interface ExpositionFormat {
  readonly contentType: string;
  readonly open: boolean;
}

/** https://github.com/prometheus/OpenMetrics/blob/v1.0.0/specification/OpenMetrics.md */
export const OPEN_METRICS: ExpositionFormat = { contentType: "application/openmetrics-text; version=1.0.0; charset=utf-8", open: true };

/** https://prometheus.io/docs/instrumenting/exposition_formats/ */
export const PROMETHEUS_TEXT: ExpositionFormat = { contentType: "text/plain; version=0.0.4; charset=utf-8", open: false };

/** Of one label of one thing; beyond it all are forgotten and made anew. */
const MAX_VALUES = 10_000;

/** Labels as both formats write them: made once and shared by all samples of one thing, of which there may be many thousands. */
export class Labels {
  /** Empty without labels. */
  readonly text: string;
  /** By name and value. */
  #further: Map<string, Map<string, Labels>> | null = null;

  private constructor(text: string) {
    this.text = text;
  }

  /** A label without a value is left out. */
  static of(labels: Readonly<Record<string, string | null>>): Labels {
    let text = "";
    for (const [name, value] of Object.entries(labels)) if (value !== null) text = withLabel(text, name, value.toWellFormed());
    return new Labels(text);
  }

  /** With one label more; the same object each time. */
  with(name: string, given: string): Labels {
    // Half a surrogate pair would be another character once it is sent, and could make two values one.
    const value = given.toWellFormed();
    return this.#further?.get(name)?.get(value) ?? this.#make(name, value);
  }

  #make(name: string, value: string): Labels {
    this.#further ??= new Map();
    const known = getOrInsert(this.#further, name, () => new Map<string, Labels>());
    if (known.size >= MAX_VALUES) known.clear();
    const labels = new Labels(withLabel(this.text, name, value));
    known.set(value, labels);
    return labels;
  }
}

function withLabel(text: string, name: string, value: string): string {
  return `${text}${text === "" ? "" : ","}${name}="${escapeLabel(value)}"`;
}

/** Takes the samples of one family. Told one by one: a fleet has tens of thousands, and none of them is needed again. */
export interface SampleSink {
  /** A sample without a value is left out. `further` are labels that this sample has beside the others. */
  add(labels: Labels, value: number | null, further?: Labels): void;
  /** A part of a histogram or a summary. */
  addPart(suffix: "_bucket" | "_sum" | "_count", labels: Labels, value: number | null, further?: Labels): void;
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

/**
 * The text of all families that have samples. The formats want the samples of a family in one piece; so it takes one thing after the other and keeps
 * nothing of it but its lines: what they are made of is garbage at once, which costs next to nothing.
 */
export class Exposition {
  readonly #format: ExpositionFormat;
  readonly #families = new Map<string, FamilyText>();

  /** Shows the families in this order. */
  constructor(format: ExpositionFormat, families: readonly Family<never>[]) {
    this.#format = format;
    for (const family of families) this.#textOf(family);
  }

  /** All things are told anew; what was written of them before is taken where nothing has changed. */
  begin(): void {
    for (const text of this.#families.values()) text.begin();
  }

  add<Thing>(families: readonly Family<Thing>[], thing: Thing): void {
    for (const family of families) {
      const text = this.#textOf(family);
      family.tell(thing, text);
      text.keep();
    }
  }

  /** In UTF-8. */
  bytes(): Buffer {
    return Buffer.concat([...this.#families.values().map(({ bytes }) => bytes), Buffer.from(this.#format.open ? "# EOF\n" : "")]);
  }

  #textOf(family: Family<never>): FamilyText {
    return getOrInsert(this.#families, family.name, () => new FamilyText(family, this.#format));
  }
}

const NEEDS_ESCAPE = /["\\\n]/;

function escapeLabel(value: string): string {
  if (!NEEDS_ESCAPE.test(value)) return value;
  return value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}

export const NO_LABELS: Labels = Labels.of({});
