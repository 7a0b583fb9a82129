import { errorMessage, isHomematicError } from "../../base/errors.ts";
import type { LocalText } from "../../base/local-text.ts";
import type { Logger } from "../../base/logger.ts";
import type { HomeAssistantSession } from "../home-assistant-session.ts";
import type { CompanionCopy } from "./companion-copy.ts";
import { explainCopyFailure } from "./copy-problems.ts";
import type { InstalledCopy } from "./installed-copy.ts";
import { Marketplace } from "./marketplace.ts";
import { MARKETPLACE_ANSWERS, type MarketplaceAnswer } from "./marketplace-answers.ts";

export type InstallOutcome =
  | { readonly kind: "done" }
  /** Somebody else is at it. */
  | { readonly kind: "wait"; readonly reason: LocalText }
  | { readonly kind: "failed"; readonly reason: LocalText };

export interface Prospect {
  readonly installable: boolean;
  /** What the user could do in the Marketplace, where there is one and nothing else is within reach. */
  readonly advice: LocalText | null;
  /** Finding it out took the whole catalog of the Marketplace, and it does not change by the minute. */
  readonly lasting: boolean;
}

const CERTAIN: Prospect = { installable: true, advice: null, lasting: true };
/** What only the catalog tells. */
const LASTING: readonly MarketplaceAnswer[] = ["github_not_connected", "installed_there", "too_new", "outdated"];

/** The ways to get the integration into Home Assistant, best first: the Marketplace, then copying the files. */
export class Installation {
  readonly #copy: CompanionCopy | null;
  readonly #version: string;
  readonly #logger: Logger;

  /** `copy` is null where Home Assistant's configuration folder is not within reach; `version` is the one that belongs to this release. */
  constructor({ copy, version, logger }: { copy: CompanionCopy | null; version: string; logger: Logger }) {
    this.#copy = copy;
    this.#version = version;
    this.#logger = logger;
  }

  /** What is on the disk; null where it is not within reach, with the reason where it should be. */
  async look(): Promise<{ readonly copy: InstalledCopy | null; readonly problem: LocalText | null }> {
    try {
      return { copy: (await this.#copy?.look()) ?? null, problem: null };
    } catch (error) {
      return { copy: null, problem: reasonOf(error) };
    }
  }

  /** Whether an installation would succeed as far as can be told. Changes nothing. */
  async prospect(session: HomeAssistantSession, signal: AbortSignal): Promise<Prospect> {
    if (this.#copy !== null) return CERTAIN;
    const { obstacle } = await this.#marketplace(session, signal).look();
    if (obstacle === null) return CERTAIN;
    const advice = obstacle === "unknown_command" ? null : MARKETPLACE_ANSWERS[obstacle];
    return { installable: false, advice, lasting: LASTING.includes(obstacle) };
  }

  /** Throws only when the session is over. */
  async install(session: HomeAssistantSession, signal: AbortSignal): Promise<InstallOutcome> {
    const marketplace = this.#marketplace(session, signal);
    const outlook = await marketplace.look();
    if (outlook.obstacle !== null) return await this.#copyInstead(MARKETPLACE_ANSWERS[outlook.obstacle]);
    const outcome = await marketplace.install(outlook);
    if (outcome.kind === "refused") {
      if (outcome.answer === "repository_busy") return { kind: "wait", reason: outcome.text };
      this.#logger.warn(outcome.text.en);
      return await this.#copyInstead(outcome.text);
    }
    this.#logger.info(`version ${outcome.version} was installed by the Marketplace`);
    return { kind: "done" };
  }

  /** Replaces an older copy of ours. */
  async update(): Promise<InstallOutcome> {
    if (this.#copy === null) return { kind: "done" };
    try {
      await this.#copy.install();
      this.#logger.info(`version ${this.#version} was copied into Home Assistant's configuration`);
      return { kind: "done" };
    } catch (error) {
      this.#logger.warn({ code: "COMPANION_COPY_FAILED" }, errorMessage(error));
      return { kind: "failed", reason: reasonOf(error) };
    }
  }

  /** Not where something lies there by now: a Marketplace that fails late may have left its files. */
  async #copyInstead(reason: LocalText): Promise<InstallOutcome> {
    if (this.#copy === null) return { kind: "failed", reason };
    const { copy } = await this.look();
    return copy !== null && copy.kind !== "none" ? { kind: "done" } : await this.update();
  }

  #marketplace(session: HomeAssistantSession, signal: AbortSignal): Marketplace {
    return new Marketplace({ session, signal, needed: this.#version });
  }
}

function reasonOf(error: unknown): LocalText {
  if (!isHomematicError(error, "COMPANION_COPY_FAILED")) throw error;
  return explainCopyFailure(error);
}
