import { z } from "zod";
import type { Language } from "../base/local-text.ts";
import type { Options } from "../config.ts";
import type { HomeAssistantSession } from "./home-assistant-session.ts";

const coreConfig = z.object({ language: z.string() });

/** The language of texts for Home Assistant: the one of the options, else Home Assistant's own if it is one of ours, else English. */
export async function languageOf({
  option,
  session,
  signal,
}: {
  option: Options["language"];
  session: HomeAssistantSession;
  signal: AbortSignal;
}): Promise<Language> {
  if (option !== "auto") return option;
  const config = coreConfig.safeParse(await session.command({ type: "get_config" }, { signal })).data;
  return config?.language.toLowerCase().startsWith("de") === true ? "de" : "en";
}
