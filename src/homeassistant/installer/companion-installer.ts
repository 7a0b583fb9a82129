import { FollowingAbort, onAbort } from "../../base/abort.ts";
import type { Clock } from "../../base/clock.ts";
import { errorCode, errorMessage, HomematicError } from "../../base/errors.ts";
import type { LocalText } from "../../base/local-text.ts";
import { type Logger, namedLogger } from "../../base/logger.ts";
import type { Subscription } from "../../base/subscription.ts";
import { ChangeListeners } from "../change-listeners.ts";
import { type AppIdentity, READY_EVENT } from "../companion-protocol.ts";
import type { SessionSource } from "../home-assistant-link.ts";
import type { HomeAssistantSession } from "../home-assistant-session.ts";
import { Latch } from "../latch.ts";
import type { Announcement } from "./announcement.ts";
import { COMPANION_SENTENCES, COMPANION_STEPS, type CompanionFacts, type CompanionState, judge, SWITCHED_OFF } from "./companion-state.ts";
import { askHome, type HomeFacts } from "./home-facts.ts";
import type { Installation, InstallOutcome, Prospect } from "./installation.ts";
import { needsRestart, restartNotice } from "./restart-notice.ts";

const CHECK_MS = 20_000;
const STARTING_CHECK_MS = 5_000;
/** After a failure, and for what costs the Marketplace some work. */
const PATIENCE_MS = 10 * 60_000;

const NOTHING_TO_INSTALL: Prospect = { installable: false, advice: null, lasting: false };
/** Where the add-on would install or update if it were allowed to. */
const WOULD_ACT: readonly CompanionState[] = ["absent", "update_available"];

/** The user's wish, kept across restarts. */
export interface Consent {
  readonly given: boolean;
  remember(given: boolean): void;
}

export interface CompanionStatus {
  readonly state: CompanionState;
  /** Monotonic. */
  readonly sinceMs: number;
  /** What is, and what to do. */
  readonly message: LocalText;
  /** Why something failed, or what else helps. */
  readonly hint: LocalText | null;
  /** 1 install, 2 restart, 3 confirm, 4 done; null outside a first installation. */
  readonly step: 1 | 2 | 3 | 4 | null;
  /** The user may ask for the installation now. */
  readonly canInstall: boolean;
  readonly versions: { readonly bundled: string | null; readonly installed: string | null; readonly running: string | null };
}

interface Report {
  readonly state: CompanionState;
  readonly hint?: LocalText | null;
  readonly canInstall?: boolean;
  readonly facts?: CompanionFacts;
}

/** Follows where the companion integration stands in Home Assistant, installs it on the user's wish and keeps a copy of ours up to date. */
export class CompanionInstaller implements AsyncDisposable {
  readonly #link: SessionSource;
  readonly #app: AppIdentity;
  readonly #bundled: string | null;
  readonly #installation: Installation;
  readonly #announcement: Announcement | null;
  readonly #consent: Consent;
  readonly #allowed: boolean;
  readonly #needed: () => boolean;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #listeners: ChangeListeners;
  readonly #wake: Latch;
  readonly #stop = new AbortController();
  readonly #scope = new DisposableStack();
  #status: CompanionStatus;
  #session: HomeAssistantSession | null = null;
  #serving: Promise<void> = Promise.resolve();
  #failure: LocalText | null = null;
  #retryAtMs = 0;
  #prospect: { readonly value: Prospect; readonly untilMs: number } | null = null;
  /** What this session of Home Assistant was told already. */
  #noticed: CompanionState | null = null;
  #announced = false;

