import type { Clock } from "../base/clock.ts";
import type { HomematicError } from "../base/errors.ts";
import type { Logger } from "../base/logger.ts";
import type { RpcCaller } from "../ccu/guarded-caller.ts";
import type { InterfaceName } from "../config.ts";
import type { MetricsObserver } from "../metrics/observer.ts";
import type { HealthTracker } from "./health-tracker.ts";
import { InterfaceFinder } from "./interface-finder.ts";
import type { RecoveryStep } from "./recovery-progress.ts";
import type { Reliability } from "./reliability.ts";
import { UndiscoveredCcu } from "./undiscovered.ts";
import type { WatchedInterfaces } from "./watched-interfaces.ts";

const MAX_TOLD_FAILURES = 10;

/** How the search for the first interface stands; times are monotonic. */
export interface SearchState {
  readonly sinceMs: number;
  readonly progress: { readonly step: RecoveryStep; readonly sinceMs: number };
  /** `null` while it looks. */
  readonly nextAttemptAtMs: number | null;
}

/** Looks for the interfaces of a CCU whose options name none; until there is one, something stands for the whole CCU. */
export class InterfaceSearch implements AsyncDisposable {
  readonly #host: string;
  readonly #watched: WatchedInterfaces;
  readonly #health: HealthTracker;
  readonly #metrics: MetricsObserver;
  readonly #reliability: Reliability;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #onFound: (names: readonly InterfaceName[]) => void;
  readonly #onChange: () => void;
  readonly #finder: InterfaceFinder;
  readonly #toldFailures = new Set<string>();

  constructor(parts: {
    host: string;
    callerFor: (name: InterfaceName) => RpcCaller;
    watched: WatchedInterfaces;
    health: HealthTracker;
    metrics: MetricsObserver;
    reliability: Reliability;
    clock: Clock;
    logger: Logger;
    /** Told each time something answers. */
    onFound: (names: readonly InterfaceName[]) => void;
    /** What is known of the CCU as a whole has changed, or when it is tried again. */
    onChange: () => void;
  }) {
    this.#host = parts.host;
    this.#watched = parts.watched;
    this.#health = parts.health;
    this.#metrics = parts.metrics;
    this.#reliability = parts.reliability;
    this.#clock = parts.clock;
    this.#logger = parts.logger;
    this.#onFound = parts.onFound;
    this.#onChange = parts.onChange;
    this.#finder = new InterfaceFinder({
      callerFor: parts.callerFor,
      isWatched: (name) => parts.watched.get(name) !== undefined,
      clock: parts.clock,
      onFound: (names) => this.#found(names),
      onNothingFound: (failure) => this.#nothingFound(failure),
    });
  }

  /** `null` once an interface is known. */
  get state(): SearchState | null {
    const { undiscovered } = this.#watched;
    return (
      undiscovered && { sinceMs: undiscovered.sinceMs, progress: undiscovered.progress, nextAttemptAtMs: this.#finder.nextAttemptAtMs }
    );
  }

  start(): void {
    if (this.#watched.links.length === 0) {
      this.#watched.undiscovered = new UndiscoveredCcu({
        health: this.#health,
        metrics: this.#metrics,
        recorder: this.#reliability.record(UndiscoveredCcu.interfaceName),
        clock: this.#clock,
        onChange: this.#onChange,
      });
    }
    this.#finder.start();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#finder[Symbol.asyncDispose]();
  }

  #found(names: readonly InterfaceName[]): void {
    this.#watched.undiscovered?.found();
    this.#watched.undiscovered = null;
    this.#reliability.remove(UndiscoveredCcu.interfaceName);
    this.#logger.info(`found ${names.join(", ")}`);
    this.#onFound(names);
  }

  #nothingFound(failure: HomematicError): void {
    this.#watched.undiscovered?.failed(failure);
    this.#onChange();
    if (this.#toldFailures.has(failure.message) || this.#toldFailures.size >= MAX_TOLD_FAILURES) return;
    this.#toldFailures.add(failure.message);
    this.#logger.warn(`no interface answers at ${this.#host}, trying again: ${failure.message}`);
  }
}
