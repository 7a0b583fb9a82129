import { z } from "zod";
import { FollowingAbort, onAbort } from "../base/abort.ts";
import { type Clock, sleep } from "../base/clock.ts";
import { errorCode, errorMessage, HomematicError, isHomematicError } from "../base/errors.ts";
import type { Language, LocalText } from "../base/local-text.ts";
import type { Logger } from "../base/logger.ts";
import type { Subscription } from "../base/subscription.ts";
import type { Options } from "../config.ts";
import type { HubDevice, HubEvent, HubMetricValues, HubProblem, HubSensorSink } from "../hub/hub-sensor-sink.ts";
import { ChangeListeners } from "./change-listeners.ts";
import { explain, haCode } from "./companion-problems.ts";
import { type AppIdentity, READY_EVENT } from "./companion-protocol.ts";
import { CompanionRoute } from "./companion-route.ts";
import { expectedUniqueIds } from "./entity-table.ts";
import { problemLevel, type SessionSource } from "./home-assistant-link.ts";
import type { HomeAssistantSession } from "./home-assistant-session.ts";
import { KnownState } from "./known-state.ts";
import { homeLanguageOf } from "./language.ts";
import { Latch } from "./latch.ts";
import { MqttRoute } from "./mqtt-route.ts";
import { RouteChange } from "./route-change.ts";
import { chooseRoute, type Routes, wantedRoute } from "./route-choice.ts";
import type { RouteMemory, RouteName } from "./route-memory.ts";
import { problemText } from "./session-problems.ts";

/** After a problem that the user or Home Assistant has to solve, unless Home Assistant reports something earlier. */
const RETRY_MS = 60_000;
/** A broker comes back by itself. */
const MQTT_RETRY_MS = 15_000;
/** Home Assistant logs every message that it refuses as an error. */
const REFUSED_RETRY_MS = 3_600_000;
/** Between the beginnings of two attempts, whatever Home Assistant answers or reports. */
const MIN_PAUSE_MS = 1_000;

export interface PublisherStatus {
  readonly state: "connecting" | "waiting" | "publishing";
  /** By what the values are to get into Home Assistant; null before that is settled. */
  readonly route: RouteName | null;
  /** Monotonic. */
  readonly sinceMs: number;
  /** What hinders the publishing and what to do; null when nothing does. */
  readonly message: LocalText | null;
}

export interface PublisherParts {
  readonly link: SessionSource;
  readonly app: AppIdentity;
  readonly options: Pick<Options, "publish" | "language">;
  readonly memory: RouteMemory;
  /** Somebody else leads the user to the companion, and logs what to do while it is not there. */
  readonly companionGuided: boolean;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Publishes what the hubs tell, by exactly one route. What changes in between reaches Home Assistant with the next session. */
export class Publisher implements HubSensorSink, AsyncDisposable {
  readonly #parts: PublisherParts;
  readonly #known: KnownState;
  readonly #listeners: ChangeListeners;
  readonly #stop = new AbortController();
  readonly #scope = new DisposableStack();
  #started = false;
  #status: PublisherStatus;
  #session: HomeAssistantSession | null = null;
  #serving: Promise<void> = Promise.resolve();

  constructor(parts: PublisherParts) {
    this.#parts = parts;
    this.#known = new KnownState(parts);
    this.#listeners = new ChangeListeners(parts);
    this.#status = { state: "connecting", route: this.#wantedRoute(), sinceMs: parts.clock.monotonicMs(), message: null };
  }

