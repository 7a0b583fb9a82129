import { HomematicError } from "../base/errors.ts";

const BANG = 0x21;
const SLASH = 0x2f;
const TAG_END = 0x3e;
const QUESTION = 0x3f;
const SPACE = 0x20;
const DOUBLE_QUOTE = 0x22;
const SINGLE_QUOTE = 0x27;

/** V8 keeps the whole document alive for as long as a slice of at least this length lives. */
const SLICE_LENGTH = 13;

/** Any ampersand; its name only when it is one that could be known. */
const ENTITY = /&(?:([^&;]{1,10});)?/g;
const ENTITIES: ReadonlyMap<string, string> = new Map([
  ["lt", "<"],
  ["gt", ">"],
  ["amp", "&"],
  ["apos", "'"],
  ["quot", '"'],
]);

export function malformed(problem: string, position: number): HomematicError {
  return new HomematicError({
    code: "MALFORMED_REQUEST",
    message: `Not XML-RPC: ${problem} near character ${position}`,
    context: { position },
  });
}

/**
 * Walks once through a document, which is a sequence of texts and tags in turn. Comments and processing instructions are
 * skipped, attributes ignored, a document type refused: there are no entities but the predefined five.
 */
export class XmlScanner {
  readonly #source: string;
  #at = 0;
  /** `<name/>` is told as `name` and then, out of here, as `/name`. */
  #owedTag = "";

  constructor(source: string) {
    this.#source = source;
  }

  get position(): number {
    return this.#at;
  }

  get atEnd(): boolean {
    return this.#at === this.#source.length && this.#owedTag === "";
  }

  /** The characters up to the next tag or the end; entities resolved, CDATA included. */
  text(): string {
    if (this.#owedTag !== "") return "";
    let text = this.#characters();
    for (;;) {
      const next = this.#source.charCodeAt(this.#at + 1);
      if (next === QUESTION) this.#skipPast("?>");
      else if (next === BANG) text += this.#declaration();
      else return text;
      text += this.#characters();
    }
  }

  /** The next tag, as `name` or `/name`; `text` must have been read before. */
  tag(): string {
    if (this.#owedTag !== "") {
      const tag = this.#owedTag;
      this.#owedTag = "";
      return tag;
    }
    const source = this.#source;
    const start = this.#at + 1;
    let end = source.charCodeAt(start) === SLASH ? start + 1 : start;
    while (isNameCode(source.charCodeAt(end))) end += 1;
    const tag = source.slice(start, end);
    if (source.charCodeAt(end) === TAG_END) this.#at = end + 1;
    else this.#finishTag(tag, end);
    return tag;
  }

  #characters(): string {
    const start = this.#at;
    const next = this.#source.indexOf("<", start);
    const end = next === -1 ? this.#source.length : next;
    if (end === start) return "";
    this.#at = end;
    const raw = this.#source.slice(start, end);
    if (raw.includes("&")) return this.#resolveEntities(raw, start);
    return raw.length < SLICE_LENGTH ? raw : detached(raw);
  }

  #finishTag(tag: string, from: number): void {
    const source = this.#source;
    let quote = 0;
    for (let at = from; at < source.length; at += 1) {
      const code = source.charCodeAt(at);
      if (quote !== 0) {
        if (code === quote) quote = 0;
      } else if (code === DOUBLE_QUOTE || code === SINGLE_QUOTE) {
        quote = code;
      } else if (code === TAG_END) {
        if (source.charCodeAt(at - 1) === SLASH) this.#owedTag = `/${tag}`;
        this.#at = at + 1;
        return;
      }
    }
    throw malformed("the document ends too early", source.length);
  }

  #declaration(): string {
    if (this.#source.startsWith("<![CDATA[", this.#at)) {
      const start = this.#at + "<![CDATA[".length;
      this.#skipPast("]]>");
      return detached(this.#source.slice(start, this.#at - "]]>".length));
    }
    if (!this.#source.startsWith("<!--", this.#at)) throw malformed("a document type is not allowed", this.#at);
    this.#at += "<!--".length;
    this.#skipPast("-->");
    return "";
  }

  #skipPast(end: string): void {
    const found = this.#source.indexOf(end, this.#at);
    if (found === -1) throw malformed(`the document ends before ${end}`, this.#source.length);
    this.#at = found + end.length;
  }

  #resolveEntities(raw: string, position: number): string {
    return raw.replace(ENTITY, (_entity, name: string | undefined, offset: number) => {
      const character = name === undefined ? undefined : (ENTITIES.get(name) ?? characterReference(name));
      if (character === undefined) throw malformed("an unknown entity", position + offset);
      return character;
    });
  }
}

function isNameCode(code: number): boolean {
  return code > SPACE && code !== TAG_END && code !== SLASH;
}

/** A copy that does not hold on to the document. */
function detached(slice: string): string {
  return ` ${slice}`.slice(1);
}

function characterReference(name: string): string | undefined {
  const digits = /^#(?:x([0-9a-f]+)|([0-9]+))$/i.exec(name);
  if (digits === null) return undefined;
  const code = digits[1] === undefined ? Number(digits[2]) : Number.parseInt(digits[1], 16);
  const isCharacter = code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
  return isCharacter ? String.fromCodePoint(code) : undefined;
}
