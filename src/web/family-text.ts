import type { ExpositionFormat, Family, Labels, SampleSink } from "./exposition.ts";
import { GrowingText } from "./growing-text.ts";

const SUFFIX: Readonly<Record<Family<never>["type"], string>> = { gauge: "", counter: "_total", summary: "", histogram: "", info: "_info" };

/** The samples of one family, after its description unless there are none. */
export class FamilyText implements SampleSink {
  readonly #series: string;
  readonly #parts: Readonly<Record<"_bucket" | "_sum" | "_count", string>>;
  readonly #description: string;
  /** What was told of each thing, in the same order as before. */
  readonly #pieces: Piece[] = [];
  #told = 0;
  #piece = new Piece();
  #text = new GrowingText();
  #before = new GrowingText();

  constructor(family: Family<never>, format: ExpositionFormat) {
    this.#series = `${family.name}${SUFFIX[family.type]}`;
    this.#parts = { _bucket: `${this.#series}_bucket`, _sum: `${this.#series}_sum`, _count: `${this.#series}_count` };
    this.#description = descriptionOf(family, format);
  }

  get bytes(): Buffer {
    return this.#text.bytes;
  }

  begin(): void {
    // What was not told again the last time, if only because that failed, is not in the text that is the one before from now on.
    this.#pieces.length = this.#told;
    this.#told = 0;
    this.#next();
    [this.#text, this.#before] = [this.#before, this.#text];
    this.#text.clear();
  }

  add(labels: Labels, value: number | null, further?: Labels): void {
    if (value !== null) this.#piece.add(this.#series, labels, value, further);
  }

  addPart(suffix: "_bucket" | "_sum" | "_count", labels: Labels, value: number | null, further?: Labels): void {
    if (value !== null) this.#piece.add(this.#parts[suffix], labels, value, further);
  }

  /** One thing is told. */
  keep(): void {
    if (this.#text.length === 0 && !this.#piece.isEmpty) this.#text.append(this.#description);
    this.#piece.write(this.#text, this.#before);
    this.#pieces[this.#told] = this.#piece;
    this.#told += 1;
    this.#next();
  }

  #next(): void {
    this.#piece = this.#pieces[this.#told] ?? new Piece();
  }
}

/**
 * The lines of one thing. Told again they are mostly the same, in the same order, and only their values differ, if anything. In arrays and not as
 * objects: of a fleet there are tens of thousands, and what costs is not to compute them but to get hold of them in memory.
 */
class Piece {
  readonly #series: string[] = [];
  readonly #labels: Labels[] = [];
  readonly #further: (Labels | undefined)[] = [];
  readonly #values: number[] = [];
  /** All of a line but the value. */
  readonly #starts: string[] = [];
  #told = 0;
  #isChanged = true;
  /** Where it is in the text. */
  #from = 0;
  #to = 0;

  get isEmpty(): boolean {
    return this.#told === 0;
  }

  add(series: string, labels: Labels, value: number, further: Labels | undefined): void {
    const at = this.#told;
    this.#told += 1;
    if (this.#labels[at] !== labels || this.#further[at] !== further || this.#series[at] !== series) {
      this.#series[at] = series;
      this.#labels[at] = labels;
      this.#further[at] = further;
      this.#starts[at] = startOf(series, labels, further);
    } else if (this.#values[at] === value) return;
    this.#values[at] = value;
    this.#isChanged = true;
  }

  /** Takes it from the text that it was in before if it is the same. */
  write(text: GrowingText, before: GrowingText): void {
    if (this.#values.length > this.#told) this.#shorten();
    const from = text.length;
    if (this.#isChanged) text.append(this.#text());
    else text.copy(before, this.#from, this.#to);
    this.#from = from;
    this.#to = text.length;
    this.#told = 0;
    this.#isChanged = false;
  }

  #shorten(): void {
    for (const column of [this.#series, this.#labels, this.#further, this.#values, this.#starts]) column.length = this.#told;
    this.#isChanged = true;
  }

  #text(): string {
    let text = "";
    for (let line = 0; line < this.#starts.length; line += 1) text += `${this.#starts[line]}${this.#values[line]}\n`;
    return text;
  }
}

/** Flat: an expression would make a tree of its parts, which is walked whenever it is read. */
function startOf(series: string, labels: Labels, further: Labels | undefined): string {
  if (further !== undefined) return [series, "{", labels.text, ",", further.text, "} "].join("");
  return labels.text === "" ? `${series} ` : [series, "{", labels.text, "} "].join("");
}

function descriptionOf({ name, type, unit, help }: Family<never>, { open }: ExpositionFormat): string {
  // The older format describes the samples themselves and knows no info.
  if (!open) return `# HELP ${name}${SUFFIX[type]} ${help}\n# TYPE ${name}${SUFFIX[type]} ${type === "info" ? "gauge" : type}\n`;
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${unit === undefined ? "" : `# UNIT ${name} ${unit}\n`}`;
}
