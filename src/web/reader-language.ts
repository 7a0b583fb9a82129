import type { IncomingMessage } from "node:http";
import { preferences } from "./negotiation.ts";
import { isLanguage, type Language } from "./page/texts.ts";

/** "auto" is the language that the browser asks for. */
export type LanguageChoice = Language | "auto";

/** In which language whoever asks is answered. */
export type LanguageOf = (request: IncomingMessage) => Language;

export function languageChooser(choice: LanguageChoice): LanguageOf {
  return choice === "auto" ? preferredLanguage : () => choice;
}

function preferredLanguage({ headers }: IncomingMessage): Language {
  const primary = preferences(headers["accept-language"]).map((tag) => tag.split("-", 1)[0] ?? "");
  return primary.find(isLanguage) ?? "en";
}