  constructor(parts: {
    link: SessionSource;
    app: AppIdentity;
    /** Version of the integration that came with this release; null: none did. */
    bundled: string | null;
    installation: Installation;
    /** Null where no Supervisor takes it. */
    announcement: Announcement | null;
    consent: Consent;
    /** The option `install_integration`. */
    allowed: boolean;
    /** While nobody publishes by the integration it is observed, but nobody is bothered with it. */
    needed: () => boolean;
    clock: Clock;
    logger: Logger;
  }) {
    this.#link = parts.link;
    this.#app = parts.app;
    this.#bundled = parts.bundled;
    this.#installation = parts.installation;
    this.#announcement = parts.announcement;
    this.#consent = parts.consent;
    this.#allowed = parts.allowed;
    this.#needed = parts.needed;
    this.#clock = parts.clock;
    this.#logger = namedLogger(parts.logger, "integration");
    this.#listeners = new ChangeListeners({ logger: this.#logger });
    this.#wake = new Latch({ clock: parts.clock });
    this.#status = {
      state: "unknown",
      sinceMs: parts.clock.monotonicMs(),
      message: COMPANION_SENTENCES.unknown,
      hint: null,
      step: null,
      canInstall: false,
      versions: { bundled: parts.bundled, installed: null, running: null },
    };
  }

  /** Returns at once. */
  start(signal: AbortSignal): void {
    this.#scope.use(onAbort(signal, (reason) => this.#stop.abort(reason)));
    this.#scope.use(this.#link.onChange(() => this.#followLink()));
    this.#followLink();
  }

  status(): CompanionStatus {
    return this.#status;
  }

  onChange(listener: () => void): Subscription {
    return this.#listeners.add(listener);
  }

  /** The user asks for the installation; has no effect where it is not offered. */
  accept(): void {
    if (!this.#status.canInstall) return;
    this.#consent.remember(true);
    this.#retryAtMs = 0;
    this.#wake.set();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#scope.dispose();
    this.#stop.abort(new HomematicError({ code: "ABORTED" }));
    await this.#serving;
  }

  #followLink(): void {
    const { session } = this.#link.status();
    if (session !== null && session !== this.#session) this.#serving = this.#serving.then(() => this.#serve(session));
    if (session === null) this.#report({ state: "unknown" });
    this.#session = session;
  }

  /** Stays as long as the session lives; never rejects. */
  async #serve(session: HomeAssistantSession): Promise<void> {
    using over = new FollowingAbort(this.#stop.signal, session.signal);
    this.#noticed = null;
    this.#announced = false;
    this.#prospect = null;
    this.#retryAtMs = 0;
    try {
      await session.subscribe({ type: "subscribe_events", event_type: READY_EVENT }, () => this.#wake.set(), { signal: over.signal });
      for (;;) {
        this.#wake.clear();
        const timeoutMs = await this.#check(session, over.signal);
        await this.#wake.wait({ timeoutMs, signal: over.signal });
      }
    } catch (error) {
      if (!over.signal.aborted) this.#logger.error({ code: errorCode(error) }, `it is not looked after any more: ${errorMessage(error)}`);
    }
  }

  /** Looks, and does what is to be done; returns when to look again. */
  async #check(session: HomeAssistantSession, signal: AbortSignal): Promise<number> {
    try {
      const home = await askHome({ ask: (command) => session.command(command, { signal }), app: this.#app });
      if (home !== null) return await this.#proceed(home, session, signal);
      this.#report({ state: "unknown" });
      return STARTING_CHECK_MS;
    } catch (error) {
      signal.throwIfAborted();
      this.#logger.debug({ code: errorCode(error) }, `its state cannot be found out: ${errorMessage(error)}`);
      this.#report({ state: "unknown" });
      return CHECK_MS;
    }
  }

  async #proceed(home: HomeFacts, session: HomeAssistantSession, signal: AbortSignal): Promise<number> {
    const { copy, problem } = await this.#installation.look();
    const absent = home.hello === null && home.loadable === null && (copy === null || copy.kind === "none");
    const worthALook = absent && problem === null && this.#allowed;
    const { installable, advice } = worthALook ? await this.#look(session, signal) : NOTHING_TO_INSTALL;
    const facts: CompanionFacts = {
      bundled: this.#bundled,
      loadable: home.loadable,
      hello: home.hello,
      copy,
      allowed: this.#allowed,
      consented: this.#consent.given,
      installable,
    };
    const { state, action } = judge(facts);
    if (action === "none") this.#failure = null;
    else if (this.#clock.monotonicMs() >= this.#retryAtMs) {
      this.#report({ state: "installing", facts });
      const work = action === "install" ? this.#installation.install(session, signal) : this.#installation.update();
      if (this.#conclude(await work)) {
        // Another look at once: what there is to be told is no longer what this one saw.
        this.#wake.set();
        return CHECK_MS;
      }
    }
    const failure = problem ?? this.#failure;
    const shown = failure !== null && (state === "offered" || absent) ? "failed" : state;
    const told = await this.#tell(state, home, session, signal);
    this.#report({
      state: shown,
      hint: failure ?? told ?? advice ?? (!this.#allowed && copy !== null && WOULD_ACT.includes(state) ? SWITCHED_OFF : null),
      canInstall: this.#allowed && (state === "offered" || failure !== null),
      facts,
    });
    return CHECK_MS;
  }

  /** True when something has changed that is worth a look at once. */
  #conclude(outcome: InstallOutcome): boolean {
    if (outcome.kind === "done") {
      this.#failure = null;
      this.#consent.remember(false);
      return true;
    }
    this.#failure = outcome.reason;
    this.#retryAtMs = this.#clock.monotonicMs() + (outcome.kind === "wait" ? 0 : PATIENCE_MS);
    return false;
  }

  async #look(session: HomeAssistantSession, signal: AbortSignal): Promise<Prospect> {
    const nowMs = this.#clock.monotonicMs();
    if (this.#prospect === null || nowMs >= this.#prospect.untilMs) {
      const value = await this.#installation.prospect(session, signal);
      this.#prospect = { value, untilMs: nowMs + (value.lasting ? PATIENCE_MS : 0) };
    }
    return this.#prospect.value;
  }

  /** Asks the user, by way of Home Assistant, for what only the user can do; returns why that failed and what to do instead. */
  async #tell(state: CompanionState, home: HomeFacts, session: HomeAssistantSession, signal: AbortSignal): Promise<LocalText | null> {
    const needed = this.#needed();
    const notice = needed && needsRestart(state) && !home.asksForRestart ? state : "running";
    if (notice !== this.#noticed) {
      await session.command(restartNotice(notice, home.language), { signal });
      this.#noticed = notice;
    }
    if (state !== "not_added") this.#announced = false;
    if (!needed || state !== "not_added" || this.#announced || this.#announcement === null) return null;
    const failure = await this.#announcement.make(signal);
    this.#announced = failure === null;
    return failure;
  }

  #report({ state, hint = null, canInstall = false, facts }: Report): void {
    const before = this.#status;
    const news = before.state !== state || before.hint?.en !== hint?.en;
    this.#status = {
      state,
      sinceMs: before.state === state ? before.sinceMs : this.#clock.monotonicMs(),
      message: COMPANION_SENTENCES[state],
      hint,
      step: state === "unknown" ? before.step : COMPANION_STEPS[state],
      canInstall,
      versions: facts === undefined ? before.versions : versionsOf(facts),
    };
    if (!news && before.canInstall === canInstall) return;
    if (news && state !== "unknown" && this.#needed()) {
      const level = state === "failed" ? "warn" : "info";
      this.#logger[level]([this.#status.message.en, hint?.en].filter(Boolean).join(" "));
    }
    this.#listeners.notify();
  }
}

function versionsOf({ bundled, loadable, hello, copy }: CompanionFacts): CompanionStatus["versions"] {
  const onDisk = copy === null || copy.kind === "none" ? (hello?.installed ?? null) : copy.version;
  return { bundled, installed: onDisk ?? loadable, running: hello?.running ?? null };
}
