import { formatAge, formatNumber } from "./format.ts";
import { type Html, html } from "./html.ts";
import { type Language, TEXTS, type Texts } from "./texts.ts";

/** What every part of the page needs to say something to this reader now. */
export interface View {
  readonly language: Language;
  readonly texts: Texts;
  readonly nowMs: number;
}

export type Level = "ok" | "problem" | "warning" | "unknown" | "none";

export function createView(language: Language, nowMs: number): View {
  return { language, texts: TEXTS[language], nowMs };
}

/** Always beside words: the picture repeats what they say. */
export function icon(level: Level): Html {
  return html`<svg class="icon ${level}" aria-hidden="true"><use href="#${level}"/></svg>`;
}

/** Counts up in the browser. */
export function age(seconds: number): Html {
  return html`<span data-age="${seconds.toFixed(1)}">${formatAge(seconds, false)}</span>`;
}

/** Counts down to zero in the browser. */
export function timeLeft(seconds: number): Html {
  return html`<span data-left="${seconds.toFixed(1)}">${formatAge(seconds, false)}</span>`;
}

export function ageInSeconds(seconds: number): Html {
  return html`<span data-age="${seconds.toFixed(1)}" data-seconds>${formatAge(seconds, true)}</span>`;
}

/** How long ago a moment was. */
export function ageOf(iso: string, { nowMs }: View): Html {
  const seconds = Math.max(0, nowMs - Date.parse(iso)) / 1000;
  return html`<time datetime="${iso}" data-age="${seconds.toFixed(1)}">${formatAge(seconds, false)}</time>`;
}

/** A measured number, or a dash that a screen reader says in words. */
export function measured(value: number | null, unit: string, { language, texts }: View): Html {
  if (value === null) return unmeasured(texts);
  return html`${formatNumber(value, language)}<span class="unit">\u00a0${unit}</span>`;
}

export function unmeasured(texts: Texts): Html {
  return html`<span class="nothing"><span aria-hidden="true">–</span> <span class="words">${texts.nothing}</span></span>`;
}
