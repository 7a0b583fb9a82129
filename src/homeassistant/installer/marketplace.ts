import { z } from "zod";
import { isHomematicError } from "../../base/errors.ts";
import type { LocalText } from "../../base/local-text.ts";
import { haCode } from "../companion-problems.ts";
import type { HomeAssistantSession } from "../home-assistant-session.ts";
import { isMarketplaceAnswer, MARKETPLACE_ANSWERS, type MarketplaceAnswer } from "./marketplace-answers.ts";
import { isNewer, isVersion } from "./versions.ts";

export const REPOSITORY = "homematic-vitals/homematic-vitals";

/** The Marketplace waits for GitHub up to ten minutes, and may ask twice. */
const INSTALL_TIMEOUT_MS = 30 * 60_000;
const ADD_TIMEOUT_MS = 5 * 60_000;

const info = z.object({
  warning_accepted: z.boolean(),
  github_connected: z.boolean(),
  stage: z.string().nullable(),
  disabled_reason: z.string().nullable(),
});
interface Repository {
  readonly id: string;
  readonly full_name: string;
  readonly installed: boolean;
  readonly can_install: boolean;
  readonly available_version: string;
}

const repositorySchema: z.ZodType<Repository> = z.object({
  id: z.string(),
  full_name: z.string(),
  installed: z.boolean(),
  can_install: z.boolean(),
  available_version: z.string(),
});
const repositories = z.array(z.object({ full_name: z.string() }).loose());

/** What hinders the Marketplace from installing the integration; null when nothing does. */
export interface MarketplaceOutlook {
  readonly obstacle: MarketplaceAnswer | null;
  /** Null: it would have to be added to the Marketplace first. */
  readonly repository: Repository | null;
}

export type MarketplaceOutcome =
  | { readonly kind: "installed"; readonly version: string }
  | { readonly kind: "refused"; readonly answer: MarketplaceAnswer; readonly text: LocalText };

/** Home Assistant's Marketplace, which installs integrations from GitHub. Its warning is accepted by users only, never here. */
export class Marketplace {
  readonly #session: HomeAssistantSession;
  readonly #signal: AbortSignal;
  readonly #needed: string;

  /** `needed` is the oldest version that is worth installing. */
  constructor({ session, signal, needed }: { session: HomeAssistantSession; signal: AbortSignal; needed: string }) {
    this.#session = session;
    this.#signal = signal;
    this.#needed = needed;
  }

  /** Changes nothing. Throws only when the session is over. */
  async look(): Promise<MarketplaceOutlook> {
    try {
      const { warning_accepted, github_connected, stage, disabled_reason } = info.parse(await this.#ask({ type: "marketplace/info" }));
      const nowhere = (obstacle: MarketplaceAnswer): MarketplaceOutlook => ({ obstacle, repository: null });
      if (disabled_reason !== null) return nowhere(disabledAnswer(disabled_reason));
      if (stage !== "running") return nowhere("starting");
      if (!warning_accepted) return nowhere("warning_not_accepted");
      const repository = await this.#find();
      if (repository !== null) return { obstacle: this.#obstacleOf(repository), repository };
      return github_connected ? { obstacle: null, repository } : nowhere("github_not_connected");
    } catch (error) {
      return { obstacle: this.#refusal(error).answer, repository: null };
    }
  }

  /** Installs what `look` found, after adding it where needed. Throws only when the session is over. */
  async install(outlook: MarketplaceOutlook): Promise<MarketplaceOutcome> {
    try {
      const repository = outlook.repository ?? (await this.#add());
      const obstacle = repository === null ? "repository_not_found" : this.#obstacleOf(repository);
      if (repository === null || obstacle !== null) return refused(obstacle ?? "repository_not_found");
      const { id, available_version: version } = repository;
      await this.#ask({ type: "marketplace/repository/install", repository: id, version }, INSTALL_TIMEOUT_MS);
      return { kind: "installed", version };
    } catch (error) {
      return this.#refusal(error);
    }
  }

  async #add(): Promise<Repository | null> {
    await this.#ask({ type: "marketplace/repositories/add", repository: REPOSITORY, category: "integration" }, ADD_TIMEOUT_MS);
    return await this.#find();
  }

  async #find(): Promise<Repository | null> {
    const listed = repositories.parse(await this.#ask({ type: "marketplace/repositories/list", categories: ["integration"] }));
    const found = listed.find(({ full_name: name }) => name.toLowerCase() === REPOSITORY);
    return found === undefined ? null : repositorySchema.parse(found);
  }

  #obstacleOf({ installed, can_install, available_version }: Repository): MarketplaceAnswer | null {
    if (installed) return "installed_there";
    if (!can_install) return "too_new";
    return !isVersion(available_version) || isNewer(this.#needed, available_version) ? "outdated" : null;
  }

  #ask(command: { type: string; [field: string]: unknown }, timeoutMs?: number): Promise<unknown> {
    return this.#session.command(command, { signal: this.#signal, ...(timeoutMs === undefined ? {} : { timeoutMs }) });
  }

  #refusal(error: unknown): MarketplaceOutcome & { kind: "refused" } {
    if (error instanceof z.ZodError) return refused("unexpected");
    const code = haCode(error);
    if (code === null) throw error;
    const message = isHomematicError(error) ? error.context["haMessage"] : null;
    return refused(isMarketplaceAnswer(code) ? code : "unexpected", typeof message === "string" ? message : "");
  }
}

/** What went wrong inside is told by Home Assistant only, in its own language. */
const TOLD_BY_HOME_ASSISTANT: readonly MarketplaceAnswer[] = ["error", "add_failed", "unknown_error", "unexpected", "invalid_format"];

function refused(answer: MarketplaceAnswer, message = ""): MarketplaceOutcome & { kind: "refused" } {
  const { en, de } = MARKETPLACE_ANSWERS[answer];
  if (message === "" || !TOLD_BY_HOME_ASSISTANT.includes(answer)) return { kind: "refused", answer, text: { en, de } };
  return { kind: "refused", answer, text: { en: `${en} It says: ${message}`, de: `${de} Er meldet: ${message}` } };
}

function disabledAnswer(reason: string): MarketplaceAnswer {
  const answer = `disabled_${reason}`;
  return isMarketplaceAnswer(answer) ? answer : "not_loaded";
}
