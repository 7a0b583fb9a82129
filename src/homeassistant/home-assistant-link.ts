import { FollowingAbort } from "../base/abort.ts";
import { Backoff } from "../base/backoff.ts";
import { type Clock, sleep } from "../base/clock.ts";
import { type ErrorCode, HomematicError } from "../base/errors.ts";
import type { Logger } from "../base/logger.ts";
import { StateMachine, type TransitionTable } from "../base/state-machine.ts";
import type { Subscription } from "../base/subscription.ts";
import { ChangeListeners } from "./change-listeners.ts";
import { type HomeAssistantSession, openSession } from "./home-assistant-session.ts";
import { problemText } from "./session-problems.ts";
import type { HomeAssistantTarget } from "./target.ts";

export type LinkState = "idle" | "connecting" | "ready" | "waiting" | "stopped";
type LinkInput = "START" | "OPENED" | "FAILED" | "RETRY" | "STOP";

const TRANSITIONS: TransitionTable<LinkState, LinkInput> = {
  idle: { START: "connecting", STOP: "stopped" },
  connecting: { OPENED: "ready", FAILED: "waiting", STOP: "stopped" },
  ready: { FAILED: "waiting", STOP: "stopped" },
  waiting: { RETRY: "connecting", STOP: "stopped" },
  stopped: {},
};

const FIRST_DELAY_MS = 1_000;
const MAX_DELAY_MS = 30_000;
/** Home Assistant counts failed logins and may ban the address; another try with the same token rarely helps. */
const UNAUTHORIZED_DELAY_MS = 300_000;
/** A session that lasts shorter does not shorten the next delay. */
const HEALTHY_MS = 30_000;

export interface LinkStatus {
  readonly state: LinkState;
  /** Monotonic. */
  readonly sinceMs: number;
  /** Open while the state is `ready`. */
  readonly session: HomeAssistantSession | null;
  /** Why there is no session; null before the first attempt has failed and while the link is ready. */
  readonly problem: HomematicError | null;
}

/** Where sessions come from, for those who use them. */
export interface SessionSource {
  status(): LinkStatus;
  onChange(listener: () => void): Subscription;
}

/** Keeps one session with Home Assistant open and opens the next one when it is lost; never gives up. */
export class HomeAssistantLink implements SessionSource, AsyncDisposable {
  readonly #target: HomeAssistantTarget;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #backoff: Backoff;
  readonly #machine: StateMachine<LinkState, LinkInput>;
  readonly #listeners: ChangeListeners;
  readonly #stop = new AbortController();
  /** The problems of this outage that were logged already. */
  readonly #told = new Set<ErrorCode>();
  #session: HomeAssistantSession | null = null;
  #problem: HomematicError | null = null;
  #running: Promise<void> = Promise.resolve();
  #ending: Promise<void> | null = null;

  constructor({ target, clock, logger, random }: { target: HomeAssistantTarget; clock: Clock; logger: Logger; random?: () => number }) {
    this.#target = target;
    this.#clock = clock;
    this.#logger = logger;
    this.#backoff = new Backoff({ firstMs: FIRST_DELAY_MS, maxMs: MAX_DELAY_MS, ...(random === undefined ? {} : { random }) });
    this.#listeners = new ChangeListeners({ logger });
    this.#machine = new StateMachine({ table: TRANSITIONS, initial: "idle", clock, onTransition: () => this.#listeners.notify() });
  }

  /** Returns at once. An aborted signal ends the attempts; an open session lives on until the link is disposed, so that its users can take their leave. */
  start(signal: AbortSignal): void {
    if (this.#machine.move("START").kind === "refused") return;
    this.#running = this.#run(signal);
  }

  status(): LinkStatus {
    return { state: this.#machine.state, sinceMs: this.#machine.sinceMs, session: this.#session, problem: this.#problem };
  }

  onChange(listener: () => void): Subscription {
    return this.#listeners.add(listener);
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#ending ??= this.#end();
    return this.#ending;
  }

  async #end(): Promise<void> {
    this.#stop.abort(new HomematicError({ code: "ABORTED" }));
    await this.#session?.close();
    await this.#running;
    this.#session = null;
    this.#machine.move("STOP");
  }

  async #run(parent: AbortSignal): Promise<void> {
    using giveUp = new FollowingAbort(parent, this.#stop.signal);
    while (!giveUp.signal.aborted) {
      const problem = await this.#attempt(giveUp.signal);
      if (giveUp.signal.aborted) return;
      this.#enter({ input: "FAILED", session: null, problem });
      const delayMs = problem.code === "HOME_ASSISTANT_UNAUTHORIZED" ? UNAUTHORIZED_DELAY_MS : this.#backoff.nextDelayMs();
      await sleep({ clock: this.#clock, delayMs, signal: giveUp.signal }).catch(() => {});
      this.#machine.move("RETRY");
    }
  }

  /** Opens a session and stays as long as it lives; returns why it could not be opened or why it is over. */
  async #attempt(signal: AbortSignal): Promise<HomematicError> {
    let session: HomeAssistantSession;
    try {
      session = await openSession({ ...this.#target, clock: this.#clock, logger: this.#logger, signal });
    } catch (error) {
      return error instanceof HomematicError
        ? error
        : new HomematicError({ code: "HOME_ASSISTANT_UNREACHABLE", message: problemText(error), cause: error });
    }
    if (signal.aborted) await session.close();
    else this.#enter({ input: "OPENED", session, problem: null });
    using _healthy = this.#clock.setTimer(() => this.#backoff.reset(), HEALTHY_MS);
    return await session.closed;
  }

  #enter({ input, session, problem }: { input: LinkInput; session: HomeAssistantSession | null; problem: HomematicError | null }): void {
    this.#session = session;
    this.#problem = problem;
    this.#log();
    this.#machine.move(input, problem?.message);
  }

  #log(): void {
    if (this.#problem === null) {
      this.#told.clear();
      this.#logger.info(`connected to Home Assistant ${this.#session?.version}`);
      return;
    }
    const { code, message } = this.#problem;
    if (this.#told.has(code)) return;
    this.#told.add(code);
    this.#logger[problemLevel(code)]({ code }, message);
  }
}

/** A start of Home Assistant is routine and needs nobody's attention. */
export function problemLevel(code: string): "info" | "warn" {
  return code === "HOME_ASSISTANT_STARTING" ? "info" : "warn";
}
