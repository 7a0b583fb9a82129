import { z } from "zod";
import type { Language } from "../base/local-text.ts";
import type { HomeAssistantSession } from "./home-assistant-session.ts";

const coreConfig = z.object({ language: z.string() });

/** Home Assistant's own language if it is one of ours, else English. */
export async function homeLanguageOf(session: HomeAssistantSession, signal: AbortSignal): Promise<Language> {
  const config = coreConfig.safeParse(await session.command({ type: "get_config" }, { signal })).data;
  return config?.language.toLowerCase().startsWith("de") === true ? "de" : "en";
}
