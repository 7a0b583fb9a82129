import { type Clock, sleep } from "../base/clock.ts";
import { errorCode, errorMessage, HomematicError } from "../base/errors.ts";
import type { Logger } from "../base/logger.ts";
import type { Subscription } from "../base/subscription.ts";
import type { HubDevice, HubMetricValues, HubSensorSink } from "../hub/hub-sensor-sink.ts";
import { FollowingAbort, onAbort } from "./abort.ts";
import { ChangeListeners } from "./change-listeners.ts";
import { explain, haCode } from "./companion-problems.ts";
import { type AppIdentity, READY_EVENT } from "./companion-protocol.ts";
import { CompanionSession } from "./companion-session.ts";
import { problemLevel, type SessionSource } from "./home-assistant-link.ts";
import type { HomeAssistantSession } from "./home-assistant-session.ts";
import { Latch } from "./latch.ts";
import { LatestValues } from "./latest-values.ts";

/** After a problem that the user or Home Assistant has to solve, unless the companion reports earlier. */
const RETRY_MS = 60_000;
/** Between the beginnings of two attempts, whatever the companion answers or reports. */
const MIN_PAUSE_MS = 1_000;

export interface PublisherStatus {
  readonly state: "connecting" | "waiting" | "publishing";
  /** Monotonic. */
  readonly sinceMs: number;
  /** What hinders the publishing and what to do, in one sentence; null when nothing does. */
  readonly message: string | null;
}

/** Publishes hub sensors through the companion integration. What changes in between reaches Home Assistant with the next session. */
export class CompanionPublisher implements HubSensorSink, AsyncDisposable {
  readonly #link: SessionSource;
  readonly #app: AppIdentity;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #values: LatestValues;
  readonly #listeners: ChangeListeners;
  readonly #stop = new AbortController();
  readonly #scope = new DisposableStack();
  #started = false;
  #status: PublisherStatus;
  #session: HomeAssistantSession | null = null;
  #serving: Promise<void> = Promise.resolve();

  constructor({ link, app, clock, logger }: { link: SessionSource; app: AppIdentity; clock: Clock; logger: Logger }) {
    this.#link = link;
    this.#app = app;
    this.#clock = clock;
    this.#logger = logger;
    this.#values = new LatestValues({ clock });
    this.#listeners = new ChangeListeners({ logger });
    this.#status = { state: "connecting", sinceMs: clock.monotonicMs(), message: null };
  }

  /** Returns at once. Aborting the signal makes the publisher take its leave, as disposing does. */
  start(signal: AbortSignal): void {
    if (this.#started) return;
    this.#started = true;
    this.#scope.use(onAbort(signal, (reason) => this.#stop.abort(reason)));
    this.#scope.use(this.#link.onChange(() => this.#followLink()));
    this.#followLink();
  }

  describe(device: HubDevice, values: HubMetricValues): void {
    this.#values.describe(device, values);
  }

  publish(deviceId: string, values: Partial<HubMetricValues>): void {
    this.#values.publish(deviceId, values);
  }

  remove(deviceId: string): void {
    this.#values.remove(deviceId);
  }

  tell(): void {}

  problems(): void {}

  status(): PublisherStatus {
    return this.#status;
  }

  onChange(listener: () => void): Subscription {
    return this.#listeners.add(listener);
  }

  /** Resolves when the companion was told, or could not be. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#started = true;
    this.#scope.dispose();
    this.#stop.abort(new HomematicError({ code: "ABORTED" }));
    await this.#serving;
  }

  #followLink(): void {
    const { session, problem } = this.#link.status();
    if (session === null) {
      if (problem !== null) this.#report("waiting", problem.message);
    } else if (session !== this.#session) {
      this.#serving = this.#serving.then(() => this.#serve(session));
    }
    this.#session = session;
  }

  /** Stays as long as the session lives; never rejects. */
  async #serve(session: HomeAssistantSession): Promise<void> {
    using over = new FollowingAbort(this.#stop.signal, session.signal);
    if (over.signal.aborted) return;
    this.#report("connecting", null);
    try {
      await this.#keepPublishing(session, over.signal);
    } catch (error) {
      if (!over.signal.aborted) this.#logger.error({ code: errorCode(error) }, `publishing ended: ${errorMessage(error)}`);
    }
  }

  async #keepPublishing(session: HomeAssistantSession, over: AbortSignal): Promise<never> {
    const ready = new Latch({ clock: this.#clock });
    const listenForReady = { type: "subscribe_events", event_type: READY_EVENT };
    let listening = false;
    for (;;) {
      const startedMs = this.#clock.monotonicMs();
      try {
        if (!listening) await session.subscribe(listenForReady, () => ready.set(), { signal: over });
        listening = true;
        ready.clear();
        await this.#converse(session);
      } catch (error) {
        over.throwIfAborted();
        this.#complain(explain(error));
        // The companion runs and only forgot the session: there is nothing to wait for.
        if (haCode(error) === "no_session") ready.set();
      }
      await ready.wait({ timeoutMs: RETRY_MS, signal: over });
      const pauseMs = startedMs + MIN_PAUSE_MS - this.#clock.monotonicMs();
      if (pauseMs > 0) await sleep({ clock: this.#clock, delayMs: pauseMs, signal: over });
    }
  }

  #converse(session: HomeAssistantSession): Promise<never> {
    return new CompanionSession({
      session,
      values: this.#values,
      app: this.#app,
      clock: this.#clock,
      logger: this.#logger,
      onPublishing: () => {
        if (this.#report("publishing", null)) this.#logger.info("publishing to Home Assistant");
      },
    }).run(this.#stop.signal);
  }

  #complain(problem: unknown): void {
    const message = errorMessage(problem);
    const code = errorCode(problem);
    if (this.#report("waiting", message)) this.#logger[problemLevel(code)]({ code }, message);
  }

  /** True when this is news. */
  #report(state: PublisherStatus["state"], message: string | null): boolean {
    if (this.#status.state === state && this.#status.message === message) return false;
    this.#status = { state, sinceMs: this.#clock.monotonicMs(), message };
    this.#listeners.notify();
    return true;
  }
}
