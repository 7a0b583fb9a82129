import { z } from "zod";
import { isLanguage, type Language } from "../../base/local-text.ts";
import { haCode } from "../companion-problems.ts";
import { type AppIdentity, helloCommand, INTEGRATION } from "../companion-protocol.ts";
import type { HomeAssistantCommand } from "../home-assistant-session.ts";
import type { CompanionFacts } from "./companion-state.ts";

const coreConfig = z.object({ state: z.string(), language: z.string().default("en") });
const manifest = z.object({ version: z.string().default("") });
const helloAnswer = z.object({
  integration_version: z.string(),
  installed_version: z.string().nullish(),
  entry_state: z.enum(["loaded", "not_loaded", "not_configured"]),
});

/** What Home Assistant itself says about the integration. */
export interface HomeFacts extends Pick<CompanionFacts, "loadable" | "hello"> {
  /** Of what Home Assistant says by itself, such as notifications. */
  readonly language: Language;
  /** The companion has asked the user for the restart itself. */
  readonly asksForRestart: boolean;
}

/** Null while Home Assistant starts. Throws what the commands throw. */
export async function askHome({
  ask,
  app,
}: {
  ask: (command: HomeAssistantCommand) => Promise<unknown>;
  app: AppIdentity;
}): Promise<HomeFacts | null> {
  const { state, language } = coreConfig.parse(await ask({ type: "get_config" }));
  if (state !== "RUNNING") return null;
  const hello = await orNull(ask(helloCommand(app)), "unknown_command");
  const loadable = await orNull(ask({ type: "manifest/get", integration: INTEGRATION }), "not_found");
  const answer = hello === null ? null : helloAnswer.parse(hello);
  const primary = language.split("-", 1)[0] ?? "";
  return {
    language: isLanguage(primary) ? primary : "en",
    loadable: loadable === null ? null : manifest.parse(loadable).version,
    hello: answer && { running: answer.integration_version, installed: answer.installed_version ?? null, entry: answer.entry_state },
    asksForRestart: answer?.installed_version != null && answer.installed_version !== answer.integration_version,
  };
}

async function orNull(answer: Promise<unknown>, code: string): Promise<unknown> {
  try {
    return await answer;
  } catch (error) {
    if (haCode(error) === code) return null;
    throw error;
  }
}
