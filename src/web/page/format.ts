import type { Language } from "./texts.ts";

/**
 * An age in its two largest units, or in seconds alone: "1 min 35 s", "95 s". The browser gets the source of this very
 * function to count on with, so it must not use anything from outside itself.
 */
export const formatAge = (seconds: number, inSeconds: boolean): string => {
  const whole = Math.max(0, Math.floor(seconds));
  if (inSeconds) return `${whole}\u00a0s`;
  const parts: readonly (readonly [number, string])[] = [
    [Math.floor(whole / 86_400), "d"],
    [Math.floor(whole / 3_600) % 24, "h"],
    [Math.floor(whole / 60) % 60, "min"],
    [whole % 60, "s"],
  ];
  const largest = parts.findIndex(([count]) => count > 0);
  const shown = largest === -1 ? parts.slice(3) : parts.slice(largest, largest + 2);
  return shown.map(([count, unit]) => `${count}\u00a0${unit}`).join(" ");
};

const NUMBERS: Readonly<Record<Language, Intl.NumberFormat>> = {
  en: new Intl.NumberFormat("en", { maximumFractionDigits: 1 }),
  de: new Intl.NumberFormat("de", { maximumFractionDigits: 1 }),
};

/** A number as the reader writes it, with at most one decimal. */
export function formatNumber(value: number, language: Language): string {
  return NUMBERS[language].format(value);
}
