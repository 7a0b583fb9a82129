import type { Clock } from "../base/clock.ts";
import { METRIC_NAMES } from "../ccu/metric-names.ts";
import type { EventBus } from "../events/event-bus.ts";
import { PathChangedEvent, type PathName, type PathState } from "../events/product-events.ts";
import { emitHealth } from "../metrics/emitters.ts";
import type { RadioWatch, SuspiciousSilence } from "./radio-watch.ts";

/** Times are monotonic. */
export interface PathHealth {
  readonly state: PathState;
  readonly sinceMs: number;
  readonly lastOkMs: number | null;
  readonly reason: string | null;
}

export interface InterfaceHealth {
  readonly paths: Readonly<Record<PathName, PathHealth>>;
  /** 0..1, `null` while nothing is known. */
  readonly score: number | null;
  /** What lowers the score, in words. */
  readonly deductions: readonly string[];
}

const PATH_NAMES: readonly PathName[] = ["command", "event", "radio"];
const WEIGHTS: Readonly<Record<PathName, number>> = { command: 0.4, event: 0.4, radio: 0.2 };
/** A path that nothing was heard of this long after the registration is failing, not unknown. */
const UNKNOWN_LIMIT_MS = 30_000;

const COMMAND_OK: PathChanges = { command: ["ok", null] };
const EVENT_OK: PathChanges = { event: ["ok", null] };
const EVENT_AND_RADIO_OK: PathChanges = { event: ["ok", null], radio: ["ok", null] };

interface PathVerdict {
  readonly state: PathState;
  readonly sinceMs: number;
  readonly reason: string | null;
}

type PathChanges = Partial<Record<PathName, readonly [state: PathState, reason: string | null]>>;

interface TrackedInterface {
  /** Another object once a verdict changes. */
  paths: Readonly<Record<PathName, PathVerdict>>;
  readonly lastOkMs: Record<PathName, number | null>;
  /** `null` where there is no radio to judge. */
  readonly radio: RadioWatch | null;
  registeredAtMs: number | null;
  emitted: { score: number; reason: string | null } | null;
}

/**
 * Judges the three paths of each interface and folds them into the health event.
 * The radio can only be judged while the event path works: otherwise silence says nothing about it.
 */
export class HealthTracker {
  readonly #eventBus: EventBus;
  readonly #clock: Clock;
  readonly #interfaces = new Map<string, TrackedInterface>();

  constructor({ eventBus, clock }: { eventBus: EventBus; clock: Clock }) {
    this.#eventBus = eventBus;
    this.#clock = clock;
  }

