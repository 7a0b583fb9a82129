export const LANGUAGES = ["en", "de"] as const;

export type Language = (typeof LANGUAGES)[number];

/** One text in every language of the product. */
export type LocalText = Readonly<Record<Language, string>>;

export function isLanguage(value: string): value is Language {
  return LANGUAGES.some((language) => language === value);
}
