const MAX_PEER_TEXT = 200;
const MAX_SENTENCE = 600;

class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** Markup that holds no unescaped value; only `html` makes it. */
export type { Html };

export type HtmlValue = string | number | Html | readonly HtmlValue[] | null;

/** Markup from a template: values are escaped, markup made by `html` is kept, lists are joined, null is left out. */
export function html(strings: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  return new Html(strings.map((part, index) => part + toText(values[index] ?? null)).join(""));
}

/** A text that a peer or the user chose: kept short, and its writing direction ends with it. */
export function foreign(text: string, limit: number = MAX_PEER_TEXT): Html {
  const short = text.length > limit ? `${text.slice(0, limit)}…` : text;
  return html`<bdi>${short}</bdi>`;
}

/** A sentence of ours that may hold what a peer or the user chose. */
export function sentence(text: string): Html {
  return foreign(text, MAX_SENTENCE);
}

/** What the log says without a full stop. */
export function ended(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}

function toText(value: HtmlValue): string {
  if (value === null) return "";
  if (value instanceof Html) return value.text;
  if (typeof value === "string") return escapeText(value);
  if (typeof value === "number") return String(value);
  return value.map(toText).join("");
}

const ESCAPES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? "");
}