  /** Without a watch over its radio the interface has none to judge. */
  add(interfaceName: string, { radio: watch }: { radio: RadioWatch | null }): void {
    const unknown: PathVerdict = { state: "unknown", sinceMs: this.#clock.monotonicMs(), reason: null };
    const radio: PathVerdict = watch === null ? { ...unknown, state: "unsupported" } : unknown;
    this.#interfaces.set(interfaceName, {
      paths: { command: unknown, event: unknown, radio },
      lastOkMs: { command: null, event: null, radio: null },
      radio: watch,
      registeredAtMs: null,
      emitted: null,
    });
  }

  /** The interface is no longer watched; the caller retires its metric keys. */
  remove(interfaceName: string): void {
    this.#interfaces.delete(interfaceName);
  }

  registered(interfaceName: string): void {
    const tracked = this.#interfaces.get(interfaceName);
    if (tracked !== undefined) tracked.registeredAtMs = this.#clock.monotonicMs();
  }

  commandAnswered(interfaceName: string): void {
    this.#set(interfaceName, COMMAND_OK);
  }

  /** No call goes through: without a connection no registration can be relied on either. */
  commandFailed(interfaceName: string, reason: string): void {
    this.#forgetRegistration(interfaceName);
    this.#set(interfaceName, { command: ["failing", reason], event: ["failing", reason] });
  }

  /** A request of the CCU on this interface's own callback path. */
  callbackReceived(interfaceName: string): void {
    // What a CCU sends while it answers `init` shows that it reaches us, but not that a path which lost PONGs carries events again.
    if (this.#interfaces.get(interfaceName)?.paths.event.state !== "failing") this.#set(interfaceName, EVENT_OK);
  }

  eventPathConfirmed(interfaceName: string): void {
    this.#set(interfaceName, EVENT_OK);
  }

  eventPathFailed(interfaceName: string, reason: string): void {
    this.#set(interfaceName, { event: ["failing", reason] });
  }

  deviceEventReceived(interfaceName: string, device: string): void {
    const tracked = this.#interfaces.get(interfaceName);
    if (tracked === undefined) return;
    const isWell = tracked.radio !== null && (tracked.radio.reported(device) || tracked.paths.radio.state !== "failing");
    this.#set(interfaceName, isWell ? EVENT_AND_RADIO_OK : EVENT_OK);
  }

  /** Finds what only time reveals: paths that stayed unknown and a radio that fell silent. */
  updateHealth(): void {
    const nowMs = this.#clock.monotonicMs();
    for (const [interfaceName, tracked] of this.#interfaces) {
      const { registeredAtMs, radio, paths } = tracked;
      if (registeredAtMs === null) continue;
      if (paths.event.state === "unknown" && nowMs - registeredAtMs >= UNKNOWN_LIMIT_MS) {
        this.#set(interfaceName, { event: ["failing", `nothing was received within ${UNKNOWN_LIMIT_MS / 1000} s of the registration`] });
      }
      const silence = paths.radio.state === "failing" ? null : (radio?.suspiciousSilence() ?? null);
      if (silence !== null) this.#set(interfaceName, { radio: ["failing", inWords(silence)] });
    }
  }

  /** 0..1, `null` while nothing is known. */
  score(interfaceName: string): number | null {
    const tracked = this.#interfaces.get(interfaceName);
    return tracked === undefined ? null : scoreOf(tracked.paths);
  }

  state(interfaceName: string, path: PathName): PathState {
    return this.#interfaces.get(interfaceName)?.paths[path].state ?? "unknown";
  }

  health(interfaceName: string): InterfaceHealth | null {
    const tracked = this.#interfaces.get(interfaceName);
    if (tracked === undefined) return null;
    const described = (path: PathName): PathHealth => ({ ...tracked.paths[path], lastOkMs: tracked.lastOkMs[path] });
    const paths = { command: described("command"), event: described("event"), radio: described("radio") };
    return { paths, score: scoreOf(tracked.paths), deductions: deductionsOf(tracked.paths) };
  }

  #forgetRegistration(interfaceName: string): void {
    const tracked = this.#interfaces.get(interfaceName);
    if (tracked !== undefined) tracked.registeredAtMs = null;
  }

  #set(interfaceName: string, changes: PathChanges): void {
    const tracked = this.#interfaces.get(interfaceName);
    if (tracked === undefined) return;
    const nowMs = this.#clock.monotonicMs();
    const before = tracked.paths;
    for (const path of PATH_NAMES) {
      const [state, reason] = changes[path] ?? [];
      if (state === undefined || reason === undefined) continue;
      if (state === "ok") tracked.lastOkMs[path] = nowMs;
      moveTo(tracked, path, state, reason, nowMs);
    }
    if (tracked.radio !== null) judgeSilence(tracked.radio, tracked, nowMs);
    if (tracked.paths === before) return;
    this.#emit(interfaceName, tracked);
    for (const path of PATH_NAMES) {
      const { state, reason } = tracked.paths[path];
      if (state !== before[path].state)
        this.#eventBus.publishSync(
          new PathChangedEvent({ timestamp: this.#eventBus.timestamp(), interfaceId: interfaceName, path, state, reason }),
        );
    }
  }

  #emit(interfaceName: string, tracked: TrackedInterface): void {
    const score = scoreOf(tracked.paths);
    if (score === null) return;
    const reason = deductionsOf(tracked.paths).join("; ") || null;
    if (tracked.emitted?.score === score && tracked.emitted.reason === reason) return;
    tracked.emitted = { score, reason };
    emitHealth({
      eventBus: this.#eventBus,
      source: METRIC_NAMES.health.source,
      sourceId: interfaceName,
      healthy: score === 1,
      reason,
      score,
    });
  }
}

function moveTo(tracked: TrackedInterface, path: PathName, state: PathState, reason: string | null, nowMs: number): void {
  const current = tracked.paths[path];
  if (current.state === state && current.reason === reason) return;
  const sinceMs = current.state === state ? current.sinceMs : nowMs;
  tracked.paths = { ...tracked.paths, [path]: { state, reason, sinceMs } };
}

function inWords({ silentMs, exceptOne }: SuspiciousSilence): string {
  return `${exceptOne ? "at most one" : "no"} device has reported for ${Math.round(silentMs / 60_000)} min`;
}

/** What devices say cannot be heard without the event path. */
function judgeSilence(watch: RadioWatch, tracked: TrackedInterface, nowMs: number): void {
  if (tracked.paths.event.state === "ok") {
    watch.eventsArrive();
  } else {
    watch.eventsLost();
    moveTo(tracked, "radio", "unknown", null, nowMs);
  }
}

function judged(paths: Readonly<Record<PathName, PathVerdict>>): readonly PathName[] {
  return PATH_NAMES.filter((path) => paths[path].state === "ok" || paths[path].state === "failing");
}

function scoreOf(paths: Readonly<Record<PathName, PathVerdict>>): number | null {
  const known = judged(paths);
  if (known.length === 0) return null;
  const total = known.reduce((sum, path) => sum + WEIGHTS[path], 0);
  const lost = known.reduce((sum, path) => sum + (paths[path].state === "failing" ? WEIGHTS[path] : 0), 0);
  return 1 - lost / total;
}

function deductionsOf(paths: Readonly<Record<PathName, PathVerdict>>): readonly string[] {
  const known = judged(paths);
  const total = known.reduce((sum, path) => sum + WEIGHTS[path], 0);
  return known.flatMap((path) => {
    const { state, reason } = paths[path];
    return state === "failing" ? [`${path} path -${Math.round((WEIGHTS[path] / total) * 100)}: ${reason ?? "failing"}`] : [];
  });
}
