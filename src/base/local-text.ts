export const LANGUAGES = ["en", "de"] as const;

export type Language = (typeof LANGUAGES)[number];

/** One text in every language of the product. */
export type LocalText = Readonly<Record<Language, string>>;

export function isLanguage(value: string): value is Language {
  return LANGUAGES.some((language) => language === value);
}

/** Puts values in the place of `{name}`; a name without value stays out. */
export function fill(text: LocalText, values: Readonly<Record<string, string | LocalText>>): LocalText {
  const filled = (language: Language): string =>
    text[language].replace(/\{(\w+)\}/g, (_placeholder, name: string) => {
      const value = values[name];
      return typeof value === "string" ? value : (value?.[language] ?? "");
    });
  return { en: filled("en"), de: filled("de") };
}