  /** Returns at once. Aborting the signal makes the publisher take its leave, as disposing does. */
  start(signal: AbortSignal): void {
    if (this.#started) return;
    this.#started = true;
    this.#scope.use(onAbort(signal, (reason) => this.#stop.abort(reason)));
    this.#scope.use(this.#parts.link.onChange(() => this.#followLink()));
    this.#followLink();
  }

  describe(device: HubDevice, values: HubMetricValues): void {
    this.#known.describe(device, values);
  }

  publish(deviceId: string, values: HubMetricValues): void {
    this.#known.publish(deviceId, values);
  }

  remove(deviceId: string): void {
    this.#known.remove(deviceId);
  }

  tell(event: HubEvent): void {
    this.#known.tell(event);
  }

  problems(ccuId: string, problems: readonly HubProblem[]): void {
    this.#known.problems(ccuId, problems);
  }

  status(): PublisherStatus {
    return this.#status;
  }

  onChange(listener: () => void): Subscription {
    return this.#listeners.add(listener);
  }

  /** Resolves when Home Assistant was told, or could not be. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#started = true;
    this.#scope.dispose();
    this.#stop.abort(new HomematicError({ code: "ABORTED" }));
    await this.#serving;
  }

  #followLink(): void {
    const { session, problem } = this.#parts.link.status();
    if (session === null) {
      if (problem !== null) this.#report("waiting", problemText(problem));
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
      if (!over.signal.aborted) this.#parts.logger.error({ code: errorCode(error) }, `publishing ended: ${errorMessage(error)}`);
    }
  }

  async #keepPublishing(session: HomeAssistantSession, over: AbortSignal): Promise<never> {
    const { clock } = this.#parts;
    const chance = new Latch({ clock });
    let homeLanguage: Language | null = null;
    for (;;) {
      const startedMs = clock.monotonicMs();
      let retryMs = RETRY_MS;
      try {
        homeLanguage ??= await this.#prepare(session, chance, over);
        chance.clear();
        await this.#publishBy({ session, homeLanguage, signal: over });
      } catch (error) {
        over.throwIfAborted();
        retryMs = this.#complain(error);
        // The companion runs and only forgot the session: there is nothing to wait for.
        if (haCode(error) === "no_session") chance.set();
      }
      await chance.wait({ timeoutMs: retryMs, signal: over });
      const pauseMs = startedMs + MIN_PAUSE_MS - clock.monotonicMs();
      if (pauseMs > 0) await sleep({ clock, delayMs: pauseMs, signal: over });
    }
  }

  /** What is done once a session; returns Home Assistant's language. */
  async #prepare(session: HomeAssistantSession, chance: Latch, signal: AbortSignal): Promise<Language> {
    await listenForChances({ session, onChance: () => chance.set(), signal });
    return await homeLanguageOf(session, signal);
  }

  async #publishBy({
    session,
    homeLanguage,
    signal,
  }: {
    session: HomeAssistantSession;
    homeLanguage: Language;
    signal: AbortSignal;
  }): Promise<never> {
    const { app, options, memory, clock, logger } = this.#parts;
    const language = options.language === "auto" ? homeLanguage : options.language;
    const parts = { session, known: this.#known, app, language, homeLanguage, clock, logger };
    const routes: Routes = { companion: new CompanionRoute(parts), mqtt: new MqttRoute(parts) };
    const { route, open } = await chooseRoute({ publish: options.publish, used: memory.route.used, routes, signal });
    const change = new RouteChange({ session, memory, clock, logger });
    await change.leave({ from: route.name === "mqtt" ? routes.companion : routes.mqtt, to: route.name, signal });
    return await open.publish({
      stop: this.#stop.signal,
      settingsOf: (uniqueId) => change.settingsOf(uniqueId),
      afterTopology: (stated, over) => change.restore({ route: route.name, expected: expectedUniqueIds(stated), signal: over }),
      onPublishing: (hint) => {
        if (!this.#report("publishing", hint)) return;
        logger.info(`publishing to Home Assistant by ${ROUTE_WORDS[route.name]}`);
        if (hint !== null) logger.warn(hint.en);
      },
    });
  }

  /** Returns how long to wait before the next attempt. */
  #complain(error: unknown): number {
    const problem = explain(error);
    const message = problemText(problem);
    const code = errorCode(problem);
    const guided = this.#parts.companionGuided && isHomematicError(problem, "COMPANION_MISSING", "COMPANION_NOT_LOADED");
    if (this.#report("waiting", message)) this.#parts.logger[guided ? "debug" : problemLevel(code)]({ code }, message.en);
    if (haCode(error) === "invalid_format") return REFUSED_RETRY_MS;
    return code === "MQTT_FAILED" ? MQTT_RETRY_MS : RETRY_MS;
  }

  #wantedRoute(): RouteName | null {
    const { options, memory } = this.#parts;
    return wantedRoute(options.publish, memory.route.used);
  }

  /** True when this is news. */
  #report(state: PublisherStatus["state"], message: LocalText | null): boolean {
    const route = this.#wantedRoute();
    if (this.#status.state === state && this.#status.message?.en === message?.en && this.#status.route === route) return false;
    this.#status = { state, route, sinceMs: this.#parts.clock.monotonicMs(), message };
    this.#listeners.notify();
    return true;
  }
}

const ROUTE_WORDS: Readonly<Record<RouteName, string>> = { companion: "its integration Homematic Vitals", mqtt: "its MQTT integration" };
const componentLoaded = z.object({ data: z.object({ component: z.string() }) });

/** What may open a route: the companion says that it is ready, or MQTT was added to Home Assistant. */
async function listenForChances({
  session,
  onChance,
  signal,
}: {
  session: HomeAssistantSession;
  onChance: () => void;
  signal: AbortSignal;
}): Promise<void> {
  const onComponent = (event: unknown): void => {
    if (componentLoaded.safeParse(event).data?.data.component === "mqtt") onChance();
  };
  await session.subscribe({ type: "subscribe_events", event_type: READY_EVENT }, onChance, { signal });
  await session.subscribe({ type: "subscribe_events", event_type: "component_loaded" }, onComponent, { signal });
}
